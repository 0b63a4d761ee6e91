//! The question before leaving while a change is being written or a file is being made.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::surface::Surface;
use crate::tui::text;
use crate::tui::theme::Role;

/// Draws the question over the screen.
pub fn draw(model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
    let question = question(model);
    let width = screen.width.min(64);
    let lines = text::wrap(&question, width.saturating_sub(6), surface.theme.policy, text::Gaiji::Mark);
    let area = layout::dialog(screen, width, lines.len() as u16 + 2);
    let inner = surface.boxed(area, model.words.text("leave.title"));
    for (y, line) in (inner.top()..inner.bottom()).zip(&lines) {
        surface.text(inner.x, y, inner.width, line, Role::Text);
    }
    inner.as_position()
}

/// The question itself.
#[must_use]
pub fn question(model: &Model) -> String {
    let keys = [
        ("leave", model.key_name(Context::Leave, CommandId::LeaveNow)),
        ("stay", model.key_name(Context::Leave, CommandId::LayerClose)),
    ];
    model.words.fill("leave.question", &keys)
}
