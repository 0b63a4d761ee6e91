//! Plain mode: keys in, lines out.

use proptest::prelude::*;

use super::go_to;
use crate::command::{COMMANDS, CommandId, Context};
use crate::domain::status::Status;
use crate::messages::Language;
use crate::office::view::BatchOutcome;
use crate::tui::driver::{Driver, Intake, Setting};
use crate::tui::keymap::{Code, Key};
use crate::tui::message::{Message, Progress, Work};

const JA: Language = Language::Japanese;

fn plain(people: usize, language: Language) -> Driver {
    Driver::plain(people, &Setting { language, ..Setting::default() })
}

/// What is heard after some keys, line by line.
fn hears(screen: &mut Driver, keys: &str) -> Vec<String> {
    screen.heard();
    screen.press(keys);
    lines(screen)
}

fn lines(screen: &mut Driver) -> Vec<String> {
    let heard = screen.heard();
    assert!(!heard.contains('\u{1b}'), "{heard:?}");
    heard.split("\r\n").map(str::to_owned).filter(|line| !line.is_empty()).collect()
}

/// The number before a line of the menu that was heard last.
#[track_caller]
fn number(heard: &[String], title: &str) -> String {
    let line = heard.iter().find(|line| line.split_once(' ').is_some_and(|(_, rest)| rest.starts_with(title)));
    let line = line.unwrap_or_else(|| panic!("{title} in {heard:#?}"));
    line.split_once(' ').unwrap().0.to_owned()
}

#[test]
fn one_is_greeted_and_each_move_is_one_line() {
    let mut screen = plain(20, JA);
    assert_eq!(
        lines(&mut screen),
        [
            "関所 【LGWAN】 市民課 山形花子（端末 lgwan-01）",
            "読み上げ表示。? 機能の一覧、Ctrl-L 今の行をもう一度、続けて押すと全体を読みます。",
            "20 / 20 件、未処理 2",
            "要確認 4、反映待ち 4",
            "1/20 100000000000、山形 花子、Web会議ツール利用申込書、11-18 20:06、未処理",
        ]
    );
    assert_eq!(hears(&mut screen, "j"), ["2/20 100000007919、髙橋 一郎、道路占用許可申請書、11-18 19:06、完了"]);
    assert_eq!(hears(&mut screen, "<End>").len(), 1);
    let last = hears(&mut screen, "j");
    assert!(last[0].starts_with("20/20 "), "the end is said again: {last:?}");
    let mut screen = plain(20, Language::English);
    let heard = lines(&mut screen);
    assert_eq!(
        heard[1],
        "Plain mode. ? lists the commands, Ctrl-L says the line again; pressed twice, it reads everything."
    );
    assert!(heard[4].starts_with("1/20 100000000000, 山形 花子, "), "{heard:?}");
}

#[test]
fn hostile_text_is_heard_as_symbols() {
    let mut screen = plain(20, JA);
    let heard = hears(&mut screen, "/庄内<Enter>");
    assert!(heard.concat().contains("庄内\u{241b}[31m 三郎<202E>"), "{heard:?}");
    let heard = hears(&mut screen, "<Enter>");
    assert!(heard.contains(&"参加者の氏名: 渡邉 〓〔外字 F040〕子".to_owned()), "{heard:?}");
}

#[test]
fn a_search_is_echoed_and_its_count_comes_once_it_is_whole() {
    let mut screen = plain(40, JA);
    screen.heard();
    screen.press("/");
    assert_eq!(screen.heard(), "検索: ");
    screen.press("紅形");
    assert_eq!(screen.heard(), "紅形", "no count for each key");
    screen.press("<Backspace>花");
    assert_eq!(screen.heard(), "\u{8} \u{8}\u{8} \u{8}花");
    let heard = hears(&mut screen, "<Enter>");
    assert_eq!(heard[0], "5 / 40 件、未処理 4");
    assert!(heard[1].starts_with("申込一覧 1/5 ") && heard.len() == 2, "{heard:?}");
    screen.press("/");
    assert_eq!(screen.heard(), "検索 (紅花): ", "the old query is named; typing replaces it");
    screen.press("山形|");
    assert_eq!(screen.heard(), "山形|");
    let heard = hears(&mut screen, "<Enter>");
    assert!(heard[0].starts_with("誤り: ") && heard[0].contains("後に言葉が必要です"), "{heard:?}");
}

