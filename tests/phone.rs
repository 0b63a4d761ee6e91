//! 電話照会 by the office's functions: what may be told, what is held back, who looked; and that nothing is given out of which
//! the log wasn't told.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;

use std::time::Duration;

use desk::{clock, csv, file, found, row, surroundings, take};
use sekisho::domain::fault::Fault as _;
use sekisho::domain::identity::ApplicationId;
use sekisho::domain::operation::NoteReader;
use sekisho::domain::phone::{Identifier, Purpose};
use sekisho::domain::status::{Request, Status};
use sekisho::office::{
    CallWish, Desk, Looked, Opening, ReflectRequest, Target, add_note, export_reflect, open_on_phone, resolve,
    set_status, who_looked, write_call,
};

const ITEMS: [&str; 3] = ["電話番号", "生年月日", "児童の生年月日"];

/// A store with two applications, and the first of them.
fn started() -> (tempfile::TempDir, Desk, ApplicationId) {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = found(&dir.path().join("store"), clock());
    let rows = [1, 2].map(|n| row(n, "未処理", &["023-630-2211", "平成2年3月4日", "2015-06-07"]));
    let list = file(dir.path(), "list.csv", csv(&ITEMS, &rows).as_bytes());
    take(&mut desk, &list, false).unwrap();
    let id = resolve(desk.store(), "000000000001").unwrap();
    (dir, desk, id)
}

#[test]
fn a_case_says_what_may_be_told_and_names_what_may_not() {
    let (_dir, mut desk, id) = started();
    add_note(&mut desk, id, NoteReader::Staff, "家族からも電話あり").unwrap();
    add_note(&mut desk, id, NoteReader::Applicant, "原本をお持ちください").unwrap();
    let target = Target::Ids(vec![id]);
    set_status(&mut desk, Request::To(Status::Returned), &target, Some("印がない"), false).unwrap();
    let case = open_on_phone(&mut desk, id).unwrap();
    let identifiers: Vec<Identifier> = case.known.iter().map(|(one, _)| *one).collect();
    assert_eq!(identifiers, [Identifier::Number, Identifier::Name, Identifier::BirthDate, Identifier::Phone]);
    assert_eq!(case.known[2].1, "平成2年3月4日", "児童の生年月日 is somebody else's");
    assert_eq!((case.told.status, case.told.notes.len(), case.withheld.notes), (Status::Returned, 1, 1));
    assert_eq!(case.told.notes[0].text.as_deref(), Some("原本をお持ちください"));
    // Neither the internal note nor the reason of the return can be drawn: they aren't in it.
    let whole = format!("{case:?}");
    assert!(!whole.contains("家族からも") && !whole.contains("印がない"), "{whole}");
    desk.store().check(&mut |_| {}).unwrap();
}

#[test]
fn every_opening_is_in_the_log_before_the_answer_and_with_those_who_looked() {
    let (dir, mut desk, id) = started();
    assert_eq!(who_looked(&desk, id).unwrap(), []);
    open_on_phone(&mut desk, id).unwrap();
    open_on_phone(&mut desk, id).unwrap();
    let other = resolve(desk.store(), "000000000002").unwrap();
    set_status(&mut desk, Request::To(Status::Provisional), &Target::Ids(vec![id]), None, false).unwrap();
    let (out, query) = (dir.path().join("list-of-reflection.csv"), desk.query("").unwrap());
    desk::at_work(&mut || {}, |work| export_reflect(&mut desk, &ReflectRequest::usual(&out, &query), work)).unwrap();
    let seen = who_looked(&desk, id).unwrap();
    let what: Vec<&Looked> = seen.iter().map(|look| &look.looked).collect();
    assert_eq!(what, [&Looked::Listed, &Looked::Opened(Purpose::Phone), &Looked::Opened(Purpose::Phone)]);
    assert!(seen.is_sorted_by(|newer, older| newer.operation > older.operation), "the newest first");
    assert_eq!(who_looked(&desk, other).unwrap(), []);
    desk.store().check(&mut |_| {}).unwrap();
}

#[test]
fn while_the_store_is_busy_nothing_is_shown_and_the_reason_is_said() {
    let (dir, mut desk, id) = started();
    let store = dir.path().join("store");
    let opening = Opening { operator: None, wait: Duration::ZERO, credential: None };
    let mut phone = Desk::open(&store, surroundings(clock()), &opening).unwrap();
    let before = desk.store().head().unwrap();
    // Another process writes: its transaction is open.
    let other = rusqlite::Connection::open(sekisho::store::database(&store)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = open_on_phone(&mut phone, id).unwrap_err();
    assert_eq!(refused.code(), "store.busy");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(desk.store().head().unwrap(), before, "nothing was written, and nothing given out");
    assert_eq!(open_on_phone(&mut phone, id).unwrap().number, "000000000001");
    write_call(&mut desk, id, &CallWish { text: "用件".into(), ..CallWish::default() }).unwrap();
    assert_eq!(open_on_phone(&mut phone, id).unwrap().calls.len(), 1);
}
