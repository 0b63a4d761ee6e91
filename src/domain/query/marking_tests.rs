//! Marking: what a query marks in the cells of an application, in the text as it stands.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::super::application::{Instant, Line};
use super::super::column::Column;
use super::super::reflection::Reflection;
use super::super::status::Status;
use super::*;

const CONTEXT: Context = Context { today: jiff::civil::date(2026, 11, 20) };

/// What a query marks, as texts.
fn marked<'t>(query: &str, column: &Column, text: &'t str) -> Vec<&'t str> {
    let query = Query::parse(query, &CONTEXT).unwrap();
    query.marks(column, text).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn a_match_is_marked_in_the_text_as_it_stands() {
    for (query, text, parts) in [
        ("がた", "ﾔﾏｶﾞﾀ ﾊﾅｺ", &["ｶﾞﾀ"][..]),
        ("ヤマガタハナコ", "やまがた　はなこ", &["やまがた　はなこ"]),
        ("高崎", "髙﨑　一郎", &["髙﨑"]),
        ("葛西", "葛\u{e0101}西 花", &["葛\u{e0101}西"]),
        ("株", "㈱紅花商会", &["㈱"]),
        ("ABC", "ａｂｃ-Abc", &["ａｂｃ", "Abc"]),
        ("か", "か\u{3099} か", &["か"]),
        ("e", "e\u{301}a", &["e\u{301}"]),
        ("山 形", "山形", &["山形"]),
        ("山形 形花", "山形花子", &["山形花"]),
        ("最上|山形", "山形 最上", &["山形", "最上"]),
        ("-山形 花子", "山形 花子", &["花子"]),
        ("-山形", "山形", &[]),
    ] {
        assert_eq!(marked(query, &Column::Name, text), parts, "{query} in {text}");
    }
}

#[test]
fn a_field_marks_its_own_column_alone() {
    let name = Column::Name;
    let item = |name: &str| Column::Item(name.to_owned());
    assert_eq!(marked("氏名:やまがた", &name, "ヤマガタ"), ["ヤマガタ"]);
    assert!(marked("氏名:やまがた", &Column::Kana, "ヤマガタ").is_empty());
    assert_eq!(marked("項目.住所:篭", &item("住所"), "籠町"), ["籠"]);
    assert_eq!(marked("項目.住所:篭", &item("住所#2"), "籠町"), ["籠"]);
    assert!(marked("項目.住所:篭", &item("町名"), "籠町").is_empty());
    assert_eq!(marked("様式:01430", &Column::Form, "０１４３０"), ["０１４３０"]);
    assert!(marked("様式:0143", &Column::Form, "01430").is_empty());
    assert_eq!(marked("様式:会議", &Column::FormName, "Web会議"), ["会議"]);
    assert_eq!(marked("source:ETUMO", &Column::Source, "etumo"), ["etumo"]);
    assert_eq!(marked("mail:example", &Column::Mail, "a@example.jp"), ["example"]);
}

#[test]
fn free_words_mark_only_where_they_are_looked_for() {
    for column in [Column::Mail, Column::Source, Column::Status, Column::FormVersion, Column::UserId] {
        assert!(marked("a", &column, "a").is_empty(), "{column:?}");
    }
    assert!(marked("状況:未処理", &Column::Status, "未処理").is_empty());
}

#[test]
fn a_name_is_marked_by_its_reading_word_by_word() {
    let by_reading = |query: &str, name: &'static str, reading: &str| -> Vec<&'static str> {
        let query = Query::parse(query, &CONTEXT).unwrap();
        query.marks_by_reading(name, reading).into_iter().map(|range| &name[range]).collect()
    };
    assert_eq!(by_reading("やまがた", "山形　花子", "ﾔﾏｶﾞﾀ ﾊﾅｺ"), ["山形"]);
    assert_eq!(by_reading("はな", "山形　花子", "ﾔﾏｶﾞﾀ ﾊﾅｺ"), ["花子"]);
    assert_eq!(by_reading("がたはな", "山形　花子", "ﾔﾏｶﾞﾀ ﾊﾅｺ"), ["山形", "花子"]);
    assert_eq!(by_reading("フリガナ:やま 花", "山形花子", "ヤマガタ ハナコ"), ["山形花子"]);
    assert_eq!(by_reading("べに", "(株)紅花 商会", "ベニバナショウカイ"), ["(株)紅花", "商会"]);
    assert_eq!(by_reading("花", "山形 花子", ""), ["花"]);
    assert!(by_reading("氏名:やま -はな", "山形 花子", "ヤマガタ ハナコ").is_empty());
}

