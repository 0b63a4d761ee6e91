//! A proposal and the questions that are open in it.

use std::collections::BTreeSet;

use super::doubt::Doubt;
use super::guess::{self, guess};
use super::sample::{Sample, SampledColumn};
use super::words;
use crate::domain::application::Line;
use crate::domain::entry;
use crate::domain::status::Status;
use crate::exchange::profile::{Column, column_key, is_source};
use crate::exchange::sekisho;

/// What a person has said before anything was read.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The profile's name.
    pub name: String,
    /// The source, where it is said; else it is asked.
    pub source: Option<String>,
    /// The source to propose.
    pub likely_source: String,
    /// Whether フリガナ is an item of the form, as the profile has it that reads this source already: as a field of its
    /// own, every application would be another one.
    pub kana_is_item: bool,
}

/// A column and what it is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedColumn {
    /// Its heading.
    pub name: String,
    /// The field; `None` = an item of the form.
    pub field: Option<Column>,
    /// The first different values: applicants' text, for the eyes of who asked.
    pub samples: Vec<String>,
    /// What is uncertain.
    pub doubts: Vec<Doubt>,
}

/// A word of 処理状況 that isn't official.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordOfStatus {
    /// The word.
    pub word: String,
    /// The status that it stands for; `None` = rows with it are set aside.
    pub status: Option<Status>,
    /// Whether a person said so.
    pub is_decided: bool,
}

/// What only a person can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Which column is this field.
    Column {
        /// The field.
        field: Column,
        /// The columns to choose from.
        candidates: Vec<usize>,
        /// The one that is proposed.
        proposed: Option<usize>,
        /// Whether it must not be decided without a person.
        must: bool,
    },
    /// Which status a word of the source stands for.
    Status {
        /// The word.
        word: String,
        /// The status that is proposed.
        proposed: Option<Status>,
        /// Whether it must not be decided without a person.
        must: bool,
    },
    /// Which short id the source system has.
    Source {
        /// The one that is proposed.
        proposed: String,
    },
}

impl Question {
    /// Whether nobody but a person may decide it.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        match self {
            Self::Column { must, .. } | Self::Status { must, .. } => *must,
            Self::Source { .. } => false,
        }
    }

    /// The answer that is proposed; `None` where there is nothing to propose.
    #[must_use]
    pub fn proposed(&self) -> Option<Answer> {
        match self {
            Self::Column { proposed: None, must: true, .. } => None,
            Self::Column { proposed, .. } => Some(Answer::Column(*proposed)),
            Self::Status { proposed, .. } => Some(Answer::Status(*proposed)),
            Self::Source { proposed } => Some(Answer::Source(proposed.clone())),
        }
    }
}

/// An answer to the first open question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This column, or none.
    Column(Option<usize>),
    /// This status; none = rows with the word are set aside.
    Status(Option<Status>),
    /// This short id.
    Source(String),
}

/// Why an answer wasn't taken; the question stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadAnswer {
    /// It answers another question, or a column that isn't to be chosen.
    NotOffered,
    /// Not a short id: lower-case letters, digits, `-`, `_`, `:` and `.`, up to 64; and not our own.
    BadSource,
}

/// How a file could be read.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub(super) name: String,
    pub(super) source: String,
    pub(super) words: Vec<WordOfStatus>,
    pub(super) sampled: Vec<SampledColumn>,
    pub(super) rows: u64,
    fields: Vec<Option<Column>>,
    doubts: Vec<Vec<Doubt>>,
    known: Option<String>,
    questions: Vec<Question>,
}

impl Proposal {
    /// Proposes how to read a file that begins like this. `known` = the profile that reads it already.
    #[must_use]
    pub fn new(sample: &Sample, wishes: Wishes, known: Option<String>) -> Self {
        let mut guess = guess(sample);
        if wishes.kana_is_item {
            guess.leave(Column::Kana);
        }
        let mut proposal = Self {
            name: wishes.name,
            source: wishes.source.clone().unwrap_or_else(|| wishes.likely_source.clone()),
            words: Vec::new(),
            sampled: sample.columns.clone(),
            rows: sample.rows,
            fields: guess.fields,
            doubts: guess.doubts,
            known,
            questions: guess.questions,
        };
        proposal.find_words();
        if wishes.source.is_none() {
            proposal.questions.push(Question::Source { proposed: wishes.likely_source });
        }
        proposal
    }

    /// The profile's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The short id of its source.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The columns in the order of the file.
    #[must_use]
    pub fn columns(&self) -> Vec<ProposedColumn> {
        let column = |(index, sampled): (usize, &SampledColumn)| ProposedColumn {
            name: sampled.name.clone(),
            field: self.fields[index],
            samples: sampled.samples.clone(),
            doubts: self.doubts_of(index),
        };
        self.sampled.iter().enumerate().map(column).collect()
    }

    fn doubts_of(&self, index: usize) -> Vec<Doubt> {
        let mut doubts = self.doubts[index].clone();
        if self.fields[index] == Some(Column::Status) {
            let unknown = self.words.iter().filter(|word| word.status.is_none()).count() as u64;
            let near = self.words.iter().filter(|word| word.status.is_some() && !word.is_decided).count() as u64;
            doubts.extend((near > 0).then_some(Doubt::NearStatuses(near)));
            doubts.extend((unknown > 0).then_some(Doubt::UnknownStatuses(unknown)));
        }
        doubts
    }

