//! The thread beside an import that records its contents for the search. Whatever becomes of it, the import goes on: what
//! it didn't record is found by going through the table, until somebody catches up.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::Store;
use super::lent::Lent;
use super::prepared::Prepared;
use super::search::Recorder;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::parcel::Parcel;

/// What the recorder is told.
enum Told {
    /// A parcel, and which of its rows came in, each with its id and the number of its form in the store.
    Rows(Lent<Parcel>, Vec<Place>),
    /// An application that was taken back, because the file contradicts itself.
    TakenBack(ApplicationId),
}

/// A row of a parcel that came in.
type Place = (usize, ApplicationId, u32);

/// How many parcels may wait for it, while it writes a segment: some megabytes at most.
const WAITING: usize = 20;

/// The end of an import that tells the recorder. Dropped, nothing was recorded.
pub(super) struct Recording {
    /// Of the parcel that is being taken in.
    places: Vec<Place>,
    /// `None` once the recorder has given up or all is told, or where there never was one.
    channel: Option<SyncSender<Told>>,
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
        let dir = dir.to_owned();
        Self::by(move |told| record(&dir, told))
    }

    fn by(record: impl FnOnce(&Receiver<Told>) -> Recorder + Send + 'static) -> Self {
        let (channel, told) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("recorder".into()).spawn(move || record(&told));
        let channel = thread.is_ok().then_some(channel);
        Self { places: Vec::new(), channel, thread: thread.ok() }
    }

    /// Records nothing: of an import that is continued, the rows before are not at hand.
    pub(super) const fn off() -> Self {
        Self { places: Vec::new(), channel: None, thread: None }
    }

    /// A content of the present parcel came in: a birth, or a revision that gets its place when the import is published.
    pub(super) fn content(&mut self, place: usize, id: ApplicationId, form: i64) {
        match u32::try_from(form) {
            Ok(form) => self.places.push((place, id, form)),
            // A number that no segment can hold: a damaged store, which tells so itself.
            Err(_) => self.channel = None,
        }
    }

    /// The present parcel is done with.
    pub(super) fn take(&mut self, rows: Prepared) {
        let places = std::mem::take(&mut self.places);
        if !places.is_empty() {
            self.tell(Told::Rows(rows.into_contents(), places));
        }
    }

    /// The content of an application was taken back.
    pub(super) fn take_back(&mut self, id: ApplicationId) {
        self.tell(Told::TakenBack(id));
    }

    fn tell(&mut self, told: Told) {
        if self.channel.as_ref().is_some_and(|channel| channel.send(told).is_err()) {
            self.channel = None;
        }
    }

    /// All is told. The recorder writes what it has to the disk.
    pub(super) fn close(&mut self) {
        self.channel = None;
    }

    /// Hands what was recorded to the store, after the publishing commit of `operation`, which brought or revised so many
    /// applications.
    pub(super) fn enter(mut self, store: &Store, operation: OperationId, rows: u64) {
        self.close();
        // A recorder that fell has left its report behind and recorded nothing; one that gave up doesn't have all rows.
        if let Some(Ok(recorder)) = self.thread.take().map(JoinHandle::join) {
            recorder.enter(store, operation, rows);
        }
    }
}

impl Drop for Recording {
    /// Ends the thread: it may not outlive the import, whose folder it writes in.
    fn drop(&mut self) {
        self.close();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn record(dir: &Path, told: &Receiver<Told>) -> Recorder {
    let mut recorder = Recorder::new(dir);
    for told in told {
        match told {
            Told::Rows(rows, places) => {
                for (place, id, form) in places {
                    recorder.add(id, form, &rows.said(place));
                }
            }
            Told::TakenBack(id) => recorder.take_back(id),
        }
    }
    recorder.close();
    recorder
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::*;
    use crate::domain::status::Status;
    use crate::store::tests::{SIGNED, fill, founded, id_of, setting};
    use crate::store::{Import, Kept, SearchState};

    /// It takes one parcel and falls; the import meets a channel without an end.
    #[test]
    fn a_recorder_that_falls_leaves_the_import_right_and_the_cache_to_be_made() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Vec<_> = (1..=40).map(|number| (number, "x", Status::Unprocessed)).collect();
        let (mut import, _) = Import::begin(&mut store, setting(1), Duration::ZERO).unwrap();
        import.recording = Recording::by(|told| {
            drop(told.recv());
            panic!("the recorder of this test falls");
        });
        fill(&mut import, &rows, 0);
        let published = import.publish(&SIGNED).unwrap();
        assert_eq!((published.counts.read, published.counts.added), (40, 40));
        store.check(&mut |_| {}).unwrap();
        assert_eq!(store.entries(&[id_of(&store, 40)]).unwrap().len(), 1);
        assert_eq!(store.search_state().unwrap(), SearchState::Missing(40));
        assert_eq!(store.keep_up_search(&AtomicBool::new(false)).unwrap(), Kept::Read(40));
        assert_eq!(store.search_state().unwrap(), SearchState::Covered);
    }

    /// One that has recorded less than came in isn't believed.
    #[test]
    fn a_recorder_that_misses_a_parcel_enters_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Vec<_> = (1..=40).map(|number| (number, "x", Status::Unprocessed)).collect();
        let (mut import, _) = Import::begin(&mut store, setting(1), Duration::ZERO).unwrap();
        let folder = dir.path().to_owned();
        import.recording = Recording::by(move |told| {
            drop(told.recv());
            record(&folder, told)
        });
        fill(&mut import, &rows, 0);
        import.publish(&SIGNED).unwrap();
        assert_eq!(store.search_state().unwrap(), SearchState::Missing(40));
    }
}
