//! Every way in which a query or a date can be wrong has its sentence in both languages, with nothing left to fill.

use sekisho::assets::Assets;
use sekisho::domain::calendar::{Day, parse_day, parse_span};
use sekisho::domain::fault::Fault;
use sekisho::domain::query::{Context, FIELDS, Query};
use sekisho::messages::{Language, Messages};

fn languages() -> [Messages; 2] {
    [Language::Japanese, Language::English].map(|language| Messages::load(language, &Assets::built_in()))
}

fn is_explained(fault: &dyn Fault) {
    for messages in languages() {
        assert!(messages.has(&format!("error.{}", fault.code())), "{}", fault.code());
        let sentence = messages.explain(fault);
        assert!(!sentence.contains(['{', '}']), "{sentence}");
    }
}

#[test]
fn wrong_queries() {
    let context = Context { today: Day::constant(2026, 11, 20) };
    for text in ["\"a", "zz:a", "staus:a", "status:a", "due:a", "name:", "has:a", "--a"] {
        is_explained(&Query::parse(text, &context).unwrap_err());
    }
}

#[test]
fn wrong_dates() {
    let texts = [
        "",
        "x",
        "2020-13",
        "2020-10-99",
        "2020-02-30",
        "2020-01-01 99時",
        "2020-01-01T09:00+9",
        "2020-01-01 x",
        "2020",
        "令和元年1月1日",
        "昭和64年2月1日",
        "明治元年9月8日",
    ];
    for text in texts {
        is_explained(&parse_day(text).unwrap_err());
    }
    is_explained(&parse_span("2020..2019", Day::constant(2026, 11, 20)).unwrap_err());
}

#[test]
fn every_field_has_its_help() {
    for messages in languages() {
        for info in FIELDS {
            assert!(messages.has(info.help), "{}", info.help);
        }
    }
}
