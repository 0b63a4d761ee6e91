//! Imports from outside: what a dry run says is what the import then does, and rows are set aside as they stood.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;

use std::sync::atomic::{AtomicBool, Ordering};

use desk::{clock, csv, file, found, open, open_in, profiles, row, surroundings, take};
use proptest::prelude::*;
use sekisho::domain::status::{Request, Status};
use sekisho::exchange::encoding::Choice;
use sekisho::office::{
    Desk, FileReport, ImportRequest, OfficeError, Target, Warning, Work, export_set_aside, import_file, list_set_aside,
    set_status,
};

/// Everything of a report but the operation.
fn told(report: &FileReport) -> impl PartialEq + std::fmt::Debug + use<> {
    let mut flagged: Vec<String> = report.flagged.iter().map(|flagged| format!("{flagged:?}")).collect();
    flagged.sort();
    let mut differs: Vec<String> = report.status_differs.iter().map(|differs| format!("{differs:?}")).collect();
    differs.sort();
    (report.counts, report.rejected.clone(), flagged, differs, report.ticked_off.clone(), report.stopped)
}

/// A cell of each column; most rows are good, and few numbers make many contradictions.
fn a_row(items: usize) -> impl Strategy<Value = Vec<String>> {
    let cell = |cells: &'static [&'static str]| proptest::sample::select(cells);
    let fixed = (
        cell(&["1", "2", "3", "4", "5", "6", ""]),
        cell(&["", "山形　花子", "\u{E000}田"]),
        cell(&["01430", "01430", "01431"]),
        cell(&["申込", "届出"]),
        cell(&["2020年10月29日 09時24分", "2020-10-29T09:24:00+09:00", "2020-10-29T00:24:00Z", "2020-13-45"]),
        cell(&["未処理", "未処理", "未処理", "完了", "何か"]),
        cell(&["", "備考", "\"改\n行\"", "\u{FFFD}\u{0}"]),
    );
    let items = proptest::collection::vec(cell(&["", "a", "b", "\u{E001}"]), items..=items);
    let ragged = proptest::bool::weighted(0.05);
    (fixed, items, ragged).prop_map(|((number, name, form, title, at, status, remarks), items, ragged)| {
        let mut row = vec!["u1", number, name, "1", form, title, at, status, remarks];
        row.extend(items);
        if ragged {
            row.pop();
        }
        row.into_iter().map(str::to_owned).collect()
    })
}

/// A file whose header has the items in one order or another, and which may end within a quote.
fn a_file() -> impl Strategy<Value = String> {
    let headers: &[&[&str]] = &[&["甲", "乙"], &["乙", "甲"], &["甲"], &["甲", "乙", "丙"]];
    let header = proptest::sample::select(headers);
    (header, proptest::bool::weighted(0.1)).prop_flat_map(|(header, open)| {
        proptest::collection::vec(a_row(header.len()), 0..14)
            .prop_map(move |rows| csv(header, &rows) + if open { "u1,\"7" } else { "" })
    })
}

fn change_some(desk: &mut Desk, to: Status, number: u32) {
    let target = Target::Numbers(vec![number.to_string()]);
    // A number that isn't there and a move that isn't allowed change nothing, which is as good here.
    drop(set_status(desk, Request::To(to), &target, Some("理由"), false));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_dry_run_says_what_the_import_does(
        files in proptest::collection::vec((a_file(), 0usize..10, 1u32..7), 1..4),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut desk = found(&dir.path().join("store"), clock());
        for (place, (text, status, number)) in files.iter().enumerate() {
            let path = file(dir.path(), &format!("{place}.csv"), text.as_bytes());
            let before = desk.store().head().unwrap();
            let looked = take(&mut desk, &path, true).unwrap();
            prop_assert_eq!(desk.store().head().unwrap(), before, "a dry run writes nothing");
            let done = take(&mut desk, &path, false).unwrap();
            prop_assert_eq!(told(&looked), told(&done), "{}", text);
            let counts = done.counts;
            prop_assert_eq!(counts.read, counts.added + counts.updated + counts.unchanged + counts.rejected);
            change_some(&mut desk, Status::ALL[*status], *number);
        }
        desk.store().check(&mut |_| {}).unwrap();
    }
}

/// Imports a list of 9,000 rows and stops at the first word of progress, after `meanwhile`; then takes it in again. That
/// many are more than may wait to be written: whoever reads the file stands before a full queue.
fn stopped_then_again(meanwhile: &dyn Fn(&std::path::Path)) -> (OfficeError, FileReport) {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = found(&dir.path().join("store"), clock());
    let rows: Vec<Vec<String>> = (1..=9000).map(|number| row(number, "未処理", &["a"])).collect();
    let text = csv(&["項目"], &rows);
    let path = file(dir.path(), "list.csv", text.as_bytes());
    let stop = AtomicBool::new(false);
    let request = ImportRequest { profile: None, encoding: Choice::Auto, dry_run: false };
    let mut tell = |_| {
        meanwhile(&path);
        stop.store(true, Ordering::Relaxed);
    };
    let stopped = import_file(&mut desk, &path, &profiles(), &request, &mut Work::new(&stop, &mut tell)).unwrap_err();
    assert_eq!(desk.store().size().unwrap(), 0, "nothing is visible");
    desk.store().check(&mut |_| {}).unwrap();
    file(dir.path(), "list.csv", text.as_bytes());
    let report = take(&mut desk, &path, false).unwrap();
    assert_eq!((report.counts.read, report.counts.added), (9000, 9000));
    desk.store().check(&mut |_| {}).unwrap();
    (stopped, report)
}

