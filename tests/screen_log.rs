//! 操作履歴 on a real terminal: what was done stands there, an operation is read whole, it is narrowed, a record leads to its
//! own operations, and that somebody looked is in the log.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use program::{Answer, Office, list, row};
use serde_json::Value;
use terminal::Terminal;

/// Every size and language that each thing is tried in.
const SETTINGS: [(u16, u16, &str); 4] = [(80, 24, "ja"), (80, 24, "en"), (200, 60, "ja"), (200, 60, "en")];

fn by(office: &Office, user: &str, line: &[&str]) -> Value {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user);
    let answer = Answer::from(command.output().unwrap());
    assert_eq!(answer.code, Some(0), "{user}: {line:?}: {answer:?}");
    answer.json()
}

/// A store in which `taro` has changed what `boss` took in.
fn office() -> Office {
    let office = Office::vacant();
    by(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    by(&office, "boss", &["operator", "add", "taro"]);
    for right in ["change_status", "look"] {
        by(&office, "boss", &["grant", "add", right, "--operator", "taro"]);
    }
    let rows: Vec<String> = (1..=3).map(|n| row(&format!("{n:012}"), "試験　太郎")).collect();
    let file = office.put("list.csv", list(&rows).as_bytes());
    by(&office, "boss", &["import", file.to_str().unwrap()]);
    by(&office, "taro", &["set-status", "provisional", "number:000000000001"]);
    by(&office, "taro", &["set-status", "returned", "number:000000000002", "--reason", "添付の不足"]);
    by(&office, "boss", &["log", "anchor"]);
    office
}

fn screen(office: &Office, user: &str, (width, height, lang): (u16, u16, &str)) -> Terminal {
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE SEKISHO_TEST_USER={user} HOME={folder} \
         XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store --lang {lang}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    let terminal = Terminal::run(width, height, &line);
    terminal.wait_for(say(lang, "いま待っている仕事", "What waits just now"));
    terminal
}

fn say<'w>(lang: &str, ja: &'w str, en: &'w str) -> &'w str {
    if lang == "ja" { ja } else { en }
}

/// The looks of somebody: what was asked, newest first.
fn looks(office: &Office, operator: &str) -> Vec<String> {
    let found = by(office, "boss", &["--with-text", "log", "--command", "log.view", "--operator", operator]);
    found.as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap_or("").to_owned()).collect()
}

#[test]
fn the_log_is_read_narrowed_and_followed_and_each_look_is_on_record() {
    for setting in SETTINGS {
        let (office, lang) = (office(), setting.2);
        let taro = screen(&office, "taro", setting);
        taro.press(&["7"]);
        taro.wait_for(say(lang, "証明点の印刷", "anchor printed"));
        taro.wait_for(say(lang, "取込", "import"));
        taro.wait_for(say(lang, "件は未証明", "after it unproven"));
        assert_eq!(looks(&office, "taro"), [""], "one look, recorded by now");
        taro.press(&["Down", "Enter"]);
        taro.wait_for(say(lang, "未処理 → 返却中", "未処理 > 返却中"));
        taro.wait_for("000000000002");
        taro.wait_for("添付の不足");
        taro.press(&["Enter"]);
        taro.wait_for(say(lang, "証明点の印刷", "anchor printed"));
        taro.press(&["v"]);
        taro.wait_for(say(lang, "記録の連鎖に異常はありません", "The chain of the log holds"));
        // What is typed narrows it; letters are text meanwhile.
        taro.press(&["/"]);
        taro.wait_for(say(lang, "絞り込み", "Narrow"));
        taro.type_text("kind:import");
        taro.press(&["Enter"]);
        taro.wait_for("kind:import  1");
        assert_eq!(looks(&office, "taro"), ["kind:import", ""]);
        taro.press(&["Escape"]);
        taro.wait_for(say(lang, "いま待っている仕事", "What waits just now"));
        // From a record: everything that touched it, and nothing else.
        taro.press(&["1"]);
        taro.wait_for("000000000003");
        taro.press(&["Home", "Enter"]);
        taro.wait_for("氏名フリガナ");
        taro.press(&["7"]);
        taro.wait_for("application:");
        taro.wait_for(say(lang, "取込", "import"));
        assert_eq!(looks(&office, "taro").len(), 3);
        assert!(looks(&office, "taro")[0].starts_with("application:"), "{:?}", looks(&office, "taro"));
        taro.press(&["Escape"]);
        taro.wait_for("氏名フリガナ");
        taro.press(&["Escape"]);
        taro.wait_for("000000000003");
        taro.press(&["F10"]);
        taro.wait_for("ENDED 0");
        by(&office, "boss", &["check"]);
    }
}

#[test]
fn function_keys_alone_reach_it_and_a_damaged_chain_is_named() {
    let office = office();
    let folder = office.folder();
    std::fs::write(folder.join("store/config.toml"), "[ui]\nkeymap = \"function-keys\"\n").unwrap();
    let db = rusqlite::Connection::open(folder.join("store/sekisho.db")).unwrap();
    let third = "UPDATE op SET at = at + 1 WHERE id = (SELECT min(id) FROM op) + 2";
    assert_eq!(db.execute(third, []).unwrap(), 1);
    db.close().unwrap();
    let taro = screen(&office, "taro", SETTINGS[0]);
    taro.press(&["C-a", "C-g"]);
    taro.wait_for("証明点の印刷");
    taro.press(&["F4"]);
    taro.wait_for("連鎖: ");
    taro.wait_for("op ");
    taro.press(&["Escape"]);
    taro.wait_for("いま待っている仕事");
    taro.press(&["F10"]);
    taro.wait_for("ENDED 0");
}
