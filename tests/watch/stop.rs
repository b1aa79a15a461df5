//! The end of the server, as watchers see it.

use futures_util::StreamExt;
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::support::server::ask;
use crate::support::watcher::{Watcher, all};
use crate::support::{Server, soon, websocket};

#[tokio::test]
async fn at_a_stop_watchers_see_how_the_open_sessions_end_and_then_their_stream_ends() {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    ask(&mut client, b"hello\n").await;
    watcher.next_of("message").await;
    let mut socket = websocket::open(server.http).await;
    watcher.next_of("open").await;

    server.signal("TERM");
    // Each client sees the end and closes its side.
    let clients = async {
        assert_eq!(soon("the end", client.read(&mut [0])).await.unwrap(), 0);
        drop(client);
        while soon("the Close frame", socket.next()).await.is_some() {}
        drop(socket);
    };
    let ((), mut closes) = tokio::join!(clients, watcher.rest());
    closes.sort_by_key(|close| close["session"].as_u64());
    assert_eq!(all(&closes, "type"), ["close", "close"]);
    assert_eq!(all(&closes, "transport"), ["tcp", "ws"]);
    for close in &closes {
        assert_eq!((&close["by"], &close["how"]), (&json!("server"), &json!("stop")), "{close}");
        assert!(close["verdict"].as_str().unwrap().ends_with("The service was stopped."), "{close}");
    }
    assert_eq!(server.exit_code().await, Some(0));
}
