//! 担当者グループ and 権限: making, listing, taking away.

use super::{PeopleError, change, word};
use crate::domain::calendar::Day;
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, GrantRow, Grantee};
use crate::domain::people::{Act, Days, People, Right, day_of, days};
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::release::{Deed, ask};
use crate::store::{PeopleWriter, Segment, Signed};

/// A 担当者グループ, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupFacts {
    /// Its name.
    pub name: String,
    /// Who is in it on the day of the list, by code.
    pub members: Vec<String>,
}

/// To whom a right is to be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wished {
    /// An operator, by code.
    Operator(String),
    /// A 担当者グループ, by name.
    Group(String),
    /// Everybody.
    Everybody,
}

/// A grant that is wished for.
#[derive(Debug, Clone)]
pub struct GrantWish {
    /// The word of the right.
    pub right: String,
    /// To whom.
    pub to: Wished,
    /// For which procedure alone: source code, 様式ID.
    pub form: Option<(String, String)>,
    /// In which segment alone.
    pub segment: Option<Segment>,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

/// A grant, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantFacts {
    /// The operation that made it: its id.
    pub id: OperationId,
    /// The word of the right.
    pub right: String,
    /// To whom.
    pub to: Wished,
    /// For which procedure alone.
    pub form: Option<(String, String)>,
    /// In which segment alone.
    pub segment: Option<Segment>,
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
    /// Whether it holds on the day of the list, here.
    pub holds: bool,
}

/// Gives an operator everything but 特定個人情報, without an end.
pub(in crate::office) fn make_administrator(
    writer: &mut PeopleWriter<'_>,
    signed: &Signed<'_>,
    who: OperationId,
) -> Result<(), OfficeError> {
    let right = Right::All.id().to_owned();
    let row = GrantRow { to: Grantee::Operator(who), right, form: None, segment: None, from: None, until: None };
    writer.append(signed, Body::Grant { subject: None, row, kept: true, base: None }, None)?;
    Ok(())
}

