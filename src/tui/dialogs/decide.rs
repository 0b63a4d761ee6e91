//! Deciding about a request: first its effect, then the question. Enter goes on to the button, Enter on the button (or F12)
//! decides. その場確認 asks the second person for their 職員番号 and passphrase, at the screen of whoever works here.

use ratatui::layout::{Position, Rect};

use super::batch::{COUNT_TYPED_FROM, typed_number};
use crate::command::{CommandId, Context};
use crate::domain::release::Decided;
use crate::office::RequestFacts;
use crate::tui::field::TextField;
use crate::tui::format::grouped;
use crate::tui::jobs;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Effect, Errand, Explained, Work};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::notices::Notice;
use crate::tui::requests::{RequestErrand, Verdict};
use crate::tui::screens::requests::{change, title};
use crate::tui::secret_field::SecretField;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Approve it oneself.
    Approve,
    /// その場確認: somebody beside the screen approves it, or refuses it by giving a reason.
    OnTheSpot,
    /// Refuse it.
    Refuse,
    /// Take one's own back.
    Withdraw,
}

impl Purpose {
    /// Its part of message keys.
    const fn id(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::OnTheSpot => "on_the_spot",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
        }
    }

    /// The command that leads to it.
    #[must_use]
    pub const fn command(self) -> CommandId {
        match self {
            Self::Approve => CommandId::RequestApprove,
            Self::OnTheSpot => CommandId::RequestOnTheSpot,
            Self::Refuse => CommandId::RequestRefuse,
            Self::Withdraw => CommandId::RequestWithdraw,
        }
    }
}

/// Which part has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// 職員番号 of the second person.
    Code,
    /// Their passphrase.
    Secret,
    /// The reason.
    Reason,
    /// The typed count.
    Count,
    /// The button.
    Button,
}

/// The dialog.
#[derive(Debug, Clone)]
pub struct DecideDialog {
    /// The request, as it was read.
    pub facts: RequestFacts,
    /// What is decided.
    pub purpose: Purpose,
    /// 職員番号 of the second person.
    pub code: TextField,
    /// Their passphrase.
    pub secret: SecretField,
    /// The reason.
    pub reason: TextField,
    /// The typed count.
    pub count: TextField,
    /// Which part has the keys.
    pub focus: Focus,
    /// Whether it is being done.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
}

impl DecideDialog {
    /// A dialog about a request.
    #[must_use]
    pub fn new(facts: RequestFacts, purpose: Purpose) -> Self {
        let mut dialog = Self {
            facts,
            purpose,
            code: TextField::default(),
            secret: SecretField::default(),
            reason: TextField::default(),
            count: TextField::default(),
            focus: Focus::Button,
            running: false,
            problem: None,
        };
        dialog.focus = dialog.parts()[0];
        dialog
    }

    /// The parts in the order in which Enter goes through them. The button is always the last.
    fn parts(&self) -> Vec<Focus> {
        let mut parts = match self.purpose {
            Purpose::Approve | Purpose::Withdraw => Vec::new(),
            Purpose::OnTheSpot => vec![Focus::Code, Focus::Secret, Focus::Reason],
            Purpose::Refuse => vec![Focus::Reason],
        };
        if self.approves() && self.facts.count >= COUNT_TYPED_FROM {
            parts.push(Focus::Count);
        }
        parts.push(Focus::Button);
        parts
    }

    /// Whether it would be done: a reason that was given on the spot is one against it.
    fn approves(&self) -> bool {
        match self.purpose {
            Purpose::Approve => true,
            Purpose::OnTheSpot => self.reason.text().trim().is_empty(),
            Purpose::Refuse | Purpose::Withdraw => false,
        }
    }

