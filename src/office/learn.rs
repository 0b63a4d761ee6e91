//! Making a profile for a list that none of ours reads: the proposal, its trial on the list, and its file.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::fault::OfficeError;
use super::form_definitions::FORM_FOLDER;
use super::profiles::{PROFILE_FOLDER, Profiles};
use crate::domain::calendar::parse_instant;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::exchange::encoding::Choice;
use crate::exchange::fault::ImportError;
use crate::exchange::learn::{Doubt, Proposal, Question, Sample, Wishes, is_usable_source};
use crate::exchange::profile::{Column, HeaderError, Meaning, Profile, choose};
use crate::exchange::rows::{Row, RowReader};
use crate::exchange::sekisho;
use crate::messages::Messages;

/// So many rows of a list are tried, at most.
const ROWS_TRIED: u64 = 5000;

/// What can stand in the way of a new profile.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// The list is an export of ours.
    #[error("{} is our own export", .0.display())]
    OwnExport(PathBuf),
    /// No column of the list could be the number.
    #[error("{} has no column for the number", .0.display())]
    NoNumber(PathBuf),
    /// A name that can't be a profile's.
    #[error("{0} is no name of a profile")]
    BadName(String),
    /// A source that can't be one.
    #[error("{0} is no source")]
    BadSource(String),
    /// Nothing says which column identifies an application, or what a word means: the field or word.
    #[error("a person must decide about {0}")]
    Open(String),
    /// There is a file of this name.
    #[error("{} is there", .0.display())]
    Exists(PathBuf),
    /// The file can't be written.
    #[error("{}: {error}", file.display())]
    Write {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl LearnError {
    const fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::OwnExport(file) | Self::NoNumber(file) | Self::Exists(file) | Self::Write { file, .. } => Some(file),
            Self::BadName(_) | Self::BadSource(_) | Self::Open(_) => None,
        }
    }
}

impl Fault for LearnError {
    fn code(&self) -> &'static str {
        match self {
            Self::OwnExport(_) => "learn.own_export",
            Self::NoNumber(_) => "learn.no_number",
            Self::BadName(_) => "learn.bad_name",
            Self::BadSource(_) => "learn.bad_source",
            Self::Open(_) => "learn.open_question",
            Self::Exists(_) => "learn.exists",
            Self::Write { .. } => "learn.write",
        }
    }

    fn arguments(&self) -> Arguments {
        let mut arguments: Arguments =
            self.file().map(|file| ("file", file.display().to_string())).into_iter().collect();
        match self {
            Self::BadName(word) | Self::BadSource(word) | Self::Open(word) => arguments.push(("word", word.clone())),
            Self::Write { error, .. } => arguments.push(("cause", error.to_string())),
            Self::OwnExport(_) | Self::NoNumber(_) | Self::Exists(_) => {}
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        self.file().map(|file| Place { file: Some(file.display().to_string()), ..Place::default() })
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::BadName(_) | Self::BadSource(_) => Outcome::Usage,
            _ => Outcome::Failed,
        }
    }
}

/// What is asked of a new profile.
#[derive(Debug, Clone)]
pub struct LearnRequest {
    /// Its name.
    pub name: String,
    /// The source's short id, where the person has said it.
    pub source: Option<String>,
    /// `--encoding`.
    pub encoding: Choice,
}

/// Whether a text may be a profile's name, which is its file's name.
#[must_use]
pub fn is_profile_name(name: &str) -> bool {
    let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    (1..=64).contains(&name.chars().count())
        && !name.starts_with(['.', '-'])
        && name.trim() == name
        && !name.contains(odd)
        && name != sekisho::PROFILE
}

/// A name for the profile of a file: the file's own, without the digits that change with every download; never that
/// of a shipped profile, whose place it would take.
#[must_use]
pub fn likely_name(file: &Path, profiles: &Profiles) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let changing = |c: char| c.is_numeric() || " _-.()（）　".contains(c);
    let name: String = stem.trim_matches(changing).chars().take(40).collect();
    let stem = if is_profile_name(&name) { name } else { "list".to_owned() };
    let shipped = |name: &str| {
        profiles.profiles.iter().any(|profile| profile.name() == name && !profile.is_of_office())
            || profiles.own(name).is_some_and(|own| own.replaces_shipped)
    };
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    std::iter::once(stem.clone()).chain(numbered).find(|name| !shipped(name)).unwrap_or_default()
}

