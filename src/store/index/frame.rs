//! The frame of a snapshot: segments beside each other, which of their rows are valid, and where an application stands.
//!
//! A *position* is the number of a row when all segments stand one after another, each beginning at a multiple of 64, so
//! that the bits of a segment's rows are words of the bits of all positions.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};

use super::rows::Rows;
use super::words::Remembered;
use crate::domain::identity::ApplicationId;
use crate::store::search::Segment;

/// A segment in a process: its rows, and what was lately looked for in it.
#[derive(Debug)]
pub(super) struct Part {
    pub segment: Arc<Segment>,
    /// The first and the last id.
    pub span: (ApplicationId, ApplicationId),
    pub remembered: Mutex<Remembered>,
    forms: OnceLock<Vec<u32>>,
}

impl Part {
    /// The forms of its rows, each once.
    pub(super) fn forms(&self) -> &[u32] {
        self.forms.get_or_init(|| {
            let rows = 0..self.segment.len();
            let distinct: BTreeSet<u32> = rows.map(|row| self.segment.form(row)).collect();
            distinct.into_iter().collect()
        })
    }
}

/// A part with what is valid of it among all parts.
#[derive(Debug)]
pub(super) struct Placed {
    pub part: Arc<Part>,
    /// The position of its first row.
    pub base: u32,
    /// Rows that no newer part replaces.
    pub alive: Rows,
    /// How many these are.
    pub count: usize,
}

impl Placed {
    pub(super) fn segment(&self) -> &Segment {
        &self.part.segment
    }

    pub(super) fn len(&self) -> usize {
        self.part.segment.len()
    }

    /// The row of an application, if it is valid here.
    fn row_of(&self, id: ApplicationId) -> Option<usize> {
        let (first, last) = self.part.span;
        if id < first || id > last {
            return None;
        }
        self.part.segment.row_of(id).filter(|row| self.alive.contains(*row))
    }
}

/// Segments beside each other, oldest first.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub parts: Vec<Placed>,
    /// How many applications are valid.
    pub count: u64,
    /// All valid positions by 申込日時, newest first; see [`super::sorted`].
    pub by_time: OnceLock<Box<[u32]>>,
    /// All valid positions by 整理番号.
    pub by_number: OnceLock<Box<[u32]>>,
    /// The rank of each position's 氏名 and フリガナ.
    pub name_ranks: OnceLock<Box<[u32]>>,
    pub kana_ranks: OnceLock<Box<[u32]>>,
}

impl Frame {
    /// Puts segments beside each other, each with the rows of it that are dead, oldest first. Parts of the frame before
    /// are used again.
    pub(super) fn of<'d>(segments: impl Iterator<Item = (Arc<Segment>, &'d [u16])>, before: Option<&Self>) -> Self {
        let mut frame = Self::default();
        let mut base = 0;
        for (segment, dead) in segments {
            let rows = segment.len();
            let Some(last) = rows.checked_sub(1) else { continue };
            let known = before.and_then(|frame| {
                frame.parts.iter().find(|placed| Arc::ptr_eq(&placed.part.segment, &segment)).map(|p| p.part.clone())
            });
            let span = (segment.id(0), segment.id(last));
            let part = known.unwrap_or_else(|| {
                Arc::new(Part { segment, span, remembered: Mutex::default(), forms: OnceLock::new() })
            });
            let mut alive = Rows::all(rows);
            dead.iter().map(|row| usize::from(*row)).filter(|row| *row < rows).for_each(|row| alive.remove(row));
            for older in &mut frame.parts {
                replace(older, &part);
            }
            frame.parts.push(Placed { part, base, alive, count: 0 });
            base += rows.next_multiple_of(64) as u32;
        }
        for placed in &mut frame.parts {
            placed.count = placed.alive.len();
            frame.count += placed.count as u64;
        }
        frame
    }

    /// With how many very same parts both frames begin.
    pub(super) fn common(&self, other: &Self) -> usize {
        let pairs = self.parts.iter().zip(&other.parts);
        pairs.take_while(|(mine, theirs)| Arc::ptr_eq(&mine.part, &theirs.part)).count()
    }

    /// How many positions there are, valid or not.
    pub(super) fn positions(&self) -> usize {
        self.parts.last().map_or(0, |last| last.base as usize + last.len())
    }

    /// The part and row of a position.
    pub(super) fn place(&self, position: u32) -> (usize, usize) {
        let part = self.parts.partition_point(|placed| placed.base <= position).saturating_sub(1);
        (part, (position - self.parts[part].base) as usize)
    }

    /// The part and row of an application.
    pub(super) fn find(&self, id: ApplicationId) -> Option<(usize, usize)> {
        let parts = self.parts.iter().enumerate().rev();
        parts.filter_map(|(part, placed)| Some((part, placed.row_of(id)?))).next()
    }

    pub(super) fn id(&self, position: u32) -> ApplicationId {
        let (part, row) = self.place(position);
        self.parts[part].segment().id(row)
    }

    pub(super) fn number(&self, position: u32) -> &str {
        let (part, row) = self.place(position);
        self.parts[part].segment().number(row)
    }

    /// All valid positions, ascending.
    pub(super) fn alive(&self) -> impl Iterator<Item = u32> + '_ {
        self.parts.iter().flat_map(|placed| placed.alive.iter().map(|row| placed.base + row as u32))
    }
}

/// Takes out what a newer part says anew.
fn replace(older: &mut Placed, newer: &Part) {
    let (first, last) = older.part.span;
    if newer.span.1 < first || newer.span.0 > last {
        return;
    }
    let (older_segment, newer_segment) = (Arc::clone(&older.part.segment), &newer.segment);
    // Both ascend: one walk over what lies within both.
    let mut theirs = first_from(newer_segment, first);
    let mut mine = first_from(&older_segment, newer.span.0);
    while mine < older_segment.len() && theirs < newer_segment.len() {
        match older_segment.id(mine).cmp(&newer_segment.id(theirs)) {
            std::cmp::Ordering::Less => mine += 1,
            std::cmp::Ordering::Greater => theirs += 1,
            std::cmp::Ordering::Equal => {
                older.alive.remove(mine);
                mine += 1;
                theirs += 1;
            }
        }
    }
}

/// The first row whose id is not below `id`.
fn first_from(segment: &Segment, id: ApplicationId) -> usize {
    let (mut low, mut high) = (0, segment.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if segment.id(middle) < id { low = middle + 1 } else { high = middle }
    }
    low
}
