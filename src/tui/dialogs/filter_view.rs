//! How the form of the query is drawn: choices wrap, and what doesn't fit in height scrolls with the focus.

use ratatui::layout::{Position, Rect};

use super::filter::{FilterDialog, PARTS, Part};
use crate::command::{CommandId, Context};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// Columns of the labels.
const LABEL: u16 = 12;

/// A line of the form: its label, and what stands in it.
struct Line<'a> {
    part: Part,
    label: &'a str,
    choices: Vec<(usize, String, bool)>,
}

/// The message key of a part's label.
#[must_use]
pub const fn label(part: Part) -> &'static str {
    match part {
        Part::Status => "filter.status",
        Part::Source => "filter.source",
        Part::Reflection => "filter.reflection",
        Part::Form => "filter.form",
        Part::From => "filter.from",
        Part::To => "filter.to",
        Part::Name => "filter.name",
        Part::Kana => "filter.kana",
        Part::Feature => "filter.feature",
        Part::Rest => "filter.rest",
        Part::Button => "filter.button",
    }
}

impl FilterDialog {
    /// The lines of all parts but the button.
    fn lines<'a>(&self, model: &'a Model, room: u16, surface: &Surface<'_>) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        for part in PARTS.into_iter().filter(|part| *part != Part::Button) {
            let mut line = Line { part, label: model.words.text(label(part)), choices: Vec::new() };
            let mut used = 0;
            for (at, choice) in self.choices(part).into_iter().enumerate() {
                let width = (surface.columns(&choice.text) + 4).min(room);
                if used + width > room && !line.choices.is_empty() {
                    lines.push(std::mem::replace(&mut line, Line { part, label: "", choices: Vec::new() }));
                    used = 0;
                }
                used += width;
                line.choices.push((at, choice.text, choice.on));
            }
            lines.push(line);
        }
        lines
    }

    /// Draws the dialog over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let width = screen.width.saturating_sub(2).min(100);
        let room = width.saturating_sub(4 + LABEL);
        let lines = self.lines(model, room, surface);
        let inner = surface.boxed(layout::dialog(screen, width, lines.len() as u16 + 4), words.text("filter.title"));
        let height = usize::from(inner.height.saturating_sub(2));
        let focus = self.focus();
        let here = |line: &Line<'_>| {
            line.part == focus && (line.choices.is_empty() || line.choices.iter().any(|(at, ..)| *at == self.choice()))
        };
        let at = lines.iter().position(here).unwrap_or(lines.len() - 1);
        let top = (at + 1).saturating_sub(height).min(lines.len().saturating_sub(height));
        let mut caret = inner.as_position();
        for (y, line) in (inner.top()..).zip(lines.iter().skip(top).take(height)) {
            let role = if line.part == focus { Role::Title } else { Role::Label };
            surface.text(inner.x, y, LABEL, line.label, role);
            if let Some(place) = self.draw_line(model, line, Rect::new(inner.x + LABEL, y, room, 1), surface) {
                caret = place;
            }
        }
        let below = inner.bottom().saturating_sub(2);
        if let Some(problem) = &self.problem {
            surface.text(inner.x, below, inner.width, problem, Role::NoticeError);
        } else {
            let used = surface.text(inner.x, below, LABEL, words.text("filter.query"), Role::Label).max(LABEL);
            let query = self.query(words.language());
            let query = if query.is_empty() { words.text("search.empty") } else { &query };
            surface.text(inner.x + used, below, inner.width.saturating_sub(used), query, Role::Quiet);
        }
        let foot = inner.bottom().saturating_sub(1);
        let used = surface.button(inner.x, foot, inner.width, words.text("filter.button"), focus == Part::Button);
        let key = |command| model.key_name(Context::Filter, command);
        let keys = [
            (
                "change",
                model.keymap.keys_of(Context::Filter, CommandId::DialogChange).into_iter().next().unwrap_or_default(),
            ),
            ("accept", key(CommandId::DialogAccept)),
            ("clear", key(CommandId::FilterClear)),
            ("close", key(CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        surface.text(x, foot, inner.right().saturating_sub(x), &words.fill("filter.keys", &keys), Role::Quiet);
        if focus == Part::Button {
            caret = Position::new(inner.x, foot);
        }
        caret
    }

    /// Draws what stands in a line; tells where the caret stands if it stands here.
    fn draw_line(&self, model: &Model, line: &Line<'_>, area: Rect, surface: &mut Surface<'_>) -> Option<Position> {
        let focused = line.part == self.focus();
        if let Some(field) = self.field(line.part) {
            surface.fill(area, Role::Input);
            let caret = field.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
            return focused.then_some(caret);
        }
        let mut caret = None;
        let mut x = area.x;
        if line.choices.is_empty() {
            let key = if self.looking { "list.reading" } else { "filter.no_choice" };
            surface.text(x, area.y, area.width, model.words.text(key), Role::Quiet);
            caret = focused.then_some(area.as_position());
        }
        for (at, text, on) in &line.choices {
            let here = focused && *at == self.choice();
            let glyphs = surface.theme.glyphs;
            let sign = if *on { glyphs.chosen } else { glyphs.choice };
            let role = match (here, on) {
                (true, _) => Role::ButtonFocus,
                (false, true) => Role::Mark,
                (false, false) => Role::Text,
            };
            if here {
                caret = Some(Position::new(x, area.y));
            }
            x += surface.text(x, area.y, area.right().saturating_sub(x), &format!("{sign} {text}"), role) + 2;
        }
        caret
    }
}
