//! `log`: what was done, by whom, when; who looked at whose data; a file of it; `log verify` and `log anchor`.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::check;
use super::error::CliError;
use super::log_flags::{Log, LogCommand, LogExport};
use super::output::{Out, hex, iso_ms, json_text};
use super::progress::Bar;
use super::table::Table;
use crate::domain::anchor::Anchor;
use crate::domain::identity::OperationId;
use crate::domain::sealing::Class;
use crate::office::{self, LogFile, LogItem, LogLines, Look, Second};

pub(super) fn run(call: &mut Call<'_>, flags: &Log) -> Answer {
    match &flags.command {
        Some(LogCommand::Verify { anchor }) => verify(call, anchor),
        Some(LogCommand::Anchor) => anchor(call),
        Some(LogCommand::Export(flags)) => export(call, flags),
        None => list(call, flags),
    }
}

fn verify(call: &mut Call<'_>, anchors: &[String]) -> Answer {
    let anchors = anchors.iter().map(|word| word.parse()).collect::<Result<Vec<Anchor>, _>>()?;
    let desk = call.desk()?;
    let verified = {
        let mut bar = Bar::new(&call.messages);
        office::verify_log(&desk, &anchors, &mut |progress| bar.say(&check::stage(progress, &call.messages)))
    };
    let (report, proven) = verified?;
    let mut document = check::document(&report);
    // Only what left the machine proves the end of the log.
    document["anchor"] = proven
        .map_or(Value::Null, |proven| json!({ "operation": proven.operation.to_string(), "unproven": proven.after }));
    let proof = match proven {
        Some(proven) => {
            let named = [("operation", proven.operation.to_string()), ("after", proven.after.to_string())];
            call.text("cli.log.proven", &named)
        }
        None => call.text("cli.log.no_anchor", &[]),
    };
    let sentences = [call.text("cli.log.verified", &check::counts(&report)), proof];
    call.answer(&document, &sentences)?;
    Ok(DONE)
}

fn anchor(call: &mut Call<'_>) -> Answer {
    let mut desk = call.desk()?;
    let made = office::anchor_log(&mut desk)?;
    let named = [
        ("anchor", made.anchor.to_string()),
        ("operation", made.operation.to_string()),
        ("at", iso_ms(made.at_ms)),
        ("terminal", desk.terminal().to_owned()),
    ];
    let document = json!({
        "anchor": made.anchor.to_string(), "operation": made.operation.to_string(), "at": iso_ms(made.at_ms),
    });
    let sentences = [call.text("cli.log.anchored", &named), call.text("cli.log.keep_anchor", &named)];
    call.answer(&document, &sentences)?;
    Ok(DONE)
}

fn list(call: &mut Call<'_>, flags: &Log) -> Answer {
    let filter = flags.which.filter(flags.all);
    let with_text = call.flags.with_text;
    let mut desk = call.desk()?;
    if call.flags.json {
        let mut lines = Lines::begin(call.out);
        if flags.which.looks {
            office::looks(&mut desk, &filter, with_text, &mut |look| lines.put(&look_object(&look, with_text)))?;
        } else {
            office::log(&mut desk, &filter, with_text, &mut |item| lines.put(&object(&item, with_text)))?;
        }
        lines.end()?;
        return Ok(DONE);
    }
    let words = Words::of(call, with_text);
    let mut table = Table::new(words.header(flags.which.looks));
    let (out, mut failed, mut hidden) = (&mut *call.out, Ok(()), 0);
    let mut put = |cells: Vec<String>| {
        if failed.is_ok() {
            failed = table.row(out, &cells);
        }
    };
    if flags.which.looks {
        office::looks(&mut desk, &filter, with_text, &mut |look| put(words.look_cells(look)))?;
    } else {
        hidden = office::log(&mut desk, &filter, with_text, &mut |item| put(words.cells(item)))?.hidden;
    }
    failed?;
    table.finish(call.out)?;
    if hidden > 0 {
        call.notice(&call.text("cli.log.hidden", &[("count", hidden.to_string())]));
    }
    Ok(DONE)
}

