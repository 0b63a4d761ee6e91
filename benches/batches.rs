//! A batch of many beside what the same change costs elsewhere: 100,000 random applications of a store get a status, are
//! undone and redone, and a table of 32 columns gets one bare UPDATE of as many rows, turn by turn in one run.
//!
//! `cargo bench --bench batches -- STORE WIDE [COUNT] [ROUNDS]`: STORE is a folder of a store that may be written to (a
//! copy), WIDE a database with a table `wide(id INTEGER PRIMARY KEY, …, status TEXT, …)`. Without them nothing is done.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "figures for the person at the terminal; set-up may fail")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use sekisho::domain::identity::ApplicationId;
use sekisho::domain::status::{Request, Status};
use sekisho::office::{self, Desk, Opening, Surroundings, Target};
use sekisho::store::Machine;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [store, wide, rest @ ..] = words.as_slice() else { return };
    let number = |place: usize, usual: usize| rest.get(place).map_or(usual, |word| word.parse().unwrap());
    let (count, rounds) = (number(0, 100_000), number(1, 5));
    let surroundings = Surroundings {
        now: Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64),
        entropy: Arc::new(|bytes| bytes.fill(7)),
        user: "bench".to_owned(),
        machine: Machine::default(),
        marks: Default::default(),
        policy: Arc::default(),
        cost: sekisho::office::Cost::CHEAP,
    };
    let opening = Opening { operator: None, wait: Duration::from_secs(10), credential: None };
    let mut desk = Desk::open(Path::new(store), surroundings, &opening).unwrap();
    let bare = Connection::open(wide).unwrap();
    bare.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;
         PRAGMA wal_autocheckpoint = 0; CREATE TEMP TABLE chosen(id INTEGER PRIMARY KEY);",
    )
    .unwrap();
    let request = Request::To(Status::Completed);
    let mut all: Vec<ApplicationId> = Vec::new();
    desk.store()
        .visit_states(&mut |id, _| {
            all.push(id);
            Ok(())
        })
        .unwrap();
    // Only those that may go there: who can't is named, and that is another figure.
    let movable = office::plan(&desk, request, &Target::Ids(all)).unwrap();
    let mut all: Vec<ApplicationId> =
        movable.groups.iter().flat_map(|group| group.targets.iter().map(|(id, _)| *id)).collect();
    all.sort_unstable();
    let mut seed = 42;
    let mut times: Vec<(&str, Vec<(f64, f64)>)> = Vec::new();
    for round in 0..rounds {
        let chosen = draw(&all, count, &mut seed);
        let mut timed = |name: &'static str, work: &mut dyn FnMut()| {
            let (wall, cpu) = measure(work);
            println!("{round} {name:<28} {wall:>8.1} ms {cpu:>8.1} ms of CPU");
            match times.iter_mut().find(|(known, _)| *known == name) {
                Some((_, times)) => times.push((wall, cpu)),
                None => times.push((name, vec![(wall, cpu)])),
            }
        };
        let tx = bare.unchecked_transaction().unwrap();
        bare.execute("DELETE FROM temp.chosen", []).unwrap();
        let mut insert = bare.prepare("INSERT INTO temp.chosen VALUES (?1)").unwrap();
        for id in &chosen {
            insert.execute([id.n()]).unwrap();
        }
        tx.commit().unwrap();
        timed("bare UPDATE of the wide table", &mut || {
            let sql = "UPDATE wide SET status = ?1 WHERE id IN (SELECT id FROM temp.chosen)";
            assert_eq!(bare.execute(sql, [format!("status {round}")]).unwrap(), count);
        });
        bare.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let target = Target::Ids(chosen.clone());
        let mut plan = None;
        timed("plan", &mut || plan = Some(office::plan(&desk, request, &target).unwrap()));
        let plan = plan.unwrap();
        timed("set status as planned", &mut || {
            let done = office::set_status_as_planned(&mut desk, &plan, Some("bench")).unwrap();
            assert_eq!(done.changed, count as u64);
        });
        for (name, undo) in [("undo", true), ("redo", false), ("undo of the redo", true)] {
            timed(name, &mut || {
                let done = if undo { office::undo(&mut desk, None) } else { office::redo(&mut desk) }.unwrap();
                assert_eq!(done.changed, count as u64);
            });
        }
        let numbers = office::numbers_of(desk.store(), &chosen).unwrap();
        let target = Target::Numbers(numbers);
        timed("set status by numbers", &mut || {
            let done = office::set_status(&mut desk, request, &target, Some("bench"), false).unwrap();
            assert_eq!(done.changed, count as u64);
        });
        office::undo(&mut desk, None).unwrap();
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let medians: Vec<(&str, f64, f64)> = times
        .into_iter()
        .map(|(name, times)| {
            let (walls, cpus): (Vec<f64>, Vec<f64>) = times.into_iter().unzip();
            (name, median(walls), median(cpus))
        })
        .collect();
    let Some((_, bare_wall, bare_cpu)) = medians.first().copied() else { return };
    println!("medians of {rounds}, and beside the bare UPDATE:");
    for (name, wall, cpu) in medians {
        println!("{name:<30} {wall:>8.1} ms x{:<6.3} {cpu:>8.1} ms of CPU x{:.3}", wall / bare_wall, cpu / bare_cpu);
    }
}

/// Wall clock and CPU of this process, milliseconds.
fn measure(work: &mut dyn FnMut()) -> (f64, f64) {
    let (wall, cpu) = (Instant::now(), cpu_ms());
    work();
    (wall.elapsed().as_secs_f64() * 1e3, cpu_ms() - cpu)
}

fn cpu_ms() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// So many of them at random, in ascending order.
fn draw(all: &[ApplicationId], count: usize, seed: &mut u64) -> Vec<ApplicationId> {
    let mut all = all.to_vec();
    for place in 0..count {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = place + (*seed >> 33) as usize % (all.len() - place);
        all.swap(place, other);
    }
    all.truncate(count);
    all.sort_unstable();
    all
}
