//! 要確認 decided: for one application at once, for several after a question that states the effect.

use std::collections::BTreeMap;

use ratatui::layout::{Position, Rect};

use super::batch::{self, COUNT_TYPED_FROM, typed_number};
use crate::command::{CommandId, Context};
use crate::domain::release::Doing;
use crate::domain::status::Status;
use crate::office::view::BatchOutcome;
use crate::office::{Decision, Shown};
use crate::tui::books::BooksView;
use crate::tui::field::TextField;
use crate::tui::format::grouped;
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::requests::Awaits;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleDialog {
    /// Which book is right.
    pub decision: Decision,
    /// For which applications, as they were shown.
    pub shown: Vec<Shown>,
    /// How many end with which status of ours.
    pub effects: Vec<(Status, u64)>,
    /// The typed count, where there are many.
    pub count: TextField,
    /// Whether the button has the keys.
    pub on_button: bool,
    /// Whether it is being done.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl SettleDialog {
    /// A question about the chosen ones.
    #[must_use]
    pub fn new(decision: Decision, view: &BooksView) -> Self {
        let mut effects: BTreeMap<Status, u64> = BTreeMap::new();
        for one in view.chosen() {
            let side = match decision {
                Decision::Adopt => &one.theirs,
                Decision::Keep => &one.ours,
            };
            *effects.entry(side.status).or_default() += 1;
        }
        let shown = view.shown();
        Self {
            decision,
            on_button: (shown.len() as u64) < COUNT_TYPED_FROM,
            shown,
            effects: effects.into_iter().collect(),
            count: TextField::default(),
            running: false,
            problem: None,
        }
    }

    const fn total(&self) -> u64 {
        self.shown.len() as u64
    }

    /// Whether the text field has the keys.
    #[must_use]
    pub const fn types_text(&self) -> bool {
        !self.on_button && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.types_text().then_some(&mut self.count)
    }

    /// Draws the question over the page; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let total = ("count", grouped(self.total()));
        let title = words.text(CommandId::command(command(self.decision)).title_key().as_str()).to_owned();
        let inner = surface.boxed(layout::dialog(screen, 72, 9 + self.effects.len() as u16), &title);
        let key = match self.decision {
            Decision::Adopt => "settle.effect.adopt",
            Decision::Keep => "settle.effect.keep",
        };
        let mut y = inner.y + 1;
        surface.text(inner.x, y, inner.width, &words.fill(key, std::slice::from_ref(&total)), Role::Text);
        for (status, count) in &self.effects {
            y += 1;
            if y + 4 < inner.bottom() {
                let line =
                    words.fill("settle.status", &[("status", status.label().to_owned()), ("count", grouped(*count))]);
                surface.text(inner.x + 2, y, inner.width - 2, &line, Role::Text);
            }
        }
        let foot = inner.bottom() - 1;
        let mut caret = Position::new(inner.x, foot);
        if self.total() >= COUNT_TYPED_FROM {
            let used = surface.text(
                inner.x,
                foot - 3,
                inner.width,
                &words.fill("batch.type_count", std::slice::from_ref(&total)),
                Role::Label,
            );
            let area = Rect::new(inner.x + used + 1, foot - 3, inner.width.saturating_sub(used + 1).min(12), 1);
            surface.fill(area, Role::Input);
            let in_count = self.count.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
            if !self.on_button {
                caret = in_count;
            }
        }
        let awaits = model.awaits(Doing::plain(self.decision.act()), self.total());
        if let Some(problem) = &self.problem {
            surface.text(inner.x, foot - 2, inner.width, problem, Role::NoticeError);
        } else if let Some(told) = awaits.told(words) {
            surface.text(inner.x, foot - 2, inner.width, told, Role::Notice);
        }
        let title = match (self.running, self.decision) {
            (true, _) => words.text("batch.running").to_owned(),
            (_, Decision::Adopt) => awaits.button(words.fill("settle.button.adopt", &[total]), words),
            (_, Decision::Keep) => awaits.button(words.fill("settle.button.keep", &[total]), words),
        };
        let used = surface.button(inner.x, foot, inner.width, &title, self.on_button);
        let keys = [
            ("execute", model.key_name(Context::Question, CommandId::QuestionExecute)),
            ("close", model.key_name(Context::Question, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        surface.text(x, foot, inner.right().saturating_sub(x), &words.fill("settle.keys", &keys), Role::Quiet);
        caret
    }
}

/// The command of a decision.
const fn command(decision: Decision) -> CommandId {
    match decision {
        Decision::Adopt => CommandId::ReflectionAdopt,
        Decision::Keep => CommandId::ReflectionKeep,
    }
}

/// Decides about the chosen ones: one at once, several after the question.
pub fn begin(model: &mut Model, decision: Decision) -> Vec<Effect> {
    let Some(view) = model.books() else { return Vec::new() };
    let dialog = SettleDialog::new(decision, view);
    match dialog.total() {
        0 => Vec::new(),
        // What waits for a second person is asked about, be it but one: the question says so.
        1 if model.awaits(Doing::plain(decision.act()), 1) == Awaits::Nobody => {
            vec![model.begin(Errand::Settle { decision, shown: dialog.shown })]
        }
        _ => {
            model.layers.push(Layer::Settle(Box::new(dialog)));
            Vec::new()
        }
    }
}

/// What a command of the question does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Settle(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    match command {
        CommandId::QuestionNext if !dialog.on_button => dialog.on_button = true,
        CommandId::QuestionNext | CommandId::QuestionExecute => return execute(model),
        _ if dialog.total() >= COUNT_TYPED_FROM => {
            dialog.on_button = motion::moved(usize::from(dialog.on_button), 1, command, 1) == 1;
        }
        _ => {}
    }
    Vec::new()
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Settle(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let total = dialog.total();
    if total >= COUNT_TYPED_FROM && typed_number(dialog.count.text()) != Some(total) {
        dialog.on_button = false;
        dialog.problem = Some(model.words.fill("batch.count_wrong", &[("count", grouped(total))]));
        return Vec::new();
    }
    dialog.problem = None;
    dialog.running = true;
    let (decision, shown) = (dialog.decision, dialog.shown.clone());
    vec![model.begin(Errand::Settle { decision, shown })]
}

/// Takes the end: what was done is said, or the question stands again with the reason why not.
pub fn done(model: &mut Model, decision: Decision, outcome: Result<BatchOutcome, Explained>) {
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Settle(dialog) if dialog.running));
    match outcome {
        Ok(outcome) => {
            if let Some(at) = at {
                model.layers.remove(at);
            }
            let key = match decision {
                Decision::Adopt => "settle.done.adopt",
                Decision::Keep => "settle.done.keep",
            };
            let undo = ("undo", model.key_name(Context::Books, CommandId::Undo));
            let mut text = model.words.fill(key, &[("count", grouped(outcome.changed)), undo]);
            if !outcome.failed.is_empty() {
                let left = ("count", grouped(outcome.failed.len() as u64));
                let open = ("key", model.key_name(Context::Books, CommandId::NoticesOpen));
                text.push_str(&model.words.fill("batch.done.left", &[left, open]));
            }
            let details = batch::details(&outcome, &model.words);
            jobs::done(model, Work::Apply, Notice { at: model.now, is_error: false, text, details });
        }
        Err(why) => {
            if let Some(Layer::Settle(dialog)) = at.map(|at| &mut model.layers[at]) {
                dialog.running = false;
                dialog.problem = Some(why.sentence.clone());
            }
            jobs::failed(model, Work::Apply, &why);
        }
    }
}