/// Writes the log into a file, all of it that was asked for: whoever reads the file later can't ask again.
fn export(call: &mut Call<'_>, flags: &LogExport) -> Answer {
    let xlsx = flags.out.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx"));
    let words = Words::of(call, call.flags.with_text);
    let header = words.header(flags.which.looks);
    let file = LogFile { out: &flags.out, xlsx, header: &header };
    let (cells, look_cells) = (|item| words.cells(item), |look| words.look_cells(look));
    let lines = if flags.which.looks { LogLines::Looks(&look_cells) } else { LogLines::Operations(&cells) };
    let mut desk = call.desk()?;
    let receipt = office::export_log(&mut desk, &flags.which.filter(true), file, &lines)?;
    let (path, sha256, operation) =
        (receipt.path.display().to_string(), hex(&receipt.hash), receipt.operation.to_string());
    let document = json!({
        "file": path, "format": if xlsx { "xlsx" } else { "csv" }, "count": receipt.count, "sha256": sha256,
        "operation": operation,
    });
    let count = ("count", receipt.count.to_string());
    let sentence =
        call.text("cli.log.exported", &[("file", path), count, ("sha256", sha256), ("operation", operation)]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// JSON objects in one array, as they come.
struct Lines<'o> {
    out: &'o mut Out,
    began: bool,
    failed: Result<(), CliError>,
}

impl<'o> Lines<'o> {
    fn begin(out: &'o mut Out) -> Self {
        Self { out, began: false, failed: Ok(()) }
    }

    fn put(&mut self, object: &Value) {
        if self.failed.is_ok() {
            let start: &[u8] = if std::mem::replace(&mut self.began, true) { b",\n" } else { b"[" };
            let text = json_text(object);
            self.failed = self.out.bytes(start).and_then(|()| self.out.bytes(text.as_bytes()));
        }
    }

    fn end(self) -> Result<(), CliError> {
        self.failed?;
        self.out.bytes(if self.began { b"]\n" } else { b"[]\n" })
    }
}

/// The words of tables and files.
struct Words {
    headings: Vec<String>,
    look_headings: Vec<String>,
    classes: Vec<(Class, String)>,
    unsigned: String,
    alone: String,
    with_text: bool,
}

impl Words {
    fn of(call: &Call<'_>, with_text: bool) -> Self {
        let word = |key: &str| call.text(&format!("cli.log.{key}"), &[]);
        let classes = Class::ALL.map(|class| (class, call.text(&format!("sealing.class.{}", class.id()), &[])));
        Self {
            headings: HEADINGS.map(word).to_vec(),
            look_headings: LOOK_HEADINGS.map(word).to_vec(),
            classes: classes.to_vec(),
            unsigned: call.text("cli.unsigned", &[]),
            alone: word("alone"),
            with_text,
        }
    }

    /// The headings; the last one is that of what only `--with-text` brings.
    fn header(&self, looks: bool) -> Vec<String> {
        let headings = if looks { &self.look_headings } else { &self.headings };
        headings[..headings.len() - usize::from(!self.with_text)].to_vec()
    }

    fn cells(&self, item: LogItem) -> Vec<String> {
        let second = match &item.second {
            None => String::new(),
            Some(Second::Alone) => self.alone.clone(),
            Some(Second::Approved(code, _)) => code.clone().unwrap_or_default(),
        };
        let mut cells = vec![
            item.operation.to_string(),
            iso_ms(item.at_ms),
            item.operator.unwrap_or_else(|| self.unsigned.clone()),
            item.command,
            item.count.to_string(),
            item.undoes.map(|id| id.to_string()).unwrap_or_default(),
            item.revised.filter(|count| *count > 0).map(|count| count.to_string()).unwrap_or_default(),
            second,
        ];
        cells.extend(item.text.filter(|_| self.with_text).or_else(|| self.with_text.then(String::new)));
        cells
    }

    fn look_cells(&self, look: Look) -> Vec<String> {
        let class = self.classes.iter().find(|(class, _)| Some(*class) == look.class);
        let (source, number) = look.application.unwrap_or_default();
        let mut cells = vec![
            look.operation.to_string(),
            iso_ms(look.at_ms),
            look.operator.unwrap_or_else(|| self.unsigned.clone()),
            look.command,
            source,
            number,
            class.map(|(_, word)| word.clone()).unwrap_or_default(),
            look.items.join(", "),
            look.count.to_string(),
        ];
        cells.extend(look.purpose.filter(|_| self.with_text).or_else(|| self.with_text.then(String::new)));
        cells
    }
}

/// The headings of the operations.
const HEADINGS: [&str; 9] = ["operation", "at", "operator", "command", "count", "undoes", "revised", "second", "text"];

/// The headings of the looks.
const LOOK_HEADINGS: [&str; 10] =
    ["operation", "at", "operator", "command", "source", "number", "class", "items", "count", "purpose"];

fn look_object(look: &Look, with_text: bool) -> Value {
    let (source, number) = look.application.as_ref().map(|(source, number)| (source, number)).unzip();
    json!({
        "operation": look.operation.to_string(), "at": iso_ms(look.at_ms), "operator": look.operator,
        "command": look.command, "kind": look.kind, "source": source, "number": number,
        "class": look.class.map(Class::id), "items": look.items, "count": look.count,
        "purpose": look.purpose.as_ref().filter(|_| with_text), "hash": hex(&look.hash),
    })
}

fn object(item: &LogItem, with_text: bool) -> Value {
    let mut object = Map::new();
    let fields = [
        ("operation", json!(item.operation.to_string())),
        ("at", json!(iso_ms(item.at_ms))),
        ("operator", json!(item.operator)),
        ("command", json!(item.command)),
        ("count", json!(item.count)),
        ("undoes", json!(item.undoes.map(|id| id.to_string()))),
        ("text", json!(item.text.as_ref().filter(|_| with_text))),
        ("hash", json!(hex(&item.hash))),
        ("revised", json!(item.revised)),
        ("approved_by", json!(approved_by(item))),
        ("alone", json!(item.second == Some(Second::Alone))),
        ("request", json!(request(item).map(|id| id.to_string()))),
        ("kind", json!(item.kind)),
    ];
    object.extend(fields.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(object)
}

fn approved_by(item: &LogItem) -> Option<&str> {
    match &item.second {
        Some(Second::Approved(code, _)) => code.as_deref(),
        _ => None,
    }
}

fn request(item: &LogItem) -> Option<OperationId> {
    match item.second {
        Some(Second::Approved(_, request)) => Some(request),
        _ => None,
    }
}
