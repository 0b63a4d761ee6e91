//! `profile`: how the files of each source are read.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::flags;
use super::table::Table;
use crate::domain::application::Line;
use crate::office::{self, Choice, Fit, FitColumn, OfficeError, Profile, Profiles};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Profile) -> Answer {
    match flags {
        flags::Profile::List => list(call),
        flags::Profile::Show { name } => show(call, name),
        flags::Profile::Check { file, csv, encoding } => check(call, file, csv.as_deref(), *encoding),
        flags::Profile::Learn(flags) => super::learn::run(call, flags),
    }
}

/// All profiles; what is wrong with the others goes to stderr.
pub(super) fn profiles(call: &Call<'_>) -> Profiles {
    let loaded = office::load_profiles(&call.assets, call.store.as_deref());
    for error in &loaded.errors {
        call.notice(&call.messages.explain(error));
    }
    loaded
}

fn list(call: &mut Call<'_>) -> Answer {
    let loaded = profiles(call);
    if call.flags.json {
        let object = |profile: &Profile| {
            let own = loaded.own(profile.name());
            json!({
                "name": profile.name(),
                "title": profile.title(),
                "source": profile.source(),
                "file": own.map(|own| own.file.display().to_string()),
                "replaces_shipped": own.is_some_and(|own| own.replaces_shipped),
            })
        };
        call.out.document(&loaded.profiles.iter().map(object).collect())?;
        return Ok(DONE);
    }
    let headings = ["name", "source", "title", "kind"].map(|key| call.text(&format!("cli.profile.{key}"), &[]));
    let mut table = Table::new(headings.to_vec());
    for profile in &loaded.profiles {
        let kind = match loaded.own(profile.name()) {
            None => call.text("cli.profile.shipped", &[]),
            Some(own) => {
                let key = if own.replaces_shipped { "cli.profile.replaces" } else { "cli.profile.own" };
                call.text(key, &[("file", own.file.display().to_string())])
            }
        };
        let cells = [profile.name().to_owned(), profile.source().to_owned(), profile.title().to_owned(), kind];
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

fn show(call: &mut Call<'_>, name: &str) -> Answer {
    let loaded = profiles(call);
    let broken = loaded.errors.iter().find(|error| error.profile == name);
    if let Some(error) = broken {
        return Err(OfficeError::from(error.clone()).into());
    }
    let profile = loaded.profiles.iter().find(|profile| profile.name() == name);
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

fn check(call: &mut Call<'_>, file: &Path, csv: Option<&Path>, encoding: Choice) -> Answer {
    let profile = office::check_profile(file)?;
    let mut document = json!({ "ok": true, "name": profile.name(), "source": profile.source() });
    let arguments = [("name", profile.name().to_owned()), ("source", profile.source().to_owned())];
    let mut lines = vec![call.text("cli.profile.good", &arguments)];
    if let Some(csv) = csv {
        let others = profiles(call);
        let fit = office::fit_profile(&profile, csv, encoding, &others.profiles)?;
        document["csv"] = fit_object(csv, &fit);
        lines.extend(fit_lines(call, &profile, csv, &fit));
    }
    call.answer(&document, &lines)?;
    Ok(DONE)
}

fn fit_object(csv: &Path, fit: &Fit) -> Value {
    let column = |column: &FitColumn| json!({ "column": column.column, "name": column.name, "field": column.field });
    let (picked, code) = match &fit.picked {
        Ok(name) => (Some(name), None),
        Err(code) => (None, Some(code)),
    };
    let rejected = |(reason, count): (&&str, &u64)| json!({ "reason": reason, "count": count });
    json!({
        "file": csv.display().to_string(),
        "encoding": fit.encoding,
        "columns": fit.columns.iter().map(column).collect::<Vec<_>>(),
        "absent": fit.absent,
        "sensitive": fit.sensitive,
        "read": fit.rows,
        "rejected": fit.rejected.iter().map(rejected).collect::<Vec<_>>(),
        "picked": picked,
        "not_picked": code,
    })
}

fn fit_lines(call: &Call<'_>, profile: &Profile, csv: &Path, fit: &Fit) -> Vec<String> {
    let messages = &call.messages;
    let count = |n: u64| n.to_string();
    let mut lines = vec![
        messages
            .fill("cli.profile.fits", &[("file", csv.display().to_string()), ("encoding", fit.encoding.to_owned())]),
    ];
    let field_name = |id: &str| messages.text(&format!("learn.field.{id}")).to_owned();
    for column in &fit.columns {
        let mut arguments = vec![("column", count(column.column)), ("name", column.name.clone())];
        let key = if column.field.is_some() { "cli.profile.fit_field" } else { "cli.profile.fit_item" };
        arguments.extend(column.field.map(|field| ("field", field_name(field))));
        lines.push(messages.fill(key, &arguments));
    }
    if !fit.absent.is_empty() {
        let fields: Vec<String> = fit.absent.iter().map(|id| field_name(id)).collect();
        lines.push(messages.fill("cli.profile.fit_absent", &[("fields", fields.join("、"))]));
    }
    let rejected = fit.rejected.values().sum();
    lines.push(messages.fill("cli.profile.fit_rows", &[("rows", count(fit.rows)), ("rejected", count(rejected))]));
    for (reason, n) in &fit.rejected {
        let reason = messages.text(&format!("rejected.reason.{reason}")).to_owned();
        lines.push(messages.fill("cli.profile.fit_rejected", &[("reason", reason), ("count", count(*n))]));
    }
    match &fit.picked {
        Ok(name) if name == profile.name() => {}
        Ok(name) => lines.push(messages.fill("cli.profile.fit_other", &[("profile", name.clone())])),
        Err(code) => lines.push(messages.fill("cli.profile.fit_none", &[("code", (*code).to_owned())])),
    }
    lines
}
