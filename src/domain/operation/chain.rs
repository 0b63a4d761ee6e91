//! The hash chain of a stream.

use sha2::{Digest, Sha256};

use super::{StreamUid, Uid};
use crate::domain::record::Hash;

/// The predecessor's head where there is no predecessor.
pub const NO_PREDECESSOR: Hash = [0; 32];

/// What stands before the first operation of a stream.
#[must_use]
pub fn genesis(store: &Uid, stream: &StreamUid, predecessor: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(store);
    hasher.update(stream.terminal);
    hasher.update(stream.epoch);
    hasher.update(predecessor);
    hasher.finalize().into()
}

/// The hash of an operation: over the hash before it and its bytes as received.
#[must_use]
pub fn next(previous: &Hash, bytes: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"sekisho/op/1");
    hasher.update(previous);
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
    hasher.finalize().into()
}
