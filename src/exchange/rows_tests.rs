//! Tests of reading rows: the samples, and round trips of our own exports.

use super::*;
use crate::domain::application::Line;
use crate::domain::identity::ReceiptNumber;
use crate::exchange::cell::Cell;
use crate::exchange::csv_target::{Audience, CsvOptions, CsvTarget, TargetEncoding};
use crate::exchange::profile::HeaderError;
use crate::exchange::sekisho;
use proptest::prelude::*;

const ETUMO: &[u8] = include_bytes!("../../tests/samples/etumo.csv");
const BAD_ROWS: &[u8] = include_bytes!("../../tests/samples/etumo-bad-rows.csv");
const UNCLOSED: &[u8] = include_bytes!("../../tests/samples/etumo-unclosed-quote.csv");
const GENERIC_UTF8: &[u8] = include_bytes!("../../tests/samples/generic-utf8.csv");
const GENERIC_UTF16: &[u8] = include_bytes!("../../tests/samples/generic-utf16le.csv");

fn profiles() -> Vec<Profile> {
    let shipped = |name: &str, text: &str| Profile::from_toml(name, text).unwrap();
    vec![
        shipped("etumo-list", include_str!("../../data/profiles/etumo-list.toml")),
        shipped("generic", include_str!("../../data/profiles/generic.toml")),
        Profile::sekisho(),
    ]
}

/// Digits of `2020年10月29日 09時24分` or of ISO with offset, in Japan; a stand-in for the calendar.
fn instant(text: &str) -> Option<Instant> {
    let text = text.strip_suffix("+09:00").unwrap_or(text);
    let parts: Vec<i64> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).map(|p| p.parse().unwrap()).collect();
    let [year, month @ 1..=12, day @ 1..=31, rest @ ..] = parts.as_slice() else { return None };
    let at = |n: usize| rest.get(n).copied().unwrap_or(0);
    let days = ((year - 1970) * 12 + month - 1) * 31 + day - 1;
    let seconds = ((days * 24 + at(0)) * 60 + at(1)) * 60 + at(2) - 540 * 60;
    Some(Instant { seconds, offset_minutes: 540 })
}

fn written_instant(at: Instant) -> String {
    let local = at.seconds + 540 * 60;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = (days.div_euclid(372) + 1970, days.rem_euclid(372) / 31 + 1, days.rem_euclid(31) + 1);
    let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}+09:00")
}

struct File {
    encoding: &'static str,
    profile: String,
    applications: Vec<Incoming>,
    set_aside: Vec<SetAside>,
    stop: Option<Stop>,
}

fn read_as(bytes: &[u8], choice: Choice) -> Result<File, ImportError> {
    let profiles = profiles();
    let mut reader = RowReader::open(bytes, choice, &profiles, None, &instant)?;
    let mut file = File {
        encoding: reader.opening().encoding.id(),
        profile: reader.opening().profile.name().to_owned(),
        applications: Vec::new(),
        set_aside: Vec::new(),
        stop: None,
    };
    for row in &mut reader {
        match row {
            Ok(Row::Application(incoming)) => file.applications.push(*incoming),
            Ok(Row::SetAside(set_aside)) => file.set_aside.push(set_aside),
            Err(stop) => file.stop = Some(stop),
        }
    }
    assert!(reader.next().is_none());
    Ok(file)
}

fn read(bytes: &[u8]) -> File {
    read_as(bytes, Choice::Auto).unwrap()
}

fn failure(bytes: &[u8], choice: Choice) -> ImportError {
    read_as(bytes, choice).map(|file| file.profile).unwrap_err()
}

