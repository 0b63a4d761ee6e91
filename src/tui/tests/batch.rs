//! The batch dialog: first the effect, then the question.

use crate::domain::status::Status;
use crate::tui::driver::{Driver, Setting};
use crate::tui::message::Message;

fn count(screen: &Driver, status: Status) -> usize {
    screen.memory.statuses().into_iter().filter(|found| *found == status).count()
}

#[test]
fn many_are_accepted_and_taken_back_and_accepted_again() {
    let mut screen = Driver::with(60);
    screen.press("/状況:未処理<Enter>a");
    assert_eq!((count(&screen, Status::Unprocessed), screen.model.list.marks().len()), (6, 6));
    screen.press("s<Enter>");
    screen.shows("受理（返信未）へ").shows("受理 → 完了（返信不要）").shows("[ 6件を受理する ]");
    assert_eq!(count(&screen, Status::Unprocessed), 6, "nothing happens before the button");
    screen.press("<Enter>");
    screen.shows("6件を受理しました。u 元に戻す");
    assert_eq!(count(&screen, Status::Unprocessed), 0);
    screen.press("u");
    screen.shows("6件を元に戻しました");
    assert_eq!(count(&screen, Status::Unprocessed), 6);
    screen.press("<Ctrl-R>");
    screen.shows("6件をやり直しました");
    assert_eq!(count(&screen, Status::Unprocessed), 0);
    screen.press("uu");
    screen.shows("元に戻す変更はありません");
}

#[test]
fn without_marks_the_row_under_the_cursor_is_meant() {
    let mut screen = Driver::with(20);
    screen.press("s<Enter><F12>");
    assert_eq!(screen.memory.statuses()[0], Status::AcceptedUnreplied);
    assert_eq!(count(&screen, Status::Unprocessed), 1);
}

#[test]
fn the_open_record_is_meant_whatever_is_marked() {
    let mut screen = Driver::with(20);
    screen.press("a<Enter>s");
    screen.shows("（1件）");
}

#[test]
fn a_second_enter_in_the_reason_never_executes() {
    let mut screen = Driver::with(20);
    screen.press("s");
    for _ in 0..7 {
        screen.press("j");
    }
    screen.press("<Enter>");
    screen.shows("不受理の理由（必須）").shows("[ 1件を不受理にする ]");
    screen.press("書類不備");
    let caret = screen.cursor();
    screen.press("<Enter>");
    assert_ne!(screen.cursor(), caret, "the button has the keys now");
    assert_eq!(screen.memory.statuses()[0], Status::Unprocessed);
    screen.press("<Enter>");
    assert_eq!(screen.memory.statuses()[0], Status::Rejected);
}

#[test]
fn a_missing_reason_is_asked_for_at_its_field() {
    let mut screen = Driver::with(20);
    screen.press("sjjjjjj<Enter><F12>");
    screen.shows("理由が必要です").shows("補正を求める内容（必須）");
    assert_eq!(screen.memory.statuses()[0], Status::Unprocessed);
    screen.press("印影不鮮明<F12>");
    assert_eq!(screen.memory.statuses()[0], Status::Returned);
}

#[test]
fn those_that_cannot_be_moved_are_named_with_their_reason_and_x_takes_them_out() {
    let mut screen = Driver::open(20, &Setting { size: (110, 40), ..Setting::default() });
    screen.press("as<Enter>");
    screen.shows("対象外").shows("対象 20 件").shows("完了の申込は、元の状況（未処理）へ戻すことだけができます");
    let marked = screen.model.list.marks().len();
    screen.shows("F8 対象から外す");
    screen.press("<F8>");
    screen.hides("対象外  ").hides("戻すことだけが");
    assert!(screen.model.list.marks().len() < marked);
    screen.press("<Tab>");
    screen.shows("未処理 > 受理（返信未）");
    let before = screen.model.list.marks().len();
    screen.press("x");
    assert_eq!(screen.model.list.marks().len(), before - 1);
    screen.press("<Esc>");
    screen.shows("件を受理する ]");
    screen.press("<Esc>");
    assert!(screen.model.layers.is_empty());
    assert_eq!(count(&screen, Status::Unprocessed), 2);
}

#[test]
fn what_was_left_alone_is_listed_in_the_messages() {
    let mut screen = Driver::with(20);
    screen.press("as<Enter>再送のため<F12>");
    screen.shows("件は変更していません");
    screen.press("<Ctrl-N>");
    screen.shows("お知らせの一覧").shows("完了の申込は、元の状況（未処理）へ戻すことだけ");
}

