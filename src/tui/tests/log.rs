//! 操作履歴 by keys: it opens with what there is so far and reads on, is narrowed by what is typed, shows an operation whole,
//! and tells how the chain stands.

use crate::command::Context;
use crate::messages::Language;
use crate::office::LogFilter;
use crate::tui::driver::{Driver, Setting};
use crate::tui::layer::Layer;
use crate::tui::log_page::{LogMessage, LogPage};
use crate::tui::message::{Explained, Message, Work};

fn page(screen: &Driver) -> &LogPage {
    match screen.model.layers.last() {
        Some(Layer::Log(page)) => page,
        other => panic!("{other:?}"),
    }
}

/// How many looks were asked for so far: each is a question of its own.
fn looks(screen: &Driver) -> u64 {
    screen.model.ticket
}

#[test]
fn it_opens_with_one_look_and_reads_on_without_another() {
    let mut screen = Driver::with(20);
    screen.press("7").shows("操作履歴  全 120件").shows("▶ 11-20 16:05").shows("状況変更");
    assert_eq!(screen.model.context(), Context::Log);
    screen.press("<End>");
    let so_far = page(&screen).items.len();
    assert!(so_far > 50 && so_far < 120, "{so_far}");
    for _ in 0..4 {
        screen.press("<End>");
    }
    assert_eq!((page(&screen).items.len(), page(&screen).whole), (120, true));
    assert_eq!(looks(&screen), 1, "paging is no further look");
    screen.press("<F5>").shows("読み直しました");
    assert_eq!(looks(&screen), 2);
    screen.press("<Esc>");
    assert_eq!(screen.model.context(), Context::List);
}

#[test]
fn what_is_typed_narrows_it_and_letters_are_text() {
    let mut screen = Driver::with(20);
    screen.press("7/").shows("絞り込み").shows("職員:0123");
    screen.press("職員:0121 av7").press("<Esc>").shows("全 120件");
    assert_eq!(looks(&screen), 1, "what was not taken is not asked");
    screen.press("/職員:0121<Enter>").shows("操作履歴  operator:0121").hides("0122");
    let asked = LogFilter { operator: Some("0121".into()), ..LogFilter::default() };
    assert_eq!((looks(&screen), &page(&screen).filter), (2, &asked));
    // What was typed comes again, and the looks at the log are asked for beside it.
    screen.press("a").shows("履歴の閲覧を含む");
    assert_eq!((looks(&screen), &page(&screen).filter), (3, &LogFilter { all: true, ..asked }));
    screen.press("/").shows("operator:0121");
}

#[test]
fn an_operation_is_shown_whole_and_closed_again() {
    let mut screen = Driver::with(20);
    screen.press("7<Enter>").shows("操作 120").shows("未処理 → 仮受付").shows("1,200").shows("etumo/100000000001");
    screen.press("<Esc>").hides("変わったこと").shows("▶ 11-20 16:05");
    screen.press("<Down><Down><Enter>").shows("証明点の印刷");
    screen.press("<Enter>").hides("変わったこと");
    assert_eq!(screen.model.context(), Context::Log);
}

#[test]
fn the_record_leads_to_everything_that_touched_it() {
    let mut screen = Driver::with(20);
    screen.press("<Enter>7");
    assert!(page(&screen).filter.number.as_ref().is_some_and(|number| number.contains('/')));
    screen.shows("application:");
    screen.press("<Esc>");
    assert_eq!(screen.model.context(), Context::Record);
}

#[test]
fn the_chain_is_verified_in_the_background_and_its_state_stands_at_the_top() {
    let mut screen = Driver::open(20, &Setting { size: (110, 40), ..Setting::default() });
    screen.press("7").shows("まだ確かめていません").shows("証明点: 100、後の 20件は未証明");
    screen.press("v").shows("連鎖: 異常なし（").shows("記録の連鎖に異常はありません");
    screen.press("<Esc>7").shows("連鎖: 異常なし（");
    let why = Explained { code: "store.damaged".into(), sentence: "op 17: hash".into() };
    screen.model.work.begin(Work::Verify, String::new(), None);
    screen.send(Message::Log(LogMessage::Verified(Err(why))));
    screen.shows("連鎖: op 17: hash");
}

#[test]
fn what_the_office_refuses_is_said_and_nothing_is_shown() {
    let mut screen = Driver::with(20);
    screen.hold();
    screen.press("7").shows("読み込んでいます");
    let why =
        Explained { code: "store.busy".into(), sentence: "ほかの処理が保管庫を使っています。".into() };
    let ticket = screen.model.ticket;
    screen.send(Message::Log(LogMessage::Part(ticket, Err(why))));
    screen.shows("ほかの処理が保管庫を使っています。");
    assert!(page(&screen).items.is_empty());
    // An answer to an earlier question is dropped.
    screen.send(Message::Log(LogMessage::Part(0, Ok(crate::office::LogPart::default()))));
    assert!(!page(&screen).whole);
}

#[test]
fn the_page_fits_every_size_in_both_languages() {
    for language in [Language::Japanese, Language::English] {
        for size in [(60, 16), (80, 24), (200, 60)] {
            for (name, keys) in [("list", "7"), ("whole", "7<Enter>"), ("narrow", "7/")] {
                let mut screen = Driver::open(20, &Setting { language, size, ..Setting::default() });
                screen.press(keys);
                if size.0 > 60 {
                    let name = format!("log_{name}_{}x{}_{}", size.0, size.1, language.id());
                    insta::assert_snapshot!(name, screen.screen());
                }
            }
        }
    }
}

#[test]
fn plain_mode_reads_the_lines_and_the_operation() {
    let mut screen = Driver::plain(20, &Setting::default());
    screen.heard();
    screen.press("7");
    let heard = screen.heard();
    assert!(heard.contains("操作履歴") && heard.contains("状況変更"), "{heard}");
    screen.press("<Enter>");
    let heard = screen.heard();
    assert!(heard.contains("未処理 → 仮受付") && heard.contains("連鎖の値"), "{heard}");
}
