//! Sets of application ids as ranges: births come in long runs, so a million of them are a handful of numbers.

use std::ops::Range;

use crate::domain::identity::ApplicationId;

/// A set of ids: ascending ranges that don't touch each other. A range may hold numbers that no application has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ids(Vec<Range<u64>>);

impl Ids {
    /// The set of ranges in any order.
    pub(super) fn of_ranges(mut ranges: Vec<Range<u64>>) -> Self {
        ranges.retain(|range| !range.is_empty());
        ranges.sort_unstable_by_key(|range| range.start);
        let mut ids = Self::default();
        for range in ranges {
            match ids.0.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => ids.0.push(range),
            }
        }
        ids
    }

    /// The set of some ids.
    pub(super) fn of(ids: impl IntoIterator<Item = ApplicationId>) -> Self {
        let one = |id: ApplicationId| id.as_u64()..id.as_u64().saturating_add(1);
        Self::of_ranges(ids.into_iter().map(one).collect())
    }

    /// Both together.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        Self::of_ranges(self.0)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many numbers are in it; there may be fewer applications.
    pub(super) fn len(&self) -> u64 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }

    pub(super) fn ranges(&self) -> &[Range<u64>] {
        &self.0
    }

    /// Parts of at most `most` numbers, ascending.
    pub(super) fn parts(self, most: u64) -> impl Iterator<Item = Self> {
        let mut left = self.0.into_iter();
        let mut rest: Option<Range<u64>> = None;
        std::iter::from_fn(move || {
            let (mut part, mut room) = (Vec::new(), most);
            while room > 0 {
                let Some(range) = rest.take().or_else(|| left.next()) else { break };
                let end = range.end.min(range.start.saturating_add(room));
                room -= end - range.start;
                if end < range.end {
                    rest = Some(end..range.end);
                }
                part.push(range.start..end);
            }
            (!part.is_empty()).then_some(Self(part))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn numbers(ids: &Ids) -> Vec<u64> {
        ids.ranges().iter().cloned().flatten().collect()
    }

    proptest! {
        #[test]
        fn ranges_say_what_the_numbers_say(
            ranges in proptest::collection::vec((0u64..60, 0u64..9), 0..12), more in proptest::collection::vec(0u64..70, 0..9),
            most in 1u64..9,
        ) {
            let naive: BTreeSet<u64> = ranges.iter().flat_map(|(at, n)| *at..at + n).chain(more.iter().copied()).collect();
            let naive: Vec<u64> = naive.into_iter().collect();
            let ids = Ids::of_ranges(ranges.iter().map(|(at, n)| *at..at + n).collect());
            let ids = ids.with(Ids::of(more.iter().map(|id| ApplicationId::from_u64(*id))));
            prop_assert_eq!(numbers(&ids), naive.clone());
            prop_assert_eq!(ids.len(), naive.len() as u64);
            prop_assert_eq!(ids.is_empty(), naive.is_empty());
            prop_assert!(ids.ranges().windows(2).all(|pair| pair[0].end < pair[1].start));
            let parts: Vec<Vec<u64>> = ids.parts(most).map(|part| numbers(&part)).collect();
            prop_assert!(parts.iter().rev().skip(1).all(|part| part.len() as u64 == most));
            prop_assert!(parts.iter().all(|part| !part.is_empty() && part.len() as u64 <= most));
            prop_assert_eq!(parts.concat(), naive);
        }
    }
}
