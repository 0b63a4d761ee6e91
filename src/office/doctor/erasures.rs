//! 廃棄: what is left to do of erasures, and which backups and replaced stores are older than one, so that they still hold
//! what was erased.

use super::Finding;
use super::State::{Ok as Good, Warning};
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, iso};
use crate::office::backup::FORMAT;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;

/// What there is of erasures.
#[derive(Debug, Clone, Default)]
pub(super) struct Erasures {
    /// How many there were.
    count: usize,
    /// Of how many steps are left.
    left: usize,
    /// When the newest was, milliseconds since the Unix epoch.
    newest_ms: i64,
    /// Backups that the log knows from before: place and time.
    backups: Vec<(String, i64)>,
}

/// Looks at the log.
pub(super) fn look(desk: &Desk) -> Result<Erasures, OfficeError> {
    let erasures = desk.store.erasures()?;
    let newest_ms = erasures.iter().map(|one| one.at_ms).max().unwrap_or_default();
    let backups = if erasures.is_empty() { Vec::new() } else { desk.store.backups_before(FORMAT, newest_ms)? };
    let left = erasures.iter().filter(|one| one.done.is_none()).count();
    let backups = backups.into_iter().map(|backup| (backup.path.unwrap_or_default(), backup.at_ms)).collect();
    Ok(Erasures { count: erasures.len(), left, newest_ms, backups })
}

/// How many backups are named.
const NAMED: usize = 5;

/// Findings, where anything was erased.
pub(super) fn judge(page: &mut Vec<Finding>, found: &Erasures) {
    if found.count == 0 {
        return;
    }
    if found.left > 0 {
        page.push(Finding::new("erasure", Warning, "left", vec![("count", found.left.to_string())]));
    }
    let at = |ms: i64| iso(&Instant { seconds: ms.div_euclid(1000), offset_minutes: JAPAN });
    let named = found.backups.iter().take(NAMED).map(|(path, ms)| format!("{path} ({})", at(*ms)));
    let arguments = vec![
        ("erasures", found.count.to_string()),
        ("newest", at(found.newest_ms)),
        ("count", found.backups.len().to_string()),
        ("named", named.collect::<Vec<_>>().join(", ")),
    ];
    let (state, word) = if found.backups.is_empty() { (Good, "ok") } else { (Warning, "backups") };
    page.push(Finding::new("erasure", state, word, arguments));
}
