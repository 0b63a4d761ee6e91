//! A question that is answered with yes or no, on keys of their own: the key that led here must not answer it.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::identity::OperationId;
use crate::tui::format::grouped;
use crate::tui::intake::{IntakeErrand, SeenFile, ask};
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::text::{self, Gaiji};
use crate::tui::theme::Role;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Whether to delete a download that was taken in.
    Discard(SeenFile),
    /// Whether to give up the import of this file that was cut off.
    GiveUp(String),
    /// Whether to erase rows set aside.
    Clear {
        /// Those of this import; `None` = all.
        import: Option<OperationId>,
        /// The file of that import.
        file: String,
        /// How many.
        count: u64,
    },
}

impl Question {
    /// The question itself.
    #[must_use]
    pub fn sentence(&self, model: &Model) -> String {
        let words = &model.words;
        match self {
            Self::Discard(file) => words.fill("confirm.discard", &[("file", file.name())]),
            Self::GiveUp(name) => words.fill("confirm.give_up", &[("file", name.clone())]),
            Self::Clear { import: Some(_), file, count } => {
                words.fill("confirm.clear", &[("file", file.clone()), ("count", grouped(*count))])
            }
            Self::Clear { count, .. } => words.fill("confirm.clear_all", &[("count", grouped(*count))]),
        }
    }

    /// Draws the question over the screen.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let keys = [
            ("yes", model.key_name(Context::Confirm, CommandId::ConfirmYes)),
            ("no", model.key_name(Context::Confirm, CommandId::LayerClose)),
        ];
        let width = screen.width.min(70);
        let mut lines = text::wrap(&self.sentence(model), width.saturating_sub(6), surface.theme.policy, Gaiji::Mark);
        lines.push(String::new());
        lines.push(model.words.fill("confirm.keys", &keys));
        // At the foot, so that what it is about stays in sight above it.
        let area = layout::dialog(screen, width, lines.len() as u16 + 2);
        let area = Rect { y: screen.bottom().saturating_sub(area.height), ..area };
        let inner = surface.boxed(area, model.words.text("confirm.title"));
        for (y, line) in (inner.top()..inner.bottom()).zip(&lines) {
            surface.text(inner.x, y, inner.width, line, Role::Text);
        }
        inner.as_position()
    }
}

/// Yes: what was asked is done.
pub fn yes(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Confirm(question)) = model.layers.pop() else { return Vec::new() };
    vec![ask(match question {
        Question::Discard(file) => IntakeErrand::Discard(file),
        Question::GiveUp(_) => IntakeErrand::GiveUp,
        Question::Clear { import, .. } => IntakeErrand::ClearSetAside(import),
    })]
}
