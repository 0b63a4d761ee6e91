//! The identities (source, 整理番号) of the applications that a file under import gave birth to. The table `identity`
//! gets them when the import is published, in its own order: entered one by one as they come, they would touch all of
//! its pages again in every turn.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use rusqlite::params;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::thread::JoinHandle;

use super::error::{Result, StoreError};
use super::{Store, bunch};
use crate::domain::identity::ApplicationId;

/// The identities by the place of their birth (from 0), exact, in one run of bytes.
#[derive(Default)]
pub(super) struct Numbers {
    /// Source number (4 bytes, the highest first) and 整理番号 of each, one behind the other.
    keys: Vec<u8>,
    /// Where each ends in `keys`. A place without an application has an empty key.
    ends: Vec<u32>,
    places: HashTable<u32>,
    hasher: RandomState,
    scratch: Vec<u8>,
    taken_back: std::collections::BTreeSet<u32>,
}

impl std::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Numbers").field("len", &self.ends.len()).finish_non_exhaustive()
    }
}

impl Numbers {
    /// Makes room for so many, as far as that is a matter of course: later it would have to be moved.
    pub(super) fn make_room(&mut self, count: u64) {
        const MOST: u64 = 1 << 21;
        let (keys, ends, hasher) = (&self.keys, &self.ends, &self.hasher);
        self.places.reserve(count.min(MOST) as usize, |place| hasher.hash_one(key(keys, ends, *place)));
    }

    /// The place of an identity that was born in this file.
    pub(super) fn place_of(&mut self, source: i64, number: &str) -> Result<Option<u32>> {
        self.spell(source, number)?;
        let (wanted, keys, ends) = (self.scratch.as_slice(), &self.keys, &self.ends);
        let hash = self.hasher.hash_one(wanted);
        Ok(self.places.find(hash, |place| key(keys, ends, *place) == wanted).copied())
    }

    /// Adds the birth at the next place; its identity is new.
    pub(super) fn add(&mut self, place: u32, source: i64, number: &str) -> Result<()> {
        self.spell(source, number)?;
        // Places that were given to nothing, or whose application has been taken back.
        while self.ends.len() < place as usize {
            self.ends.push(self.keys.len() as u32);
        }
        self.keys.extend_from_slice(&self.scratch);
        let end = u32::try_from(self.keys.len());
        self.ends.push(end.map_err(|_| StoreError::Damaged("identities".into()))?);
        let (keys, ends, hasher) = (&self.keys, &self.ends, &self.hasher);
        self.places.insert_unique(hasher.hash_one(self.scratch.as_slice()), place, |place| {
            hasher.hash_one(key(keys, ends, *place))
        });
        Ok(())
    }

    /// An application that is no more: nobody will enter its identity.
    pub(super) fn take_back(&mut self, place: u32) {
        self.taken_back.insert(place);
    }

    fn spell(&mut self, source: i64, number: &str) -> Result<()> {
        let source = u32::try_from(source).map_err(|_| StoreError::Damaged(format!("source {source}")))?;
        self.scratch.clear();
        self.scratch.extend_from_slice(&source.to_be_bytes());
        self.scratch.extend_from_slice(number.as_bytes());
        Ok(())
    }

