//! Turns messages into a new state and into effects. Pure: no clock, no file, no terminal; it only writes down what is
//! to be done.

use super::compare;
use super::compare_backend;
use super::dialogs::{batch, columns, export, fields, filter, mark_query, note, reflect, reveal, settle, views};
use super::duplicates;
use super::entry;
use super::in_hand;
use super::intake::{self, IntakeErrand, ask};
use super::jobs;
use super::keys;
use super::layer::Layer;
use super::lock;
use super::log_page;
use super::message::{Alarm, Effect, Errand, Explained, Message, Work};
use super::model::Model;
use super::notices::Notice;
use super::perform;
use super::phone;
use super::requests;
use super::resume;
use super::screens;
use super::which_key;
use super::{today, tour};
use crate::command::{CommandId, Context};
use crate::domain::identity::ApplicationId;
use crate::office::view::BatchOutcome;
use crate::tui::format::grouped;

/// How long the cursor must rest before the pane beside the list follows it, in milliseconds.
const REST_MS: u64 = 150;

/// Takes a message.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let moves = resume::moves(&message);
    let did = tour::did(&message);
    let mut effects = take(model, message);
    tour::follow(model, did);
    today::settle(model);
    effects.extend(settle(model));
    if moves {
        effects.extend(resume::arm(model));
    }
    effects
}

/// Runs a command as if its key had been pressed.
pub(super) fn obey(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let mut effects = keys::run(model, command);
    effects.extend(settle(model));
    effects
}

fn take(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Key(_) | Message::Paste(_) if model.keeping.is_leaving() => {}
        Message::Key(key) => return keys::key(model, key),
        Message::Paste(text) => return keys::paste(model, &text),
        Message::Resize(width, height) => model.size = (width, height),
        Message::Focus => return vec![Effect::Redraw, ask(IntakeErrand::Look)],
        Message::Clock(now) => {
            model.now = Some(now);
            return lock::idle(model, now);
        }
        Message::Unlocked(outcome) => return lock::tried(model, outcome),
        Message::Woke(Alarm::Rest(id)) => return rested(model, id),
        Message::Woke(Alarm::Keep) => return resume::ring(model).into_iter().collect(),
        Message::Woke(Alarm::Leave) => return resume::waited(model),
        Message::TakenUp(looked) => return resume::taken_up(model, looked),
        Message::SittingKept(outcome) => return resume::kept(model, outcome),
        Message::Woke(Alarm::NextKey(serial)) => which_key::woke(model, serial),
        Message::Woke(Alarm::Conceal(serial)) => reveal::conceal(model, serial),
        Message::Revealed(outcome) => return reveal::done(model, outcome),
        Message::Listed(part) => {
            if model.list.take(part) {
                model.end(Work::Search);
                if std::mem::take(&mut model.mark_all_when_whole) {
                    model.list.mark_all();
                    let count = ("count", grouped(model.list.ids().len() as u64));
                    model.notices.hint(model.words.fill("mark.all_done", &[count]));
                }
            }
        }
        Message::Rows(rows) => model.list.take_rows(rows),
        Message::Record(id, record) => {
            if model.open.asked == Some(id) {
                model.open.asked = None;
            }
            model.open.missing = record.is_none().then_some(id);
            if record.is_some() || model.open.of(id).is_some() {
                model.open.record = record;
            }
        }
        Message::Summary(summary) => model.summary = Some(summary),
        Message::Planned(ticket, plan) => batch::planned(model, ticket, plan),
        Message::FieldPlanned(ticket, plan) => fields::planned(model, ticket, plan),
        Message::FieldDone(outcome) => {
            let written = fields::done(model, outcome);
            return [written, perform::reload(model)].concat();
        }
        Message::TakenInHand(taken) => return in_hand::taken(model, taken),
        Message::Noted(outcome) => {
            note::done(model, outcome);
            return perform::reload(model);
        }
        Message::BatchDone(outcome) => {
            batch::done(model, outcome);
            return [duplicates::changed(model), perform::reload(model)].concat();
        }
        Message::Undone(outcome) => return turned_back(model, Work::Undo, outcome),
        Message::Redone(outcome) => return turned_back(model, Work::Redo, outcome),
        Message::Exported(outcome) => export::done(model, outcome),
        Message::Books(outcome) => {
            let page = outcome.map_err(|why| model.notices.error(model.now, why.sentence)).ok();
            if model.books_mut().is_some_and(|books| books.take(page)) {
                return vec![Effect::Errand(Errand::LoadBooks)];
            }
        }
        Message::Settled(decision, outcome) => {
            settle::done(model, decision, outcome);
            return perform::reload(model);
        }
        Message::ReflectExported(outcome) => reflect::done(model, outcome),
        Message::Progress(progress) if model.low_bandwidth => model.work.progress_slowly(progress, model.now),
        Message::Progress(progress) => model.work.progress(progress),
        Message::Intake(message) => return intake::take(model, message),
        Message::Entry(message) => return entry::take(model, message),
        Message::Request(message) => return requests::take(model, message),
        Message::Log(message) => return log_page::take(model, message),
        Message::Phone(message) => return phone::take(model, message),
        Message::Compare(message) => return compare_backend::take(model, message),
        Message::StoreChanged => {
            let mut effects = perform::reload(model);
            effects.extend(compare::refresh(model));
            effects.extend(views::refresh(model));
            effects.extend(mark_query::refresh(model));
            if model.layers.iter().any(|layer| matches!(layer, Layer::SetAside(_))) {
                effects.push(ask(IntakeErrand::LoadSetAside));
            }
            return effects;
        }
        Message::Views(ticket, found) => views::read(model, ticket, found),
        Message::ViewCounts { ticket, counts, done } => views::counted(model, ticket, counts, done),
        Message::ViewChanged(outcome) => return views::changed(model, outcome),
        Message::Forms(ticket, found) => {
            columns::forms(model, ticket, &found);
            filter::forms(model, ticket, found);
        }
        Message::Found(ticket, found) => mark_query::found(model, ticket, found),
        Message::LayoutKept(Ok(())) => {}
        Message::LayoutKept(Err(why)) => model.notices.error(model.now, why.sentence),
        Message::SearchFailed(generation, why) => {
            if model.list.give_up(generation) {
                jobs::failed(model, Work::Search, &why);
                model.mark_all_when_whole = false;
            }
        }
        Message::Failed(why) => {
            model.open.missing = model.open.asked.take();
            model.notices.error(model.now, why.sentence);
        }
        Message::Hangup => return resume::torn(model),
    }
    Vec::new()
}

