//! A person's place is kept and taken up again: marks, query, cursor, what lay open, what was being typed.

use proptest::prelude::*;

use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::sitting::{Draft, DraftOf, Sitting, Stood};
use crate::domain::status::{Request, Status};
use crate::messages::Language;
use crate::tui::dialogs::batch::Stage;
use crate::tui::driver::{Driver, Setting};
use crate::tui::layer::Layer;
use crate::tui::message::{Alarm, Effect, Explained, Message};
use crate::tui::resume::sitting;

fn id(n: u32) -> ApplicationId {
    ApplicationId::new(0, n)
}

/// What was handed over to the office, newest last.
fn kept(screen: &Driver) -> Vec<Sitting> {
    screen.memory.sittings.lock().unwrap().kept.iter().map(|(sitting, _)| sitting.clone()).collect()
}

/// The same people at the next start, taken up from the file's own bytes.
fn next_start(screen: &Driver, setting: &Setting) -> Driver {
    let mut session = crate::domain::session::Session::default();
    session.set_sitting(&sitting(&screen.model));
    let left = crate::domain::session::Session::read(&session.bytes()).unwrap().sitting().unwrap();
    let mut next = Driver::open(screen.memory.statuses().len(), setting);
    next.take_up(left);
    next
}

fn again(screen: &Driver) -> Driver {
    next_start(screen, &Setting::default())
}

#[test]
fn the_place_is_handed_over_by_the_alarm_and_never_by_a_key() {
    let mut screen = Driver::with(40);
    screen.send(Message::Woke(Alarm::Keep));
    let (before, set) = (kept(&screen).len(), screen.alarms);
    screen.press("jj  j/山<Enter>kk jkjk");
    assert_eq!((kept(&screen).len(), screen.alarms), (before, set + 1), "one alarm for all these keys");
    screen.send(Message::Woke(Alarm::Keep));
    assert_eq!(kept(&screen).len(), before + 1);
    assert_eq!(kept(&screen).last(), Some(&sitting(&screen.model)));
    screen.press("jk");
    screen.send(Message::Woke(Alarm::Keep));
    assert_eq!(kept(&screen).len(), before + 1, "where one stood before needs no writing");
    assert_eq!(screen.alarms, set + 2);
}

#[test]
fn what_goes_on_takes_the_offer_of_the_tour_back() {
    let practice = Setting { demo: true, tour: true, today: true, ..Setting::default() };
    let mut screen = Driver::open(40, &Setting { tour: false, ..practice });
    screen.press("1  s");
    for _ in 0..7 {
        screen.press("<Down>");
    }
    screen.press("<Enter>書類不備");
    let mut next = next_start(&screen, &practice);
    next.shows("書類不備").hides("はじめての方へ");
    next.press("<Enter>").shows("書類不備").hides("案内 1/8");
    assert_eq!(next.model.list.marks().len(), 2);
}

#[test]
fn a_new_day_begins_with_what_waits_but_not_before_what_was_being_typed() {
    let today = Setting { today: true, ..Setting::default() };
    let mut screen = Driver::with(40);
    screen.press("  /山形<Enter><Enter>");
    let mut next = next_start(&screen, &today);
    next.shows("いま待っている仕事です").shows("前回の続きです: 選択 2件");
    next.press("1").shows("／ 山形").shows("選択 2件");
    assert!(next.model.layers.is_empty(), "the record of yesterday is closed");
    screen.press("<Esc>e<Down><Down><Down><Home>/elsewhere");
    let mut next = next_start(&screen, &today);
    next.shows("ファイルに出力").shows("/elsewhere").hides("いま待っている仕事です");
    next.press("<Esc>0").shows("いま待っている仕事です");
}

#[test]
fn a_slow_disk_gets_no_queue() {
    let mut screen = Driver::with(40);
    screen.send(Message::Woke(Alarm::Keep));
    let before = kept(&screen).len();
    screen.hold();
    for _ in 0..5 {
        screen.press(" ");
        screen.send(Message::Woke(Alarm::Keep));
    }
    assert_eq!(kept(&screen).len(), before + 1);
    screen.release();
    screen.send(Message::Woke(Alarm::Keep));
    assert_eq!(kept(&screen).last().map(|sitting| sitting.marks.len()), Some(5));
}

