//! 窓口・郵送分の入力 on the screen, as far as it isn't drawing: first the form is chosen, then a field after the other is typed.
//! What is left with Esc is put aside and goes on where it was; what may not lie open is kept by no session.

pub use super::entry_page::{Choosing, EntryPage, Filling, Input, Stage};
use super::field::TextField;
use super::jobs;
use super::layer::Layer;
use super::message::{Effect, Errand, Explained, Work};
use super::model::Model;
use super::motion;
use super::notices::Notice;
use super::perform;
use super::screens;
use crate::command::{CommandId, Context};
use crate::domain::calendar::{Day, civil};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::sitting::EntryDraft;
use crate::office::{Entered, Sheet, SheetOf, Typed, typed_on};

/// What the office is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryErrand {
    /// Which forms can be entered → `Forms`.
    Forms,
    /// The page of a form → `Sheet`.
    Sheet(String),
    /// The page of an application that is corrected → `Sheet`.
    Revise(ApplicationId),
    /// Enter what was typed → `Entered`.
    Enter(SheetOf, Box<Typed>),
}

impl EntryErrand {
    /// The kind of work, where a person waits for it.
    #[must_use]
    pub const fn work(&self) -> Option<Work> {
        if let Self::Enter(..) = self { Some(Work::Apply) } else { None }
    }

    /// The answer that says that it failed.
    #[must_use]
    pub const fn failed(&self, why: Explained) -> EntryMessage {
        match self {
            Self::Forms => EntryMessage::Forms(Err(why)),
            Self::Sheet(_) | Self::Revise(_) => EntryMessage::Sheet(Err(why)),
            Self::Enter(..) => EntryMessage::Entered(Err(why)),
        }
    }
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryMessage {
    /// The forms.
    Forms(Result<Vec<FormToEnter>, Explained>),
    /// A page.
    Sheet(Result<Box<Sheet>, Explained>),
    /// It was entered or not.
    Entered(Result<Entered, Explained>),
}

/// A form that can be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormToEnter {
    /// Its word.
    pub word: String,
    /// Its title.
    pub title: String,
}

const fn ask(errand: EntryErrand) -> Effect {
    Effect::Errand(Errand::Entry(errand))
}

/// The day of the screen's clock.
#[must_use]
pub fn today(model: &Model) -> Option<Day> {
    model.now.map(|now| civil(&now).date())
}

/// What the session keeps of an entry.
#[must_use]
pub fn draft(model: &Model) -> Option<EntryDraft> {
    let open = model.layers.iter().rev().find_map(|layer| match layer {
        Layer::Entry(page) => page.kept(),
        _ => None,
    });
    open.or_else(|| model.aside.as_ref().and_then(|page| page.kept()))
}

/// Opens what was put aside, or the list of forms.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(page) = model.aside.take() {
        let asked = page.draft.as_ref().filter(|_| matches!(page.stage, Stage::Reading)).map(|draft| match draft {
            EntryDraft { revises: Some((id, _)), .. } => EntryErrand::Revise(ApplicationId::from_u64(*id)),
            EntryDraft { form, .. } => EntryErrand::Sheet(form.clone().unwrap_or_default()),
        });
        model.layers.push(Layer::Entry(page));
        let key = ("key", model.key_name(Context::Entry, CommandId::EntryClear));
        model.notices.hint(model.words.fill("entry.goes_on", &[key]));
        return asked.map(ask).into_iter().collect();
    }
    model.layers.push(Layer::Entry(Box::new(EntryPage::new(Stage::Choosing(Choosing::default())))));
    vec![ask(EntryErrand::Forms)]
}

/// Opens the page of the application under the cursor, to be corrected.
pub(super) fn revise(model: &mut Model) -> Vec<Effect> {
    if model.aside.is_some() {
        let effects = open(model);
        let key = ("key", model.key_name(Context::Entry, CommandId::EntryClear));
        model.notices.hint(model.words.fill("entry.aside_first", &[key]));
        return effects;
    }
    let Some(id) = model.subject() else { return Vec::new() };
    model.layers.push(Layer::Entry(Box::new(EntryPage::new(Stage::Reading))));
    vec![ask(EntryErrand::Revise(id))]
}

/// The page is left: what was typed is put aside. Tells whether it may be.
pub(super) fn leave(model: &mut Model) -> bool {
    let Some(Layer::Entry(page)) = model.layers.last() else { return true };
    let begun = match &page.stage {
        Stage::Filling(filling) if filling.running => return false,
        Stage::Filling(filling) => filling.is_begun(),
        Stage::Reading => page.draft.is_some(),
        Stage::Choosing(_) => false,
    };
    if begun {
        model.aside = Some(page.clone());
        let key = ("key", model.key_name(Context::List, CommandId::EntryOpen));
        model.notices.hint(model.words.fill("entry.put_aside", &[key]));
    }
    true
}

