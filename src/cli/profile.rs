//! `profile`: how the files of each source are read.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::flags;
use super::table::Table;
use crate::domain::application::Line;
use crate::office::{self, OfficeError, Profile};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Profile) -> Answer {
    match flags {
        flags::Profile::List => list(call),
        flags::Profile::Show { name } => show(call, name),
        flags::Profile::Check { file } => check(call, file),
    }
}

/// All profiles; what is wrong with the others goes to stderr.
fn profiles(call: &Call<'_>) -> Vec<Profile> {
    let loaded = office::load_profiles(&call.assets);
    for error in &loaded.errors {
        call.notice(&call.messages.explain(error));
    }
    loaded.profiles
}

fn list(call: &mut Call<'_>) -> Answer {
    let profiles = profiles(call);
    if call.flags.json {
        let object =
            |profile: &Profile| json!({ "name": profile.name(), "title": profile.title(), "source": profile.source() });
        call.out.document(&profiles.iter().map(object).collect())?;
        return Ok(DONE);
    }
    let mut table =
        Table::new(["name", "source", "title"].map(|key| call.text(&format!("cli.profile.{key}"), &[])).to_vec());
    for profile in &profiles {
        let cells = [profile.name(), profile.source(), profile.title()].map(str::to_owned);
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

fn show(call: &mut Call<'_>, name: &str) -> Answer {
    let profiles = profiles(call);
    let profile = profiles.iter().find(|profile| profile.name() == name);
    let profile = profile.ok_or_else(|| CliError::UnknownProfile(name.to_owned()))?;
    let object = object(profile);
    let mut lines = Vec::new();
    for (key, value) in &object {
        match value {
            Value::Object(inner) => {
                lines.push(format!("[{key}]"));
                lines.extend(inner.iter().map(|(label, value)| format!("\"{label}\" = {value}")));
            }
            other => lines.push(format!("{key} = {other}")),
        }
    }
    call.answer(&Value::Object(object), &lines)?;
    Ok(DONE)
}

fn object(profile: &Profile) -> Map<String, Value> {
    let columns: Map<String, Value> =
        profile.columns().map(|(column, names)| (column.id().to_owned(), json!(names))).collect();
    let statuses: Map<String, Value> =
        profile.statuses().map(|(label, status)| (label.to_owned(), json!(status.id()))).collect();
    let line = |line| match line {
        Line::Internet => "internet",
        Line::Staff => "staff",
    };
    let lines: Map<String, Value> = profile.lines().map(|(label, of)| (label.to_owned(), json!(line(of)))).collect();
    let fields = [
        ("name", json!(profile.name())),
        ("title", json!(profile.title())),
        ("source", json!(profile.source())),
        ("require", profile.require().iter().map(|column| json!(column.id())).collect()),
        ("kana_items", json!(profile.kana_items())),
        ("columns", Value::Object(columns)),
        ("status", Value::Object(statuses)),
        ("line", Value::Object(lines)),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn check(call: &mut Call<'_>, file: &Path) -> Answer {
    let text = std::fs::read_to_string(file).map_err(|error| CliError::file(file, error))?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let profile = Profile::from_toml(&name, &text).map_err(OfficeError::from)?;
    let document = json!({ "ok": true, "name": profile.name(), "source": profile.source() });
    let arguments = [("name", profile.name().to_owned()), ("source", profile.source().to_owned())];
    call.answer(&document, &[call.text("cli.profile.good", &arguments)])?;
    Ok(DONE)
}
