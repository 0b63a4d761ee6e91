//! The manifest of the search cache: what is read from any bytes, written and read again, is the same.

use crate::store::manifest_again;

/// Reads `data` as a manifest, as it stands and with a checksum that fits.
///
/// # Panics
/// If an invariant is broken: that is what the fuzzer looks for.
pub fn run(data: &[u8]) {
    let sealed = [data, &crc32fast::hash(data).to_be_bytes()].concat();
    for bytes in [data, &sealed] {
        if let Some(again) = manifest_again(bytes) {
            assert_eq!(manifest_again(&again), Some(again));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_behind_the_magic(data in proptest::collection::vec(any::<u8>(), 0..96)) {
            super::run(&data);
            super::run(&[&b"SEKISRC\x01\x85\x48\0\0\0\0\0\0\0\0\x48"[..], &data].concat());
        }
    }
}
