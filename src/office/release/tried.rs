//! What an action does: it is carried out inside a bracket, and what stands there before is compared with what stands
//! there after. So what the second person is shown is what it did when it was tried, not what somebody thinks that it
//! would do; and approving tries it again before it keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::deed::{Deed, Did};
use crate::domain::calendar::day_of_number;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{GrantRow, Grantee, Group, OperatorRow, Value};
use crate::domain::people::{Days, People, day_of};
use crate::domain::record::Hash;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::outgoing::Ready;
use crate::office::retention::{DisposalError, lines_of};
use crate::store::{Stand, Store, digest_of};

/// How many applications are named; the others are counted.
const SAMPLE: usize = 10;

/// One kind of difference, and how many applications (or rows) get it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Difference {
    /// What is changed: `status`, `assignee`, `due`, `result`, `individual_number`, `received`, `ruling`, `tag`, `note`, `file`, `view`, `operator`,
    /// `group`, `grant`, `retention`, `disposal`.
    pub field: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there after.
    pub after: Option<String>,
    /// How many.
    pub count: u64,
}

/// One application by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// 整理番号.
    pub number: String,
    /// What is changed.
    pub field: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there after.
    pub after: Option<String>,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tried {
    /// The applications that it changes, or takes out.
    pub targets: Vec<ApplicationId>,
    /// A hash over the versions of everything that it is about, as that stood before.
    pub standing: Hash,
    /// What it changes.
    pub differences: Vec<Difference>,
    /// Some of the applications.
    pub sample: Vec<Sampled>,
    /// The operation, and how much was left.
    pub did: Did,
}

