//! 窓口・郵送分の入力: the forms, then the page of one: a line for each field with what is told of it beside.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::calendar::{Day, parse_day, wareki_day};
use crate::domain::entry;
use crate::domain::fold::fold;
use crate::domain::form::{Choice, ItemKind, chosen, doubt_of};
use crate::messages::Messages;
use crate::office::{Part, SheetField};
use crate::tui::entry::{Choosing, EntryPage, Filling, Input, Stage, today};
use crate::tui::format::grouped;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// Where the lines stand, between the title and the foot.
#[must_use]
pub fn rows(body: Rect) -> Rect {
    let (x, width) = (body.x + 1, body.width.saturating_sub(2));
    Rect { x, y: body.y + 1, width, height: body.height.saturating_sub(4) }
}

/// So many choices are named that might be meant.
const MEANT: usize = 4;

impl EntryPage {
    /// Draws the page over the list; tells where the caret stands.
    pub fn draw(&self, model: &Model, body: Rect, surface: &mut Surface<'_>) -> Position {
        text::blank(surface.buffer, body, surface.theme.style(Role::Text));
        let rows = rows(body);
        match &self.stage {
            Stage::Reading => {
                surface.text(rows.x, body.y, rows.width, model.words.text("entry.title"), Role::Title);
                surface.text(rows.x, rows.y, rows.width, model.words.text("list.reading"), Role::Quiet);
                rows.as_position()
            }
            Stage::Choosing(choosing) => draw_choosing(choosing, model, (body, rows), surface),
            Stage::Filling(filling) => draw_filling(filling, model, (body, rows), surface),
        }
    }
}

fn draw_choosing(
    choosing: &Choosing,
    model: &Model,
    (body, rows): (Rect, Rect),
    surface: &mut Surface<'_>,
) -> Position {
    let words = &model.words;
    let found = choosing.found();
    let used = surface.text(rows.x, body.y, rows.width / 2, words.text("entry.which_form"), Role::Title) + 1;
    let area = Rect::new(rows.x + used, body.y, rows.width.saturating_sub(used + 12), 1);
    surface.fill(area, Role::Input);
    let caret = choosing.filter.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
    let count = words.fill("count", &[("count", grouped(found.len() as u64))]);
    surface.text_right(Rect { y: body.y, height: 1, ..rows }, &count, Role::Label);
    if found.is_empty() {
        let key = match &choosing.forms {
            None => "list.reading",
            Some(forms) if forms.is_empty() => "entry.no_forms",
            Some(_) => "entry.none_found",
        };
        let lines = text::wrap(words.text(key), rows.width, surface.theme.policy, Gaiji::Mark);
        for (y, line) in (rows.top()..rows.bottom()).zip(&lines) {
            surface.text(rows.x, y, rows.width, line, Role::Quiet);
        }
    }
    let top = motion::window_top(0, choosing.cursor, usize::from(rows.height));
    for (y, (at, form)) in (rows.top()..rows.bottom()).zip(found.iter().enumerate().skip(top)) {
        let here = at == choosing.cursor;
        if here {
            surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
        }
        let role = if here { Role::RowCursor } else { Role::Text };
        let width = surface.columns(&form.word).min(rows.width / 3);
        surface.text(rows.x + 2, y, rows.width.saturating_sub(width + 4), &form.title, role);
        surface.text_right(Rect { y, height: 1, ..rows }, &form.word, Role::Quiet);
    }
    caret
}

/// The columns of a field: label, what is typed, what is told of it.
fn columns(width: u16) -> (u16, u16) {
    let label = (width / 4).clamp(16, 32);
    (label, (width - label) * 9 / 20)
}

