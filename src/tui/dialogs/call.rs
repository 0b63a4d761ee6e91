//! Writing a 応対記録: what was said; where somebody wants to be called back, or which open 折返し this one answers. Enter goes
//! on to the button, Enter on the button writes it.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::domain::identity::ApplicationId;
use crate::domain::phone::Identifier;
use crate::office::{Call, CallWish, Case};
use crate::tui::field::TextField;
use crate::tui::format::short;
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::phone::PhoneErrand;
use crate::tui::screens::phone;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// Which part has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Which open 折返し it answers.
    Answers,
    /// Where and when to call back.
    Callback,
    /// What was said.
    Text,
    /// The button.
    Button,
}

/// The dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallDialog {
    /// On which application.
    pub id: ApplicationId,
    /// Its 整理番号.
    pub number: String,
    /// By what the caller was identified.
    pub identified: Vec<Identifier>,
    /// Whether a 折返し is wanted.
    pub wants: bool,
    /// The open 折返し that it may answer.
    pub open: Vec<Call>,
    /// Which one of them, from 1; 0 = none.
    pub answers: usize,
    /// Where and when to call back.
    pub callback: TextField,
    /// What was said.
    pub text: TextField,
    /// Which part has the keys.
    pub focus: Focus,
    /// Whether it is being written.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

/// So many open 折返し are offered.
const OFFERED: usize = 4;

impl CallDialog {
    /// The dialog for a case; `wants` = a 折返し is wanted.
    #[must_use]
    pub fn new(case: &Case, identified: Vec<Identifier>, wants: bool) -> Self {
        let open: Vec<Call> = case.calls.iter().filter(|call| call.waits() && !wants).take(OFFERED).cloned().collect();
        let focus = if wants { Focus::Callback } else { Focus::Text };
        Self {
            id: case.id,
            number: case.number.clone(),
            identified,
            wants,
            open,
            answers: 0,
            callback: TextField::default(),
            text: TextField::default(),
            focus,
            running: false,
            problem: None,
        }
    }

    fn parts(&self) -> Vec<Focus> {
        let mut parts = Vec::new();
        if !self.open.is_empty() {
            parts.push(Focus::Answers);
        }
        if self.wants {
            parts.push(Focus::Callback);
        }
        parts.extend([Focus::Text, Focus::Button]);
        parts
    }

    const fn command(&self) -> CommandId {
        if self.wants { CommandId::CallBack } else { CommandId::CallWrite }
    }

