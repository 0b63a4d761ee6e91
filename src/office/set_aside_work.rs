//! Working on rows that were set aside: looking at one, and writing them as files that the import takes again.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::fault::OfficeError;
use super::outgoing::{Filled, Leaving, Receipt, outgoing};
use super::sealing::SealingError;
use super::set_aside::{SetAsideRow, encoding_of, place_of};
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::exchange::fault::ExportError;
use crate::exchange::raw_rows::{around, fields, write_again};
use crate::store::{RejectedHeader, RejectedRow, Store};

/// The newest rows set aside, by import, and how many there are in all.
///
/// # Errors
/// What the store says.
pub fn newest_set_aside(store: &Store, limit: u32) -> Result<(Vec<SetAsideRow>, u64), OfficeError> {
    let rows = store.newest_rejected(limit)?.iter().map(row_of).collect();
    Ok((rows, store.count_rejected()?))
}

fn row_of(row: &RejectedRow) -> SetAsideRow {
    SetAsideRow { import: row.import, file: row.file.clone(), place: place_of(row) }
}

/// A row as it stood in its file: the text before the bad field, the field, the text after it; bytes that don't decode
/// as `\\xNN`. `None` where it has been cleared.
///
/// # Errors
/// What the store says.
pub fn set_aside_text(store: &Store, import: OperationId, line: u64) -> Result<Option<[String; 3]>, OfficeError> {
    let mut found = None;
    store.visit_rejected_of(import, &mut |row| {
        if row.line == line {
            found = Some(around(&row.bytes, encoding_of(row.encoding), row.column));
        }
    })?;
    Ok(found)
}

/// Writes all rows set aside as they stood, under the header of their file and in its encoding, so that they can be
/// corrected and imported again: a file for each different header, `out` and then `out` with a number.
///
/// # Errors
/// [`OfficeError::NothingMatched`] if there is none; [`OfficeError::HeaderNotKept`] if an earlier version set them all
/// aside, without keeping a header; what the store or the disk says.
pub fn export_for_import(desk: &mut Desk, out: &Path) -> Result<Vec<Receipt>, OfficeError> {
    desk.permit(Act::RejectedExport)?;
    let mut rows = Vec::new();
    desk.store.visit_rejected(&mut |row| rows.push(row))?;
    if rows.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    rows.retain(|row: &RejectedRow| !row.sealed);
    if rows.is_empty() {
        return Err(SealingError::RejectedSealed.into());
    }
    let files = by_header(&desk.store, rows)?;
    if files.is_empty() {
        return Err(OfficeError::HeaderNotKept);
    }
    let mut receipts = Vec::new();
    for (header, rows) in files {
        let path = if receipts.is_empty() { out.to_owned() } else { free_name(out) };
        let encoding = encoding_of(header.encoding);
        let leaving = Leaving { act: Act::RejectedExport, format: "csv", text: None };
        receipts.push(outgoing(desk, &leaving, &path, |file, _| -> Result<_, ExportError> {
            let bytes = rows.iter().map(|row| row.bytes.as_slice());
            write_again(&mut BufWriter::new(file), encoding, &header.bytes, bytes)?;
            Ok(Filled { count: rows.len() as u64, columns: fields(&header.bytes, encoding) })
        })?);
    }
    Ok(receipts)
}

/// The rows by the header of their file, in the order of their imports.
fn by_header(store: &Store, rows: Vec<RejectedRow>) -> Result<Vec<(RejectedHeader, Vec<RejectedRow>)>, OfficeError> {
    let mut files: Vec<(RejectedHeader, Vec<RejectedRow>)> = Vec::new();
    let (mut import, mut at) = (None, None);
    for row in rows {
        if import != Some(row.import) {
            import = Some(row.import);
            at = store.rejected_header(row.import)?.map(|header| {
                files.iter().position(|(known, _)| *known == header).unwrap_or_else(|| {
                    files.push((header, Vec::new()));
                    files.len() - 1
                })
            });
        }
        if let Some(at) = at {
            files[at].1.push(row);
        }
    }
    Ok(files)
}

/// `NAME-2.csv`, `NAME-3.csv` …: the first that nobody has. The person named only the first file.
fn free_name(out: &Path) -> PathBuf {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let ending = out.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    (2_u32..)
        .map(|number| out.with_file_name(format!("{stem}-{number}{ending}")))
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| out.to_owned())
}
