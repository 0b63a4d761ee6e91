//! The width policy: what is drawn for a narrow or a wide terminal is what such a terminal shows, column by column.

use proptest::prelude::*;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{BOTH, PLACES, SIZES, open};
use crate::tui::driver::{Grid, Widths};
use crate::tui::text::{self, Gaiji, Pen, WidthPolicy};

const WIDTHS: [Widths; 2] = [Widths::Narrow, Widths::Wide];

/// A text placed in the middle of a line of kanji, as a terminal shows it; and the columns that it took.
fn placed(text: &str, room: u16, policy: WidthPolicy, widths: Widths) -> (Grid, u16) {
    let area = Rect::new(0, 0, 40, 1);
    let (style, ellipsis) = (Style::new(), if policy == WidthPolicy::Wide { "~" } else { "…" });
    let pen = Pen { style, symbol: style, ellipsis, policy, gaiji: Gaiji::Mark };
    let mut buffer = Buffer::empty(area);
    text::put_text(&mut buffer, 0, 0, 40, &"漢".repeat(20), &pen);
    let used = text::put_text(&mut buffer, 5, 0, room, text, &pen);
    let (mut bytes, empty) = (Vec::new(), Buffer::empty(area));
    CrosstermBackend::new(&mut bytes).draw(empty.diff_iter(&buffer)).unwrap();
    let mut grid = Grid::new((40, 1), widths);
    grid.take(b"\x1b[2J");
    grid.take(&bytes);
    (grid, used)
}

/// A tour of every page and dialog: after each key the terminal shows what was drawn.
fn tour(policy: WidthPolicy) {
    for size in SIZES {
        let mut wire = open(size, policy);
        let walks =
            ["jj k<PageDown><End><Home>", "<Tab>jjjj<Tab>", "<Enter>]]<PageDown>dj[<Esc>", "/髙橋<Enter>/<Esc>"];
        for keys in walks.into_iter().chain(PLACES) {
            wire.press(keys);
            wire.press("<Down><Down><PageDown><Up>");
            while !wire.screen.model.layers.is_empty() {
                wire.press("<Esc>");
            }
        }
    }
}

#[test]
fn narrow_terminals_show_what_was_drawn() {
    tour(WidthPolicy::Narrow);
}

#[test]
fn wide_terminals_show_what_was_drawn() {
    tour(WidthPolicy::Wide);
}

#[test]
fn borders_and_signs_are_ascii_where_wide() {
    for keys in ["", "  ", "<Tab>"].into_iter().chain(PLACES) {
        let mut wire = open((110, 40), WidthPolicy::Wide);
        wire.press(keys);
        let sign = |c: char| matches!(c, '\u{2500}'..='\u{257f}' | '●' | '○' | '▶' | '…');
        assert!(!wire.text().contains(sign), "{keys}:\n{}", wire.text());
    }
    let mut wire = open((110, 40), WidthPolicy::Narrow);
    wire.press(" e").shows("┌─").shows("▶").shows("●");
}

#[test]
fn signs_of_ambiguous_width_take_what_the_policy_says() {
    for ((policy, widths), wide) in BOTH.into_iter().zip(WIDTHS).zip([1, 2]) {
        for sign in ["※", "①", "Ⅲ", "№", "℃", "─", "→", "■", "α", "я", "é", "´", "…", "○"] {
            let (grid, used) = placed(&format!("{sign}a"), 30, policy, widths);
            assert_eq!((used, grid.at(5, 0), grid.at(5 + wide, 0)), (wide + 1, Some(sign), Some("a")), "{policy:?}");
        }
        for sign in ["【", "〓", "～", "〜", "㈱", "髙", "𠮷", "Ａ", "￥", "。"] {
            let (grid, used) = placed(&format!("{sign}a"), 30, policy, widths);
            assert_eq!((used, grid.at(7, 0)), (3, Some("a")), "{sign} {policy:?}");
        }
    }
}

