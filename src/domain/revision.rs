//! 改訂: what an applicant changed between two downloads, field by field, and what of it came after our last decision.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::application::{Content, Instant, Line};
use super::fold::{self, Tier};
use super::identity::OperationId;
use super::status::Status;

/// A fixed field that a revision may change, in the order in which a person reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixedField {
    /// 様式ID.
    FormCode,
    /// 様式Ver.
    FormVersion,
    /// 様式名; it counts only beside another change.
    FormName,
    /// 申込日時.
    Submitted,
    /// 氏名/法人名.
    Name,
    /// フリガナ.
    Kana,
    /// 連絡先メールアドレス.
    Mail,
    /// 利用者ID.
    UserId,
    /// 申込回線.
    Line,
    /// 備考.
    Remarks,
}

impl FixedField {
    /// The word of scripts: the key of an application's object, a part of the form as `form.PART`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::FormCode => "form.id",
            Self::FormVersion => "form.version",
            Self::FormName => "form.name",
            Self::Submitted => "submitted_at",
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Mail => "mail",
            Self::UserId => "user_id",
            Self::Line => "line",
            Self::Remarks => "remarks",
        }
    }
}

/// Where a change is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A fixed field.
    Fixed(FixedField),
    /// An item of the form, by its name; a repeated name carries `#2`, `#3` …
    Item(String),
}

/// What a field says. An empty text says nothing, so it is no `Said`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A text.
    Text(String),
    /// A time.
    Time(Instant),
    /// 申込回線.
    Line(Line),
}

/// How much a change is: whether a person must read it closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Difference {
    /// Nothing was there before.
    Added,
    /// Nothing is there any more.
    Removed,
    /// Only width, spaces or variation selectors differ.
    Width,
    /// Only the form of characters differs (字形差).
    Glyph,
    /// Kanji of one family that names mix.
    Similar,
    /// The same to search alone: kana kind, long marks, case.
    Reading,
    /// It says something else.
    Other,
}

