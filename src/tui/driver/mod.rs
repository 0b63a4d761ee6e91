//! Drives the whole screen in a test: keys go in, a grid of characters comes out. No terminal, no thread, no clock,
//! no sleep; errands are run at once by a backend in memory, and `hold` keeps their answers back.

mod grid;
mod memory;
mod memory_books;
mod memory_compare;
mod memory_entry;
mod memory_fields;
mod memory_intake;
mod memory_log;
pub mod memory_phone;
mod memory_requests;
pub mod memory_sealing;
mod memory_sitting;
mod people;
mod seen;
mod wire;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::{Position, Rect};

use super::backend::{Backend, Cancel, Reply};
use super::canvas::Traits;
use super::keymap::{Code, Key, Keymap};
use super::lock::Locking;
use super::message::{Alarm, Effect, Message};
use super::model::{Model, QueryProblem, Seams, Segment, Surroundings};
use super::plain::{Plain, SIZE};
use super::text::WidthPolicy;
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::assets::Assets;
use crate::command::CommandId;
use crate::domain::application::Instant;
use crate::domain::calendar::Day;
use crate::domain::query::{Context, Query};
use crate::domain::release::Marks;
use crate::domain::sitting::Sitting;
use crate::messages::{Language, Messages};

pub use grid::{Grid, Widths};
pub use memory::{Memory, PASSPHRASE};
pub use memory_intake::{Intake, row};
pub use memory_requests::{COLLEAGUE, COLLEAGUES_PASSPHRASE};
pub use wire::{Wire, same};

/// 2026-11-20 16:05 in Japan.
pub const NOW: Instant = Instant { seconds: 1_795_158_300, offset_minutes: 540 };

/// How a screen is opened in a test.
#[derive(Debug, Clone)]
pub struct Setting {
    pub size: (u16, u16),
    pub language: Language,
    pub keymap: &'static str,
    pub theme: &'static str,
    pub ascii: bool,
    pub width: WidthPolicy,
    pub demo: bool,
    /// Whether it is somebody's practice; then it is a demo store as well.
    pub practice: bool,
    /// Whether opening an application takes it in hand.
    pub assign_on_open: bool,
    /// Whether it begins on 今日の仕事.
    pub today: bool,
    /// Whether the tour is offered.
    pub tour: bool,
    /// How many ids come in one part of a result.
    pub part: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            size: (80, 24),
            language: Language::Japanese,
            keymap: "default",
            theme: "default-16",
            ascii: false,
            width: WidthPolicy::Narrow,
            demo: false,
            practice: false,
            assign_on_open: false,
            today: false,
            tour: false,
            part: 1_000,
        }
    }
}

/// A screen in a test.
pub struct Driver {
    pub model: Model,
    pub memory: Arc<Memory>,
    answers: Arc<Mutex<VecDeque<Message>>>,
    held: bool,
    /// Effects that aren't errands, in order.
    pub asked: Vec<Effect>,
    /// How many times the alarm to keep one's place was set.
    pub alarms: u32,
    /// Plain mode, where the screen is opened in it, and what it has said.
    pub plain: Option<(Plain, String)>,
}

/// A query is wrong in these tests when it isn't one; the sentence is that of a bar with nothing behind it.
fn check_query(typed: &str) -> Result<Query, QueryProblem> {
    Query::parse_typing(typed, &TODAY).map_err(|error| {
        let at = error.column as usize - 1;
        QueryProblem { columns: at..at + 1, sentence: "「|」の後に言葉が必要です。".to_owned() }
    })
}

/// The day of [`NOW`].
pub const TODAY: Context = Context { today: Day::constant(2026, 11, 20) };

