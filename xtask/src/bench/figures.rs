//! From what was measured to the rows of the table: each row of the issue's own table, in its order, and what explains
//! it.

use super::batch::Batches;
use super::import::Imports;
use super::screen::Screens;
use super::search::{Peer, Searches, spread};
use super::table::{Goal, Row, Unit};

/// What was measured at one size.
#[derive(Debug)]
pub struct Measured {
    pub rows: u64,
    pub file_bytes: u64,
    pub imports: Imports,
    pub searches: Searches,
    pub batches: Batches,
    pub screens: Screens,
}

/// A key is answered within a frame of a screen that draws sixty a second.
const FRAME: f64 = 0.016;

/// No more memory than this, bytes.
const MEMORY: f64 = 100e6;

impl Measured {
    /// Seconds of an import for each row: the first, and the next one.
    pub fn import_each(&self) -> (f64, f64) {
        let (first, _, next) = self.imports.seconds();
        (first / self.rows as f64, next / self.rows as f64)
    }

    /// All rows.
    pub fn rows_of_table(&self) -> Vec<Row> {
        let mut rows = self.import_rows();
        rows.extend(self.search_rows());
        rows.extend(self.batch_rows());
        rows.extend(self.screen_rows());
        rows
    }

    fn import_rows(&self) -> Vec<Row> {
        let (first, beside, _) = self.imports.seconds();
        let (peak, beside_peak) = self.imports.peaks();
        let known = |bytes: Option<u64>| bytes.map(|bytes| bytes as f64).ok_or("could not be read".to_owned());
        let (each, next) = self.import_each();
        vec![
            Row::new("import", "import into a new store, wall", Unit::Seconds, first)
                .beside("iconv \\| sqlite3 .import", Ok(beside))
                .goal(Goal::Between { must: 0.8, goal: 0.6 }),
            Row::new("import.memory", "memory of it at its peak", Unit::Bytes, known(peak).unwrap_or(f64::NAN))
                .beside("sqlite3", known(beside_peak))
                .goal(Goal::AtMost(MEMORY)),
            Row::new("import.next", "import of as many more into the full store, wall, each", Unit::Seconds, next)
                .beside("the first import, each", Ok(each))
                .goal(Goal::Ratio(1.5)),
        ]
    }

    fn search_rows(&self) -> Vec<Row> {
        let searches = &self.searches;
        let (first, count) = (searches.first(), searches.count());
        let (keys, whole) = searches.keys();
        let seconds = |id: &str, what: &str, value: f64| Row::new(id, what, Unit::Seconds, value);
        let spread_of = |id: &str, what: &str, values: &[f64]| {
            let [p50, p99, most] = spread(values);
            [("p50", p50), ("p99", p99), ("max", most)]
                .map(|(end, value)| seconds(&format!("{id}.{end}"), &format!("{what}, {end}"), value))
        };
        let mut rows = Vec::new();
        let [p50, p99, most] = spread_of("first", "key → first 50 rows, all text, CPU", &first.processor);
        rows.extend([p50, p99.goal(Goal::AtMost(FRAME)), most]);
        rows.extend(spread_of("first.wall", "the same, wall", &first.wall));
        let [p50, p99, most] = spread_of("typed", "typed letter by letter → first 50 rows, CPU", &keys.processor);
        rows.extend([p50, p99.goal(Goal::AtMost(FRAME)), most]);
        let [p50, p99, _] = spread_of("narrowed", "typed letter by letter → all found, CPU", &whole.processor);
        rows.extend([p50, p99]);
        let pass = || Ok(searches.pass());
        let [p50, p99, _] = spread_of("count", "exact count, all text, CPU", &count.processor);
        rows.push(p50.beside("one memory pass", pass()).goal(Goal::Ratio(1.1)));
        rows.push(p99.beside("one memory pass", pass()));
        let huge = super::measure::median(&searches.huge());
        let what = "exact count where 60% or more match, CPU, p50";
        rows.push(seconds("count.huge", what, huge).beside("one memory pass", pass()).goal(Goal::Ratio(2.0)));
        let peers = [
            (Peer::Ripgrep, "ripgrep", "rg -cF, with its start", "wall", 6.0),
            (Peer::DuckDb, "duckdb", "DuckDB contains()", "CPU", 20.0),
            (Peer::Like, "like", "SQLite LIKE", "CPU", 50.0),
        ];
        for (peer, id, what, clock, times) in peers {
            let (ours, theirs) = searches.beside(peer);
            let own = format!("exact count, p50 of {} shared words, {clock}", searches.shared());
            rows.push(seconds(&format!("count.{id}"), &own, ours).beside(what, theirs).goal(Goal::Faster(times)));
        }
        let differing = searches.differing().len() as f64;
        let what = "shared words that any of them counts otherwise";
        rows.push(Row::new("count.differing", what, Unit::Number, differing).goal(Goal::AtMost(0.0)));
        rows
    }

