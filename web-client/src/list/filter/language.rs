//! The language of the filters: terms with a key, a sign and a value. What they mean is for each view to say.

/// The length of the longest query, in bytes. It bounds the work for each new exchange.
pub const LONGEST: usize = 256;

/// What a term starts with.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    /// The signs that may follow.
    pub(crate) signs: &'static str,
    /// What to say about a term that can't be understood.
    pub(crate) needs: &'static str,
}

pub(crate) const fn key(name: &'static str, signs: &'static str, needs: &'static str) -> Key {
    Key { name, signs, needs }
}

/// A term of a query.
pub(crate) struct Term<'a> {
    pub(crate) negated: bool,
    /// The index of its key. `None` for a text without one.
    pub(crate) key: Option<usize>,
    pub(crate) sign: u8,
    pub(crate) value: &'a str,
    /// Whether the value is in quotes.
    pub(crate) is_quoted: bool,
}

/// Reads a query. Each term is handed to `take`, which returns whether it understands the value. Otherwise the error
/// says what is wrong.
pub(crate) fn read(
    text: &str,
    keys: &[Key],
    take: &mut dyn FnMut(&Term<'_>) -> bool,
) -> Result<(), &'static str> {
    if text.len() > LONGEST {
        return Err("a filter has at most 256 bytes");
    }
    let mut rest = text.trim_start_matches(' ');
    while !rest.is_empty() {
        let unsigned = rest.strip_prefix('-').filter(|unsigned| !unsigned.starts_with(' '));
        let (key, sign, value) = split(unsigned.unwrap_or(rest), keys);
        let is_quoted = value.starts_with('"');
        let (value, behind) = cut(value);
        rest = behind.trim_start_matches(' ');
        // It is still being typed.
        if value.is_empty() && (rest.is_empty() || key.is_none()) {
            continue;
        }
        let term = Term { negated: unsigned.is_some(), key, sign, value, is_quoted };
        if value.is_empty() || !take(&term) {
            return Err(key.and_then(|key| keys.get(key)).map_or("", |key| key.needs));
        }
    }
    Ok(())
}

/// Splits a term into its key, the sign after it, and the rest.
fn split<'a>(term: &'a str, keys: &[Key]) -> (Option<usize>, u8, &'a str) {
    let of_sign = |byte: &u8| matches!(byte, b':' | b'<' | b'>');
    let found = term.as_bytes().iter().position(of_sign).and_then(|end| {
        let (name, sign) = (term.get(..end)?, *term.as_bytes().get(end)?);
        let is_it = |key: &Key| key.name.eq_ignore_ascii_case(name) && key.signs.as_bytes().contains(&sign);
        Some((Some(keys.iter().position(is_it)?), sign, term.get(end + 1..)?))
    });
    found.unwrap_or((None, b':', term))
}

/// Splits a value from what follows it.
fn cut(text: &str) -> (&str, &str) {
    let (text, end) = match text.strip_prefix('"') {
        Some(quoted) => (quoted, '"'),
        None => (text, ' '),
    };
    text.split_once(end).unwrap_or((text, ""))
}

/// Whether a name starts with this value.
pub(crate) fn starts(name: &str, value: &str) -> bool {
    name.get(..value.len()).is_some_and(|it| it.eq_ignore_ascii_case(value))
}

/// Whether bytes contain a text, in either case.
pub(crate) fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text))
}

pub(crate) const BYTES: [(&str, f64); 3] = [("", 1.0), ("k", 1024.0), ("m", 1_048_576.0)];
/// In milliseconds.
pub(crate) const TIMES: [(&str, f64); 4] = [("", 1.0), ("us", 0.001), ("ms", 1.0), ("s", 1000.0)];

/// A bound for a number.
#[derive(Debug)]
pub(crate) struct Limit {
    above: bool,
    inclusive: bool,
    bound: f64,
}

impl Limit {
    /// `value` is what follows the sign, which is `<` or `>`.
    pub(crate) fn parse(sign: u8, value: &str, units: &[(&str, f64)]) -> Option<Self> {
        let (inclusive, value) = match value.strip_prefix('=') {
            Some(value) => (true, value),
            None => (false, value),
        };
        let bound = number(value, units)?;
        (sign != b':').then_some(Self { above: sign == b'>', inclusive, bound })
    }

    pub(crate) fn allows(&self, value: f64) -> bool {
        if value == self.bound { self.inclusive } else { (value > self.bound) == self.above }
    }
}

/// Reads a number such as `1.5k`. The standard library's parser of floats is large.
fn number(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let (mut value, mut scale, mut has_digits) = (0.0, 0.0, false);
    let mut end = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                value = value * 10.0 + f64::from(byte - b'0');
                scale *= 10.0;
                has_digits = true;
            }
            b'.' if scale == 0.0 => scale = 1.0,
            _ => break,
        }
        end += 1;
    }
    let name = text.get(end..)?;
    let unit = units.iter().find(|(unit, _)| name.eq_ignore_ascii_case(unit))?.1;
    has_digits.then(|| if scale > 0.0 { value / scale * unit } else { value * unit })
}
