//! Changes of state: setting the status of many, undoing, redoing. One change = one operation, however many it touches.

use std::collections::HashSet;

use super::error::{Result, StoreError};
use super::log::LogReader;
use super::state_view::{SqlStates, base_of, is_here};
use super::{Signed, Store};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::marks::Marks;
use crate::domain::operation::{Body, Declaration, FromBase, Group, Operation, Value, Write, applications_of};
use crate::domain::people::Days;
use crate::domain::projection::{Applied, ProjectionError, apply, resolve};
use crate::domain::status::Status;

/// Applications that go to one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// Where to.
    pub to: Status,
    /// Which ones, each with the status that it was seen to have and the operation that its status must still stem from
    /// (`None` = whatever it is).
    pub targets: Vec<(ApplicationId, Option<(Status, OperationId)>)>,
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Its operation; `None` where nothing had to change.
    pub operation: Option<OperationId>,
    /// How many changed.
    pub changed: u64,
    /// Those left alone, because they had been changed since.
    pub refused: Vec<ApplicationId>,
}

/// What is said of a change of statuses.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// The reason.
    pub reason: Option<&'a str>,
    /// When and how the applicant asked for it, or was told.
    pub declared: Option<Declaration>,
    /// 補正期限.
    pub until: Option<Days>,
    /// The 補正文の部品 that the reason was made of, ascending, each once.
    pub blocks: &'a [u32],
}

