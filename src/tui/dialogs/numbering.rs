//! What the dialog of 個別番号 has beside its pattern: the order, the first number, the step, and what is skipped.

use crate::domain::numbering::Skip;
use crate::domain::order::Order;
use crate::messages::Messages;
use crate::office::view::FieldPlan;
use crate::office::{FieldRequest, Numbering, NumberingError};
use crate::tui::field::TextField;

/// The pattern that stands there first.
pub const USUAL_PATTERN: &str = "{seq:04}";

/// The words of the options in message keys, in the order of the dialog.
pub const OPTIONS: [&str; 4] = ["order", "start", "step", "skip"];

/// The options as they stand there first: empty means as usual.
pub fn options() -> Vec<TextField> {
    OPTIONS.map(|_| TextField::default()).into()
}

/// Reads what was typed; the error is a sentence.
pub fn request(pattern: &str, options: &[TextField], words: &Messages) -> Result<FieldRequest, String> {
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
    Ok(FieldRequest::Number(Numbering { order, skip, ..numbering }))
}

/// What handing out does: from which number to which.
pub fn effect(plan: &FieldPlan, words: &Messages) -> String {
    let (first, last) = plan.numbers.clone().unwrap_or_default();
    words.fill("fields.number.gives", &[("first", first), ("last", last)])
}