/// The end of undo or redo.
fn turned_back(model: &mut Model, work: Work, outcome: Result<BatchOutcome, Explained>) -> Vec<Effect> {
    match outcome {
        Ok(outcome) => {
            let (key, command) = match work {
                Work::Undo => ("undo.done", CommandId::Redo),
                _ => ("redo.done", CommandId::Undo),
            };
            let arguments = [("count", grouped(outcome.changed)), ("key", model.key_name(Context::List, command))];
            let mut text = model.words.fill(key, &arguments);
            if !outcome.failed.is_empty() {
                let left = ("count", grouped(outcome.failed.len() as u64));
                let open = ("key", model.key_name(Context::List, CommandId::NoticesOpen));
                text.push_str(&model.words.fill("batch.done.left", &[left, open]));
            }
            let details = batch::details(&outcome, &model.words);
            jobs::done(model, work, Notice { at: model.now, is_error: false, text, details });
            perform::reload(model)
        }
        Err(why) => {
            jobs::failed(model, work, &why);
            Vec::new()
        }
    }
}

/// The cursor has come to rest: the pane follows if it still stands there.
fn rested(model: &mut Model, id: ApplicationId) -> Vec<Effect> {
    if model.open.resting != Some(id) {
        return Vec::new();
    }
    model.open.resting = None;
    let wanted = pane_subject(model) == Some(id);
    if !wanted || model.open.asked == Some(id) {
        return Vec::new();
    }
    model.open.asked = Some(id);
    model.open.stale = false;
    vec![Effect::Errand(Errand::LoadRecord(id))]
}

/// The application that the pane beside the list should show.
fn pane_subject(model: &Model) -> Option<ApplicationId> {
    model.places().and_then(|places| places.pane).and_then(|_| model.list.current())
}

/// Brings the state in order after any message: the cursor is in view, and what is in sight is asked for.
fn settle(model: &mut Model) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let height = usize::from(places.rows.height);
    model.list.keep_cursor_in_view(height);
    let mut wanted: Vec<ApplicationId> = model.list.window(height).to_vec();
    let page = perform::batch_page(model);
    if let Some(Layer::Batch(dialog)) = model.layers.last() {
        wanted.extend(dialog.in_sight(page));
    }
    if let Some(books) = model.books_mut() {
        let height = usize::from(screens::books::rows(books.place, places.body).height);
        books.keep_cursor_in_view(height);
        wanted.extend(books.in_sight(height));
    }
    let mut effects = Vec::new();
    let missing = model.list.missing(&wanted);
    if !missing.is_empty() {
        effects.push(Effect::Errand(Errand::LoadRows(missing, model.arrangement.wanted_cells())));
    }
    effects.extend(follow(model));
    effects
}

/// Asks for the record that is looked at: at once for the full view, after a rest for the pane.
fn follow(model: &mut Model) -> Option<Effect> {
    let open = model.record_view().map(|view| view.id);
    let wanted = open.or_else(|| pane_subject(model))?;
    let known = (model.open.of(wanted).is_some() || model.open.missing == Some(wanted)) && !model.open.stale;
    if known || model.open.asked == Some(wanted) || model.open.resting == Some(wanted) && open.is_none() {
        return None;
    }
    if open.is_some() {
        model.open.asked = Some(wanted);
        model.open.resting = None;
        model.open.stale = false;
        return Some(Effect::Errand(Errand::LoadRecord(wanted)));
    }
    model.open.resting = Some(wanted);
    Some(Effect::Wake(REST_MS, Alarm::Rest(wanted)))
}
