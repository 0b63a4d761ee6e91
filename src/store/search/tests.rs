//! Segments beside a naive search over the same applications, and beside bytes that were damaged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::{Builder, Place, RowSet, Segment, Unfit};
use crate::domain::application::{Content, FormHeader, Instant, Line};
use crate::domain::fold::{fold, has_gaiji};
use crate::domain::identity::{ApplicationId, ReceiptNumber};
use crate::domain::query::Needle;

const NAMES: [&str; 8] =
    ["髙橋　花子", "山﨑 太郎", "ﾔﾏｶﾞﾀ", "株式会社ＡＢＣ", "すゞき", "9－1", "\u{E000}山", "コーヒー\n㈱"];

fn text() -> impl Strategy<Value = String> {
    let letters: Vec<char> = "髙橋山﨑邉ヤガﾔﾞｶﾞー-9１ａA々ゞ㈱\u{E000}\u{E0101}\0\n 　".chars().collect();
    prop_oneof![
        2 => proptest::sample::select(NAMES.to_vec()).prop_map(str::to_owned),
        1 => proptest::collection::vec(proptest::sample::select(letters), 0..8).prop_map(|all| all.into_iter().collect()),
    ]
}

fn content() -> impl Strategy<Value = (u8, Content)> {
    let forms: Vec<Arc<FormHeader>> = [vec!["備考欄", "住所", "住所#2"], vec!["ｼﾞｭｳｼｮ", "住所"]]
        .into_iter()
        .map(|items| {
            Arc::new(FormHeader { items: items.into_iter().map(str::to_owned).collect(), ..Default::default() })
        })
        .collect();
    let field = || proptest::option::of(text());
    let core = (text(), field(), field(), field(), field());
    let rest = (proptest::option::of(0..4_i64), any::<bool>(), 0..2_usize, proptest::collection::vec(field(), 3));
    (core, rest).prop_map(move |((number, name, kana, remarks, mail), (seconds, staff, form, mut values))| {
        values.truncate(forms[form].items.len());
        let number = ReceiptNumber::new(&number).or_else(|| ReceiptNumber::new("1"));
        let content = Content {
            source: "etumo".into(),
            number: number.expect("one of the two is a number"),
            form: forms[form].clone(),
            submitted: seconds.map(|seconds| Instant { seconds, offset_minutes: 540 }),
            name,
            kana,
            mail,
            user_id: None,
            line: Some(if staff { Line::Staff } else { Line::Internet }),
            remarks,
            values,
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        };
        (form as u8, content)
    })
}

fn segment(contents: &BTreeMap<u32, (u8, Content)>, backwards: bool) -> Vec<u8> {
    let mut builder = Builder::new();
    let mut all: Vec<_> = contents.iter().collect();
    if backwards {
        all.reverse();
    }
    for (n, (form, content)) in all {
        builder.add(ApplicationId::new(1, *n), u32::from(*form), content);
    }
    builder.finish()
}

fn holds(content: &Content, place: Place<'_>, needle: &Needle) -> bool {
    let has = |text: Option<&str>| text.is_some_and(|text| needle.is_in(&fold(text)));
    let number = Some(content.number.as_str());
    let item = |wanted: Option<&str>| {
        content.form.items.iter().zip(&content.values).any(|(name, value)| {
            let name = fold(name);
            wanted.is_none_or(|wanted| name == wanted || name.strip_prefix(wanted) == Some("#2"))
                && has(value.as_deref())
        })
    };
    let [name, kana, remarks, mail] =
        [&content.name, &content.kana, &content.remarks, &content.mail].map(|text| text.as_deref());
    match place {
        Place::Anywhere => has(number) || has(name) || has(kana) || has(remarks) || item(None),
        Place::Number => has(number),
        Place::Name => has(name),
        Place::Kana => has(kana),
        Place::Remarks => has(remarks),
        Place::Mail => has(mail),
        Place::Item(name) => item(Some(name)),
    }
}

fn contents() -> impl Strategy<Value = BTreeMap<u32, (u8, Content)>> {
    proptest::collection::btree_map(0..500_u32, content(), 0..40)
}

