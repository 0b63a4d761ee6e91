//! The clerk's day on a real terminal, small and large, in both languages: what is set by keys is what the store holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod program;
mod terminal;

use program::{Office, row};
use serde_json::json;
use terminal::Terminal;

/// Every size and language that each thing is tried in.
const SETTINGS: [(u16, u16, &str); 4] = [(80, 24, "ja"), (80, 24, "en"), (200, 60, "ja"), (200, 60, "en")];

fn office_of(n: u32) -> Office {
    let office = Office::open();
    let at = |n: u32| row(&format!("{n:012}"), "試験　花子").replace("10月29日", &format!("10月{n:02}日"));
    let rows: Vec<String> = (1..=n).map(at).collect();
    office.take_in(&rows);
    office
}

/// The list of an office.
fn list(office: &Office, (width, height, lang): (u16, u16, &str)) -> Terminal {
    office.begins_at_the_list();
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store --lang {lang}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    let terminal = Terminal::run(width, height, &line);
    terminal.wait_for("000000000001");
    terminal
}

/// The word of a language.
fn say<'w>(lang: &str, ja: &'w str, en: &'w str) -> &'w str {
    if lang == "ja" { ja } else { en }
}

fn leave(terminal: &Terminal) {
    // Whatever was closed by Escape is gone first: a letter right behind it would be another key.
    terminal.wait_until("the list", |screen| screen.contains('▶'));
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}

#[test]
fn numbers_are_given_by_one_dialog() {
    for setting in SETTINGS {
        let (office, lang) = (office_of(3), setting.2);
        let terminal = list(&office, setting);
        terminal.press(&["a", "n"]);
        terminal.wait_for(say(lang, "番号の形", "Pattern"));
        terminal.type_text("R3-{seq:04}");
        // To the first number, and the step behind it.
        terminal.press(&["Tab", "Tab"]);
        terminal.type_text("10");
        terminal.press(&["Tab"]);
        terminal.type_text("5");
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "R3-0010 から R3-0020 まで", "from R3-0010 to R3-0020"));
        assert_eq!(office.count("has:individual-number"), 0, "the effect alone changes nothing");
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "3件に個別番号を付けました", "Gave numbers to 3."));
        assert_eq!(office.show("000000000002")["individual_number"], json!("R3-0015"));
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "個別番号 R3-00", "Individual no. R3-00"));
        terminal.press(&["Escape"]);
        // A letter right behind Escape would be read as Alt and the letter.
        let shown = say(lang, "個別番号 R3-00", "Individual no. R3-00");
        terminal.wait_until("the list", |screen| !screen.contains(shown));
        terminal.press(&["u"]);
        terminal.wait_until("undone", |_| office.count("has:individual-number") == 0);
        leave(&terminal);
        office.check("numbers by keys");
    }
}

#[test]
fn a_withdrawal_is_entered_with_its_day_and_way() {
    for setting in SETTINGS {
        let (office, lang) = (office_of(2), setting.2);
        let terminal = list(&office, setting);
        terminal.press(&["s"]);
        terminal.wait_for("取下げ");
        terminal.press(&["End", "Enter"]);
        terminal.wait_for(say(lang, "申出日", "Asked on"));
        terminal.type_text("2020-11-04");
        terminal.press(&["Enter", "Enter"]);
        // The way is missing yet: nothing goes on without it.
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "方法を書いてください", "Write by which way"));
        terminal.type_text(say(lang, "電話", "phone"));
        terminal.press(&["Enter"]);
        terminal.type_text("転居しないため");
        terminal.press(&["F12"]);
        terminal.wait_until("withdrawn", |_| office.count("status:withdrawn") == 1);
        let withdrawal = office.show("000000000002")["withdrawal"].clone();
        assert_eq!((&withdrawal["on"], &withdrawal["by"]), (&json!("2020-11-04"), &json!("phone")));
        assert_eq!(withdrawal["reason"], json!("転居しないため"));
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "取下げの申出", "Withdrawal"));
        terminal.wait_for("電話  転居しないため");
        terminal.press(&["Escape"]);
        leave(&terminal);
        office.check("withdrawal by keys");
    }
}

