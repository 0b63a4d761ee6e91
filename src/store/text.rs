//! The one pair that turns item values into the text of `app.items` and back: a JSON array, absent = null.

use crate::domain::said::Values;

/// Encodes values to the end of `out`.
pub(super) fn encode_into(values: Values<'_>, out: &mut String) {
    // One look at all that the values lie in is cheaper than one at each, and nearly always enough.
    let plain = values.within().is_some_and(is_plain);
    out.push('[');
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        match value {
            None => out.push_str("null"),
            Some(text) if plain || is_plain(text) => {
                out.push('"');
                out.push_str(text);
                out.push('"');
            }
            // Strings always have a JSON form; the fallback is never met.
            Some(text) => out.push_str(&serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())),
        }
    }
    out.push(']');
}

/// Encodes values.
pub(super) fn encode(values: &[Option<String>]) -> String {
    let mut out = String::new();
    encode_into(Values::Apart(values), &mut out);
    out
}

/// Whether a text stands in JSON as it is. All of it is looked at at once, which is faster than stopping early.
fn is_plain(text: &str) -> bool {
    !text.bytes().fold(false, |found, byte| found | (byte < 0x20) | (byte == b'"') | (byte == b'\\'))
}

/// Decodes values.
pub(super) fn decode(text: &str) -> Option<Vec<Option<String>>> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_text_is_what_json_says_it_is(
            values in proptest::collection::vec(proptest::option::of("[a山\\x00-\\x22\\\\\\x7f]{0,4}"), 0..4),
        ) {
            let text = encode(&values);
            prop_assert_eq!(&text, &serde_json::to_string(&values).unwrap());
            prop_assert_eq!(decode(&text), Some(values));
        }
    }
}