fn draw_filling(filling: &Filling, model: &Model, (body, rows): (Rect, Rect), surface: &mut Surface<'_>) -> Position {
    let words = &model.words;
    let title = format!("{}  {}", words.text("entry.title"), filling.sheet.title);
    surface.text(rows.x, body.y, rows.width, &title, Role::Title);
    let on_button = filling.focus == filling.inputs.len();
    let top =
        motion::window_top(0, filling.focus.min(filling.inputs.len().saturating_sub(1)), usize::from(rows.height));
    let (label_width, input_width) = columns(rows.width);
    let foot = body.bottom().saturating_sub(1);
    let mut caret = Position::new(rows.x + 2, foot);
    let fields = filling.sheet.fields.iter().zip(&filling.inputs).enumerate().skip(top);
    for (y, (at, (field, input))) in (rows.top()..rows.bottom()).zip(fields) {
        surface.text(rows.x, y, label_width - 1, &label(&field.part, words), Role::Label);
        let area = Rect::new(rows.x + label_width, y, input_width, 1);
        let here = at == filling.focus;
        let at = match input {
            Input::Open(typed) => {
                surface.fill(area, Role::Input);
                typed.draw(surface.buffer, area, &surface.theme.pen(Role::Input))
            }
            Input::Masked(typed) => {
                surface.fill(area, Role::Input);
                let mask = "*".repeat(typed.typed().chars().count());
                let used = surface.pen(area.x, y, area.width, &mask, &surface.theme.pen(Role::Input));
                Position::new(area.x + used.min(area.width - 1), y)
            }
            Input::Closed => area.as_position(),
        };
        if here {
            caret = at;
        }
        let (told, role) = told(field, input.text(), here, today(model), words);
        let x = area.right() + 1;
        surface.text(x, y, rows.right().saturating_sub(x), &told, role);
    }
    if let Some(problem) = &filling.problem {
        let lines = text::wrap(problem, rows.width, surface.theme.policy, Gaiji::Mark);
        for (y, line) in (foot.saturating_sub(2)..foot).zip(&lines) {
            surface.text(rows.x, y, rows.width, line, Role::NoticeError);
        }
    }
    let key = if filling.running { "batch.running" } else { "entry.button" };
    let used = surface.button(rows.x, foot, rows.width, words.text(key), on_button);
    let keys = [
        ("next", model.key_name(Context::Entry, CommandId::DialogNext)),
        ("execute", model.key_name(Context::Entry, CommandId::DialogAccept)),
        ("close", model.key_name(Context::Entry, CommandId::LayerClose)),
    ];
    let x = rows.x + used + 2;
    surface.text(x, foot, rows.right().saturating_sub(x), &words.fill("entry.keys", &keys), Role::Quiet);
    caret
}

/// What a field is called.
#[must_use]
pub fn label(part: &Part, words: &Messages) -> String {
    match part {
        Part::Item(name) => name.clone(),
        other => words.text(&format!("entry.part.{}", other.id())).to_owned(),
    }
}

/// What is told of a field: how what stands there is read, what is odd about it, or what belongs there.
fn told(field: &SheetField, text: &str, here: bool, today: Option<Day>, words: &Messages) -> (String, Role) {
    let quiet = |key: &str| (words.text(key).to_owned(), Role::Quiet);
    let doubt = doubt_of(&field.kind, text);
    match (&field.kind, text.trim()) {
        (ItemKind::Attachment, _) => quiet("entry.attachment"),
        (_, "") if field.sealed => quiet("entry.sealed"),
        (ItemKind::Choice(_), "") if here => quiet("entry.choose"),
        (ItemKind::Date, "") if here && field.part == Part::Received => quiet("entry.received"),
        (_, "") => (String::new(), Role::Quiet),
        (ItemKind::Choice(choices), text) => choice(choices, text, words),
        (ItemKind::Date, text) if field.part == Part::Received => {
            let at = today.and_then(|today| entry::received(text, today).ok());
            at.map_or_else(
                || warning(words.text("form.doubt.not_a_date")),
                |at| {
                    let day = crate::domain::calendar::civil(&at).date();
                    match today {
                        Some(today) if day > today => warning(words.text("entry.to_come")),
                        _ => (read_back(day), Role::Quiet),
                    }
                },
            )
        }
        (_, _) if doubt.is_some() => {
            let id = doubt.map_or("", crate::domain::form::Doubt::id);
            warning(words.text(&format!("form.doubt.{id}")))
        }
        (ItemKind::Date, text) => (parse_day(text).map(|day| read_back(day.value)).unwrap_or_default(), Role::Quiet),
        (ItemKind::IndividualNumber, _) => quiet("entry.check_digit"),
        _ => (String::new(), Role::Quiet),
    }
}

fn warning(text: &str) -> (String, Role) {
    (format!("! {text}"), Role::NoticeError)
}

/// A day in both ways of writing it.
fn read_back(day: Day) -> String {
    format!("{day}  {}", wareki_day(day))
}

fn choice(choices: &[Choice], text: &str, words: &Messages) -> (String, Role) {
    let named = |choice: &Choice| match &choice.code {
        Some(code) => format!("{code} {}", choice.label),
        None => choice.label.clone(),
    };
    if let Some(choice) = chosen(choices, text) {
        return (named(choice), Role::Quiet);
    }
    let wanted = fold(text);
    let meant: Vec<String> =
        choices.iter().filter(|choice| fold(&choice.label).contains(&wanted)).take(MEANT).map(named).collect();
    if meant.is_empty() { warning(words.text("form.doubt.not_a_choice")) } else { warning(&meant.join(" / ")) }
}
