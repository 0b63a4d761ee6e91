//! The help: every command with its keys, made from the command table and the keymap in force. It can be searched,
//! and Enter runs what is chosen.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::field::TextField;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::offers::{Offer, found, offers};
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// The help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpDialog {
    /// Where it was opened: commands of this context come first and can be run.
    pub under: Context,
    /// What is searched for.
    pub filter: TextField,
    /// The chosen entry.
    pub cursor: usize,
    /// The first entry that is shown.
    pub top: usize,
}

impl HelpDialog {
    /// Help for a context.
    #[must_use]
    pub fn new(under: Context) -> Self {
        Self { under, filter: TextField::default(), cursor: 0, top: 0 }
    }

    /// The entries that match the filter: with nothing typed those of the context below, those that are offered
    /// everywhere, then those of the other contexts; else as the palette finds them.
    #[must_use]
    pub fn entries(&self, model: &Model) -> Vec<Offer> {
        match self.filter.text().trim() {
            "" => offers(model, self.under),
            typed => found(model, self.under, typed),
        }
    }

    /// The command under the cursor, and why it can't be run.
    #[must_use]
    pub fn chosen(&self, model: &Model) -> Option<(CommandId, Option<String>)> {
        let entry = self.entries(model).into_iter().nth(self.cursor)?;
        Some((entry.command.id, entry.disabled))
    }

    /// Moves the cursor among `count` entries.
    pub fn perform(&mut self, command: CommandId, count: usize, page: usize) {
        self.cursor = motion::moved(self.cursor, count.saturating_sub(1), command, page);
        self.top = motion::window_top(self.top, self.cursor, page);
    }

    /// Draws the help over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, 100, screen.height), words.text("help.title"));
        if inner.height < 4 {
            return inner.as_position();
        }
        let used = surface.text(inner.x, inner.y, 20, words.text("help.search"), Role::Label) + 1;
        let line = Rect::new(inner.x + used, inner.y, inner.width - used, 1);
        let caret = self.filter.draw(surface.buffer, line, &surface.theme.pen(Role::Input));
        let rows = list_area(inner);
        let entries = self.entries(model);
        if entries.is_empty() {
            surface.text(rows.x, rows.y, rows.width, words.text("help.none"), Role::Quiet);
        }
        for (y, (at, entry)) in (rows.top()..rows.bottom()).zip(entries.iter().enumerate().skip(self.top)) {
            let here = at == self.cursor;
            let role = entry.role(here);
            if here {
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            surface.text(rows.x + 2, y, 16, &entry.keys, Role::Key);
            surface.text(rows.x + 19, y, 18, &entry.title, role);
            surface.text(rows.x + 38, y, rows.width.saturating_sub(38), &entry.description, role);
        }
        let foot = Rect { y: inner.bottom() - 1, height: 1, ..inner };
        match entries.get(self.cursor) {
            Some(Offer { disabled: Some(reason), .. }) => {
                surface.text(foot.x, foot.y, foot.width, reason, Role::Quiet);
            }
            Some(entry) => {
                surface.text(foot.x, foot.y, foot.width, &entry.description, Role::Notice);
            }
            None => {}
        }
        caret
    }
}

fn list_area(inner: Rect) -> Rect {
    Rect { y: inner.y + 2, height: inner.height.saturating_sub(4), ..inner }
}

/// How many entries fit on a screen.
#[must_use]
pub fn page(screen: Rect) -> usize {
    usize::from(layout::dialog(screen, 100, screen.height).height.saturating_sub(6))
}
