//! The figures as a table for people, as JSON for scripts, and as the page docs/benchmarks.md.

use serde_json::{Value, json};

use super::data::queries::LENGTHS;
use super::figures::Measured;
use super::growth::{self, Growth};
use super::machine::Machine;
use super::search::{Word, spread};
use super::table::{Row, Unit, Verdict};

/// Everything that is to be told.
pub struct Report<'a> {
    sizes: &'a [Measured],
    runs: u64,
    machine: &'a Machine,
    rows: Vec<Row>,
    growth: Vec<Growth>,
}

impl<'a> Report<'a> {
    /// Of what was measured, the smallest size first.
    pub fn new(sizes: &'a [Measured], runs: u64, machine: &'a Machine) -> Self {
        let rows = sizes.last().map(Measured::rows_of_table).unwrap_or_default();
        Self { sizes, runs, machine, rows, growth: growth::all(sizes) }
    }

    /// A line for each goal that is missed.
    pub fn missed(&self) -> Vec<String> {
        let growth: Vec<Row> = self.growth.iter().map(Growth::row).collect();
        self.rows.iter().chain(&growth).filter(|row| row.verdict().is_missed()).map(missed_line).collect()
    }

    /// The table, and growth.
    pub fn table(&self) -> String {
        format!("{}\n{}\n{}", main_table(&self.rows), self.growth_table(), self.facts())
    }

    fn growth_table(&self) -> String {
        let sizes: Vec<String> = self.sizes.iter().map(|size| thousands(size.rows)).collect();
        let mut text = format!("| growth | {} | goal | verdict |\n", sizes.join(" | "));
        text += &format!("|---|{}---|---|\n", "---|".repeat(sizes.len()));
        for growth in &self.growth {
            let values: Vec<String> = growth.values.iter().map(|value| shown(growth.unit, *value)).collect();
            let row = growth.row();
            let goal = match growth.goal {
                growth::Wish::Flat => "flat within 20%".to_owned(),
                growth::Wish::None | growth::Wish::AtMost(_) => row.goal_text(),
            };
            text += &format!("| {} | {} | {goal} | {} |\n", growth.what, values.join(" | "), row.verdict());
        }
        text
    }

    /// What the figures were taken of.
    fn facts(&self) -> String {
        let Some(size) = self.sizes.last() else { return String::new() };
        let (text, pass) = (size.searches.text_bytes as f64, size.searches.pass());
        let megabytes = |bytes: u64| Unit::Bytes.show(bytes as f64);
        format!(
            "{} applications, file {}, store {}, text that free words look into {} folded. One memory pass over as many \
             bytes takes {} ({:.1} GB/s). Medians of {} interleaved runs.\n",
            thousands(size.rows),
            megabytes(size.file_bytes),
            megabytes(size.imports.store_bytes),
            Unit::Bytes.show(text),
            Unit::Seconds.show(pass),
            text / pass / 1e9,
            self.runs
        )
    }

    /// Everything that was measured.
    pub fn json(&self) -> String {
        let growth: Vec<Value> = self
            .growth
            .iter()
            .map(|growth| {
                let mut row = row_json(&growth.row());
                row["values"] = json!(growth.values);
                row
            })
            .collect();
        let queries: Vec<Value> = self.sizes.last().map_or_else(Vec::new, |size| {
            let each = size.searches.each().into_iter();
            each.map(|word| {
                json!({ "words": word.text, "found": word.found, "first_cpu_s": word.first, "count_cpu_s": word.count })
            })
            .collect()
        });
        let machine = self.machine;
        let document = json!({
            "rows": self.sizes.last().map(|size| size.rows),
            "sizes": self.sizes.iter().map(|size| size.rows).collect::<Vec<_>>(),
            "runs": self.runs,
            "file_bytes": self.sizes.last().map(|size| size.file_bytes),
            "store_bytes": self.sizes.last().map(|size| size.imports.store_bytes),
            "text_bytes": self.sizes.last().map(|size| size.searches.text_bytes),
            "machine": {
                "processor": machine.processor,
                "cores": machine.cores,
                "memory_bytes": machine.memory_bytes,
                "kernel": machine.kernel,
                "commit": machine.commit,
                "load_before": machine.load.0,
                "load_after": machine.load.1,
                "busy": machine.was_busy(),
            },
            "figures": self.rows.iter().map(row_json).collect::<Vec<_>>(),
            "growth": growth,
            "queries": queries,
        });
        format!("{document:#}\n")
    }

