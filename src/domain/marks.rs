//! Marks: the set of applications that the next action is about. A set of ids, so it survives search, sort and
//! reload; compact, so that a million marks take little more than 100 KiB and are joined with another million in less
//! time than a key press may take.

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

impl Page {
    fn words<'p>(&'p self, other: &'p Self) -> impl Iterator<Item = (u64, u64)> + 'p {
        self.bits.iter().copied().zip(other.bits.iter().copied())
    }
}

impl Extend<ApplicationId> for Marks {
    fn extend<I: IntoIterator<Item = ApplicationId>>(&mut self, ids: I) {
        for id in ids {
            self.set(id, true);
        }
    }
}

impl FromIterator<ApplicationId> for Marks {
    fn from_iter<I: IntoIterator<Item = ApplicationId>>(ids: I) -> Self {
        let mut marks = Self::default();
        marks.extend(ids);
        marks
    }
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

    /// How many stand in both sets.
    #[must_use]
    pub fn common(&self, other: &Self) -> u64 {
        let both = self.pages.iter().filter_map(|(number, page)| Some((page, other.pages.get(number)?)));
        both.map(|(a, b)| a.words(b).map(|(a, b)| u64::from((a & b).count_ones())).sum::<u64>()).sum()
    }

    /// Marks all of `other` too.
    pub fn unite(&mut self, other: &Self) {
        self.combine(other, |mine, theirs| mine | theirs);
    }

    /// Unmarks all of `other`.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, |mine, theirs| mine & !theirs);
    }

    /// Turns the marks of `other` over; those beyond it stay.
    pub fn flip(&mut self, other: &Self) {
        self.combine(other, |mine, theirs| mine ^ theirs);
    }

    /// Works on the pages that `other` has, word by word.
    fn combine(&mut self, other: &Self, of: impl Fn(u64, u64) -> u64) {
        for (number, theirs) in &other.pages {
            let mine = self.pages.entry(*number).or_default();
            self.count -= u64::from(mine.count);
            mine.count = 0;
            for (word, theirs) in mine.bits.iter_mut().zip(theirs.bits.iter()) {
                *word = of(*word, *theirs);
                mine.count += word.count_ones();
            }
            self.count += u64::from(mine.count);
            if mine.count == 0 {
                self.pages.remove(number);
            }
        }
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

        #[test]
        fn sets_are_joined_as_sets_are(
            a in prop::collection::btree_set((0u32..2, 0u32..140_000), 0..60),
            b in prop::collection::btree_set((0u32..2, 0u32..140_000), 0..60),
            shared in prop::collection::btree_set((0u32..2, 0u32..140_000), 0..20),
        ) {
            let ids = |of: &BTreeSet<(u32, u32)>| -> BTreeSet<ApplicationId> {
                of.union(&shared).map(|(stream, n)| ApplicationId::new(*stream, *n)).collect()
            };
            let (a, b) = (ids(&a), ids(&b));
            let marks = |of: &BTreeSet<ApplicationId>| of.iter().copied().collect::<Marks>();
            let joined = |join: fn(&mut Marks, &Marks)| {
                let mut joined = marks(&a);
                join(&mut joined, &marks(&b));
                joined
            };
            prop_assert_eq!(joined(Marks::unite), marks(&a.union(&b).copied().collect()));
            prop_assert_eq!(joined(Marks::subtract), marks(&a.difference(&b).copied().collect()));
            prop_assert_eq!(joined(Marks::flip), marks(&a.symmetric_difference(&b).copied().collect()));
            prop_assert_eq!(marks(&a).common(&marks(&b)), a.intersection(&b).count() as u64);
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
