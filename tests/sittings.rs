//! Where a person stands, in the session's file of a real store: kept whole or not at all, looked through before it is
//! taken up, and small enough however many are marked.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod desk;

use std::fs;
use std::path::{Path, PathBuf};

use sekisho::domain::identity::ApplicationId;
use sekisho::domain::marks::Marks;
use sekisho::domain::session::Layout;
use sekisho::domain::sitting::{Draft, Sitting};
use sekisho::domain::status::Request;
use sekisho::office::{Desk, keep_layout, keep_sitting, look_through, sitting};

fn session(folder: &Path) -> PathBuf {
    folder.join("store/session/~unsigned.json")
}

fn keep(desk: &Desk, sitting: &Sitting) {
    keep_sitting(desk, &Layout::default(), sitting).unwrap();
}

fn marks(ids: impl IntoIterator<Item = u32>) -> Marks {
    ids.into_iter().map(|n| ApplicationId::new(0, n)).collect()
}

#[test]
fn it_comes_back_beside_what_else_stands_there() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk::found(&folder.path().join("store"), desk::clock());
    assert_eq!(sitting(&desk).unwrap(), None);
    fs::write(session(folder.path()), br#"{"format":1,"toured":true}"#).unwrap();
    let draft =
        Draft::Batch { request: Request::Accept, targets: marks([3]), reason: "不足".into(), blocks: "1 3".into() };
    let left = Sitting { query: "山".into(), marks: marks([1, 2]), draft: Some(draft), ..Sitting::default() };
    keep(&desk, &left);
    let layout = Layout { view: Some("朝".into()), ..Layout::default() };
    keep_layout(&desk, &layout).unwrap();
    assert_eq!(sitting(&desk).unwrap(), Some(left));
    assert!(fs::read_to_string(session(folder.path())).unwrap().contains("toured"));
    // The same again is written no second time.
    let written = || fs::metadata(session(folder.path())).unwrap().modified().unwrap();
    let (before, same) = (written(), sitting(&desk).unwrap().unwrap());
    keep_sitting(&desk, &layout, &same).unwrap();
    assert_eq!(written(), before);
}

#[test]
fn what_the_store_no_longer_has_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk::found(&folder.path().join("store"), desk::clock());
    let rows: Vec<Vec<String>> = (1..=5).map(|n| desk::row(n, "未処理", &[])).collect();
    let file = desk::file(folder.path(), "a.csv", desk::csv(&[], &rows).as_bytes());
    desk::take(&mut desk, &file, false).unwrap();
    let mut few = Sitting { marks: marks(4..9), record: Some(ApplicationId::new(0, 9)), ..Sitting::default() };
    assert_eq!(look_through(&desk, &mut few).unwrap(), 3);
    assert_eq!((few.marks, few.record), (marks(4..6), None));
    // So many are looked for in one pass over all.
    let mut many = Sitting { marks: marks(2..100_000), ..Sitting::default() };
    assert_eq!(look_through(&desk, &mut many).unwrap(), 100_000 - 6);
    assert_eq!(many.marks, marks(2..6));
}

#[test]
fn a_million_marks_fit_however_they_lie_and_more_than_fit_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk::found(&folder.path().join("store"), desk::clock());
    for step in [1, 2, 5] {
        let left = Sitting { marks: marks((0..1_000_000).map(|n| n * step)), ..Sitting::default() };
        keep(&desk, &left);
        assert!(fs::metadata(session(folder.path())).unwrap().len() < 2 << 20);
        assert_eq!(sitting(&desk).unwrap(), Some(left));
    }
    let before = fs::read(session(folder.path())).unwrap();
    let endless = Sitting { query: "山".repeat(2 << 20), ..Sitting::default() };
    assert!(keep_sitting(&desk, &Layout::default(), &endless).is_err());
    assert_eq!(fs::read(session(folder.path())).unwrap(), before);
}
