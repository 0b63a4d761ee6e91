//! Lists of applications on the wire: for each stream whichever of three encodings is smallest.
//!
//! `run` = pairs of (gap, length); `gap` = one number a target; `deflated gap` = the same under raw DEFLATE. Numbers
//! are LEB128 varints; a gap counts from the target (or the end of the run) before, the first from 0.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::domain::varint;

/// The encodings, by their number on the wire.
const RUN: u8 = 0;
const GAP: u8 = 1;
const DEFLATED_GAP: u8 = 2;

/// Raw DEFLATE, at its fastest: looking longer for what repeats takes forty times as long over the gaps of 100,000 random
/// targets, in which nothing does, and makes them no shorter.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    // Writing into a Vec can't fail; should it ever, the caller's plain form is taken because nothing is smaller.
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(packed) => packed,
        Err(_) => bytes.to_vec(),
    }
}

/// The inverse of [`deflate`], refusing more than `limit` bytes.
pub(super) fn inflate(bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    DeflateDecoder::new(bytes).take(limit as u64 + 1).read_to_end(&mut plain).ok()?;
    (plain.len() <= limit).then_some(plain)
}

/// Encodes ascending, distinct numbers: (encoding, bytes).
pub(super) fn encode(numbers: &[u32]) -> (u8, Vec<u8>) {
    let mut run = Vec::new();
    let mut gap = Vec::with_capacity(numbers.len());
    let (mut end, mut at, mut last) = (0u64, 0, 0u64);
    while at < numbers.len() {
        let start = u64::from(numbers[at]);
        let length = numbers[at..].iter().zip(start..).take_while(|(n, expected)| u64::from(**n) == *expected).count();
        varint::put(&mut run, start - end);
        varint::put(&mut run, length as u64);
        end = start + length as u64;
        at += length;
    }
    for &number in numbers {
        varint::put(&mut gap, u64::from(number) - last);
        last = u64::from(number);
    }
    if run.len() <= gap.len() {
        // A run list is short when it wins; deflating it gains nothing worth another encoding.
        if run.len() * 4 <= gap.len() {
            return (RUN, run);
        }
    }
    let packed = deflate(&gap);
    [(RUN, run), (GAP, gap), (DEFLATED_GAP, packed)]
        .into_iter()
        .min_by_key(|(_, bytes)| bytes.len())
        .unwrap_or_default()
}

/// Decodes what [`encode`] wrote; `count` was read beside it.
pub(super) fn decode(encoding: u8, count: usize, bytes: &[u8]) -> Option<Vec<u32>> {
    let plain;
    let mut rest = match encoding {
        DEFLATED_GAP => {
            plain = inflate(bytes, count.checked_mul(5)?)?;
            plain.as_slice()
        }
        _ => bytes,
    };
    let mut numbers = Vec::with_capacity(count.min(1 << 20));
    let mut position = 0u64;
    match encoding {
        RUN => {
            while numbers.len() < count {
                let start = position.checked_add(varint::take(&mut rest)?)?;
                let length = varint::take(&mut rest)?;
                let end = start.checked_add(length)?;
                if length == 0 || length > (count - numbers.len()) as u64 || end > 1 << 32 {
                    return None;
                }
                numbers.extend((start..end).map(|n| n as u32));
                position = end;
            }
        }
        GAP | DEFLATED_GAP => {
            for _ in 0..count {
                let gap = varint::take(&mut rest)?;
                if gap == 0 && !numbers.is_empty() {
                    return None;
                }
                position = position.checked_add(gap)?;
                numbers.push(u32::try_from(position).ok()?);
            }
        }
        _ => return None,
    }
    rest.is_empty().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(numbers in proptest::collection::btree_set(1u32..5000, 0..600)) {
            let numbers: Vec<u32> = numbers.into_iter().collect();
            let (encoding, bytes) = encode(&numbers);
            prop_assert_eq!(decode(encoding, numbers.len(), &bytes), Some(numbers));
        }

        #[test]
        fn strange_bytes_are_refused_quietly(encoding in 0u8..4, count in 0usize..5000, bytes: Vec<u8>) {
            if let Some(numbers) = decode(encoding, count, &bytes) {
                prop_assert_eq!(numbers.len(), count);
                prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }

        #[test]
        fn varints_come_back(value: u64) {
            let mut bytes = Vec::new();
            varint::put(&mut bytes, value);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(varint::take(&mut rest), Some(value));
            prop_assert!(rest.is_empty());
        }
    }

    #[test]
    fn a_number_twice_and_a_run_beyond_all_numbers_are_refused() {
        assert_eq!(decode(GAP, 2, &[0, 0]), None);
        assert_eq!(decode(GAP, 2, &[5, 0]), None);
        let mut beyond = Vec::new();
        varint::put(&mut beyond, u64::MAX);
        varint::put(&mut beyond, 1);
        assert_eq!(decode(RUN, 1, &beyond), None);
        assert_eq!(decode(RUN, 2, &[0, 0]), None);
    }

    #[test]
    fn a_contiguous_hundred_thousand_takes_six_bytes() {
        let numbers: Vec<u32> = (200_000..300_000).collect();
        let (encoding, bytes) = encode(&numbers);
        assert_eq!((encoding, bytes.len()), (RUN, 6));
    }
}
