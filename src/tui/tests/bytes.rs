//! What goes over the line, in bytes, beside the visible text and beside ratatui's own backend for crossterm.
#![allow(clippy::print_stdout, reason = "it tells what it measures")]

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;

use crate::domain::column::Column;
use crate::domain::session::Placed;
use crate::tui::driver::{Driver, Setting, Wire};
use crate::tui::message::{Message, Progress, Work};

const SIZES: [(u16, u16); 3] = [(80, 24), (110, 40), (200, 50)];

fn open(size: (u16, u16)) -> Wire {
    let mut screen = Driver::open(2_000, &Setting { size, ..Setting::default() });
    screen.memory.in_kanji();
    screen.send(Message::StoreChanged);
    Wire::over(screen)
}

/// The bytes of the frame that a key brings, and those of the stock backend for the same change with the same frame
/// around it.
fn cost(wire: &mut Wire, key: &str) -> (usize, usize) {
    let before = wire.shown().clone();
    wire.screen.press(key);
    let frame: usize = wire.frame().iter().map(Vec::len).sum();
    wire.agrees(key);
    let mut stock = Vec::new();
    CrosstermBackend::new(&mut stock).draw(before.diff_iter(wire.shown())).unwrap();
    (frame, stock.len() + "\x1b[?2026h\x1b[?25l\x1b[12;1H\x1b[?25h\x1b[?2026l".len())
}

/// The text of the rows of the list, without what is blank behind it.
fn visible(buffer: &Buffer) -> usize {
    let rows = 4..buffer.area.height - 2;
    let line = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    rows.map(|y| {
        // Behind a wide character stands a cell that isn't shown.
        let wide = line(y).chars().filter(|c| *c > '\u{2e80}' && !('\u{ff61}'..='\u{ff9f}').contains(c)).count();
        line(y).trim_end().len() - wide
    })
    .sum()
}

#[test]
fn a_page_costs_little_more_than_its_text_and_far_less_than_the_stock_backend() {
    for size in SIZES {
        let mut wire = open(size);
        // The first goes to the end of the page that is in sight.
        wire.press("<PageDown>");
        let (frame, stock) = cost(&mut wire, "<PageDown>");
        let text = visible(wire.shown());
        println!("page down {size:?}: {frame} bytes, text {text}, stock {stock}");
        assert!(frame * 100 <= text * 115, "{size:?}: {frame} bytes for {text} of text");
        // Where columns are few, most of a line is blank or stands already.
        assert!(frame * 100 <= stock * 45, "{size:?}: {frame} bytes, stock {stock}");
    }
}

#[test]
fn a_page_full_of_kanji_costs_a_third_of_the_stock_backend() {
    let mut wire = open((200, 50));
    let columns = [Column::Number, Column::Name, Column::Kana, Column::FormName, Column::Remarks];
    let behind = [Column::Submitted, Column::Status, Column::Reflection];
    wire.screen.model.arrangement.columns = columns.into_iter().chain(behind).map(Placed::from).collect();
    wire.press("<PageDown>");
    let (frame, stock) = cost(&mut wire, "<PageDown>");
    let text = visible(wire.shown());
    println!("page down, eight columns: {frame} bytes, text {text}, stock {stock}");
    assert!(frame * 100 <= text * 115, "{frame} bytes for {text} of text");
    assert!(frame * 100 <= stock * 34, "{frame} bytes, stock {stock}");
}

#[test]
fn the_cursor_moves_for_64_bytes() {
    for size in SIZES {
        let mut wire = open(size);
        for at in 2..size.1 - 6 {
            let (frame, stock) = cost(&mut wire, "j");
            if at == 12 {
                println!("cursor down {size:?}: {frame} bytes, stock {stock}");
            }
            // From 9 to 10 the count beside it moves by a column, too.
            let most = if at == 10 { 72 } else { 64 };
            assert!(frame <= most, "{size:?}, row {at}: {frame} bytes");
        }
    }
}

#[test]
fn scrolling_by_a_line_costs_a_line() {
    for size in SIZES {
        let mut wire = open(size);
        wire.press("<PageDown><PageDown>");
        let mut keys = vec!["j"; usize::from(size.1)];
        keys.extend(vec!["k"; usize::from(size.1) + 3]);
        let mut most = 0;
        for key in keys {
            let top = wire.screen.model.list.top();
            let (frame, stock) = cost(&mut wire, key);
            if wire.screen.model.list.top() != top && frame > most {
                most = frame;
                println!("scrolled by {key} {size:?}: {frame} bytes, stock {stock}");
            }
        }
        assert!((1..=400).contains(&most), "{size:?}: {most} bytes");
    }
}

#[test]
fn where_regions_are_not_known_lines_are_written_and_come_out_the_same() {
    let mut wire = open((80, 24));
    wire.screen.model.traits.regions = false;
    wire.grid.heard();
    wire.press("<PageDown><PageDown>jjjjjjjjjjjjjjjjjjjjjkkkkkkkkkkkkkkkkkkkkkk");
    assert!(!wire.grid.heard().contains(&"region"));
}

#[test]
fn over_a_slow_line_progress_is_told_once_a_second() {
    let mut wire = open((80, 24));
    wire.screen.model.low_bandwidth = true;
    wire.screen.model.work.begin(Work::Export, String::new(), None);
    let mut frames = 0;
    for second in 0..3 {
        let now = wire.screen.model.now.unwrap();
        wire.screen.send(Message::Clock(crate::domain::application::Instant { seconds: now.seconds + 1, ..now }));
        wire.frame();
        for done in 0..30 {
            let (done, total) = (second * 30 + done, Some(100));
            let told = Progress { work: Work::Export, done, total, per_second: 30, seconds_left: Some(3) };
            wire.screen.send(Message::Progress(told));
            frames += wire.frame().len();
        }
    }
    assert_eq!(frames, 3);
}
