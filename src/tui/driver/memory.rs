//! A backend in memory, with made-up people. It judges moves by the same table as the office.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::TODAY;
use super::memory_books::{books, settle, turn};
use super::memory_compare::Comparisons;
use super::memory_entry::Entries;
use super::memory_fields as fields;
use super::memory_intake::Intake;
use super::memory_requests::{Requests, answer};
use super::memory_sitting::Sittings;
use super::people::{content, person};
use super::seen::{forms, listed, row, views};
use crate::domain::application::Instant;
use crate::domain::column::Column;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::reflection::Reflection;
use crate::domain::revision::{self, Difference, Part, Said, Since};
use crate::domain::session::Layout;
use crate::domain::status::{FormRules, Refusal, Request, Standing, Status, judge};
use crate::office::Passphrase;
use crate::office::view::{BatchOutcome, BatchPlan, Excluded, HistoryEntry, LeftBecause, News, PlanGroup};
use crate::office::view::{Record, Row};
use crate::office::{KnownView, ReflectGroup, ViewKind};
use crate::tui::backend::{Backend, Cancel, Reply};
use crate::tui::message::{
    Errand, Explained, ExportOf, Exported, Listed, Message, Progress, Sort, Summary, ViewDone, Work,
};

/// What shows a hidden screen again.
pub const PASSPHRASE: &str = "correct horse 関所";

/// What one change did, so that it can be taken back.
type Change = Vec<(ApplicationId, Status, Status)>;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) records: Vec<Record>,
    pub(super) done: Vec<Change>,
    pub(super) undone: Vec<Change>,
    pub(super) operations: u32,
    exports: Vec<(String, u64)>,
    intake: Intake,
    requests: Requests,
    comparisons: Comparisons,
    columns: Vec<Option<Vec<Column>>>,
    views: Vec<KnownView>,
    layout: Option<Layout>,
}

/// The backend.
#[derive(Debug)]
pub struct Memory {
    state: Mutex<State>,
    part: usize,
    /// Where people stood.
    pub sittings: Mutex<Sittings>,
    /// What was entered.
    pub entries: Mutex<Entries>,
    /// Whether the tour was taken or declined.
    pub toured: AtomicBool,
}

impl Memory {
    pub fn new(records: Vec<Record>, part: usize) -> Self {
        let state = Mutex::new(State { records, operations: 1, views: views(), ..State::default() });
        Self { state, part, sittings: Mutex::default(), entries: Mutex::default(), toured: AtomicBool::default() }
    }

    /// Gives all applications names and forms as an office has them: kanji, and no two rows in a row alike.
    pub fn in_kanji(&self) {
        super::people::in_kanji(&mut self.state.lock().unwrap().records);
    }

    /// The status of every application, in the order of the list.
    pub fn statuses(&self) -> Vec<Status> {
        self.state.lock().unwrap().records.iter().map(|record| record.row.status).collect()
    }

    /// How the books of every application stand, in the order of the list.
    pub fn reflections(&self) -> Vec<Reflection> {
        self.state.lock().unwrap().records.iter().map(|record| record.row.reflection).collect()
    }

    /// A colleague decides the application of an id.
    pub fn settles_elsewhere(&self, at: u32) {
        let mut state = self.state.lock().unwrap();
        let id = ApplicationId::new(0, at + 1);
        let record = state.records.iter_mut().find(|record| record.row.id == id).unwrap();
        record.row.reflection = Reflection::Done;
        record.row.version += 1;
    }

    /// Files that were written, with their number of applications.
    pub fn exports(&self) -> Vec<(String, u64)> {
        self.state.lock().unwrap().exports.clone()
    }

    /// The columns of each file that was written; `None` = all.
    pub fn exported_columns(&self) -> Vec<Option<Vec<Column>>> {
        self.state.lock().unwrap().columns.clone()
    }

    /// The layout that was kept last.
    pub fn layout(&self) -> Option<Layout> {
        self.state.lock().unwrap().layout.clone()
    }

    /// The views that there are.
    pub fn views(&self) -> Vec<KnownView> {
        self.state.lock().unwrap().views.clone()
    }

    /// A colleague imports one more application, newer than all.
    pub fn arrives(&self) {
        let mut state = self.state.lock().unwrap();
        let mut record = person(state.records.len());
        record.row.name = Some("新着 太郎".to_owned());
        record.row.submitted = Some(Instant { seconds: 1_795_100_000, offset_minutes: 540 });
        state.records.insert(0, record);
    }

