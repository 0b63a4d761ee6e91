//! Marks: the set of applications that the next action is about. A set of ids, so it survives search, sort and
//! reload; compact, so that a million marks take little more than 100 KiB.

mod compact;

use std::collections::BTreeMap;

use super::identity::ApplicationId;

/// Ids of one page: their low 16 bits, and how many they are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Page {
    bits: Box<[u64; 1024]>,
    count: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self { bits: Box::new([0; 1024]), count: 0 }
    }
}

/// A set of applications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// By the upper 48 bits of the id (the stream is among them). No page is empty.
    pages: BTreeMap<u64, Page>,
    count: u64,
}

fn place(id: ApplicationId) -> (u64, usize, u64) {
    let id = id.as_u64();
    let low = (id & 0xffff) as usize;
    (id >> 16, low / 64, 1 << (low % 64))
}

impl Marks {
    /// How many are marked.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.count
    }

    /// Whether none is marked.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether this one is marked.
    #[must_use]
    pub fn contains(&self, id: ApplicationId) -> bool {
        let (page, word, bit) = place(id);
        self.pages.get(&page).is_some_and(|page| page.bits[word] & bit != 0)
    }

    /// Marks or unmarks one; tells whether that changed anything.
    pub fn set(&mut self, id: ApplicationId, marked: bool) -> bool {
        let (number, word, bit) = place(id);
        if marked {
            let page = self.pages.entry(number).or_default();
            if page.bits[word] & bit != 0 {
                return false;
            }
            page.bits[word] |= bit;
            page.count += 1;
            self.count += 1;
            return true;
        }
        let Some(page) = self.pages.get_mut(&number).filter(|page| page.bits[word] & bit != 0) else { return false };
        page.bits[word] &= !bit;
        page.count -= 1;
        self.count -= 1;
        if page.count == 0 {
            self.pages.remove(&number);
        }
        true
    }

    /// Unmarks all.
    pub fn clear(&mut self) {
        self.pages.clear();
        self.count = 0;
    }

    /// How many of these are marked.
    #[must_use]
    pub fn count_in(&self, ids: &[ApplicationId]) -> u64 {
        if self.is_empty() { 0 } else { ids.iter().filter(|id| self.contains(**id)).count() as u64 }
    }

    /// All marked ones, by id.
    pub fn iter(&self) -> impl Iterator<Item = ApplicationId> {
        self.pages.iter().flat_map(|(number, page)| {
            page.bits.iter().enumerate().flat_map(move |(word, bits)| {
                (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| {
                    let low = (word * 64) as u64 + bit;
                    ApplicationId::from_u64(number << 16 | low)
                })
            })
        })
    }
}

impl FromIterator<ApplicationId> for Marks {
    fn from_iter<I: IntoIterator<Item = ApplicationId>>(ids: I) -> Self {
        let mut marks = Self::default();
        for id in ids {
            marks.set(id, true);
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_behave_as_a_set(steps in prop::collection::vec((0u32..3, 0u32..200_000, any::<bool>()), 0..80)) {
            let (mut marks, mut set) = (Marks::default(), BTreeSet::new());
            for (stream, n, marked) in steps {
                let id = ApplicationId::new(stream, n);
                let changed = if marked { set.insert(id) } else { set.remove(&id) };
                prop_assert_eq!(marks.set(id, marked), changed);
                prop_assert_eq!(marks.contains(id), marked);
            }
            prop_assert_eq!(marks.len(), set.len() as u64);
            prop_assert_eq!(marks.iter().collect::<Vec<_>>(), set.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_emptied_set_equals_a_new_one() {
        let mut marks = Marks::default();
        marks.set(ApplicationId::new(1, 70_000), true);
        marks.set(ApplicationId::new(1, 70_000), false);
        assert_eq!(marks, Marks::default());
    }
}
