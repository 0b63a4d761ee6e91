//! The state of the whole screen. `update` changes it, `view` draws it, nobody else touches it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::arrangement::Arrangement;
use super::books::{BooksView, Place};
use super::canvas::Traits;
use super::entry::EntryPage;
use super::field::TextField;
use super::find::Finder;
use super::intake::{IntakeErrand, IntakeState, ask};
use super::jobs::{self, Jobs};
use super::keymap::{Key, Keymap};
use super::layer::Layer;
use super::layout::{self, Places};
use super::listing::Listing;
use super::lock::{Lock, Locking};
use super::message::{Effect, Errand, Summary, Work};
use super::notices::Notices;
use super::requests;
use super::resume::Keeping;
use super::screens::record::RecordView;
use super::settings::{self, Problem};
use super::theme::Theme;
use super::tour::Tour;
use super::trail::Trail;
use super::which_key::WhichKey;
use crate::command::{CommandId, Context, Situation};
use crate::domain::application::Instant;
use crate::domain::identity::ApplicationId;
use crate::domain::people::Allowed;
use crate::domain::query::Query;
use crate::domain::release;
use crate::messages::Messages;
pub use crate::office::Segment;
use crate::office::view::Record;

/// What doesn't change while the screen is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// The segment of the store.
    pub segment: Segment,
    /// Department, may be empty.
    pub department: String,
    /// Who works here; empty = nobody signed in.
    pub operator: String,
    /// Name of the terminal, may be empty.
    pub terminal: String,
    /// Whether this is a demo store (【練習】).
    pub demo: bool,
    /// Whether it is somebody's practice, which nothing leaves. A demo store too.
    pub practice: bool,
    /// Whether nobody signs in here, so that the log's entries are unsigned.
    pub unsigned: bool,
    /// Where the export dialog proposes to write, without a slash at the end.
    pub export_folder: String,
    /// How the screen hides and is shown again.
    pub locking: Locking,
    /// Whether opening an application that nobody is in charge of puts the person in charge.
    pub assign_on_open: bool,
    /// What needs a second person, by the settings and by the policy.
    pub second_person: Vec<release::Marks>,
}

impl Surroundings {
    /// The sentences of the banner, by key: what kind of store it is, where it isn't simply a real one.
    #[must_use]
    pub fn banners(&self) -> Vec<&'static str> {
        if self.practice {
            // It says all that matters, and is never signed.
            return vec!["banner.practice"];
        }
        let banners = [("banner.demo", self.demo), ("banner.unsigned", self.unsigned)];
        banners.into_iter().filter(|(_, shown)| *shown).map(|(key, _)| key).collect()
    }

    /// The badge of the top line, by key.
    #[must_use]
    pub const fn badge(&self) -> &'static str {
        match self.segment {
            _ if self.practice => "segment.practice",
            Segment::Lgwan => "segment.lgwan",
            Segment::MyNumber => "segment.mynumber",
        }
    }
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryProblem {
    /// The wrong part, in characters from 0; an empty range points between two characters.
    pub columns: Range<usize>,
    /// What is expected there.
    pub sentence: String,
}

impl QueryProblem {
    /// The wrong part of the text as bytes; at least one character, which may be a blank behind the end.
    #[must_use]
    pub fn bytes(&self, text: &str) -> Range<usize> {
        let byte = |column| text.char_indices().nth(column).map_or(text.len() + 1, |(at, _)| at);
        let start = byte(self.columns.start).min(text.len());
        start..byte(self.columns.end.max(self.columns.start + 1)).max(start + 1)
    }
}

/// Reads a query or says what is wrong with it. While typing, an unclosed quote at the end counts as closed.
pub type CheckQuery = Arc<dyn Fn(&str) -> Result<Query, QueryProblem> + Send + Sync>;

/// Writes a day as the office does (令和8年11月20日).
pub type WriteDay = Arc<dyn Fn(Instant) -> String + Send + Sync>;

/// Pure functions of other rooms that the screen is given.
#[derive(Clone)]
pub struct Seams {
    /// Checks a query while it is typed.
    pub check_query: CheckQuery,
    /// Writes the day of the top line.
    pub write_day: WriteDay,
}

impl fmt::Debug for Seams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seams")
    }
}

/// The search line.
#[derive(Debug, Clone, Default)]
pub struct SearchLine {
    /// What stands in the line.
    pub typed: String,
    /// The last good query: the one that the list shows.
    pub query: String,
    /// The same, understood: its words are marked in rows.
    pub understood: Query,
    /// What is wrong with what stands in the line.
    pub problem: Option<QueryProblem>,
}

/// The record that the pane or the full view shows.
#[derive(Debug, Clone, Default)]
pub struct OpenRecord {
    /// What was read last.
    pub record: Option<Box<Record>>,
    /// The one that was asked for and hasn't come yet.
    pub asked: Option<ApplicationId>,
    /// The one whose coming to rest is waited for.
    pub resting: Option<ApplicationId>,
    /// The one that couldn't be read: it is gone, or reading failed.
    pub missing: Option<ApplicationId>,
    /// Whether what was read may have changed since.
    pub stale: bool,
}

