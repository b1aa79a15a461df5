//! Code snippets that use this service, ready to copy. Each sends one line and prints the reply.

use wirestamp_protocol::percent::encode;

/// Where the service is, as seen from the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    host: String,
    ports: Ports,
    secure: bool,
    format: Option<String>,
}

/// The ports the service listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// TCP, if enabled.
    pub tcp: Option<u16>,
    /// UDP, if enabled.
    pub udp: Option<u16>,
    /// HTTP, which includes the WebSocket.
    pub http: u16,
}

/// A snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The language, by its name in syntax highlighters.
    pub language: &'static str,
    /// The title shown.
    pub title: &'static str,
    /// The code, ending in a line feed.
    pub code: String,
}

impl Service {
    /// The service on this host; IPv6 addresses may be in brackets. `secure` says whether the page came over
    /// HTTPS. `format` is the stamp format for the WebSocket, if not the server's default.
    ///
    /// `None` if the host is neither a name nor an address. It becomes part of the code, so only characters that
    /// never need quoting are accepted.
    pub fn new(host: &str, ports: Ports, secure: bool, format: Option<&str>) -> Option<Self> {
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = bracketed.unwrap_or(host);
        let is_sound = is_ipv6(host) || bracketed.is_none() && is_name(host);
        if !is_sound {
            return None;
        }
        Some(Self { host: host.to_owned(), ports, secure, format: format.map(str::to_owned) })
    }

    /// The snippets for all ports.
    ///
    /// ```
    /// use wirestamp_web_client::{Ports, Service};
    /// let ports = Ports { tcp: Some(21567), udp: None, http: 8080 };
    /// let snippets = Service::new("localhost", ports, false, None).unwrap().snippets();
    /// assert_eq!(snippets[0].code, "echo 'hello' | nc -N localhost 21567\n");
    /// ```
    pub fn snippets(&self) -> Vec<Snippet> {
        let mut snippets = Vec::new();
        let mut add = |language, title, code: &[&str]| {
            snippets.push(Snippet { language, title, code: code.concat() });
        };
        let host = self.host.as_str();
        let authority = self.authority();
        if let Some(port) = self.ports.tcp {
            let port = port.to_string();
            let url = quoted(["tcp://", &authority, ":", &port].concat());
            add("sh", "netcat", &["echo 'hello' | nc -N ", host, " ", &port, "\n"]);
            add("sh", "wirestamp", &["echo 'hello' | wirestamp connect ", &url, "\n"]);
            add("python", "Python", &[PYTHON.0, host, PYTHON.1, &port, PYTHON.2]);
            add("javascript", "Node.js", &[NODE.0, host, NODE.1, &port, NODE.2]);
            add("rust", "Rust", &[RUST.0, host, RUST.1, &port, RUST.2]);
            let caution = if self.is_loopback() { LOOPBACK } else { "" };
            add("cpp", "Arduino", &[ARDUINO.0, caution, ARDUINO.1, host, ARDUINO.2, &port, ARDUINO.3]);
        }
        if let Some(port) = self.ports.udp {
            let port = port.to_string();
            add("sh", "netcat, UDP", &["echo 'hello' | nc -u -w1 ", host, " ", &port, "\n"]);
        }
        let url = quoted(self.web_socket(&authority));
        add("sh", "wirestamp, WebSocket", &["echo 'hello' | wirestamp connect ", &url, "\n"]);
        add("sh", "curl, WebSocket", &[CURL, &url, "\n"]);
        snippets
    }

    /// The host as written in a URL.
    fn authority(&self) -> String {
        match self.host.contains(':') {
            true => ["[", &self.host, "]"].concat(),
            false => self.host.clone(),
        }
    }

