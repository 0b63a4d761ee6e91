//! `config`: which settings are in force, and what is wrong with the user's own files.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::{flags, keymap};
use crate::domain::fault::Fault;
use crate::office;

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Config) -> Answer {
    match flags {
        flags::Config::Check => check(call),
        flags::Config::Show => show(call),
    }
}

/// Everything wrong in the settings, keymaps, themes, profiles and message files.
fn problems(call: &Call<'_>) -> Vec<Box<dyn Fault>> {
    let mut problems: Vec<Box<dyn Fault>> = Vec::new();
    for error in &call.config_errors {
        problems.push(Box::new(error.clone()));
    }
    let named = call.settings.text("ui", "keymap").map(|name| (call.looks.keymap)(&call.assets, name));
    let keymaps = named.into_iter().chain(keymap::own(call)).flat_map(|keymap| keymap.complaints);
    let themes = (call.looks.themes)(&call.assets);
    let theme = call.settings.text("ui", "theme").filter(|name| themes.iter().all(|theme| theme.name != *name));
    problems.extend(theme.map(|name| Box::new(CliError::UnknownTheme(name.to_owned())) as Box<dyn Fault>));
    let complaints = keymaps.chain(themes.into_iter().flat_map(|theme| theme.complaints));
    problems.extend(keymap::each_once(complaints).into_iter().map(|complaint| complaint.fault));
    for error in office::load_profiles(&call.assets, call.store.as_deref()).errors {
        problems.push(Box::new(error));
    }
    for folder in ["data/locales/ja/", "data/locales/en/"] {
        for path in call.assets.list(folder) {
            if let Some((text, Some(file))) = call.assets.read(&path)
                && text.parse::<toml::Table>().is_err()
            {
                problems.push(Box::new(CliError::BrokenFile(file)));
            }
        }
    }
    problems
}

fn check(call: &mut Call<'_>) -> Answer {
    let problems = problems(call);
    let objects: Vec<Value> = problems.iter().map(|problem| call.error_object(problem.as_ref())).collect();
    let file = call.config.as_ref().map(|file| file.display().to_string());
    let mut document = json!({ "ok": problems.is_empty(), "file": file, "problems": objects });
    if problems.is_empty() {
        call.answer(&document, &[call.text("cli.config.good", &[])])?;
        return Ok(DONE);
    }
    let error = CliError::ConfigProblems(problems.len());
    document["error"] = call.error_object(&error);
    let sentences: Vec<String> = problems.iter().map(|problem| call.messages.explain(problem.as_ref())).collect();
    call.answer(&document, &sentences)?;
    call.notice(&call.messages.explain(&error));
    Ok(error.outcome().exit_code())
}

fn show(call: &mut Call<'_>) -> Answer {
    let mut sections = Map::new();
    let mut lines = Vec::new();
    let file = call.config.as_ref().map(|file| file.display().to_string());
    let store = call.store.as_ref().map(|store| store.display().to_string());
    let none = call.text("cli.config.none", &[]);
    lines.push(call.text("cli.config.store", &[("path", store.clone().unwrap_or_else(|| none.clone()))]));
    lines.push(call.text("cli.config.file", &[("path", file.clone().unwrap_or(none))]));
    let default = call.text("cli.config.default", &[]);
    let mut last = "";
    for (section, key, value, from_file) in call.settings.effective() {
        let value = json!(value);
        let in_section = sections.entry(section).or_insert_with(|| json!({}));
        in_section[key] = value.clone();
        if value.is_null() {
            continue;
        }
        if section != last {
            lines.push(format!("[{section}]"));
            last = section;
        }
        let mark = if from_file { String::new() } else { format!("  # {default}") };
        lines.push(format!("{key} = {value}{mark}"));
    }
    let document = json!({ "store": store, "file": file, "settings": sections });
    call.answer(&document, &lines)?;
    Ok(DONE)
}
