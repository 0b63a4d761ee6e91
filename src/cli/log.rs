//! `log`: what was done, by whom, when; and `log verify`.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::output::{hex, iso_ms, json_text};
use super::progress::Bar;
use super::table::Table;
use super::{check, flags};
use crate::domain::anchor::Anchor;
use crate::domain::calendar::parse_span;
use crate::domain::identity::OperationId;
use crate::office::{self, LogFilter, LogItem, Second};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Log) -> Answer {
    match &flags.command {
        Some(flags::LogCommand::Verify { anchor }) => verify(call, anchor),
        Some(flags::LogCommand::Anchor) => anchor(call),
        None => list(call, flags),
    }
}

fn verify(call: &mut Call<'_>, anchors: &[String]) -> Answer {
    let anchors = anchors.iter().map(|word| word.parse()).collect::<Result<Vec<Anchor>, _>>()?;
    let desk = call.desk()?;
    let verified = {
        let mut bar = Bar::new(&call.messages);
        office::verify_log(&desk, &anchors, &mut |progress| bar.say(&check::stage(progress, &call.messages)))
    };
    let (report, proven) = verified?;
    let mut document = check::document(&report);
    // Only what left the machine proves the end of the log.
    document["anchor"] = proven
        .map_or(Value::Null, |proven| json!({ "operation": proven.operation.to_string(), "unproven": proven.after }));
    let proof = match proven {
        Some(proven) => {
            let named = [("operation", proven.operation.to_string()), ("after", proven.after.to_string())];
            call.text("cli.log.proven", &named)
        }
        None => call.text("cli.log.no_anchor", &[]),
    };
    let sentences = [call.text("cli.log.verified", &check::counts(&report)), proof];
    call.answer(&document, &sentences)?;
    Ok(DONE)
}

fn anchor(call: &mut Call<'_>) -> Answer {
    let mut desk = call.desk()?;
    let made = office::anchor_log(&mut desk)?;
    let named = [
        ("anchor", made.anchor.to_string()),
        ("operation", made.operation.to_string()),
        ("at", iso_ms(made.at_ms)),
        ("terminal", desk.terminal().to_owned()),
    ];
    let document = json!({
        "anchor": made.anchor.to_string(), "operation": made.operation.to_string(), "at": iso_ms(made.at_ms),
    });
    let sentences = [call.text("cli.log.anchored", &named), call.text("cli.log.keep_anchor", &named)];
    call.answer(&document, &sentences)?;
    Ok(DONE)
}

fn list(call: &mut Call<'_>, flags: &flags::Log) -> Answer {
    let desk = call.desk()?;
    let filter = LogFilter {
        query: flags.query.as_deref().map(|text| desk.query(text)).transpose()?,
        operator: flags.operator.clone(),
        since_ms: flags.since.as_deref().map(|text| since_ms(text, desk.today())).transpose()?,
        command: flags.command_id.clone(),
        limit: None,
    };
    let with_text = call.flags.with_text;
    let mut failed = Ok(());
    if call.flags.json {
        let mut began = false;
        let out = &mut *call.out;
        office::log(&desk, &filter, &mut |item| {
            if failed.is_ok() {
                let start: &[u8] = if began { b",\n" } else { b"[" };
                began = true;
                let object = json_text(&object(&item, with_text));
                failed = out.bytes(start).and_then(|()| out.bytes(object.as_bytes()));
            }
        })?;
        failed?;
        call.out.bytes(if began { b"]\n" } else { b"[]\n" })?;
        return Ok(DONE);
    }
    let keys = ["operation", "at", "operator", "command", "count", "undoes", "revised", "second", "text"];
    let shown = &keys[..keys.len() - usize::from(!with_text)];
    let mut table = Table::new(shown.iter().map(|key| call.text(&format!("cli.log.{key}"), &[])).collect());
    let (unsigned, alone) = (call.text("cli.unsigned", &[]), call.text("cli.log.alone", &[]));
    let out = &mut *call.out;
    office::log(&desk, &filter, &mut |item| {
        if failed.is_ok() {
            failed = table.row(out, &cells(item, (&unsigned, &alone), with_text));
        }
    })?;
    failed?;
    table.finish(call.out)?;
    Ok(DONE)
}

/// The beginning of the day, hour or minute that a person wrote.
fn since_ms(text: &str, today: crate::domain::calendar::Day) -> Result<i64, CliError> {
    let span = parse_span(text, today)?.value;
    Ok(span.from.map_or(i64::MIN, |seconds| seconds.saturating_mul(1000)))
}

fn object(item: &LogItem, with_text: bool) -> Value {
    let mut object = Map::new();
    let fields = [
        ("operation", json!(item.operation.to_string())),
        ("at", json!(iso_ms(item.at_ms))),
        ("operator", json!(item.operator)),
        ("command", json!(item.command)),
        ("count", json!(item.count)),
        ("undoes", json!(item.undoes.map(|id| id.to_string()))),
        ("text", json!(item.text.as_ref().filter(|_| with_text))),
        ("hash", json!(hex(&item.hash))),
        ("revised", json!(item.revised)),
        ("approved_by", json!(approved_by(item))),
        ("alone", json!(item.second == Some(Second::Alone))),
        ("request", json!(request(item).map(|id| id.to_string()))),
    ];
    object.extend(fields.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(object)
}

fn approved_by(item: &LogItem) -> Option<&str> {
    match &item.second {
        Some(Second::Approved(code, _)) => code.as_deref(),
        _ => None,
    }
}

fn request(item: &LogItem) -> Option<OperationId> {
    match item.second {
        Some(Second::Approved(_, request)) => Some(request),
        _ => None,
    }
}

fn cells(item: LogItem, (unsigned, alone): (&str, &str), with_text: bool) -> Vec<String> {
    let second = match &item.second {
        None => String::new(),
        Some(Second::Alone) => alone.to_owned(),
        Some(Second::Approved(code, _)) => code.clone().unwrap_or_default(),
    };
    let mut cells = vec![
        item.operation.to_string(),
        iso_ms(item.at_ms),
        item.operator.unwrap_or_else(|| unsigned.to_owned()),
        item.command,
        item.count.to_string(),
        item.undoes.map(|id| id.to_string()).unwrap_or_default(),
        item.revised.filter(|count| *count > 0).map(|count| count.to_string()).unwrap_or_default(),
        second,
    ];
    if with_text {
        cells.push(item.text.unwrap_or_default());
    }
    cells
}
