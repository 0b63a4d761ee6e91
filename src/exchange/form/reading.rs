//! Reads the definition of a form.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use toml::Spanned;

use super::{FormError, FormErrorKind};
use crate::domain::form::{Choice, FormDefinition, ItemDefinition, ItemKind, Retention, StandIns};
use crate::domain::status::{FormKind, FormRules};
use crate::exchange::profile::is_source;

/// More 開庁日 than any 標準処理期間 has: ten years.
const DAYS_MAX: u32 = 2500;

/// A definition as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: Option<String>,
    source: Spanned<String>,
    #[serde(default)]
    id: String,
    version: Option<String>,
    kind: Option<Spanned<String>>,
    reply: Option<Spanned<String>>,
    standard_days: Option<Spanned<u32>>,
    #[serde(default)]
    departments: Vec<String>,
    #[serde(default)]
    uses_individual_number: bool,
    #[serde(default)]
    public_account: bool,
    retention: Option<WrittenRetention>,
    #[serde(default)]
    display_name: Vec<Spanned<String>>,
    #[serde(default)]
    display_kana: Vec<Spanned<String>>,
    #[serde(default)]
    birth_date: Vec<Spanned<String>>,
    #[serde(default)]
    phone: Vec<Spanned<String>>,
    #[serde(default)]
    items: Vec<WrittenItem>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRetention {
    classification: Option<String>,
    years: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItem {
    name: Spanned<String>,
    kind: Option<Spanned<String>>,
    #[serde(default)]
    sensitive: bool,
    /// Labels without a code.
    #[serde(default)]
    choices: Vec<String>,
    /// Labels by their codes.
    #[serde(default)]
    codes: BTreeMap<String, String>,
}

/// Reads a definition; `file` is named in errors.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn read_form(file: &str, text: &str) -> Result<FormDefinition, FormError> {
    let wrong = |at: usize, kind| FormError::at(file, text, at, kind);
    let written: Result<Written, _> = toml::from_str(text);
    let written = written.map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        wrong(at, FormErrorKind::Wrong(error.message().to_owned()))
    })?;
    let at = |value: &Spanned<String>| value.span().start;
    if !is_source(written.source.get_ref()) {
        return Err(wrong(at(&written.source), FormErrorKind::BadSource(written.source.get_ref().clone())));
    }
    let kind = written.kind.map(|word| {
        FormKind::parse(word.get_ref())
            .ok_or_else(|| wrong(word.span().start, FormErrorKind::UnknownKind(word.get_ref().clone())))
    });
    let reply = written.reply.map(|word| match word.get_ref().as_str() {
        "required" => Ok(Some(true)),
        "none" => Ok(Some(false)),
        "unknown" => Ok(None),
        other => Err(wrong(word.span().start, FormErrorKind::UnknownReply(other.to_owned()))),
    });
    let days = written.standard_days.map(|days| match *days.get_ref() {
        1..=DAYS_MAX => Ok(*days.get_ref()),
        other => Err(wrong(days.span().start, FormErrorKind::BadDays(other))),
    });
    let rules = FormRules { reply_required: reply.transpose()?.flatten(), kind: kind.transpose()? };
    let mut items = Vec::with_capacity(written.items.len());
    let mut names = HashSet::new();
    for item in written.items {
        let (name, place) = (item.name.get_ref().clone(), at(&item.name));
        if !names.insert(name.clone()) {
            return Err(wrong(place, FormErrorKind::ItemTwice(name)));
        }
        let word = item.kind.as_ref().map_or("text", |word| word.get_ref().as_str());
        let Some(kind) = kind_of(word, item.choices, item.codes) else {
            let place = item.kind.as_ref().map_or(place, at);
            return Err(wrong(place, FormErrorKind::UnknownItemKind(word.to_owned())));
        };
        let objection: Option<fn(String) -> FormErrorKind> = match &kind {
            Kind { kind: ItemKind::Choice(choices), .. } if choices.is_empty() => Some(FormErrorKind::ChoicesMissing),
            Kind { has_choices: true, kind } if !matches!(kind, ItemKind::Choice(_)) => {
                Some(FormErrorKind::ChoicesUnused)
            }
            Kind { kind: ItemKind::IndividualNumber, .. } if !written.uses_individual_number => {
                Some(FormErrorKind::IndividualNumberUndeclared)
            }
            Kind { kind: ItemKind::Account, .. } if written.public_account => Some(FormErrorKind::AccountUnneeded),
            _ => None,
        };
        if let Some(objection) = objection {
            return Err(wrong(place, objection(name)));
        }
        items.push(ItemDefinition { name, kind: kind.kind, sensitive: item.sensitive });
    }
    let stand_in = |words: Vec<Spanned<String>>| -> Result<Vec<String>, FormError> {
        let known = |word: Spanned<String>| match names.contains(word.get_ref()) {
            true => Ok(word.into_inner()),
            false => Err(wrong(word.span().start, FormErrorKind::UnknownItem(word.into_inner()))),
        };
        words.into_iter().map(known).collect()
    };
    let stand_ins = StandIns {
        name: stand_in(written.display_name)?,
        kana: stand_in(written.display_kana)?,
        birth_date: stand_in(written.birth_date)?,
        phone: stand_in(written.phone)?,
    };
    Ok(FormDefinition {
        source: written.source.into_inner(),
        title: written.title.unwrap_or_else(|| written.id.clone()),
        id: written.id,
        version: written.version,
        rules,
        standard_days: days.transpose()?,
        departments: written.departments,
        uses_individual_number: written.uses_individual_number,
        public_account: written.public_account,
        retention: written.retention.map(|kept| Retention { classification: kept.classification, years: kept.years }),
        stand_ins,
        items,
    })
}

/// A kind of item, and whether choices were written with it.
struct Kind {
    kind: ItemKind,
    has_choices: bool,
}

fn kind_of(word: &str, choices: Vec<String>, codes: BTreeMap<String, String>) -> Option<Kind> {
    let has_choices = !choices.is_empty() || !codes.is_empty();
    let kind = match word {
        "text" => ItemKind::Text,
        "kana" => ItemKind::Kana,
        "date" => ItemKind::Date,
        "choice" => {
            let coded = codes.into_iter().map(|(code, label)| Choice { code: Some(code), label });
            let plain = choices.into_iter().map(|label| Choice { code: None, label });
            ItemKind::Choice(coded.chain(plain).collect())
        }
        "number" => ItemKind::Number,
        "postal_code" => ItemKind::PostalCode,
        "account" => ItemKind::Account,
        "individual_number" => ItemKind::IndividualNumber,
        "attachment" => ItemKind::Attachment,
        _ => return None,
    };
    Some(Kind { kind, has_choices })
}
