//! Searching: ours inside of the program, and the peers over the very same folded text, in turn.

use std::path::PathBuf;

use serde_json::Value;

use super::data::queries;
use super::measure::{median, medians, percentile};
use super::peers::{Answer, Peers};
use super::place::Place;
use crate::process::Outcome;

/// Every so many-th word is looked for by the peers too; of each kind and length some.
const SHARED: usize = 7;

/// Above so many applications of all, percent, a word is found nearly everywhere.
const HUGE: u64 = 60;

/// What searches took, all runs.
#[derive(Debug)]
pub struct Searches {
    rows: u64,
    words: Vec<String>,
    folded: Vec<String>,
    /// Bytes of the folded text of all applications.
    pub text_bytes: u64,
    text: PathBuf,
    found: Vec<u64>,
    ours: Vec<Ours>,
    /// `rg`, DuckDB, SQLite `LIKE`: each run's answers, or why there are none.
    peers: [Result<Vec<Vec<Answer>>, String>; 3],
    fzf: Result<Vec<f64>, String>,
}

/// One run of ours, seconds.
#[derive(Debug)]
struct Ours {
    first: Times,
    count: Times,
    keys: Times,
    whole: Times,
    pass: Times,
}

/// Times of the processor and of the clock on the wall.
#[derive(Debug, Clone, Default)]
pub struct Times {
    pub processor: Vec<f64>,
    pub wall: Vec<f64>,
}

/// One word: how many applications have it, and the times of the processor for it, seconds.
#[derive(Debug, Clone)]
pub struct Word {
    pub text: String,
    pub found: u64,
    pub first: f64,
    pub count: f64,
}

/// The peers, in the order in which they are kept.
#[derive(Debug, Clone, Copy)]
pub enum Peer {
    Ripgrep,
    DuckDb,
    Like,
}

impl Searches {
    /// Writes the text and the words, and what the peers need of them.
    pub fn prepare(place: &Place, rows: u64, peers: Option<&Peers>) -> Result<Self, String> {
        let words = queries::queries(rows);
        let typed = queries::typed(&words);
        let write = |name: &str, lines: &[String]| {
            std::fs::write(place.file(name), lines.join("\n")).map_err(|error| error.to_string())
        };
        write("words", &words)?;
        write("typed", &typed)?;
        let (store, text, list) = (place.file("store"), place.file("text"), place.file("words"));
        let said = place.figures(&["text".as_ref(), store.as_ref(), text.as_ref(), list.as_ref()])?;
        let folded: Vec<String> = serde_json::from_value(said["folded"].clone()).map_err(|error| error.to_string())?;
        let shared: Vec<String> = shared(&folded).map(|(_, word)| word.clone()).collect();
        write("shared", &shared)?;
        let not_asked = || Err::<Vec<Vec<Answer>>, _>("taken at the largest size only".to_owned());
        let (mut beside, mut fzf) =
            ([not_asked(), not_asked(), not_asked()], Err("taken at the largest size only".into()));
        if let Some(peers) = peers {
            let filled = peers.fill_sqlite(&text, &place.file("text.db"));
            beside = [Ok(Vec::new()), Ok(Vec::new()), filled.map(|()| Vec::new())];
            fzf = Ok(Vec::new());
        }
        Ok(Self {
            rows,
            words,
            folded,
            text_bytes: said["bytes"].as_u64().unwrap_or(0),
            text,
            found: Vec::new(),
            ours: Vec::new(),
            peers: beside,
            fzf,
        })
    }

    /// One run of all, in turn. A peer that fails once is left out from then on, and says why.
    pub fn take(&mut self, place: &Place, peers: Option<&Peers>) -> Outcome {
        let [store, words, typed] = ["store", "words", "typed"].map(|name| place.file(name));
        let arguments = ["search".as_ref(), store.as_ref(), self.text.as_ref(), words.as_ref(), typed.as_ref()];
        let said = place.figures(&arguments)?;
        self.found = said["words"].as_array().into_iter().flatten().filter_map(|word| word["found"].as_u64()).collect();
        if self.found.len() != self.words.len() {
            return Err("figures: not every word was searched for".into());
        }
        self.ours.push(Ours {
            first: times(&said["words"], "first"),
            count: times(&said["words"], "count"),
            keys: times(&said["keys"], "first"),
            whole: times(&said["keys"], "whole"),
            pass: times_of(said["pass"].as_array().into_iter().flatten()),
        });
        let Some(peers) = peers else { return Ok(()) };
        let shared: Vec<String> = shared(&self.folded).map(|(_, word)| word.clone()).collect();
        let [ripgrep, duckdb, like] = &mut self.peers;
        add(ripgrep, || peers.ripgrep(&self.text, &shared));
        add(duckdb, || peers.duckdb(&self.text, &place.file("shared")));
        add(like, || peers.like(&place.file("text.db"), &shared));
        add(&mut self.fzf, || {
            let run = peers.fzf(&self.text, "松波")?;
            run.peak_bytes.map(|bytes| bytes as f64).ok_or_else(|| "its memory could not be read".to_owned())
        });
        Ok(())
    }

    /// Of each word the middle of all runs: until the first rows.
    pub fn first(&self) -> Times {
        self.middle(|run| &run.first)
    }

    /// Of each word: the exact count.
    pub fn count(&self) -> Times {
        self.middle(|run| &run.count)
    }

