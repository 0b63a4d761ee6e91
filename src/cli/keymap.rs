//! `keymap`: what is wrong in a keymap, and which keys are in force.

use std::path::Path;

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::flags;
use super::table::Table;
use crate::assets::text_of;
use crate::command::{COMMANDS, Context};
use crate::config::looks::{Binding, Complaint, KeymapReport};
use crate::domain::fault::Fault;

/// Folder of the keymap files.
const FOLDER: &str = "keymaps/";

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Keymap) -> Answer {
    match flags {
        flags::Keymap::Check { keymap } => check(call, keymap.as_deref()),
        flags::Keymap::Show { keymap } => show(call, keymap.as_deref()),
    }
}

/// The keymap that is named, by file or by name; none = the one in force.
fn report(call: &Call<'_>, named: Option<&Path>) -> Result<KeymapReport, CliError> {
    let Some(named) = named else {
        return Ok((call.looks.keymap)(&call.assets, call.settings.text("ui", "keymap").unwrap_or("default")));
    };
    let is_file = named.components().count() > 1 || named.extension().is_some();
    match named.to_str().filter(|_| !is_file) {
        Some(name) => Ok((call.looks.keymap)(&call.assets, name)),
        None => {
            text_of(named).map_err(|fault| CliError::settings(named.to_owned(), fault))?;
            Ok((call.looks.keymap_file)(&call.assets, named))
        }
    }
}

/// The keymaps that are the user's own.
pub(super) fn own(call: &Call<'_>) -> Vec<KeymapReport> {
    let paths = call.assets.list(FOLDER);
    let own = paths.iter().filter(|path| call.assets.on_disk(path).is_some());
    let names = own.filter_map(|path| path.strip_prefix(FOLDER)?.strip_suffix(".toml"));
    names.map(|name| (call.looks.keymap)(&call.assets, name)).collect()
}

/// The complaints of several, each once: one file may be part of many.
pub(super) fn each_once(complaints: impl IntoIterator<Item = Complaint>) -> Vec<Complaint> {
    let mut kept: Vec<Complaint> = Vec::new();
    for one in complaints {
        let same = |other: &Complaint| {
            let of = |fault: &dyn Fault| (fault.code(), fault.place(), fault.arguments());
            of(other.fault.as_ref()) == of(one.fault.as_ref())
        };
        if !kept.iter().any(same) {
            kept.push(one);
        }
    }
    kept
}

/// The object of a complaint: that of its error, with what is in force in its place.
pub(super) fn object(call: &Call<'_>, complaint: &Complaint) -> Value {
    let mut object = call.error_object(complaint.fault.as_ref());
    object["kept"] = complaint
        .kept
        .as_ref()
        .map_or(Value::Null, |kept| json!({ "context": kept.context, "keys": kept.keys, "command": kept.command }));
    object
}

/// The sentences of a complaint.
pub(super) fn sentences(call: &Call<'_>, complaint: &Complaint) -> Vec<String> {
    let mut sentences = vec![call.messages.explain(complaint.fault.as_ref())];
    if let Some(kept) = &complaint.kept {
        let mut arguments =
            vec![("keys", kept.keys.clone()), ("context", call.text(&format!("context.{}", kept.context), &[]))];
        let key = match kept.command {
            Some(command) => {
                arguments.push(("title", call.text(&format!("command.{command}.title"), &[])));
                arguments.push(("command", command.to_owned()));
                "cli.keymap.keeps"
            }
            None => "cli.keymap.means_nothing",
        };
        sentences.push(format!("    {}", call.text(key, &arguments)));
    }
    sentences
}

