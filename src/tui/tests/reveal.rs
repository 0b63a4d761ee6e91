//! Looking at a sealed item: why, then the passphrase, then the value in groups; and nothing of it once it is over.

use super::super::dialogs::reveal::SHOWN_MS;
use super::super::message::{Alarm, Message};
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting, memory_sealing::WORD};

fn sealed(setting: &Setting, names: &[&str]) -> Driver {
    let mut screen = Driver::open(20, setting);
    screen.memory.seals(0, names);
    screen.press("<Enter>");
    screen
}

#[test]
fn a_value_is_shown_for_a_reason_in_groups_and_vanishes() {
    let mut screen = sealed(&Setting::default(), &["個人番号"]);
    screen.press("<End>").press("v").shows("封印した項目を見る").shows("閲覧の理由（必須）").hides("合言葉");
    insta::assert_snapshot!("reveal_asks_80x24_ja", screen.screen());
    screen.press("<F12>").shows("閲覧の理由を入力してください");
    screen.press("本人からの照会<F12>").shows("合言葉を入力してください");
    screen.press("ちがう<F12>").shows("合言葉が違います");
    screen.press(&format!("{}<F12>", WORD.replace(' ', "<Space>"))).shows("9182 7364 5015").hides("918273645015");
    insta::assert_snapshot!("reveal_shown_80x24_ja", screen.screen());
    assert_eq!(SHOWN_MS, 15_000);
    screen.send(Message::Woke(Alarm::Conceal(0)));
    screen.shows("9182 7364 5015");
    screen.send(Message::Woke(Alarm::Conceal(1)));
    screen.hides("9182").hides("封印した項目を見る");
}

#[test]
fn a_hidden_screen_keeps_nothing_of_it() {
    let setting = Setting { language: Language::English, ..Setting::default() };
    let mut screen = sealed(&setting, &["個人番号", "口座番号"]);
    screen.press("v").shows("Reveal sealed item");
    screen.press("<Down><Enter>check<Enter><Enter>");
    screen.press(&format!("{}<F12>", WORD.replace(' ', "<Space>"))).shows("9182 7364 5015").shows("口座番号");
    screen.press("<Ctrl-Q>").hides("9182");
    screen.press("<Enter>").hides("9182").hides("Reveal sealed item");
}

#[test]
fn where_nothing_is_sealed_there_is_nothing_to_look_at() {
    let mut screen = Driver::with(20);
    screen.press("<Enter>v").shows("封印された項目はありません");
}
