//! The two books from outside, against a plain model: what adopting and keeping do, and what an import tells of those
//! that were 反映待ち; a dry run tells the same.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;

use std::collections::BTreeMap;
use std::path::Path;

use desk::{at_work, clock, csv, file, found, row, take};
use proptest::prelude::*;
use sekisho::domain::query::Query;
use sekisho::domain::reflection::Reflection;
use sekisho::domain::status::{Request, Status};
use sekisho::office::books::{Difference, books};
use sekisho::office::{
    BLOCK, Decision, Desk, OfficeError, ReflectRequest, Target, TickedOff, export_reflect, reflect_groups, rows,
    set_status, settle, settle_as_shown,
};

const STATUSES: [Status; 4] = [Status::Unprocessed, Status::Provisional, Status::Completed, Status::Withdrawn];
const COUNT: u32 = 6;

#[derive(Debug, Clone)]
enum Step {
    /// A download that shows these statuses; `None` = the application isn't in it.
    Download(Vec<Option<Status>>),
    Set(u32, Status),
    List(Vec<u32>),
    Settle(Decision, Vec<u32>),
}

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(&STATUSES[..])
}

fn some_of_them() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(1..=COUNT, 1..4)
}

fn step() -> impl Strategy<Value = Step> {
    let shown = prop::collection::vec(prop::option::weighted(0.8, status()), COUNT as usize);
    let decision = prop::sample::select(&[Decision::Adopt, Decision::Keep][..]);
    prop_oneof![
        3 => shown.prop_map(Step::Download),
        3 => (1..=COUNT, status()).prop_map(|(number, to)| Step::Set(number, to)),
        2 => some_of_them().prop_map(Step::List),
        1 => (decision, some_of_them()).prop_map(|(decision, numbers)| Step::Settle(decision, numbers)),
    ]
}

/// What a plain reader of the rules knows of an application; the times are steps.
#[derive(Debug, Clone, Copy)]
struct Known {
    ours: (Status, usize),
    theirs: (Status, usize),
    listed: Option<usize>,
}

impl Known {
    fn reflection(&self) -> Reflection {
        match () {
            () if self.ours.0 == self.theirs.0 => Reflection::Done,
            () if self.ours.1 > self.theirs.1 => Reflection::Pending,
            () => Reflection::Check,
        }
    }
}

fn number(n: u32) -> String {
    format!("{n:012}")
}

fn numbers(some: &[u32]) -> Target {
    Target::Numbers(some.iter().copied().map(number).collect())
}

fn query(desk: &Desk, some: &[u32]) -> Query {
    let words: Vec<String> = some.iter().copied().map(number).collect();
    desk.query(&format!("number:{}", words.join("|"))).unwrap()
}

/// What the model expects of a download, which it takes in.
fn expected(model: &mut BTreeMap<u32, Known>, shown: &[Option<Status>], now: usize) -> TickedOff {
    let mut told = TickedOff::default();
    for ((n, known), said) in model.iter_mut().zip(shown) {
        let pending = known.reflection() == Reflection::Pending;
        let asked = pending && known.listed > Some(known.ours.1);
        match *said {
            None => told.not_in_file += u64::from(asked),
            Some(said) if said == known.theirs.0 => {
                if asked {
                    told.forgotten.push(number(*n));
                }
            }
            Some(said) => {
                if pending && said == known.ours.0 {
                    told.reflected += 1;
                } else if pending {
                    told.refused.push(sekisho::office::StatusDiffers {
                        number: number(*n),
                        ours: known.ours.0,
                        source: said,
                    });
                }
                known.theirs = (said, now);
            }
        }
    }
    if shown.iter().all(Option::is_none) {
        told.not_in_file = 0;
    }
    told
}

/// Everything of both books, by number.
fn standing(desk: &Desk) -> BTreeMap<u32, (Status, Option<Status>, Reflection)> {
    let ids: Vec<_> = (1..=COUNT).map(|n| desk.store().by_number(None, &number(n)).unwrap()[0]).collect();
    let found = rows(desk, &ids, &[]).unwrap();
    (1..).zip(found.iter().map(|row| (row.status, row.source_status, row.reflection))).collect()
}

fn list(desk: &mut Desk, dir: &Path, some: &[u32]) -> Result<u64, OfficeError> {
    let (out, query) = (dir.join("list.csv"), query(desk, some));
    let request = ReflectRequest::usual(&out, &query);
    let report = at_work(&mut || {}, |work| export_reflect(desk, &request, work))?;
    Ok(report.receipt.unwrap().count)
}

