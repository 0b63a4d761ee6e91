//! The list that an application is compared with: its path, and the column that leads to the row.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::office::Opposite;
use crate::tui::compare;
use crate::tui::field::TextField;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::office_backend::home;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The dialog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompareFileDialog {
    /// The path.
    pub path: TextField,
    /// The name of the key column.
    pub key: TextField,
    /// Which part has the keys: path, key, button.
    pub focus: usize,
    /// Whether it is being read.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

/// The place of the button.
const BUTTON: usize = 2;

impl CompareFileDialog {
    /// Whether a text field has the keys.
    #[must_use]
    pub const fn types_text(&self) -> bool {
        self.focus < BUTTON && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        match self.focus {
            _ if self.running => None,
            0 => Some(&mut self.path),
            1 => Some(&mut self.key),
            _ => None,
        }
    }

    /// Draws the dialog over the page; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, 76, 10), words.text("command.compare.file.title"));
        surface.text(inner.x, inner.y, inner.width, words.text("compare.file.what"), Role::Quiet);
        let foot = inner.bottom() - 1;
        let mut caret = Position::new(inner.x, foot);
        for (at, (label, field)) in
            [("compare.file.path", &self.path), ("compare.file.key", &self.key)].into_iter().enumerate()
        {
            let y = inner.y + 2 + at as u16;
            surface.text(inner.x, y, 14, words.text(label), Role::Label);
            let area = Rect::new(inner.x + 14, y, inner.width.saturating_sub(14), 1);
            surface.fill(area, Role::Input);
            let here = field.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
            caret = if at == self.focus { here } else { caret };
        }
        if let Some(problem) = &self.problem {
            surface.text(inner.x, inner.y + 4, inner.width, problem, Role::NoticeError);
        }
        let title = words.text(if self.running { "batch.running" } else { "compare.file.button" });
        let used = surface.button(inner.x, foot, inner.width, title, self.focus == BUTTON);
        let keys = [
            ("next", model.key_name(Context::Question, CommandId::QuestionNext)),
            ("execute", model.key_name(Context::Question, CommandId::QuestionExecute)),
            ("close", model.key_name(Context::Question, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        surface.text(x, foot, inner.right().saturating_sub(x), &words.fill("fields.keys", &keys), Role::Quiet);
        caret
    }
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::CompareFile(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    match command {
        CommandId::QuestionNext if dialog.focus < BUTTON => dialog.focus += 1,
        CommandId::QuestionNext | CommandId::QuestionExecute => {
            let (path, key) = (dialog.path.text().trim().to_owned(), dialog.key.text().trim().to_owned());
            if let Some(lacks) = [&path, &key].into_iter().position(String::is_empty) {
                dialog.focus = lacks;
                dialog.problem = Some(model.words.text("compare.file.missing").to_owned());
                return Vec::new();
            }
            (dialog.running, dialog.problem) = (true, None);
            return compare::with_row(model, Opposite::Row { file: home(&path), key });
        }
        _ => dialog.focus = motion::moved(dialog.focus, BUTTON, command, 1),
    }
    Vec::new()
}
