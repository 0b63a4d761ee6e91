//! The terminal itself: raw mode, alternate screen, bracketed paste, and the way back from all that, also out of a
//! panic. Each frame is one buffered write inside of one synchronized update.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute, queue, terminal};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use super::face::Face;
use super::model::Model;
use super::run::ScreenFault;
use super::view;

/// Bytes of the frame that is being drawn.
#[derive(Debug, Clone, Default)]
struct Paper(Rc<RefCell<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal while the screen is open. Dropping it gives the terminal back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Paper>>,
    paper: Paper,
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
        let paper = Paper::default();
        let (width, height) = terminal::size()?;
        enter()?;
        // A fixed viewport takes its size from resize events alone: some consoles report a stale one when asked.
        let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
        let terminal = Terminal::with_options(CrosstermBackend::new(paper.clone()), TerminalOptions { viewport });
        match terminal {
            Ok(terminal) => Ok(Self { terminal, paper }),
            Err(error) => {
                leave();
                Err(error.into())
            }
        }
    }

    /// Draws a frame: one synchronized update in one write.
    fn frame(&mut self, model: &Model) -> io::Result<()> {
        // What clearing or resizing wrote since the last frame goes out inside of this one.
        let earlier = std::mem::take(&mut *self.paper.0.borrow_mut());
        let mut frame = Vec::with_capacity(earlier.len() + 8192);
        queue!(frame, BeginSynchronizedUpdate)?;
        frame.extend_from_slice(&earlier);
        self.terminal.draw(|frame| view::view(model, frame))?;
        frame.append(&mut self.paper.0.borrow_mut());
        queue!(frame, EndSynchronizedUpdate)?;
        let mut out = io::stdout().lock();
        out.write_all(&frame)?;
        out.flush()
    }
}

impl Face for Screen {
    fn size(&mut self) -> (u16, u16) {
        let area = self.terminal.get_frame().area();
        (area.width, area.height)
    }

    fn resize(&mut self, width: u16, height: u16) -> io::Result<Option<(u16, u16)>> {
        self.terminal.resize(Rect::new(0, 0, width, height))?;
        Ok(Some((width, height)))
    }

    /// Forgets what the terminal shows, so that the next frame draws everything.
    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    fn draw(&mut self, model: &mut Model) -> io::Result<()> {
        self.frame(model)
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> io::Result<()> {
        use rustix::process::{Signal, getpid, kill_process};
        leave();
        kill_process(getpid(), Signal::TSTP)?;
        enter()?;
        let (width, height) = terminal::size()?;
        self.resize(width, height)?;
        self.redraw()
    }

    /// There is no background on this system.
    #[cfg(not(unix))]
    fn suspend(&mut self) -> io::Result<()> {
        self.redraw()
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
        std::panic::set_hook(Box::new(move |_| {
            if std::thread::current().id() == screen {
                leave();
            }
        }));
    });
}