/// An application that has one text, in one column.
struct One<'t>(&'t Column, &'t str);

impl One<'_> {
    fn of(&self, column: &Column) -> &str {
        if self.0 == column { self.1 } else { "" }
    }
}

impl Subject for One<'_> {
    fn source(&self) -> &str {
        self.of(&Column::Source)
    }
    fn number(&self) -> &str {
        self.of(&Column::Number)
    }
    fn name(&self) -> Option<&str> {
        Some(self.of(&Column::Name))
    }
    fn kana(&self) -> Option<&str> {
        Some(self.of(&Column::Kana))
    }
    fn mail(&self) -> Option<&str> {
        Some(self.of(&Column::Mail))
    }
    fn remarks(&self) -> Option<&str> {
        Some(self.of(&Column::Remarks))
    }
    fn form_code(&self) -> &str {
        self.of(&Column::Form)
    }
    fn form_version(&self) -> &str {
        self.of(&Column::FormVersion)
    }
    fn form_name(&self) -> &str {
        self.of(&Column::FormName)
    }
    fn submitted(&self) -> Option<Instant> {
        None
    }
    fn updated(&self) -> Option<Instant> {
        None
    }
    fn status(&self) -> Status {
        Status::Unprocessed
    }
    fn source_status(&self) -> Option<Status> {
        None
    }
    fn reflection(&self) -> Reflection {
        Reflection::Done
    }
    fn line(&self) -> Option<Line> {
        None
    }
    fn items(&self, visit: &mut dyn FnMut(&str, &str)) {
        if let Column::Item(name) = self.0 {
            visit(name, self.1);
        }
    }
    fn has(&self, _feature: Feature) -> bool {
        false
    }
}

/// Texts whose fold joins, swallows and multiplies characters.
fn hard_text() -> impl Strategy<Value = String> {
    let hard: Vec<char> =
        "ー-－々ゝゞ゛ﾞﾟ\u{3099}ｶﾊｳチヅァ　 \u{200b}\u{200d}\u{e0100}\u{301}髙﨑邉㈱㍻①Ａa39漢🇯🇵👩\r\n\u{e000}|:"
            .chars()
            .collect();
    let c = prop_oneof![4 => proptest::sample::select(hard), 1 => any::<char>()];
    proptest::collection::vec(c, 0..16).prop_map(|chars| chars.into_iter().collect())
}

fn column() -> impl Strategy<Value = (Column, &'static str)> {
    proptest::sample::select(vec![
        (Column::Number, "number:"),
        (Column::Name, "name:"),
        (Column::Kana, "kana:"),
        (Column::Remarks, "remarks:"),
        (Column::FormName, "form:"),
        (Column::Form, "form:"),
        (Column::Mail, "mail:"),
        (Column::Source, "source:"),
        (Column::FormVersion, "form-version:"),
        (Column::Item("希望日".to_owned()), "item.希望日:"),
    ])
}

proptest! {
    #[test]
    fn what_matched_is_marked_between_graphemes(
        (column, field) in column(),
        text in hard_text(),
        (from, to) in (0usize..16, 0usize..16),
        other in hard_text(),
        of_field in any::<bool>(),
    ) {
        // A word that stands in the text in some form, beside one that may not.
        let part: String = text.chars().skip(from).take(to).collect();
        let quoted = |word: &str| format!("\"{}\"", word.replace('"', ""));
        let typed = format!("{}{}|{}", if of_field { field } else { "" }, quoted(&part), quoted(&other));
        let Ok(query) = Query::parse(&typed, &CONTEXT) else { return Ok(()) };
        let ranges = query.marks(&column, &text);
        let bounds: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
        let mut end = None;
        for range in &ranges {
            prop_assert!(range.start < range.end && end.is_none_or(|end| end < range.start), "{:?}", ranges);
            prop_assert!(bounds.contains(&range.start) && bounds.contains(&range.end), "{:?}", ranges);
            end = Some(range.end);
        }
        let matches = query.matches(&One(&column, &text), &mut Scratch::default());
        prop_assert_eq!(matches, !ranges.is_empty(), "{} in {:?}: {:?}", typed, text, ranges);
        for range in query.marks_by_reading(&text, &other) {
            prop_assert!(bounds.contains(&range.start) && bounds.contains(&range.end));
        }
        let negated = Query::parse(&format!("-{typed}"), &CONTEXT).unwrap();
        prop_assert!(negated.marks(&column, &text).is_empty());
    }
}