impl Difference {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Added, Self::Removed, Self::Width, Self::Glyph, Self::Similar, Self::Reading, Self::Other];

    /// The word of scripts and of message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Width => "width",
            Self::Glyph => "glyph",
            Self::Similar => "similar",
            Self::Reading => "reading",
            Self::Other => "other",
        }
    }

    fn between(before: Option<&Said>, after: Option<&Said>) -> Self {
        match (before, after) {
            (None, _) => Self::Added,
            (_, None) => Self::Removed,
            (Some(Said::Text(before)), Some(Said::Text(after))) => match fold::tier(before, after) {
                Some(Tier::Identical | Tier::Width) => Self::Width,
                Some(Tier::Glyph) => Self::Glyph,
                Some(Tier::Similar) => Self::Similar,
                Some(Tier::Reading) => Self::Reading,
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// One field that changed. Never equal on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub part: Part,
    /// What stood there; `None` = absent or empty.
    pub before: Option<Said>,
    /// What stands there; `None` = absent or empty.
    pub after: Option<Said>,
    /// How much it is.
    pub difference: Difference,
}

/// What changed between two contents of one application: the fixed fields, then the items in the order of the newer
/// form, then those that the newer form hasn't any more. Empty exactly where the two
/// [say the same](Content::says_the_same).
#[must_use]
pub fn changes(before: &Content, after: &Content) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut compare = |part: Part, before: Option<Said>, after: Option<Said>| {
        if !is_equal(before.as_ref(), after.as_ref()) {
            let difference = Difference::between(before.as_ref(), after.as_ref());
            changes.push(Change { part, before, after, difference });
        }
    };
    for field in COMPARED {
        compare(Part::Fixed(field), said(before, field), said(after, field));
    }
    let (old, new) = (items(before), items(after));
    let mut seen = std::collections::HashSet::new();
    for name in after.form.items.iter().chain(&before.form.items) {
        if seen.insert(name) {
            let text =
                |items: &BTreeMap<&str, &str>| items.get(name.as_str()).map(|text| Said::Text((*text).to_owned()));
            compare(Part::Item(name.clone()), text(&old), text(&new));
        }
    }
    if !changes.is_empty() && before.form.name != after.form.name {
        let at = changes.iter().take_while(|change| change.part < Part::Fixed(FixedField::FormName)).count();
        let name = |content: &Content| said(content, FixedField::FormName);
        let (before, after) = (name(before), name(after));
        let difference = Difference::between(before.as_ref(), after.as_ref());
        changes.insert(at, Change { part: Part::Fixed(FixedField::FormName), before, after, difference });
    }
    changes
}

/// The fixed fields by which two contents are compared: a form that is renamed revises nobody's application.
const COMPARED: [FixedField; 9] = [
    FixedField::FormCode,
    FixedField::FormVersion,
    FixedField::Submitted,
    FixedField::Name,
    FixedField::Kana,
    FixedField::Mail,
    FixedField::UserId,
    FixedField::Line,
    FixedField::Remarks,
];

fn said(content: &Content, field: FixedField) -> Option<Said> {
    let text = |text: &str| (!text.is_empty()).then(|| Said::Text(text.to_owned()));
    match field {
        FixedField::FormCode => text(&content.form.code),
        FixedField::FormVersion => text(&content.form.version),
        FixedField::FormName => text(&content.form.name),
        FixedField::Submitted => content.submitted.map(Said::Time),
        FixedField::Name => content.name.as_deref().and_then(text),
        FixedField::Kana => content.kana.as_deref().and_then(text),
        FixedField::Mail => content.mail.as_deref().and_then(text),
        FixedField::UserId => content.user_id.as_deref().and_then(text),
        FixedField::Line => content.line.map(Said::Line),
        FixedField::Remarks => content.remarks.as_deref().and_then(text),
    }
}

/// One instant written with another offset is the same instant.
fn is_equal(before: Option<&Said>, after: Option<&Said>) -> bool {
    match (before, after) {
        (Some(Said::Time(before)), Some(Said::Time(after))) => before.seconds == after.seconds,
        (before, after) => before == after,
    }
}

/// The items that say something, by name.
fn items(content: &Content) -> BTreeMap<&str, &str> {
    let values = content.form.items.iter().zip(&content.values);
    values.filter_map(|(name, value)| Some((name.as_str(), value.as_deref().filter(|v| !v.is_empty())?))).collect()
}

/// The bytes in which two texts differ: what stands between their common beginning and their common end, at the bounds
/// of graphemes. A range is empty where a text has nothing that the other lacks.
#[must_use]
pub fn changed_part(before: &str, after: &str) -> (Range<usize>, Range<usize>) {
    let same = |(a, b): &(&str, &str)| a == b;
    let length = |pairs: &mut dyn Iterator<Item = (&str, &str)>| pairs.map(|(text, _)| text.len()).sum::<usize>();
    let start = length(&mut before.graphemes(true).zip(after.graphemes(true)).take_while(same));
    let (old, new) = (&before[start..], &after[start..]);
    let end = length(&mut old.graphemes(true).rev().zip(new.graphemes(true).rev()).take_while(same));
    (start..before.len() - end, start..after.len() - end)
}

/// What an applicant did since our last decision, that is since the operation that last wrote our status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Since {
    /// 改訂: the content has a newer revision.
    pub revised: bool,
    /// 補正到着: so it has, and we had sent the application back to be corrected.
    pub corrected: bool,
    /// 申請者の取下げ: the source's status became 取下げ, and ours is another.
    pub withdrawn: bool,
}

