//! `request`: 二者確認: what waits, what it would do, and deciding about it.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::outcome::reason;
use super::output::{hex, iso_ms};
use super::people_flags::Request;
use super::progress::{Bar, stop_flag};
use super::secret;
use super::table::Table;
use super::undo::operation_of;
use crate::domain::identity::OperationId;
use crate::domain::record::Hash;
use crate::office::{self, OfficeError, ReleaseError, RequestFacts, Since};

pub(super) fn run(call: &mut Call<'_>, flags: &Request) -> Answer {
    match flags {
        Request::List { ended } => list(call, *ended),
        Request::Show { id } => show(call, read_id(id)?),
        Request::Approve { id, hash } => approve(call, read_id(id)?, hash.as_deref()),
        Request::Refuse { id, reason } => refuse(call, read_id(id)?, reason.as_deref().unwrap_or_default()),
    }
}

fn read_id(text: &str) -> Result<OperationId, CliError> {
    operation_of(text).ok_or_else(|| CliError::BadOperation(text.to_owned()))
}

fn read_hash(text: &str) -> Result<Hash, CliError> {
    let bad = || CliError::BadHash(text.to_owned());
    let digits = text.trim();
    if digits.len() != 64 || !digits.is_ascii() {
        return Err(bad());
    }
    let mut hash = Hash::default();
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).map_err(|_| bad())?;
    }
    Ok(hash)
}

/// What a script is told of an action that wasn't done but asked for.
pub(super) fn waiting(error: &CliError) -> Option<Value> {
    let CliError::Office(OfficeError::Release(ReleaseError::Waiting { request, count, left })) = error else {
        return None;
    };
    let left: Vec<Value> =
        left.iter().map(|(number, because)| json!({ "number": number, "reason": reason(because) })).collect();
    Some(json!({ "request": request.to_string(), "count": count, "failed": left }))
}

/// What a list says of a request; what is to be done stands in `show` alone, because it may name a person.
fn facts(request: &RequestFacts) -> Value {
    let (decided_by, decided_at) = match &request.decided {
        Some((by, at)) => (Some(by), Some(iso_ms(*at))),
        None => (None, None),
    };
    json!({
        "request": request.id.to_string(), "command": request.command, "state": request.state.id(),
        "void": request.void.map(crate::domain::release::WhyVoid::id), "requested_by": request.requester,
        "requested_at": iso_ms(request.at_ms), "count": request.count, "hash": hex(&request.hash),
        "decided_by": decided_by, "decided_at": decided_at, "own": request.own, "may_decide": request.may_decide,
    })
}

