//! The list: searching, marking, reading, moving.

use crate::tui::driver::{Driver, Setting};
use crate::tui::keymap::Key;
use crate::tui::message::{Effect, Message};

#[test]
fn typing_follows_each_key_and_enter_gives_the_keys_back() {
    let mut screen = Driver::with(40);
    screen.press("/");
    screen.press("紅");
    screen.shows("5 / 40 件");
    screen.press("花<Enter>");
    screen.shows("／ 紅花").shows("(株)紅花商会").hides("最上");
    screen.press("j");
    assert_eq!(screen.model.list.cursor(), 1);
    assert_eq!(screen.model.search.query, "紅花");
}

#[test]
fn an_old_query_is_selected_and_typing_replaces_it() {
    let mut screen = Driver::with(40);
    screen.press("/紅花<Esc>/最上<Esc>");
    assert_eq!(screen.model.search.query, "最上");
    screen.press("/<End> 次郎<Enter>");
    assert_eq!(screen.model.search.query, "最上 次郎");
}

#[test]
fn a_wrong_query_says_what_is_expected_and_the_last_good_result_stays() {
    let mut screen = Driver::with(40);
    screen.press("/紅花");
    let before = screen.model.list.ids().to_vec();
    screen.press("|");
    screen.shows("後に言葉が必要です");
    assert_eq!(screen.model.list.ids(), before);
    assert_eq!(screen.model.search.query, "紅花");
    screen.press("<Backspace>");
    screen.hides("後に言葉が必要です");
}

#[test]
fn the_caret_stands_in_the_search_line_and_then_at_the_row() {
    let mut screen = Driver::with(40);
    screen.press("/山形");
    let caret = screen.cursor();
    assert_eq!((caret.x, caret.y), (4 + 4, 2));
    screen.press("<Enter>");
    assert_eq!(screen.cursor().y, 4);
}

#[test]
fn space_marks_and_goes_on_also_with_the_ime_on() {
    let mut screen = Driver::with(40);
    screen.press(" \u{3000}");
    assert_eq!((screen.model.list.marks().len(), screen.model.list.cursor()), (2, 2));
    screen.shows("選択 2件");
    screen.press("<Up> ");
    assert_eq!(screen.model.list.marks().len(), 1);
}

#[test]
fn a_marks_all_that_match_and_marks_survive_the_next_search() {
    let mut screen = Driver::with(400);
    screen.press("/紅花<Enter>a");
    screen.shows("選択 50件");
    screen.press("/最上<Enter>");
    screen.shows("選択 50件（うち画面外 50件）");
    screen.press("/<Backspace><Enter>");
    screen.shows("400 / 400 件   選択 50件");
    screen.press("i");
    screen.shows("選択 350件");
    screen.press("A");
    screen.hides("件   選択 ");
}

#[test]
fn marking_all_waits_for_a_result_that_still_comes_in() {
    let mut screen = Driver::open(400, &Setting { part: 100, ..Setting::default() });
    screen.hold();
    screen.press("/<Backspace>山形<Enter>a");
    screen.shows("検索が終わりしだい");
    assert_eq!(screen.model.list.marks().len(), 0);
    screen.release();
    screen.shows("該当する 50件すべてを選択しました");
    assert_eq!(screen.model.list.marks().len(), 50);
}

#[test]
fn parts_of_an_earlier_search_never_show() {
    let mut screen = Driver::with(80);
    screen.hold();
    screen.press("/紅花");
    screen.press("<Backspace><Backspace>最上");
    screen.release();
    screen.shows("／ 最上").hides("紅花商会");
    assert_eq!(screen.model.list.ids().len(), 10);
}

#[test]
fn rows_that_are_not_read_yet_show_a_placeholder() {
    let mut screen = Driver::with(400);
    screen.hold();
    screen.press("<End>");
    screen.shows("読み込んでいます");
    screen.release();
    screen.hides("読み込んでいます");
}

#[test]
fn the_list_never_asks_for_more_than_the_window() {
    let mut screen = Driver::with(3_000);
    screen.press("<End><Home><PageDown>");
    let known = screen.model.list.ids().iter().filter(|id| screen.model.list.row(**id).is_some()).count();
    assert!(known <= 3 * 24, "{known}");
}

#[test]
fn what_a_colleague_brings_shows_up_and_the_cursor_stays_on_its_row() {
    let mut screen = Driver::with(100);
    screen.press("<PageDown><PageDown>");
    let (held, line) = (screen.model.list.current(), screen.cursor().y);
    screen.memory.arrives();
    screen.send(Message::StoreChanged);
    assert_eq!((screen.model.list.current(), screen.cursor().y), (held, line));
    screen.shows("101 / 101 件").shows("申込 101");
    screen.press("<Home>");
    screen.shows("新着 太郎");
}

