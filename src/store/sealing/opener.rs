//! Opening sealed rows, with the secrets that somebody holds.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rusqlite::OptionalExtension as _;
use zeroize::Zeroizing;

use super::super::error::Result;
use super::super::{Keys, Store};
use super::{Batch, SealedRows, damaged, mark_of};
use crate::domain::application::Content;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::record::items_hash;
use crate::domain::sealing::{Class, Kek, OpeningKey, Owner, SealedValue, Wrap};

/// What opens sealed rows: the secrets of classes that one person holds, and the keys of batches that were opened with
/// them. It lives as short as can be.
#[derive(Debug, Default)]
pub struct Opener {
    secrets: BTreeMap<(Class, u32), OpeningKey>,
    batches: HashMap<i64, Option<Arc<Kek>>>,
    keys: Option<Keys>,
}

/// What became of opening a row.
#[derive(Debug)]
pub enum Opened {
    /// What it says.
    Values(Vec<SealedValue>),
    /// The person holds no key of its class.
    Locked,
    /// Its seed or the key of its batch isn't there any more: nobody can ever read it.
    Lost,
}

enum Plain {
    Text(Zeroizing<Vec<u8>>),
    Locked,
    Lost,
}

impl Opener {
    /// One that can open what these batches sealed.
    pub(in crate::store) fn of_batches(batches: &[Batch]) -> Self {
        let batches = batches.iter().map(|batch| (batch.number, Some(Arc::clone(&batch.kek)))).collect();
        Self { batches, ..Self::default() }
    }

    /// The same, which also opens what a person holds keys of.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        self.secrets.extend(other.secrets);
        self
    }

    /// The secret of a class, by its generation.
    #[must_use]
    pub fn secret(&self, class: Class, generation: u32) -> Option<&OpeningKey> {
        self.secrets.get(&(class, generation))
    }

    fn batch(&mut self, keys: &Keys, number: i64) -> Result<Option<Arc<Kek>>> {
        if let Some(known) = self.batches.get(&number) {
            return Ok(known.clone());
        }
        let Some((class, generation, sealed)) = keys.batch(number)? else { return Ok(None) };
        let opened = Class::from_code(class).and_then(|class| {
            let secret = self.secrets.get(&(class, generation))?;
            let key = Wrap::Batch(class, generation).open(secret, &sealed)?;
            Kek::new(&key).map(Arc::new)
        });
        self.batches.insert(number, opened.clone());
        Ok(opened)
    }

    fn plain(
        &mut self,
        store: &Store,
        (id, operation): (ApplicationId, i64),
        content: &Content,
        class: Class,
    ) -> Result<Option<Plain>> {
        let mut statement =
            store.db.prepare_cached("SELECT kek, ct FROM sealed WHERE app = ?1 AND op = ?2 AND class = ?3")?;
        let found: Option<(i64, Vec<u8>)> = statement
            .query_row((id.as_u64() as i64, operation, class as u8), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((batch, sealed)) = found else { return Ok(None) };
        let Some(keys) = self.keys.take().map_or_else(|| store.keys_there(), |keys| Ok(Some(keys)))? else {
            return Ok(Some(Plain::Lost));
        };
        let (kek, seed) = (self.batch(&keys, batch)?, keys.seed(id, &mark_of(&sealed))?);
        let is_there = keys.batch(batch)?.is_some();
        self.keys = Some(keys);
        let (kek, seed) = match (kek, seed) {
            (Some(kek), Some(seed)) => (kek, seed),
            (None, Some(_)) if is_there => return Ok(Some(Plain::Locked)),
            _ => return Ok(Some(Plain::Lost)),
        };
        let hash = items_hash(&content.form);
        let owner = Owner { source: &content.source, number: content.number.as_str(), class, items_hash: &hash };
        let plain = kek.open(&seed, &owner, &sealed).ok_or_else(|| damaged(id))?;
        Ok(Some(Plain::Text(plain)))
    }

    /// Opens what of an application's present content is sealed in a class; `None` = nothing is.
    ///
    /// # Errors
    /// [`StoreError::Damaged`](super::super::StoreError::Damaged) where what is there isn't what was sealed.
    pub fn open(&mut self, store: &Store, id: ApplicationId, class: Class) -> Result<Option<Opened>> {
        let Some(stored) = store.stored_content(id)? else { return Ok(None) };
        let operation = stored.operation.map_or(0, |op: OperationId| op.as_u64() as i64);
        Ok(match self.plain(store, (id, operation), &stored.content, class)? {
            None => None,
            Some(Plain::Locked) => Some(Opened::Locked),
            Some(Plain::Lost) => Some(Opened::Lost),
            Some(Plain::Text(plain)) => Some(Opened::Values(SealedValue::read_all(&plain).ok_or_else(|| damaged(id))?)),
        })
    }

    /// Whether what a content of an application sealed is what a row seals; `None` = that can't be told without a key.
    pub(in crate::store) fn says_the_same(
        &mut self,
        store: &Store,
        of: (ApplicationId, i64),
        content: &Content,
        rows: SealedRows<'_>,
    ) -> Result<Option<bool>> {
        let mut told = Some(true);
        for row in rows.iter() {
            match self.plain(store, of, content, row.class)? {
                None => return Ok(Some(false)),
                Some(Plain::Text(plain)) if **plain != *row.plain => return Ok(Some(false)),
                Some(Plain::Text(_)) => {}
                Some(Plain::Locked | Plain::Lost) => told = None,
            }
        }
        Ok(told)
    }
}

impl Store {
    /// What a person can open, by the secret key that their credential unwrapped.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn opener(&self, holder: Option<OperationId>, secret: &OpeningKey) -> Result<Opener> {
        let mut opener = Opener::default();
        let Some(keys) = self.keys_there()? else { return Ok(opener) };
        for copy in keys.copies_of(holder, &secret.public())? {
            if let Some(key) = Wrap::ClassKey(copy.class, copy.generation).open(secret, &copy.sealed) {
                opener.secrets.insert((copy.class, copy.generation), OpeningKey::new(key));
            }
        }
        Ok(opener)
    }
}
