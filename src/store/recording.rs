//! The thread beside an import that records its contents for the search. Whatever becomes of it, the import goes on: what
//! it didn't record is found by going through the table, until somebody catches up.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::Store;
use super::search::Recorder;
use crate::domain::application::Content;
use crate::domain::identity::{ApplicationId, OperationId};

/// What the recorder is told, in the order of the file.
enum Told {
    /// A content that came in: its form's number in the store.
    Content(ApplicationId, u32, Box<Content>),
    /// One that was taken back, because the file contradicts itself.
    TakenBack(ApplicationId),
}

/// How many it is told at once, and how many such parcels may wait: a few megabytes at most.
const PARCEL: usize = 256;
const WAITING: usize = 4;

/// The end of an import that tells the recorder. Dropped, nothing was recorded.
pub(super) struct Recording {
    parcel: Vec<Told>,
    /// `None` once the recorder has given up, or was never there.
    channel: Option<SyncSender<Vec<Told>>>,
    thread: Option<JoinHandle<Recorder>>,
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recording").field("is_on", &self.channel.is_some()).finish_non_exhaustive()
    }
}

impl Recording {
    /// Starts to record for the store in a folder.
    pub(super) fn start(dir: &Path) -> Self {
        let (channel, told) = sync_channel(WAITING);
        let dir = dir.to_owned();
        let thread = std::thread::Builder::new().name("recorder".into()).spawn(move || record(&dir, &told));
        let channel = thread.is_ok().then_some(channel);
        Self { parcel: Vec::new(), channel, thread: thread.ok() }
    }

    /// Records nothing: of an import that is continued, the rows before are not at hand.
    pub(super) const fn off() -> Self {
        Self { parcel: Vec::new(), channel: None, thread: None }
    }

    /// A content came in: a birth, or a revision that gets its place when the import is published.
    pub(super) fn content(&mut self, id: ApplicationId, form: i64, content: Content) {
        match u32::try_from(form) {
            Ok(form) => self.tell(Told::Content(id, form, Box::new(content))),
            // A number that no segment can hold: a damaged store, which tells so itself.
            Err(_) => self.give_up(),
        }
    }

    /// The content of an application was taken back.
    pub(super) fn take_back(&mut self, id: ApplicationId) {
        self.tell(Told::TakenBack(id));
    }

    fn tell(&mut self, told: Told) {
        if self.channel.is_none() {
            return;
        }
        self.parcel.push(told);
        if self.parcel.len() >= PARCEL {
            self.send();
        }
    }

    fn send(&mut self) {
        let parcel = std::mem::replace(&mut self.parcel, Vec::with_capacity(PARCEL));
        let gone = self.channel.as_ref().is_some_and(|channel| channel.send(parcel).is_err());
        if gone {
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        self.channel = None;
        self.parcel = Vec::new();
    }

    /// Hands what was recorded to the store, after the publishing commit of `operation`, which brought or revised so many
    /// applications.
    pub(super) fn enter(mut self, store: &Store, operation: OperationId, rows: u64) {
        self.send();
        if self.channel.take().is_none() {
            return;
        }
        // A recorder that fell has left its report behind and recorded nothing.
        if let Some(Ok(recorder)) = self.thread.take().map(JoinHandle::join) {
            recorder.enter(store, operation, rows);
        }
    }
}

impl Drop for Recording {
    /// Ends the thread: it may not outlive the import, whose folder it writes in.
    fn drop(&mut self) {
        self.give_up();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn record(dir: &Path, told: &Receiver<Vec<Told>>) -> Recorder {
    let mut recorder = Recorder::new(dir);
    for parcel in told {
        for told in parcel {
            match told {
                Told::Content(id, form, content) => recorder.add(id, form, &content),
                Told::TakenBack(id) => recorder.take_back(id),
            }
        }
    }
    recorder
}