#[test]
fn the_pane_follows_and_the_full_view_goes_from_one_to_the_next() {
    let mut screen = Driver::open(40, &Setting { size: (110, 40), ..Setting::default() });
    screen.press("<Tab>");
    screen.shows("■ 利用日時").shows("person0@example.jp");
    screen.press("j");
    screen.shows("person1@example.jp");
    screen.press("<Enter>");
    screen.shows("〓〔外字 F040〕").shows("（空欄）").shows("（項目なし）").shows("操作履歴");
    screen.press("]");
    screen.shows("person2@example.jp");
    screen.press("[[[");
    screen.shows("person0@example.jp").shows("これが最初の申込です");
    screen.press("<Esc>");
    assert!(screen.model.layers.is_empty());
}

#[test]
fn a_record_that_is_gone_says_so_and_is_not_asked_for_again_and_again() {
    let mut screen = Driver::with(4);
    screen.hold();
    screen.press("<Enter>");
    let id = screen.model.list.current().unwrap();
    screen.send(Message::Record(id, None));
    screen.shows("この申込は見つかりません");
}

#[test]
fn a_narrow_screen_says_that_the_pane_has_no_room() {
    let mut screen = Driver::with(4);
    screen.press("<Tab>");
    screen.shows("Enter を押すと");
}

#[test]
fn kana_in_the_list_gets_a_hint_and_a_paste_runs_nothing() {
    let mut screen = Driver::with(4);
    screen.press("あ");
    screen.shows("日本語入力がオンです");
    screen.send(Message::Paste("aaaq".to_owned()));
    screen.shows("貼り付けは検索の中で使えます");
    assert_eq!(screen.model.list.marks().len(), 0);
    assert!(screen.asked.is_empty());
    screen.press("ｊ");
    assert_eq!(screen.model.list.cursor(), 1);
}

#[test]
fn sorting_goes_round_and_keeps_the_cursor_on_its_application() {
    let mut screen = Driver::with(40);
    screen.press("jj");
    let held = screen.model.list.current();
    for title in ["申込日時（昇順）", "整理番号（昇順）", "（昇順）", "処理状況（昇順）", "申込日時（降順）"]
    {
        screen.press("<Ctrl-O>");
        assert_eq!(screen.model.list.current(), held);
        assert!(screen.model.list.is_whole(), "{title}");
    }
    assert_eq!(screen.model.list.sort, crate::tui::message::Sort::default());
}

#[test]
fn hostile_names_reach_the_screen_as_symbols_only() {
    let mut screen = Driver::open(40, &Setting { size: (110, 40), ..Setting::default() });
    screen.press("/庄内");
    screen.shows("庄内\u{241b}[31m");
    screen.press("<Enter><Enter>");
    screen.shows("<202E>");
    assert!(!screen.screen().contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn q_leaves_from_the_list_only_and_redraw_and_suspend_are_asked_for() {
    let mut screen = Driver::with(4);
    screen.model.surroundings.locking.asks = false;
    screen.press("<Enter>q");
    assert!(screen.asked.is_empty());
    screen.press("<Esc><Ctrl-L><Ctrl-Z>q");
    assert_eq!(screen.asked, [Effect::Redraw, Effect::Suspend, Effect::Quit]);
    let mut screen = Driver::with(4);
    screen.send(Message::Hangup);
    assert_eq!(screen.asked, [Effect::Quit]);
}

#[test]
fn an_empty_list_says_why_commands_do_nothing() {
    let mut screen = Driver::with(0);
    screen.shows("該当する申込はありません");
    screen.press("s");
    screen.shows("対象の申込がありません");
    screen.press("a");
    screen.shows("一覧に申込がないため");
}

#[test]
fn a_search_that_fails_keeps_what_is_there() {
    let mut screen = Driver::open(400, &Setting { part: 10, ..Setting::default() });
    screen.hold();
    screen.press("<F5><Ctrl-C>");
    assert_eq!(screen.asked, [Effect::Cancel(crate::tui::message::Work::Search)]);
    let sentence = "検索を中止しました。".to_owned();
    let why = crate::tui::message::Explained { code: "search.stopped".to_owned(), sentence };
    screen.send(Message::SearchFailed(2, why));
    screen.shows("検索を中止しました").shows("400 / 400 件");
    assert!(screen.model.work.is_empty());
    let key = Key::parse("Ctrl-C").unwrap();
    screen.send(Message::Key(key));
    screen.shows("止める処理はありません");
}
