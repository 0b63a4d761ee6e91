//! The loop: signals, keys and results come in, are all taken, and then one frame is drawn, at most 60 a second. It
//! sleeps when nothing happens. Nothing here decides anything; that is `update`.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant as Tick, sleep, sleep_until};

use super::backend::{Backend, Cancel, Reply};
use super::face::Face;
use super::keymap::Key;
use super::message::{Effect, Errand, Message, Work};
use super::model::Model;
use super::plain::Console;
use super::terminal::Screen;
use super::update::update;
use crate::domain::application::Instant;
use crate::domain::fault::{Arguments, Fault, Outcome};

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(16);

/// How often the time of day is looked at.
const CLOCK: Duration = Duration::from_secs(15);

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
    /// Reading from or writing to the terminal failed.
    #[error("terminal: {0}")]
    Terminal(#[from] io::Error),
}

impl Fault for ScreenFault {
    fn code(&self) -> &'static str {
        match self {
            Self::NoTerminal => "screen.no_terminal",
            Self::DumbTerminal => "screen.dumb_terminal",
            Self::Terminal(_) => "screen.terminal",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Terminal(error) => vec![("detail", error.kind().to_string())],
            Self::NoTerminal | Self::DumbTerminal => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::NoTerminal | Self::DumbTerminal => Outcome::Usage,
            Self::Terminal(_) => Outcome::Failed,
        }
    }
}

/// A way for other threads to reach the screen, e.g. for a watcher that sees another process change the store.
pub type Watcher = Box<dyn FnOnce(Reply)>;

/// Opens the screen and returns when it is left. `model` and `first` come from [`Model::new`]; `clock` tells the time
/// of day; `watch` is called once with a way to send messages (`StoreChanged`) from outside.
///
/// # Errors
/// There is no usable terminal (exit 2), or it went away.
pub fn run(
    model: Model,
    first: Vec<Effect>,
    backend: &dyn Backend,
    clock: fn() -> Instant,
    watch: Watcher,
) -> Result<(), ScreenFault> {
    let screen: Box<dyn Face> = if model.plain { Box::new(Console::open()?) } else { Box::new(Screen::open()?) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        let (sender, receiver) = unbounded_channel();
        let mut running = Running { model, screen, backend, sender, cancels: HashMap::new(), over: false };
        watch(running.reply());
        running.go(receiver, first, clock).await
    })
}

struct Running<'a> {
    model: Model,
    screen: Box<dyn Face>,
    backend: &'a dyn Backend,
    sender: UnboundedSender<Message>,
    cancels: HashMap<Work, Cancel>,
    over: bool,
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
        mut results: UnboundedReceiver<Message>,
        first: Vec<Effect>,
        clock: fn() -> Instant,
    ) -> Result<(), ScreenFault> {
        let mut events = EventStream::new();
        let mut ends = ends()?;
        let (width, height) = self.screen.size();
        self.carry_out(first)?;
        self.take(Message::Resize(width, height))?;
        self.take(Message::Clock(clock()))?;
        let mut next_clock = Tick::now() + CLOCK;
        let mut next_frame = Tick::now();
        let mut dirty = true;
        while !self.over {
            let message = tokio::select! {
                biased;
                () = ends.wait() => Some(Message::Hangup),
                event = events.next() => self.read(event)?,
                result = results.recv() => result,
                () = sleep_until(next_frame), if dirty => {
                    self.screen.draw(&mut self.model)?;
                    dirty = false;
                    next_frame = Tick::now() + FRAME;
                    continue;
                }
                () = sleep_until(next_clock) => {
                    next_clock = Tick::now() + CLOCK;
                    let now = clock();
                    // A frame is drawn only when the minute has changed.
                    let minute = |instant: Instant| instant.seconds.div_euclid(60);
                    (self.model.now.map(minute) != Some(minute(now))).then_some(Message::Clock(now))
                }
            };
            let Some(message) = message else { continue };
            self.take(message)?;
            for _ in 0..BATCH {
                if let Poll::Ready(event) = at_once(&mut events).await {
                    if let Some(message) = self.read(event)? {
                        self.take(message)?;
                    }
                } else if let Ok(result) = results.try_recv() {
                    self.take(result)?;
                } else {
                    break;
                }
            }
            dirty = true;
        }
        Ok(())
    }

    /// What an event of the terminal means. A terminal that is gone is a hang-up.
    fn read(&mut self, event: Option<io::Result<Event>>) -> Result<Option<Message>, ScreenFault> {
        Ok(match event {
            None | Some(Err(_)) => Some(Message::Hangup),
            Some(Ok(Event::Key(key))) => Key::from_event(&key).map(Message::Key),
            Some(Ok(Event::Paste(text))) => Some(Message::Paste(text)),
            Some(Ok(Event::Resize(width, height))) => {
                self.screen.resize(width, height)?.map(|(width, height)| Message::Resize(width, height))
            }
            Some(Ok(Event::FocusGained)) => Some(Message::Focus),
            Some(Ok(Event::FocusLost | Event::Mouse(_))) => None,
        })
    }

    fn take(&mut self, message: Message) -> Result<(), ScreenFault> {
        let own = match message {
            Message::Key(key) => self.screen.key(&mut self.model, key),
            _ => None,
        };
        let effects = own.unwrap_or_else(|| update(&mut self.model, message));
        self.carry_out(effects)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Result<(), ScreenFault> {
        for effect in effects {
            match effect {
                Effect::Errand(errand) => {
                    let cancel = self.cancel_for(&errand);
                    self.backend.execute(errand, self.reply(), cancel);
                }
                Effect::Cancel(work) => {
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
                Effect::Redraw => self.screen.redraw()?,
                Effect::Suspend => {
                    self.screen.suspend()?;
                    let (width, height) = self.screen.size();
                    self.take(Message::Resize(width, height))?;
                }
                Effect::Quit => self.over = true,
            }
        }
        Ok(())
    }

    /// A flag for an errand. A new search or plan ends the one before it.
    fn cancel_for(&mut self, errand: &Errand) -> Cancel {
        let cancel = Cancel::default();
        if let Some(work) = errand.work() {
            let earlier = self.cancels.insert(work, cancel.clone());
            if let (Some(earlier), Work::Search | Work::Plan | Work::Views | Work::Forms) = (earlier, work) {
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

/// What a stream has ready, without waiting. It is polled with the waker of the loop itself: crossterm's stream keeps
/// the waker of its last poll, and one that wakes nobody would leave the loop asleep at the next key.
async fn at_once<S: Stream + Unpin>(stream: &mut S) -> Poll<Option<S::Item>> {
    poll_fn(|context| Poll::Ready(stream.poll_next_unpin(context))).await
}

/// The signals that ask the program to end.
#[cfg(unix)]
struct Ends {
    hangup: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
fn ends() -> io::Result<Ends> {
    use tokio::signal::unix::{SignalKind, signal};
    Ok(Ends { hangup: signal(SignalKind::hangup())?, terminate: signal(SignalKind::terminate())? })
}

#[cfg(unix)]
impl Ends {
    async fn wait(&mut self) {
        tokio::select! {
            _ = self.hangup.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Elsewhere the closing of the console arrives as the end of its events.
#[cfg(not(unix))]
struct Ends;

#[cfg(not(unix))]
fn ends() -> io::Result<Ends> {
    Ok(Ends)
}

#[cfg(not(unix))]
impl Ends {
    async fn wait(&mut self) {
        std::future::pending::<()>().await;
    }
}
