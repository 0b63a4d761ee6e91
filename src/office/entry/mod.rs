//! 窓口・郵送分の入力: an application that came on paper, at the counter or by phone, typed in by a clerk on the form that
//! the office has defined. It goes in as an import of one record, so that everything that holds for what was imported
//! holds for it: it is a fact, committed to by the log, and corrected by a revision. It can't be undone, as no import can:
//! what was entered by mistake is ended by 不受理 or 取下げ, with a reason.

mod fault;
mod sheet;
mod typed;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

pub use fault::EntryError;
pub use sheet::{Part, Sheet, SheetField, SheetOf, sheet_to_enter, sheet_to_revise, typed_on};
pub use typed::{DoubtfulField, Typed, channel_of};

use super::desk::Desk;
use super::fault::OfficeError;
use super::form_definitions::form_word;
use super::listing::resolve;
use super::sealing::{self, Sealing};
use crate::domain::application::Content;
use crate::domain::calendar::civil;
use crate::domain::entry::{self, SOURCE};
use crate::domain::form::FormDefinition;
use crate::domain::identity::{ApplicationId, OperationId, ReceiptNumber};
use crate::domain::people::Act;
use crate::domain::sealing::Headings;
use crate::exchange::encoding::Encoding;
use crate::store::{Given, Import, ImportSetting, Preparer, Put, SignIn, Signed, Store};

/// Under which name the log knows this way of reading.
const PROFILE: &str = "staff";

/// What is entered.
#[derive(Debug, Clone, Copy)]
pub enum Entering<'a> {
    /// A new application, by the definition of its form.
    New(&'a FormDefinition),
    /// A correction of one that was entered here; with the operation that brought the content that was shown when the
    /// correction was typed (`None` = whatever stands there).
    Revision(ApplicationId, Option<OperationId>),
}

/// What was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// The application.
    pub id: ApplicationId,
    /// Its number.
    pub number: String,
    /// The operation; `None` where a correction says what stands there already.
    pub operation: Option<OperationId>,
    /// Fields that aren't what the form says.
    pub doubts: Vec<DoubtfulField>,
    /// Items that would be sealed and lie open, because this store is for trials.
    pub open: Vec<String>,
}

/// The definition that an entry goes by: what `ID` or `SOURCE/ID` means, where the application will be read by it too.
///
/// # Errors
/// [`EntryError::UnknownForm`], [`EntryError::AmbiguousForm`]; [`OfficeError::NotPermitted`].
pub fn form_to_enter(desk: &Desk, word: &str) -> Result<Arc<FormDefinition>, OfficeError> {
    desk.permit(Act::Enter)?;
    let forms = desk.forms();
    let words = |forms: &[Arc<FormDefinition>]| forms.iter().map(|form| form_word(form)).collect::<Vec<_>>();
    let named = forms.named(word);
    let own = named.iter().find(|form| form.source == SOURCE);
    match (own, named.as_slice()) {
        (Some(form), _) | (None, [form]) if is_read_by(desk, form) => Ok(Arc::clone(form)),
        (_, []) => Err(EntryError::UnknownForm(word.to_owned(), words(&forms_to_enter(desk))).into()),
        _ => Err(EntryError::AmbiguousForm(word.to_owned(), words(&named)).into()),
    }
}

/// The forms that can be entered, by their words.
#[must_use]
pub fn forms_to_enter(desk: &Desk) -> Vec<Arc<FormDefinition>> {
    desk.forms().definitions.all().into_iter().filter(|form| is_read_by(desk, form)).collect()
}

/// Whether what is entered by a definition is read by the same one afterwards.
fn is_read_by(desk: &Desk, form: &FormDefinition) -> bool {
    let version = form.version.as_deref().unwrap_or_default();
    desk.forms().definitions.of(SOURCE, &form.id, version).is_some_and(|known| **known == *form)
}

/// Enters an application, or corrects one that was entered here.
///
/// # Errors
/// [`EntryError`]: nothing is entered then; what the store says, [`crate::store::StoreError::Busy`] where an import runs.
pub fn enter(desk: &mut Desk, entering: &Entering<'_>, typed: &Typed) -> Result<Entered, OfficeError> {
    let signed = desk.sign(Act::Enter)?;
    let today = desk.today();
    let received = typed.received.map(|at| civil(&at).date());
    if received.is_some_and(|day| day > today) {
        return Err(EntryError::ToCome.into());
    }
    let (definition, standing) = match entering {
        Entering::New(definition) => {
            let received = received.ok_or(EntryError::NotReceived)?;
            typed.channel.ok_or(EntryError::NoChannel)?;
            let series = entry::series(received).ok_or(EntryError::TooEarly)?;
            let definition = Arc::new((*definition).clone());
            (Some(Arc::clone(&definition)), Standing::New(series, definition))
        }
        Entering::Revision(id, base) => {
            let (id, content) = (*id, content_of(&desk.store, *id)?.0);
            let definition = desk.forms().definitions.of_header(SOURCE, &content.form).cloned();
            (definition, Standing::Known(id, *base))
        }
    };
    // What will be sealed is decided before anything is written; a second look is taken at what then stands there.
    let (sealed, open) = sealing_of(desk, typed, definition.as_deref())?;
    let (sealer, opener) = (sealing::begin_batch(desk, sealed.as_ref())?, desk.opener_at_hand()?);
    let mut preparer = Preparer::sealing(desk.entropy(), sealer.clone());
    let (wait, setting) = (desk.wait(), setting(desk));
    let (mut import, _) = Import::begin(&mut desk.store, setting, wait)?;
    import.seal_by(sealer, opener);
    let put = put_in(import, &mut preparer, &signed, |import| content(import, &standing, typed, definition.as_deref()));
    if put.is_err() {
        // What is left of it would wait for a file to go on with; where it can't go now, the next import clears it away.
        desk.store.give_up_unfinished(Duration::ZERO).unwrap_or_default();
    }
    let (number, operation) = put?;
    let id = resolve(&desk.store, &format!("{SOURCE}/{number}"))?;
    let doubts = definition.map(|definition| typed.doubts(&definition)).unwrap_or_default();
    Ok(Entered { id, number, operation, doubts, open })
}