fn one_step(desk: &mut Desk, dir: &Path, model: &mut BTreeMap<u32, Known>, now: usize, step: &Step) {
    match step {
        Step::Download(shown) => {
            let lines = (1..).zip(shown).filter_map(|(n, said)| Some(row(n, (*said)?.label(), &[])));
            let mut lines: Vec<Vec<String>> = lines.collect();
            if lines.is_empty() {
                return;
            }
            // Each download has a row of its own, so that no two files are the same.
            lines.push(row(1000 + now as u32, "未処理", &[]));
            let path = file(dir, "download.csv", csv(&[], &lines).as_bytes());
            let dry = take(desk, &path, true).unwrap();
            let real = take(desk, &path, false).unwrap();
            assert_eq!(dry.ticked_off, real.ticked_off, "a dry run tells the same");
            assert_eq!(real.ticked_off, expected(model, shown, now));
        }
        Step::Set(n, to) => {
            let done = set_status(desk, Request::To(*to), &numbers(&[*n]), Some("理由"), false).unwrap();
            let known = model.get_mut(n).unwrap();
            if done.changed == 1 {
                known.ours = (*to, now);
            }
        }
        Step::List(some) => {
            let pending: Vec<u32> = model
                .iter()
                .filter(|(n, known)| some.contains(n) && known.reflection() == Reflection::Pending)
                .map(|(n, _)| *n)
                .collect();
            match list(desk, dir, some) {
                Ok(count) => assert_eq!(count, pending.len() as u64),
                Err(other) => {
                    assert!(matches!(other, OfficeError::NothingPending), "{other}");
                    assert!(pending.is_empty());
                }
            }
            for n in pending {
                model.get_mut(&n).unwrap().listed = Some(now);
            }
        }
        Step::Settle(decision, some) => {
            let mut changed = 0;
            for (n, known) in model.iter_mut() {
                if some.contains(n) && known.reflection() == Reflection::Check {
                    changed += 1;
                    known.ours = match decision {
                        Decision::Adopt => (known.theirs.0, now),
                        Decision::Keep => (known.ours.0, now),
                    };
                    let after = if *decision == Decision::Adopt { Reflection::Done } else { Reflection::Pending };
                    assert_eq!(known.reflection(), after);
                }
            }
            let done = settle(desk, *decision, &numbers(some), None, false).unwrap();
            assert_eq!((done.changed, done.failed.len()), (changed, 0));
            assert_eq!(done.operation.is_some(), changed > 0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_books_are_those_of_a_plain_model(steps in prop::collection::vec(step(), 1..14)) {
        let dir = tempfile::tempdir().unwrap();
        let mut desk = found(&dir.path().join("store"), clock());
        let born: Vec<Vec<String>> = (1..=COUNT).map(|n| row(n, "未処理", &[])).collect();
        take(&mut desk, &file(dir.path(), "born.csv", csv(&[], &born).as_bytes()), false).unwrap();
        let nothing = Known { ours: (Status::Unprocessed, 0), theirs: (Status::Unprocessed, 0), listed: None };
        let mut model: BTreeMap<u32, Known> = (1..=COUNT).map(|n| (n, nothing)).collect();
        for (now, step) in (1..).zip(&steps) {
            one_step(&mut desk, dir.path(), &mut model, now, step);
            let there = standing(&desk);
            for (n, known) in &model {
                prop_assert_eq!(there[n], (known.ours.0, Some(known.theirs.0), known.reflection()), "{} after {:?}", n, step);
            }
            let page = books(desk.store()).unwrap();
            let count = |wanted| model.values().filter(|known| known.reflection() == wanted).count();
            prop_assert_eq!(page.check.len(), count(Reflection::Check));
            let pending: u64 = page.pending.iter().map(sekisho::office::ReflectGroup::count).sum();
            prop_assert_eq!(pending as usize, count(Reflection::Pending));
        }
        desk.store().check(&mut |_| {}).unwrap();
    }
}

#[test]
fn a_decision_about_books_that_have_moved_since_is_left_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = found(&dir.path().join("store"), clock());
    let download = |status: &str| csv(&[], &(1..=COUNT).map(|n| row(n, status, &[])).collect::<Vec<_>>());
    let import = |desk: &mut Desk, status: &str| {
        take(desk, &file(dir.path(), "d.csv", download(status).as_bytes()), false).unwrap();
    };
    import(&mut desk, "未処理");
    import(&mut desk, "完了");
    let shown: Vec<_> = books(desk.store()).unwrap().check.iter().map(Difference::shown).collect();
    assert_eq!(shown.len(), 6);
    // Ours moves for one; theirs moves for all, and back for none.
    set_status(&mut desk, Request::To(Status::Provisional), &numbers(&[1]), None, false).unwrap();
    let done = settle_as_shown(&mut desk, Decision::Adopt, &shown).unwrap();
    assert_eq!((done.changed, done.failed.len()), (5, 1));
    assert_eq!(standing(&desk)[&1].0, Status::Provisional);
    import(&mut desk, "取下げ");
    let shown: Vec<_> = books(desk.store()).unwrap().check.iter().map(Difference::shown).collect();
    import(&mut desk, "返却中");
    let done = settle_as_shown(&mut desk, Decision::Adopt, &shown).unwrap();
    assert_eq!((done.changed, done.operation, done.failed.len()), (0, None, 6), "theirs isn't what was shown");
}

#[test]
fn a_block_holds_a_hundred_of_one_source_in_its_own_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = found(&dir.path().join("store"), clock());
    let many: Vec<Vec<String>> = (1..=230).map(|n| row(n, "未処理", &[])).collect();
    take(&mut desk, &file(dir.path(), "d.csv", csv(&[], &many).as_bytes()), false).unwrap();
    set_status(&mut desk, Request::To(Status::Completed), &Target::Query(Query::default()), None, false).unwrap();
    let groups = reflect_groups(desk.store(), &Query::default()).unwrap();
    let sizes: Vec<usize> = groups[0].blocks.iter().map(|block| block.ids.len()).collect();
    assert_eq!((groups.len(), sizes), (1, vec![BLOCK, BLOCK, 30]));
    let ids: Vec<_> = groups[0].blocks.iter().flat_map(|block| block.ids.clone()).collect();
    let numbers: Vec<String> = rows(&desk, &ids, &[]).unwrap().into_iter().map(|row| row.number).collect();
    assert!(numbers.is_sorted(), "equal times stand by number");
}
