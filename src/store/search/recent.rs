//! Short texts that were met lately in a field, with what became of them: most fields are choices out of a dozen, and what
//! was folded and looked up once needn't be again.

/// The longest text that is kept, in bytes: ten kanji.
const LONGEST: usize = 32;
/// How many are kept, each at the place that its bytes decide.
const PLACES: usize = 64;

/// The bytes of a text, and their number, by which the words tell it from every other.
type Kept = ([u64; LONGEST / 8], usize);

/// The texts that were met last.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// Empty until something is kept. A length of 0 = nothing stands there.
    places: Vec<(Kept, u32)>,
}

impl Recent {
    /// What was kept with a text.
    #[inline]
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        if text.is_empty() || text.len() > LONGEST || self.places.is_empty() {
            return None;
        }
        let kept = kept(text);
        let (known, what) = &self.places[place(&kept)];
        is_same(known, &kept).then_some(*what)
    }

    /// Keeps a text that isn't empty.
    pub(super) fn keep(&mut self, text: &str, what: u32) {
        if text.is_empty() || text.len() > LONGEST {
            return;
        }
        if self.places.is_empty() {
            self.places = vec![(Kept::default(), 0); PLACES];
        }
        let kept = kept(text);
        self.places[place(&kept)] = (kept, what);
    }
}

#[inline]
fn kept(text: &str) -> Kept {
    let (mut words, bytes) = ([0; LONGEST / 8], text.as_bytes());
    let (whole, rest) = bytes.as_chunks::<8>();
    for (word, part) in words.iter_mut().zip(whole) {
        *word = u64::from_le_bytes(*part);
    }
    // What is left over: the last bytes together, some of which may stand in the word before as well.
    if !rest.is_empty() {
        words[whole.len()] = match (bytes.last_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(last), _, _) => u64::from_le_bytes(*last),
            (None, Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        };
    }
    (words, bytes.len())
}

#[inline]
fn is_same((a, length): &Kept, (b, other): &Kept) -> bool {
    a.iter().zip(b).fold((length ^ other) as u64, |different, (a, b)| different | (a ^ b)) == 0
}

#[inline]
fn place((words, _): &Kept) -> usize {
    let mixed =
        words.iter().fold(0u64, |mixed, word| (mixed.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (mixed >> 58) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn what_is_found_is_what_was_kept_last(
            steps in proptest::collection::vec(("[a\\x00山]{0,18}", 0u32..9), 0..200),
        ) {
            let (mut recent, mut all) = (Recent::default(), HashMap::new());
            for (text, what) in steps {
                if let Some(found) = recent.find(&text) {
                    prop_assert_eq!(Some(&found), all.get(&text));
                }
                recent.keep(&text, what);
                all.insert(text.clone(), what);
                let is_short = !text.is_empty() && text.len() <= LONGEST;
                prop_assert_eq!(recent.find(&text), is_short.then_some(what));
            }
        }
    }
}