impl Store {
    /// Sets statuses. `choose` is asked once, inside the transaction, so that what it judges is what is changed. An
    /// application named by two changes gets the first, and is among the refused for the other.
    ///
    /// # Errors
    /// What `choose` answers, or a failure of the store: nothing is changed then.
    pub fn set_status<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        reason: Option<&str>,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<StatusChange>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        self.write_statuses(signed, Said { reason, ..Said::default() }, false, choose)
    }

    /// As [`Self::set_status`], but what has its status already gets it again: from then on it counts as changed by
    /// this operation, and so as newer than the source's book.
    ///
    /// # Errors
    /// As [`Self::set_status`].
    pub fn keep_status<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        reason: Option<&str>,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<StatusChange>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        self.write_statuses(signed, Said { reason, ..Said::default() }, true, choose)
    }

    /// As [`Self::set_status`], with the day and the way by which the applicant asked for it.
    ///
    /// # Errors
    /// As [`Self::set_status`].
    pub fn withdraw<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        asked: (Option<&str>, Declaration),
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<StatusChange>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        let said = Said { reason: asked.0, declared: Some(asked.1), ..Said::default() };
        self.write_statuses(signed, said, false, choose)
    }

    /// As [`Self::set_status`] for 返却: with the last day until which each is to be corrected, how the applicants were
    /// told, and which 補正文の部品 the reason was made of. One operation of two groups, undone as one.
    ///
    /// # Errors
    /// As [`Self::set_status`].
    pub fn send_back<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        said: Said<'_>,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<StatusChange>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        self.write_statuses(signed, said, false, choose)
    }

    fn write_statuses<T, E: From<StoreError>>(
        &mut self,
        signed: &Signed<'_>,
        Said { reason, declared, until, blocks }: Said<'_>,
        again: bool,
        choose: impl FnOnce(&Self) -> std::result::Result<(Vec<StatusChange>, T), E>,
    ) -> std::result::Result<(Changed, T), E> {
        let salt = self.salt();
        let tx = self.write()?;
        let (changes, chosen) = choose(self)?;
        let mut outcome = Changed::default();
        let mut writes = Vec::new();
        let mut named = Marks::default();
        let several = changes.len() > 1;
        for mut change in changes {
            change.targets.sort_unstable_by_key(|(id, _)| *id);
            change.targets.dedup_by_key(|(id, _)| *id);
            if several {
                change.targets.retain(|(id, _)| {
                    let first = named.set(*id, true);
                    if !first {
                        outcome.refused.push(*id);
                    }
                    first
                });
            }
            if until.is_some() {
                self.keep_standing(&mut change, &mut outcome.refused)?;
            }
            let write = self.status_write(&change, again, &mut outcome.refused)?;
            if !write.targets.is_empty() {
                let correction = until.map(|until| self.correction_write(&write.targets, until)).transpose()?;
                writes.push(write);
                writes.extend(correction);
            }
        }
        if !writes.is_empty() {
            let payload = reason.map(|text| super::log::Payload { text, salt });
            let body = Body::Set { writes, declared, blocks: blocks.to_vec() };
            let mut coming = super::log::coming(&tx, self.stream.get(), signed, body, payload.as_ref())?;
            // The change itself finds out who doesn't stand any more as it was seen; the operation tells of the others.
            let applied = project(&tx, coming.id, &coming.operation)?;
            if applied.changed > 0 {
                leave_out(&mut coming.operation.body, &applied.refused);
                coming.append(&tx)?;
                (outcome.operation, outcome.changed) = (Some(coming.id), applied.changed);
            }
            outcome.refused.extend(applied.refused);
        }
        outcome.refused.sort_unstable();
        tx.commit().map_err(StoreError::from)?;
        Ok((outcome, chosen))
    }

    /// Takes out what doesn't stand as it was seen. Of a change in two groups the one must not be made without the other,
    /// so that it isn't left to the change to find out.
    fn keep_standing(&self, change: &mut StatusChange, refused: &mut Vec<ApplicationId>) -> Result<()> {
        let ids: Vec<ApplicationId> = change.targets.iter().map(|(id, _)| *id).collect();
        let mut now = self.standing(&ids)?.into_iter();
        change.targets.retain_mut(|(id, seen)| {
            let found = now.next().flatten().filter(|found| found.here);
            let stands = found.filter(|found| seen.is_none_or(|(_, expected)| expected == found.written));
            *seen = stands.as_ref().map(|found| (found.status, found.written));
            if stands.is_none() {
                refused.push(*id);
            }
            stands.is_some()
        });
        Ok(())
    }

    /// What each target (ascending) has now. One that was seen is taken as seen: should it have moved since, the change
    /// will refuse it. The others are read; those away or unknown are refused. What has the status already is passed
    /// over, unless it is to get it `again`.
    fn status_write(&self, change: &StatusChange, again: bool, refused: &mut Vec<ApplicationId>) -> Result<Write> {
        let targets = &change.targets;
        let moves = |status: Status| again || status != change.to;
        let taken = |seen: Option<(Status, OperationId)>| seen.filter(|(status, _)| moves(*status));
        let open: Vec<ApplicationId> =
            targets.iter().filter(|(_, seen)| taken(*seen).is_none()).map(|(id, _)| *id).collect();
        let mut read = self.standing(&open)?.into_iter();
        let mut ids = Vec::with_capacity(targets.len());
        let mut pairs = Vec::with_capacity(targets.len());
        for &(id, seen) in targets {
            let had = taken(seen).or_else(|| {
                let found = read.next().flatten().filter(|found| found.here)?;
                let stands = seen.is_none_or(|(_, expected)| expected == found.written);
                stands.then_some((found.status, found.written))
            });
            match had {
                None => refused.push(id),
                Some((status, written)) if moves(status) => {
                    ids.push(id);
                    pairs.push((Value::Number(status.code().into()), Some(written)));
                }
                Some(_) => {}
            }
        }
        let from = FromBase::collect(pairs.into_iter());
        Ok(Write { group: Group::Status, to: Value::Number(change.to.code().into()), targets: ids, from })
    }

    /// Undoes an operation; without one, the last change of this operator that still stands.
    ///
    /// # Errors
    /// [`StoreError::NotUndoable`] if there is none, or it has been undone, or it can't be.
    pub fn undo(&mut self, signed: &Signed<'_>, operation: Option<OperationId>) -> Result<Changed> {
        self.reverse(signed, operation, true)
    }

    /// Brings back what this operator undid last, as long as no other change came after it.
    ///
    /// # Errors
    /// [`StoreError::NotUndoable`] if there is nothing to redo.
    pub fn redo(&mut self, signed: &Signed<'_>) -> Result<Changed> {
        self.reverse(signed, None, false)
    }

    /// The change that undoing (or redoing) would be about, and all its applications: of a named operation, else as
    /// [`Self::undo`] and [`Self::redo`] choose it for an operator. `None` where there is nothing.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn reversed_by(
        &self,
        actor: Option<OperationId>,
        wanted: Option<OperationId>,
        undo: bool,
    ) -> Result<Option<(OperationId, Vec<ApplicationId>)>> {
        let reader = LogReader::new(&self.db)?;
        let found = match wanted {
            Some(id) => Some(id),
            None => candidate(&reader, &self.db, actor, undo)?,
        };
        if let Some(id) = found
            && let Some(Operation { body: Body::Tag { targets, .. }, .. }) = reader.read(id)?
        {
            return Ok(Some((id, targets)));
        }
        let end = |id: OperationId| OperationId::new(id.stream(), u32::MAX);
        let root = found.and_then(|id| Some((id, resolve(id, end(id), &reader)?.0.body)));
        Ok(root.map(|(id, body)| {
            let writes = body.into_writes().unwrap_or_default();
            (id, writes.into_iter().flat_map(|write| write.targets).collect())
        }))
    }

    fn reverse(&mut self, signed: &Signed<'_>, wanted: Option<OperationId>, undo: bool) -> Result<Changed> {
        let tx = self.write()?;
        let reader = LogReader::new(&tx)?;
        let undoes = match wanted {
            Some(id) => id,
            None => {
                candidate(&reader, &tx, signed.actor, undo)?.ok_or_else(|| StoreError::NotUndoable(String::new()))?
            }
        };
        let not_undoable = || StoreError::NotUndoable(undoes.to_string());
        if let Some(tag) = reader.read(undoes)?.filter(|operation| matches!(operation.body, Body::Tag { .. })) {
            let outcome = self.reverse_tag(&tx, signed, (undoes, &tag))?.unwrap_or_default();
            if outcome.changed == 0 && wanted.is_some() {
                return Err(not_undoable());
            }
            drop(reader);
            tx.commit()?;
            return Ok(outcome);
        }
        let next = OperationId::new(self.stream.get(), u32::MAX);
        let (root, restores) = resolve(undoes, next, &reader).ok_or_else(not_undoable)?;
        let writes = root.body.into_writes().ok_or_else(not_undoable)?;
        let ruling = super::rulings::undone(&tx, &reader, undoes)?;
        if let Some(ruling) = ruling {
            super::rulings::refuse_closed(&tx, ruling, restores)?;
        }
        let mut refused = refused_among_several(&tx, undoes, &writes)?;
        refused.extend(self.held_by_rulings(undoes, &writes)?);
        if let Some(group) = super::numbering::number_group(&writes) {
            if restores {
                super::numbering::refuse_gone(&tx, &reader, group, undoes)?;
            } else {
                refused.extend(self.given_to_others(&reader, undoes, &writes)?);
            }
        }
        refused.sort_unstable();
        refused.dedup();
        drop(writes);
        let body = Body::Undo { undoes, refused };
        let mut coming = super::log::coming(&tx, self.stream.get(), signed, body, None)?;
        let applied = project(&tx, coming.id, &coming.operation)?;
        let mut outcome = Changed { changed: applied.changed, ..Changed::default() };
        if let Body::Undo { refused, .. } = &mut coming.operation.body {
            refused.extend(applied.refused);
            refused.sort_unstable();
            outcome.refused.clone_from(refused);
        }
        if ruling.is_some() && !outcome.refused.is_empty() {
            // A 起案 says how many it is about: it is taken back whole or not at all.
            return Err(not_undoable());
        }
        if outcome.changed == 0 {
            return if wanted.is_some() { Err(not_undoable()) } else { Ok(outcome) };
        }
        coming.append(&tx)?;
        outcome.operation = Some(coming.id);
        drop(reader);
        tx.commit()?;
        Ok(outcome)
    }

    /// How many applications the change behind an operation was about, through undoing and redoing.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn undo_targets(&self, undone: OperationId) -> Result<u64> {
        let reader = LogReader::new(&self.db)?;
        let end = OperationId::new(undone.stream(), u32::MAX);
        let root = resolve(undone, end, &reader).map(|(root, _)| root.body);
        match root {
            Some(body) => Ok(applications_of(body.writes().unwrap_or_default())),
            None => Err(StoreError::Damaged(format!("op {undone}"))),
        }
    }

    /// The steps that an operation made with statuses.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn status_steps(&self, written: OperationId) -> Result<StatusSteps> {
        let reader = LogReader::new(&self.db)?;
        let damaged = || StoreError::Damaged(format!("op {written}"));
        let operation = reader.read(written)?.ok_or_else(damaged)?;
        let root = match operation.body {
            Body::Undo { undoes, .. } => Some(resolve(undoes, written, &reader).ok_or_else(damaged)?),
            _ => None,
        };
        Ok(StatusSteps { written, operation, root })
    }
}

