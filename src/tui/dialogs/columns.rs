//! The columns of the list: chosen, in order, as wide as wanted. Beside the fixed ones stand the items of the forms that
//! the present result has.

use ratatui::layout::{Position, Rect};

use super::views::say_dropped;
use crate::command::{CommandId, Context};
use crate::domain::column::Column;
use crate::domain::session::{Placed, WIDEST};
use crate::office::FormFacts;
use crate::tui::arrangement;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::screens::list::title_of;
use crate::tui::screens::list_columns::{Fitted, fit};
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The narrowest column, and by how much a key widens one.
const NARROWEST: u16 = 4;
const STEP: u16 = 2;

/// A line of the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The column with its width.
    pub placed: Placed,
    /// Whether the list shows it.
    pub on: bool,
}

/// The dialog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnsDialog {
    /// Every column: those shown in their order, then the others.
    pub entries: Vec<Entry>,
    /// The chosen line.
    pub cursor: usize,
    /// Number of the question about items.
    pub ticket: u64,
    /// Whether the items are still being looked for.
    pub looking: bool,
}

/// Opens the dialog, and asks which items there are.
pub fn open(model: &mut Model) -> Vec<Effect> {
    model.ticket += 1;
    let mut dialog = ColumnsDialog { ticket: model.ticket, looking: true, ..ColumnsDialog::default() };
    dialog.fill(model.arrangement.shown());
    model.layers.push(Layer::Columns(dialog));
    let query = model.search.query.clone();
    vec![model.begin(Errand::Forms { ticket: model.ticket, query })]
}

impl ColumnsDialog {
    /// Puts the shown ones first, then every other fixed one, then the items that were known.
    fn fill(&mut self, shown: Vec<Placed>) {
        let items: Vec<Column> = self.entries.drain(..).map(|entry| entry.placed.column).collect();
        self.entries = shown.into_iter().map(|placed| Entry { placed, on: true }).collect();
        self.add(Column::FIXED.into_iter().map(|(column, _)| column).chain(items));
    }

    /// Adds columns that aren't there yet.
    fn add(&mut self, columns: impl IntoIterator<Item = Column>) {
        for column in columns {
            if !self.entries.iter().any(|entry| entry.placed.column == column) {
                self.entries.push(Entry { placed: column.into(), on: false });
            }
        }
    }

    fn shown(&self) -> Vec<Placed> {
        self.entries.iter().filter(|entry| entry.on).map(|entry| entry.placed.clone()).collect()
    }

    /// Shows the chosen column, behind those that are shown, or no longer shows it.
    fn toggle(&mut self) {
        let Some(entry) = self.entries.get_mut(self.cursor) else { return };
        entry.on = !entry.on;
        let behind = self.entries.iter().take(self.cursor).rposition(|entry| entry.on).map_or(0, |at| at + 1);
        if self.entries[self.cursor].on && behind < self.cursor {
            self.entries[behind..=self.cursor].rotate_right(1);
            self.cursor = behind;
        }
    }

    /// Moves the chosen column; tells whether it could be.
    fn shift(&mut self, down: bool) -> bool {
        let to = if down { self.cursor + 1 } else { self.cursor.wrapping_sub(1) };
        let possible = to < self.entries.len();
        if possible {
            self.entries.swap(self.cursor, to);
            self.cursor = to;
        }
        possible
    }

    /// Makes the chosen column wider or narrower than it stands now.
    fn stretch(&mut self, wider: bool, width: u16) {
        let (fitted, _) = fit(&self.shown(), width);
        let Some(entry) = self.entries.get_mut(self.cursor) else { return };
        let now = fitted.iter().find(|fitted| fitted.column == entry.placed.column).map(|fitted| fitted.width);
        let now = entry.placed.width.or(now).unwrap_or(NARROWEST * 3);
        let to = if wider { now.saturating_add(STEP) } else { now.saturating_sub(STEP) };
        entry.placed.width = Some(to.clamp(NARROWEST, WIDEST));
    }
}

