//! `operator`: who works here, and 異動.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::passwd;
use super::people_flags::{Operator, OperatorAdd};
use super::table::Table;
use crate::domain::calendar::{Day, parse_day};
use crate::office::{self, OperatorFacts, OperatorWish, StaffReport};

pub(super) fn run(call: &mut Call<'_>, flags: &Operator) -> Answer {
    match flags {
        Operator::Add(flags) => add(call, flags),
        Operator::List { at } => list(call, at.as_deref()),
        Operator::Passwd { code, new_passphrase_fd } => passwd::set(call, code.as_deref(), *new_passphrase_fd),
        Operator::Unlock { code } => passwd::unlock(call, code),
        Operator::Disable { code, from } => {
            let from = from.as_deref().map(day).transpose()?;
            let operation = office::disable_operator(&mut call.desk()?, code, from)?;
            let from = from.map(|day| day.to_string());
            let document = json!({ "operator": code, "operation": operation.to_string(), "from": from });
            let sentence = call.text("cli.operator.disabled", &[("code", code.clone())]);
            call.answer(&document, &[sentence])?;
            Ok(DONE)
        }
        Operator::Import { file, effective, dry_run } => {
            let effective = day(effective)?;
            let report = office::import_operators(&mut call.desk()?, file, effective, *dry_run)?;
            tell_transfer(call, &report, effective, *dry_run)
        }
    }
}

/// Reads a day as people write it.
pub(super) fn day(text: &str) -> Result<Day, CliError> {
    Ok(parse_day(text)?.value)
}

/// The day of a list: the one that is asked for, else today.
pub(super) fn at(text: Option<&str>, today: Day) -> Result<Day, CliError> {
    text.map_or(Ok(today), day)
}

fn add(call: &mut Call<'_>, flags: &OperatorAdd) -> Answer {
    let stands_for = match (&flags.substitute_of, &flags.substitute_until) {
        (Some(whom), Some(until)) => Some((whom.clone(), day(until)?)),
        _ => None,
    };
    let wish = OperatorWish {
        code: flags.code.clone(),
        name: flags.name.clone(),
        department: flags.department.clone(),
        groups: Some(flags.groups.clone()).filter(|groups| !groups.is_empty()),
        account: flags.account.clone(),
        until: flags.until.as_deref().map(day).transpose()?.map(Some),
        stands_for,
        enabled: Some(true),
    };
    let (operation, added) = office::add_operator(&mut call.desk()?, &wish)?;
    let code = wish.code.trim().to_owned();
    let document = json!({ "operator": code, "operation": operation.to_string(), "added": added });
    let key = if added { "cli.operator.added" } else { "cli.operator.changed" };
    let sentence = call.text(key, &[("code", code)]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

fn object(one: &OperatorFacts) -> Value {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let stands_for = one.stands_for.as_ref().map(|(whom, until)| json!({ "operator": whom, "until": day(*until) }));
    let later = one
        .later
        .iter()
        .map(|(from, department, enabled)| json!({ "from": day(*from), "department": department, "enabled": enabled }));
    json!({
        "operator": one.row.code, "name": one.name, "department": one.row.department, "groups": one.groups,
        "account": one.row.account, "enabled": one.row.enabled, "until": day(one.until), "substitute_of": stands_for,
        "later": later.collect::<Vec<_>>(),
    })
}

fn list(call: &mut Call<'_>, day: Option<&str>) -> Answer {
    let desk = call.desk()?;
    let all = office::operators(&desk, at(day, desk.today())?)?;
    if call.flags.json {
        call.out.document(&all.iter().map(object).collect())?;
        return Ok(DONE);
    }
    let heading = |key: &str| call.text(&format!("cli.operator.{key}"), &[]);
    let mut table = Table::new(["code", "name", "department", "groups", "state", "until"].map(heading).to_vec());
    for one in &all {
        let state = call.text(if one.row.enabled { "cli.operator.enabled" } else { "cli.operator.stopped" }, &[]);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let until = one.until.map(|day| day.to_string()).unwrap_or_default();
        let cells =
            [one.row.code.clone(), text(&one.name), text(&one.row.department), one.groups.join("、"), state, until];
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

fn tell_transfer(call: &mut Call<'_>, report: &StaffReport, effective: Day, dry_run: bool) -> Answer {
    let document = json!({
        "effective": effective.to_string(), "dry_run": dry_run,
        "operation": report.operation.map(|id| id.to_string()),
        "added": report.added, "moved": report.moved, "disabled": report.disabled, "renamed": report.renamed,
        "unchanged": report.unchanged, "ignored": report.ignored,
    });
    let count = |codes: &Vec<String>| codes.len().to_string();
    let arguments = [
        ("effective", effective.to_string()),
        ("added", count(&report.added)),
        ("moved", count(&report.moved)),
        ("disabled", count(&report.disabled)),
        ("renamed", count(&report.renamed)),
        ("unchanged", report.unchanged.to_string()),
    ];
    let key = if dry_run { "cli.operator.would_move" } else { "cli.operator.moved" };
    let mut sentences = vec![call.text(key, &arguments)];
    if !report.ignored.is_empty() {
        sentences.push(call.text("cli.operator.ignored", &[("columns", report.ignored.join("、"))]));
    }
    call.answer(&document, &sentences)?;
    Ok(DONE)
}
