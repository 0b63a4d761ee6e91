//! The list of what was replaced by 〓, beside the file that it is about.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::export::Refusal;
use super::fault::OfficeError;
use super::outgoing::{Filled, Leaving, outgoing};
use crate::domain::people::Act;
use crate::exchange::cell::Cell;
use crate::exchange::csv_target::{Audience, CsvOptions, CsvTarget, TargetEncoding, Unmappable};
use crate::exchange::sekisho;

/// Writes the list of what was replaced by 〓 beside the export.
pub(super) fn list_replaced(
    desk: &mut Desk,
    act: Act,
    out: &Path,
    unmappable: &[Unmappable],
) -> Result<PathBuf, OfficeError> {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".replaced.csv");
    let path = out.with_file_name(name);
    let header: Vec<String> = [sekisho::NUMBER, "項目", "文字", "コード"].map(str::to_owned).to_vec();
    let leaving = Leaving { act, format: "csv", text: None };
    let options = CsvOptions { audience: Audience::People, ..CsvOptions::usual(TargetEncoding::Utf8Bom) };
    outgoing(desk, &leaving, &path, |file, _| -> Result<_, Refusal> {
        let filled = Filled { count: unmappable.len() as u64, columns: header.clone() };
        let mut target = CsvTarget::new(BufWriter::new(file), header, options)?;
        for one in unmappable {
            let (character, code) = (one.character.to_string(), format!("U+{:04X}", u32::from(one.character)));
            let cells = [Cell::code(&one.number), Cell::text(&one.field), Cell::text(&character), Cell::code(&code)];
            target.write_row(&cells)?;
        }
        target.finish()?;
        Ok(filled)
    })?;
    Ok(path)
}