#[test]
fn half_width_kana_with_a_voice_mark_take_two_columns() {
    for (policy, widths) in BOTH.into_iter().zip(WIDTHS) {
        for (text, columns) in [("ｶﾞ", 2), ("ﾊﾟ", 2), ("ｶﾞｷﾞｸﾞ", 6), ("ｱﾞﾞﾞ", 4), ("ﾞ", 1)]
        {
            let (grid, used) = placed(&format!("{text}a"), 30, policy, widths);
            assert_eq!((used, grid.at(5 + columns, 0)), (columns + 1, Some("a")), "{text} {policy:?}");
        }
        // In the list the columns behind stand where they stand in every row.
        let wire = open((110, 40), policy);
        let (number, name) = (wire.place("整理番号").0, wire.place("様式").0);
        for person in ["ｶﾞｸ", "葛\u{e0100}", "〓子"] {
            let (_, y) = wire.place(person);
            assert!(wire.grid.at(number, y).is_some_and(|sign| sign == "1"), "{person}");
            assert!(wire.grid.at(name, y).is_some_and(|sign| !sign.trim().is_empty()), "{person}:\n{}", wire.text());
            assert_eq!(wire.grid.at(name - 1, y), Some(" "), "{person}");
        }
    }
}

#[test]
fn a_text_cut_by_the_end_of_its_room_is_cut_between_characters() {
    let text = "葛\u{e0100}か\u{3099}神\u{fe00}ｶﾞ※é髙";
    let whole = ["葛\u{e0100}", "か\u{3099}", "神\u{fe00}", "ｶ", "ﾞ", "※", "é", "髙", "…", "~", "漢", " "];
    for (policy, widths) in BOTH.into_iter().zip(WIDTHS) {
        for room in 0..20 {
            let (grid, used) = placed(text, room, policy, widths);
            assert!(used <= room);
            for x in 0..40 {
                assert!(
                    grid.at(x, 0).is_none_or(|shown| whole.contains(&shown)),
                    "column {x} in {room}: {:?}",
                    grid.lines()
                );
            }
            // What stands behind is there to its last column.
            assert_eq!(grid.at(38, 0), Some("漢"), "{room}");
        }
    }
}

#[test]
fn what_is_put_over_half_a_kanji_takes_the_whole_of_it() {
    for (policy, widths) in BOTH.into_iter().zip(WIDTHS) {
        let (grid, _) = placed("ab", 30, policy, widths);
        assert_eq!(grid.lines(), [format!("漢漢 ab {}", "漢".repeat(16))]);
        let (grid, _) = placed("外", 30, policy, widths);
        assert_eq!(grid.lines(), [format!("漢漢 外 {}", "漢".repeat(16))]);
    }
}

#[test]
fn pictures_that_terminals_join_or_not_never_move_their_neighbours() {
    for (policy, widths) in BOTH.into_iter().zip(WIDTHS) {
        for text in ["👨\u{200d}👩\u{200d}👧", "👍\u{1f3fd}", "❤\u{fe0f}", "漢\u{fe0f}"] {
            let (grid, used) = placed(&format!("{text}b"), 30, policy, widths);
            assert_eq!(grid.at(5 + used - 1, 0), Some("b"), "{text} {policy:?}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_written_takes_the_columns_that_it_was_given(
        text in "([あ-んア-ヶ一-龥々〆〇Ａ-ｚ０-９　]|[ｦ-ﾝ]ﾞ?|[※①-⑨Ⅲ№─●α-ωа-яé´]|葛\u{e0100}|[かは][\u{3099}\u{309a}]|[\u{e000}-\u{e0ff}]|[\u{1b}\u{7}\u{9b}\u{202e}\u{200b}]|[ -~]){0,12}",
        room in 0u16..30,
    ) {
        for (policy, widths) in BOTH.into_iter().zip(WIDTHS) {
            let (grid, used) = placed(&text, room, policy, widths);
            prop_assert!(used <= room);
            prop_assert_eq!(grid.at(38, 0), Some("漢"));
            let (grid, used) = placed(&format!("{text}|"), 30, policy, widths);
            if text::columns(&text, policy) < 30 {
                prop_assert_eq!(grid.at(5 + used - 1, 0), Some("|"), "{:?}", grid.lines());
            }
        }
    }
}