/// Takes the forms: their items can be chosen.
pub fn forms(model: &mut Model, ticket: u64, forms: &Result<Vec<FormFacts>, Explained>) {
    // The help may lie above it.
    let dialog = model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Columns(dialog) => Some(dialog),
        _ => None,
    });
    let Some(dialog) = dialog.filter(|dialog| dialog.ticket == ticket) else { return };
    dialog.looking = false;
    if let Ok(forms) = forms {
        dialog.add(forms.iter().flat_map(|form| &form.items).cloned().map(Column::Item));
    }
    model.end(Work::Forms);
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let width = model.places().map_or(80, |places| places.rows.width);
    let Some(Layer::Columns(dialog)) = model.layers.last_mut() else { return Vec::new() };
    match command {
        CommandId::DialogChange => dialog.toggle(),
        CommandId::ColumnsUp | CommandId::ColumnsDown => {
            if !dialog.shift(command == CommandId::ColumnsDown) {
                model.notices.hint(model.words.text("columns.at_the_end").to_owned());
            }
        }
        CommandId::ColumnsNarrow => dialog.stretch(false, width),
        CommandId::ColumnsWiden => dialog.stretch(true, width),
        CommandId::ColumnsReset => {
            dialog.fill(Column::USUAL.map(Placed::from).to_vec());
            dialog.cursor = 0;
            model.notices.hint(model.words.text("columns.reset").to_owned());
        }
        CommandId::DialogAccept => {
            let shown = dialog.shown();
            if shown.is_empty() {
                model.notices.hint(model.words.text("columns.none").to_owned());
                return Vec::new();
            }
            model.layers.pop();
            model.end(Work::Forms);
            arrangement::set_columns(model, shown);
            say_dropped(model);
            return vec![Effect::Cancel(Work::Forms), arrangement::keep(model)];
        }
        _ => dialog.cursor = motion::moved(dialog.cursor, dialog.entries.len() - 1, command, 10),
    }
    Vec::new()
}

impl ColumnsDialog {
    /// Draws the dialog over the screen.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let area = layout::dialog(screen, 70, self.entries.len() as u16 + 4);
        let inner = surface.boxed(area, words.text("columns.title"));
        let lines = usize::from(inner.height.saturating_sub(2));
        let top = motion::window_top(0, self.cursor, lines);
        let width = model.places().map_or(80, |places| places.rows.width);
        let (fitted, dropped) = fit(&self.shown(), width);
        let mut caret = inner.as_position();
        for (y, (at, entry)) in (inner.top()..).zip(self.entries.iter().enumerate().skip(top).take(lines)) {
            let here = at == self.cursor;
            let column = &entry.placed.column;
            if here {
                caret = Position::new(inner.x, y);
            }
            let glyphs = surface.theme.glyphs;
            let sign = if entry.on { glyphs.chosen } else { glyphs.choice };
            let role = if here { Role::ButtonFocus } else { Role::Text };
            let title = format!("{sign} {}", title_of(column, model).trim());
            surface.text(inner.x, y, 44.min(inner.width), &title, role);
            let side = match fitted.iter().find(|fitted| fitted.column == *column) {
                Some(Fitted { width, .. }) => {
                    let key = if entry.placed.width.is_some() { "columns.width" } else { "columns.auto" };
                    words.fill(key, &[("width", width.to_string())])
                }
                None if dropped.contains(column) => words.text("columns.no_room").to_owned(),
                None => String::new(),
            };
            surface.text_right(Rect::new(inner.x, y, inner.width, 1), &side, Role::Quiet);
        }
        let foot = inner.bottom().saturating_sub(1);
        let key = |command| model.key_name(Context::Columns, command);
        let keys = [
            ("change", key(CommandId::DialogChange)),
            ("up", key(CommandId::ColumnsUp)),
            ("down", key(CommandId::ColumnsDown)),
            ("narrow", key(CommandId::ColumnsNarrow)),
            ("widen", key(CommandId::ColumnsWiden)),
            ("accept", key(CommandId::DialogAccept)),
        ];
        let text =
            if self.looking { words.text("columns.looking").to_owned() } else { words.fill("columns.keys", &keys) };
        surface.text(inner.x, foot, inner.width, &text, Role::Quiet);
        caret
    }
}
