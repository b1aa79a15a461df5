//! What is asked of the server.

use hyper::header::{AUTHORIZATION, HOST, HeaderValue};
use wirestamp_protocol::event::EventId;
use wirestamp_protocol::percent;

use super::args::WatchArgs;
use super::site::Site;

/// How the server should tell its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As JSON, one object a line.
    Lines,
    /// As a capture.
    Packets,
}

/// A request for events.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) site: Site,
    pub(super) form: Form,
    /// Whether the stream goes on with what happens from now on.
    pub(super) follow: bool,
    /// The `Authorization` header, if there is a token.
    pub(super) authorization: Option<HeaderValue>,
    /// The parameters of the query that stay the same.
    filters: Vec<String>,
    /// What the events come after: an event's id or a time.
    since: Option<String>,
}

impl Request {
    pub(super) fn new(args: &WatchArgs, authorization: Option<HeaderValue>) -> Self {
        let mut filters = Vec::new();
        for (key, values) in [("transport", &args.transport), ("type", &args.kind)] {
            if !values.is_empty() {
                filters.push(format!("{key}={}", percent::encode(&values.join(","))));
            }
        }
        filters.extend(args.session.map(|session| format!("session={session}")));
        if args.no_follow {
            filters.push("follow=no".into());
        }
        Self {
            site: args.url.clone(),
            form: if args.pcapng { Form::Packets } else { Form::Lines },
            follow: !args.no_follow,
            authorization,
            filters,
            since: args.since.clone(),
        }
    }

    /// Asks for what comes after this event from now on.
    pub(super) fn resume_after(&mut self, event: EventId) {
        self.since = Some(event.to_string());
    }

    /// Returns the path and the query.
    pub(super) fn target(&self) -> String {
        let name = match self.form {
            Form::Lines => "events.ndjson",
            Form::Packets => "events.pcapng",
        };
        let since = self.since.as_ref().map(|since| format!("since={}", percent::encode(since)));
        let query: Vec<&str> = self.filters.iter().chain(&since).map(String::as_str).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}/api/{name}{mark}{}", self.site.path, query.join("&"))
    }

    /// Returns the head of the HTTP request.
    pub(super) fn head(&self) -> hyper::http::request::Builder {
        let mut head = hyper::Request::get(self.target()).header(HOST, &self.site.authority);
        if let Some(token) = &self.authorization {
            head = head.header(AUTHORIZATION, token);
        }
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        args: WatchArgs,
    }

    fn request(line: &str) -> Request {
        let words = ["watch"].into_iter().chain(line.split_whitespace());
        Request::new(&Program::try_parse_from(words).unwrap().args, None)
    }

    #[test]
    fn flags_become_the_query() {
        for (line, target) in [
            ("", "/api/events.ndjson"),
            ("--pcapng", "/api/events.pcapng"),
            ("http://localhost/stamps/", "/stamps/api/events.ndjson"),
            (
                "--transport tcp,udp --type open --type close --session 3 --no-follow",
                "/api/events.ndjson?transport=tcp,udp&type=open,close&session=3&follow=no",
            ),
            ("--pcapng --since 2026-11-22T18:07:00Z", "/api/events.pcapng?since=2026-11-22T18:07:00Z"),
        ] {
            assert_eq!(request(line).target(), target, "{line}");
        }
        assert!(request("").follow && !request("--no-follow").follow);
    }

    #[test]
    fn a_request_resumes_behind_the_last_event() {
        let mut request = request("--session 3 --since 2026-11-22T18:07:00Z");
        request.resume_after(EventId { run: 0x692a_0b3c, number: 12 });
        assert_eq!(request.target(), "/api/events.ndjson?session=3&since=692a0b3c-12");
    }

    #[test]
    fn the_host_is_named_as_its_user_named_it() {
        let head = request("http://[::1]:8080").head();
        assert_eq!(head.headers_ref().unwrap()[HOST], "[::1]:8080");
    }
}