fn list(call: &mut Call<'_>, ended: bool) -> Answer {
    let desk = call.desk()?;
    let all = office::requests(&desk, !ended)?;
    if call.flags.json {
        call.out.document(&all.iter().map(facts).collect())?;
        return Ok(DONE);
    }
    let keys = ["id", "at", "requester", "command", "count", "state"];
    let mut table = Table::new(keys.map(|key| call.text(&format!("cli.request.{key}"), &[])).to_vec());
    for one in &all {
        let state = call.text(&format!("request.state.{}", one.state.id()), &[]);
        let count = one.count.to_string();
        let cells = [one.id.to_string(), iso_ms(one.at_ms), one.requester.clone(), one.command.clone(), count, state];
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

fn show(call: &mut Call<'_>, id: OperationId) -> Answer {
    let desk = call.desk()?;
    let request = office::request_shown(&desk, id)?;
    let mut document = facts(&request);
    document["reason"] = json!(request.reason);
    let shown = request.shown.as_ref();
    document["arguments"] = shown.map_or(Value::Null, office::Description::arguments);
    document["differences"] = json!(shown.map(|shown| &shown.differences));
    document["sample"] = json!(shown.map(|shown| &shown.sample));
    let since = |one: &Since| json!({ "number": one.number, "field": one.field, "now": one.now });
    document["since"] = request.since.iter().map(since).collect();
    let mut lines = vec![
        call.text("cli.request.title", &[("id", request.id.to_string()), ("command", request.command.clone())]),
        call.text("cli.request.by", &[("name", request.requester.clone()), ("at", iso_ms(request.at_ms))]),
        call.text("cli.request.stands", &[("state", state_of(call, &request))]),
    ];
    if let Some(reason) = &request.reason {
        lines.push(call.text("cli.request.reason", &[("reason", reason.clone())]));
    }
    if let Some(shown) = shown {
        lines.push(call.text("cli.request.arguments", &[("arguments", shown.arguments().to_string())]));
        for one in &shown.differences {
            lines.push(
                call.text("cli.request.difference", &change(call, (&one.field, &one.before, &one.after), one.count)),
            );
        }
        for one in &shown.sample {
            let mut arguments = change(call, (&one.field, &one.before, &one.after), 1);
            arguments.push(("number", one.number.clone()));
            lines.push(call.text("cli.request.sample", &arguments));
        }
    }
    for one in &request.since {
        let field = ("field", call.text(&format!("request.field.{}", one.field), &[]));
        let now = ("now", one.now.clone().unwrap_or_else(|| call.text("request.nothing", &[])));
        let key = if one.is_a_word() { "cli.request.since" } else { "cli.request.since_bare" };
        lines.push(call.text(key, &[("number", one.number.clone()), field, now]));
    }
    lines.push(call.text("cli.request.hash", &[("hash", hex(&request.hash))]));
    call.answer(&document, &lines)?;
    Ok(DONE)
}

/// How it stands, with why it is void.
fn state_of(call: &Call<'_>, request: &RequestFacts) -> String {
    let state = call.text(&format!("request.state.{}", request.state.id()), &[]);
    match request.void {
        Some(why) => format!("{state}  {}", call.text(&format!("request.void.{}", why.id()), &[])),
        None => state,
    }
}

fn change(
    call: &Call<'_>,
    (field, before, after): (&str, &Option<String>, &Option<String>),
    count: u64,
) -> Vec<(&'static str, String)> {
    let nothing = call.text("request.nothing", &[]);
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| nothing.clone());
    let field = call.text(&format!("request.field.{field}"), &[]);
    vec![("field", field), ("before", side(before)), ("after", side(after)), ("count", count.to_string())]
}

/// Opens the store. Where the operating system signs people in, `--as` names somebody else: その場確認, who shows by their own
/// passphrase who they are while the person at the terminal stays signed in.
fn beside(call: &Call<'_>) -> Result<(office::Desk, Option<OperationId>), CliError> {
    let own = call.surroundings.user.clone();
    let Some(other) = call.flags.as_operator.clone().filter(|other| *other != own) else {
        return Ok((call.desk()?, None));
    };
    let opening = office::Opening { operator: None, credential: None, ..call.opening()? };
    let mut desk = match office::Desk::open(call.store()?, call.surroundings.clone(), &opening) {
        // Here everybody signs in by a passphrase: whoever is named is who works.
        Err(OfficeError::SignIn(_)) => return Ok((call.desk()?, None)),
        other => other?,
    };
    let passphrase = match call.flags.passphrase_fd {
        Some(_) => call.passphrase_of_flag()?,
        None => {
            let typed = secret::ask(&call.text("cli.passphrase.ask", &[("name", other.clone())]))?;
            typed.ok_or(CliError::PassphraseMissing)?
        }
    };
    let second = desk.verify_person(&other, &passphrase)?;
    Ok((desk, Some(second)))
}

fn approve(call: &mut Call<'_>, id: OperationId, hash: Option<&str>) -> Answer {
    let hash = hash.map(read_hash).transpose()?;
    let (mut desk, second) = beside(call)?;
    let stop = stop_flag();
    let done = {
        let mut bar = Bar::new(&call.messages);
        let mut tell = |progress| bar.show(progress);
        office::approve(&mut desk, id, hash, second, &mut office::Work::new(&stop, &mut tell))
    };
    let approved = done.map_err(CliError::reading)?;
    let document = json!({
        "request": id.to_string(), "state": "approved", "hash": hex(&approved.hash),
        "operation": approved.operation.map(|id| id.to_string()),
    });
    let sentence = call.text("cli.request.approved", &[("id", id.to_string()), ("hash", hex(&approved.hash))]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

fn refuse(call: &mut Call<'_>, id: OperationId, reason: &str) -> Answer {
    let (mut desk, second) = beside(call)?;
    let decided = office::refuse(&mut desk, id, reason, second)?;
    let document = json!({ "request": id.to_string(), "state": decided.id() });
    let sentence = call.text(&format!("cli.request.{}", decided.id()), &[("id", id.to_string())]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}
