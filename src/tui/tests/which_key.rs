//! The box after the first key of a sequence: it comes to those who wait, and the keys in it do what it says.

use crate::assets::Assets;
use crate::command::{CommandId, Context};
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};
use crate::tui::keymap::{Key, Keymap};
use crate::tui::message::{Alarm, Message};
use crate::tui::which_key::{Next, following};

fn vim(language: Language, size: (u16, u16)) -> Driver {
    Driver::open(100, &Setting { keymap: "vim", language, size, ..Setting::default() })
}

#[test]
fn the_box_comes_to_those_who_wait() {
    let mut screen = vim(Language::Japanese, (80, 24));
    screen.press("G");
    screen.hold();
    screen.press("g");
    screen.shows("g …").hides("の続き");
    screen.release();
    screen.shows("g の続き").shows("二つの帳簿").shows("先頭へ");
    screen.press("g");
    assert_eq!(screen.model.list.cursor(), 0);
    screen.hides("の続き");
}

#[test]
fn a_second_key_in_time_leaves_no_box_behind_and_a_late_alarm_means_nothing() {
    let mut screen = vim(Language::Japanese, (80, 24));
    screen.hold();
    screen.press("gb");
    assert_eq!(screen.model.context(), Context::Books);
    screen.press("<Esc>g");
    // The alarm of the first g comes while the second one waits.
    screen.send(Message::Woke(Alarm::NextKey(1)));
    screen.hides("の続き");
    screen.release();
    screen.shows("g の続き");
}

#[test]
fn escape_gives_the_beginning_up_and_a_wrong_key_is_named() {
    let mut screen = vim(Language::Japanese, (80, 24));
    screen.press("g<Esc>");
    assert!(screen.model.pending.is_empty() && screen.model.layers.is_empty());
    screen.hides("の続き");
    screen.press("gx");
    screen.hides("の続き").shows("g x には機能がありません");
    screen.press("gあ");
    screen.shows("日本語入力がオンです");
    screen.press("g");
    screen.send(Message::Paste("山形".to_owned()));
    screen.hides("の続き");
}

#[test]
fn every_key_of_the_box_does_what_it_says() {
    for (key, next) in {
        let screen = vim(Language::English, (80, 24));
        following(&screen.model.keymap, Context::List, &[Key::parse("g").unwrap()])
    } {
        let Next::Run(command) = next else { panic!("vim.toml has sequences of two keys") };
        let mut screen = vim(Language::English, (80, 24));
        screen.press(&format!("Gg{key}"));
        let opened = screen.model.context() != Context::List || screen.model.list.cursor() == 0;
        assert!(opened, "g {key}: {command:?}");
    }
}

#[test]
fn longer_sequences_of_an_own_keymap_go_step_by_step() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keymaps")).unwrap();
    let text = "inherits = \"default\"\n[list]\n\"z a b\" = \"mark.all\"\n\"z a c\" = \"mark.invert\"\n\"z Space\" = \"mark.none\"\n\
                [everywhere]\n\"z a h\" = \"help.open\"\n";
    std::fs::write(folder.path().join("keymaps/mine.toml"), text).unwrap();
    let assets = Assets::with_overrides(vec![folder.path().to_owned()]);
    let (keymap, problems) = Keymap::load(&assets, "mine");
    assert_eq!(problems, []);
    let mut screen = Driver::with(20);
    screen.model.keymap = keymap;
    screen.press("z");
    screen.shows("z の続き").shows("…（3）").shows("Space").shows("選択なし");
    // The box is there already, so it doesn't go away in between.
    screen.hold();
    screen.press("a");
    screen.shows("z a の続き").shows("該当全件").shows("ヘルプ");
    screen.press("b");
    assert_eq!(screen.model.list.marks().len(), 20);
    screen.release();
    screen.press("zah");
    assert_eq!(screen.model.context(), Context::Help);
    let begun: Vec<Key> = ["z", "a"].into_iter().filter_map(Key::parse).collect();
    let next: Vec<_> =
        following(&screen.model.keymap, Context::List, &begun).into_iter().map(|(_, next)| next).collect();
    assert_eq!(next, [CommandId::MarkAll, CommandId::MarkInvert, CommandId::HelpOpen].map(Next::Run));
}

#[test]
fn how_it_looks() {
    for size in [(60, 16), (80, 24), (110, 40), (200, 60)] {
        for language in [Language::Japanese, Language::English] {
            let mut screen = vim(language, size);
            screen.press("g");
            insta::assert_snapshot!(format!("which_key_{}x{}_{}", size.0, size.1, language.id()), screen.screen());
        }
    }
}
