//! `enter`: an application that came on paper, at the counter or by phone, and corrections of one.

use std::io::Read as _;
use std::path::Path;

use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::call::{Answer, Call, DONE};
use super::clerk_flags;
use super::error::CliError;
use crate::domain::calendar::Day;
use crate::domain::channel::Channel;
use crate::domain::entry;
use crate::domain::query::Listed as _;
use crate::office::{self, Entering, EntryError, OfficeError, Typed};

pub(super) fn run(call: &mut Call<'_>, flags: &clerk_flags::Enter) -> Answer {
    let document = flags.json_file.as_deref().map(read).transpose()?;
    let mut desk = call.desk()?;
    let mut typed = document.map_or_else(|| Ok(Typed::default()), |document| of_document(&document, desk.today()))?;
    put_flags(&mut typed, flags, desk.today())?;
    let entered = match (&flags.form, &flags.revise) {
        (Some(form), _) => {
            let definition = office::form_to_enter(&desk, form)?;
            office::enter(&mut desk, &Entering::New(&definition), &typed)?
        }
        (None, Some(number)) => {
            let id = desk.store().at_one_moment(|store| office::resolve(store, number))?;
            office::enter(&mut desk, &Entering::Revision(id, None), &typed)?
        }
        (None, None) => return Err(CliError::ValueMissing),
    };
    let mut doubtful = Vec::new();
    for (field, doubt) in &entered.doubts {
        let word = call.messages.text(&format!("form.doubt.{}", doubt.id())).to_owned();
        let arguments = [("number", entered.number.clone()), ("field", field.clone()), ("doubt", word)];
        call.notice(&call.text("cli.import.doubtful", &arguments));
        doubtful.push(json!({ "field": field, "code": doubt.id() }));
    }
    if !entered.open.is_empty() {
        call.notice(&call.text("entry.open", &[("items", entered.open.join(" / "))]));
    }
    let document = json!({
        "number": entered.number, "operation": entered.operation.map(|operation| operation.to_string()),
        "doubtful_values": doubtful,
    });
    let key = match (&flags.form, entered.operation) {
        (Some(_), _) => "entry.entered",
        (None, Some(_)) => "entry.revised",
        (None, None) => "entry.unchanged",
    };
    let sentence = call.text(key, &[("number", entered.number)]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// What the flags say goes before what the document does.
fn put_flags(typed: &mut Typed, flags: &clerk_flags::Enter, today: Day) -> Result<(), CliError> {
    typed.channel = flags.channel.or(typed.channel);
    if let Some(text) = &flags.received {
        typed.received = Some(entry::received(text, today)?);
    }
    for (flag, field) in [
        (&flags.name, &mut typed.name),
        (&flags.kana, &mut typed.kana),
        (&flags.mail, &mut typed.mail),
        (&flags.remarks, &mut typed.remarks),
    ] {
        if let Some(text) = flag {
            *field = Some(text.clone());
        }
    }
    for item in &flags.item {
        let (name, value) = item.split_once('=').ok_or_else(|| wrong("--item"))?;
        put_item(typed, name, value);
    }
    Ok(())
}

fn put_item(typed: &mut Typed, name: &str, value: &str) {
    typed.items.retain(|(known, _)| known != name);
    typed.items.push((name.to_owned(), value.to_owned()));
}

fn wrong(word: &str) -> CliError {
    OfficeError::from(EntryError::BadDocument(word.to_owned())).into()
}

/// Reads the document of an entry: what stands on a command line may be seen by others.
fn read(file: &Path) -> Result<Map<String, Value>, CliError> {
    let mut text = Zeroizing::new(String::new());
    let read = match file.to_str() {
        Some("-") => std::io::stdin().lock().read_to_string(&mut text),
        _ => std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text)),
    };
    read.map_err(|error| CliError::file(file, error))?;
    // What serde says of it may repeat a part of it.
    serde_json::from_str(&text).map_err(|_| wrong("JSON"))
}

fn of_document(document: &Map<String, Value>, today: Day) -> Result<Typed, CliError> {
    let mut typed = Typed::default();
    let text = |key: &str, value: &Value| match value {
        Value::String(text) => Ok(Some(text.clone())),
        Value::Null => Ok(None),
        _ => Err(wrong(key)),
    };
    for (key, value) in document {
        match key.as_str() {
            "channel" => {
                let word = text(key, value)?;
                let channel = word.map(|word| Channel::parse(&word).ok_or_else(|| wrong(key))).transpose()?;
                typed.channel = channel;
            }
            "received" => typed.received = text(key, value)?.map(|text| entry::received(&text, today)).transpose()?,
            "name" => typed.name = text(key, value)?,
            "kana" => typed.kana = text(key, value)?,
            "mail" => typed.mail = text(key, value)?,
            "remarks" => typed.remarks = text(key, value)?,
            "items" => {
                let items = value.as_object().ok_or_else(|| wrong(key))?;
                for (name, value) in items {
                    if let Some(value) = text(name, value)? {
                        put_item(&mut typed, name, &value);
                    }
                }
            }
            _ => return Err(wrong(key)),
        }
    }
    if typed.channel.is_some_and(|channel| !entry::CHANNELS.contains(&channel)) {
        return Err(wrong("channel"));
    }
    Ok(typed)
}
