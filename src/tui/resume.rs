//! A person's place is never lost: where they stand is handed to the office a while after each change and before the
//! screen is left, and the next sitting takes it up. Nothing is carried out by that: what was being typed is offered again.

use super::drafts;
use super::entry::{self, EntryPage};
use super::layer::Layer;
use super::message::{Alarm, Effect, Errand, Explained, Message};
use super::model::Model;
use super::screens::record::RecordView;
use super::tour;
use crate::command::{CommandId, Context};
use crate::domain::sitting::{Draft, Sitting};
use crate::tui::format::grouped;

/// How long after a change the place is kept, in milliseconds: so much may be lost with the power.
const KEEP_MS: u64 = 2_000;

/// How long leaving waits for it, in milliseconds.
const LEAVE_MS: u64 = 2_000;

/// Why the screen is being left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaving {
    /// The person asked for it: who can't keep their place is told before it is gone.
    Asked,
    /// The terminal is gone, or the system asks: nobody can be told.
    Torn,
    /// It is over.
    Over,
}

/// How the keeping stands.
#[derive(Debug, Clone, Default)]
pub struct Keeping {
    /// What the last sitting left, until it is looked through.
    pending: Option<Box<Sitting>>,
    /// What was handed over last.
    kept: Option<Box<Sitting>>,
    /// Falls in a row before this sitting, as long as it hasn't kept its place in good order.
    falls: u64,
    /// Whether the session's file is none of ours, so that it is left alone.
    off: bool,
    /// Whether the alarm is set.
    armed: bool,
    /// How many answers are still to come.
    writing: u32,
    /// Whether the last one failed, which is told once.
    failed: bool,
    leaving: Option<Leaving>,
}

impl Keeping {
    /// Nothing is kept: the session's file can't be read, and what stands in it may be needed.
    pub const fn off(&mut self) {
        self.off = true;
    }

    /// What the last sitting left, to be taken up.
    pub fn offer(&mut self, sitting: Sitting) {
        self.falls = sitting.falls;
        self.pending = Some(Box::new(sitting));
    }

    /// Whether the screen is being left, so that keys mean nothing any more and nothing is drawn.
    #[must_use]
    pub const fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }
}

/// Where the person stands.
#[must_use]
pub fn sitting(model: &Model) -> Sitting {
    Sitting {
        query: model.search.query.clone(),
        cursor: model.list.stood(),
        marks: model.list.marks().clone(),
        pane: model.pane,
        books: model.books().is_some(),
        record: model.record_view().map(|view| view.id),
        draft: drafts::draft(model),
        entry: entry::draft(model),
        falls: 0,
    }
}

/// Goes on with the query of the last sitting, before the first search.
pub(super) fn place(model: &mut Model) {
    let Some(sitting) = &model.keeping.pending else { return };
    let query = sitting.query.clone();
    model.pane = sitting.pane;
    model.search.problem = (model.seams.check_query)(&query).err();
    if model.search.problem.is_none() {
        model.search.query.clone_from(&query);
        model.arrangement.asks(&query);
    }
    model.search.typed = query;
}

/// Goes on with its cursor, and asks whether the rest is still there.
pub(super) fn ask_for_the_rest(model: &mut Model) -> Option<Effect> {
    let sitting = model.keeping.pending.clone()?;
    if let Some(stood) = sitting.cursor {
        model.list.stand(stood);
    }
    Some(Effect::Errand(Errand::TakeUp(sitting)))
}

/// Takes up what was looked through: the marks, and what lay open.
pub(super) fn taken_up(model: &mut Model, looked: Result<(Box<Sitting>, u64), Explained>) -> Vec<Effect> {
    let Some(pending) = model.keeping.pending.take() else { return Vec::new() };
    let (sitting, gone) = looked.unwrap_or_else(|why| {
        model.notices.error(model.now, why.sentence);
        (pending, 0)
    });
    tell(model, &sitting, gone);
    // Whoever was quick may have opened something already: it stays on top.
    let mut own = std::mem::take(&mut model.layers);
    let mut effects = Vec::new();
    if sitting.books {
        model.layers.push(Layer::Books(Box::default()));
        effects.push(Effect::Errand(Errand::LoadBooks));
    }
    model.layers.extend(sitting.record.map(|id| Layer::Record(RecordView::new(id))));
    model.list.take_marks(&sitting.marks);
    if !model.list.marks().is_empty() || sitting.draft.is_some() {
        // Whoever is in the middle of something isn't new, and Enter is for what goes on.
        tour::put_off(model);
    }
    let pages = model.layers.len();
    if let Some(draft) = sitting.draft {
        effects.extend(drafts::offer(model, draft));
    }
    if matches!(own.first(), Some(Layer::Today(_))) {
        // A new day begins with what waits, but not before what was being typed: nobody would find that below it.
        if model.layers.len() > pages {
            own.remove(0);
        } else {
            model.layers.clear();
        }
    }
    model.layers.extend(own);
    // What was put aside waits until it is asked for; it covers nothing.
    model.aside = sitting.entry.map(|draft| Box::new(EntryPage::of_draft(draft)));
    model.keeping.kept = Some(Box::new(self::sitting(model)));
    effects
}

