//! 画面を隠す: nothing of the store is shown any more until the person shows who they are; everything stays as it was
//! below it, what is being typed too. It comes by a key, and by itself where nobody has pressed one for a while.
//!
//! Whoever has a passphrase types it. Where the operating system signs people in and they have none, Enter shows the
//! screen again: it hides from who looks by, and locking the terminal is the system's business.

use ratatui::layout::{Position, Rect};

use super::keymap::{Code, Key};
use super::layer::Layer;
use super::message::{Effect, Errand, Explained};
use super::model::Model;
use super::secret_field::SecretField;
use super::surface::Surface;
use super::text;
use super::theme::Role;
use super::which_key;
use crate::command::CommandId;
use crate::domain::application::Instant;

/// A screen that is hidden.
#[derive(Debug, Clone)]
pub struct Lock {
    typed: SecretField,
    /// Whether a passphrase is being tried.
    trying: bool,
    problem: Option<String>,
}

/// How the screen is shown again, and when it hides by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Locking {
    /// Whether the person has a passphrase.
    pub asks: bool,
    /// After so many minutes without a key; `None` = never.
    pub after: Option<u64>,
}

/// Hides everything.
pub fn hide(model: &mut Model) -> Vec<Effect> {
    which_key::over(model);
    if model.lock.is_none() {
        model.lock = Some(Lock { typed: SecretField::default(), trying: false, problem: None });
    }
    // A passphrase that somebody was typing isn't left lying below.
    for layer in &mut model.layers {
        if let Layer::Decide(dialog) = layer {
            dialog.secret.wipe();
        }
    }
    for page in model.layers.iter_mut().filter_map(Layer::entry_mut).chain(model.aside.as_deref_mut()) {
        page.wipe();
    }
    // What is sealed isn't left open below, nor the passphrase that would open it.
    model.layers.retain(|layer| !matches!(layer, Layer::Reveal(_)));
    // The terminal forgets what it showed.
    vec![Effect::Redraw]
}

/// Hides everything if nobody has pressed a key for as long as is set.
pub(super) fn idle(model: &mut Model, now: Instant) -> Vec<Effect> {
    let touched = *model.touched.get_or_insert(now);
    let Some(minutes) = model.surroundings.locking.after else { return Vec::new() };
    let over = now.seconds.saturating_sub(touched.seconds) >= i64::try_from(minutes * 60).unwrap_or(i64::MAX);
    if over && model.lock.is_none() && !model.keeping.is_leaving() { hide(model) } else { Vec::new() }
}

/// A key while the screen is visible: whether it hides the screen, whatever has the keys and whatever was begun.
pub(super) fn hides(model: &Model, key: Key) -> bool {
    use super::keymap::Meaning;
    model.keymap.meaning(model.context(), &[key.half_width()]) == Meaning::Run(CommandId::ScreenLock)
}

/// A key while the screen is hidden: text, or the end of it. Nothing else is a command.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    let asks = model.surroundings.locking.asks;
    let Some(lock) = model.lock.as_mut().filter(|lock| !lock.trying) else { return Vec::new() };
    lock.problem = None;
    match key.code {
        Code::Enter if !asks => return show(model),
        Code::Enter if !lock.typed.is_empty() => {
            lock.trying = true;
            return vec![Effect::Errand(Errand::Unlock(lock.typed.take()))];
        }
        Code::Esc => lock.typed.wipe(),
        // Nothing else is a command here, whether it types or not.
        _ if asks => {
            lock.typed.key(key);
        }
        _ => {}
    }
    Vec::new()
}

/// A paste while the screen is hidden.
pub(super) fn paste(model: &mut Model, text: &str) {
    let asks = model.surroundings.locking.asks;
    if let Some(lock) = model.lock.as_mut().filter(|lock| asks && !lock.trying) {
        lock.typed.paste(text);
    }
}

/// What came of a passphrase.
pub(super) fn tried(model: &mut Model, outcome: Result<(), Explained>) -> Vec<Effect> {
    match outcome {
        Ok(()) => return show(model),
        Err(why) => {
            if let Some(lock) = &mut model.lock {
                (lock.trying, lock.problem) = (false, Some(why.sentence));
            }
        }
    }
    Vec::new()
}

fn show(model: &mut Model) -> Vec<Effect> {
    model.lock = None;
    vec![Effect::Redraw]
}

/// The lines that stand on a hidden screen: who it belongs to, and what to do.
pub(super) fn lines(model: &Model) -> Vec<(String, Role)> {
    let Some(lock) = &model.lock else { return Vec::new() };
    let words = &model.words;
    let name = ("name", model.surroundings.operator.clone());
    let how = match (model.surroundings.locking.asks, lock.trying) {
        (_, true) => words.text("lock.trying").to_owned(),
        (true, false) => words.fill("lock.ask", &[name]),
        (false, false) => words.text("lock.enter").to_owned(),
    };
    let mut lines = vec![(words.text("lock.title").to_owned(), Role::Title), (how, Role::Notice)];
    lines.extend(lock.problem.clone().map(|problem| (problem, Role::NoticeError)));
    lines
}

/// Draws the hidden screen: nothing that was typed shows, not even how much.
pub(super) fn draw(model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
    text::blank(surface.buffer, screen, surface.theme.style(Role::Text));
    let lines = lines(model);
    let top = screen.y + (screen.height.saturating_sub(lines.len() as u16 * 2)) / 2;
    let mut caret = Position::new(screen.x, screen.y);
    for (place, (line, role)) in lines.iter().enumerate() {
        let y = (top + place as u16 * 2).min(screen.bottom().saturating_sub(1));
        let width = surface.columns(line).min(screen.width);
        let x = screen.x + (screen.width - width) / 2;
        surface.text(x, y, screen.width, line, *role);
        if place == 1 {
            caret = Position::new(x + width, y);
        }
    }
    caret
}
