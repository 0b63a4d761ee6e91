//! Whatever is drawn after whatever was drawn: a terminal shows the buffer, cell by cell.

use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};

use super::*;
use crate::tui::driver::{Grid, Widths, same};
use crate::tui::text::{self, Gaiji, Pen, WidthPolicy};

/// One thing that happens to what is drawn.
#[derive(Debug, Clone)]
enum Step {
    Put {
        x: u16,
        y: u16,
        text: String,
        style: Style,
    },
    Blank {
        y: u16,
        lines: u16,
        style: Style,
    },
    /// The lines from `top` on go up; negative = down.
    Move {
        top: u16,
        lines: u16,
        up: i32,
    },
    Frame,
    Resize(u16, u16),
    Forget,
}

const COLOURS: [Color; 6] =
    [Color::Reset, Color::Yellow, Color::DarkGray, Color::White, Color::Blue, Color::Rgb(16, 27, 48)];
const MODIFIERS: [Modifier; 6] = [
    Modifier::empty(),
    Modifier::BOLD,
    Modifier::DIM,
    Modifier::REVERSED,
    Modifier::UNDERLINED,
    Modifier::BOLD.union(Modifier::ITALIC),
];

fn style() -> impl Strategy<Value = Style> {
    (0..COLOURS.len() * 2, 0..COLOURS.len() * 3, 0..MODIFIERS.len() * 2).prop_map(|(fg, bg, modifier)| {
        let colour = |at: usize| COLOURS.get(at).copied().unwrap_or(Color::Reset);
        let modifier = MODIFIERS.get(modifier).copied().unwrap_or_default();
        Style::new().fg(colour(fg)).bg(colour(bg)).add_modifier(modifier)
    })
}

fn steps(text: &'static str) -> impl Strategy<Value = Vec<Step>> {
    let put = (0u16..44, 0u16..14, text, style()).prop_map(|(x, y, text, style)| Step::Put { x, y, text, style });
    let blank = (0u16..14, 1u16..4, style()).prop_map(|(y, lines, style)| Step::Blank { y, lines, style });
    let moved = (0u16..8, 5u16..14, -3i32..4).prop_map(|(top, lines, up)| Step::Move { top, lines, up });
    let step = prop_oneof![
        12 => put,
        2 => blank,
        3 => moved,
        6 => Just(Step::Frame),
        1 => (10u16..50, 3u16..16).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => Just(Step::Forget),
    ];
    proptest::collection::vec(step, 1..60)
}

const JAPANESE: &str = "([あ-んア-ヶ一-龥々〆〇Ａ-ｚ０-９　]|[ｦ-ﾝ]ﾞ?|[※①-⑨Ⅲ№─●▶…α-ωа-яé´]|葛\u{e0100}|[かは][\u{3099}\u{309a}]|[\u{e000}-\u{e0ff}]| {1,9}|[ -~]){0,16}";

/// What a terminal that knows no more than `vt100` does agrees on.
const COMMON: &str = "([あ-んア-ヶ一-龥]|[※─●…]| {1,9}|[ -~]){0,16}";

fn pen(style: Style, policy: WidthPolicy) -> Pen {
    Pen { style, symbol: style, ellipsis: "~", policy, gaiji: Gaiji::Mark }
}

/// Does one step to the buffer that is drawn next.
fn take(canvas: &mut Canvas, step: &Step, policy: WidthPolicy) {
    let area = canvas.next.area;
    match step {
        Step::Put { x, y, text, style } => {
            text::put_text(&mut canvas.next, *x, *y, area.width, text, &pen(*style, policy));
        }
        Step::Blank { y, lines, style } => {
            text::blank(&mut canvas.next, Rect::new(0, *y, area.width, *lines), *style);
        }
        Step::Move { top, lines, up } => {
            let bottom = (top + lines).min(area.height);
            if i32::from(bottom) - i32::from(*top) > up.abs() && *up != 0 {
                scroll::apply(&mut canvas.next, scroll::Scroll { top: *top, bottom, up: *up });
            }
        }
        Step::Resize(width, height) => {
            let mut next = Buffer::empty(Rect::new(0, 0, *width, *height));
            text::put_text(&mut next, 0, 0, *width, "大きさ", &pen(Style::new(), policy));
            canvas.resize((*width, *height));
            canvas.next = next;
        }
        Step::Forget => canvas.redraw(),
        Step::Frame => {}
    }
}

