//! Exports from outside: a file is one moment of the store, whatever colleagues do while it is written.
#![allow(clippy::unwrap_used, reason = "a test that can't set up has failed")]

mod desk;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use desk::{at_work, clock, csv, file, found, open, row, take};
use sekisho::domain::query::Query;
use sekisho::exchange::csv_target::{CsvOptions, TargetEncoding};
use sekisho::office::{Desk, ExportFormat, ExportRequest, Which, export};

fn export_all(desk: &mut Desk, out: &Path, tell: &mut dyn FnMut()) -> String {
    let format = ExportFormat::Csv(CsvOptions::usual(TargetEncoding::Utf8));
    let query = Query::default();
    let request = ExportRequest {
        format,
        out,
        which: Which::Query(&query, ""),
        columns: None,
        of_view: false,
        order: Default::default(),
    };
    let report = at_work(tell, |work| export(desk, &request, work)).unwrap();
    assert!(report.receipt.is_some());
    std::fs::read_to_string(out).unwrap()
}

#[test]
fn an_item_that_arrives_while_the_export_begins_is_in_the_file_with_its_column_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let first = file(dir.path(), "1.csv", csv(&["甲"], &[row(1, "未処理", &["a"])]).as_bytes());
    let second = file(dir.path(), "2.csv", csv(&["甲", "乙"], &[row(1, "未処理", &["a", "新しい"])]).as_bytes());
    // The clock is looked at between the first steps of an export: there a colleague's import is let in.
    let (due, looks) = (Arc::new(AtomicU32::new(u32::MAX)), Arc::new(AtomicU32::new(0)));
    let (seen, wanted, folder, real) = (looks.clone(), due.clone(), store.clone(), clock());
    let now = Arc::new(move || {
        if seen.fetch_add(1, Ordering::SeqCst) == wanted.load(Ordering::SeqCst) {
            take(&mut open(&folder), &second, false).unwrap();
        }
        real()
    });
    let mut desk = found(&store, now);
    take(&mut desk, &first, false).unwrap();
    due.store(looks.load(Ordering::SeqCst), Ordering::SeqCst);
    let text = export_all(&mut desk, &dir.path().join("out.csv"), &mut || {});
    assert_eq!(text.lines().next().unwrap().contains("乙"), text.contains("新しい"), "{text}");
    assert!(text.contains("新しい"), "the import came before the export looked");
}

#[test]
fn an_import_in_the_middle_of_an_export_is_not_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let rows = |item: &str| (1..=600).map(|n| row(n, "未処理", &[item])).collect::<Vec<_>>();
    let first = file(dir.path(), "1.csv", csv(&["甲"], &rows("old")).as_bytes());
    let second = file(dir.path(), "2.csv", csv(&["甲"], &rows("new")).as_bytes());
    let mut desk = found(&store, clock());
    take(&mut desk, &first, false).unwrap();
    let mut imports = 0;
    let text = export_all(&mut desk, &dir.path().join("out.csv"), &mut || {
        imports += 1;
        if imports == 1 {
            take(&mut open(&store), &second, false).unwrap();
        }
    });
    assert!(imports > 1);
    assert_eq!((text.matches("old").count(), text.matches("new").count()), (600, 0));
    desk.store().check(&mut |_| {}).unwrap();
    let again = export_all(&mut desk, &dir.path().join("again.csv"), &mut || {});
    assert_eq!((again.matches("old").count(), again.matches("new").count()), (0, 600));
}
