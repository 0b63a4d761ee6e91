//! How the 補正 of an application stands, for whoever reads the record: what is to be corrected, until when, and which
//! reminders went out.

use super::view::{Declared, FieldStep, HistoryEntry};
use crate::domain::calendar::{Day, day_of_number};
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::domain::reminder::{Reminder, Stage};
use crate::domain::status::Status;
use crate::store::Entry;

/// 補正: until when what is 返却中 is to be corrected, and how the applicant was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The operation that sent it back.
    pub operation: OperationId,
    /// The last day; `None` where none was set.
    pub until: Option<Day>,
    /// When and how the applicant was told; `None` where that wasn't said.
    pub told: Option<Declared>,
    /// What is to be corrected; `None` = it was erased.
    pub what: Option<String>,
    /// The 補正文の部品 that it was made of.
    pub blocks: Vec<u32>,
    /// The reminders that went out, in their order.
    pub reminders: Vec<Reminded>,
    /// The stage that is reached and of which no reminder has gone out.
    pub waiting: Option<Stage>,
}

/// A 補正の催促 that went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminded {
    /// The operation that recorded it.
    pub operation: OperationId,
    /// The stage that was reached.
    pub stage: Stage,
    /// When and how.
    pub told: Option<Declared>,
}

/// Whether an operation brought back what was entered before, so that it tells nothing itself.
fn brings_back(line: &HistoryEntry) -> bool {
    [Act::Undo.id(), Act::Redo.id()].contains(&line.command.as_str())
}

/// What is to be corrected of what is 返却中. An undoing or redoing brings back what was said when it was sent back.
pub(super) fn correction_of(entry: &Entry, history: &[HistoryEntry]) -> Option<Correction> {
    let (status, written) = entry.state.status;
    if status != Status::Returned {
        return None;
    }
    let until = correction_until(entry);
    let sent = |line: &&HistoryEntry| {
        let sets =
            |until| line.fields.iter().any(|step| matches!(step, FieldStep::Correction(_, Some(day)) if *day == until));
        let returns = matches!(line.status, Some((_, Status::Returned)));
        line.operation <= written && returns && until.is_none_or(sets) && !brings_back(line)
    };
    let said = history.iter().find(sent)?;
    if until.is_none() && said.blocks.is_empty() {
        return None;
    }
    let (told, what, blocks) = (said.declared, said.reason.clone(), said.blocks.clone());
    let reminders = until.map(|until| reminders(until, written, history)).unwrap_or_default();
    Some(Correction { operation: said.operation, until, told, what, blocks, reminders, waiting: None })
}

/// 補正期限 of what is 返却中: it counts as long as the operation that set it is the one of the status.
fn correction_until(entry: &Entry) -> Option<Day> {
    let (status, written) = entry.state.status;
    let (day, _) = entry.correction.filter(|(_, by)| status == Status::Returned && *by == written)?;
    day_of_number(day)
}

/// The reminders for a 補正期限 that went out since it was sent back and weren't taken back.
fn reminders(until: Day, written: OperationId, history: &[HistoryEntry]) -> Vec<Reminded> {
    let step = |line: &HistoryEntry| {
        line.fields.iter().find_map(|step| match step {
            FieldStep::Reminder(_, to) => Some(*to),
            _ => None,
        })
    };
    let is_ours = |one: &Reminder| day_of_number(one.until.into()) == Some(until);
    let of = |line: &HistoryEntry, stage| Reminded { operation: line.operation, stage, told: line.declared };
    let mut out: Vec<Reminded> = Vec::new();
    // The history has its newest line first.
    for line in history.iter().rev().filter(|line| line.operation > written) {
        let Some(to) = step(line) else { continue };
        let stage = to.filter(is_ours).map(|one| one.stage);
        out.retain(|one| stage.is_some_and(|stage| one.stage < stage) || !brings_back(line));
        let Some(stage) = stage else { continue };
        // What is brought back was told when it was entered.
        let entered = |other: &&HistoryEntry| !brings_back(other) && step(other) == Some(to);
        match brings_back(line) {
            true => out.extend(history.iter().find(entered).map(|entered| of(entered, stage))),
            false => out.push(of(line, stage)),
        }
    }
    out
}
