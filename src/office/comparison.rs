//! 照合: one application beside an earlier one of the same person or a row of a list, field by field. A person says what each
//! field is worth; the log keeps that by codes. A second pass is another person's, and stands beside the first.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::desk::Desk;
use super::duplicates::{DuplicateKey, age, said_by};
use super::fault::OfficeError;
use super::reconcile::{ReconcileError, open};
use super::status::refuse_forbidden;
use super::work::Work;
use crate::domain::application::{Content, Instant};
use crate::domain::comparison::{FieldPair, Judgment, Likeness, ListRow, fixed, pairs};
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::fold::{Tier, fold, tier};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Against, Body, Compared};
use crate::domain::people::Act;
use crate::domain::query::Needs;
use crate::domain::status::Status;
use crate::exchange::encoding::Choice;
use crate::exchange::reconcile::{Incomparable, rows_of};
use crate::store::{Entry, Store};

/// What can be wrong with a 照合.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// Fewer than two applications, or one that is gone.
    #[error("two applications at least")]
    TooFew,
    /// An application beside itself.
    #[error("an application beside itself")]
    Itself,
    /// The list has no row with this key.
    #[error("no row of {}", file.display())]
    NoRow {
        /// Which list.
        file: PathBuf,
        /// The key column.
        key: String,
    },
    /// Several rows have it: their lines.
    #[error("several rows of {}", file.display())]
    SeveralRows {
        /// Which list.
        file: PathBuf,
        /// Their lines.
        lines: Vec<u64>,
    },
    /// The application says nothing by which a row could be found.
    #[error("nothing to look a row up by")]
    NoKeyValue(String),
    /// Either side was revised since it was shown.
    #[error("revised since")]
    Revised,
    /// Nothing was judged.
    #[error("nothing judged")]
    Nothing,
}

impl Fault for CompareError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooFew => "compare.too_few",
            Self::Itself => "compare.itself",
            Self::NoRow { .. } => "compare.no_row",
            Self::SeveralRows { .. } => "compare.several_rows",
            Self::NoKeyValue(_) => "compare.no_key_value",
            Self::Revised => "compare.revised",
            Self::Nothing => "compare.nothing",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::NoRow { file, key } => vec![("file", file.display().to_string()), ("key", key.clone())],
            Self::SeveralRows { file, lines } => {
                let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
                vec![("file", file.display().to_string()), ("lines", lines.join(", "))]
            }
            Self::NoKeyValue(key) => vec![("key", key.clone())],
            _ => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::TooFew | Self::Itself | Self::Nothing => Outcome::Usage,
            _ => Outcome::Failed,
        }
    }
}

/// By what an earlier application is the same person's, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SameBy {
    /// 利用者ID.
    User,
    /// 氏名 and 生年月日.
    NameBirthdate,
    /// 連絡先メールアドレス: a household may share it.
    Mail,
}

impl SameBy {
    /// The word of scripts and of message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::User => "user_id",
            Self::NameBirthdate => "name_birthdate",
            Self::Mail => "email",
        }
    }
}

/// An earlier application of what seems to be the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Which.
    pub id: ApplicationId,
    /// 整理番号.
    pub number: String,
    /// 申込日時.
    pub submitted: Option<Instant>,
    /// Where it stands.
    pub status: Status,
    /// By what it was found.
    pub by: SameBy,
    /// How alike the names are; `None` = they differ, or one has none.
    pub name: Option<Tier>,
}

/// With what an application is to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opposite {
    /// Another application.
    Application(ApplicationId),
    /// The row of a list whose key column says what the application says.
    Row {
        /// The file.
        file: PathBuf,
        /// The name of the key column.
        key: String,
    },
}

/// What stands on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// An application: its 整理番号, when it was sent, where it stands.
    Application(String, Option<Instant>, Status),
    /// A row of a file: its path, and the line.
    Row(PathBuf, u64),
}

/// One person's pass over an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// The operation.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub by: Option<OperationId>,
    /// The same, by code.
    pub actor: Option<String>,
    /// What was found.
    pub compared: Compared,
    /// Whether both sides still say what they said then.
    pub current: bool,
}

