//! What the facts mean. Pure: the same facts give the same page.

use std::path::PathBuf;

use super::State::{Error, Ok as Good, Warning};
use super::drill::Drilled;
use super::{Finding, State};
use super::{erasures, keys};
use crate::config::ConfigError;
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, iso};
use crate::exchange::profile::ProfileError;
use crate::office::desk::CLOCK_TOLERANCE;
use crate::office::fault::OfficeError;
use crate::store::{CheckReport, NoteState, SearchState, SignIn, Store, Survey};

const MIB: u64 = 1 << 20;
/// A WAL of this size isn't taken back: somebody reads for too long, or died while reading.
const BIG_WAL: u64 = 256 * MIB;
/// Below this nothing works for long.
const NO_SPACE: u64 = 64 * MIB;
/// A backup is old after so many days.
const OLD_BACKUP: i64 = 7;
const DAY_MS: i64 = 86_400_000;
/// What a screen needs.
const SMALLEST: (u16, u16) = (80, 24);

/// What the caller knows of its own surroundings.
#[derive(Debug, Default)]
pub struct Here {
    /// The version of the program.
    pub version: String,
    /// The locale, as the environment names it.
    pub locale: String,
    /// The terminal; `None` = there is none.
    pub terminal: Option<Terminal>,
    /// `config.toml`, where there is one.
    pub config: Option<PathBuf>,
    /// What is wrong in it.
    pub config_errors: Vec<ConfigError>,
    /// What is wrong in profiles.
    pub profile_errors: Vec<ProfileError>,
    /// `[inbox].folders`.
    pub inbox_folders: Vec<PathBuf>,
    /// Reports of panics, oldest first.
    pub panics: Vec<PathBuf>,
}

/// The terminal that the doctor was called in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// `$TERM`.
    pub kind: String,
    /// Columns and lines.
    pub size: (u16, u16),
    /// `$COLORTERM`, or how many colours the kind has.
    pub colours: String,
}

/// A folder of downloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inbox {
    /// It can be read, and files in it can be deleted.
    Good,
    /// It isn't there.
    Absent,
    /// It can't be read.
    Unreadable,
    /// Files in it can't be deleted.
    Undeletable,
    /// It doesn't answer.
    Unreachable,
}

/// What was found in a store that could be opened.
#[derive(Debug)]
pub struct StoreFacts {
    pub(super) dir: PathBuf,
    pub(super) survey: Survey,
    pub(super) search: SearchState,
    pub(super) checked: Result<Option<CheckReport>, OfficeError>,
    pub(super) copied: bool,
    pub(super) clock_behind: Option<i64>,
    pub(super) note: NoteState,
    pub(super) sign_in: SignIn,
    pub(super) demo: bool,
    pub(super) keys: Vec<keys::Held>,
    pub(super) erasures: erasures::Erasures,
}

/// Everything that was looked at.
#[derive(Debug)]
pub struct Facts {
    pub(super) now_ms: i64,
    /// The store; `None` = no folder is known for one.
    pub store: Option<Result<StoreFacts, OfficeError>>,
    pub(super) drill_asked: bool,
    pub(super) drilled: Option<Result<Drilled, OfficeError>>,
    pub(super) backup_there: bool,
    pub(super) backup_free: Option<u64>,
    pub(super) free: Option<u64>,
    pub(super) file_system: Option<(String, bool)>,
    pub(super) open_to_others: Vec<PathBuf>,
    pub(super) kept: Vec<PathBuf>,
    pub(super) file_clock_ms: Option<i64>,
    pub(super) inbox: Vec<(PathBuf, Inbox)>,
    pub(super) here: Here,
}

fn mib(bytes: u64) -> String {
    bytes.div_ceil(MIB).to_string()
}

fn time(at_ms: i64) -> String {
    iso(&Instant { seconds: at_ms.div_euclid(1000), offset_minutes: JAPAN })
}