#[test]
fn query_cursor_line_marks_and_pane_come_back() {
    let mut screen = Driver::open(400, &Setting { part: 10, ..Setting::default() });
    screen.press("   /山形|紅花<Enter><Tab><PageDown><PageDown>kk");
    let (at, line) = (screen.model.list.current(), screen.cursor().y);
    assert!(screen.model.list.top() > 0);
    let mut next = next_start(&screen, &Setting { part: 10, ..Setting::default() });
    assert_eq!((next.model.list.current(), next.cursor().y), (at, line));
    assert_eq!(next.model.list.marks(), screen.model.list.marks());
    assert!(next.model.pane && next.model.search.query == "山形|紅花");
    next.shows("前回の続きです: 選択 3件（A で解除）、検索条件あり（/ で変更）。");
    next.shows("選択 3件");
    next.press("A/<Backspace><Enter>");
    next.hides("前回の続き").hides("選択 3件").shows("400 / 400 件");
}

#[test]
fn a_cursor_whose_application_is_listed_no_longer_stands_nearest() {
    let stood = |n, at| Some(Stood { id: id(n), at, line: 2 });
    let mut screen = Driver::with(40);
    screen.take_up(Sitting { cursor: stood(999, 17), ..Sitting::default() });
    assert_eq!(screen.model.list.cursor(), 17);
    let mut screen = Driver::with(40);
    screen.take_up(Sitting { cursor: stood(999, 4_000), ..Sitting::default() });
    assert_eq!(screen.model.list.cursor(), 39);
    let mut screen = Driver::with(0);
    screen.take_up(Sitting { cursor: stood(999, 4), ..Sitting::default() });
    assert_eq!(screen.model.list.cursor(), 0);
}

#[test]
fn whoever_moves_at_once_isnt_pulled_back() {
    let mut screen = Driver::open(40, &Setting { part: 10, ..Setting::default() });
    screen.hold();
    screen.take_up(Sitting { cursor: Some(Stood { id: id(35), at: 34, line: 3 }), ..Sitting::default() });
    screen.release_one();
    screen.press("j");
    screen.release();
    assert_eq!(screen.model.list.cursor(), 1);
}

#[test]
fn marks_of_applications_that_are_gone_are_dropped_and_it_is_said() {
    let marks: Marks = [id(1), id(2), id(900), id(901)].into_iter().collect();
    let mut screen = Driver::with(10);
    screen.take_up(Sitting { marks, record: Some(id(900)), ..Sitting::default() });
    assert_eq!(screen.model.list.marks().len(), 4 - 2);
    screen.shows("選択 2件").shows("なくなった 2件は選択から外しました。");
    assert!(screen.model.layers.is_empty());
}

#[test]
fn a_batch_opens_again_for_the_same_applications_with_its_reason_and_does_nothing() {
    let mut screen = Driver::with(20);
    screen.press("/状況:未処理<Enter>asjjjjjj<Enter>印影不鮮明");
    let marked = screen.model.list.marks().clone();
    let before = screen.memory.statuses();
    let mut next = again(&screen);
    next.shows("印影不鮮明").shows("補正を求める内容（必須）").shows("未実行");
    assert_eq!(next.memory.statuses(), before);
    let Some(Draft::Batch { request, targets, reason, .. }) = sitting(&next.model).draft else { unreachable!() };
    assert_eq!((request, targets, reason.as_str()), (Request::To(Status::Returned), marked, "印影不鮮明"));
    // Going on is as in any other: Enter goes from the reason over the last day and the way to the button, Enter on it
    // does it.
    next.press("<Enter><Enter><Enter>");
    assert_eq!(next.memory.statuses(), before);
    next.press("<Enter>");
    assert_ne!(next.memory.statuses(), before);
    assert_eq!(sitting(&next.model).draft, None);
}

#[test]
fn the_typed_count_is_not_kept() {
    let mut screen = Driver::with(1_600);
    screen.press("/状況:未処理<Enter>as<Enter>");
    let count = screen.model.list.marks().len();
    screen.press(&count.to_string());
    let before = screen.memory.statuses();
    let mut next = again(&screen);
    next.press("<F12>");
    assert_eq!(next.memory.statuses(), before);
    assert!(matches!(next.model.layers.last(), Some(Layer::Batch(dialog)) if dialog.problem.is_some()));
}

#[test]
fn a_batch_about_the_open_record_is_not_about_the_marks() {
    let mut screen = Driver::with(20);
    screen.press(" <Enter>sjjjjjj<Enter>不足");
    let record = screen.model.record_view().map(|view| view.id);
    let next = again(&screen);
    assert_eq!(next.model.record_view().map(|view| view.id), record);
    let Some(Draft::Batch { targets, .. }) = sitting(&next.model).draft else { unreachable!() };
    assert_eq!(targets.iter().next(), record);
    assert_eq!((targets.len(), next.model.list.marks().len()), (1, 1));
    assert!(!next.model.list.marks().contains(record.unwrap()));
}