#[test]
fn marks_are_told_by_their_counts_and_by_a_word_in_their_rows() {
    let mut screen = plain(20, JA);
    let heard = hears(&mut screen, " ");
    assert_eq!(heard[0], "選択 1件");
    assert!(heard[1].starts_with("2/20 1"), "{heard:?}");
    assert!(hears(&mut screen, "k")[0].starts_with("1/20 選択 100000000000、"));
    screen.press("/紅花<Enter>");
    assert_eq!(hears(&mut screen, "a"), ["選択 4件（うち画面外 1件）"]);
    assert_eq!(hears(&mut screen, "A")[0], "選択 0件");
}

#[test]
fn the_main_job_goes_by_numbers_alone() {
    for language in [JA, Language::English] {
        let mut screen = plain(30, language);
        let before = screen.memory.statuses();
        screen.press("/処理状況:未処理<Enter>");
        let title = |screen: &Driver, id: CommandId| screen.model.words.text(&id.command().title_key()).to_owned();
        let run = |screen: &mut Driver, id: CommandId| {
            let menu = hears(screen, "<F1>");
            let number = number(&menu, &title(screen, id));
            hears(screen, &format!("{number}<Enter>"))
        };
        run(&mut screen, CommandId::MarkAll);
        assert_eq!(screen.model.list.marks().len(), 3);
        let menu = run(&mut screen, CommandId::SetStatus);
        let accept = number(&menu, screen.model.words.text("status.accept"));
        let asked = hears(&mut screen, &format!("{accept}<Enter>"));
        let button = screen.model.words.fill("batch.button.accept", &[("count", "3".to_owned())]);
        assert_eq!(asked.last().unwrap(), &screen.model.words.fill("plain.button", &[("title", button)]));
        let heard = hears(&mut screen, "<Enter>");
        assert_ne!(screen.memory.statuses(), before);
        assert!(heard[0].contains('3') && heard[0].starts_with(if language == JA { "お知らせ: " } else { "Note: " }));
        run(&mut screen, CommandId::Undo);
        assert_eq!(screen.memory.statuses(), before);
        run(&mut screen, CommandId::Quit);
        assert_eq!(screen.asked, [crate::tui::message::Effect::Quit]);
    }
}

#[test]
fn a_batch_says_its_effect_then_asks_and_what_is_wrong_is_said_each_time() {
    let mut screen = plain(20, JA);
    screen.press("/処理状況:未処理<Enter>s");
    let heard = hears(&mut screen, "8<Enter>");
    assert!(heard.contains(&"不受理にする".to_owned()) && heard.contains(&"不受理へ  1 件".to_owned()), "{heard:?}");
    assert_eq!(heard.last().unwrap(), "不受理の理由（必須）: ");
    assert_eq!(hears(&mut screen, "<Enter>"), ["ボタン 1件を不受理にする"]);
    let problem = "誤り: 理由が必要です。理由を入力してから実行してください。";
    assert_eq!(hears(&mut screen, "<Enter>"), [problem, "不受理の理由（必須）: "]);
    assert_eq!(hears(&mut screen, "<F12>"), [problem], "it is said again");
    let heard = hears(&mut screen, "重複<F2>");
    assert!(heard.iter().any(|line| line.starts_with("100000")), "{heard:?}");
    let heard = hears(&mut screen, "<F12>");
    assert!(heard.contains(&"お知らせ: 1件を不受理にしました。u 元に戻す".to_owned()), "{heard:?}");
    assert!(!heard.contains(&"不受理へ  1 件".to_owned()), "the effect isn't read a second time: {heard:?}");
}

#[test]
fn what_the_batch_leaves_and_the_typed_count_are_heard() {
    let mut screen = plain(500, JA);
    screen.press("as");
    let heard = hears(&mut screen, "4<Enter>");
    assert!(heard.iter().any(|line| line.starts_with("対象外")), "{heard:?}");
    assert!(heard.iter().any(|line| line.starts_with("確認のため件数（250）")), "{heard:?}");
    assert!(heard.iter().any(|line| line.contains("予約取消・送信失敗")), "nothing is cut: {heard:?}");
    assert_eq!(heard.last().unwrap(), "理由（必須）: ");
    assert_eq!(hears(&mut screen, "12"), ["12"], "digits are text here");
}

