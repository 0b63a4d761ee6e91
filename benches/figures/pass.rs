//! The limit of every search that looks at all text: one pass of the memory, a sum over as many bytes.

use std::hint::black_box;
use std::path::Path;

use crate::{Clocks, Took};

/// How many passes there are; the median counts.
const PASSES: usize = 5;

/// Sums up a file's bytes in memory, eight by eight; how long one pass takes.
pub fn over(text: &Path) -> Took {
    let bytes = std::fs::read(text).unwrap();
    let mut all: Vec<Took> = (0..PASSES)
        .map(|_| {
            let clocks = Clocks::start();
            black_box(sum(black_box(&bytes)));
            clocks.took()
        })
        .collect();
    all.sort_by_key(|took| took.processor);
    all[PASSES / 2]
}

fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().fold(0_u64, |sum, word| sum.wrapping_add(u64::from_ne_bytes(*word)));
    rest.iter().fold(words, |sum, byte| sum.wrapping_add(u64::from(*byte)))
}
