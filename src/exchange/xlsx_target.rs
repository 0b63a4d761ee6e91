//! Writes XLSX with every cell as text, so that no spreadsheet makes 5.49E+10 of a number or runs a formula. Rows go
//! to a temporary file as they come; memory doesn't grow with them.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cell::Cell;
use super::fault::ExportError;
use super::sekisho;

/// Data rows on one sheet; a sheet can hold 1,048,576.
pub const SHEET_ROWS: u32 = 1_000_000;
/// Columns that a sheet can hold.
pub const COLUMNS_MAX: usize = 16_384;

/// An XLSX file being written.
pub struct XlsxTarget {
    workbook: Workbook,
    sheet: Worksheet,
    header: Vec<String>,
    number_column: Option<usize>,
    sheet_rows: u32,
    row: u32,
    rows: u64,
    text: Format,
    heading: Format,
}

impl XlsxTarget {
    /// Starts a file. `temporary` is the only folder that rows lie in until the file is finished; `created` (seconds
    /// since 1970, UTC) goes into its properties.
    ///
    /// # Errors
    /// Too many columns, or the folder refuses.
    pub fn new(header: Vec<String>, temporary: &Path, created: i64) -> Result<Self, ExportError> {
        Self::with_sheet_rows(header, temporary, created, SHEET_ROWS)
    }

    fn with_sheet_rows(
        header: Vec<String>,
        temporary: &Path,
        created: i64,
        sheet_rows: u32,
    ) -> Result<Self, ExportError> {
        if header.len() > COLUMNS_MAX {
            return Err(ExportError::TooManyColumns(header.len() as u64));
        }
        let mut workbook = Workbook::new();
        workbook.set_tempdir(temporary).map_err(sheet_error)?;
        if let Ok(created) = ExcelDateTime::from_timestamp(created) {
            workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        }
        let text = Format::new().set_num_format("@");
        let heading = text.clone().set_bold();
        let number_column = header.iter().position(|name| name == sekisho::NUMBER);
        let sheet = new_sheet(&mut workbook, &header, &text, &heading)?;
        Ok(Self { workbook, sheet, header, number_column, sheet_rows, row: 1, rows: 0, text, heading })
    }

    /// Writes one row. An absent cell isn't there; an empty one is there with the format of text, which is as near as
    /// the format of the file comes.
    ///
    /// # Errors
    /// A cell is too long for a sheet, or the temporary folder refuses.
    pub fn write_row(&mut self, cells: &[Cell<'_>]) -> Result<(), ExportError> {
        if self.row > self.sheet_rows {
            let next = new_sheet(&mut self.workbook, &self.header, &self.text, &self.heading)?;
            self.workbook.push_worksheet(std::mem::replace(&mut self.sheet, next));
            self.row = 1;
        }
        let (sheet, row, format) = (&mut self.sheet, self.row, &self.text);
        let too_long = guarded(|| {
            for (column, cell) in (0u16..).zip(cells) {
                let Some(text) = cell.text else { continue };
                match sheet.write_string_with_format(row, column, text, format) {
                    Ok(_) => {}
                    Err(XlsxError::MaxStringLengthExceeded) => return Ok(Some(usize::from(column))),
                    Err(error) => return Err(error),
                }
            }
            Ok(None)
        })?;
        if let Some(column) = too_long {
            let number = self.number_column.and_then(|column| cells.get(column)).and_then(|cell| cell.text);
            let field = self.header.get(column).cloned().unwrap_or_default();
            return Err(ExportError::CellTooLong { number: number.unwrap_or_default().to_owned(), field });
        }
        self.row += 1;
        self.rows += 1;
        Ok(())
    }

    /// Ends the file: writes it whole to `output`. Gives the number of rows, headers not counted.
    ///
    /// # Errors
    /// The output or the temporary folder refuses.
    pub fn finish(self, output: impl Write + Send) -> Result<u64, ExportError> {
        let Self { mut workbook, sheet, rows, .. } = self;
        workbook.push_worksheet(sheet);
        let mut output = Swallowing { output, failure: None };
        guarded(|| workbook.save_to_writer(&mut output))?;
        match output.failure {
            Some(failure) => Err(failure.into()),
            None => Ok(rows),
        }
    }
}

/// Keeps the first error of an output and takes everything after it: the library would turn the error into a text and
/// complain on stderr.
struct Swallowing<W> {
    output: W,
    failure: Option<io::Error>,
}

impl<W: Write> Write for Swallowing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failure.is_none() {
            self.failure = self.output.write_all(bytes).err();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failure.is_none() {
            self.failure = self.output.flush().err();
        }
        Ok(())
    }
}

/// A sheet with its header: bold, frozen, columns as wide as their names ask for.
fn new_sheet(
    workbook: &mut Workbook,
    header: &[String],
    text: &Format,
    heading: &Format,
) -> Result<Worksheet, ExportError> {
    let mut sheet = workbook.new_worksheet_with_constant_memory().map_err(sheet_error)?;
    guarded(|| {
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0u16..).zip(header) {
            let width = unicode_width::UnicodeWidthStr::width(name.as_str()).clamp(12, 40);
            sheet.set_column_width(column, width as f64 + 2.0)?;
            sheet.set_column_format(column, text)?;
            sheet.write_string_with_format(0, column, name, heading)?;
        }
        Ok(())
    })?;
    Ok(sheet)
}

/// The library panics where its temporary file can't be written (a full disk). That must reach the person as any
/// other error of writing does.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, ExportError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(sheet_error),
        Err(_) => Err(ExportError::Sheet("the temporary file can't be written".to_owned())),
    }
}

fn sheet_error(error: XlsxError) -> ExportError {
    match error {
        XlsxError::IoError(error) => ExportError::Write(error),
        other => ExportError::Sheet(other.to_string()),
    }
}

#[cfg(test)]
#[path = "xlsx_target_tests.rs"]
mod tests;
