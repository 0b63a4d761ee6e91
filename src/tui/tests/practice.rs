//! 練習モード on the screen, and taking in hand what is opened.

use crate::command::{CommandId, Context};
use crate::messages::Language;
use crate::tui::driver::{Driver, Setting};
use crate::tui::theme::Role;

fn practice() -> Setting {
    Setting { practice: true, ..Setting::default() }
}

#[test]
fn the_practice_is_marked_in_words_and_in_colour_above_and_in_the_band() {
    for language in [Language::Japanese, Language::English] {
        for theme in ["default-16", "mono"] {
            let screen = Driver::open(20, &Setting { language, theme, ..practice() });
            let (mark, other) = if language == Language::Japanese {
                ("【練習】", "【LGWAN】")
            } else {
                ("[PRACTICE]", "[LGWAN]")
            };
            let lines = screen.lines();
            assert!(lines[0].contains(mark) && lines[1].contains(mark) && !lines[1].contains(other), "{lines:?}");
            // The sentence of the banner is whole at 80 columns.
            assert!(lines[0].contains(if language == Language::Japanese {
                "（本物とは別の保管庫）"
            } else {
                "or signing."
            }));
        }
    }
    let real = Driver::with(20);
    assert!(real.screen().contains("【LGWAN】") && !real.screen().contains("【練習】"));
    // A demo store is what it was.
    let demo = Driver::open(20, &Setting { demo: true, ..Setting::default() });
    assert!(demo.screen().contains("【LGWAN】") && demo.screen().contains("【署名なし】"));
}

#[test]
fn the_band_of_the_practice_has_another_role() {
    let in_banner = |setting: &Setting| {
        let screen = Driver::open(20, setting);
        let banner = screen.model.theme.style(Role::Banner);
        assert_ne!(screen.model.theme.style(Role::Band), banner);
        screen.styled(|cell| cell.bg == banner.bg.unwrap_or_default())[1].starts_with('‹')
    };
    assert!(in_banner(&practice()));
    assert!(!in_banner(&Setting { demo: true, ..Setting::default() }));
}

#[test]
fn nothing_leaves_the_practice_and_it_says_why() {
    let mut screen = Driver::open(20, &practice());
    screen.press("e").shows("練習モードでは、ファイルを外へ出せません");
    assert_eq!(screen.model.context(), Context::List);
    let now = screen.model.situation();
    for command in [CommandId::Export, CommandId::ReflectExport, CommandId::RejectedExport, CommandId::RejectedCorrect]
    {
        assert_eq!(command.command().refused(&now), Some("disabled.nothing_leaves"));
    }
    assert_eq!(CommandId::SetStatus.command().refused(&now), None);
    assert_eq!(CommandId::PracticeHow.command().refused(&now), Some("disabled.practising"));
    let mut real = Driver::with(20);
    real.press("<Ctrl-A><F8>").shows("sekisho practice");
}

#[test]
fn what_is_opened_is_taken_in_hand_where_that_is_set_and_what_is_passed_is_not() {
    let mut screen = Driver::open(5, &Setting { assign_on_open: true, ..Setting::default() });
    let mine = |screen: &Driver| screen.memory.assigned();
    screen.press("<Enter>").shows("自分の担当にしました（u");
    assert_eq!(mine(&screen), 1);
    screen.press("]").press("]").press("[");
    assert_eq!(mine(&screen), 1, "who goes on takes nothing");
    screen.press("<Esc><Home><Enter>");
    assert_eq!(mine(&screen), 1, "it is one's own already");
    let mut usual = Driver::with(5);
    usual.press("<Enter>");
    assert_eq!(usual.memory.assigned(), 0);
}