impl OpenRecord {
    /// The record of this application, if it is the one that was read.
    #[must_use]
    pub fn of(&self, id: ApplicationId) -> Option<&Record> {
        self.record.as_deref().filter(|record| record.row.id == id)
    }
}

/// The state of the whole screen.
#[derive(Debug, Clone)]
pub struct Model {
    /// Sentences.
    pub words: Messages,
    /// Keys.
    pub keymap: Keymap,
    /// Looks.
    pub theme: Theme,
    /// Functions of other rooms.
    pub seams: Seams,
    /// What doesn't change.
    pub surroundings: Surroundings,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// The time of day.
    pub now: Option<Instant>,
    /// Counts of the top line.
    pub summary: Option<Summary>,
    /// The list.
    pub list: Listing,
    /// The columns of the list, the view in force, and what views there are.
    pub arrangement: Arrangement,
    /// The search line.
    pub search: SearchLine,
    /// Whether the pane beside the list is wanted.
    pub pane: bool,
    /// The record that is read.
    pub open: OpenRecord,
    /// What lies open above the list, the uppermost last.
    pub layers: Vec<Layer>,
    /// An entry that was put aside.
    pub aside: Option<Box<EntryPage>>,
    /// Messages to the person.
    pub notices: Notices,
    /// Work that runs, and the last that ended.
    pub work: Jobs,
    /// Whether all that match are to be marked as soon as the result is whole.
    pub mark_all_when_whole: bool,
    /// Keys of a sequence that isn't complete.
    pub pending: Vec<Key>,
    /// Whether what can follow them is shown.
    pub which_key: WhichKey,
    /// Finds commands by what is typed.
    pub finder: Arc<Finder>,
    /// Commands that were run from the palette, the last first.
    pub recent: Vec<CommandId>,
    /// Number of the last question about a batch.
    pub ticket: u64,
    /// New files and rows set aside.
    pub intake: IntakeState,
    /// How where one stands is kept for the next sitting.
    pub keeping: Keeping,
    /// What was done last.
    pub trail: Trail,
    /// When the chain of the log was gone through last, and what came of it: how many operations, or where it breaks.
    pub chain: Option<(Option<Instant>, Result<u64, String>)>,
    /// How many sealed values were shown.
    pub reveals: u64,
    /// The tour, while it is offered or runs.
    pub tour: Option<Tour>,
    /// Whether the view is plain mode: lines of text, no screen.
    pub plain: bool,
    /// What the terminal can do.
    pub traits: Traits,
    /// Whether the line to it is slow: progress is told once a second, and frames wait for one another.
    pub low_bandwidth: bool,
    /// The screen is hidden.
    pub lock: Option<Lock>,
    /// When a key was pressed last.
    pub touched: Option<Instant>,
}

impl Model {
    /// A screen before its first message, and what it asks for to begin with.
    #[must_use]
    pub fn new(
        words: Messages,
        (keymap, theme): (Keymap, Theme),
        problems: &[Problem],
        seams: Seams,
        surroundings: Surroundings,
    ) -> (Self, Vec<Effect>) {
        let mut model = Self {
            words,
            keymap,
            theme,
            seams,
            surroundings,
            size: (80, 24),
            now: None,
            summary: None,
            list: Listing::default(),
            arrangement: Arrangement::default(),
            search: SearchLine::default(),
            pane: false,
            open: OpenRecord::default(),
            chain: None,
            reveals: 0,
            layers: Vec::new(),
            aside: None,
            notices: Notices::default(),
            work: Jobs::default(),
            mark_all_when_whole: false,
            pending: Vec::new(),
            which_key: WhichKey::default(),
            finder: Arc::default(),
            recent: Vec::new(),
            ticket: 0,
            intake: IntakeState::default(),
            keeping: Keeping::default(),
            trail: Trail::default(),
            tour: None,
            plain: false,
            traits: Traits::default(),
            low_bandwidth: false,
            lock: None,
            touched: None,
        };
        if let Some(notice) = settings::notice(&model.words, &model.keymap, &[], problems) {
            model.notices.add(notice);
        }
        let effects = vec![model.search_again(false), Effect::Errand(Errand::Summarize), ask(IntakeErrand::Look)];
        (model, effects)
    }

    /// Where the keys go.
    #[must_use]
    pub fn context(&self) -> Context {
        self.layers.last().map_or(Context::List, Layer::context)
    }

