//! How it looks: snapshots of a handful of screens, and what must be true of all of them.

use ratatui::buffer::CellWidth;

use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (110, 40), (200, 60)];

fn open(size: (u16, u16), language: Language) -> Driver {
    Driver::open(120, &Setting { size, language, ..Setting::default() })
}

#[test]
fn the_list_at_each_size() {
    for size in [(60, 16), (80, 24), (110, 40)] {
        for language in [Language::Japanese, Language::English] {
            let mut screen = open(size, language);
            screen.press("  /山<Enter>");
            insta::assert_snapshot!(format!("list_{}x{}_{}", size.0, size.1, language.id()), screen.screen());
        }
    }
}

#[test]
fn the_pane_and_the_record() {
    let mut screen = open((110, 40), Language::Japanese);
    screen.press("<Tab>jjjj");
    insta::assert_snapshot!("pane_110x40_ja", screen.screen());
    screen.press("<Enter>");
    insta::assert_snapshot!("record_110x40_ja", screen.screen());
}

#[test]
fn the_batch_dialog() {
    for language in [Language::Japanese, Language::English] {
        let mut screen = open((80, 24), language);
        screen.press("      s");
        insta::assert_snapshot!(format!("status_80x24_{}", language.id()), screen.screen());
        screen.press("<Enter>");
        insta::assert_snapshot!(format!("batch_80x24_{}", language.id()), screen.screen());
        screen.press("<Tab>");
        insta::assert_snapshot!(format!("batch_list_80x24_{}", language.id()), screen.screen());
    }
}

#[test]
fn export_and_help() {
    let mut screen = open((80, 24), Language::Japanese);
    screen.press("e");
    insta::assert_snapshot!("export_80x24_ja", screen.screen());
    screen.press("<Esc>?");
    insta::assert_snapshot!("help_80x24_ja", screen.screen());
}

#[test]
fn a_practice_store_has_a_banner_and_ascii_has_no_other_sign() {
    let setting = Setting { demo: true, ascii: true, theme: "mono", ..Setting::default() };
    let mut screen = Driver::open(20, &setting);
    screen.press(" ");
    screen.shows("【練習】").shows("【署名なし】");
    screen.press("e");
    insta::assert_snapshot!("ascii_80x24_ja", screen.screen());
    assert!(!screen.screen().contains(['│', '─', '●', '▶', '…', '○']));
}

#[test]
fn a_small_terminal_gets_a_sentence() {
    for size in [(59, 16), (60, 15), (20, 5), (1, 1)] {
        let screen = open(size, Language::Japanese);
        let text: String = screen.lines().concat();
        assert!(size.0 < 20 || text.contains("画面が小さすぎます"), "{text}");
    }
}

#[test]
fn no_screen_is_wider_than_the_terminal_and_the_chrome_is_whole_at_each_size() {
    let tours = [
        "",
        "/山形",
        "<Tab>",
        "<Enter>",
        "s",
        "as<Enter>",
        "as<Enter><Tab>",
        "e",
        "?",
        "<Ctrl-N>",
        "v",
        "vs",
        "c",
        "o",
        "t",
        ":",
        "J",
    ];
    for size in SIZES {
        for language in [Language::Japanese, Language::English] {
            for tour in tours {
                let mut screen = open(size, language);
                screen.press(tour);
                let lines = screen.lines();
                assert_eq!(lines.len(), usize::from(size.1));
                for line in &lines {
                    assert!(line.as_str().cell_width() <= size.0, "{tour} {size:?}: {line}");
                }
                assert!(!lines[lines.len() - 1].is_empty(), "{tour} {size:?}: no keys are shown");
            }
        }
    }
}

#[test]
fn dialogs_over_kanji_keep_their_border() {
    for width in 60..84 {
        let mut screen = open((width, 24), Language::Japanese);
        screen.press("e");
        let lines = screen.lines();
        let boxed = lines.iter().filter(|line| line.matches('│').count() == 2).count();
        assert_eq!(boxed, 11, "{width}:\n{}", lines.join("\n"));
    }
}
