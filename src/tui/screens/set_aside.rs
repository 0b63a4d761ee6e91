//! 取り分けた行: the rows that imports could not take in, grouped by import; one of them as it stood in its file, with
//! the bad field in sight.

use ratatui::layout::{Position, Rect};

use super::intake::place_line;
use crate::command::CommandId;
use crate::office::SetAsideRow;
use crate::tui::dialogs::confirm::Question;
use crate::tui::format::{civil, grouped};
use crate::tui::intake::{IntakeErrand, ask};
use crate::tui::layer::Layer;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji, Pen};
use crate::tui::theme::Role;

/// The page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SetAsidePage {
    /// The row under the cursor.
    pub cursor: usize,
    /// The first row that is shown.
    pub top: usize,
    /// Whether the row is shown as it stood.
    pub whole: bool,
}

impl SetAsidePage {
    /// Keeps the cursor on its row in another list.
    pub fn follow(&mut self, before: &[SetAsideRow], rows: &[SetAsideRow]) {
        let place = before.get(self.cursor).and_then(|held| rows.iter().position(|row| row == held));
        self.cursor = place.unwrap_or(self.cursor).min(rows.len().saturating_sub(1));
    }

    /// Draws the page over the list.
    pub fn draw(&self, model: &Model, area: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, area, surface.theme.style(Role::Text));
        let state = &model.intake;
        let count = ("count", grouped(state.total));
        surface.text(area.x + 1, area.y, area.width - 1, &model.words.fill("set_aside.title", &[count]), Role::Label);
        let Some(chosen) = state.rows.get(self.cursor) else {
            let key = if state.total == 0 { "set_aside.none" } else { "set_aside.reading" };
            surface.text(area.x + 2, area.y + 1, area.width - 2, model.words.text(key), Role::Quiet);
            return area.as_position();
        };
        if self.whole {
            draw_whole(model, chosen, area, surface);
            return area.as_position();
        }
        let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let mut parked = rows.as_position();
        let lines = lines(state.rows.as_slice());
        let at = line_of(&lines, self.cursor);
        let top = motion::window_top(self.top, at, usize::from(rows.height));
        for (y, line) in (rows.top()..rows.bottom()).zip(lines.iter().skip(top)) {
            match line {
                Line::Import(place) => {
                    let row = &state.rows[*place];
                    let arguments = [("file", row.file.clone()), ("operation", row.import.to_string())];
                    let title = model.words.fill("set_aside.import", &arguments);
                    surface.text(area.x + 1, y, area.width - 1, &title, Role::Title);
                }
                Line::Row(place) => {
                    let here = *place == self.cursor;
                    if here {
                        parked = Position::new(area.x, y);
                        surface.text(area.x + 1, y, 1, surface.theme.glyphs.cursor, Role::Mark);
                    }
                    let role = if here { Role::RowCursor } else { Role::Text };
                    let text = place_line(&state.rows[*place].place, &model.words);
                    surface.text(area.x + 2, y, area.width - 2, &text, role);
                }
            }
        }
        parked
    }
}

/// A line of the list: the title of an import, or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Import(usize),
    Row(usize),
}

fn lines(rows: &[SetAsideRow]) -> Vec<Line> {
    let mut lines = Vec::with_capacity(rows.len() + 8);
    for (at, row) in rows.iter().enumerate() {
        if at == 0 || rows[at - 1].import != row.import {
            lines.push(Line::Import(at));
        }
        lines.push(Line::Row(at));
    }
    lines
}

fn line_of(lines: &[Line], cursor: usize) -> usize {
    lines.iter().position(|line| *line == Line::Row(cursor)).unwrap_or_default()
}

