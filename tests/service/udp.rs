//! The service over UDP: which datagrams it answers, and which it drops.

use std::net::SocketAddr;

use tokio::net::UdpSocket;

use crate::support::{PATIENCE, STAMP, Server, metrics, soon, unstamp};

struct Client {
    socket: UdpSocket,
}

impl Client {
    async fn of(server: &Server) -> Self {
        let address: SocketAddr = server.addresses("udp")[0].parse().unwrap();
        let local = if address.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" };
        let socket = UdpSocket::bind(local).await.unwrap();
        socket.connect(address).await.unwrap();
        Self { socket }
    }

    async fn send(&self, datagram: &[u8]) {
        self.socket.send(datagram).await.unwrap();
    }

    async fn receive(&self) -> Vec<u8> {
        let mut reply = vec![0; 70_000];
        let len = soon("a reply", self.socket.recv(&mut reply)).await.unwrap();
        reply.truncate(len);
        reply
    }
}

async fn server(flags: &[&str]) -> Server {
    Server::start(&[&["--udp", "127.0.0.1:0"], flags].concat()).await
}

#[tokio::test]
async fn every_datagram_gets_one_reply_whatever_its_content() {
    let server = server(&[]).await;
    let client = Client::of(&server).await;
    for datagram in [&b"hello"[..], b"", b"two\nlines\n", b"\0\xff\r"] {
        client.send(datagram).await;
        assert_eq!(unstamp(&client.receive().await), datagram);
    }
}

#[tokio::test]
async fn many_at_once_are_answered_one_by_one_and_in_order() {
    let server = server(&[]).await;
    let (one, other) = (Client::of(&server).await, Client::of(&server).await);
    // All of them arrive before the server looks: runs of equal length, some longer than a packet, from two
    // clients.
    let datagrams: Vec<_> =
        (0..70).map(|n| vec![b'a' + n % 26; [5, 5, 5, 40, 2000][usize::from(n / 8) % 5]]).collect();
    server.signal("STOP");
    for (n, datagram) in datagrams.iter().enumerate() {
        if n % 7 == 3 { &other } else { &one }.send(datagram).await;
    }
    server.signal("CONT");
    for (n, datagram) in datagrams.iter().enumerate() {
        let reply = if n % 7 == 3 { &other } else { &one }.receive().await;
        assert!(unstamp(&reply) == *datagram, "wrong reply to datagram {n}: {} bytes", reply.len());
    }
}

#[tokio::test]
async fn ipv6_and_both_families_are_served() {
    for at in ["[::1]:0", "[::]:0"] {
        let server = Server::start(&["--udp", at]).await;
        let port = server.addresses("udp")[0].parse::<SocketAddr>().unwrap().port();
        let hosts: &[&str] = if at == "[::1]:0" { &["[::1]"] } else { &["[::1]", "127.0.0.1"] };
        for host in hosts {
            let socket = UdpSocket::bind(format!("{host}:0")).await.unwrap();
            socket.connect(format!("{host}:{port}")).await.unwrap();
            let client = Client { socket };
            client.send(b"six").await;
            assert_eq!(unstamp(&client.receive().await), b"six");
        }
    }
}

#[tokio::test]
async fn the_largest_reply_is_sent_and_a_larger_one_is_counted() {
    let mut server = server(&[]).await;
    let client = Client::of(&server).await;
    let most = vec![b'x'; 65_507 - STAMP];
    client.send(&most).await;
    assert_eq!(unstamp(&client.receive().await), most);

    client.send(&vec![b'x'; 65_507 - STAMP + 1]).await;
    client.send(b"next").await;
    assert_eq!(unstamp(&client.receive().await), b"next", "the larger one gets no reply");
    server.signal("TERM");
    server.logged(&["transport=udp", "answered=2", "too_large=1"]).await;
}

