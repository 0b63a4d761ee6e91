//! The bytes of a frame: what has changed since the last one, inside of one synchronized update, in one write. The
//! cursor is hidden while it is painted and shown again at the caret, so an input method never sees it elsewhere. Lines
//! are slow, so bytes are counted: `cargo test --lib bytes -- --nocapture` tells what screens cost.

mod painter;
mod scroll;
mod sgr;
#[cfg(test)]
mod tests;
mod trust;

use std::io::{self, Write};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::painter::Painter;
use super::model::Model;
use super::view;

/// What a terminal can do, as far as its frames depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traits {
    /// Whether the width of signs of ambiguous width is known: it was asked or set, not taken for granted.
    pub sure: bool,
    /// Whether it can move the lines of a region.
    pub regions: bool,
}

/// What the terminal shows, as far as we know.
#[derive(Debug)]
pub struct Canvas {
    shown: Buffer,
    next: Buffer,
    caret: Option<Position>,
    /// Whether the next frame draws everything, on a cleared terminal.
    whole: bool,
}

impl Canvas {
    /// A terminal of which nothing is known but its columns and lines.
    #[must_use]
    pub fn new((width, height): (u16, u16)) -> Self {
        let area = Rect::new(0, 0, width, height);
        Self { shown: Buffer::empty(area), next: Buffer::empty(area), caret: None, whole: true }
    }

    /// Columns and lines.
    #[must_use]
    pub const fn size(&self) -> (u16, u16) {
        (self.next.area.width, self.next.area.height)
    }

    /// Takes the new size of the terminal.
    pub fn resize(&mut self, size: (u16, u16)) {
        *self = Self::new(size);
    }

    /// Forgets what the terminal shows.
    pub const fn redraw(&mut self) {
        self.whole = true;
    }

    /// What the last frame painted.
    #[must_use]
    pub const fn shown(&self) -> &Buffer {
        &self.shown
    }

    /// Where the last frame left the cursor; `None` = hidden.
    #[must_use]
    pub const fn caret(&self) -> Option<Position> {
        self.caret
    }

    /// Draws a frame in one write; writes nothing where nothing has changed.
    ///
    /// # Errors
    /// Writing failed.
    pub fn draw(&mut self, model: &Model, out: &mut impl Write) -> io::Result<()> {
        self.next.reset();
        let caret = view::view(model, &mut self.next);
        self.send(caret, model.traits, out)
    }

    /// Sends what differs between the buffer that was painted and what the terminal shows.
    fn send(&mut self, caret: Option<Position>, traits: Traits, out: &mut impl Write) -> io::Result<()> {
        if self.whole {
            self.shown.reset();
        } else if self.shown == self.next && caret == self.caret {
            return Ok(());
        }
        let mut painter = Painter::begin(self.next.area.width, traits.sure);
        if self.whole {
            painter.clear(traits.regions);
        } else if traits.regions
            && let Some(moved) = scroll::find(&self.shown, &self.next)
        {
            painter.scroll(moved);
            scroll::apply(&mut self.shown, moved);
        }
        let width = usize::from(self.next.area.width).max(1);
        for (y, (shown, next)) in (0..).zip(self.shown.content.chunks(width).zip(self.next.content.chunks(width))) {
            painter.line(y, shown, next);
        }
        let frame = painter.end(caret);
        std::mem::swap(&mut self.shown, &mut self.next);
        (self.caret, self.whole) = (caret, false);
        out.write_all(&frame)?;
        out.flush()
    }
}
