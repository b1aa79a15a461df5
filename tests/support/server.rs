//! `wirestamp serve` as a process.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{ChildStderr, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::group::Group;
use super::{memory, soon};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_wirestamp");

/// A running server. It is killed when dropped.
pub(crate) struct Server {
    group: Group,
    pub(crate) tcp: SocketAddr,
    pub(crate) http: SocketAddr,
    /// The listeners that it printed, in order: the kind and the address.
    listening: Vec<(String, String)>,
    logs: UnboundedReceiver<String>,
    gathering: JoinHandle<()>,
    /// Held while its log must not be read.
    log_stall: Arc<Mutex<()>>,
}

/// The settings in this process's environment, which a test doesn't want.
pub(crate) fn settings() -> impl Iterator<Item = String> {
    std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("WIRESTAMP_"))
}

/// A command without the settings in this process's environment.
pub(crate) fn without_settings(program: &str) -> Command {
    let mut command = Command::new(program);
    for name in settings() {
        command.env_remove(name);
    }
    command
}

/// A `wirestamp` command.
pub(crate) fn wirestamp(args: &[&str]) -> Command {
    let mut command = without_settings(PROGRAM);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Server {
    /// Starts a server on free ports, with UTC stamps and these flags.
    pub(crate) async fn start(flags: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", "127.0.0.1:0", flags).await
    }

    /// Starts a server at these addresses.
    pub(crate) async fn start_at(tcp: &str, http: &str, flags: &[&str]) -> Self {
        let mut command = wirestamp(&["serve", "--utc", "--tcp", tcp, "--http", http]);
        if !flags.contains(&"--udp") {
            command.args(["--udp", "off"]);
        }
        command.args(flags);
        Self::started_by(command).await
    }

    /// Starts the server that `command` runs, and waits until it listens. Other output before that is
    /// ignored.
    pub(crate) async fn started_by(mut command: Command) -> Self {
        let mut group = Group::spawn(&mut command).unwrap();
        let log_stall = Arc::default();
        let (mut logs, gathering) = gather(group.0.stderr.take().unwrap(), Arc::clone(&log_stall));
        let mut lines = BufReader::new(group.0.stdout.take().unwrap()).lines();
        let mut listening: Vec<(String, String)> = Vec::new();
        while !listening.iter().any(|(kind, _)| kind == "http") {
            let Some(line) = soon("the server's start", lines.next_line()).await.unwrap() else {
                panic!("the server ended: {:?}", logs.recv().await);
            };
            if let Some((kind, address)) =
                line.strip_prefix("listening ").and_then(|line| line.split_once(' '))
            {
                let address = address.trim_start_matches("http://").trim_end_matches('/');
                listening.push((kind.to_owned(), address.to_owned()));
            }
        }
        let first = |wanted| listening.iter().find(|(kind, _)| kind == wanted).unwrap().1.parse().unwrap();
        Self { group, tcp: first("tcp"), http: first("http"), listening, logs, gathering, log_stall }
    }

    /// The addresses of its listeners of this kind.
    pub(crate) fn addresses(&self, wanted: &str) -> Vec<&str> {
        let of_kind = self.listening.iter().filter(|(kind, _)| kind == wanted);
        of_kind.map(|(_, address)| address.as_str()).collect()
    }

    /// Its heap and stacks in bytes: RssAnon of proc_pid_status(5).
    pub(crate) fn anonymous_memory(&self) -> usize {
        usize::try_from(memory::of(self.pid(), "RssAnon")).unwrap()
    }

    /// Waits until it uses at least `bytes` of [anonymous memory](Self::anonymous_memory).
    pub(crate) async fn holds(&self, bytes: usize) {
        let grown = async {
            while self.anonymous_memory() < bytes {
                tokio::task::yield_now().await;
            }
        };
        soon("the memory in use", grown).await;
    }

    /// Waits until it uses no more than 2 MiB of anonymous memory more than `before`, when its clients are gone.
    pub(crate) async fn gives_back(&self, before: usize) {
        let kept = || self.anonymous_memory().saturating_sub(before);
        let peak = kept();
        let given_back = async {
            while kept() > 2 << 20 {
                tokio::task::yield_now().await;
            }
        };
        let given_back = timeout(Duration::from_secs(10), given_back).await;
        println!("{} KiB at the peak, then {} KiB", peak / 1024, kept() / 1024);
        assert!(given_back.is_ok(), "{} KiB are kept", kept() / 1024);
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.group.0.id().expect("it runs")
    }

    /// A raw TCP client.
    pub(crate) async fn connect(&self) -> TcpStream {
        soon("connecting", TcpStream::connect(self.tcp)).await.unwrap()
    }

    /// The next log line that contains all of `words`.
    pub(crate) async fn logged(&mut self, words: &[&str]) -> String {
        let mut seen = Vec::new();
        loop {
            let next = soon(&format!("{words:?} in {seen:#?}"), self.logs.recv()).await;
            let line = next.unwrap_or_else(|| panic!("no {words:?} in {seen:#?}"));
            if words.iter().all(|word| line.contains(word)) {
                return line;
            }
            seen.push(line);
        }
    }

    /// Stops reading its log until the guard is dropped, so that the pipe fills up.
    pub(crate) async fn stall_log(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.log_stall).lock_owned().await
    }

    /// Closes the pipe for its log.
    pub(crate) fn close_log(&mut self) {
        self.gathering.abort();
    }

    /// The CPU time that it has used so far (proc_pid_stat(5)), to a hundredth of a second.
    pub(crate) fn cpu_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        let (_name, fields) = stat.rsplit_once(") ").unwrap();
        let ticks = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap());
        Duration::from_millis(10 * ticks.sum::<u64>())
    }

    /// Sends a signal by its name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        super::signal(self.pid(), name);
    }

    /// Stops the server with SIGTERM; returns its exit code.
    pub(crate) async fn stop(self) -> Option<i32> {
        self.signal("TERM");
        self.exit_code().await
    }

    /// Waits for a server that was told to stop; returns its exit code.
    pub(crate) async fn exit_code(mut self) -> Option<i32> {
        soon("the server's end", self.group.0.wait()).await.unwrap().code()
    }
}

/// Reads lines as they arrive, so that the writer never blocks on a full pipe, except while `stall` is held.
fn gather(stderr: ChildStderr, stall: Arc<Mutex<()>>) -> (UnboundedReceiver<String>, JoinHandle<()>) {
    let (lines, gathered) = unbounded_channel();
    let mut stderr = BufReader::new(stderr).lines();
    let gathering = tokio::spawn(async move {
        while let Ok(Some(line)) = stderr.next_line().await {
            drop(stall.lock().await);
            let _ = lines.send(line);
        }
    });
    (gathered, gathering)
}

/// Sends line feeds without end and reads nothing: each brings 28 bytes of reply.
pub(crate) async fn flood(mut stream: TcpStream) {
    while stream.write_all(&[b'\n'; 65536]).await.is_ok() {}
}

/// Sends `bytes`, then reads a stamp and as many bytes.
pub(crate) async fn ask(stream: &mut TcpStream, bytes: &[u8]) -> Vec<u8> {
    stream.write_all(bytes).await.unwrap();
    let mut reply = vec![0; super::STAMP + bytes.len()];
    soon("a reply", stream.read_exact(&mut reply)).await.unwrap();
    reply
}
