//! `check`, and the answer that `log verify` shares with it.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::output::hex;
use super::progress::Bar;
use crate::messages::Messages;
use crate::office::{self, CheckProgress, CheckReport};

pub(super) fn run(call: &mut Call<'_>) -> Answer {
    let desk = call.desk()?;
    let checked = {
        let mut bar = Bar::new(&call.messages);
        office::check(&desk, &mut |progress| bar.say(&stage(progress, &call.messages)))
    };
    let report = checked?;
    let sentence = call.text("cli.check.good", &counts(&report));
    call.answer(&document(&report), &[sentence])?;
    Ok(DONE)
}

/// Which part is being checked.
pub(super) fn stage(progress: CheckProgress, messages: &Messages) -> String {
    match progress {
        CheckProgress::Integrity => messages.text("cli.check.integrity").to_owned(),
        CheckProgress::Chain(count) => messages.fill("cli.check.chain", &[("count", count.to_string())]),
        CheckProgress::Contents(count) => messages.fill("cli.check.contents", &[("count", count.to_string())]),
        CheckProgress::State => messages.text("cli.check.state").to_owned(),
    }
}

pub(super) fn counts(report: &CheckReport) -> [(&'static str, String); 3] {
    [
        ("operations", report.operations.to_string()),
        ("applications", report.applications.to_string()),
        ("contents", report.contents.to_string()),
    ]
}

pub(super) fn document(report: &CheckReport) -> Value {
    let heads: Vec<Value> = report
        .heads
        .iter()
        .map(|(stream, seq, head)| {
            let stream = format!("{}-{}", hex(&stream.terminal), hex(&stream.epoch));
            json!({ "stream": stream, "seq": seq, "head": hex(head) })
        })
        .collect();
    json!({
        "ok": true,
        "operations": report.operations,
        "applications": report.applications,
        "contents": report.contents,
        "heads": heads,
    })
}
