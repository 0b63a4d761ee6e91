//! 証明点: the head of the log at one moment, short enough for a slip of paper. Whoever keeps it outside of the machine can
//! prove later that nothing before it was changed or cut off.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::fault::{Arguments, Fault, Outcome};
use super::record::Hash;

/// Bytes of the hash that stand on the slip: nobody finds another chain with the same 128 bits.
const KEPT: usize = 16;

/// An operation of some stream and the first 16 bytes of its place in the chain.
///
/// As text: the number in its stream, the bytes in groups of four hexadecimal digits, and one more group by which a slip of
/// the fingers is told from a changed log: `12-4f1a-…-9c03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Anchor {
    /// The number of the operation in its stream.
    pub seq: u32,
    /// The beginning of its hash.
    kept: [u8; KEPT],
}

impl Anchor {
    /// The anchor of an operation.
    #[must_use]
    pub fn of(seq: u32, hash: &Hash) -> Self {
        let mut kept = [0; KEPT];
        kept.copy_from_slice(&hash[..KEPT]);
        Self { seq, kept }
    }

    /// Whether an operation with this hash is the one.
    #[must_use]
    pub fn is_of(&self, hash: &Hash) -> bool {
        hash[..KEPT] == self.kept
    }

    fn check(&self) -> [u8; 2] {
        let mut digest = Sha256::new_with_prefix("sekisho/anchor/1");
        digest.update(self.seq.to_be_bytes());
        digest.update(self.kept);
        let digest = digest.finalize();
        [digest[0], digest[1]]
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seq)?;
        for pair in self.kept.chunks_exact(2).chain([&self.check()[..]]) {
            write!(f, "-{:02x}{:02x}", pair[0], pair[1])?;
        }
        Ok(())
    }
}

/// A text that is no anchor as it was printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an anchor as it was printed")]
pub struct AnchorError {
    /// The text.
    pub word: String,
}

impl Fault for AnchorError {
    fn code(&self) -> &'static str {
        "anchor.mistyped"
    }

    fn arguments(&self) -> Arguments {
        vec![("word", self.word.clone())]
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}

impl FromStr for Anchor {
    type Err = AnchorError;

    /// Reads it back; case and the hyphens between the groups don't matter, the one behind the number does.
    fn from_str(word: &str) -> Result<Self, AnchorError> {
        read(word.trim()).ok_or_else(|| AnchorError { word: word.to_owned() })
    }
}

fn read(word: &str) -> Option<Anchor> {
    let (seq, rest) = word.split_once('-')?;
    let digits: Vec<u8> =
        rest.chars().filter(|c| *c != '-').map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    if digits.len() != 2 * (KEPT + 2) || !seq.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let anchor = Anchor { seq: seq.parse().ok()?, kept: bytes[..KEPT].try_into().ok()? };
    (bytes[KEPT..] == anchor.check()).then_some(anchor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(seq in 1..u32::MAX, hash in any::<[u8; 32]>()) {
            let anchor = Anchor::of(seq, &hash);
            prop_assert!(anchor.is_of(&hash));
            prop_assert_eq!(anchor.to_string().parse(), Ok(anchor));
            prop_assert_eq!(anchor.to_string().to_uppercase().parse(), Ok(anchor));
        }

        #[test]
        fn a_slip_of_one_finger_is_told(seq in 1..u32::MAX, hash in any::<[u8; 32]>(), place in 0..32_usize, by in 1..16_u32) {
            let text = Anchor::of(seq, &hash).to_string();
            let mut places = text.char_indices().filter(|(at, c)| *c != '-' && *at > text.find('-').unwrap());
            let (at, digit) = places.nth(place).unwrap();
            let other = char::from_digit((digit.to_digit(16).unwrap() + by) % 16, 16).unwrap();
            let mistyped = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            // One in 65,536 goes by the check; it is no anchor of this log all the same.
            prop_assert!(mistyped.parse::<Anchor>().map_or(true, |read| !read.is_of(&hash)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            drop(text.parse::<Anchor>().map(|anchor| anchor.to_string()));
        }
    }
}
