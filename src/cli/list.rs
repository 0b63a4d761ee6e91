//! `list`: applications as a table, JSON, one JSON a line, or CSV. Streamed: a million take no more room than one.

use super::application::{self, object};
use super::call::{Answer, Call, DONE};
use super::columns::{Column, DERIVED};
use super::error::CliError;
use super::flags;
use super::output::{Out, json_text};
use super::progress::stop_flag;
use super::table::Table;
use super::view::asked;
use crate::assets::Assets;
use crate::domain::calendar::iso;
use crate::domain::order::Order;
use crate::domain::reflection::Reflection;
use crate::domain::visible::visible;
use crate::messages::{Language, Messages};
use crate::office::{self, Deadlines, Entry, OfficeError, Page, Work};
use serde_json::{Map, Value, json};

/// In which shape a list goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Table,
    Json,
    NdJson,
    Csv,
}

impl Format {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "table" => Some(Self::Table),
            "json" => Some(Self::Json),
            "ndjson" => Some(Self::NdJson),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

pub(super) fn run(call: &mut Call<'_>, flags: &flags::List) -> Answer {
    let order = flags.sort.as_deref().map(order_of).transpose()?;
    let format = flags.format.unwrap_or(if call.flags.json { Format::Json } else { Format::Table });
    let columns = columns_of(call, &flags.columns)?;
    let desk = call.desk()?;
    let asked = asked(call, &desk, flags.view.as_deref(), flags.query.as_deref())?;
    let columns = columns.or(asked.columns.map(|columns| columns.iter().map(Column::of).collect()));
    let derived = columns.iter().flatten().any(|column| DERIVED.contains(&column.name().as_str()));
    let query = asked.query;
    let stop = stop_flag();
    let mut nobody = |_| {};
    let mut work = Work::new(&stop, &mut nobody);
    let page = Page { order: order.or(asked.order).unwrap_or_default(), limit: flags.limit };

    let mut sheet = Sheet::new(format, columns, &call.messages, call.out.is_terminal());
    let mut failed = None;
    let out = &mut *call.out;
    let forms = std::sync::Arc::clone(desk.forms());
    let deadlines = Deadlines::of(&desk)?;
    let shown = office::list(&desk, &query, page, &mut work, &mut |store, entry| {
        let mut object = object(&forms, &entry);
        if derived {
            let updated = office::updated(store, &entry)?;
            object.insert("reflect".to_owned(), json!(reflection_of(&entry).id()));
            object.insert("updated_at".to_owned(), json!(updated.as_ref().map(iso)));
            object.insert("deadline".to_owned(), application::deadline(deadlines.deadline(store, &entry)?));
        }
        // The office knows no stdout: the error waits outside until the list has ended.
        sheet.row(out, object).map_err(|error| {
            failed = Some(error);
            OfficeError::Stopped
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    shown.map_err(CliError::reading)?;
    sheet.finish(out)?;
    Ok(DONE)
}

/// Reads `--sort`.
pub(super) fn order_of(word: &str) -> Result<Order, CliError> {
    Order::parse(word).ok_or_else(|| CliError::UnknownSort(word.to_owned()))
}

fn reflection_of(entry: &Entry) -> Reflection {
    Reflection::between(entry.state.status, entry.state.source)
}

/// Reads `--columns`; `None` where none is named.
pub(super) fn columns_of(call: &Call<'_>, words: &[String]) -> Result<Option<Vec<Column>>, CliError> {
    let words: Vec<&String> = words.iter().filter(|word| !word.trim().is_empty()).collect();
    if words.is_empty() {
        return Ok(None);
    }
    // The official Japanese names are understood in every language.
    let japanese = Messages::load(Language::Japanese, &Assets::built_in());
    let parse = |word: &&String| Column::parse(word, &[&japanese, &call.messages]);
    words.iter().map(parse).collect::<Result<_, _>>().map(Some)
}

/// The list on its way out.
struct Sheet {
    format: Format,
    /// The columns that were asked for; `None` in JSON = the whole object.
    columns: Option<Vec<Column>>,
    table: Option<Table>,
    began: bool,
    /// A person looks at it: nothing may act on the terminal.
    terminal: bool,
}

impl Sheet {
    fn new(format: Format, columns: Option<Vec<Column>>, messages: &Messages, terminal: bool) -> Self {
        let columns = match format {
            Format::Table => Some(columns.unwrap_or_else(Column::for_people)),
            Format::Csv => Some(columns.unwrap_or_else(Column::flat)),
            Format::Json | Format::NdJson => columns,
        };
        let headings =
            |columns: &Vec<Column>| Table::new(columns.iter().map(|column| column.heading(messages)).collect());
        let table = columns.as_ref().filter(|_| format == Format::Table).map(headings);
        Self { format, columns, table, began: false, terminal }
    }

    fn row(&mut self, out: &mut Out, object: Map<String, Value>) -> Result<(), CliError> {
        match self.format {
            Format::Table => {
                let cells: Vec<String> = self.columns().iter().map(|column| column.shown(&object)).collect();
                self.table.as_mut().map_or(Ok(()), |table| table.row(out, &cells))
            }
            Format::Csv => {
                self.csv_header(out)?;
                let cells: Vec<String> = self.columns().iter().map(|column| column.cell(&object)).collect();
                self.csv_row(out, &cells)
            }
            Format::Json => {
                out.bytes(if self.began { b",\n" } else { b"[" })?;
                self.began = true;
                out.bytes(self.json(object).as_bytes())
            }
            Format::NdJson => out.line(&self.json(object)),
        }
    }

    fn finish(mut self, out: &mut Out) -> Result<(), CliError> {
        match self.format {
            Format::Table => self.table.map_or(Ok(()), |table| table.finish(out)),
            Format::Csv => self.csv_header(out),
            Format::Json => out.bytes(if self.began { b"]\n" } else { b"[]\n" }),
            Format::NdJson => Ok(()),
        }
    }

    fn columns(&self) -> &[Column] {
        self.columns.as_deref().unwrap_or_default()
    }

    fn json(&self, object: Map<String, Value>) -> String {
        match &self.columns {
            None => json_text(&Value::Object(object)),
            Some(columns) => {
                let chosen = columns.iter().map(|column| (column.name(), column.value(&object))).collect();
                json_text(&Value::Object(chosen))
            }
        }
    }

    fn csv_header(&mut self, out: &mut Out) -> Result<(), CliError> {
        if std::mem::replace(&mut self.began, true) {
            return Ok(());
        }
        let names: Vec<String> = self.columns().iter().map(Column::name).collect();
        self.csv_row(out, &names)
    }

    fn csv_row(&self, out: &mut Out, cells: &[String]) -> Result<(), CliError> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let written = match self.terminal {
            true => writer.write_record(cells.iter().map(|cell| visible(cell).into_owned())),
            false => writer.write_record(cells),
        };
        // Writing into memory can't fail; the error type is that of any writer.
        let row = written
            .map_err(std::io::Error::from)
            .and_then(|()| writer.into_inner().map_err(csv::IntoInnerError::into_error));
        out.bytes(&row.map_err(CliError::output)?)
    }
}