    /// Whether a text field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        matches!(self.focus, Focus::Callback | Focus::Text) && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        match self.focus {
            _ if self.running => None,
            Focus::Callback => Some(&mut self.callback),
            Focus::Text => Some(&mut self.text),
            Focus::Answers | Focus::Button => None,
        }
    }

    /// Draws the dialog over the page; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let offered = if self.open.is_empty() { 0 } else { self.open.len() as u16 + 3 };
        let title = words.text(&self.command().command().title_key()).to_owned();
        let inner = surface.boxed(layout::dialog(screen, 76, 9 + offered + u16::from(self.wants)), &title);
        let identified = phone::identified(&self.identified, words);
        surface.text(inner.x, inner.y, inner.width, &format!("{}  {identified}", self.number), Role::Text);
        surface.text(inner.x, inner.y + 1, inner.width, words.text("phone.call_hint"), Role::Quiet);
        let (mut y, foot) = (inner.y + 3, inner.bottom().saturating_sub(1));
        let mut caret = Position::new(inner.x + 2, foot);
        if !self.open.is_empty() {
            surface.text(inner.x, y, inner.width, words.text("phone.answers"), Role::Label);
            for at in 0..=self.open.len() {
                y += 1;
                let here = at == self.answers;
                if here {
                    surface.text(inner.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
                    if self.focus == Focus::Answers {
                        caret = Position::new(inner.x, y);
                    }
                }
                let role = if here && self.focus == Focus::Answers { Role::RowCursor } else { Role::Text };
                let text = at.checked_sub(1).and_then(|at| self.open.get(at)).map_or_else(
                    || words.text("phone.answers_none").to_owned(),
                    |call| {
                        let time = Instant { seconds: call.at_ms.div_euclid(1000), offset_minutes: JAPAN };
                        let wanted = call.callback.as_ref().and_then(|callback| callback.wanted.clone());
                        format!("{}  {}", short(time, model.now), wanted.unwrap_or_default())
                    },
                );
                surface.text(inner.x + 2, y, inner.width.saturating_sub(2), &text, role);
            }
            y += 2;
        }
        let fields: &[(Focus, &str, &TextField)] =
            &[(Focus::Callback, "phone.callback_label", &self.callback), (Focus::Text, "phone.text_label", &self.text)];
        for (part, label, field) in fields.iter().filter(|(part, ..)| *part == Focus::Text || self.wants) {
            let used = surface.text(inner.x, y, inner.width / 2, words.text(label), Role::Label) + 1;
            let area = Rect::new(inner.x + used, y, inner.width.saturating_sub(used), 1);
            surface.fill(area, Role::Input);
            let at = field.draw(surface.buffer, area, &surface.theme.pen(Role::Input));
            if self.focus == *part {
                caret = at;
            }
            y += 1;
        }
        if let Some(problem) = &self.problem {
            surface.text(inner.x, foot.saturating_sub(1), inner.width, problem, Role::NoticeError);
        }
        let button = words.text(if self.running { "batch.running" } else { "phone.call_button" });
        let used = surface.button(inner.x, foot, inner.width, button, self.focus == Focus::Button);
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
    let Some(Layer::Call(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    let parts = dialog.parts();
    let at = parts.iter().position(|part| *part == dialog.focus).unwrap_or_default();
    let chosen = motion::moved(dialog.answers, dialog.open.len(), command, 1);
    match command {
        CommandId::QuestionExecute => return execute(model),
        CommandId::QuestionNext if dialog.focus == Focus::Button => return execute(model),
        CommandId::QuestionNext => dialog.focus = parts[(at + 1).min(parts.len() - 1)],
        CommandId::MoveUp | CommandId::MoveDown if dialog.focus == Focus::Answers && chosen != dialog.answers => {
            dialog.answers = chosen;
        }
        _ => dialog.focus = parts[motion::moved(at, parts.len() - 1, command, 1)],
    }
    Vec::new()
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Call(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let said = |field: &TextField| field.text().trim().to_owned();
    let (text, callback) = (said(&dialog.text), said(&dialog.callback));
    let missing = match (dialog.wants && callback.is_empty(), text.is_empty()) {
        (true, _) => Some((Focus::Callback, "phone.callback_missing")),
        (false, true) => Some((Focus::Text, "phone.text_missing")),
        (false, false) => None,
    };
    if let Some((focus, key)) = missing {
        dialog.focus = focus;
        dialog.problem = Some(model.words.text(key).to_owned());
        return Vec::new();
    }
    (dialog.running, dialog.problem) = (true, None);
    let answers = dialog.answers.checked_sub(1).and_then(|at| dialog.open.get(at)).map(|call| call.operation);
    let wish =
        CallWish { identified: dialog.identified.clone(), text, callback: dialog.wants.then_some(callback), answers };
    let errand = Errand::Phone(PhoneErrand::Write(dialog.id, wish));
    vec![model.begin(errand)]
}

/// Takes the end: what is to be said of it, or the dialog stands again with the reason why not.
pub fn done(model: &mut Model, failed: Option<&Explained>) -> Option<Notice> {
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Call(dialog) if dialog.running));
    let Some(at) = at else {
        model.end(Work::Apply);
        return None;
    };
    if let Some(why) = failed {
        if let Layer::Call(dialog) = &mut model.layers[at] {
            dialog.running = false;
            dialog.problem = Some(why.sentence.clone());
        }
        jobs::failed(model, Work::Apply, why);
        return None;
    }
    let wants = matches!(model.layers.remove(at), Layer::Call(dialog) if dialog.wants);
    let text = model.words.text(if wants { "phone.callback_written" } else { "phone.call_written" }).to_owned();
    Some(Notice { at: model.now, is_error: false, text, details: Vec::new() })
}
