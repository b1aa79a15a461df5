//! Headers that are lists (RFC 9110, 5.6.1).

use axum::http::{HeaderMap, HeaderName};

/// The elements of a list header, from all its lines.
pub(crate) fn names(request: &HeaderMap, header: HeaderName) -> impl Iterator<Item = &str> {
    let lists = request.get_all(header).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}
