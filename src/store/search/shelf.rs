//! The shelf: every segment that says what the applications of one moment say. Segments of the manifest, and one in
//! memory for the few rows that came after it.

use std::sync::Arc;

use super::drafts::add_dead;
use super::folder::{Folder, Opened};
use super::ids::Ids;
use super::position::Position;
use super::{Builder, Segment};
use crate::domain::application::Content;
use crate::domain::identity::ApplicationId;
use crate::store::Store;
use crate::store::applications::CONTENT;
use crate::store::error::{Result, StoreError};

/// What is not in the manifest's segments is read into memory up to so many rows; for more of them the cache has to be
/// brought up first.
pub(super) const TAIL: u64 = 20_000;

/// A segment on the shelf.
#[derive(Debug, Clone)]
pub(in crate::store) struct Shelved {
    /// The segment.
    pub segment: Arc<Segment>,
    /// Its rows that say nothing any more, ascending: a newer segment has them, or they were taken back.
    pub dead: Vec<u16>,
    /// Its name; `None` = it is in memory alone.
    pub(super) name: Option<String>,
}

/// The segments of one moment, oldest first. Every published application is a live row of exactly one of them.
#[derive(Debug, Clone)]
pub(in crate::store) struct Shelf {
    /// The segments.
    pub segments: Vec<Shelved>,
    /// The moment.
    pub covered: Position,
    /// Which manifest it was made from.
    stamp: Option<u32>,
}

impl Store {
    /// The shelf that covers everything of the present read transaction; `None` where there is none, or too much is
    /// missing from it. What `known` has is used again.
    ///
    /// Call it as the first thing in a read transaction (or outside of one): a manifest that is newer than the moment
    /// isn't of that moment, and tells nothing.
    ///
    /// # Errors
    /// A failure of SQLite. What is wrong with the cache itself is no error: then there is none.
    pub(in crate::store) fn shelf(&self, known: Option<&Shelf>) -> Result<Option<Shelf>> {
        // The files first, then the moment.
        let known_segments = known.map_or(&[][..], |known| &known.segments);
        let opened = Folder::of(&self.dir).open(&self.meta.uid, known_segments);
        self.at_one_moment(|store| store.shelf_of(opened, known)).or_else(|error| match error {
            // A row that can't be read is found by whoever reads it, and by `check`.
            StoreError::Damaged(_) => Ok(None),
            other => Err(other),
        })
    }

    fn shelf_of(&self, opened: Option<Opened>, known: Option<&Shelf>) -> Result<Option<Shelf>> {
        let now = Position::now(&self.db)?;
        let stamp = opened.as_ref().map(|opened| opened.stamp);
        if let Some(known) = known.filter(|known| known.stamp == stamp)
            && known.covered.is_in(&self.db)?
            && known.covered.changed_since(&self.db, None)?.is_empty()
        {
            return Ok(Some(Shelf { covered: now, ..known.clone() }));
        }
        let (mut segments, covered) = match opened {
            Some(opened) if opened.manifest.covered.is_in(&self.db)? => (opened.segments, opened.manifest.covered),
            _ => (Vec::new(), Position::default()),
        };
        let changed = covered.changed_since(&self.db, None)?;
        if changed.len() > TAIL {
            return Ok(None);
        }
        if !changed.is_empty() {
            let mut builder = Builder::new();
            self.visit_contents(&changed, &mut |id, form, content| {
                builder.add(id, form, content);
                Ok(())
            })?;
            if !builder.is_empty() {
                let Ok(segment) = Segment::of_bytes(builder.finish()) else { return Ok(None) };
                let segment = Arc::new(segment);
                supersede(&mut segments, &segment, &[]);
                segments.push(Shelved { segment, dead: Vec::new(), name: None });
            }
        }
        Ok(Some(Shelf { segments, covered: now, stamp }))
    }

    /// Shows what each published application of these ids says now: its id, the number of its form, its content.
    pub(super) fn visit_contents(
        &self,
        ids: &Ids,
        see: &mut dyn FnMut(ApplicationId, u32, &Content) -> Result<()>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT {CONTENT} FROM app WHERE app.id >= ?1 AND app.id < ?2
             AND EXISTS (SELECT 1 FROM state WHERE state.id = app.id) ORDER BY app.id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        for range in ids.ranges() {
            let mut rows = statement.query([range.start as i64, range.end as i64])?;
            while let Some(row) = rows.next()? {
                let (id, stored) = self.content_of_row(row)?;
                let form = row.get::<_, i64>(3)?;
                let form = u32::try_from(form).map_err(|_| StoreError::Damaged(format!("form {form}")))?;
                see(id, form, &stored.content)?;
            }
        }
        Ok(())
    }
}

/// Marks the rows of older segments as dead that a live row of a newer one says anew.
pub(super) fn supersede(older: &mut [Shelved], newer: &Segment, dead: &[u16]) {
    let (Some(first), Some(last)) = (first_id(newer), last_id(newer)) else { return };
    for shelved in older {
        let segment = &shelved.segment;
        let apart =
            last_id(segment).is_none_or(|end| end < first) || first_id(segment).is_none_or(|start| start > last);
        if !apart {
            let live = (0..newer.len()).filter(|row| dead.binary_search(&(*row as u16)).is_err());
            let rows = live.filter_map(|row| segment.row_of(newer.id(row)));
            add_dead(&mut shelved.dead, rows);
        }
    }
}

fn first_id(segment: &Segment) -> Option<ApplicationId> {
    (segment.len() > 0).then(|| segment.id(0))
}

fn last_id(segment: &Segment) -> Option<ApplicationId> {
    segment.len().checked_sub(1).map(|row| segment.id(row))
}
