//! Characters that can't or mustn't be drawn: 外字 as 〓, with code and kana beside it in detail; bidi and control
//! characters as symbols, wherever a text of others stands. IVS and combining marks stay whole.

use std::path::PathBuf;

use super::{BOTH, open};
use crate::domain::visible::is_hidden;
use crate::office::InboxFile;
use crate::tui::driver::Wire;
use crate::tui::message::{Explained, Message};
use crate::tui::text::WidthPolicy;

/// What would steer a terminal or turn the writing around.
const HOSTILE: &str = "甲\u{1b}[2J\u{9b}31m\u{202e}乙\u{2067}\u{200b}\u{7}丙";

/// The same, as it must be shown.
const SHOWN: &str = "甲␛[2J<009B>31m<202E>乙<2067><200B>␇丙";

fn harmless(wire: &Wire, what: &str) {
    let text = wire.text().replace('\n', "");
    assert!(!text.contains(is_hidden), "{what}: {text:?}");
}

#[test]
fn gaiji_are_a_geta_in_lists_and_have_code_and_kana_beside_them_in_detail() {
    for policy in BOTH {
        let mut wire = open((110, 40), policy);
        wire.shows("渡邉 〓子");
        assert!(!wire.text().contains("外字"), "in the list the mark alone");
        wire.press("jjjj<Enter>").shows("渡邉 〓〔外字 F040〕子 (ワタナベ)");
        wire.shows("参加者の氏名").shows("  渡邉 〓〔外字 F040〕子");
        // Beside the list, too.
        wire.press("<Esc><Tab>").shows("〓〔外字 F040〕");
    }
}

#[test]
fn kanji_shapes_and_combining_marks_stay_whole() {
    for policy in BOTH {
        let mut wire = open((110, 40), policy);
        wire.shows("𠮷田 葛\u{e0100}");
        wire.press("/葛\u{e0100}か\u{3099}は\u{309a}");
        let (x, y) = wire.place("葛\u{e0100}か\u{3099}は\u{309a}");
        assert_eq!(wire.grid.at(x, y), Some("葛\u{e0100}"));
        assert_eq!(wire.grid.at(x + 2, y), Some("か\u{3099}"));
        wire.press("<Backspace>");
        assert_eq!(
            (wire.screen.model.search.typed.as_str(), wire.grid.cursor()),
            ("葛\u{e0100}か\u{3099}", Some((x + 4, y)))
        );
    }
}

#[test]
fn controls_and_bidi_are_symbols_in_list_and_record() {
    for policy in BOTH {
        let mut wire = open((110, 40), policy);
        wire.shows("庄内␛[31m 三郎");
        harmless(&wire, "list");
        wire.press("/庄内<Enter><Enter>").shows("庄内␛[31m 三郎<202E>");
        wire.shows("折り返し連絡を希望。");
        harmless(&wire, "record");
        wire.press("<Esc>s<Enter><Tab>");
        harmless(&wire, "batch");
    }
}

#[test]
fn controls_and_bidi_are_symbols_in_notices_and_error_sentences() {
    for policy in BOTH {
        let mut wire = open((200, 24), policy);
        let why = Explained { code: "file.unreadable".to_owned(), sentence: HOSTILE.to_owned() };
        wire.screen.send(Message::Failed(why));
        wire.frame();
        wire.agrees("a failure");
        wire.shows(SHOWN);
        wire.press("<Ctrl-N>").shows(SHOWN);
        harmless(&wire, "notices");
    }
}

#[test]
fn controls_and_bidi_are_symbols_in_file_names_and_rows_set_aside() {
    for policy in BOTH {
        let mut wire = open((200, 24), policy);
        wire.screen.memory.intake(|intake| {
            let path = PathBuf::from(format!("/in/{HOSTILE}.csv"));
            let first = intake.look.files[0].clone();
            intake.look.files.insert(0, InboxFile { path, ..first });
        });
        wire.screen.send(Message::Focus);
        wire.press("f").shows(&format!("{SHOWN}.csv"));
        wire.press("<Home><Enter>").shows(SHOWN);
        harmless(&wire, "inbox");
        wire.press("<Esc><Esc><Esc>r<Enter>").shows("2020年13月␛[2J45日").shows("〓");
        harmless(&wire, "a row set aside");
    }
}

#[test]
fn controls_and_bidi_are_symbols_in_what_is_typed_and_in_names_of_views() {
    let mut wire = open((200, 24), WidthPolicy::Narrow);
    wire.press("/");
    wire.screen.send(Message::Paste(HOSTILE.to_owned()));
    wire.frame();
    wire.agrees("a paste");
    wire.shows("甲 [2J 31m<202E>乙<2067><200B> 丙");
    wire.press("<Esc>/<Ctrl-U><Esc>vs<Ctrl-U>");
    wire.screen.send(Message::Paste("朝\u{202e}の分".to_owned()));
    wire.press("<F12>").shows("朝<202E>の分");
    harmless(&wire, "views");
    wire.press("<Esc><Esc>");
    harmless(&wire, "the view in force");
}