    /// A download brings another content of an application: its first item says this now.
    pub fn revises(&self, at: usize, value: &str) {
        let mut state = self.state.lock().unwrap();
        state.operations += 1;
        let operations = state.operations;
        let record = &mut state.records[at];
        let item = &mut record.items[0];
        let said = |text: &str| Some(Said::Text(text.to_owned()));
        let before = item.value.replace(value.to_owned()).unwrap_or_default();
        let change = revision::Change {
            part: Part::Item(item.name.clone()),
            before: said(&before),
            after: said(value),
            difference: Difference::Other,
        };
        let at_ms = 1_795_158_000 + i64::from(operations) * 60;
        let known = record.news.as_ref().map_or(record.revisions.len(), |news| news.known);
        let first = record.news.as_ref().map_or(said(&before), |news| news.changes[0].before.clone());
        record.news = Some(News { known, changes: vec![revision::Change { before: first, ..change.clone() }] });
        record.revisions.push(content(operations, at_ms, vec![change]));
        record.row.since.revised = true;
        record.row.since.corrected = record.row.status == Status::Returned;
        record.row.version += 1;
    }

    /// The records, to be changed by a test.
    pub(in crate::tui) fn records<T>(&self, change: impl FnOnce(&mut [Record]) -> T) -> T {
        change(&mut self.state.lock().unwrap().records)
    }

    /// New files and rows set aside, to be changed by a test.
    pub fn intake<T>(&self, change: impl FnOnce(&mut Intake) -> T) -> T {
        change(&mut self.state.lock().unwrap().intake)
    }

    /// Requests for a second person, to be changed by a test.
    pub fn requests<T>(&self, change: impl FnOnce(&mut Requests) -> T) -> T {
        change(&mut self.state.lock().unwrap().requests)
    }

    /// What people found by comparing, to be looked at or changed by a test.
    pub fn comparisons<T>(&self, change: impl FnOnce(&mut Comparisons) -> T) -> T {
        change(&mut self.state.lock().unwrap().comparisons)
    }

    /// Requests of every kind wait.
    pub fn sample_requests(&self) {
        self.requests(Requests::sample);
    }

    /// A colleague changes a status.
    pub fn changes(&self, at: usize, status: Status) {
        let mut state = self.state.lock().unwrap();
        state.operations += 1;
        set(&mut state, at, status);
    }
}

pub(super) fn set(state: &mut State, at: usize, status: Status) {
    let operation = OperationId::new(0, state.operations);
    let record = &mut state.records[at];
    let before = std::mem::replace(&mut record.row.status, status);
    record.row.version += 1;
    (record.row.since, record.news) = (Since::default(), None);
    record.history.insert(
        0,
        HistoryEntry {
            operation,
            at_ms: 1_795_158_300_000,
            actor: Some("山形花子".to_owned()),
            command: "application.set_status".to_owned(),
            status: Some((Some(before), status)),
            revision: None,
            source_status: None,
            fields: Vec::new(),
            reason: None,
            declared: None,
            blocks: Vec::new(),
        },
    );
}

fn plan(state: &State, request: Request, ids: &[ApplicationId]) -> BatchPlan {
    let mut plan = BatchPlan::of(request);
    for id in ids {
        let Some(record) = state.records.iter().find(|record| record.row.id == *id) else { continue };
        let form = FormRules { reply_required: (record.row.form_code == "00777").then_some(false), kind: None };
        let to = request.target(&form);
        match judge(&Standing { status: record.row.status, before: None, form }, to, true) {
            Ok(None) => plan.unchanged += 1,
            Ok(Some(step)) => {
                let version = (record.row.status, record.history[0].operation);
                let group = plan.groups.iter_mut().find(|group| (group.to, group.cause) == (step.to, step.cause));
                match group {
                    Some(group) => {
                        group.needs_reason |= step.reason;
                        group.targets.push((*id, version));
                    }
                    None => plan.groups.push(PlanGroup {
                        to: step.to,
                        cause: step.cause,
                        needs_reason: step.reason,
                        targets: vec![(*id, version)],
                    }),
                }
            }
            Err(refusal) => plan.excluded.push(Excluded {
                id: *id,
                number: record.row.number.clone(),
                status: record.row.status,
                refusal,
            }),
        }
    }
    plan
}

