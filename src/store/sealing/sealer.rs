//! Sealing the rows of an import while they are read, on the reader's thread. Nobody's secret is needed for it: the keys
//! of the batch were made for this import and sealed to the classes before its first row.

use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

use crate::domain::application::{Field, FormHeader};
use crate::domain::record::Hash;
use crate::domain::said::Said;
use crate::domain::sealing::{Class, Headings, Kek, Owner, Seed, plain_text, put_places};
use crate::store::error::{Result, StoreError};

/// The key of a batch, with its number in `keys.db`.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Of which class.
    pub class: Class,
    /// Its number.
    pub number: i64,
    /// The key.
    pub kek: Arc<Kek>,
}

/// What seals the rows of one import.
#[derive(Debug, Clone, Default)]
pub struct Sealer {
    batches: Vec<Batch>,
    headings: Headings,
}

/// The values of one class of one row, sealed.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct SealedRow<'p> {
    pub class: Class,
    pub batch: i64,
    /// All of one content have the same.
    pub seed: Seed,
    pub places: &'p [u8],
    pub bytes: &'p [u8],
    /// What it says, to be compared with what an earlier download said.
    pub plain: &'p [u8],
}

/// Where such a row lies in the room of a parcel.
#[derive(Debug, Clone)]
struct Part {
    class: Class,
    batch: i64,
    seed: Seed,
    places: Range<usize>,
    bytes: Range<usize>,
    plain: Range<usize>,
}

/// The sealed rows of a parcel, in one run of bytes each for what is sealed and what it says.
#[derive(Default)]
pub(in crate::store) struct SealedParts {
    parts: Vec<Part>,
    bytes: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for SealedParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedParts").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl SealedParts {
    /// How many rows.
    pub const fn len(&self) -> usize {
        self.parts.len()
    }

    /// How much room it takes, in bytes.
    pub fn size(&self) -> usize {
        self.bytes.capacity() + self.plain.capacity()
    }

    /// Takes everything out, and keeps the room.
    pub fn clear(&mut self) {
        self.parts.clear();
        self.bytes.clear();
        self.plain.as_mut_slice().zeroize();
        self.plain.clear();
    }

    /// Those of one content.
    pub fn rows(&self, which: Range<usize>) -> SealedRows<'_> {
        SealedRows { parts: &self.parts[which], all: self }
    }
}

/// The sealed rows of one content.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct SealedRows<'p> {
    parts: &'p [Part],
    all: &'p SealedParts,
}

impl<'p> SealedRows<'p> {
    /// Whether nothing of the content is sealed.
    pub const fn is_empty(self) -> bool {
        self.parts.is_empty()
    }

    /// One after another.
    pub fn iter(self) -> impl Iterator<Item = SealedRow<'p>> {
        self.parts.iter().map(move |part| SealedRow {
            class: part.class,
            batch: part.batch,
            seed: part.seed,
            places: &self.all.bytes[part.places.clone()],
            bytes: &self.all.bytes[part.bytes.clone()],
            plain: &self.all.plain[part.plain.clone()],
        })
    }
}

impl Sealer {
    /// One that seals what these headings name by these keys, one for each class.
    #[must_use]
    pub const fn new(batches: Vec<Batch>, headings: Headings) -> Self {
        Self { batches, headings }
    }

    /// The keys.
    #[must_use]
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// Which items of a form are sealed here.
    pub(in crate::store) fn items_of(&self, form: &FormHeader) -> Vec<(u32, Class)> {
        let headed = form.items.iter().zip(0..).filter_map(|(name, item)| Some((item, self.headings.class_of(name)?)));
        headed.filter(|(_, class)| self.batches.iter().any(|batch| batch.class == *class)).collect()
    }

    /// Seals a row that is set aside, by the strictest of its keys: class, number of the batch, what it is sealed in. `None`
    /// = nothing of this file is sealed. Clearing such rows destroys them: no seed stands behind them.
    pub(in crate::store) fn seal_row(
        &self,
        line: u64,
        bytes: &[u8],
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<Option<Vec<u8>>> {
        let Some(batch) = self.batches.last() else { return Ok(None) };
        let mut nonce = [0; 24];
        random(&mut nonce);
        let sealed = batch.kek.seal(&Seed::default(), &nonce, &row_owner(batch.class, &line.to_string()), bytes);
        let sealed = sealed.ok_or_else(|| StoreError::Damaged("rejected".into()))?;
        Ok(Some([&[batch.class as u8], batch.number.to_be_bytes().as_slice(), &sealed].concat()))
    }

    /// Seals the values of items that a row has, to the end of `into`: what stands in their place goes to `hashes`. An empty
    /// cell hides nothing and stays. All classes of a content have one seed and one nonce; their keys differ.
    pub(in crate::store) fn seal(
        &self,
        said: &Said<'_>,
        items: &[(u32, Class)],
        items_hash: &Hash,
        random: &mut dyn FnMut(&mut [u8]),
        (into, hashes): (&mut SealedParts, &mut Vec<(u32, Hash)>),
    ) {
        let mut chance: Option<(Seed, [u8; 24])> = None;
        for batch in &self.batches {
            let of_class = items.iter().filter(|(_, class)| *class == batch.class).map(|(item, _)| *item);
            let values = of_class.filter_map(|item| {
                let text = said.values.get(item as usize).filter(|text| !text.is_empty())?;
                Some((item, text, said.raw.get(&(Field::ITEMS + item)).map(Vec::as_slice)))
            });
            let count = values.clone().count();
            if count == 0 {
                continue;
            }
            let (seed, nonce) = *chance.get_or_insert_with(|| {
                let (mut seed, mut nonce) = (Seed::default(), [0; 24]);
                random(&mut seed);
                random(&mut nonce);
                (seed, nonce)
            });
            let start = into.plain.len();
            plain_text(values.clone(), count, &mut into.plain);
            let plain = start..into.plain.len();
            let owner = Owner { source: said.source, number: said.number, class: batch.class, items_hash };
            let start = into.bytes.len();
            let sealed = batch.kek.seal_into(&seed, &nonce, &owner, &into.plain[plain.clone()], &mut into.bytes);
            // Sealing fails only for more than 256 GiB, which no cell can hold.
            debug_assert!(sealed.is_some(), "a cell is shorter");
            let bytes = start..into.bytes.len();
            let hash: Hash = Sha256::digest(&into.bytes[bytes.clone()]).into();
            put_places(values.clone().map(|(item, ..)| item), &mut into.bytes);
            let places = bytes.end..into.bytes.len();
            hashes.extend(values.map(|(item, ..)| (item, hash)));
            into.parts.push(Part { class: batch.class, batch: batch.number, seed, places, bytes, plain });
        }
        hashes.sort_unstable_by_key(|(item, _)| *item);
    }
}

/// Whose a row that was set aside is, by its line.
fn row_owner(class: Class, line: &str) -> Owner<'_> {
    Owner { source: "rejected", number: line, class, items_hash: &[0; 32] }
}
