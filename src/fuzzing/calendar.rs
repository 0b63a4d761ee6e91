//! Dates: what is read is written and read again as the same, and an error lies within the text.

use crate::domain::calendar::{Day, iso, parse_day, parse_instant, parse_span};

/// Reads `data` as a date, an instant and a span.
///
/// # Panics
/// If an invariant is broken: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let today = Day::constant(2026, 11, 20);
    let instant = parse_instant(&text);
    if let Ok(dated) = &instant {
        assert_eq!(parse_instant(&iso(&dated.value)).map(|again| again.value), Ok(dated.value));
    }
    let span = parse_span(&text, today);
    if let Ok(dated) = &span {
        assert_eq!(parse_span(&dated.value.to_string(), today).map(|again| again.value), Ok(dated.value));
    }
    for error in [instant.err(), span.err(), parse_day(&text).err()].into_iter().flatten() {
        assert!(error.column >= 1 && error.column <= text.chars().count() as u64 + 1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes(data in prop_oneof![proptest::collection::vec(any::<u8>(), 0..64), ".{0,24}".prop_map(String::into_bytes)]) {
            super::run(&data);
        }
    }
}
