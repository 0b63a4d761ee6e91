//! 異動: many operators changed from one day on, as ONE operation. Newcomers are born in the same transaction without any
//! right; what they get on the day stands in that operation with everybody else's.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;

use super::operators::refuse_taken;
use super::{PeopleError, change, word};
use crate::domain::calendar::{Day, parse_day};
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, Moved, OperatorRow};
use crate::domain::people::{Act, Days, People, days};
use crate::exchange::staff::{LONGEST, StaffRow, read};
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::release::{Deed, ask};
use crate::store::{PeopleWriter, Signed};

/// What an 異動 does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StaffReport {
    /// The operation; `None` where nothing changes, and in a dry run.
    pub operation: Option<OperationId>,
    /// 職員番号 of those who come.
    pub added: Vec<String>,
    /// Of those whose row changes.
    pub moved: Vec<String>,
    /// Of those who stop working here.
    pub disabled: Vec<String>,
    /// Of those who are named anew.
    pub renamed: Vec<String>,
    /// How many rows change nothing.
    pub unchanged: u64,
    /// Columns of the file that weren't read.
    pub ignored: Vec<String>,
}

/// One row of the list, judged.
struct Judged {
    known: Option<OperationId>,
    /// The row from the effective day on, where it changes.
    row: Option<OperatorRow>,
    /// The new name.
    name: Option<String>,
}

/// Takes an 異動 from a list: whoever isn't on it stays as they are. A dry run answers what would happen.
///
/// # Errors
/// The first row that can't be taken; [`OfficeError::NotPermitted`]; what the store says. Nothing is changed then.
pub fn import_operators(
    desk: &mut Desk,
    file: &Path,
    effective: Day,
    dry_run: bool,
) -> Result<StaffReport, OfficeError> {
    desk.permit(Act::OperatorImport)?;
    let list = read(&bytes_of(file)?).map_err(|fault| PeopleError::StaffList { file: file.to_owned(), fault })?;
    if !dry_run {
        let mut report = take_staff(desk, file, &list.rows, effective)?;
        report.ignored = list.ignored;
        return Ok(report);
    }
    let from = days(effective);
    let mut report = StaffReport { ignored: list.ignored, ..StaffReport::default() };
    let people = desk.people()?;
    let names = |id| Ok(desk.store.operator_name(id)?);
    judge(&people, &names, (file, &list.rows), from, &mut report)?;
    Ok(report)
}

