//! The loop: signals, keys and results come in, are all taken, and then one frame is drawn, at most 60 a second. It
//! sleeps when nothing happens. Nothing here decides anything; that is `update`.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::channel;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::stream::select_all;
use futures_util::{FutureExt as _, Stream, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant as Tick, sleep, sleep_until};

use super::backend::{Backend, Cancel, Reply};
use super::ends::{Ends, Ground};
use super::face::Face;
use super::hold::Hold;
use super::keymap::Key;
use super::message::{Effect, Errand, Message, Work};
use super::model::Model;
use super::probe::late::{HELD, Late};
use super::resume;
use super::trail;
use super::update::update;
use crate::domain::application::Instant;
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::panics;

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(16);

/// The same over a slow line, but that a key is answered at once.
const SLOW_FRAME: Duration = Duration::from_millis(100);

/// How often the time of day is looked at.
const CLOCK: Duration = Duration::from_secs(15);

/// How long the end after a panic waits for the place to be kept.
const LAST: Duration = Duration::from_secs(2);

/// How many messages are taken before a frame is drawn all the same.
const BATCH: usize = 4_096;

/// Why the screen can't open or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ScreenFault {
    /// Standard input or output is no terminal.
    #[error("not a terminal")]
    NoTerminal,
    /// `TERM=dumb`.
    #[error("dumb terminal")]
    DumbTerminal,
    /// The terminal shows the bytes of UTF-8 as other characters. Its sentence is ASCII: nothing else can be read there.
    #[error("not UTF-8")]
    NotUtf8,
    /// Reading from or writing to the terminal failed.
    #[error("terminal: {0}")]
    Terminal(#[from] io::Error),
}

impl Fault for ScreenFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoTerminal => "screen.no_terminal",
            Self::DumbTerminal => "screen.dumb_terminal",
            Self::NotUtf8 => "screen.not_utf8",
            Self::Terminal(_) => "screen.terminal",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Terminal(error) => vec![("detail", error.kind().to_string())],
            Self::NoTerminal | Self::DumbTerminal | Self::NotUtf8 => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::NoTerminal | Self::DumbTerminal | Self::NotUtf8 => Outcome::Usage,
            Self::Terminal(_) => Outcome::Failed,
        }
    }
}

/// A way for other threads to reach the screen, e.g. for a watcher that sees another process change the store.
pub type Watcher = Box<dyn FnOnce(Reply)>;

/// Runs the screen and returns when it is left. `ground` was made before the terminal was taken; `typed` and `late` come from asking the terminal, `model` and `first`
/// from [`Model::new`]; `clock` tells the time of day; `watch` is called once with a way to send messages
/// (`StoreChanged`) from outside.
///
/// # Errors
/// The terminal went away.
pub(super) fn run(
    (Ground { runtime, ends }, screen): (Ground, Box<dyn Face>),
    (typed, late): (Vec<Message>, Late),
    model: Model,
    first: Vec<Effect>,
    backend: &dyn Backend,
    clock: fn() -> Instant,
    watch: Watcher,
) -> Result<(), ScreenFault> {
    runtime.block_on(async move {
        let (sender, receiver) = unbounded_channel();
        let cancels = HashMap::new();
        let mut running =
            Running { model, screen, late, backend, clock, sender, cancels, search: None, over: false, gone: None };
        watch(running.reply());
        let ended = AssertUnwindSafe(running.go(ends, receiver, first, typed)).catch_unwind().await;
        ended.unwrap_or_else(|panic| {
            running.fall();
            resume_unwind(panic)
        })
    })
}

struct Running<'a> {
    model: Model,
    screen: Box<dyn Face>,
    late: Late,
    backend: &'a dyn Backend,
    clock: fn() -> Instant,
    sender: UnboundedSender<Message>,
    cancels: HashMap<Work, Cancel>,
    /// The newest search of the messages that are being taken. It sets out behind the last of them, so that keys that
    /// come at once are one search.
    search: Option<Errand>,
    over: bool,
    /// Why the terminal can't be written to any more.
    gone: Option<io::Error>,
}

