//! The page on which an entry is typed, as the office gives it out: a field for each thing that the form asks, in its order.

use super::{EntryError, Typed, channel_of, content_of, form_to_enter};
use crate::domain::application::Instant;
use crate::domain::calendar::{Day, civil};
use crate::domain::channel::Channel;
use crate::domain::entry::{self, CHANNEL, CHANNELS, SOURCE};
use crate::domain::form::{Choice, FormDefinition, ItemDefinition, ItemKind, chosen};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::query::Listed as _;
use crate::domain::sealing::Class;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::form_definitions::form_word;

/// What a field is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// 受付方法.
    Channel,
    /// 到達.
    Received,
    /// 氏名/法人名.
    Name,
    /// フリガナ.
    Kana,
    /// 連絡先メールアドレス.
    Mail,
    /// 備考.
    Remarks,
    /// An item of the form.
    Item(String),
}

impl Part {
    /// The word of drafts; of all but an item also the end of the message key `entry.part.WORD`.
    #[must_use]
    pub fn id(&self) -> String {
        let word = match self {
            Self::Channel => "channel",
            Self::Received => "received",
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Mail => "mail",
            Self::Remarks => "remarks",
            Self::Item(name) => return format!("item.{name}"),
        };
        word.to_owned()
    }
}

/// One field.
#[derive(Clone, PartialEq, Eq)]
pub struct SheetField {
    /// What it is for.
    pub part: Part,
    /// What it holds.
    pub kind: ItemKind,
    /// Whether it may not lie open, so that no draft keeps it.
    pub closed: bool,
    /// Whether something is sealed there, which a correction has to give again.
    pub sealed: bool,
    /// What stands there.
    pub text: String,
}

impl std::fmt::Debug for SheetField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SheetField").field("part", &self.part).finish_non_exhaustive()
    }
}

impl SheetField {
    fn new(part: Part, kind: ItemKind) -> Self {
        Self { part, kind, closed: false, sealed: false, text: String::new() }
    }

    /// Whether nothing shows of it while it is typed.
    #[must_use]
    pub const fn is_masked(&self) -> bool {
        matches!(self.kind, ItemKind::IndividualNumber | ItemKind::Account)
    }
}

/// What a page enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetOf {
    /// A new application, by the word of its form.
    New(String),
    /// A correction of this one, on the content that this operation brought.
    Revision(ApplicationId, OperationId),
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it enters.
    pub of: SheetOf,
    /// The form's title; before it the number of what is corrected.
    pub title: String,
    /// Its fields.
    pub fields: Vec<SheetField>,
}

/// The empty page of a form.
///
/// # Errors
/// As [`form_to_enter`].
pub fn sheet_to_enter(desk: &Desk, word: &str) -> Result<Sheet, OfficeError> {
    let definition = form_to_enter(desk, word)?;
    let items = definition.items.iter().filter(|item| item.name != CHANNEL).map(field_of);
    Ok(Sheet {
        of: SheetOf::New(form_word(&definition)),
        title: definition.title.clone(),
        fields: fields(Some(&definition), items.collect()),
    })
}

/// The page of an application that was entered here, filled in with what lies open of it.
///
/// # Errors
/// [`EntryError::NotEnteredHere`]; what the store says.
pub fn sheet_to_revise(desk: &Desk, id: ApplicationId) -> Result<Sheet, OfficeError> {
    let (content, base) = desk.store.at_one_moment(|store| content_of(store, id))?;
    let definition = desk.forms().definitions.of_header(SOURCE, &content.form);
    let names = content.form.items.iter().zip(&content.values).zip(0..).filter(|((name, _), _)| *name != CHANNEL);
    let items = names.map(|((name, value), item)| {
        let known = definition.and_then(|definition| definition.item(name));
        let field = known.map_or_else(|| text_field(name), field_of);
        SheetField { sealed: content.is_sealed(item), text: value.clone().unwrap_or_default(), ..field }
    });
    let mut fields = fields(definition.map(AsRef::as_ref), items.collect());
    for field in &mut fields {
        let text = match &field.part {
            Part::Channel => channel_of(&content).map(|channel| channel.label().to_owned()),
            Part::Received => content.submitted.map(|at| day_and_time(&at)),
            Part::Name => content.name.clone(),
            Part::Kana => content.kana.clone(),
            Part::Mail => content.mail.clone(),
            Part::Remarks => content.remarks.clone(),
            Part::Item(_) => continue,
        };
        field.text = text.unwrap_or_default();
    }
    let title = format!("{}  {}", content.number, content.form.name);
    Ok(Sheet { of: SheetOf::Revision(id, base), title, fields })
}

