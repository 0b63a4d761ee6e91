//! 画面を隠す: nothing of the store shows, no key does anything, and everything is there again afterwards.

use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::tui::driver::{Driver, NOW, PASSPHRASE, Setting};
use crate::tui::lock::Locking;
use crate::tui::message::{Effect, Message};

fn later(minutes: i64) -> Message {
    Message::Clock(Instant { seconds: NOW.seconds + minutes * 60, ..NOW })
}

/// What may stand on a hidden screen, and nothing else.
#[track_caller]
fn is_hidden(screen: &Driver) {
    let shown = screen.screen();
    let rows: Vec<&str> = shown.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(rows[0].contains("画面を隠しています") && rows.len() <= 3, "{shown}");
}

#[test]
fn one_key_hides_everything_from_every_context_and_what_was_typed_stays() {
    for keymap in ["default", "vim", "function-keys"] {
        let mut screen = Driver::open(20, &Setting { keymap, size: (110, 30), ..Setting::default() });
        screen.command(CommandId::ListSearch).press("やま");
        let before = screen.screen();
        screen.press("<Ctrl-Q>");
        is_hidden(&screen);
        assert!(screen.asked.contains(&Effect::Redraw), "the terminal forgets what it showed");
        // Keys that would do something are text, and no text shows.
        screen.press("q:<F4>aabc");
        is_hidden(&screen);
        assert!(!screen.screen().contains("abc"));
        screen.press("<Enter>");
        is_hidden(&screen);
        assert!(screen.screen().contains("違います。"), "a wrong passphrase");
        screen.press("x<Esc>").press(PASSPHRASE).press("<Enter>");
        assert_eq!(screen.screen(), before, "{keymap}");
        assert_eq!(screen.model.context(), Context::Search);
    }
}

#[test]
fn a_sequence_that_was_begun_does_not_keep_the_screen_visible() {
    let mut screen = Driver::with(20);
    screen.press("<Ctrl-A><Ctrl-Q>");
    is_hidden(&screen);
}

#[test]
fn the_screen_hides_by_itself_and_a_key_puts_that_off() {
    let mut screen = Driver::with(20);
    screen.send(later(9));
    screen.press("j");
    screen.send(later(18));
    assert!(screen.model.lock.is_none(), "nine minutes since the last key");
    screen.send(later(19));
    is_hidden(&screen);
    screen.send(Message::StoreChanged);
    is_hidden(&screen);
}

#[test]
fn without_a_passphrase_enter_shows_it_again() {
    let mut screen = Driver::with(20);
    screen.model.surroundings.locking = Locking { asks: false, after: None };
    let before = screen.screen();
    screen.press("<Ctrl-Q>");
    is_hidden(&screen);
    screen.press("q");
    is_hidden(&screen);
    screen.press("<Enter>");
    assert_eq!(screen.screen(), before);
    screen.send(later(10_000));
    assert!(screen.model.lock.is_none(), "never by itself where nothing is set");
}

#[test]
fn whoever_brings_the_program_back_shows_who_they_are() {
    let mut screen = Driver::with(20);
    screen.press("<Ctrl-Z>");
    is_hidden(&screen);
    assert_eq!(screen.asked, [Effect::Redraw, Effect::Suspend]);
}

#[test]
fn what_is_typed_stands_in_no_debug_text() {
    let mut screen = Driver::with(20);
    screen.press("<Ctrl-Q>zzyzx-secret");
    assert!(!format!("{:?}", screen.model).contains("zzyzx"));
}