/// Takes the content in and publishes it; the answer is its number, and the operation unless it says nothing new.
fn put_in(
    mut import: Import<'_>,
    preparer: &mut Preparer,
    signed: &Signed<'_>,
    content: impl FnOnce(&Import<'_>) -> Result<Content, OfficeError>,
) -> Result<(String, Option<OperationId>), OfficeError> {
    import.let_go_back();
    let content = content(&import)?;
    let mut rows = preparer.room();
    rows.contents().add(&content);
    preparer.ready(&mut rows, Given { status: None, line: 1, bytes: (0, 0) });
    let put = import.put(&rows, 0)?;
    import.done_with(rows);
    let operation = if put == Put::Unchanged {
        import.discard()?;
        None
    } else {
        import.publish(signed)?.operation
    };
    Ok((content.number.to_string(), operation))
}

/// What an entry stands on.
enum Standing {
    /// Nothing: it gets the next number of a series, and goes by a definition.
    New(String, Arc<FormDefinition>),
    /// An application, with the content that was shown.
    Known(ApplicationId, Option<OperationId>),
}

/// The content that goes in, made while nobody else can enter or import.
fn content(
    import: &Import<'_>,
    standing: &Standing,
    typed: &Typed,
    definition: Option<&FormDefinition>,
) -> Result<Content, OfficeError> {
    match standing {
        Standing::New(series, definition) => {
            let number = ReceiptNumber::of(import.next_of_series(series)?).ok_or(EntryError::TooEarly)?;
            Ok(typed.content(definition, number)?)
        }
        Standing::Known(id, base) => {
            let (present, brought) = content_of(import.store(), *id)?;
            if base.is_some_and(|base| base != brought) {
                return Err(EntryError::Changed(present.number.to_string()).into());
            }
            let content = typed.put_into(present, definition)?;
            let left: Vec<String> = content.sealed_items().map(str::to_owned).collect();
            if left.is_empty() { Ok(content) } else { Err(EntryError::SealedAgain(left).into()) }
        }
    }
}

/// What stands there of an application that was entered here, and the operation that brought it.
fn content_of(store: &Store, id: ApplicationId) -> Result<(Content, OperationId), OfficeError> {
    let entry = store.entries(&[id])?.pop().ok_or_else(|| OfficeError::NumberUnknown(String::new()))?;
    if entry.content.source != SOURCE {
        return Err(EntryError::NotEnteredHere(entry.content.number.to_string()).into());
    }
    let brought = match entry.revised {
        Some(operation) => operation,
        None => store.birth_of(id)?,
    };
    Ok((entry.content, brought))
}

/// What is sealed of what was typed, or lies open in a store for trials.
fn sealing_of(
    desk: &Desk,
    typed: &Typed,
    definition: Option<&FormDefinition>,
) -> Result<(Option<Sealing>, Vec<String>), OfficeError> {
    let items = definition.into_iter().flat_map(|definition| &definition.items);
    let headings = Headings::naming(items.filter_map(|item| Some((item.name.clone(), item.class()?))));
    let said = typed.items.iter().filter(|(_, value)| !value.is_empty());
    let asked: Vec<_> = said.filter_map(|(name, _)| Some((headings.class_of(name)?, 0, name.clone()))).collect();
    let names = || asked.iter().map(|(_, _, name)| name.clone()).collect::<Vec<_>>();
    let meta = desk.store.meta();
    if asked.is_empty() {
        return Ok((None, Vec::new()));
    }
    if meta.demo || meta.sign_in == SignIn::None {
        return Ok((None, names()));
    }
    match sealing::classes_of(desk, Path::new(""), &asked) {
        Ok(classes) => Ok((Some(Sealing { classes, headings }), Vec::new())),
        Err(OfficeError::SensitiveColumns { columns, .. }) => {
            Err(EntryError::CannotSeal(columns.into_iter().map(|(_, name)| name).collect()).into())
        }
        Err(error) => Err(error),
    }
}

/// How the log is told of it. In the place of the file's hash stand random bytes: the hash of one record would let anybody
/// confirm a guess about it.
fn setting(desk: &Desk) -> ImportSetting {
    let mut file = [0; 32];
    (desk.surroundings().entropy)(&mut file);
    ImportSetting {
        file: Some(file),
        file_name: entry::FILE_NAME.to_owned(),
        profile: PROFILE.to_owned(),
        profile_hash: Sha256::digest(PROFILE).into(),
        encoding: Encoding::Utf8.id().to_owned(),
        encoding_code: Encoding::Utf8.code(),
        header: Vec::new(),
        length: 0,
    }
}