/// A change of one application: field, before, after.
type Change = (&'static str, Option<String>, Option<String>);

/// Carries an action out and says what it did. `files` are those that leave, where they really do; `None` = it is only tried.
pub(super) fn try_out(
    desk: &mut Desk,
    deed: &Deed,
    ids: &[ApplicationId],
    files: Option<Vec<Ready>>,
) -> Result<Tried, OfficeError> {
    match deed {
        Deed::Export(export) => {
            let stands = desk.store.stands(ids)?;
            let did = match files {
                Some(files) => deed.carry_out(desk, ids, files)?,
                None => {
                    desk.refuse_output(export.out())?;
                    Did::default()
                }
            };
            let change = ("file", None, Some(export.shown()));
            Ok(alike(&desk.store, ids, digest_of(ids, &stands), change, did)?)
        }
        Deed::Note { text, .. } | Deed::Strike { reason: text, .. } => {
            let standing = digest_of(ids, &desk.store.stands(ids)?);
            let before = match deed {
                Deed::Strike { note, .. } => desk.store.note(OperationId::from_u64(*note))?.and_then(|note| note.text),
                _ => None,
            };
            let change = ("note", before, Some(text.clone()));
            let did = deed.carry_out(desk, ids, Vec::new())?;
            Ok(alike(&desk.store, ids, standing, change, did)?)
        }
        Deed::SaveView { .. } | Deed::DeleteView { .. } => {
            let views = |store: &Store| -> Result<BTreeMap<OperationId, (OperationId, String)>, OfficeError> {
                Ok(store.views()?.into_iter().map(|view| (view.id, (view.version, view.row))).collect())
            };
            let before = views(&desk.store)?;
            let did = deed.carry_out(desk, ids, Vec::new())?;
            let mut ledger = Ledger::default();
            let after = views(&desk.store)?;
            for id in before.keys().chain(after.keys()).copied().collect::<std::collections::BTreeSet<_>>() {
                let (was, is) = (before.get(&id), after.get(&id));
                if was.map(|(version, _)| version) != is.map(|(version, _)| version) {
                    let row = |view: Option<&(OperationId, String)>| view.map(|(_, row)| row.clone());
                    ledger.enter("view", was.map(|(version, _)| (id, *version)), row(was), row(is));
                }
            }
            Ok(ledger.finish(did))
        }
        Deed::AddGroup { .. }
        | Deed::RemoveGroup { .. }
        | Deed::AddGrant(_)
        | Deed::RevokeGrant { .. }
        | Deed::AddOperator(_)
        | Deed::DisableOperator { .. }
        | Deed::ImportOperators { .. } => {
            let before = desk.people()?;
            let did = deed.carry_out(desk, ids, Vec::new())?;
            let after = desk.people()?;
            Ok(differences_of_people(&before, &after, desk.today_in_log()).finish(did))
        }
        Deed::Dispose { .. } => {
            // What goes is gone after: it is described before.
            let (lines, stands) = (lines_of(desk, ids)?, desk.store.stands(ids)?);
            let chosen: Vec<ApplicationId> = spread(ids.len()).into_iter().map(|at| ids[at]).collect();
            let numbers = desk.store.receipt_numbers(&chosen)?;
            let did = deed.carry_out(desk, ids, Vec::new())?;
            let whole = did.outcome.as_ref().is_some_and(|outcome| outcome.changed == ids.len() as u64);
            if !whole {
                return Err(DisposalError::Changed.into());
            }
            let field = "disposal".to_owned();
            let of = |(line, count)| Difference { field: field.clone(), before: Some(line), after: None, count };
            let one = |number| Sampled { number, field: field.clone(), before: None, after: None };
            Ok(Tried {
                targets: ids.to_vec(),
                standing: digest_of(ids, &stands),
                differences: lines.into_iter().map(of).collect(),
                sample: numbers.into_iter().flatten().map(one).collect(),
                did,
            })
        }
        _ => {
            let before = desk.store.stands(ids)?;
            let did = deed.carry_out(desk, ids, Vec::new())?;
            let after = desk.store.stands(ids)?;
            on_applications(&desk.store, ids, (&before, &after), did)
        }
    }
}

/// The same change for all of them.
fn alike(
    store: &Store,
    ids: &[ApplicationId],
    standing: Hash,
    (field, before, after): Change,
    did: Did,
) -> Result<Tried, OfficeError> {
    let chosen = spread(ids.len());
    let sampled: Vec<ApplicationId> = chosen.into_iter().map(|at| ids[at]).collect();
    let numbers = store.receipt_numbers(&sampled)?.into_iter().flatten();
    let one = |number| Sampled { number, field: field.to_owned(), before: before.clone(), after: after.clone() };
    let sample = numbers.map(one).collect();
    let count = ids.len() as u64;
    let difference = Difference { field: field.to_owned(), before: before.clone(), after: after.clone(), count };
    Ok(Tried { targets: ids.to_vec(), standing, differences: vec![difference], sample, did })
}

/// The places of a sample: evenly spread, the first and the last among them.
fn spread(count: usize) -> Vec<usize> {
    if count <= SAMPLE {
        return (0..count).collect();
    }
    (0..SAMPLE).map(|at| at * (count - 1) / (SAMPLE - 1)).collect()
}

fn on_applications(
    store: &Store,
    ids: &[ApplicationId],
    (before, after): (&[Option<Stand>], &[Option<Stand>]),
    did: Did,
) -> Result<Tried, OfficeError> {
    let mut counts: BTreeMap<Change, u64> = BTreeMap::new();
    let (mut targets, mut stands, mut firsts) = (Vec::new(), Vec::new(), Vec::new());
    for ((id, was), is) in ids.iter().zip(before).zip(after) {
        let (Some(was), Some(is)) = (was, is) else { continue };
        let changes = changes(store, was, is)?;
        let Some(first) = changes.first().cloned() else { continue };
        for change in changes {
            *counts.entry(change).or_default() += 1;
        }
        targets.push(*id);
        stands.push(Some(was.clone()));
        firsts.push(first);
    }
    let chosen = spread(targets.len());
    let sampled: Vec<ApplicationId> = chosen.iter().map(|at| targets[*at]).collect();
    let numbers = store.receipt_numbers(&sampled)?;
    let sample = numbers.into_iter().zip(chosen).filter_map(|(number, at)| {
        let (field, before, after) = firsts[at].clone();
        Some(Sampled { number: number?, field: field.to_owned(), before, after })
    });
    let sample = sample.collect();
    let difference =
        |((field, before, after), count): (Change, u64)| Difference { field: field.to_owned(), before, after, count };
    let differences = counts.into_iter().map(difference).collect();
    Ok(Tried { standing: digest_of(&targets, &stands), targets, differences, sample, did })
}

fn changes(store: &Store, was: &Stand, is: &Stand) -> Result<Vec<Change>, OfficeError> {
    let mut changes = Vec::new();
    let (before, after) = (&was.state, &is.state);
    if before.status.1 != after.status.1 {
        let label = |status: crate::domain::status::Status| Some(status.label().to_owned());
        changes.push(("status", label(before.status.0), label(after.status.0)));
    }
    let code = |value| match value {
        Value::Reference(id) => store.operator_code(id),
        _ => Ok(None),
    };
    if before.assignee.1 != after.assignee.1 {
        changes.push(("assignee", code(before.assignee.0)?, code(after.assignee.0)?));
    }
    let day = |value| match value {
        Value::Number(number) => day_of_number(number).map(|day| day.to_string()),
        _ => None,
    };
    if before.due.1 != after.due.1 {
        changes.push(("due", day(before.due.0), day(after.due.0)));
    }
    for (tag, by, kept) in &is.tags {
        let known = was.tags.iter().find(|(other, _, _)| other == tag);
        if known.is_none_or(|(_, before, _)| before != by) {
            let name = store.tag_name(*tag)?;
            let of = |on: bool| name.clone().filter(|_| on);
            changes.push(("tag", of(known.is_some_and(|(_, _, kept)| *kept)), of(*kept)));
        }
    }
    for now in &is.rare {
        let known = was.rare.iter().find(|other| other.group == now.group);
        if known.is_none_or(|known| known.by != now.by) {
            changes.push((rare_word(now.group), known.and_then(|known| known.shown.clone()), now.shown.clone()));
        }
    }
    Ok(changes)
}

/// The word of a field group that few have.
pub(in crate::office) const fn rare_word(group: Group) -> &'static str {
    match group {
        Group::IndividualNumber => "individual_number",
        Group::Result => "result",
        Group::Received => "received",
        Group::Ruling => "ruling",
        Group::Retention => "retention",
        Group::Reminder => "reminder",
        _ => "field",
    }
}

