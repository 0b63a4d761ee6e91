//! `form`: the definitions of the office's forms.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::clerk_flags;
use super::error::CliError;
use super::table::Table;
use crate::domain::form::{FormDefinition, ItemDefinition, ItemKind};
use crate::domain::status::FormKind;
use crate::office::{self, Forms, OfficeError};

pub(super) fn run(call: &mut Call<'_>, flags: &clerk_flags::Form) -> Answer {
    match flags {
        clerk_flags::Form::List => list(call),
        clerk_flags::Form::Show { form } => show(call, form),
        clerk_flags::Form::Check { file } => check(call, file),
    }
}

/// What is wrong with definitions, each a sentence on stderr.
pub(super) fn tell_broken(call: &Call<'_>, forms: &Forms) {
    for error in &forms.errors {
        call.notice(&call.messages.explain(error));
    }
}

fn list(call: &mut Call<'_>) -> Answer {
    let desk = call.desk()?;
    let forms = desk.forms();
    tell_broken(call, forms);
    let all = forms.definitions.all();
    if call.flags.json {
        let object = |form: &std::sync::Arc<FormDefinition>| Value::Object(head(forms, form));
        call.out.document(&all.iter().map(object).collect())?;
        return Ok(DONE);
    }
    let headings = ["form", "title", "kind", "days", "origin"].map(|key| call.text(&format!("cli.form.{key}"), &[]));
    let mut table = Table::new(headings.to_vec());
    for form in &all {
        let origin = forms.file(form).map_or_else(
            || call.text("cli.form.shipped", &[]),
            |file| file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        );
        let kind = form.rules.kind.map_or("", FormKind::label).to_owned();
        let days = form.standard_days.map(|days| days.to_string()).unwrap_or_default();
        table.row(call.out, &[office::form_word(form), form.title.clone(), kind, days, origin])?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

fn show(call: &mut Call<'_>, word: &str) -> Answer {
    let desk = call.desk()?;
    let forms = desk.forms();
    tell_broken(call, forms);
    let named = forms.named(word);
    let form = match named.as_slice() {
        [form] => form,
        [] => return Err(CliError::UnknownForm(word.to_owned())),
        several => {
            let words = several.iter().map(|form| office::form_word(form)).collect();
            return Err(CliError::AmbiguousForm(word.to_owned(), words));
        }
    };
    let mut object = head(forms, form);
    let stand_ins = &form.stand_ins;
    let retention = form.retention.as_ref();
    let more = [
        ("uses_individual_number", json!(form.uses_individual_number)),
        ("public_account", json!(form.public_account)),
        ("retention", json!(retention.map(|kept| json!({"classification": kept.classification, "years": kept.years})))),
        ("display_name", json!(stand_ins.name)),
        ("display_kana", json!(stand_ins.kana)),
        ("birth_date", json!(stand_ins.birth_date)),
        ("phone", json!(stand_ins.phone)),
        ("items", form.items.iter().map(item).collect()),
    ];
    object.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
    let mut lines = Vec::new();
    for (key, value) in &object {
        match value {
            Value::Array(items) if key == "items" => {
                let line = |item: &Value| format!("  {}: {}", plain(&item["name"]), described(item));
                lines.extend(std::iter::once(format!("{key}:")).chain(items.iter().map(line)));
            }
            Value::Null => {}
            other => lines.push(format!("{key}: {}", plain(other))),
        }
    }
    call.answer(&Value::Object(object), &lines)?;
    Ok(DONE)
}

fn check(call: &mut Call<'_>, file: &Path) -> Answer {
    let form = office::check_form(file).map_err(OfficeError::from)?;
    let word = office::form_word(&form);
    let document = json!({ "ok": true, "form": word, "title": form.title, "items": form.items.len() });
    let arguments = [("form", word), ("title", form.title.clone()), ("count", form.items.len().to_string())];
    let sentence = call.text("cli.form.good", &arguments);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// What lists show of a definition.
fn head(forms: &Forms, form: &FormDefinition) -> Map<String, Value> {
    let reply = match form.rules.reply_required {
        Some(true) => "required",
        Some(false) => "none",
        None => "unknown",
    };
    let fields = [
        ("form", json!(office::form_word(form))),
        ("source", json!(form.source)),
        ("id", json!(form.id)),
        ("version", json!(form.version)),
        ("title", json!(form.title)),
        ("kind", json!(form.rules.kind.map(FormKind::id))),
        ("reply", json!(reply)),
        ("standard_days", json!(form.standard_days)),
        ("departments", json!(form.departments)),
        ("file", json!(forms.file(form).map(|file| file.display().to_string()))),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn item(item: &ItemDefinition) -> Value {
    let choices = match &item.kind {
        ItemKind::Choice(choices) => {
            choices.iter().map(|choice| json!({ "code": choice.code, "label": choice.label })).collect()
        }
        _ => Vec::new(),
    };
    json!({
        "name": item.name,
        "kind": item.kind.id(),
        "sensitive": item.sensitive,
        "sealed": item.must_be_sealed(),
        "choices": choices,
    })
}

/// An item in words: its kind, and what it may be.
fn described(item: &Value) -> String {
    let labels = item["choices"].as_array().into_iter().flatten().map(|choice| match &choice["code"] {
        Value::String(code) => format!("{code} {}", plain(&choice["label"])),
        _ => plain(&choice["label"]),
    });
    let labels = labels.collect::<Vec<_>>().join(" / ");
    format!("{} {labels}", plain(&item["kind"])).trim_end().to_owned()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
