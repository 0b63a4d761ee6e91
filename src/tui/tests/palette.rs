//! The palette by keys: found in every writing, run as a key would, and honest about what can't be run.

use crate::command::{COMMANDS, CommandId, Context};
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};
use crate::tui::layer::Layer;
use crate::tui::offers::Offer;

const LANGUAGES: [Language; 2] = [Language::Japanese, Language::English];

fn open(language: Language) -> Driver {
    let mut screen = Driver::open(20, &Setting { language, ..Setting::default() });
    screen.press(":");
    screen
}

fn offers(screen: &Driver) -> Vec<Offer> {
    let Some(Layer::Palette(palette)) = screen.model.layers.last() else { panic!("the palette is open") };
    palette.offers(&screen.model)
}

fn ids(screen: &Driver) -> Vec<&'static str> {
    offers(screen).iter().map(|offer| offer.command.id.as_str()).collect()
}

fn katakana(reading: &str) -> String {
    let turn = |c: char| if c == '\u{30fc}' { c } else { char::from_u32(u32::from(c) + 0x60).unwrap_or(c) };
    reading.chars().map(turn).collect()
}

/// The plainest Hepburn, as somebody would type it who has read a textbook.
fn hepburn(reading: &str) -> String {
    crate::domain::fold::romaji::spellings(reading)[0].clone()
}

#[test]
fn every_command_is_found_by_kanji_kana_romaji_english_and_id() {
    let text = |language| crate::messages::Messages::load(language, &crate::assets::Assets::built_in());
    let (japanese, english) = (text(Language::Japanese), text(Language::English));
    for language in LANGUAGES {
        let mut screen = open(language);
        for command in COMMANDS {
            let reading = japanese.text(&command.reading_key()).to_owned();
            let words = [
                japanese.text(&command.title_key()).to_owned(),
                reading.clone(),
                katakana(&reading),
                hepburn(&reading),
                english.text(&command.title_key()).to_owned(),
                command.id.as_str().to_owned(),
            ];
            for word in words {
                screen.press("<Ctrl-U>").press(&word);
                assert!(ids(&screen).contains(&command.id.as_str()), "{language:?} {word}: {:?}", ids(&screen));
            }
        }
    }
}

#[test]
fn the_three_spellings_of_jokyo_find_the_change_of_status_first_and_enter_opens_it() {
    for word in ["jokyo", "joukyou", "zyoukyou", "じょうきょう", "ジョウキョウ", "状況変", "ｊｏｋｙｏ"]
    {
        let mut screen = open(Language::Japanese);
        screen.press(word);
        assert_eq!(ids(&screen)[0], "application.set_status", "{word}");
        screen.shows("状況変更").shows("s  F4");
        screen.press("<Enter>");
        assert_eq!(screen.model.context(), Context::Status);
    }
}

#[test]
fn what_fits_at_the_beginning_stands_before_what_fits_inside_and_scattered_letters_last() {
    let mut screen = open(Language::Japanese);
    screen.press("選択");
    let found = ids(&screen);
    let place = |id| found.iter().position(|other| *other == id).unwrap_or_else(|| panic!("{id}: {found:?}"));
    assert_eq!(place("mark.toggle"), 0);
    assert!(place("mark.invert") < place("choice.previous"), "offered here comes first");
    screen.press("<Ctrl-U>状変");
    assert_eq!(ids(&screen)[0], "application.set_status");
    // Every word must fit somewhere.
    screen.press("<Ctrl-U>選択 hanten");
    assert_eq!(ids(&screen)[0], "mark.invert");
    screen.press(" qx");
    screen.shows("当てはまる機能はありません");
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::Palette);
}

#[test]
fn all_commands_stand_below_what_can_be_run_here_first() {
    for language in LANGUAGES {
        let screen = open(language);
        let offers = offers(&screen);
        assert_eq!(offers.len(), COMMANDS.len());
        let rank = |offer: &Offer| (!offer.here, offer.disabled.is_some());
        assert!(offers.is_sorted_by_key(rank));
        assert!(offers.iter().all(|offer| offer.here || offer.disabled.is_some()));
    }
}

