//! Tests of the CSV reader, with `csv-core` (through `csv`) as the oracle.

use super::*;
use proptest::prelude::*;

/// Gives a few bytes at a time, so that every edge of a buffer is met.
struct Dripping<'a>(&'a [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(self.0.len()).min(into.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

#[derive(Debug, PartialEq)]
struct Seen {
    line: u64,
    start: u64,
    end: u64,
    next_line: u64,
    fields: Vec<Vec<u8>>,
    quoted: Vec<bool>,
}

fn see(record: &Record<'_>) -> Seen {
    Seen {
        line: record.line,
        start: record.start,
        end: record.end,
        next_line: record.next_line,
        fields: (0..record.len()).map(|i| record.field(i).into_owned()).collect(),
        quoted: (0..record.len()).map(|i| record.quoted(i)).collect(),
    }
}

fn read_from(bytes: &[u8], drip: usize, utf16: Option<Order>, offset: u64, line: u64) -> (Vec<Seen>, Option<Stop>) {
    let mut source = CsvSource::resume(Dripping(&bytes[offset as usize..], drip), utf16, offset, line);
    let mut seen = Vec::new();
    loop {
        match source.next_record() {
            Ok(Some(record)) => seen.push(see(&record)),
            Ok(None) => return (seen, None),
            Err(stop) => return (seen, Some(stop)),
        }
    }
}

fn read(bytes: &[u8]) -> (Vec<Seen>, Option<Stop>) {
    read_from(bytes, usize::MAX, None, 0, 1)
}

fn texts(seen: &[Seen]) -> Vec<Vec<String>> {
    seen.iter().map(|s| s.fields.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect()).collect()
}

#[test]
fn quotes_line_ends_and_line_numbers() {
    let bytes = b"a,b\r\n\r\n\"1\n2\r\n3\",\"say \"\"hi\"\"\"\nx,\"\"\ry,\r\n";
    let (seen, stop) = read(bytes);
    assert!(stop.is_none());
    assert_eq!(texts(&seen), [["a", "b"], ["1\n2\r\n3", "say \"hi\""], ["x", ""], ["y", ""]]);
    assert_eq!(seen.iter().map(|s| s.line).collect::<Vec<_>>(), [1, 3, 6, 7]);
    assert_eq!(seen[2].quoted, [false, true]);
    assert_eq!(seen[3].quoted, [false, false]);
    assert_eq!(seen.last().unwrap().end, bytes.len() as u64);
}

#[test]
fn a_second_byte_of_cp932_is_never_taken_for_structure() {
    // ソ = 83 5C, ミ = 83 7E, ポ = 83 7C.
    let (seen, _) = read(b"\x83\x5C,\x83\x7C\"\r\n");
    assert_eq!(seen[0].fields, [b"\x83\x5C".to_vec(), b"\x83\x7C\"".to_vec()]);
}

#[test]
fn an_unclosed_quote_stops_at_the_line_where_it_opened() {
    let (seen, stop) = read(b"a,b\nc,\"d\ne,f\n");
    assert_eq!(texts(&seen), [["a", "b"]]);
    assert!(matches!(stop, Some(Stop::UnclosedQuote { line: 2 })));
    let (seen, stop) = read(b"a\n\"b\nc\",\"d\ne,f\n");
    assert_eq!(seen.len(), 1);
    assert!(matches!(stop, Some(Stop::UnclosedQuote { line: 3 })));
}

#[test]
fn text_behind_a_closing_quote_is_pointed_at() {
    let mut source = CsvSource::resume(b"a,\"b\" c,\"d\"\n".as_slice(), None, 0, 1);
    let record = source.next_record().unwrap().unwrap();
    assert_eq!(record.stray_quote, Some(1));
    assert_eq!(&*record.field(1), b"b c");
    assert_eq!(&*record.field(2), b"d");
}

#[test]
fn cells_and_records_have_a_limit() {
    let just = [b"x,\"".as_slice(), &vec![b'a'; CELL_MAX], b"\"\n"].concat();
    assert_eq!(read(&just).0[0].fields[1].len(), CELL_MAX);
    let plain = [b"x,".as_slice(), &vec![b'a'; CELL_MAX], b"\n"].concat();
    assert_eq!(read(&plain).0.len(), 1);
    let over = [b"x\ny,\"".as_slice(), &vec![b'a'; CELL_MAX + 1], b"\"\n"].concat();
    let (seen, stop) = read(&over);
    assert_eq!(seen.len(), 1);
    assert!(matches!(stop, Some(Stop::CellTooLarge { line: 2 })), "{stop:?}");
    let plain = [b"x\ny,".as_slice(), &vec![b'a'; CELL_MAX + 1], b"\n"].concat();
    assert!(matches!(read(&plain).1, Some(Stop::CellTooLarge { line: 2 })));
    let many = [b"x\n".as_slice(), &b"aaaaaaa,".repeat(RECORD_MAX / 8 + 1)].concat();
    let (seen, stop) = read(&many);
    assert_eq!(seen.len(), 1);
    assert!(matches!(stop, Some(Stop::RecordTooLarge { line: 2 })), "{stop:?}");
}

#[test]
fn the_buffer_stays_small_over_a_large_file() {
    let input = io::Read::take(io::repeat(b'a'), 0).chain(Lines(200_000));
    let mut source = CsvSource::resume(input, None, 0, 1);
    let mut count = 0;
    while let Some(record) = source.next_record().unwrap() {
        count += 1;
        assert_eq!(record.len(), 3);
    }
    assert_eq!(count, 200_000);
    assert!(source.buffer.len() <= 4 * CHUNK, "{}", source.buffer.len());
}

/// So many lines of `aaaa,"bb",cccc`.
struct Lines(usize);

impl Read for Lines {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        const LINE: &[u8] = b"aaaaaaaaaaaaaaa,\"bbbbbbbbbbbbbbbb\",ccccccccccccc\r\n";
        if self.0 == 0 {
            return Ok(0);
        }
        self.0 -= 1;
        into[..LINE.len()].copy_from_slice(LINE);
        Ok(LINE.len())
    }
}

#[test]
fn an_error_of_the_disk_names_the_line() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let mut source = CsvSource::resume(b"a\nb".as_slice().chain(Failing), None, 0, 1);
    assert!(source.next_record().unwrap().is_some());
    assert!(matches!(source.next_record(), Err(Stop::Unreadable { line: 2, .. })));
}

