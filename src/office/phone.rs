//! 電話照会: who the caller may be, and what may be told about their application. An answer is only given out by
//! [`open_on_phone`], which tells the log first: what must not be told by phone at all (支援措置) is held back there.

use std::cell::RefCell;
use std::ops::ControlFlow;

use super::calls::Call;
use super::desk::Desk;
use super::fault::OfficeError;
use super::listing::record;
use super::present::display_name_of;
use super::view::{Declared, Note, Record};
use super::work::Work;
use crate::domain::application::Instant;
use crate::domain::calendar::Day;
use crate::domain::deadline::Deadline;
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::identity::ApplicationId;
use crate::domain::operation::{Body, NoteReader, OpenedBody};
use crate::domain::order::Order;
use crate::domain::people::Act;
use crate::domain::phone::{Caller, Identifier, LineProblem, PhoneLine, Purpose, SHORTEST_TAIL};
use crate::domain::query::Needs;
use crate::domain::revision::Since;
use crate::domain::status::Status;
use crate::store::{Entry, Store};

/// So many candidates are shown: a caller is asked for more where there are more.
pub const MOST_CANDIDATES: usize = 30;

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0:?}")]
pub struct PhoneError(pub LineProblem);

impl Fault for PhoneError {
    fn code(&self) -> &'static str {
        match self.0 {
            LineProblem::Empty => "phone.line_empty",
            LineProblem::ShortTail => "phone.tail_short",
        }
    }

    fn arguments(&self) -> Arguments {
        vec![("least", SHORTEST_TAIL.to_string())]
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}

/// Somebody who may be calling: what is needed to choose, and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which application.
    pub id: ApplicationId,
    /// 取得元.
    pub source: String,
    /// 整理番号.
    pub number: String,
    /// 氏名/法人名, or what stands for it.
    pub name: Option<String>,
    /// フリガナ, or what stands for it.
    pub kana: Option<String>,
    /// 様式名.
    pub form_name: String,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// Whether they wait for a 折返し.
    pub waits: bool,
}

/// Who may be calling.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidates {
    /// The newest first.
    pub found: Vec<Candidate>,
    /// Whether there are more.
    pub more: bool,
}

/// Finds who may be calling by one line: the newest applications first, at most [`MOST_CANDIDATES`].
///
/// # Errors
/// [`PhoneError`]; what the store says; [`OfficeError::Stopped`].
pub fn candidates(desk: &Desk, line: &str, work: &Work<'_>) -> Result<Candidates, OfficeError> {
    let line = PhoneLine::parse(line).map_err(PhoneError)?;
    let definitions = &desk.forms().definitions;
    desk.store.at_one_moment(|store| {
        let headers = store.form_headers()?;
        let forms: Vec<_> = headers
            .iter()
            .map(|(source, form)| (&**form, definitions.of_header(source, form).map(|known| &known.stand_ins)))
            .collect();
        let query = line.query(&forms);
        let failure = RefCell::new(None);
        let mut candidates = Candidates::default();
        let go_on = || if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        store.scan(&query, Needs::default(), Order::default(), &mut |_| go_on(), &mut |hit| {
            match judged(desk, store, &line, hit.id) {
                Ok(Some(_)) if candidates.found.len() == MOST_CANDIDATES => candidates.more = true,
                Ok(found) => candidates.found.extend(found),
                Err(error) => {
                    failure.borrow_mut().get_or_insert(error);
                }
            }
            if candidates.more || failure.borrow().is_some() { ControlFlow::Break(()) } else { go_on() }
        })?;
        match failure.into_inner() {
            Some(error) => Err(error),
            None if work.is_stopped() => Err(OfficeError::Stopped),
            None => Ok(candidates),
        }
    })
}

/// An application that the query of a line found, where the line means it.
fn judged(desk: &Desk, store: &Store, line: &PhoneLine, id: ApplicationId) -> Result<Option<Candidate>, OfficeError> {
    let Some(entry) = store.entries(&[id])?.pop() else { return Ok(None) };
    if line.means(&caller_of(desk, &entry)) { candidate(desk, store, &entry).map(Some) } else { Ok(None) }
}

/// What an application has of its applicant.
fn caller_of(desk: &Desk, entry: &Entry) -> Caller {
    let form = desk.forms().definitions.of_header(&entry.content.source, &entry.content.form);
    Caller::of(&entry.content, form.map(|form| &form.stand_ins))
}

