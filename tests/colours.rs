//! The colours that go over the wire: the real binary in a real terminal, its bytes written down by `script`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't set up has failed")]

mod program;
mod terminal;

use std::fs;

use program::Office;
use terminal::Terminal;

/// Opens the screen with a theme and an environment, goes through some of it, and gives back every byte and every SGR
/// parameter, and what the screen showed first.
fn bytes(theme: &str, environment: &str) -> (Vec<String>, String) {
    let office = Office::open();
    office.take_in(&[program::row("000000000001", "山形 花子")]);
    fs::write(office.folder().join("store/config.toml"), format!("[ui]\ntheme = \"{theme}\"\n")).unwrap();
    let wire = office.folder().join("wire");
    office.begins_at_the_list();
    let (program, store) = (env!("CARGO_BIN_EXE_sekisho"), office.folder().join("store"));
    let command = format!(
        "env -u NO_COLOR -u COLORTERM HOME={home} XDG_CONFIG_HOME={home} XDG_STATE_HOME={home} {environment} \
         script -q -f -e -c '{program} --store {}' {}",
        store.display(),
        wire.display(),
        home = office.folder().display(),
    );
    let screen = Terminal::run(100, 30, &command);
    let first = screen.wait_for("山形");
    screen.press(&["s"]);
    screen.wait_for("返却中");
    screen.press(&["Escape"]);
    screen.wait_until("the menu is closed", |text| !text.contains("返却中"));
    screen.press(&["F1"]);
    screen.wait_until("the help", |text| text.contains('┌'));
    screen.press(&["Escape"]);
    screen.wait_until("the help is closed", |text| !text.contains('┌'));
    screen.press(&["F10"]);
    screen.wait_for("ENDED");
    (parameters(&fs::read(&wire).unwrap()), first)
}

/// The parameters of every SGR sequence: `ESC [ … m`.
fn parameters(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let sequences = text.split("\u{1b}[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && !";:".contains(c))?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    sequences.collect()
}

/// Whether a parameter of SGR sets a colour, or resets one alone.
fn is_colour(parameter: &str) -> bool {
    parameter.parse::<u16>().is_ok_and(|code| (30..=49).contains(&code) || (58..=59).contains(&code) || code >= 90)
}

#[test]
fn without_colour_no_byte_of_colour_goes_out_whatever_theme_is_set() {
    let (sequences, _) = bytes("ai", "COLORTERM=truecolor NO_COLOR=1");
    let coloured = |sequence: &&String| sequence.split([';', ':']).any(is_colour);
    assert!(sequences.iter().any(|sequence| sequence.split(';').any(|code| code == "7")), "nothing is reversed");
    assert_eq!(sequences.iter().filter(coloured).collect::<Vec<_>>(), [] as [&String; 0]);
}

#[test]
fn a_terminal_that_tells_of_all_colours_gets_them() {
    let (sequences, first) = bytes("ai", "COLORTERM=truecolor NO_COLOR=");
    assert!(sequences.iter().any(|sequence| sequence.contains("48;2;16;27;48")), "the indigo ground is missing");
    assert!(!first.contains("COLORTERM"), "{first}");
}

#[test]
fn one_that_does_not_gets_the_sixteen_and_is_told_what_to_set() {
    let (sequences, first) = bytes("ai", "TERM=xterm-256color");
    assert!(!sequences.iter().any(|sequence| sequence.contains("8;2;")), "{sequences:?}");
    assert!(sequences.iter().any(|sequence| sequence.split(';').any(|code| code == "44")), "the blue band is missing");
    assert!(first.contains("全色の端末"), "{first}");
}
