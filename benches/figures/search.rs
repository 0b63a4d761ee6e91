//! From a key to the first fifty rows, the exact count, and words typed letter by letter.

use std::sync::atomic::{AtomicBool, Ordering};

use sekisho::domain::identity::ApplicationId;
use sekisho::domain::order::Order;
use sekisho::office::{self, Desk, Work};
use serde_json::{Value, json};

use crate::{Clocks, Took};

/// How many rows fill a screen of 50 lines.
const ROWS: usize = 50;

/// A query that looks for these letters as they stand, whatever they are.
pub fn phrase(word: &str) -> String {
    format!("\"{}\"", word.replace('"', ""))
}

/// Every word: the first rows, then the exact count. Then the typed ones, letter by letter.
pub fn all(desk: &Desk, rows: &Desk, words: &[String], typed: &[String]) -> Value {
    let words: Vec<Value> = words
        .iter()
        .map(|word| {
            let query = phrase(word);
            let first = first_rows(desk, rows, &query);
            let (count, found) = count(desk, &query);
            json!({ "words": word, "found": found, "first": first.json(), "count": count.json() })
        })
        .collect();
    let mut keys = Vec::new();
    for word in typed {
        for (end, letter) in word.char_indices() {
            let (first, whole) = key(desk, rows, &word[..end + letter.len_utf8()]);
            keys.push(json!({ "first": first.json(), "whole": whole.json() }));
        }
    }
    json!({ "words": words, "keys": keys })
}

/// Searches as the screen does until the first fifty rows could be drawn, then stops.
pub fn first_rows(desk: &Desk, rows: &Desk, query: &str) -> Took {
    look(desk, rows, query, true).0
}

/// One key of a word that is being typed: until the first rows could be drawn, and until all is found, which the next
/// key may narrow.
fn key(desk: &Desk, rows: &Desk, query: &str) -> (Took, Took) {
    look(desk, rows, query, false)
}

fn look(desk: &Desk, rows: &Desk, query: &str, only_first: bool) -> (Took, Took) {
    let (stop, clocks) = (AtomicBool::new(false), Clocks::start());
    let (mut found, mut first): (Vec<ApplicationId>, Option<Took>) = (Vec::new(), None);
    let ended = office::search(desk, query, Order::default(), &stop, &mut |part| {
        found.extend(part.ids);
        if first.is_none() && (found.len() >= ROWS || part.last) {
            found.truncate(ROWS);
            office::rows(rows, &found, &[]).unwrap();
            first = Some(clocks.took());
            stop.store(only_first, Ordering::Relaxed);
        }
    });
    // Stopped by ourselves, or at its end.
    let first = first.unwrap_or_else(|| panic!("{ended:?}"));
    (first, clocks.took())
}

fn count(desk: &Desk, query: &str) -> (Took, u64) {
    let (stop, clocks) = (AtomicBool::new(false), Clocks::start());
    let query = desk.query(query).unwrap();
    let (found, _) = office::count(desk, &query, &[], &mut Work::new(&stop, &mut |_| {})).unwrap();
    (clocks.took(), found)
}
