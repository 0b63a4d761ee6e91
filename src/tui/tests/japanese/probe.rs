//! The terminal is asked how wide it draws: at the start, at most half a second, late answers swallowed, slow terminals
//! remembered. A clock of the test's own, so nothing waits.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::assets::Assets;
use crate::domain::fault::{Fault, Outcome};
use crate::messages::{Language, Messages};
use crate::tui::driver::{Driver, Grid, NOW, Widths};
use crate::tui::keymap::{Code, Key};
use crate::tui::message::Message;
use crate::tui::probe::{AT_MOST, Answer, Drawn, Known, Line, ask, known};
use crate::tui::run::ScreenFault;
use crate::tui::text::WidthPolicy;

const NARROW: Drawn = Drawn { policy: WidthPolicy::Narrow, wide_lines: false };

/// A terminal that says what it was told to say, each after a while.
struct Script {
    says: VecDeque<(u64, Vec<u8>)>,
    passed: u64,
}

fn script<'a>(says: impl IntoIterator<Item = (u64, &'a str)>) -> Script {
    Script { says: says.into_iter().map(|(after, text)| (after, text.as_bytes().to_vec())).collect(), passed: 0 }
}

impl Line for Script {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        assert!(bytes.starts_with(b"\x1b[8m"), "out of sight");
        Ok(())
    }

    fn receive(&mut self, within: Duration) -> io::Result<Vec<u8>> {
        let within = within.as_millis() as u64;
        match self.says.pop_front() {
            Some((after, bytes)) if after <= within => {
                self.passed += after;
                Ok(bytes)
            }
            later => {
                self.passed += within;
                self.says.extend(later.map(|(after, bytes)| (after - within, bytes)));
                Ok(Vec::new())
            }
        }
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.passed)
    }
}

/// The terminal of the tests, which answers by its own table.
struct Answering(Grid);

impl Line for Answering {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.take(bytes);
        Ok(())
    }

    fn receive(&mut self, _within: Duration) -> io::Result<Vec<u8>> {
        Ok(self.0.answers())
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(1)
    }
}

fn key(c: char) -> Message {
    Message::Key(Key::plain(Code::Char(c)))
}

fn opened(set: Option<WidthPolicy>, locale: &str, folder: &Path, answer: Answer) -> Result<Known, ScreenFault> {
    let variable = |name: &str| match name {
        "TERM" => Some("xterm-256color".to_owned()),
        "LC_ALL" => Some(locale.to_owned()),
        _ => None,
    };
    known(set, variable, Some(folder), &NOW, || Ok(answer))
}

#[test]
fn auto_is_what_the_terminal_shows() {
    for (widths, policy) in [(Widths::Narrow, WidthPolicy::Narrow), (Widths::Wide, WidthPolicy::Wide)] {
        let mut terminal = Answering(Grid::new((80, 24), widths));
        let answer = ask(&mut terminal).unwrap();
        let wide_lines = policy == WidthPolicy::Wide;
        assert_eq!((answer.drawn, answer.utf8), (Some(Drawn { policy, wide_lines }), Some(true)));
        assert_eq!(terminal.0.lines()[0], "", "what was written to ask is gone");
    }
}

#[test]
fn narrow_and_wide_are_taken_at_their_word_and_nothing_is_asked() {
    for policy in [WidthPolicy::Narrow, WidthPolicy::Wide] {
        let found = known(Some(policy), |_| None, None, &NOW, || panic!("it was asked")).unwrap();
        assert_eq!(found.drawn.policy, policy);
    }
}

#[test]
fn lines_that_alone_are_wide_are_drawn_in_ascii() {
    let answer = ask(&mut script([(1, "\x1b[1;5R\x1b[1;2R\x1b[1;3R")])).unwrap();
    assert_eq!(answer.drawn, Some(Drawn { policy: WidthPolicy::Narrow, wide_lines: true }));
}