    fn web_socket(&self, authority: &str) -> String {
        let scheme = if self.secure { "wss://" } else { "ws://" };
        let mut url = [scheme, authority, ":", &self.ports.http.to_string(), "/ws"].concat();
        if let Some(format) = &self.format {
            url.extend(["?format=", &encode(format)]);
        }
        url
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host == "::1" || self.host.starts_with("127.")
    }
}

/// Whether this is an IPv6 address, or at least made of the same harmless characters. It has more than one
/// colon, so it can't be a host with a port.
fn is_ipv6(host: &str) -> bool {
    let colons = host.bytes().filter(|byte| *byte == b':').count();
    colons >= 2 && host.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
}

/// Whether this is a host name or an IPv4 address. A leading hyphen would be taken for a flag.
fn is_name(host: &str) -> bool {
    let may_be = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !host.is_empty() && !host.starts_with('-') && host.bytes().all(may_be)
}

/// Adds quotes if a shell might expand it.
fn quoted(url: String) -> String {
    match url.contains(['[', '?']) {
        true => ["'", &url, "'"].concat(),
        false => url,
    }
}

const PYTHON: (&str, &str, &str) = (
    r#"import socket

with socket.create_connection((""#,
    r#"", "#,
    r#"), timeout=10) as connection:
    connection.sendall(b"hello\n")
    print(connection.makefile().readline(), end="")
"#,
);

const NODE: (&str, &str, &str) = (
    r#"const net = require("node:net");

const connection = net.connect({ host: ""#,
    r#"", port: "#,
    r#" }, () => connection.end("hello\n"));
connection.setEncoding("utf8");
connection.on("data", (reply) => process.stdout.write(reply));
"#,
);

const RUST: (&str, &str, &str) = (
    r#"use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

fn main() -> std::io::Result<()> {
    let mut connection = TcpStream::connect((""#,
    r#"", "#,
    r#"))?;
    connection.write_all(b"hello\n")?;
    let mut reply = String::new();
    BufReader::new(connection).read_line(&mut reply)?;
    print!("{reply}");
    Ok(())
}
"#,
);

const LOOPBACK: &str =
    "// On the board, this host is the board itself: use your computer's address instead.\n";

const ARDUINO: (&str, &str, &str, &str) = (
    r#"#include <WiFi.h>  // on an ESP8266: <ESP8266WiFi.h>

const char* NETWORK = "your network";
const char* PASSWORD = "its password";
"#,
    r#"const char* HOST = ""#,
    r#"";
const uint16_t PORT = "#,
    r#";

void setup() {
  Serial.begin(115200);
  WiFi.begin(NETWORK, PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(100);

  WiFiClient client;
  if (!client.connect(HOST, PORT)) {
    Serial.println("cannot connect");
    return;
  }
  client.print("hello\n");
  Serial.println(client.readStringUntil('\n'));
  client.stop();
}

void loop() {}
"#,
);

// curl reads WebSockets from 8.11 on, but only sends its input from 8.16 on.
const CURL: &str =
    "# curl 8.16 or newer, with WebSocket built in: `curl --version` lists ws. Press Ctrl-C to end it.
echo 'hello' | curl --no-buffer --no-progress-meter --upload-file . ";

#[cfg(test)]
mod tests {
    use super::*;

    const PORTS: Ports = Ports { tcp: Some(21567), udp: Some(21568), http: 8080 };

    fn service(host: &str) -> Service {
        Service::new(host, PORTS, false, None).unwrap()
    }

    fn code(service: &Service, title: &str) -> String {
        service.snippets().into_iter().find(|snippet| snippet.title == title).unwrap().code
    }

    #[test]
    fn all_are_about_this_host_and_its_ports() {
        for Snippet { title, code, .. } in service("stamp.example").snippets() {
            assert!(code.contains("stamp.example") && code.ends_with('\n'), "{title}: {code}");
            assert!(["21567", "21568", "8080"].iter().any(|port| code.contains(port)), "{title}: {code}");
            assert!(code.contains("hello"), "{title}: {code}");
        }
    }

    #[test]
    fn titles_are_unique() {
        let mut titles: Vec<_> =
            service("localhost").snippets().iter().map(|snippet| snippet.title).collect();
        let all = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!((titles.len(), all), (9, 9));
    }

    #[test]
    fn only_urls_have_ipv6_addresses_in_brackets() {
        for host in ["::1", "[::1]"] {
            let six = service(host);
            assert_eq!(code(&six, "netcat"), "echo 'hello' | nc -N ::1 21567\n");
            assert_eq!(code(&six, "netcat, UDP"), "echo 'hello' | nc -u -w1 ::1 21568\n");
            assert_eq!(code(&six, "wirestamp"), "echo 'hello' | wirestamp connect 'tcp://[::1]:21567'\n");
            assert!(code(&six, "curl, WebSocket").ends_with(" 'ws://[::1]:8080/ws'\n"));
            assert!(code(&six, "Python").contains(r#"create_connection(("::1", 21567)"#));
            assert!(code(&six, "Node.js").contains(r#"{ host: "::1", port: 21567 }"#));
            assert!(code(&six, "Rust").contains(r#"connect(("::1", 21567))"#));
        }
    }

    #[test]
    fn a_page_over_https_has_a_secure_web_socket() {
        let service = Service::new("stamp.example", Ports { http: 443, ..PORTS }, true, None).unwrap();
        assert_eq!(
            code(&service, "wirestamp, WebSocket"),
            "echo 'hello' | wirestamp connect wss://stamp.example:443/ws\n"
        );
    }

    #[test]
    fn a_format_is_encoded_whatever_is_in_it() {
        for (format, encoded) in [
            ("rfc3339", "rfc3339"),
            ("%H:%M:%S%.3f", "%25H:%25M:%25S%25.3f"),
            ("é';$(x)\n", "%C3%A9%27%3B%24%28x%29%0A"),
        ] {
            let service = Service::new("localhost", PORTS, false, Some(format)).unwrap();
            assert_eq!(
                code(&service, "wirestamp, WebSocket"),
                ["echo 'hello' | wirestamp connect 'ws://localhost:8080/ws?format=", encoded, "'\n"].concat()
            );
        }
    }

    #[test]
    fn there_are_no_snippets_for_disabled_transports() {
        let ports = Ports { tcp: None, udp: None, http: 80 };
        let snippets = Service::new("localhost", ports, false, None).unwrap().snippets();
        let titles: Vec<_> = snippets.iter().map(|snippet| snippet.title).collect();
        assert_eq!(titles, ["wirestamp, WebSocket", "curl, WebSocket"]);
    }

    #[test]
    fn a_board_is_not_sent_to_itself() {
        for host in ["localhost", "127.0.0.1", "[::1]"] {
            assert!(code(&service(host), "Arduino").contains(LOOPBACK), "{host}");
        }
        assert!(!code(&service("192.168.1.5"), "Arduino").contains("itself"));
    }

    #[test]
    fn names_and_addresses_are_valid_hosts() {
        for host in [
            "localhost",
            "stamp.example",
            "my_pc",
            "xn--bcher-kva.example",
            "10.0.0.1",
            "fe80::1",
            "::ffff:1.2.3.4",
            "[2001:DB8::]",
        ] {
            assert!(Service::new(host, PORTS, false, None).is_some(), "{host}");
        }
    }

    #[test]
    fn invalid_hosts_are_rejected() {
        for host in [
            "",
            "[]",
            "[localhost]",
            "[::1",
            "::1]",
            "-e",
            "a b",
            "a;b",
            "a'b",
            "a\"b",
            "$(a)",
            "a\nb",
            "a/b",
            "a\\b",
            "fe80::1%eth0",
            "a:80",
            "bücher.example",
            "::-1",
        ] {
            assert_eq!(Service::new(host, PORTS, false, None), None, "{host}");
        }
    }
}
