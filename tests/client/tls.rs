//! `wirestamp connect wss://…`: which certificates are trusted, and what is said about the others.

use std::process::Stdio;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio::net::TcpListener;

use super::connect::{bridge, complaint, through};
use crate::support::peer;
use crate::support::scratch::Scratch;
use crate::support::server::wirestamp;

/// A certificate for localhost.
pub(super) fn localhost() -> CertificateParams {
    CertificateParams::new(["localhost".to_owned()]).unwrap()
}

/// An acceptor for TLS, and a file with its certificate, which a client can trust.
pub(super) fn tls(certificate: &CertificateParams, scratch: &Scratch) -> (tokio_rustls::TlsAcceptor, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let pem = scratch.0.join("certificate.pem");
    let text = data_encoding::BASE64.encode(certificate.der());
    std::fs::write(&pem, format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"))
        .unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    (Arc::new(config).into(), pem.to_str().unwrap().to_owned())
}

/// Starts a bridge with TLS; returns its port.
async fn start(acceptor: tokio_rustls::TlsAcceptor) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                bridge(stream, usize::MAX, None).await;
            }
        }
    });
    port
}

/// Sends a line with these certificates trusted.
async fn send(host: &str, port: u16, trusted: &str) -> std::process::Output {
    let mut command = wirestamp(&["connect", &format!("wss://{host}:{port}")]);
    command.env("SSL_CERT_FILE", trusted).env_remove("SSL_CERT_DIR").stdin(Stdio::piped());
    through(command, b"secret\n").await
}

#[tokio::test]
async fn a_certificate_named_by_the_user_is_trusted() {
    let scratch = Scratch::new();
    let (acceptor, pem) = tls(&localhost(), &scratch);
    let port = start(acceptor).await;
    let output = send("localhost", port, &pem).await;
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.stdout, peer::stamped(b"secret\n"));

    let other = Scratch::new();
    let said = complaint(&send("localhost", port, &tls(&localhost(), &other).1).await);
    assert!(said.contains("invalid peer certificate") && said.contains("set SSL_CERT_FILE to "), "{said}");
    let said = complaint(&send("127.0.0.1", port, &pem).await);
    assert!(said.contains("use a host name that the certificate has"), "{said}");
    let said = complaint(&send("localhost", port, "/nowhere/certificate.pem").await);
    assert!(said.ends_with("; set SSL_CERT_FILE to a file of certificates"), "{said}");
}

#[tokio::test]
async fn an_expired_certificate_should_be_renewed() {
    let scratch = Scratch::new();
    let mut expired = localhost();
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    let (acceptor, pem) = tls(&expired, &scratch);
    let said = complaint(&send("localhost", start(acceptor).await, &pem).await);
    assert!(said.contains("expired") && said.contains("; renew the server's certificate"), "{said}");
}