fn check(call: &mut Call<'_>, named: Option<&Path>) -> Answer {
    let report = report(call, named)?;
    let own = if named.is_none() { own(call) } else { Vec::new() };
    let mut files: Vec<String> = report.files.clone();
    files.extend(own.iter().flat_map(|keymap| keymap.files.clone()));
    files.sort();
    files.dedup();
    let complaints = report.complaints.into_iter().chain(own.into_iter().flat_map(|keymap| keymap.complaints));
    let complaints = each_once(complaints);
    let objects: Vec<Value> = complaints.iter().map(|complaint| object(call, complaint)).collect();
    let mut document = json!({ "ok": complaints.is_empty(), "name": report.name, "files": files, "problems": objects });
    if complaints.is_empty() {
        call.answer(&document, &[call.text("cli.keymap.good", &[("name", report.name)])])?;
        return Ok(DONE);
    }
    let error = CliError::KeymapProblems(complaints.len());
    document["error"] = call.error_object(&error);
    let lines: Vec<String> = complaints.iter().flat_map(|complaint| sentences(call, complaint)).collect();
    call.answer(&document, &lines)?;
    call.notice(&call.messages.explain(&error));
    Ok(error.outcome().exit_code())
}

fn show(call: &mut Call<'_>, named: Option<&Path>) -> Answer {
    let report = report(call, named)?;
    for complaint in &report.complaints {
        for sentence in sentences(call, complaint) {
            call.notice(&sentence);
        }
    }
    if call.flags.json {
        let document = document(call, &report);
        call.out.document(&document)?;
        return Ok(DONE);
    }
    let description = report.description.as_ref().map_or("", |text| text.text(call.messages.language()));
    let arguments = [("name", report.name.clone()), ("description", description.to_owned())];
    let mut heads = vec![call.text("cli.keymap.name", &arguments)];
    heads.extend(report.files.iter().map(|file| format!("#   {file}")));
    call.answer(&Value::Null, &heads)?;
    for context in Context::ALL {
        let title = call.text(&format!("context.{}", context.id()), &[]);
        call.answer(&Value::Null, &[String::new(), format!("[{}]  # {title}", context.id())])?;
        let headings = ["keys", "command", "title", "file"].map(|name| call.text(&format!("cli.keymap.{name}"), &[]));
        let mut table = Table::new(headings.to_vec());
        for binding in in_order(&report.bindings, context) {
            let title = call.text(&format!("command.{}.title", binding.command), &[]);
            table.row(call.out, &[binding.keys.clone(), binding.command.to_owned(), title, binding.file.clone()])?;
        }
        table.finish(call.out)?;
    }
    if !report.without_key.is_empty() {
        let mut lines = vec![String::new(), call.text("cli.keymap.without_key", &[])];
        for (context, command) in &report.without_key {
            let title = call.text(&format!("command.{command}.title"), &[]);
            lines.push(format!("    [{context}] {command}  # {title}"));
        }
        call.answer(&Value::Null, &lines)?;
    }
    Ok(DONE)
}

fn document(call: &Call<'_>, report: &KeymapReport) -> Value {
    let title = |command: &str| call.text(&format!("command.{command}.title"), &[]);
    let bindings: Vec<Value> = Context::ALL
        .into_iter()
        .flat_map(|context| in_order(&report.bindings, context))
        .map(|binding| {
            json!({
                "context": binding.context,
                "keys": binding.keys,
                "command": binding.command,
                "title": title(binding.command),
                "file": binding.file,
            })
        })
        .collect();
    let without = report.without_key.iter();
    let without: Vec<Value> = without
        .map(|(context, command)| json!({ "context": context, "command": command, "title": title(command) }))
        .collect();
    let problems: Vec<Value> = report.complaints.iter().map(|complaint| object(call, complaint)).collect();
    json!({
        "name": report.name,
        "files": report.files,
        "description": report.description.as_ref().map(|text| text.text(call.messages.language())),
        "bindings": bindings,
        "without_key": without,
        "problems": problems,
    })
}

/// The keys of a context in the order of the help.
pub(super) fn in_order(bindings: &[Binding], context: Context) -> Vec<&Binding> {
    let mut found: Vec<&Binding> = bindings.iter().filter(|binding| binding.context == context.id()).collect();
    found.sort_by_key(|binding| COMMANDS.iter().position(|command| command.id.as_str() == binding.command));
    found
}
