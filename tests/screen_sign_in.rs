//! Signing in at a real terminal: nothing of the store shows before, what is typed never shows, and a hidden screen asks
//! again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use std::io::Write as _;
use std::process::Stdio;

use program::{Answer, Office, row};
use terminal::Terminal;

const BOSS: &str = "correct horse battery 2026";
const FIRST: &str = "the first of somebody";
const OWN: &str = "another of my own words";

fn fed(office: &Office, lines: &[&str], arguments: &[&str]) {
    let mut command = office.command(arguments);
    command.env("SEKISHO_TEST_CHEAP", "1").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let answer = Answer::from(child.wait_with_output().unwrap());
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

/// A store with one application and the operator 0001, to whom a passphrase was given.
fn office() -> Office {
    let office = Office::vacant();
    let boss = ["--as", "boss", "--passphrase-fd", "0"];
    let by_boss = |lines: &[&str], line: &[&str]| fed(&office, &[&[BOSS], lines].concat(), &[line, &boss].concat());
    by_boss(&[], &["init", "--segment", "lgwan", "--sign-in", "passphrase"]);
    let list = office.put("list.csv", program::list(&[row("1", "山形　花子")]).as_bytes());
    by_boss(&[], &["import", list.to_str().unwrap()]);
    by_boss(&[], &["operator", "add", "0001", "--name", "最上　次郎"]);
    by_boss(&[], &["grant", "add", "look", "--operator", "0001"]);
    by_boss(&[FIRST], &["operator", "passwd", "0001", "--new-passphrase-fd", "0"]);
    office
}

fn open(office: &Office, width: u16, height: u16) -> Terminal {
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE SEKISHO_TEST_CHEAP=1 HOME={folder} XDG_CONFIG_HOME={folder} \
         XDG_STATE_HOME={folder}/state {} --store {folder}/store",
        env!("CARGO_BIN_EXE_sekisho")
    );
    Terminal::run(width, height, &line)
}

fn shows_nothing(terminal: &Terminal) {
    let screen = terminal.screen();
    for text in ["山形", "花子", "申込", BOSS, FIRST, OWN, "correct"] {
        assert!(!screen.contains(text), "{text}\n{screen}");
    }
}

#[test]
fn somebody_signs_in_works_hides_the_screen_and_goes_on() {
    let office = office();
    let terminal = open(&office, 80, 24);
    terminal.wait_for("職員番号:");
    terminal.type_text("boss");
    terminal.press(&["Enter"]);
    terminal.wait_for("boss の合言葉:");
    terminal.type_text("correct horse wrong");
    shows_nothing(&terminal);
    terminal.press(&["Enter"]);
    terminal.wait_for("違います");
    shows_nothing(&terminal);
    terminal.type_text("boss");
    terminal.press(&["Enter"]);
    terminal.wait_until("asked again", |screen| screen.matches("boss の合言葉:").count() == 2);
    terminal.type_text(BOSS);
    terminal.press(&["Enter"]);
    terminal.wait_for("いま待っている仕事");
    terminal.press(&["1"]);
    terminal.wait_for("山形");
    terminal.press(&["/"]);
    terminal.type_text("山形");
    terminal.wait_for("／ 山形");
    terminal.press(&["C-q"]);
    terminal.wait_for("画面を隠しています");
    shows_nothing(&terminal);
    terminal.type_text(BOSS);
    shows_nothing(&terminal);
    terminal.press(&["Enter"]);
    terminal.wait_until("as before", |screen| screen.contains("／ 山形") && screen.contains("花子"));
    terminal.press(&["Enter", "q"]);
    terminal.wait_for("ENDED 0");
}

#[test]
fn a_passphrase_that_was_given_is_changed_before_the_screen_opens() {
    let office = office();
    let terminal = open(&office, 100, 30);
    let answer = |question: &str, text: &str| {
        terminal.wait_for(question);
        terminal.type_text(text);
        terminal.press(&["Enter"]);
    };
    answer("職員番号:", "0001");
    answer("0001 の合言葉:", FIRST);
    answer("新しい合言葉:", OWN);
    answer("もう一度", "something else");
    terminal.wait_for("2回の入力が違います");
    terminal.wait_until("asked again", |screen| screen.matches("新しい合言葉:").count() == 2);
    terminal.type_text(OWN);
    terminal.press(&["Enter"]);
    terminal.wait_until("once more", |screen| screen.matches("もう一度）").count() == 2);
    shows_nothing(&terminal);
    terminal.type_text(OWN);
    terminal.press(&["Enter"]);
    terminal.wait_for("いま待っている仕事");
    terminal.press(&["F10"]);
    terminal.wait_for("ENDED 0");
}
