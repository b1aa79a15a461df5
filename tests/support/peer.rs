//! Small peers for the clients. They do what Wirestamp's server never does.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream, UdpSocket, UnixListener};
use tokio::process::Command;

use super::group::Group;
use super::scratch::Scratch;
use super::soon;

/// A stamp with a fixed time.
pub(crate) const STAMPED: &str = "[Sun Nov 22 18:07:00 2026] ";

/// Starts a peer that serves one TCP client with `talk`; returns its URL.
pub(crate) async fn tcp<F: Future<Output = ()> + Send>(
    talk: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { talk(listener.accept().await.unwrap().0).await });
    url
}

/// Answers the first lines, and reads to the end.
pub(crate) async fn answer(stream: impl AsyncRead + AsyncWrite, lines: usize) {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    for number in 0.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
            return;
        }
        if number < lines {
            let reply = [STAMPED.as_bytes(), &line].concat();
            if writer.write_all(&reply).await.is_err() {
                return;
            }
        }
    }
}

/// Starts a Unix socket that answers every line of one client. Returns its URL and its directory.
pub(crate) fn unix() -> (String, Scratch) {
    let scratch = Scratch::new();
    let path = scratch.0.join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move { answer(listener.accept().await.unwrap().0, usize::MAX).await });
    (format!("unix:{}", path.display()), scratch)
}

/// Starts a UDP peer that calls `replies` for each datagram and sends the result; returns its URL.
pub(crate) async fn udp(mut replies: impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let url = format!("udp://{}", socket.local_addr().unwrap());
    tokio::spawn(async move {
        let mut buffer = vec![0; 65536];
        while let Ok((len, from)) = socket.recv_from(&mut buffer).await {
            for reply in replies(&buffer[..len]) {
                let _ = socket.send_to(&reply, from).await;
            }
        }
    });
    url
}

/// A datagram with a stamp.
pub(crate) fn stamped(datagram: &[u8]) -> Vec<u8> {
    [STAMPED.as_bytes(), datagram].concat()
}

/// The timestamp server of the textbooks: one client at a time, and one reply for each `recv`.
const TEXTBOOK: &str = "
from socket import *
from time import ctime
server = socket(AF_INET, SOCK_STREAM)
server.bind(('127.0.0.1', 0))
server.listen(5)
print(server.getsockname()[1], flush=True)
while True:
    client, address = server.accept()
    while True:
        data = client.recv(1024)
        if not data:
            break
        client.sendall(b'[' + ctime().encode() + b'] ' + data)
    client.close()
";

/// Starts the textbook's server. It ends when the group is dropped.
pub(crate) async fn textbook() -> (String, Group) {
    let mut command = Command::new("python3");
    command.args(["-c", TEXTBOOK]).stdout(Stdio::piped());
    let mut group = Group::spawn(&mut command).expect("python3 is installed: see tests/needs.sh");
    let mut lines = BufReader::new(group.0.stdout.take().unwrap()).lines();
    let port = soon("the textbook's port", lines.next_line()).await.unwrap().unwrap();
    (format!("tcp://127.0.0.1:{port}"), group)
}

/// Starts socat as an echo server. It ends with its first client, or when the group is dropped.
pub(crate) async fn socat() -> (String, Group) {
    let mut command = Command::new("socat");
    command.args(["-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "EXEC:cat"]).stderr(Stdio::piped());
    let mut group = Group::spawn(&mut command).expect("socat is installed: see tests/needs.sh");
    let mut lines = BufReader::new(group.0.stderr.take().unwrap()).lines();
    let place = loop {
        let line = soon("socat's port", lines.next_line()).await.unwrap().expect("socat runs");
        if let Some((_, place)) = line.split_once("listening on AF=2 ") {
            break place.to_owned();
        }
    };
    // Read the rest of its output, so that it never blocks on a full pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (format!("tcp://{place}"), group)
}
