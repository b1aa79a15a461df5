//! Headers that are lists (RFC 9110, 5.6.1).

use axum::http::{HeaderMap, HeaderName};

/// The elements of a list header, from all its lines.
pub(crate) fn names(request: &HeaderMap, header: HeaderName) -> impl Iterator<Item = &str> {
    let lists = request.get_all(header).into_iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}

/// The weight of an element such as `gzip;q=0.5`, and its name (RFC 9110, 12.4.2). An invalid weight is 0.
pub(crate) fn weighted(element: &str) -> (&str, f32) {
    let (name, parameters) = element.split_once(';').unwrap_or((element, ""));
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(0.0))
    });
    let weight = weight.unwrap_or(1.0);
    (name.trim(), if (0.0..=1.0).contains(&weight) { weight } else { 0.0 })
}
