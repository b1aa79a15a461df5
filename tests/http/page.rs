//! The page and its files.

use std::net::SocketAddr;

use hyper::Response;
use hyper::body::Bytes;

use crate::support::{Server, http};

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Fetches the page; returns it and the paths of the files that it names.
async fn page(server: SocketAddr) -> (Response<Bytes>, Vec<String>) {
    let page = http::get(server, "/", &[]).await;
    let html = String::from_utf8(page.body().to_vec()).unwrap();
    let parts: Vec<&str> = html.split('"').collect();
    let names = parts.windows(2).filter(|pair| pair[0].ends_with("href=") || pair[0].ends_with("src="));
    let paths = names.map(|pair| format!("/{}", pair[1].trim_start_matches(['/', '.']))).collect();
    (page, paths)
}

#[tokio::test]
async fn the_page_is_html_and_revalidated_each_time() {
    let server = Server::start(&[]).await;
    let (page, _) = page(server.http).await;
    assert_eq!(page.status(), 200);
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(&page, "cache-control"), "no-cache");
}

#[tokio::test]
async fn its_files_have_their_types_and_are_cached_as_immutable() {
    let server = Server::start(&[]).await;
    let (_, paths) = page(server.http).await;
    for (ending, mime) in [
        (".js", "text/javascript; charset=utf-8"),
        (".wasm", "application/wasm"),
        (".css", "text/css; charset=utf-8"),
        (".svg", "image/svg+xml"),
    ] {
        let path =
            paths.iter().find(|path| path.ends_with(ending)).unwrap_or_else(|| panic!("{ending}: {paths:?}"));
        let file = http::get(server.http, path, &[]).await;
        assert_eq!((file.status().as_u16(), header(&file, "content-type")), (200, mime), "{path}");
        assert!(header(&file, "cache-control").ends_with("immutable"), "{path}");
    }
}

#[tokio::test]
async fn every_file_is_compressed_in_advance_and_has_an_etag() {
    let server = Server::start(&[]).await;
    let (_, paths) = page(server.http).await;
    for path in paths.iter().map(String::as_str).chain(["/"]) {
        let plain = http::get(server.http, path, &[]).await;
        for coding in ["br", "gzip"] {
            let packed = http::get(server.http, path, &[("accept-encoding", coding)]).await;
            assert_eq!(header(&packed, "content-encoding"), coding, "{path}");
            assert_eq!(header(&packed, "vary"), "accept-encoding", "{path}");
            assert!(packed.body().len() < plain.body().len(), "{path}");
        }
        let again = http::get(server.http, path, &[("if-none-match", header(&plain, "etag"))]).await;
        assert_eq!((again.status().as_u16(), again.body().len()), (304, 0), "{path}");
    }
}

#[tokio::test]
async fn a_request_for_another_version_of_a_resource_is_412() {
    let server = Server::start(&[]).await;
    let page = http::get(server.http, "/", &[]).await;
    // The comparison is strong, and the page's validators are weak (RFC 9110, 13.1.1).
    for tag in ["\"another\"", "W/\"another\", \"more\"", header(&page, "etag")] {
        for path in ["/", "/api/info"] {
            let refused = http::get(server.http, path, &[("if-match", tag)]).await;
            assert_eq!((refused.status().as_u16(), refused.body().len()), (412, 0), "{path} {tag}");
        }
        assert_eq!(http::get(server.http, "/nothing", &[("if-match", tag)]).await.status(), 404);
    }
    let both = [("if-match", "\"another\""), ("if-none-match", "*")];
    assert_eq!(http::get(server.http, "/", &both).await.status(), 412, "If-Match comes first");
    assert_eq!(http::get(server.http, "/", &[("if-match", "*")]).await.status(), 200);
}

#[tokio::test]
async fn the_page_takes_less_than_a_hundred_and_ten_kibibytes_on_the_wire() {
    let server = Server::start(&[]).await;
    let (_, paths) = page(server.http).await;
    let mut sum = 0;
    for path in paths.iter().map(String::as_str).chain(["/"]) {
        sum += http::get(server.http, path, &[("accept-encoding", "br")]).await.body().len();
    }
    assert!(sum < 110 * 1024, "{sum} bytes");
}

#[tokio::test]
async fn an_unknown_path_is_a_404() {
    let server = Server::start(&[]).await;
    assert_eq!(http::get(server.http, "/nothing", &[]).await.status(), 404);
}
