//! The demo: a store of made-up people, filled through the real import from generated downloads, with our staff's work
//! between the first and the second one.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::demo::{BAD_ROWS, Demo, Download};
use super::desk::{Desk, Founder, Opening, Surroundings};
use super::fault::OfficeError;
use super::intake::{ImportRequest, import_file};
use super::status::{Target, set_status};
use super::work::Work;
use crate::domain::application::Instant;
use crate::domain::calendar::JAPAN;
use crate::domain::operation::ImportCounts;
use crate::exchange::encoding::Choice;
use crate::exchange::profile::Profile;
use crate::store::{Segment, SignIn, StoreError};

/// What the demo is to be.
#[derive(Debug, Clone)]
pub struct DemoRequest {
    /// `--dir`; else a fresh folder.
    pub dir: PathBuf,
    /// How many good applications.
    pub rows: u64,
    /// What the made-up people grow from.
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone, Default)]
pub struct DemoReport {
    /// Where the store is.
    pub dir: PathBuf,
    /// The counts of both downloads together.
    pub counts: ImportCounts,
    /// Applications in the store.
    pub applications: u64,
    /// Rows set aside.
    pub rejected: u64,
}

/// Makes the demo store. The downloads are kept beside it in `downloads/`, for trying the import.
///
/// # Errors
/// [`OfficeError::NotADemo`] if the folder holds anything but a demo store; [`OfficeError::Stopped`]; what the disk says.
pub fn make_demo(
    request: &DemoRequest,
    profiles: &[Profile],
    surroundings: &Surroundings,
    opening: &Opening,
    work: &mut Work<'_>,
) -> Result<DemoReport, OfficeError> {
    clear_old(&request.dir, surroundings, opening)?;
    let founder = Founder { segment: Segment::Lgwan, sign_in: SignIn::None, terminal: "lgwan-01".to_owned() };
    let mut desk = Desk::found(&request.dir, &founder, true, surroundings.clone(), opening)?;
    let seconds = desk.now_ms().div_euclid(1000);
    let demo = Demo::new(request.seed, request.rows, Instant { seconds, offset_minutes: JAPAN });
    let folder = request.dir.join("downloads");
    std::fs::create_dir_all(&folder).map_err(|error| OfficeError::Unreadable { file: folder.clone(), error })?;
    let mut report = DemoReport { dir: request.dir.clone(), ..DemoReport::default() };
    fill(&mut desk, demo, profiles, &mut report, request.rows, work)?;
    report.applications = desk.store().size()?;
    Ok(report)
}

/// Fills a store from the downloads of a demo, with our staff's work between them.
pub(super) fn fill(
    desk: &mut Desk,
    demo: Demo<'_>,
    profiles: &[Profile],
    report: &mut DemoReport,
    rows: u64,
    work: &mut Work<'_>,
) -> Result<(), OfficeError> {
    let folder = report.dir.join("downloads");
    for download in demo.first_download() {
        take(desk, &download, &folder, profiles, report, rows, work)?;
    }
    for change in demo.our_changes() {
        set_status(desk, change.request, &Target::Numbers(change.numbers), change.reason, false)?;
    }
    for download in demo.second_download() {
        take(desk, &download, &folder, profiles, report, rows, work)?;
    }
    Ok(())
}

fn take(
    desk: &mut Desk,
    download: &Download<'_>,
    folder: &Path,
    profiles: &[Profile],
    report: &mut DemoReport,
    rows: u64,
    work: &mut Work<'_>,
) -> Result<(), OfficeError> {
    let path = write_down(download, folder)?;
    let request = ImportRequest { profile: None, encoding: Choice::Auto, dry_run: false };
    let file = import_file(desk, &path, profiles, &request, work)?;
    let counts = &mut report.counts;
    counts.read += file.counts.read;
    counts.added += file.counts.added;
    counts.updated += file.counts.updated;
    counts.unchanged += file.counts.unchanged;
    counts.rejected += file.counts.rejected;
    report.rejected = counts.rejected;
    work.tell(counts.added, Some(rows + BAD_ROWS), counts.read);
    Ok(())
}

/// Writes a download into a folder, and answers where it is.
pub(super) fn write_down(download: &Download<'_>, folder: &Path) -> Result<PathBuf, OfficeError> {
    let path = folder.join(download.file_name());
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(std::fs::File::create(&path)?);
        download.write_to(&mut file)?;
        file.flush()
    };
    write().map_err(|error| OfficeError::Unreadable { file: path.clone(), error })?;
    Ok(path)
}

/// Makes room: an earlier demo store is removed, anything else is refused.
pub(super) fn clear_old(dir: &Path, surroundings: &Surroundings, opening: &Opening) -> Result<(), OfficeError> {
    let not_a_demo = || OfficeError::NotADemo(dir.to_owned());
    let mut entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(_) => return Err(not_a_demo()),
    };
    if entries.next().is_none() {
        return Ok(());
    }
    match Desk::open(dir, surroundings.clone(), opening) {
        Ok(desk) if desk.store().meta().demo => {}
        Ok(_) | Err(OfficeError::Store(StoreError::Absent(_))) => return Err(not_a_demo()),
        Err(other) => return Err(other),
    }
    let remove = || -> std::io::Result<()> {
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                std::fs::remove_dir_all(entry.path())?;
            } else {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    };
    remove().map_err(|error| OfficeError::Unreadable { file: dir.to_owned(), error })
}