    /// The page of the figures, with what a reader needs to doubt and to repeat them.
    pub fn page(&self) -> String {
        let machine = self.machine;
        let load = |load: Option<f64>| load.map_or("unknown".to_owned(), |load| format!("{load:.2}"));
        let busy = if machine.was_busy() {
            " **The machine was busy**: ratios are of one moment, but uneven; take them as an indication."
        } else {
            ""
        };
        let rows = self.sizes.last().map_or(0, |size| size.rows);
        let missed = self.missed();
        let outcome = if missed.is_empty() {
            "Every goal that was measured holds.\n".to_owned()
        } else {
            format!("What falls short:\n\n- {}\n", missed.join("\n- "))
        };
        format!(
            "# Figures\n\nMade by `cargo xtask bench --rows {rows} --runs {} --write`; not written by hand. Ratio = ours ÷ \
             theirs within one run, below 1 we are less. Commit {}; {}, {} cores, {} memory, Linux {}; load {} before, \
             {} behind.{busy} Page cache warm.\n\n{}\n{}\n{outcome}\n## Growth\n\n{}\n{}\n{}",
            self.runs,
            machine.commit,
            machine.processor,
            machine.cores,
            machine.memory_bytes.map_or("unknown".to_owned(), |bytes| format!("{:.0} GB", bytes as f64 / 1e9)),
            machine.kernel,
            load(machine.load.0),
            load(machine.load.1),
            main_table(&self.rows),
            self.facts(),
            self.growth_table(),
            self.words(),
            HOW
        )
    }

    /// The searches, by how long the words are and by how much they find; and the slowest.
    fn words(&self) -> String {
        let Some(size) = self.sizes.last() else { return String::new() };
        let each = size.searches.each();
        let mut text = "## The words\n\n| words | number | first 50 rows p50 · p99 · max | count p50 · p99 · max |\n|---|---|---|---|\n".to_owned();
        let mut line = |what: String, of: &dyn Fn(&Word) -> bool| {
            let some: Vec<_> = each.iter().filter(|word| of(word)).collect();
            if some.is_empty() {
                return;
            }
            let three = |values: Vec<f64>| spread(&values).map(|value| Unit::Seconds.show(value)).join(" · ");
            let first = three(some.iter().map(|word| word.first).collect());
            let count = three(some.iter().map(|word| word.count).collect());
            text += &format!("| {what} | {} | {first} | {count} |\n", some.len());
        };
        for length in LENGTHS {
            line(format!("{length} letters long"), &|word| word.text.chars().count() == length);
        }
        let bounds = [0, 1, 1_000, 30_000, 200_000, 600_000, u64::MAX];
        for pair in bounds.windows(2) {
            let what = match pair {
                [0, _] => "that find nothing".to_owned(),
                [from, u64::MAX] => format!("that find {} or more", thousands(*from)),
                [from, to] => format!("that find {}–{}", thousands(*from), thousands(to - 1)),
                _ => continue,
            };
            line(what, &|word| (pair[0]..pair[1]).contains(&word.found));
        }
        let slowest = |time: fn(&Word) -> f64| {
            let mut sorted = each.clone();
            sorted.sort_by(|a, b| time(b).total_cmp(&time(a)));
            let shown = |word: &Word| {
                format!("{} ({} found, {})", word.text, thousands(word.found), Unit::Seconds.show(time(word)))
            };
            sorted.iter().take(5).map(shown).collect::<Vec<_>>().join("; ")
        };
        let differing: Vec<String> = size
            .searches
            .differing()
            .into_iter()
            .map(|(word, ours, theirs)| format!("{word}: {} by us, {} by another", thousands(ours), thousands(theirs)))
            .collect();
        text += &format!(
            "\nSlowest first rows: {}.\n\nSlowest counts: {}.\n",
            slowest(|word| word.first),
            slowest(|word| word.count)
        );
        if !differing.is_empty() {
            text += &format!("\nCounted otherwise: {}.\n", differing.join("; "));
        }
        text
    }
}