#[test]
fn a_stopped_import_is_continued_by_its_file() {
    let (stopped, report) = stopped_then_again(&|_| {});
    assert!(matches!(stopped, OfficeError::Stopped));
    assert!(matches!(report.warnings.as_slice(), [Warning::Continued(line)] if *line > 1000), "{:?}", report.warnings);
}

/// It falls where it asks for salts a second time: some rows are on their way to the store by then.
#[test]
fn a_reader_that_falls_brings_nothing_and_its_file_comes_in_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    drop(found(&store, clock()));
    let rows: Vec<Vec<String>> = (1..=1000).map(|number| row(number, "未処理", &["a"])).collect();
    let path = file(dir.path(), "list.csv", csv(&["項目"], &rows).as_bytes());
    let mut falling = surroundings(clock());
    let (chance, asked) = (std::sync::Arc::clone(&falling.entropy), std::sync::atomic::AtomicU32::new(0));
    falling.entropy = std::sync::Arc::new(move |bytes: &mut [u8]| {
        let is_reader = std::thread::current().name() == Some("reader");
        assert!(!is_reader || asked.fetch_add(1, Ordering::Relaxed) == 0, "the reader of this test falls");
        chance(bytes);
    });
    let mut desk = open_in(&store, falling);
    let fell = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| take(&mut desk, &path, false)));
    assert!(fell.is_err(), "the fall isn't hidden");
    drop(desk);
    let mut desk = open(&store);
    assert_eq!(desk.store().size().unwrap(), 0, "nothing is visible");
    desk.store().check(&mut |_| {}).unwrap();
    let report = take(&mut desk, &path, false).unwrap();
    assert_eq!((report.counts.read, report.counts.added), (1000, 1000));
    desk.store().check(&mut |_| {}).unwrap();
}

#[test]
fn rows_of_a_file_that_was_written_to_are_not_continued() {
    let write = |path: &std::path::Path| {
        let mut file = std::fs::File::options().append(true).open(path).unwrap();
        std::io::Write::write_all(&mut file, b"more").unwrap();
    };
    let (stopped, report) = stopped_then_again(&write);
    assert!(matches!(stopped, OfficeError::FileChanged(_)));
    assert_eq!(report.warnings, []);
}

#[test]
fn rows_of_utf_16_are_set_aside_and_exported_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = found(&dir.path().join("store"), clock());
    let rows = [row(1, "未処理", &["甲 "]), row(1, "未処理", &["乙 "]), row(2, "何か", &["丙"])];
    for big in [false, true] {
        let text = format!("\u{FEFF}{}", csv(&["項目"], &rows));
        let bytes: Vec<u8> =
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        let path = file(dir.path(), "list.csv", &bytes);
        let report = take(&mut desk, &path, false).unwrap();
        assert_eq!((report.counts.read, report.counts.rejected), (3, 3), "big end first: {big}");
    }
    assert_eq!(list_set_aside(&desk).unwrap().len(), 6);
    let out = dir.path().join("aside.csv");
    let header = ["file", "line", "column", "field", "reason", "row"].map(str::to_owned).to_vec();
    export_set_aside(&mut desk, &out, header, &str::to_owned).unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    for item in ["甲 ", "乙 ", "丙"] {
        assert_eq!(text.matches(&format!(",{item}\"")).count(), 2, "the row ends as it stood:\n{text}");
    }
    assert!(!text.contains("\\x"), "{text}");
}

#[test]
fn a_file_that_was_replaced_since_it_was_looked_at_is_left_alone() {
    use sekisho::office::import_known;
    use sha2::{Digest as _, Sha256};
    let dir = tempfile::tempdir().unwrap();
    let mut desk = found(&dir.path().join("store"), clock());
    let text = csv(&["甲"], &[row(1, "未処理", &["甲の答え"])]);
    let path = file(dir.path(), "list.csv", text.as_bytes());
    let request = ImportRequest { profile: None, encoding: Choice::Auto, dry_run: false };
    let never = AtomicBool::new(false);
    let (mut tell, profiles) = (|_| {}, profiles());
    let seen = Sha256::digest(text.as_bytes()).into();
    std::fs::write(&path, text.replace("甲の答え", "乙の答え")).unwrap();
    let end = import_known(&mut desk, &path, &seen, &profiles, &request, &mut Work::new(&never, &mut tell));
    assert!(matches!(end, Err(OfficeError::FileReplaced(_))), "{end:?}");
    // A link to the very file, a folder, and nothing at all are no files either.
    std::fs::rename(&path, dir.path().join("kept.csv")).unwrap();
    std::os::unix::fs::symlink(dir.path().join("kept.csv"), &path).unwrap();
    let mut again = || import_known(&mut desk, &path, &seen, &profiles, &request, &mut Work::new(&never, &mut tell));
    assert!(again().is_err());
    std::fs::remove_file(&path).unwrap();
    assert!(again().is_err());
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(again(), Err(OfficeError::Folder(_))));
    assert_eq!(desk.store().size().unwrap(), 0);
}
