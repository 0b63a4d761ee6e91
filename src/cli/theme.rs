//! `theme list`: which themes there are, which one is in force and why, and what is wrong with each.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::keymap::{object, sentences};
use super::table::Table;
use crate::config::looks::{Asked, Colours, ThemeReport, Why, choose};
use crate::office::{Desk, Segment};

pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let themes = (call.looks.themes)(&call.assets);
    let asked = call.settings.text("ui", "theme").map(str::to_owned);
    let wish = asked.as_deref().map(|name| {
        let theme = themes.iter().find(|theme| theme.name == name);
        Asked { name, known: theme.is_some(), full_colour: theme.is_some_and(|theme| theme.full_colour) }
    });
    let (segment, colours) = (segment(call), Colours::of_environment());
    let (name, why) = choose(wish, colours, segment.map_or("", Segment::id));
    // Without a store no segment is known, and its theme has no name.
    let name = Some(name).filter(|name| !name.is_empty());
    if call.flags.json {
        let list: Vec<Value> = themes.iter().map(|theme| document(call, theme, name)).collect();
        let in_force = json!({
            "name": name,
            "why": why.id(),
            "asked": asked,
            "segment": segment.map(Segment::id),
            "colours": colours.id(),
        });
        call.out.document(&json!({ "in_force": in_force, "themes": list }))?;
        return Ok(DONE);
    }
    let mut table = Table::new(
        ["in_force", "name", "kind", "colours", "description"]
            .map(|heading| call.text(&format!("cli.theme.heading.{heading}"), &[]))
            .to_vec(),
    );
    for theme in &themes {
        let word = |key: &str| call.text(&format!("cli.theme.{key}"), &[]);
        let cells = [
            if name == Some(theme.name.as_str()) { "*".to_owned() } else { String::new() },
            theme.name.clone(),
            word(if theme.own { "own" } else { "shipped" }),
            word(if theme.full_colour { "full" } else { "sixteen" }),
            description(call, theme).unwrap_or_default().to_owned(),
        ];
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    let asked = asked.clone().unwrap_or_default();
    let arguments = [("name", name.unwrap_or("?").to_owned()), ("asked", asked)];
    let key = match (why, segment) {
        (Why::Segment, None) => "cli.theme.why.no_store".to_owned(),
        _ => format!("cli.theme.why.{}", why.id()),
    };
    let mut lines = vec![String::new(), call.text(&key, &arguments)];
    for complaint in themes.iter().flat_map(|theme| &theme.complaints) {
        let said = sentences(call, complaint);
        if !lines.ends_with(&said) {
            lines.extend(said);
        }
    }
    call.answer(&Value::Null, &lines)?;
    Ok(DONE)
}

/// The segment of the store, where there is one that can be opened.
fn segment(call: &Call<'_>) -> Option<Segment> {
    let desk = Desk::open(call.store.as_deref()?, call.surroundings.clone(), &call.opening().ok()?);
    desk.ok().map(|desk| desk.segment())
}

fn description<'r>(call: &Call<'_>, theme: &'r ThemeReport) -> Option<&'r str> {
    theme.description.as_ref().map(|text| text.text(call.messages.language()))
}

fn document(call: &Call<'_>, theme: &ThemeReport, in_force: Option<&str>) -> Value {
    let problems: Vec<Value> = theme.complaints.iter().map(|complaint| object(call, complaint)).collect();
    json!({
        "name": theme.name,
        "files": theme.files,
        "own": theme.own,
        "description": description(call, theme),
        "full_colour": theme.full_colour,
        "in_force": in_force == Some(theme.name.as_str()),
        "problems": problems,
    })
}