#[test]
fn an_export_is_chosen_by_numbers() {
    let mut screen = plain(20, JA);
    let heard = hears(&mut screen, "e");
    assert_eq!(heard[0], "ファイルに出力");
    assert!(heard.last().unwrap().starts_with("対象: 1 該当全件 20件（選択中）"), "{heard:?}");
    hears(&mut screen, "<Down><Down>");
    let heard = hears(&mut screen, "3<Enter>");
    assert_eq!(heard.last().unwrap(), "形式: 1 CSV 表計算用、2 CSV 機械用、3 XLSX（選択中）");
    assert!(hears(&mut screen, "<Down>")[0].starts_with("保存先  /out/申込一覧_20261120-1605.xlsx"));
    assert!(hears(&mut screen, "<F12>")[0].starts_with("お知らせ: 20件を出力しました。/out/"));
}

#[test]
fn a_record_is_read_whole_and_then_by_lines() {
    let mut screen = plain(20, JA);
    let heard = hears(&mut screen, "<Enter>");
    assert_eq!(heard[0], "申込の全体表示");
    assert!(heard.iter().any(|line| line.contains("利用日時: ")), "a label and its value are one line: {heard:?}");
    assert_eq!(hears(&mut screen, "j"), [heard[2].clone()]);
    assert_eq!(hears(&mut screen, "k"), [heard[1].clone()]);
    assert_eq!(hears(&mut screen, "<Ctrl-L>"), [heard[1].clone()]);
    assert_eq!(hears(&mut screen, "<Ctrl-L>"), heard, "asked twice, all of it");
    assert!(hears(&mut screen, "]").concat().contains("髙橋 一郎"));
}

#[test]
fn the_row_under_the_cursor_is_read_whole_on_demand() {
    let mut screen = plain(20, JA);
    let line = hears(&mut screen, "j");
    assert_eq!(hears(&mut screen, "<Ctrl-L>"), line);
    let heard = hears(&mut screen, "<Ctrl-L>");
    for wanted in
        ["検索: （すべて）", "選択 0件", "並べ方: 申込日時 降順", "フリガナ: タカハシ イチロウ", "処理状況: 完了"]
    {
        assert!(heard.iter().any(|line| line == wanted), "{wanted} in {heard:#?}");
    }
}

#[test]
fn views_columns_and_the_order_are_numbered() {
    let mut screen = plain(40, JA);
    let heard = hears(&mut screen, "v");
    let shared = number(&heard, "朝の分");
    let heard = hears(&mut screen, &format!("{shared}<Enter>"));
    assert!(heard.iter().any(|line| line.starts_with("［朝の分］10 / 40 件")), "{heard:?}");
    let heard = hears(&mut screen, "c");
    let mail = number(&heard, "メール");
    let heard = hears(&mut screen, &format!("{mail}<Enter>"));
    assert!(heard.last().unwrap().ends_with("（選択中）"), "{heard:?}");
    hears(&mut screen, "<F12>");
    let heard = hears(&mut screen, "o");
    let number = number(&heard, "氏名/法人名");
    let heard = hears(&mut screen, &format!("{number}<Enter>"));
    assert!(heard[1].starts_with("並べ方: 氏名/法人名 "), "{heard:?}");
}

#[test]
fn the_filter_reads_each_part_as_one_comes_to_it_and_numbers_its_choices() {
    let mut screen = plain(40, JA);
    let heard = hears(&mut screen, "t");
    assert_eq!(heard[0], "条件で絞り込む");
    assert!(heard[1].starts_with("処理状況: 1 未処理、2 仮受付、") && heard.len() == 2, "{heard:?}");
    assert_eq!(hears(&mut screen, "2<Enter>").last().unwrap(), "2 仮受付（選択中）");
    assert_eq!(hears(&mut screen, "<Left>"), ["1 未処理"]);
    assert!(hears(&mut screen, "<F12>")[0].contains(" / 40 件"));
    assert_eq!(screen.model.search.query, "処理状況:仮受付");
}

#[test]
fn the_help_is_narrowed_by_a_word_and_given_up_by_enter() {
    let mut screen = plain(20, Language::English);
    let all = hears(&mut screen, "?");
    assert_eq!(all.last().unwrap(), "Number or word: ");
    let heard = hears(&mut screen, "order<Enter>");
    assert!(heard.len() < all.len() && heard.iter().any(|line| line.ends_with("(o)")), "{heard:?}");
    hears(&mut screen, "<Ctrl-U>");
    hears(&mut screen, "<Enter>");
    hears(&mut screen, "<Enter>");
    assert_eq!(screen.model.context(), Context::List);
    let heard = hears(&mut screen, "?99<Enter>");
    assert!(heard.iter().any(|line| line.starts_with("Note: Type a number from 1 to ")), "{heard:?}");
    let heard = hears(&mut screen, "<Down>");
    assert!(heard[0].contains("Space"), "an arrow tells of a command: {heard:?}");
    hears(&mut screen, "<Enter>");
    assert_eq!(screen.model.list.marks().len(), 1, "and Enter runs it");
}

