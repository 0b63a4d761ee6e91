//! What `cargo xtask bench` measures inside of the program: search, count, batches, and what a stock backend would have
//! sent. `cargo xtask bench` starts it on a store that it has made; by itself it does nothing, and `cargo test` ends at
//! once.
//!
//! Times of the processor are those of the whole process, all threads: a search may use several.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "figures for the program that asks; set-up may fail"
)]

mod batch;
mod narrow;
mod pass;
mod screen;
mod search;
mod text;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use sekisho::config;
use sekisho::office::{Desk, Machine, Opening, SharedIndex, Surroundings};
use serde_json::{Value, json};

/// What one piece of work took.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    /// Of all threads of the process, those that work in the background included.
    processor: Duration,
}

impl Took {
    fn json(self) -> Value {
        json!({ "wall_s": self.wall.as_secs_f64(), "cpu_s": self.processor.as_secs_f64() })
    }
}

/// Two clocks, begun together.
#[derive(Debug, Clone, Copy)]
struct Clocks {
    wall: Instant,
    processor: Duration,
}

impl Clocks {
    fn start() -> Self {
        Self { wall: Instant::now(), processor: processor() }
    }

    fn took(self) -> Took {
        // The processor's first: reading the other costs nothing that anybody would count.
        let processor = processor().saturating_sub(self.processor);
        Took { wall: self.wall.elapsed(), processor }
    }
}

/// The time of the processor that this process has used so far.
fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Sits down at the store, as the threads of the screen do, which share an index.
fn desk(store: &Path, index: &SharedIndex) -> Desk {
    let ids = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
    let id = ids.iter().find_map(|file| std::fs::read_to_string(file).ok()).filter(|id| !id.trim().is_empty());
    let surroundings = Surroundings {
        now: Arc::new(|| jiff::Timestamp::now().as_millisecond()),
        entropy: Arc::new(|bytes| getrandom::fill(bytes).unwrap()),
        user: "bench".to_owned(),
        machine: Machine { id, notes: config::state_folder() },
        marks: Default::default(),
        policy: Arc::default(),
        cost: sekisho::office::Cost::CHEAP,
    };
    let opening = Opening { operator: None, wait: Duration::from_secs(60), credential: None };
    Desk::open(store, surroundings, &opening).unwrap().sharing(index)
}

/// Makes ready what the screen makes ready in the background. THE place for that: what is measured after it is what a
/// person meets who has the screen open for a moment.
fn ready(desk: &Desk) {
    desk.keep_up(&AtomicBool::new(false)).unwrap();
    // Quiet = next to no work for three looks in a row.
    let mut quiet = 0;
    while quiet < 3 {
        let clocks = Clocks::start();
        std::thread::sleep(Duration::from_millis(50));
        quiet = if clocks.took().processor < Duration::from_millis(2) { quiet + 1 } else { 0 };
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let index = SharedIndex::default();
    let answer = match words.as_slice() {
        ["text", store, out, queries] => text::write(&desk(Path::new(store), &index), Path::new(out), &lines(queries)),
        ["search", store, text, queries, typed] => {
            let (desk, rows) = (desk(Path::new(store), &index), desk(Path::new(store), &index));
            ready(&desk);
            // A screen has shown its list before anybody types.
            search::first_rows(&desk, &rows, "");
            let before = pass::over(Path::new(text));
            let mut answer = search::all(&desk, &rows, &lines(queries), &lines(typed));
            answer["pass"] = json!([before.json(), pass::over(Path::new(text)).json()]);
            answer
        }
        ["batch", store, count] => {
            let mut desk = desk(Path::new(store), &index);
            ready(&desk);
            batch::change(&mut desk, Path::new(store), count.parse().unwrap())
        }
        ["stock", before, after] => screen::stock(&std::fs::read(before).unwrap(), &std::fs::read(after).unwrap()),
        _ => return,
    };
    println!("{answer}");
}

/// One word in each line.
fn lines(file: &str) -> Vec<String> {
    std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}