/// The page: every finding, in the order in which they are read.
#[must_use]
pub fn judge(facts: Facts) -> Vec<Finding> {
    let mut page = Vec::new();
    let mut size = 0;
    let Facts { store, here, .. } = facts;
    let mut clock_behind = None;
    match store {
        None => page.push(Finding::new("store", Error, "no_folder", Vec::new())),
        Some(Err(error)) => page.push(Finding::caused("store", "failed", error)),
        Some(Ok(store)) => {
            size = store.survey.bytes;
            clock_behind = store.clock_behind;
            keys::judge(&mut page, &store.keys);
            erasures::judge(&mut page, &store.erasures);
            of_store(&mut page, store, facts.now_ms, facts.backup_there);
        }
    }
    of_drill(&mut page, facts.drill_asked, facts.drilled, facts.now_ms);
    of_disk(&mut page, "space", facts.free, 2 * size);
    of_disk(&mut page, "backup_space", facts.backup_free, size);
    if let Some((kind, network)) = facts.file_system {
        let (state, found) = if network { (Error, "network") } else { (Good, "ok") };
        page.push(Finding::new("file_system", state, found, vec![("kind", kind)]));
    }
    for path in &facts.open_to_others {
        page.push(Finding::new("permissions", Warning, "open", vec![("path", path.display().to_string())]));
    }
    if facts.free.is_some() && facts.open_to_others.is_empty() {
        page.push(Finding::new("permissions", Good, "ok", Vec::new()));
    }
    for path in &facts.kept {
        page.push(Finding::new("kept", Warning, "there", vec![("path", path.display().to_string())]));
    }
    page.push(clock(facts.now_ms, clock_behind, facts.file_clock_ms));
    of_files(&mut page, &here.config, here.config_errors, here.profile_errors);
    of_inbox(&mut page, &facts.inbox);
    page.push(locale(here.locale));
    page.push(terminal(here.terminal));
    if let Some(newest) = here.panics.last() {
        let arguments = vec![("count", here.panics.len().to_string()), ("path", newest.display().to_string())];
        page.push(Finding::new("panics", Warning, "there", arguments));
    }
    let versions = vec![("version", here.version), ("sqlite", Store::sqlite_version().to_owned())];
    page.push(Finding::new("version", Good, "ok", versions));
    page
}

fn of_store(page: &mut Vec<Finding>, store: StoreFacts, now_ms: i64, backup_there: bool) {
    let dir = store.dir.display().to_string();
    let survey = store.survey;
    let arguments = vec![("path", dir), ("size", mib(survey.bytes)), ("schema", survey.schema.to_string())];
    page.push(Finding::new("store", Good, "ok", arguments));
    page.push(match store.checked {
        Ok(None) => Finding::new("integrity", Good, "quick", Vec::new()),
        Ok(Some(report)) => {
            let counts = [("operations", report.operations), ("applications", report.applications)];
            Finding::new("integrity", Good, "full", counts.map(|(name, count)| (name, count.to_string())).to_vec())
        }
        Err(error) => Finding::caused("integrity", "bad", error),
    });
    let wal = vec![("size", mib(survey.wal_bytes))];
    let (state, found) = if survey.wal_bytes > BIG_WAL { (Warning, "big") } else { (Good, "ok") };
    page.push(Finding::new("wal", state, found, wal));
    let (state, found) = if survey.unfinished_import { (Warning, "unfinished") } else { (Good, "ok") };
    page.push(Finding::new("import", state, found, Vec::new()));
    // A cache: what it lacks is read from the database, slower, until the next screen has brought it up.
    let (state, found, rows) = match store.search {
        SearchState::Covered => (Good, "ok", 0),
        SearchState::Behind(rows) => (Good, "behind", rows),
        SearchState::Missing(rows) => (Good, "missing", rows),
        SearchState::Damaged(rows) => (Warning, "damaged", rows),
    };
    page.push(Finding::new("search", state, found, vec![("count", rows.to_string())]));
    let (state, found) = match (store.note, store.copied) {
        (NoteState::Copy, _) => (Warning, "waiting"),
        (_, true) => (Warning, "copied"),
        (NoteState::Unkept, _) => (Warning, "unkept"),
        (NoteState::Kept, _) => (Good, "ok"),
    };
    page.push(Finding::new("note", state, found, Vec::new()));
    let (state, found) = match (store.demo, store.sign_in) {
        (true, _) => (Good, "demo"),
        (_, SignIn::None) => (Warning, "none"),
        _ => (Good, "ok"),
    };
    page.push(Finding::new("sign_in", state, found, vec![("kind", store.sign_in.id().to_owned())]));
    page.push(match survey.last_backup {
        None if store.demo => Finding::new("backup", Good, "demo", Vec::new()),
        None => Finding::new("backup", Warning, "none", Vec::new()),
        Some(last) => {
            let days = (now_ms - last.at_ms).max(0) / DAY_MS;
            let (state, found) = match last.path {
                _ if days > OLD_BACKUP => (Warning, "old"),
                Some(_) if !backup_there => (Warning, "missing"),
                _ => (Good, "ok"),
            };
            let path = last.path.unwrap_or_else(|| "?".to_owned());
            let arguments = vec![("path", path), ("at", time(last.at_ms)), ("days", days.to_string())];
            Finding::new("backup", state, found, arguments)
        }
    });
}

