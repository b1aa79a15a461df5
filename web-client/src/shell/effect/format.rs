//! Asks the server whether a stamp format is valid.

use wirestamp_protocol::percent::encode;

use super::request::Request;
use crate::event::Event;
use crate::settings::Verdict;
use crate::shell::bus;

/// Asks about this format. The answer is an [`Event::FormatChecked`].
pub(crate) fn check(format: String) -> Option<Request> {
    let path = ["api/format?format=", &encode(&format)].concat();
    let answered = move |status, text: String| {
        bus::send(Event::FormatChecked { format: format.clone(), verdict: verdict(status, &text) });
    };
    Request::get(&path, answered).ok()
}

fn verdict(status: u16, text: &str) -> Verdict {
    match status {
        0 => Verdict::Unknown,
        400 => Verdict::Invalid(text.strip_suffix('\n').unwrap_or(text).to_owned()),
        // A proxy may not forward this path, so anything else says nothing against the format.
        _ => Verdict::Valid,
    }
}
