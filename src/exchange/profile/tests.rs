//! Tests of reading profiles and of headers.

use super::*;
use crate::exchange::sekisho::Mark;

const ETUMO: &str = include_str!("../../../data/profiles/etumo-list.toml");
const GENERIC: &str = include_str!("../../../data/profiles/generic.toml");

fn shipped() -> Vec<Profile> {
    vec![
        Profile::from_toml("etumo-list", ETUMO).unwrap(),
        Profile::from_toml("generic", GENERIC).unwrap(),
        Profile::sekisho(),
    ]
}

fn header(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

const ETUMO_HEADER: &str =
    "利用者ID,連絡先メールアドレス,整理番号,氏名／法人名,様式Ver,様式ID,様式名,申込日時,処理状況,備考";

fn picked(text: &str) -> Result<(String, Layout), HeaderError> {
    choose(&shipped(), None, &header(text)).map(|(profile, layout)| (profile.name().to_owned(), layout))
}

fn error(text: &str) -> (u64, u64, ProfileErrorKind) {
    let error = Profile::from_toml("test", text).unwrap_err();
    (error.line, error.column, error.kind)
}

#[test]
fn the_most_specific_profile_is_picked() {
    assert_eq!(picked(ETUMO_HEADER).unwrap().0, "etumo-list");
    assert_eq!(picked("整理番号,氏名,申込日").unwrap().0, "generic");
    assert_eq!(picked("受付番号,内容").unwrap().0, "generic");
    assert_eq!(picked("取得元,元システムの状況,整理番号,処理状況").unwrap().0, "sekisho");
    assert_eq!(picked(&format!("取得元（表計算用）,元システムの状況,{ETUMO_HEADER}")).unwrap().0, "sekisho");
    assert_eq!(picked(&format!("取得元,{ETUMO_HEADER}")).unwrap().0, "etumo-list");
    assert_eq!(picked("名前,住所"), Err(HeaderError::NoProfile));
}

#[test]
fn an_office_s_own_profile_goes_before_an_equal_and_two_equal_ones_are_not_chosen_between() {
    let own = |name: &str, source: &str| {
        let text = format!("source = \"{source}\"\n[columns]\nnumber = [\"受付番号\"]\n");
        Profile::from_toml(name, &text).unwrap().made_by_office()
    };
    let pick = |profiles: &[Profile], text: &str| {
        choose(profiles, None, &header(text)).map(|(profile, _)| profile.name().to_owned())
    };
    let mut profiles = shipped();
    profiles.push(own("mado", "mado"));
    // generic knows 氏名 too, but the office made the other one.
    assert_eq!(pick(&profiles, "受付番号,氏名"), Ok("mado".into()));
    // What requires more still goes first.
    assert_eq!(pick(&profiles, &format!("{ETUMO_HEADER},受付番号")), Ok("etumo-list".into()));
    profiles.push(own("kado", "kado"));
    assert_eq!(pick(&profiles, "受付番号,氏名"), Err(HeaderError::Ambiguous(vec!["mado".into(), "kado".into()])));
    assert_eq!(pick(&profiles, "整理番号,氏名"), Ok("generic".into()));
    let asked = choose(&profiles, Some("kado"), &header("受付番号,氏名")).map(|(profile, _)| profile.source());
    assert_eq!(asked, Ok("kado"));
}

#[test]
fn a_profile_that_was_asked_for_must_fit() {
    let profiles = shipped();
    let wanted =
        |name: &str, text: &str| choose(&profiles, Some(name), &header(text)).map(|(p, _)| p.name().to_owned());
    assert_eq!(wanted("generic", ETUMO_HEADER).unwrap(), "generic");
    assert_eq!(wanted("nothing", ETUMO_HEADER), Err(HeaderError::UnknownProfile("nothing".into())));
    let missing = ["様式ID", "様式名", "申込日時", "処理状況"].map(str::to_owned).to_vec();
    assert_eq!(
        wanted("etumo-list", "利用者ID,整理番号"),
        Err(HeaderError::MissingColumns("etumo-list".into(), missing))
    );
}

#[test]
fn columns_beyond_are_items_and_the_first_with_kana_fills_it() {
    let (_, layout) = picked(&format!("{ETUMO_HEADER},カナダ渡航歴,ﾌﾘｶﾞﾅ,住所かな,住所かな,,")).unwrap();
    assert_eq!(layout.items, ["カナダ渡航歴", "ﾌﾘｶﾞﾅ", "住所かな", "住所かな#2", "", "#2"]);
    assert_eq!(layout.kana_item, Some(1));
    assert_eq!(layout.meanings[2], Meaning::Field(Column::Number));
    assert_eq!(layout.meanings[3], Meaning::Field(Column::Name));
    assert_eq!(layout.meanings[4], Meaning::Field(Column::FormVersion));
    assert_eq!(layout.meanings[13], Meaning::Item(3));
    assert_eq!(layout.absent, [Column::Line]);
}

#[test]
fn a_fixed_column_twice_is_refused_but_a_weaker_name_is_an_item() {
    let twice = picked(&format!("{ETUMO_HEADER},整理 番号"));
    assert_eq!(twice, Err(HeaderError::ColumnTwice("整理 番号".into(), 11)));
    let (_, layout) = picked("受付番号,整理番号,氏名").unwrap();
    assert_eq!(layout.items, ["受付番号"]);
    assert_eq!(layout.meanings[1], Meaning::Field(Column::Number));
}

#[test]
fn our_own_export_keeps_state_out_and_restores_item_names() {
    let (_, layout) =
        picked("取得元（表計算用）,元システムの状況,整理番号,フリガナ,処理状況,担当,項目.フリガナ,'=危険,項目.項目.x")
            .unwrap();
    assert_eq!(layout.mark, Mark::People);
    assert_eq!(layout.items, ["フリガナ", "=危険", "項目.x"]);
    assert_eq!(layout.meanings[4], Meaning::PassedOver);
    assert_eq!(layout.meanings[5], Meaning::PassedOver);
    assert_eq!(layout.kana_item, None);
    assert!(layout.absent.contains(&Column::Submitted));
    assert_eq!(picked("取得元（再取込不可）,元システムの状況,整理番号"), Err(HeaderError::NotReimportable));
}

#[test]
fn columns_that_must_not_lie_open_are_found_in_any_width() {
    let names =
        header("個人番号,世帯主の 個人　番号,ﾏｲﾅﾝﾊﾞｰ,マイナンバーカード有無,口座番号(右詰め),口座_記号,個人名,番号");
    let found: Vec<u64> = sensitive_columns(&names).into_iter().map(|column| column.column).collect();
    assert_eq!(found, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn labels_are_read_in_either_width() {
    let profile = Profile::from_toml("etumo-list", ETUMO).unwrap();
    assert_eq!(profile.status("受理(返信未)"), Some(Status::AcceptedUnreplied));
    assert_eq!(profile.status("受理（返信未）"), Some(Status::AcceptedUnreplied));
    assert_eq!(profile.status("検討中"), None);
    assert_eq!(profile.line("利用者からの申込（インターネット）"), Some(Line::Internet));
    assert_eq!(profile.line("担当者からの申込(LGWAN)"), Some(Line::Staff));
    let text = ETUMO.replace("[status]", "[status]\n\"受付済\" = \"仮受付\"");
    assert_eq!(Profile::from_toml("x", &text).unwrap().status("受付済 "), Some(Status::Provisional));
}

#[test]
fn mistakes_are_pointed_at() {
    assert_eq!(error("source = \"a\"\n[colums]\n"), (2, 2, ProfileErrorKind::UnknownKey("colums".into(), "columns")));
    assert_eq!(
        error("source = \"a\"\n[columns]\nnumber = [\"n\"]\nsubmited = [\"d\"]\n"),
        (4, 1, ProfileErrorKind::UnknownKey("submited".into(), "submitted"))
    );
    assert_eq!(
        error("source = \"a\"\n[columns]\nnumber = \"n\"\n"),
        (3, 10, ProfileErrorKind::WrongType("number".into(), Expected::Texts))
    );
    assert_eq!(error("source = \"山\"\n[columns]\nnumber=[\"n\"]"), (1, 10, ProfileErrorKind::BadSource("山".into())));
    assert_eq!(error("source = \"sekisho\"\n").2, ProfileErrorKind::BadSource("sekisho".into()));
    assert_eq!(error("title = \"x\"\n").2, ProfileErrorKind::Missing("source"));
    assert_eq!(error("source = \"a\"\n[columns]\n").2, ProfileErrorKind::Missing("columns.number"));
    assert!(matches!(error("source = \n"), (1, _, ProfileErrorKind::Syntax(_))));
    let base = "source = \"a\"\n[columns]\nnumber = [\"n\"]\n";
    assert_eq!(error(&format!("{base}name = [\"Ｎ\"]")).2, ProfileErrorKind::NameTwice("Ｎ".into()));
    assert_eq!(
        error(&format!("{base}[status]\n\"x\" = \"done\"")),
        (5, 7, ProfileErrorKind::UnknownStatus("done".into()))
    );
    assert_eq!(
        error(&format!("require = [\"mail\"]\n{base}")).2,
        ProfileErrorKind::RequiredWithoutColumn("mail".into())
    );
    assert_eq!(error(&format!("{base}source = [\"x\"]")).2, ProfileErrorKind::UnknownKey("source".into(), "number"));
}

#[test]
fn the_hash_is_of_the_meaning() {
    let profile = Profile::from_toml("etumo-list", ETUMO).unwrap();
    let commented = Profile::from_toml("other", &format!("# a comment\n{ETUMO}")).unwrap();
    assert_eq!(profile.hash(), commented.hash());
    let changed = Profile::from_toml("etumo-list", &ETUMO.replace("\"備考\"", "\"備考欄\"")).unwrap();
    assert_ne!(profile.hash(), changed.hash());
}

#[test]
fn a_broken_profile_does_not_spoil_the_others_and_the_built_in_one_stands() {
    let (profiles, errors) = Profile::read_all([("generic", GENERIC), ("broken", "x"), ("sekisho", GENERIC)]);
    assert_eq!(profiles.iter().map(Profile::name).collect::<Vec<_>>(), ["sekisho", "generic"]);
    assert_eq!(errors.iter().map(|e| e.profile.as_str()).collect::<Vec<_>>(), ["broken", "sekisho"]);
    assert_eq!(errors[1].kind, ProfileErrorKind::NameTaken);
}
