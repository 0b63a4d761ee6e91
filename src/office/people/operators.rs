//! 職員: adding, changing, letting go.

use super::{PeopleError, change, word};
use crate::domain::calendar::Day;
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, OperatorRow};
use crate::domain::people::{Act, Days, People, day_of, days};
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::release::{Deed, ask};
use crate::store::Signed;

/// What is to be known of an operator from today on; `None` leaves what is.
#[derive(Debug, Clone, Default)]
pub struct OperatorWish {
    /// 職員番号.
    pub code: String,
    /// 氏名.
    pub name: Option<String>,
    /// 所属; empty = none.
    pub department: Option<String>,
    /// The 担当者グループ, by name.
    pub groups: Option<Vec<String>>,
    /// The operating system's user name; empty = the code.
    pub account: Option<String>,
    /// The last day; `Some(None)` = without an end.
    pub until: Option<Option<Day>>,
    /// 代理: for whom, by code, and the last day.
    pub stands_for: Option<(String, Day)>,
    /// Whether the operator works.
    pub enabled: Option<bool>,
}

/// An operator, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorFacts {
    /// The operation that gave birth to it.
    pub id: OperationId,
    /// The name, unless it was erased.
    pub name: Option<String>,
    /// What holds on the day of the list.
    pub row: OperatorRow,
    /// The names of the groups.
    pub groups: Vec<String>,
    /// For whom the operator stands in, by code.
    pub stands_for: Option<(String, Option<Day>)>,
    /// The last day.
    pub until: Option<Day>,
    /// What is laid down for later: from which day, and the 所属 then; whether the operator works then.
    pub later: Vec<(Option<Day>, Option<String>, bool)>,
}

/// All operators as of a day, by code.
///
/// # Errors
/// What the store says.
pub fn operators(desk: &Desk, day: Day) -> Result<Vec<OperatorFacts>, OfficeError> {
    let (people, at) = (desk.people()?, days(day));
    let mut all = Vec::new();
    for (id, person) in &people.operators {
        let Some(row) = person.on(at).cloned() else { continue };
        let name_of = |group: &OperationId| people.groups.get(group).filter(|one| one.kept).map(|one| one.name.clone());
        let code_of = |id: OperationId| Some(people.operators.get(&id)?.on(at)?.code.clone());
        all.push(OperatorFacts {
            id: *id,
            name: desk.store.operator_name(*id)?,
            groups: row.groups.iter().filter_map(name_of).collect(),
            stands_for: row.stands_for.and_then(|(whom, until)| Some((code_of(whom)?, day_of(until)))),
            until: row.until.and_then(day_of),
            later: person.after(at).map(|(from, row)| (day_of(from), row.department.clone(), row.enabled)).collect(),
            row,
        });
    }
    all.sort_by(|a, b| a.row.code.cmp(&b.row.code));
    Ok(all)
}

/// Adds an operator, or changes what is given of one. The answer is the operation and whether the operator is new.
///
/// # Errors
/// [`PeopleError`]; [`OfficeError::NotPermitted`]; what the store says. Nothing is changed then.
pub fn add_operator(desk: &mut Desk, wish: &OperatorWish) -> Result<(OperationId, bool), OfficeError> {
    let code = word(&wish.code)?;
    ask(desk, &Deed::operator(wish), None)?;
    change(desk, Act::OperatorAdd, |people, writer, signed, day| {
        let known = people.of_code(&code, day);
        let before = known.and_then(|id| people.operators.get(&id)?.on(day).cloned());
        let row = wished(people, wish, &code, before, day)?;
        refuse_taken(people, known, &row, day)?;
        let base = known.and_then(|id| people.operators.get(&id)?.version());
        let name = match (&wish.name, known) {
            (Some(name), _) => Some(word(name)?),
            // Whoever looks at the log must find some name.
            (None, None) => Some(code.clone()),
            (None, Some(_)) => None,
        };
        let body = Body::Operator { subject: known, row, base, from: known.map(|_| day) };
        let id = writer.append(signed, body, name.as_deref())?;
        Ok((id, known.is_none()))
    })
}

/// The row that a wish makes of the row before.
fn wished(
    people: &People,
    wish: &OperatorWish,
    code: &str,
    before: Option<OperatorRow>,
    day: Days,
) -> Result<OperatorRow, OfficeError> {
    let mut row = before.unwrap_or_else(|| OperatorRow { enabled: true, ..OperatorRow::default() });
    code.clone_into(&mut row.code);
    let optional = |text: &String| if text.trim().is_empty() { Ok(None) } else { word(text).map(Some) };
    if let Some(department) = &wish.department {
        row.department = optional(department)?;
    }
    if let Some(account) = &wish.account {
        row.account = optional(account)?.filter(|account| account != code);
    }
    if let Some(groups) = &wish.groups {
        let named = |name: &String| {
            people.group_named(name.trim()).ok_or_else(|| PeopleError::UnknownGroup(name.trim().to_owned()))
        };
        row.groups = groups.iter().map(named).collect::<Result<_, _>>()?;
        row.groups.sort_unstable();
        row.groups.dedup();
    }
    if let Some(until) = wish.until {
        row.until = until.map(days);
    }
    if let Some((whom, until)) = &wish.stands_for {
        let known = people.of_code(whom, day).ok_or_else(|| PeopleError::UnknownOperator(whom.clone()))?;
        row.stands_for = Some((known, days(*until)));
    }
    row.enabled = wish.enabled.unwrap_or(row.enabled);
    Ok(row)
}

/// Two operators never sign in under one name.
pub(super) fn refuse_taken(
    people: &People,
    own: Option<OperationId>,
    row: &OperatorRow,
    day: Days,
) -> Result<(), OfficeError> {
    let account = row.account.as_deref().unwrap_or(&row.code);
    match people.of_account(account, day) {
        Some(other) if Some(other) != own => Err(PeopleError::AccountTaken(account.to_owned()).into()),
        _ => Ok(()),
    }
}

/// Lets an operator work no more, from a day on: whatever an 異動 has laid down for later.
///
/// # Errors
/// As [`add_operator`].
pub fn disable_operator(desk: &mut Desk, code: &str, from: Option<Day>) -> Result<OperationId, OfficeError> {
    let deed = Deed::DisableOperator { code: code.to_owned(), from: from.map(|day| day.to_string()) };
    ask(desk, &deed, None)?;
    change(desk, Act::OperatorDisable, |people, writer, signed, today| {
        let id = people.of_code(code, today).ok_or_else(|| PeopleError::UnknownOperator(code.to_owned()))?;
        let from = from.map_or(today, days).max(today);
        stop(people, id, from, signed, writer)
    })
}

fn stop(
    people: &People,
    id: OperationId,
    from: Days,
    signed: &Signed<'_>,
    writer: &mut crate::store::PeopleWriter<'_>,
) -> Result<OperationId, OfficeError> {
    let person = people.operators.get(&id);
    let now = person.and_then(|person| person.on(from)).map(|row| (from, row));
    let later = person.into_iter().flat_map(|person| person.after(from));
    let mut written = None;
    for (day, row) in now.into_iter().chain(later) {
        let row = OperatorRow { enabled: false, ..row.clone() };
        let base = written.or_else(|| person.and_then(crate::domain::people::Person::version));
        let body = Body::Operator { subject: Some(id), row, base, from: Some(day) };
        written = Some(writer.append(signed, body, None)?);
    }
    written.ok_or_else(|| PeopleError::UnknownOperator(id.to_string()).into())
}
