//! How figures grow with the store: the same ones at each size, and whether the larger size pays more than it should.

use super::figures::Measured;
use super::search::spread;
use super::table::{Goal, Row, Unit};

/// So much may a larger size differ from a smaller one where nothing should grow.
const FLAT: f64 = 1.2;

/// One figure at each size.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    pub id: &'static str,
    pub what: &'static str,
    pub unit: Unit,
    /// From the smallest store to the largest.
    pub values: Vec<f64>,
    pub goal: Wish,
}

/// What is promised of the growth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wish {
    /// Nothing.
    None,
    /// No larger size pays more than any smaller one, within a fifth.
    Flat,
    /// So much at most, at every size.
    AtMost(f64),
}

/// Every figure, from what was measured at each size.
pub fn all(sizes: &[Measured]) -> Vec<Growth> {
    let of = |id, what, unit, goal, value: &dyn Fn(&Measured) -> f64| Growth {
        id,
        what,
        unit,
        values: sizes.iter().map(value).collect(),
        goal,
    };
    let session = |size: &Measured, value: fn(&super::screen::Session) -> f64| {
        size.screens.session.as_ref().map_or(f64::NAN, value)
    };
    let text = |size: &Measured| size.searches.text_bytes as f64 / 1e6;
    let seconds = Unit::Seconds;
    vec![
        of("growth.import", "import, each row", seconds, Wish::Flat, &|size| size.import_each().0),
        of("growth.next", "import into a full store ÷ the first", Unit::Times, Wish::AtMost(1.5), &|size| {
            size.import_each().1 / size.import_each().0
        }),
        of("growth.import_ratio", "import ÷ iconv \\| sqlite3 .import", Unit::Times, Wish::None, &|size| {
            let (ours, theirs, _) = size.imports.seconds();
            ours / theirs
        }),
        of("growth.first", "key → first 50 rows, CPU, p99", seconds, Wish::None, &|size| {
            spread(&size.searches.first().processor)[1]
        }),
        of("growth.count", "exact count, CPU, p50, each MB of text", seconds, Wish::Flat, &|size| {
            spread(&size.searches.count().processor)[0] / text(size)
        }),
        of("growth.pass", "exact count ÷ one memory pass, p50", Unit::Times, Wish::None, &|size| {
            spread(&size.searches.count().processor)[0] / size.searches.pass()
        }),
        of("growth.batch", "status change, each", seconds, Wish::None, &|size| {
            size.batches.seconds().0 / size.batches.count as f64
        }),
        of("growth.start", "start → first 50 rows", seconds, Wish::Flat, &|size| size.screens.seconds().0),
        of("growth.cursor", "cursor down", Unit::Sent, Wish::Flat, &|size| session(size, |s| s.cursor)),
        of("growth.page", "page down", Unit::Sent, Wish::Flat, &|size| session(size, |s| s.page.ours)),
        of("growth.memory", "private memory of the screen", Unit::Bytes, Wish::None, &|size| {
            session(size, |s| s.memory.1)
        }),
    ]
}

impl Growth {
    /// The row by which the growth is judged.
    pub fn row(&self) -> Row {
        let last = self.values.last().copied().unwrap_or(f64::NAN);
        match self.goal {
            Wish::None => Row::new(self.id, self.what, self.unit, last),
            Wish::AtMost(most) => {
                let worst = self.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                Row::new(self.id, self.what, self.unit, worst).goal(Goal::AtMost(most))
            }
            Wish::Flat => {
                let (larger, smaller) =
                    self.steepest().map_or((last, Err("one size only".to_owned())), |(l, s)| (l, Ok(s)));
                Row::new(self.id, self.what, self.unit, larger)
                    .beside("a smaller store", smaller)
                    .goal(Goal::Ratio(FLAT))
            }
        }
    }

    /// The larger size that pays most beside a smaller one, and that smaller one.
    fn steepest(&self) -> Option<(f64, f64)> {
        let pairs = (1..self.values.len()).map(|at| {
            let least = self.values[..at].iter().copied().fold(f64::INFINITY, f64::min);
            (self.values[at], least)
        });
        pairs.max_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::table::Verdict;

    fn verdict(values: &[f64], goal: Wish) -> Verdict {
        let values = values.to_vec();
        Growth { id: "growth", what: "what", unit: Unit::Seconds, values, goal }.row().verdict()
    }

    #[test]
    fn a_larger_store_may_cost_a_fifth_more_than_any_smaller_one() {
        assert_eq!(verdict(&[1.0, 1.1, 1.2], Wish::Flat), Verdict::Holds);
        assert_eq!(verdict(&[1.0, 1.3, 1.0], Wish::Flat), Verdict::FallsShort);
        // What each run pays once weighs more on a small store: that is no growth.
        assert_eq!(verdict(&[3.0, 1.0, 1.1], Wish::Flat), Verdict::Holds);
        assert_eq!(verdict(&[3.0, 1.0, 1.3], Wish::Flat), Verdict::FallsShort);
        assert!(matches!(verdict(&[1.0], Wish::Flat), Verdict::NotMeasured(_)));
        assert_eq!(verdict(&[1.6, 1.0], Wish::AtMost(1.5)), Verdict::FallsShort);
        assert_eq!(verdict(&[9.0, 99.0], Wish::None), Verdict::NoGoal);
    }
}