impl Running<'_> {
    fn reply(&self) -> Reply {
        let sender = self.sender.clone();
        Reply::new(move |message| {
            // After the end nobody listens any more.
            drop(sender.send(message));
        })
    }

    async fn go(
        &mut self,
        mut ends: Ends,
        mut results: UnboundedReceiver<Message>,
        first: Vec<Effect>,
        typed: Vec<Message>,
    ) -> Result<(), ScreenFault> {
        let clock = self.clock;
        let (width, height) = self.screen.size()?;
        // A select polls all that it waits for at each turn, and to poll the events of a terminal takes a lock that their
        // thread holds: milliseconds where the processors are busy. In here they are polled only when they have called.
        let mut events = select_all([EventStream::new()]);
        self.carry_out(first);
        self.take_all([Message::Resize(width, height), Message::Clock(clock())]);
        self.take_all(typed);
        self.set_out();
        let mut held_until = Tick::now() + HELD;
        let mut next_clock = Tick::now() + CLOCK;
        let mut next_frame = Tick::now();
        let mut next_answer = Tick::now();
        let (mut dirty, mut hold) = (true, Hold::default());
        while !self.over {
            let due = hold.due(next_frame, self.model.lacks_rows(), self.model.types_text());
            let messages = tokio::select! {
                biased;
                () = ends.wait() => vec![Message::Hangup],
                event = events.next(), if !self.model.keeping.is_leaving() => {
                    held_until = Tick::now() + HELD;
                    next_frame = next_frame.min(next_answer);
                    self.read(event)
                }
                () = sleep_until(held_until), if self.late.holds() => keys(self.late.release()),
                result = results.recv() => result.into_iter().collect(),
                () = sleep_until(due), if dirty && !self.model.keeping.is_leaving() => {
                    let drawn = self.screen.draw(&mut self.model);
                    self.written(drawn);
                    dirty = false;
                    next_answer = Tick::now() + FRAME;
                    next_frame = if self.model.low_bandwidth { Tick::now() + SLOW_FRAME } else { next_answer };
                    continue;
                }
                () = sleep_until(next_clock) => {
                    next_clock = Tick::now() + CLOCK;
                    let mut messages = keys(self.late.forgive());
                    let now = clock();
                    // A frame is drawn only when the minute has changed.
                    let minute = |instant: Instant| instant.seconds.div_euclid(60);
                    messages.extend((self.model.now.map(minute) != Some(minute(now))).then_some(Message::Clock(now)));
                    messages
                }
            };
            if messages.is_empty() {
                continue;
            }
            self.take_all(messages);
            for _ in 0..BATCH {
                if !self.model.keeping.is_leaving()
                    && let Poll::Ready(event) = at_once(&mut events).await
                {
                    held_until = Tick::now() + HELD;
                    next_frame = next_frame.min(next_answer);
                    let messages = self.read(event);
                    self.take_all(messages);
                } else if let Ok(result) = results.try_recv() {
                    self.take(result);
                } else {
                    break;
                }
            }
            self.set_out();
            dirty = true;
        }
        self.gone.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// What came of writing to the terminal. One that is gone is a hang-up: the place is kept all the same.
    fn written(&mut self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            self.gone = Some(error);
            self.take(Message::Hangup);
        }
    }

    /// After a panic: the place is kept as far as it can be known, and what was going on is noted for the report.
    fn fall(&self) {
        let facts = catch_unwind(AssertUnwindSafe(|| trail::facts(&self.model)));
        panics::add_scene(facts.unwrap_or_default());
        let errand = catch_unwind(AssertUnwindSafe(|| resume::fallen(&self.model)));
        if let Ok(Some(errand)) = errand {
            let (kept, answer) = channel();
            let reply = Reply::new(move |message| drop(kept.send(message)));
            self.backend.execute(errand, reply, Cancel::default());
            drop(answer.recv_timeout(LAST));
        }
    }

    /// What an event of the terminal means. A terminal that is gone is a hang-up.
    fn read(&mut self, event: Option<io::Result<Event>>) -> Vec<Message> {
        let message = match event {
            Some(Ok(Event::Key(key))) => {
                let key = Key::from_event(&key);
                return key.map_or_else(Vec::new, |key| keys(self.late.take(key)));
            }
            None | Some(Err(_)) => Some(Message::Hangup),
            Some(Ok(Event::Paste(text))) => Some(Message::Paste(text)),
            Some(Ok(Event::Resize(width, height))) => {
                self.screen.resize((width, height)).map(|(width, height)| Message::Resize(width, height))
            }
            Some(Ok(Event::FocusGained)) => Some(Message::Focus),
            Some(Ok(Event::FocusLost | Event::Mouse(_))) => None,
        };
        keys(self.late.release()).into_iter().chain(message).collect()
    }

    fn take_all(&mut self, messages: impl IntoIterator<Item = Message>) {
        for message in messages {
            self.take(message);
        }
    }

    fn take(&mut self, message: Message) {
        // What begins or ends is timed to the second; nothing waits for a clock that only looks at minutes.
        let now = (self.clock)();
        if self.model.now.map(|at| at.seconds) != Some(now.seconds) {
            let effects = update(&mut self.model, Message::Clock(now));
            self.carry_out(effects);
        }
        let own = match message {
            Message::Key(key) => self.screen.key(&mut self.model, key),
            _ => None,
        };
        let effects = own.unwrap_or_else(|| update(&mut self.model, message));
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Errand(errand) if errand.work() == Some(Work::Search) => self.search = Some(errand),
                Effect::Errand(errand) => self.execute(errand),
                Effect::Cancel(work) => {
                    self.search = self.search.take().filter(|_| work != Work::Search);
                    if let Some(cancel) = self.cancels.get(&work) {
                        cancel.cancel();
                    }
                }
                Effect::Wake(milliseconds, alarm) => {
                    let sender = self.sender.clone();
                    let timer = tokio::spawn(async move {
                        sleep(Duration::from_millis(milliseconds)).await;
                        drop(sender.send(Message::Woke(alarm)));
                    });
                    drop(timer);
                }
                Effect::Redraw => self.screen.redraw(),
                Effect::Suspend => match self.screen.suspend() {
                    Ok((width, height)) => self.take(Message::Resize(width, height)),
                    // The terminal went away meanwhile. It is asked nothing more: waiting for its events would not end.
                    Err(gone) => self.written(Err(gone)),
                },
                Effect::Quit => self.over = true,
            }
        }
    }

    fn execute(&mut self, errand: Errand) {
        let cancel = self.cancel_for(&errand);
        self.backend.execute(errand, self.reply(), cancel);
    }

    /// Lets the search set out that waited for further keys.
    fn set_out(&mut self) {
        if let Some(search) = self.search.take() {
            self.execute(search);
        }
    }

    /// A flag for an errand. A new search or plan ends the one before it.
    fn cancel_for(&mut self, errand: &Errand) -> Cancel {
        let cancel = Cancel::default();
        if let Some(work) = errand.work() {
            let earlier = self.cancels.insert(work, cancel.clone());
            if let (Some(earlier), Work::Search | Work::Plan | Work::Views | Work::Forms | Work::Find) = (earlier, work)
            {
                earlier.cancel();
            }
        }
        cancel
    }
}