/// Sends what is drawn, and goes on drawing on it.
fn send(canvas: &mut Canvas, traits: Traits) -> Vec<u8> {
    let mut bytes = Vec::new();
    canvas.send(Some(Position::new(0, 1)), traits, &mut bytes).unwrap();
    canvas.next = canvas.shown.clone();
    bytes
}

proptest! {
    #[test]
    fn a_terminal_shows_what_was_drawn(steps in steps(JAPANESE), wide: bool, sure: bool, regions: bool) {
        let (policy, widths) =
            if wide { (WidthPolicy::Wide, Widths::Wide) } else { (WidthPolicy::Narrow, Widths::Narrow) };
        let mut canvas = Canvas::new((44, 12));
        let mut grid = Grid::new(canvas.size(), widths);
        for step in steps.iter().chain([&Step::Frame]) {
            take(&mut canvas, step, policy);
            match step {
                Step::Resize(width, height) => grid = Grid::new((*width, *height), widths),
                Step::Forget => grid.take("\x1b[2J\x1b[3;1H別の漢字".as_bytes()),
                Step::Frame => {
                    grid.take(&send(&mut canvas, Traits { sure, regions }));
                    same(&grid, canvas.shown(), "a frame");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn so_does_another_that_we_have_not_written(steps in steps(COMMON), regions: bool) {
        let mut canvas = Canvas::new((44, 12));
        let mut terminal = vt100::Parser::new(12.try_into().unwrap(), 44.try_into().unwrap(), 0);
        for step in steps.iter().filter(|step| !matches!(step, Step::Resize(..))).chain([&Step::Frame]) {
            take(&mut canvas, step, WidthPolicy::Narrow);
            if let Step::Frame = step {
                terminal.process(&send(&mut canvas, Traits { sure: true, regions }));
                let buffer = canvas.shown();
                for (x, y) in (0..12).flat_map(|y| (0..44).map(move |x| (x, y))) {
                    let (cell, shown) = (&buffer[(x, y)], terminal.screen().cell(y, x).unwrap());
                    if shown.is_wide_continuation() {
                        continue;
                    }
                    let symbol = if shown.has_contents() { shown.contents() } else { " " };
                    prop_assert_eq!(symbol, cell.symbol());
                    prop_assert_eq!(shown.inverse(), cell.modifier.contains(Modifier::REVERSED));
                    prop_assert_eq!(shown.underline(), cell.modifier.contains(Modifier::UNDERLINED));
                    // It knows one weight at a time.
                    if symbol != " " && !cell.modifier.contains(Modifier::DIM) {
                        prop_assert_eq!(shown.bold(), cell.modifier.contains(Modifier::BOLD));
                    }
                }
            }
        }
    }

    #[test]
    fn a_terminal_that_draws_signs_otherwise_spoils_no_other_line(
        first in proptest::collection::vec((0u16..38, 0u16..12, JAPANESE, style()), 1..20),
        second in proptest::collection::vec((0u16..38, 0u16..12, JAPANESE, style()), 1..20),
    ) {
        for (policy, widths) in [(WidthPolicy::Narrow, Widths::Wide), (WidthPolicy::Wide, Widths::Narrow)] {
            let mut canvas = Canvas::new((44, 12));
            let mut grid = Grid::new(canvas.size(), widths);
            let mut doubtful = [false; 12];
            for texts in [&first, &second] {
                for (x, y, text, style) in texts {
                    text::put_text(&mut canvas.next, *x, *y, 42 - x, text, &pen(*style, policy));
                }
                grid.take(&send(&mut canvas, Traits { sure: false, regions: false }));
                for (y, line) in canvas.shown().content.chunks(44).enumerate() {
                    doubtful[y] |= line.iter().any(|cell| !trust::is_trusted(cell.symbol(), false));
                    let text: String = grid.lines()[y].split_whitespace().collect();
                    let drawn: String = line.iter().map(|cell| cell.symbol().trim()).collect();
                    prop_assert!(doubtful[y] || text == drawn.split_whitespace().collect::<String>(), "{text} {drawn}");
                }
            }
        }
    }
}