fn apply(state: &mut State, plan: &BatchPlan) -> BatchOutcome {
    state.operations += 1;
    let mut outcome = BatchOutcome { unchanged: plan.unchanged, ..BatchOutcome::default() };
    let mut change = Vec::new();
    for group in &plan.groups {
        for (id, (_, version)) in &group.targets {
            let Some(at) = state.records.iter().position(|record| record.row.id == *id) else { continue };
            if state.records[at].history[0].operation == *version {
                change.push((*id, state.records[at].row.status, group.to));
                set(state, at, group.to);
            } else {
                outcome.failed.push((state.records[at].row.number.clone(), LeftBecause::ChangedSince));
            }
        }
    }
    for left in &plan.excluded {
        let (status, refusal) = (left.status, left.refusal);
        let why = LeftBecause::Refused { status, to: Status::AcceptedUnreplied, refusal };
        outcome.failed.push((left.number.clone(), why));
    }
    outcome.changed = change.len() as u64;
    outcome.operation = Some(OperationId::new(0, state.operations));
    state.done.push(change);
    state.undone.clear();
    outcome
}

impl Backend for Memory {
    fn execute(&self, errand: Errand, reply: Reply, _cancel: Cancel) {
        let state = &mut *self.state.lock().unwrap();
        let total = state.records.len() as u64;
        match errand {
            Errand::Search { generation, query, sort } => {
                let ids = listed(&state.records, &query, sort);
                let parts = ids.len().div_ceil(self.part).max(1);
                for at in 0..parts {
                    let ids = ids.iter().skip(at * self.part).take(self.part).copied().collect();
                    let scanned = total * (at as u64 + 1) / parts as u64;
                    let done = at + 1 == parts;
                    reply.send(Message::Listed(Listed { generation, ids, append: at > 0, scanned, total, done }));
                }
            }
            Errand::LoadRows(ids, columns) => {
                let rows = state.records.iter().filter(|record| ids.contains(&record.row.id));
                reply.send(Message::Rows(rows.map(|record| row(record, &columns)).collect()));
            }
            Errand::Views { ticket, count } => {
                reply.send(Message::Views(ticket, Ok(state.views.clone())));
                let number = |known: &KnownView| {
                    known.view.understood(&TODAY).ok()?;
                    Some(listed(&state.records, &known.view.query, Sort::default()).len() as u64)
                };
                if count {
                    let counts = state.views.iter().map(number).collect();
                    reply.send(Message::ViewCounts { ticket, counts, done: true });
                }
            }
            Errand::SaveView { view, private, .. } => {
                let kind = if private { ViewKind::Private } else { ViewKind::Shared };
                state.views.retain(|known| known.view.name != view.name);
                state.views.push(KnownView { view: view.clone(), kind, version: None, also: None });
                reply.send(Message::ViewChanged(Ok(ViewDone::Saved(view))));
            }
            Errand::DeleteView { name, .. } => {
                state.views.retain(|known| known.view.name != name);
                reply.send(Message::ViewChanged(Ok(ViewDone::Deleted(name))));
            }
            Errand::Forms { ticket, query } => reply.send(Message::Forms(ticket, Ok(forms(&state.records, &query)))),
            Errand::Find { ticket, query } => {
                let found = listed(&state.records, &query, Sort::default()).into_iter().collect();
                reply.send(Message::Found(ticket, Ok(found)));
            }
            Errand::KeepLayout(layout) => {
                state.layout = Some(layout);
                reply.send(Message::LayoutKept(Ok(())));
            }
            Errand::TakeUp(_) | Errand::KeepSitting(..) => {
                self.sittings.lock().unwrap().answer(errand, &state.records, &reply);
            }
            Errand::KeepToured => self.toured.store(true, Ordering::Relaxed),
            Errand::LoadRecord(id) => {
                let record = state.records.iter().find(|record| record.row.id == id);
                reply.send(Message::Record(id, record.cloned().map(Box::new)));
            }
            Errand::Summarize => {
                let count = |test: &dyn Fn(&Row) -> bool| state.records.iter().filter(|r| test(&r.row)).count() as u64;
                reply.send(Message::Summary(Summary {
                    total,
                    unprocessed: count(&|row| row.status == Status::Unprocessed),
                    reflect_pending: count(&|row| row.reflection == Reflection::Pending),
                    reflect_check: count(&|row| row.reflection == Reflection::Check),
                    corrections: count(&|row| row.since.corrected),
                    withdrawals: count(&|row| row.since.withdrawn),
                    requests: state.requests.waiting(),
                    callbacks: super::memory_phone::waiting(&state.records),
                    charges: fields::charges(&state.records),
                    ..Summary::default()
                }));
            }
            Errand::Plan { ticket, request, ids } => {
                reply.send(Message::Planned(ticket, Ok(Box::new(plan(state, request, &ids)))));
            }
            Errand::PlanField { ticket, request, ids } => {
                reply.send(Message::FieldPlanned(ticket, Ok(Box::new(fields::plan(&state.records, request, &ids)))));
            }
            Errand::ApplyField { plan, reason } => {
                assert!(!plan.needs_reason() || reason.is_some(), "{:?}", Refusal::ReasonMissing);
                state.operations += 1;
                let done = fields::apply(&mut state.records, &plan, reason.as_deref(), state.operations);
                reply.send(Message::FieldDone(Ok(done)));
            }
            Errand::TakeInHand(id) => {
                reply.send(Message::TakenInHand(Ok(fields::take_in_hand(&mut state.records, id))));
            }
            Errand::AddNote { id, reader, text } => {
                state.operations += 1;
                fields::note(&mut state.records, (id, reader, text), state.operations);
                reply.send(Message::Noted(Ok(())));
            }
            Errand::StrikeNote { id, note, reason } => {
                state.operations += 1;
                fields::strike(&mut state.records, (id, note, reason), state.operations);
                reply.send(Message::Noted(Ok(())));
            }
            Errand::Apply { plan, reason, .. } => {
                let progress =
                    Progress { work: Work::Apply, done: 1, total: Some(4), per_second: 1_200, seconds_left: Some(3) };
                reply.send(Message::Progress(progress));
                let missing = plan.needs_reason() && reason.is_none();
                assert!(!missing, "{:?}", Refusal::ReasonMissing);
                match state.requests.ask(&plan, reason.as_deref()) {
                    Some(asked) => reply.send(asked),
                    None => reply.send(Message::BatchDone(Ok(apply(state, &plan)))),
                }
            }
            Errand::Unlock(passphrase) => {
                let right = passphrase == Passphrase::new(PASSPHRASE);
                let why = || Explained { code: "sign_in.wrong".to_owned(), sentence: "違います。".to_owned() };
                reply.send(Message::Unlocked(if right { Ok(()) } else { Err(why()) }));
            }
            Errand::LoadBooks => reply.send(Message::Books(Ok(Box::new(books(state))))),
            Errand::Settle { decision, shown } => {
                reply.send(Message::Settled(decision, Ok(settle(state, decision, &shown))));
            }
            Errand::WriteRuling(_, path) => {
                state.exports.push((path.clone(), 1));
                reply.send(Message::Exported(Ok(Exported { path, rows: 1, remarks: Vec::new() })));
            }
            Errand::ExportReflect(path) => {
                let outcome = if path.contains("no-such-folder") {
                    let sentence = "保存先のフォルダーがありません。".to_owned();
                    Err(Explained { code: "export.no_folder".to_owned(), sentence })
                } else {
                    let rows = books(state).pending.iter().map(ReflectGroup::count).sum();
                    state.exports.push((path.clone(), rows));
                    Ok(Exported { path, rows, remarks: Vec::new() })
                };
                reply.send(Message::ReflectExported(outcome));
            }
            Errand::Intake(errand) => state.intake.answer(errand, &reply),
            Errand::Compare(errand) => {
                reply.send(Message::Compare(state.comparisons.answer(&state.records, errand)));
            }
            Errand::Reveal(errand) => reply.send(super::memory_sealing::answer(&errand)),
            Errand::Phone(errand) => {
                state.operations += 1;
                let message = super::memory_phone::answer(&mut state.records, errand, state.operations);
                reply.send(Message::Phone(message));
            }
            Errand::Entry(errand) => reply.send(super::memory_entry::answer(errand, &self.entries)),
            Errand::Request(errand) => {
                let (message, plan) = answer(&mut state.requests, errand);
                if let Some(plan) = plan {
                    drop(apply(state, &plan));
                }
                reply.send(message);
            }
            Errand::Log(errand) => reply.send(Message::Log(super::memory_log::answer(errand))),
            Errand::Undo => reply.send(Message::Undone(turn(state, false))),
            Errand::Redo => reply.send(Message::Redone(turn(state, true))),
            Errand::Export { path, of, columns, .. } => {
                let rows = match of {
                    ExportOf::Marked(ids) => ids.len() as u64,
                    ExportOf::Matching(query) => listed(&state.records, &query, Sort::default()).len() as u64,
                };
                if path.contains("no-such-folder") {
                    let sentence = "保存先のフォルダーがありません。".to_owned();
                    let why = Explained { code: "export.no_folder".to_owned(), sentence };
                    reply.send(Message::Exported(Err(why)));
                    return;
                }
                state.exports.push((path.clone(), rows));
                state.columns.push(columns);
                reply.send(Message::Exported(Ok(Exported { path, rows, remarks: Vec::new() })));
            }
        }
    }
}
