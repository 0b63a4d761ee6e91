//! The session's file: `session/OPERATOR.json` in the store's folder, for its owner only. It is replaced whole by a
//! rename, so nobody ever finds half of one; screens of the same person take turns by a lock on the folder.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::desk::Desk;
use super::fault::OfficeError;
use super::views::ViewError;
use crate::domain::session::{BadSession, Layout, Session};

/// The largest file that is read: what is longer is none of ours.
const LARGEST: u64 = 4 << 20;

/// The layout that this person's last sitting left.
///
/// # Errors
/// The file can't be read, or is no session.
pub fn layout(desk: &Desk) -> Result<Layout, OfficeError> {
    Ok(read(desk)?.layout())
}

/// Keeps a layout for the next sitting. Not forced to the disk: the newest layout may be lost with the power.
///
/// # Errors
/// The file can't be read or written; it is as it was then.
pub fn keep_layout(desk: &Desk, layout: &Layout) -> Result<(), OfficeError> {
    change(desk, false, |session| {
        let changed = session.layout() != *layout;
        session.set_layout(layout);
        changed
    })?;
    Ok(())
}

/// How a sitting begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    /// Whether it is this person's first one of the day.
    pub first_of_day: bool,
    /// Whether they took or declined the tour.
    pub toured: bool,
}

/// Notes that a sitting begins on this day (`2026-11-20`), and tells what the earlier ones left.
///
/// # Errors
/// The file can't be read or written.
pub fn begin_sitting(desk: &Desk, day: &str) -> Result<Beginning, OfficeError> {
    let mut beginning = Beginning { first_of_day: false, toured: false };
    change(desk, false, |session| {
        beginning.first_of_day = session.last_day() != Some(day);
        beginning.toured = session.toured();
        session.set_last_day(day);
        beginning.first_of_day
    })?;
    Ok(beginning)
}

/// Keeps that this person took or declined the tour.
///
/// # Errors
/// The file can't be read or written.
pub fn keep_toured(desk: &Desk) -> Result<(), OfficeError> {
    change(desk, false, |session| {
        let changed = !session.toured();
        session.set_toured();
        changed
    })?;
    Ok(())
}

/// Reads this person's session; an empty one where there is none yet.
pub(super) fn read(desk: &Desk) -> Result<Session, OfficeError> {
    read_file(&place(desk))
}

/// Changes this person's session. `change` tells whether it did; nothing is written otherwise. Nobody ever finds less than
/// the old file or the new one whole; with `durable` the disk has the new one before this returns.
pub(super) fn change(
    desk: &Desk,
    durable: bool,
    change: impl FnOnce(&mut Session) -> bool,
) -> Result<bool, OfficeError> {
    let path = place(desk);
    let unreadable = |error| OfficeError::Unreadable { file: path.clone(), error };
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unreadable)?;
    let turn = File::open(folder).map_err(unreadable)?;
    turn.lock().map_err(unreadable)?;
    let mut session = read_file(&path)?;
    if !change(&mut session) {
        return Ok(false);
    }
    let bytes = session.bytes();
    if bytes.len() as u64 > LARGEST {
        return Err(ViewError::Session(path, BadSession::TooLarge).into());
    }
    replace(&path, &bytes, durable.then_some(&turn)).map_err(unreadable)?;
    Ok(true)
}

/// Where this person's session lies. A store without sign-in has one session for all.
fn place(desk: &Desk) -> PathBuf {
    let name = desk.operator().map_or_else(|| "~unsigned".to_owned(), file_name);
    desk.store.dir().join("session").join(format!("{name}.json"))
}

/// An operator's name as the name of a file: letters, digits, `-` and `_` as they are, every other byte as `%XX`.
fn file_name(operator: &str) -> String {
    let mut name = String::new();
    for byte in operator.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    name
}

fn read_file(path: &Path) -> Result<Session, OfficeError> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)) {
        Ok(_) => Session::read(&bytes).map_err(|why| ViewError::Session(path.to_owned(), why).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Session::default()),
        Err(error) => Err(OfficeError::Unreadable { file: path.to_owned(), error }),
    }
}

/// Writes a file beside its place (who calls holds the lock) and gives it its name; with a folder, forces that to the disk too.
fn replace(path: &Path, bytes: &[u8], durable: Option<&File>) -> io::Result<()> {
    let part = path.with_extension("part");
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
    let named = written.and_then(|mut file| {
        file.write_all(bytes)?;
        // Some file systems write the new name down before the bytes: a power cut would leave an empty file.
        file.sync_all()?;
        std::fs::rename(&part, path)
    });
    if named.is_err() {
        // The error that brought us here is the one to tell.
        std::fs::remove_file(&part).unwrap_or_default();
    }
    named.and_then(|()| durable.map_or(Ok(()), File::sync_all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_operator_names_a_path() {
        assert_eq!(file_name("yamagata-01"), "yamagata-01");
        assert_eq!(file_name("CITY\\山"), "CITY%5C%E5%B1%B1");
        assert_eq!(file_name("../~a"), "%2E%2E%2F%7Ea");
    }
}
