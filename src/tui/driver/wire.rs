//! The screen over a wire: frames are built by the code that serves the real terminal, and a terminal of our own at the
//! other end shows what arrives.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};

use super::grid::Look;
use super::{Driver, Grid, Widths, lines};
use crate::tui::canvas::Canvas;
use crate::tui::message::Effect;
use crate::tui::text::WidthPolicy;
use crate::tui::theme::contrast::ORDER;

/// What arrives, write by write.
#[derive(Debug, Default)]
struct Line {
    writes: Vec<Vec<u8>>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is seen of a look; on a blank the colour and weight of letters aren't.
fn seen(symbol: &str, (fg, bg, modifier): Look) -> Look {
    let on_blank = Modifier::REVERSED | Modifier::UNDERLINED;
    match (symbol, modifier & on_blank) {
        (" ", PLAIN) => (Color::Reset, bg, PLAIN),
        (" ", lines) => (fg, bg, lines),
        _ => (fg, bg, modifier),
    }
}

/// The look of a cell, its sixteen colours by number.
fn look(cell: &Cell) -> Look {
    let number = |colour: Color| match colour {
        Color::Reset | Color::Rgb(..) | Color::Indexed(_) => colour,
        named => Color::Indexed(ORDER.iter().position(|known| *known == named).unwrap() as u8),
    };
    (number(cell.fg), number(cell.bg), cell.modifier)
}

const PLAIN: Modifier = Modifier::empty();

/// Fails unless a terminal shows a buffer: every column with its look, and nothing is left switched on.
#[track_caller]
pub fn same(grid: &Grid, buffer: &Buffer, what: &str) {
    let text = || grid.lines().join("\n");
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            let width = cell.cell_width().max(1);
            let shown: String = (x..x + width).filter_map(|x| grid.at(x, y)).collect();
            assert_eq!(shown, cell.symbol(), "column {x} of line {y} after {what:?}:\n{}", text());
            let looks = [grid.look(x, y), look(cell)].map(|look| seen(cell.symbol(), look));
            assert_eq!(looks[0], looks[1], "the look of column {x} of line {y} after {what:?}:\n{}", text());
            x += width;
        }
    }
    assert!(grid.is_at_rest(), "after {what:?}");
}

/// A screen, a wire, and a terminal at its end.
pub struct Wire {
    pub screen: Driver,
    pub grid: Grid,
    canvas: Canvas,
    widths: Widths,
}

impl Wire {
    /// Puts a terminal below a screen that is open, as wide as the screen takes it to be.
    pub fn over(screen: Driver) -> Self {
        let widths = match screen.model.theme.policy {
            WidthPolicy::Narrow => Widths::Narrow,
            WidthPolicy::Wide => Widths::Wide,
        };
        let size = screen.model.size;
        let mut wire = Self { canvas: Canvas::new(size), grid: Grid::new(size, widths), screen, widths };
        wire.frame();
        wire
    }

    /// What the last frame painted.
    pub const fn shown(&self) -> &Buffer {
        self.canvas.shown()
    }

    /// Sends what has changed; the bytes of each write.
    pub fn frame(&mut self) -> Vec<Vec<u8>> {
        let size = self.screen.model.size;
        if size != self.canvas.size() {
            self.canvas.resize(size);
            self.grid = Grid::new(size, self.widths);
        }
        if self.screen.asked.contains(&Effect::Redraw) {
            self.screen.asked.retain(|effect| *effect != Effect::Redraw);
            self.canvas.redraw();
        }
        let mut line = Line::default();
        self.canvas.draw(&self.screen.model, &mut line).unwrap();
        for bytes in &line.writes {
            self.grid.take(bytes);
        }
        line.writes
    }

    /// Presses keys, each followed by a frame, and holds the terminal against the model after each.
    #[track_caller]
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|inner| inner.find('>').map(|at| at + 2));
            let (key, after) = rest.split_at(named.unwrap_or(c.len_utf8()));
            rest = after;
            self.screen.press(key);
            self.frame();
            self.agrees(keys);
        }
        self
    }

    /// Fails unless the terminal shows what was drawn: every column, and the cursor.
    #[track_caller]
    pub fn agrees(&self, what: &str) {
        let buffer = self.canvas.shown();
        same(&self.grid, buffer, what);
        let caret = self.canvas.caret().map(|caret| (caret.x, caret.y));
        assert_eq!(self.grid.cursor(), caret, "the cursor after {what:?}:\n{}", self.text());
        assert_eq!(self.grid.lines(), lines(buffer), "after {what:?}");
    }

    /// The whole terminal as one text.
    pub fn text(&self) -> String {
        self.grid.lines().join("\n")
    }

    /// Fails with the whole terminal if a text isn't on it.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "{text:?} is not on the terminal:\n{}", self.text());
        self
    }

    /// The column at which a text begins, and its line.
    #[track_caller]
    pub fn place(&self, text: &str) -> (u16, u16) {
        let lines = self.grid.lines();
        let found = lines.iter().enumerate().find_map(|(y, line)| line.find(text).map(|at| (y, &line[..at])));
        let Some((y, before)) = found else { panic!("{text:?} is not on the terminal:\n{}", self.text()) };
        let x: usize = before.chars().map(|c| self.widths.of(c)).sum();
        (x as u16, y as u16)
    }
}
