//! Rows of one segment as bits: what a query works on, 64 applications at a time.

/// Some of the rows of a segment: bit `n % 64` of word `n / 64` stands for row `n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows(Box<[u64]>);

impl Rows {
    /// None of `count` rows.
    pub(super) fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)].into_boxed_slice())
    }

    /// All of `count` rows.
    pub(super) fn all(count: usize) -> Self {
        let mut rows = Self(vec![u64::MAX; count.div_ceil(64)].into_boxed_slice());
        if let (Some(last), rest @ 1..) = (rows.0.last_mut(), count % 64) {
            *last = (1 << rest) - 1;
        }
        rows
    }

    pub(super) fn insert(&mut self, row: usize) {
        self.0[row / 64] |= 1 << (row % 64);
    }

    pub(super) fn remove(&mut self, row: usize) {
        self.0[row / 64] &= !(1 << (row % 64));
    }

    pub(super) fn contains(&self, row: usize) -> bool {
        self.0[row / 64] >> (row % 64) & 1 == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Adds rows; `words` may be longer than the segment is.
    pub(super) fn unite(&mut self, words: &[u64]) {
        self.0.iter_mut().zip(words).for_each(|(mine, theirs)| *mine |= theirs);
    }

    /// Adds the bits of `words`, of which the first is word `at` here.
    pub(super) fn unite_at(&mut self, at: usize, words: &[u64]) {
        self.0[at..].iter_mut().zip(words).for_each(|(mine, theirs)| *mine |= theirs);
    }

    pub(super) fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine &= theirs);
    }

    pub(super) fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine &= !theirs);
    }

    /// Whether every row of `other` is among these.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| theirs & !mine == 0)
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    /// Adds the rows whose value in a column is meant.
    pub(super) fn insert_where<T: Copy>(&mut self, column: &[T], meant: impl Fn(T) -> bool) {
        for (word, values) in self.0.iter_mut().zip(column.chunks(64)) {
            *word |= values.iter().enumerate().fold(0, |bits, (bit, value)| bits | u64::from(meant(*value)) << bit);
        }
    }

    /// The rows, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut left = *bits;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(word * 64 + bit)
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
        fn rows_behave_as_a_set(
            count in 1usize..200,
            steps in prop::collection::vec((0usize..200, any::<bool>()), 0..60),
            others in prop::collection::btree_set(0usize..200, 0..60),
        ) {
            let (mut rows, mut set) = (Rows::none(count), BTreeSet::new());
            for (row, add) in steps {
                let row = row % count;
                if add { rows.insert(row); set.insert(row); } else { rows.remove(row); set.remove(&row); }
            }
            let others: BTreeSet<usize> = others.into_iter().map(|row| row % count).collect();
            let mut other = Rows::none(count);
            others.iter().for_each(|row| other.insert(*row));
            prop_assert_eq!(rows.iter().collect::<Vec<_>>(), set.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!((rows.len(), rows.is_empty()), (set.len(), set.is_empty()));
            prop_assert!(set.iter().all(|row| rows.contains(*row)));
            prop_assert_eq!(rows.covers(&other), others.is_subset(&set));
            let joined = |join: &dyn Fn(&mut Rows)| { let mut rows = rows.clone(); join(&mut rows); rows.iter().collect::<BTreeSet<_>>() };
            prop_assert_eq!(joined(&|rows| rows.unite(other.words())), &set | &others);
            prop_assert_eq!(joined(&|rows| rows.intersect(&other)), &set & &others);
            prop_assert_eq!(joined(&|rows| rows.subtract(&other)), &set - &others);
            prop_assert_eq!(Rows::all(count).iter().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_column_is_judged_value_by_value() {
        let column: Vec<u8> = (0..150).map(|n| n % 7).collect();
        let mut rows = Rows::none(column.len());
        rows.insert_where(&column, |value| value == 3);
        assert!(rows.iter().eq((0..150).filter(|n| n % 7 == 3)));
    }
}
