//! Keys with the IME left on: full-width ones do what half-width ones do, U+3000 is Space, kana bring a hint.

use super::PLACES;
use crate::command::{COMMANDS, Context};
use crate::tui::driver::{Driver, Intake, Setting};
use crate::tui::message::Message;

fn at(keymap: &'static str, keys: &str) -> Driver {
    let mut screen = Driver::open(120, &Setting { keymap, ..Setting::default() });
    screen.memory.intake(|intake| *intake = Intake::sample());
    screen.send(Message::Focus);
    screen.asked.clear();
    screen.press(keys);
    screen
}

/// The characters that are commands in a context.
fn letters(screen: &Driver, context: Context) -> Vec<char> {
    let model = &screen.model;
    let keys = COMMANDS.iter().flat_map(|command| {
        let mut keys = model.keymap.keys_of(context, command.id);
        keys.extend(model.keymap.keys_of(Context::Everywhere, command.id));
        keys
    });
    let one = |key: String| match key.as_str() {
        "Space" => Some(' '),
        key => key.chars().next().filter(|c| key.len() == 1 && c.is_ascii_graphic()),
    };
    let mut letters: Vec<char> = keys.filter_map(one).collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

fn full_width(c: char) -> char {
    if c == ' ' { '\u{3000}' } else { char::from_u32(c as u32 + 0xfee0).unwrap() }
}

#[test]
fn full_width_keys_do_what_half_width_keys_do_wherever_letters_are_commands() {
    let mut tried = 0;
    for place in ["", "<Enter>", "b<Enter> ", "<Ctrl-N>", "vjx"].into_iter().chain(PLACES) {
        let screen = at("default", place);
        if screen.model.types_text() {
            continue;
        }
        for letter in letters(&screen, screen.model.context()) {
            let (mut half, mut full) = (at("default", place), at("default", place));
            half.press(&letter.to_string());
            full.press(&full_width(letter).to_string());
            assert_eq!(half.screen(), full.screen(), "{letter:?} after {place:?}");
            assert_eq!(half.asked, full.asked, "{letter:?} after {place:?}");
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
    let (mut half, mut full) = (at("vim", "jjj"), at("vim", "ｊｊｊ"));
    half.press("gg");
    full.press("ｇｇ");
    assert_eq!(half.screen(), full.screen(), "keys in a row");
}

#[test]
fn the_ideographic_space_is_space() {
    let mut screen = at("default", "\u{3000}\u{3000}");
    assert_eq!(screen.model.list.marks().len(), 2);
    screen.press("c\u{3000}");
    let mut same = at("default", "  c ");
    assert_eq!(screen.screen(), same.screen());
    same.press("<Esc>/\u{3000}");
    assert_eq!(same.model.search.typed, "\u{3000}", "in a text it stays what it is");
}

#[test]
fn kana_and_kanji_bring_a_hint_and_do_nothing() {
    for place in ["", "<Enter>", "s", "v", "c", "o", "b", "b<Enter>", "f", "r", "<Ctrl-N>"] {
        for key in ["あ", "ア", "ｱ", "漢", "ー"] {
            let mut screen = at("default", place);
            let context = screen.model.context();
            screen.press(key);
            let hint = screen.model.notices.showing().map(|notice| notice.text.as_str());
            assert_eq!(hint, Some("日本語入力がオンです（半角/全角）"), "{key} after {place:?}");
            assert_eq!(screen.model.context(), context);
            assert!(screen.asked.is_empty() && screen.model.list.marks().is_empty());
        }
    }
}

#[test]
fn in_a_text_field_everything_is_text() {
    let screen = at("default", "/ｊ？／あｱ漢");
    assert_eq!(screen.model.search.typed, "ｊ？／あｱ漢");
    screen.shows("／ ｊ？／あｱ漢");
}
