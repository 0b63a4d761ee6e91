//! What a clerk types of an application, and the content that it makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::EntryError;
use crate::domain::application::{Content, FormHeader, Instant, Line};
use crate::domain::channel::Channel;
use crate::domain::entry;
use crate::domain::form::{Doubt, FormDefinition, ItemDefinition, ItemKind, chosen, doubt_of};
use crate::domain::identity::ReceiptNumber;
use crate::domain::query::Listed as _;
use crate::domain::sealing::Class;

/// No field is longer than the longest cell of a download, in bytes.
const LONGEST: usize = 4 << 20;

/// What was typed. A field that is `None`, and an item that isn't there, stays as it is where an application is corrected,
/// and is absent in a new one; an empty text takes it away.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// 受付方法.
    pub channel: Option<Channel>,
    /// 到達: when it came; the clock starts there.
    pub received: Option<Instant>,
    /// 氏名/法人名.
    pub name: Option<String>,
    /// フリガナ; where none is typed, the form's item that stands for it.
    pub kana: Option<String>,
    /// 連絡先メールアドレス.
    pub mail: Option<String>,
    /// 備考.
    pub remarks: Option<String>,
    /// Items of the form, by name.
    pub items: Vec<(String, String)>,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typed").field("items", &self.items.len()).finish_non_exhaustive()
    }
}

/// A field that isn't what its item is said to hold.
pub type DoubtfulField = (String, Doubt);

impl Typed {
    /// The fields of which something is odd, by the rules of imports.
    #[must_use]
    pub fn doubts(&self, definition: &FormDefinition) -> Vec<DoubtfulField> {
        let doubt =
            |(name, value): &(String, String)| Some((name.clone(), doubt_of(&definition.item(name)?.kind, value)?));
        self.items.iter().filter_map(doubt).collect()
    }

    /// The content of a new application.
    pub(super) fn content(&self, definition: &FormDefinition, number: ReceiptNumber) -> Result<Content, EntryError> {
        let form = entry::header_of(definition);
        let values = vec![None; form.items.len()];
        let blank = Content {
            source: entry::SOURCE.to_owned(),
            number,
            form,
            submitted: None,
            name: None,
            kana: None,
            mail: None,
            user_id: None,
            line: Some(Line::Staff),
            remarks: None,
            values,
            raw: BTreeMap::new(),
            sealed: Vec::new(),
        };
        let content = self.put_into(blank, Some(definition))?;
        let said = |value: &Option<String>| value.as_deref().is_some_and(|text| !text.trim().is_empty());
        let items = content.form.items.iter().zip(&content.values).filter(|(name, _)| *name != entry::CHANNEL);
        if !said(&content.name) && !said(&content.kana) && !items.into_iter().any(|(_, value)| said(value)) {
            return Err(EntryError::Empty);
        }
        Ok(content)
    }

    /// A content with what was typed in the place of what stands there. The form stays as it is there: a definition that
    /// was changed since takes no item away.
    pub(super) fn put_into(
        &self,
        mut content: Content,
        definition: Option<&FormDefinition>,
    ) -> Result<Content, EntryError> {
        let form = Arc::clone(&content.form);
        let kana = definition.and_then(|definition| kana_of(definition, &content));
        let is_of_item = content.kana == kana;
        for (name, value) in &self.items {
            let place = place_of(&form, name)?;
            let kind = definition.and_then(|definition| definition.item(name)).map(|item| &item.kind);
            if matches!(kind, Some(ItemKind::Attachment)) && !value.is_empty() {
                return Err(EntryError::Attachment(name.clone()));
            }
            // A code that was typed stands for its label, which is what the service would have sent.
            let label = match kind {
                Some(ItemKind::Choice(choices)) => chosen(choices, value).map(|choice| choice.label.clone()),
                _ => None,
            };
            content.values[place] = text(name, label.as_ref().unwrap_or(value))?;
            content.sealed.retain(|(item, _)| *item as usize != place);
        }
        for (field, typed, kept) in [
            ("name", &self.name, &mut content.name),
            ("mail", &self.mail, &mut content.mail),
            ("remarks", &self.remarks, &mut content.remarks),
        ] {
            if let Some(typed) = typed {
                *kept = text(field, typed)?;
            }
        }
        match &self.kana {
            Some(typed) if !typed.is_empty() => content.kana = text("kana", typed)?,
            None if !is_of_item => {}
            _ => content.kana = definition.and_then(|definition| kana_of(definition, &content)),
        }
        content.submitted = self.received.or(content.submitted);
        if let Some(channel) = self.channel {
            let place = place_of(&form, entry::CHANNEL)?;
            content.values[place] = Some(channel.label().to_owned());
        }
        Ok(content)
    }
}

/// フリガナ as an item of the form has it: the one that stands for it, else the first of that kind.
fn kana_of(definition: &FormDefinition, content: &Content) -> Option<String> {
    let first = definition.items.iter().find(|item| item.kind == ItemKind::Kana).map(|item| &item.name);
    let is_open = |name: &&String| {
        let sealed = definition.item(name).is_some_and(ItemDefinition::must_be_sealed);
        !sealed && Class::of_heading(name).is_none()
    };
    let named = definition.stand_ins.kana.iter().chain(first).filter(is_open);
    let value = |name: &String| {
        let place = content.form.items.iter().position(|known| known == name)?;
        content.values.get(place)?.clone().filter(|text| !text.is_empty())
    };
    named.into_iter().find_map(value)
}

fn place_of(form: &FormHeader, name: &str) -> Result<usize, EntryError> {
    let place = form.items.iter().position(|known| known == name);
    place.ok_or_else(|| EntryError::UnknownItem(name.to_owned(), form.items.clone()))
}

/// A text as it is kept; an empty one is none.
fn text(field: &str, typed: &str) -> Result<Option<String>, EntryError> {
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if typed.len() > LONGEST || typed.chars().any(is_odd) {
        return Err(EntryError::BadText(field.to_owned()));
    }
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

/// The way by which an application that was entered here came.
#[must_use]
pub fn channel_of(content: &Content) -> Option<Channel> {
    let place = content.form.items.iter().position(|name| name == entry::CHANNEL)?;
    Channel::parse(content.values.get(place)?.as_deref()?)
}
