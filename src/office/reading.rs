//! Reading a file on a thread of its own while the store takes its rows in: parcels of rows that are ready to go in, through
//! a short queue.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::Duration;

use super::intake::Rows;
use crate::exchange::csv_source::Stop;
use crate::exchange::rows::{Flagged, Incoming, Row};
use crate::exchange::set_aside::SetAside;
use crate::store::{Prepared, Preparer};

/// A row of a file, as far as it goes without a store.
#[derive(Debug)]
pub(super) enum Read {
    /// It can go in.
    Application(Box<Ready>),
    /// It can't.
    SetAside(SetAside),
    /// Reading can't go on; nothing follows but the end.
    Stopped(Stop),
    /// The end of the file.
    End,
}

/// A row that can go in.
#[derive(Debug)]
pub(super) struct Ready {
    /// What the store is given.
    pub row: Prepared,
    /// 外字 in it, by field.
    pub flagged: Vec<Flagged>,
    /// Where the next row may start, and on which line.
    pub next: (u64, u64),
}

/// Rows of a parcel, and how many bytes of the file at most (one row may be longer).
const PARCEL: usize = 256;
const PARCEL_BYTES: u64 = 512 << 10;
/// Parcels that may wait.
const WAITING: usize = 3;

/// A file that is being read. Dropped, the thread ends at its next parcel.
pub(super) struct Reading<'scope> {
    parcels: Receiver<Vec<Read>>,
    parcel: std::vec::IntoIter<Read>,
    thread: Option<ScopedJoinHandle<'scope, ()>>,
}

impl<'scope> Reading<'scope> {
    /// Starts to read.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        rows: Rows<'env>,
        preparer: Preparer,
    ) -> std::io::Result<Self> {
        let (sender, parcels) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("reader".into());
        let thread = thread.spawn_scoped(scope, move || read(rows, preparer, &sender))?;
        Ok(Self { parcels, parcel: Vec::new().into_iter(), thread: Some(thread) })
    }

    /// The next row; `None` = none is ready within `patience`.
    ///
    /// # Panics
    /// With the panic of the reading thread: its rows are no whole file.
    pub(super) fn next(&mut self, patience: Duration) -> Option<Read> {
        loop {
            if let Some(read) = self.parcel.next() {
                return Some(read);
            }
            match self.parcels.recv_timeout(patience) {
                Ok(parcel) => self.parcel = parcel.into_iter(),
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => {
                    // The last parcel ends with `End`: whoever asks on, or a thread that fell, comes here.
                    if let Some(Err(fall)) = self.thread.take().map(ScopedJoinHandle::join) {
                        resume_unwind(fall);
                    }
                    return Some(Read::End);
                }
            }
        }
    }
}

fn read(rows: Rows<'_>, mut preparer: Preparer, parcels: &SyncSender<Vec<Read>>) {
    let mut parcel = Vec::with_capacity(PARCEL);
    let mut begins = None;
    for row in rows {
        let (start, end) = match &row {
            Ok(Row::Application(row)) => (row.start, row.end),
            Ok(Row::SetAside(row)) => (row.start, row.end),
            Err(_) => (0, 0),
        };
        let from = *begins.get_or_insert(start);
        parcel.push(match row {
            Ok(Row::Application(row)) => Read::Application(Box::new(ready(*row, &mut preparer))),
            Ok(Row::SetAside(row)) => Read::SetAside(row),
            Err(stop) => Read::Stopped(stop),
        });
        if parcel.len() >= PARCEL || end.saturating_sub(from) >= PARCEL_BYTES {
            begins = None;
            if parcels.send(std::mem::replace(&mut parcel, Vec::with_capacity(PARCEL))).is_err() {
                // Nobody wants more.
                return;
            }
        }
    }
    parcel.push(Read::End);
    // Whoever has left needs no end.
    parcels.send(parcel).unwrap_or_default();
}

fn ready(row: Incoming, preparer: &mut Preparer) -> Ready {
    let Incoming { content, status, flagged, line, start, end, next_line } = row;
    Ready { row: preparer.prepare(content, status, line, (start, end - start)), flagged, next: (end, next_line) }
}
