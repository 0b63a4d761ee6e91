//! Rows that imports have set aside: shown by their place, exported as they stood in their file, cleared.

use std::collections::BTreeMap;
use std::path::Path;

use super::desk::Desk;
use super::fault::OfficeError;
use super::intake::SetAsidePlace;
use super::outgoing::{Filled, Leaving, Receipt, outgoing};
use crate::domain::identity::OperationId;
use crate::exchange::encoding::Encoding;
use crate::exchange::fault::ExportError;
use crate::exchange::set_aside::Reason;
use crate::exchange::utf16::Order;
use crate::exchange::{cell::Cell, csv_target};
use crate::store::{RejectedRow, Signed};

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
    let mut rows = Vec::new();
    desk.store.visit_rejected(&mut |row| rows.push(row))?;
    if rows.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let leaving = Leaving { command: "rejected.export", format: "csv", text: None };
    outgoing(desk, &leaving, out, |file, _| -> Result<_, ExportError> {
        let columns = header.clone();
        let options = csv_target::CsvOptions::usual(csv_target::TargetEncoding::Utf8Bom);
        let mut target = csv_target::CsvTarget::new(file, header, options)?;
        for row in &rows {
            let place = place_of(row);
            let (line, column) = (place.line.to_string(), place.column.map(|column| column.to_string()));
            let text = text_of(row);
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

/// The text of a row, with what doesn't decode as `\xNN`.
fn text_of(row: &RejectedRow) -> String {
    let encoding = Encoding::from_code(row.encoding).unwrap_or(Encoding::Cp932);
    if let Encoding::Utf16(order) = encoding {
        return text_of_utf16(&row.bytes, order);
    }
    if let Some(decoded) = encoding.decode_field(&row.bytes) {
        return decoded.text.replace('\0', "\\x00");
    }
    let mut text = String::new();
    let mut rest = row.bytes.as_slice();
    while !rest.is_empty() {
        // The longest character that decodes here, else one byte as it is.
        let good = (1..=rest.len().min(4))
            .find_map(|n| encoding.decode_field(&rest[..n]).map(|decoded| (n, decoded.text.into_owned())));
        match good {
            Some((n, character)) => {
                text.push_str(&character.replace('\0', "\\x00"));
                rest = &rest[n..];
            }
            None => {
                text.push_str(&format!("\\x{:02X}", rest[0]));
                rest = &rest[1..];
            }
        }
    }
    text
}

/// The same for UTF-16, whose rows are kept as they stood in the file: two bytes a unit.
fn text_of_utf16(bytes: &[u8], order: Order) -> String {
    let unit = |pair: &[u8; 2]| match order {
        Order::Little => u16::from_le_bytes(*pair),
        Order::Big => u16::from_be_bytes(*pair),
    };
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::new();
    for character in char::decode_utf16(pairs.iter().map(unit)) {
        match (character, order) {
            (Ok('\0'), _) => text.push_str("\\x00\\x00"),
            (Ok(character), _) => text.push(character),
            (Err(half), order) => {
                let [high, low] = half.unpaired_surrogate().to_be_bytes();
                let (first, second) = if order == Order::Big { (high, low) } else { (low, high) };
                text.push_str(&format!("\\x{first:02X}\\x{second:02X}"));
            }
        }
    }
    text.extend(odd.iter().map(|byte| format!("\\x{byte:02X}")));
    text
}

/// Erases all rows set aside. The answer: the operation, and how many rows of which files.
///
/// # Errors
/// What the store says; nothing is erased then.
pub fn clear_set_aside(desk: &mut Desk) -> Result<(Option<OperationId>, BTreeMap<String, u64>), OfficeError> {
    let mut files: BTreeMap<String, u64> = BTreeMap::new();
    desk.store.visit_rejected(&mut |row| *files.entry(row.file).or_default() += 1)?;
    if files.is_empty() {
        return Ok((None, files));
    }
    let (actor, at_ms) = desk.sign()?;
    let (operation, _) = desk.store.clear_rejected(&Signed { actor, at_ms, command: "rejected.clear" })?;
    Ok((operation, files))
}