#[tokio::test]
async fn stamped_datagrams_are_dropped() {
    let mut server = server(&[]).await;
    let client = Client::of(&server).await;
    client.send(b"[Sun Nov 22 18:07:00 2026] hello").await;
    client.send(b"[1795370820.000000000] hello").await;
    client.send(b"[not a stamp] hello").await;
    assert_eq!(unstamp(&client.receive().await), b"[not a stamp] hello");
    server.signal("TERM");
    server.logged(&["transport=udp", "answered=1", "stamped=2"]).await;
}

#[tokio::test]
async fn datagrams_from_a_well_known_port_are_dropped() {
    // Binding such a port requires a privilege. Without it, only the unit tests of the guard cover this.
    let Some(socket) = well_known_port().await else {
        return eprintln!("skipped: this user may not bind a port below 1024");
    };
    let mut server = server(&[]).await;
    let to = server.addresses("udp")[0].to_owned();
    socket.send_to(b"hello", &to).await.unwrap();
    // Datagrams are handled in order. Once the next one is answered, this one has been dropped.
    let client = Client::of(&server).await;
    client.send(b"next").await;
    client.receive().await;
    assert!(socket.try_recv(&mut [0; 100]).is_err(), "it was answered");
    server.signal("TERM");
    server.logged(&["transport=udp", "answered=1", "low_port=1"]).await;
}

async fn well_known_port() -> Option<UdpSocket> {
    for port in 900..1000 {
        match UdpSocket::bind(("127.0.0.1", port)).await {
            Ok(socket) => return Some(socket),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => return None,
            Err(_) => {}
        }
    }
    None
}

#[tokio::test]
async fn two_services_pointed_at_each_other_fall_silent() {
    // An attacker can cause this with a forged source address: each service believes that the other sent a
    // message.
    for formats in [["ctime", "rfc3339"], ["%H:%M", "%Y"], ["unix", "unix"]] {
        let mut one = server(&["--format", formats[0]]).await;
        let mut two = server(&["--format", formats[1]]).await;
        let relay = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (a, b): (SocketAddr, SocketAddr) =
            (one.addresses("udp")[0].parse().unwrap(), two.addresses("udp")[0].parse().unwrap());

        relay.send_to(b"hello", a).await.unwrap();
        let mut datagram = vec![0; 70_000];
        let mut passed_on = 0;
        // The relay takes the place of the forged address. It passes each datagram on to the other service.
        loop {
            let (len, from) = soon("a datagram", relay.recv_from(&mut datagram)).await.unwrap();
            let to = if from == a { b } else { a };
            relay.send_to(&datagram[..len], to).await.unwrap();
            passed_on += 1;
            assert!(passed_on < 3, "they answer each other: {}", String::from_utf8_lossy(&datagram[..len]));
            // The answer to a probe shows that the service has handled the datagram before it.
            let probe = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            probe.send_to(b"done?", to).await.unwrap();
            soon("an answer", probe.recv(&mut datagram)).await.unwrap();
            if relay.try_peek_sender().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock) {
                break;
            }
        }
        one.signal("TERM");
        two.signal("TERM");
        let counts = one.logged(&["transport=udp", "listener closed"]).await
            + &two.logged(&["transport=udp", "listener closed"]).await;
        assert!(counts.contains("stamped=1"), "{counts}");
    }
}

/// Answers every datagram with the same bytes, as some services do.
async fn answer_anything(socket: &UdpSocket, answered: &mut u32) {
    let mut datagram = [0; 1000];
    loop {
        let (_, from) = socket.recv_from(&mut datagram).await.unwrap();
        *answered += 1;
        socket.send_to(b"fixed", from).await.unwrap();
    }
}

