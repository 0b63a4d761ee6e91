//! `purge`: 保存期間・廃棄. What may go, keeping it longer, erasing it for good, and the record of that.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::output::iso_ms;
use super::purge_flags::{Dispose, Extend, Purge as Flags};
use super::set_status::Asked;
use super::undo::operation_of;
use super::{fields, outcome};
use crate::domain::calendar::{Day, parse_one_day};
use crate::domain::erasure::DisposalLine;
use crate::domain::retention::Kept;
use crate::office::view::BatchOutcome;
use crate::office::{self, Disposal, DisposalFacts, DueGroup, FieldRequest, OfficeError};

pub(super) fn run(call: &mut Call<'_>, flags: &Flags) -> Answer {
    match flags {
        Flags::List { on } => list(call, on.as_deref()),
        Flags::Extend(flags) => extend(call, flags),
        Flags::Dispose(flags) => dispose(call, flags),
        Flags::Log => log(call),
        Flags::Record { operation, out } => {
            let id = operation_of(operation).ok_or_else(|| CliError::BadOperation(operation.clone()))?;
            let mut desk = call.desk()?;
            let receipt = office::write_disposal(&mut desk, id, out)?;
            let file = receipt.path.display().to_string();
            let hash: String = receipt.hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let document = json!({ "file": file, "sha256": hash, "operation": receipt.operation.to_string() });
            let sentence = call.text("cli.purge.written", &[("file", file)]);
            call.answer(&document, &[sentence])?;
            Ok(DONE)
        }
    }
}

/// 分類記号, 保存年限 and 完結年度, with a count.
fn line(line: &DisposalLine) -> Map<String, Value> {
    let parts = [
        ("classification", json!(line.classification)),
        ("years", json!(line.years)),
        ("fiscal_year", json!(line.fiscal_year)),
        ("count", json!(line.count)),
    ];
    parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn line_text(call: &Call<'_>, line: &DisposalLine) -> String {
    let dash = || "-".to_owned();
    let arguments = [
        ("classification", line.classification.clone().unwrap_or_else(dash)),
        ("years", line.years.map_or_else(dash, |years| years.to_string())),
        ("fiscal_year", line.fiscal_year.map_or_else(dash, |year| year.to_string())),
        ("count", line.count.to_string()),
    ];
    call.text("cli.purge.line", &arguments)
}

fn list(call: &mut Call<'_>, on: Option<&str>) -> Answer {
    let desk = call.desk()?;
    let on = on.map(|text| parse_one_day(text, desk.today())).transpose()?.map(|day| day.value);
    let (groups, ids) = office::due_for_disposal(&desk, on)?;
    let count = ids.len();
    let object = |group: &DueGroup| {
        let mut object = line(&group.line);
        object.insert("expires_on".to_owned(), json!(group.expires_on.map(|day| day.to_string())));
        object.insert("extended".to_owned(), json!(group.extended));
        Value::Object(object)
    };
    let document = json!({ "count": count, "groups": groups.iter().map(object).collect::<Vec<_>>() });
    let mut lines = vec![call.text("cli.purge.due", &[("count", count.to_string())])];
    lines.extend(groups.iter().map(|group| line_text(call, &group.line)));
    call.answer(&document, &lines)?;
    Ok(DONE)
}

fn extend(call: &mut Call<'_>, flags: &Extend) -> Answer {
    let until = fields::value(&flags.until)?;
    fields::run(call, &flags.target, (flags.reason.as_deref(), flags.dry_run), |desk| {
        let day = until.map(|text| parse_one_day(text, desk.today())).transpose()?;
        Ok(FieldRequest::Extend(day.map(|dated| dated.value)))
    })
}

fn dispose(call: &mut Call<'_>, flags: &Dispose) -> Answer {
    let asked = Asked::of(&flags.target)?;
    let mut desk = call.desk()?;
    let target = asked.read(&desk)?;
    let disposal = Disposal { document_number: flags.document.clone(), early: flags.early };
    let batch = match office::dispose(&mut desk, &disposal, &target, flags.reason.as_deref(), flags.dry_run) {
        Err(OfficeError::NothingMatched) if flags.target.allow_empty => BatchOutcome::default(),
        other => other?,
    };
    let (mut more, mut said) = (Map::new(), Vec::new());
    more.insert("unfinished".to_owned(), json!(batch.unfinished));
    if batch.unfinished {
        said.push(call.text("cli.purge.unfinished", &[]));
    }
    let left = desk.store().left_over().map_err(OfficeError::from)?.set_aside;
    if batch.operation.is_some() && left > 0 {
        said.push(call.text("cli.purge.set_aside", &[("count", left.to_string())]));
    }
    outcome::tell_with(call, &batch, more, said)
}

fn log(call: &mut Call<'_>) -> Answer {
    let desk = call.desk()?;
    let disposals = office::disposals(&desk)?;
    let document = Value::Array(disposals.iter().map(object).collect());
    let mut lines = Vec::new();
    for one in &disposals {
        let arguments = [
            ("operation", one.operation.to_string()),
            ("at", iso_ms(one.at_ms)),
            ("count", one.count.to_string()),
            ("document", one.note.document_number.clone()),
            ("operator", one.actor.clone().unwrap_or_else(|| call.text("cli.unsigned", &[]))),
            ("approver", one.approver.clone().unwrap_or_else(|| "-".to_owned())),
        ];
        lines.push(call.text("cli.purge.disposal", &arguments));
        lines.extend(one.note.lines.iter().map(|line| line_text(call, line)));
    }
    call.answer(&document, &lines)?;
    Ok(DONE)
}

fn object(one: &DisposalFacts) -> Value {
    let steps = |steps: &[crate::domain::erasure::ErasureStep]| steps.iter().map(|step| step.id()).collect::<Vec<_>>();
    json!({
        "operation": one.operation.to_string(),
        "at": iso_ms(one.at_ms),
        "operator": one.actor,
        "approver": one.approver,
        "count": one.count,
        "rule": one.rule.id(),
        "document_number": one.note.document_number,
        "reason": one.note.reason,
        "lines": one.note.lines.iter().map(line).collect::<Vec<_>>(),
        "done": one.done.as_ref().map(|(at_ms, done)| json!({ "at": iso_ms(*at_ms), "steps": steps(done) })),
    })
}

/// 保存期間 of an application; null where the definition of its form says nothing.
pub(super) fn retention(kept: Option<&Kept>) -> Value {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    kept.map_or(Value::Null, |kept| {
        json!({
            "classification": kept.classification,
            "years": kept.years,
            "closed_on": day(kept.closed_on),
            "fiscal_year": kept.fiscal_year(),
            "expires_on": day(kept.expires_on()),
            "extended_until": day(kept.extended_until),
        })
    })
}

/// The same in a line.
pub(super) fn retention_text(call: &Call<'_>, kept: &Kept) -> String {
    let dash = || "-".to_owned();
    let day = |day: Option<Day>| day.map_or_else(dash, |day| day.to_string());
    let arguments = [
        ("classification", kept.classification.clone().unwrap_or_else(dash)),
        ("years", kept.years.map_or_else(dash, |years| years.to_string())),
        ("closed_on", day(kept.closed_on)),
        ("fiscal_year", kept.fiscal_year().map_or_else(dash, |year| year.to_string())),
        ("expires_on", day(kept.expires_on())),
    ];
    let mut text = call.text("cli.show.retention", &arguments);
    if let Some(until) = kept.extended_until {
        text += &call.text("cli.show.retention_extended", &[("until", until.to_string())]);
    }
    text
}
