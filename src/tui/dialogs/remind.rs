//! What the dialog of 補正の催促 has of its own: the way and the day that are typed, and the stages that are reached.

use super::field_kind::Kind;
use crate::domain::calendar::{Day, parse_one_day};
use crate::domain::channel::Channel;
use crate::domain::query::Listed as _;
use crate::domain::reminder::Stage;
use crate::messages::Messages;
use crate::office::FieldRequest;
use crate::office::view::{Declared, FieldGroup};
use crate::tui::field::TextField;
use crate::tui::screens::corrections;

/// The message keys of its options.
pub const OPTIONS: &[&str] = &["fields.remind.on"];

/// Reads what was typed; the error is a sentence. No day means today.
pub fn request(
    (text, options): (&str, &[TextField]),
    today: Option<Day>,
    words: &Messages,
) -> Result<FieldRequest, String> {
    let channel = Channel::parse(text).ok_or_else(|| words.text("batch.channel_wrong").to_owned())?;
    let today = today.ok_or_else(|| words.text("batch.not_ready").to_owned())?;
    let day = match options.first().map_or("", |field| field.text().trim()) {
        "" => today,
        text => parse_one_day(text, today).map_err(|error| words.explain(&error))?.value,
    };
    Ok(FieldRequest::Remind(Declared { day, channel }))
}

/// What happens to a group: the reminder of its stage is recorded.
pub fn effect(group: &FieldGroup, words: &Messages) -> String {
    let stage = Stage::ALL.into_iter().find(|stage| group.from.as_deref() == Some(stage.id()));
    let stage = stage.map_or("", |stage| corrections::stage(stage, words));
    words.fill("fields.remind.effect", &[("stage", stage.to_owned())])
}

/// What most type first.
pub fn usual(kind: Kind) -> &'static str {
    if kind == Kind::Remind { Channel::Mail.label() } else { "" }
}
