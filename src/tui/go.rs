//! 番号へ: one line that takes a typed or scanned 整理番号 and opens its record, from any page. A hand scanner types the digits
//! of a form's barcode and ends with Enter, as a hand does; so one key and one scan are all there is to it.

use ratatui::layout::{Position, Rect};

use super::compare::ask;
use super::compare_backend::CompareErrand;
use super::field::TextField;
use super::layer::Layer;
use super::layout;
use super::message::{Effect, Explained};
use super::model::Model;
use super::screens::record::RecordView;
use super::surface::Surface;
use super::theme::Role;
use crate::command::{CommandId, Context};
use crate::domain::identity::ApplicationId;

/// The dialog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoDialog {
    /// The number.
    pub number: TextField,
    /// Whether it is being looked up.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl GoDialog {
    /// The text field, unless the number is being looked up.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        (!self.running).then_some(&mut self.number)
    }

    /// Draws the dialog over the page; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, 60, 7), words.text("command.record.go.title"));
        let label = surface.text(inner.x, inner.y + 1, 20, words.text("go.number"), Role::Label) + 1;
        let area = Rect::new(inner.x + label, inner.y + 1, inner.width.saturating_sub(label), 1);
        surface.fill(area, Role::Input);
        let caret = self.number.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
        if let Some(problem) = &self.problem {
            surface.text(inner.x, inner.y + 2, inner.width, problem, Role::NoticeError);
        }
        let keys = [
            ("execute", model.key_name(Context::Question, CommandId::QuestionNext)),
            ("close", model.key_name(Context::Question, CommandId::LayerClose)),
        ];
        surface.text(inner.x, inner.bottom() - 1, inner.width, &words.fill("go.keys", &keys), Role::Quiet);
        caret
    }
}

/// What a command of the dialog does.
pub(super) fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Go(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running || !matches!(command, CommandId::QuestionNext | CommandId::QuestionExecute) {
        return Vec::new();
    }
    // A scanner with the IME left on types full-width digits.
    let plain = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    let number: String = dialog.number.text().trim().chars().map(plain).collect();
    if number.is_empty() {
        dialog.problem = Some(model.words.text("go.missing").to_owned());
        return Vec::new();
    }
    (dialog.running, dialog.problem) = (true, None);
    vec![ask(CompareErrand::Go(number))]
}

/// Opens the record, or says why not; the next scan takes the place of what was typed.
pub(super) fn went(model: &mut Model, found: Result<ApplicationId, Explained>) -> Vec<Effect> {
    let Some(at) = model.layers.iter().position(|layer| matches!(layer, Layer::Go(dialog) if dialog.running)) else {
        return Vec::new();
    };
    match (found, &mut model.layers[at]) {
        (Ok(id), _) => {
            model.layers.remove(at);
            // One record lies open at a time: the scan that follows another takes its place.
            if matches!(model.layers.last(), Some(Layer::Record(_))) {
                model.layers.pop();
            }
            model.layers.push(Layer::Record(RecordView::new(id)));
        }
        (Err(why), Layer::Go(dialog)) => {
            dialog.number = TextField::selected(dialog.number.text());
            (dialog.running, dialog.problem) = (false, Some(why.sentence));
        }
        (Err(_), _) => {}
    }
    Vec::new()
}
