//! `reconcile`: 対象者, 提出済, 不備, 未提出 of two lists.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE, PARTIAL};
use super::clerk_flags;
use super::output::tier_word;
use crate::domain::visible::visible;
use crate::office::{self, KeyedRow, ReconcileFlaws, Reconciled, Submitted, Unread, WhyUnread};

pub(super) fn run(call: &mut Call<'_>, flags: &clerk_flags::Reconcile) -> Answer {
    let done = office::reconcile(&flags.targets, &flags.submitted, &flags.key)?;
    let code = if done.unread.is_empty() { DONE } else { PARTIAL };
    if call.flags.json {
        let document = document(&flags.key, &done, call.flags.with_text);
        call.out.document(&document)?;
        return Ok(code);
    }
    let counts = [
        ("targets", done.targets.to_string()),
        ("submitted", done.submitted.len().to_string()),
        ("flawed", done.flawed.len().to_string()),
        ("missing", done.missing.len().to_string()),
        ("outside", done.outside.len().to_string()),
    ];
    let sentence = call.text("cli.reconcile.counts", &counts);
    call.out.line(&sentence)?;
    for one in &done.flawed {
        let line = format!("{}  {}", one.target.key, flaws(call, &one.flaws));
        put(call, "cli.reconcile.flawed", &one.target, &line)?;
    }
    for row in &done.missing {
        put(call, "cli.reconcile.missing", row, &row.key)?;
    }
    for row in &done.outside {
        put(call, "cli.reconcile.outside", row, &row.key)?;
    }
    for unread in &done.unread {
        let file = if unread.second { &flags.submitted } else { &flags.targets };
        let why = call.text(&format!("cli.reconcile.why.{}", why(unread.why)), &[]);
        let arguments = [("file", file.display().to_string()), ("line", unread.line.to_string()), ("why", why)];
        call.notice(&call.text("cli.reconcile.unread", &arguments));
    }
    Ok(code)
}

/// A line of the table: the list that it belongs to, its line in the file, what it is.
fn put(call: &mut Call<'_>, key: &str, row: &KeyedRow, what: &str) -> Result<(), super::error::CliError> {
    let heading = call.text(key, &[]);
    call.out.line(&visible(&format!("{heading}  {}  {what}", row.line)))
}

/// What is wrong with a row, in words.
fn flaws(call: &Call<'_>, flaws: &ReconcileFlaws) -> String {
    let mut parts = Vec::new();
    if flaws.rows != (1, 1) {
        let counts = [("first", flaws.rows.0.to_string()), ("second", flaws.rows.1.to_string())];
        parts.push(call.text("cli.reconcile.rows", &counts));
    }
    for differing in &flaws.columns {
        let tier = match differing.tier {
            Some(tier) => call.text(&format!("cli.duplicates.tier.{}", tier_word(tier)), &[]),
            None => call.text("cli.reconcile.other", &[]),
        };
        let arguments = [("column", differing.column.clone()), ("tier", tier)];
        parts.push(call.text("cli.reconcile.differs", &arguments));
    }
    parts.join(", ")
}

/// The word for scripts.
const fn why(why: WhyUnread) -> &'static str {
    match why {
        WhyUnread::NoKey => "no_key",
        WhyUnread::Ragged => "ragged",
        WhyUnread::Undecodable => "undecodable",
        WhyUnread::Stopped => "stopped",
    }
}

/// The answer as JSON. Cells of the files are in it only where they are asked for; the keys always are.
fn document(key: &str, done: &Reconciled, with_text: bool) -> Value {
    let row = |row: &KeyedRow| json!({ "key": row.key, "line": row.line });
    let submitted = |one: &Submitted| {
        let columns: Vec<Value> = one
            .flaws
            .columns
            .iter()
            .map(|differing| {
                let mut object = json!({ "column": differing.column, "tier": differing.tier.map(tier_word) });
                if with_text {
                    object["first"] = json!(differing.said.0);
                    object["second"] = json!(differing.said.1);
                }
                object
            })
            .collect();
        json!({
            "key": one.target.key, "line": one.target.line, "submitted_line": one.row.line,
            "rows": [one.flaws.rows.0, one.flaws.rows.1], "differs": columns,
        })
    };
    let unread = |one: &Unread| json!({ "file": if one.second { "submitted" } else { "targets" }, "line": one.line, "reason": why(one.why) });
    json!({
        "key": key,
        "targets": done.targets,
        "submitted": done.submitted.iter().map(submitted).collect::<Vec<_>>(),
        "flawed": done.flawed.iter().map(submitted).collect::<Vec<_>>(),
        "missing": done.missing.iter().map(row).collect::<Vec<_>>(),
        "outside": done.outside.iter().map(row).collect::<Vec<_>>(),
        "unread": done.unread.iter().map(unread).collect::<Vec<_>>(),
    })
}