/// Proposes how to read a list.
///
/// # Errors
/// [`LearnError`]; what an import would say of the file as a whole.
pub fn learn_profile(file: &Path, request: &LearnRequest, profiles: &[Profile]) -> Result<Proposal, OfficeError> {
    if !is_profile_name(&request.name) {
        return Err(LearnError::BadName(request.name.clone()).into());
    }
    if let Some(source) = &request.source
        && !is_usable_source(source)
    {
        return Err(LearnError::BadSource(source.clone()).into());
    }
    let sample = Sample::read(open(file)?, request.encoding).map_err(|error| named(error, file))?;
    let header = header_of(&sample);
    // Which profile reads it today matters as long as it isn't the one that is being made again.
    let others: Vec<Profile> = profiles.iter().filter(|profile| profile.name() != request.name).cloned().collect();
    let known = match choose(&others, None, &header) {
        Ok((profile, _)) if profile.is_own_export() => return Err(LearnError::OwnExport(file.to_owned()).into()),
        Err(HeaderError::NotReimportable) => return Err(LearnError::OwnExport(file.to_owned()).into()),
        Ok((profile, _)) => Some(profile),
        Err(_) => None,
    };
    let wishes = Wishes {
        name: request.name.clone(),
        source: request.source.clone(),
        likely_source: likely_source(&request.name, known, profiles),
        kana_is_item: known
            .is_some_and(|known| known.require().len() > 1 && known.column_names(Column::Kana).is_empty()),
    };
    let proposal = Proposal::new(&sample, wishes, known.map(|profile| profile.name().to_owned()));
    let hopeless =
        |question: &Question| matches!(question, Question::Column { candidates, .. } if candidates.is_empty());
    if proposal.questions().iter().any(hopeless) {
        return Err(LearnError::NoNumber(file.to_owned()).into());
    }
    Ok(proposal)
}

fn header_of(sample: &Sample) -> Vec<String> {
    sample.columns.iter().map(|column| column.name.clone()).collect()
}

/// A source to propose: that of the profile which reads the list already, as another one would store every application
/// again; else the profile's name; else a word that nothing else has. A profile that wants nothing but a number knows
/// no system.
fn likely_source(name: &str, known: Option<&Profile>, profiles: &[Profile]) -> String {
    if let Some(known) = known.filter(|profile| profile.require().len() > 1) {
        return known.source().to_owned();
    }
    if let Some(again) = profiles.iter().find(|profile| profile.name() == name && profile.is_of_office()) {
        return again.source().to_owned();
    }
    let ascii = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let plain: String = name.to_lowercase().chars().filter(|c| ascii(*c)).take(32).collect();
    let plain = plain.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let stem = if plain.is_empty() { "list" } else { plain };
    let taken = |source: &str| source == sekisho::PROFILE || profiles.iter().any(|profile| profile.source() == source);
    let numbered = (2..).map(|n| format!("{stem}-{n}"));
    std::iter::once(stem.to_owned()).chain(numbered).find(|source| !taken(source)).unwrap_or_default()
}

/// What an import would do with the list once the proposal is a profile: the names of those that it would pick instead.
#[must_use]
pub fn rivals(proposal: &Proposal, profiles: &[Profile], messages: &Messages) -> Option<Doubt> {
    let text = proposal.to_toml(messages, &[])?;
    let own = Profile::from_toml(proposal.name(), &text).ok()?.made_by_office();
    let mut all: Vec<Profile> = profiles.iter().filter(|profile| profile.name() != own.name()).cloned().collect();
    all.push(own);
    let header: Vec<String> = proposal.columns().into_iter().map(|column| column.name).collect();
    match choose(&all, None, &header) {
        Ok((profile, _)) if profile.name() == proposal.name() => None,
        Ok((profile, _)) => Some(Doubt::Outdone(profile.name().to_owned())),
        Err(HeaderError::Ambiguous(names)) => {
            let others: Vec<String> = names.into_iter().filter(|name| name != proposal.name()).collect();
            Some(Doubt::Outdone(others.join("、")))
        }
        Err(_) => None,
    }
}

/// A column of a list under a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FitColumn {
    /// Its place, from 1.
    pub column: u64,
    /// Its heading.
    pub name: String,
    /// The id of its field; `None` = an item.
    pub field: Option<&'static str>,
}

/// How a profile would read a list.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The list's encoding.
    pub encoding: &'static str,
    /// Its columns.
    pub columns: Vec<FitColumn>,
    /// Fields that the profile knows and the list doesn't have.
    pub absent: Vec<&'static str>,
    /// Columns that name 個人番号 or an account number.
    pub sensitive: Vec<String>,
    /// How many rows were tried.
    pub rows: u64,
    /// How many of them would be set aside, by the word of the reason.
    pub rejected: BTreeMap<&'static str, u64>,
    /// What an import without `--profile` would read it by, or why it wouldn't.
    pub picked: Result<String, &'static str>,
}

