//! A segment of the search cache, whatever its bytes are: a damaged one gives wrong rows at worst.

use crate::store::probe_segment;

/// Reads `data` as a segment, and looks in it for what stands at its end, where its text lies, and for others.
///
/// # Panics
/// Where asking it panics, or is answered otherwise the second time: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let end = data.len().saturating_sub(4);
    let last = String::from_utf8_lossy(&data[end.saturating_sub(7)..end]);
    let last = last.trim_matches('\0');
    let letter = last.chars().last().map(String::from).unwrap_or_default();
    for word in ["1", "ab", &letter, last] {
        assert_eq!(probe_segment(data, word), probe_segment(data, word));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_behind_the_magic(data in proptest::collection::vec(any::<u8>(), 0..96)) {
            super::run(&data);
            super::run(&[&b"SEKISEG\x02"[..], &data].concat());
        }
    }
}