impl Since {
    /// Compares our status with the source's and with the import that brought the newest revision; `revised` `None` =
    /// the content is the one that the application was born with.
    #[must_use]
    pub fn between(
        ours: (Status, OperationId),
        theirs: Option<(Status, OperationId)>,
        revised: Option<OperationId>,
    ) -> Self {
        let (status, decided) = ours;
        let revised = revised.is_some_and(|brought| brought > decided);
        Self {
            revised,
            corrected: revised && status == Status::Returned,
            withdrawn: status != Status::Withdrawn
                && theirs.is_some_and(|(theirs, changed)| theirs == Status::Withdrawn && changed > decided),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::application::FormHeader;
    use crate::domain::identity::ReceiptNumber;

    fn content(name: &str, items: &[(&str, Option<&str>)]) -> Content {
        Content {
            source: "etumo".into(),
            number: ReceiptNumber::new("1").unwrap(),
            form: Arc::new(FormHeader {
                code: "01430".into(),
                version: "1".into(),
                name: "様式".into(),
                items: items.iter().map(|(name, _)| (*name).to_owned()).collect(),
            }),
            submitted: Some(Instant { seconds: 1_600_000_000, offset_minutes: 540 }),
            name: Some(name.to_owned()),
            kana: None,
            mail: None,
            user_id: None,
            line: None,
            remarks: None,
            values: items.iter().map(|(_, value)| value.map(str::to_owned)).collect(),
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        }
    }

    fn seen(before: &Content, after: &Content) -> Vec<(String, Difference)> {
        let name = |part| match part {
            Part::Fixed(field) => FixedField::id(field).to_owned(),
            Part::Item(name) => name,
        };
        changes(before, after).into_iter().map(|change| (name(change.part), change.difference)).collect()
    }

    #[test]
    fn fields_come_in_order_with_how_much_they_changed() {
        let before = content("髙橋 一郎", &[("利用日", Some("2日")), ("添付", Some("")), ("用途", Some("会議"))]);
        let mut after = content("高橋 一郎", &[("人数#2", Some("3")), ("添付", None), ("利用日", Some("２日"))]);
        after.remarks = Some("至急".to_owned());
        let expected = [
            ("name", Difference::Glyph),
            ("remarks", Difference::Added),
            ("人数#2", Difference::Added),
            ("利用日", Difference::Width),
            ("用途", Difference::Removed),
        ];
        assert_eq!(seen(&before, &after), expected.map(|(name, difference)| (name.to_owned(), difference)));
    }

    #[test]
    fn a_renamed_form_is_told_only_beside_another_change() {
        let before = content("山形", &[]);
        let mut after = before.clone();
        let mut form = FormHeader::clone(&after.form);
        form.name = "新しい様式".into();
        after.form = Arc::new(form.clone());
        assert_eq!(seen(&before, &after), []);
        form.version = "2".into();
        after.form = Arc::new(form);
        after.name = Some("山県".into());
        let names: Vec<String> = seen(&before, &after).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["form.version", "form.name", "name"]);
    }

    #[test]
    fn the_changed_part_keeps_graphemes_whole() {
        let parts = |before: &'static str, after: &'static str| {
            let (old, new) = changed_part(before, after);
            (&before[old], &after[new])
        };
        assert_eq!(parts("十一月二日", "十一月三日"), ("二", "三"));
        assert_eq!(parts("葛\u{E0100}西", "葛\u{E0101}西"), ("葛\u{E0100}", "葛\u{E0101}"));
        assert_eq!(parts("aa", "aaa"), ("", "a"));
        assert_eq!(parts("", "山"), ("", "山"));
        assert_eq!(parts("山", "山"), ("", ""));
    }

    #[test]
    fn what_came_since_our_decision() {
        let operation = |n| OperationId::new(0, n);
        let returned = (Status::Returned, operation(5));
        assert_eq!(Since::between(returned, None, None), Since::default());
        assert_eq!(Since::between(returned, None, Some(operation(4))), Since::default());
        let corrected = Since { revised: true, corrected: true, withdrawn: false };
        assert_eq!(Since::between(returned, None, Some(operation(6))), corrected);
        // A newer stream has a larger number, so its first operation comes after all of the older one.
        assert_eq!(Since::between(returned, None, Some(OperationId::new(1, 1))), corrected);
        let completed = (Status::Completed, operation(5));
        let withdrawn = |n| Some((Status::Withdrawn, operation(n)));
        assert!(Since::between(completed, withdrawn(6), None).withdrawn);
        assert!(!Since::between(completed, withdrawn(4), None).withdrawn);
        assert!(!Since::between((Status::Withdrawn, operation(5)), withdrawn(6), None).withdrawn);
    }

    /// Makes the changes in a content, as far as they can be told: an item that says nothing has no place.
    fn apply(content: &Content, changes: &[Change]) -> Content {
        let mut content = content.clone();
        let mut form = FormHeader::clone(&content.form);
        let mut items: BTreeMap<String, String> =
            self::items(&content).into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for change in changes {
            let text = match &change.after {
                Some(Said::Text(text)) => Some(text.clone()),
                _ => None,
            };
            match &change.part {
                Part::Item(name) => match text {
                    Some(text) => drop(items.insert(name.clone(), text)),
                    None => drop(items.remove(name)),
                },
                Part::Fixed(FixedField::FormCode) => form.code = text.unwrap_or_default(),
                Part::Fixed(FixedField::FormVersion) => form.version = text.unwrap_or_default(),
                Part::Fixed(FixedField::FormName) => form.name = text.unwrap_or_default(),
                Part::Fixed(FixedField::Name) => content.name = text,
                Part::Fixed(FixedField::Kana) => content.kana = text,
                Part::Fixed(FixedField::Mail) => content.mail = text,
                Part::Fixed(FixedField::UserId) => content.user_id = text,
                Part::Fixed(FixedField::Remarks) => content.remarks = text,
                Part::Fixed(FixedField::Submitted) => {
                    content.submitted = match change.after {
                        Some(Said::Time(at)) => Some(at),
                        _ => None,
                    };
                }
                Part::Fixed(FixedField::Line) => {
                    content.line = match change.after {
                        Some(Said::Line(line)) => Some(line),
                        _ => None,
                    };
                }
            }
        }
        (form.items, content.values) = items.into_iter().map(|(name, value)| (name, Some(value))).unzip();
        content.form = Arc::new(form);
        content
    }

    fn text() -> impl Strategy<Value = Option<String>> {
        const TEXTS: &[&str] = &["", "山形", "山 形", "髙橋", "高橋", "ﾔﾏ", "やま", "2", "２"];
        proptest::option::of(proptest::sample::select(TEXTS).prop_map(str::to_owned))
    }

    fn contents() -> impl Strategy<Value = Content> {
        let item = (proptest::sample::select(&["a", "b", "b#2", "c"][..]), text());
        (
            (text(), text(), text(), text(), text()),
            (proptest::sample::select(&["1", "2"][..]), proptest::option::of(0i64..2), 0i16..2),
            proptest::option::of(any::<bool>()),
            proptest::collection::vec(item, 0..5),
            any::<bool>(),
        )
            .prop_map(
                |((name, kana, mail, user_id, remarks), (version, seconds, offset), line, items, renamed)| {
                    let items: Vec<(&str, Option<&str>)> = items.iter().map(|(n, v)| (*n, v.as_deref())).collect();
                    let mut content = content("", &items);
                    let mut form = FormHeader::clone(&content.form);
                    form.version = version.to_owned();
                    form.name = if renamed { "新" } else { "旧" }.to_owned();
                    content.form = Arc::new(form);
                    content.submitted = seconds.map(|seconds| Instant { seconds, offset_minutes: offset * 540 });
                    content.line = line.map(|staff| if staff { Line::Staff } else { Line::Internet });
                    Content { name, kana, mail, user_id, remarks, ..content }
                },
            )
    }

    proptest! {
        #[test]
        fn no_change_is_the_same_as_saying_the_same(before in contents(), after in contents()) {
            let changes = changes(&before, &after);
            prop_assert_eq!(changes.is_empty(), before.says_the_same(&after));
            prop_assert!(changes.iter().all(|change| change.before != change.after));
        }

        #[test]
        fn the_changes_lead_from_the_one_to_the_other(before in contents(), after in contents()) {
            let changes = changes(&before, &after);
            let made = apply(&before, &changes);
            prop_assert!(made.says_the_same(&after), "{:?}\n{:?}", made, after);
            prop_assert!(changes.is_empty() || made.form.name == after.form.name);
        }

        #[test]
        fn what_lies_outside_of_the_changed_part_is_equal(before in ".{0,12}", after in ".{0,12}") {
            let (old, new) = changed_part(&before, &after);
            prop_assert_eq!(&before[..old.start], &after[..new.start]);
            prop_assert_eq!(&before[old.end..], &after[new.end..]);
            prop_assert_eq!(before == after, old.is_empty() && new.is_empty());
        }
    }
}
