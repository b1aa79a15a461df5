//! Local time of day.

use js_sys::Date;

/// `18:07:00`, from milliseconds since 1970.
pub(crate) fn time_to_the_second(since_1970: f64) -> String {
    time_of_day(since_1970).split('.').next().unwrap_or_default().to_owned()
}

/// `18:07:00.123`, from milliseconds since 1970.
pub(crate) fn time_of_day(since_1970: f64) -> String {
    let date = Date::new(&since_1970.into());
    let two = |number: u32| -> String { [if number < 10 { "0" } else { "" }, &number.to_string()].concat() };
    let millis = date.get_milliseconds();
    let padding = if millis < 10 {
        "00"
    } else if millis < 100 {
        "0"
    } else {
        ""
    };
    let seconds = [":", &two(date.get_seconds()), ".", padding, &millis.to_string()].concat();
    [&two(date.get_hours()), ":", &two(date.get_minutes()), &seconds].concat()
}
