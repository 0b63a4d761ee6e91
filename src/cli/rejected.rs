//! `rejected`: the rows that imports set aside, by their place; their text only goes into a file.

use std::path::Path;

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::flags;
use super::import::place_line;
use super::output::hex;
use crate::assets::Assets;
use crate::messages::{Language, Messages};
use crate::office::{self, SetAsideRow};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Rejected) -> Answer {
    match flags {
        flags::Rejected::List => list(call),
        flags::Rejected::Export { out } => export(call, out),
        flags::Rejected::Clear => clear(call),
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let desk = call.desk()?;
    let rows = office::list_set_aside(&desk)?;
    let object = |row: &SetAsideRow| {
        json!({
            "import": row.import.to_string(),
            "file": row.file,
            "line": row.place.line,
            "column": row.place.column,
            "field": row.place.field,
            "reason": row.place.reason,
        })
    };
    let line = |row: &SetAsideRow| format!("{}  {}{}", row.import, row.file, place_line(&row.place, &call.messages));
    let document: Value = rows.iter().map(object).collect();
    let lines: Vec<String> = rows.iter().map(line).collect();
    call.answer(&document, &lines)?;
    Ok(DONE)
}

fn export(call: &mut Call<'_>, out: &Path) -> Answer {
    let mut desk = call.desk()?;
    // What leaves is data: in the official language, whatever the sentences are in.
    let japanese = Messages::load(Language::Japanese, &Assets::built_in());
    let heading = |key: &str| japanese.text(&format!("cli.rejected.{key}")).to_owned();
    let header = ["file", "line", "column", "field", "reason", "text"].map(heading).to_vec();
    let reason = |word: &str| japanese.text(&format!("rejected.reason.{word}")).to_owned();
    let receipt = office::export_set_aside(&mut desk, out, header, &reason)?;
    let (file, sha256, operation) =
        (receipt.path.display().to_string(), hex(&receipt.hash), receipt.operation.to_string());
    let document = json!({
        "file": file,
        "format": "csv",
        "count": receipt.count,
        "sha256": sha256,
        "operation": operation,
    });
    let arguments =
        [("file", file), ("count", receipt.count.to_string()), ("sha256", sha256), ("operation", operation)];
    call.answer(&document, &[call.text("cli.export.done", &arguments)])?;
    Ok(DONE)
}

fn clear(call: &mut Call<'_>) -> Answer {
    let mut desk = call.desk()?;
    let (operation, files) = office::clear_set_aside(&mut desk, None)?;
    let cleared: u64 = files.values().sum();
    let operation = operation.map(|id| id.to_string());
    let document = json!({ "operation": operation, "cleared": cleared });
    call.answer(&document, &[call.text("cli.rejected.cleared", &[("count", cleared.to_string())])])?;
    Ok(DONE)
}
