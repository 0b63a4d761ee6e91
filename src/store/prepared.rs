//! Rows made ready for the store by whoever reads the file, on a thread of its own: all that needs no database.

use std::sync::Arc;

use super::lent::{Free, Lent, Room};
use super::sealing::{SealedParts, SealedRows, Sealer};
use super::{Entropy, text};
use crate::domain::application::FormHeader;
use crate::domain::parcel::Parcel;
use crate::domain::record::{Hash, Salt, encode_into, items_hash, leaf};
use crate::domain::said::Said;
use crate::domain::sealing::Class;
use crate::domain::status::Status;

/// What is known of a row that can be taken in, beside its content.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    /// The status that the file shows.
    pub status: Option<Status>,
    /// The line where it starts, from 1.
    pub line: u64,
    /// Offset and length of its bytes in the file.
    pub bytes: (u64, u64),
}

/// What a content alone decides.
#[derive(Debug)]
struct Made {
    given: Given,
    /// What blinds its leaf.
    salt: Salt,
    leaf: Hash,
    /// Where its item values end.
    items_end: usize,
    /// Where its sealed rows end.
    sealed_end: usize,
}

/// What the contents of a parcel alone decide.
#[derive(Debug, Default)]
struct Decided {
    made: Vec<Made>,
    /// Item values as `app.items` keeps them, one behind the other.
    items: String,
    /// What of them is sealed.
    sealed: SealedParts,
}

impl Room for Decided {
    fn clear(&mut self) {
        self.made.clear();
        self.items.clear();
        self.sealed.clear();
    }

    fn size(&self) -> usize {
        self.items.capacity() + self.sealed.size()
    }
}

impl Room for Parcel {
    fn clear(&mut self) {
        self.clear();
    }

    fn size(&self) -> usize {
        self.room()
    }
}

/// Neighbouring rows that can be taken in, with everything that their contents alone decide.
#[derive(Debug)]
pub struct Prepared {
    contents: Lent<Parcel>,
    decided: Lent<Decided>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ready<'p> {
    pub said: Said<'p>,
    pub status: Option<Status>,
    pub line: u64,
    pub bytes: (u64, u64),
    pub salt: &'p Salt,
    pub leaf: &'p Hash,
    /// Its item values as `app.items` keeps them.
    pub items: &'p str,
    /// What of it is sealed.
    pub sealed: SealedRows<'p>,
}

impl Prepared {
    /// Their contents, to which new ones are added; each is made ready by [`Preparer::ready`].
    pub fn contents(&mut self) -> &mut Parcel {
        &mut self.contents
    }

    /// How many are ready.
    #[must_use]
    pub fn len(&self) -> usize {
        self.decided.made.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decided.made.is_empty()
    }

    /// What a row says.
    #[must_use]
    pub fn said(&self, row: usize) -> Said<'_> {
        self.contents.said(row)
    }

    /// The contents alone: the rest is room for the next rows.
    pub(super) fn into_contents(self) -> Lent<Parcel> {
        self.contents
    }

    pub(super) fn row(&self, row: usize) -> Ready<'_> {
        let Decided { made, items, sealed } = &*self.decided;
        let Made { given: Given { status, line, bytes }, salt, leaf, items_end, sealed_end } = &made[row];
        let (start, first) =
            row.checked_sub(1).map_or((0, 0), |before| (made[before].items_end, made[before].sealed_end));
        let items = &items[start..*items_end];
        let sealed = sealed.rows(first..*sealed_end);
        Ready { said: self.said(row), status: *status, line: *line, bytes: *bytes, salt, leaf, items, sealed }
    }
}

/// Salts that are fetched at once: asking the system for each row would be felt.
const SALTS: usize = 256;

/// Random bytes that were fetched at once.
#[derive(Default)]
struct Random(Vec<u8>);

impl Random {
    /// So many at a time.
    const FETCHED: usize = 4096;

    fn fill(&mut self, entropy: &mut Entropy, into: &mut [u8]) {
        if self.0.len() < into.len() {
            self.0.resize(Self::FETCHED.max(into.len()), 0);
            entropy(&mut self.0);
        }
        into.copy_from_slice(&self.0[self.0.len() - into.len()..]);
        let left = self.0.len() - into.len();
        self.0.truncate(left);
    }
}

/// Makes rows ready.
pub struct Preparer {
    entropy: Entropy,
    salts: Vec<Salt>,
    /// Forms with their hashes and the items that are sealed: those that came last.
    forms: Vec<(Arc<FormHeader>, Hash, SealedItems)>,
    /// Seals what may not lie open.
    sealer: Sealer,
    /// What stands in the place of sealed values of the row that is being made ready.
    hashes: Vec<(u32, Hash)>,
    random: Random,
    /// The record of the row that is being made ready.
    record: Vec<u8>,
    contents: Free<Parcel>,
    decided: Free<Decided>,
}