impl Store {
    /// Whether an operation is an import. To read one takes time: it names all that it brought.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn is_import(&self, id: OperationId) -> Result<bool> {
        let mut statement = self.db.prepare_cached("SELECT kind = 3 FROM op WHERE id = ?1")?;
        Ok(statement.query_row([id.as_u64() as i64], |row| row.get(0))?)
    }
}

/// What an application had before a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// This status; `None` = its birth brought the one that it has.
    Was(Option<Status>),
    /// The same status, which was only confirmed: the step to look at is that of this operation.
    Kept(OperationId),
}

/// The steps that one operation made with statuses: what each of its targets had before.
#[derive(Debug, Clone)]
pub struct StatusSteps {
    written: OperationId,
    operation: Operation,
    root: Option<(Operation, bool)>,
}

impl StatusSteps {
    /// The status that an application had before, and the operation that had written it; neither for its birth.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the operation isn't about it.
    pub fn from(&self, id: ApplicationId) -> Result<Option<(Status, OperationId)>> {
        let step = super::history::step_of(&self.operation, self.root.as_ref(), id);
        let step = step.ok_or_else(|| StoreError::Damaged(format!("op {}", self.written)))?;
        Ok(step.from.zip(step.base))
    }

    /// When it was made, milliseconds since the Unix epoch.
    #[must_use]
    pub const fn at_ms(&self) -> i64 {
        self.operation.at_ms
    }

