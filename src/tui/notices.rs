//! Messages to the person: one line at the bottom, and all of the session in a list that can be opened.

use std::collections::VecDeque;

use super::format;
use super::layout;
use super::model::Model;
use super::motion;
use super::surface::Surface;
use super::text::{self, Gaiji};
use super::theme::Role;
use crate::command::CommandId;
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
    showing: Option<Notice>,
    said: u64,
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

    /// Shows a message and keeps it.
    pub fn add(&mut self, mut notice: Notice) {
        notice.details.truncate(KEPT_DETAILS);
        self.said += 1;
        self.showing = Some(notice.clone());
        self.kept.push_front(notice);
        self.kept.truncate(KEPT);
    }

    /// Shows a hint that isn't worth keeping.
    pub fn hint(&mut self, text: String) {
        self.said += 1;
        self.showing = Some(Notice { at: None, is_error: false, text, details: Vec::new() });
    }

    /// Takes the message off the bottom line; it stays in the list.
    pub fn dismiss(&mut self) {
        self.showing = None;
    }

    /// How many messages and hints there were so far: the same one said again counts again.
    #[must_use]
    pub const fn said(&self) -> u64 {
        self.said
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
}

/// Every line of the list for a width, newest message first; nothing is cut.
fn lines(model: &Model, width: u16) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    let mut add = |first: &str, text: &str, role: Role| {
        let room = width.saturating_sub(INDENT).max(2);
        for (at, part) in text::wrap(text, room, model.theme.policy, Gaiji::Mark).into_iter().enumerate() {
            let before = if at == 0 { first } else { "" };
            lines.push((format!("{before:<0$}{part}", usize::from(INDENT)), role));
        }
    };
    for notice in model.notices.iter() {
        let time = notice.at.map_or_else(String::new, format::clock);
        add(&time, &notice.text, if notice.is_error { Role::NoticeError } else { Role::Notice });
        for detail in &notice.details {
            add("", detail, Role::Quiet);
        }
    }
    if lines.is_empty() {
        lines.push((model.words.text("notices.none").to_owned(), Role::Quiet));
    }
    lines
}

/// Columns before a message: its time.
const INDENT: u16 = 7;

/// The list of messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoticesView {
    /// The first line that is shown.
    pub top: usize,
}

impl NoticesView {
    /// Moves through the list; the last line may come up to the end of the last page, no further.
    pub fn perform(&mut self, command: CommandId, count: usize, page: usize) {
        self.top = motion::moved(self.top, count.saturating_sub(page), command, page);
    }

    /// Draws the list over the screen.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let area = layout::dialog(screen, screen.width, screen.height);
        let inner = surface.boxed(area, model.words.text("notices.title"));
        let lines = lines(model, inner.width);
        for (y, (text, role)) in (inner.top()..inner.bottom()).zip(lines.into_iter().skip(self.top)) {
            surface.text(inner.x, y, inner.width, &text, role);
        }
        inner.as_position()
    }
}

/// How many lines the list has on a screen, and how many of them fit.
#[must_use]
pub fn extent(model: &Model, screen: Rect) -> (usize, usize) {
    let area = layout::dialog(screen, screen.width, screen.height);
    (lines(model, area.width.saturating_sub(4)).len(), usize::from(area.height.saturating_sub(2)))
}
