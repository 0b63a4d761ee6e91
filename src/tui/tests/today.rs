//! 今日の仕事 by keys: what waits, where each line leads, and the way back.

use crate::command::Context;
use crate::messages::Language;
use crate::office::Beginning;
use crate::tui::books::Place;
use crate::tui::driver::{Driver, Intake, Setting};
use crate::tui::message::{Effect, Message};

fn at_today() -> Driver {
    Driver::open(20, &Setting { today: true, ..Setting::default() })
}

/// The line of the page under the cursor.
fn line(screen: &Driver) -> String {
    screen.lines().into_iter().find(|line| line.contains('▶')).unwrap_or_default()
}

/// New files and rows set aside come, and an import is cut off.
fn arrives(screen: &mut Driver) {
    screen.memory.intake(|intake| {
        *intake = Intake::sample();
        intake.cut_off(2, true);
    });
    screen.send(Message::Focus);
}

#[test]
fn each_line_says_how_many_wait_and_what_they_are() {
    let screen = at_today();
    screen.shows("いま待っている仕事です").shows("Enter");
    for (name, count) in [("新着ファイル", "なし"), ("未処理", "2件"), ("要確認", "4件"), ("反映待ち", "4件")]
    {
        let line = screen.lines().into_iter().find(|line| line.trim_start_matches(['▶', ' ']).starts_with(name));
        assert!(line.as_ref().is_some_and(|line| line.contains(count)), "{name}: {line:?}\n{}", screen.screen());
    }
    screen.hides("取り分けた行").hides("取込の途中").hides("本日期限").hides("二者確認待ち");
    assert!(line(&screen).contains("未処理"), "the first one that waits is under the cursor");
}

#[test]
fn a_line_leads_to_its_list_in_the_words_of_the_query() {
    let mut screen = at_today();
    screen.press("<Enter>").shows("／ 処理状況:未処理").shows("2 / 20 件");
    assert!(screen.model.layers.is_empty());
    screen.press("0").shows("いま待っている仕事です");
    screen.press("<Esc>").shows("／ 処理状況:未処理");
    let setting = Setting { today: true, language: Language::English, ..Setting::default() };
    let mut screen = Driver::open(20, &setting);
    screen.press("<Enter>").shows("/ status:unprocessed").shows("2 / 20");
}

#[test]
fn corrections_and_withdrawals_have_their_lists() {
    let mut screen = Driver::with(20);
    let returned = screen.memory.statuses().iter().position(|status| status.label() == "返却中").unwrap();
    screen.memory.revises(returned, "2026-12-03 09:00");
    screen.memory.withdraws(1);
    screen.send(Message::StoreChanged);
    screen.press("0<Down><Enter>").shows("／ あり:補正");
    screen.press("0<Down><Down><Enter>").shows("／ あり:取下げ");
}

#[test]
fn the_books_open_where_the_line_says_and_lead_back() {
    let mut screen = at_today();
    screen.press("<Down><Down><Down>");
    assert!(line(&screen).contains("要確認"));
    screen.press("<Enter>").shows("要確認 4件   選択 0件");
    screen.press("<Esc><Esc>").shows("いま待っている仕事です");
    screen.press("<Down><Enter>");
    assert_eq!(screen.model.books().map(|books| (books.place, books.cursor)), Some((Place::Groups, 1)));
    assert!(line(&screen).contains("1-1"), "{}", line(&screen));
    screen.press("<Enter><Enter>").shows("100000023757");
    screen.press("0").shows("いま待っている仕事です");
    assert_eq!(screen.model.layers.len(), 1, "what was open is closed");
}

#[test]
fn a_line_without_any_says_so_and_new_files_open_all_the_same() {
    let mut screen = at_today();
    screen.press("<Down><Enter>").shows("補正到着は、いまありません。");
    assert_eq!(screen.model.context(), Context::Today);
    screen.press("<Home><Enter>");
    assert_eq!(screen.model.context(), Context::Inbox);
    screen.press("<Esc>").shows("いま待っている仕事です");
}

