//! The screen on a terminal of 50 × 200: when its first rows stand, what it sends for a key and how soon, and its memory
//! behind a search of all text.

use std::process::Command;
use std::time::Duration;

use super::data::{Data, queries};
use super::line::{Line, SIZE};
use super::measure::{self, median};
use super::place::Place;
use crate::process::{self, Outcome};

/// How long a first screen may take at all.
const LIMIT: Duration = Duration::from_secs(60);

/// This row of the list stands near the bottom of the first screen.
const BOTTOM: usize = 40;

/// How often a key is pressed whose bytes are counted.
const PRESSES: usize = 10;

/// What starts took, all runs, seconds; and one session.
#[derive(Debug, Default)]
pub struct Screens {
    ours: Vec<f64>,
    less: Vec<f64>,
    pub session: Option<Session>,
}

/// What one session on the screen showed.
#[derive(Debug, Clone)]
pub struct Session {
    /// Bytes of one press: the cursor goes down by a row.
    pub cursor: f64,
    /// Bytes of one press: the next page.
    pub page: Page,
    /// From each key of a search until the first byte came, seconds.
    pub keys: Vec<f64>,
    /// Resident memory, and what is our own alone, bytes.
    pub memory: (f64, f64),
}

/// Bytes of a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    pub ours: f64,
    /// What a stock backend would have sent for the same change.
    pub stock: f64,
    /// The text of all cells that changed.
    pub changed: f64,
    /// The text of all lines in which anything changed, without blanks at their ends.
    pub visible: f64,
}

impl Screens {
    /// One start of ours and one of less.
    pub fn take(&mut self, place: &Place, data: &Data) -> Outcome {
        let number = bottom_number(place)?;
        let ours = Line::run(&place.sekisho("store"))?;
        self.ours.push(ours.until_shown(&number, LIMIT)?);
        drop(ours);
        let mut less = Command::new("less");
        less.arg("-S").arg(&data.utf8).env_remove("LESS");
        let less = Line::run(&less)?;
        self.less.push(less.until_shown(&bottom_text(data)?, LIMIT)?);
        Ok(())
    }

    /// Seconds until the rows stand: ours, and less.
    pub fn seconds(&self) -> (f64, f64) {
        (median(&self.ours), median(&self.less))
    }
}

impl Session {
    /// Sits down at the store of the search.
    pub fn hold(place: &Place, rows: u64) -> Result<Self, String> {
        let mut line = Line::run(&place.sekisho("store"))?;
        line.until_shown(&bottom_number(place)?, LIMIT)?;
        let quiet = Duration::from_millis(1_500);
        line.settle_for(quiet)?;
        let cursor: Vec<f64> = (0..PRESSES)
            .map(|_| {
                let before = line.count();
                line.press("\x1b[B")?;
                Ok((line.count() - before) as f64)
            })
            .collect::<Result<_, String>>()?;
        let page = page(&mut line, place)?;
        let mut keys = Vec::new();
        for word in queries::typed(&queries::queries(rows)).iter().take(8) {
            line.press("/")?;
            for letter in word.chars() {
                keys.push(line.press(&letter.to_string())?);
            }
            line.press("\x1b")?;
            line.settle_for(quiet)?;
        }
        // A word that stands nowhere: all text has been looked at when the list is empty. Then all rows again.
        line.press("/")?;
        line.send("鬱龍虹")?;
        line.settle_for(quiet)?;
        line.press("\x1b")?;
        line.settle_for(quiet)?;
        let (all, own) = measure::memory(line.id()).ok_or("the memory of the screen could not be read")?;
        Ok(Self { cursor: median(&cursor), page, keys, memory: (all as f64, own as f64) })
    }
}

fn page(line: &mut Line, place: &Place) -> Result<Page, String> {
    let mut presses = Vec::new();
    for _ in 0..PRESSES {
        let before = line.count();
        line.press("\x1b[6~")?;
        presses.push(before..line.count());
    }
    let bytes = line.bytes();
    let (before, after) = (place.file("screen-before"), place.file("screen-after"));
    let mut all: [Vec<f64>; 4] = Default::default();
    for press in presses {
        std::fs::write(&before, &bytes[..press.start]).map_err(|error| error.to_string())?;
        std::fs::write(&after, &bytes[press]).map_err(|error| error.to_string())?;
        let said = place.figures(&["stock".as_ref(), before.as_ref(), after.as_ref()])?;
        for (values, of) in all.iter_mut().zip(["ours", "stock", "changed_text", "visible_text"]) {
            values.push(said[of].as_f64().ok_or("figures: no bytes")?);
        }
    }
    let [ours, stock, changed, visible] = all.map(|values| median(&values));
    Ok(Page { ours, stock, changed, visible })
}

/// The number of an application near the bottom of the first screen.
fn bottom_number(place: &Place) -> Result<String, String> {
    let list = process::output(place.sekisho("store").args(["list", "--limit", "50", "--json"]))?;
    let list: serde_json::Value = serde_json::from_str(&list).map_err(|error| format!("list: {error}"))?;
    let number = list[BOTTOM - 1]["number"].as_str().ok_or("list: fewer applications than a screen holds")?;
    Ok(number.to_owned())
}

/// A mail address in the same place of the file, where it has one: quoted values go over several lines.
fn bottom_text(data: &Data) -> Result<String, String> {
    use std::io::BufRead as _;
    let file = std::fs::File::open(&data.utf8).map_err(|error| error.to_string())?;
    let lines: Vec<String> = std::io::BufReader::new(file)
        .lines()
        .take(usize::from(SIZE.0) - 2)
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())?;
    let mail = lines.iter().rev().filter_map(|line| line.split(',').nth(1)).find(|text| text.contains('@'));
    mail.map(str::to_owned).ok_or_else(|| "the file is shorter than a screen".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::data;

    #[test]
    fn less_shows_the_bottom_of_the_file() {
        let data = data::make(220).unwrap();
        let mut less = Command::new("less");
        less.arg("-S").arg(&data.utf8).env_remove("LESS");
        let line = Line::run(&less).unwrap();
        assert!(line.until_shown(&bottom_text(&data).unwrap(), LIMIT).unwrap() > 0.0);
    }
}
