//! The small menu of statuses: 受理する and the ten. What is chosen here is only a question; the batch dialog then
//! shows the effect.

use ratatui::layout::{Position, Rect};

use crate::command::CommandId;
use crate::domain::identity::ApplicationId;
use crate::domain::status::{Request, Status};
use crate::messages::Messages;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// What can be asked for, in the order of the menu.
pub const REQUESTS: [Request; 11] = [
    Request::Accept,
    Request::To(Status::Unprocessed),
    Request::To(Status::Provisional),
    Request::To(Status::AcceptedUnreplied),
    Request::To(Status::AcceptedReplied),
    Request::To(Status::AcceptedScheduled),
    Request::To(Status::Returned),
    Request::To(Status::Rejected),
    Request::To(Status::Completed),
    Request::To(Status::ForceCompleted),
    Request::To(Status::Withdrawn),
];

/// The menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMenu {
    /// For whom.
    pub ids: Vec<ApplicationId>,
    /// The chosen line.
    pub cursor: usize,
}

impl StatusMenu {
    /// A menu for these applications.
    #[must_use]
    pub const fn new(ids: Vec<ApplicationId>) -> Self {
        Self { ids, cursor: 0 }
    }

    /// What is under the cursor.
    #[must_use]
    pub fn request(&self) -> Request {
        REQUESTS[self.cursor.min(REQUESTS.len() - 1)]
    }

    /// Why a request can't be made for so many: the message key of a sentence.
    #[must_use]
    pub fn disabled(&self, request: Request) -> Option<&'static str> {
        match request {
            Request::To(status) if status.one_at_a_time() && self.ids.len() > 1 => Some("status.one_at_a_time"),
            _ => None,
        }
    }

    /// Moves the cursor.
    pub fn perform(&mut self, command: CommandId, page: usize) {
        self.cursor = motion::moved(self.cursor, REQUESTS.len() - 1, command, page);
    }

    /// Draws the menu over the screen.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let count = crate::tui::format::grouped(self.ids.len() as u64);
        let title = model.words.fill("status.menu", &[("count", count)]);
        let area = layout::dialog(screen, 58, REQUESTS.len() as u16 + 2);
        let inner = surface.boxed(area, &title);
        let top = motion::window_top(0, self.cursor, usize::from(inner.height));
        let mut caret = inner.as_position();
        let lines = REQUESTS.into_iter().enumerate().skip(top);
        for (y, (at, request)) in (inner.top()..inner.bottom()).zip(lines) {
            let here = at == self.cursor;
            if here {
                caret = Position::new(inner.x, y);
                surface.text(inner.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            let disabled = self.disabled(request);
            let role = match (here, disabled) {
                (_, Some(_)) => Role::Quiet,
                (true, None) => Role::ButtonFocus,
                (false, None) => Role::Text,
            };
            let used = surface.text(inner.x + 2, y, inner.width - 2, &name(request, &model.words), role);
            if let Some(reason) = disabled {
                let x = inner.x + 2 + used + 2;
                surface.text(x, y, inner.right().saturating_sub(x), model.words.text(reason), Role::Quiet);
            }
        }
        caret
    }
}

/// The name of a request. Statuses keep their official label in every language.
#[must_use]
pub fn name(request: Request, words: &Messages) -> String {
    match request {
        Request::Accept => words.text("status.accept").to_owned(),
        Request::To(status) => status.label().to_owned(),
    }
}