#[test]
fn what_cannot_be_run_says_why_and_stays() {
    let mut screen = open(Language::Japanese);
    screen.press("mark.none");
    screen.shows("選択した申込はありません");
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::Palette);
    screen.press("<Ctrl-U>対象から外す");
    screen.shows("「一括処理の確認」で使えます");
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::Palette);
    screen.press("<Esc>");
    assert_eq!(screen.model.context(), Context::List);
}

#[test]
fn the_commands_of_a_dialog_and_of_the_two_books_are_judged_as_they_stand_there() {
    let mut screen = Driver::with(20);
    screen.press("b<Enter>:");
    let adopt = |screen: &Driver| {
        offers(screen).into_iter().find(|offer| offer.command.id == CommandId::ReflectionAdopt).unwrap().disabled
    };
    assert_eq!(adopt(&screen), None);
    screen.press("awaseru<Enter>");
    screen.shows("元システムの状況に合わせ");
    screen.press("<Esc>:");
    // In a text field a letter is text, so the palette has a key of its own there.
    let mut screen = Driver::with(20);
    screen.press("/山:<Ctrl-P>");
    assert_eq!(screen.model.context(), Context::Palette);
    screen.press("itiran");
    assert_eq!(ids(&screen)[0], "search.accept");
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::List);
}

#[test]
fn the_last_five_that_were_run_stand_first_when_the_field_is_empty() {
    let mut screen = Driver::with(20);
    for word in ["mark.all", "mark.none", "list.sort", "list.reload", "pane.toggle", "mark.all"] {
        screen.press(":").press(word).press("<Enter>");
    }
    assert_eq!(screen.model.list.marks().len(), 20);
    screen.press(":");
    assert_eq!(ids(&screen)[..5], ["mark.all", "pane.toggle", "list.reload", "list.sort", "mark.none"]);
    screen.press("<Esc>:help.open<Enter><Esc>:");
    assert_eq!(ids(&screen)[0], "help.open");
    assert!(!ids(&screen)[..5].contains(&"mark.none"));
    // Where they aren't offered they don't stand first.
    screen.press("<Esc>v:");
    assert_eq!(ids(&screen)[..2], ["help.open", "view.choose"]);
}

#[test]
fn the_help_finds_the_same() {
    for word in ["jokyo", "しゅつりょく", "Undo", "状変"] {
        let mut palette = open(Language::Japanese);
        palette.press(word);
        let mut help = Driver::with(20);
        help.press("?").press(word);
        let Some(Layer::Help(dialog)) = help.model.layers.last() else { panic!("the help is open") };
        let found: Vec<_> = dialog.entries(&help.model).iter().map(|offer| offer.command.id.as_str()).collect();
        assert_eq!(found, ids(&palette), "{word}");
    }
}

#[test]
fn it_goes_without_a_letter_and_the_cursor_stays_in_sight() {
    let setting = Setting { keymap: "function-keys", ..Setting::default() };
    let mut screen = Driver::open(20, &setting);
    screen.press("<Ctrl-P>");
    for keys in ["<End>", "<PageUp>", "<Up>", "<Home>", "<PageDown>", "<Down>"] {
        for _ in 0..9 {
            screen.press(keys);
            screen.shows("▶");
        }
    }
    let before = screen.cursor();
    screen.press("けんさく");
    assert!(screen.cursor().x > before.x, "the terminal's cursor stands at the caret");
    screen.press("<Enter>");
    assert_eq!(screen.model.context(), Context::Search);
}

#[test]
fn how_it_looks() {
    for size in [(80, 24), (110, 40), (200, 60)] {
        for language in LANGUAGES {
            let mut screen = Driver::open(20, &Setting { size, language, ..Setting::default() });
            screen.press(":");
            let name = |what: &str| format!("{what}_{}x{}_{}", size.0, size.1, language.id());
            insta::assert_snapshot!(name("palette"), screen.screen());
            screen.press("shutu");
            insta::assert_snapshot!(name("palette_found"), screen.screen());
        }
    }
}