#[test]
fn a_batch_that_was_done_all_the_same_shows_so() {
    let targets: Marks = [id(1)].into_iter().collect();
    let draft =
        Draft::Batch { request: Request::To(Status::Returned), targets, reason: "不足".into(), blocks: "1".into() };
    let mut screen = Driver::with(20);
    screen.memory.changes(0, Status::Returned);
    screen.take_up(Sitting { draft: Some(draft), ..Sitting::default() });
    screen.shows("変更なし（すでにこの状況）");
    let before = screen.memory.statuses();
    screen.press("<F12>");
    assert_eq!(screen.memory.statuses(), before);
}

#[test]
fn every_other_draft_opens_again() {
    let mut screen = Driver::with(20);
    screen.press("  e<Right><Right><Down><Right><Down><Right><Down><Ctrl-U>/tmp/半分");
    let left = sitting(&screen.model);
    let Some(Draft::Export { of: DraftOf::View(_), only_shown: true, format, path }) = &left.draft else {
        unreachable!("{left:?}")
    };
    assert_eq!((format.as_str(), path.as_str()), ("csv_for_machines", "/tmp/半分"));
    let next = again(&screen);
    assert_eq!(sitting(&next.model).draft, left.draft);
    assert!(next.memory.exports().is_empty());

    let mut screen = Driver::with(20);
    screen.press("vs朝の<Down> ");
    let next = again(&screen);
    assert_eq!(sitting(&next.model).draft, Some(Draft::View { name: "朝の".into(), private: true }));

    let mut screen = Driver::with(20);
    screen.press("/反映:");
    screen.press("<Backspace>|");
    let next = again(&screen);
    next.shows("反映|").shows("後に言葉が必要です");
    assert!(matches!(next.model.layers.last(), Some(Layer::Search(_))));
    screen.press("<Esc>");
    let next = again(&screen);
    next.shows("反映|").shows("後に言葉が必要です");
    assert!(next.model.layers.is_empty());

    let mut screen = Driver::with(20);
    screen.press("t <Down><Down><Down><Down>令和2年<Down><Down>山");
    let left = sitting(&screen.model);
    assert!(matches!(&left.draft, Some(Draft::Form { chosen, texts }) if !chosen.is_empty() && texts[2] == "山"));
    assert_eq!(sitting(&again(&screen).model).draft, left.draft);

    let mut screen = Driver::with(20);
    screen.press("b");
    let left = sitting(&screen.model);
    assert!(left.books && again(&screen).model.books().is_some());
}

#[test]
fn what_was_opened_before_the_rest_came_stays_on_top() {
    let mut screen = Driver::with(20);
    screen.press(" sjjjjjj<Enter>不足");
    let left = sitting(&screen.model);
    let mut next = Driver::with(20);
    next.hold();
    next.take_up(left);
    next.press("/山");
    next.release();
    assert!(matches!(next.model.layers.last(), Some(Layer::Search(_))));
    next.press("<Esc>");
    next.shows("不足");
}

#[test]
fn a_hangup_waits_until_the_place_is_kept_but_not_for_ever() {
    let mut screen = Driver::with(20);
    screen.press("  sjjjjjj<Enter>不足");
    screen.hold();
    screen.send(Message::Hangup);
    assert_eq!(screen.asked, []);
    screen.press("<F12>");
    assert_eq!(screen.memory.statuses()[0], Status::Unprocessed, "keys mean nothing any more");
    screen.send(Message::Hangup);
    screen.release();
    assert_eq!(screen.asked, [Effect::Quit]);
    let last = kept(&screen).pop().unwrap();
    assert_eq!(last.marks.len(), 2);
    assert!(matches!(last.draft, Some(Draft::Batch { reason, .. }) if reason == "不足"));

    let mut screen = Driver::with(20);
    screen.hold();
    screen.send(Message::Hangup);
    screen.send(Message::Woke(Alarm::Leave));
    assert_eq!(screen.asked, [Effect::Quit]);
}

#[test]
fn an_earlier_answer_isnt_taken_for_the_last_one() {
    let mut screen = Driver::with(20);
    screen.hold();
    screen.press(" ");
    screen.send(Message::Woke(Alarm::Keep));
    screen.press(" q");
    while screen.asked.is_empty() {
        assert!(screen.release_one());
    }
    assert_eq!(kept(&screen).last().map(|sitting| sitting.marks.len()), Some(2));
}

