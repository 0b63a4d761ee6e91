//! A file of the log, for whoever looks after data protection.

use std::io::BufWriter;
use std::path::Path;

use super::item::{each, item};
use super::looks::look;
use super::{LogFilter, LogItem, Look, list, looks};
use crate::domain::people::Act;
use crate::exchange::cell::Cell;
use crate::exchange::csv_target::{CsvOptions, CsvTarget, TargetEncoding};
use crate::exchange::fault::ExportError;
use crate::exchange::xlsx_target::XlsxTarget;
use crate::office::desk::Desk;
use crate::office::export::Refusal;
use crate::office::fault::OfficeError;
use crate::office::outgoing::{Filled, Leaving, Receipt, outgoing};

/// What a file of the log is to be.
#[derive(Debug, Clone, Copy)]
pub struct LogFile<'a> {
    /// Where to.
    pub out: &'a Path,
    /// XLSX; else CSV for people.
    pub xlsx: bool,
    /// The headings.
    pub header: &'a [String],
}

/// Which side of the log goes into it, and the cells of a line in words.
pub enum LogLines<'a> {
    /// The operations.
    Operations(&'a dyn Fn(LogItem) -> Vec<String>),
    /// Who looked at whose data.
    Looks(&'a dyn Fn(Look) -> Vec<String>),
}

/// Where the lines go.
enum Target<'f> {
    Csv(CsvTarget<BufWriter<&'f mut std::fs::File>>),
    Xlsx(Box<XlsxTarget>, &'f mut std::fs::File),
}

impl Target<'_> {
    fn put(&mut self, cells: &[String]) -> Result<(), ExportError> {
        let cells: Vec<Cell<'_>> = cells.iter().map(|cell| Cell::code(cell)).collect();
        match self {
            Self::Csv(target) => Ok(target.write_row(&cells)?),
            Self::Xlsx(target, _) => target.write_row(&cells),
        }
    }

    fn finish(self) -> Result<(), ExportError> {
        match self {
            Self::Csv(target) => target.finish().map(drop).map_err(Into::into),
            Self::Xlsx(target, file) => target.finish(BufWriter::new(file)).map(drop),
        }
    }
}

/// Writes the log into a file, newest first. It is recorded like any file that leaves: that is the record of the look as
/// well, so there is no other one.
///
/// # Errors
/// What is wrong with the question; [`OfficeError::NothingMatched`]; [`OfficeError::NotPermitted`]; what the policy, the
/// store or the disk says: there is no file then.
pub fn export_log(
    desk: &mut Desk,
    filter: &LogFilter,
    file: LogFile<'_>,
    lines: &LogLines<'_>,
) -> Result<Receipt, OfficeError> {
    desk.permit(Act::LogExport)?;
    let created = desk.now_ms().div_euclid(1000);
    let ids = match lines {
        LogLines::Operations(_) => list::find(desk, filter)?.ids,
        LogLines::Looks(_) => looks::find(desk, filter)?,
    };
    if ids.is_empty() {
        return Err(OfficeError::NothingMatched);
    }
    let line = filter.line();
    let text = Some(line.as_str()).filter(|line| !line.is_empty());
    let leaving = Leaving { act: Act::LogExport, format: if file.xlsx { "xlsx" } else { "csv" }, text };
    outgoing(desk, &leaving, file.out, |out, store| -> Result<_, Refusal> {
        let header = file.header.to_vec();
        let mut target = match file.xlsx {
            true => Target::Xlsx(Box::new(XlsxTarget::new(header.clone(), store.dir(), created)?), out),
            false => {
                let options = CsvOptions::usual(TargetEncoding::Utf8Bom);
                Target::Csv(CsvTarget::new(BufWriter::with_capacity(1 << 18, out), header.clone(), options)?)
            }
        };
        each(store, &ids, &mut |line| {
            match lines {
                LogLines::Operations(cells) => target.put(&cells(item(store, line)?))?,
                LogLines::Looks(cells) => {
                    if let Some(look) = look(store, line)? {
                        target.put(&cells(look))?;
                    }
                }
            }
            Ok::<_, Refusal>(())
        })?;
        target.finish()?;
        Ok(Filled { count: ids.len() as u64, columns: header })
    })
}
