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

use ratatui::buffer::{Buffer, Cell};
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
    size: (u16, u16),
    /// Empty before the first frame, which is not kept waiting for it.
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
        let size = (width, height);
        Self { size, shown: Buffer::empty(Rect::ZERO), next: Buffer::empty(area), caret: None, whole: true }
    }

    /// Columns and lines.
    #[must_use]
    pub const fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Takes the new size of the terminal.
    pub fn resize(&mut self, size: (u16, u16)) {
        if size == self.size() {
            self.redraw();
        } else {
            *self = Self::new(size);
        }
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
        self.next.resize(Rect::new(0, 0, self.size.0, self.size.1));
        self.next.reset();
        let caret = view::view(model, &mut self.next);
        self.send(caret, model.traits, out)
    }

    /// Sends what differs between the buffer that was painted and what the terminal shows.
    fn send(&mut self, caret: Option<Position>, traits: Traits, out: &mut impl Write) -> io::Result<()> {
        if !self.whole && self.shown == self.next && caret == self.caret {
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
        let cleared = if self.whole { vec![Cell::EMPTY; width] } else { Vec::new() };
        for (y, next) in self.next.content.chunks(width).enumerate() {
            let shown = if self.whole { &cleared[..] } else { &self.shown.content[y * width..(y + 1) * width] };
            painter.line(y as u16, shown, next);
        }
        let frame = painter.end(caret);
        std::mem::swap(&mut self.shown, &mut self.next);
        (self.caret, self.whole) = (caret, false);
        out.write_all(&frame)?;
        out.flush()
    }
}
