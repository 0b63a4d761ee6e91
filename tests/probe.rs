//! The real program on a terminal line that answers, answers late, or not at all when it is asked how wide it draws.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod line;
mod program;

use std::process::Command;

use line::Line;
use program::{Office, download};
use rustix::process::Signal;

/// Two kana in four columns; a sign and a line in one each.
const NARROW: &str = "\x1b[1;5R\x1b[1;2R\x1b[1;2R";

fn office() -> Office {
    let office = Office::open();
    let file = office.put("一覧.csv", &download(1, 30));
    assert_eq!(office.run(&["import", file.to_str().unwrap(), "--json"]).added(), 30);
    office.begins_at_the_list();
    office
}

fn command(office: &Office, locale: &str) -> Command {
    let mut command = office.command(&[]);
    command.env("LC_ALL", locale);
    command
}

fn leave(mut line: Line) {
    line.send("q");
    assert_eq!(line.end(), Some(0));
}

#[test]
fn a_terminal_that_never_answers_gets_its_screen_and_late_answers_are_no_text() {
    let office = office();
    let mut line = Line::run(&command(&office, "C.UTF-8"), "");
    line.wait_for("申込 30");
    line.send("/髙");
    line.wait_for("／ 髙");
    // Whole ones, and one that the line has cut behind its ESC.
    line.send("\x1b[1;5R\x1b[1;2R");
    line.send("\x1b");
    line.send("[1;2R");
    line.send("橋");
    let screen = line.wait_for("／ 髙橋 ");
    assert!(!screen.contains(";2R") && !screen.contains("R橋"), "{screen}");
    line.send("\r");
    leave(line);
}

#[test]
fn what_is_typed_while_it_is_asked_is_not_lost() {
    let office = office();
    let mut line = Line::run(&command(&office, "C.UTF-8"), "/髙\x1b[1;5R\x1b[1;2R橋 試\x1b[D\x1b[1;2R験");
    line.wait_for("／ 髙橋 験試");
    line.send("\r");
    leave(line);
}

#[test]
fn a_signal_while_it_is_asked_gives_the_terminal_back() {
    let office = office();
    for signal in [Signal::TERM, Signal::HUP] {
        let mut line = Line::run(&command(&office, "C.UTF-8"), "");
        line.wait_for_bytes(b"\x1b[6n");
        line.signal(signal);
        assert_eq!(line.end(), Some(0), "{signal:?}");
        line.wait_for_bytes(b"\x1b[?1049l");
    }
}

#[test]
fn a_wide_terminal_gets_ascii_borders() {
    let office = office();
    let mut line = Line::run(&command(&office, "C.UTF-8"), "\x1b[1;5R\x1b[1;3R\x1b[1;3R");
    line.wait_for(">000000000030");
    line.send("e");
    line.wait_for("+-");
    line.send("\x1b");
    line.wait_for("整理番号");
    leave(line);
}

#[test]
fn a_terminal_that_is_set_is_not_asked() {
    let office = office();
    let config = office.put("config.toml", b"[ui]\nambiguous_width = \"narrow\"\n");
    let mut command = command(&office, "C.UTF-8");
    command.arg("--config").arg(config);
    let line = Line::run(&command, "");
    line.wait_for("申込 30");
    assert!(!line.bytes().windows(4).any(|part| part == b"\x1b[6n"));
    leave(line);
}

#[test]
fn a_terminal_without_utf8_is_told_so_in_ascii() {
    let office = office();
    for language in ["ja", "en"] {
        let mut command = command(&office, "ja_JP.SJIS");
        command.args(["--lang", language]);
        // Six bytes that Shift_JIS shows as three kanji.
        let mut line = Line::run(&command, "\x1b[1;7R\x1b[1;4R\x1b[1;4R");
        assert_eq!(line.end(), Some(2));
        line.wait_for("Tanmatsu");
        let bytes = line.bytes();
        let left = bytes.windows(8).rposition(|part| part == b"\x1b[?1049l").expect("the terminal is given back");
        assert!(bytes[left..].is_ascii(), "{}", String::from_utf8_lossy(&bytes[left..]));
        assert!(line.screen().contains("This terminal does not show UTF-8"), "{}", line.screen());
    }
}

#[test]
fn lang_c_is_no_matter_where_the_terminal_answers_and_a_notice_where_it_is_silent() {
    let office = office();
    let line = Line::run(&command(&office, "C"), NARROW);
    let screen = line.wait_for("申込 30");
    assert!(!screen.contains("ロケール"), "{screen}");
    leave(line);
    let line = Line::run(&command(&office, "C"), "");
    line.wait_for("ロケール C");
    leave(line);
}
