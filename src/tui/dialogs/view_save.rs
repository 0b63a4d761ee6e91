//! Saving what the list shows (query, order, columns) as a view: its name, and for whom.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::people::Act;
use crate::domain::release::Doing;
use crate::domain::view::View;
use crate::office::{ViewBase, ViewKind};
use crate::tui::field::TextField;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::requests::Awaits;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The parts from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The name.
    Name,
    /// For whom.
    Kind,
    /// The button.
    Button,
}

const PARTS: [Focus; 3] = [Focus::Name, Focus::Kind, Focus::Button];

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewSaveDialog {
    /// The name.
    pub name: TextField,
    /// Whether for this person alone.
    pub private: bool,
    /// Which part has the keys.
    pub focus: Focus,
    /// The name under which a view stands that would give way; pressed again, it does.
    pub gives_way: Option<String>,
    /// Whether it is being saved.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl ViewSaveDialog {
    /// A dialog with the name of the view in force.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        let name = model.arrangement.in_force.as_ref().map_or("", |(name, _)| name);
        let name = TextField::selected(name);
        Self { name, private: false, focus: Focus::Name, gives_way: None, running: false, problem: None }
    }

    /// Whether the text field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        self.focus == Focus::Name && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.types_text().then_some(&mut self.name)
    }

    /// It could not be saved.
    pub fn refused(&mut self, sentence: &str) {
        self.running = false;
        self.problem = Some(sentence.to_owned());
    }

    fn position(&self) -> usize {
        PARTS.iter().position(|part| *part == self.focus).unwrap_or_default()
    }

    /// Draws the dialog over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, 70, 11), words.text("view_save.title"));
        let label = 10;
        let (x, room) = (inner.x + label, inner.width.saturating_sub(label));
        let y = inner.y + 1;
        surface.text(inner.x, y, label, words.text("view_save.name"), Role::Label);
        let area = Rect::new(x, y, room, 1);
        surface.fill(area, Role::Input);
        let role = if self.name.is_selected() { Role::InputSelected } else { Role::Input };
        let in_name = self.name.draw(surface.buffer, area, &surface.theme.pen(role));
        surface.text(inner.x, y + 2, label, words.text("view_save.kind"), Role::Label);
        let mut at = x;
        for (key, private) in [("view_save.shared", false), ("view_save.private", true)] {
            let chosen = self.private == private;
            let glyphs = surface.theme.glyphs;
            let sign = if chosen { glyphs.chosen } else { glyphs.choice };
            let role = if chosen && self.focus == Focus::Kind { Role::ButtonFocus } else { Role::Text };
            let text = format!("{sign} {}", words.text(key));
            at += surface.text(at, y + 2, inner.right().saturating_sub(at), &text, role) + 2;
        }
        surface.text(inner.x, y + 4, label, words.text("view_save.query"), Role::Label);
        let query = model.search.query.as_str();
        let query = if query.is_empty() { words.text("search.empty") } else { query };
        surface.text(x, y + 4, room, query, Role::Quiet);
        if let Some(problem) = &self.problem {
            surface.text(inner.x, y + 6, inner.width, problem, Role::NoticeError);
        }
        // One's own needs nobody.
        let awaits = if self.private { Awaits::Nobody } else { model.awaits(Doing::plain(Act::SaveView), 0) };
        if let Some(told) = awaits.told(words).filter(|_| self.problem.is_none()) {
            surface.text(inner.x, y + 6, inner.width, told, Role::Notice);
        }
        let foot = inner.bottom() - 1;
        let button = awaits.button(words.text("view_save.button").to_owned(), words);
        let used = surface.button(inner.x, foot, inner.width, &button, self.focus == Focus::Button);
        let keys = [
            ("accept", model.key_name(Context::ViewSave, CommandId::DialogAccept)),
            ("close", model.key_name(Context::ViewSave, CommandId::LayerClose)),
        ];
        let at = inner.x + used + 2;
        surface.text(at, foot, inner.right().saturating_sub(at), &words.fill("view_save.keys", &keys), Role::Quiet);
        match self.focus {
            Focus::Name => in_name,
            Focus::Kind => Position::new(x, y + 2),
            Focus::Button => Position::new(inner.x, foot),
        }
    }
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::ViewSave(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    match command {
        CommandId::DialogChange if dialog.focus == Focus::Kind => dialog.private = !dialog.private,
        CommandId::DialogChange => {}
        CommandId::DialogNext if dialog.focus != Focus::Button => {
            dialog.focus = PARTS[(dialog.position() + 1).min(PARTS.len() - 1)];
        }
        CommandId::DialogNext | CommandId::DialogAccept => return save(model),
        _ => dialog.focus = PARTS[motion::moved(dialog.position(), PARTS.len() - 1, command, 1)],
    }
    Vec::new()
}

fn save(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::ViewSave(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let Some(name) = View::name_of(dialog.name.text()) else {
        dialog.focus = Focus::Name;
        dialog.problem = Some(model.words.text("error.view.bad_name").to_owned());
        return Vec::new();
    };
    let private = dialog.private;
    let kind = if private { ViewKind::Private } else { ViewKind::Shared };
    let there = model.arrangement.views.iter().find(|known| known.kind == kind && known.view.name == name);
    if there.is_some() && dialog.gives_way.as_ref() != Some(&name) {
        let key = ("key", model.keymap.keys_of(Context::ViewSave, CommandId::DialogAccept).concat());
        dialog.problem = Some(model.words.fill("view_save.gives_way", &[("name", name.clone()), key]));
        dialog.gives_way = Some(name);
        return Vec::new();
    }
    let base = match there {
        Some(known) => known.version.map_or(ViewBase::Any, ViewBase::At),
        // A shared one may be hidden behind a private one of the same name: then whatever stands there gives way.
        None if model
            .arrangement
            .views
            .iter()
            .any(|known| known.kind == ViewKind::Private && known.view.name == name) =>
        {
            ViewBase::Any
        }
        None => ViewBase::Absent,
    };
    dialog.running = true;
    dialog.problem = None;
    let columns = model.arrangement.columns.iter().map(|placed| placed.column.id().into_owned()).collect();
    let view = View { name, query: model.search.query.clone(), sort: model.list.sort.to_string(), columns };
    vec![model.begin(Errand::SaveView { view, private, base })]
}
