//! A real terminal for the real program: tmux in a server of its own, keys in, screen out. Its width table is not ours,
//! which is the point.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't set up has failed")]

use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a screen may take to show what a test waits for; a loaded machine must not fail a sound program.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal of a given size; it is gone with the value.
pub struct Terminal {
    server: String,
}

static SERVERS: AtomicU32 = AtomicU32::new(0);

impl Terminal {
    /// Opens a terminal and runs a command line of the shell in it; when that ends, the screen says `ENDED` with its
    /// exit code.
    pub fn run(width: u16, height: u16, command: &str) -> Self {
        let server = format!("sekisho-{}-{}", std::process::id(), SERVERS.fetch_add(1, Ordering::Relaxed));
        let terminal = Self { server };
        let script = format!("{command}; echo ENDED $?; exec sleep 600");
        let (width, height) = (width.to_string(), height.to_string());
        terminal.tmux(&["new-session", "-d", "-s", "t", "-x", &width, "-y", &height, "sh", "-c", &script]);
        terminal
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("tmux");
        command.args(["-u", "-f", "/dev/null", "-L", &self.server]).args(arguments);
        command.env("LANG", "C.UTF-8").env("LC_ALL", "C.UTF-8").env_remove("TMUX");
        let output = command.output().expect("tmux must be installed: cargo xtask test sees to it");
        assert!(output.status.success(), "tmux {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// What the screen shows.
    pub fn screen(&self) -> String {
        String::from_utf8(self.tmux(&["capture-pane", "-p", "-t", "t"]).stdout).unwrap()
    }

    /// Presses keys, by tmux's names (`Enter`, `Escape`, `F12`, `Space`) or as single characters.
    pub fn press(&self, keys: &[&str]) {
        let mut arguments = vec!["send-keys", "-t", "t"];
        arguments.extend(keys);
        self.tmux(&arguments);
    }

    /// Types a text as it stands.
    pub fn type_text(&self, text: &str) {
        self.tmux(&["send-keys", "-t", "t", "-l", text]);
    }

    /// Writes everything that the terminal is sent from now on into a file, byte for byte.
    pub fn record(&self, file: &std::path::Path) {
        self.tmux(&["pipe-pane", "-t", "t", "-O", &format!("cat > '{}'", file.display())]);
    }

    /// Changes the size.
    pub fn resize(&self, width: u16, height: u16) {
        self.tmux(&["resize-window", "-t", "t", "-x", &width.to_string(), "-y", &height.to_string()]);
    }

    /// Where the terminal's own cursor stands: column and line from 0.
    pub fn cursor(&self) -> (u16, u16) {
        let output = self.tmux(&["display-message", "-p", "-t", "t", "#{cursor_x} #{cursor_y}"]);
        let text = String::from_utf8(output.stdout).unwrap();
        let (x, y) = text.trim().split_once(' ').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    }

    /// The process that runs in the terminal's shell.
    pub fn shell(&self) -> u32 {
        let output = self.tmux(&["display-message", "-p", "-t", "t", "#{pane_pid}"]);
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    }

    /// The program that the shell waits for.
    pub fn program(&self) -> u32 {
        let shell = self.shell();
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap();
        children.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Closes the terminal, as a window is closed.
    pub fn close(&self) {
        let mut command = Command::new("tmux");
        drop(command.args(["-L", &self.server, "kill-server"]).output());
    }

    /// Waits until the screen is as it should be and gives it back; fails with the screen as it is.
    pub fn wait_until(&self, what: &str, good: impl Fn(&str) -> bool) -> String {
        let began = Instant::now();
        loop {
            let screen = self.screen();
            if good(&screen) {
                return screen;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain for: {what}\n{screen}");
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Waits until a text stands on the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |screen| screen.contains(text))
    }
}

/// Waits until something is so that no screen shows.
pub fn wait_until(what: &str, good: impl Fn() -> bool) {
    let began = Instant::now();
    while !good() {
        assert!(began.elapsed() < PATIENCE, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(40));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.close();
    }
}