/// The items of a form that are sealed, each with its class.
type SealedItems = Arc<[(u32, Class)]>;

/// So many forms are remembered.
const FORMS: usize = 32;

impl Preparer {
    /// One whose salts come from `entropy`.
    #[must_use]
    pub fn new(entropy: Entropy) -> Self {
        Self::sealing(entropy, Sealer::default())
    }

    /// One that seals what may not lie open.
    #[must_use]
    pub fn sealing(entropy: Entropy, sealer: Sealer) -> Self {
        Self {
            sealer,
            hashes: Vec::new(),
            random: Random::default(),
            entropy,
            salts: Vec::new(),
            forms: Vec::new(),
            record: Vec::new(),
            contents: Free::default(),
            decided: Free::default(),
        }
    }

    /// Room for rows.
    #[must_use]
    pub fn room(&self) -> Prepared {
        Prepared { contents: self.contents.lend(), decided: self.decided.lend() }
    }

    /// Makes the next row ready, whose content was just added.
    pub fn ready(&mut self, rows: &mut Prepared, given: Given) {
        let salt = self.salt();
        let place = rows.decided.made.len();
        let (hash, to_seal) = self.form(rows.contents.said(place).form);
        if !to_seal.is_empty() {
            self.seal(rows, place, &hash, &to_seal);
        }
        let Decided { made, items, sealed } = &mut *rows.decided;
        let said = rows.contents.said(place);
        self.record.clear();
        encode_into(&said, &hash, &mut self.record);
        text::encode_into(said.values, items);
        made.push(Made {
            given,
            salt,
            leaf: leaf(&salt, &self.record),
            items_end: items.len(),
            sealed_end: sealed.len(),
        });
    }

    /// Seals the last row: its values leave the parcel.
    fn seal(&mut self, rows: &mut Prepared, place: usize, hash: &Hash, items: &[(u32, Class)]) {
        self.hashes.clear();
        let said = rows.contents.said(place);
        let into = (&mut rows.decided.sealed, &mut self.hashes);
        let (random, entropy) = (&mut self.random, &mut self.entropy);
        self.sealer.seal(&said, items, hash, &mut |bytes| random.fill(entropy, bytes), into);
        if !self.hashes.is_empty() {
            rows.contents.seal_last(&self.hashes);
        }
    }

    /// The hash of a form, and which of its items are sealed.
    fn form(&mut self, form: &Arc<FormHeader>) -> (Hash, SealedItems) {
        if let Some((_, hash, items)) = self.forms.iter().find(|(known, _, _)| Arc::ptr_eq(known, form)) {
            return (*hash, Arc::clone(items));
        }
        if self.forms.len() >= FORMS {
            self.forms.clear();
        }
        let (hash, items) = (items_hash(form), Arc::from(self.sealer.items_of(form)));
        self.forms.push((Arc::clone(form), hash, Arc::clone(&items)));
        (hash, items)
    }

    fn salt(&mut self) -> Salt {
        if self.salts.is_empty() {
            self.salts.resize(SALTS, Salt::default());
            (self.entropy)(self.salts.as_flattened_mut());
        }
        self.salts.pop().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{encode, leaf};
    use crate::store::tests::{content, counting_entropy, form};

    #[test]
    fn every_row_has_a_salt_of_its_own_and_the_leaf_that_the_log_commits_to() {
        let mut preparer = Preparer::new(counting_entropy());
        let mut salts = std::collections::HashSet::new();
        for round in 0..2 {
            let mut rows = preparer.room();
            assert!(rows.is_empty(), "what was there before is gone");
            let mut said = Vec::new();
            for number in 0..3 * SALTS as u32 {
                // Forms alternate: none may be given another one's hash.
                let other = || Arc::new(FormHeader { name: "別".into(), ..(*form()).clone() });
                let form = if number % 2 == 0 { form() } else { other() };
                let content = content(&form, number + round, "x");
                rows.contents().add(&content);
                preparer.ready(&mut rows, Given { status: None, line: number.into(), bytes: (0, 1) });
                said.push(content);
            }
            assert_eq!(rows.len(), said.len());
            for (row, content) in said.into_iter().enumerate() {
                let ready = rows.row(row);
                assert_eq!(ready.line, row as u64);
                assert_eq!(*ready.leaf, leaf(ready.salt, &encode(&content, &items_hash(&content.form))));
                assert_eq!(text::decode(ready.items), Some(content.values.clone()));
                assert_eq!(ready.said.to_content(), content);
                assert!(salts.insert(*ready.salt));
            }
        }
    }
}
