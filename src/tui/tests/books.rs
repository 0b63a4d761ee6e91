//! The two books by keys: 要確認 decided, 反映待ち worked along its blocks, the 反映用一覧 written.

use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::messages::Language;
use crate::tui::books::Place;
use crate::tui::driver::{Driver, Setting};
use crate::tui::message::Message;

fn reflection(screen: &Driver, wanted: Reflection) -> usize {
    screen.memory.reflections().into_iter().filter(|found| *found == wanted).count()
}

#[test]
fn the_page_leads_from_the_groups_to_an_application_and_back() {
    let mut screen = Driver::with(20);
    screen.press("b").shows("要確認 4件   反映待ち 4件").shows("1-1").shows("仮受付へ（etumo）").shows("2-1");
    screen.press("<Down><Enter>").shows("反映待ち 1-1   仮受付へ").shows("100000023757").shows("未処理");
    screen.press("<Enter>").shows("100000023757").hides("反映待ち 1-1");
    screen.press("]").shows("100000102947");
    screen.press("<Esc>").shows("反映待ち 1-1");
    assert_eq!(screen.model.books().unwrap().cursor, 1, "the cursor has gone along");
    screen.press("<Esc>").shows("要確認 4件   反映待ち 4件");
    screen.press("<Esc>");
    assert!(screen.model.layers.is_empty());
}

#[test]
fn one_is_decided_at_once_and_taken_back() {
    let mut screen = Driver::with(20);
    screen.press("<Ctrl-B><Enter>").shows("要確認 4件   選択 0件").shows("関所の状況").shows("元システム  ");
    let before = screen.memory.statuses();
    assert_ne!(before[4], Status::Unprocessed);
    screen.press("m").shows("1件を元システムの状況に合わせました。u 元に戻す").shows("要確認 3件");
    assert_eq!(screen.memory.statuses()[4], Status::Unprocessed);
    screen.press("<F8>").shows("1件の関所の状況を残しました。反映待ちです。").shows("要確認 2件");
    assert_eq!(screen.memory.statuses()[9], before[9]);
    assert_eq!((reflection(&screen, Reflection::Check), reflection(&screen, Reflection::Pending)), (2, 5));
    screen.press("uu").shows("1件を元に戻しました");
    assert_eq!(screen.memory.statuses(), before);
    screen.press("<Esc>").shows("反映待ち 6件");
}

#[test]
fn several_are_asked_about_first() {
    let mut screen = Driver::with(30);
    screen.press("b<Enter>a").shows("選択 6件");
    screen.press("m").shows("6件を元システムの状況に合わせます").shows("未処理  6件").shows("[ 6件を合わせる ]");
    screen.press("<Esc>").shows("選択 6件");
    assert_eq!(reflection(&screen, Reflection::Check), 6, "nothing happens before the button");
    screen.press("A  n").shows("2件の関所の状況を残します").shows("[ 2件を残す ]");
    screen.press("<Enter>").shows("2件の関所の状況を残しました").shows("要確認 4件   選択 0件");
}

#[test]
fn from_a_hundred_on_the_count_is_typed() {
    let mut screen = Driver::with(500);
    screen.press("b<Enter>am").shows("確認のため件数（100）を入力");
    screen.press("9<Enter><Enter>").shows("件数が一致しません");
    assert_eq!(reflection(&screen, Reflection::Check), 100);
    screen.press("<Backspace>100<F12>").shows("100件を元システムの状況に合わせました");
    screen.shows("要確認 0件   反映待ち 100件");
    assert_eq!(screen.model.books().unwrap().place, Place::Groups, "nothing is left to decide");
}

#[test]
fn what_moved_since_it_was_shown_is_left_and_named() {
    let mut screen = Driver::with(20);
    screen.press("b<Enter>");
    screen.memory.changes(4, Status::Withdrawn);
    screen.press("m").shows("0件を元システムの状況に合わせました").shows("1件は変更していません");
    assert_eq!(screen.memory.statuses()[4], Status::Withdrawn);
    screen.press("<Ctrl-N>").shows("表示のあとに変更されたため");
}

#[test]
fn the_list_is_written_and_says_what_to_do_next() {
    let mut screen = Driver::with(20);
    screen.press("be").shows("反映用一覧の出力").shows("反映待ち 4件を").shows("/out/反映用一覧_20261120-1605.csv");
    screen.press("<Enter><Enter>").shows("反映用一覧（4件）を出力しました").hides("反映用一覧の出力");
    assert_eq!(screen.memory.exports(), [("/out/反映用一覧_20261120-1605.csv".to_owned(), 4)]);
    screen.press("<Ctrl-N>").shows("保存先: /out/反映用一覧_20261120-1605.csv");
    screen
        .press("<Esc><Ctrl-E><Home>/no-such-folder<F12>")
        .shows("保存先のフォルダーがありません")
        .shows("反映用一覧の出力");
}

#[test]
fn a_change_of_the_store_leaves_the_cursor_on_its_row_and_keeps_the_marks() {
    let mut screen = Driver::with(500);
    screen.press("b<Enter>  <PageDown><PageDown><Up>");
    let held = screen.model.books().unwrap().current();
    let line = |screen: &Driver| screen.lines().iter().position(|line| line.contains('▶')).unwrap();
    let before = line(&screen);
    screen.memory.arrives();
    screen.memory.settles_elsewhere(4);
    screen.send(Message::StoreChanged);
    assert_eq!((screen.model.books().unwrap().current(), line(&screen)), (held, before));
    screen.shows("要確認 99件   選択 1件");
}

#[test]
fn keys_that_mean_nothing_here_say_so() {
    let mut screen = Driver::with(20);
    screen.press("bm").shows("要確認の申込の上で使えます");
    let mut screen = Driver::with(1);
    screen.press("b").shows("二つの帳簿に違いはありません");
    screen.press("<Enter>e").shows("反映待ちの申込がありません");
}

#[test]
fn the_page_at_each_size() {
    for size in [(60, 16), (80, 24), (120, 40)] {
        for language in [Language::Japanese, Language::English] {
            for keymap in ["default", "function-keys"] {
                let mut screen = Driver::open(600, &Setting { size, language, keymap, ..Setting::default() });
                let name = |what: &str| format!("{what}_{}x{}_{}", size.0, size.1, language.id());
                let pinned = keymap == "default" && size.0 == 80;
                for (what, keys) in [
                    ("books", "<Ctrl-B>"),
                    ("books_check", "<Enter><Space><Down><Space>"),
                    ("books_settle", "<F4>"),
                    ("books_block", "<Esc><Esc><Down><Enter>"),
                    ("books_list", "<Ctrl-E>"),
                ] {
                    screen.press(keys);
                    let lines = screen.lines();
                    for line in &lines {
                        use ratatui::buffer::CellWidth as _;
                        assert!(line.as_str().cell_width() <= size.0, "{what} {size:?}: {line}");
                    }
                    assert!(!lines[lines.len() - 1].is_empty(), "{what} {size:?}: no keys are shown");
                    if pinned {
                        insta::assert_snapshot!(name(what), screen.screen());
                    }
                }
            }
        }
    }
}
