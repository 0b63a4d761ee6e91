//! Messages to the person: one line at the bottom, and all of the session in a list that can be opened.

use std::collections::VecDeque;

use super::format::{self, grouped};
use super::layer::Layer;
use super::layout;
use super::message::Effect;
use super::model::Model;
use super::motion;
use super::surface::Surface;
use super::text::{self, Gaiji};
use super::theme::Role;
use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use ratatui::layout::{Position, Rect};

/// How many messages are kept.
const KEPT: usize = 500;

/// How many lines of detail one message keeps.
const KEPT_DETAILS: usize = 1_000;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub at: Option<Instant>,
    /// Whether something went wrong.
    pub is_error: bool,
    /// What happened, what it means, what to press.
    pub text: String,
    /// More lines, e.g. the applications that were left alone.
    pub details: Vec<String>,
}

/// The messages of a session.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    kept: VecDeque<Notice>,
    /// How many were kept so far: the number of the newest.
    said: u64,
    showing: Option<Notice>,
    /// How many messages and hints there were so far.
    told: u64,
}

impl Notices {
    /// Says what happened.
    pub fn say(&mut self, at: Option<Instant>, text: String) {
        self.add(Notice { at, is_error: false, text, details: Vec::new() });
    }

    /// Says what went wrong.
    pub fn error(&mut self, at: Option<Instant>, text: String) {
        self.add(Notice { at, is_error: true, text, details: Vec::new() });
    }

    /// Says something quietly: an error that is shown stays in sight.
    pub fn say_beside(&mut self, at: Option<Instant>, text: String) {
        let error = self.showing.take_if(|notice| notice.is_error);
        self.say(at, text);
        self.showing = error.or_else(|| self.showing.take());
    }

    /// Shows a message and keeps it.
    pub fn add(&mut self, mut notice: Notice) {
        notice.details.truncate(KEPT_DETAILS);
        self.said += 1;
        self.showing = Some(notice.clone());
        self.kept.push_front(notice);
        self.told += 1;
        self.kept.truncate(KEPT);
    }

    /// Shows a hint that isn't worth keeping.
    pub fn hint(&mut self, text: String) {
        self.told += 1;
        self.showing = Some(Notice { at: None, is_error: false, text, details: Vec::new() });
    }

    /// Takes the message off the bottom line; it stays in the list.
    pub fn dismiss(&mut self) {
        self.showing = None;
    }

    /// How many messages and hints there were so far: the same one said again counts again.
    #[must_use]
    pub const fn told(&self) -> u64 {
        self.told
    }

    /// The message of the bottom line.
    #[must_use]
    pub const fn showing(&self) -> Option<&Notice> {
        self.showing.as_ref()
    }

    /// All that are kept, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.kept.iter()
    }

    /// The same with their numbers, which stay when newer ones come.
    fn numbered(&self) -> impl Iterator<Item = (u64, &Notice)> {
        (0..self.said).rev().map(|number| number + 1).zip(&self.kept)
    }
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    /// Number of its message.
    number: u64,
    /// Which line of the message, from 0.
    at: usize,
    text: String,
    role: Role,
}

/// Every line of the list for a width, newest message first; nothing is cut.
fn lines(model: &Model, view: &NoticesView, width: u16) -> Vec<Line> {
    let words = &model.words;
    let room = width.saturating_sub(INDENT).max(2);
    let mut lines: Vec<Line> = Vec::new();
    for (number, notice) in model.notices.numbered() {
        let open = view.open == Some(number);
        let mut at = 0;
        let mut add = |first: &str, text: &str, role: Role| {
            for (part_at, part) in text::wrap(text, room, model.theme.policy, Gaiji::Mark).into_iter().enumerate() {
                let before = if part_at == 0 { first } else { "" };
                lines.push(Line { number, at, text: format!("{before:<0$}{part}", usize::from(INDENT - 2)), role });
                at += 1;
            }
        };
        // A word tells an error, not its colour alone.
        let mut told = match notice.is_error {
            true => words.fill("notices.error", &[("text", notice.text.clone())]),
            false => notice.text.clone(),
        };
        if !open && !notice.details.is_empty() {
            told.push_str(&words.fill("notices.more", &[("count", grouped(notice.details.len() as u64))]));
        }
        let time = notice.at.map_or_else(String::new, format::clock);
        add(&time, &told, if notice.is_error { Role::NoticeError } else { Role::Notice });
        for detail in notice.details.iter().filter(|_| open) {
            add("", detail, Role::Quiet);
        }
    }
    lines
}