/// Tries a profile on a list.
///
/// # Errors
/// What an import by this profile would say of the file as a whole: columns that are required and missing.
pub fn fit_profile(profile: &Profile, file: &Path, encoding: Choice, profiles: &[Profile]) -> Result<Fit, OfficeError> {
    let only = [profile.clone()];
    let instant = |text: &str| parse_instant(text).ok().map(|dated| dated.value);
    let reader = RowReader::open(open(file)?, encoding, &only, Some(profile.name()), &instant);
    let reader = reader.map_err(|error| named(error, file))?;
    let opening = reader.opening();
    let layout = &opening.layout;
    let column = |((name, meaning), column): ((&String, &Meaning), u64)| FitColumn {
        column,
        name: name.clone(),
        field: match meaning {
            Meaning::Field(field) => Some(field.id()),
            Meaning::Item(_) | Meaning::PassedOver => None,
        },
    };
    let mut all: Vec<Profile> = profiles.iter().filter(|other| other.name() != profile.name()).cloned().collect();
    all.push(profile.clone().made_by_office());
    let picked = choose(&all, None, &layout.names).map(|(profile, _)| profile.name().to_owned());
    let mut fit = Fit {
        encoding: opening.encoding.id(),
        columns: layout.names.iter().zip(&layout.meanings).zip(1..).map(column).collect(),
        absent: layout.absent.iter().copied().map(Column::id).collect(),
        sensitive: opening.sensitive_columns.iter().map(|column| column.name.clone()).collect(),
        rows: 0,
        rejected: BTreeMap::new(),
        picked: picked.map_err(|error| ImportError::Header(error).code()),
    };
    for row in reader {
        if fit.rows >= ROWS_TRIED {
            break;
        }
        fit.rows += 1;
        match row {
            Ok(Row::Application(_)) => {}
            Ok(Row::SetAside(aside)) => *fit.rejected.entry(aside.reason.id()).or_default() += 1,
            Err(stop) => return Err(named(ImportError::Stopped(stop), file)),
        }
    }
    Ok(fit)
}

/// The file of a profile of the office's own; makes their folder in the store's where there is none.
///
/// # Errors
/// [`LearnError::Write`]: there is no store, or it can't be written.
pub fn own_profile_file(store: &Path, name: &str) -> Result<PathBuf, OfficeError> {
    own_file(store.join(PROFILE_FOLDER), name)
}

/// The file for the definition of a form that a list came with; makes their folder where there is none. `None` = there is
/// one already, or 様式ID can't be the name of a file.
///
/// # Errors
/// As [`own_profile_file`].
pub fn own_form_file(store: &Path, source: &str, id: &str) -> Result<Option<PathBuf>, OfficeError> {
    let name = if id.is_empty() { source.replace(':', "-") } else { format!("{}-{id}", source.replace(':', "-")) };
    if !is_profile_name(&name) {
        return Ok(None);
    }
    let file = own_file(store.join(FORM_FOLDER), &name)?;
    Ok((!file.exists()).then_some(file))
}

fn own_file(folder: PathBuf, name: &str) -> Result<PathBuf, OfficeError> {
    match DirBuilder::new().mode(0o700).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(LearnError::Write { file: folder, error }.into())
        }
        _ => Ok(folder.join(format!("{name}.toml"))),
    }
}

/// Writes a profile's file, readable for its owner alone: whole, or not at all.
///
/// # Errors
/// [`LearnError::Exists`] where a file is and `replace` doesn't say that it may go; [`LearnError::Write`].
pub fn save_profile(file: &Path, text: &str, replace: bool) -> Result<(), OfficeError> {
    let failed = |error: io::Error| LearnError::Write { file: file.to_owned(), error };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Another ending than a profile's: what a crash leaves is read by nobody.
    let mut part = tempfile::Builder::new().prefix(".profile-").suffix(".part").tempfile_in(folder).map_err(failed)?;
    part.write_all(text.as_bytes()).and_then(|()| part.as_file().sync_all()).map_err(failed)?;
    let kept = if replace { part.persist(file) } else { part.persist_noclobber(file) };
    kept.map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => LearnError::Exists(file.to_owned()),
        _ => failed(error.error),
    })?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(())
}

fn open(file: &Path) -> Result<File, OfficeError> {
    let unreadable = |error| OfficeError::Unreadable { file: file.to_owned(), error };
    if std::fs::metadata(file).map_err(unreadable)?.is_dir() {
        return Err(OfficeError::Folder(file.to_owned()));
    }
    File::open(file).map_err(unreadable)
}

fn named(error: ImportError, file: &Path) -> OfficeError {
    use crate::exchange::csv_source::Stop;
    match error {
        ImportError::Stopped(Stop::Unreadable { error, .. }) => {
            OfficeError::Unreadable { file: file.to_owned(), error }
        }
        error => OfficeError::Import { file: file.to_owned(), error },
    }
}
