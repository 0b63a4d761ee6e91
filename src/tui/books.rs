//! The page of the two books, as far as it isn't drawing: where one is, where the cursor stands, what is marked. What
//! changes in the store takes the page's place without moving the row under the cursor.

use std::collections::HashSet;

use super::motion;
use crate::command::CommandId;
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::status::Status;
use crate::office::books::{BooksPage, Difference};
use crate::office::{ReflectBlock, Shown};

/// Where on the page one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// 要確認 and the groups of 反映待ち.
    Groups,
    /// What is 要確認, one by one.
    Check,
    /// One block of 反映待ち: the target status, and its number from 0.
    Block(Status, usize),
}

/// The page.
#[derive(Debug, Clone)]
pub struct BooksView {
    /// What was read last; `None` = nothing yet.
    pub page: Option<Box<BooksPage>>,
    /// Where one is.
    pub place: Place,
    /// The line under the cursor.
    pub cursor: usize,
    /// The first line that is shown.
    pub top: usize,
    /// The marked ones of what is 要確認.
    pub marks: Marks,
    /// Cursor and first line of the groups, while one is in one of them.
    outer: (usize, usize),
    asked: bool,
    stale: bool,
}

impl BooksView {
    /// A page that waits for its first reading.
    #[must_use]
    pub fn new() -> Self {
        Self {
            page: None,
            place: Place::Groups,
            cursor: 0,
            top: 0,
            marks: Marks::default(),
            outer: (0, 0),
            asked: true,
            stale: false,
        }
    }

    /// Notes that the store has changed; tells whether the page is to be read now. While a reading is on its way, the
    /// next one waits for it.
    pub fn expire(&mut self) -> bool {
        let now = !self.asked;
        self.stale = !now;
        self.asked = true;
        now
    }

    /// Takes what was read (`None` = reading failed); tells whether to read again, because the store has changed.
    pub fn take(&mut self, page: Option<Box<BooksPage>>) -> bool {
        if let Some(page) = page {
            self.replace(page);
        }
        self.asked = std::mem::take(&mut self.stale);
        self.asked
    }

    /// Puts a new page in place; the cursor stays on its line's application, block or group where that is possible.
    fn replace(&mut self, page: Box<BooksPage>) {
        let line = self.cursor.saturating_sub(self.top);
        let (held, place) = (self.current(), self.entry(self.cursor));
        self.page = Some(page);
        let check: HashSet<ApplicationId> = self.check().iter().map(|one| one.id).collect();
        let gone: Vec<ApplicationId> = self.marks.iter().filter(|id| !check.contains(id)).collect();
        for id in gone {
            self.marks.set(id, false);
        }
        if let Place::Block(status, at) = self.place {
            let found = held.and_then(|id| {
                let blocks = self.blocks(status).iter().enumerate();
                blocks.filter(|(_, block)| block.ids.contains(&id)).map(|(at, _)| at).next()
            });
            self.place = Place::Block(status, found.unwrap_or(at));
        }
        if self.lines() == 0 && self.place != Place::Groups {
            self.leave();
            return;
        }
        let found = match self.place {
            Place::Groups => (0..self.lines()).find(|at| place.is_some() && self.entry(*at) == place),
            Place::Check | Place::Block(..) => {
                held.and_then(|id| (0..self.lines()).find(|at| self.id(*at) == Some(id)))
            }
        };
        self.cursor = found.unwrap_or(self.cursor).min(self.lines().saturating_sub(1));
        self.top = self.cursor.saturating_sub(line);
    }

    /// What is 要確認.
    #[must_use]
    pub fn check(&self) -> &[Difference] {
        self.page.as_ref().map_or(&[], |page| page.check.as_slice())
    }

    /// The blocks of a group.
    #[must_use]
    pub fn blocks(&self, status: Status) -> &[ReflectBlock] {
        let group = self.page.as_ref().and_then(|page| page.pending.iter().find(|group| group.status == status));
        group.map_or(&[], |group| group.blocks.as_slice())
    }