    /// Of each key of the words that are typed: until the first rows, and until all is found.
    pub fn keys(&self) -> (Times, Times) {
        (self.middle(|run| &run.keys), self.middle(|run| &run.whole))
    }

    /// Times of the processor for the words that are found nearly everywhere; none at all in a small store.
    pub fn huge(&self) -> Vec<f64> {
        let huge = |found: u64| found * 100 >= self.rows * HUGE;
        self.count()
            .processor
            .into_iter()
            .zip(&self.found)
            .filter(|(_, found)| huge(**found))
            .map(|(at, _)| at)
            .collect()
    }

    /// Time of the processor for one pass of the memory, seconds.
    pub fn pass(&self) -> f64 {
        let all: Vec<f64> = self.ours.iter().flat_map(|run| run.pass.processor.iter().copied()).collect();
        median(&all)
    }

    /// Of the words that a peer has looked for: ours and theirs at p50, on the wall or, where both tell it, of the
    /// processor.
    pub fn beside(&self, peer: Peer) -> (f64, Result<f64, String>) {
        let runs = match &self.peers[peer as usize] {
            Ok(runs) if runs.is_empty() => return (f64::NAN, Err("no run".into())),
            Ok(runs) => runs,
            Err(why) => return (f64::NAN, Err(why.clone())),
        };
        let told = runs.iter().flatten().all(|answer| answer.processor.is_some());
        let of = |answer: &Answer| if told { answer.processor.unwrap_or(answer.wall) } else { answer.wall };
        let theirs: Vec<Vec<f64>> = runs.iter().map(|run| run.iter().map(of).collect()).collect();
        let ours = if told { self.count().processor } else { self.count().wall };
        let ours: Vec<f64> = shared(&ours).map(|(_, time)| *time).collect();
        (median(&ours), Ok(median(&medians(&theirs))))
    }

    /// Memory of fzf at its peak, bytes.
    pub fn fzf(&self) -> Result<f64, String> {
        self.fzf.as_ref().map(|peaks| median(peaks)).map_err(Clone::clone)
    }

    /// Words of which a peer has found another number of applications than we, with both numbers.
    pub fn differing(&self) -> Vec<(String, u64, u64)> {
        let ours: Vec<(usize, u64)> = shared(&self.found).map(|(at, found)| (at, *found)).collect();
        let runs = self.peers.iter().filter_map(|runs| runs.as_ref().ok()?.first());
        let pairs = runs.flat_map(|run| run.iter().zip(&ours));
        pairs
            .filter(|(theirs, (_, ours))| theirs.found != *ours)
            .map(|(theirs, (at, ours))| (self.words[*at].clone(), *ours, theirs.found))
            .collect()
    }

    /// How many words the peers have looked for.
    pub fn shared(&self) -> usize {
        shared(&self.words).count()
    }

    /// Each word.
    pub fn each(&self) -> Vec<Word> {
        let times = self.first().processor.into_iter().zip(self.count().processor);
        let words = self.words.iter().cloned().zip(self.found.iter().copied()).zip(times);
        words.map(|((text, found), (first, count))| Word { text, found, first, count }).collect()
    }

    fn middle(&self, of: impl Fn(&Ours) -> &Times) -> Times {
        let each = |pick: fn(&Times) -> &Vec<f64>| {
            medians(&self.ours.iter().map(|run| pick(of(run)).clone()).collect::<Vec<_>>())
        };
        Times { processor: each(|times| &times.processor), wall: each(|times| &times.wall) }
    }
}

/// p50, p99 and the longest.
pub fn spread(values: &[f64]) -> [f64; 3] {
    [50, 99, 100].map(|percent| percentile(values, percent))
}

/// Those of a list over all words that belong to the words of the peers, with their places.
fn shared<T>(all: &[T]) -> impl Iterator<Item = (usize, &T)> {
    let lengths = queries::LENGTHS.len();
    all.iter().enumerate().filter(move |(at, _)| (at / lengths).is_multiple_of(SHARED))
}

fn add<T>(runs: &mut Result<Vec<T>, String>, one: impl FnOnce() -> Result<T, String>) {
    if let Ok(all) = runs {
        match one() {
            Ok(run) => all.push(run),
            Err(why) => *runs = Err(why),
        }
    }
}

fn times(list: &Value, of: &str) -> Times {
    times_of(list.as_array().into_iter().flatten().map(|one| &one[of]))
}

fn times_of<'v>(list: impl Iterator<Item = &'v Value>) -> Times {
    let mut times = Times::default();
    for took in list {
        times.processor.push(took["cpu_s"].as_f64().unwrap_or(f64::NAN));
        times.wall.push(took["wall_s"].as_f64().unwrap_or(f64::NAN));
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_fails_is_left_out_and_says_why() {
        let mut runs = Ok(vec![1]);
        add(&mut runs, || Err("not installed".into()));
        add(&mut runs, || Ok(2));
        assert_eq!(runs, Err("not installed".to_owned()));
    }

    #[test]
    fn the_peers_get_words_of_every_length() {
        let all: Vec<usize> = (0..200).collect();
        let shared: Vec<usize> = shared(&all).map(|(at, _)| at).collect();
        assert_eq!(shared.len(), 30);
        for length in 0..queries::LENGTHS.len() {
            assert_eq!(shared.iter().filter(|at| *at % queries::LENGTHS.len() == length).count(), 6);
        }
    }
}
