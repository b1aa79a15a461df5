//! The way to the socket. It is in a worker, so that replies don't wait while the page draws. Where the browser
//! refuses one, it is in the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::courier::{Order, reports};
use crate::event::Event;
use crate::shell::browser::bytes::{copied, received};
use crate::shell::browser::clock::Clock;
use crate::shell::browser::object::{Object, some};
use crate::shell::browser::page::{document, is_secure, location};
use crate::shell::browser::registrations::Listener;
use crate::shell::{bus, carrier};

/// The way to the socket.
pub(crate) struct Socket {
    /// `None` if the socket is in the page.
    worker: Option<Rc<SocketWorker>>,
    _listeners: Vec<Listener>,
}

/// The worker, as the page sees it.
struct SocketWorker {
    worker: Object,
    condition: Cell<Condition>,
    /// Orders from before it was ready.
    early: RefCell<Vec<Order>>,
    /// The connection that it was asked for last.
    generation: Cell<u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Condition {
    Starting,
    Ready,
    /// It failed once it was ready: another one may do better.
    Failed,
    /// It couldn't start, so the page does its work.
    Refused,
}

impl Socket {
    /// Uses the worker that the page's script started.
    pub(crate) fn new() -> Self {
        Self::with(Object::scope().get("courier"))
    }

    /// Starts another worker.
    fn again() -> Self {
        // The page has one script.
        let script = document().and_then(|page| some(page.call("querySelector", vec!["script".into()])));
        let script = script.and_then(|script| script.text("src")).unwrap_or_default();
        let options = Object::new("Object", Vec::new());
        let worker = options.and_then(|options| {
            options.set("type", "module");
            Object::new("Worker", vec![script.into(), options.into()])
        });
        Self::with(worker.ok())
    }

    fn with(worker: Option<Object>) -> Self {
        worker.and_then(|worker| Self::in_worker(worker).ok()).unwrap_or_else(|| {
            start_here();
            Self { worker: None, _listeners: Vec::new() }
        })
    }

    fn in_worker(worker: Object) -> Result<Self, JsValue> {
        // Compiled once: browsers share it between threads.
        worker.call("postMessage", vec![wasm_bindgen::module()])?;
        let worker = Rc::new(SocketWorker {
            worker,
            condition: Cell::new(Condition::Starting),
            early: RefCell::default(),
            generation: Cell::new(0),
        });
        let told = Listener::on(&worker.worker, "message", {
            let worker = worker.clone();
            move |event| worker.told(&received(event))
        });
        let failed = Listener::on(&worker.worker, "error", {
            let worker = worker.clone();
            move |_| worker.failed()
        });
        Ok(Self { worker: Some(worker), _listeners: vec![told, failed] })
    }

    /// Connects to the server that the page came from, with the stamp format from the settings.
    pub(crate) fn open(&mut self, generation: u32, path: &str, clock: Clock) {
        let scheme = if is_secure() { "wss://" } else { "ws://" };
        let url = [scheme, &location("host"), path].concat();
        if self.worker.as_ref().is_some_and(|worker| worker.condition.get() == Condition::Failed) {
            *self = Self::again();
        }
        if let Some(worker) = &self.worker {
            worker.generation.set(generation);
        }
        self.order(Order::Open { generation, url, origin: clock.origin() });
    }

    pub(crate) fn order(&self, order: Order) {
        match &self.worker {
            Some(worker) => worker.order(order),
            None => carrier::handle(order),
        }
    }
}

impl SocketWorker {
    fn order(&self, order: Order) {
        match self.condition.get() {
            Condition::Starting => self.early.borrow_mut().push(order),
            // Fails only for what can't be copied.
            Condition::Ready => {
                let _ = self.worker.call("postMessage", vec![copied(&order.encode())]);
            }
            Condition::Failed => {}
            Condition::Refused => carrier::handle(order),
        }
    }

    /// The first batch is empty, and says that the worker is ready.
    fn told(&self, batch: &[u8]) {
        self.condition.set(Condition::Ready);
        self.early.take().into_iter().for_each(|order| self.order(order));
        if !batch.is_empty() {
            reports(batch).for_each(bus::send);
            self.order(Order::Acknowledge);
        }
    }

    fn failed(&self) {
        if self.condition.get() == Condition::Starting {
            self.condition.set(Condition::Refused);
            start_here();
            self.early.take().into_iter().for_each(|order| self.order(order));
        } else {
            self.condition.set(Condition::Failed);
            self.worker.run("terminate");
            let (generation, reason) = (self.generation.get(), "the page's worker failed".to_owned());
            bus::send(Event::Closed { generation, code: 1006, reason, at: Clock::new().now() });
        }
    }
}

/// Does the worker's work in the page.
fn start_here() {
    carrier::start(|batch| {
        reports(batch).for_each(bus::send);
        carrier::handle(Order::Acknowledge);
    });
}