#[test]
fn a_download_becomes_applications() {
    let file = read(ETUMO);
    assert_eq!((file.encoding, file.profile.as_str()), ("cp932", "etumo-list"));
    assert!(file.set_aside.is_empty() && file.stop.is_none());
    let [first, second, third] = file.applications.as_slice() else { panic!("three rows") };

    let content = &first.content;
    assert_eq!((content.source.as_str(), content.number.as_str()), ("etumo", "054936663560"));
    assert_eq!((content.form.code.as_str(), content.form.version.as_str()), ("01430", "1"));
    assert_eq!(content.form.items, ["フリガナ", "希望日", "生年月日"]);
    assert_eq!(content.submitted, instant("2020-10-29 09:24"));
    assert_eq!(content.kana.as_deref(), Some("ヤマガタ タロウ"));
    assert_eq!(content.values[0].as_deref(), Some("ヤマガタ タロウ"), "the item stays an item");
    assert_eq!(content.line, Some(Line::Internet));
    assert_eq!(content.remarks.as_deref(), Some(""), "an empty cell is kept as empty");
    assert_eq!(first.status, Some(Status::Unprocessed));
    assert_eq!((first.line, first.next_line), (2, 3));
    assert!(content.raw.is_empty() && first.flagged.is_empty());

    assert_eq!(second.content.name.as_deref(), Some("髙橋 花子"));
    assert_eq!(second.content.raw[&(Field::Name as u32)], b"\xEE\xE0\x8B\xB4 \x89\xD4\x8E\x71");
    assert!(second.flagged.is_empty(), "a duplicate code is no 外字");
    assert_eq!(second.content.remarks.as_deref(), Some("午前を希望,\r\n連絡は\"電話\"で"));
    assert_eq!(second.content.kana.as_deref(), Some("ﾊﾅｺ"));
    assert_eq!((second.status, second.next_line), (Some(Status::AcceptedUnreplied), 5));
    assert!(Arc::ptr_eq(&content.form, &second.content.form));

    assert_eq!(third.content.name.as_deref(), Some("\u{E000}本 三郎"));
    assert_eq!(third.flagged, [Flagged { field: "氏名/法人名".into(), codes: vec!["F040".into()] }]);
    assert_eq!(third.content.values[2].as_deref(), Some("ソ能表示"));
    assert_eq!((third.status, third.line), (Some(Status::AcceptedReplied), 5));
    assert_eq!(third.end, ETUMO.len() as u64);
}

#[test]
fn bad_rows_are_set_aside_with_place_reason_and_bytes() {
    let file = read(BAD_ROWS);
    let numbers: Vec<&str> = file.applications.iter().map(|a| a.content.number.as_str()).collect();
    assert_eq!(numbers, ["0001", "0012"]);
    let found: Vec<(u64, Option<u64>, Option<&str>, &str)> =
        file.set_aside.iter().map(|s| (s.line, s.column, s.field.as_deref(), s.reason.id())).collect();
    let name = Some("氏名/法人名");
    assert_eq!(
        found,
        [
            (3, None, None, "ragged"),
            (4, Some(4), name, "undecodable"),
            (5, Some(4), name, "nul"),
            (6, Some(8), Some("申込日時"), "bad_date"),
            (7, Some(9), Some("処理状況"), "unknown_status"),
            (8, Some(3), Some("整理番号"), "missing_number"),
            (9, Some(11), Some("申込回線"), "unknown_line"),
            (10, Some(4), name, "stray_quote"),
            (11, Some(4), name, "undecodable"),
            (12, Some(8), Some("申込日時"), "bad_date"),
        ]
    );
    for row in &file.set_aside {
        let place = &BAD_ROWS[row.start as usize..row.end as usize];
        assert_eq!([row.bytes.as_slice(), b"\r\n"].concat(), place);
    }
}

#[test]
fn an_unclosed_quote_keeps_what_was_read_before() {
    let file = read(UNCLOSED);
    assert_eq!(file.applications.len(), 1);
    assert!(matches!(file.stop, Some(Stop::UnclosedQuote { line: 3 })));
}

#[test]
fn unicode_files_are_read_and_lone_surrogates_set_aside() {
    let file = read(GENERIC_UTF8);
    assert_eq!((file.encoding, file.profile.as_str()), ("utf-8", "generic"));
    assert_eq!(file.applications[0].content.name.as_deref(), Some("𠮷田 一郎"));
    assert_eq!(file.applications[1].content.remarks.as_deref(), Some("改行\nあり"));
    assert_eq!((file.applications[0].status, file.applications[0].content.submitted), (None, None));
    let file = read(GENERIC_UTF16);
    assert_eq!(file.encoding, "utf-16");
    let names: Vec<_> = file.applications.iter().filter_map(|a| a.content.name.as_deref()).collect();
    assert_eq!(names, ["𠮷田", "終"]);
    let [aside] = file.set_aside.as_slice() else { panic!("one row") };
    assert_eq!((aside.reason, aside.line, aside.column), (Reason::Undecodable, 3, Some(2)));
    assert!(GENERIC_UTF16[aside.start as usize..].starts_with(&aside.bytes));
}