#[tokio::test]
async fn a_loop_with_a_service_that_answers_anything_ends() {
    let server = server(&["--udp-loopback-rate", "10"]).await;
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    // An attacker would forge these. Each starts a loop of its own.
    for _ in 0..3 {
        other.send_to(b"begin", server.addresses("udp")[0]).await.unwrap();
    }
    let mut answered = 0;
    let ended = r#"wirestamp_datagrams_dropped_total{reason="over_rate"} 3"#;
    tokio::select! {
        () = answer_anything(&other, &mut answered) => {}
        () = metrics::shows(server.http, ended) => {}
    }
    // Each loop ends with the first of its datagrams that is dropped. A source saves up the replies of 250 seconds.
    let most = 2500 + 10 * PATIENCE.as_secs() as u32;
    assert!((2500..most).contains(&answered), "{answered} exchanges");
    let client = Client::of(&server).await;
    client.send(b"from elsewhere").await;
    assert_eq!(unstamp(&client.receive().await), b"from elsewhere");
}

#[tokio::test]
async fn the_rate_of_other_computers_does_not_count_on_loopback() {
    let server = server(&["--udp-rate", "1"]).await;
    let client = Client::of(&server).await;
    for number in 0..500 {
        client.send(format!("{number}").as_bytes()).await;
        assert_eq!(unstamp(&client.receive().await), format!("{number}").as_bytes());
    }
}

/// How many short datagrams fit into the server's receive buffer: 1,000, or fewer if the kernel's maximum is low. It
/// counts 768 bytes for each, and gives a buffer twice what is asked for (socket(7)).
fn fitting() -> usize {
    let most =
        std::fs::read_to_string("/proc/sys/net/core/rmem_max").unwrap().trim().parse::<usize>().unwrap();
    (most * 2 / 1024).min(1000)
}

#[tokio::test]
async fn a_thousand_datagrams_at_once_are_all_answered() {
    let server = server(&[]).await;
    let datagrams = fitting();
    // The replies need room too: some to each client.
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(Client::of(&server).await);
    }
    server.signal("STOP");
    for number in 0..datagrams {
        clients[number % 10].send(format!("{number}").as_bytes()).await;
    }
    server.signal("CONT");
    for number in 0..datagrams {
        assert_eq!(unstamp(&clients[number % 10].receive().await), format!("{number}").as_bytes());
    }
}

#[tokio::test]
async fn what_the_kernel_drops_is_counted() {
    const SENT: u64 = 500;
    let mut server = server(&[]).await;
    let client = Client::of(&server).await;
    let large = vec![b'x'; 60_000];
    server.signal("STOP");
    for _ in 0..SENT {
        client.send(&large).await;
    }
    server.signal("CONT");
    client.receive().await;
    // The kernel tells with the datagrams that arrive after those that it dropped, and after the others are answered.
    let answered = r#"wirestamp_messages_total{cut="datagram",transport="udp"}"#;
    let dropped = "wirestamp_datagrams_dropped_total{reason=\"kernel\"} ";
    let last = Client::of(&server).await;
    let counted = async {
        for more in 1.. {
            last.send(b"last").await;
            assert_eq!(unstamp(&last.receive().await), b"last");
            let answered = metrics::value(server.http, answered).await;
            let shown = metrics::shown(server.http).await;
            let dropped = shown.lines().find_map(|line| line.strip_prefix(dropped));
            if dropped.is_some_and(|count| answered + count.parse::<u64>().unwrap() == SENT + more) {
                break;
            }
        }
    };
    soon("the kernel's count", counted).await;
    server.logged(&["WARN", "the kernel dropped datagrams", "net.core.rmem_max"]).await;
}

#[tokio::test]
async fn listening_beyond_loopback_is_logged_as_a_warning() {
    let mut server = Server::start(&["--udp", "0.0.0.0:0", "--udp-rate", "7"]).await;
    server.logged(&["WARN", "UDP is open beyond this computer", "up to 7 replies a second"]).await;
    let mut quiet = self::server(&[]).await;
    quiet.signal("TERM");
    let line = quiet.logged(&[""]).await;
    assert!(!line.contains("UDP is open"), "{line}");
}
