//! Rows that imports have set aside: shown by their place, exported as they stood in their file, cleared.

use std::collections::BTreeMap;
use std::path::Path;

use super::desk::Desk;
use super::fault::OfficeError;
use super::intake_report::SetAsidePlace;
use super::outgoing::{Filled, Leaving, Receipt, outgoing};
use crate::assets::Assets;
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::exchange::encoding::Encoding;
use crate::exchange::fault::ExportError;
use crate::exchange::raw_rows::readable;
use crate::exchange::set_aside::Reason;
use crate::exchange::{cell::Cell, csv_target};
use crate::messages::{Language, Messages};
use crate::store::RejectedRow;

/// A row that was set aside, with the import and the file that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideRow {
    /// The import.
    pub import: OperationId,
    /// The name of its file.
    pub file: String,
    /// Where it stood, and why.
    pub place: SetAsidePlace,
}

/// The place of a row, without its text.
pub(super) fn place_of(row: &RejectedRow) -> SetAsidePlace {
    SetAsidePlace {
        line: row.line,
        column: row.column,
        field: row.field.clone(),
        reason: Reason::from_code(row.reason).map_or("unknown", Reason::id),
    }
}

/// The encoding of a row that was set aside.
pub(super) fn encoding_of(code: u8) -> Encoding {
    Encoding::from_code(code).unwrap_or(Encoding::Cp932)
}

/// All rows set aside.
///
/// # Errors
/// What the store says.
pub fn list_set_aside(desk: &Desk) -> Result<Vec<SetAsideRow>, OfficeError> {
    let mut rows = Vec::new();
    desk.store.visit_rejected(&mut |row| {
        rows.push(SetAsideRow { import: row.import, file: row.file.clone(), place: place_of(&row) });
    })?;
    Ok(rows)
}

/// The words of the file of rows set aside. What leaves is data: in the official language, whatever the sentences are in.
#[derive(Debug)]
pub struct SetAsideWords(Messages);

impl SetAsideWords {
    /// The words of the program.
    #[must_use]
    pub fn load() -> Self {
        Self(Messages::load(Language::Japanese, &Assets::built_in()))
    }

    /// The column names.
    #[must_use]
    pub fn header(&self) -> Vec<String> {
        let heading = |key: &str| self.0.text(&format!("cli.rejected.{key}")).to_owned();
        ["file", "line", "column", "field", "reason", "text"].map(heading).to_vec()
    }

    /// The sentence of a reason.
    #[must_use]
    pub fn reason(&self, word: &str) -> String {
        self.0.text(&format!("rejected.reason.{word}")).to_owned()
    }
}

/// Writes all rows set aside to a file for correcting: file, line, column, field, reason and the row's own text (bytes
/// that don't decode as `\xNN`), as CSV for people.
///
/// # Errors
/// [`OfficeError::NothingMatched`] if there is none; what the store or the disk says.
pub fn export_set_aside(
    desk: &mut Desk,
    out: &Path,
    header: Vec<String>,
    reason: &dyn Fn(&str) -> String,
) -> Result<Receipt, OfficeError> {
    desk.permit(Act::RejectedExport)?;
    let mut rows = Vec::new();
    desk.store.visit_rejected(&mut |row| rows.push(row))?;
    if rows.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let leaving = Leaving { act: Act::RejectedExport, format: "csv", text: None };
    outgoing(desk, &leaving, out, |file, _| -> Result<_, ExportError> {
        let columns = header.clone();
        let options = csv_target::CsvOptions::usual(csv_target::TargetEncoding::Utf8Bom);
        let mut target = csv_target::CsvTarget::new(file, header, options)?;
        for row in &rows {
            let place = place_of(row);
            let (line, column) = (place.line.to_string(), place.column.map(|column| column.to_string()));
            let text = readable(&row.bytes, encoding_of(row.encoding));
            let reason = reason(place.reason);
            target.write_row(&[
                Cell::text(&row.file),
                Cell::text(&line),
                Cell { text: column.as_deref(), ..Cell::ABSENT },
                Cell { text: place.field.as_deref(), ..Cell::ABSENT },
                Cell::text(&reason),
                Cell::text(&text),
            ])?;
        }
        target.finish()?;
        Ok(Filled { count: rows.len() as u64, columns })
    })
}

/// What was erased: the operation, and how many rows of which files.
pub type Cleared = (Option<OperationId>, BTreeMap<String, u64>);

/// Erases rows set aside: those of one import, or all.
///
/// # Errors
/// What the store says; nothing is erased then.
pub fn clear_set_aside(desk: &mut Desk, only: Option<OperationId>) -> Result<Cleared, OfficeError> {
    desk.permit(Act::RejectedClear)?;
    let mut files: BTreeMap<String, u64> = BTreeMap::new();
    let mut count = |row: RejectedRow| *files.entry(row.file).or_default() += 1;
    match only {
        Some(import) => desk.store.visit_rejected_of(import, &mut count)?,
        None => desk.store.visit_rejected(&mut count)?,
    }
    if files.is_empty() {
        return Ok((None, files));
    }
    let signed = desk.sign(Act::RejectedClear)?;
    let (operation, _) = desk.store.clear_rejected(&signed, only)?;
    Ok((operation, files))
}
