//! 担当, 期限, 札 and notes of the people in memory.

use super::memory::Memory;
use crate::domain::calendar::Day;
use crate::domain::finding::Stated;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{NoteReader, Value};
use crate::domain::query::is_me;
use crate::domain::ruling::{Draft, RulingState};
use crate::office::view::{
    BatchOutcome, FieldGroup, FieldPlan, Note, Received, Record, Reminded, Ruling, RulingClosed, Struck,
};
use crate::office::{Charges, FieldRequest, FieldStanding, StoredFinding};

/// When everything in memory happens.
const AT_MS: i64 = 1_795_158_300_000;

/// Who works at the screen of the tests.
const ME: &str = "山形花子";

fn day(day: &str) -> Option<Day> {
    day.parse().ok()
}

/// What a record has now, and whether it is so already.
fn standing(record: &Record, request: &FieldRequest) -> (Option<String>, bool) {
    match request {
        FieldRequest::Assign(to) => (record.assignee.clone(), record.assignee == *to),
        FieldRequest::Due(to) => (record.due.map(|day| day.to_string()), record.due == *to),
        FieldRequest::Tag { name, kept } => (None, record.tags.contains(name) == *kept),
        FieldRequest::Number(_) => (None, record.individual_number.is_some()),
        FieldRequest::Receive { .. } => (None, record.received.is_some()),
        FieldRequest::Remind(_) => {
            let waits = record.correction.as_ref().and_then(|one| one.waiting);
            (waits.map(|stage| stage.id().to_owned()), waits.is_none())
        }
        FieldRequest::Submit(_) => (record.finding.as_ref().map(|one| one.finding.label().to_owned()), false),
        FieldRequest::Settle(_) | FieldRequest::Return => {
            let pending = record.ruling.as_ref().filter(|ruling| ruling.state == RulingState::Pending);
            let title = pending.and_then(|ruling| Some(ruling.draft.as_ref()?.title.clone()));
            (title, pending.is_none())
        }
        FieldRequest::Extend(to) => {
            let now = record.kept.as_ref().and_then(|kept| kept.extended_until);
            (now.map(|day| day.to_string()), now == *to)
        }
        FieldRequest::Dispose(_) => (Some("市民-1  2019年度  5年".to_owned()), false),
        FieldRequest::Result { to, .. } => {
            let now = record.finding.as_ref().map(|one| one.finding);
            (now.map(|one| one.label().to_owned()), now == *to)
        }
    }
}

pub(super) fn plan(records: &[Record], request: FieldRequest, ids: &[ApplicationId]) -> FieldPlan {
    let request = match request {
        FieldRequest::Assign(Some(word)) if is_me(&word) => FieldRequest::Assign(Some(ME.to_owned())),
        other => other,
    };
    let mut plan = FieldPlan::of(request);
    let seen = FieldStanding { value: Value::None, written: None, here: true };
    for record in records.iter().filter(|record| ids.contains(&record.row.id)) {
        let (from, is_so) = standing(record, &plan.request);
        if is_so {
            plan.unchanged += 1;
            continue;
        }
        let target = (record.row.id, Some(seen));
        match plan.groups.iter_mut().find(|group| group.from == from) {
            Some(group) => group.targets.push(target),
            None => {
                let held = matches!(plan.request, FieldRequest::Assign(_));
                let takes_over = held && from.as_deref().is_some_and(|holder| holder != ME);
                plan.groups.push(FieldGroup { from, takes_over, targets: vec![target] });
            }
        }
    }
    if let FieldRequest::Number(numbering) | FieldRequest::Receive { numbering, .. } = &plan.request {
        let start = numbering.start.unwrap_or(1);
        plan.sequence = (start..start + plan.changing()).collect();
        let number = |n: Option<&u64>| n.map(|n| numbering.pattern.render(*n));
        plan.numbers = number(plan.sequence.first()).zip(number(plan.sequence.last()));
    }
    plan
}

