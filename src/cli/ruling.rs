//! `ruling`: 決裁. A 起案 of many applications, what was decided about it, and its files.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE, PARTIAL};
use super::error::CliError;
use super::outcome;
use super::output::iso_ms;
use super::ruling_flags::{Ruling as Flags, Submit};
use super::set_status::Asked;
use super::undo::operation_of;
use crate::domain::calendar::parse_one_day;
use crate::domain::finding::{self, Finding};
use crate::domain::identity::OperationId;
use crate::domain::query::Listed as _;
use crate::domain::ruling::{Draft, RulingState};
use crate::office::view::{BatchOutcome, Ruling, RulingClosed};
use crate::office::{self, OfficeError, Receipt, Settlement, Submission};

pub(super) fn run(call: &mut Call<'_>, flags: &Flags) -> Answer {
    match flags {
        Flags::Submit(flags) => submit(call, flags),
        Flags::List { state } => list(call, state.as_deref().and_then(RulingState::parse)),
        Flags::Show { id } => show(call, id_of(id)?),
        Flags::Settle { id, on, document, decider, reason } => {
            let id = id_of(id)?;
            let mut desk = call.desk()?;
            let on = parse_one_day(on, desk.today())?.value;
            let settlement = Settlement { on, document_number: document.clone(), decider: decider.clone() };
            let operation = office::settle_ruling(&mut desk, id, &settlement, reason.as_deref())?;
            closed(call, "cli.ruling.settled", (id, operation))
        }
        Flags::Return { id, reason } => {
            let id = id_of(id)?;
            let mut desk = call.desk()?;
            let operation = office::return_ruling(&mut desk, id, reason.as_deref().unwrap_or_default())?;
            closed(call, "cli.ruling.returned", (id, operation))
        }
        Flags::Write { id, out } => {
            let id = id_of(id)?;
            let mut desk = call.desk()?;
            let files = office::write_ruling(&mut desk, id, out)?;
            let files = [files.list, files.text];
            let said: Vec<String> = files.iter().map(|file| written(call, file)).collect();
            let document = json!({ "ruling": id.to_string(), "files": files.iter().map(file).collect::<Vec<_>>() });
            call.answer(&document, &said)?;
            Ok(DONE)
        }
    }
}

fn id_of(text: &str) -> Result<OperationId, CliError> {
    operation_of(text).ok_or_else(|| CliError::BadOperation(text.to_owned()))
}

fn closed(call: &mut Call<'_>, key: &str, (id, operation): (OperationId, OperationId)) -> Answer {
    let (id, operation) = (id.to_string(), operation.to_string());
    let sentence = call.text(key, &[("ruling", id.clone()), ("operation", operation.clone())]);
    call.answer(&json!({ "ruling": id, "operation": operation }), &[sentence])?;
    Ok(DONE)
}

fn submit(call: &mut Call<'_>, flags: &Submit) -> Answer {
    let asked = Asked::of(&flags.target)?;
    let mut desk = call.desk()?;
    let target = asked.read(&desk)?;
    if let Some(out) = &flags.out {
        office::refuse_out(&desk, out)?;
    }
    let submission =
        Submission { title: flags.title.clone(), template: flags.template.clone(), item: flags.sum.clone() };
    let batch = match office::submit_ruling(&mut desk, &submission, &target, flags.dry_run) {
        Err(OfficeError::NothingMatched) if flags.target.allow_empty => BatchOutcome::default(),
        other => other?,
    };
    let (mut more, mut said) = (Map::new(), Vec::new());
    more.insert("ruling".to_owned(), json!(batch.operation.map(|id| id.to_string())));
    if let Some(draft) = &batch.draft {
        more.extend(counts(draft));
        said.push(summary(call, draft));
    }
    let mut unwritten = None;
    if let (Some(id), Some(out)) = (batch.operation, &flags.out) {
        match office::write_ruling(&mut desk, id, out) {
            Ok(files) => {
                let files = [files.list, files.text];
                said.extend(files.iter().map(|file| written(call, file)));
                more.insert("files".to_owned(), files.iter().map(file).collect());
            }
            // The 起案 stands: its files can be written again.
            Err(error) => unwritten = Some((id, error)),
        }
    }
    let code = outcome::tell_with(call, &batch, more, said)?;
    let Some((id, error)) = unwritten else { return Ok(code) };
    call.notice(&call.messages.explain(&error));
    call.notice(&call.text("cli.ruling.unwritten", &[("ruling", id.to_string())]));
    Ok(PARTIAL)
}