/// An application beside what it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facing {
    /// The application.
    pub target: ApplicationId,
    /// Its 整理番号.
    pub number: String,
    /// The operation that brought its content.
    pub content: OperationId,
    /// What it is compared with, as the log will name it.
    pub against: Against,
    /// The same, as a person knows it.
    pub found: Found,
    /// The fields.
    pub pairs: Vec<FieldPair>,
    /// Which pass the person at the desk would make.
    pub pass: u8,
    /// What they have found so far, a judgment for each pair.
    pub judged: Vec<Judgment>,
    /// The first pass, where one was finished: one's own too.
    pub first: Option<Pass>,
    /// The second pass, where one was finished.
    pub second: Option<Pass>,
}

/// What a person found, as it is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The application.
    pub target: ApplicationId,
    /// The operation that had brought what was shown of it.
    pub content: OperationId,
    /// What it was compared with.
    pub against: Against,
    /// For each field how alike both sides are and what was found.
    pub fields: Vec<(u32, Likeness, Judgment)>,
}

impl Pass {
    /// What was found about a field.
    #[must_use]
    pub fn judgment(&self, field: u32) -> Judgment {
        let found = self.compared.fields.iter().find(|(number, _, _)| *number == field);
        found.map_or(Judgment::Open, |(_, _, judgment)| *judgment)
    }
}

/// Earlier applications of the same person with the same form, the newest first.
///
/// # Errors
/// [`OfficeError::NumberUnknown`] where it is gone, [`OfficeError::Stopped`], what the store says.
pub fn earlier(desk: &Desk, id: ApplicationId, work: &Work<'_>) -> Result<Vec<Earlier>, OfficeError> {
    desk.store.at_one_moment(|store| {
        let own = entry_of(store, id)?;
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mut ids: BTreeSet<ApplicationId> = BTreeSet::new();
        if let Some(user) = said(&own.content.user_id) {
            ids.extend(store.by_user(&user)?);
        }
        let words = [("name", said(&own.content.name)), ("mail", said(&own.content.mail))];
        for (field, text) in words.into_iter().filter_map(|(field, text)| Some((field, text?))) {
            let plain: String = text.chars().filter(|c| !matches!(c, '"' | '“' | '”' | '＂')).collect();
            let query = desk.query(&format!("{field}:\"{plain}\""))?;
            let go_on = || if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            let scanned = store.scan_unordered(&query, Needs::default(), &mut |_| go_on(), &mut |candidate| {
                ids.insert(candidate.id);
                ControlFlow::Continue(())
            })?;
            if !scanned.finished {
                return Err(OfficeError::Stopped);
            }
        }
        let ids: Vec<ApplicationId> = ids.into_iter().filter(|other| *other != id).collect();
        let mut found = Vec::new();
        for part in ids.chunks(256) {
            for entry in store.entries(part)? {
                let same_form = entry.content.form.code == own.content.form.code;
                if same_form && age(&entry) < age(&own) {
                    let one = same_by(&own.content, &entry.content).map(|by| earlier_of(&own, &entry, by));
                    found.extend(one.map(|one| (age(&entry), one)));
                }
            }
        }
        found.sort_by_key(|(age, _)| std::cmp::Reverse(*age));
        Ok(found.into_iter().map(|(_, one)| one).collect())
    })
}

fn earlier_of(own: &Entry, entry: &Entry, by: SameBy) -> Earlier {
    let names = own.content.name.as_deref().zip(entry.content.name.as_deref());
    Earlier {
        id: entry.id,
        number: entry.content.number.to_string(),
        submitted: entry.content.submitted,
        status: entry.state.status.0,
        by,
        name: names.and_then(|(own, other)| tier(own, other)),
    }
}