pub(super) fn apply(records: &mut [Record], plan: &FieldPlan, reason: Option<&str>, operation: u32) -> BatchOutcome {
    for (place, (id, _)) in plan.groups.iter().flat_map(|group| &group.targets).enumerate() {
        let Some(record) = records.iter_mut().find(|record| record.row.id == *id) else { continue };
        match &plan.request {
            FieldRequest::Assign(to) => record.assignee.clone_from(to),
            FieldRequest::Due(to) => record.due = to.and_then(|to| day(&to.to_string())),
            FieldRequest::Tag { name, kept: true } => record.tags.push(name.clone()),
            FieldRequest::Tag { name, kept: false } => record.tags.retain(|tag| tag != name),
            FieldRequest::Submit(submission) => {
                let draft = Draft { title: submission.title.clone(), ..Draft::default() };
                record.ruling = Some(Ruling {
                    id: OperationId::new(0, operation),
                    at_ms: AT_MS,
                    actor: Some(ME.to_owned()),
                    state: RulingState::Pending,
                    draft: Some(draft),
                    closed: None,
                    covers: false,
                });
            }
            FieldRequest::Remind(told) => {
                let Some(correction) = &mut record.correction else { continue };
                let operation = OperationId::new(0, operation);
                let sent = correction.waiting.take().map(|stage| Reminded { operation, stage, told: Some(*told) });
                correction.reminders.extend(sent);
            }
            FieldRequest::Settle(_) | FieldRequest::Return => {
                let Some(ruling) = &mut record.ruling else { continue };
                let settled = match &plan.request {
                    FieldRequest::Settle(settlement) => Some(settlement),
                    _ => None,
                };
                ruling.state = if settled.is_some() { RulingState::Settled } else { RulingState::Returned };
                ruling.closed = Some(RulingClosed {
                    operation: OperationId::new(0, operation),
                    at_ms: AT_MS,
                    actor: Some(ME.to_owned()),
                    on: settled.map(|one| one.on),
                    document_number: settled.map(|one| one.document_number.clone()),
                    decider: settled.map(|one| one.decider.clone()),
                    reason: reason.map(str::to_owned),
                });
            }
            FieldRequest::Receive { on, numbering } => {
                let number = plan.sequence.get(place).map(|n| numbering.pattern.render(*n));
                record.received = Some(Received { on: Some(*on), number });
            }
            FieldRequest::Extend(to) => {
                record.kept.get_or_insert_default().extended_until = *to;
            }
            // They are gone after.
            FieldRequest::Dispose(_) => {}
            FieldRequest::Result { to, basis } => {
                let written = OperationId::new(0, operation);
                let stated = Stated::of(reason, basis.as_deref());
                record.finding = to.map(|finding| StoredFinding { finding, written, stated });
            }
            FieldRequest::Number(numbering) => {
                record.individual_number = plan.sequence.get(place).map(|n| numbering.pattern.render(*n));
            }
        }
    }
    let operation = Some(OperationId::new(0, operation));
    let (changed, unchanged) = (plan.changing(), plan.unchanged);
    BatchOutcome { operation, changed, unchanged, ..BatchOutcome::default() }
}

pub(super) fn note(records: &mut [Record], (id, reader, text): (ApplicationId, NoteReader, String), operation: u32) {
    let Some(record) = records.iter_mut().find(|record| record.row.id == id) else { return };
    let (operation, actor) = (OperationId::new(0, operation), Some(ME.to_owned()));
    record.notes.insert(0, Note { operation, at_ms: AT_MS, actor, reader, text: Some(text), struck: None });
}

pub(super) fn strike(records: &mut [Record], (id, note, reason): (ApplicationId, OperationId, String), operation: u32) {
    let Some(record) = records.iter_mut().find(|record| record.row.id == id) else { return };
    let (operation, actor) = (OperationId::new(0, operation), Some(ME.to_owned()));
    for one in record.notes.iter_mut().filter(|one| one.operation == note) {
        one.struck = Some(Struck { operation, at_ms: AT_MS, actor: actor.clone(), reason: Some(reason.clone()) });
    }
}

pub(super) fn charges(records: &[Record]) -> Charges {
    let mine = records.iter().filter(|record| record.assignee.as_deref() == Some(ME)).count() as u64;
    let today = super::TODAY.today;
    let due = |is: &dyn Fn(Day) -> bool| records.iter().filter(|record| record.due.is_some_and(is)).count() as u64;
    let waits = |record: &&Record| record.correction.as_ref().is_some_and(|one| one.waiting.is_some());
    let reminders = records.iter().filter(waits).count() as u64;
    Charges {
        reminders,
        handed_over: 0,
        disposal: 0,
        mine,
        due_today: due(&|day| day == today),
        overdue: due(&|day| day < today),
    }
}

impl Memory {
    /// How many applications somebody is in charge of.
    pub fn assigned(&self) -> usize {
        let mut assigned = 0;
        self.records(|records| assigned = records.iter().filter(|record| record.assignee.is_some()).count());
        assigned
    }
}

/// Whether an application is one's own now that was nobody's.
pub(super) fn take_in_hand(records: &mut [Record], id: ApplicationId) -> bool {
    let found = records.iter_mut().find(|record| record.row.id == id);
    let free = found.filter(|record| record.assignee.is_none() && !record.row.status.is_final());
    free.map(|record| record.assignee = Some(ME.to_owned())).is_some()
}