#[test]
fn what_an_arrow_points_at_in_the_help_is_what_enter_runs() {
    let mut screen = plain(20, JA);
    hears(&mut screen, "?該当全件");
    let heard = hears(&mut screen, "<Down><Up>");
    assert!(heard.last().unwrap().starts_with("該当全件、"), "{heard:?}");
    hears(&mut screen, "<Enter>");
    assert_eq!((screen.model.context(), screen.model.list.marks().len()), (Context::List, 20));
    // Words typed after it are listed before anything is run.
    hears(&mut screen, "?該当全件<Down><Backspace>");
    let heard = hears(&mut screen, "<Enter>");
    assert!(screen.model.layers.len() == 1 && heard[0].starts_with("1 "), "{heard:?}");
}

#[test]
fn buttons_beside_each_other_are_heard_one_by_one() {
    let mut screen = plain(20, JA);
    hears(&mut screen, "+髙橋");
    assert_eq!(hears(&mut screen, "<Enter>"), ["ボタン 選択に加える"]);
    assert_eq!(hears(&mut screen, "<Down>")[0], "ボタン 選択から外す");
    assert_eq!(hears(&mut screen, "<Down>")[0], "ボタン これだけを選択");
    let heard = hears(&mut screen, "<Ctrl-L><Ctrl-L>");
    for title in ["選択に加える", "選択から外す", "これだけを選択"] {
        assert!(heard.iter().any(|line| line.ends_with(title)), "{heard:?}");
    }
}

#[test]
fn the_inbox_and_the_books_are_read() {
    let mut screen = plain(20, JA);
    screen.memory.intake(|intake| *intake = Intake::sample());
    let heard = hears(&mut screen, "f");
    let file = number(&heard, "申込一覧_20261120.csv");
    let heard = hears(&mut screen, &format!("{file}<Enter>"));
    assert!(heard.iter().any(|line| line.starts_with("追加  ")), "{heard:?}");
    assert_eq!(heard.last().unwrap(), "ボタン 取り込む");
    let heard = hears(&mut screen, "<Enter>");
    assert!(heard.iter().any(|line| line.contains("を取り込みました")), "{heard:?}");
    let heard = hears(&mut screen, "<Esc>");
    assert!(heard.iter().any(|line| line == "ボタン 閉じる"), "what it did is read below the question: {heard:?}");
    let mut screen = plain(20, JA);
    let heard = hears(&mut screen, "b");
    assert_eq!(heard[0], "二つの帳簿  要確認 4件  反映待ち 4件");
    assert!(heard[1].contains("要確認: ") && heard.len() == 2, "{heard:?}");
    assert_eq!(hears(&mut screen, "<Enter>")[0], "要確認 4件  選択 0件");
    let heard = hears(&mut screen, " ");
    assert_eq!(heard[0], "要確認 4件  選択 1件", "a mark is told by the counts");
    assert!(heard[1].starts_with("1000") && heard.len() == 2, "then the next row: {heard:?}");
    screen.press("<Esc><Esc>");
    screen.memory.intake(|intake| *intake = Intake::sample());
    screen.press("f<Esc>");
    screen.hold();
    assert_eq!(hears(&mut screen, "r"), ["取り分けた行"], "nothing is told before it is known");
    screen.release();
    screen.listen();
    assert_eq!(lines(&mut screen)[0], "取り分けた行 3行");
}

#[test]
fn what_others_do_is_told_by_the_counts_alone() {
    let mut screen = plain(20, JA);
    screen.press("jj");
    screen.heard();
    screen.memory.changes(9, Status::Withdrawn);
    screen.send(Message::StoreChanged);
    assert_eq!(lines(&mut screen), Vec::<String>::new(), "nothing that is told of has changed");
    screen.memory.changes(0, Status::Completed);
    screen.send(Message::StoreChanged);
    assert_eq!(lines(&mut screen), ["20 / 20 件、未処理 1"]);
    screen.memory.changes(2, Status::Completed);
    screen.send(Message::StoreChanged);
    let heard = lines(&mut screen);
    assert!(heard.len() == 1 && heard[0].starts_with("3/20 ") && heard[0].contains("完了"), "{heard:?}");
}

