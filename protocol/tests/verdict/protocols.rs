//! Clients of other services that came to the wrong port.

use wirestamp_protocol::event::Transport;

use crate::session::{Session, each, ms, tcp};

/// The first record of `openssl s_client -servername sensor.example` with TLS 1.3, less its less common extensions.
fn client_hello(server_name: &[u8]) -> Vec<u8> {
    let prefixed = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
    let name = prefixed(&[&[0], &prefixed(server_name)[..]].concat());
    let extensions = [
        // Renegotiation info, the server name, groups, supported versions.
        &[0xff, 1, 0, 1, 0][..],
        &[&[0, 0], &prefixed(&name)[..]].concat(),
        &[0, 0x0a, 0, 4, 0, 2, 0, 0x1d],
        &[0, 0x2b, 0, 3, 2, 3, 4],
    ];
    let hello = [
        &[3, 3][..],
        &[0xaa; 32],
        &[32],
        &[0xbb; 32],
        &prefixed(&[0x13, 2, 0x13, 3, 0x13, 1, 0, 0xff]),
        &[1, 0],
        &prefixed(&extensions.concat()),
    ];
    let handshake = [&[1, 0][..], &prefixed(&hello.concat())].concat();
    [&[0x16, 3, 1][..], &prefixed(&handshake)].concat()
}

const PUTTY: &[u8] = b"\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18\xff\xfb\x27\xff\xfd\x01\xff\xfb\x03\xff\xfd\x03";
const MQTT: &[u8] = b"\x10\x12\0\x04MQTT\x04\x02\0\x3c\0\x06sensor";
const MODBUS: &[u8] = &[0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10];
const PROXY_V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x04\xd2\x54\x3f";

/// What other clients send first, with the hint and the first words of the verdict.
fn openings() -> [(Vec<u8>, &'static str, &'static str); 9] {
    [
        (
            client_hello(b"sensor.example"),
            "tls",
            r#"The client speaks TLS: it sent a ClientHello for "sensor.example"."#,
        ),
        (
            b"GET /index.html HTTP/1.1\r\nHost: localhost:21567\r\n\r\n".into(),
            "http",
            r#"The client speaks HTTP: it sent "GET /index.html"."#,
        ),
        (
            b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                .into(),
            "websocket",
            r#"The client asks for a WebSocket: "GET /ws"."#,
        ),
        (b"SSH-2.0-OpenSSH_9.6\r\n".into(), "ssh", "The client speaks SSH."),
        (MQTT.into(), "mqtt", "The client speaks MQTT: it sent a CONNECT packet."),
        (MODBUS.into(), "modbus", "The client speaks Modbus TCP: it sent a request."),
        (
            b"PROXY TCP4 192.0.2.1 192.0.2.2 51234 21567\r\nhello\n".into(),
            "proxy-header",
            "The stream begins with a PROXY header, version 1,",
        ),
        (PROXY_V2.into(), "proxy-header", "The stream begins with a PROXY header, version 2,"),
        (PUTTY.into(), "telnet", "The client speaks Telnet: it began with commands."),
    ]
}

#[test]
fn another_protocol_is_told_instead_of_what_follows_from_it() {
    for (bytes, hint, told) in openings() {
        let session = tcp().read(&bytes).wait(ms(60));
        assert_eq!(session.hints(), hint);
        assert!(session.verdict().starts_with(told), "{}", session.verdict());
    }
}

#[test]
fn another_protocol_is_recognized_in_any_chunks() {
    for (bytes, hint, told) in openings() {
        for chunk in 1..bytes.len() {
            let session = each(tcp(), bytes.chunks(chunk), ms(1));
            let hints = session.hints();
            assert!(hints.split(' ').any(|name| name == hint), "{hint} in chunks of {chunk}: {hints}");
            assert!(session.verdict().starts_with(told), "{}", session.verdict());
        }
    }
}

#[test]
fn another_protocol_is_recognized_at_the_beginning_only() {
    for (bytes, hint, _) in openings() {
        let hints = tcp().read("hello\n").read(&bytes).wait(ms(60)).hints();
        assert!(!hints.split(' ').any(|name| name == hint), "{hint}: {hints}");
        let hints = each(Session::new(Transport::Udp), [b"hello\n", &bytes[..]], ms(1)).hints();
        assert!(!hints.split(' ').any(|name| name == hint), "{hint}: {hints}");
    }
}

#[test]
fn a_datagram_is_recognized_by_itself() {
    let ask = "M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n";
    assert_eq!(Session::new(Transport::Udp).read(ask).hints(), "http");
    assert_eq!(each(Session::new(Transport::Udp), ["GET / ", "HTTP/1.1\r\n"], ms(1)).hints(), "crlf");
}

#[test]
fn a_message_of_a_websocket_asks_for_no_websocket() {
    let ask = "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
    assert_eq!(Session::new(Transport::Ws).read(ask).hints(), "http");
}

#[test]
fn lines_that_resemble_other_protocols_are_lines() {
    for line in [
        "GET /status\n",
        "GET /index.html HTTP/1.1 200 512\n",
        "POST now\n",
        "HTTP/1.1 200 OK\n",
        "SSH-3.0-none\n",
        "SSH login for root failed\n",
        "PROXY settings: none\n",
        "MQTT connected\n",
        "QUIT\n",
        "\n",
    ] {
        assert_eq!(tcp().read(line).hints(), "", "{line:?}");
    }
}

#[test]
fn hostile_words_are_escaped_and_cut() {
    let name = tcp().read(client_hello(b"\x1b]0;pwned\x07\"\n\xe2\x80\xae")).verdict();
    assert!(name.contains(r#"for "\x1b]0;pwned\x07\x22\n\u{202e}"."#), "{name}");
    let long = tcp().read(client_hello(&[b'a'; 200])).verdict();
    assert!(long.contains(&format!("\"{}…\"", "a".repeat(64))), "{long}");
    let path = tcp().read(format!("GET /{}\u{202e} HTTP/1.1\r\n", "a".repeat(40))).verdict();
    assert!(path.contains(r#"aaa\u{202e}""#), "{path}");
}
