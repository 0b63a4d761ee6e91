//! Sentences for what has its own: the record and other texts, the help.

use super::sheet::{Sheet, read};
use crate::tui::dialogs::filter::FilterDialog;
use crate::tui::dialogs::help::HelpDialog;
use crate::tui::format;
use crate::tui::layer::Layer;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::offers::Offer;
use crate::tui::screens::record::{self, RecordLine};
use crate::tui::screens::revisions::Page;
use crate::tui::screens::{intake, log, phone, record::RecordView, requests};
use crate::tui::text::{Gaiji, WidthPolicy, pieces};
use crate::tui::theme::Role;

/// A width at which nothing is wrapped: a line is a sentence, and the terminal wraps it.
const ENDLESS: u16 = u16::MAX - 16;

/// The lines of the text that lies open.
#[must_use]
pub fn of_text(model: &Model) -> Vec<String> {
    let mut lines = match model.layers.last() {
        Some(Layer::Record(view)) => of_record(model, *view),
        Some(Layer::Notices(_)) => of_notices(model),
        Some(Layer::Intake(page)) => {
            let mut lines: Vec<String> =
                intake::lines(page, model, ENDLESS).into_iter().map(|(line, _)| tidy(&line)).collect();
            let sheet = Sheet::of(model);
            lines.extend(sheet.at.map(|_| read(sheet.here(), &model.words)));
            lines
        }
        Some(Layer::Requests(page)) => {
            requests::lines(page, model, ENDLESS).into_iter().map(|(line, _)| tidy(&line)).collect()
        }
        Some(Layer::Log(page)) => log::lines(page, model, ENDLESS).into_iter().map(|(line, _)| tidy(&line)).collect(),
        Some(Layer::Phone(page)) if page.open.is_some() => {
            let lines = page.open.iter().flat_map(|open| phone::sentences(open, model, ENDLESS));
            lines.map(|(line, _)| tidy(&line)).collect()
        }
        Some(Layer::Confirm(question)) => {
            let keys = Sheet::of(model).lines.pop();
            [vec![question.sentence(model)], keys.into_iter().collect()].concat()
        }
        _ => Sheet::of(model).lines.iter().map(|line| read(line, &model.words)).collect(),
    };
    lines.retain(|line| !line.trim().is_empty());
    if lines.is_empty() {
        lines.push(model.words.text("list.reading").to_owned());
    }
    lines
}

/// A record: each line with its label before it.
fn of_record(model: &Model, view: RecordView) -> Vec<String> {
    let Some(record) = model.open.of(view.id) else { return vec![model.words.text("record.gone").to_owned()] };
    let lines = labelled(&record::lines(record, view.all_revisions, &Page::of(model, ENDLESS)));
    let shown = |line: &String| {
        pieces(line, WidthPolicy::Narrow, Gaiji::Code).map(|piece| piece.shown.into_owned()).collect::<String>()
    };
    lines.iter().map(shown).collect()
}

/// Puts a label that stands on a line of its own before its value, where it has one line of it.
fn labelled(lines: &[RecordLine]) -> Vec<String> {
    let mut told: Vec<String> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let below = lines[at + 1..].iter().take_while(|next| next.indent > line.indent).count();
        if line.role == Role::Label && below == 1 {
            told.push(format!("{}: {}", line.text.trim(), lines[at + 1].text.trim()));
            at += 1;
        } else {
            told.push(line.text.trim().to_owned());
        }
        at += 1;
    }
    told
}

/// The messages, newest first, each with its time and details.
fn of_notices(model: &Model) -> Vec<String> {
    let mut lines = Vec::new();
    for notice in model.notices.iter() {
        let time = notice.at.map_or_else(String::new, format::clock);
        lines.push(format!("{time} {}", of_notice(&notice.text, notice.is_error, model)).trim().to_owned());
        lines.extend(notice.details.iter().cloned());
    }
    if lines.is_empty() {
        lines.push(model.words.text("notices.none").to_owned());
    }
    lines
}

/// A message with the word that says whether something went wrong.
#[must_use]
pub fn of_notice(text: &str, is_error: bool, model: &Model) -> String {
    let key = if is_error { "plain.error" } else { "plain.notice" };
    model.words.fill(key, &[("text", text.to_owned())])
}

/// The commands that the help can run from here just now, with their places in it: what one does comes first, what
/// only moves comes last.
#[must_use]
pub fn runnable(help: &HelpDialog, model: &Model) -> Vec<(usize, Offer)> {
    let entries = help.entries(model).into_iter().enumerate().filter(|(_, entry)| entry.disabled.is_none());
    let (moving, mut doing): (Vec<_>, Vec<_>) = entries.partition(|(_, entry)| motion::is_motion(entry.command.id));
    doing.extend(moving);
    doing
}

/// One line of the numbered commands.
#[must_use]
pub fn of_command(number: usize, entry: &Offer) -> String {
    let key = entry.keys.split("  ").next().unwrap_or_default();
    format!("{number} {} ({key})", entry.title)
}

/// What the help says of the command under its cursor.
#[must_use]
pub fn of_entry(entry: &Offer, model: &Model) -> String {
    let parts = [entry.title.as_str(), &entry.keys, &entry.description, entry.disabled.as_deref().unwrap_or_default()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(model.words.text("plain.separator"))
}

/// The choices of the part of the filter that has the keys, numbered.
#[must_use]
pub fn of_choices(dialog: &FilterDialog, model: &Model) -> Vec<String> {
    let told = dialog.choices(dialog.focus()).into_iter().enumerate().map(|(at, choice)| {
        let text = format!("{} {}", at + 1, choice.text);
        if choice.on { model.words.fill("plain.chosen", &[("text", text)]) } else { text }
    });
    told.collect()
}

/// A line that was laid out in columns: no margin, no gap wider than two.
fn tidy(line: &str) -> String {
    let words: Vec<&str> = line.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect();
    words.join("  ")
}