impl Drop for Running<'_> {
    /// Reading stops at once. A change that is being written either ends whole or not at all: that is the store's part.
    fn drop(&mut self) {
        for cancel in self.cancels.values() {
            cancel.cancel();
        }
    }
}

fn keys(keys: Vec<Key>) -> Vec<Message> {
    keys.into_iter().map(Message::Key).collect()
}

/// What a stream has ready, without waiting. It is polled with the waker of the loop itself: crossterm's stream keeps
/// the waker of its last poll, and one that wakes nobody would leave the loop asleep at the next key.
async fn at_once<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    poll_fn(|context| Poll::Ready(stream.poll_next_unpin(context))).await
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::tui::driver::Driver;
    use crate::tui::keymap::Code;

    /// A backend that only notes what it is asked.
    #[derive(Default)]
    struct Notes(Mutex<Vec<Option<Work>>>);

    impl Backend for Notes {
        fn execute(&self, errand: Errand, _reply: Reply, _cancel: Cancel) {
            self.0.lock().unwrap().push(errand.work());
        }
    }

    struct Blind;

    impl Face for Blind {
        fn size(&mut self) -> io::Result<(u16, u16)> {
            Ok((80, 24))
        }

        fn resize(&mut self, size: (u16, u16)) -> Option<(u16, u16)> {
            Some(size)
        }

        fn redraw(&mut self) {}

        fn draw(&mut self, _model: &mut Model) -> io::Result<()> {
            Ok(())
        }

        fn suspend(&mut self) -> io::Result<(u16, u16)> {
            Ok((80, 24))
        }
    }

    #[test]
    fn keys_that_come_at_once_are_one_search() {
        let (sender, _receiver) = unbounded_channel();
        let notes = Notes::default();
        let mut running = Running {
            model: Driver::with(20).model,
            screen: Box::new(Blind),
            late: Late::default(),
            backend: &notes,
            clock: || crate::tui::driver::NOW,
            sender,
            cancels: HashMap::new(),
            search: None,
            over: false,
            gone: None,
        };
        running.take_all(keys("/山形".chars().map(|c| Key::plain(Code::Char(c))).collect()));
        running.set_out();
        let asked = notes.0.lock().unwrap();
        assert_eq!(asked.iter().filter(|work| **work == Some(Work::Search)).count(), 1, "{asked:?}");
        assert_eq!(running.model.search.typed, "山形");
    }
}
