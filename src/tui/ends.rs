//! The signals that ask the program to end. They are heeded from before the terminal is taken over: one that comes while
//! the terminal is still being asked must not leave it raw, and ends the screen as soon as it runs.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// What the loop stands on.
pub(super) struct Ground {
    pub(super) runtime: Runtime,
    pub(super) ends: Ends,
}

impl Ground {
    /// From now on the signals no longer end the program by themselves.
    ///
    /// # Errors
    /// The system gives no means to hear of them.
    pub(super) fn prepare() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let within = runtime.enter();
        let ends = ends()?;
        drop(within);
        Ok(Self { runtime, ends })
    }
}

/// The signals that ask the program to end.
#[cfg(unix)]
pub(super) struct Ends {
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
    /// Waits for one of them.
    pub(super) async fn wait(&mut self) {
        tokio::select! {
            _ = self.hangup.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Elsewhere the closing of the console arrives as the end of its events.
#[cfg(not(unix))]
pub(super) struct Ends;

#[cfg(not(unix))]
fn ends() -> io::Result<Ends> {
    Ok(Ends)
}

#[cfg(not(unix))]
impl Ends {
    /// Waits for one of them.
    pub(super) async fn wait(&mut self) {
        std::future::pending::<()>().await;
    }
}
