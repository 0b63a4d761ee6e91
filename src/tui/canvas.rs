//! The bytes of a frame: what has changed since the last one, inside of one synchronized update, in one write. The
//! cursor is hidden while it is painted and shown again at the caret, so an input method never sees it elsewhere.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::ResetColor;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::model::Model;
use super::view;

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
        if self.whole {
            self.shown.reset();
        }
        let mut changes = self.shown.diff_iter(&self.next).peekable();
        if changes.peek().is_none() && caret == self.caret && !self.whole {
            return Ok(());
        }
        let mut frame = Vec::with_capacity(8192);
        queue!(frame, BeginSynchronizedUpdate, Hide)?;
        if self.whole {
            queue!(frame, ResetColor, Clear(ClearType::All))?;
        }
        CrosstermBackend::new(&mut frame).draw(changes)?;
        if let Some(caret) = caret {
            queue!(frame, MoveTo(caret.x, caret.y), Show)?;
        }
        queue!(frame, EndSynchronizedUpdate)?;
        std::mem::swap(&mut self.shown, &mut self.next);
        (self.caret, self.whole) = (caret, false);
        out.write_all(&frame)?;
        out.flush()
    }
}
