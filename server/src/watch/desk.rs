//! The desk: the thread on which events are made, kept and handed to watchers.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{MissedTickBehavior, interval, sleep};
use wirestamp_arrival::Reading;
use wirestamp_protocol::event::Timestamp;

use super::editor::Editor;
use super::ring::Ring;
use super::watcher::Watcher;
use super::{Request, Settings};
use crate::journal::feed::Batch;

/// How long the desk rests after a batch that nobody watches, as a multiple of the time that it took. So it never takes
/// more than a tenth of a processor from the sessions, and a flood that it can't keep up with is left out and counted.
const REST: u32 = 9;

/// The same while somebody watches: then it may take a quarter of a processor.
const REST_WATCHED: u32 = 3;

/// How often the desk looks for what is due.
const TICK: Duration = Duration::from_secs(1);

/// The memory is dealt out in so many shares. A batch takes up to one, and another one for what is always told. There can
/// be three: the one that is filled, one that waits, and one that is read. One share is for messages that haven't ended, and
/// the other nine are for events.
const SHARES: usize = 16;

/// The memory while somebody watches, in bytes, if none of the past is to be kept.
const WATCHED_MIN: usize = 1024 * 1024;

/// Starts the thread. It ends when nobody can ask it for anything any more.
///
/// # Errors
/// The system has no thread, or nothing to wait for events with.
pub(super) fn start(
    settings: Settings,
    batches: mpsc::Receiver<Batch>,
    requests: mpsc::Receiver<Request>,
) -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let run = move || LocalSet::new().block_on(&runtime, Desk::new(settings).run(batches, requests));
    std::thread::Builder::new().name("watch".into()).spawn(run)?;
    Ok(())
}

struct Desk {
    settings: Settings,
    editor: Editor,
    ring: Rc<RefCell<Ring>>,
    news: watch::Sender<()>,
    watchers: JoinSet<()>,
}

impl Desk {
    fn new(settings: Settings) -> Self {
        // Two runs never begin in the same millisecond, even if one crashes at once.
        let run = Reading::now().wall.as_millis() as u64;
        let Settings { rules, memory, journal } = &settings;
        if *memory > 0 {
            journal.all_feed().open(memory / SHARES);
        }
        let editor = Editor::new(*rules, memory.max(&WATCHED_MIN) / SHARES, journal.clone());
        let ring = Rc::new(RefCell::new(Ring::new(run, kept(*memory))));
        Self { settings, editor, ring, news: watch::Sender::new(()), watchers: JoinSet::new() }
    }

    async fn run(mut self, mut batches: mpsc::Receiver<Batch>, mut requests: mpsc::Receiver<Request>) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                Some(batch) = batches.recv() => {
                    let rest = self.edit(batch);
                    // Meanwhile the next batches wait, and the watchers are served.
                    sleep(rest).await;
                }
                request = requests.recv() => match request {
                    Some(Request::End(done)) => return self.end(&mut batches, done).await,
                    Some(request) => self.serve(request),
                    None => return,
                },
                Some(_) = self.watchers.join_next() => self.follow_watchers(),
                _ = ticks.tick() => {
                    let now = Timestamp(Reading::now().wall);
                    self.editor.tick(now, &mut self.ring.borrow_mut());
                    self.tell_news();
                }
            }
        }
    }

    /// Makes events of a batch, and returns how long to rest.
    fn edit(&mut self, mut batch: Batch) -> Duration {
        let began = Instant::now();
        self.editor.edit(&mut batch, &mut self.ring.borrow_mut());
        self.settings.journal.all_feed().give_back(batch);
        self.tell_news();
        began.elapsed() * if self.watchers.is_empty() { REST } else { REST_WATCHED }
    }

    fn serve(&mut self, request: Request) {
        match request {
            Request::Watch(asked, out) => {
                let watcher = Watcher { ring: Rc::clone(&self.ring), news: self.news.subscribe(), out };
                self.watchers.spawn_local(watcher.run(asked));
                self.follow_watchers();
            }
            // Whoever asked may be gone.
            Request::Sessions(answer) => drop(answer.send(self.editor.listing())),
            Request::End(_) => {}
        }
    }

    /// Opens the feed if somebody watches or the past is kept, and sees to the memory for it.
    fn follow_watchers(&mut self) {
        let Settings { memory, journal, rules } = &self.settings;
        if *memory > 0 {
            return;
        }
        let is_watched = !self.watchers.is_empty();
        self.ring.borrow_mut().set_limit(if is_watched { kept(WATCHED_MIN) } else { 0 });
        match (is_watched, journal.all_feed().is_open()) {
            (true, false) => journal.all_feed().open(WATCHED_MIN / SHARES),
            (false, true) => {
                journal.all_feed().close();
                // How the sessions go on isn't told.
                self.editor = Editor::new(*rules, WATCHED_MIN / SHARES, journal.clone());
            }
            _ => {}
        }
    }

    fn tell_news(&self) {
        let held = self.ring.borrow().used() + self.editor.held();
        self.settings.journal.all_feed().set_at_desk(held);
        self.news.send_replace(());
    }

    /// Tells the watchers what is left, and ends.
    async fn end(mut self, batches: &mut mpsc::Receiver<Batch>, done: tokio::sync::oneshot::Sender<()>) {
        while let Ok(batch) = batches.try_recv() {
            self.edit(batch);
        }
        let Self { news, mut watchers, .. } = self;
        drop(news);
        while watchers.join_next().await.is_some() {}
        let _ = done.send(());
    }
}

/// How much of the memory is for events.
fn kept(memory: usize) -> usize {
    memory / SHARES * 9
}