#[test]
fn work_is_told_of_at_its_quarters() {
    let mut screen = plain(20, JA);
    screen.press("a");
    screen.model.work.begin(Work::Export, String::new(), None);
    screen.heard();
    for done in 0..=100 {
        let progress = Progress { work: Work::Export, done, total: Some(100), per_second: 9, seconds_left: None };
        screen.send(Message::Progress(progress));
    }
    assert_eq!(lines(&mut screen), ["出力中 25%", "出力中 50%", "出力中 75%"]);
}

#[test]
fn errors_are_told_apart_from_notes() {
    let mut screen = plain(20, JA);
    let why =
        crate::tui::message::Explained { code: "store.busy".to_owned(), sentence: "混んでいます。".to_owned() };
    screen.heard();
    screen.send(Message::Undone(Err::<BatchOutcome, _>(why)));
    assert_eq!(lines(&mut screen), ["誤り: 混んでいます。"]);
}

/// Every context can be heard: opening it says something, moving in it says something, and its commands stand in the
/// numbered menu.
#[test]
fn every_context_is_heard_and_every_command_is_numbered() {
    for language in [JA, Language::English] {
        // The palette is the help here, and the tour isn't offered.
        let none = [Context::Everywhere, Context::Palette, Context::Tour];
        for context in Context::ALL.into_iter().filter(|context| !none.contains(context)) {
            let mut screen = plain(30, language);
            screen.memory.intake(|intake| *intake = Intake::sample());
            if context != Context::List {
                screen.press("  ");
                screen.heard();
            }
            go_to(&mut screen, context);
            assert_eq!(screen.model.context(), context);
            let opened = lines(&mut screen);
            assert!(!opened.is_empty(), "{context:?} opens in silence");
            if CommandId::MoveDown.command().is_offered_in(context) {
                let moved = hears(&mut screen, "<Down>");
                assert!(!moved.is_empty(), "{context:?} moves in silence");
            }
            assert!(!hears(&mut screen, "<Ctrl-L>").is_empty(), "{context:?} can't be heard again");
            if context == Context::Help {
                continue;
            }
            let situation = screen.model.situation();
            let menu = hears(&mut screen, "<F1>");
            assert_eq!(screen.model.context(), Context::Help, "{context:?}");
            for command in COMMANDS.iter().filter(|command| command.is_offered_in(context)) {
                let title = screen.model.words.text(&command.title_key()).to_owned();
                let keys = screen.model.keymap.keys_of(context, command.id);
                let line = format!(" {title} ({})", keys[0]);
                let there = menu.iter().any(|heard| heard.ends_with(&line));
                assert_eq!(there, command.refused(&situation).is_none(), "{line} in {context:?}: {menu:#?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Nothing but text, line ends and rubbing out is ever written, whatever is pressed, and it never falls.
    #[test]
    fn no_keys_make_it_write_an_escape(pressed in prop::collection::vec((any::<u16>(), 0u8..12), 0..60)) {
        let mut screen = plain(30, JA);
        screen.memory.intake(|intake| *intake = Intake::sample());
        let keys: Vec<Key> = screen.model.keymap.bindings().flat_map(|(_, keys, _)| keys.to_vec()).collect();
        for (at, digit) in pressed {
            let digit = char::from_digit(digit.into(), 10).map(Code::Char).map(Key::plain);
            screen.send(Message::Key(digit.filter(|_| at % 3 == 0).unwrap_or(keys[usize::from(at) % keys.len()])));
            let heard = screen.heard();
            let control = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\u{8}');
            prop_assert!(!heard.contains(control), "{heard:?}");
        }
    }
}

#[test]
fn a_hidden_screen_says_that_and_nothing_of_what_is_typed() {
    let mut screen = plain(20, JA);
    let heard = hears(&mut screen, "<Ctrl-Q>");
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[0].contains("画面を隠しています") && heard[1].contains("合言葉"), "{heard:?}");
    assert_eq!(hears(&mut screen, "abc1j"), Vec::<String>::new(), "no echo, no command");
    let heard = hears(&mut screen, "<Enter>").join("\n");
    assert!(heard.contains("違います。") && !heard.contains("abc") && !heard.contains("山形 花子、"), "{heard}");
    screen.press(crate::tui::driver::PASSPHRASE);
    let heard = hears(&mut screen, "<Enter>").join("\n");
    assert!(!heard.contains("correct"), "{heard}");
    assert!(screen.model.lock.is_none());
    assert!(hears(&mut screen, "j").join("\n").contains("2/20 "));
}
