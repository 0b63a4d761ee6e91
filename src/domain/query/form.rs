//! The query as a form: the questions that people ask most, each in a field of its own. A query is read into the form as
//! far as it goes, and what has no field stays as text; so a form is nothing but another way to write a query.

use super::super::reflection::Reflection;
use super::field::FieldId;
use super::parse;
use super::tree::{Condition, Needle, Term, write_value};
use super::value::{Feature, Listed, StatusChoice};
use super::{Context, Query, QueryError};

/// The fields. Within one, any of the values may hold; all fields must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueryForm {
    /// 処理状況.
    pub statuses: Vec<StatusChoice>,
    /// 元の状況.
    pub source_statuses: Vec<StatusChoice>,
    /// 反映.
    pub reflections: Vec<Reflection>,
    /// 様式, by id (or a part of the name).
    pub forms: Vec<String>,
    /// 申込日時: the first day, as the calendar reads it; may be empty.
    pub from: String,
    /// 申込日時: the last day.
    pub to: String,
    /// 氏名 contains.
    pub name: String,
    /// フリガナ contains.
    pub kana: String,
    /// あり.
    pub features: Vec<Feature>,
    /// Every other term, as it was typed.
    pub rest: String,
}

impl QueryForm {
    /// Reads a query that may still be being typed.
    ///
    /// # Errors
    /// It is no query.
    pub fn read(text: &str, context: &Context) -> Result<Self, QueryError> {
        let closed;
        let mut text = text;
        let terms = match parse::placed_terms(text, context.today, false) {
            Ok(terms) => terms,
            Err(_) => {
                // With its last quote closed it can be taken apart.
                closed = Query::parse_typing(text, context)?.to_string();
                text = &closed;
                parse::placed_terms(text, context.today, false)?
            }
        };
        let mut form = Self::default();
        for (term, place) in terms {
            if !form.take(&term) {
                if !form.rest.is_empty() {
                    form.rest.push(' ');
                }
                form.rest.push_str(&text[place]);
            }
        }
        Ok(form)
    }

    /// Takes a term into its field, if it has one that is free.
    fn take(&mut self, term: &Term) -> bool {
        if term.negated {
            return false;
        }
        let all = &term.alternatives;
        match &all[0] {
            Condition::Status(_) => {
                fill(
                    &mut self.statuses,
                    all,
                    |one| if let Condition::Status(choice) = one { Some(*choice) } else { None },
                )
            }
            Condition::SourceStatus(_) => fill(&mut self.source_statuses, all, |one| match one {
                Condition::SourceStatus(choice) => Some(*choice),
                _ => None,
            }),
            Condition::Reflect(_) => {
                fill(
                    &mut self.reflections,
                    all,
                    |one| if let Condition::Reflect(value) = one { Some(*value) } else { None },
                )
            }
            Condition::Has(_) | Condition::Reminder(_) => fill(&mut self.features, all, |one| match one {
                Condition::Has(value) => Some(*value),
                Condition::Reminder(_) => Some(Feature::Reminder),
                _ => None,
            }),
            Condition::Form(_) => fill(&mut self.forms, all, |one| match one {
                Condition::Form(needle) => Some(needle.text().to_owned()),
                _ => None,
            }),
            Condition::Contains(FieldId::Name, needle) if all.len() == 1 => put(&mut self.name, needle),
            Condition::Contains(FieldId::Kana, needle) if all.len() == 1 => put(&mut self.kana, needle),
            Condition::Date(FieldId::Submitted, span)
                if all.len() == 1 && self.from.is_empty() && self.to.is_empty() =>
            {
                let text = span.to_string();
                let (from, to) = text.split_once("..").unwrap_or((&text, &text));
                (self.from, self.to) = (from.to_owned(), to.to_owned());
                true
            }
            _ => false,
        }
    }

    /// Writes the query, with Japanese words or with those of scripts.
    #[must_use]
    pub fn write(&self, japanese: bool) -> String {
        let mut terms: Vec<String> = Vec::new();
        let mut add = |field: FieldId, values: Vec<String>| {
            if !values.is_empty() {
                let word = if japanese { field.info().japanese } else { field.id() };
                terms.push(format!("{word}:{}", values.join("|")));
            }
        };
        let status = |choice: &StatusChoice| if japanese { choice.label() } else { choice.id() }.to_owned();
        let texts = |texts: &[String]| -> Vec<String> {
            texts.iter().filter(|text| Needle::new(text).is_some()).map(|text| write_value(text)).collect()
        };
        add(FieldId::Status, self.statuses.iter().map(status).collect());
        add(FieldId::SourceStatus, self.source_statuses.iter().map(status).collect());
        add(FieldId::Reflect, self.reflections.iter().map(|value| word(*value, japanese)).collect());
        add(FieldId::Form, texts(&self.forms));
        let (from, to) = (self.from.trim(), self.to.trim());
        add(
            FieldId::Submitted,
            match (from, to) {
                ("", "") => Vec::new(),
                (from, to) if from == to => vec![write_value(from)],
                (from, to) => vec![write_value(&format!("{from}..{to}"))],
            },
        );
        add(FieldId::Name, texts(std::slice::from_ref(&self.name)));
        add(FieldId::Kana, texts(std::slice::from_ref(&self.kana)));
        add(FieldId::Has, self.features.iter().map(|value| word(*value, japanese)).collect());
        terms.extend(Some(self.rest.trim().to_owned()).filter(|rest| !rest.is_empty()));
        terms.join(" ")
    }
}

