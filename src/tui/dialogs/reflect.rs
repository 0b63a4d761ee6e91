//! Where the 反映用一覧 is written to.

use ratatui::layout::{Position, Rect};

use super::export;
use crate::command::{CommandId, Context};
use crate::domain::people::Act;
use crate::domain::release::Doing;
use crate::tui::field::TextField;
use crate::tui::format::{civil, grouped};
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, Exported, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The dialog: a path and a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflectDialog {
    /// Where to.
    pub path: TextField,
    /// Whether the button has the keys.
    pub on_button: bool,
    /// Whether the file is being written.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl ReflectDialog {
    /// A dialog that proposes a name with the date.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        let time = model.now.and_then(civil).map_or_else(String::new, |now| now.strftime("_%Y%m%d-%H%M").to_string());
        let folder = &model.surroundings.export_folder;
        let slash = if folder.is_empty() { "" } else { "/" };
        let mut path = TextField::default();
        path.insert(&format!("{folder}{slash}{}{time}.csv", model.words.text("reflect.file_name")));
        Self { path, on_button: false, running: false, problem: None }
    }

    /// Whether the text field has the keys.
    #[must_use]
    pub const fn types_text(&self) -> bool {
        !self.on_button && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.types_text().then_some(&mut self.path)
    }

    /// Draws the dialog over the page; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, 76, 9), words.text("reflect.title"));
        let pending = model.books().map_or(0, super::super::books::BooksView::pending);
        let what = words.fill("reflect.what", &[("count", grouped(pending))]);
        surface.text(inner.x, inner.y + 1, inner.width, &what, Role::Text);
        let label = 10;
        let y = inner.y + 3;
        surface.text(inner.x, y, label, words.text("export.path"), Role::Label);
        let area = Rect::new(inner.x + label, y, inner.width.saturating_sub(label), 1);
        surface.fill(area, Role::Input);
        let in_path = self.path.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
        if let Some(problem) = &self.problem {
            surface.text(inner.x, y + 1, inner.width, problem, Role::NoticeError);
        }
        let awaits = model.awaits(Doing::plain(Act::ReflectExport), pending);
        if let Some(told) = awaits.told(words).filter(|_| self.problem.is_none()) {
            surface.text(inner.x, y + 1, inner.width, told, Role::Notice);
        }
        let foot = inner.bottom() - 1;
        let title = words.text(if self.running { "export.running" } else { "export.button" });
        let used = surface.button(inner.x, foot, inner.width, title, self.on_button);
        let keys = [
            ("execute", model.key_name(Context::Question, CommandId::QuestionExecute)),
            ("close", model.key_name(Context::Question, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        let keys = match self.running {
            true => export::running_keys(model, Context::Question),
            false => words.fill("reflect.keys", &keys),
        };
        surface.text(x, foot, inner.right().saturating_sub(x), &keys, Role::Quiet);
        if self.on_button { Position::new(inner.x, foot) } else { in_path }
    }
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Reflect(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    match command {
        CommandId::QuestionNext if !dialog.on_button => dialog.on_button = true,
        CommandId::QuestionNext | CommandId::QuestionExecute => {
            let path = dialog.path.text().trim().to_owned();
            if model.work.runs(Work::Export) {
                dialog.problem = Some(model.words.text("export.busy").to_owned());
                return Vec::new();
            }
            if path.is_empty() {
                dialog.on_button = false;
                dialog.problem = Some(model.words.text("export.path_missing").to_owned());
                return Vec::new();
            }
            dialog.problem = None;
            dialog.running = true;
            return vec![model.begin(Errand::ExportReflect(path))];
        }
        _ => dialog.on_button = motion::moved(usize::from(dialog.on_button), 1, command, 1) == 1,
    }
    Vec::new()
}

/// Takes the end: where the list is and what to do with it, or why there is none.
pub fn done(model: &mut Model, outcome: Result<Exported, Explained>) {
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Reflect(dialog) if dialog.running));
    match outcome {
        Ok(file) => {
            if let Some(at) = at {
                model.layers.remove(at);
            }
            let text = model.words.fill("reflect.done", &[("count", grouped(file.rows))]);
            let place = model.words.fill("reflect.place", &[("path", file.path)]);
            let details = [vec![place, model.words.text("reflect.next").to_owned()], file.remarks].concat();
            jobs::done(model, Work::Export, Notice { at: model.now, is_error: false, text, details });
        }
        Err(why) => {
            let sentence = jobs::failed(model, Work::Export, &why);
            if let Some(Layer::Reflect(dialog)) = at.map(|at| &mut model.layers[at]) {
                dialog.running = false;
                dialog.problem = Some(sentence);
            }
        }
    }
}