    /// What is uncertain about the file as a whole.
    #[must_use]
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        if self.rows == 0 {
            doubts.push(Doubt::NoRows);
        }
        if self.column_of(Column::Submitted).is_none() {
            doubts.push(Doubt::NoDate);
        }
        doubts.extend(self.known.clone().map(Doubt::Known));
        doubts
    }

    /// The words of 処理状況 that aren't official.
    #[must_use]
    pub fn words(&self) -> &[WordOfStatus] {
        &self.words
    }

    /// The column of a field.
    pub(super) fn column_of(&self, field: Column) -> Option<usize> {
        self.fields.iter().position(|known| *known == Some(field))
    }

    /// Whether a column is a field, and no item of the form.
    pub(super) fn is_field(&self, column: usize) -> bool {
        self.fields[column].is_some()
    }

    /// The words of 申込回線, each with its meaning.
    pub(super) fn lines(&self) -> Vec<(&str, Line)> {
        let words = self.column_of(Column::Line).and_then(|index| self.sampled[index].words.as_ref());
        let words = words.into_iter().flatten().filter_map(|(word, _)| Some((word.as_str(), words::near_line(word)?)));
        let mut seen = BTreeSet::new();
        words.filter(|(word, _)| seen.insert(column_key(word))).collect()
    }

    /// The questions that are open, in the order in which they are answered.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question to answer next.
    #[must_use]
    pub fn question(&self) -> Option<&Question> {
        self.questions.first()
    }

    /// The first open question that only a person may decide.
    #[must_use]
    pub fn required(&self) -> Option<&Question> {
        self.questions.iter().find(|question| question.is_required())
    }

    /// Answers the first open question for a person.
    ///
    /// # Errors
    /// [`BadAnswer`]; the question stays open.
    pub fn answer(&mut self, answer: Answer) -> Result<(), BadAnswer> {
        self.settle(answer, true)
    }

    fn settle(&mut self, answer: Answer, by_person: bool) -> Result<(), BadAnswer> {
        match (self.questions.first(), answer) {
            (Some(Question::Column { field, candidates, .. }), Answer::Column(chosen)) => {
                let offered = chosen.map_or(*field != Column::Number, |index| candidates.contains(&index));
                if !offered {
                    return Err(BadAnswer::NotOffered);
                }
                let field = *field;
                self.questions.remove(0);
                self.assign(field, chosen);
                if let Some(index) = chosen.filter(|_| by_person) {
                    self.doubts[index].retain(|doubt| !matches!(doubt, Doubt::Others(_) | Doubt::ByValues));
                }
            }
            (Some(Question::Status { word, .. }), Answer::Status(status)) => {
                if let Some(known) = self.words.iter_mut().find(|known| known.word == *word) {
                    (known.status, known.is_decided) = (status, by_person);
                }
                self.questions.remove(0);
            }
            (Some(Question::Source { .. }), Answer::Source(source)) => {
                if !is_usable_source(&source) {
                    return Err(BadAnswer::BadSource);
                }
                self.source = source;
                self.questions.remove(0);
            }
            _ => return Err(BadAnswer::NotOffered),
        }
        Ok(())
    }

    /// Takes every proposal; what nothing is proposed for stays open.
    pub fn accept(&mut self) {
        let mut left = Vec::new();
        while let Some(question) = self.questions.first().cloned() {
            if question.proposed().is_none_or(|answer| self.settle(answer, false).is_err()) {
                left.push(self.questions.remove(0));
            }
        }
        self.questions = left;
    }

    fn assign(&mut self, field: Column, chosen: Option<usize>) {
        let before = self.column_of(field);
        if before == chosen {
            return;
        }
        if let Some(index) = before {
            self.fields[index] = None;
            self.doubts[index].clear();
        }
        if let Some(index) = chosen {
            self.fields[index] = Some(field);
            self.doubts[index] = guess::doubts(field, &self.sampled[index], self.rows);
            // What it might have been besides is decided by this.
            for question in &mut self.questions {
                if let Question::Column { candidates, proposed, .. } = question {
                    candidates.retain(|candidate| *candidate != index);
                    *proposed = proposed.filter(|proposed| *proposed != index);
                }
            }
            let chooses =
                |question: &Question| !matches!(question, Question::Column { candidates, .. } if candidates.is_empty());
            self.questions.retain(chooses);
        }
        if field == Column::Status || self.column_of(Column::Status).is_none() {
            self.find_words();
        }
    }

    /// Finds the words of the status column that aren't official, and asks for each before the source.
    fn find_words(&mut self) {
        self.questions.retain(|question| !matches!(question, Question::Status { .. }));
        self.words.clear();
        let words = self.column_of(Column::Status).and_then(|index| self.sampled[index].words.as_ref());
        let mut seen = BTreeSet::new();
        let unofficial = words.into_iter().flatten().filter(|(word, _)| Status::parse(word).is_none());
        for (word, _) in unofficial.filter(|(word, _)| seen.insert(column_key(word))) {
            let status = words::near_status(word);
            self.words.push(WordOfStatus { word: word.clone(), status, is_decided: false });
        }
        let questions: Vec<Question> = self
            .words
            .iter()
            .map(|known| Question::Status {
                word: known.word.clone(),
                proposed: known.status,
                must: known.status.is_none(),
            })
            .collect();
        let end = self.questions.iter().position(|question| matches!(question, Question::Source { .. }));
        let end = end.unwrap_or(self.questions.len());
        self.questions.splice(end..end, questions);
    }
}

/// Whether a text may be the source of an office's own profile.
pub(crate) fn is_usable_source(text: &str) -> bool {
    is_source(text) && text != sekisho::PROFILE && text != entry::SOURCE
}
