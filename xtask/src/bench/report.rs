//! The figures as a table for people, as JSON for scripts, and as the page docs/benchmarks.md.

use serde_json::json;

use super::{Figures, Search};

/// The main figures, each with its ratio; below 1 we are faster.
pub fn table(figures: &Figures) -> String {
    let milliseconds = |seconds: f64| format!("{:.1} ms", seconds * 1e3);
    let line = |what: &str, ours: f64, beside: &str, theirs: f64| {
        format!("| {what} | {} | {beside} | {} | {:.2} |\n", milliseconds(ours), milliseconds(theirs), ours / theirs)
    };
    let mut text = String::from("| what | ours | beside | theirs | ratio |\n|---|---|---|---|---|\n");
    text += &line("import", figures.import, "iconv \\| sqlite3 .import", figures.import_beside);
    text += &line("first screen", figures.screen, "less -S", figures.screen_beside);
    text += &line("exact count, p50", figures.count.0, "grep -acF, p50", figures.grep.0);
    text += &line("exact count, p99", figures.count.1, "grep -acF, p99", figures.grep.1);
    text += &line("first 50 rows, p50", figures.first_rows.0, "grep -acF, p50", figures.grep.0);
    text += &line("first 50 rows, p99", figures.first_rows.1, "grep -acF, p99", figures.grep.1);
    let megabytes = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1e6);
    text += &format!(
        "\n{} applications, file {}, store {}, memory of the import at its peak {}; medians of {} interleaved runs.\n",
        figures.rows,
        megabytes(figures.file_bytes),
        megabytes(figures.store_bytes),
        figures.import_peak_bytes.map_or("unknown".into(), megabytes),
        figures.runs
    );
    text
}

/// Everything that was measured.
pub fn json(figures: &Figures) -> String {
    let pair = |(p50, p99): (f64, f64)| json!({ "p50_s": p50, "p99_s": p99 });
    let searches: Vec<_> = figures
        .searches
        .iter()
        .map(|Search { words, found, times: [count, first, grep] }| {
            json!({ "words": words, "found": found, "count_s": count, "first_rows_s": first, "grep_s": grep })
        })
        .collect();
    let document = json!({
        "rows": figures.rows,
        "runs": figures.runs,
        "file_bytes": figures.file_bytes,
        "store_bytes": figures.store_bytes,
        "import": {
            "ours_s": figures.import,
            "beside_s": figures.import_beside,
            "ratio": figures.import / figures.import_beside,
            "peak_bytes": figures.import_peak_bytes,
        },
        "screen": {
            "ours_s": figures.screen,
            "beside_s": figures.screen_beside,
            "ratio": figures.screen / figures.screen_beside,
        },
        "search": {
            "count": pair(figures.count),
            "first_rows": pair(figures.first_rows),
            "grep": pair(figures.grep),
            "ratio_p50": figures.count.0 / figures.grep.0,
            "queries": searches,
        },
    });
    format!("{document:#}\n")
}

/// The page of the figures, with what a reader needs to doubt them.
pub fn page(figures: &Figures) -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    let mut text = format!(
        "# Figures\n\nMade by `cargo xtask bench --rows {} --runs {} --write`; not written by hand. Ratios are within one \
         run: ours / theirs, below 1 we are faster. Processor: {}, {cores} cores; load at the end {load}. Page cache warm. \
         Times of ours include the start of the process.\n\n{}\n## Each search\n\n\
         | words | found | exact count | first 50 rows | grep -cF |\n|---|---|---|---|---|\n",
        figures.rows,
        figures.runs,
        processor.unwrap_or_else(|| "unknown".into()),
        table(figures)
    );
    for Search { words, found, times } in &figures.searches {
        let [count, first, grep] = times.map(|seconds| format!("{:.1} ms", seconds * 1e3));
        text += &format!("| {words} | {found} | {count} | {first} | {grep} |\n");
    }
    text += "\nOur counts are of applications and fold width, kana kind and 異体字; grep counts lines that have the very \
             bytes. So the counts differ, and ours look at more.\n";
    text
}
