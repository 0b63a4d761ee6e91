//! The list's state: ids of the present result, cursor, window, marks, and the few rows that are read. It never holds
//! a million rows; what isn't read yet is asked for when it comes into sight.

use std::collections::{HashMap, HashSet};

use super::message::{Listed, Sort};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::sitting::Stood;
use crate::office::view::Row;

/// How many rows are kept before those out of sight are let go.
const KEPT_ROWS: usize = 2_000;

/// How a set of applications changes the marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// They are marked too.
    Add,
    /// They are unmarked.
    TakeOff,
    /// They alone are marked.
    Only,
}

/// What became of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranged {
    /// It begins here.
    Begun,
    /// The row where it begins isn't in the result.
    Nowhere,
    /// All from there to here were marked or unmarked.
    Done {
        /// Which of the two.
        by: SetBy,
        /// How many that changed.
        changed: u64,
        /// How many rows the range has.
        rows: u64,
    },
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Number of the newest search.
    generation: u64,
    /// Number of the search whose result is on the screen.
    shown: u64,
    ids: Vec<ApplicationId>,
    /// The same as a set, made part by part: a million are never gone through at one key press.
    listed: Marks,
    /// A result of the same query as the one on the screen, which takes its place when it is whole.
    incoming: Option<(Vec<ApplicationId>, Marks)>,
    scanned: u64,
    total: u64,
    done: bool,
    cursor: usize,
    top: usize,
    marks: Marks,
    /// Where the next range begins: the row that was marked or unmarked last.
    anchor: Option<ApplicationId>,
    rows: HashMap<ApplicationId, Row>,
    asked: HashSet<ApplicationId>,
    /// Where the cursor is to stand as soon as its application is found.
    seeks: Option<Stood>,
    /// The order that was asked for last.
    pub sort: Sort,
}

impl Listing {
    /// Begins a search and gives its number. With `hold` the result on the screen stays until the new one is whole,
    /// and the cursor stays on its application.
    pub fn begin(&mut self, hold: bool) -> u64 {
        self.seeks.take_if(|_| !hold);
        self.incoming = (hold && self.shown > 0 && self.shown == self.generation).then(Default::default);
        if self.incoming.is_some() {
            self.shown += 1;
        }
        self.generation += 1;
        self.done = false;
        self.scanned = 0;
        self.generation
    }

    /// Takes a part of a result; tells whether the result is now whole. Parts of earlier searches are dropped.
    pub fn take(&mut self, part: Listed) -> bool {
        if part.generation != self.generation {
            return false;
        }
        self.scanned = part.scanned;
        self.total = part.total;
        self.done = part.done;
        if let Some(incoming) = &mut self.incoming {
            if !part.append {
                *incoming = Default::default();
            }
            incoming.1.extend(part.ids.iter().copied());
            incoming.0.extend(part.ids);
            if part.done {
                let (ids, listed) = self.incoming.take().unwrap_or_default();
                self.replace(ids, listed);
            }
        } else if self.shown != self.generation {
            self.shown = self.generation;
            self.listed = part.ids.iter().copied().collect();
            self.ids = part.ids;
            (self.cursor, self.top) = (0, 0);
        } else if part.append {
            self.listed.extend(part.ids.iter().copied());
            self.ids.extend(part.ids);
        } else {
            let listed = part.ids.iter().copied().collect();
            self.replace(part.ids, listed);
        }
        self.seek();
        self.done
    }

    /// Where the cursor is to stand in the result that comes in.
    pub const fn stand(&mut self, stood: Stood) {
        self.seeks = Some(stood);
    }

    /// Where the cursor stands, or is to stand.
    #[must_use]
    pub fn stood(&self) -> Option<Stood> {
        let line = self.cursor.saturating_sub(self.top) as u64;
        self.seeks.or_else(|| self.current().map(|id| Stood { id, at: self.cursor as u64, line }))
    }

    /// Puts the cursor where it is to stand: on its application, else, once the result is whole, on the nearest place.
    fn seek(&mut self) {
        let Some(stood) = self.seeks else { return };
        let last = self.ids.len().saturating_sub(1);
        let found = self.ids.iter().position(|id| *id == stood.id);
        if let Some(at) = found.or_else(|| self.done.then(|| last.min(stood.at as usize))) {
            self.cursor = at;
            self.top = at.saturating_sub(stood.line as usize);
        }
        // Until then the list may still be too short for its line.
        if self.is_whole() {
            self.seeks = None;
        }
    }

    /// Puts new ids in place; the cursor stays on its application and on its line where that is possible.
    fn replace(&mut self, ids: Vec<ApplicationId>, listed: Marks) {
        let held = self.current();
        // A move that hasn't been scrolled to yet leaves the cursor above the window for a moment.
        let line = self.cursor.saturating_sub(self.top);
        (self.ids, self.listed) = (ids, listed);
        if let Some(at) = held.and_then(|id| self.ids.iter().position(|other| *other == id)) {
            self.cursor = at;
        }
        self.cursor = self.cursor.min(self.ids.len().saturating_sub(1));
        self.top = self.cursor.saturating_sub(line);
    }

