//! 電話照会 on the screen: the line, 本人確認 before anything is told, 応対記録 and 折返し, who looked.

use crate::messages::Language;
use crate::tui::driver::{Driver, Setting, memory_phone::BUSY};

fn opened(setting: &Setting) -> Driver {
    let screen = Driver::open(20, setting);
    screen.memory.in_kanji();
    screen
}

#[test]
fn a_caller_is_found_identified_and_answered() {
    let mut screen = opened(&Setting::default());
    screen.press("P").shows("お電話の方").shows("折返しを待っている方はいません");
    screen.press("7919").shows("候補 1件");
    insta::assert_snapshot!("phone_found_80x24_ja", screen.screen());
    screen.press("<Enter>").shows("本人確認").hides("お答えできること");
    screen.press("<Enter>").shows("本人確認が足りません").hides("お答えできること");
    screen.press("<Space><Down><Space>").shows("[x] 整理番号").shows("[x] フリガナ");
    insta::assert_snapshot!("phone_identity_80x24_ja", screen.screen());
    screen.press("<Enter>").shows("お答えできること").shows("お答えできないこと");
    insta::assert_snapshot!("phone_answer_80x24_ja", screen.screen());
    screen.press("<Esc>").shows("お電話の方").hides("お答えできること");
    screen.press("<Esc>").hides("お電話の方");
}

#[test]
fn calls_stay_and_a_callback_waits_until_one_answers_it() {
    let mut screen = opened(&Setting::default());
    screen.press("P7919<Enter><Space><Space><Enter>").shows("まだありません");
    screen.press("c").shows("折返し先・時間");
    screen.press("<F12>").shows("都合のよい時間を入力してください");
    screen.press("090-1111-2222<Space>夕方<Enter>進み具合<F12>").shows("折返しを受け付けました");
    screen.shows("折返し待ち: 090-1111-2222 夕方").hides("本人確認なし");
    screen.press("r").shows("応えた折返し").shows("090-1111-2222 夕方");
    insta::assert_snapshot!("phone_call_80x24_ja", screen.screen());
    screen.press("伝えた<Up><Down><Enter><F12>").shows("応対記録を残しました").shows("折返し済み: 090-1111-2222 夕方");
}

#[test]
fn the_record_on_the_screen_is_taken_and_says_who_looked() {
    let setting = Setting { size: (200, 60), language: Language::English, ..Setting::default() };
    let mut screen = opened(&setting);
    screen.press("<Enter>P").shows("Who is it?");
    screen.press("<Space><Space><Enter>").shows("What may be told");
    insta::assert_snapshot!("phone_answer_200x60_en", screen.screen());
    screen.press("V").shows("opened it for a caller");
    insta::assert_snapshot!("looks_200x60_en", screen.screen());
    screen.press("<Esc>").shows("What may be told");
    screen.press("rAsked when<F12>").shows("The call was written down");
    screen.press("<Esc><Esc>").hides("What may be told").shows("Calls (for staff)").shows("Asked when");
}

#[test]
fn what_cannot_be_looked_for_says_why_and_opens_nothing() {
    let mut screen = opened(&Setting::default());
    screen.press("P").press(BUSY).shows("取込が動いています");
    screen.press("<Enter>").hides("本人確認");
    screen.press("<Backspace>").shows("該当する申込がありません");
    screen.press("<Enter>").hides("本人確認");
    screen.press("<Ctrl-U>").shows("折返しを待っている方はいません");
}

#[test]
fn whoever_waits_for_a_callback_stands_in_today_and_in_the_empty_line() {
    let mut screen = opened(&Setting::default());
    screen.press("P7919<Enter>c090<Enter>用件<F12><Esc><Esc>");
    screen.press("0").shows("折返し待ち");
    screen.press("P").shows("折返し待ち 1件").shows("【折返し待ち】");
}
