//! A segment of the search cache, whatever its bytes are: a damaged one gives wrong rows at worst.

use crate::store::probe_segment;

/// Reads `data` as a segment, and looks in it for what stands at its end, where its text lies, and for a few others.
///
/// # Panics
/// Where asking it panics, or is answered otherwise the second time: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let text = data.len().saturating_sub(4);
    let last = String::from_utf8_lossy(&data[text.saturating_sub(7)..text]);
    for word in ["山", "1", "山形花子", last.trim_matches('\0')] {
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
