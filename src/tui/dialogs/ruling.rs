//! What the dialogs of 決裁 have of their own: what is typed, what it does, and what a plan says beside its groups.

use super::batch::left_because;
use super::fields::{FieldDialog, Kind};
use crate::domain::calendar::{Day, parse_one_day};
use crate::messages::Messages;
use crate::office::view::{FieldGroup, FieldPlan};
use crate::office::{FieldRequest, Settlement, Submission};
use crate::tui::field::TextField;
use crate::tui::format::grouped;

/// The place of the files among the options of 決裁に回す.
const OUT: usize = 2;

/// The message keys of a kind's options.
pub const fn options(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Submit => &["fields.submit.sum", "fields.submit.template", "fields.submit.out"],
        Kind::Settle => &["fields.settle.on", "fields.settle.decider"],
        _ => &[],
    }
}

/// Reads what was typed; the error is a sentence. No day means today.
pub fn request(
    kind: Kind,
    (text, options): (&str, &[TextField]),
    today: Option<Day>,
    words: &Messages,
) -> Result<FieldRequest, String> {
    let typed = |at: usize| options.get(at).map_or("", |field| field.text().trim());
    let given = |at: usize| Some(typed(at).to_owned()).filter(|text| !text.is_empty());
    if kind == Kind::Submit {
        let (item, template) = (given(0), given(1));
        return Ok(FieldRequest::Submit(Submission { title: text.to_owned(), template, item }));
    }
    let today = today.ok_or_else(|| words.text("batch.not_ready").to_owned())?;
    let on = match typed(0) {
        "" => today,
        text => parse_one_day(text, today).map_err(|error| words.explain(&error))?.value,
    };
    let decider = typed(1).to_owned();
    Ok(FieldRequest::Settle(Settlement { on, document_number: text.to_owned(), decider }))
}

/// What happens to a group: by 審査結果 where a 起案 is made, else the 起案.
pub fn effect(request: &FieldRequest, group: &FieldGroup, words: &Messages) -> String {
    let from = group.from.clone().unwrap_or_else(|| words.text("fields.nobody").to_owned());
    let key = match request {
        FieldRequest::Submit(_) => "fields.submit.effect",
        FieldRequest::Settle(_) => "fields.settle.effect",
        _ => "fields.return.effect",
    };
    words.fill(key, &[("what", from)])
}

/// Further lines of a plan, each with a count: the sum of an item, what is left out and why, what had been decided.
pub fn more(plan: &FieldPlan, words: &Messages) -> Vec<(String, Option<u64>)> {
    let mut lines = Vec::new();
    if let FieldRequest::Submit(_) = plan.request
        && let Some(total) = plan.draft.as_ref().and_then(|draft| draft.total.as_ref())
    {
        let arguments =
            [("item", total.item.clone()), ("total", grouped(total.total)), ("unread", grouped(total.unread))];
        lines.push((words.fill("fields.submit.total", &arguments), None));
    }
    if plan.decided > 0 {
        lines.push((words.text("fields.result.decided").to_owned(), Some(plan.decided)));
    }
    if let Some((number, why)) = plan.left.first() {
        let why = format!("{number}  {}", left_because(why, words));
        lines.push((words.fill("fields.left", &[("why", why)]), Some(plan.left.len() as u64)));
    }
    lines
}

/// Where the files of the 起案 go; `None` = none are wanted.
pub fn files(dialog: &FieldDialog) -> Option<String> {
    let out = dialog.options.get(OUT).filter(|_| dialog.kind == Kind::Submit)?;
    Some(out.text().trim().to_owned()).filter(|path| !path.is_empty())
}
