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
use crate::store::{Given, Prepared, Preparer};

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
    let mut parcel = Parcel::default();
    for row in rows {
        parcel.add(row);
        if parcel.is_full() && parcels.send(std::mem::take(&mut parcel).ready(&mut preparer)).is_err() {
            // Nobody wants more.
            return;
        }
    }
    let mut last = parcel.ready(&mut preparer);
    last.push(Read::End);
    // Whoever has left needs no end.
    parcels.send(last).unwrap_or_default();
}

/// What a row is beside what goes into the store.
enum Beside {
    Application { flagged: Vec<Flagged>, next: (u64, u64) },
    SetAside(SetAside),
    Stopped(Stop),
}

/// Rows on their way to being ready.
#[derive(Default)]
struct Parcel {
    beside: Vec<Beside>,
    given: Vec<Given>,
    bytes: u64,
}

impl Parcel {
    fn add(&mut self, row: Result<Row, Stop>) {
        self.beside.push(match row {
            Ok(Row::Application(row)) => {
                let Incoming { content, status, flagged, line, start, end, next_line } = *row;
                self.bytes += end - start;
                self.given.push(Given { content, status, line, bytes: (start, end - start) });
                Beside::Application { flagged, next: (end, next_line) }
            }
            Ok(Row::SetAside(row)) => {
                self.bytes += row.end - row.start;
                Beside::SetAside(row)
            }
            Err(stop) => Beside::Stopped(stop),
        });
    }

    const fn is_full(&self) -> bool {
        self.beside.len() >= PARCEL || self.bytes >= PARCEL_BYTES
    }

    fn ready(self, preparer: &mut Preparer) -> Vec<Read> {
        let mut prepared = preparer.prepare(self.given).into_iter();
        let ready = self.beside.into_iter().filter_map(|beside| match beside {
            // There is one for each that was given.
            Beside::Application { flagged, next } => {
                prepared.next().map(|row| Read::Application(Box::new(Ready { row, flagged, next })))
            }
            Beside::SetAside(row) => Some(Read::SetAside(row)),
            Beside::Stopped(stop) => Some(Read::Stopped(stop)),
        });
        ready.collect()
    }
}
