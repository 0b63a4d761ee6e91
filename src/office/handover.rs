//! 事務引継書: what one person has in hand, for whoever comes after them. It holds what staff wrote down (notes), so it
//! leaves as every file does, and is recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::deadlines::Deadlines;
use super::desk::Desk;
use super::export::Refusal;
use super::fault::OfficeError;
use super::field_request::FieldError;
use super::fields::code_of;
use super::form_definitions::Forms;
use super::handing::OPEN;
use super::notes::notes_of;
use super::outgoing::{Filled, Leaving, Receipt, outgoing};
use super::present::row_of;
use super::release::{RequestFacts, requests};
use super::status::{Target, find};
use super::view::{Note, Row};
use crate::domain::calendar::Day;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Group, Value};
use crate::domain::people::Act;
use crate::domain::status::Status;
use crate::store::Store;

/// A deadline that ends within so many 開庁日 is told at the top.
pub const SOON: i64 = 5;

/// Somebody as a paper names them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// 職員番号.
    pub code: String,
    /// Their name, where it is known and wasn't erased.
    pub name: Option<String>,
}

/// An application that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InHand {
    /// As the list shows it, with its deadline.
    pub row: Row,
    /// Its 札.
    pub tags: Vec<String>,
    /// Its notes, oldest first, without those that are struck through.
    pub notes: Vec<Note>,
}

/// A 起案 that waits for its decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRuling {
    /// Its number.
    pub id: OperationId,
    /// 件名; `None` = it was erased.
    pub title: Option<String>,
    /// How many of the applications in hand stand on it.
    pub count: u64,
}

/// All that is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Who has it in hand.
    pub from: Person,
    /// Who comes after them, where that is known.
    pub to: Option<Person>,
    /// As of which day.
    pub on: Day,
    /// The open applications, by form, then as the deadlines lie.
    pub applications: Vec<InHand>,
    /// 起案 on which some of them stand.
    pub rulings: Vec<OpenRuling>,
    /// What they have asked of a second person and nobody has decided.
    pub requests: Vec<RequestFacts>,
}

impl Handover {
    /// How many there are of each form and status: 様式ID, 様式名, status, count.
    #[must_use]
    pub fn counts(&self) -> Vec<(String, String, Status, u64)> {
        let mut counts: BTreeMap<(&str, &str, u8), (Status, u64)> = BTreeMap::new();
        for one in &self.applications {
            let (row, status) = (&one.row, one.row.status);
            counts.entry((&row.form_code, &row.form_name, status.code())).or_insert((status, 0)).1 += 1;
        }
        let told = counts.into_iter();
        told.map(|((code, name, _), (status, count))| (code.to_owned(), name.to_owned(), status, count)).collect()
    }

    /// Those whose deadline is over.
    pub fn overdue(&self) -> impl Iterator<Item = &InHand> {
        self.applications.iter().filter(|one| one.days().is_some_and(|days| days < 0))
    }

    /// Those whose deadline ends within [`SOON`].
    pub fn soon(&self) -> impl Iterator<Item = &InHand> {
        self.applications.iter().filter(|one| one.days().is_some_and(|days| (0..=SOON).contains(&days)))
    }
}

impl InHand {
    /// How many 開庁日 are left; `None` = it has no last day just now.
    #[must_use]
    pub fn days(&self) -> Option<i64> {
        self.row.deadline.filter(|deadline| deadline.day.is_some()).map(|deadline| deadline.days)
    }
}

