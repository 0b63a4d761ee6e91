//! Sealing the rows of an import while they are read, on the reader's thread. Nobody's secret is needed for it: the keys
//! of the batch were made for this import and sealed to the classes before its first row.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::domain::application::{Field, FormHeader};
use crate::domain::record::Hash;
use crate::domain::said::Said;
use crate::domain::sealing::{Class, Kek, Owner, Seed, places_of, plain_text};
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
}

/// The values of one class of one row, sealed.
#[derive(Debug)]
pub struct SealedRow {
    pub(in crate::store) class: Class,
    pub(in crate::store) batch: i64,
    pub(in crate::store) seed: Seed,
    pub(in crate::store) places: Vec<u8>,
    pub(in crate::store) bytes: Vec<u8>,
    /// What it says, to be compared with what an earlier download said.
    pub(in crate::store) plain: Zeroizing<Vec<u8>>,
}

impl Sealer {
    /// One that seals by these keys, one for each class.
    #[must_use]
    pub const fn new(batches: Vec<Batch>) -> Self {
        Self { batches }
    }

    /// The keys.
    #[must_use]
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// Which items of a form are sealed here.
    pub(in crate::store) fn items_of(&self, form: &FormHeader) -> Vec<(u32, Class)> {
        let headed = form.items.iter().zip(0..).filter_map(|(name, item)| Some((item, Class::of_heading(name)?)));
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

    /// Seals the values of items that a row has: what stands in their place, and the sealed rows. An empty cell hides
    /// nothing and stays.
    pub(in crate::store) fn seal(
        &self,
        said: &Said<'_>,
        items: &[(u32, Class)],
        items_hash: &Hash,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> (BTreeMap<u32, Hash>, Vec<SealedRow>) {
        let (mut hashes, mut rows) = (BTreeMap::new(), Vec::new());
        for batch in &self.batches {
            let values: Vec<(u32, &str)> = said
                .values
                .iter()
                .zip(0..)
                .filter(|(_, item)| items.contains(&(*item, batch.class)))
                .filter_map(|(value, item)| Some((item, value.filter(|text| !text.is_empty())?)))
                .collect();
            if values.is_empty() {
                continue;
            }
            let raw = |item: u32| said.raw.get(&(Field::ITEMS + item)).map(Vec::as_slice);
            let plain = plain_text(values.iter().map(|(item, text)| (*item, *text, raw(*item))));
            let (mut seed, mut nonce) = (Seed::default(), [0; 24]);
            random(&mut seed);
            random(&mut nonce);
            let owner = Owner { source: said.source, number: said.number, class: batch.class, items_hash };
            // Sealing fails only for more than 256 GiB, which no cell can hold.
            let Some(bytes) = batch.kek.seal(&seed, &nonce, &owner, &plain) else { continue };
            let hash: Hash = Sha256::digest(&bytes).into();
            hashes.extend(values.iter().map(|(item, _)| (*item, hash)));
            let places = places_of(values.iter().map(|(item, _)| *item));
            rows.push(SealedRow { class: batch.class, batch: batch.number, seed, places, bytes, plain });
        }
        (hashes, rows)
    }
}

/// Whose a row that was set aside is, by its line.
fn row_owner(class: Class, line: &str) -> Owner<'_> {
    Owner { source: "rejected", number: line, class, items_hash: &[0; 32] }
}