/// One row as it stood. Where a field is to blame, it stands out in its line.
fn draw_whole(model: &Model, row: &SetAsideRow, area: Rect, surface: &mut Surface<'_>) {
    let place = place_line(&row.place, &model.words);
    let x = area.x + 2;
    let width = area.width.saturating_sub(4).max(2);
    surface.text(x, area.y + 1, width, &format!("{}{place}", row.file), Role::Text);
    let mut y = area.y + 3;
    let text = match &model.intake.text {
        Some((import, line, text)) if (*import, *line) == (row.import, row.place.line) => text.as_ref(),
        _ => {
            surface.text(x, y, width, model.words.text("set_aside.reading"), Role::Quiet);
            return;
        }
    };
    let Some(parts) = text else {
        surface.text(x, y, width, model.words.text("set_aside.gone"), Role::Quiet);
        return;
    };
    for (part, role) in parts.iter().zip([Role::Text, Role::InputWrong, Role::Text]) {
        if part.is_empty() {
            continue;
        }
        // A blamed field stands on lines of its own between its signs: colour alone says nothing.
        let shown = if role == Role::InputWrong { format!("» {part} «") } else { part.clone() };
        for line in text::wrap(&shown, width, model.theme.policy, Gaiji::Code) {
            if y >= area.bottom() {
                return;
            }
            let pen = Pen { gaiji: Gaiji::Code, ..surface.theme.pen(role) };
            surface.pen(x, y, width, &line, &pen);
            y += 1;
        }
    }
}

/// What a command of the page does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let page = usize::from(places.body.height.saturating_sub(1));
    let lines = lines(&model.intake.rows);
    let last = model.intake.rows.len().saturating_sub(1);
    let Some(Layer::SetAside(view)) = model.layers.last_mut() else { return Vec::new() };
    if motion::is_motion(command) {
        view.cursor = motion::moved(view.cursor, last, command, page);
        view.top = motion::window_top(view.top, line_of(&lines, view.cursor), page);
        // The title of an import stays in sight above its first row.
        if view.top > 0
            && matches!(lines.get(view.top - 1), Some(Line::Import(_)))
            && lines[view.top] == Line::Row(view.cursor)
        {
            view.top -= 1;
        }
        return read_whole(model);
    }
    let Some(row) = model.intake.rows.get(view.cursor) else {
        model.notices.hint(model.words.text("set_aside.none").to_owned());
        return Vec::new();
    };
    match command {
        CommandId::SetAsideRow => {
            view.whole = !view.whole;
            return read_whole(model);
        }
        CommandId::RejectedClear => {
            let count = model.intake.rows.iter().filter(|other| other.import == row.import).count() as u64;
            let question = Question::Clear { import: Some(row.import), file: row.file.clone(), count };
            model.layers.push(Layer::Confirm(question));
        }
        CommandId::RejectedClearAll => {
            let question = Question::Clear { import: None, file: String::new(), count: model.intake.total };
            model.layers.push(Layer::Confirm(question));
        }
        CommandId::RejectedExport => return vec![write(model, false)],
        CommandId::RejectedCorrect => return vec![write(model, true)],
        _ => {}
    }
    Vec::new()
}

/// Asks for the row under the cursor, if it is to be shown whole.
fn read_whole(model: &Model) -> Vec<Effect> {
    let Some(Layer::SetAside(view)) = model.layers.last() else { return Vec::new() };
    let row = model.intake.rows.get(view.cursor).filter(|_| view.whole);
    row.map(|row| ask(IntakeErrand::LoadSetAsideText(row.import, row.place.line))).into_iter().collect()
}

/// A file of this moment in the folder where exports go.
fn write(model: &Model, for_import: bool) -> Effect {
    let time = model.now.and_then(civil).map_or_else(String::new, |now| now.strftime("_%Y%m%d-%H%M").to_string());
    let folder = &model.surroundings.export_folder;
    let slash = if folder.is_empty() { "" } else { "/" };
    let name = model.words.text(if for_import { "set_aside.file_to_correct" } else { "set_aside.file" });
    ask(IntakeErrand::WriteSetAside { path: format!("{folder}{slash}{name}{time}.csv"), for_import })
}