/// By what two contents are the same person's.
fn same_by(own: &Content, other: &Content) -> Option<SameBy> {
    let users = own.user_id.as_deref().filter(|user| !user.trim().is_empty());
    if users.is_some() && users == other.user_id.as_deref() && own.source == other.source {
        return Some(SameBy::User);
    }
    let agrees = |key: &DuplicateKey| {
        let (own, other) = (said_by(key, own)?, said_by(key, other)?);
        (fold(&own.0) == fold(&other.0) && own.1 == other.1).then_some(())
    };
    let name = agrees(&DuplicateKey::NameBirthdate).map(|()| SameBy::NameBirthdate);
    name.or_else(|| agrees(&DuplicateKey::Email).map(|()| SameBy::Mail))
}

fn entry_of(store: &Store, id: ApplicationId) -> Result<Entry, OfficeError> {
    store.entries(&[id])?.pop().ok_or_else(|| OfficeError::NumberUnknown(id.as_u64().to_string()))
}

/// Sets an application beside something else.
///
/// # Errors
/// [`CompareError`], [`ReconcileError::NoKey`], what is wrong with the file, what the store says.
pub fn compare(desk: &Desk, id: ApplicationId, with: &Opposite) -> Result<Facing, OfficeError> {
    let own = entry_of(&desk.store, id)?;
    let content = desk.store.content_version(&own)?;
    let (against, found, pairs) = match with {
        Opposite::Application(other) if *other == id => return Err(CompareError::Itself.into()),
        Opposite::Application(other) => {
            let entry = entry_of(&desk.store, *other)?;
            let against = Against::Application(*other, desk.store.content_version(&entry)?);
            let number = entry.content.number.to_string();
            let found = Found::Application(number, entry.content.submitted, entry.state.status.0);
            (against, found, pairs(&own.content, &entry.content))
        }
        Opposite::Row { file, key } => {
            let (hash, line, row) = row_of(&own.content, file, key)?;
            (Against::File(hash, line), Found::Row(file.clone(), line), pairs(&own.content, &row))
        }
    };
    let mut facing = Facing {
        target: id,
        number: own.content.number.to_string(),
        content,
        against,
        found,
        judged: vec![Judgment::Open; pairs.len()],
        pairs,
        pass: 1,
        first: None,
        second: None,
    };
    resume(desk, &own, &mut facing)?;
    Ok(facing)
}

/// Looks which pass it would be, and how far the person at the desk had come with it.
fn resume(desk: &Desk, own: &Entry, facing: &mut Facing) -> Result<(), OfficeError> {
    let mut all = passes(&desk.store, own)?;
    all.retain(|pass| pass.current && pass.compared.against == facing.against);
    let me = desk.me()?;
    let mut mine = None;
    for pass in all {
        match (&facing.first, pass.compared.is_finished()) {
            (None, true) => facing.first = Some(pass.clone()),
            (Some(first), true) if first.by == pass.by => facing.first = Some(pass.clone()),
            (Some(_), true) => facing.second = Some(pass.clone()),
            (_, false) => {}
        }
        // Where nobody signs in, two people can't be told apart: it is always the first pass, and anybody goes on with it.
        if pass.by == me || pass.by.is_none() {
            mine = Some(pass);
        }
    }
    let of_another = facing.first.as_ref().is_some_and(|first| first.by.is_some() && first.by != me);
    facing.pass = if of_another { 2 } else { 1 };
    if let Some(mine) = mine {
        facing.judged = facing.pairs.iter().map(|pair| mine.judgment(pair.field)).collect();
    }
    Ok(())
}

/// The row of a list that an application is looked up by. The key column stands for what the application says under the
/// same name; else for its 整理番号.
fn row_of(own: &Content, file: &Path, key: &str) -> Result<([u8; 32], u64, ListRow), OfficeError> {
    let mut bytes = Vec::new();
    let read = open(file)?.read_to_end(&mut bytes);
    read.map_err(|error| OfficeError::Unreadable { file: file.to_owned(), error })?;
    let wanted = key_value(own, key).ok_or_else(|| CompareError::NoKeyValue(key.to_owned()))?;
    let mut rows = rows_of(bytes.as_slice(), Choice::Auto, (key, &wanted), 5).map_err(|why| match why {
        Incomparable::File(_, error) => OfficeError::Import { file: file.to_owned(), error },
        Incomparable::NoKey(_, columns) => {
            ReconcileError::NoKey { file: file.to_owned(), key: key.to_owned(), columns }.into()
        }
    })?;
    if rows.len() > 1 {
        let lines = rows.iter().map(|(line, _)| *line).collect();
        return Err(CompareError::SeveralRows { file: file.to_owned(), lines }.into());
    }
    let no_row = || CompareError::NoRow { file: file.to_owned(), key: key.to_owned() };
    let (line, cells) = rows.pop().ok_or_else(no_row)?;
    Ok((Sha256::digest(&bytes).into(), line, ListRow { cells }))
}

