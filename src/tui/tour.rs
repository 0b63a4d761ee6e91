//! The tour of one minute on a practice store: offered once, then one thing to do after the other. A step ends when the
//! person has really done it; no key is taken away meanwhile, and Esc ends the tour where it means nothing else.

use super::arrangement;
use super::format::grouped;
use super::keymap::{Key, Meaning};
use super::keys;
use super::layer::Layer;
use super::layout;
use super::message::{Effect, Errand, Message};
use super::model::Model;
use crate::command::{CommandId, Context};
use crate::domain::query::QueryForm;

/// Where the tour is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tour {
    /// It is offered: the next key answers.
    Offered,
    /// A step, and whether the first half of it is done: what is to be opened has been opened.
    At(Step, bool),
}

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Open what waits.
    Today,
    /// Find some of it.
    Search,
    /// Mark all that were found.
    MarkAll,
    /// Choose a status for them.
    Choose,
    /// See the effect, and do it.
    Execute,
    /// Take it back.
    Undo,
    /// See an application whole, and come back.
    Open,
    /// See the help, and come back.
    Help,
}

impl Step {
    /// All steps, in their order.
    pub const ALL: [Self; 8] =
        [Self::Today, Self::Search, Self::MarkAll, Self::Choose, Self::Execute, Self::Undo, Self::Open, Self::Help];

    /// The step behind this one; `None` behind the last.
    fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

/// A change that a message told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Did {
    /// A batch was carried out.
    Batch,
    /// A change was taken back.
    Undo,
}

/// The change that a message tells of.
pub(super) fn did(message: &Message) -> Option<Did> {
    match message {
        Message::BatchDone(Ok(outcome)) if outcome.changed > 0 => Some(Did::Batch),
        Message::Undone(Ok(_)) => Some(Did::Undo),
        _ => None,
    }
}

/// Looks after any message whether the step is done, and goes on.
pub(super) fn follow(model: &mut Model, did: Option<Did>) {
    let Some(Tour::At(step, opened)) = model.tour else { return };
    let in_list = model.layers.is_empty();
    let batch = model.layers.iter().any(|layer| matches!(layer, Layer::Batch(_)));
    let list = &model.list;
    let listed = list.ids().len() as u64;
    let opened = opened
        || match step {
            Step::Open => model.record_view().is_some(),
            Step::Help => matches!(model.layers.last(), Some(Layer::Help(_))),
            _ => false,
        };
    let done = match step {
        Step::Today => in_list && asks(model) == (true, false),
        Step::Search => in_list && asks(model) == (true, true) && list.is_whole() && listed > 0,
        Step::MarkAll => listed > 0 && list.marks().len() - list.marked_out_of_sight() == listed,
        Step::Choose => batch,
        Step::Execute => did == Some(Did::Batch),
        Step::Undo => did == Some(Did::Undo),
        Step::Open | Step::Help => opened && in_list,
    };
    model.tour = match (done, step) {
        (true, step) => step.next().map(|next| Tour::At(next, false)),
        // The dialog was left without doing anything: it is to be opened again.
        (false, Step::Execute) if !batch => Some(Tour::At(Step::Choose, false)),
        _ => Some(Tour::At(step, opened)),
    };
    if model.tour.is_none() {
        let arguments = [
            ("today", model.key_name(Context::List, CommandId::TodayOpen)),
            ("quit", model.key_name(Context::List, CommandId::Quit)),
        ];
        model.notices.hint(model.words.fill("tour.done", &arguments));
    }
}

impl Model {
    /// Offers the tour; the next key answers.
    pub fn offer_tour(&mut self) {
        self.tour = Some(Tour::Offered);
    }
}

/// Whether the query of the list asks for a status, and for more than that. A person who types over the status is not
/// led on: a batch over every status asks more than somebody new can answer.
fn asks(model: &Model) -> (bool, bool) {
    let Ok(mut form) = QueryForm::read(&model.search.query, &arrangement::context(model)) else {
        return (false, false);
    };
    let status = !std::mem::take(&mut form.statuses).is_empty();
    (status, form != QueryForm::default())
}

/// Begins the tour on known ground: 今日の仕事, the whole list below it, and nothing marked.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    if model.size.1 < layout::HEIGHT_FOR_STRIP {
        model.tour = None;
        model.notices.hint(model.words.text("tour.no_room").to_owned());
        return Vec::new();
    }
    model.layers.clear();
    let marked = model.list.marks().len();
    model.mark_all_when_whole = false;
    model.list.mark_none();
    if marked > 0 {
        // A batch of the tour is of what it says and no more; nobody is to look for marks that went with it.
        model.notices.hint(model.words.fill("tour.unmarked", &[("count", grouped(marked))]));
    }
    model.begin_at_today();
    model.tour = Some(Tour::At(Step::Today, false));
    let mut effects = keys::query_typed(model, String::new());
    effects.push(Effect::Errand(Errand::KeepToured));
    effects
}

/// Ends the tour, or declines it.
pub(super) fn end(model: &mut Model) -> Vec<Effect> {
    match model.tour.take() {
        Some(Tour::Offered) => say_how_to_begin(model, "tour.passed"),
        Some(Tour::At(..)) => say_how_to_begin(model, "tour.ended"),
        None => return Vec::new(),
    }
    vec![Effect::Errand(Errand::KeepToured)]
}

fn say_how_to_begin(model: &mut Model, key: &str) {
    let again = ("key", model.key_name(Context::Today, CommandId::TourOpen));
    model.notices.hint(model.words.fill(key, &[again]));
}

/// Whether the tour is offered in sight: what nobody sees takes no key.
pub(super) fn is_offered(model: &Model) -> bool {
    model.tour == Some(Tour::Offered) && model.places().is_some_and(|places| places.strip.is_some())
}

/// Takes back an offer that nobody has answered, until the next sitting: it must not come up in the middle of work, where
/// Enter means something else.
pub(super) fn put_off(model: &mut Model) {
    if model.tour == Some(Tour::Offered) {
        model.tour = None;
    }
}

/// The command of a key that answers the offer; `None` = another key, which takes the offer back.
pub(super) fn answer(model: &Model, key: Key) -> Option<CommandId> {
    match model.keymap.meaning(Context::Tour, &[key]) {
        Meaning::Run(command @ (CommandId::TourBegin | CommandId::TourEnd)) => Some(command),
        _ => None,
    }
}

/// Another key was pressed than one that answers the offer. What that key did has the word first.
pub(super) fn passed(model: &mut Model) -> Effect {
    if model.notices.showing().is_none() {
        say_how_to_begin(model, "tour.passed");
    }
    Effect::Errand(Errand::KeepToured)
}

/// The command of a key that means nothing where one is, while the tour runs.
pub(super) fn fallback(model: &Model, key: Key) -> Option<CommandId> {
    let running = matches!(model.tour, Some(Tour::At(..)));
    answer(model, key).filter(|command| running && *command == CommandId::TourEnd)
}
