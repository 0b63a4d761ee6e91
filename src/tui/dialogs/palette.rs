//! The palette: every command, found by what is typed in kanji, kana, romaji or English, with its keys and the reason
//! where it can't be run. Enter runs it as its key would.

use ratatui::layout::{Position, Rect};

use crate::command::{CommandId, Context};
use crate::tui::field::TextField;
use crate::tui::keys;
use crate::tui::layer::Layer;
use crate::tui::layout;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::motion;
use crate::tui::offers::{Offer, found};
use crate::tui::surface::Surface;
use crate::tui::theme::Role;

/// How many commands that were run from the palette stand first when it opens.
pub const RECENT: usize = 5;

/// The palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteDialog {
    /// Where it was opened: commands of this context come first and can be run.
    pub under: Context,
    /// What is searched for.
    pub field: TextField,
    /// The chosen line.
    pub cursor: usize,
    /// The first line that is shown.
    pub top: usize,
}

impl PaletteDialog {
    /// The palette over a context.
    #[must_use]
    pub fn new(under: Context) -> Self {
        Self { under, field: TextField::default(), cursor: 0, top: 0 }
    }

    /// The commands that fit; with nothing typed those that were run from here last stand first.
    #[must_use]
    pub fn offers(&self, model: &Model) -> Vec<Offer> {
        let mut offers = found(model, self.under, self.field.text());
        if self.field.text().trim().is_empty() {
            let recent = |offer: &Offer| model.recent.iter().position(|id| *id == offer.command.id && offer.here);
            offers.sort_by_key(|offer| recent(offer).unwrap_or(RECENT));
        }
        offers
    }

    /// Moves the cursor among `count` lines.
    pub fn perform(&mut self, command: CommandId, count: usize, page: usize) {
        self.cursor = motion::moved(self.cursor, count.saturating_sub(1), command, page);
        self.top = motion::window_top(self.top, self.cursor, page);
    }

    /// Draws the palette over the screen; tells where the caret stands.
    pub fn draw(&self, model: &Model, screen: Rect, surface: &mut Surface<'_>) -> Position {
        let words = &model.words;
        let inner = surface.boxed(layout::dialog(screen, WIDTH, screen.height), words.text("palette.title"));
        if inner.height < 4 {
            return inner.as_position();
        }
        let used = surface.text(inner.x, inner.y, 20, words.text("palette.search"), Role::Label) + 1;
        let line = Rect::new(inner.x + used, inner.y, inner.width - used, 1);
        surface.fill(line, Role::Input);
        let caret = self.field.draw(surface.buffer, line, &surface.theme.pen(Role::Input));
        let rows = Rect { y: inner.y + 2, height: inner.height - 2, ..inner };
        let offers = self.offers(model);
        if offers.is_empty() {
            surface.text(rows.x, rows.y, rows.width, words.text("palette.none"), Role::Quiet);
        }
        for (y, (at, offer)) in (rows.top()..rows.bottom()).zip(offers.iter().enumerate().skip(self.top)) {
            let here = at == self.cursor;
            let role = offer.role(here);
            if here {
                surface.text(rows.x, y, 1, surface.theme.glyphs.cursor, Role::Mark);
            }
            surface.text(rows.x + 2, y, TITLE - 1, &offer.title, role);
            surface.text(rows.x + 2 + TITLE, y, KEYS - 1, &offer.keys, Role::Key);
            let x = 2 + TITLE + KEYS;
            let what = offer.disabled.as_ref().unwrap_or(&offer.description);
            surface.text(rows.x + x, y, rows.width.saturating_sub(x), what, role);
        }
        caret
    }
}

/// Columns of the palette, of a title, of its keys.
const WIDTH: u16 = 110;
const TITLE: u16 = 21;
const KEYS: u16 = 14;

/// How many lines fit on a screen.
#[must_use]
pub fn page(screen: Rect) -> usize {
    usize::from(layout::dialog(screen, WIDTH, screen.height).height.saturating_sub(4))
}

/// Runs the chosen command as its key would, or says why it can't be run; then the palette stays.
pub fn run(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Palette(palette)) = model.layers.last() else { return Vec::new() };
    let Some(offer) = palette.offers(model).into_iter().nth(palette.cursor) else { return Vec::new() };
    if let Some(reason) = offer.disabled {
        model.notices.hint(reason);
        return Vec::new();
    }
    let command = offer.command.id;
    model.layers.pop();
    model.recent.retain(|other| *other != command);
    model.recent.insert(0, command);
    model.recent.truncate(RECENT);
    keys::run(model, command)
}