/// Differences of things that are no applications, with a hash over the versions that they had.
#[derive(Default)]
struct Ledger {
    differences: Vec<Difference>,
    versions: Sha256,
}

impl Ledger {
    /// Enters one: what it was, in which version.
    fn enter(
        &mut self,
        field: &str,
        version: Option<(OperationId, OperationId)>,
        before: Option<String>,
        after: Option<String>,
    ) {
        let (id, version) = version.map_or((0, 0), |(id, version)| (id.as_u64(), version.as_u64()));
        self.versions.update(id.to_be_bytes());
        self.versions.update(version.to_be_bytes());
        self.differences.push(Difference { field: field.to_owned(), before, after, count: 1 });
    }

    fn finish(self, did: Did) -> Tried {
        let standing = self.versions.finalize().into();
        Tried { targets: Vec::new(), standing, differences: self.differences, sample: Vec::new(), did }
    }
}

fn differences_of_people(before: &People, after: &People, today: Days) -> Ledger {
    let mut ledger = Ledger::default();
    for (id, group) in &after.groups {
        let was = before.groups.get(id);
        if was != Some(group) {
            let name = |group: &crate::domain::people::Group| group.kept.then(|| group.name.clone());
            ledger.enter("group", was.map(|was| (*id, was.version)), was.and_then(name), name(group));
        }
    }
    for (id, person) in &after.operators {
        let was = before.operators.get(id);
        if was.map(crate::domain::people::Person::version) != Some(person.version()) {
            let text = |people: &People| {
                let person = people.operators.get(id)?;
                let now = person.on(today).map(|row| (None, row)).into_iter();
                let later = person.after(today).map(|(from, row)| (day_of(from), row));
                let rows = now.chain(later).map(|(from, row)| match from {
                    None => operator_text(people, row, today),
                    Some(day) => format!("{day}: {}", operator_text(people, row, today)),
                });
                Some(rows.collect::<Vec<_>>().join(" / "))
            };
            let version = was.and_then(crate::domain::people::Person::version).map(|version| (*id, version));
            ledger.enter("operator", version, text(before), text(after));
        }
    }
    for (id, grant) in &after.grants {
        let was = before.grants.get(id);
        if was != Some(grant) {
            let text = |people: &People, grant: &crate::domain::people::Grant| {
                grant.kept.then(|| grant_text(people, &grant.row, today))
            };
            let before = was.and_then(|was| text(before, was));
            ledger.enter("grant", was.map(|was| (*id, was.version)), before, text(after, grant));
        }
    }
    ledger
}

fn code_of(people: &People, id: OperationId, today: Days) -> String {
    people.operators.get(&id).and_then(|person| person.on(today)).map(|row| row.code.clone()).unwrap_or_default()
}

/// An operator's row in the words of the command line.
fn operator_text(people: &People, row: &OperatorRow, today: Days) -> String {
    let groups = row.groups.iter().filter_map(|id| Some(people.groups.get(id)?.name.clone())).collect::<Vec<_>>();
    let mut parts = vec![row.code.clone()];
    let mut put = |name: &str, value: Option<String>| parts.extend(value.map(|value| format!("{name}={value}")));
    put("department", row.department.clone());
    put("account", row.account.clone());
    put("groups", (!groups.is_empty()).then(|| groups.join(",")));
    put("until", row.until.and_then(day_of).map(|day| day.to_string()));
    let stands_for = row.stands_for.map(|(whom, until)| (code_of(people, whom, today), day_of(until)));
    put(
        "stands_for",
        stands_for.map(|(whom, until)| format!("{whom},{}", until.map_or_else(String::new, |day| day.to_string()))),
    );
    put("enabled", (!row.enabled).then(|| "no".to_owned()));
    parts.join(" ")
}

/// A grant's row in the words of the command line.
fn grant_text(people: &People, row: &GrantRow, today: Days) -> String {
    let mut parts = vec![row.right.clone()];
    parts.push(match row.to {
        Grantee::Operator(id) => format!("operator={}", code_of(people, id, today)),
        Grantee::Group(id) => {
            format!("group={}", people.groups.get(&id).map(|group| group.name.clone()).unwrap_or_default())
        }
        Grantee::Everybody => "everybody".to_owned(),
    });
    let mut put = |name: &str, value: Option<String>| parts.extend(value.map(|value| format!("{name}={value}")));
    put("form", row.form.as_ref().map(|(source, code)| format!("{source}/{code}")));
    put("segment", row.segment.map(|code| code.to_string()));
    put("from", row.from.and_then(day_of).map(|day| day.to_string()));
    put("until", row.until.and_then(day_of).map(|day| day.to_string()));
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_over_all() {
        assert_eq!(spread(3), [0, 1, 2]);
        let large = spread(100_000);
        assert_eq!((large.len(), large[0], large[SAMPLE - 1]), (SAMPLE, 0, 99_999));
        assert!(large.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
