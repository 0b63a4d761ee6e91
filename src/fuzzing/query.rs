//! Queries: the canonical form reads back equal, an error lies within the text, and so does what is marked.

use crate::domain::calendar::Day;
use crate::domain::column::Column;
use crate::domain::query::{Context, Query};

/// Reads `data` as a query that somebody types.
///
/// # Panics
/// If an invariant is broken: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let context = Context { today: Day::constant(2026, 11, 20) };
    match Query::parse_typing(&text, &context) {
        Ok(query) => {
            assert_eq!(Query::parse(&query.to_string(), &context).as_ref(), Ok(&query));
            let mut end = 0;
            for range in query.marks(&Column::Name, &text) {
                assert!(range.start >= end && text.get(range.clone()).is_some());
                end = range.end;
            }
        }
        Err(error) => {
            assert!(text.get(error.span.clone()).is_some());
            assert_eq!(text[..error.span.start].chars().count() as u64 + 1, error.column);
        }
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
