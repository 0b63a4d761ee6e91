//! A week at the office, by seed: the source system goes its own way (new applications, corrections, withdrawals, the
//! clicks of colleagues), downloads of it come in order, late, twice or cut off, and we work in between. Whatever the
//! order: no import ever moves a status of ours, and every difference between the two books stands in exactly one of
//! 反映済, 反映待ち and 要確認, just as the plain model in week/model.rs says.
//!
//! `PROPTEST_CASES` makes it longer (`cargo xtask nightly`).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod desk;
#[path = "week/model.rs"]
mod model;

use std::collections::BTreeMap;

use desk::{at_work, clock, file, found, take};
use model::{Books, Row};
use proptest::prelude::*;
use sekisho::domain::reflection::Reflection;
use sekisho::domain::status::{Request, Status};
use sekisho::office::{Desk, Page, Target, count, list, set_status, summary, undo};

/// How many weeks: as many as every day, or as `PROPTEST_CASES` says.
fn cases(daily: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|word| word.parse().ok()).unwrap_or(daily)
}

/// What happens in the source system, at the office, or between the two.
#[derive(Debug, Clone)]
enum Event {
    /// A citizen applies.
    Applied,
    /// A citizen corrects an application.
    Corrected(prop::sample::Index),
    /// A citizen withdraws, or a colleague clicks there.
    Clicked(prop::sample::Index, Status),
    /// Somebody downloads the list: all of it, or the newest ones.
    Downloaded(prop::sample::Index),
    /// We take the newest download in.
    TookNewest,
    /// We take any download in, perhaps an older one, perhaps once more.
    TookAny(prop::sample::Index),
    /// We take a download in that was cut off within this row.
    TookCut(prop::sample::Index, prop::sample::Index),
    /// We set the status of one or two.
    Set(prop::sample::Index, prop::sample::Index, Status),
    /// We take our last change back.
    Undo,
}

fn a_status() -> impl Strategy<Value = Status> {
    proptest::sample::select(Status::ALL.to_vec())
}

fn an_event() -> impl Strategy<Value = Event> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => Just(Event::Applied),
        3 => index().prop_map(Event::Corrected),
        1 => index().prop_map(|which| Event::Clicked(which, Status::Withdrawn)),
        3 => (index(), a_status()).prop_map(|(which, status)| Event::Clicked(which, status)),
        4 => index().prop_map(Event::Downloaded),
        4 => Just(Event::TookNewest),
        3 => index().prop_map(Event::TookAny),
        1 => (index(), index()).prop_map(|(which, row)| Event::TookCut(which, row)),
        5 => (index(), index(), a_status()).prop_map(|(a, b, status)| Event::Set(a, b, status)),
        2 => Just(Event::Undo),
    ]
}

/// The source system, and what lies in the clerk's download folder.
#[derive(Debug, Default)]
struct World {
    applications: BTreeMap<u32, Row>,
    downloads: Vec<Vec<Row>>,
    corrections: u32,
}

impl World {
    fn pick(&self, which: &prop::sample::Index) -> Option<u32> {
        let numbers: Vec<u32> = self.applications.keys().copied().collect();
        (!numbers.is_empty()).then(|| numbers[which.index(numbers.len())])
    }
}

/// A download as the service writes it, every cell quoted; the rows end with their own.
fn csv(rows: &[Row]) -> String {
    let header = "利用者ID,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,希望日";
    let mut text = format!("{header}\r\n");
    for row in rows {
        let (number, status, answer) = (row.number, row.status.label(), &row.answer);
        text += &format!(
            "\"u{number}\",\"{number:012}\",\"試験　花子\",\"1\",\"01430\",\"申込\",\"2020-10-{:02}T09:24:00+09:00\",\
             \"{status}\",\"\",\"{answer}\"\r\n",
            1 + number % 28
        );
    }
    text
}

struct Office {
    desk: Desk,
    folder: tempfile::TempDir,
    books: Books,
}

impl Office {
    fn take_in(&mut self, rows: &[Row], cut: Option<usize>) {
        let mut text = csv(rows);
        let mut whole = rows;
        if let Some(at) = cut {
            // Cut off within the last cell of a row: its quote stays open.
            whole = &rows[..at];
            text = csv(&rows[..=at]);
            text.truncate(text.len() - "\"\r\n".len());
        }
        let before: Vec<(u32, Status)> = ours(&self.desk);
        let path = file(self.folder.path(), "一覧.csv", text.as_bytes());
        let report = take(&mut self.desk, &path, false).unwrap();
        let expected = self.books.take_in(&text, whole);
        let found = (report.counts.added, report.counts.updated, report.counts.unchanged, report.counts.rejected);
        assert_eq!(found, (expected.added, expected.updated, expected.unchanged, 0));
        assert_eq!(report.stopped.is_some(), cut.is_some());
        let after: BTreeMap<u32, Status> = ours(&self.desk).into_iter().collect();
        for (number, status) in before {
            assert_eq!(after[&number], status, "an import moved {number}");
        }
    }