/// Takes the rows of a list that was read.
///
/// # Errors
/// As [`import_operators`].
pub(in crate::office) fn take_staff(
    desk: &mut Desk,
    file: &Path,
    rows: &[StaffRow],
    effective: Day,
) -> Result<StaffReport, OfficeError> {
    let deed = Deed::ImportOperators {
        file: file.display().to_string(),
        effective: effective.to_string(),
        rows: rows.to_vec(),
    };
    ask(desk, &deed, None)?;
    let from = days(effective);
    let mut report = StaffReport::default();
    // Names are read before the transaction: they only decide whether one is written again.
    let people = desk.people()?;
    let mut names = std::collections::HashMap::new();
    for id in people.operators.keys() {
        names.insert(*id, desk.store.operator_name(*id)?);
    }
    let names = |id| Ok(names.get(&id).cloned().flatten());
    change(desk, Act::OperatorImport, |people, writer, signed, today| {
        let judged = judge(people, &names, (file, rows), from, &mut report)?;
        report.operation = write(people, judged, (from, today), signed, writer)?;
        Ok(())
    })?;
    Ok(report)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, OfficeError> {
    let unreadable = |error| OfficeError::Unreadable { file: file.to_owned(), error };
    let mut bytes = Vec::new();
    std::fs::File::open(file).and_then(|open| open.take(LONGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > LONGEST {
        return Err(unreadable(std::io::ErrorKind::FileTooLarge.into()));
    }
    Ok(bytes)
}

fn judge(
    people: &People,
    name_of: &dyn Fn(OperationId) -> Result<Option<String>, OfficeError>,
    (file, rows): (&Path, &[StaffRow]),
    from: Days,
    report: &mut StaffReport,
) -> Result<Vec<Judged>, OfficeError> {
    let (mut seen, mut accounts) = (HashSet::new(), HashSet::new());
    let mut all = Vec::new();
    for one in rows {
        let bad = |column, word: &str| PeopleError::StaffRow {
            file: file.to_owned(),
            line: one.line,
            column,
            word: word.to_owned(),
        };
        let code = word(&one.code).map_err(|_| bad("code", &one.code))?;
        if !seen.insert(code.clone()) {
            return Err(PeopleError::Twice { file: file.to_owned(), line: one.line }.into());
        }
        let known = people.of_code(&code, from);
        let before = known.and_then(|id| people.operators.get(&id)?.on(from).cloned());
        let row = row_of(people, one, &code, before.clone(), &bad)?;
        let account = row.account.clone().unwrap_or_else(|| code.clone());
        if refuse_taken(people, known, &row, from).is_err() || !accounts.insert(account.clone()) {
            return Err(bad("account", &account).into());
        }
        let wanted = one.name.as_ref().filter(|name| !name.is_empty());
        let wanted = wanted.map(|name| word(name).map_err(|_| bad("name", ""))).transpose()?;
        let name = match (wanted, known) {
            (Some(name), Some(id)) => Some(name).filter(|name| name_of(id).ok().flatten().as_ref() != Some(name)),
            (name, _) => name,
        };
        let changes = before.as_ref() != Some(&row);
        match (known, before.as_ref().is_some_and(|row| row.enabled), row.enabled) {
            (None, ..) => report.added.push(code),
            (Some(_), true, false) => report.disabled.push(code),
            (Some(_), ..) if changes => report.moved.push(code),
            (Some(_), ..) if name.is_some() => report.renamed.push(code),
            (Some(_), ..) => report.unchanged += 1,
        }
        all.push(Judged { known, row: changes.then_some(row), name });
    }
    Ok(all)
}

fn row_of(
    people: &People,
    one: &StaffRow,
    code: &str,
    before: Option<OperatorRow>,
    bad: &dyn Fn(&'static str, &str) -> PeopleError,
) -> Result<OperatorRow, OfficeError> {
    let mut row = before.unwrap_or_else(|| OperatorRow { enabled: true, ..OperatorRow::default() });
    code.clone_into(&mut row.code);
    let optional = |column, text: &String| match text.as_str() {
        "" => Ok(None),
        text => word(text).map(Some).map_err(|_| bad(column, text)),
    };
    if let Some(department) = &one.department {
        row.department = optional("department", department)?;
    }
    if let Some(account) = &one.account {
        row.account = optional("account", account)?.filter(|account| account != code);
    }
    if let Some(groups) = &one.groups {
        let named = |name: &String| people.group_named(name).ok_or_else(|| bad("groups", name));
        row.groups = groups.iter().map(named).collect::<Result<_, _>>()?;
        row.groups.sort_unstable();
        row.groups.dedup();
    }
    if let Some(until) = &one.until {
        row.until = match until.as_str() {
            "" => None,
            text => Some(days(parse_day(text).map_err(|_| bad("until", text))?.value)),
        };
    }
    row.enabled = one.enabled.unwrap_or(row.enabled);
    Ok(row)
}

fn write(
    people: &People,
    judged: Vec<Judged>,
    (from, today): (Days, Days),
    signed: &Signed<'_>,
    writer: &mut PeopleWriter<'_>,
) -> Result<Option<OperationId>, OfficeError> {
    let mut moved = Vec::new();
    for one in judged {
        let subject = match (one.known, &one.row) {
            (None, Some(row)) => {
                let row = OperatorRow { code: row.code.clone(), enabled: false, ..OperatorRow::default() };
                let name = one.name.clone().unwrap_or_else(|| row.code.clone());
                let body = Body::Operator { subject: None, row, base: None, from: None };
                writer.append(signed, body, Some(&name))?
            }
            (Some(id), _) => {
                let person = people.operators.get(&id);
                if let (Some(name), Some(row)) = (&one.name, person.and_then(|person| person.on(today))) {
                    let base = person.and_then(crate::domain::people::Person::version);
                    let body = Body::Operator { subject: Some(id), row: row.clone(), base, from: Some(today) };
                    writer.append(signed, body, Some(name))?;
                }
                id
            }
            (None, None) => continue,
        };
        if let Some(row) = one.row {
            let base = people.operators.get(&subject).and_then(crate::domain::people::Person::version);
            moved.push(Moved { subject, base: base.unwrap_or(subject), row });
        }
    }
    if moved.is_empty() {
        return Ok(None);
    }
    Ok(Some(writer.append(signed, Body::Transfer { day: from, moved }, None)?))
}