proptest! {
    #[test]
    fn a_segment_finds_what_a_naive_search_finds(
        contents in contents(), backwards in any::<bool>(), word in text(), longer in text(), item in 0..3_usize,
    ) {
        let Some(needle) = Needle::new(&word) else { return Ok(()) };
        let segment = Segment::of_bytes(segment(&contents, backwards)).unwrap();
        prop_assert!(segment.check());
        let item = fold(["住所", "備考欄", "ジュウショ"][item]);
        let places = [
            Place::Anywhere, Place::Number, Place::Name, Place::Kana, Place::Remarks, Place::Mail, Place::Item(&item),
        ];
        for place in places {
            let hits = segment.find(place, &needle, None);
            let mut rows = RowSet::default();
            segment.mark(&hits, &mut rows);
            let found: BTreeSet<u32> =
                (0..segment.len()).filter(|row| rows.contains(*row as u16)).map(|row| segment.id(row).n()).collect();
            let naive: BTreeSet<u32> =
                contents.iter().filter(|(_, (_, content))| holds(content, place, &needle)).map(|(n, _)| *n).collect();
            prop_assert_eq!(&found, &naive, "{:?}", place);
            prop_assert_eq!(rows.len(), naive.len());
            if let Some(narrower) = Needle::new(&(word.clone() + &longer)).filter(|n| n.folded().contains(needle.folded())) {
                prop_assert_eq!(segment.find(place, &narrower, Some(&hits)), segment.find(place, &narrower, None));
            }
        }
    }

    #[test]
    fn a_segment_knows_its_rows(contents in contents(), backwards in any::<bool>()) {
        let segment = Segment::of_bytes(segment(&contents, backwards)).unwrap();
        prop_assert_eq!(segment.len(), contents.len());
        for (row, (n, (form, content))) in contents.iter().enumerate() {
            let facts = segment.facts(row);
            prop_assert_eq!(segment.id(row), ApplicationId::new(1, *n));
            prop_assert_eq!(segment.row_of(ApplicationId::new(1, *n)), Some(row));
            prop_assert_eq!((facts.form, facts.submitted, facts.line), (u32::from(*form), content.submitted, content.line));
            let texts = [Some(content.number.as_str().to_owned()), content.name.clone(), content.kana.clone(),
                content.mail.clone(), content.remarks.clone()];
            let gaiji = texts.iter().chain(&content.values).flatten().any(|text| has_gaiji(text));
            prop_assert_eq!(facts.gaiji, gaiji);
            prop_assert_eq!(segment.number(row), content.number.as_str());
        }
        prop_assert_eq!(segment.row_of(ApplicationId::new(1, 500)), None);
        let mut sorted: Vec<usize> = (0..contents.len()).collect();
        let all: Vec<&Content> = contents.values().map(|(_, content)| content).collect();
        sorted.sort_by_key(|row| {
            (std::cmp::Reverse(all[*row].submitted.map(|at| at.seconds)), all[*row].number.as_str(), *row)
        });
        prop_assert_eq!(segment.order().collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn damaged_bytes_are_found_and_break_nothing(
        contents in contents(), at in any::<prop::sample::Index>(), flip in 1..=255_u8, cut in any::<bool>(),
    ) {
        let mut bytes = segment(&contents, false);
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        let Ok(segment) = Segment::of_bytes(bytes) else { return Ok(()) };
        prop_assert!(!segment.check());
        let needle = Needle::new("山").unwrap();
        for place in [Place::Anywhere, Place::Name, Place::Mail, Place::Item("住所")] {
            let hits = segment.find(place, &needle, None);
            segment.mark(&hits, &mut RowSet::default());
            prop_assert!(segment.find(place, &needle, Some(&hits)).len() <= hits.len());
        }
        for row in segment.order().collect::<Vec<_>>() {
            prop_assert!(segment.facts(row).form < u32::MAX || segment.number(row).is_empty() || row < segment.len());
            prop_assert!(segment.row_of(segment.id(row)).is_none_or(|row| row < segment.len()));
        }
    }
}

#[test]
fn repeated_values_stand_once_and_many_others_are_found_all_the_same() {
    let form = Arc::new(FormHeader { items: vec!["希望".into(), "番地".into()], ..Default::default() });
    let mut builder = Builder::new();
    for n in 1..=9_000_u32 {
        let text = |text: String| Some(text);
        let content = Content {
            source: "etumo".into(),
            number: ReceiptNumber::new(&format!("{n:06}")).unwrap(),
            form: form.clone(),
            submitted: None,
            name: text(format!("申請者{n}")),
            kana: None,
            mail: None,
            user_id: None,
            line: None,
            remarks: None,
            values: vec![text("窓口で受け取ります".repeat(10)), text(format!("{}番", n % 10))],
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        };
        builder.add(ApplicationId::new(1, n), 1, &content);
    }
    let segment = Segment::of_bytes(builder.finish()).unwrap();
    assert!(segment.size() < 9_000 * 120, "{} bytes: the long value stands once", segment.size());
    let count = |place, word: &str| {
        let mut rows = RowSet::default();
        segment.mark(&segment.find(place, &Needle::new(word).unwrap(), None), &mut rows);
        rows.len()
    };
    assert_eq!(count(Place::Anywhere, "窓口"), 9_000);
    assert_eq!(count(Place::Item("番地"), "3番"), 900);
    assert_eq!(count(Place::Name, "申請者777"), 11);
    assert_eq!(count(Place::Name, "申請者8999"), 1);
}

#[test]
fn a_file_is_mapped_and_another_fold_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = segment(&BTreeMap::new(), false);
    let path = folder.path().join("seg");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(Segment::open(&path).unwrap().len(), 0);
    assert_eq!(Segment::open(&folder.path().join("none")).unwrap_err(), Unfit::Unreadable);
    bytes[8] ^= 1;
    assert_eq!(Segment::of_bytes(bytes).unwrap_err(), Unfit::OtherFold);
    assert_eq!(Segment::of_bytes(b"SEKISEG".to_vec()).unwrap_err(), Unfit::Damaged);
}