#[test]
fn results_are_entered_submitted_and_decided_by_keys() {
    for setting in SETTINGS {
        let (office, lang) = (office_of(3), setting.2);
        let terminal = list(&office, setting);
        terminal.press(&["a", "R"]);
        terminal.wait_for("1 承認");
        terminal.type_text("4");
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "なし → 却下", "none → 却下"));
        terminal.type_text("期限後");
        terminal.press(&["F12"]);
        terminal.wait_until("entered", |_| office.count("result:dismissed") == 3);

        terminal.press(&["K"]);
        terminal.wait_for(say(lang, "伺い文のひな型", "Template"));
        terminal.type_text("備品の貸出");
        terminal.press(&["Tab", "Tab", "Tab"]);
        terminal.type_text("list.csv");
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "審査結果 却下", "result 却下"));
        assert_eq!(office.count("has:ruling"), 0, "the effect alone changes nothing");
        terminal.press(&["F12"]);
        terminal.wait_until("submitted", |_| office.count("ruling:pending") == 3);
        terminal.wait_until("written", |_| office.folder().join("list.txt").exists());

        // What is pending holds the results.
        terminal.press(&["R"]);
        terminal.wait_for("1 承認");
        terminal.type_text("1");
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "対象外", "left out"));
        terminal.wait_for("備品の貸出");
        terminal.press(&["Escape"]);

        terminal.press(&["A", "L"]);
        terminal.wait_for(say(lang, "専決者", "Decided by"));
        terminal.type_text("令2市民第7号");
        terminal.press(&["Tab"]);
        terminal.type_text("2020-11-10");
        terminal.press(&["Tab"]);
        terminal.type_text("市民課長");
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "3件を決裁済にする", "Enter for 3"));
        terminal.press(&["F12"]);
        terminal.wait_until("decided", |_| office.count("ruling:settled") == 3);
        let result = office.show("000000000001")["result"].clone();
        assert_eq!((&result["decided_on"], &result["document_number"]), (&json!("2020-11-10"), &json!("令2市民第7号")));
        terminal.press(&["Enter"]);
        terminal.wait_for("決裁済 備品の貸出");
        terminal.press(&["Escape"]);
        leave(&terminal);
        office.check("ruling by keys");
    }
}

#[test]
fn a_caller_is_answered_and_called_back() {
    for setting in SETTINGS {
        let (office, lang) = (office_of(3), setting.2);
        let terminal = list(&office, setting);
        terminal.press(&["P"]);
        terminal.wait_for(say(lang, "お電話の方", "Caller:"));
        terminal.type_text("0002");
        terminal.wait_for(say(lang, "候補 1件", "1 candidates"));
        assert_eq!(office.run(&["log", "--command", "phone", "--json"]).json(), json!([]), "nothing was opened yet");
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "本人確認　確かめたもの 0", "0 confirmed"));
        let opened = office.run(&["log", "--command", "phone", "--json"]).json();
        assert_eq!(opened.as_array().unwrap().len(), 1, "the log was told first: {opened}");
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "本人確認が足りません", "Not identified yet"));
        terminal.press(&["Space", "Space", "Enter"]);
        terminal.wait_for(say(lang, "お答えできないこと", "What may not be told"));
        terminal.press(&["c"]);
        terminal.wait_for(say(lang, "折返し先・時間", "Number and time"));
        terminal.type_text("023-000-0000");
        terminal.press(&["Enter"]);
        terminal.type_text("status");
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "折返しを受け付けました", "The callback was noted"));
        assert_eq!(office.count("has:callback"), 1);
        terminal.press(&["r"]);
        terminal.wait_for(say(lang, "応えた折返し", "Which callback this was"));
        terminal.type_text("told");
        terminal.press(&["Up", "Down", "F12"]);
        terminal.wait_for(say(lang, "応対記録を残しました", "The call was written down"));
        assert_eq!(office.count("has:callback"), 0);
        terminal.press(&["V"]);
        terminal.wait_for(say(lang, "電話照会で開いた", "opened it for a caller"));
        let calls = office.show("000000000002")["calls"].clone();
        assert_eq!((&calls[0]["text"], &calls[1]["text"]), (&json!("told"), &json!("status")));
        assert_eq!(calls[0]["answers"], calls[1]["operation"]);
        let shown = say(lang, "電話照会で開いた", "opened it for a caller");
        for gone in [shown, say(lang, "お答えできないこと", "What may not be told"), say(lang, "お電話の方", "Caller:")]
        {
            terminal.press(&["Escape"]);
            terminal.wait_until("one page less", |screen| !screen.contains(gone));
        }
        leave(&terminal);
        office.check("a call by keys");
    }
}
