//! Sources and forms: small tables that every application points into, kept in memory once read.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};

use super::Store;
use super::error::{Result, StoreError};
use crate::domain::application::FormHeader;
use crate::domain::identity::ApplicationId;
use crate::domain::record::{Hash, items_hash};

/// A form of the store: its number, its header and the hash that records carry.
#[derive(Debug, Clone)]
pub(super) struct StoredForm {
    pub header: Arc<FormHeader>,
    pub hash: Hash,
}

/// What was read so far. Rows of both tables never change, so nothing here grows old; a write that is rolled back
/// must call [`Forms::forget`].
#[derive(Debug, Default)]
pub(super) struct Forms {
    sources: HashMap<i64, Arc<str>>,
    source_numbers: HashMap<String, i64>,
    forms: HashMap<i64, StoredForm>,
    // By the address of a shared header: a file repeats the same few, and comparing forty names a row would be felt.
    numbers: HashMap<(i64, usize), (i64, Arc<FormHeader>)>,
}

impl Forms {
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// A store has a handful of forms; a file that names another one in every row must not fill the memory.
    fn make_room(&mut self) {
        const REMEMBERED: usize = 4096;
        if self.forms.len() >= REMEMBERED || self.numbers.len() >= REMEMBERED {
            self.forms.clear();
            self.numbers.clear();
        }
    }
}

/// A form of the store, by its number there.
pub type FormNumber = i64;

/// A form that applications of the store came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownForm {
    /// Its number in the store. The same form with other items has another one.
    pub number: FormNumber,
    /// Code of the source.
    pub source: String,
    /// 様式ID.
    pub code: String,
    /// 様式Ver.
    pub version: String,
}

