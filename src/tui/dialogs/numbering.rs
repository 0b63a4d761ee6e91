//! What the dialogs of 個別番号 and 収受 have beside their pattern: the day, the order, the first number, the step, and what is
//! skipped.

use super::fields::Kind;
use crate::domain::calendar::{Day, parse_one_day};
use crate::domain::numbering::Skip;
use crate::domain::order::Order;
use crate::messages::Messages;
use crate::office::view::FieldPlan;
use crate::office::{FieldRequest, Numbering, NumberingError};
use crate::tui::field::TextField;

/// The pattern that stands there first.
pub const USUAL_PATTERN: &str = "{seq:04}";

/// The message keys of the options, in the order of the dialog. That of 個別番号 has no day.
const OPTIONS: [&str; 5] =
    ["fields.receive.on", "fields.number.order", "fields.number.start", "fields.number.step", "fields.number.skip"];

/// The message keys of a kind's options; none where it has none.
pub const fn options(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Receive => &OPTIONS,
        Kind::Number => OPTIONS.split_at(1).1,
        _ => &[],
    }
}

/// Reads what was typed; the error is a sentence. No day means today.
pub fn request(
    kind: Kind,
    (pattern, options): (&str, &[TextField]),
    today: Option<Day>,
    words: &Messages,
) -> Result<FieldRequest, String> {
    if kind != Kind::Receive {
        return numbering(pattern, options, words).map(FieldRequest::Number);
    }
    let not_ready = || words.text("batch.not_ready").to_owned();
    let (on, options) = options.split_first().ok_or_else(not_ready)?;
    let today = today.ok_or_else(not_ready)?;
    let on = match on.text().trim() {
        "" => today,
        text => parse_one_day(text, today).map_err(|error| words.explain(&error))?.value,
    };
    Ok(FieldRequest::Receive { on, numbering: numbering(pattern, options, words)? })
}

fn numbering(pattern: &str, options: &[TextField], words: &Messages) -> Result<Numbering, String> {
    let explain = |error: NumberingError| words.explain(&error);
    let typed: Vec<&str> = options.iter().map(|field| field.text().trim()).collect();
    let [order, start, step, skip] = typed[..] else { return Err(words.text("batch.not_ready").to_owned()) };
    let number = |text: &str| {
        let read = super::batch::typed_number(text);
        read.ok_or_else(|| words.fill("fields.number.not_a_number", &[("text", text.to_owned())]))
    };
    let order = match order {
        "" => None,
        word => Some(
            Order::parse(word)
                .ok_or_else(|| words.fill("fields.number.unknown_order", &[("text", word.to_owned())]))?,
        ),
    };
    let start = if start.is_empty() { None } else { Some(number(start)?) };
    let step = if step.is_empty() { 1 } else { number(step)? };
    let skip = Skip::parse(skip).ok_or_else(|| explain(NumberingError::BadSkip))?;
    let numbering = Numbering::by(pattern).and_then(|one| one.counting(start, step)).map_err(explain)?;
    Ok(Numbering { order, skip, ..numbering })
}

/// What handing out does: from which number to which.
pub fn effect(plan: &FieldPlan, words: &Messages) -> String {
    let (first, last) = plan.numbers.clone().unwrap_or_default();
    words.fill("fields.number.gives", &[("first", first), ("last", last)])
}