fn of_drill(page: &mut Vec<Finding>, asked: bool, drilled: Option<Result<Drilled, OfficeError>>, now_ms: i64) {
    match drilled {
        None if asked => page.push(Finding::new("drill", Error, "no_backup", Vec::new())),
        None => {}
        Some(Err(error)) => page.push(Finding::caused("drill", "failed", error)),
        Some(Ok(drilled)) => {
            let days = drilled.newest_ms.map_or(0, |newest| (now_ms - newest).max(0) / DAY_MS);
            let (state, found) = if days > OLD_BACKUP { (Warning, "old") } else { (Good, "ok") };
            let counts = [("operations", drilled.report.operations), ("applications", drilled.report.applications)];
            let mut arguments = counts.map(|(name, count)| (name, count.to_string())).to_vec();
            arguments.extend([("file", drilled.file.display().to_string()), ("days", days.to_string())]);
            page.push(Finding::new("drill", state, found, arguments));
        }
    }
}

/// A disk on which so many bytes should be free, and a little more.
fn of_disk(page: &mut Vec<Finding>, id: &'static str, free: Option<u64>, needed: u64) {
    let Some(free) = free else { return };
    let needed = needed + NO_SPACE;
    let (state, found) = match free {
        free if free < NO_SPACE => (Error, "none"),
        free if free < needed => (Warning, "low"),
        _ => (Good, "ok"),
    };
    page.push(Finding::new(id, state, found, vec![("free", mib(free)), ("needed", mib(needed))]));
}

fn clock(now_ms: i64, behind: Option<i64>, file_clock_ms: Option<i64>) -> Finding {
    let now = ("now", time(now_ms));
    if let Some(newest) = behind {
        return Finding::new("clock", Warning, "behind", vec![now, ("newest", time(newest))]);
    }
    match file_clock_ms.map(|file| (file - now_ms) / 1000) {
        Some(seconds) if seconds.abs() * 1000 > CLOCK_TOLERANCE => {
            Finding::new("clock", Warning, "skewed", vec![now, ("seconds", seconds.to_string())])
        }
        _ => Finding::new("clock", Good, "ok", vec![now]),
    }
}

fn of_files(
    page: &mut Vec<Finding>,
    config: &Option<PathBuf>,
    config_errors: Vec<ConfigError>,
    profile_errors: Vec<ProfileError>,
) {
    if config_errors.is_empty() {
        page.push(match config {
            Some(file) => Finding::new("configuration", Good, "ok", vec![("path", file.display().to_string())]),
            None => Finding::new("configuration", Good, "none", Vec::new()),
        });
    }
    page.extend(config_errors.into_iter().map(|error| Finding::caused("configuration", "bad", error)));
    if profile_errors.is_empty() {
        page.push(Finding::new("profiles", Good, "ok", Vec::new()));
    }
    page.extend(profile_errors.into_iter().map(|error| Finding::caused("profiles", "bad", error)));
}

fn of_inbox(page: &mut Vec<Finding>, folders: &[(PathBuf, Inbox)]) {
    if folders.is_empty() {
        page.push(Finding::new("inbox", Good, "none", Vec::new()));
    }
    for (folder, how) in folders {
        let (state, found) = match how {
            Inbox::Good => (Good, "ok"),
            Inbox::Absent => (Error, "absent"),
            Inbox::Unreadable => (Error, "unreadable"),
            Inbox::Undeletable => (Warning, "undeletable"),
            Inbox::Unreachable => (Error, "unreachable"),
        };
        page.push(Finding::new("inbox", state, found, vec![("path", folder.display().to_string())]));
    }
}

fn locale(locale: String) -> Finding {
    let name = locale.to_ascii_lowercase();
    let utf8 = name.contains("utf-8") || name.contains("utf8");
    let (state, found): (State, _) = if utf8 { (Good, "ok") } else { (Warning, "not_utf8") };
    Finding::new("locale", state, found, vec![("locale", if locale.is_empty() { "-".into() } else { locale })])
}