impl Store {
    /// Every form that applications of the store came with: few beside them.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn known_forms(&self) -> Result<Vec<KnownForm>> {
        let mut statement = self.db.prepare_cached(
            "SELECT form.no, source.code, form.code, form.version FROM form JOIN source ON source.no = form.source",
        )?;
        let known = statement.query_map([], |row| {
            Ok(KnownForm { number: row.get(0)?, source: row.get(1)?, code: row.get(2)?, version: row.get(3)? })
        })?;
        Ok(known.collect::<std::result::Result<_, _>>()?)
    }

    /// The same with their items: the code of the source, and the header.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn form_headers(&self) -> Result<Vec<(String, Arc<FormHeader>)>> {
        let known = self.known_forms()?.into_iter();
        known.map(|known| Ok((known.source, self.form(known.number)?.header))).collect()
    }

    /// The form of each application, in their order. `None` = no such application.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn form_numbers(&self, ids: &[ApplicationId]) -> Result<Vec<Option<FormNumber>>> {
        let mut statement = self.db.prepare_cached("SELECT form FROM app WHERE id = ?1")?;
        let mut of = |id: &ApplicationId| {
            let found = statement.query_row([id.as_u64() as i64], |row| row.get(0)).optional();
            found.map_err(StoreError::from)
        };
        ids.iter().map(&mut of).collect()
    }

    /// The procedure of each application, in their order: code of the source, 様式ID. `None` = no such application.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn form_codes(&self, ids: &[ApplicationId]) -> Result<Vec<Option<(String, String)>>> {
        let mut statement = self.db.prepare_cached(
            "SELECT source.code, form.code FROM app JOIN form ON form.no = app.form
               JOIN source ON source.no = form.source WHERE app.id = ?1",
        )?;
        let mut of = |id: &ApplicationId| {
            let found = statement.query_row([id.as_u64() as i64], |row| Ok((row.get(0)?, row.get(1)?))).optional();
            found.map_err(StoreError::from)
        };
        ids.iter().map(&mut of).collect()
    }

    /// The code of a source.
    pub(super) fn source_code(&self, no: i64) -> Result<Arc<str>> {
        if let Some(code) = self.forms.borrow().sources.get(&no) {
            return Ok(code.clone());
        }
        let code: Option<String> = self
            .db
            .prepare_cached("SELECT code FROM source WHERE no = ?1")?
            .query_row([no], |row| row.get(0))
            .optional()?;
        let code: Arc<str> = code.ok_or_else(|| StoreError::Damaged(format!("source {no}")))?.into();
        self.forms.borrow_mut().sources.insert(no, code.clone());
        Ok(code)
    }

    /// The number of a source, if it is known.
    pub(super) fn source_number(&self, code: &str) -> Result<Option<i64>> {
        if let Some(no) = self.forms.borrow().source_numbers.get(code) {
            return Ok(Some(*no));
        }
        let no: Option<i64> = self
            .db
            .prepare_cached("SELECT no FROM source WHERE code = ?1")?
            .query_row([code], |row| row.get(0))
            .optional()?;
        if let Some(no) = no {
            self.forms.borrow_mut().source_numbers.insert(code.to_owned(), no);
        }
        Ok(no)
    }

    /// The number of a source, which is added if it is new; inside a transaction.
    pub(super) fn source_number_or_new(&self, code: &str) -> Result<i64> {
        if let Some(no) = self.source_number(code)? {
            return Ok(no);
        }
        self.db.execute("INSERT INTO source(code) VALUES (?1)", [code])?;
        let no = self.db.last_insert_rowid();
        self.forms.borrow_mut().source_numbers.insert(code.to_owned(), no);
        Ok(no)
    }

    /// A form by its number.
    pub(super) fn form(&self, no: i64) -> Result<StoredForm> {
        if let Some(form) = self.forms.borrow().forms.get(&no) {
            return Ok(form.clone());
        }
        let form = self
            .db
            .prepare_cached("SELECT code, version, name, items, items_hash FROM form WHERE no = ?1")?
            .query_row([no], |row| {
                let items: String = row.get(3)?;
                let header =
                    FormHeader { code: row.get(0)?, version: row.get(1)?, name: row.get(2)?, items: Vec::new() };
                Ok((header, items, row.get::<_, Hash>(4)?))
            })
            .optional()?;
        let damaged = || StoreError::Damaged(format!("form {no}"));
        let (mut header, items, hash) = form.ok_or_else(damaged)?;
        header.items = serde_json::from_str(&items).map_err(|_| damaged())?;
        let form = StoredForm { header: Arc::new(header), hash };
        let mut forms = self.forms.borrow_mut();
        forms.make_room();
        forms.forms.insert(no, form.clone());
        Ok(form)
    }

    /// The number of a form, which is added if it is new; inside a transaction.
    pub(super) fn form_number_or_new(&self, source: i64, header: &Arc<FormHeader>) -> Result<(i64, Hash)> {
        let key = (source, Arc::as_ptr(header) as usize);
        if let Some((no, _)) = self.forms.borrow().numbers.get(&key) {
            let hash = self.forms.borrow().forms.get(no).map(|form| form.hash);
            if let Some(hash) = hash {
                return Ok((*no, hash));
            }
        }
        let hash = items_hash(header);
        let found: Option<i64> = self
            .db
            .prepare_cached("SELECT no FROM form WHERE source = ?1 AND code = ?2 AND version = ?3 AND items_hash = ?4")?
            .query_row(params![source, header.code, header.version, hash], |row| row.get(0))
            .optional()?;
        let no = match found {
            Some(no) => no,
            None => {
                let items = serde_json::to_string(&header.items).unwrap_or_default();
                self.db.execute(
                    "INSERT INTO form(source, code, version, name, items, items_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![source, header.code, header.version, header.name, items, hash],
                )?;
                self.db.last_insert_rowid()
            }
        };
        let mut forms = self.forms.borrow_mut();
        forms.make_room();
        forms.forms.insert(no, StoredForm { header: header.clone(), hash });
        // The map keeps the header alive, so its address stays its own.
        forms.numbers.insert(key, (no, header.clone()));
        Ok((no, hash))
    }

    /// The form that a record of a source names.
    pub(super) fn form_of_record(
        &self,
        source: i64,
        code: &str,
        version: &str,
        hash: &Hash,
    ) -> Option<Arc<FormHeader>> {
        let no: i64 = self
            .db
            .prepare_cached("SELECT no FROM form WHERE source = ?1 AND code = ?2 AND version = ?3 AND items_hash = ?4")
            .and_then(|mut s| s.query_row(params![source, code, version, hash], |row| row.get(0)))
            .ok()?;
        self.form(no).ok().map(|form| form.header)
    }
}