    fn set(&mut self, numbers: &[u32], to: Status) {
        let target = Target::Numbers(numbers.iter().map(|number| format!("{number:012}")).collect());
        let before: BTreeMap<u32, Status> = ours(&self.desk).into_iter().collect();
        // Moves that the table forbids are no matter of the books: what moved is what the store says moved.
        if set_status(&mut self.desk, Request::To(to), &target, Some("理由"), false).is_ok() {
            let moved: Vec<(u32, Status)> =
                ours(&self.desk).into_iter().filter(|(number, status)| before[number] != *status).collect();
            assert!(moved.iter().all(|(number, status)| numbers.contains(number) && *status == to));
            self.books.change(&moved);
        }
    }

    /// Both books as they stand, one application after the other.
    fn compare(&self) {
        let mut numbers = Vec::new();
        let everything = self.desk.query("").unwrap();
        let mut see = |_: &_, entry: sekisho::office::Entry| {
            let number: u32 = entry.content.number.as_str().parse().unwrap();
            let known = &self.books.known[&number];
            assert_eq!(entry.state.status.0, known.ours, "ours of {number}");
            assert_eq!(entry.state.source.map(|(status, _)| status), Some(known.theirs), "theirs of {number}");
            let stands = Reflection::between(entry.state.status, entry.state.source);
            assert_eq!(stands, known.reflection(), "{number}");
            assert_eq!(stands == Reflection::Done, known.ours == known.theirs, "a difference of {number} is forgotten");
            assert_eq!(entry.content.values, [known.answers.last().cloned()], "the answer of {number}");
            numbers.push(number);
            Ok(())
        };
        at_work(&mut || {}, |work| list(&self.desk, &everything, Page::default(), work, &mut see)).unwrap();
        numbers.sort_unstable();
        assert_eq!(numbers, self.books.known.keys().copied().collect::<Vec<_>>());
        let counted = [Reflection::Done, Reflection::Pending, Reflection::Check].map(|stands| {
            let query = self.desk.query(&format!("reflect:{}", stands.id())).unwrap();
            let (counted, _) = at_work(&mut || {}, |work| count(&self.desk, &query, &[], work)).unwrap();
            assert_eq!(counted, self.books.that_are(stands).len() as u64, "{stands:?}");
            counted
        });
        assert_eq!(counted.iter().sum::<u64>(), numbers.len() as u64, "each in exactly one");
        let header = at_work(&mut || {}, |work| summary(self.desk.store(), work)).unwrap();
        assert_eq!([header.pending, header.check], [counted[1], counted[2]]);
    }
}

/// Our statuses by number.
fn ours(desk: &Desk) -> Vec<(u32, Status)> {
    let mut all = Vec::new();
    let everything = desk.query("").unwrap();
    let mut see = |_: &_, entry: sekisho::office::Entry| {
        all.push((entry.content.number.as_str().parse().unwrap(), entry.state.status.0));
        Ok(())
    };
    at_work(&mut || {}, |work| list(desk, &everything, Page::default(), work, &mut see)).unwrap();
    all
}

fn live(world: &mut World, office: &mut Office, event: &Event) {
    match event {
        Event::Applied => {
            let number = world.applications.len() as u32 + 1;
            let row = Row { number, status: Status::Unprocessed, answer: "はじめ".to_owned() };
            world.applications.insert(number, row);
        }
        Event::Corrected(which) => {
            world.corrections += 1;
            let answer = format!("訂正{}", world.corrections);
            if let Some(row) = world.pick(which).and_then(|number| world.applications.get_mut(&number)) {
                row.answer = answer;
            }
        }
        Event::Clicked(which, status) => {
            if let Some(row) = world.pick(which).and_then(|number| world.applications.get_mut(&number)) {
                row.status = *status;
            }
        }
        Event::Downloaded(from) => {
            let skip = from.index(world.applications.len() + 1) / 2;
            world.downloads.push(world.applications.values().skip(skip).cloned().collect());
        }
        Event::TookNewest => {
            if let Some(rows) = world.downloads.last().filter(|rows| !rows.is_empty()) {
                office.take_in(rows, None);
            }
        }
        Event::TookAny(which) => {
            if !world.downloads.is_empty() {
                let rows = &world.downloads[which.index(world.downloads.len())];
                if !rows.is_empty() {
                    office.take_in(rows, None);
                }
            }
        }
        Event::TookCut(which, row) => {
            if !world.downloads.is_empty() {
                let rows = &world.downloads[which.index(world.downloads.len())];
                if !rows.is_empty() {
                    office.take_in(rows, Some(row.index(rows.len())));
                }
            }
        }
        Event::Set(first, second, status) => {
            let numbers: Vec<u32> = office.books.known.keys().copied().collect();
            if !numbers.is_empty() {
                let (first, second) = (numbers[first.index(numbers.len())], numbers[second.index(numbers.len())]);
                office.set(&[first, second], *status);
            }
        }
        Event::Undo => {
            let expected = office.books.undo();
            // With nothing to take back the office says so.
            let found = undo(&mut office.desk, None).map_or(0, |outcome| outcome.changed);
            assert_eq!(found, expected, "taken back");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(64), ..ProptestConfig::default() })]

    #[test]
    fn no_import_moves_our_status_and_no_difference_is_forgotten(
        events in proptest::collection::vec(an_event(), 10..70),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let desk = found(&folder.path().join("store"), clock());
        let mut office = Office { desk, folder, books: Books::default() };
        let mut world = World::default();
        for event in &events {
            live(&mut world, &mut office, event);
            office.compare();
        }
        office.desk.store().check(&mut |_| {}).unwrap();
    }
}
