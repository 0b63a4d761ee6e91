//! Looking at a sealed item of the open record: which item, why, and where it is asked for the passphrase; then what the
//! applicant wrote, in groups, until somebody closes it, the screen is hidden, or fifteen seconds are over.

use ratatui::layout::{Position, Rect};
use zeroize::Zeroizing;

use crate::command::{CommandId, Context};
use crate::domain::identity::ApplicationId;
use crate::office::Passphrase;
use crate::tui::field::TextField;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::{Alarm, Effect, Errand, Explained};
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::secret_field::SecretField;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// How long a value stands on the screen, milliseconds.
pub const SHOWN_MS: u64 = 15_000;

/// So many digits stand together: never as many as somebody could copy whole by a slip of the mouse.
const TOGETHER: usize = 4;

/// What is asked of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealErrand {
    /// Of which application.
    pub id: ApplicationId,
    /// Which item.
    pub item: String,
    /// Why.
    pub reason: String,
    /// The passphrase, where it was asked for.
    pub passphrase: Option<Passphrase>,
}

/// What an applicant wrote. It shows itself in no `Debug` and is wiped.
#[derive(Clone, PartialEq, Eq)]
pub struct Seen(pub Zeroizing<String>);

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen")
    }
}

/// Which part has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Which item.
    Choice,
    /// Why.
    Reason,
    /// The passphrase.
    Secret,
    /// The button.
    Button,
}

/// The dialog.
#[derive(Debug, Clone)]
pub struct RevealDialog {
    /// Of which application.
    pub id: ApplicationId,
    /// The sealed items.
    pub items: Vec<String>,
    /// Which of them.
    pub chosen: usize,
    /// Why.
    pub reason: TextField,
    /// The passphrase.
    pub secret: SecretField,
    /// Whether it is asked for: where the person signed in without one.
    pub asks: bool,
    /// Which part has the keys.
    pub focus: Focus,
    /// Whether it is being opened.
    pub running: bool,
    /// What stands in the way, as a sentence.
    pub problem: Option<String>,
    /// What was opened, with the number of its alarm.
    pub seen: Option<(Seen, u64)>,
}

/// So many items are offered at once.
const IN_SIGHT: usize = 6;

impl RevealDialog {
    fn new(id: ApplicationId, items: Vec<String>) -> Self {
        Self {
            id,
            focus: if items.len() > 1 { Focus::Choice } else { Focus::Reason },
            items,
            chosen: 0,
            reason: TextField::default(),
            secret: SecretField::default(),
            asks: false,
            running: false,
            problem: None,
            seen: None,
        }
    }

    fn parts(&self) -> Vec<Focus> {
        let mut parts = if self.items.len() > 1 { vec![Focus::Choice] } else { Vec::new() };
        parts.push(Focus::Reason);
        if self.asks {
            parts.push(Focus::Secret);
        }
        parts.push(Focus::Button);
        parts
    }

    /// Whether a field has the keys.
    #[must_use]
    pub fn types_text(&self) -> bool {
        matches!(self.focus, Focus::Reason | Focus::Secret) && !self.running && self.seen.is_none()
    }

