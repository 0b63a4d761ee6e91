//! `export`: applications as CSV or XLSX.

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::error::{CliError, code_point};
use super::flags;
use super::output::hex;
use super::progress::{Bar, stop_flag};
use super::view::asked;
use crate::office::{self, CsvOptions, ExportFormat, ExportRequest, TargetEncoding, UnmappableCharacter, Which, Work};

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Xlsx,
    /// 反映用一覧, which has a command file of its own.
    Reflect,
}

impl Format {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "reflect" => Some(Self::Reflect),
            _ => None,
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Reflect => "reflect",
        }
    }
}

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Export) -> Answer {
    if flags.format == Format::Reflect {
        return super::export_reflect::run(call, flags);
    }
    let format = format_of(flags)?;
    let mut desk = call.desk()?;
    let asked = asked(call, &desk, flags.view.as_deref(), flags.query.as_deref())?;
    let columns: Vec<String> = flags.columns.iter().filter(|name| !name.trim().is_empty()).cloned().collect();
    let of_view = columns.is_empty();
    let shown = asked.columns.map(|columns| columns.iter().map(|column| column.id().into_owned()).collect());
    let request = ExportRequest {
        format,
        out: &flags.out,
        which: Which::Query(&asked.query, &asked.text),
        columns: if of_view { shown } else { Some(columns) },
        of_view,
        order: asked.order.unwrap_or_default(),
    };
    let stop = stop_flag();
    let exported = {
        let mut bar = Bar::new(&call.messages);
        let mut tell = |progress| bar.show(progress);
        office::export(&mut desk, &request, &mut Work::new(&stop, &mut tell))
    };
    let report = exported.map_err(CliError::reading)?;
    let Some(receipt) = report.receipt else {
        for one in &report.unmappable {
            call.notice(&unmappable_line(call, one));
        }
        return Err(CliError::Unmappable(flags.out.clone(), report.unmappable));
    };
    let replaced = report.replaced.as_ref().map(|path| path.display().to_string());
    let (file, operation, sha256) =
        (receipt.path.display().to_string(), receipt.operation.to_string(), hex(&receipt.hash));
    let document = json!({
        "file": file,
        "format": flags.format.id(),
        "count": receipt.count,
        "sha256": sha256,
        "operation": operation,
        "replaced": replaced,
    });
    let count = ("count", receipt.count.to_string());
    let mut sentences =
        vec![call.text("cli.export.done", &[("file", file), count, ("sha256", sha256), ("operation", operation)])];
    if let Some(list) = replaced {
        let count = ("count", report.unmappable.len().to_string());
        sentences.push(call.text("cli.export.replaced", &[count, ("list", list)]));
    }
    call.answer(&document, &sentences)?;
    Ok(DONE)
}

fn format_of(flags: &flags::Export) -> Result<ExportFormat, CliError> {
    if flags.format == Format::Xlsx {
        let only_csv =
            flags.audience.is_some() || flags.encoding.is_some() || flags.on_unmappable.is_some() || flags.excel_text;
        return if only_csv { Err(CliError::CsvOnly) } else { Ok(ExportFormat::Xlsx) };
    }
    let mut options = CsvOptions::usual(flags.encoding.unwrap_or(TargetEncoding::Utf8Bom));
    options.audience = flags.audience.unwrap_or(options.audience);
    options.on_unmappable = flags.on_unmappable.unwrap_or(options.on_unmappable);
    options.excel_text = flags.excel_text;
    Ok(ExportFormat::Csv(options))
}

pub(super) fn unmappable_line(call: &Call<'_>, one: &UnmappableCharacter) -> String {
    let arguments = [
        ("number", one.number.clone()),
        ("field", one.field.clone()),
        ("character", one.character.to_string()),
        ("code", code_point(one.character)),
    ];
    call.text("cli.export.unmappable", &arguments)
}
