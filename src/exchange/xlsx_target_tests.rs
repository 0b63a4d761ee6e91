//! Tests of writing XLSX, by reading it with another library.

use super::*;
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

fn names(header: &[&str]) -> Vec<String> {
    header.iter().map(|name| (*name).to_owned()).collect()
}

fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

#[test]
fn every_cell_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let mut target =
        XlsxTarget::new(names(&["整理番号", "様式ID", "内容", "空"]), folder.path(), 1_600_000_000).unwrap();
    let texts =
        ["=SUM(A1)", "+81-23-000-0000", "2020/10/29", "_x0041_", " 𠮷 ", "a\r\nb", "<&>", "TRUE", "1e5", "\u{1B}[2J"];
    for text in texts {
        target.write_row(&[Cell::code("054936663560"), Cell::code("01430"), Cell::text(text), Cell::text("")]).unwrap();
    }
    target.write_row(&[Cell::code("034004310984"), Cell::ABSENT, Cell::text("x"), Cell::ABSENT]).unwrap();
    let mut bytes = Vec::new();
    assert_eq!(target.finish(&mut bytes).unwrap(), texts.len() as u64 + 1);
    let mut book = read(bytes);
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(sheet.get((0, 0)), Some(&Data::String("整理番号".into())));
    for (row, text) in (1..).zip(texts) {
        assert_eq!(sheet.get((row, 0)), Some(&Data::String("054936663560".into())));
        assert_eq!(sheet.get((row, 1)), Some(&Data::String("01430".into())));
        // XML itself turns CRLF into LF; the library escapes the CR, and calamine reads the escape.
        assert_eq!(sheet.get((row, 2)).map(ToString::to_string).as_deref(), Some(text), "row {row}");
        assert!(matches!(sheet.get((row, 2)), Some(Data::String(_))));
    }
    assert_eq!(sheet.get((texts.len() + 1, 1)), Some(&Data::Empty));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no temporary file is left");
}

#[test]
fn a_full_sheet_is_followed_by_another_with_the_header() {
    let folder = tempfile::tempdir().unwrap();
    let mut target = XlsxTarget::with_sheet_rows(names(&["整理番号"]), folder.path(), 0, 3).unwrap();
    for n in 0..7 {
        target.write_row(&[Cell::code(&format!("00{n}"))]).unwrap();
    }
    let mut bytes = Vec::new();
    assert_eq!(target.finish(&mut bytes).unwrap(), 7);
    let mut book = read(bytes);
    let seen: Vec<Vec<String>> = (0..3)
        .map(|n| book.worksheet_range_at(n).unwrap().unwrap().rows().map(|row| row[0].to_string()).collect())
        .collect();
    assert_eq!(
        seen,
        [vec!["整理番号", "000", "001", "002"], vec!["整理番号", "003", "004", "005"], vec!["整理番号", "006"]]
    );
    assert!(book.worksheet_range_at(3).is_none());
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let make = || {
        let mut target = XlsxTarget::new(names(&["a"]), folder.path(), 1_600_000_000).unwrap();
        target.write_row(&[Cell::text("x")]).unwrap();
        let mut bytes = Vec::new();
        target.finish(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(make(), make());
}

#[test]
fn limits_of_a_sheet_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut target = XlsxTarget::new(names(&["整理番号", "本文"]), folder.path(), 0).unwrap();
    let long = "あ".repeat(32_768);
    let error = target.write_row(&[Cell::code("001"), Cell::text(&long)]).unwrap_err();
    assert!(matches!(error, ExportError::CellTooLong { number, field } if number == "001" && field == "本文"));
    let columns = vec!["a".to_owned(); COLUMNS_MAX + 1];
    assert!(matches!(XlsxTarget::new(columns, folder.path(), 0), Err(ExportError::TooManyColumns(16_385))));
    let missing = folder.path().join("missing");
    assert!(XlsxTarget::new(names(&["a"]), &missing, 0).is_err());
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut target = XlsxTarget::new(names(&["a"]), folder.path(), 0).unwrap();
    target.write_row(&[Cell::text("x")]).unwrap();
    let error = target.finish(Full).unwrap_err();
    assert!(matches!(&error, ExportError::Write(e) if e.kind() == std::io::ErrorKind::StorageFull), "{error:?}");
    assert!(matches!(guarded::<()>(|| panic!("as the library does")), Err(ExportError::Sheet(_))));
}
