//! The forms of an office, as the demo fills them: what its definitions say of their items, answered by nobody.

use std::sync::Arc;

use super::Demo;
use super::download::COLUMNS;
use super::forms::{Answer, Applicant, Encoding, Form};
use crate::domain::application::Instant;
use crate::domain::form::{FormDefinition, ItemDefinition, ItemKind};
use crate::domain::sealing::Class;

/// Whether the practice fills an item. What must not lie open stays out: there is nothing to practise on a number that
/// nobody has, and no key to seal it by.
fn is_filled(item: &ItemDefinition) -> bool {
    let open = !item.must_be_sealed() && Class::of_heading(&item.name).is_none();
    open && !COLUMNS.contains(&item.name.as_str())
}

/// How an item is answered: by what the definition says that it holds, else by what its name says.
fn answer_of<'f>(form: &FormDefinition, item: &ItemDefinition, choices: &'f [&'f str]) -> Answer<'f> {
    let named = |words: &[&str]| words.iter().any(|word| item.name.contains(word));
    match item.kind {
        ItemKind::Kana => Answer::Kana,
        ItemKind::Date if form.stand_ins.birth_date.contains(&item.name) || named(&["生年月日"]) => {
            Answer::BirthDate
        }
        ItemKind::Date => Answer::Day,
        ItemKind::Choice(_) => Answer::OneOf(choices),
        ItemKind::Number => Answer::Number(9),
        ItemKind::PostalCode => Answer::PostalCode,
        _ if named(&["フリガナ", "ふりがな"]) => Answer::Kana,
        _ if named(&["住所", "所在地"]) => Answer::Address,
        _ if named(&["電話", "携帯"]) => Answer::Telephone,
        _ => Answer::Text,
    }
}

/// The words of a choice: its code where it has one, else its label, as an applicant's answer has it.
fn words_of(item: &ItemDefinition) -> Vec<&str> {
    let ItemKind::Choice(choices) = &item.kind else { return Vec::new() };
    choices.iter().map(|choice| choice.code.as_deref().unwrap_or(&choice.label)).collect()
}

/// Hands over a demo of an office's own forms; `rows` good applications shared out evenly among them.
pub(in crate::office) fn with_demo_of<T>(
    definitions: &[Arc<FormDefinition>],
    (seed, rows, now): (u64, u64, Instant),
    then: impl FnOnce(Demo<'_>) -> T,
) -> T {
    let items: Vec<Vec<&ItemDefinition>> =
        definitions.iter().map(|form| form.items.iter().filter(|item| is_filled(item)).collect()).collect();
    let choices: Vec<Vec<Vec<&str>>> =
        items.iter().map(|items| items.iter().map(|item| words_of(item)).collect()).collect();
    let mut columns: Vec<Vec<(&str, Answer<'_>)>> = Vec::with_capacity(items.len());
    for ((form, items), choices) in definitions.iter().zip(&items).zip(&choices) {
        let answered = items.iter().copied().zip(choices);
        columns.push(answered.map(|(item, words)| (item.name.as_str(), answer_of(form, item, words))).collect());
    }
    let forms: Vec<Form<'_>> = definitions
        .iter()
        .zip(&columns)
        .map(|(form, items)| Form {
            code: &form.id,
            version: form.version.as_deref().unwrap_or("1"),
            name: &form.title,
            weight: 1,
            applicant: Applicant::Person,
            // Names of items are the office's: they may have any character.
            encoding: Encoding::Utf8,
            again: true,
            items,
        })
        .collect();
    then(Demo { seed, rows, now, forms: &forms })
}
