//! The two books in the plainest words that say it: what a download, a change of ours and a decision between the two
//! do to one application. It knows nothing of operations, revisions' places or tables.

use std::collections::{BTreeMap, BTreeSet};

use sekisho::domain::reflection::Reflection;
use sekisho::domain::status::Status;

/// One row of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub number: u32,
    pub status: Status,
    pub answer: String,
}

/// What we know of one application.
#[derive(Debug, Clone)]
pub struct Known {
    /// Every answer that a download has brought, the present one last.
    pub answers: Vec<String>,
    pub ours: Status,
    pub ours_at: usize,
    pub theirs: Status,
    pub theirs_at: usize,
}

impl Known {
    pub fn reflection(&self) -> Reflection {
        if self.ours == self.theirs {
            Reflection::Done
        } else if self.ours_at > self.theirs_at {
            Reflection::Pending
        } else {
            Reflection::Check
        }
    }
}

/// A change of ours, for undoing.
#[derive(Debug, Clone)]
struct Change {
    at: usize,
    moves: Vec<(u32, Status, Status)>,
    undone: bool,
}

/// Both books, and what happened so far.
#[derive(Debug, Default)]
pub struct Books {
    pub known: BTreeMap<u32, Known>,
    taken_in: BTreeSet<String>,
    changes: Vec<Change>,
    now: usize,
}

/// What an import must report.
#[derive(Debug, PartialEq, Eq)]
pub struct Counts {
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
}

impl Books {
    /// Takes a download in: never ours, theirs only by what is newer than what we have.
    pub fn take_in(&mut self, file: &str, rows: &[Row]) -> Counts {
        self.now += 1;
        let seen_before = !rows.is_empty() && !self.taken_in.insert(file.to_owned());
        let mut counts = Counts { added: 0, updated: 0, unchanged: 0 };
        for row in rows {
            let Some(known) = self.known.get_mut(&row.number) else {
                counts.added += 1;
                let (status, at) = (row.status, self.now);
                let answers = vec![row.answer.clone()];
                let known = Known { answers, ours: status, ours_at: at, theirs: status, theirs_at: at };
                self.known.insert(row.number, known);
                continue;
            };
            let older = match known.answers.iter().position(|answer| *answer == row.answer) {
                Some(place) => {
                    counts.unchanged += 1;
                    place + 1 < known.answers.len()
                }
                None => {
                    counts.updated += 1;
                    known.answers.push(row.answer.clone());
                    false
                }
            };
            if !older && !seen_before && known.theirs != row.status {
                (known.theirs, known.theirs_at) = (row.status, self.now);
            }
        }
        counts
    }

    /// We set statuses.
    pub fn change(&mut self, to: &[(u32, Status)]) {
        self.now += 1;
        let mut moves = Vec::new();
        for (number, status) in to {
            if let Some(known) = self.known.get_mut(number) {
                moves.push((*number, known.ours, *status));
                (known.ours, known.ours_at) = (*status, self.now);
            }
        }
        if !moves.is_empty() {
            self.changes.push(Change { at: self.now, moves, undone: false });
        }
    }

    /// We take our last change back, where nothing came after it. The answer is how many that were.
    pub fn undo(&mut self) -> u64 {
        let Some(last) = self.changes.iter_mut().rev().find(|change| !change.undone) else { return 0 };
        let change = last.clone();
        let mut count = 0;
        for (number, from, _) in &change.moves {
            if let Some(known) = self.known.get_mut(number).filter(|known| known.ours_at == change.at) {
                count += 1;
                (known.ours, known.ours_at) = (*from, self.now + 1);
            }
        }
        if count > 0 {
            self.now += 1;
            last.undone = true;
        }
        count
    }

    /// The applications that stand so.
    pub fn that_are(&self, reflection: Reflection) -> Vec<u32> {
        self.known.iter().filter(|(_, known)| known.reflection() == reflection).map(|(number, _)| *number).collect()
    }
}
