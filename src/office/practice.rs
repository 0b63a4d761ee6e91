//! 練習モード: a store of made-up people at a place of its own, with the forms of the office. Nothing leaves it, and no
//! file but its own made-up ones comes in, so that nobody can take it for the real one, nor put a real person into it.

use std::path::{Path, PathBuf};

use super::demo::{Demo, with_demo_of};
use super::demo_store::{DemoReport, clear_old, fill, write_down};
use super::desk::{Desk, Founder, Opening, Surroundings};
use super::fault::OfficeError;
use super::form_definitions::{self, FORM_FOLDER};
use super::work::Work;
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::exchange::profile::Profile;
use crate::store::{Segment, SignIn, Store, StoreError};

/// The folder of a practice store in which its new arrivals lie, to be taken in by whoever practises.
pub const PRACTICE_INBOX: &str = "inbox";

/// How many new arrivals wait there.
const ARRIVALS: u64 = 20;

/// What a practice store is to be.
#[derive(Debug, Clone)]
pub struct PracticeRequest {
    /// Where it lies.
    pub dir: PathBuf,
    /// The store whose definitions of forms are practised.
    pub real: Option<PathBuf>,
    /// How many applications, about.
    pub rows: u64,
    /// What the made-up people grow from.
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone, Default)]
pub struct PracticeReport {
    /// As of a demo store.
    pub made: DemoReport,
    /// How many of the forms are the office's own; 0 = the shipped ones are practised.
    pub office_forms: u64,
    /// New arrivals that wait in its inbox.
    pub arrivals: u64,
}

/// What a practice store refuses.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// A file would leave it.
    #[error("nothing leaves a practice store")]
    NothingLeaves,
    /// A file that isn't one of its own.
    #[error("{} is no file of the practice store", .0.display())]
    ForeignFile(PathBuf),
}

impl Fault for PracticeError {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingLeaves => "practice.nothing_leaves",
            Self::ForeignFile(_) => "practice.foreign_file",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::NothingLeaves => Vec::new(),
            Self::ForeignFile(file) => vec![("file", file.display().to_string())],
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome::Refused
    }
}

impl Desk {
    /// Whether this is somebody's practice: a store of made-up people that nothing leaves.
    #[must_use]
    pub const fn is_practice(&self) -> bool {
        self.store.meta().practice
    }

    /// Refuses a file that would leave a practice store.
    pub(super) fn refuse_leaving(&self) -> Result<(), PracticeError> {
        if self.is_practice() { Err(PracticeError::NothingLeaves) } else { Ok(()) }
    }

    /// Refuses a file that would bring people into a practice store who aren't made up.
    pub(super) fn refuse_foreign(&self, file: &Path) -> Result<(), PracticeError> {
        let own = || {
            let (file, dir) = (file.canonicalize().ok()?, self.store.dir().canonicalize().ok()?);
            let made = ["downloads", PRACTICE_INBOX].map(|folder| dir.join(folder));
            Some(made.iter().any(|folder| file.starts_with(folder)))
        };
        // What isn't there is told by whoever opens it.
        if !self.is_practice() || !file.exists() || own().unwrap_or(false) {
            return Ok(());
        }
        Err(PracticeError::ForeignFile(file.to_owned()))
    }
}

/// Whether a practice store lies there, whole.
///
/// # Errors
/// [`OfficeError::NotADemo`] if it is another store; what the store says.
pub fn has_practice(dir: &Path, surroundings: &Surroundings, opening: &Opening) -> Result<bool, OfficeError> {
    match Desk::open(dir, surroundings.clone(), opening) {
        Ok(desk) if desk.is_demo() => Ok(desk.is_practice()),
        Ok(_) => Err(OfficeError::NotADemo(dir.to_owned())),
        Err(OfficeError::Store(StoreError::Absent(_))) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Makes the practice store, in place of an earlier one.
///
/// # Errors
/// [`OfficeError::NotADemo`] if anything else lies there; [`StoreError::Busy`] while somebody practises in it;
/// [`OfficeError::Stopped`]; what the disk says.
pub fn make_practice(
    request: &PracticeRequest,
    profile: &Profile,
    surroundings: &Surroundings,
    opening: &Opening,
    work: &mut Work<'_>,
) -> Result<PracticeReport, OfficeError> {
    let dir = &request.dir;
    if crate::store::database(dir).exists() {
        Store::refuse_in_use(dir)?;
    }
    clear_old(dir, surroundings, opening)?;
    let founder = Founder { segment: Segment::Lgwan, sign_in: SignIn::None, terminal: "renshu".to_owned() };
    let mut desk = Desk::found(dir, &founder, true, surroundings.clone(), opening)?;
    let real = request.real.as_deref().filter(|real| *real != dir.as_path());
    let definitions = real.map(|real| form_definitions::load(real, false)).unwrap_or_default();
    let own = definitions.definitions.all();
    let made = DemoReport { dir: dir.clone(), ..DemoReport::default() };
    let mut report = PracticeReport { made, office_forms: own.len() as u64, arrivals: 0 };
    for folder in ["downloads", PRACTICE_INBOX, FORM_FOLDER].map(|folder| dir.join(folder)) {
        std::fs::create_dir_all(&folder).map_err(|error| OfficeError::Unreadable { file: folder.clone(), error })?;
    }
    for file in own.iter().filter_map(|form| definitions.file(form)) {
        let copy = dir.join(FORM_FOLDER).join(file.file_name().unwrap_or_default());
        std::fs::copy(file, copy).map_err(|error| OfficeError::Unreadable { file: file.to_owned(), error })?;
    }
    let now = Instant { seconds: desk.now_ms().div_euclid(1000), offset_minutes: JAPAN };
    let (seed, rows) = (request.seed, request.rows);
    if own.is_empty() {
        fill(&mut desk, Demo::new(seed, rows, now), std::slice::from_ref(profile), &mut report.made, rows, work)?;
        report.arrivals = arrive(Demo::new(seed + 1, ARRIVALS, now), dir)?;
    }
    // Each source has numbers of its own.
    let mut sources: Vec<&str> = own.iter().map(|form| form.source.as_str()).collect();
    sources.dedup();
    for (source, other) in sources.iter().zip(0..) {
        let forms: Vec<_> = own.iter().filter(|form| form.source == *source).cloned().collect();
        let share = (rows * forms.len() as u64).div_ceil(own.len() as u64);
        let profiles = [profile.clone().of_source(source)];
        // Other people, in steps that leave room for the arrivals.
        let seed = seed + other * 2;
        with_demo_of(&forms, (seed, share, now), |demo| {
            fill(&mut desk, demo, &profiles, &mut report.made, share, work)
        })?;
        if *source == profile.source() {
            report.arrivals = with_demo_of(&forms, (seed + 1, ARRIVALS, now), |demo| arrive(demo, dir))?;
        }
    }
    report.made.applications = desk.store().size()?;
    desk.store.mark_practice()?;
    Ok(report)
}

/// Lays new arrivals into the inbox; answers how many files.
fn arrive(demo: Demo<'_>, dir: &Path) -> Result<u64, OfficeError> {
    let folder = dir.join(PRACTICE_INBOX);
    let mut written = 0;
    for download in demo.first_download() {
        write_down(&download, &folder)?;
        written += 1;
    }
    Ok(written)
}
