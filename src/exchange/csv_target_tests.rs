//! Tests of writing CSV, mostly by reading it again.

use super::*;
use crate::exchange::csv_source::CsvSource;

fn machine(encoding: TargetEncoding) -> CsvOptions {
    CsvOptions { audience: Audience::Machine, ..CsvOptions::usual(encoding) }
}

fn written(header: &[&str], rows: &[Vec<Cell<'_>>], options: CsvOptions) -> (Vec<u8>, Vec<Unmappable>, Written) {
    let header = header.iter().map(|name| (*name).to_owned()).collect();
    let mut target = CsvTarget::new(Vec::new(), header, options).unwrap();
    for row in rows {
        target.write_row(row).unwrap();
    }
    let unmappable = target.take_unmappable();
    let (bytes, counts) = target.finish().unwrap();
    (bytes, unmappable, counts)
}

fn as_text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn absent_is_nothing_and_empty_is_two_quotes() {
    let row = vec![Cell::code("0549"), Cell::ABSENT, Cell::text(""), Cell::text("a\"b\r\nc,")];
    let (bytes, _, counts) = written(&["整理番号", "b", "c", "d"], &[row], machine(TargetEncoding::Utf8));
    assert_eq!(as_text(&bytes), "\"整理番号\",\"b\",\"c\",\"d\"\r\n\"0549\",,\"\",\"a\"\"b\r\nc,\"\r\n");
    assert_eq!(counts, Written { rows: 1, unmappable: 0 });
}

#[test]
fn people_get_harmless_cells_and_the_mark() {
    let rows = [vec![Cell::text("etumo"), Cell::text("=SUM(A1)"), Cell::text("-5"), Cell::text("＠x")]];
    let header = ["取得元", "=item", "n", "m"];
    let (bytes, ..) = written(&header, &rows, CsvOptions::usual(TargetEncoding::Utf8Bom));
    assert_eq!(
        as_text(&bytes),
        "\u{FEFF}\"取得元（表計算用）\",\"'=item\",\"n\",\"m\"\r\n\"etumo\",\"'=SUM(A1)\",\"-5\",\"'＠x\"\r\n"
    );
    let (bytes, ..) = written(&header, &rows, machine(TargetEncoding::Utf8));
    assert!(as_text(&bytes).starts_with("\"取得元\",\"=item\"") && as_text(&bytes).contains("\"=SUM(A1)\""));
}

#[test]
fn excel_text_keeps_zeros() {
    let row = vec![
        Cell::text("etumo"),
        Cell::code("054936663560"),
        Cell::text("01430"),
        Cell::text("1430"),
        Cell::text("123456789012"),
        Cell::code("=1+1"),
        Cell::code("A-01"),
    ];
    let options = CsvOptions { excel_text: true, ..CsvOptions::usual(TargetEncoding::Utf8) };
    let (bytes, ..) = written(&["取得元", "a", "b", "c", "d", "e", "f"], &[row], options);
    let text = as_text(&bytes);
    assert!(text.starts_with("\"取得元（再取込不可）\""));
    assert!(text.ends_with(
        "\"etumo\",\"=\"\"054936663560\"\"\",\"=\"\"01430\"\"\",\"1430\",\"=\"\"123456789012\"\"\",\"'=1+1\",\"=\"\"A-01\"\"\"\r\n"
    ));
}

#[test]
fn what_cp932_does_not_have_is_listed_or_becomes_geta() {
    let rows = [
        vec![Cell::code("001"), Cell::text("𠮷田〜¥")],
        vec![Cell::code("002"), Cell::text("髙﨑①㈱\u{E000}")],
        vec![Cell::code("003"), Cell::text("−1")],
    ];
    let (_, found, counts) = written(&["整理番号", "氏名"], &rows, CsvOptions::usual(TargetEncoding::Cp932));
    let found: Vec<(&str, &str, char)> =
        found.iter().map(|u| (u.number.as_str(), u.field.as_str(), u.character)).collect();
    assert_eq!(found, [("001", "氏名", '𠮷'), ("001", "氏名", '〜'), ("001", "氏名", '¥'), ("003", "氏名", '−')]);
    assert_eq!(counts, Written { rows: 3, unmappable: 4 });
    let geta = CsvOptions { on_unmappable: OnUnmappable::Geta, ..CsvOptions::usual(TargetEncoding::Cp932) };
    let (bytes, found, _) = written(&["整理番号", "氏名"], &rows, geta);
    assert_eq!(found.len(), 4);
    let (text, _) = cp932::decode(&bytes).unwrap();
    assert!(text.contains("\"〓田〓〓\"") && text.contains("\"髙﨑①㈱\u{E000}\"") && text.contains("\"〓1\""));
    assert_eq!(written(&["整理番号", "氏名"], &rows, machine(TargetEncoding::Utf16)).2.unmappable, 0);
}

#[test]
fn raw_bytes_go_back_as_they_were_where_they_belong_to_the_text() {
    let raw = b"=\xEE\xE0\xF0\x40";
    let cell = Cell::text("=髙\u{E000}").with_raw(Some(raw));
    let stale = Cell::text("高").with_raw(Some(raw));
    let (bytes, ..) = written(&["a", "b"], &[vec![cell, stale]], CsvOptions::usual(TargetEncoding::Cp932));
    let row = &bytes[bytes.iter().position(|b| *b == b'\n').unwrap() + 1..];
    assert_eq!(row, b"\"'=\xEE\xE0\xF0\x40\",\"\x8D\x82\"\r\n");
}

#[test]
fn a_cell_of_any_text_is_one_field_again() {
    let hostile = ["a,b", "\"", "\"\"", "\r\n", "=1", "\u{1B}[2J", "ソ能表"];
    for encoding in [TargetEncoding::Utf8, TargetEncoding::Cp932] {
        let row = hostile.map(Cell::text).to_vec();
        let (bytes, ..) = written(&["1", "2", "3", "4", "5", "6", "7"], &[row], machine(encoding));
        let mut source = CsvSource::resume(bytes.as_slice(), None, 0, 1);
        source.next_record().unwrap();
        let record = source.next_record().unwrap().unwrap();
        let fields: Vec<Vec<u8>> = (0..record.len()).map(|i| record.field(i).into_owned()).collect();
        let expected: Vec<Vec<u8>> = hostile
            .iter()
            .map(|text| {
                let mut out = Vec::new();
                match encoding {
                    TargetEncoding::Cp932 => cp932::encode(text, &mut out, |c, _| panic!("{c}")),
                    _ => out.extend_from_slice(text.as_bytes()),
                }
                out
            })
            .collect();
        assert_eq!(fields, expected);
    }
}

#[test]
fn the_words_of_the_command_line() {
    for word in ["utf-8-bom", "cp932", "utf-8", "utf-16"] {
        assert_eq!(TargetEncoding::parse(word).map(TargetEncoding::id), Some(word));
    }
    assert_eq!(TargetEncoding::Cp932.usual_audience(), Audience::People);
    assert_eq!(TargetEncoding::Utf16.usual_audience(), Audience::Machine);
    assert_eq!(Audience::parse("people"), Some(Audience::People));
    assert_eq!(OnUnmappable::parse("geta"), Some(OnUnmappable::Geta));
}