impl Driver {
    /// Opens a screen over some people.
    pub fn open(people: usize, setting: &Setting) -> Self {
        let assets = Assets::built_in();
        let (keymap, mut problems) = Keymap::load(&assets, setting.keymap);
        let (theme, more) = Theme::load(&assets, setting.theme);
        problems.extend(more);
        let theme = if setting.ascii { theme.in_ascii() } else { theme }.for_width(setting.width);
        let seams =
            Seams { check_query: Arc::new(check_query), write_day: Arc::new(|_| "令和8年11月20日".to_owned()) };
        let surroundings = Surroundings {
            segment: Segment::Lgwan,
            department: "市民課".to_owned(),
            operator: "山形花子".to_owned(),
            terminal: "lgwan-01".to_owned(),
            demo: setting.demo || setting.practice,
            practice: setting.practice,
            unsigned: setting.demo || setting.practice,
            export_folder: "/out".to_owned(),
            locking: Locking { asks: true, after: Some(10) },
            second_person: Vec::new(),
            assign_on_open: setting.assign_on_open,
        };
        let words = Messages::load(setting.language, &assets);
        let (mut model, first) = Model::new(words, (keymap, theme), &problems, seams, surroundings);
        model.traits = Traits { sure: true, regions: true };
        if setting.today {
            model.begin_at_today();
        }
        if setting.tour {
            model.offer_tour();
        }
        let (width, height) = setting.size;
        let mut driver = Self {
            model,
            memory: Arc::new(Memory::new(people::people(people), setting.part)),
            answers: Arc::default(),
            held: false,
            asked: Vec::new(),
            alarms: 0,
            plain: None,
        };
        driver.carry_out(first);
        driver.send(Message::Clock(NOW));
        driver.resize(width, height);
        driver
    }

    /// Opens a screen as most tests want it.
    pub fn with(people: usize) -> Self {
        Self::open(people, &Setting::default())
    }

    /// Takes up a sitting on this screen, as one that has just opened does.
    pub fn take_up(&mut self, sitting: Sitting) -> &mut Self {
        self.model.keeping.offer(sitting);
        let layout = self.model.arrangement.layout(self.model.list.sort);
        let first = self.model.take_up(layout, self.memory.views());
        self.carry_out(first);
        if !self.held {
            self.release();
        }
        self
    }

    /// Opens a screen with new files and rows set aside.
    pub fn with_files(setting: &Setting) -> Self {
        let mut driver = Self::open(20, setting);
        driver.memory.intake(|intake| *intake = Intake::sample());
        driver.send(Message::Focus);
        driver.asked.clear();
        driver
    }