fn candidate(desk: &Desk, store: &Store, entry: &Entry) -> Result<Candidate, OfficeError> {
    let content = &entry.content;
    Ok(Candidate {
        id: entry.id,
        source: content.source.clone(),
        number: content.number.to_string(),
        name: display_name_of(desk.forms(), content).map(str::to_owned),
        kana: caller_of(desk, entry).said(Identifier::Kana).next().map(str::to_owned),
        form_name: content.form.name.clone(),
        submitted: content.submitted,
        waits: store.calls_of(entry.id)?.iter().any(|call| call.body.callback && call.answered_by.is_none()),
    })
}

/// Who waits for a 折返し, the one that waits longest first.
///
/// # Errors
/// What the store says.
pub fn waiting_callers(desk: &Desk) -> Result<Candidates, OfficeError> {
    desk.store.at_one_moment(|store| {
        let mut candidates = Candidates::default();
        for call in store.open_callbacks(MOST_CANDIDATES as u32 + 1)? {
            let known = candidates.found.iter().any(|one| one.id == call.body.target);
            let Some(entry) = store.entries(&[call.body.target])?.pop().filter(|_| !known) else { continue };
            if candidates.found.len() == MOST_CANDIDATES {
                candidates.more = true;
                break;
            }
            candidates.found.push(candidate(desk, store, &entry)?);
        }
        Ok(candidates)
    })
}

/// What may be told about an application, and what not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Which application.
    pub id: ApplicationId,
    /// 整理番号.
    pub number: String,
    /// By what the caller can be identified: what the record has, as it stands.
    pub known: Vec<(Identifier, String)>,
    /// お答えできること.
    pub told: Answerable,
    /// お答えできないこと.
    pub withheld: Withheld,
    /// 応対記録, newest first: for staff.
    pub calls: Vec<Call>,
}

/// お答えできること.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answerable {
    /// What it is: 様式名.
    pub form_name: String,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// Where it stands.
    pub status: Status,
    /// What the applicant did since.
    pub since: Since,
    /// Until when its work is to end.
    pub deadline: Option<Deadline>,
    /// 補正: until when, and how the applicant was told; never why.
    pub correction: Option<(Day, Option<Declared>)>,
    /// Notes to the applicant that aren't struck through, newest first.
    pub notes: Vec<Note>,
}

/// お答えできないこと: that it is there, never what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Withheld {
    /// 審査結果.
    pub finding: bool,
    /// 決裁.
    pub ruling: bool,
    /// How many internal notes.
    pub notes: u64,
    /// How many sealed items.
    pub sealed: u64,
    /// 担当.
    pub assignee: bool,
    /// How many 札.
    pub tags: u64,
}

/// Opens an application for a caller: the log is told first, and where that can't be done nothing is given out.
///
/// # Errors
/// [`OfficeError::NumberUnknown`] where it is gone; a store that is busy, and what else it says.
pub fn open_on_phone(desk: &mut Desk, id: ApplicationId) -> Result<Case, OfficeError> {
    let signed = desk.sign(Act::PhoneOpen)?;
    if desk.store.receipt_numbers(&[id])?.iter().all(Option::is_none) {
        return Err(OfficeError::NumberUnknown(id.as_u64().to_string()));
    }
    let body = Body::Opened(OpenedBody { targets: vec![id], purpose: Purpose::Phone });
    desk.store.record(&signed, body, None)?;
    let gone = || OfficeError::NumberUnknown(id.as_u64().to_string());
    let entry = desk.store.entries(&[id])?.pop().ok_or_else(gone)?;
    let caller = caller_of(desk, &entry);
    Ok(case_of(record(desk, id)?.ok_or_else(gone)?, &caller))
}

fn case_of(record: Record, caller: &Caller) -> Case {
    let is_internal = |note: &Note| note.reader == NoteReader::Staff;
    let (internal, applicant): (Vec<Note>, Vec<Note>) =
        record.notes.into_iter().filter(|note| note.struck.is_none()).partition(is_internal);
    Case {
        id: record.row.id,
        known: caller.known().to_vec(),
        told: Answerable {
            form_name: record.row.form_name,
            submitted: record.row.submitted,
            status: record.row.status,
            since: record.row.since,
            deadline: record.row.deadline,
            correction: record.correction.and_then(|correction| Some((correction.until?, correction.told))),
            notes: applicant,
        },
        withheld: Withheld {
            finding: record.finding.is_some(),
            ruling: record.ruling.is_some(),
            notes: internal.len() as u64,
            sealed: record.items.iter().filter(|item| item.sealed).count() as u64,
            assignee: record.assignee.is_some(),
            tags: record.tags.len() as u64,
        },
        number: record.row.number,
        calls: record.calls,
    }
}
