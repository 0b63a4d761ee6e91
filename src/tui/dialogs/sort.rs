//! The order of the list: by which field, in which direction. A key of the list goes round the usual ones without it.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::arrangement;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Sort, SortField};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The order after this one, for the key that goes round.
#[must_use]
pub const fn next(order: Sort) -> Sort {
    let (field, descending) = match order.field {
        SortField::Submitted if order.descending => (SortField::Submitted, false),
        SortField::Submitted => (SortField::Number, false),
        SortField::Number => (SortField::Kana, false),
        SortField::Kana | SortField::Name => (SortField::Status, false),
        _ => (SortField::Submitted, true),
    };
    Sort { field, descending }
}

/// The dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortDialog {
    /// The chosen line.
    pub cursor: usize,
    /// Newest, largest, last first.
    pub descending: bool,
}

impl SortDialog {
    /// A dialog on the present order.
    #[must_use]
    pub fn new(order: Sort) -> Self {
        let cursor = SortField::ALL.iter().position(|(field, _, _)| *field == order.field).unwrap_or_default();
        Self { cursor, descending: order.descending }
    }

    /// Draws the dialog over the screen.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let area = layout::dialog(screen, 50, SortField::ALL.len() as u16 + 4);
        let inner = surface.boxed(area, words.text("sort.title"));
        let mut caret = inner.as_position();
        for (at, (y, (field, id, _))) in (inner.top()..inner.bottom()).zip(SortField::ALL).enumerate() {
            let here = at == self.cursor;
            let glyphs = surface.theme.glyphs;
            let sign = if model.list.sort.field == field { glyphs.chosen } else { glyphs.choice };
            let direction = match (here, self.descending) {
                (false, _) => "",
                (true, false) => words.text("sort.ascending"),
                (true, true) => words.text("sort.descending"),
            };
            let text = format!("{sign} {}  {direction}", words.text(&format!("sort.field.{id}")));
            let role = if here { Role::ButtonFocus } else { Role::Text };
            surface.text(inner.x, y, inner.width, text.trim_end(), role);
            if here {
                caret = Position::new(inner.x, y);
            }
        }
        let keys = [
            ("change", model.key_name(Context::Sort, CommandId::DialogChange)),
            ("accept", model.key_name(Context::Sort, CommandId::DialogAccept)),
            ("close", model.key_name(Context::Sort, CommandId::LayerClose)),
        ];
        let foot = inner.bottom().saturating_sub(1);
        surface.text(inner.x, foot, inner.width, &words.fill("sort.keys", &keys), Role::Quiet);
        caret
    }
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Sort(dialog)) = model.layers.last_mut() else { return Vec::new() };
    match command {
        CommandId::DialogChange => dialog.descending = !dialog.descending,
        CommandId::DialogAccept => {
            let field = SortField::ALL.get(dialog.cursor).map_or(SortField::default(), |(field, _, _)| *field);
            model.list.sort = Sort { field, descending: dialog.descending };
            model.layers.pop();
            return vec![model.search_again(true), arrangement::keep(model)];
        }
        _ => dialog.cursor = motion::moved(dialog.cursor, SortField::ALL.len() - 1, command, SortField::ALL.len()),
    }
    Vec::new()
}