    /// Part of the message keys of what the button does.
    fn does(&self) -> &'static str {
        match self.purpose {
            Purpose::OnTheSpot if !self.approves() => Purpose::Refuse.id(),
            purpose => purpose.id(),
        }
    }

    /// Whether a field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        self.focus != Focus::Button && !self.running
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        match self.focus {
            _ if self.running => None,
            Focus::Code => Some(&mut self.code),
            Focus::Reason => Some(&mut self.reason),
            Focus::Count => Some(&mut self.count),
            Focus::Secret | Focus::Button => None,
        }
    }

    /// The field for a passphrase, where it has the keys.
    pub fn secret_mut(&mut self) -> Option<&mut SecretField> {
        (self.focus == Focus::Secret && !self.running).then_some(&mut self.secret)
    }

    /// What stands in the way: the part that wants something, and the message key of a sentence.
    fn obstacle(&self) -> Option<(Focus, &'static str)> {
        let parts = self.parts();
        let lacks = |part: Focus, empty: bool| parts.contains(&part) && empty;
        if lacks(Focus::Code, self.code.text().trim().is_empty()) {
            return Some((Focus::Code, "requests.code_missing"));
        }
        if lacks(Focus::Secret, self.secret.is_empty()) {
            return Some((Focus::Secret, "requests.secret_missing"));
        }
        let optional = self.purpose == Purpose::OnTheSpot;
        if !optional && lacks(Focus::Reason, self.reason.text().trim().is_empty()) {
            return Some((Focus::Reason, "requests.reason_missing"));
        }
        if lacks(Focus::Count, typed_number(self.count.text()) != Some(self.facts.count)) {
            return Some((Focus::Count, "batch.count_wrong"));
        }
        None
    }

    /// Draws the dialog over the page; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let parts = self.parts();
        let differences = self.facts.shown.as_ref().map_or(&[][..], |shown| &shown.differences);
        let height = 7 + differences.len().min(6) as u16 + parts.len() as u16;
        let name = self.purpose.command().command().title_key();
        let inner = surface.boxed(layout::dialog(screen, 76, height), words.text(&name));
        let (foot, fields) = (inner.bottom().saturating_sub(1), parts.len() as u16 - 1);
        surface.text(inner.x, inner.y, inner.width, &title(&self.facts, words), Role::Label);
        let (mut y, last) = (inner.y + 1, foot.saturating_sub(fields + 3));
        for (at, one) in differences.iter().enumerate() {
            let more = differences.len() - at;
            // The last line of room is kept for how many more there are.
            if y + 1 > last && more > 1 {
                let more = words.fill("requests.more", &[("count", grouped(more as u64))]);
                surface.text(inner.x + 2, y, inner.width - 2, &more, Role::Quiet);
                break;
            }
            let count = words.fill("count", &[("count", grouped(one.count))]);
            let text = change((&one.field, one.before.as_ref(), one.after.as_ref()), words);
            surface.text(inner.x + 2, y, inner.width.saturating_sub(14), &text, Role::Text);
            surface.text_right(Rect::new(inner.x, y, inner.width, 1), &count, Role::Text);
            y += 1;
        }
        let mut caret = Position::new(inner.x + 2, foot);
        for (y, part) in (foot.saturating_sub(fields + 2)..).zip(&parts) {
            caret = self.draw_part(*part, Rect { y, height: 1, ..inner }, model, surface).unwrap_or(caret);
        }
        let means = format!("requests.means.{}", if self.approves() { self.purpose.id() } else { self.does() });
        surface.text(inner.x, foot.saturating_sub(2), inner.width, words.text(&means), Role::Quiet);
        if let Some(problem) = &self.problem {
            surface.text(inner.x, foot.saturating_sub(1), inner.width, problem, Role::NoticeError);
        }
        let button = if self.running { "batch.running" } else { &format!("requests.do.{}", self.does()) };
        let used = surface.button(inner.x, foot, inner.width, words.text(button), self.focus == Focus::Button);
        let keys = [
            ("next", model.key_name(Context::Decide, CommandId::DialogNext)),
            ("execute", model.key_name(Context::Decide, CommandId::DialogAccept)),
            ("close", model.key_name(Context::Decide, CommandId::LayerClose)),
        ];
        let x = inner.x + used + 2;
        surface.text(x, foot, inner.right().saturating_sub(x), &words.fill("fields.keys", &keys), Role::Quiet);
        caret
    }

    /// Draws a field; tells where the caret stands if it has the keys.
    fn draw_part(&self, part: Focus, line: Rect, model: &Model, surface: &mut Surface<'_>) -> Option<Position> {
        let words = &model.words;
        let (label, field) = match part {
            Focus::Code => (words.text("requests.code").to_owned(), Some(&self.code)),
            Focus::Secret => (words.text("requests.secret").to_owned(), None),
            Focus::Reason => {
                let on_the_spot = self.purpose == Purpose::OnTheSpot;
                let key = if on_the_spot { "requests.reason_against" } else { "requests.reason" };
                (words.text(key).to_owned(), Some(&self.reason))
            }
            Focus::Count => {
                (words.fill("batch.type_count", &[("count", grouped(self.facts.count))]), Some(&self.count))
            }
            Focus::Button => return None,
        };
        let used = surface.text(line.x, line.y, line.width / 2, &label, Role::Label) + 1;
        let area = Rect { x: line.x + used, width: line.width.saturating_sub(used), ..line };
        surface.fill(area, Role::Input);
        // Of a passphrase nothing shows, not even how much was typed.
        let caret = match field {
            Some(field) => field.draw(surface.buffer, area, &surface.theme.pen(Role::Input)),
            None => area.as_position(),
        };
        (part == self.focus).then_some(caret)
    }
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Decide(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    let parts = dialog.parts();
    let at = parts.iter().position(|part| *part == dialog.focus).unwrap_or_default();
    match command {
        CommandId::DialogNext if dialog.focus != Focus::Button => dialog.focus = parts[(at + 1).min(parts.len() - 1)],
        CommandId::DialogNext | CommandId::DialogAccept => return execute(model),
        _ => dialog.focus = parts[motion::moved(at, parts.len() - 1, command, 1)],
    }
    Vec::new()
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let writes = model.writes();
    let Some(Layer::Decide(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if writes {
        dialog.problem = Some(model.words.text("disabled.writing").to_owned());
        return Vec::new();
    }
    if let Some((part, key)) = dialog.obstacle() {
        dialog.focus = part;
        dialog.problem = Some(model.words.fill(key, &[("count", grouped(dialog.facts.count))]));
        return Vec::new();
    }
    (dialog.running, dialog.problem) = (true, None);
    let (id, hash) = (dialog.facts.id, dialog.facts.hash);
    let errand = match dialog.purpose {
        Purpose::Approve => RequestErrand::Approve { id, hash, second: None },
        Purpose::OnTheSpot => {
            let second = Some((dialog.code.text().trim().to_owned(), dialog.secret.take()));
            match dialog.approves() {
                true => RequestErrand::Approve { id, hash, second },
                false => RequestErrand::Refuse { id, reason: dialog.reason.text().trim().to_owned(), second },
            }
        }
        Purpose::Refuse => RequestErrand::Refuse { id, reason: dialog.reason.text().trim().to_owned(), second: None },
        Purpose::Withdraw => RequestErrand::Refuse { id, reason: String::new(), second: None },
    };
    vec![model.begin(Errand::Request(errand))]
}

/// Takes the end: what was decided is said, or the dialog stands again with the reason why not.
pub fn done(model: &mut Model, outcome: Result<Verdict, Explained>) {
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Decide(dialog) if dialog.running));
    match outcome {
        Ok(Verdict { id, decided, why }) => {
            if let Some(at) = at {
                model.layers.remove(at);
            }
            let words = &model.words;
            let why = why.map_or_else(String::new, |why| words.text(&format!("request.void.{}", why.id())).to_owned());
            let key = format!("requests.done.{}", decided.id());
            let text = words.fill(&key, &[("id", id.to_string()), ("why", why)]);
            let is_error = decided == Decided::Void;
            jobs::done(model, Work::Decide, Notice { at: model.now, is_error, text, details: Vec::new() });
        }
        Err(why) => {
            let sentence = jobs::failed(model, Work::Decide, &why);
            if let Some(Layer::Decide(dialog)) = at.map(|at| &mut model.layers[at]) {
                dialog.running = false;
                dialog.problem = Some(sentence);
                if dialog.purpose == Purpose::OnTheSpot {
                    // What was typed is gone: it is typed again, or not at all.
                    dialog.focus = Focus::Secret;
                }
            }
        }
    }
}
