//! What an applicant changed from one import to the next: the part of `show` that tells it, as JSON and in words.

use serde_json::{Value, json};

use super::output::{hex, iso_ms};
use crate::domain::application::Line;
use crate::domain::calendar::iso;
use crate::domain::query::Listed as _;
use crate::domain::revision::{Change, FixedField, Part, Said};
use crate::messages::Messages;
use crate::office::view::{Record, Revision};

/// The array of `revisions`, oldest first.
pub(super) fn array(record: &Record) -> Value {
    let present = record.revisions.len();
    let object = |(at, revision): (usize, &Revision)| {
        json!({
            "operation": revision.operation.to_string(),
            "at": iso_ms(revision.at_ms),
            "operator": revision.actor,
            "import": { "sha256": hex(&revision.file), "profile": revision.profile },
            "current": at == present,
            "changes": revision.changes.iter().map(change_object).collect::<Vec<_>>(),
        })
    };
    (1..).zip(&record.revisions).map(object).collect()
}

fn change_object(change: &Change) -> Value {
    let said = |said: &Option<Said>| said.as_ref().map(text);
    let mut object = match &change.part {
        Part::Fixed(field) => json!({ "field": field.id() }),
        Part::Item(name) => json!({ "item": name }),
    };
    object["before"] = json!(said(&change.before));
    object["after"] = json!(said(&change.after));
    object["difference"] = json!(change.difference.id());
    object
}

/// What a field says, as `show --json` writes that field.
fn text(said: &Said) -> String {
    match said {
        Said::Text(text) => text.clone(),
        Said::Time(at) => iso(at),
        Said::Line(line) => Line::id(*line).to_owned(),
    }
}

/// The lines that tell a revision: when it came and how, then each change with its two values. Applicants' text is as
/// it stands: the caller makes it harmless.
pub(super) fn lines(number: usize, revision: &Revision, messages: &Messages) -> Vec<String> {
    let title = [
        ("operation", revision.operation.to_string()),
        ("at", iso_ms(revision.at_ms)),
        ("number", number.to_string()),
        ("profile", revision.profile.clone()),
    ];
    let mut lines = vec![messages.fill("cli.show.revision", &title)];
    for change in &revision.changes {
        let name = match &change.part {
            Part::Fixed(field) => messages.text(heading(*field)).to_owned(),
            Part::Item(name) => name.clone(),
        };
        let difference = format!("difference.{}", change.difference.id());
        lines.push(format!("    {name} [{}]", messages.text(&difference)));
        for (key, said) in [("cli.show.before", &change.before), ("cli.show.after", &change.after)] {
            let value = said.as_ref().map_or_else(|| messages.text("cli.show.nothing").to_owned(), text);
            let mut rows = value.lines();
            lines.push(messages.fill(key, &[("value", rows.next().unwrap_or_default().to_owned())]));
            lines.extend(rows.map(|row| format!("        {row}")));
        }
    }
    lines
}

/// The message key of a fixed field's name.
const fn heading(field: FixedField) -> &'static str {
    match field {
        FixedField::FormCode => "cli.column.form",
        FixedField::FormVersion => "cli.column.form_version",
        FixedField::FormName => "cli.column.form_name",
        FixedField::Submitted => "cli.column.submitted_at",
        FixedField::Name => "cli.column.name",
        FixedField::Kana => "cli.column.kana",
        FixedField::Mail => "cli.column.mail",
        FixedField::UserId => "cli.column.user_id",
        FixedField::Line => "cli.column.line",
        FixedField::Remarks => "cli.column.remarks",
    }
}
