//! The hardware cursor at the caret in every text field, never animated away from it; in lists at the row.

use super::{BOTH, open, setting};
use crate::tui::driver::{Driver, Wire};
use crate::tui::layer::Layer;
use crate::tui::message::{Message, Progress, Work};
use crate::tui::text::WidthPolicy;

/// The keys that lead to each text field.
const FIELDS: [(&str, &str); 14] = [
    ("palette", ":"),
    ("marks by a query", "+"),
    ("search", "/"),
    ("help", "?"),
    ("reason", "sjjjjjjj<Enter>"),
    ("export path", "e<Down><Down><Down><Ctrl-U>"),
    ("view name", "vs<Ctrl-U>"),
    ("filter from", "t<Tab><Tab><Tab><Tab>"),
    ("filter to", "t<Tab><Tab><Tab><Tab><Tab>"),
    ("filter name", "t<Tab><Tab><Tab><Tab><Tab><Tab>"),
    ("filter kana", "t<Tab><Tab><Tab><Tab><Tab><Tab><Tab>"),
    ("filter rest", "t<Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab><Tab>"),
    ("count to settle", "b<Enter>am"),
    ("list to reflect", "be<Ctrl-U>"),
];

#[test]
fn the_cursor_stands_at_the_caret_in_every_text_field() {
    for policy in BOTH {
        for size in [(60, 16), (80, 24), (110, 40)] {
            let first = Driver::open(500, &setting(size, policy));
            let mut wire = Wire::over(first);
            for (field, keys) in FIELDS {
                wire.press(keys);
                assert!(wire.screen.model.field_mut().is_some(), "{field}: no text field has the keys");
                wire.press("葛\u{e0100}ｶﾞ※b");
                let (x, y) = wire.place("葛\u{e0100}ｶﾞ※b");
                let sign = if policy == WidthPolicy::Wide { 2 } else { 1 };
                let end = x + 2 + 2 + sign + 1;
                assert_eq!(wire.grid.cursor(), Some((end, y)), "{field} {size:?} {policy:?}\n{}", wire.text());
                wire.press("<Left><Left>");
                assert_eq!(wire.grid.cursor(), Some((end - 1 - sign, y)), "{field} {size:?} {policy:?}");
                wire.press("<Home>");
                assert_eq!(wire.grid.cursor().map(|(_, y)| y), Some(y), "{field} {size:?} {policy:?}");
                while !wire.screen.model.layers.is_empty() {
                    wire.press("<Esc>");
                }
                wire.press("/<Ctrl-U><Backspace><Esc>A");
            }
        }
    }
}

#[test]
fn a_text_longer_than_its_field_scrolls_with_the_caret() {
    for policy in BOTH {
        let mut wire = open((60, 16), policy);
        wire.press("/");
        for _ in 0..30 {
            wire.press("※髙橋ｶﾞ");
        }
        let (_, y) = wire.grid.cursor().unwrap();
        let (begin, end) = (wire.place("／").0 + 3, wire.place("0 / 120").0);
        assert_eq!(y, wire.place("／").1);
        for _ in 0..40 {
            wire.press("<Left>");
            let (next, line) = wire.grid.cursor().unwrap();
            assert!((begin..end).contains(&next) && line == y, "the caret stays in its field");
        }
        wire.press("<Home>");
        assert_eq!(wire.grid.cursor(), Some((begin, y)));
    }
}

#[test]
fn in_lists_it_is_parked_at_the_row() {
    for (policy, sign) in BOTH.into_iter().zip(["▶", ">"]) {
        let mut wire = open((80, 24), policy);
        wire.press("jjj");
        let (x, y) = wire.grid.cursor().unwrap();
        assert_eq!((x, wire.grid.at(1, y)), (0, Some(sign)));
        wire.press("<Down>");
        assert_eq!(wire.grid.cursor(), Some((0, y + 1)));
        for (keys, sign) in [("f<Down>", sign), ("<Esc>r<Down>", sign), ("<Esc>b<Down>", sign)] {
            wire.press(keys);
            let (_, y) = wire.grid.cursor().unwrap();
            assert!(wire.grid.lines()[usize::from(y)].contains(sign), "{keys}:\n{}", wire.text());
        }
    }
}

#[test]
fn nothing_moves_it_away_while_a_text_field_has_the_keys() {
    let mut wire = open((80, 24), WidthPolicy::Narrow);
    wire.press("/山形");
    let caret = wire.grid.cursor().unwrap();
    let (total, per_second, seconds_left) = (Some(100), 7, Some(9));
    let mut happens = vec![Message::StoreChanged, Message::Focus];
    wire.screen.model.work.begin(Work::Export, String::new(), None);
    happens.extend(
        (0..50).map(|done| Message::Progress(Progress { work: Work::Export, done, total, per_second, seconds_left })),
    );
    for message in happens {
        wire.screen.send(message);
        wire.grid.heard();
        let sent = wire.frame();
        let heard = wire.grid.heard();
        assert_eq!(wire.grid.cursor(), Some(caret));
        if !sent.is_empty() {
            assert_eq!(heard[..2], ["2026h", "hide"], "hidden before anything is painted");
            assert_eq!(heard[heard.len() - 3..], ["move", "show", "2026l"], "shown again only at the caret");
            assert_eq!(heard.iter().filter(|what| **what == "show").count(), 1);
        }
    }
    assert!(wire.text().contains("49%") && matches!(wire.screen.model.layers.last(), Some(Layer::Search(_))));
}

#[test]
fn it_is_hidden_where_it_means_nothing() {
    let mut wire = open((80, 24), WidthPolicy::Narrow);
    wire.screen.resize(20, 5);
    wire.frame();
    wire.agrees("a small terminal");
    assert_eq!(wire.grid.cursor(), None);
}
