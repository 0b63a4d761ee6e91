//! What the applicant changed: badges in the list, the changes in the record, every revision by one key.

use crate::domain::status::Status;
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};

const LANGUAGES: [Language; 2] = [Language::Japanese, Language::English];

/// A screen whose newest three applications got a correction, a revision and a withdrawal.
fn open(size: (u16, u16), language: Language) -> Driver {
    let mut screen = Driver::open(40, &Setting { size, language, ..Setting::default() });
    screen.memory.changes(0, Status::Returned);
    screen.memory.changes(1, Status::Provisional);
    screen.memory.revises(0, "2026-12-03 13:30");
    screen.memory.revises(1, "2026-12-02 14:30");
    screen.memory.withdraws(2);
    screen.press("<F5>");
    screen
}

#[test]
fn the_list_says_who_has_corrected_changed_or_withdrawn() {
    for language in LANGUAGES {
        let screen = open((80, 24), language);
        screen.shows("補正 山形").shows("改訂 髙橋").shows("取下 (株)");
        screen.shows("補正到着 1");
        open((110, 24), language).shows("補正到着 1").shows("申請者の取下げ 1");
        insta::assert_snapshot!(format!("revised_list_80x24_{}", language.id()), screen.screen());
    }
}

#[test]
fn the_record_begins_with_what_came_since_our_decision() {
    for language in LANGUAGES {
        let mut screen = open((80, 24), language);
        screen.press("<Enter>");
        screen.shows("2026-12-0【2】 13:30").shows("2026-12-0【3】 13:30");
        insta::assert_snapshot!(format!("revised_record_80x24_{}", language.id()), screen.screen());
    }
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("jj<Enter>");
    screen.shows("申請者が取り下げています");
}

#[test]
fn after_our_decision_the_change_stands_below_the_history() {
    let mut screen = open((80, 40), Language::Japanese);
    screen.memory.revises(0, "2026-12-04 13:30");
    screen.memory.changes(0, Status::Provisional);
    screen.press("<F5><Enter>");
    screen.shows("3回目の取込").shows("ほかに 1 回の変更があります（d で表示）");
    screen.hides("補正到着。").shows("変更の経緯").hides("2回目の取込");
    let lines = screen.lines();
    let place = |text: &str| lines.iter().position(|line| line.contains(text)).unwrap();
    assert!(place("操作履歴") < place("変更の経緯"));
}

#[test]
fn one_key_tells_every_revision_and_takes_them_away_again() {
    for key in ["d", "<Ctrl-D>", "ｄ"] {
        let mut screen = open((80, 24), Language::Japanese);
        for value in ["2026-12-04 13:30", "2026-12-05 13:30"] {
            screen.memory.revises(0, value);
        }
        screen.press("<F5><Enter>");
        // From what we decided on to what stands there now, in one step.
        screen.shows("2026-12-0【2】 13:30").shows("2026-12-0【5】 13:30").hides("2026-12-0【4】 13:30");
        screen.press(key);
        screen.shows("4回目の取込").shows("2026-12-0【4】 13:30").shows("最初の内容");
        if key == "d" {
            insta::assert_snapshot!("revisions_80x24_ja", screen.screen());
        }
        screen.press(key);
        screen.shows("補正到着。").hides("最初の内容");
    }
}

#[test]
fn an_application_that_never_changed_says_so() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("jjj<Enter>d");
    screen.shows("変わっていません");
}

#[test]
fn the_pane_shows_the_changes_too_and_ascii_has_signs_of_its_own() {
    let setting = Setting { size: (110, 40), ascii: true, theme: "mono", ..Setting::default() };
    let mut screen = Driver::open(40, &setting);
    screen.memory.revises(0, "2026-12-03 13:30");
    screen.press("<F5><Tab>");
    screen.shows("2026-12-0[3] 13:30").hides("【3】");
}