fn terminal(terminal: Option<Terminal>) -> Finding {
    let Some(terminal) = terminal else { return Finding::new("terminal", Good, "none", Vec::new()) };
    let (width, height) = terminal.size;
    let (state, found) = match terminal.kind.as_str() {
        "" | "dumb" => (Error, "dumb"),
        _ if width < SMALLEST.0 || height < SMALLEST.1 => (Warning, "small"),
        _ => (Good, "ok"),
    };
    let arguments = vec![
        ("kind", terminal.kind),
        ("width", width.to_string()),
        ("height", height.to_string()),
        ("colours", terminal.colours),
    ];
    Finding::new("terminal", state, found, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::messages::{Language, Messages};
    use crate::store::{LastBackup, StoreError};

    const NOW: i64 = 1_790_000_000_000;

    fn damaged() -> OfficeError {
        StoreError::Damaged("op 3".into()).into()
    }

    fn store(bad: bool) -> StoreFacts {
        let backup = LastBackup { at_ms: NOW - 9 * DAY_MS, path: Some("/b".into()), hash: [0; 32] };
        StoreFacts {
            dir: "/s".into(),
            survey: Survey {
                schema: 1,
                bytes: 5 * MIB,
                wal_bytes: if bad { BIG_WAL + 1 } else { 0 },
                unfinished_import: bad,
                last_backup: bad.then_some(backup),
            },
            search: if bad { SearchState::Damaged(3) } else { SearchState::Covered },
            checked: if bad { Err(damaged()) } else { Ok(None) },
            copied: bad,
            clock_behind: bad.then_some(NOW + DAY_MS),
            note: NoteState::Kept,
            sign_in: if bad { SignIn::None } else { SignIn::Os },
            demo: false,
            keys: Vec::new(),
            erasures: erasures::Erasures::default(),
        }
    }

    fn facts(bad: bool) -> Facts {
        let terminal =
            Terminal { kind: "xterm".into(), size: if bad { (79, 24) } else { (80, 24) }, colours: "16".into() };
        Facts {
            now_ms: NOW,
            store: Some(Ok(store(bad))),
            drill_asked: bad,
            drilled: bad.then(|| Err(damaged())),
            backup_there: false,
            backup_free: Some(if bad { 0 } else { 1 << 40 }),
            free: Some(if bad { NO_SPACE + MIB } else { 1 << 40 }),
            file_system: Some(("cifs".into(), bad)),
            open_to_others: if bad { vec!["/s".into()] } else { Vec::new() },
            kept: if bad { vec!["/k".into()] } else { Vec::new() },
            file_clock_ms: Some(NOW),
            inbox: [Inbox::Absent, Inbox::Unreadable, Inbox::Undeletable, Inbox::Unreachable]
                .into_iter()
                .filter(|_| bad)
                .map(|how| ("/i".into(), how))
                .collect(),
            here: Here {
                locale: if bad { "C" } else { "C.UTF-8" }.into(),
                terminal: Some(terminal),
                ..Here::default()
            },
        }
    }

    /// The page as `id found state`; every sentence of it is there in both languages.
    fn page(facts: Facts) -> Vec<String> {
        let findings = judge(facts);
        for language in [Language::Japanese, Language::English] {
            let messages = Messages::load(language, &Assets::built_in());
            for finding in &findings {
                let title = format!("doctor.title.{}", finding.id);
                for key in [Some(finding.found_key()), finding.advice_key(), Some(title)].into_iter().flatten() {
                    assert!(messages.has(&key), "{key}");
                }
            }
        }
        findings.iter().map(|one| format!("{} {} {}", one.id, one.found, one.state.id())).collect()
    }

    #[test]
    fn a_good_machine_gives_a_good_page() {
        let page = page(facts(false));
        let not_good: Vec<_> = page.iter().filter(|line| !line.ends_with(" ok")).collect();
        assert_eq!(not_good, ["backup none warning"]);
    }

    #[test]
    fn everything_that_is_bad_is_told() {
        let page = page(facts(true));
        for line in [
            "integrity bad error",
            "wal big warning",
            "import unfinished warning",
            "search damaged warning",
            "note copied warning",
            "sign_in none warning",
            "backup old warning",
            "drill failed error",
            "space low warning",
            "backup_space none error",
            "file_system network error",
            "permissions open warning",
            "kept there warning",
            "clock behind warning",
            "inbox absent error",
            "inbox unreadable error",
            "inbox undeletable warning",
            "inbox unreachable error",
            "locale not_utf8 warning",
            "terminal small warning",
        ] {
            assert!(page.iter().any(|found| found == line), "{line}: {page:?}");
        }
    }

    #[test]
    fn a_clock_is_held_against_the_disk_and_a_backup_against_its_place() {
        let mut skewed = facts(false);
        skewed.file_clock_ms = Some(NOW - DAY_MS);
        skewed.drill_asked = true;
        skewed.here.terminal = None;
        let mut of_store = store(false);
        of_store.survey.last_backup = Some(LastBackup { at_ms: NOW, path: Some("/gone".into()), hash: [0; 32] });
        of_store.note = NoteState::Copy;
        of_store.search = SearchState::Missing(3);
        skewed.store = Some(Ok(of_store));
        let page = page(skewed);
        for line in [
            "clock skewed warning",
            "drill no_backup error",
            "terminal none ok",
            "backup missing warning",
            "note waiting warning",
            "search missing ok",
        ] {
            assert!(page.iter().any(|found| found == line), "{line}: {page:?}");
        }
        let mut behind = store(false);
        behind.search = SearchState::Behind(3);
        let behind = Facts { store: Some(Ok(behind)), ..facts(false) };
        assert!(self::page(behind).contains(&"search behind ok".to_owned()));
        let mut nowhere = facts(false);
        nowhere.store = Some(Err(damaged()));
        assert!(self::page(nowhere).contains(&"store failed error".to_owned()));
    }
}