/// How the figures come about, for the page.
const HOW: &str = include_str!("how.md");

fn main_table(rows: &[Row]) -> String {
    let mut text =
        "| what | ours | beside | theirs | ratio | goal | verdict |\n|---|---|---|---|---|---|---|\n".to_owned();
    for row in rows {
        let ours = row.ours.as_ref().map_or_else(|_| "—".to_owned(), |value| row.unit.show(*value));
        let (beside, theirs) = row.beside.as_ref().map_or(("—", "—".to_owned()), |beside| {
            (&beside.what, beside.value.as_ref().map_or_else(|_| "—".to_owned(), |value| row.unit.show(*value)))
        });
        text += &format!(
            "| {} | {ours} | {beside} | {theirs} | {} | {} | {} |\n",
            row.what,
            row.ratio_text(),
            row.goal_text(),
            row.verdict()
        );
    }
    text
}

fn missed_line(row: &Row) -> String {
    let ours = row.ours.as_ref().map_or_else(Clone::clone, |value| row.unit.show(*value));
    let ratio = row.ratio().map_or_else(String::new, |_| format!(", {}", row.ratio_text()));
    let beside = row.beside.as_ref().map_or_else(String::new, |beside| format!(" beside {}", beside.what));
    format!("{}: {ours}{ratio}{beside} (goal {})", row.what, row.goal_text())
}

fn row_json(row: &Row) -> Value {
    let verdict = match row.verdict() {
        Verdict::NoGoal => "no_goal",
        Verdict::Holds => "holds",
        Verdict::HoldsInPart => "must_holds_goal_missed",
        Verdict::FallsShort => "falls_short",
        Verdict::NotMeasured(_) => "not_measured",
    };
    let why = match row.verdict() {
        Verdict::NotMeasured(why) => Some(why),
        _ => None,
    };
    json!({
        "id": row.id,
        "what": row.what,
        "unit": row.unit.id(),
        "ours": row.ours.as_ref().ok(),
        "beside": row.beside.as_ref().map(|beside| &beside.what),
        "theirs": row.beside.as_ref().and_then(|beside| beside.value.as_ref().ok()),
        "ratio": row.ratio(),
        "goal": row.goal_text(),
        "verdict": verdict,
        "why_not_measured": why,
    })
}

fn shown(unit: Unit, value: f64) -> String {
    if value.is_finite() { unit.show(value) } else { "—".to_owned() }
}

/// 1234567 → 1,234,567.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::table::Goal;

    #[test]
    fn a_table_says_what_was_not_measured() {
        let missing = Row::new("a", "count", Unit::Seconds, f64::NAN)
            .beside("DuckDB", Err("not installed".into()))
            .goal(Goal::Faster(20.0));
        let text = main_table(std::slice::from_ref(&missing));
        assert!(
            text.ends_with("| count | — | DuckDB | — | — | ≥ 20 × faster | not measured: not installed |\n"),
            "{text}"
        );
        let value = row_json(&missing);
        assert_eq!((&value["verdict"], &value["ours"]), (&json!("not_measured"), &Value::Null));
        assert_eq!(value["why_not_measured"], "not installed");
    }

    #[test]
    fn a_missed_goal_is_named_with_its_numbers() {
        let row = Row::new("a", "start", Unit::Seconds, 0.05).beside("less", Ok(0.01)).goal(Goal::Ratio(2.0));
        assert_eq!(missed_line(&row), "start: 50.0 ms, 5.00 beside less (goal ≤ 2.00 ×)");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(999), "999");
    }
}
