//! The chunk hashes that an import's operation commits to, as far as they are made while its rows come in.

use std::collections::BTreeMap;

use super::stage;
use crate::domain::record::{CHUNK, Hash};

/// The chunk hashes of the births, made while they come in. A chunk that lost a row afterwards, or that an earlier
/// process wrote, is marked for being read again.
#[derive(Debug, Default)]
pub(super) struct BirthChunks {
    /// Of the chunk that is being filled, by ascending places.
    leaves: Vec<(usize, Hash)>,
    finished: BTreeMap<usize, Hash>,
    unknown_until: usize,
}

impl BirthChunks {
    /// All chunks that begin before this place must be read again.
    pub(super) const fn forget_until(&mut self, place: usize) {
        self.unknown_until = place;
    }

    pub(super) fn add(&mut self, place: usize, leaf: Hash) {
        let chunk = place / CHUNK;
        if let Some((first, _)) = self.leaves.first()
            && first / CHUNK != chunk
        {
            self.finish_current();
        }
        self.leaves.push((place, leaf));
    }

    fn finish_current(&mut self) {
        let Some((first, _)) = self.leaves.first() else { return };
        self.finished.insert(first / CHUNK, stage::chunk_hash(self.leaves.iter().map(|(_, leaf)| leaf)));
        self.leaves.clear();
    }

    pub(super) fn take_back(&mut self, place: usize) {
        match self.leaves.binary_search_by_key(&place, |(place, _)| *place) {
            Ok(at) => drop(self.leaves.remove(at)),
            Err(_) => drop(self.finished.remove(&(place / CHUNK))),
        }
    }

    /// The hash of a whole chunk, if it needn't be read again.
    pub(super) fn known(&self, chunk: usize) -> Option<Hash> {
        (chunk * CHUNK >= self.unknown_until).then(|| self.finished.get(&chunk).copied()).flatten()
    }
}