    /// The text field that has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        (self.focus == Focus::Reason && self.types_text()).then_some(&mut self.reason)
    }

    /// The field for a passphrase, where it has the keys.
    pub fn secret_mut(&mut self) -> Option<&mut SecretField> {
        (self.focus == Focus::Secret && self.types_text()).then_some(&mut self.secret)
    }

    /// Draws the dialog over the record; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let choices = if self.seen.is_some() { 0 } else { self.items.len().min(IN_SIGHT) as u16 };
        let title = words.text(&CommandId::Reveal.command().title_key()).to_owned();
        let inner = surface.boxed(layout::dialog(screen, 76, 11 + choices), &title);
        let number = model
            .list
            .row(self.id)
            .map_or_else(String::new, |row| format!("{}  {}", row.number, row.name.as_deref().unwrap_or_default()));
        surface.text(inner.x, inner.y, inner.width, &number, Role::Text);
        if let Some((seen, _)) = &self.seen {
            return self.draw_seen(seen, inner, model, surface);
        }
        surface.text(inner.x, inner.y + 1, inner.width, words.text("reveal.hint"), Role::Quiet);
        let (mut y, foot) = (inner.y + 3, inner.bottom().saturating_sub(1));
        let mut caret = Position::new(inner.x + 2, foot);
        let top = motion::window_top(0, self.chosen, IN_SIGHT);
        for (at, item) in self.items.iter().enumerate().skip(top).take(IN_SIGHT) {
            let here = at == self.chosen;
            if here {
                surface.text(inner.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
                if self.focus == Focus::Choice {
                    caret = Position::new(inner.x, y);
                }
            }
            let role = if here && self.focus == Focus::Choice { Role::RowCursor } else { Role::Text };
            surface.text(inner.x + 2, y, inner.width.saturating_sub(2), item, role);
            y += 1;
        }
        y += 1;
        let fields: &[(Focus, &str)] = if self.asks {
            &[(Focus::Reason, "reveal.reason"), (Focus::Secret, "requests.secret")]
        } else {
            &[(Focus::Reason, "reveal.reason")]
        };
        for (part, label) in fields {
            let used = surface.text(inner.x, y, inner.width / 2, words.text(label), Role::Label) + 1;
            let area = Rect::new(inner.x + used, y, inner.width.saturating_sub(used), 1);
            surface.fill(area, Role::Input);
            // Of a passphrase nothing shows, not even how much was typed.
            let at = match part {
                Focus::Reason => self.reason.draw(surface.buffer, area, &surface.theme.pen(Role::Input)),
                _ => area.as_position(),
            };
            if self.focus == *part {
                caret = at;
            }
            y += 1;
        }
        if let Some(problem) = &self.problem {
            surface.text(inner.x, foot.saturating_sub(1), inner.width, problem, Role::NoticeError);
        }
        let button = words.text(if self.running { "batch.running" } else { "reveal.button" });
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

    fn draw_seen(&self, seen: &Seen, inner: Rect, model: &Model, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let item = self.items.get(self.chosen).map_or("", String::as_str);
        surface.text(inner.x, inner.y + 2, inner.width, item, Role::Label);
        let value = apart(&seen.0);
        let foot = inner.bottom().saturating_sub(1);
        for (y, line) in (inner.y + 3..foot.saturating_sub(1)).zip(value.lines()) {
            surface.text(inner.x + 2, y, inner.width.saturating_sub(2), line, Role::Text);
        }
        let close = [("close", model.key_name(Context::Question, CommandId::LayerClose))];
        surface.text(inner.x, foot, inner.width, &words.fill("reveal.shown", &close), Role::Quiet);
        Position::new(inner.x + 2, inner.y + 3)
    }
}

/// A text with its long numbers in groups of four, apart by a blank.
#[must_use]
pub fn apart(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 2));
    let chars = Zeroizing::new(text.chars().collect::<Vec<char>>());
    let mut at = 0;
    while at < chars.len() {
        let digits = chars[at..].iter().take_while(|c| c.is_numeric()).count();
        if digits > TOGETHER {
            for (place, digit) in chars[at..at + digits].iter().enumerate() {
                if place > 0 && place % TOGETHER == 0 {
                    out.push(' ');
                }
                out.push(*digit);
            }
        } else {
            out.extend(&chars[at..at + digits.max(1)]);
        }
        at += digits.max(1);
    }
    out
}

/// Opens the dialog for the open record.
pub fn open(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.subject() else { return Vec::new() };
    let items = model.open.of(id).map_or_else(Vec::new, |record| {
        record.items.iter().filter(|item| item.sealed).map(|item| item.name.clone()).collect()
    });
    if items.is_empty() {
        model.notices.hint(model.words.text("reveal.none").to_owned());
        return Vec::new();
    }
    model.layers.push(Layer::Reveal(Box::new(RevealDialog::new(id, items))));
    Vec::new()
}