/// The counts of a 起案.
fn counts(draft: &Draft) -> Map<String, Value> {
    let each = draft.breakdown.iter().map(|(found, count)| {
        let (code, label) = found.map_or((finding::NONE[0], finding::NONE[1]), |one| (one.id(), one.label()));
        json!({ "code": code, "label": label, "count": count })
    });
    let sum = draft.total.as_ref().map(|one| json!({ "item": one.item, "total": one.total, "unread": one.unread }));
    let parts = [("count", json!(draft.count())), ("breakdown", each.collect()), ("sum", json!(sum))];
    parts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The counts of a 起案 in a line.
fn summary(call: &Call<'_>, draft: &Draft) -> String {
    let label = |found: Option<Finding>| found.map_or(finding::NONE[1], Finding::label);
    let parts = draft.breakdown.iter().map(|(found, count)| format!("{} {count}", label(*found)));
    let parts = parts.collect::<Vec<_>>().join(", ");
    let mut text = call.text("cli.ruling.counts", &[("count", draft.count().to_string()), ("parts", parts)]);
    if let Some(total) = &draft.total {
        let arguments =
            [("item", total.item.clone()), ("total", total.total.to_string()), ("unread", total.unread.to_string())];
        text += &call.text("cli.ruling.sum", &arguments);
    }
    text
}

fn file(receipt: &Receipt) -> Value {
    let hash: String = receipt.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "file": receipt.path.display().to_string(), "sha256": hash, "operation": receipt.operation.to_string() })
}

fn written(call: &Call<'_>, receipt: &Receipt) -> String {
    call.text("cli.ruling.written", &[("file", receipt.path.display().to_string())])
}

/// A 起案 as an object.
fn object(ruling: &Ruling) -> Map<String, Value> {
    let draft = ruling.draft.clone().unwrap_or_default();
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(ruling.id.to_string()));
    object.insert("state".to_owned(), json!(ruling.state.id()));
    object.insert("label".to_owned(), json!(ruling.state.label()));
    object.insert("title".to_owned(), json!(ruling.draft.as_ref().map(|draft| &draft.title)));
    object.insert("at".to_owned(), json!(iso_ms(ruling.at_ms)));
    object.insert("operator".to_owned(), json!(ruling.actor));
    object.extend(counts(&draft));
    object.insert("closed".to_owned(), json!(ruling.closed.as_ref().map(closing)));
    object
}

fn closing(closed: &RulingClosed) -> Value {
    json!({
        "operation": closed.operation.to_string(), "at": iso_ms(closed.at_ms), "operator": closed.actor,
        "decided_on": closed.on.map(|day| day.to_string()), "document_number": closed.document_number,
        "decider": closed.decider, "reason": closed.reason,
    })
}

/// A step of an application's history.
pub(super) fn step(id: OperationId, state: RulingState, closed: Option<&RulingClosed>) -> Value {
    json!({ "id": id.to_string(), "state": state.id(), "closed": closed.map(closing) })
}

fn list(call: &mut Call<'_>, state: Option<RulingState>) -> Answer {
    let desk = call.desk()?;
    let rulings = office::rulings(&desk, state)?;
    let lines: Vec<String> = rulings.iter().map(|ruling| line(call, ruling)).collect();
    let document = Value::Array(rulings.iter().map(|ruling| Value::Object(object(ruling))).collect());
    call.answer(&document, &lines)?;
    Ok(DONE)
}

/// A 起案 in a line.
fn line(call: &Call<'_>, ruling: &Ruling) -> String {
    let draft = ruling.draft.as_ref();
    let title = draft.map_or_else(|| call.text("cli.ruling.erased", &[]), |draft| draft.title.clone());
    let mut line = format!("{}  {}  {}  {title}", ruling.id, iso_ms(ruling.at_ms), ruling.state.label());
    if let Some(draft) = draft {
        line += &format!("  {}", summary(call, draft));
    }
    if let Some(closed) = &ruling.closed {
        let day = closed.on.map(|day| day.to_string());
        let parts = [&day, &closed.document_number, &closed.decider, &closed.reason];
        line += &parts.into_iter().flatten().map(|part| format!("  {part}")).collect::<String>();
    }
    line
}

fn show(call: &mut Call<'_>, id: OperationId) -> Answer {
    let desk = call.desk()?;
    let (ruling, numbers) = office::ruling(&desk, id)?;
    let mut object = object(&ruling);
    object.insert("text".to_owned(), json!(ruling.draft.as_ref().map(|draft| &draft.text)));
    object.insert("numbers".to_owned(), json!(numbers));
    let mut lines = vec![line(call, &ruling), String::new()];
    let text = ruling.draft.as_ref().map_or("", |draft| draft.text.as_str());
    lines.extend(text.lines().map(str::to_owned));
    lines.push(String::new());
    lines.push(numbers.join(" "));
    call.answer(&Value::Object(object), &lines)?;
    Ok(DONE)
}
