//! A bare terminal line: what the program writes is read, and what a terminal answers when it is asked where its cursor
//! is, the test decides: something, late, or nothing at all. An answer lies ready before the program asks, so that it is
//! in time however busy the machine is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't set up has failed")]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// How long a screen may take to show what a test waits for; a loaded machine must not fail a sound program.
const PATIENCE: Duration = Duration::from_secs(60);

/// What has come over the line.
struct Come {
    bytes: Vec<u8>,
    screen: vt100::Parser,
}

/// A program on a line of its own; it is ended with the value.
pub struct Line {
    keyboard: File,
    come: Arc<Mutex<Come>>,
    child: Child,
}

impl Line {
    /// Runs a program on a line of 80 columns and 24 lines, on which the terminal has said `answer`.
    pub fn run(command: &Command, answer: &str) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        tcsetwinsize(&master, Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let open = || rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        // In a session of its own, so that the terminal of whoever runs the tests isn't taken for it.
        let mut child = Command::new("setsid");
        child.arg("--wait").arg(OsStr::from_bytes(command.get_program().as_bytes())).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => child.env(name, value),
                None => child.env_remove(name),
            };
        }
        child.env("TERM", "xterm-256color").env_remove("TERM_PROGRAM").env_remove("SSH_CONNECTION");
        child.stdin(Stdio::from(open())).stdout(Stdio::from(open())).stderr(Stdio::from(open()));
        let mut keyboard = File::from(master);
        keyboard.write_all(answer.as_bytes()).unwrap();
        let child = child.spawn().expect("setsid must be installed");
        let mut out = keyboard.try_clone().unwrap();
        let come = Arc::new(Mutex::new(Come { bytes: Vec::new(), screen: vt100::Parser::default() }));
        let shared = Arc::clone(&come);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Reading fails once the program is gone.
            while let Ok(count @ 1..) = out.read(&mut buffer) {
                let mut come = shared.lock().unwrap();
                come.bytes.extend_from_slice(&buffer[..count]);
                come.screen.process(&buffer[..count]);
            }
        });
        Self { keyboard, come, child }
    }

    /// What the terminal sends: keys, or answers.
    pub fn send(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// What the system, or whoever runs it, asks of the program.
    #[allow(dead_code, reason = "each test file uses its own part of this")]
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until a sequence has come.
    #[allow(dead_code, reason = "each test file uses its own part of this")]
    pub fn wait_for_bytes(&self, bytes: &[u8]) {
        let began = Instant::now();
        while !self.bytes().windows(bytes.len()).any(|part| part == bytes) {
            assert!(began.elapsed() < PATIENCE, "waited in vain for {bytes:?}\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What the screen shows.
    pub fn screen(&self) -> String {
        self.come.lock().unwrap().screen.screen().contents()
    }

    /// All that has come.
    pub fn bytes(&self) -> Vec<u8> {
        self.come.lock().unwrap().bytes.clone()
    }

    /// Waits until a text stands on the screen, and gives the screen back; fails with the screen as it is.
    pub fn wait_for(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return screen;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain for {text:?}\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end of the program; its exit code.
    pub fn end(&mut self) -> Option<i32> {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(began.elapsed() < PATIENCE, "it doesn't end\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // The line hangs up with the last of its ends, which ends the program too.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