    fn batch_rows(&self) -> Vec<Row> {
        let (ours, beside) = self.batches.seconds();
        let count = self.batches.count;
        let [plan, as_planned, undo] = self.batches.parts();
        let part = |id: &str, what: String, value| Row::new(id, what, Unit::Seconds, value);
        vec![
            part("batch", format!("{count} random status changes, judged, with audit, FULL, wall"), ours)
                .beside("bare UPDATE of one wide table", Ok(beside))
                .goal(Goal::Ratio(0.15)),
            part("batch.narrow", "the same, wall".to_owned(), ours)
                .beside("bare UPDATE of our own narrow table", Ok(self.batches.narrow()))
                .goal(Goal::Ratio(2.5)),
            part("batch.plan", "the plan that the screen shows before, wall".to_owned(), plan),
            part("batch.planned", "the change as planned, wall".to_owned(), as_planned)
                .beside("bare UPDATE of one wide table", Ok(beside)),
            part("batch.undo", "taking it back, wall".to_owned(), undo)
                .beside("bare UPDATE of our own narrow table", Ok(self.batches.narrow()))
                .goal(Goal::Ratio(2.5)),
        ]
    }

    fn screen_rows(&self) -> Vec<Row> {
        let (ours, less) = self.screens.seconds();
        let mut rows = vec![
            Row::new("start", "process start → first 50 rows on the terminal, wall", Unit::Seconds, ours)
                .beside("less -S on the CSV", Ok(less))
                .goal(Goal::Ratio(2.0)),
        ];
        let Some(session) = &self.screens.session else { return rows };
        let [p50, _, most] = spread(&session.keys);
        rows.push(Row::new("key.p50", "key of a search → first byte on the terminal, wall, p50", Unit::Seconds, p50));
        rows.push(
            Row::new("key.max", "key of a search → first byte on the terminal, wall, max", Unit::Seconds, most)
                .goal(Goal::AtMost(FRAME)),
        );
        let page = session.page;
        let sent = |id: &str, what: &str, value: f64| Row::new(id, what, Unit::Sent, value);
        rows.extend([
            sent("page.visible", "page down, 50×200", page.ours)
                .beside("visible text of the lines that change", Ok(page.visible))
                .goal(Goal::Ratio(1.15)),
            sent("page.changed", "page down, 50×200", page.ours)
                .beside("text of the cells that change", Ok(page.changed)),
            sent("page.stock", "page down, 50×200", page.ours)
                .beside("stock ratatui backend", Ok(page.stock))
                .goal(Goal::Ratio(0.3)),
            sent("cursor", "cursor down, side pane closed", session.cursor).goal(Goal::AtMost(64.0)),
            Row::new("memory", "memory of the screen behind a search of all text", Unit::Bytes, session.memory.0)
                .beside("fzf -f on the same text", self.searches.fzf())
                .goal(Goal::Ratio(0.2)),
            Row::new("memory.private", "of it private", Unit::Bytes, session.memory.1).goal(Goal::AtMost(MEMORY)),
        ]);
        rows
    }
}