#[test]
fn files_that_cannot_be_read_say_why() {
    for empty in [&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\r\n\r\n"] {
        assert!(matches!(failure(empty, Choice::Auto), ImportError::EmptyFile), "{empty:?}");
    }
    assert!(matches!(failure(GENERIC_UTF8, Choice::Utf16), ImportError::NoUtf16Mark));
    assert!(matches!(failure(b"\x81\x20,b\n", Choice::Auto), ImportError::HeaderUndecodable(1)));
    assert!(matches!(failure(b"a,b\0\n", Choice::Auto), ImportError::HeaderUndecodable(2)));
    assert!(matches!(failure(b"\"a\n", Choice::Auto), ImportError::Stopped(Stop::UnclosedQuote { line: 1 })));
    assert!(matches!(failure(b"a,b\n", Choice::Auto), ImportError::Header(HeaderError::NoProfile)));
    let header_only = read("整理番号,氏名\r\n".as_bytes());
    assert!(header_only.applications.is_empty() && header_only.set_aside.is_empty() && header_only.stop.is_none());
}

#[test]
fn reading_goes_on_where_it_stopped() {
    let profiles = profiles();
    for bytes in [ETUMO, BAD_ROWS, GENERIC_UTF16] {
        let open = || RowReader::open(Cursor::new(bytes), Choice::Auto, &profiles, None, &instant).unwrap();
        let whole: Vec<Row> = open().map(Result::unwrap).collect();
        for (n, row) in whole.iter().enumerate() {
            let (end, next_line) = match row {
                Row::Application(a) => (a.end, a.next_line),
                Row::SetAside(s) => (s.end, s.next_line),
            };
            let rest: Vec<Row> = open().resume(end, next_line).unwrap().map(Result::unwrap).collect();
            assert_eq!(rest, whole[n + 1..]);
        }
    }
}

#[test]
fn our_own_export_brings_identity_and_no_status() {
    let text = "取得元,元システムの状況,整理番号,処理状況,申込日時\r\netumo,完了,0001,未処理,\r\n,完了,0002,未処理,\r\n山形,,0003,,\r\n";
    let file = read(text.as_bytes());
    assert_eq!(file.profile, "sekisho");
    assert_eq!(file.applications.len(), 1);
    let only = &file.applications[0];
    assert_eq!((only.content.source.as_str(), only.status, only.content.submitted), ("etumo", None, None));
    let reasons: Vec<_> = file.set_aside.iter().map(|s| (s.reason, s.column)).collect();
    assert_eq!(reasons, [(Reason::BadSource, Some(1)), (Reason::BadSource, Some(1))]);
}

/// Writes contents as an export does: fixed columns, then the items.
fn export(contents: &[Content], options: CsvOptions) -> Vec<u8> {
    let items = &contents[0].form.items;
    let mut header = vec![sekisho::SOURCE.to_owned(), sekisho::SOURCE_STATUS.to_owned()];
    header.extend(sekisho::CONTENT.iter().skip(1).map(|name| (*name).to_owned()));
    header.extend(items.iter().map(|name| sekisho::item_column(name).into_owned()));
    let mut target = CsvTarget::new(Vec::new(), header, options).unwrap();
    for content in contents {
        let submitted = content.submitted.map(written_instant);
        let line = content.line.map(sekisho::line_label);
        let cell = |text: &'static str| Cell::text(text);
        fn optional<'a>(text: Option<&'a str>, raw: Option<&'a Vec<u8>>) -> Cell<'a> {
            Cell { text, ..Cell::default() }.with_raw(raw.map(Vec::as_slice))
        }
        let raw = |field: Field| content.raw.get(&(field as u32));
        let mut cells = vec![
            Cell::text(&content.source),
            cell("完了"),
            Cell::code(content.number.as_str()),
            optional(content.user_id.as_deref(), raw(Field::UserId)),
            optional(content.mail.as_deref(), raw(Field::Mail)),
            optional(content.name.as_deref(), raw(Field::Name)),
            optional(content.kana.as_deref(), raw(Field::Kana)),
            Cell::text(&content.form.version),
            Cell::code(&content.form.code),
            Cell::text(&content.form.name),
            optional(submitted.as_deref(), None),
            optional(line, None),
            optional(content.remarks.as_deref(), raw(Field::Remarks)),
        ];
        cells.extend(
            (0u32..)
                .zip(&content.values)
                .map(|(i, value)| optional(value.as_deref(), content.raw.get(&(Field::ITEMS + i)))),
        );
        target.write_row(&cells).unwrap();
    }
    assert!(target.take_unmappable().is_empty());
    target.finish().unwrap().0
}

