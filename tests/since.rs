//! What applicants did since our last decision, against a plain model: any course of downloads (repeated, older, with
//! withdrawals) and decisions. The query, the header's counts, the rows, the record and both kinds of import agree.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;

use std::collections::BTreeMap;

use desk::{at_work, clock, csv, file, found, row, take};
use proptest::prelude::*;
use sekisho::domain::revision::{Since, changes};
use sekisho::domain::status::{Request, Status};
use sekisho::office::{Desk, Target, count, record, resolve, set_status, summary};

const ITEMS: [&str; 3] = ["月曜", "火曜", "水曜"];
const THEIRS: [Status; 3] = [Status::Unprocessed, Status::Completed, Status::Withdrawn];
const OURS: [Status; 3] = [Status::Returned, Status::Provisional, Status::Withdrawn];

/// As many as every day, or as `PROPTEST_CASES` says.
fn cases(daily: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|word| word.parse().ok()).unwrap_or(daily)
}

/// One thing that happens in the office.
#[derive(Debug, Clone)]
enum Step {
    /// A download: for each application that it holds, what it says and how it stands there.
    Download(BTreeMap<u32, (usize, usize)>),
    /// We decide about one.
    Decide(u32, usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => proptest::collection::btree_map(1u32..4, (0..ITEMS.len(), 0..THEIRS.len()), 1..4).prop_map(Step::Download),
        2 => (1u32..4, 0..OURS.len()).prop_map(|(number, status)| Step::Decide(number, status)),
    ]
}

/// An application as the model knows it; times are numbers of steps.
#[derive(Debug)]
struct Known {
    contents: Vec<(usize, usize)>,
    ours: (Status, usize),
    theirs: (Status, usize),
}

impl Known {
    fn since(&self) -> Since {
        let revised = self.contents.last().is_some_and(|(_, at)| *at > self.ours.1);
        Since {
            revised,
            corrected: revised && self.ours.0 == Status::Returned,
            withdrawn: self.theirs.0 == Status::Withdrawn
                && self.ours.0 != Status::Withdrawn
                && self.theirs.1 > self.ours.1,
        }
    }
}

/// What a download tells: numbers of corrected and of withdrawn applications.
type Told = [Vec<String>; 2];

/// The rows of a download: item and status by number.
type Rows = BTreeMap<u32, (usize, usize)>;

fn download(known: &mut BTreeMap<u32, Known>, before: &mut Vec<Rows>, rows: &Rows, now: usize) -> Told {
    // A file that came before is old news, as is a row that says what was changed since.
    let seen = before.contains(rows);
    before.push(rows.clone());
    let mut told = Told::default();
    for (number, (item, status)) in rows {
        let status = THEIRS[*status];
        let Some(one) = known.get_mut(number) else {
            known.insert(*number, Known { contents: vec![(*item, now)], ours: (status, now), theirs: (status, now) });
            continue;
        };
        if one.contents.iter().all(|(had, _)| had != item) {
            one.contents.push((*item, now));
            if one.ours.0 == Status::Returned {
                told[0].push(format!("{number:012}"));
            }
        }
        let older = seen || one.contents.last().is_some_and(|(had, _)| had != item);
        if !older && one.theirs.0 != status {
            one.theirs = (status, now);
            if status == Status::Withdrawn && one.ours.0 != Status::Withdrawn {
                told[1].push(format!("{number:012}"));
            }
        }
    }
    told
}

fn matching(desk: &Desk, query: &str) -> u64 {
    at_work(&mut || {}, |work| count(desk, &desk.query(query).unwrap(), &[], work)).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), ..ProptestConfig::default() })]

    #[test]
    fn every_view_agrees_with_a_plain_model(steps in proptest::collection::vec(step(), 1..9)) {
        let dir = tempfile::tempdir().unwrap();
        let mut desk = found(&dir.path().join("store"), clock());
        let mut known = BTreeMap::new();
        let mut before = Vec::new();
        for (now, step) in (1..).zip(&steps) {
            match step {
                Step::Download(rows) => {
                    let rows_of_file: Vec<Vec<String>> = rows
                        .iter()
                        .map(|(number, (item, status))| row(*number, THEIRS[*status].label(), &[ITEMS[*item]]))
                        .collect();
                    let path = file(dir.path(), "list.csv", csv(&["希望"], &rows_of_file).as_bytes());
                    let dry = take(&mut desk, &path, true).unwrap();
                    let done = take(&mut desk, &path, false).unwrap();
                    let told = download(&mut known, &mut before, rows, now);
                    prop_assert_eq!([dry.corrected, dry.withdrawn], told.clone());
                    prop_assert_eq!([done.corrected, done.withdrawn], told);
                }
                Step::Decide(number, status) => {
                    let target = Target::Numbers(vec![format!("{number:012}")]);
                    let request = Request::To(OURS[*status]);
                    let outcome = set_status(&mut desk, request, &target, Some("理由"), false);
                    if let (Some(one), Ok(outcome)) = (known.get_mut(number), outcome)
                        && outcome.changed == 1
                    {
                        one.ours = (OURS[*status], now);
                    }
                }
            }
        }
        let mut all = [0; 3];
        for (number, one) in &known {
            let id = resolve(desk.store(), &format!("{number:012}")).unwrap();
            let record = record(&desk, id).unwrap().unwrap();
            let since = one.since();
            prop_assert_eq!(record.row.since, since, "{}: {:?}", number, one);
            prop_assert_eq!(record.revisions.len(), one.contents.len());
            prop_assert_eq!(record.news.is_some(), since.revised);
            let entry = desk.store().entries(&[id]).unwrap().remove(0);
            let contents = desk.store().contents(&entry).unwrap();
            let said: Vec<Option<&str>> = contents.iter().map(|(_, content)| content.values[0].as_deref()).collect();
            prop_assert_eq!(said, one.contents.iter().map(|(item, _)| Some(ITEMS[*item])).collect::<Vec<_>>());
            if let Some(news) = &record.news {
                prop_assert_eq!(&news.changes, &changes(&contents[news.known - 1].1, &entry.content));
            }
            for (sum, holds) in all.iter_mut().zip([since.corrected, since.revised, since.withdrawn]) {
                *sum += u64::from(holds);
            }
        }
        let found = ["has:correction", "has:revision", "has:withdrawal"].map(|query| matching(&desk, query));
        prop_assert_eq!(found, all);
        let summary = at_work(&mut || {}, |work| summary(desk.store(), work)).unwrap();
        prop_assert_eq!([summary.corrections, summary.withdrawals], [all[0], all[2]]);
        desk.store().check(&mut |_| {}).unwrap();
    }
}