/// Columns before a message: the cursor and its time.
const INDENT: u16 = 9;

/// The list of messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoticesView {
    /// The message under the cursor, and which of its lines.
    chosen: (u64, usize),
    /// The message whose details are shown.
    open: Option<u64>,
    /// The first line that is shown.
    top: usize,
}

impl NoticesView {
    /// The list as it opens: on the newest message, with its details.
    #[must_use]
    pub const fn new(notices: &Notices) -> Self {
        Self { chosen: (notices.said, 0), open: Some(notices.said), top: 0 }
    }

    /// The line under the cursor.
    fn position(&self, lines: &[Line]) -> usize {
        let (number, at) = self.chosen;
        // Messages stand in falling order; one that is no longer kept leaves the cursor on the last.
        lines.iter().rposition(|line| line.number == number && line.at <= at).unwrap_or(lines.len().saturating_sub(1))
    }

    /// Draws the list over the screen.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let area = layout::dialog(screen, screen.width, screen.height);
        let inner = surface.boxed(area, words.text("notices.title"));
        let lines = lines(model, self, inner.width);
        let rows = Rect { height: inner.height.saturating_sub(1), ..inner };
        if lines.is_empty() {
            surface.text(rows.x, rows.y, rows.width, words.text("notices.none"), Role::Quiet);
        }
        let cursor = self.position(&lines);
        let top = motion::window_top(self.top, cursor, usize::from(rows.height));
        let mut parked = inner.as_position();
        for (y, (at, line)) in (rows.top()..rows.bottom()).zip(lines.into_iter().enumerate().skip(top)) {
            if at == cursor {
                parked = Position::new(rows.x, y);
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            surface.text(rows.x + 2, y, rows.width.saturating_sub(2), &line.text, line.role);
        }
        let keys = [
            ("detail", model.key_name(Context::Notices, CommandId::NoticesDetail)),
            ("jobs", model.key_name(Context::Notices, CommandId::JobsOpen)),
            ("close", model.key_name(Context::Notices, CommandId::LayerClose)),
        ];
        surface.text(inner.x, rows.bottom(), inner.width, &words.fill("notices.keys", &keys), Role::Quiet);
        parked
    }
}

/// Moves through the lines.
pub fn perform(model: &mut Model, command: CommandId, screen: Rect) {
    let Some(Layer::Notices(view)) = model.layers.last() else { return };
    let mut view = *view;
    let area = layout::dialog(screen, screen.width, screen.height);
    let (width, page) = (area.width.saturating_sub(4), usize::from(area.height.saturating_sub(3)));
    let lines = lines(model, &view, width);
    let to = motion::moved(view.position(&lines), lines.len().saturating_sub(1), command, page);
    view.top = motion::window_top(view.top, to, page);
    view.chosen = lines.get(to).map_or(view.chosen, |line| (line.number, line.at));
    if let Some(Layer::Notices(there)) = model.layers.last_mut() {
        *there = view;
    }
}

/// Shows the details of the message under the cursor, or folds them.
pub fn detail(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Notices(view)) = model.layers.last_mut() else { return Vec::new() };
    let (number, _) = view.chosen;
    let has = model.notices.numbered().any(|(other, notice)| other == number && !notice.details.is_empty());
    view.open = (has && view.open != Some(number)).then_some(number);
    view.chosen = (number, 0);
    if !has {
        model.notices.hint(model.words.text("jobs.no_details").to_owned());
    }
    Vec::new()
}
