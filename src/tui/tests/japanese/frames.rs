//! One synchronized write a frame; Ctrl-L redraws whole; popups over kanji keep their border and leave no trace.

use super::{BOTH, PLACES, open};
use crate::tui::driver::Wire;
use crate::tui::message::Message;
use crate::tui::text::WidthPolicy;

#[test]
fn a_frame_is_one_synchronized_write() {
    let mut wire = open((110, 40), WidthPolicy::Narrow);
    for keys in PLACES.into_iter().flat_map(|place| [place, "<Esc>", "<Esc>", "<Esc>", "<Ctrl-L>"]) {
        wire.screen.press(keys);
        let writes = wire.frame();
        assert!(writes.len() <= 1, "{keys}: {} writes", writes.len());
        for bytes in writes {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.starts_with("\x1b[?2026h\x1b[?25l") && text.ends_with("\x1b[?2026l"), "{keys}");
            // A line may begin behind the one above; a line feed alone would depend on the terminal's settings.
            let fed = text.replace("\r\n", "").contains('\n');
            assert_eq!((text.matches("\x1b[?2026").count(), fed), (2, false), "{keys}");
        }
        wire.agrees(keys);
    }
    assert_eq!(wire.frame().len(), 0, "what hasn't changed isn't sent");
}

#[test]
fn ctrl_l_redraws_whole() {
    for policy in BOTH {
        let mut wire = open((80, 24), policy);
        wire.press("/山形<Enter>");
        let before = wire.text();
        wire.grid.take("\x1b[3;1H別のプログラムの漢字\x1b[12;40Hwall: 保守のお知らせ".as_bytes());
        wire.screen.press("j");
        wire.frame();
        assert!(wire.text().contains("保守のお知らせ"), "what isn't known can't be mended");
        wire.press("<Ctrl-L>k");
        assert_eq!(wire.text(), before);
        wire.grid.take(b"\x1b[2J");
        wire.screen.send(Message::Focus);
        wire.frame();
        wire.agrees("the window has the keys again");
    }
}

/// Columns and lines of the box whose upper left corner stands highest: left, top, right, bottom.
fn boxed(wire: &Wire, corners: [&str; 4]) -> (u16, u16, u16, u16) {
    let [upper_left, _, _, _] = corners;
    let (left, top) = wire.place(upper_left);
    let width = wire.screen.model.size.0;
    let right = (left + 1..width).rev().find(|x| wire.grid.at(*x, top) == Some(corners[1])).unwrap();
    let bottom = (top + 1..).find(|y| wire.grid.at(left, *y) == Some(corners[2])).unwrap();
    assert_eq!(wire.grid.at(right, bottom), Some(corners[3]), "{}", wire.text());
    (left, top, right, bottom)
}

#[test]
fn popups_over_kanji_keep_their_border_on_both_sides_and_leave_no_trace() {
    for policy in BOTH {
        let (corners, side) = match policy {
            WidthPolicy::Narrow => (["┌", "┐", "└", "┘"], "│"),
            WidthPolicy::Wide => (["+-", "+", "+", "+"], "|"),
        };
        // From odd to even columns the edges fall on left and on right halves.
        for width in 60..90 {
            let mut wire = open((width, 24), policy);
            wire.press("<Down><Up>c<Esc>");
            let before = wire.text();
            for keys in ["s", "s<Enter>", "e", "v", "o", "t"] {
                wire.press(keys);
                let (left, top, right, bottom) = boxed(&wire, corners);
                for y in top + 1..bottom {
                    assert_eq!(
                        (wire.grid.at(left, y), wire.grid.at(right, y)),
                        (Some(side), Some(side)),
                        "line {y} of {keys} at {width}:\n{}",
                        wire.text()
                    );
                }
                while !wire.screen.model.layers.is_empty() {
                    wire.press("<Esc>");
                }
                assert_eq!(wire.text(), before, "{keys} at {width}\n{}\n{before}", wire.text());
            }
        }
    }
}

#[test]
fn resizing_draws_everything_anew() {
    for policy in BOTH {
        let mut wire = open((80, 24), policy);
        for (width, height) in [(200, 60), (61, 17), (20, 5), (60, 16), (111, 40), (59, 16), (80, 24)] {
            wire.screen.resize(width, height);
            wire.frame();
            wire.agrees("a new size");
            wire.press("j");
        }
    }
}
