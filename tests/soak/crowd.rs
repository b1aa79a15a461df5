//! Many clients of one kind, each with one session after another.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::support::random::Random;
use crate::{clients, nuisances};

/// Where the server listens.
pub(crate) struct Target {
    pub(crate) tcp: SocketAddr,
    pub(crate) http: SocketAddr,
    pub(crate) udp: SocketAddr,
    pub(crate) unix: PathBuf,
}

/// Counts of a crowd's sessions and messages.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) sessions: AtomicU64,
    /// Messages that must get a reply.
    pub(crate) messages: AtomicU64,
    /// Correct replies.
    pub(crate) replies: AtomicU64,
    /// Sessions that failed. Each has written the reason to standard error.
    pub(crate) failed: AtomicU64,
}

impl Tally {
    pub(crate) fn sent(&self, messages: usize) {
        self.messages.fetch_add(messages as u64, Relaxed);
    }

    pub(crate) fn answered(&self, replies: usize) {
        self.replies.fetch_add(replies as u64, Relaxed);
    }
}

type Session = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Clients of one kind.
pub(crate) struct Crowd {
    pub(crate) name: &'static str,
    /// The number of clients at once.
    clients: usize,
    /// The shortest time between two sessions of a client. Each TCP session leaves its port in TIME_WAIT for
    /// a minute, and there are only 28,000 ports.
    pace: Duration,
    session: fn(Arc<Target>, Arc<Tally>, Random) -> Session,
    pub(crate) tally: Arc<Tally>,
}

macro_rules! crowd {
    ($name:literal, $clients:literal every $pace:literal ms: $session:path) => {
        Crowd {
            name: $name,
            clients: $clients,
            pace: Duration::from_millis($pace),
            session: |target, tally, random| Box::pin($session(target, tally, random)),
            tally: Arc::default(),
        }
    };
}

impl Crowd {
    /// All kinds of clients.
    pub(crate) fn all(browser: bool) -> Vec<Self> {
        let mut all = vec![
            crowd!("tcp", 32 every 200 ms: clients::tcp),
            crowd!("unix", 16 every 50 ms: clients::unix),
            crowd!("udp", 8 every 20 ms: clients::udp),
            crowd!("websocket", 16 every 300 ms: clients::websocket),
            crowd!("slow reader", 8 every 500 ms: clients::slow),
            crowd!("page", 2 every 200 ms: clients::page),
            crowd!("reset", 8 every 50 ms: nuisances::reset),
            crowd!("websocket reset", 4 every 200 ms: nuisances::websocket_reset),
            crowd!("flood", 4 every 500 ms: nuisances::flood),
            crowd!("tcp garbage", 4 every 100 ms: nuisances::tcp),
            crowd!("udp garbage", 2 every 50 ms: nuisances::udp),
            crowd!("http garbage", 4 every 100 ms: nuisances::http),
            crowd!("frame garbage", 4 every 100 ms: nuisances::frames),
            crowd!("silent", 32 every 5000 ms: nuisances::silent),
        ];
        if browser {
            all.push(crowd!("chromium", 1 every 1000 ms: clients::chromium));
        }
        all
    }
}

/// Runs every crowd until `end`, and waits for the sessions that have started by then.
pub(crate) async fn run(crowds: &[Crowd], target: &Arc<Target>, end: Instant) {
    let mut all = JoinSet::new();
    for crowd in crowds {
        for number in 0..crowd.clients {
            let Crowd { name, pace, session, .. } = *crowd;
            let (tally, target) = (Arc::clone(&crowd.tally), Arc::clone(target));
            let mut random = Random::new((number as u64) << 32 | u64::from(name.as_bytes()[0]));
            all.spawn(async move {
                while Instant::now() < end {
                    let next = Instant::now() + pace;
                    let one = session(Arc::clone(&target), Arc::clone(&tally), Random::new(random.next()));
                    // Each session has its own task, so that a failure ends only that session.
                    if tokio::spawn(one).await.is_err() {
                        tally.failed.fetch_add(1, Relaxed);
                    }
                    tally.sessions.fetch_add(1, Relaxed);
                    sleep_until(next.min(end)).await;
                }
            });
        }
    }
    all.join_all().await;
}
