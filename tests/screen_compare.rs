//! 照合 and 重複の疑い on real terminals: one ticks and leaves off, another is the second pair of eyes, and of two that are the same one
//! is kept. Builds for tests take the name of the system's user from a variable, for a test is one user.
#![cfg(debug_assertions)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use program::{Answer, Office};
use serde_json::{Value, json};
use terminal::Terminal;

/// Every size and language that each thing is tried in.
const SETTINGS: [(u16, u16, &str); 2] = [(80, 24, "ja"), (200, 60, "en")];

const ROWS: &str = "受付番号,様式ID,様式名,申込日時,氏名,フリガナ,メールアドレス,生年月日,住所\r\n\
    100000000001,F1,甲,2025-01-01 09:00,髙橋 一郎,タカハシ イチロウ,a@example.jp,昭和55年4月1日,一丁目\r\n\
    100000000002,F1,甲,2026-01-02 09:00,高橋 一郎,タカハシ イチロウ,b@example.jp,1980-04-01,二丁目\r\n";

fn by(office: &Office, user: &str, line: &[&str]) -> Value {
    let mut command = office.command(line);
    command.arg("--json").env("SEKISHO_TEST_USER", user);
    let answer = Answer::from(command.output().unwrap());
    assert_eq!(answer.code, Some(0), "{user}: {line:?}: {answer:?}");
    answer.json()
}

/// A store in which `boss` and `taro` may do everything.
fn office() -> Office {
    let office = Office::vacant();
    std::fs::create_dir_all(office.folder().join("store")).unwrap();
    by(&office, "boss", &["init", "--segment", "lgwan", "--sign-in", "os"]);
    by(&office, "boss", &["operator", "add", "taro"]);
    by(&office, "boss", &["grant", "add", "change_status", "--operator", "taro"]);
    let file = office.put("list.csv", ROWS.as_bytes());
    by(&office, "boss", &["import", file.to_str().unwrap()]);
    office
}

/// The list of somebody.
fn screen(office: &Office, user: &str, (width, height, lang): (u16, u16, &str)) -> Terminal {
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE SEKISHO_TEST_CHEAP=1 SEKISHO_TEST_USER={user} HOME={folder} \
         XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store --lang {lang}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    let terminal = Terminal::run(width, height, &line);
    terminal.wait_for(say(lang, "いま待っている仕事", "What waits just now"));
    terminal.press(&["1"]);
    terminal.wait_for("100000000002");
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

#[test]
fn one_leaves_off_goes_on_and_another_looks_for_themselves() {
    for setting in SETTINGS {
        let (office, lang) = (office(), setting.2);
        let boss = screen(&office, "boss", setting);
        boss.press(&["w"]);
        boss.wait_for(say(lang, "字形のみ", "glyph only"));
        boss.wait_for(say(lang, "1人目 0/5", "Pass 1  0/5"));
        boss.press(&["Space", "Space", "x"]);
        boss.wait_for(say(lang, "1人目 3/5", "Pass 1  3/5"));
        boss.press(&["Escape"]);
        boss.wait_for(say(lang, "途中までの照合を記録しました（3/5）", "What was found so far is kept (3/5)"));
        boss.press(&["w"]);
        boss.wait_for(say(lang, "1人目 3/5", "Pass 1  3/5"));
        boss.press(&["Space", "Space", "F12"]);
        boss.wait_for(say(
            lang,
            "照合を記録しました（1人目、5項目、違い 1件）",
            "is kept (pass 1, 5 fields, 1 differences)",
        ));
        let taro = screen(&office, "taro", setting);
        taro.press(&["w"]);
        taro.wait_for(say(lang, "2人目 0/5  1人目 boss 済", "Pass 2  0/5  1st: boss, done"));
        taro.press(&["r"]);
        taro.wait_for(say(lang, "読み合わせ 1/5", "Reading aloud 1/5"));
        taro.press(&["Space", "Space", "Space", "Space", "Space"]);
        taro.wait_for(say(lang, "2人目 5/5", "Pass 2  5/5"));
        taro.press(&["Escape"]);
        taro.wait_for(say(lang, "よい/他違う", "ok/differs"));
        taro.press(&["F12"]);
        taro.wait_for(say(lang, "1件で違います", "The two differ in 1 fields"));
        taro.press(&["Escape"]);
        taro.wait_until("the list", |screen| !screen.contains(say(lang, "2人目 5/5", "Pass 2  5/5")));
        leave(&taro);
        boss.press(&["Escape"]);
        boss.wait_until("the list", |screen| !screen.contains(say(lang, "1人目 5/5", "Pass 1  5/5")));
        leave(&boss);
        let shown = by(&office, "boss", &["show", "100000000002"]);
        let told: Vec<(&Value, &Value)> =
            shown["comparisons"].as_array().unwrap().iter().map(|one| (&one["pass"], &one["finished"])).collect();
        assert_eq!(told, [(&json!(1), &json!(false)), (&json!(1), &json!(true)), (&json!(2), &json!(true))]);
        by(&office, "boss", &["check"]);
    }
}

#[test]
fn of_two_that_are_the_same_one_is_kept_and_it_can_be_undone() {
    for setting in SETTINGS {
        let (office, lang) = (office(), setting.2);
        let boss = screen(&office, "boss", setting);
        boss.press(&["U"]);
        boss.wait_for(say(lang, "重複の疑い 1組", "Possible duplicates: 1"));
        boss.press(&["d"]);
        boss.wait_for(say(lang, "重複の疑いはありません", "There are no possible duplicates"));
        assert_eq!(by(&office, "boss", &["duplicates"])["count"], json!(0));
        assert_eq!(by(&office, "boss", &["duplicates", "--decided"])["clusters"][0]["distinct"], json!(true));
        boss.press(&["e"]);
        boss.wait_for(say(lang, "【重複ではない】", "[not duplicates]"));
        boss.press(&["d"]);
        boss.wait_until("taken back", |screen| !screen.contains(say(lang, "【重複ではない】", "[not duplicates]")));
        boss.press(&["Enter"]);
        boss.wait_for(say(lang, "違う項目", "Different:"));
        boss.wait_for("二丁目");
        boss.press(&["Right", "r"]);
        boss.wait_for(say(lang, "整理番号 100000000002 を残す", "100000000002 stays"));
        boss.press(&["F12"]);
        boss.wait_for(say(lang, "重複の疑いはありません", "There are no possible duplicates"));
        assert_eq!(by(&office, "boss", &["show", "100000000001"])["status"], json!("rejected"));
        boss.press(&["#"]);
        boss.wait_for(say(lang, "整理番号", "Number"));
        boss.type_text("100000000001");
        boss.press(&["Enter"]);
        boss.wait_for("一丁目");
        boss.press(&["u"]);
        boss.wait_for(say(lang, "元に戻しました", "taken back"));
        assert_eq!(by(&office, "boss", &["show", "100000000001"])["status"], json!("unprocessed"));
        boss.press(&["Escape"]);
        boss.wait_until("the page", |screen| !screen.contains("昭和55年"));
        boss.press(&["Escape"]);
        boss.wait_until("the list", |screen| !screen.contains(say(lang, "重複の疑い", "Possible duplicates")));
        leave(&boss);
        by(&office, "boss", &["check"]);
    }
}
