//! Local time of day.

use crate::shell::browser::object::Object;

/// `18:07:00`, from milliseconds since 1970.
pub(crate) fn time_to_the_second(since_1970: f64) -> String {
    let date = Object::new("Date", vec![since_1970.into()]);
    // 18:07:00 GMT+0200 (Central European Summer Time)
    let time =
        date.and_then(|date| date.call("toTimeString", Vec::new())).ok().and_then(|time| time.as_string());
    time.unwrap_or_default().chars().take(8).collect()
}

/// `18:07:00.123`, from milliseconds since 1970.
pub(crate) fn time_of_day(since_1970: f64) -> String {
    let millis = (1000 + since_1970 as u64 % 1000).to_string();
    [&time_to_the_second(since_1970), ".", millis.get(1..).unwrap_or_default()].concat()
}