    /// The places in the order of their identities, which is that of the table.
    fn sorted(&self) -> Vec<(u64, u32)> {
        let all = || (0..self.ends.len() as u32).filter(|place| !key(&self.keys, &self.ends, *place).is_empty());
        let places = || all().filter(|place| !self.taken_back.contains(place));
        // Behind what all of them begin with, the first bytes decide nearly always, and lie beside the place.
        let first = all().next().map_or(&[][..], |place| key(&self.keys, &self.ends, place));
        let common = all().fold(first.len(), |common, place| {
            let key = key(&self.keys, &self.ends, place);
            first[..common].iter().zip(key).take_while(|(a, b)| a == b).count()
        });
        let head = |place: u32| {
            let key = &key(&self.keys, &self.ends, place)[common..];
            let mut head = [0; 8];
            let length = key.len().min(8);
            head[..length].copy_from_slice(&key[..length]);
            (u64::from_be_bytes(head), place)
        };
        let mut sorted: Vec<(u64, u32)> = Vec::with_capacity(places().count());
        sorted.extend(places().map(head));
        sorted.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| key(&self.keys, &self.ends, a.1).cmp(key(&self.keys, &self.ends, b.1)))
        });
        sorted
    }

    /// Brings them into the order of the table, on a thread of its own.
    pub(super) fn sort(mut self) -> Sorting {
        // Nobody asks for one any more, and the memory is needed.
        self.places = HashTable::new();
        let numbers = Arc::new(self);
        let sorted = Arc::clone(&numbers);
        let thread = std::thread::Builder::new().name("numbers".into()).spawn(move || sorted.sorted());
        Sorting { numbers, thread: thread.ok() }
    }

    /// Reads again what an earlier process had taken in: the births from `first` on that `span` numbers were given to.
    pub(super) fn of_job(store: &Store, stream: u32, first: u32, span: u32) -> Result<Self> {
        let mut numbers = Self::default();
        let id = |n: u32| ApplicationId::new(stream, n).as_u64() as i64;
        let mut statement =
            store.db.prepare("SELECT id, source, number FROM app WHERE id >= ?1 AND id < ?2 ORDER BY id")?;
        let mut rows = statement.query([id(first), id(first.saturating_add(span))])?;
        while let Some(row) = rows.next()? {
            let place = ApplicationId::from_u64(row.get::<_, i64>(0)? as u64).n() - first;
            numbers.add(place, row.get(1)?, row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        Ok(numbers)
    }
}

/// The identities of an import, which are being sorted.
pub(super) struct Sorting {
    numbers: Arc<Numbers>,
    /// `None` where the system gave no thread.
    thread: Option<JoinHandle<Vec<(u64, u32)>>>,
}

impl Sorting {
    /// Enters all of them, inside the publishing transaction.
    pub(super) fn enter(self, store: &Store, stream: u32, first: u32) -> Result<()> {
        let Self { numbers, thread } = self;
        let sorted = thread.map(JoinHandle::join).and_then(std::result::Result::ok).unwrap_or_else(|| numbers.sorted());
        let rows = sorted.into_iter().map(|(_, place)| {
            let id = ApplicationId::new(stream, first + place).as_u64();
            let damaged = || StoreError::Damaged(format!("app {id}"));
            let (source, number) = key(&numbers.keys, &numbers.ends, place).split_first_chunk().ok_or_else(damaged)?;
            let number = std::str::from_utf8(number).map_err(|_| damaged())?;
            Ok((u32::from_be_bytes(*source), number, id as i64))
        });
        bunch::insert(&store.db, "identity(source, number, id)", rows, |(source, number, id)| [source, number, id])
    }
}

fn key<'a>(keys: &'a [u8], ends: &[u32], place: u32) -> &'a [u8] {
    let place = place as usize;
    let from = place.checked_sub(1).map_or(0, |before| ends[before]);
    &keys[from as usize..ends[place] as usize]
}

impl Store {
    /// The application of an identity, if it is published.
    pub(super) fn identified(&self, source: i64, number: &str) -> Result<Option<ApplicationId>> {
        use rusqlite::OptionalExtension as _;
        let mut statement = self.db.prepare_cached("SELECT id FROM identity WHERE source = ?1 AND number = ?2")?;
        let found: Option<i64> = statement.query_row(params![source, number], |row| row.get(0)).optional()?;
        Ok(found.map(|id| ApplicationId::from_u64(id as u64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_identity_is_found_at_its_place_and_no_other(
            births in proptest::collection::hash_set((1i64..4, "[0-9a-c]{1,20}"), 0..60),
            gap in 0u32..3,
            asked in (1i64..4, "[0-9a-c]{1,3}"),
        ) {
            let mut numbers = Numbers::default();
            let births: Vec<(u32, (i64, String))> =
                births.into_iter().enumerate().map(|(n, birth)| (n as u32 * (gap + 1), birth)).collect();
            for (place, (source, number)) in &births {
                prop_assert_eq!(numbers.place_of(*source, number).unwrap(), None);
                numbers.add(*place, *source, number).unwrap();
            }
            for (place, (source, number)) in &births {
                prop_assert_eq!(numbers.place_of(*source, number).unwrap(), Some(*place));
            }
            let expected = births.iter().find(|(_, birth)| *birth == asked).map(|(place, _)| *place);
            prop_assert_eq!(numbers.place_of(asked.0, &asked.1).unwrap(), expected);
            let mut sorted: Vec<&(u32, (i64, String))> = births.iter().collect();
            sorted.sort_by_key(|(_, birth)| birth);
            if let Some((place, _)) = sorted.pop() {
                numbers.take_back(*place);
            }
            prop_assert_eq!(numbers.sorted().iter().map(|(_, place)| *place).collect::<Vec<_>>(), sorted.iter().map(|(place, _)| *place).collect::<Vec<_>>());
        }
    }
}