    /// Gives a search up: what came of it stays. Tells whether it was the newest one.
    pub fn give_up(&mut self, generation: u64) -> bool {
        if generation != self.generation || self.done {
            return false;
        }
        self.incoming = None;
        self.shown = self.generation;
        self.done = true;
        true
    }

    /// Ids of the result on the screen, in order.
    #[must_use]
    pub fn ids(&self) -> &[ApplicationId] {
        &self.ids
    }

    /// Whether the result on the screen is whole and belongs to the newest search.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.done && self.shown == self.generation
    }

    /// How much of the store the running search has looked at, in percent; `None` when none runs.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        (!self.done && self.generation > 0).then(|| (self.scanned * 100).checked_div(self.total).unwrap_or(0).min(100))
    }

    /// Position of the cursor.
    #[must_use]
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Position of the first line on the screen.
    #[must_use]
    pub const fn top(&self) -> usize {
        self.top
    }

    /// The application under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<ApplicationId> {
        self.ids.get(self.cursor).copied()
    }

    /// Moves the cursor; it stops at both ends.
    pub fn move_by(&mut self, lines: isize) {
        self.seeks = None;
        let last = self.ids.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(lines).min(last);
    }

    /// Moves the window so that the cursor is in it, and lets rows out of sight go.
    pub fn keep_cursor_in_view(&mut self, height: usize) {
        let height = height.max(1);
        self.cursor = self.cursor.min(self.ids.len().saturating_sub(1));
        let highest = self.cursor.saturating_sub(height - 1);
        self.top = self.top.clamp(highest, self.cursor).min(self.ids.len().saturating_sub(height).max(highest));
        if self.rows.len() > KEPT_ROWS {
            let window: HashSet<ApplicationId> = self.window(height * 3).iter().copied().collect();
            self.rows.retain(|id, _| window.contains(id));
            self.asked.retain(|id| window.contains(id));
        }
    }

    /// Ids in the window and as far again below it as `height` reaches.
    #[must_use]
    pub fn window(&self, height: usize) -> &[ApplicationId] {
        let end = self.top.saturating_add(height).min(self.ids.len());
        &self.ids[self.top.min(end)..end]
    }

    /// Marks, all of them.
    #[must_use]
    pub const fn marks(&self) -> &Marks {
        &self.marks
    }

    /// How many marked ones the present result doesn't show.
    #[must_use]
    pub fn marked_out_of_sight(&self) -> u64 {
        self.marks.len() - self.marks.common(&self.listed)
    }

    /// Marks or unmarks one that may or may not be in the result; the next range begins there.
    pub fn mark(&mut self, id: ApplicationId, marked: bool) {
        self.marks.set(id, marked);
        self.anchor = Some(id);
    }

    /// Marks many, beside those that are marked already.
    pub fn take_marks(&mut self, marks: &Marks) {
        self.marks.unite(marks);
    }

    /// Unmarks many.
    pub fn unmark(&mut self, ids: impl IntoIterator<Item = ApplicationId>) {
        for id in ids {
            self.marks.set(id, false);
        }
    }

    /// Marks or unmarks the one under the cursor and goes on.
    pub fn toggle_and_go_on(&mut self) {
        let Some(id) = self.current() else { return };
        self.mark(id, !self.marks.contains(id));
        self.move_by(1);
    }

    /// Marks every application of the result.
    pub fn mark_all(&mut self) {
        self.marks.unite(&self.listed);
    }

    /// Unmarks every application, in sight or not.
    pub fn mark_none(&mut self) {
        self.marks.clear();
        self.anchor = None;
    }

    /// Turns the marks of the result over; those out of sight stay as they are.
    pub fn mark_invert(&mut self) {
        self.marks.flip(&self.listed);
    }

    /// Changes the marks by a set of applications, in the result or not; tells how many were marked or unmarked.
    pub fn mark_set(&mut self, by: SetBy, found: &Marks) -> u64 {
        let before = self.marks.len();
        match by {
            SetBy::Add => self.marks.unite(found),
            SetBy::TakeOff => self.marks.subtract(found),
            SetBy::Only => {
                self.marks.clone_from(found);
                self.anchor = None;
                return found.len();
            }
        }
        self.marks.len().abs_diff(before)
    }

    /// Marks or unmarks all from the anchor to the cursor, as the anchor is.
    pub fn mark_range(&mut self) -> Ranged {
        let Some(here) = self.current() else { return Ranged::Nowhere };
        let Some(anchor) = self.anchor else {
            self.mark(here, true);
            return Ranged::Begun;
        };
        if anchor == here {
            return Ranged::Begun;
        }
        let Some(from) = self.ids.iter().position(|id| *id == anchor) else { return Ranged::Nowhere };
        let range: Marks = self.ids[from.min(self.cursor)..=from.max(self.cursor)].iter().copied().collect();
        let by = if self.marks.contains(anchor) { SetBy::Add } else { SetBy::TakeOff };
        let changed = self.mark_set(by, &range);
        self.anchor = Some(here);
        Ranged::Done { by, changed, rows: range.len() }
    }

    /// A row, if it has been read.
    #[must_use]
    pub fn row(&self, id: ApplicationId) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// Whether what would be drawn now lacks what is being read: the first result, or rows in sight.
    #[must_use]
    pub fn lacks(&self, height: usize) -> bool {
        if self.shown == 0 {
            return self.generation > 0;
        }
        self.window(height).iter().any(|id| !self.rows.contains_key(id) && self.asked.contains(id))
    }

    /// Those of `ids` that have to be read, which from then on count as asked for.
    pub fn missing(&mut self, ids: &[ApplicationId]) -> Vec<ApplicationId> {
        ids.iter().copied().filter(|id| self.asked.insert(*id)).collect()
    }

    /// Takes rows that were read. An older state of a row never replaces a newer one.
    pub fn take_rows(&mut self, rows: Vec<Row>) {
        for row in rows {
            let newer = self.rows.get(&row.id).is_none_or(|known| known.version <= row.version);
            if newer {
                self.rows.insert(row.id, row);
            }
        }
    }

    /// Asks for all rows again the next time they are needed; what is known is shown until then.
    pub fn expire_rows(&mut self) {
        self.asked.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reflection::Reflection;
    use crate::domain::revision::Since;
    use crate::domain::status::Status;

    fn id(n: u32) -> ApplicationId {
        ApplicationId::new(0, n)
    }

    fn part(generation: u64, ids: std::ops::Range<u32>, append: bool, done: bool) -> Listed {
        let ids: Vec<_> = ids.map(id).collect();
        Listed { generation, scanned: ids.len() as u64, ids, append, total: 100, done }
    }

    #[test]
    fn parts_of_an_earlier_search_are_dropped() {
        let mut list = Listing::default();
        let first = list.begin(false);
        let second = list.begin(false);
        list.take(part(first, 0..5, false, true));
        assert!(list.ids().is_empty());
        assert!(list.take(part(second, 5..9, false, true)));
        assert_eq!(list.ids().len(), 4);
    }

    #[test]
    fn it_lacks_the_first_result_and_then_the_rows_in_sight_that_are_being_read() {
        let mut list = Listing::default();
        assert!(!list.lacks(3), "nothing was asked for");
        let first = list.begin(false);
        assert!(list.lacks(3));
        list.take(part(first, 0..5, false, true));
        assert!(!list.lacks(3), "nobody reads them yet");
        let window = list.window(3).to_vec();
        assert_eq!(list.missing(&window).len(), 3);
        assert!(list.lacks(3));
        let row = |n| Row {
            id: id(n),
            source: String::new(),
            number: String::new(),
            name: None,
            stand_in: None,
            kana: None,
            form_code: String::new(),
            form_version: String::new(),
            form_name: String::new(),
            submitted: None,
            status: Status::Unprocessed,
            source_status: None,
            reflection: Reflection::Done,
            since: Since::default(),
            version: 1,
            deadline: None,
            cells: Vec::new(),
        };
        list.take_rows(vec![row(0), row(1)]);
        assert!(list.lacks(3) && !list.lacks(2));
        list.take_rows(vec![row(2)]);
        assert!(!list.lacks(3));
        let second = list.begin(false);
        assert!(!list.lacks(3), "the last result stays while the next one comes in");
        list.give_up(second);
        assert!(!list.lacks(3));
    }

    #[test]
    fn the_last_result_stays_until_the_next_one_has_something_to_show() {
        let mut list = Listing::default();
        let first = list.begin(false);
        list.take(part(first, 0..5, false, true));
        list.begin(false);
        assert_eq!(list.ids().len(), 5);
        assert!(!list.is_whole());
    }

    #[test]
    fn a_reload_keeps_the_cursor_on_its_application_and_line() {
        let mut list = Listing::default();
        let first = list.begin(false);
        list.take(part(first, 10..40, false, true));
        list.move_by(12);
        list.keep_cursor_in_view(5);
        let (held, line) = (list.current(), list.cursor() - list.top());
        let second = list.begin(true);
        list.take(part(second, 0..20, false, false));
        assert_eq!(list.ids().len(), 30, "the old result stays while the new one comes in");
        list.take(part(second, 20..40, true, true));
        assert_eq!((list.current(), list.cursor() - list.top()), (held, line));
        assert!(list.is_whole());
    }

    #[test]
    fn marks_survive_and_the_count_out_of_sight_is_right() {
        let mut list = Listing::default();
        let first = list.begin(false);
        list.take(part(first, 0..10, false, true));
        list.mark_all();
        let second = list.begin(false);
        list.take(part(second, 5..8, false, false));
        assert_eq!((list.marks().len(), list.marked_out_of_sight()), (10, 7));
        list.take(part(second, 8..20, true, true));
        assert_eq!(list.marked_out_of_sight(), 5);
        list.mark_invert();
        assert_eq!((list.marks().len(), list.marked_out_of_sight()), (15, 5));
    }
}
