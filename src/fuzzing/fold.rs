//! Folding: twice is once, fields don't touch each other, and what is marked lies within the text.

use crate::domain::fold::{find_folded, fold, tier};

/// Folds `data`, and looks for its second half in the whole.
///
/// # Panics
/// If an invariant is broken: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let once = fold(&text);
    assert_eq!(fold(&once), once);
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let (a, b) = text.split_at(middle);
    assert_eq!(fold(&format!("{a}\0{b}")), format!("{}\0{}", fold(a), fold(b)));
    let mut end = 0;
    for range in find_folded(&text, &fold(b)) {
        assert!(range.start >= end && text.get(range.clone()).is_some());
        end = range.end;
    }
    assert_eq!(tier(a, b), tier(b, a));
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
