//! From what the store holds to what the office shows.

use std::collections::HashMap;

use super::calls::calls_of;
use super::comparison::passes;
use super::corrected::correction_of;
use super::fault::OfficeError;
use super::form_definitions::Forms;
use super::notes::notes_of;
use super::retention::kept_of;
use super::rulings::{closed_of, ruling_of};
use super::view::{Declared, FieldStep, HistoryEntry, Item, News, Received, Record, Revision, Row, Withdrawal};
use crate::domain::application::{Content, Instant};
use crate::domain::calendar::{Day, JAPAN, civil, day_of_number};
use crate::domain::column::Column;
use crate::domain::identity::OperationId;
use crate::domain::office_days::number_of;
use crate::domain::operation::{Declaration, Value};
use crate::domain::people::Act;
use crate::domain::reflection::Reflection;
use crate::domain::revision::{Since, changes};
use crate::domain::status::Status;
use crate::exchange::sekisho::line_label;
use crate::store::{self, Entry, Store, StoredReceived};

/// One line of the list.
#[must_use]
pub fn row_of(forms: &Forms, entry: &Entry) -> Row {
    let content = &entry.content;
    Row {
        id: entry.id,
        source: content.source.clone(),
        number: content.number.to_string(),
        name: content.name.clone(),
        stand_in: stand_in_of(forms, content).map(str::to_owned),
        kana: content.kana.clone(),
        form_code: content.form.code.clone(),
        form_version: content.form.version.clone(),
        form_name: content.form.name.clone(),
        submitted: content.submitted,
        status: entry.state.status.0,
        source_status: entry.state.source.map(|(status, _)| status),
        reflection: Reflection::between(entry.state.status, entry.state.source),
        since: Since::between(entry.state.status, entry.state.source, entry.revised),
        version: entry.state.version,
        deadline: None,
        cells: Vec::new(),
    }
}

/// What an application is called: 氏名/法人名, else the item that stands for it by the definition of its form.
#[must_use]
pub fn display_name_of<'c>(forms: &Forms, content: &'c Content) -> Option<&'c str> {
    let own = content.name.as_deref().filter(|name| !name.trim().is_empty());
    own.or_else(|| stand_in_of(forms, content))
}

/// What the item says that stands for an empty 氏名/法人名.
fn stand_in_of<'c>(forms: &Forms, content: &'c Content) -> Option<&'c str> {
    if content.name.as_deref().is_some_and(|name| !name.trim().is_empty()) {
        return None;
    }
    forms.definitions.of_header(&content.source, &content.form)?.stand_ins.display_name(content)
}

/// The text of a column that a line of the list doesn't hold by itself; `None` where there is no value.
///
/// # Errors
/// What the store says.
pub fn cell_of(store: &Store, entry: &Entry, column: &Column) -> Result<Option<String>, OfficeError> {
    let content = &entry.content;
    Ok(match column {
        Column::UserId => content.user_id.clone(),
        Column::Mail => content.mail.clone(),
        Column::Remarks => content.remarks.clone(),
        Column::Line => content.line.map(|line| line_label(line).to_owned()),
        Column::Updated => updated(store, entry)?.map(|at| civil(&at).strftime("%Y-%m-%d %H:%M").to_string()),
        Column::Assignee => entry.assignee.clone(),
        Column::Due => due_of(entry).map(|day| day.to_string()),
        Column::Tags => Some(entry.tags.join(", ")).filter(|tags| !tags.is_empty()),
        Column::IndividualNumber => entry.individual_number.clone(),
        Column::Ruling => entry.ruling.as_ref().map(|one| one.state.label().to_owned()),
        Column::DecidedOn => entry.ruling.as_ref().and_then(|one| one.ruled().decided_on).map(|day| day.to_string()),
        Column::DocumentNumber => entry.ruling.as_ref().and_then(|one| one.ruled().document_number),
        Column::ReceivedOn => received_of(entry).and_then(|one| one.on).map(|day| day.to_string()),
        Column::ReceivedNumber => received_of(entry).and_then(|one| one.number),
        Column::Result => entry.finding.as_ref().map(|one| one.finding.label().to_owned()),
        Column::Item(name) => {
            let place = content.form.items.iter().position(|item| item == name);
            place.and_then(|place| content.values.get(place).cloned().flatten())
        }
        _ => None,
    })
}

/// 期限.
#[must_use]
pub fn due_of(entry: &Entry) -> Option<Day> {
    match entry.state.due.0 {
        Value::Number(day) => day_of_number(day),
        _ => None,
    }
}

/// 収受日 and 収受番号, as letters and lists will name them.
#[must_use]
pub fn received_of(entry: &Entry) -> Option<Received> {
    entry.received.clone().map(received)
}

fn received(stored: StoredReceived) -> Received {
    Received { on: day_of_number(stored.day.into()), number: stored.number }
}

fn declared_of(declared: Declaration) -> Option<Declared> {
    let Declaration { day, channel } = declared;
    Some(Declared { day: day_of_number(day.into())?, channel })
}

/// How an application was withdrawn: by the operation that wrote 取下げ, or that a redo brought back.
fn withdrawal_of(entry: &Entry, history: &[HistoryEntry]) -> Option<Withdrawal> {
    if entry.state.status.0 != Status::Withdrawn {
        return None;
    }
    // Undoing and redoing bring back what was entered before: that tells how.
    let entered = |line: &&HistoryEntry| {
        let into = matches!(line.status, Some((Some(_), Status::Withdrawn)));
        into && ![Act::Undo.id(), Act::Redo.id()].contains(&line.command.as_str())
    };
    let said = history.iter().find(entered)?;
    Some(Withdrawal { operation: said.operation, declared: said.declared, reason: said.reason.clone() })
}

