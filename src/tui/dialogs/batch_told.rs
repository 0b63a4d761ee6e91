//! What is said of applications that a batch has left alone.

use crate::domain::status::{Refusal, Status};
use crate::messages::Messages;
use crate::office::view::{BatchOutcome, LeftBecause};

/// One line for each application that was left alone.
#[must_use]
pub fn details(outcome: &BatchOutcome, words: &Messages) -> Vec<String> {
    left(&outcome.failed, words)
}

/// The same of what a request leaves alone.
#[must_use]
pub fn left(failed: &[(String, LeftBecause)], words: &Messages) -> Vec<String> {
    failed.iter().map(|(number, why)| format!("{number}  {}", left_because(why, words))).collect()
}

/// Why an application is left alone.
#[must_use]
pub fn left_because(why: &LeftBecause, words: &Messages) -> String {
    match why {
        LeftBecause::Refused { status, to, refusal } => refused(*refusal, *status, *to, words),
        LeftBecause::HeldBy(holder) => words.fill("batch.left.held_by", &[("operator", holder.clone())]),
        LeftBecause::InRuling(title) => words.fill("batch.left.in_ruling", &[("title", title.clone())]),
        LeftBecause::Decided(title) => words.fill("batch.left.decided", &[("title", title.clone())]),
        LeftBecause::NotToCorrect => words.text("reminder.left.not_to_correct").to_owned(),
        LeftBecause::NotYetDue => words.text("reminder.left.not_yet_due").to_owned(),
        LeftBecause::NotPermitted => words.text("batch.left.not_permitted").to_owned(),
        LeftBecause::StillKept(Some(day)) => words.fill("purge.left.still_kept", &[("day", day.to_string())]),
        LeftBecause::StillKept(None) => words.text("purge.left.kept_for_ever").to_owned(),
        LeftBecause::Disposed => words.text("purge.left.disposed").to_owned(),
        LeftBecause::ChangedSince => words.text("batch.left.changed_since").to_owned(),
        LeftBecause::Unknown => words.text("batch.left.unknown").to_owned(),
        LeftBecause::Ambiguous(candidates) => {
            words.fill("batch.left.ambiguous", &[("candidates", candidates.join(", "))])
        }
    }
}

/// The sentence of a refusal.
#[must_use]
pub fn refused(refusal: Refusal, from: Status, to: Status, words: &Messages) -> String {
    let back = match refusal {
        Refusal::OnlyBack(back) => back.label(),
        _ => "",
    };
    let arguments = [("from", from.label().to_owned()), ("to", to.label().to_owned()), ("back", back.to_owned())];
    words.fill(&format!("status.refusal.{}", refusal.id()), &arguments)
}
