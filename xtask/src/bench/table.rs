//! The rows of the table: what was measured, beside what, the goal, and whether it holds. Nothing is measured here.

use std::fmt;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Bytes,
    /// Bytes sent to a terminal, which are few.
    Sent,
    /// A count of anything.
    Number,
    /// One thing in terms of another.
    Times,
}

impl Unit {
    /// The word of the JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Bytes | Self::Sent => "bytes",
            Self::Number => "number",
            Self::Times => "times",
        }
    }

    /// A value as people read it.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Seconds if value >= 10.0 => format!("{value:.1} s"),
            Self::Seconds if value >= 1.0 => format!("{value:.2} s"),
            Self::Seconds if value >= 0.01 => format!("{:.1} ms", value * 1e3),
            Self::Seconds if value >= 0.000_1 => format!("{:.2} ms", value * 1e3),
            Self::Seconds => format!("{:.2} µs", value * 1e6),
            Self::Bytes => format!("{:.0} MB", value / 1e6),
            Self::Sent => format!("{value:.0} B"),
            Self::Number => format!("{value:.0}"),
            Self::Times => format!("{value:.2} ×"),
        }
    }
}

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Nothing: the figure says something beside the others.
    None,
    /// Ours is at most so many times theirs.
    Ratio(f64),
    /// Ours is at most so much.
    AtMost(f64),
    /// Theirs takes at least so many times as long.
    Faster(f64),
    /// The two are at most so many times theirs: what must be, and what is wished for.
    Between { must: f64, goal: f64 },
}

/// Whether a goal is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    NoGoal,
    Holds,
    /// What must be is, the goal is missed.
    HoldsInPart,
    FallsShort,
    NotMeasured(String),
}

impl Verdict {
    /// Whether `--check` names it.
    pub const fn is_missed(&self) -> bool {
        matches!(self, Self::FallsShort | Self::HoldsInPart)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGoal => f.write_str("—"),
            Self::Holds => f.write_str("holds"),
            Self::HoldsInPart => f.write_str("the must holds, **the goal falls short**"),
            Self::FallsShort => f.write_str("**falls short**"),
            Self::NotMeasured(why) => write!(f, "not measured: {why}"),
        }
    }
}

/// What ours stands beside.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    pub what: String,
    pub value: Result<f64, String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name of the row in the JSON.
    pub id: String,
    pub what: String,
    pub unit: Unit,
    pub ours: Result<f64, String>,
    pub beside: Option<Beside>,
    pub goal: Goal,
}

impl Row {
    /// A row with a value of ours alone.
    pub fn new(id: &str, what: impl Into<String>, unit: Unit, ours: f64) -> Self {
        let ours = if ours.is_finite() { Ok(ours) } else { Err("no such case at this size".to_owned()) };
        Self { id: id.to_owned(), what: what.into(), unit, ours, beside: None, goal: Goal::None }
    }

    /// Beside another.
    #[must_use]
    pub fn beside(mut self, what: impl Into<String>, value: Result<f64, String>) -> Self {
        // A peer that was not measured says so, whatever ours would be without its share of the words.
        if let (Err(_), Err(why)) = (&self.ours, &value) {
            self.ours = Err(why.clone());
        }
        self.beside = Some(Beside { what: what.into(), value });
        self
    }

    /// With a goal.
    #[must_use]
    pub const fn goal(mut self, goal: Goal) -> Self {
        self.goal = goal;
        self
    }

    /// Ours to theirs; below 1, ours is less.
    pub fn ratio(&self) -> Option<f64> {
        let theirs = *self.beside.as_ref()?.value.as_ref().ok()?;
        let ratio = self.ours.as_ref().ok()? / theirs;
        ratio.is_finite().then_some(ratio)
    }

    /// Whether the goal is met.
    pub fn verdict(&self) -> Verdict {
        if let Err(why) = &self.ours {
            return Verdict::NotMeasured(why.clone());
        }
        let held = |holds: bool| if holds { Verdict::Holds } else { Verdict::FallsShort };
        match (self.goal, &self.ours) {
            (Goal::None, _) => match self.beside.as_ref().map(|beside| &beside.value) {
                Some(Err(why)) => Verdict::NotMeasured(why.clone()),
                _ => Verdict::NoGoal,
            },
            (Goal::AtMost(most), Ok(ours)) => held(*ours <= most),
            (Goal::Ratio(_) | Goal::Faster(_) | Goal::Between { .. }, _) => match self.ratio() {
                Some(ratio) => match self.goal {
                    Goal::Between { must, goal } if ratio > goal && ratio <= must => Verdict::HoldsInPart,
                    Goal::Between { goal, .. } => held(ratio <= goal),
                    Goal::Faster(times) => held(ratio * times <= 1.0),
                    Goal::Ratio(most) => held(ratio <= most),
                    Goal::None | Goal::AtMost(_) => Verdict::NoGoal,
                },
                None => Verdict::NotMeasured(match self.beside.as_ref().map(|beside| &beside.value) {
                    Some(Err(why)) => why.clone(),
                    _ => "nothing to compare with".to_owned(),
                }),
            },
            (_, Err(why)) => Verdict::NotMeasured(why.clone()),
        }
    }