/// A change of a field, with people by their codes.
fn step_of(store: &Store, step: store::FieldStep) -> Result<FieldStep, OfficeError> {
    let code = |id: Option<OperationId>| id.map_or(Ok(None), |id| store.operator_code(id));
    let day = |number: Option<u64>| number.and_then(day_of_number);
    Ok(match step {
        store::FieldStep::Assignee(from, to) => FieldStep::Assignee(code(from)?, code(to)?),
        store::FieldStep::Due(from, to) => FieldStep::Due(day(from), day(to)),
        store::FieldStep::Tag(name, kept) => FieldStep::Tag(name, kept),
        store::FieldStep::IndividualNumber(from, to) => FieldStep::IndividualNumber(from, to),
        store::FieldStep::Ruling(id, state, closed) => {
            FieldStep::Ruling(id, state, closed.map(|one| closed_of(store, one).map(Box::new)).transpose()?)
        }
        store::FieldStep::Received(from, to) => FieldStep::Received(from.map(received), to.map(received)),
        store::FieldStep::Result(from, to, basis) => FieldStep::Result(from, to, basis),
        store::FieldStep::Extension(from, to) => FieldStep::Extension(day(from), day(to)),
        store::FieldStep::Correction(from, to) => FieldStep::Correction(day(from), day(to)),
        store::FieldStep::Reminder(from, to) => FieldStep::Reminder(from, to),
    })
}

/// 更新: when the operation was made that changed it last, ours or the source's.
///
/// # Errors
/// What the store says.
pub fn updated(store: &Store, entry: &Entry) -> Result<Option<Instant>, OfficeError> {
    let written = entry.state.status.1.max(entry.state.source.map_or(entry.state.status.1, |(_, written)| written));
    let at = store.operation_at(written)?;
    Ok(at.map(|ms| Instant { seconds: ms.div_euclid(1000), offset_minutes: JAPAN }))
}

/// An application whole, with its history, as of a day.
///
/// # Errors
/// What the store says.
pub fn record_of(store: &Store, forms: &Forms, entry: &Entry, today: Day) -> Result<Record, OfficeError> {
    let content = &entry.content;
    let mut codes: HashMap<_, Option<String>> = HashMap::new();
    let (mut history, mut origins) = (Vec::new(), HashMap::new());
    for line in store.history(entry)? {
        let actor = match line.actor {
            None => None,
            Some(id) => match codes.get(&id) {
                Some(code) => code.clone(),
                None => codes.entry(id).or_insert(store.operator_code(id)?).clone(),
            },
        };
        if let Some(brought) = &line.brought {
            let origin = (line.at_ms, actor.clone(), brought.file, brought.profile.clone());
            origins.insert(line.operation, origin);
        }
        history.push(HistoryEntry {
            operation: line.operation,
            at_ms: line.at_ms,
            actor,
            command: line.command,
            status: line.status,
            revision: line.brought.map(|brought| brought.revision),
            source_status: line.source_status,
            fields: line.fields.into_iter().map(|step| step_of(store, step)).collect::<Result<_, _>>()?,
            reason: line.reason,
            declared: line.declared.and_then(declared_of),
            blocks: line.blocks,
        });
    }
    let contents = store.contents(entry)?;
    let mut revisions = Vec::with_capacity(contents.len());
    let mut before = None;
    for (operation, content) in &contents {
        let Some((at_ms, actor, file, profile)) = origins.remove(operation) else { continue };
        let changes = before.map_or_else(Vec::new, |before| changes(before, content));
        revisions.push(Revision { operation: *operation, at_ms, actor, file, profile, changes });
        before = Some(content);
    }
    let decided = entry.state.status.1;
    let known = contents.iter().take_while(|(operation, _)| *operation <= decided).count();
    let news = (known > 0 && known < contents.len())
        .then(|| News { known, changes: changes(&contents[known - 1].1, &entry.content) });
    let mut correction = correction_of(entry, &history);
    if let (Some(correction), Some(today)) = (&mut correction, number_of(today)) {
        let standing = store.reminders(&[entry.id], today)?.pop().flatten();
        correction.waiting = standing.and_then(|standing| standing.waiting());
    }
    Ok(Record {
        row: row_of(forms, entry),
        kind: forms.definitions.of_header(&content.source, &content.form).and_then(|form| form.rules.kind),
        withdrawal: withdrawal_of(entry, &history),
        correction,
        user_id: content.user_id.clone(),
        mail: content.mail.clone(),
        line: content.line,
        remarks: content.remarks.clone(),
        assignee: entry.assignee.clone(),
        due: due_of(entry),
        tags: entry.tags.clone(),
        individual_number: entry.individual_number.clone(),
        finding: entry.finding.clone(),
        received: received_of(entry),
        ruling: entry.ruling.clone().map(|one| ruling_of(store, one, entry.finding.as_ref())).transpose()?,
        kept: kept_of(store, forms, entry)?,
        notes: notes_of(store, entry.id)?,
        calls: calls_of(store, entry.id)?,
        items: content
            .form
            .items
            .iter()
            .zip(&content.values)
            .zip(0..)
            .map(|((name, value), item)| {
                let sealed = content.is_sealed(item);
                Item { name: name.clone(), value: value.clone(), sealed }
            })
            .collect(),
        history,
        revisions,
        comparisons: passes(store, entry)?,
        news,
    })
}
