//! What was lately looked for in a segment: a word that holds an earlier one is looked for within its hits, so that each
//! letter typed looks at less than the one before.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use super::frame::Part;
use crate::domain::query::Needle;
use crate::store::search::{Hits, Place};

/// So many words are remembered.
const WORDS: usize = 8;

/// Hits in more values than these aren't kept: going through them one by one costs as much as a pass over all text.
const WORTH: usize = 8192;

/// The words lately looked for, newest last.
#[derive(Debug, Default)]
pub(super) struct Remembered(VecDeque<Word>);

#[derive(Debug)]
struct Word {
    place: (u8, Box<str>),
    folded: Box<str>,
    hits: Arc<Hits>,
}

/// A place as it can be kept.
fn kept(place: Place<'_>) -> (u8, &str) {
    match place {
        Place::Anywhere => (0, ""),
        Place::Number => (1, ""),
        Place::Name => (2, ""),
        Place::Kana => (3, ""),
        Place::Remarks => (4, ""),
        Place::Mail => (5, ""),
        Place::Item(name) => (6, name),
    }
}

impl Part {
    /// The values that hold a word.
    pub(super) fn hits(&self, place: Place<'_>, needle: &Needle) -> Arc<Hits> {
        let (kind, name) = kept(place);
        let folded = needle.folded();
        let within = {
            let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            let same = remembered.0.iter().filter(|word| word.place.0 == kind && *word.place.1 == *name);
            let holding = same.filter(|word| folded.contains(&*word.folded));
            match holding.min_by_key(|word| word.hits.len()) {
                Some(word) if *word.folded == *folded => return Arc::clone(&word.hits),
                word => word.map(|word| Arc::clone(&word.hits)),
            }
        };
        let hits = Arc::new(self.segment.find(place, needle, within.as_deref()));
        if hits.len() <= WORTH {
            let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
            if remembered.0.len() == WORDS {
                remembered.0.pop_front();
            }
            let word = Word { place: (kind, name.into()), folded: folded.into(), hits: Arc::clone(&hits) };
            remembered.0.push_back(word);
        }
        hits
    }
}
