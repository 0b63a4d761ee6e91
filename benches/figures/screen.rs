//! What a stock backend would have sent for the change of a screen that ours has drawn, and how much of it is text.
//!
//! Both screens are read back from the bytes that went over the line, so the comparison knows nothing of how they were
//! drawn. Of frames between the two, which a screen may draw while rows are loaded, the stock backend is spared.

use std::collections::BTreeSet;

use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use serde_json::{Value, json};

/// Lines and columns of the terminal on which bytes are counted.
const SIZE: (u16, u16) = (50, 200);

/// `before` are all bytes up to a key, `after` those that came of it.
pub fn stock(before: &[u8], after: &[u8]) -> Value {
    let mut terminal = vt100::Parser::new(SIZE.0.try_into().unwrap(), SIZE.1.try_into().unwrap(), 0);
    terminal.process(before);
    let shown = buffer(terminal.screen());
    terminal.process(after);
    let next = buffer(terminal.screen());
    let changes = shown.diff(&next);
    let text: usize = changes.iter().map(|(_, _, cell)| cell.symbol().len()).sum();
    let lines: BTreeSet<u16> = changes.iter().map(|(_, y, _)| *y).collect();
    let visible: usize = terminal
        .screen()
        .rows(0, SIZE.1)
        .zip(0..)
        .filter(|(_, y)| lines.contains(y))
        .map(|(row, _)| row.trim_end().len())
        .sum();
    let mut sent = Vec::new();
    CrosstermBackend::new(&mut sent).draw(changes.into_iter()).unwrap();
    json!({ "ours": after.len(), "stock": sent.len(), "changed_text": text, "visible_text": visible })
}

fn buffer(screen: &vt100::Screen) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.1, SIZE.0));
    for (y, x) in (0..SIZE.0).flat_map(|y| (0..SIZE.1).map(move |x| (y, x))) {
        let Some(cell) = screen.cell(y, x).filter(|cell| !cell.is_wide_continuation()) else { continue };
        let mut drawn = Cell::default();
        drawn.set_symbol(if cell.has_contents() { cell.contents() } else { " " });
        (drawn.fg, drawn.bg) = (color(cell.fgcolor()), color(cell.bgcolor()));
        let styles = [
            (cell.bold(), Modifier::BOLD),
            (cell.dim(), Modifier::DIM),
            (cell.italic(), Modifier::ITALIC),
            (cell.underline(), Modifier::UNDERLINED),
            (cell.inverse(), Modifier::REVERSED),
        ];
        drawn.modifier = styles.into_iter().filter(|(on, _)| *on).map(|(_, style)| style).collect();
        buffer[(x, y)] = drawn;
    }
    buffer
}

const fn color(color: vt100::Color) -> Color {
    match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}