/// Writes the 事務引継書 of a person; `lines` puts it into words.
///
/// # Errors
/// [`FieldError::OperatorUnknown`], [`OfficeError::NothingMatched`] where they have nothing open, what policy, rights, the
/// store or the disk say: there is no file then.
pub fn write_handover(
    desk: &mut Desk,
    (from, to): (&str, Option<&str>),
    out: &Path,
    lines: &dyn Fn(&Handover) -> Vec<String>,
) -> Result<(Receipt, Handover), OfficeError> {
    desk.permit(Act::HandoverWrite)?;
    let (from, holder) = person(desk, from)?;
    let to = to.map(|code| person(desk, code)).transpose()?.map(|(person, _)| person);
    let own = |request: &RequestFacts| request.requester == from.code;
    let requests = requests(desk, true)?.into_iter().filter(own).collect();
    let mut handover = Handover { from, to, on: desk.today(), applications: Vec::new(), rulings: Vec::new(), requests };
    let (target, deadlines) = (Target::Query(desk.query(OPEN)?), Deadlines::of(desk)?);
    let forms = std::sync::Arc::clone(desk.forms());
    let text = handover.from.code.clone();
    let leaving = Leaving { act: Act::HandoverWrite, format: "txt", text: Some(&text) };
    let receipt = outgoing(desk, &leaving, out, |file, store| -> Result<_, Refusal> {
        gather(store, &forms, &deadlines, (&target, holder), &mut handover)?;
        write(file, &lines(&handover))?;
        Ok(Filled { count: handover.applications.len() as u64, columns: vec!["handover".to_owned()] })
    })?;
    Ok((receipt, handover))
}

/// Somebody whom the store knows, also one who works here no more.
fn person(desk: &Desk, word: &str) -> Result<(Person, OperationId), OfficeError> {
    let code = code_of(desk, word)?;
    match desk.store.operator(&code)? {
        Some(known) => Ok((Person { name: desk.store.operator_name(known.id)?, code }, known.id)),
        None => Err(FieldError::OperatorUnknown { code, known: desk.store.operator_codes()? }.into()),
    }
}

/// Reads all that is in hand, as of one moment.
fn gather(
    store: &Store,
    forms: &Forms,
    deadlines: &Deadlines,
    (target, holder): (&Target, OperationId),
    handover: &mut Handover,
) -> Result<(), OfficeError> {
    let all: Vec<ApplicationId> = find(store, target)?.0.into_iter().map(|(id, _)| id).collect();
    let standing = all.iter().zip(store.field_standing(Group::Assignee, &all)?);
    let is_held =
        |seen: Option<crate::store::FieldStanding>| seen.is_some_and(|one| one.value == Value::Reference(holder));
    let ids: Vec<ApplicationId> = standing.filter(|(_, seen)| is_held(*seen)).map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let mut rulings: BTreeMap<OperationId, u64> = BTreeMap::new();
    for part in ids.chunks(256) {
        for entry in store.entries(part)? {
            let mut row = row_of(forms, &entry);
            row.deadline = deadlines.deadline(store, &entry)?;
            if let Some(ruling) = store.ruling_of(entry.id)? {
                *rulings.entry(ruling).or_default() += 1;
            }
            let mut notes = notes_of(store, entry.id)?;
            notes.retain(|note| note.struck.is_none());
            notes.reverse();
            handover.applications.push(InHand { row, tags: store.tags_of(entry.id)?, notes });
        }
    }
    handover.applications.sort_by_cached_key(|one| {
        let row = &one.row;
        let last = row.deadline.and_then(|deadline| deadline.day);
        (row.form_code.clone(), last.is_none(), last, row.number.clone())
    });
    for (id, count) in rulings {
        let Some(found) = store.ruling(id)? else { continue };
        if found.state == crate::domain::ruling::RulingState::Pending {
            handover.rulings.push(OpenRuling { id, title: found.draft.map(|draft| draft.title), count });
        }
    }
    Ok(())
}

/// The names of all 札 on what is handed over, with how many carry each.
#[must_use]
pub fn tags_in(handover: &Handover) -> Vec<(&str, usize)> {
    let all = handover.applications.iter().flat_map(|one| &one.tags).map(String::as_str);
    let names: BTreeSet<&str> = all.clone().collect();
    names.into_iter().map(|name| (name, all.clone().filter(|other| *other == name).count())).collect()
}

/// As editors of every kind read it: UTF-8 with its mark, lines ended as Windows ends them.
fn write(file: &mut File, lines: &[String]) -> std::io::Result<()> {
    let mut file = BufWriter::new(file);
    file.write_all("\u{feff}".as_bytes())?;
    for line in lines {
        file.write_all(line.as_bytes())?;
        file.write_all(b"\r\n")?;
    }
    file.flush()
}