    /// The goal as people read it.
    pub fn goal_text(&self) -> String {
        let number = |value: f64| format!("{value:.2}");
        match self.goal {
            Goal::None => "—".to_owned(),
            Goal::Ratio(most) => format!("≤ {} ×", number(most)),
            Goal::AtMost(most) => format!("≤ {}", self.unit.show(most)),
            Goal::Faster(times) => format!("≥ {times:.0} × faster"),
            Goal::Between { must, goal } => format!("must ≤ {} ×, goal ≤ {} ×", number(must), number(goal)),
        }
    }

    /// The ratio as people read it: how many times faster, where that is what is promised.
    pub fn ratio_text(&self) -> String {
        match (self.ratio(), self.goal) {
            (None, _) => "—".to_owned(),
            (Some(ratio), Goal::Faster(_)) if ratio > 0.1 => format!("{:.2} × faster", 1.0 / ratio),
            (Some(ratio), Goal::Faster(_)) => format!("{:.0} × faster", 1.0 / ratio),
            (Some(ratio), _) if ratio < 0.01 => format!("{ratio:.4}"),
            (Some(ratio), _) => format!("{ratio:.2}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, theirs: Result<f64, String>, goal: Goal) -> Row {
        Row::new("row", "what", Unit::Seconds, ours).beside("them", theirs).goal(goal)
    }

    #[test]
    fn a_goal_is_met_or_missed_by_its_very_number() {
        let verdict = |ours, theirs, goal| row(ours, Ok(theirs), goal).verdict();
        assert_eq!(verdict(2.0, 1.0, Goal::Ratio(2.0)), Verdict::Holds);
        assert_eq!(verdict(2.1, 1.0, Goal::Ratio(2.0)), Verdict::FallsShort);
        assert_eq!(verdict(1.0, 6.0, Goal::Faster(6.0)), Verdict::Holds);
        assert_eq!(verdict(1.0, 5.9, Goal::Faster(6.0)), Verdict::FallsShort);
        let between = Goal::Between { must: 0.8, goal: 0.6 };
        assert_eq!(verdict(0.6, 1.0, between), Verdict::Holds);
        assert_eq!(verdict(0.7, 1.0, between), Verdict::HoldsInPart);
        assert_eq!(verdict(0.81, 1.0, between), Verdict::FallsShort);
        assert_eq!(verdict(9.0, 1.0, Goal::None), Verdict::NoGoal);
        assert_eq!(row(64.0, Err("x".into()), Goal::AtMost(64.0)).verdict(), Verdict::Holds);
        assert_eq!(row(64.5, Err("x".into()), Goal::AtMost(64.0)).verdict(), Verdict::FallsShort);
    }

    #[test]
    fn what_was_not_measured_neither_holds_nor_is_missed() {
        let missing = Verdict::NotMeasured("not installed".into());
        for goal in [Goal::Ratio(1.0), Goal::Faster(2.0), Goal::Between { must: 1.0, goal: 0.5 }, Goal::None] {
            let row = row(0.1, Err("not installed".into()), goal);
            assert_eq!((row.verdict(), row.ratio()), (missing.clone(), None));
            assert!(!row.verdict().is_missed());
        }
        assert_eq!(row(f64::NAN, Err("not installed".into()), Goal::Faster(2.0)).verdict(), missing);
        assert!(matches!(row(f64::NAN, Ok(1.0), Goal::Ratio(1.0)).verdict(), Verdict::NotMeasured(_)));
        assert!(matches!(row(1.0, Ok(0.0), Goal::Ratio(1.0)).verdict(), Verdict::NotMeasured(_)));
        assert!(Verdict::FallsShort.is_missed() && Verdict::HoldsInPart.is_missed() && !Verdict::Holds.is_missed());
    }

    #[test]
    fn figures_are_read_by_people() {
        let shown = [0.000_001_5, 0.000_5, 0.016, 1.5, 12.34].map(|value| Unit::Seconds.show(value));
        assert_eq!(shown, ["1.50 µs", "0.50 ms", "16.0 ms", "1.50 s", "12.3 s"]);
        assert_eq!(row(1.0, Ok(8.0), Goal::Faster(6.0)).ratio_text(), "8.00 × faster");
        assert_eq!(row(1.0, Ok(8.0), Goal::Ratio(0.2)).goal_text(), "≤ 0.20 ×");
        assert_eq!(row(1.0, Ok(8.0), Goal::AtMost(0.016)).goal_text(), "≤ 16.0 ms");
    }
}