    /// Lets these actions need a second person.
    pub fn marks(&mut self, words: &[&str]) -> &mut Self {
        let marks = Marks::set(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        self.memory.requests(|requests| requests.marks = Some(marks.clone()));
        self.model.surroundings.second_person = vec![marks];
        self
    }

    /// Presses keys: characters as they are, others by name in angle brackets (`/やまがた<Enter>a`).
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|inner| inner.split_once('>'));
            let key = match named.and_then(|(name, after)| Key::parse(name).map(|key| (key, after))) {
                Some((key, after)) => {
                    rest = after;
                    key
                }
                None => {
                    rest = &rest[c.len_utf8()..];
                    Key::plain(Code::Char(c))
                }
            };
            self.send(Message::Key(key));
        }
        self
    }

    /// Presses the key that a command has here and now, by the keymap in force.
    #[track_caller]
    pub fn command(&mut self, command: CommandId) -> &mut Self {
        let here = self.model.context();
        let offered = command.command().is_offered_in(here);
        let name = self.model.key_name(if offered { here } else { crate::command::Context::Tour }, command);
        assert!(!name.is_empty(), "{command:?} has no key in {:?}:\n{}", self.model.context(), self.screen());
        for key in name.split(' ') {
            self.send(Message::Key(Key::parse(key).unwrap()));
        }
        self
    }

    /// Sends a message and lets everything that follows from it happen.
    pub fn send(&mut self, message: Message) {
        let own = match (&mut self.plain, &message) {
            (Some((plain, _)), Message::Key(key)) => plain.key(&mut self.model, *key),
            _ => None,
        };
        let effects = own.unwrap_or_else(|| update(&mut self.model, message));
        self.carry_out(effects);
        if !self.held {
            self.release();
        }
        self.listen();
    }

    /// Opens plain mode over some people.
    pub fn plain(people: usize, setting: &Setting) -> Self {
        let mut driver = Self::open(people, &Setting { size: SIZE, ..setting.clone() });
        driver.model.plain = true;
        driver.model.theme = Theme::plain();
        driver.plain = Some((Plain::default(), String::new()));
        driver.listen();
        driver
    }

    /// Lets plain mode say what has changed, as after each batch of messages.
    pub fn listen(&mut self) {
        if let Some((plain, heard)) = &mut self.plain {
            heard.push_str(&plain.tell(&mut self.model));
        }
    }

    /// What plain mode has said since the last time one listened: the text that a terminal is given.
    pub fn heard(&mut self) -> String {
        self.plain.as_mut().map(|(_, heard)| std::mem::take(heard)).unwrap_or_default()
    }

    /// Changes the size of the terminal.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.send(Message::Resize(width, height));
    }

    /// Keeps answers back until `release`.
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// Delivers one answer that was kept back.
    pub fn release_one(&mut self) -> bool {
        let answer = self.answers.lock().unwrap().pop_front();
        let Some(message) = answer else { return false };
        let effects = update(&mut self.model, message);
        self.carry_out(effects);
        true
    }

    /// Delivers all answers, and those to what follows.
    pub fn release(&mut self) {
        self.held = false;
        while self.release_one() {}
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Errand(errand) => {
                    let answers = Arc::clone(&self.answers);
                    let reply = Reply::new(move |message| answers.lock().unwrap().push_back(message));
                    self.memory.execute(errand, reply, Cancel::default());
                }
                // It rings when a test says so.
                Effect::Wake(_, Alarm::Keep) => self.alarms += 1,
                // Fifteen seconds: a test that waits for them says so.
                Effect::Wake(_, Alarm::Conceal(_)) => {}
                Effect::Wake(_, alarm) => self.answers.lock().unwrap().push_back(Message::Woke(alarm)),
                other => {
                    if let (Effect::Redraw, Some((plain, _))) = (&other, &mut self.plain) {
                        plain.again();
                    }
                    self.asked.push(other);
                }
            }
        }
    }

    /// Draws the screen, and tells where the cursor belongs.
    fn draw(&self) -> (Buffer, Option<Position>) {
        let (width, height) = self.model.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let caret = view(&self.model, &mut buffer);
        (buffer, caret)
    }

    /// The lines of the screen, without spaces at their ends.
    pub fn lines(&self) -> Vec<String> {
        lines(&self.draw().0)
    }

    /// The lines of the screen, with what a test asks for between ‹ and ›.
    pub fn styled(&self, is_meant: impl Fn(&Cell) -> bool) -> Vec<String> {
        let buffer = self.draw().0;
        let line = |y| {
            let (mut line, mut x, mut inside) = (String::new(), 0, false);
            while x < buffer.area.width {
                let cell = &buffer[(x, y)];
                if is_meant(cell) != inside {
                    line.push(if inside { '›' } else { '‹' });
                    inside = !inside;
                }
                line.push_str(cell.symbol());
                x += cell.symbol().cell_width().max(1);
            }
            line.extend(inside.then_some('›'));
            line.trim_end().to_owned()
        };
        (0..buffer.area.height).map(line).collect()
    }

    /// The whole screen as one text.
    pub fn screen(&self) -> String {
        self.lines().join("\n")
    }

    /// Where the terminal's cursor stands.
    pub fn cursor(&self) -> Position {
        self.draw().1.unwrap_or_default()
    }

    /// Fails with the whole screen if a text isn't on it.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(screen.contains(text), "{text:?} is not on the screen:\n{screen}");
        self
    }

    /// Fails with the whole screen if a text is on it.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text:?} is on the screen:\n{screen}");
        self
    }
}

/// The lines of a buffer, without spaces at their ends.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let mut lines = Vec::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let (mut line, mut x) = (String::new(), buffer.area.left());
        while x < buffer.area.right() {
            let cell = &buffer[(x, y)];
            line.push_str(cell.symbol());
            x += cell.cell_width().max(1);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}
