//! One operation whole: what it changed, from what to what, and some of the applications by number.

use std::collections::BTreeMap;

use super::item::item;
use super::{LogError, LogItem};
use crate::domain::calendar::day_of_number;
use crate::domain::finding::Finding;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Body, Group, Value, Write};
use crate::domain::people::Act;
use crate::domain::reminder::Reminder;
use crate::domain::ruling::RulingStep;
use crate::domain::status::Status;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::release::{Difference, rare_word};
use crate::store::Store;

/// So many applications are named.
const NAMED: usize = 20;

/// An operation with what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownOperation {
    /// Its line.
    pub item: LogItem,
    /// What it changed, from what to what, on how many.
    pub changes: Vec<Difference>,
    /// The first applications that it is about, as `source/number`; those that are gone are left out.
    pub numbers: Vec<String>,
    /// How many applications it is about.
    pub targets: u64,
}

/// Reads an operation whole.
///
/// # Errors
/// [`LogError::UnknownOperation`]; [`OfficeError::NotPermitted`]; what the store says.
pub fn operation_shown(desk: &Desk, id: OperationId) -> Result<ShownOperation, OfficeError> {
    desk.permit(Act::LogView)?;
    desk.store.at_one_moment(|store| {
        if store.operation_at(id)?.is_none() {
            return Err(LogError::UnknownOperation(id).into());
        }
        let line = store.log_line(id)?;
        let (writes, back, refused) = match &line.operation.body {
            Body::Undo { undoes, refused } => {
                let (writes, back) = store.undone_writes(id, *undoes)?;
                (writes, back, refused.clone())
            }
            body => (body.writes().unwrap_or_default().to_vec(), false, Vec::new()),
        };
        let changes = changes(store, &writes, back, &refused)?;
        let mut targets = targets(store, &line.operation.body, &writes)?;
        targets.retain(|target| refused.binary_search(target).is_err());
        let named: Vec<ApplicationId> = targets.iter().copied().take(NAMED).collect();
        let entries = store.entries(&named)?;
        let numbers = entries.iter().map(|entry| format!("{}/{}", entry.content.source, entry.content.number));
        Ok(ShownOperation {
            numbers: numbers.collect(),
            targets: targets.len() as u64,
            changes,
            item: item(store, line)?,
        })
    })
}

/// The applications that an operation is about, each once.
fn targets(store: &Store, body: &Body, writes: &[Write]) -> Result<Vec<ApplicationId>, OfficeError> {
    let mut targets: Vec<ApplicationId> = match body {
        Body::Import(import) => import.births.iter().chain(&import.revised).copied().collect(),
        Body::ReflectList { targets, .. }
        | Body::Tag { targets, .. }
        | Body::Request { targets, .. }
        | Body::Erase { targets, .. } => targets.clone(),
        Body::Note { target, .. } | Body::Reveal { target, .. } => vec![*target],
        Body::Call(call) => vec![call.target],
        Body::Compared(compared) => vec![compared.target],
        Body::Distinct(one) => one.members.clone(),
        Body::Opened(opened) => opened.targets.clone(),
        Body::Ruling { step, subject: Some(ruling), .. } if *step != RulingStep::Submitted => {
            store.ruling_targets(*ruling)?
        }
        Body::Decision { request, .. } => match store.operation(*request)?.map(|operation| operation.body) {
            Some(Body::Request { targets, .. }) => targets,
            _ => Vec::new(),
        },
        _ => writes.iter().flat_map(|write| write.targets.iter().copied()).collect(),
    };
    targets.sort_unstable();
    targets.dedup();
    Ok(targets)
}

/// What is changed, from what to what; `back` = the other way round.
fn changes(
    store: &Store,
    writes: &[Write],
    back: bool,
    refused: &[ApplicationId],
) -> Result<Vec<Difference>, OfficeError> {
    let mut counts: BTreeMap<(&str, Option<String>, Option<String>), u64> = BTreeMap::new();
    for write in writes {
        let field = word(write.group);
        let to = said(store, write.group, write.to)?;
        let befores = write.from.distinct.iter().map(|(value, _)| said(store, write.group, *value));
        let befores = befores.collect::<Result<Vec<_>, _>>()?;
        for (target, place) in write.targets.iter().zip(&write.from.index) {
            if refused.binary_search(target).is_err() {
                let from = befores.get(*place as usize).cloned().flatten();
                let (before, after) = if back { (to.clone(), from) } else { (from, to.clone()) };
                *counts.entry((field, before, after)).or_default() += 1;
            }
        }
    }
    let difference = |((field, before, after), count): ((&str, Option<String>, Option<String>), u64)| Difference {
        field: field.to_owned(),
        before,
        after,
        count,
    };
    Ok(counts.into_iter().map(difference).collect())
}

/// The word of a field group, as requests name it.
const fn word(group: Group) -> &'static str {
    match group {
        Group::Status => "status",
        Group::Source => "source_status",
        Group::Assignee => "assignee",
        Group::Due => "due",
        Group::Custody => "custody",
        Group::Correction => "correction",
        other => rare_word(other),
    }
}

/// A value in words. What was numbered differs from one application to the next and stands in each record.
fn said(store: &Store, group: Group, value: Value) -> Result<Option<String>, OfficeError> {
    Ok(match (group, value) {
        (Group::Status | Group::Source, Value::Number(code)) => {
            u8::try_from(code).ok().and_then(Status::from_code).map(|status| status.label().to_owned())
        }
        (Group::Assignee, Value::Reference(id)) => store.operator_code(id)?,
        (Group::Due | Group::Correction, Value::Number(day)) => day_of_number(day).map(|day| day.to_string()),
        (Group::Reminder, value) => Reminder::of(value).map(|one| one.stage.label().to_owned()),
        (Group::Result, Value::Number(code)) => Finding::from_code(code).map(|finding| finding.label().to_owned()),
        _ => None,
    })
}
