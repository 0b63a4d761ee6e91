//! 「この人について誰が見たか」: who looked at an application, newest first, as far as the log is told of it.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::domain::identity::ApplicationId;
use crate::messages::Messages;
use crate::office::{Looked, WhoLooked};
use crate::tui::format::{grouped, long};
use crate::tui::layout;
use crate::tui::message::Explained;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The panel.
#[derive(Debug, Clone)]
pub struct LooksPage {
    /// Of which application.
    pub id: ApplicationId,
    /// Who looked; `None` = being read.
    pub found: Option<Vec<WhoLooked>>,
    /// Why it couldn't be read.
    pub problem: Option<String>,
    /// The first one that is shown.
    pub top: usize,
}

impl LooksPage {
    /// The panel, before it is read.
    #[must_use]
    pub const fn new(id: ApplicationId) -> Self {
        Self { id, found: None, problem: None, top: 0 }
    }

    /// Takes what was read.
    pub fn take(&mut self, looks: Result<Vec<WhoLooked>, Explained>) {
        match looks {
            Ok(looks) => self.found = Some(looks),
            Err(why) => self.problem = Some(why.sentence),
        }
    }

    fn area(&self, screen: Rect) -> Rect {
        let lines = self.found.as_ref().map_or(1, Vec::len).clamp(1, 16) as u16;
        layout::dialog(screen, 100, lines + 5)
    }

    /// Scrolls.
    pub fn perform(&mut self, command: CommandId, screen: Rect) {
        let height = usize::from(self.area(screen).height.saturating_sub(5)).max(1);
        let last = self.found.as_ref().map_or(0, Vec::len).saturating_sub(height);
        self.top = motion::moved(self.top, last, command, height);
    }

    /// Draws the panel; tells where the cursor is parked.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(self.area(screen), words.text(&CommandId::LooksOpen.command().title_key()));
        let count = self.found.as_ref().map_or(0, Vec::len) as u64;
        surface.text(
            inner.x,
            inner.y,
            inner.width,
            &words.fill("looks.count", &[("count", grouped(count))]),
            Role::Label,
        );
        let foot = inner.bottom().saturating_sub(1);
        let rows = Rect { y: inner.y + 1, height: foot.saturating_sub(inner.y + 1), ..inner };
        match (&self.found, &self.problem) {
            (_, Some(problem)) => drop(surface.text(rows.x, rows.y, rows.width, problem, Role::NoticeError)),
            (None, None) => drop(surface.text(rows.x, rows.y, rows.width, words.text("list.reading"), Role::Quiet)),
            (Some(looks), None) if looks.is_empty() => {
                surface.text(rows.x, rows.y, rows.width, words.text("looks.none"), Role::Quiet);
            }
            (Some(looks), None) => {
                for (y, look) in (rows.top()..rows.bottom()).zip(looks.iter().skip(self.top)) {
                    surface.text(rows.x, y, rows.width, &line(look, words), Role::Text);
                }
            }
        }
        let close = [("close", model.key_name(Context::Looks, CommandId::LayerClose))];
        surface.text(inner.x, foot, inner.width, &words.fill("looks.foot", &close), Role::Quiet);
        rows.as_position()
    }
}

/// One look: when, who, what, why.
#[must_use]
pub fn line(look: &WhoLooked, words: &Messages) -> String {
    let at = Instant { seconds: look.at_ms.div_euclid(1000), offset_minutes: JAPAN };
    let actor = look.actor.as_deref().unwrap_or_else(|| words.text("record.unsigned"));
    let what = match &look.looked {
        Looked::Revealed(items) => words.fill("looks.revealed", &[("items", items.join(", "))]),
        Looked::Opened(purpose) => words.text(&format!("looks.purpose.{}", purpose.id())).to_owned(),
        Looked::Listed => words.text("looks.listed").to_owned(),
    };
    let reason = look.reason.as_deref().filter(|reason| !reason.is_empty());
    let reason = reason.map_or_else(String::new, |reason| format!("  {reason}"));
    format!("{}  {actor}  {what}{reason}", long(at))
}
