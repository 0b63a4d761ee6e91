//! 二者確認 on real terminals: one asks, the other looks and approves or refuses, what has changed voids it, and a colleague
//! confirms on the spot. Builds for tests take the name of the system's user from a variable, for a test is one user.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use std::io::Write as _;
use std::process::Stdio;

use program::{Answer, Office, list, row};
use serde_json::{Value, json};
use terminal::Terminal;

const PASSPHRASE: &str = "correct horse battery 2026";

/// Every size and language that each thing is tried in.
const SETTINGS: [(u16, u16, &str); 4] = [(80, 24, "ja"), (80, 24, "en"), (200, 60, "ja"), (200, 60, "en")];

fn by(office: &Office, user: &str, line: &[&str]) -> Value {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user);
    let answer = Answer::from(command.output().unwrap());
    assert_eq!(answer.code, Some(0), "{user}: {line:?}: {answer:?}");
    answer.json()
}

/// A store in which `taro` changes and `kacho` may approve; every change of 処理状況 of more than one needs two.
fn office() -> Office {
    let office = Office::vacant();
    std::fs::create_dir_all(office.folder().join("store")).unwrap();
    by(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    for code in ["taro", "kacho"] {
        by(&office, "boss", &["operator", "add", code]);
        for right in ["change_status", "look"] {
            by(&office, "boss", &["grant", "add", right, "--operator", code]);
        }
    }
    by(&office, "boss", &["grant", "add", "release", "--operator", "kacho"]);
    let rows: Vec<String> = (1..=3).map(|n| row(&format!("{n:012}"), "試験　太郎")).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    by(&office, "boss", &["import", file.to_str().unwrap()]);
    let marks = "[release]\nsecond_person = [\"application.set_status:many\"]\n";
    std::fs::write(office.folder().join("store/config.toml"), marks).unwrap();
    office
}

fn count(office: &Office, query: &str) -> u64 {
    by(office, "boss", &["count", query])["count"].as_u64().unwrap()
}

/// The morning of somebody.
fn screen(office: &Office, user: &str, (width, height, lang): (u16, u16, &str)) -> Terminal {
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE SEKISHO_TEST_CHEAP=1 SEKISHO_TEST_USER={user} HOME={folder} \
         XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store --lang {lang}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    let terminal = Terminal::run(width, height, &line);
    terminal.wait_for(say(lang, "いま待っている仕事", "What waits just now"));
    terminal
}

/// The word of a language.
fn say<'w>(lang: &str, ja: &'w str, en: &'w str) -> &'w str {
    if lang == "ja" { ja } else { en }
}

fn leave(terminal: &Terminal) {
    terminal.press(&["F10"]);
    terminal.wait_for("ENDED 0");
}

/// Asks for 仮受付 of all on a screen that shows the list.
fn asks(terminal: &Terminal, lang: &str) {
    terminal.press(&["1"]);
    terminal.wait_for("000000000003");
    terminal.press(&["a", "s", "Down", "Down", "Enter"]);
    terminal.wait_for(say(lang, "二者確認が必要です", "This needs a second person"));
    terminal.wait_for(say(lang, "[ 二者確認に出す ]", "[ Ask a second person ]"));
    terminal.press(&["F12"]);
    terminal.wait_for(say(lang, "二者確認に出しました", "Waits for a second person"));
}

#[test]
fn one_asks_and_another_looks_and_approves() {
    for setting in SETTINGS {
        let (office, lang) = (office(), setting.2);
        let taro = screen(&office, "taro", setting);
        asks(&taro, lang);
        assert_eq!(count(&office, "status:provisional"), 0, "nothing was done yet");
        // Nobody approves their own.
        taro.press(&["W", "Enter"]);
        taro.wait_for(say(lang, "本人は承諾できません", "you cannot approve it"));
        taro.press(&["a"]);
        taro.wait_for(say(lang, "権限", "right"));
        let kacho = screen(&office, "kacho", setting);
        kacho.wait_for(say(lang, "二者確認待ち", "Second person"));
        kacho.press(&["W"]);
        kacho.wait_for("taro");
        kacho.press(&["Enter"]);
        kacho.wait_for("仮受付");
        kacho.wait_for("000000000001");
        kacho.press(&["a"]);
        kacho.wait_for(say(lang, "[ 承諾して行う ]", "[ Approve and do it ]"));
        assert_eq!(count(&office, "status:provisional"), 0, "looking changes nothing");
        kacho.press(&["Enter"]);
        kacho.wait_for(say(lang, "を承諾し、行いました", "was approved and done"));
        assert_eq!(count(&office, "status:provisional"), 3);
        let log = by(&office, "boss", &["log", "--command", "application.set_status"]);
        assert_eq!((&log[0]["operator"], &log[0]["approved_by"]), (&json!("taro"), &json!("kacho")));
        // The screen of whoever asked hears of it.
        taro.wait_for(say(lang, "承諾済み", "approved"));
        taro.press(&["Escape"]);
        taro.wait_for(say(lang, "二者確認の依頼はありません", "There are no requests"));
        taro.press(&["Escape"]);
        leave(&taro);
        kacho.press(&["Escape"]);
        leave(&kacho);
        by(&office, "boss", &["check"]);
    }
}

#[test]
fn a_request_is_refused_with_a_reason_and_another_is_void_once_something_has_changed() {
    let setting = SETTINGS[0];
    let office = office();
    let taro = screen(&office, "taro", setting);
    asks(&taro, "ja");
    let kacho = screen(&office, "kacho", setting);
    kacho.press(&["W"]);
    kacho.wait_for("taro");
    kacho.press(&["Enter"]);
    kacho.wait_for("変わること");
    kacho.press(&["r"]);
    kacho.wait_for("差戻しの理由");
    kacho.type_text("対象が違う");
    kacho.press(&["F12"]);
    kacho.wait_for("を差し戻しました");
    assert_eq!(by(&office, "taro", &["request", "list", "--ended"])[0]["state"], "refused");
    taro.press(&["s", "Down", "Down", "Enter"]);
    taro.wait_for("[ 二者確認に出す ]");
    taro.press(&["F12"]);
    taro.wait_until("asked again", |_| by(&office, "taro", &["request", "list"]).as_array().unwrap().len() == 1);
    kacho.wait_for("確認待ち");
    by(&office, "boss", &["due", "2030-04-01", "number:000000000002"]);
    kacho.wait_for("無効");
    kacho.press(&["Enter"]);
    kacho.wait_for("依頼のあとに変わったこと");
    kacho.wait_for("期限: いまは 2030-04-01");
    kacho.press(&["a"]);
    kacho.wait_for("無効なので承諾できません");
    assert_eq!(count(&office, "status:provisional"), 0);
    taro.press(&["W"]);
    taro.wait_for("無効");
    taro.press(&["w"]);
    taro.wait_for("[ 取り下げる ]");
    taro.press(&["Enter"]);
    taro.wait_for("二者確認の依頼はありません");
    by(&office, "boss", &["check"]);
}

#[test]
fn a_colleague_confirms_on_the_spot_at_the_screen_of_whoever_asked() {
    let office = office();
    let mut command = office.command(&["operator", "passwd", "--new-passphrase-fd", "0"]);
    command.env("SEKISHO_TEST_USER", "kacho").env("SEKISHO_TEST_CHEAP", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSPHRASE}\n").as_bytes()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let taro = screen(&office, "taro", (80, 24, "ja"));
    let bytes = office.folder().join("bytes");
    taro.record(&bytes);
    asks(&taro, "ja");
    taro.press(&["W", "Enter"]);
    taro.wait_for("変わること");
    taro.press(&["o"]);
    taro.wait_for("確認する人の職員番号");
    taro.type_text("kacho");
    taro.press(&["Enter"]);
    taro.type_text("wrong wrong wrong");
    taro.press(&["F12"]);
    taro.wait_for("違います");
    assert_eq!(count(&office, "status:provisional"), 0);
    taro.type_text(PASSPHRASE);
    taro.press(&["F12"]);
    taro.wait_for("を承諾し、行いました");
    taro.wait_for("taro");
    assert_eq!(count(&office, "status:provisional"), 3);
    let log = by(&office, "boss", &["log", "--command", "application.set_status"]);
    assert_eq!((&log[0]["operator"], &log[0]["approved_by"]), (&json!("taro"), &json!("kacho")));
    taro.press(&["Escape"]);
    leave(&taro);
    // Nothing of what was typed was ever sent to the terminal, nor lies in a file.
    let mut files = vec![bytes];
    files.extend(std::fs::read_dir(office.folder().join("store")).unwrap().map(|entry| entry.unwrap().path()));
    for file in files.iter().filter(|file| file.is_file()) {
        let bytes = std::fs::read(file).unwrap();
        for word in ["correct horse", "wrong wrong"] {
            let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!found, "{word} in {}", file.display());
        }
    }
    by(&office, "boss", &["check"]);
}
