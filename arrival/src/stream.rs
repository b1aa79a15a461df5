//! Streams that remember when their bytes arrived.

use std::io::{self, IoSliceMut};
use std::os::fd::AsRawFd;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use nix::sys::socket::{MsgFlags, recvmsg};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpStream, UnixStream};

use crate::socket::{Control, kernel_time};
use crate::{ArrivalTime, ClockWatch, Reading, Source};

/// A stream that knows when the bytes of its last read arrived.
pub trait ReportsArrival {
    /// Returns when the last byte of the last read arrived. Before the first read, that's when the stream was opened.
    fn arrival(&self) -> ArrivalTime;
}

/// A socket whose reads may come with the kernel's time.
pub trait KernelRead: AsyncRead {
    /// Reads as [`AsyncRead::poll_read`] does. Returns the kernel's time of the last byte, if there is one. The default
    /// is that there is none.
    ///
    /// # Errors
    /// Those of [`AsyncRead::poll_read`].
    fn poll_read_kernel(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<Option<Duration>>> {
        ready!(self.poll_read(cx, buffer))?;
        Poll::Ready(Ok(None))
    }
}

impl KernelRead for TcpStream {
    fn poll_read_kernel(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<Option<Duration>>> {
        poll_receive(&self, cx, buffer)
    }
}

impl KernelRead for OwnedReadHalf {
    fn poll_read_kernel(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<Option<Duration>>> {
        poll_receive((*self).as_ref(), cx, buffer)
    }
}

fn poll_receive(
    stream: &TcpStream,
    cx: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<Option<Duration>>> {
    loop {
        ready!(stream.poll_read_ready(cx))?;
        let mut received = None;
        let read = stream.try_io(Interest::READABLE, || {
            let (len, at) = receive(stream, buffer.initialize_unfilled())?;
            received = Some((len, at));
            // A read that leaves room has emptied the socket. Tokio takes that for granted in its own reads, but
            // learns it of others only from this error.
            if (1..buffer.remaining()).contains(&len) {
                Err(io::ErrorKind::WouldBlock.into())
            } else {
                Ok(())
            }
        });
        match (received, read) {
            (Some((len, at)), _) => {
                buffer.advance(len);
                return Poll::Ready(Ok(at));
            }
            (None, Err(error)) if error.kind() != io::ErrorKind::WouldBlock => {
                return Poll::Ready(Err(error));
            }
            (None, _) => {}
        }
    }
}

fn receive(stream: &TcpStream, bytes: &mut [u8]) -> io::Result<(usize, Option<Duration>)> {
    let mut control = Control::default();
    let mut pieces = [IoSliceMut::new(bytes)];
    let read = recvmsg::<()>(stream.as_raw_fd(), &mut pieces, Some(control.bytes()), MsgFlags::MSG_DONTWAIT)?;
    let at = read.cmsgs().into_iter().flatten().find_map(|message| kernel_time(&message));
    Ok((read.bytes, at))
}

/// Unix sockets have no kernel times.
impl KernelRead for UnixStream {}

/// A stream that remembers when its last read arrived. The times never go backwards, unless the system clock does.
#[derive(Debug)]
pub struct Timed<S> {
    stream: S,
    read: ReadFn<S>,
    watch: ClockWatch,
    last: ArrivalTime,
}

type ReadFn<S> = fn(Pin<&mut S>, &mut Context<'_>, &mut ReadBuf<'_>) -> Poll<io::Result<Option<Duration>>>;

impl<S: KernelRead> Timed<S> {
    /// Takes the kernel's times. They have to be turned on, with [`ask_kernel`](crate::ask_kernel).
    pub fn by_kernel(stream: S) -> Self {
        Self::new(stream, S::poll_read_kernel)
    }
}

impl<S: AsyncRead> Timed<S> {
    /// Takes the times of the reads.
    pub fn by_read(stream: S) -> Self {
        Self::new(stream, |stream, cx, buffer| {
            ready!(stream.poll_read(cx, buffer))?;
            Poll::Ready(Ok(None))
        })
    }
}

impl<S> Timed<S> {
    fn new(stream: S, read: ReadFn<S>) -> Self {
        let now = Reading::now();
        let last = ArrivalTime { at: Duration::ZERO, source: Source::Read, read: now };
        Self { stream, read, watch: ClockWatch::new(now), last }
    }
}

impl<S> ReportsArrival for Timed<S> {
    fn arrival(&self) -> ArrivalTime {
        self.last
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, read, watch, last } = &mut *self;
        let before = buffer.filled().len();
        let kernel = ready!(read(Pin::new(stream), cx, buffer))?;
        if buffer.filled().len() > before {
            *last = watch.read_now().arrival(kernel, last.at);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use crate::ask_kernel;

    /// A client, and its connection as a listener that asked the kernel accepted it.
    async fn pair() -> (TcpStream, Timed<TcpStream>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        assert!(ask_kernel(&listener));
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        (client, Timed::by_kernel(accepted))
    }

    /// Sends a byte, and reads until the kernel gives a time: it turns its stamps on in the background.
    async fn wait_for_times(client: &mut TcpStream, server: &mut Timed<TcpStream>) {
        while server.arrival().source == Source::Read {
            client.write_all(b"x").await.unwrap();
            server.read_u8().await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_a_listener_accepts_inherits_its_times() {
        let (mut client, mut server) = pair().await;
        wait_for_times(&mut client, &mut server).await;
        let before = Reading::now().wall;
        client.write_all(b"hello").await.unwrap();
        let after = Reading::now().wall;
        server.read_exact(&mut [0; 5]).await.unwrap();
        let arrival = server.arrival();
        assert_eq!(arrival.source, Source::Kernel);
        // Over loopback, the packet arrives while it's being sent.
        assert!(before <= arrival.at && arrival.at <= after, "{before:?} {arrival:?} {after:?}");
    }

    #[tokio::test]
    async fn bytes_read_in_pieces_keep_their_time_until_others_come() {
        let (mut client, mut server) = pair().await;
        wait_for_times(&mut client, &mut server).await;
        client.write_all(b"abcdef").await.unwrap();
        let mut times = Vec::new();
        for _ in 0..3 {
            server.read_exact(&mut [0; 2]).await.unwrap();
            times.push(server.arrival().at);
        }
        assert!(times[0] == times[1] && times[1] == times[2], "{times:?}");
        client.write_all(b"g").await.unwrap();
        server.read_u8().await.unwrap();
        assert!(server.arrival().at > times[0]);
    }

    #[tokio::test]
    async fn the_end_of_the_stream_has_no_time_of_its_own() {
        let (mut client, mut server) = pair().await;
        client.write_all(b"x").await.unwrap();
        server.read_u8().await.unwrap();
        let last = server.arrival();
        drop(client);
        assert_eq!(server.read(&mut [0; 9]).await.unwrap(), 0);
        assert_eq!(server.arrival(), last);
    }

    #[tokio::test]
    async fn the_reading_half_of_a_connection_has_its_times() {
        let (mut client, server) = pair().await;
        let (reading, _writing) = server.stream.into_split();
        let mut reading = Timed::by_kernel(reading);
        while reading.arrival().source == Source::Read {
            client.write_all(b"x").await.unwrap();
            reading.read_u8().await.unwrap();
        }
    }

    #[tokio::test]
    async fn unix_sockets_have_the_time_of_the_read() {
        let (mut client, server) = UnixStream::pair().unwrap();
        let mut server = Timed::by_kernel(server);
        let before = Reading::now().wall;
        client.write_all(b"x").await.unwrap();
        server.read_u8().await.unwrap();
        assert_eq!((server.arrival().source, server.arrival().waited()), (Source::Read, None));
        assert!(before <= server.arrival().at);
    }
}