/// As it can be typed: a day, and its time unless the day began.
fn day_and_time(at: &Instant) -> String {
    let at = civil(at);
    let day = at.date().to_string();
    if at.time() == jiff::civil::Time::midnight() { day } else { format!("{day} {:02}:{:02}", at.hour(), at.minute()) }
}

/// All fields around those of the items. Where the form asks for a フリガナ itself, nobody types it twice.
fn fields(definition: Option<&FormDefinition>, items: Vec<SheetField>) -> Vec<SheetField> {
    let choice =
        |(channel, code): (&Channel, u32)| Choice { code: Some(code.to_string()), label: channel.label().to_owned() };
    let channels = ItemKind::Choice(CHANNELS.iter().zip(1..).map(choice).collect());
    let has_kana = items.iter().any(|field| field.kind == ItemKind::Kana && !field.closed)
        || definition.is_some_and(|definition| !definition.stand_ins.kana.is_empty());
    let mut fields = vec![
        SheetField::new(Part::Channel, channels),
        SheetField::new(Part::Received, ItemKind::Date),
        SheetField::new(Part::Name, ItemKind::Text),
    ];
    fields.extend((!has_kana).then(|| SheetField::new(Part::Kana, ItemKind::Kana)));
    fields.push(SheetField::new(Part::Mail, ItemKind::Text));
    fields.extend(items);
    fields.push(SheetField::new(Part::Remarks, ItemKind::Text));
    fields
}

fn field_of(item: &ItemDefinition) -> SheetField {
    SheetField { kind: item.kind.clone(), ..text_field(&item.name) }.closing(item.must_be_sealed())
}

fn text_field(name: &str) -> SheetField {
    SheetField::new(Part::Item(name.to_owned()), ItemKind::Text).closing(Class::of_heading(name).is_some())
}

impl SheetField {
    fn closing(self, also: bool) -> Self {
        Self { closed: self.closed || also, ..self }
    }
}

/// What was typed on a page: the text of each field that was filled in or emptied.
///
/// # Errors
/// [`EntryError::NoChannel`], [`EntryError::NotReceived`], [`EntryError::BadReceived`]: with what to correct.
pub fn typed_on(sheet: &Sheet, texts: &[(Part, String)], today: Day) -> Result<Typed, EntryError> {
    let mut typed = Typed::default();
    for (part, text) in texts {
        match part {
            Part::Channel => {
                let kind = sheet.fields.iter().find(|field| field.part == Part::Channel).map(|field| &field.kind);
                let Some(ItemKind::Choice(choices)) = kind else { continue };
                let choice = chosen(choices, text).and_then(|choice| Channel::parse(&choice.label));
                typed.channel = Some(choice.ok_or(EntryError::NoChannel)?);
            }
            Part::Received if text.trim().is_empty() => return Err(EntryError::NotReceived),
            Part::Received => {
                let at = entry::received(text, today).map_err(|_| EntryError::BadReceived)?;
                typed.received = Some(at);
            }
            Part::Name => typed.name = Some(text.clone()),
            Part::Kana => typed.kana = Some(text.clone()),
            Part::Mail => typed.mail = Some(text.clone()),
            Part::Remarks => typed.remarks = Some(text.clone()),
            Part::Item(name) => typed.items.push((name.clone(), text.clone())),
        }
    }
    Ok(typed)
}