#[test]
fn the_samples_come_back_equal_with_their_raw_bytes() {
    let contents: Vec<Content> = read(ETUMO).applications.into_iter().map(|a| a.content).collect();
    for audience in [Audience::Machine, Audience::People] {
        let options = CsvOptions { audience, ..CsvOptions::usual(TargetEncoding::Cp932) };
        let back = read(&export(&contents, options));
        assert_eq!(back.profile, "sekisho");
        let back: Vec<Content> = back.applications.into_iter().map(|a| a.content).collect();
        assert_eq!(back, contents);
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,8}", "[あ-ん=＝'\"\r\n,\t\u{3000}+-]{0,6}", "[^\0]{0,5}", Just("'=1".to_owned())]
}

fn content(items: Arc<FormHeader>) -> impl Strategy<Value = Content> {
    let optional = || prop::option::of(any_text());
    let values = prop::collection::vec(optional(), items.items.len());
    let fixed = (optional(), optional(), optional(), optional(), optional());
    let line = prop::option::of(prop::sample::select(vec![Line::Internet, Line::Staff]));
    ("[0-9]{1,12}", prop::option::of(0i64..2_000_000_000), fixed, line, values).prop_map(
        move |(number, seconds, (name, kana, mail, user_id, remarks), line, values)| Content {
            source: "etumo:yamagata".into(),
            number: ReceiptNumber::new(&number).unwrap(),
            form: Arc::clone(&items),
            submitted: seconds.map(|seconds| Instant { seconds, offset_minutes: 540 }),
            name,
            kana,
            mail,
            user_id,
            line,
            remarks,
            values,
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        },
    )
}

fn contents() -> impl Strategy<Value = Vec<Content>> {
    let item = prop_oneof![any_text(), prop::sample::select(vec!["備考".to_owned(), "項目.担当".to_owned()])];
    (prop::collection::hash_set(item, 0..5), any_text()).prop_flat_map(|(items, name)| {
        let items = items.into_iter().collect();
        let form = FormHeader { code: "01430".into(), version: "1".into(), name, items };
        prop::collection::vec(content(Arc::new(form)), 1..5)
    })
}

proptest! {
    #[test]
    fn what_unicode_exports_write_comes_back(contents in contents(), people: bool, which in 0usize..3) {
        let encoding = [TargetEncoding::Utf8Bom, TargetEncoding::Utf8, TargetEncoding::Utf16][which];
        let audience = if people { Audience::People } else { Audience::Machine };
        let file = export(&contents, CsvOptions { audience, ..CsvOptions::usual(encoding) });
        let choice = if encoding == TargetEncoding::Utf16 { Choice::Utf16 } else { Choice::Utf8 };
        let back = read_as(&file, choice).unwrap();
        let back: Vec<Content> = back.applications.into_iter().map(|a| a.content).collect();
        prop_assert_eq!(back, contents);
    }

    #[test]
    fn what_cp932_exports_write_comes_back(
        names in prop::collection::vec("[ -~ァ-ヶ一-丘髙﨑①㈱\u{E000}-\u{E010}＝]{0,8}", 1..4),
        people: bool,
    ) {
        // 丂 and its like are not in CP932.
        let known = |c: &char| {
            let mut known = true;
            crate::exchange::cp932::encode(c.encode_utf8(&mut [0; 4]), &mut Vec::new(), |_, _| known = false);
            known
        };
        let names: Vec<String> = names.iter().map(|name| name.chars().filter(known).collect()).collect();
        let form = Arc::new(FormHeader { code: "1".into(), items: vec!["項目".into()], ..FormHeader::default() });
        let contents: Vec<Content> = names.iter().map(|name| Content {
            source: "etumo".into(),
            number: ReceiptNumber::new("1").unwrap(),
            form: Arc::clone(&form),
            submitted: None,
            name: Some(name.clone()),
            kana: None,
            mail: None,
            user_id: None,
            line: None,
            remarks: None,
            values: vec![Some(name.clone())],
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        }).collect();
        let audience = if people { Audience::People } else { Audience::Machine };
        let options = CsvOptions { audience, ..CsvOptions::usual(TargetEncoding::Cp932) };
        let back = read_as(&export(&contents, options), Choice::Cp932).unwrap();
        for (incoming, content) in back.applications.iter().zip(&contents) {
            prop_assert!(incoming.content.says_the_same(content));
        }
        prop_assert_eq!(back.applications.len(), contents.len());
    }
}

#[test]
fn a_reader_can_work_on_another_thread() {
    fn sendable<T: Send>(_: &T) {}
    let profiles = profiles();
    sendable(&RowReader::open(ETUMO, Choice::Auto, &profiles, None, &instant).unwrap());
}
