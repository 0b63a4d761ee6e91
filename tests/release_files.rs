//! A file that waited for a second person is written before the transaction that records it: colleagues write meanwhile, and what
//! they change of what was shown keeps the file back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

mod desk;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use desk::{clock, csv, file, row, surroundings, take};
use sekisho::domain::order::Order;
use sekisho::domain::release::{Marks, WhyVoid};
use sekisho::domain::view::View;
use sekisho::office::{
    Desk, ExportFormat, ExportRequest, FieldRequest, Founder, GrantWish, OfficeError, Opening, OperatorWish,
    ReleaseError, Target, ViewBase, Which, Wished, Work, add_grant, add_operator, approve, export, save_view,
    set_field,
};
use sekisho::store::{Segment, SignIn};

/// Whoever writes meanwhile waits for nobody.
const AT_ONCE: Opening = Opening { operator: None, wait: Duration::ZERO, credential: None };

fn as_user(dir: &Path, user: &str, marked: &[&str]) -> Desk {
    let marks = Marks::set(&marked.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    let surroundings = sekisho::office::Surroundings { user: user.into(), marks, ..surroundings(clock()) };
    Desk::open(&dir.join("store"), surroundings, &AT_ONCE).unwrap()
}

/// A store with three applications, whose founder has asked for a file of them; the request.
fn asked(dir: &Path) -> sekisho::domain::identity::OperationId {
    let founder = Founder { segment: Segment::Lgwan, sign_in: SignIn::Os, terminal: "lgwan-01".into() };
    let own = sekisho::office::Surroundings { user: "boss".into(), ..surroundings(clock()) };
    let mut boss = Desk::found(&dir.join("store"), &founder, false, own, &AT_ONCE).unwrap();
    let rows: Vec<Vec<String>> = (1..=3).map(|n| row(n, "未処理", &[])).collect();
    take(&mut boss, &file(dir, "list.csv", csv(&[], &rows).as_bytes()), false).unwrap();
    add_operator(&mut boss, &OperatorWish { code: "kacho".into(), ..OperatorWish::default() }).unwrap();
    let to = Wished::Operator("kacho".into());
    let all = GrantWish { right: "all".into(), to, form: None, segment: None, from: None, until: None };
    add_grant(&mut boss, &all).unwrap();
    drop(boss);
    let mut boss = as_user(dir, "boss", &["application.export"]);
    let (out, query) = (dir.join("out.csv"), boss.query("").unwrap());
    let request = ExportRequest {
        format: ExportFormat::csv_for_people(),
        out: &out,
        which: Which::Query(&query, ""),
        columns: None,
        of_view: false,
        order: Order::default(),
    };
    let never = AtomicBool::new(false);
    match export(&mut boss, &request, &mut Work::new(&never, &mut |_| {})) {
        Err(OfficeError::Release(ReleaseError::Waiting { request, count: 3, .. })) => request,
        other => panic!("{other:?}"),
    }
}

/// Approves while somebody does something else each time that the work tells how far it is; whether that was possible.
fn approved(dir: &Path, meanwhile: impl Fn(&mut Desk)) -> (Result<(), OfficeError>, bool) {
    let id = asked(dir);
    let mut kacho = as_user(dir, "kacho", &["application.export"]);
    let (never, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let mut tell = |_| {
        if !done.swap(true, Ordering::Relaxed) {
            meanwhile(&mut as_user(dir, "boss", &[]));
        }
    };
    let outcome = approve(&mut kacho, id, None, None, &mut Work::new(&never, &mut tell));
    (outcome.map(drop), done.into_inner())
}

/// What lies beside the store.
fn files(dir: &Path) -> Vec<String> {
    let names = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("out")).collect();
    names.sort();
    names
}

#[test]
fn colleagues_write_while_the_file_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let view =
        View { name: "朝".into(), query: String::new(), sort: Order::default().to_string(), columns: Vec::new() };
    let (outcome, wrote) = approved(dir.path(), |desk| {
        assert!(save_view(desk, &view, false, ViewBase::Any).unwrap().changed);
    });
    outcome.unwrap();
    assert!(wrote, "the work told how far it was");
    assert_eq!(files(dir.path()), ["out.csv"]);
    assert_eq!(std::fs::read_to_string(dir.path().join("out.csv")).unwrap().lines().count(), 4);
    sekisho::office::check(&as_user(dir.path(), "boss", &[]), &mut |_| {}).unwrap();
}

#[test]
fn what_is_changed_while_the_file_is_written_keeps_it_back() {
    let dir = tempfile::tempdir().unwrap();
    let (outcome, wrote) = approved(dir.path(), |desk| {
        let target = Target::Query(desk.query("number:000000000002").unwrap());
        let request = FieldRequest::Tag { name: "要電話".into(), kept: true };
        assert_eq!(set_field(desk, &request, &target, None, false).unwrap().changed, 1);
    });
    assert!(wrote, "the work told how far it was");
    let why = match outcome {
        Err(OfficeError::Release(ReleaseError::Void(_, why))) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why, WhyVoid::TargetsChanged);
    assert!(files(dir.path()).is_empty(), "{:?}", files(dir.path()));
}