/// What a command of the dialog does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(Layer::Reveal(dialog)) = model.layers.last_mut() else { return Vec::new() };
    if dialog.running {
        return Vec::new();
    }
    if dialog.seen.is_some() {
        if matches!(command, CommandId::QuestionNext | CommandId::QuestionExecute) {
            model.layers.pop();
        }
        return Vec::new();
    }
    let parts = dialog.parts();
    let at = parts.iter().position(|part| *part == dialog.focus).unwrap_or_default();
    match command {
        CommandId::QuestionExecute => return execute(model),
        CommandId::QuestionNext if dialog.focus == Focus::Button => return execute(model),
        CommandId::QuestionNext => dialog.focus = parts[(at + 1).min(parts.len() - 1)],
        CommandId::MoveUp | CommandId::MoveDown
            if dialog.focus == Focus::Choice
                && motion::moved(dialog.chosen, dialog.items.len() - 1, command, 1) != dialog.chosen =>
        {
            dialog.chosen = motion::moved(dialog.chosen, dialog.items.len() - 1, command, 1);
        }
        _ => dialog.focus = parts[motion::moved(at, parts.len() - 1, command, 1)],
    }
    Vec::new()
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Reveal(dialog)) = model.layers.last_mut() else { return Vec::new() };
    let reason = dialog.reason.text().trim().to_owned();
    let missing = if reason.is_empty() {
        Some((Focus::Reason, "reveal.reason_missing"))
    } else if dialog.asks && dialog.secret.is_empty() {
        Some((Focus::Secret, "requests.secret_missing"))
    } else {
        None
    };
    if let Some((focus, key)) = missing {
        dialog.focus = focus;
        dialog.problem = Some(model.words.text(key).to_owned());
        return Vec::new();
    }
    (dialog.running, dialog.problem) = (true, None);
    let item = dialog.items.get(dialog.chosen).cloned().unwrap_or_default();
    let passphrase = dialog.asks.then(|| dialog.secret.take());
    vec![Effect::Errand(Errand::Reveal(Box::new(RevealErrand { id: dialog.id, item, reason, passphrase })))]
}

/// Takes the end: the value stands for a while, or the dialog says why not. Where nobody waits for it any more, it is
/// forgotten at once.
pub fn done(model: &mut Model, outcome: Result<Seen, Explained>) -> Vec<Effect> {
    let serial = model.reveals + 1;
    let Some(Layer::Reveal(dialog)) = model.layers.last_mut().filter(|_| model.lock.is_none()) else {
        return Vec::new();
    };
    dialog.running = false;
    match outcome {
        Ok(seen) => {
            dialog.seen = Some((seen, serial));
            model.reveals = serial;
            vec![Effect::Wake(SHOWN_MS, Alarm::Conceal(serial))]
        }
        Err(why) => {
            // Only the office knows whether the person signed in with what opens it.
            let first = why.code == "sign_in.needed" && !dialog.asks;
            dialog.asks |= first;
            dialog.focus = if dialog.asks { Focus::Secret } else { dialog.focus };
            let asked = first.then(|| model.words.text("reveal.ask_secret").to_owned());
            dialog.problem = Some(asked.unwrap_or(why.sentence));
            Vec::new()
        }
    }
}

/// The time of a value is over.
pub fn conceal(model: &mut Model, serial: u64) {
    model.layers.retain(
        |layer| !matches!(layer, Layer::Reveal(dialog) if dialog.seen.as_ref().is_some_and(|seen| seen.1 == serial)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_stand_in_groups() {
        let grouped = |text: &str| apart(text).to_string();
        assert_eq!(grouped("918273645015"), "9182 7364 5015");
        assert_eq!(grouped("口座1234567、2020年"), "口座1234 567、2020年");
        assert_eq!(grouped("９１８２７３６４５０１５"), "９１８２ ７３６４ ５０１５");
        assert_eq!(grouped("1234\n12"), "1234\n12");
        assert_eq!(format!("{:?}", Seen(Zeroizing::new("918273645015".into()))), "Seen");
    }
}
