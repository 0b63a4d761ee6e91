//! What a record has of its applicant, by which a caller is found and identified.

use super::{Identifier, says};
use crate::domain::application::{Content, FormHeader};
use crate::domain::form::StandIns;

/// What a record has of its applicant: for each identifier what was written, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    known: Vec<(Identifier, String)>,
}

/// The items of a form that ask for it: those that its definition names, then those whose names say so.
pub fn items_of<'f>(
    form: &'f FormHeader,
    stand_ins: Option<&'f StandIns>,
    identifier: Identifier,
) -> impl Iterator<Item = &'f String> {
    let named: &[String] = stand_ins.map_or(&[], |known| match identifier {
        Identifier::Name => &known.name,
        Identifier::Kana => &known.kana,
        Identifier::BirthDate => &known.birth_date,
        Identifier::Phone => &known.phone,
        Identifier::Number | Identifier::Address | Identifier::Mail => &[],
    });
    let known = named.iter().filter(|name| form.items.contains(name));
    known.chain(form.items.iter().filter(move |item| says(item) == Some(identifier) && !named.contains(item)))
}

impl Caller {
    /// What an application has; `stand_ins` of its form's definition, where there is one.
    #[must_use]
    pub fn of(content: &Content, stand_ins: Option<&StandIns>) -> Self {
        let mut known = Vec::new();
        for identifier in Identifier::ALL {
            let own = match identifier {
                Identifier::Number => Some(content.number.as_str()),
                Identifier::Name => content.name.as_deref(),
                Identifier::Kana => content.kana.as_deref(),
                Identifier::Mail => content.mail.as_deref(),
                _ => None,
            };
            let value = |item: &String| {
                let place = content.form.items.iter().position(|name| name == item)?;
                content.values.get(place)?.as_deref()
            };
            let items = items_of(&content.form, stand_ins, identifier).filter_map(value);
            let mut said: Vec<&str> = Vec::new();
            for text in own.into_iter().chain(items).map(str::trim).filter(|text| !text.is_empty()) {
                if !said.contains(&text) {
                    said.push(text);
                }
            }
            known.extend(said.into_iter().map(|text| (identifier, text.to_owned())));
        }
        Self { known }
    }

    /// All that was written, in the order of [`Identifier::ALL`]; one may have several.
    #[must_use]
    pub fn known(&self) -> &[(Identifier, String)] {
        &self.known
    }

    /// What was written of one.
    pub fn said(&self, identifier: Identifier) -> impl Iterator<Item = &str> {
        self.known.iter().filter(move |(one, _)| *one == identifier).map(|(_, text)| text.as_str())
    }
}