#[test]
fn files_and_rows_set_aside_have_lines_while_there_are_any() {
    let mut screen = Driver::with_files(&Setting { today: true, ..Setting::default() });
    screen.shows("新着ファイル").shows("取り分けた行").hides("取込の途中");
    arrives(&mut screen);
    screen.shows("取込の途中");
    screen.press("<Home>");
    assert!(line(&screen).contains("取込の途中"));
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::Inbox);
    screen.press("<Esc><End><Enter>");
    assert_eq!(screen.model.context(), Context::SetAside);
    screen.press("<Esc><Ctrl-F><Ctrl-U>").shows("いま待っている仕事です");
}

#[test]
fn what_begins_to_wait_leaves_the_cursor_on_its_line() {
    let mut screen = at_today();
    screen.press("<Down><Down><Down><Down>");
    assert!(line(&screen).contains("反映待ち"));
    arrives(&mut screen);
    screen.shows("取込の途中");
    assert!(line(&screen).contains("反映待ち"));
    // Nor does it move before the first key.
    let mut screen = at_today();
    arrives(&mut screen);
    assert!(line(&screen).contains("未処理"), "{}", screen.screen());
}

#[test]
fn a_quiet_day_is_one_friendly_sentence() {
    let screen = Driver::open(0, &Setting { today: true, ..Setting::default() });
    screen.shows("いま待っている仕事はありません").shows("なし").hides("いま待っている仕事です");
    let mut screen = Driver::with(20);
    screen.hold();
    screen.press("0");
    screen.model.summary = None;
    screen.shows("…").hides("いま待っている仕事はありません");
}

#[test]
fn the_list_and_other_pages_are_a_key_away() {
    for keymap in ["default", "vim", "function-keys"] {
        let mut screen = Driver::open(20, &Setting { today: true, keymap, ..Setting::default() });
        screen.press("<F3>紅花<Enter>").shows("／ 紅花").hides("いま待っている");
        screen.press(if keymap == "vim" { "0" } else { "<Ctrl-U>" }).shows("いま待っている");
        screen.press("<Ctrl-W><Esc><F1><Esc><Ctrl-N><Esc><Ctrl-B><Esc>").shows("いま待っている");
        screen.press("<F10>");
        assert_eq!(screen.asked.last(), Some(&Effect::Quit));
    }
}

#[test]
fn a_view_that_is_chosen_here_shows_the_list() {
    let mut screen = at_today();
    screen.press("v<Enter>");
    assert!(screen.model.layers.is_empty());
    screen.shows("［未着手］");
    screen.press("0").hides("［未着手］");
}

#[test]
fn the_first_sitting_of_a_day_begins_here_and_practice_offers_the_tour_once() {
    let begin = |demo, first_of_day, toured| {
        let mut screen = Driver::open(5, &Setting { demo, ..Setting::default() });
        screen.model.begin_sitting(Beginning { first_of_day, toured });
        (screen.model.context() == Context::Today, screen.screen().contains("はじめての方へ"))
    };
    assert_eq!(begin(false, true, false), (true, false));
    assert_eq!(begin(false, false, false), (false, false));
    assert_eq!(begin(true, true, false), (true, true));
    assert_eq!(begin(true, false, true), (false, false));
}

#[test]
fn the_page_at_each_size() {
    for size in [(60, 16), (80, 24), (110, 40), (200, 60)] {
        for language in [Language::Japanese, Language::English] {
            let screen = Driver::with_files(&Setting { size, language, today: true, ..Setting::default() });
            let lines = screen.lines();
            for line in &lines {
                use ratatui::buffer::CellWidth as _;
                assert!(line.as_str().cell_width() <= size.0, "{size:?}: {line}");
            }
            if size.0 > 60 {
                let name = format!("today_{}x{}_{}", size.0, size.1, language.id());
                insta::assert_snapshot!(name, screen.screen());
            }
        }
    }
}
