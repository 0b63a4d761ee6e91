//! What a batch did: how many changed, and each that was left alone with its reason.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE, PARTIAL};
use super::error::CliError;
use crate::domain::fault::Fault as _;
use crate::domain::status::Refusal;
use crate::messages::Messages;
use crate::office::view::{BatchOutcome, LeftBecause};

/// Tells the outcome; the exit code says whether all, a part or nothing was done.
pub(super) fn tell(call: &mut Call<'_>, outcome: &BatchOutcome) -> Answer {
    tell_with(call, outcome, Map::new(), Vec::new())
}

/// The same, with more keys and sentences.
pub(super) fn tell_with(
    call: &mut Call<'_>,
    outcome: &BatchOutcome,
    more: Map<String, Value>,
    said: Vec<String>,
) -> Answer {
    let failed: Vec<Value> = outcome
        .failed
        .iter()
        .map(|(number, because)| {
            json!({ "number": number, "reason": reason(because), "message": sentence(because, &call.messages) })
        })
        .collect();
    let operation = outcome.operation.map(|id| id.to_string());
    let mut document = json!({
        "operation": operation,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "failed": failed,
    });
    for (key, value) in more {
        document[key] = value;
    }
    if let Some((first, last)) = &outcome.numbers {
        (document["first"], document["last"]) = (json!(first), json!(last));
    }
    let code = match (outcome.failed.is_empty(), outcome.changed) {
        (true, _) => DONE,
        (false, 0) => {
            document["error"] = call.error_object(&CliError::NoneChanged);
            CliError::NoneChanged.outcome().exit_code()
        }
        (false, _) => PARTIAL,
    };
    let counts = [
        ("changed", outcome.changed.to_string()),
        ("unchanged", outcome.unchanged.to_string()),
        ("operation", operation.unwrap_or_else(|| "-".to_owned())),
    ];
    let mut sentences = vec![call.text("cli.batch.done", &counts)];
    if let Some((first, last)) = &outcome.numbers {
        sentences.push(call.text("cli.number.given", &[("first", first.clone()), ("last", last.clone())]));
    }
    sentences.extend(said);
    call.answer(&document, &sentences)?;
    for (number, because) in &outcome.failed {
        let reason = sentence(because, &call.messages);
        call.notice(&call.text("cli.batch.failed", &[("number", number.clone()), ("reason", reason)]));
    }
    if code != DONE && code != PARTIAL {
        call.notice(&call.messages.explain(&CliError::NoneChanged));
    }
    Ok(code)
}

/// The word for scripts.
pub(super) fn reason(because: &LeftBecause) -> &'static str {
    match because {
        LeftBecause::Refused { refusal, .. } => refusal.id(),
        LeftBecause::HeldBy(_) => "assigned_to_other",
        LeftBecause::InRuling(_) => "in_ruling",
        LeftBecause::Decided(_) => "decided",
        LeftBecause::StillKept(_) => "still_kept",
        LeftBecause::Disposed => "disposed",
        LeftBecause::NotToCorrect => "not_to_correct",
        LeftBecause::NotYetDue => "not_yet_due",
        LeftBecause::ChangedSince => "changed_since",
        LeftBecause::NotPermitted => "not_permitted",
        LeftBecause::Unknown => "unknown",
        LeftBecause::Ambiguous(_) => "ambiguous",
    }
}

/// The sentence for people.
fn sentence(because: &LeftBecause, messages: &Messages) -> String {
    match because {
        LeftBecause::Refused { status, to, refusal } => {
            let back = match refusal {
                Refusal::OnlyBack(back) => back.label().to_owned(),
                _ => String::new(),
            };
            let arguments = [("from", status.label().to_owned()), ("to", to.label().to_owned()), ("back", back)];
            messages.fill(&format!("status.refusal.{}", refusal.id()), &arguments)
        }
        LeftBecause::HeldBy(holder) => messages.fill("cli.left.held_by", &[("operator", holder.clone())]),
        LeftBecause::InRuling(title) => messages.fill("cli.left.in_ruling", &[("title", title.clone())]),
        LeftBecause::Decided(title) => messages.fill("cli.left.decided", &[("title", title.clone())]),
        LeftBecause::NotToCorrect => messages.text("reminder.left.not_to_correct").to_owned(),
        LeftBecause::NotYetDue => messages.text("reminder.left.not_yet_due").to_owned(),
        LeftBecause::NotPermitted => messages.text("cli.left.not_permitted").to_owned(),
        LeftBecause::StillKept(Some(day)) => messages.fill("purge.left.still_kept", &[("day", day.to_string())]),
        LeftBecause::StillKept(None) => messages.text("purge.left.kept_for_ever").to_owned(),
        LeftBecause::Disposed => messages.text("purge.left.disposed").to_owned(),
        LeftBecause::ChangedSince => messages.text("cli.left.changed_since").to_owned(),
        LeftBecause::Unknown => messages.text("cli.left.unknown").to_owned(),
        LeftBecause::Ambiguous(candidates) => {
            messages.fill("cli.left.ambiguous", &[("candidates", candidates.join(", "))])
        }
    }
}