/// The label of a listed value, or its id.
fn word<V: Listed>(value: V, japanese: bool) -> String {
    let words = V::WORDS.iter().find(|(known, _)| *known == value).map_or(&[][..], |(_, words)| *words);
    words.get(usize::from(japanese)).or(words.first()).copied().unwrap_or_default().to_owned()
}

/// Takes alternatives that are all of one kind into a free field.
fn fill<V>(field: &mut Vec<V>, alternatives: &[Condition], of: impl Fn(&Condition) -> Option<V>) -> bool {
    if !field.is_empty() {
        return false;
    }
    let Some(values) = alternatives.iter().map(of).collect::<Option<Vec<V>>>() else { return false };
    *field = values;
    true
}

fn put(field: &mut String, needle: &Needle) -> bool {
    let free = field.is_empty();
    if free {
        needle.text().clone_into(field);
    }
    free
}

#[cfg(test)]
mod tests {
    use super::super::super::calendar::Day;
    use super::super::super::status::Status;
    use super::*;
    use proptest::prelude::*;

    const TODAY: Context = Context { today: Day::constant(2026, 11, 20) };

    #[test]
    fn a_query_is_read_as_far_as_it_goes() {
        let form = QueryForm::read("状況:未処理|返却中 -様式:1 申込日時:R2.10.1.. 山形 反映:要確認 状況:完了", &TODAY)
            .unwrap();
        assert_eq!(form.statuses, [Status::Unprocessed, Status::Returned].map(StatusChoice::One));
        assert_eq!((form.from.as_str(), form.to.as_str()), ("2020-10-01", ""));
        assert_eq!(form.reflections, [Reflection::Check]);
        assert_eq!(form.rest, "-様式:1 山形 状況:完了");
        assert_eq!(form.write(true), "処理状況:未処理|返却中 反映:要確認 申込日時:2020-10-01.. -様式:1 山形 状況:完了");
        assert_eq!(QueryForm::read("\"開いた", &TODAY).unwrap().rest, "開いた");
        assert!(QueryForm::read("天気:", &TODAY).is_err());
    }

    fn choice() -> impl Strategy<Value = StatusChoice> {
        prop_oneof![
            proptest::sample::select(Status::ALL.to_vec()).prop_map(StatusChoice::One),
            Just(StatusChoice::Accepted)
        ]
    }

    fn form() -> impl Strategy<Value = QueryForm> {
        let day = || prop_oneof![Just(String::new()), (1u8..28).prop_map(|day| format!("2020-10-{day:02}"))];
        let text = || {
            prop_oneof![Just(String::new()), "[ァ-ヶa-c|: \"-]{0,6}".prop_filter("found", |t| Needle::new(t).is_some())]
        };
        let lists = (
            proptest::collection::vec(choice(), 0..3),
            proptest::collection::vec(choice(), 0..3),
            proptest::collection::vec(proptest::sample::select(vec![Reflection::Done, Reflection::Check]), 0..3),
            proptest::collection::vec("[0-9 |\"]{0,3}[0-9]", 0..3),
            proptest::collection::vec(proptest::sample::select(vec![Feature::Gaiji, Feature::Note]), 0..2),
        );
        (lists, day(), day(), text(), text()).prop_map(
            |((statuses, source_statuses, reflections, forms, features), a, b, name, kana)| {
                let (from, to) = if !a.is_empty() && !b.is_empty() && a > b { (b, a) } else { (a, b) };
                QueryForm {
                    statuses,
                    source_statuses,
                    reflections,
                    forms,
                    from,
                    to,
                    name,
                    kana,
                    features,
                    rest: String::new(),
                }
            },
        )
    }

    proptest! {
        #[test]
        fn a_form_comes_back_from_its_query(form in form(), japanese in any::<bool>()) {
            prop_assert_eq!(QueryForm::read(&form.write(japanese), &TODAY), Ok(form));
        }

        #[test]
        fn a_query_keeps_its_meaning_through_the_form(
            words in proptest::collection::vec(proptest::sample::select(vec![
                "山形", "-紅花", "状況:未処理|受理", "状況:完了", "氏名:山|川", "氏名:山", "has:gaiji", "-has:gaiji",
                "submitted:..today", "submitted:2020-10", "\"a b\"", "item.\"x y\":z", "様式:\"a b\"|1", "状況:完了|様式:1", "12:30",
            ]), 0..7),
            japanese in any::<bool>(),
        ) {
            let text = words.join(" ");
            let written = QueryForm::read(&text, &TODAY).unwrap().write(japanese);
            let sorted = |text: &str| {
                let query = Query::parse(text, &TODAY).unwrap();
                let mut terms: Vec<String> = query.terms().iter().map(ToString::to_string).collect();
                terms.sort();
                terms
            };
            prop_assert_eq!(sorted(&written), sorted(&text), "{}", written);
        }
    }
}
