//! Reading a file on a thread of its own while the store takes its rows in: parcels of rows that are ready to go in, through
//! a short queue.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::Duration;

use super::intake::Rows;
use super::value_check::ValueCheck;
use crate::domain::form::Doubt;
use crate::exchange::csv_source::Stop;
use crate::exchange::rows::{Beside, Flagged, Laid};
use crate::exchange::set_aside::SetAside;
use crate::store::{Given, Prepared, Preparer};

/// A row of a file, as far as it goes without a store.
#[derive(Debug)]
pub(super) enum Read {
    /// The next row of the parcel's applications: it can go in.
    Application(Next),
    /// It can't.
    SetAside(Box<SetAside>),
    /// Reading can't go on; nothing follows but the end.
    Stopped(Stop),
    /// The end of the file.
    End,
}

/// What is known of a row that can go in, beside what the store is given.
#[derive(Debug)]
pub(super) struct Next {
    /// 外字 in it, by field.
    pub flagged: Vec<Flagged>,
    /// Items that don't hold what their form says, by their places.
    pub doubts: Vec<(usize, Doubt)>,
    /// The line where it starts, and its bytes: offset and length.
    pub line: u64,
    pub bytes: (u64, u64),
    /// Where the next row may start, and on which line.
    pub next: (u64, u64),
}

/// Neighbouring rows of a file.
#[derive(Debug)]
pub(super) struct Load {
    /// What the store is given, one for each application.
    pub rows: Prepared,
    /// All rows, in the order of the file.
    pub reads: Vec<Read>,
}

/// Rows of a load, and how many bytes of the file at most (one row may be longer).
const ROWS: usize = 256;
const BYTES: u64 = 512 << 10;
/// Loads that may wait: while the store waits for the disk, reading goes on.
const WAITING: usize = 10;

/// A file that is being read. Dropped, the thread ends at its next load.
pub(super) struct Reading<'scope> {
    loads: Receiver<Load>,
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
        check: ValueCheck,
    ) -> std::io::Result<Self> {
        let (sender, loads) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("reader".into());
        let thread = thread.spawn_scoped(scope, move || read(rows, preparer, check, &sender))?;
        Ok(Self { loads, thread: Some(thread) })
    }

    /// The next rows; `None` = none are ready within `patience`. Those behind the end of the file are not to be asked for.
    ///
    /// # Panics
    /// With the panic of the reading thread: its rows are no whole file.
    pub(super) fn next(&mut self, patience: Duration) -> Option<Load> {
        match self.loads.recv_timeout(patience) {
            Ok(load) => Some(load),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                // The last load ends with `End`: only a thread that fell comes here.
                if let Some(Err(fall)) = self.thread.take().map(ScopedJoinHandle::join) {
                    resume_unwind(fall);
                }
                None
            }
        }
    }
}

fn read(mut rows: Rows<'_>, mut preparer: Preparer, mut check: ValueCheck, loads: &SyncSender<Load>) {
    loop {
        let (load, has_ended) = load(&mut rows, &mut preparer, &mut check);
        // Nobody wants more where sending fails.
        if loads.send(load).is_err() || has_ended {
            return;
        }
    }
}

/// The next rows, and whether they are the last ones.
fn load(rows: &mut Rows<'_>, preparer: &mut Preparer, check: &mut ValueCheck) -> (Load, bool) {
    let mut load = Load { rows: preparer.room(), reads: Vec::with_capacity(ROWS + 1) };
    let mut bytes = 0;
    while load.reads.len() < ROWS && bytes < BYTES {
        let Some(row) = rows.lay_next(load.rows.contents()) else {
            load.reads.push(Read::End);
            return (load, true);
        };
        load.reads.push(match row {
            Ok(Laid::Application(Beside { status, flagged, line, start, end, next_line })) => {
                let given = Given { status, line, bytes: (start, end - start) };
                bytes += end - start;
                preparer.ready(&mut load.rows, given);
                let last = load.rows.contents().len() - 1;
                let doubts = check.doubts(&load.rows.said(last));
                Read::Application(Next { flagged, doubts, line, bytes: given.bytes, next: (end, next_line) })
            }
            Ok(Laid::SetAside(row)) => {
                bytes += row.end - row.start;
                Read::SetAside(Box::new(row))
            }
            Err(stop) => Read::Stopped(stop),
        });
    }
    (load, false)
}
