//! `rejected`: the rows that imports set aside, by their place; their text only goes into a file.

use std::path::Path;

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE, PARTIAL};
use super::error::CliError;
use super::flags;
use super::import::place_line;
use super::output::hex;
use super::undo::operation_of;
use crate::office::{self, Receipt, SetAsideRow, SetAsideWords};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Rejected) -> Answer {
    match flags {
        flags::Rejected::List => list(call),
        flags::Rejected::Export { out, for_import: true } => export_for_import(call, out),
        flags::Rejected::Export { out, .. } => export(call, out),
        flags::Rejected::Clear { import } => clear(call, import.as_deref()),
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
    let words = SetAsideWords::load();
    let receipt = office::export_set_aside(&mut desk, out, words.header(), &|word| words.reason(word))?;
    let (document, sentence) = told(call, &receipt);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// A file that was written, for scripts and for people.
fn told(call: &Call<'_>, receipt: &Receipt) -> (Value, String) {
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
    (document, call.text("cli.export.done", &arguments))
}

fn export_for_import(call: &mut Call<'_>, out: &Path) -> Answer {
    let mut desk = call.desk()?;
    let receipts = office::export_for_import(&mut desk, out)?;
    let (documents, sentences): (Vec<Value>, Vec<String>) = receipts.iter().map(|receipt| told(call, receipt)).unzip();
    let held: u64 = receipts.iter().map(|receipt| receipt.count).sum();
    let left = (office::list_set_aside(&desk)?.len() as u64).saturating_sub(held);
    if left > 0 {
        call.notice(&call.text("cli.rejected.without_header", &[("count", left.to_string())]));
    }
    call.answer(&json!({ "files": documents, "count": held, "left": left }), &sentences)?;
    Ok(if left > 0 { PARTIAL } else { DONE })
}

fn clear(call: &mut Call<'_>, import: Option<&str>) -> Answer {
    let read = |word: &str| operation_of(word).ok_or_else(|| CliError::BadOperation(word.to_owned()));
    let import = import.map(read).transpose()?;
    let mut desk = call.desk()?;
    let (operation, files) = office::clear_set_aside(&mut desk, import)?;
    let cleared: u64 = files.values().sum();
    let operation = operation.map(|id| id.to_string());
    let document = json!({ "operation": operation, "cleared": cleared });
    call.answer(&document, &[call.text("cli.rejected.cleared", &[("count", cleared.to_string())])])?;
    Ok(DONE)
}