    /// How many are 反映待ち.
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.page.as_ref().map_or(0, |page| page.pending.iter().map(crate::office::ReflectGroup::count).sum())
    }

    /// What a line among the groups leads to: 要確認 first (if there is any), then each block of each group.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<Place> {
        let page = self.page.as_ref()?;
        let mut rest = at;
        if !page.check.is_empty() {
            match rest.checked_sub(1) {
                None => return Some(Place::Check),
                Some(less) => rest = less,
            }
        }
        for group in &page.pending {
            if rest < group.blocks.len() {
                return Some(Place::Block(group.status, rest));
            }
            rest -= group.blocks.len();
        }
        None
    }

    /// How many lines there are here.
    #[must_use]
    pub fn lines(&self) -> usize {
        match self.place {
            Place::Groups => self.page.as_ref().map_or(0, |page| {
                usize::from(!page.check.is_empty()) + page.pending.iter().map(|g| g.blocks.len()).sum::<usize>()
            }),
            Place::Check => self.check().len(),
            Place::Block(status, at) => self.blocks(status).get(at).map_or(0, |block| block.ids.len()),
        }
    }

    /// The application of a line; `None` among the groups.
    #[must_use]
    pub fn id(&self, at: usize) -> Option<ApplicationId> {
        match self.place {
            Place::Groups => None,
            Place::Check => self.check().get(at).map(|one| one.id),
            Place::Block(status, block) => self.blocks(status).get(block)?.ids.get(at).copied(),
        }
    }

    /// The application under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<ApplicationId> {
        self.id(self.cursor)
    }

    /// What stands in both books of the application under the cursor, where a person must decide.
    #[must_use]
    pub fn difference(&self) -> Option<&Difference> {
        if self.place == Place::Check { self.check().get(self.cursor) } else { None }
    }

    /// What a decision is about: the marked ones, else the one under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Vec<&Difference> {
        match self.place {
            Place::Check if !self.marks.is_empty() => {
                self.check().iter().filter(|one| self.marks.contains(one.id)).collect()
            }
            _ => self.difference().into_iter().collect(),
        }
    }

    /// The applications in sight.
    #[must_use]
    pub fn in_sight(&self, height: usize) -> Vec<ApplicationId> {
        (self.top..self.top + height).map_while(|at| self.id(at)).collect()
    }

    /// Moves the window so that the cursor is in it.
    pub fn keep_cursor_in_view(&mut self, height: usize) {
        if self.page.is_none() {
            // Whoever opened the page may have said where the first reading is to find the cursor.
            return;
        }
        self.cursor = self.cursor.min(self.lines().saturating_sub(1));
        self.top = motion::window_top(self.top, self.cursor, height).min(self.lines().saturating_sub(height.max(1)));
        self.top = self.top.max(self.cursor.saturating_sub(height.max(1) - 1));
    }

    /// Moves the cursor.
    pub fn perform(&mut self, command: CommandId, page: usize) {
        self.cursor = motion::moved(self.cursor, self.lines().saturating_sub(1), command, page);
    }

    /// Goes into what the cursor stands on among the groups; tells whether there was something to go into.
    pub fn enter(&mut self) -> bool {
        let into = if self.place == Place::Groups { self.entry(self.cursor) } else { None };
        let Some(into) = into else { return false };
        self.outer = (self.cursor, self.top);
        self.place = into;
        (self.cursor, self.top) = (0, 0);
        true
    }

    /// Goes back to the groups; tells whether one wasn't there yet.
    pub fn leave(&mut self) -> bool {
        let inside = self.place != Place::Groups;
        if inside {
            self.place = Place::Groups;
            (self.cursor, self.top) = self.outer;
            self.cursor = self.cursor.min(self.lines().saturating_sub(1));
        }
        inside
    }

    /// Marks or unmarks the one under the cursor and goes on.
    pub fn mark_toggle(&mut self) {
        if let Some(id) = self.difference().map(|one| one.id) {
            let marked = self.marks.contains(id);
            self.marks.set(id, !marked);
            self.perform(CommandId::MoveDown, 1);
        }
    }

    /// Marks all that is 要確認.
    pub fn mark_all(&mut self) {
        let ids: Vec<ApplicationId> = self.check().iter().map(|one| one.id).collect();
        for id in ids {
            self.marks.set(id, true);
        }
    }

    /// What a decision about the chosen ones names.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
        self.chosen().into_iter().map(Difference::shown).collect()
    }
}

impl Default for BooksView {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::office::ReflectGroup;

    fn page(ids: std::ops::Range<u32>) -> Box<BooksPage> {
        let ids: Vec<ApplicationId> = ids.map(|n| ApplicationId::new(0, n)).collect();
        let blocks = ids.chunks(10).map(|ids| ReflectBlock { source: Arc::from("etumo"), ids: ids.to_vec() });
        let pending = vec![ReflectGroup { status: Status::Completed, blocks: blocks.collect() }];
        Box::new(BooksPage { check: Vec::new(), pending })
    }

    fn at_block() -> BooksView {
        let mut view = BooksView::new();
        view.take(Some(page(0..30)));
        view.cursor = 1;
        view.enter();
        view.cursor = 4;
        view.top = 2;
        view
    }

    #[test]
    fn a_row_that_moves_into_another_block_is_followed() {
        let mut view = at_block();
        assert_eq!(view.current(), Some(ApplicationId::new(0, 14)));
        view.take(Some(page(8..30)));
        assert_eq!((view.place, view.current()), (Place::Block(Status::Completed, 0), Some(ApplicationId::new(0, 14))));
        assert_eq!(view.cursor - view.top, 2, "and stays on its line of the screen");
    }

    #[test]
    fn a_block_that_is_gone_leads_back_to_the_groups() {
        let mut view = at_block();
        view.take(Some(page(0..5)));
        assert_eq!((view.place, view.cursor), (Place::Groups, 0));
        view.take(Some(Box::default()));
        assert_eq!((view.lines(), view.enter(), view.leave()), (0, false, false));
    }

    #[test]
    fn changes_that_come_faster_than_readings_are_read_once() {
        let mut view = BooksView::new();
        assert!(!view.expire() && !view.expire(), "the first reading is still on its way");
        assert!(view.take(Some(page(0..3))), "so it is followed by one more");
        assert!(!view.take(Some(page(0..3))));
        assert!(view.expire());
    }
}