fn csvish() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => prop::sample::select(b"ab \x83\x5C\0".to_vec()),
        2 => Just(b','),
        2 => Just(b'"'),
        1 => Just(b'\n'),
        1 => Just(b'\r'),
    ];
    prop::collection::vec(byte, 0..60)
}

proptest! {
    #[test]
    fn reads_what_csv_core_reads(bytes in csvish(), drip in 1usize..7) {
        let (seen, stop) = read_from(&bytes, drip, None, 0, 1);
        let mut oracle = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
        let expected: Vec<Vec<Vec<u8>>> = oracle
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect();
        let found: Vec<Vec<Vec<u8>>> = seen.into_iter().map(|s| s.fields).collect();
        if stop.is_some() {
            // csv-core closes the quote at the end of the file; up to there they agree.
            prop_assert_eq!(found.as_slice(), &expected[..expected.len() - 1]);
        } else {
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn pieces_and_resuming_change_nothing(bytes in csvish(), drip in 1usize..7) {
        let (whole, stop) = read(&bytes);
        prop_assert_eq!(&read_from(&bytes, drip, None, 0, 1).0, &whole);
        for (n, seen) in whole.iter().enumerate() {
            let (rest, again) = read_from(&bytes, drip, None, seen.end, seen.next_line);
            prop_assert_eq!(rest.as_slice(), &whole[n + 1..]);
            prop_assert_eq!(again.is_some(), stop.is_some());
        }
    }

    #[test]
    fn utf16_lies_where_it_says(text in "[aあ𠮷,\"\n\r]{0,40}", drip in 1usize..7) {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (whole, _) = read_from(&bytes, drip, Some(Order::Little), 0, 1);
        let (plain, _) = read(text.as_bytes());
        prop_assert_eq!(texts(&whole), texts(&plain));
        for (n, seen) in whole.iter().enumerate() {
            let (rest, _) = read_from(&bytes, drip, Some(Order::Little), seen.end, seen.next_line);
            prop_assert_eq!(rest.as_slice(), &whole[n + 1..]);
        }
    }

    #[test]
    fn what_is_quoted_comes_back(rows in prop::collection::vec(prop::collection::vec("[a\"\r\n,あ]{0,6}", 1..4), 1..5)) {
        let mut bytes = Vec::new();
        for row in &rows {
            let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            bytes.extend_from_slice(cells.join(",").as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        let (seen, stop) = read(&bytes);
        prop_assert!(stop.is_none());
        prop_assert_eq!(texts(&seen), rows);
        prop_assert_eq!(seen.last().unwrap().next_line, line_ends(&bytes) + 1);
    }
}
