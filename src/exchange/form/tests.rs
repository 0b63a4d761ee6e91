//! Definitions that are right, and each way in which one can be wrong.

use super::{FormError, read_form};
use crate::domain::fault::Fault as _;
use crate::domain::form::{FormDefinition, ItemKind};
use crate::domain::status::FormKind;

const WHOLE: &str = r#"title = "児童手当認定請求書"
source = "etumo"
id = "00210"
version = "2"
kind = "申請"
reply = "required"
standard_days = 15
departments = ["子育て支援課", "市民課"]
uses_individual_number = true
display_name = ["代表者名"]
birth_date = ["生年月日"]

[retention]
classification = "M-3-1"
years = 5

[[items]]
name = "代表者名"
[[items]]
name = "生年月日"
kind = "date"
[[items]]
name = "個人番号"
kind = "individual_number"
[[items]]
name = "職種"
kind = "choice"
choices = ["その他"]
codes = { "85" = "臨床工学技士" }
[[items]]
name = "事情"
sensitive = true
"#;

fn read(text: &str) -> Result<FormDefinition, FormError> {
    read_form("form.toml", text)
}

#[test]
fn a_whole_definition_is_read() {
    let form = read(WHOLE).unwrap();
    assert_eq!((form.rules.kind, form.rules.reply_required), (Some(FormKind::Petition), Some(true)));
    assert_eq!((form.standard_days, form.departments.len()), (Some(15), 2));
    assert_eq!(form.retention.as_ref().and_then(|kept| kept.years), Some(5));
    assert_eq!(form.stand_ins.name, ["代表者名"]);
    let sealed: Vec<&str> =
        form.items.iter().filter(|item| item.must_be_sealed()).map(|item| item.name.as_str()).collect();
    assert_eq!(sealed, ["個人番号", "事情"]);
    match &form.item("職種").unwrap().kind {
        ItemKind::Choice(choices) => assert_eq!(choices.len(), 2),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_left_out_is_unknown() {
    let form = read("source = \"etumo\"\nid = \"1\"\n").unwrap();
    assert_eq!((form.title.as_str(), form.rules.kind, form.rules.reply_required), ("1", None, None));
    assert_eq!(read("source = \"etumo\"\nreply = \"unknown\"\n").unwrap().rules.reply_required, None);
}

#[test]
fn each_mistake_is_named_with_its_line() {
    let with = |line: &str| format!("source = \"etumo\"\nid = \"1\"\n{line}");
    for (text, code, line) in [
        ("source = \"E\"\n".to_owned(), "form.bad_source", 1),
        ("id = \"1\"\n".to_owned(), "form.wrong", 1),
        (with("knid = \"申請\"\n"), "form.wrong", 3),
        (with("kind = \"届け\"\n"), "form.unknown_kind", 3),
        (with("reply = \"yes\"\n"), "form.unknown_reply", 3),
        (with("standard_days = 0\n"), "form.bad_days", 3),
        (with("standard_days = -1\n"), "form.wrong", 3),
        (with("display_name = [\"氏名\"]\n"), "form.unknown_item", 3),
        (with("[[items]]\nname = \"a\"\n[[items]]\nname = \"a\"\n"), "form.item_twice", 6),
        (with("[[items]]\nname = \"a\"\nkind = \"dat\"\n"), "form.unknown_item_kind", 5),
        (with("[[items]]\nname = \"a\"\nkind = \"choice\"\n"), "form.choices_missing", 4),
        (with("[[items]]\nname = \"a\"\nchoices = [\"b\"]\n"), "form.choices_unused", 4),
        (with("[[items]]\nname = \"a\"\nkind = \"individual_number\"\n"), "form.individual_number_undeclared", 4),
        (with("public_account = true\n[[items]]\nname = \"a\"\nkind = \"account\"\n"), "form.account_unneeded", 5),
    ] {
        let error = read(&text).unwrap_err();
        assert_eq!((error.code(), error.line), (code, line), "{text}: {error}");
    }
}