/// The 担当者グループ that are there, by name, with their members on a day.
///
/// # Errors
/// What the store says.
pub fn groups(desk: &Desk, day: Day) -> Result<Vec<GroupFacts>, OfficeError> {
    let (people, at) = (desk.people()?, days(day));
    let mut all: Vec<GroupFacts> = people
        .groups
        .iter()
        .filter(|(_, group)| group.kept)
        .map(|(id, group)| {
            let rows = people.operators.values().filter_map(|person| person.on(at));
            let mut members: Vec<String> =
                rows.filter(|row| row.groups.contains(id)).map(|row| row.code.clone()).collect();
            members.sort();
            GroupFacts { name: group.name.clone(), members }
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// Makes a 担当者グループ.
///
/// # Errors
/// [`PeopleError`]; [`OfficeError::NotPermitted`]; what the store says. Nothing is changed then.
pub fn add_group(desk: &mut Desk, name: &str) -> Result<OperationId, OfficeError> {
    let name = word(name)?;
    ask(desk, &Deed::AddGroup { name: name.clone() }, None)?;
    change(desk, Act::GroupAdd, |people, writer, signed, _| {
        if people.group_named(&name).is_some() {
            return Err(PeopleError::GroupExists(name).into());
        }
        Ok(writer.append(signed, Body::Group { subject: None, name, kept: true, base: None }, None)?)
    })
}

/// Takes a 担当者グループ away: what was granted to it is granted to nobody any more.
///
/// # Errors
/// As [`add_group`].
pub fn remove_group(desk: &mut Desk, name: &str) -> Result<OperationId, OfficeError> {
    let name = word(name)?;
    ask(desk, &Deed::RemoveGroup { name: name.clone() }, None)?;
    change(desk, Act::GroupRemove, |people, writer, signed, _| {
        let id = people.group_named(&name).ok_or_else(|| PeopleError::UnknownGroup(name.clone()))?;
        let base = people.groups.get(&id).map(|group| group.version);
        Ok(writer.append(signed, Body::Group { subject: Some(id), name, kept: false, base }, None)?)
    })
}

/// The grants that weren't revoked, in the order in which they were made.
///
/// # Errors
/// What the store says.
pub fn grants(desk: &Desk, day: Day) -> Result<Vec<GrantFacts>, OfficeError> {
    let (people, at, here) = (desk.people()?, days(day), desk.segment());
    let segment_of = |code| [Segment::Lgwan, Segment::MyNumber].into_iter().find(|segment| segment.code() == code);
    let all = people.grants.iter().filter(|(_, grant)| grant.kept).map(|(id, grant)| {
        let GrantRow { to, right, form, segment, from, until } = grant.row.clone();
        let holds = segment.is_none_or(|only| only == here.code())
            && from.is_none_or(|first| first <= at)
            && until.is_none_or(|last| at <= last);
        GrantFacts {
            id: *id,
            right,
            to: wished(&people, to, at),
            form,
            segment: segment.and_then(segment_of),
            from: from.and_then(day_of),
            until: until.and_then(day_of),
            holds,
        }
    });
    Ok(all.collect())
}

fn wished(people: &People, to: Grantee, at: Days) -> Wished {
    match to {
        Grantee::Everybody => Wished::Everybody,
        Grantee::Operator(id) => {
            let row = people.operators.get(&id).and_then(|person| person.on(at));
            Wished::Operator(row.map(|row| row.code.clone()).unwrap_or_default())
        }
        Grantee::Group(id) => Wished::Group(people.groups.get(&id).map(|one| one.name.clone()).unwrap_or_default()),
    }
}

/// Grants a right. With the first grant of a store everything else is denied: so whoever writes it becomes its
/// administrator in the same transaction, and the second part of the answer says so.
///
/// # Errors
/// [`PeopleError`]; [`OfficeError::NotPermitted`]; what the store says. Nothing is changed then.
pub fn add_grant(desk: &mut Desk, wish: &GrantWish) -> Result<(OperationId, bool), OfficeError> {
    let right = Right::parse(&wish.right).ok_or_else(|| PeopleError::UnknownRight(wish.right.clone()))?;
    if wish.form.is_some() && !right.by_procedure() {
        return Err(PeopleError::NotByProcedure(wish.right.clone()).into());
    }
    if right == Right::SpecificPersonal && (wish.until.is_none() || wish.to == Wished::Everybody) {
        return Err(PeopleError::EndNeeded.into());
    }
    ask(desk, &Deed::grant(wish), None)?;
    change(desk, Act::GrantAdd, |people, writer, signed, day| {
        let to = match &wish.to {
            Wished::Everybody => Grantee::Everybody,
            Wished::Operator(code) => {
                Grantee::Operator(people.of_code(code, day).ok_or_else(|| PeopleError::UnknownOperator(code.clone()))?)
            }
            Wished::Group(name) => {
                Grantee::Group(people.group_named(name).ok_or_else(|| PeopleError::UnknownGroup(name.clone()))?)
            }
        };
        let first = signed.actor.filter(|_| !people.deny_by_default());
        if let Some(me) = first {
            make_administrator(writer, signed, me)?;
        }
        let row = GrantRow {
            to,
            right: right.id().to_owned(),
            form: wish.form.clone(),
            segment: wish.segment.map(Segment::code),
            from: wish.from.map(days),
            until: wish.until.map(days),
        };
        let id = writer.append(signed, Body::Grant { subject: None, row, kept: true, base: None }, None)?;
        Ok((id, first.is_some()))
    })
}

/// Revokes a grant.
///
/// # Errors
/// As [`add_grant`].
pub fn revoke_grant(desk: &mut Desk, id: OperationId) -> Result<OperationId, OfficeError> {
    ask(desk, &Deed::RevokeGrant { grant: id.as_u64() }, None)?;
    change(desk, Act::GrantRevoke, |people, writer, signed, _| {
        let grant = people.grants.get(&id).filter(|grant| grant.kept);
        let grant = grant.ok_or_else(|| PeopleError::UnknownGrant(id.to_string()))?;
        let (row, base) = (grant.row.clone(), Some(grant.version));
        Ok(writer.append(signed, Body::Grant { subject: Some(id), row, kept: false, base }, None)?)
    })
}