    /// The text field that has the keys, if one has them.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.layers.last_mut()?.field_mut()
    }

    /// What the person may do, as the office told last; until then nothing is held back here, and the office asks.
    pub(super) fn allowed(&self) -> Allowed {
        self.summary.map_or(Allowed::EVERYTHING, |summary| summary.allowed)
    }

    /// The moment, as commands ask it.
    #[must_use]
    pub fn situation(&self) -> Situation {
        if let Some(Layer::Books(books)) = self.layers.iter().rev().find(|layer| !layer.lists_commands()) {
            return Situation {
                listed: if books.place == Place::Check { books.lines() as u64 } else { 0 },
                marked: books.marks.len(),
                marking: false,
                on_application: books.difference().is_some(),
                writing: self.writes(),
                working: !self.work.is_empty(),
                check: !books.chosen().is_empty(),
                pending: books.pending() > 0,
                cluster: false,
                facing: false,
                practice: self.surroundings.demo && !self.plain,
                nothing_leaves: self.surroundings.practice,
                plain: self.plain,
                allowed: self.allowed(),
                request: None,
            };
        }
        Situation {
            listed: self.list.ids().len() as u64,
            marked: self.list.marks().len(),
            marking: self.mark_all_when_whole,
            on_application: match self.layers.iter().rev().find(|layer| !layer.lists_commands()) {
                Some(Layer::Phone(page)) => page.subject().is_some(),
                _ => self.subject().is_some(),
            },
            writing: self.writes(),
            working: !self.work.is_empty(),
            practice: self.surroundings.demo && !self.plain,
            nothing_leaves: self.surroundings.practice,
            plain: self.plain,
            allowed: self.allowed(),
            request: match self.layers.iter().rev().find(|layer| !layer.lists_commands()) {
                Some(Layer::Requests(page)) => requests::on(page),
                _ => None,
            },
            cluster: self
                .layers
                .iter()
                .any(|layer| matches!(layer, Layer::Duplicates(page) if page.chosen().is_some())),
            facing: self.layers.iter().any(|layer| matches!(layer, Layer::Compare(page) if page.facing.is_some())),
            ..Situation::default()
        }
    }

    /// The application that is looked at: the open record, else the one under the cursor.
    #[must_use]
    pub fn subject(&self) -> Option<ApplicationId> {
        self.record_view().map(|view| view.id).or_else(|| self.list.current())
    }

    /// The full view of a record, if it is open (perhaps below a dialog).
    #[must_use]
    pub fn record_view(&self) -> Option<&RecordView> {
        self.layers.iter().rev().find_map(|layer| match layer {
            Layer::Record(view) => Some(view),
            _ => None,
        })
    }

    /// The page of the two books, if it is open (perhaps below a record or a dialog).
    #[must_use]
    pub fn books(&self) -> Option<&BooksView> {
        self.layers.iter().find_map(|layer| match layer {
            Layer::Books(view) => Some(view.as_ref()),
            _ => None,
        })
    }

    /// The same, to be changed.
    pub fn books_mut(&mut self) -> Option<&mut BooksView> {
        self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Books(view) => Some(view.as_mut()),
            _ => None,
        })
    }

    /// What the next action is about: the open record; else the marked ones; else the one under the cursor.
    #[must_use]
    pub fn targets(&self) -> Vec<ApplicationId> {
        if let Some(view) = self.record_view() {
            return vec![view.id];
        }
        if self.list.marks().is_empty() {
            return self.list.current().into_iter().collect();
        }
        self.list.marks().iter().collect()
    }

    /// Whether a change is being written.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.work.running().iter().any(|job| job.work.writes())
    }

    /// Notes that work has begun, and asks for it.
    pub fn begin(&mut self, errand: Errand) -> Effect {
        if let Some(work) = errand.work() {
            let about = jobs::about(self, &errand);
            self.work.begin(work, about, self.now);
        }
        Effect::Errand(errand)
    }

    /// Notes that work has ended without anything to say, or that nobody waits for it any more.
    pub fn end(&mut self, work: Work) {
        self.work.forget(work);
    }

    /// Searches for the query of the list. With `hold` the list stays as it is until the result is whole.
    pub fn search_again(&mut self, hold: bool) -> Effect {
        self.search.understood = (self.seams.check_query)(&self.search.query).unwrap_or_default();
        let generation = self.list.begin(hold);
        let (query, sort) = (self.search.query.clone(), self.list.sort);
        self.begin(Errand::Search { generation, query, sort })
    }

    /// Whether the list is in sight and lacks rows that are being read.
    #[must_use]
    pub fn lacks_rows(&self) -> bool {
        let in_sight = matches!(self.layers.last(), None | Some(Layer::Search(_)));
        in_sight && self.places().is_some_and(|places| self.list.lacks(usize::from(places.rows.height)))
    }

    /// Whether a banner stands above all.
    #[must_use]
    pub const fn has_banner(&self) -> bool {
        self.surroundings.demo || self.surroundings.unsigned
    }

    /// Where things stand; `None` where the terminal is too small.
    #[must_use]
    pub fn places(&self) -> Option<Places> {
        layout::places(self.size, self.has_banner(), self.pane, self.tour.is_some())
    }

    /// Whether a text field has the keys, so that bare letters are text.
    #[must_use]
    pub fn types_text(&self) -> bool {
        self.layers.last().is_some_and(Layer::types_text)
    }

    /// The name of a key for sentences and hints: the first one of a command in a context. While a text field of that
    /// context has the keys, one that isn't text.
    #[must_use]
    pub fn key_name(&self, context: Context, command: CommandId) -> String {
        let text = self.types_text() && context == self.context();
        let mut keys = self.keymap.keys_of(context, command).into_iter();
        keys.find(|key| !text || Key::parse(key).is_none_or(|key| key.text().is_none())).unwrap_or_default()
    }
}
