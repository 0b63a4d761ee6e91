//! The terminal in plain mode: raw, so that keys arrive one by one, and otherwise left alone. Lines are appended; not
//! one escape sequence is written, so a terminal that understands none (TERM=dumb) will do.

use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal;

use super::{Plain, SIZE};
use crate::tui::face::Face;
use crate::tui::keymap::Key;
use crate::tui::message::Effect;
use crate::tui::model::Model;
use crate::tui::run::ScreenFault;

/// The terminal while plain mode is on. Dropping it gives the terminal back.
pub struct Console {
    plain: Plain,
}

impl Console {
    /// Takes the keys of the terminal over.
    ///
    /// # Errors
    /// Standard input or output is no terminal.
    pub fn open() -> Result<Self, ScreenFault> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(ScreenFault::NoTerminal);
        }
        restore_on_panic();
        enter()?;
        Ok(Self { plain: Plain::default() })
    }

    /// Ends a line that is open, so that what follows begins on one of its own.
    fn end_line(&mut self) -> io::Result<()> {
        write(&self.plain.end_line())
    }
}

impl Face for Console {
    fn size(&mut self) -> io::Result<(u16, u16)> {
        Ok(SIZE)
    }

    /// What is read is drawn on a screen of one size, whatever the size of the terminal, which wraps the lines itself.
    fn resize(&mut self, _size: (u16, u16)) -> Option<(u16, u16)> {
        None
    }

    fn redraw(&mut self) {
        self.plain.again();
    }

    fn draw(&mut self, model: &mut Model) -> io::Result<()> {
        write(&self.plain.tell(model))
    }

    fn key(&mut self, model: &mut Model, key: Key) -> Option<Vec<Effect>> {
        self.plain.key(model, key)
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        use rustix::process::{Signal, getpid, kill_process};
        self.end_line()?;
        leave();
        kill_process(getpid(), Signal::TSTP)?;
        enter()?;
        Ok(SIZE)
    }

    #[cfg(not(unix))]
    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        self.end_line()?;
        Ok(SIZE)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // There is nobody left to be told that the last line could not be ended.
        drop(self.end_line());
        leave();
    }
}

fn write(text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Whether the keys are ours.
static OURS: AtomicBool = AtomicBool::new(false);

fn enter() -> io::Result<()> {
    OURS.store(true, Ordering::SeqCst);
    terminal::enable_raw_mode()
}

/// Gives the terminal back as it was. Errors are passed over: there is nobody left to tell.
fn leave() {
    if OURS.swap(false, Ordering::SeqCst) {
        drop(terminal::disable_raw_mode());
    }
}

/// On a panic of the loop's own thread the terminal is given back before anything is told.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    let own = std::thread::current().id();
    ONCE.call_once(|| {
        let noted = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == own {
                leave();
            }
            noted(info);
        }));
    });
}
