//! A timestamp service elsewhere, which the bridge connects to over TCP.

use std::fmt;
use std::io;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::reason;
use crate::listen::address::Address;
use crate::listen::bind::unpace_loopback;

/// How long a timestamp service may take to accept.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The address of a timestamp service elsewhere. To that service, the bridge is the client.
#[derive(Debug, Clone)]
pub(crate) struct Upstream(pub(crate) Address);

impl Upstream {
    /// Connects to the service.
    ///
    /// # Errors
    /// A sentence that names the address and the reason, short enough for a close frame.
    pub(crate) async fn dial(&self) -> Result<TcpStream, String> {
        let connected = match timeout(CONNECT_TIMEOUT, self.connect()).await {
            Ok(connected) => connected.map_err(|error| reason(&error)),
            Err(_) => Err(format!("no answer in {} s", CONNECT_TIMEOUT.as_secs())),
        };
        connected.map_err(|reason| format!("cannot reach the timestamp service at {self}: {reason}"))
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect((self.0.host.as_str(), self.0.port)).await?;
        stream.set_nodelay(true)?;
        SockRef::from(&stream).set_out_of_band_inline(true)?;
        unpace_loopback(&stream, stream.peer_addr()?);
        Ok(stream)
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn urgent_bytes_of_the_service_are_bytes_like_any_other() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Upstream(listener.local_addr().unwrap().to_string().parse().unwrap());
        let (dialled, accepted) = tokio::join!(upstream.dial(), listener.accept());
        let (mut stream, (mut service, _)) = (dialled.unwrap(), accepted.unwrap());
        service.write_all(b"a").await.unwrap();
        SockRef::from(&service).send_out_of_band(b"!").unwrap();
        service.write_all(b"b\n").await.unwrap();
        drop(service);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes, b"a!b\n");
    }
}