#[test]
fn it_takes_half_a_second_at_most() {
    let ever = (0..100).map(|_| (20, "j"));
    let never_ends = [(20, "\x1b[1;2;3")].into_iter().chain((0..100).map(|_| (20, ";1")));
    for terminal in [script([]), script(ever), script(never_ends), script([(440, "\x1b[1;"), (59, "5")])] {
        let mut terminal = terminal;
        let answer = ask(&mut terminal).unwrap();
        assert!(terminal.elapsed() <= AT_MOST && AT_MOST <= Duration::from_millis(500));
        assert_eq!((answer.drawn, answer.utf8), (None, None));
    }
    let folder = tempfile::tempdir().unwrap();
    let found = opened(None, "ja_JP.UTF-8", folder.path(), ask(&mut script([])).unwrap()).unwrap();
    assert_eq!((found.drawn, found.doubtful), (NARROW, None), "no answer is narrow");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "and isn't remembered");
}

#[test]
fn what_is_typed_meanwhile_is_kept_in_order() {
    let says = [(5, "j\x1b[1;5"), (5, "Rk\x1b[1;2R"), (5, "\x1b[200~a\x1b[201~\x1b"), (5, "[1;2Rq")];
    let answer = ask(&mut script(says)).unwrap();
    assert_eq!(answer.drawn, Some(NARROW));
    assert_eq!(answer.typed, [key('j'), key('k'), Message::Paste("a".to_owned()), key('q')]);
}

#[test]
fn a_paste_never_becomes_keys_however_long_it_takes() {
    let says = [(440, "\x1b[200~aj"), (700, "q\r"), (700, "z\x1b[201~k"), (1, "x")];
    let answer = ask(&mut script(says)).unwrap();
    assert_eq!(answer.typed, [Message::Paste("ajq\rz".to_owned()), key('k')]);
    // The line has gone, or whatever pasted has.
    let answer = ask(&mut script([(440, "\x1b[200~aj")])).unwrap();
    assert_eq!(answer.typed, [Message::Paste("aj".to_owned())]);
    let mut ever = script([(5, "\x1b[200~")].into_iter().chain((0..10_000).map(|_| (20, "a"))));
    assert!(matches!(&*ask(&mut ever).unwrap().typed, [Message::Paste(text)] if text.len() > 100));
    assert!(ever.elapsed() < Duration::from_secs(30), "it is no way to keep the screen shut");
}

#[test]
fn answers_to_an_earlier_program_shut_nobody_out() {
    let stale = "\x1b[1;2R\x1b[1;2R";
    let answer = ask(&mut script([(5, stale), (300, "\x1b[1;5R\x1b[1;2R\x1b[1;2R")])).unwrap();
    assert_eq!((answer.utf8, answer.drawn), (Some(true), None));
    assert_eq!(ask(&mut script([(5, stale)])).unwrap().utf8, None, "ours are still to come");
}

#[test]
fn an_escape_and_what_is_typed_after_it_are_two_keys() {
    let escape = Message::Key(Key::plain(Code::Esc));
    let answer = ask(&mut script([(5, "\x1b"), (150, "j"), (5, "\x1b[1;5R\x1b[1;2R\x1b[1;2R")])).unwrap();
    assert_eq!((answer.typed, answer.drawn), (vec![escape, key('j')], Some(NARROW)));
    // What comes at once is one, and an answer may be cut anywhere.
    let answer = ask(&mut script([(5, "\x1b"), (5, "j"), (5, "\x1b"), (150, "[1;5R\x1b[1;2R\x1b[1;2R")])).unwrap();
    let alt = Message::Key(Key { code: Code::Char('j'), ctrl: false, alt: true });
    assert_eq!((answer.typed, answer.drawn), (vec![alt], Some(NARROW)));
}