/// One sentence says what goes on, and what to press to begin afresh.
fn tell(model: &mut Model, sitting: &Sitting, gone: u64) {
    let words = &model.words;
    let key = |command| ("key", model.key_name(Context::List, command));
    let mut parts = Vec::new();
    if sitting.draft.is_some() {
        let batch = matches!(sitting.draft, Some(Draft::Batch { .. }));
        parts.push(words.text(if batch { "resume.batch" } else { "resume.draft" }).to_owned());
    }
    if !sitting.marks.is_empty() {
        let count = ("count", grouped(sitting.marks.len()));
        parts.push(words.fill("resume.marks", &[count, key(CommandId::MarkNone)]));
    }
    if gone > 0 {
        parts.push(words.fill("resume.gone", &[("count", grouped(gone))]));
    }
    if !sitting.query.is_empty() {
        parts.push(words.fill("resume.query", &[key(CommandId::ListSearch)]));
    }
    if sitting.entry.is_some() {
        parts.push(words.fill("resume.entry", &[key(CommandId::EntryOpen)]));
    }
    if sitting.falls > 0 {
        parts.push(words.text("resume.fell").to_owned());
    }
    if !parts.is_empty() {
        let text = words.fill("resume.told", &[("parts", parts.join(words.text("resume.comma")))]);
        model.notices.say_beside(model.now, text);
    }
}

/// Whether a message can change where a person stands; those that come by themselves again and again can't.
pub(super) const fn moves(message: &Message) -> bool {
    !matches!(
        message,
        Message::Clock(_)
            | Message::Woke(_)
            | Message::Progress(_)
            | Message::Focus
            | Message::Rows(_)
            | Message::Record(..)
            | Message::Summary(_)
            | Message::SittingKept(_)
            | Message::LayoutKept(_)
    )
}

/// Sets the alarm, once.
pub(super) fn arm(model: &mut Model) -> Option<Effect> {
    let keeping = &mut model.keeping;
    if keeping.off || keeping.leaving.is_some() || std::mem::replace(&mut keeping.armed, true) {
        return None;
    }
    Some(Effect::Wake(KEEP_MS, Alarm::Keep))
}

/// The alarm rings: where the person stands is handed over if it isn't where they stood.
pub(super) fn ring(model: &mut Model) -> Option<Effect> {
    model.keeping.armed = false;
    if model.keeping.off || model.keeping.leaving.is_some() || model.keeping.pending.is_some() {
        return None;
    }
    if model.keeping.writing > 0 {
        // A slow disk gets no queue.
        return arm(model);
    }
    let sitting = Box::new(sitting(model));
    (model.keeping.kept.as_ref() != Some(&sitting)).then(|| keep(model, sitting))
}

fn keep(model: &mut Model, sitting: Box<Sitting>) -> Effect {
    model.keeping.falls = 0;
    model.keeping.writing += 1;
    model.keeping.kept = Some(sitting.clone());
    Effect::Errand(Errand::KeepSitting(sitting, model.arrangement.layout(model.list.sort)))
}

/// Leaves the screen as the person asks: their place is kept first.
pub(super) fn leave(model: &mut Model) -> Vec<Effect> {
    // Who was told that it can't be kept and asks again is let go.
    let way = if model.keeping.failed { Leaving::Torn } else { Leaving::Asked };
    part(model, way)
}

/// The terminal is gone, or the system asks to end: the place is kept all the same.
pub(super) fn torn(model: &mut Model) -> Vec<Effect> {
    part(model, Leaving::Torn)
}

fn part(model: &mut Model, way: Leaving) -> Vec<Effect> {
    match model.keeping.leaving {
        Some(Leaving::Asked) => {
            model.keeping.leaving = Some(way);
            Vec::new()
        }
        Some(_) => Vec::new(),
        // What isn't taken up yet still stands in the file.
        None if model.keeping.off || model.keeping.pending.is_some() => over(model),
        None => {
            model.keeping.leaving = Some(way);
            let sitting = Box::new(sitting(model));
            vec![keep(model, sitting), Effect::Wake(LEAVE_MS, Alarm::Leave)]
        }
    }
}

fn over(model: &mut Model) -> Vec<Effect> {
    model.keeping.leaving = Some(Leaving::Over);
    vec![Effect::Quit]
}

/// Leaving has waited long enough.
pub(super) fn waited(model: &mut Model) -> Vec<Effect> {
    match model.keeping.leaving {
        Some(Leaving::Asked | Leaving::Torn) => over(model),
        Some(Leaving::Over) | None => Vec::new(),
    }
}

/// It was kept, or not.
pub(super) fn kept(model: &mut Model, outcome: Result<(), Explained>) -> Vec<Effect> {
    let keeping = &mut model.keeping;
    keeping.writing = keeping.writing.saturating_sub(1);
    let told = std::mem::replace(&mut keeping.failed, outcome.is_err());
    if let Err(why) = outcome {
        keeping.kept = None;
        if keeping.leaving == Some(Leaving::Asked) {
            keeping.leaving = None;
        }
        if !told {
            model.notices.error(model.now, why.sentence);
        }
    }
    match model.keeping.leaving {
        Some(Leaving::Asked | Leaving::Torn) if model.keeping.writing == 0 => over(model),
        _ => Vec::new(),
    }
}

/// What to hand over of a screen that fell; `None` = what stands in the file is to stay.
#[must_use]
pub fn fallen(model: &Model) -> Option<Errand> {
    let keeping = &model.keeping;
    if keeping.off || keeping.leaving == Some(Leaving::Over) {
        return None;
    }
    let mut sitting = keeping.pending.clone().unwrap_or_else(|| Box::new(sitting(model)));
    sitting.falls = keeping.falls + 1;
    Some(Errand::KeepSitting(sitting, model.arrangement.layout(model.list.sort)))
}
