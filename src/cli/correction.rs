//! `correction`: 補正文の部品, how often each was asked for, and reminders.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::correction_flags::Correction as Flags;
use super::fields;
use crate::domain::correction::Block;
use crate::office;

pub(super) fn run(call: &mut Call<'_>, flags: &Flags) -> Answer {
    match flags {
        Flags::Blocks { form } => blocks(call, form.as_deref()),
        Flags::Count { query } => count(call, query.as_deref().unwrap_or_default()),
        Flags::Remind(flags) => fields::remind(call, flags),
    }
}

/// Lists the 部品; with a form those that may be said of it.
fn blocks(call: &mut Call<'_>, form: Option<&str>) -> Answer {
    let desk = call.desk()?;
    let mut blocks = office::correction_blocks(&desk)?;
    if let Some(word) = form {
        let (source, id) = word.split_once('/').unwrap_or(("", word));
        // Without a source, a block of that form in any of them.
        let of_any = |block: &Block| {
            let own = block.form.as_deref().and_then(|own| own.split_once('/'));
            source.is_empty() && own.is_some_and(|(_, own)| own == id)
        };
        blocks.retain(|block| block.fits(source, id) || of_any(block));
    }
    let mut lines = Vec::new();
    for block in &blocks {
        let form = block.form.as_ref().map_or_else(String::new, |form| format!("  ({form})"));
        lines.push(format!("{:>4}  {}{form}", block.number, block.title));
        lines.extend(block.text.lines().map(|line| format!("      {line}")));
    }
    call.answer(&Value::Array(blocks.iter().map(object).collect()), &lines)?;
    Ok(DONE)
}

fn object(block: &Block) -> Value {
    json!({ "number": block.number, "title": block.title, "text": block.text, "form": block.form })
}

/// Tells which 部品 was asked for how often.
fn count(call: &mut Call<'_>, query: &str) -> Answer {
    let desk = call.desk()?;
    let counts = office::count_corrections(&desk, &desk.query(query)?)?;
    let (mut lines, mut rows) = (Vec::new(), Vec::new());
    for (number, count, block) in &counts {
        let title = match block {
            Some(block) => block.title.clone(),
            None => call.text("cli.correction.gone", &[]),
        };
        let arguments =
            [("applications", count.applications.to_string()), ("times", count.times.to_string()), ("title", title)];
        lines.push(format!("{number:>4}  {}", call.text("cli.correction.count", &arguments)));
        let title = block.as_ref().map(|block| &block.title);
        let row = json!({
            "number": number, "title": title, "applications": count.applications, "times": count.times,
        });
        rows.push(row);
    }
    if lines.is_empty() {
        lines.push(call.text("cli.correction.none", &[]));
    }
    call.answer(&Value::Array(rows), &lines)?;
    Ok(DONE)
}
