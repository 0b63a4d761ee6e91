//! What happened to one application: a walk from its present state back through the operations that wrote it.

use super::error::{Result, StoreError};
use super::findings::finding_of;
use super::log::LogReader;
use super::{Entry, Store, StoredClosing, StoredReceived, rare, rulings};
use crate::domain::finding::{Finding, Stated};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Declaration, Group, Operation, Value};
use crate::domain::projection::{Log, resolve};
use crate::domain::record::Hash;
use crate::domain::reminder::Reminder;
use crate::domain::ruling::RulingState;
use crate::domain::status::Status;

/// One line of an application's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// The operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<OperationId>,
    /// The command id.
    pub command: String,
    /// Our status before and after, where it was changed.
    pub status: Option<(Option<Status>, Status)>,
    /// The source's status that it brought.
    pub source_status: Option<Status>,
    /// What it changed of what staff fill for themselves.
    pub fields: Vec<FieldStep>,
    /// What it brought, where it is an import that brought a content.
    pub brought: Option<Brought>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// When and how the applicant asked for it.
    pub declared: Option<Declaration>,
    /// The 補正文の部品 that the reason was made of.
    pub blocks: Vec<u32>,
}

/// A change of a field that staff fill for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldStep {
    /// 担当, from whom to whom, by birth operation.
    Assignee(Option<OperationId>, Option<OperationId>),
    /// 期限, from which day to which, as day numbers.
    Due(Option<u64>, Option<u64>),
    /// A 札: its name, and whether it was put on.
    Tag(String, bool),
    /// 個別番号, from which to which.
    IndividualNumber(Option<String>, Option<String>),
    /// 収受, from which to which.
    Received(Option<StoredReceived>, Option<StoredReceived>),
    /// 決裁: which 起案, how it stood after this, and what was said when it was closed.
    Ruling(OperationId, RulingState, Option<StoredClosing>),
    /// 審査結果, from which to which, and the basis (根拠) that was said.
    Result(Option<Finding>, Option<Finding>, Option<String>),
    /// 補正期限, from which day to which, as day numbers.
    Correction(Option<u64>, Option<u64>),
    /// 延長, from which day to which, as day numbers.
    Extension(Option<u64>, Option<u64>),
    /// 補正の催促, the last one before and after.
    Reminder(Option<Reminder>, Option<Reminder>),
}

/// A content that came in by an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Which of the application's contents it is: 1 = the one that it was born with, 2 = its first revision …
    pub revision: u32,
    /// SHA-256 of the file.
    pub file: Hash,
    /// The profile that read it.
    pub profile: String,
}

/// One step of our status: what it was before, after, and which operation had written what was before.
pub(super) struct Step {
    pub from: Option<Status>,
    pub to: Status,
    pub base: Option<OperationId>,
}

/// The step that an operation made with the status of an application; `None` if it made none.
pub(super) fn status_step(
    id: OperationId,
    operation: &Operation,
    target: ApplicationId,
    log: &dyn Log,
) -> Option<Step> {
    let root = match operation.body {
        Body::Undo { undoes, .. } => Some(resolve(undoes, id, log)?),
        _ => None,
    };
    step_of(operation, root.as_ref(), target)
}

/// The same, where the change that an undo is about in the end has been found already.
pub(super) fn step_of(operation: &Operation, root: Option<&(Operation, bool)>, target: ApplicationId) -> Option<Step> {
    let status = |value| match value {
        Value::Number(code) => u8::try_from(code).ok().and_then(Status::from_code),
        _ => None,
    };
    let in_writes = |root: &Operation| {
        let writes = root.body.writes()?;
        writes.iter().filter(|write| write.group == Group::Status).find_map(|write| {
            let place = write.targets.binary_search(&target).ok()?;
            let (from, base) = write.from.at(place)?;
            Some((status(from)?, status(write.to)?, base))
        })
    };
    match &operation.body {
        Body::Import(import) => {
            let place = import.births.binary_search(&target).ok()?;
            let pair = import.statuses.get(*import.status_of.get(place)? as usize)?;
            Some(Step { from: None, to: Status::from_code(pair.ours)?, base: None })
        }
        Body::Set { .. } => {
            let (from, to, base) = in_writes(operation)?;
            Some(Step { from: Some(from), to, base })
        }
        Body::Undo { undoes, .. } => {
            let (root, restores) = root?;
            let (from, to, _) = in_writes(root)?;
            let (from, to) = if *restores { (to, from) } else { (from, to) };
            Some(Step { from: Some(from), to, base: Some(*undoes) })
        }
        _ => None,
    }
}