/// What an application says under the name of a key column.
fn key_value(own: &Content, key: &str) -> Option<String> {
    let wanted = fold(key);
    let named = |field| ListRow::words(field).iter().any(|word| fold(word) == wanted);
    let found = crate::domain::comparison::FIXED.into_iter().find(|field| named(*field));
    let item = own.form.items.iter().position(|name| fold(name) == wanted);
    let value = match (found, item) {
        (Some(field), _) => fixed(own, field).map(str::to_owned),
        (None, Some(place)) => own.values.get(place).cloned().flatten(),
        (None, None) => Some(own.number.to_string()),
    };
    value.filter(|value| !value.trim().is_empty())
}

/// Every pass over an application, the oldest first.
///
/// # Errors
/// What the store says.
pub fn passes(store: &Store, own: &Entry) -> Result<Vec<Pass>, OfficeError> {
    let mut passes = Vec::new();
    let comparisons = store.comparisons_of(own.id)?;
    if comparisons.is_empty() {
        return Ok(passes);
    }
    let content = store.content_version(own)?;
    for (written, compared) in comparisons {
        let other_stands = match compared.against {
            Against::Application(other, version) => match store.entries(&[other])?.pop() {
                Some(entry) => store.content_version(&entry)? == version,
                None => false,
            },
            Against::File(..) => true,
        };
        let actor = written.actor.map_or(Ok(None), |actor| store.operator_code(actor))?;
        let current = compared.content == content && other_stands;
        let (operation, at_ms, by) = (written.operation, written.at_ms, written.actor);
        passes.push(Pass { operation, at_ms, by, actor, compared, current });
    }
    Ok(passes)
}

/// Keeps what was found, finished or not: a pass that isn't finished is gone on with later. Tells which pass it was.
///
/// # Errors
/// [`CompareError::Revised`], [`CompareError::Nothing`], [`OfficeError::NotPermitted`], what the store says; nothing is
/// kept then.
pub fn compared(desk: &mut Desk, judged: &Judged) -> Result<(OperationId, u8), OfficeError> {
    let scope = desk.scope(Act::Compare)?;
    refuse_forbidden(&desk.store, Act::Compare, &scope, &[judged.target])?;
    let own = entry_of(&desk.store, judged.target)?;
    let stands = match judged.against {
        Against::Application(other, version) => desk.store.content_version(&entry_of(&desk.store, other)?)? == version,
        Against::File(..) => true,
    };
    if desk.store.content_version(&own)? != judged.content || !stands {
        return Err(CompareError::Revised.into());
    }
    if judged.fields.iter().all(|(_, _, judgment)| *judgment == Judgment::Open) {
        return Err(CompareError::Nothing.into());
    }
    let signed = desk.sign(Act::Compare)?;
    let first = passes(&desk.store, &own)?
        .into_iter()
        .find(|pass| pass.current && pass.compared.against == judged.against && pass.compared.is_finished());
    let of_another = first.is_some_and(|first| first.by.is_some() && first.by != signed.actor);
    let Judged { target, content, against, fields } = judged.clone();
    let mut fields = fields;
    fields.sort_unstable_by_key(|(field, _, _)| *field);
    let pass = if of_another { 2 } else { 1 };
    let body = Body::Compared(Box::new(Compared { target, content, against, pass, fields }));
    Ok((desk.store.record(&signed, body, None)?, pass))
}
