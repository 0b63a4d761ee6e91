//! 補正 on a real terminal, small and large, in both languages: an application is sent back by numbered texts, the applicant is
//! reminded, and what comes back opens with what had been asked for and what was changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on has failed")]

mod desk;
mod program;
mod terminal;

use program::{Office, list, row};
use sekisho::domain::query::Query;
use sekisho::domain::status::{Request, Status};
use sekisho::office::{Grounds, Target, set_status};
use serde_json::json;
use terminal::Terminal;

/// Every size and language that each thing is tried in.
const SETTINGS: [(u16, u16, &str); 4] = [(80, 24, "ja"), (80, 24, "en"), (200, 60, "ja"), (200, 60, "en")];

/// The list of an office, once a number stands in it.
fn open(office: &Office, (width, height, lang): (u16, u16, &str), number: &str) -> Terminal {
    office.begins_at_the_list();
    let folder = office.folder().display();
    let line = format!(
        "cd {folder} && env -u SEKISHO_STORE HOME={folder} XDG_CONFIG_HOME={folder} XDG_STATE_HOME={folder}/state {} --store {folder}/store --lang {lang}",
        env!("CARGO_BIN_EXE_sekisho")
    );
    let terminal = Terminal::run(width, height, &line);
    terminal.wait_for(number);
    terminal
}

/// A day in two weeks, by the clock of this machine.
fn in_two_weeks() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    sekisho::domain::calendar::day_of_number((now + 9 * 3600) / 86_400 + 14).unwrap().to_string()
}

/// The word of a language.
fn say<'w>(lang: &str, ja: &'w str, en: &'w str) -> &'w str {
    if lang == "ja" { ja } else { en }
}

fn leave(terminal: &Terminal) {
    terminal.press(&["q"]);
    terminal.wait_for("ENDED 0");
}

#[test]
fn an_application_is_sent_back_by_numbers_and_opens_with_what_was_asked_for() {
    for setting in SETTINGS {
        let (office, lang) = (Office::open(), setting.2);
        let sent = row("000000000001", "試験　花子");
        office.take_in(std::slice::from_ref(&sent));
        let terminal = open(&office, setting, "000000000001");
        terminal.press(&["s"]);
        terminal.wait_for("取下げ");
        terminal.press(&["Down", "Down", "Down", "Down", "Down", "Down", "Enter"]);
        // The titles that there are, and the text that comes of the numbers.
        terminal.wait_for("2 記入もれ");
        terminal.type_text("6 1");
        terminal.wait_for(say(lang, "期限を入れてください", "Enter that day"));
        terminal.press(&["Enter"]);
        terminal.type_text("通帳の表紙でかまいません。");
        terminal.press(&["Enter"]);
        terminal.type_text(&in_two_weeks());
        terminal.wait_for("曜日、開庁日で数えて");
        terminal.press(&["Enter"]);
        terminal.type_text(say(lang, "電話", "phone"));
        terminal.press(&["F12"]);
        terminal.wait_until("sent back", |_| office.count("status:returned") == 1);
        let correction = office.show("000000000001")["correction"].clone();
        assert_eq!((&correction["blocks"], &correction["by"]), (&json!([1, 6]), &json!("phone")));
        let what = correction["what"].as_str().unwrap();
        assert!(what.starts_with("振込先の口座") && what.ends_with("表紙でかまいません。"), "{what}");

        let answer = office.import("answered.csv", list(&[sent.replace("11月2日", "11月9日")]).as_bytes());
        assert_eq!(answer.code, Some(0), "{answer:?}");
        terminal.wait_for("補正");
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "電話では「", "On the phone:"));
        terminal.wait_for(say(lang, "求めた補正: 振込先", "What had been asked for: 振込先"));
        terminal.wait_for("11月【9】日");
        terminal.press(&["Escape"]);
        let asked = say(lang, "求めた補正", "What had been");
        terminal.wait_until("the list", |screen| !screen.contains(asked));
        leave(&terminal);
        office.check("補正 by keys");
    }
}

#[test]
fn a_reminder_is_recorded_by_one_dialog_and_undone() {
    for setting in SETTINGS {
        let (office, lang) = (Office::vacant(), setting.2);
        // Sent back in November 2020 and never answered.
        {
            let mut desk = desk::found(&office.folder().join("store"), std::sync::Arc::new(|| 1_604_286_000_000));
            let file =
                desk::file(office.folder(), "list.csv", desk::csv(&[], &[desk::row(1, "未処理", &[])]).as_bytes());
            desk::take(&mut desk, &file, false).unwrap();
            let until = Some("2020-11-20".parse().unwrap());
            let grounds = Grounds { reason: Some("写しがない"), until, ..Grounds::default() };
            let all = Target::Query(Query::default());
            set_status(&mut desk, Request::To(Status::Returned), &all, grounds, false).unwrap();
        }
        let terminal = open(&office, setting, "返却中");
        terminal.press(&["0"]);
        terminal.wait_for(say(lang, "補正の催促", "Reminders"));
        terminal.press(&["Escape"]);
        let about = say(lang, "催促の時期になった", "time to remind");
        terminal.wait_until("the list", |screen| !screen.contains(about));
        terminal.press(&["Z"]);
        terminal.wait_for(say(lang, "催促した日", "Reminded on"));
        terminal.type_text(say(lang, "電話", "phone"));
        terminal.press(&["F12"]);
        terminal.wait_for(say(lang, "催促を記録（期限超過）", "record the reminder (overdue)"));
        assert_eq!(office.count("has:reminder"), 1, "the effect alone changes nothing");
        terminal.press(&["F12"]);
        terminal.wait_until("recorded", |_| office.count("has:reminder") == 0);
        terminal.press(&["Enter"]);
        terminal.wait_for(say(lang, "催促済み（期限超過）", "Reminded (overdue)"));
        terminal.press(&["Escape"]);
        let sent = say(lang, "催促済み（期限超過）", "Reminded (overdue)");
        terminal.wait_until("the list", |screen| !screen.contains(sent));
        terminal.press(&["u"]);
        terminal.wait_until("undone", |_| office.count("has:reminder") == 1);
        leave(&terminal);
        office.check("reminder by keys");
    }
}
