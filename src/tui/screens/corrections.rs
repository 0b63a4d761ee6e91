//! 補正 in the record: what is to be corrected and which reminders went out, and, when something came back, what had been asked
//! for beside what was changed, in words that can be read out on the phone.

use super::record::declared;
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, civil, wareki_day};
use crate::domain::reminder::{Reminder, Stage};
use crate::domain::status::Status;
use crate::messages::Messages;
use crate::office::view::{Correction, Record};
use crate::tui::theme::Role;

/// The word of a stage.
#[must_use]
pub fn stage(stage: Stage, words: &Messages) -> &str {
    words.text(match stage {
        Stage::Half => "reminder.stage.half",
        Stage::DayBefore => "reminder.stage.day_before",
        Stage::Overdue => "reminder.stage.overdue",
    })
}

/// What is to be corrected, and what was done to remind of it.
pub fn told(correction: &Correction, words: &Messages, mut put: impl FnMut(String, Role)) {
    let what = correction.what.as_deref().unwrap_or_else(|| words.text("record.erased"));
    put(words.fill("correction.what", &[("what", what.to_owned())]), Role::Text);
    if !correction.blocks.is_empty() {
        put(blocks(&correction.blocks, words), Role::Quiet);
    }
    for reminder in &correction.reminders {
        let told = reminder.told.map(declared).unwrap_or_default();
        let arguments = [("stage", stage(reminder.stage, words).to_owned()), ("told", told)];
        put(words.fill("reminder.sent", &arguments), Role::Quiet);
    }
    if let Some(waiting) = correction.waiting {
        put(words.fill("reminder.waits", &[("stage", stage(waiting, words).to_owned())]), Role::Notice);
    }
}

/// The numbers of 部品.
pub fn blocks(numbers: &[u32], words: &Messages) -> String {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    words.fill("correction.of_blocks", &[("numbers", numbers.join(" "))])
}

/// What a step of the history says of a reminder.
pub fn step((from, to): (Option<Reminder>, Option<Reminder>), words: &Messages) -> String {
    let nothing = || words.text("fields.nobody");
    let shown = |one: Option<Reminder>| one.map_or_else(nothing, |one| stage(one.stage, words));
    format!("  {} > {}", shown(from), shown(to))
}

/// What stands on top of what was changed: what can be said on the phone, and what had been asked for.
pub fn arrived(record: &Record, words: &Messages, mut put: impl FnMut(String, Role)) {
    if let Some(last) = record.revisions.last() {
        let at = Instant { seconds: last.at_ms.div_euclid(1000), offset_minutes: JAPAN };
        put(words.fill("correction.on_the_phone", &[("day", wareki_day(civil(&at).date()))]), Role::Text);
    }
    let sent = |status: Option<(Option<Status>, Status)>| matches!(status, Some((_, Status::Returned)));
    let by_history =
        || record.history.iter().find(|line| sent(line.status) && line.reason.is_some())?.reason.as_deref();
    let asked = record.correction.as_ref().map_or_else(by_history, |correction| correction.what.as_deref());
    if let Some(asked) = asked {
        put(words.fill("correction.had_asked", &[("what", asked.to_owned())]), Role::Text);
    }
}
