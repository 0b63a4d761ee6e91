//! Views that staff share: saving, replacing and taking away, each one operation. Their content is payload, because a
//! query may name a person.

use rusqlite::{OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::{Signed, Store};
use crate::domain::identity::OperationId;
use crate::domain::operation::Body;

/// A shared view as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredView {
    /// The operation that saved it first.
    pub id: OperationId,
    /// The operation that wrote it last: its version.
    pub version: OperationId,
    /// Its JSON row.
    pub row: String,
}

/// What a change of a view was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewBase {
    /// Whatever stands there.
    Any,
    /// No view of this name.
    Absent,
    /// The view in this version.
    At(OperationId),
}

impl Store {
    /// The views that staff share, by name.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn views(&self) -> Result<Vec<StoredView>> {
        let mut statement = self.db.prepare_cached("SELECT id, op, row FROM view ORDER BY name, id")?;
        let id = |column: i64| OperationId::from_u64(column as u64);
        let rows = statement
            .query_map([], |row| Ok(StoredView { id: id(row.get(0)?), version: id(row.get(1)?), row: row.get(2)? }))?;
        rows.collect::<std::result::Result<_, _>>().map_err(StoreError::from)
    }

    /// Saves a view under its name; one of the same name gives way. `None` where it stands so already.
    ///
    /// # Errors
    /// [`StoreError::Changed`] if something else stands there than `base` says; nothing is changed then.
    pub fn save_view(
        &mut self,
        signed: &Signed<'_>,
        name: &str,
        row: &str,
        base: ViewBase,
    ) -> Result<Option<OperationId>> {
        self.write_view(signed, name, Some(row), base)
    }

    /// Takes a view away. `None` where there is none of this name.
    ///
    /// # Errors
    /// As [`Self::save_view`].
    pub fn delete_view(&mut self, signed: &Signed<'_>, name: &str, base: ViewBase) -> Result<Option<OperationId>> {
        self.write_view(signed, name, None, base)
    }

    fn write_view(
        &mut self,
        signed: &Signed<'_>,
        name: &str,
        row: Option<&str>,
        base: ViewBase,
    ) -> Result<Option<OperationId>> {
        let salt = self.salt();
        let tx = self.write()?;
        let found: Option<(i64, i64, String)> = tx
            .prepare_cached("SELECT id, op, row FROM view WHERE name = ?1 ORDER BY id LIMIT 1")?
            .query_row(params![name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let version = found.as_ref().map(|(_, version, _)| OperationId::from_u64(*version as u64));
        match base {
            ViewBase::Absent if version.is_some() => return Err(StoreError::Changed),
            ViewBase::At(expected) if version != Some(expected) => return Err(StoreError::Changed),
            _ => {}
        }
        if found.as_ref().map(|(_, _, row)| row.as_str()) == row {
            return Ok(None);
        }
        let subject = found.map(|(id, _, _)| OperationId::from_u64(id as u64));
        let body = Body::View { subject, kept: row.is_some() };
        let payload = super::log::Payload { text: row.unwrap_or(name), salt };
        let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, Some(&payload))?;
        tx.commit()?;
        Ok(Some(id))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::founded;
    use super::*;

    const SIGNED: Signed<'static> =
        Signed { actor: None, at_ms: 1_795_158_300_000, command: "view.save", approval: None };

    #[test]
    fn a_view_that_was_changed_since_it_was_seen_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let row = |query: &str| format!("{{\"name\":\"x\",\"query\":\"{query}\"}}");
        let first = store.save_view(&SIGNED, "x", &row("1"), ViewBase::Absent).unwrap().unwrap();
        let second = store.save_view(&SIGNED, "x", &row("2"), ViewBase::At(first)).unwrap().unwrap();
        let changed = |result| matches!(result, Err(StoreError::Changed));
        assert!(changed(store.save_view(&SIGNED, "x", &row("3"), ViewBase::Absent)));
        assert!(changed(store.save_view(&SIGNED, "x", &row("3"), ViewBase::At(first))));
        assert!(changed(store.delete_view(&SIGNED, "x", ViewBase::At(first))));
        let seen = vec![StoredView { id: first, version: second, row: row("2") }];
        assert_eq!(store.views().unwrap(), seen);
        super::super::registers::replace(&store.db).unwrap();
        assert_eq!(store.views().unwrap(), seen, "the log says the same");
        assert!(store.delete_view(&SIGNED, "x", ViewBase::At(second)).unwrap().is_some());
        assert_eq!(store.delete_view(&SIGNED, "x", ViewBase::Any).unwrap(), None);
        super::super::registers::replace(&store.db).unwrap();
        assert_eq!(store.views().unwrap(), []);
    }
}
