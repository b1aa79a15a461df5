//! A server that tells events, as small as it can be. It answers each request as the test says.

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::soon;

/// A server on a free port.
pub(crate) struct Events {
    listener: TcpListener,
    pub(crate) url: String,
}

/// A request that was received, and the connection to answer it on.
pub(crate) struct Asked {
    /// The first line's path with its query.
    pub(crate) target: String,
    /// The header lines, in lower case up to the colon.
    pub(crate) headers: Vec<String>,
    stream: BufReader<Box<dyn Stream>>,
}

/// A connection, with or without TLS.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Events {
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1:0").await
    }

    pub(crate) async fn start_at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, url }
    }

    /// Waits for the next connection.
    pub(crate) async fn accepted(&self) -> TcpStream {
        soon("a connection", self.listener.accept()).await.unwrap().0
    }

    /// Waits for the next request.
    pub(crate) async fn asked(&self) -> Asked {
        Asked::over(self.accepted().await).await
    }
}

impl Asked {
    /// Reads a request.
    pub(crate) async fn over(stream: impl Stream + 'static) -> Self {
        let mut stream: BufReader<Box<dyn Stream>> = BufReader::new(Box::new(stream));
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            soon("the request's head", stream.read_line(&mut line)).await.unwrap();
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let target = lines.remove(0).split(' ').nth(1).unwrap().to_owned();
        let headers = lines.iter().map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            format!("{}:{value}", name.to_lowercase())
        });
        Self { target, headers: headers.collect(), stream }
    }

    /// Begins a stream of this media type.
    pub(crate) async fn begin(&mut self, kind: &str) {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n");
        self.stream.write_all(head.as_bytes()).await.unwrap();
    }

    /// Sends a chunk.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.stream.write_all(&chunk).await.unwrap();
    }

    /// Ends the stream in order.
    pub(crate) async fn end(mut self) {
        self.stream.write_all(b"0\r\n\r\n").await.unwrap();
        self.is_left().await;
    }

    /// Answers with an error and its reason.
    pub(crate) async fn refuse(mut self, status: &str, reason: &str) {
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\r\n{reason}",
            reason.len()
        );
        self.stream.write_all(head.as_bytes()).await.unwrap();
        self.is_left().await;
    }

    /// Waits until the client has closed the connection.
    pub(crate) async fn is_left(&mut self) {
        let mut rest = Vec::new();
        let _ = soon("the client's end", self.stream.read_to_end(&mut rest)).await;
    }
}
