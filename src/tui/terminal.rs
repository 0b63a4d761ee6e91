//! The terminal itself: raw mode, alternate screen, bracketed paste, and the way back from all that, also out of a
//! panic.

use std::io::{self, IsTerminal};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;
use std::time::Duration;

use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, event, execute, terminal};

use super::canvas::Canvas;
use super::face::Face;
use super::model::Model;
use super::run::ScreenFault;

/// The terminal while the screen is open. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    canvas: Canvas,
}

impl Screen {
    /// Takes the terminal over.
    pub fn open() -> Result<Self, ScreenFault> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(ScreenFault::NoTerminal);
        }
        if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
            return Err(ScreenFault::DumbTerminal);
        }
        restore_on_panic();
        let size = terminal::size()?;
        enter()?;
        Ok(Self { canvas: Canvas::new(size) })
    }
}

impl Face for Screen {
    fn size(&mut self) -> io::Result<(u16, u16)> {
        // Once changes of it are heard of, they are told by events alone: some consoles report stale ones when asked.
        event::poll(Duration::ZERO)?;
        let size = terminal::size()?;
        self.canvas.resize(size);
        Ok(size)
    }

    fn resize(&mut self, size: (u16, u16)) -> Option<(u16, u16)> {
        self.canvas.resize(size);
        Some(size)
    }

    /// Forgets what the terminal shows, so that the next frame draws everything.
    fn redraw(&mut self) {
        self.canvas.redraw();
    }

    fn draw(&mut self, model: &mut Model) -> io::Result<()> {
        self.canvas.draw(model, &mut io::stdout().lock())
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        use rustix::process::{Signal, getpid, kill_process};
        leave();
        kill_process(getpid(), Signal::TSTP)?;
        enter()?;
        let size = terminal::size()?;
        self.resize(size);
        Ok(size)
    }

    /// There is no background on this system.
    #[cfg(not(unix))]
    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        self.redraw();
        terminal::size()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Whether the terminal is ours: it is given back once, else the second time would move the shell's cursor.
static OURS: AtomicBool = AtomicBool::new(false);

fn enter() -> io::Result<()> {
    OURS.store(true, Ordering::SeqCst);
    let entered = terminal::enable_raw_mode()
        .and_then(|()| execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange));
    if entered.is_err() {
        leave();
    }
    entered
}

/// Gives the terminal back as it was. Errors are passed over: there is nobody left to tell.
fn leave() {
    if !OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let left = execute!(
        io::stdout(),
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    drop(left);
    drop(terminal::disable_raw_mode());
}

/// On a panic of the screen's own thread the terminal is given back before anything is told; the command line, which
/// catches it, tells it in words that name nobody.
fn restore_on_panic() {
    static ONCE: Once = Once::new();
    let screen: ThreadId = std::thread::current().id();
    ONCE.call_once(|| {
        let noted = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == screen {
                leave();
            }
            noted(info);
        }));
    });
}