#[test]
fn what_a_colleague_changed_since_is_left_and_named() {
    let mut screen = Driver::with(20);
    screen.press("s<Enter>");
    screen.memory.changes(0, Status::Provisional);
    screen.press("<Enter>");
    assert_eq!(screen.memory.statuses()[0], Status::Provisional);
    screen.press("<Ctrl-N>");
    screen.shows("表示のあとに変更されたため");
}

#[test]
fn from_a_hundred_on_the_count_is_typed() {
    let mut screen = Driver::with(1_000);
    screen.press("/状況:未処理<Enter>as<Enter>");
    screen.shows("確認のため件数（100）を入力");
    screen.press("<Enter><Enter>");
    screen.shows("件数が一致しません");
    assert_eq!(count(&screen, Status::Unprocessed), 100);
    screen.press("１００<F12>");
    screen.shows("100件を受理しました");
    assert_eq!(count(&screen, Status::Unprocessed), 0);
}

#[test]
fn withdrawal_is_for_one_at_a_time() {
    let mut screen = Driver::with(20);
    screen.press("as<End><Enter>");
    screen.shows("取下げは1件ずつ");
    screen.press("<Esc>As<End><Enter>");
    screen.shows("取下げの事由（必須）").shows("申出日 2026-11-20");
    screen.press("x<Enter>電話<Enter>転居しないため<F12>").shows("申出日 x");
    screen.press("<Backspace>2026-11-19<F12>").shows("1件を取下げにしました");
}

#[test]
fn what_is_sent_back_may_say_until_when_and_how_it_was_told() {
    // 返却中 is the seventh of the menu; the first application of the stage is 未処理.
    let choose = "s<Down><Down><Down><Down><Down><Down><Enter>";
    let mut screen = Driver::with(20);
    screen.press(choose);
    screen.shows("補正を求める内容（必須）").shows("補正の期限（なくてもよい）");
    screen.press("写しがない<Enter>いつか<F12>").shows("いつか");
    assert_eq!(screen.model.layers.len(), 1, "a day that can't be read is asked for again");
    screen.press("<Backspace><Backspace><Backspace>2026-12-04<Enter>鳩<F12>").shows("方法を書いてください");
    screen.press("<Backspace>電話<F12>").shows("1件を返却中にしました");
    let mut screen = Driver::with(20);
    screen.press(choose).shows("補正を求める内容（必須）");
    screen.press("写しがない<F12>").shows("1件を返却中にしました");
}

#[test]
fn an_answer_to_an_earlier_question_is_dropped() {
    let mut screen = Driver::with(20);
    screen.hold();
    screen.press("s<Enter><Esc>sj<Enter>");
    screen.shows("影響を調べています");
    screen.release();
    screen.shows("未処理にする");
}

#[test]
fn a_change_that_is_being_written_cannot_be_closed_away_and_leaving_asks() {
    let mut screen = Driver::with(20);
    screen.press("s<Enter>");
    screen.hold();
    screen.press("<Enter><Esc>");
    assert_eq!(screen.model.layers.len(), 1);
    screen.release_one();
    screen.shows("変更中 25%");
    screen.release();
    assert!(screen.model.layers.is_empty());
    screen.hold();
    screen.press("uq");
    screen.shows("処理がまだ終わっていません");
    assert!(screen.asked.is_empty());
    screen.press("<F12>");
    screen.release();
    assert_eq!(screen.asked.last(), Some(&crate::tui::message::Effect::Quit));
}

#[test]
fn a_batch_that_fails_stands_again_with_the_sentence() {
    let mut screen = Driver::with(20);
    screen.press("s<Enter>");
    screen.hold();
    screen.press("<Enter>");
    let why =
        crate::tui::message::Explained { code: "store.busy".to_owned(), sentence: "使用中です。".to_owned() };
    screen.send(Message::BatchDone(Err(why)));
    screen.shows("使用中です。").shows("[ 1件を受理する ]");
    assert!(!screen.model.writes());
}

#[test]
fn after_a_batch_the_marks_stay_and_the_message_says_so() {
    for (language, stays) in [
        (crate::messages::Language::Japanese, "u 元に戻す  選択 6件は残っています（A で解除）"),
        (crate::messages::Language::English, "u undo  6 stay marked (A unmarks)"),
    ] {
        let mut screen = Driver::open(60, &Setting { language, ..Setting::default() });
        screen.press("/status:unprocessed<Enter>as<Enter><F12>").shows(stays);
        screen.press("A").hides(stays);
        assert!(screen.model.list.marks().is_empty());
    }
    // Of an application that isn't marked nothing is said about marks.
    let mut screen = Driver::with(60);
    screen.press(" js<Esc>A<Down>s<Enter><F12>").shows("受理しました").hides("残っています");
}