    /// The status that an application had before; `None` where its birth brought it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the operation isn't about it.
    pub fn before(&self, id: ApplicationId) -> Result<Before> {
        let step = super::history::step_of(&self.operation, self.root.as_ref(), id);
        let step = step.ok_or_else(|| StoreError::Damaged(format!("op {}", self.written)))?;
        Ok(match (step.from, step.base) {
            (Some(from), Some(base)) if from == step.to => Before::Kept(base),
            (from, _) => Before::Was(from),
        })
    }
}

/// Applies an operation that is coming to `state`; those that it leaves alone are in the answer.
pub(super) fn project(tx: &rusqlite::Connection, id: OperationId, operation: &Operation) -> Result<Applied> {
    let reader = LogReader::new(tx)?;
    apply(&mut SqlStates { db: tx }, id, operation, &reader).map_err(|error| match error {
        ProjectionError::Log(id) => StoreError::Damaged(format!("op {id}")),
        ProjectionError::View(error) => error,
    })
}

/// Takes applications (ascending) out of a change.
pub(super) fn leave_out(body: &mut Body, refused: &[ApplicationId]) {
    let (Body::Set { writes, .. } | Body::Ruling { writes, .. }) = body else { return };
    if refused.is_empty() {
        return;
    }
    for write in writes.iter_mut() {
        let kept = write.targets.iter().zip(write.from.iter()).filter(|(id, _)| refused.binary_search(id).is_err());
        let (targets, pairs): (Vec<_>, Vec<_>) = kept.map(|(id, pair)| (*id, pair)).unzip();
        (write.targets, write.from) = (targets, FromBase::collect(pairs.into_iter()));
    }
    writes.retain(|write| !write.targets.is_empty());
}

/// Those that an undo must leave alone, where that has to be known before: what was changed in one field group shows
/// itself as it is undone, but one that was changed in several and doesn't stand in one of them stays as it is in all.
fn refused_among_several(
    tx: &rusqlite::Connection,
    undoes: OperationId,
    writes: &[Write],
) -> Result<Vec<ApplicationId>> {
    let mut refused = Vec::new();
    if writes.iter().all(|write| write.group == writes[0].group) {
        return Ok(refused);
    }
    for write in writes {
        for target in &write.targets {
            if base_of(tx, write.group, *target)? != Some(undoes) || !is_here(tx, *target)? {
                refused.push(*target);
            }
        }
    }
    refused.sort_unstable();
    refused.dedup();
    Ok(refused)
}

/// The operation that an unnamed undo or redo of an operator is about.
///
/// Newest first: an undo takes the last change (or redo) that hasn't been undone; a redo the last undo that hasn't been
/// redone, unless a new change came after it. Imports, exports and the like are skipped.
fn candidate(
    reader: &LogReader<'_>,
    db: &rusqlite::Connection,
    actor: Option<OperationId>,
    undo: bool,
) -> Result<Option<OperationId>> {
    let mut statement = db.prepare("SELECT id, actor, bytes FROM op WHERE kind IN (4, 5, 14, 22) ORDER BY id DESC")?;
    let mut rows = statement.query([])?;
    let mut consumed = HashSet::new();
    let actor = actor.map_or(0, OperationId::as_u64) as i64;
    while let Some(row) = rows.next()? {
        let id = OperationId::from_u64(row.get::<_, i64>(0)? as u64);
        let operation = reader.decode(id, row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?)?;
        let undoing = match operation.body {
            Body::Undo { undoes, .. } => {
                consumed.insert(undoes);
                let (_, restores) =
                    resolve(undoes, id, reader).ok_or_else(|| StoreError::Damaged(format!("op {id}")))?;
                Some(restores)
            }
            Body::Tag { undoes, .. } => {
                consumed.extend(undoes);
                super::tags::restores(reader, &operation)?
            }
            // What closes a 起案 isn't taken back: it is entered anew.
            Body::Ruling { ref writes, .. } if writes.is_empty() => continue,
            _ => None,
        };
        if row.get::<_, i64>(1)? != actor {
            continue;
        }
        let standing = !consumed.contains(&id);
        match (undo, undoing) {
            (true, None | Some(false)) if standing => return Ok(Some(id)),
            (false, Some(true)) if standing => return Ok(Some(id)),
            (false, None) => return Ok(None),
            _ => {}
        }
    }
    Ok(None)
}