/// What a command of the page does.
pub(super) fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let page = model.places().map_or(1, |places| usize::from(screens::entry::rows(places.body).height));
    let Some(Layer::Entry(entry)) = model.layers.last_mut() else { return Vec::new() };
    match &mut entry.stage {
        Stage::Reading => Vec::new(),
        Stage::Choosing(choosing) => match command {
            CommandId::DialogNext | CommandId::DialogAccept => {
                let word = choosing.found().get(choosing.cursor).map(|form| form.word.clone());
                let Some(word) = word else { return Vec::new() };
                entry.stage = Stage::Reading;
                vec![ask(EntryErrand::Sheet(word))]
            }
            _ => {
                let last = choosing.found().len().saturating_sub(1);
                choosing.cursor = motion::moved(choosing.cursor, last, command, page);
                Vec::new()
            }
        },
        Stage::Filling(filling) if filling.running => Vec::new(),
        Stage::Filling(filling) => {
            let on_button = filling.focus == filling.inputs.len();
            match command {
                CommandId::EntryClear => {
                    let empty = Filling::new(filling.sheet.clone());
                    **filling = empty;
                    model.notices.hint(model.words.text("entry.cleared").to_owned());
                }
                CommandId::DialogAccept => return execute(model),
                CommandId::DialogNext if on_button => return execute(model),
                CommandId::DialogNext => filling.step(CommandId::MoveDown, page),
                CommandId::ChoiceNext | CommandId::ChoicePrevious => {
                    filling.choose(command == CommandId::ChoiceNext);
                    (filling.problem, filling.warned) = (None, false);
                }
                _ => filling.step(command, page),
            }
            Vec::new()
        }
    }
}

fn execute(model: &mut Model) -> Vec<Effect> {
    let (today, key) = (today(model), model.key_name(Context::Entry, CommandId::DialogAccept));
    let Some(Layer::Entry(entry)) = model.layers.last_mut() else { return Vec::new() };
    let Stage::Filling(filling) = &mut entry.stage else { return Vec::new() };
    let Some(today) = today else { return Vec::new() };
    let typed = match typed_on(&filling.sheet, &filling.texts(), today) {
        Ok(typed) => typed,
        Err(error) => {
            filling.problem = Some(model.words.explain(&error));
            return Vec::new();
        }
    };
    let doubted = filling.doubted();
    if doubted > 0 && !std::mem::replace(&mut filling.warned, true) {
        let arguments = [("count", doubted.to_string()), ("key", key)];
        filling.problem = Some(model.words.fill("entry.doubted", &arguments));
        return Vec::new();
    }
    (filling.running, filling.problem) = (true, None);
    let errand = EntryErrand::Enter(filling.sheet.of.clone(), Box::new(typed));
    vec![model.begin(Errand::Entry(errand))]
}

/// Takes what comes back.
pub(super) fn take(model: &mut Model, message: EntryMessage) -> Vec<Effect> {
    let at = model.layers.iter().position(|layer| matches!(layer, Layer::Entry(_)));
    if let EntryMessage::Entered(outcome) = message {
        return entered(model, at, outcome);
    }
    let Some(at) = at else { return Vec::new() };
    let Layer::Entry(page) = &mut model.layers[at] else { return Vec::new() };
    match (message, &mut page.stage) {
        (EntryMessage::Forms(Ok(forms)), Stage::Choosing(choosing)) => choosing.forms = Some(forms),
        (EntryMessage::Sheet(Ok(sheet)), Stage::Reading) => {
            let mut filling = Filling::new(*sheet);
            if let Some(draft) = page.draft.take() {
                put_back(&mut filling, &draft);
            }
            page.stage = Stage::Filling(Box::new(filling));
        }
        (EntryMessage::Forms(Err(why)), Stage::Choosing(_)) | (EntryMessage::Sheet(Err(why)), Stage::Reading) => {
            model.notices.error(model.now, why.sentence);
            model.layers.remove(at);
        }
        _ => {}
    }
    Vec::new()
}

/// Puts what was typed in an earlier sitting into a page. A correction stays one of what was shown then: it is refused
/// where somebody else was quicker.
fn put_back(filling: &mut Filling, draft: &EntryDraft) {
    for (field, input) in filling.sheet.fields.iter().zip(&mut filling.inputs) {
        let text = draft.texts.iter().find(|(part, _)| *part == field.part.id()).map(|(_, text)| text);
        if let (Some(text), Input::Open(typed)) = (text, input) {
            *typed = TextField::selected(text);
        }
    }
    if let (SheetOf::Revision(_, shown), Some((_, base))) = (&mut filling.sheet.of, draft.revises) {
        *shown = OperationId::from_u64(base);
    }
}

/// Takes the end: the next paper of the form begins, a correction is over, or the page stands again with the reason why not.
fn entered(model: &mut Model, at: Option<usize>, outcome: Result<Entered, Explained>) -> Vec<Effect> {
    let Some(Layer::Entry(page)) = at.map(|at| &mut model.layers[at]) else {
        model.end(Work::Apply);
        return Vec::new();
    };
    let Stage::Filling(filling) = &mut page.stage else { return Vec::new() };
    match outcome {
        Ok(entered) => {
            let is_new = matches!(filling.sheet.of, SheetOf::New(_));
            let key = match (is_new, entered.operation) {
                (true, _) => "entry.entered",
                (false, Some(_)) => "entry.revised",
                (false, None) => "entry.unchanged",
            };
            let mut text = model.words.fill(key, &[("number", entered.number.clone())]);
            if !entered.open.is_empty() {
                text += &model.words.fill("entry.open", &[("items", entered.open.join(" / "))]);
            }
            if is_new {
                **filling = filling.next();
            } else if let Some(at) = at {
                model.layers.remove(at);
            }
            jobs::done(model, Work::Apply, Notice { at: model.now, is_error: false, text, details: Vec::new() });
            perform::reload(model)
        }
        Err(why) => {
            filling.running = false;
            filling.problem = Some(why.sentence.clone());
            jobs::failed(model, Work::Apply, &why);
            Vec::new()
        }
    }
}