/// The step that an operation made with a field of an application: from what, to what, and which operation had written
/// what was before it.
pub(super) fn field_step(
    id: OperationId,
    operation: &Operation,
    (group, target): (Group, ApplicationId),
    log: &dyn Log,
) -> Option<(Value, Value, Option<OperationId>)> {
    let in_writes = |root: &Operation| {
        let writes = root.body.writes()?;
        writes.iter().filter(|write| write.group == group).find_map(|write| {
            let place = write.targets.binary_search(&target).ok()?;
            let (from, base) = write.from.at(place)?;
            Some((from, write.to, base))
        })
    };
    match &operation.body {
        Body::Undo { undoes, .. } => {
            let (root, restores) = resolve(*undoes, id, log)?;
            let (from, to, _) = in_writes(&root)?;
            let (from, to) = if restores { (to, from) } else { (from, to) };
            Some((from, to, Some(*undoes)))
        }
        _ => in_writes(operation),
    }
}

impl Store {
    /// The history of an application, newest first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn history(&self, entry: &Entry) -> Result<Vec<HistoryLine>> {
        let reader = LogReader::new(&self.db)?;
        let mut lines = std::collections::BTreeMap::new();
        let mut at = Some(entry.state.status.1);
        while let Some(id) = at {
            let damaged = || StoreError::Damaged(format!("op {id}"));
            let operation = reader.read(id)?.ok_or_else(damaged)?;
            let step = status_step(id, &operation, entry.id, &reader).ok_or_else(damaged)?;
            let line = self.line(&mut lines, id, &operation)?;
            line.status = Some((step.from, step.to));
            at = step.base;
        }
        let contents = self.content_operations(entry.id)?;
        let births = self.birth_of(entry.id)?;
        for (revision, id) in (1..).zip([births].into_iter().chain(contents)) {
            let damaged = || StoreError::Damaged(format!("op {id}"));
            let operation = reader.read(id)?.ok_or_else(damaged)?;
            let Body::Import(import) = &operation.body else { return Err(damaged()) };
            let brought = Brought { revision, file: import.file, profile: import.profile.clone() };
            self.line(&mut lines, id, &operation)?.brought = Some(brought);
        }
        let mut at = entry.state.source.map(|(_, id)| id);
        while let Some(id) = at {
            let damaged = || StoreError::Damaged(format!("op {id}"));
            let operation = reader.read(id)?.ok_or_else(damaged)?;
            let Body::Import(import) = &operation.body else { return Err(damaged()) };
            let write = import.source.iter().find_map(|write| {
                let place = write.targets.binary_search(&entry.id).ok()?;
                Some((write.to, write.from.at(place)?.1))
            });
            let (code, base) = match write {
                Some((code, base)) => (Some(code), base),
                None => (import_birth_source(import, entry.id), None),
            };
            self.line(&mut lines, id, &operation)?.source_status = code.and_then(Status::from_code);
            at = base;
        }
        self.fields_of(entry, &mut lines)?;
        Ok(lines.into_values().rev().collect())
    }

    /// Adds what happened to what staff fill for themselves.
    fn fields_of(&self, entry: &Entry, lines: &mut std::collections::BTreeMap<OperationId, HistoryLine>) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let damaged = |id: OperationId| StoreError::Damaged(format!("op {id}"));
        for group in [Group::Assignee, Group::Due] {
            let mut at = entry.state.base(group);
            while let Some(id) = at {
                let operation = reader.read(id)?.ok_or_else(|| damaged(id))?;
                let step = field_step(id, &operation, (group, entry.id), &reader).ok_or_else(|| damaged(id))?;
                let reference = |value| match value {
                    Value::Reference(operator) => Some(operator),
                    _ => None,
                };
                let day = |value| match value {
                    Value::Number(day) => Some(day),
                    _ => None,
                };
                let told = match group {
                    Group::Assignee => FieldStep::Assignee(reference(step.0), reference(step.1)),
                    _ => FieldStep::Due(day(step.0), day(step.1)),
                };
                self.line(lines, id, &operation)?.fields.push(told);
                at = step.2;
            }
        }
        self.numbers_of(entry.id, lines)?;
        self.findings_of(entry.id, lines)?;
        self.rulings_in(entry.id, lines)?;
        self.days_of((Group::Correction, entry.id), lines)?;
        self.days_of((Group::Retention, entry.id), lines)?;
        self.reminders_in(entry.id, lines)?;
        for note in self.notes_of(entry.id)? {
            for id in [Some(note.written.operation), note.struck.map(|(by, _)| by.operation)].into_iter().flatten() {
                let operation = reader.read(id)?.ok_or_else(|| damaged(id))?;
                self.line(lines, id, &operation)?;
            }
        }
        for (id, name, kept) in self.tag_steps(entry.id)? {
            let operation = reader.read(id)?.ok_or_else(|| damaged(id))?;
            self.line(lines, id, &operation)?.fields.push(FieldStep::Tag(name, kept));
        }
        let calls = self.calls_of(entry.id)?.into_iter().map(|call| call.written.operation);
        for id in calls.chain(self.looks_at(entry.id)?) {
            let operation = reader.read(id)?.ok_or_else(|| damaged(id))?;
            self.line(lines, id, &operation)?;
        }
        Ok(())
    }

    /// Adds what happened to its 個別番号 and its 収受.
    fn numbers_of(
        &self,
        id: ApplicationId,
        lines: &mut std::collections::BTreeMap<OperationId, HistoryLine>,
    ) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let damaged = |id: OperationId| StoreError::Damaged(format!("op {id}"));
        let number = |value, written: Option<OperationId>| match (value, written) {
            (Value::Number(value), Some(written)) => self.number_by((Group::IndividualNumber, id), written, value),
            _ => Ok(None),
        };
        let received = |value, written: Option<OperationId>| match (value, written) {
            (Value::Number(value), Some(written)) => self.received_by(id, written, value).map(Some),
            _ => Ok(None),
        };
        for group in [Group::IndividualNumber, Group::Received] {
            let mut at = rare::read(&self.db, group, id)?.map(|(_, written)| written);
            while let Some(written) = at {
                let operation = reader.read(written)?.ok_or_else(|| damaged(written))?;
                let (from, to, base) =
                    field_step(written, &operation, (group, id), &reader).ok_or_else(|| damaged(written))?;
                let step = match group {
                    Group::Received => FieldStep::Received(received(from, base)?, received(to, Some(written))?),
                    _ => FieldStep::IndividualNumber(number(from, base)?, number(to, Some(written))?),
                };
                self.line(lines, written, &operation)?.fields.push(step);
                at = base;
            }
        }
        Ok(())
    }

    /// Adds the 起案 that it stood on, and what closed each.
    fn rulings_in(
        &self,
        id: ApplicationId,
        lines: &mut std::collections::BTreeMap<OperationId, HistoryLine>,
    ) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let damaged = |id: OperationId| StoreError::Damaged(format!("op {id}"));
        let group = Group::Ruling;
        let mut at = rare::read(&self.db, group, id)?.map(|(_, written)| written);
        let mut told = std::collections::BTreeSet::new();
        while let Some(written) = at {
            let operation = reader.read(written)?.ok_or_else(|| damaged(written))?;
            let (_, to, base) =
                field_step(written, &operation, (group, id), &reader).ok_or_else(|| damaged(written))?;
            let ruling = match operation.body {
                Body::Undo { undoes, .. } => {
                    rulings::undone(&self.db, &reader, undoes)?.ok_or_else(|| damaged(written))?
                }
                _ => written,
            };
            let state = if to == Value::None { RulingState::TakenBack } else { RulingState::Pending };
            self.line(lines, written, &operation)?.fields.push(FieldStep::Ruling(ruling, state, None));
            if told.insert(ruling)
                && let Some(found) = self.ruling(ruling)?
                && let Some(closed) = found.closed
            {
                let by = closed.written.operation;
                let operation = reader.read(by)?.ok_or_else(|| damaged(by))?;
                self.line(lines, by, &operation)?.fields.push(FieldStep::Ruling(ruling, found.state, Some(closed)));
            }
            at = base;
        }
        Ok(())
    }

    /// Adds what happened to its 審査結果.
    fn findings_of(
        &self,
        id: ApplicationId,
        lines: &mut std::collections::BTreeMap<OperationId, HistoryLine>,
    ) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let damaged = |id: OperationId| StoreError::Damaged(format!("op {id}"));
        let group = Group::Result;
        let mut at = rare::read(&self.db, group, id)?.map(|(_, written)| written);
        while let Some(written) = at {
            let operation = reader.read(written)?.ok_or_else(|| damaged(written))?;
            let (from, to, base) =
                field_step(written, &operation, (group, id), &reader).ok_or_else(|| damaged(written))?;
            let basis = match operation.body {
                Body::Set { .. } => Stated::of_payload(self.op_text(written)?.as_deref()).basis,
                _ => None,
            };
            let step = FieldStep::Result(finding_of(from), finding_of(to), basis);
            self.line(lines, written, &operation)?.fields.push(step);
            at = base;
        }
        Ok(())
    }

    /// Adds what happened to a day that few have: 補正期限, 延長.
    fn days_of(
        &self,
        (group, id): (Group, ApplicationId),
        lines: &mut std::collections::BTreeMap<OperationId, HistoryLine>,
    ) -> Result<()> {
        let reader = LogReader::new(&self.db)?;
        let day = |value| match value {
            Value::Number(day) => Some(day),
            _ => None,
        };
        let mut at = rare::read(&self.db, group, id)?.map(|(_, written)| written);
        while let Some(written) = at {
            let damaged = || StoreError::Damaged(format!("op {written}"));
            let operation = reader.read(written)?.ok_or_else(damaged)?;
            let step = field_step(written, &operation, (group, id), &reader).ok_or_else(damaged)?;
            let (from, to) = (day(step.0), day(step.1));
            let step_made = match group {
                Group::Retention => FieldStep::Extension(from, to),
                _ => FieldStep::Correction(from, to),
            };
            self.line(lines, written, &operation)?.fields.push(step_made);
            at = step.2;
        }
        Ok(())
    }

    pub(super) fn line<'a>(
        &self,
        lines: &'a mut std::collections::BTreeMap<OperationId, HistoryLine>,
        id: OperationId,
        operation: &Operation,
    ) -> Result<&'a mut HistoryLine> {
        // The text of an operation on a 札 is its name, that of a note or of a call is what it says, that of numbers is their pattern; that
        // of a 審査結果 holds the reason among other things.
        let of_group = |wanted: Group| match &operation.body {
            Body::Set { writes, .. } => writes.iter().all(|write| write.group == wanted),
            _ => false,
        };
        let is_other = match &operation.body {
            Body::Tag { .. } | Body::Note { .. } | Body::Ruling { .. } | Body::Call(_) => true,
            _ => of_group(Group::IndividualNumber) || of_group(Group::Received),
        };
        let reason = match lines.contains_key(&id) || is_other {
            true => None,
            false if of_group(Group::Result) => Stated::of_payload(self.op_text(id)?.as_deref()).reason,
            false => self.op_text(id)?,
        };
        Ok(lines.entry(id).or_insert_with(|| HistoryLine {
            operation: id,
            at_ms: operation.at_ms,
            actor: operation.actor,
            command: operation.command.clone(),
            status: None,
            source_status: None,
            fields: Vec::new(),
            brought: None,
            reason,
            declared: match operation.body {
                Body::Set { declared, .. } => declared,
                _ => None,
            },
            blocks: match &operation.body {
                Body::Set { blocks, .. } => blocks.clone(),
                _ => Vec::new(),
            },
        }))
    }

    /// The erasable text of an operation: a reason, a query.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn op_text(&self, id: OperationId) -> Result<Option<String>> {
        use rusqlite::OptionalExtension as _;
        let mut statement = self.db.prepare_cached("SELECT text FROM op_text WHERE op = ?1")?;
        Ok(statement.query_row([id.as_u64() as i64], |row| row.get(0)).optional()?)
    }

    /// The operations that brought revisions of an application, oldest first, the birth left out.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn content_operations(&self, id: ApplicationId) -> Result<Vec<OperationId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT op FROM app WHERE id = ?1 AND op <> 0 UNION SELECT op FROM app_old WHERE id = ?1 AND op <> 0
             ORDER BY op",
        )?;
        let found = statement.query_map([id.as_u64() as i64], |row| row.get::<_, i64>(0))?;
        found.map(|id| Ok(OperationId::from_u64(id? as u64))).collect()
    }
}

fn import_birth_source(import: &crate::domain::operation::ImportBody, id: ApplicationId) -> Option<u8> {
    let place = import.births.binary_search(&id).ok()?;
    import.statuses.get(*import.status_of.get(place)? as usize)?.source
}