#[test]
fn who_leaves_without_a_place_kept_is_told_first() {
    let mut screen = Driver::with(20);
    let why = Explained { code: "file.unreadable".into(), sentence: "書き込めません。".into() };
    screen.memory.sittings.lock().unwrap().refused = Some(why);
    screen.press(" q");
    assert!(screen.asked.is_empty());
    screen.shows("書き込めません。");
    screen.press("q");
    assert_eq!(screen.asked, [Effect::Quit]);
}

#[test]
fn a_session_that_cant_be_read_is_left_alone() {
    let mut screen = Driver::with(20);
    screen.model.keeping.off();
    screen.press(" ");
    screen.send(Message::Woke(Alarm::Keep));
    screen.press("q");
    assert_eq!((kept(&screen).len(), screen.asked.as_slice()), (0, [Effect::Quit].as_slice()));
}

#[test]
fn leaving_before_the_rest_came_loses_nothing() {
    let mut screen = Driver::with(20);
    screen.hold();
    screen.take_up(Sitting { marks: [id(1)].into_iter().collect(), ..Sitting::default() });
    screen.send(Message::Hangup);
    assert_eq!((kept(&screen).len(), screen.asked.as_slice()), (0, [Effect::Quit].as_slice()));
}

#[test]
fn a_fall_keeps_the_place_and_counts() {
    use crate::tui::message::Errand;
    let mut screen = Driver::with(20);
    screen.take_up(Sitting { query: "山".into(), falls: 1, ..Sitting::default() });
    screen.shows("前回は内部の失敗で閉じました");
    screen.press(" ");
    let falls = |screen: &Driver| match crate::tui::resume::fallen(&screen.model) {
        Some(Errand::KeepSitting(sitting, _)) => Some((sitting.falls, sitting.marks.len())),
        _ => None,
    };
    assert_eq!(falls(&screen), Some((2, 1)));
    screen.send(Message::Woke(Alarm::Keep));
    assert_eq!(falls(&screen), Some((1, 1)), "a place kept in good order ends the row");
}

#[test]
fn the_report_of_a_fall_names_commands_and_no_text() {
    let mut screen = Driver::with(20);
    screen.press(" /山形花子<Enter>sjjjjjj<Enter>不足の書類");
    let facts = crate::tui::trail::facts(&screen.model);
    let text = format!("{facts:?}");
    assert!(text.contains("mark.toggle") && text.contains("batch") && text.contains("80x24"), "{text}");
    assert!(!text.contains("山形") && !text.contains("不足"), "{text}");
}

#[test]
fn the_first_screen_of_a_resumed_sitting() {
    let mut screen = Driver::with(60);
    screen.press("  /山形|紅花<Enter>jj");
    let mut dialog = Driver::with(60);
    dialog.press("/状況:未処理<Enter>asjjjjjj<Enter>印影不鮮明");
    for language in [Language::Japanese, Language::English] {
        for size in [(80, 24), (110, 40), (200, 60)] {
            let setting = Setting { size, language, ..Setting::default() };
            for (name, screen) in [("list", &screen), ("batch", &dialog)] {
                let next = next_start(screen, &setting);
                assert!(
                    next.model
                        .layers
                        .iter()
                        .all(|layer| matches!(layer, Layer::Batch(dialog) if matches!(dialog.stage, Stage::Asking(_))))
                );
                let name = format!("resumed_{name}_{}x{}_{}", size.0, size.1, language.id());
                insta::assert_snapshot!(name, next.screen());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn whatever_lay_open_is_taken_up_and_nothing_is_done_by_it(
        keys in prop::collection::vec(prop::sample::select(vec![
            "j", " ", "a", "A", "s", "jjjjjj", "<Enter>", "<Tab>", "<Esc>", "e", "v", "vs", "t", "b", "/", "|", "山", "o",
            "c", "?", "<Down>", "<Right>", "m", "r", "f", "<F4>", "<F8>",
        ]), 1..30),
    ) {
        let mut screen = Driver::with(130);
        for keys in keys {
            screen.press(keys);
        }
        let next = again(&screen);
        let fresh = Driver::with(130);
        prop_assert_eq!(next.memory.statuses(), fresh.memory.statuses());
        prop_assert_eq!(next.memory.reflections(), fresh.memory.reflections());
        prop_assert!(next.memory.exports().is_empty() && next.model.layers.len() <= 3);
        // What a batch finds done, and the cursor of a list that is listed anew, are all that may differ.
        let (left, found) = (sitting(&screen.model), sitting(&next.model));
        prop_assert_eq!((&found.marks, &found.query, found.record), (&left.marks, &left.query, left.record));
    }
}
