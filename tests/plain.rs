//! Plain mode of the real program in a real terminal that understands no escape sequence, and its flag.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use std::fs;

use program::{Office, download};
use terminal::Terminal;

/// The number that stands before a title in the menu that was written last.
#[track_caller]
fn number(screen: &str, title: &str) -> String {
    let numbered = |line: &str| {
        let (number, rest) = line.split_once(' ')?;
        (rest.starts_with(title) && number.parse::<u32>().is_ok()).then(|| number.to_owned())
    };
    screen.lines().rev().find_map(numbered).unwrap_or_else(|| panic!("{title} has no number:\n{screen}"))
}

/// Opens the numbered commands and runs one.
fn command(terminal: &Terminal, title: &str) {
    terminal.press(&["F1"]);
    let menu = terminal.wait_until("the commands", |screen| screen.trim_end().ends_with("番号か言葉:"));
    terminal.type_text(&number(&menu, title));
    terminal.press(&["Enter"]);
}

/// The main job by numbers alone: found, marked, accepted, undone, left. The terminal is sent not one escape sequence.
#[test]
fn the_main_job_by_numbers_on_a_dumb_terminal() {
    let office = Office::open();
    let file = office.put("一覧.csv", &download(1, 40));
    assert_eq!(office.run(&["import", file.to_str().unwrap(), "--json"]).added(), 40);
    let folder = office.folder().display();
    let program = env!("CARGO_BIN_EXE_sekisho");
    let homes = format!("HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state");
    office.begins_at_the_list();
    let line = format!(
        "read go; cd {folder} && env -u SEKISHO_STORE TERM=dumb {homes} {program} --store {folder}/store --plain"
    );
    let terminal = Terminal::run(110, 60, &line);
    let transcript = office.folder().join("transcript");
    terminal.record(&transcript);
    terminal.press(&["Enter"]);
    terminal.wait_for("40 / 40 件、未処理 40");
    terminal.wait_for("1/40 ");
    command(&terminal, "検索 (");
    terminal.wait_for("検索:");
    terminal.type_text("処理状況:未処理 試験7");
    terminal.press(&["Enter"]);
    terminal.wait_for("1 / 40 件");
    command(&terminal, "該当全件 (");
    terminal.wait_for("選択 1件");
    command(&terminal, "状況変更 (");
    let menu = terminal.wait_for("処理状況の変更（1件）");
    terminal.wait_for("11 取下げ");
    terminal.type_text(&number(&menu, "受理する"));
    terminal.press(&["Enter"]);
    terminal.wait_for("ボタン 1件を受理する");
    terminal.press(&["Enter"]);
    terminal.wait_for("お知らせ: 1件を受理しました");
    assert_eq!(office.count("処理状況:受理"), 1);
    command(&terminal, "元に戻す (");
    terminal.wait_for("お知らせ: 1件を元に戻しました");
    assert_eq!(office.count("処理状況:未処理"), 40);
    command(&terminal, "終了 (");
    terminal.wait_for("ENDED 0");
    let written = fs::read(&transcript).unwrap();
    assert!(!written.contains(&0x1b), "{}", String::from_utf8_lossy(&written));
    assert!(String::from_utf8_lossy(&written).contains("1件を受理しました"), "what was written was recorded");
    office.check("the main job in plain mode");
}

/// The flag belongs to the screen alone, and there must be somebody to read it.
#[test]
fn the_flag_belongs_to_the_screen() {
    let office = Office::open();
    office.run(&["--plain", "list", "--json"]).refuses(2, "usage");
    office.run(&["list", "--plain", "--json"]).refuses(2, "usage");
    office.run(&["--plain", "--json"]).refuses(2, "screen.no_terminal");
}
