//! A file that a stranger made, read under every profile and encoding.

use std::io::Cursor;

use crate::domain::application::Instant;
use crate::exchange::encoding::Choice;
use crate::exchange::profile::Profile;
use crate::exchange::rows::{Row, RowReader};

/// Header lines that lead to the shipped profiles; the bytes are also read as they are.
const HEADERS: [&str; 5] = [
    "",
    "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考\r\n",
    "受付番号,氏名,フリガナ\n",
    "取得元,元システムの状況,整理番号,氏名/法人名,備考\r\n",
    "取得元（表計算用）,元システムの状況,整理番号,氏名/法人名,項目.備考\r\n",
];

/// Reads the bytes as a file of applications.
///
/// # Panics
/// Where rows overlap, lie outside of the file, or reading on from the middle finds something else.
pub fn run(bytes: &[u8]) {
    let (profiles, _) = Profile::read_all([
        ("etumo-list", include_str!("../../data/profiles/etumo-list.toml")),
        ("generic", include_str!("../../data/profiles/generic.toml")),
    ]);
    for header in HEADERS {
        for choice in [Choice::Auto, Choice::Cp932, Choice::Utf8, Choice::Utf16] {
            let mut file = match choice {
                Choice::Utf8 | Choice::Auto => header.as_bytes().to_vec(),
                Choice::Cp932 => encoding_rs::SHIFT_JIS.encode(header).0.into_owned(),
                Choice::Utf16 => {
                    "\u{FEFF}".encode_utf16().chain(header.encode_utf16()).flat_map(u16::to_le_bytes).collect()
                }
            };
            file.extend_from_slice(bytes);
            read(&file, choice, &profiles);
        }
    }
}

fn read(file: &[u8], choice: Choice, profiles: &[Profile]) {
    let instant = |text: &str| text.len().is_multiple_of(2).then_some(Instant { seconds: 0, offset_minutes: 540 });
    let open = || RowReader::open(Cursor::new(file), choice, profiles, None, &instant);
    let Ok(reader) = open() else { return };
    let rows: Vec<Row> = reader.map_while(Result::ok).collect();
    let (mut offset, mut line) = (0, 1);
    for row in &rows {
        let (start, end, at, next) = place(row);
        assert!(offset <= start && start < end && end <= file.len() as u64, "{offset} {start} {end}");
        assert!(line <= at && at <= next, "{line} {at} {next}");
        (offset, line) = (end, next);
        if let Row::SetAside(aside) = row {
            assert!(file[start as usize..end as usize].starts_with(&aside.bytes));
        }
    }
    if let Some(middle) = rows.len().checked_sub(1).map(|last| last / 2)
        && let Ok(reader) = open()
    {
        let (_, end, _, next) = place(&rows[middle]);
        let rest: Vec<Row> = reader.resume(end, next).map(|r| r.map_while(Result::ok).collect()).unwrap_or_default();
        assert_eq!(rest, rows[middle + 1..]);
    }
}

fn place(row: &Row) -> (u64, u64, u64, u64) {
    match row {
        Row::Application(incoming) => (incoming.start, incoming.end, incoming.line, incoming.next_line),
        Row::SetAside(aside) => (aside.start, aside.end, aside.line, aside.next_line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_bytes(bytes: Vec<u8>) {
            run(&bytes);
        }

        #[test]
        fn bytes_like_csv(bytes in prop::collection::vec(prop::sample::select(b"a1,,,\"\"\n\r\0\x81\xF0\x40\xE0'=".to_vec()), 0..120)) {
            run(&bytes);
        }
    }

    #[test]
    fn samples() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            run(&std::fs::read(entry.path()).unwrap());
            count += 1;
        }
        assert!(count > 4);
    }
}