#[test]
fn late_answers_never_become_keys_or_text() {
    // The first answer is late as a whole, of the second half has come: it and the third come as keys.
    for (arrived, later) in
        [("", "\x1b[1;5R\x1b[1;2R\x1b[1;2R"), ("\x1b[1;5R\x1b[1", ";2R\x1b[1;2R"), ("\x1b[1;5R\x1b[1;2R\x1b", "[1;2R")]
    {
        let mut answer = ask(&mut script([(449, arrived)])).unwrap();
        let mut screen = Driver::with(20);
        screen.press("/山");
        for c in later.chars().chain(['b']) {
            let code = if c == '\x1b' { Code::Esc } else { Code::Char(c) };
            for key in answer.late.take(Key::plain(code)) {
                screen.send(Message::Key(key));
            }
        }
        assert_eq!((screen.model.search.typed.as_str(), answer.late.holds()), ("山b", false), "{arrived:?}");
        assert!(answer.typed.is_empty());
        screen.shows("／ 山b");
    }
}

#[test]
fn slow_terminals_are_remembered_and_fast_ones_are_asked_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let wide = "\x1b[1;5R\x1b[1;3R\x1b[1;3R";
    let quick = ask(&mut script([(3, wide)])).unwrap();
    assert_eq!(opened(None, "C.UTF-8", folder.path(), quick).unwrap().drawn.policy, WidthPolicy::Wide);
    let slow = ask(&mut script([(300, "\x1b[1;5R\x1b[1;2R\x1b[1;2R")])).unwrap();
    assert_eq!(opened(None, "C.UTF-8", folder.path(), slow).unwrap().drawn, NARROW, "it was asked again");
    let variable = |name: &str| (name == "TERM").then(|| "xterm-256color".to_owned());
    let found = known(None, variable, Some(folder.path()), &NOW, || panic!("it was asked again")).unwrap();
    assert_eq!(found.drawn, NARROW);
    let other = |name: &str| (name == "TERM").then(|| "screen".to_owned());
    let asked = known(None, other, Some(folder.path()), &NOW, || ask(&mut script([(3, wide)]))).unwrap();
    assert_eq!(asked.drawn.policy, WidthPolicy::Wide, "another terminal");
}

#[test]
fn a_terminal_without_utf8_is_told_so_in_ascii() {
    let folder = tempfile::tempdir().unwrap();
    // Shift_JIS shows the six bytes of two kana in six columns, Latin-1 in two or in six.
    for columns in [7, 3, 6] {
        let says = format!("\x1b[1;{columns}R\x1b[1;4R\x1b[1;4R");
        for locale in ["ja_JP.SJIS", "C", "ja_JP.UTF-8"] {
            let answer = ask(&mut script([(3, says.as_str())])).unwrap();
            let fault = opened(None, locale, folder.path(), answer).unwrap_err();
            assert!(matches!(fault, ScreenFault::NotUtf8), "{fault}");
            assert_eq!(fault.outcome(), Outcome::Usage);
            for language in [Language::Japanese, Language::English] {
                let sentence = Messages::load(language, &Assets::built_in()).explain(&fault);
                assert!(sentence.is_ascii() && sentence.contains("UTF-8"), "{sentence}");
            }
        }
    }
}

#[test]
fn lang_c_is_no_matter_where_the_terminal_shows_utf8_and_a_doubt_where_it_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let good = || ask(&mut script([(3, "\x1b[1;5R\x1b[1;2R\x1b[1;2R")])).unwrap();
    let silent = || ask(&mut script([])).unwrap();
    for locale in ["C", "POSIX", "ja_JP.eucJP"] {
        assert_eq!(opened(None, locale, folder.path(), good()).unwrap().doubtful, None);
        assert_eq!(opened(None, locale, folder.path(), silent()).unwrap().doubtful.as_deref(), Some(locale));
        let set = opened(Some(WidthPolicy::Wide), locale, folder.path(), good()).unwrap();
        assert_eq!(set.doubtful.as_deref(), Some(locale), "nothing was asked");
    }
    assert_eq!(opened(None, "C.UTF-8", folder.path(), silent()).unwrap().doubtful, None);
}
