//! What is said of the list: one line a row, and a line where its counts, its marks or its order changed.

use super::voice::Voice;
use crate::domain::column::Column;
use crate::domain::identity::ApplicationId;
use crate::office::view::Row;
use crate::tui::format::grouped;
use crate::tui::message::Sort;
use crate::tui::model::Model;
use crate::tui::screens::list::{badge, cell, title_of};

/// The width of a date: short, as in a narrow list.
const NARROW: u16 = 12;

/// The width of a date with its year.
const WIDE: u16 = 17;

/// What was said of the list last.
#[derive(Debug, Clone, Default)]
pub struct ListSaid {
    row: Option<(Option<ApplicationId>, String)>,
    counts: Option<String>,
    query: String,
    view: Option<String>,
    sort: Option<Sort>,
    marks: (u64, u64),
}

impl ListSaid {
    /// Says what has changed. `entered` = one comes to the list: it is named, and its row said again. `keyed` = by a
    /// key, so that even a list that isn't whole yet is told of.
    pub fn tell(&mut self, model: &Model, entered: bool, keyed: bool, voice: &mut Voice) {
        let words = &model.words;
        let whole = model.list.is_whole();
        if self.sort.replace(model.list.sort).is_some_and(|sort| sort != model.list.sort) {
            voice.line(&sort(model));
        }
        let marks = (model.list.marks().len(), model.list.marked_out_of_sight());
        if std::mem::replace(&mut self.marks, marks).0 != marks.0 {
            voice.line(&marked(model));
        }
        let view = model.arrangement.in_force.as_ref().map(|(name, _)| name.clone());
        let other = self.query != model.search.query || (self.view != view && view.is_some());
        let counts = counts(model);
        if whole && model.summary.is_some() && (other || self.counts.as_ref() != Some(&counts)) {
            let first = self.counts.is_none();
            self.counts = Some(counts.clone());
            self.query.clone_from(&model.search.query);
            self.view.clone_from(&view);
            let name = view.map_or_else(String::new, |name| words.fill("view.in_force", &[("name", name)]));
            voice.line(&format!("{name}{counts}"));
            if first {
                voice.line(&summary(model));
            }
        }
        let row = (model.list.current(), row(model));
        let (id, Some(text)) = row else { return };
        if !entered && !keyed && !whole {
            return;
        }
        let now = Some((id, text));
        if entered || self.row != now {
            let name = if entered && self.row.is_some() { words.text("context.list") } else { "" };
            voice.line(format!("{name} {}", here(model)).trim_start());
            self.row = now;
        }
    }
}

/// The row under the cursor with its place in the list.
#[must_use]
pub fn here(model: &Model) -> String {
    let Some(text) = row(model) else { return model.words.text("list.reading").to_owned() };
    if model.list.ids().is_empty() {
        return text;
    }
    let marked = model.list.current().is_some_and(|id| model.list.marks().contains(id));
    let text = if marked { format!("{} {text}", model.words.text("plain.marked")) } else { text };
    format!("{}/{} {text}", grouped(model.list.cursor() as u64 + 1), grouped(model.list.ids().len() as u64))
}

/// The row under the cursor: its columns, and what the applicant did since. `None` = it isn't read yet.
fn row(model: &Model) -> Option<String> {
    let words = &model.words;
    let Some(id) = model.list.current() else {
        return model.list.is_whole().then(|| words.text("list.empty").to_owned());
    };
    let row = model.list.row(id)?;
    let shown = model.arrangement.shown();
    let cells = shown.iter().map(|placed| cell(&placed.column, row, NARROW, model));
    let mut parts: Vec<String> = cells.map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect();
    parts.extend(since(row).map(|key| words.text(&key).to_owned()));
    Some(parts.join(words.text("plain.separator")))
}

/// The message key of what the applicant did since.
fn since(row: &Row) -> Option<String> {
    badge(row).map(|key| format!("plain.{key}"))
}

/// Everything that is known of the list and of the row under its cursor, each field with its name.
#[must_use]
pub fn whole(model: &Model) -> Vec<String> {
    let words = &model.words;
    let query = if model.search.query.is_empty() { words.text("search.empty") } else { &model.search.query };
    let mut lines = vec![
        words.text("context.list").to_owned(),
        format!("{}: {query}", words.text("context.search")),
        counts(model),
        summary(model),
        marked(model),
        sort(model),
        here(model),
    ];
    if let Some(row) = model.list.current().and_then(|id| model.list.row(id)) {
        let others = Column::FIXED.into_iter().map(|(column, _)| column);
        let mut columns: Vec<Column> = model.arrangement.shown().into_iter().map(|placed| placed.column).collect();
        for column in others {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        for column in &columns {
            let text = cell(column, row, WIDE, model);
            if !text.trim().is_empty() {
                lines.push(format!("{}: {}", title_of(column, model).trim(), text.trim()));
            }
        }
    }
    lines
}

/// How many are listed, how many there are, how many wait to be looked at.
fn counts(model: &Model) -> String {
    let total = model.summary.map_or_else(|| "…".to_owned(), |summary| grouped(summary.total));
    let listed = ("listed", grouped(model.list.ids().len() as u64));
    let mut text = model.words.fill("search.counts", &[listed, ("total", total)]);
    if let Some(summary) = model.summary {
        text.push_str(model.words.text("plain.separator"));
        text.push_str(&model.words.fill("summary.unprocessed", &[("count", grouped(summary.unprocessed))]));
    }
    text
}

/// What else waits; empty where nothing does.
fn summary(model: &Model) -> String {
    let Some(summary) = model.summary else { return String::new() };
    let counts = [
        ("summary.waiting", model.intake.waiting()),
        ("summary.reflect_check", summary.reflect_check),
        ("summary.reflect_pending", summary.reflect_pending),
        ("summary.corrections", summary.corrections),
        ("summary.withdrawals", summary.withdrawals),
        ("summary.requests", summary.requests),
    ];
    let some = counts.into_iter().filter(|(_, count)| *count > 0);
    let told = some.map(|(key, count)| model.words.fill(key, &[("count", grouped(count))]));
    told.collect::<Vec<_>>().join(model.words.text("plain.separator"))
}

fn marked(model: &Model) -> String {
    let marked = ("count", grouped(model.list.marks().len()));
    match model.list.marked_out_of_sight() {
        0 => model.words.fill("mark.count", &[marked]),
        out => model.words.fill("mark.count_out", &[marked, ("out", grouped(out))]),
    }
}

fn sort(model: &Model) -> String {
    let Sort { field, descending } = model.list.sort;
    let fields = crate::tui::message::SortField::ALL;
    let id = fields.iter().find(|(known, _, _)| *known == field).map_or("", |(_, id, _)| id);
    let direction = if descending { "sort.descending" } else { "sort.ascending" };
    let words = &model.words;
    format!("{}: {} {}", words.text("sort.title"), words.text(&format!("sort.field.{id}")), words.text(direction))
}
