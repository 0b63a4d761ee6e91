//! 札: what staff stick on applications. A set that never conflicts: whoever puts one on or takes it off is right. The
//! tables are a register of what the log says; a row stays when a 札 is taken off, so that undoing knows who wrote it.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::{Result, StoreError};
use super::log::LogReader;
use super::{Changed, Signed, Store};
use crate::domain::fold::fold;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Operation};

/// A 札 on an application, as the log has it: the operation that wrote it last, and whether it is on.
pub(super) type Kept = (OperationId, bool);

/// Enters an operation about a 札 into the register; `name` is its payload.
pub(super) fn enter(db: &Connection, id: OperationId, body: &Body, name: Option<&str>) -> Result<()> {
    let Body::Tag { subject, kept, targets, .. } = body else { return Ok(()) };
    let key = id.as_u64() as i64;
    if subject.is_none() {
        db.prepare_cached("INSERT INTO tag_name(id, name) VALUES (?1, ?2)")?
            .execute(params![key, name.unwrap_or_default()])?;
    }
    let tag = subject.unwrap_or(id).as_u64() as i64;
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO tag(app, tag, op, kept) VALUES (?1, ?2, ?3, ?4)")?;
    for target in targets {
        put.execute(params![target.as_u64() as i64, tag, key, kept])?;
    }
    Ok(())
}

/// Follows an operation about a 札 into what `check` expects of the register.
pub(super) fn follow(known: &mut BTreeMap<(u64, u64), Kept>, id: OperationId, body: &Body) {
    let Body::Tag { subject, kept, targets, .. } = body else { return };
    let tag = subject.unwrap_or(id).as_u64();
    for target in targets {
        known.insert((target.as_u64(), tag), (id, *kept));
    }
}

/// Whether an operation about a 札 gives back what was before a change, or brings the change again: undoing and redoing
/// change sides. `None` for one that is a change by itself.
pub(super) fn restores(reader: &LogReader<'_>, operation: &Operation) -> Result<Option<bool>> {
    let (mut at, mut restores) = (operation.clone(), None);
    while let Body::Tag { undoes: Some(before), .. } = at.body {
        let damaged = || StoreError::Damaged(format!("op {before}"));
        restores = Some(!restores.unwrap_or(false));
        at = reader.read(before)?.ok_or_else(damaged)?;
    }
    Ok(restores)
}

impl Store {
    /// The 札 of a name, in any width and case.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn tag(&self, name: &str) -> Result<Option<OperationId>> {
        let wanted = fold(name.trim());
        Ok(self.tag_names()?.into_iter().find(|(_, known)| fold(known) == wanted).map(|(id, _)| id))
    }

    /// The name of a 札.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn tag_name(&self, tag: OperationId) -> Result<Option<String>> {
        let mut read = self.db.prepare_cached("SELECT name FROM tag_name WHERE id = ?1")?;
        Ok(read.query_row([tag.as_u64() as i64], |row| row.get(0)).optional()?)
    }

    /// Every 札 that was ever used, with its name.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn tag_names(&self) -> Result<Vec<(OperationId, String)>> {
        let mut statement = self.db.prepare_cached("SELECT id, name FROM tag_name ORDER BY id")?;
        let rows =
            statement.query_map([], |row| Ok((OperationId::from_u64(row.get::<_, i64>(0)? as u64), row.get(1)?)))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The names of the 札 on an application, in the order of their first use.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn tags_of(&self, id: ApplicationId) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT tag_name.name FROM tag JOIN tag_name ON tag_name.id = tag.tag
             WHERE tag.app = ?1 AND tag.kept ORDER BY tag_name.id",
        )?;
        let names = statement.query_map([id.as_u64() as i64], |row| row.get(0))?;
        Ok(names.collect::<std::result::Result<_, _>>()?)
    }

    /// Whether an application carries a 札.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn has_tag(&self, id: ApplicationId, tag: OperationId) -> Result<bool> {
        let mut read = self.db.prepare_cached("SELECT kept FROM tag WHERE app = ?1 AND tag = ?2")?;
        let kept: Option<bool> =
            read.query_row(params![id.as_u64() as i64, tag.as_u64() as i64], |row| row.get(0)).optional()?;
        Ok(kept == Some(true))
    }

    /// Whether any application has ever carried one: where none has, nobody need look for them.
    pub(super) fn knows_tags(&self) -> Result<bool> {
        Ok(self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM tag_name)")?.query_row([], |row| row.get(0))?)
    }

    /// The operations on 札 of an application that still stand: what was put on or taken off last, of each.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub(super) fn tag_steps(&self, id: ApplicationId) -> Result<Vec<(OperationId, String, bool)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT tag.op, tag_name.name, tag.kept FROM tag JOIN tag_name ON tag_name.id = tag.tag
             WHERE tag.app = ?1 ORDER BY tag.op",
        )?;
        let steps = statement.query_map([id.as_u64() as i64], |row| {
            Ok((OperationId::from_u64(row.get::<_, i64>(0)? as u64), row.get(1)?, row.get(2)?))
        })?;
        Ok(steps.collect::<std::result::Result<_, _>>()?)
    }

    /// Puts a 札 on applications or takes it off. `choose` is asked once, inside the transaction, with the 札 if it has
    /// been used before; what it answers must be without the 札 (or with it, where it is taken off).
    ///
    /// # Errors
    /// What `choose` answers, or a failure of the store: nothing is changed then.
    pub fn set_tag<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        name: &str,
        kept: bool,
        choose: impl FnOnce(&Self, Option<OperationId>) -> std::result::Result<(Vec<ApplicationId>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        let salt = self.salt();
        let tx = self.write()?;
        let subject = self.tag(name)?;
        let (mut targets, chosen) = choose(self, subject)?;
        targets.sort_unstable();
        targets.dedup();
        let mut outcome = Changed { changed: targets.len() as u64, ..Changed::default() };
        if !targets.is_empty() {
            let body = Body::Tag { subject, kept, targets, undoes: None };
            let payload = super::log::Payload { text: name.trim(), salt };
            let payload = subject.is_none().then_some(&payload);
            let (id, _) = super::log::append_in(&tx, self.stream.get(), signed, body, payload)?;
            outcome.operation = Some(id);
        }
        tx.commit().map_err(StoreError::from)?;
        Ok((outcome, chosen))
    }

    /// Takes an operation on a 札 back, inside a transaction: where nobody has put it on or taken it off since.
    pub(super) fn reverse_tag(
        &self,
        tx: &Connection,
        signed: &Signed<'_>,
        (undoes, operation): (OperationId, &Operation),
    ) -> Result<Option<Changed>> {
        let Body::Tag { subject, kept, targets, .. } = &operation.body else { return Ok(None) };
        let tag = subject.unwrap_or(undoes);
        let mut written = tx.prepare_cached("SELECT op = ?3 FROM tag WHERE app = ?1 AND tag = ?2")?;
        let (mut standing, mut outcome) = (Vec::new(), Changed::default());
        for target in targets {
            let key = params![target.as_u64() as i64, tag.as_u64() as i64, undoes.as_u64() as i64];
            match written.query_row(key, |row| row.get(0)).optional()? {
                Some(true) => standing.push(*target),
                _ => outcome.refused.push(*target),
            }
        }
        outcome.changed = standing.len() as u64;
        if !standing.is_empty() {
            let body = Body::Tag { subject: Some(tag), kept: !kept, targets: standing, undoes: Some(undoes) };
            let (id, _) = super::log::append_in(tx, self.stream.get(), signed, body, None)?;
            outcome.operation = Some(id);
        }
        Ok(Some(outcome))
    }
}
