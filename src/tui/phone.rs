//! 電話照会 on the screen, as far as it isn't drawing: the line by which a caller is found, 本人確認, and the answer. The
//! office tells the log before it gives a case out; until two things are ticked nothing of the answer is drawn.

use super::dialogs::call::{self, CallDialog};
use super::field::TextField;
use super::jobs;
use super::layer::Layer;
use super::message::{Effect, Errand, Explained, Work};
use super::model::Model;
use super::motion;
use super::screens;
use super::screens::looks::LooksPage;
use crate::command::CommandId;
use crate::domain::identity::ApplicationId;
use crate::domain::phone::{ENOUGH, Identifier};
use crate::office::{Call, CallWish, Candidates, Case, WhoLooked};

/// What the office is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneErrand {
    /// Who may be calling, by this line; an empty one asks who waits for a 折返し → `Found`.
    Find(String),
    /// Open an application for a caller → `Opened`.
    Open(ApplicationId),
    /// Write a 応対記録 → `Written`.
    Write(ApplicationId, CallWish),
    /// Who looked at an application → `Looks`.
    Looks(ApplicationId),
}

impl PhoneErrand {
    /// The kind of work, where a person waits for it.
    #[must_use]
    pub const fn work(&self) -> Option<Work> {
        match self {
            Self::Write(..) => Some(Work::Apply),
            Self::Find(_) | Self::Open(_) | Self::Looks(_) => None,
        }
    }

    /// The answer that says that it failed.
    #[must_use]
    pub fn failed(&self, why: Explained) -> PhoneMessage {
        match self {
            Self::Find(line) => PhoneMessage::Found(line.clone(), Err(why)),
            Self::Open(id) => PhoneMessage::Opened(*id, Err(why)),
            Self::Write(id, _) => PhoneMessage::Written(*id, Err(why)),
            Self::Looks(id) => PhoneMessage::Looks(*id, Err(why)),
        }
    }
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhoneMessage {
    /// Who may be calling, by which line.
    Found(String, Result<Candidates, Explained>),
    /// A case was opened, or nothing is shown.
    Opened(ApplicationId, Result<Box<Case>, Explained>),
    /// A 応対記録 was written: all of this application.
    Written(ApplicationId, Result<Vec<Call>, Explained>),
    /// Who looked.
    Looks(ApplicationId, Result<Vec<WhoLooked>, Explained>),
}

/// A case that lies open.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// What the office gave out.
    pub case: Box<Case>,
    /// By what the caller was identified, ascending.
    pub ticked: Vec<Identifier>,
    /// Whether the answer is shown; else 本人確認.
    pub answering: bool,
    /// The line under the cursor in 本人確認.
    pub cursor: usize,
    /// The first line of the answer.
    pub top: usize,
}

impl OpenCase {
    fn new(case: Box<Case>) -> Self {
        Self { case, ticked: Vec::new(), answering: false, cursor: 0, top: 0 }
    }

    /// What can be ticked, each once.
    #[must_use]
    pub fn identifiers(&self) -> Vec<Identifier> {
        let mut all: Vec<Identifier> = self.case.known.iter().map(|(identifier, _)| *identifier).collect();
        all.dedup();
        all
    }

    /// Whether the caller is identified.
    #[must_use]
    pub const fn is_identified(&self) -> bool {
        self.ticked.len() >= ENOUGH
    }

    fn tick(&mut self) {
        let Some(identifier) = self.identifiers().get(self.cursor).copied() else { return };
        match self.ticked.binary_search(&identifier) {
            Ok(at) => drop(self.ticked.remove(at)),
            Err(at) => self.ticked.insert(at, identifier),
        }
    }
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct PhonePage {
    /// The line.
    pub line: TextField,
    /// Who may be calling, as it was found last.
    pub found: Option<Candidates>,
    /// What is wrong with the line, or why nothing is shown.
    pub problem: Option<String>,
    /// The candidate under the cursor.
    pub cursor: usize,
    /// The first one that is shown.
    pub top: usize,
    /// The case that lies open.
    pub open: Option<OpenCase>,
    /// The one that is being opened.
    pub opening: Option<ApplicationId>,
    /// The line that is being looked for.
    asked: Option<String>,
}

impl PhonePage {
    /// Whether the line has the keys.
    #[must_use]
    pub const fn types_text(&self) -> bool {
        self.open.is_none() && self.opening.is_none()
    }

    /// The line, where it has the keys.
    pub fn field_mut(&mut self) -> Option<&mut TextField> {
        self.types_text().then_some(&mut self.line)
    }

    /// Whether what stands in the line is still being looked for.
    #[must_use]
    pub const fn is_looking(&self) -> bool {
        self.asked.is_some()
    }

    /// Looks for what stands in the line; while a search is on its way, the next one waits for it.
    fn look(&mut self) -> Vec<Effect> {
        if self.asked.is_some() {
            return Vec::new();
        }
        let line = self.line.text().trim().to_owned();
        self.asked = Some(line.clone());
        vec![ask(PhoneErrand::Find(line))]
    }

    /// The application that is looked at.
    #[must_use]
    pub fn subject(&self) -> Option<ApplicationId> {
        self.open.as_ref().map(|open| open.case.id)
    }
}

const fn ask(errand: PhoneErrand) -> Effect {
    Effect::Errand(Errand::Phone(errand))
}

fn page_mut(model: &mut Model) -> Option<&mut PhonePage> {
    model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Phone(page) => Some(page.as_mut()),
        _ => None,
    })
}

/// Opens the page: with an empty line, or on the record that is looked at.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let at_once = model.record_view().map(|view| view.id);
    let mut page = PhonePage { opening: at_once, ..PhonePage::default() };
    let mut effects = page.look();
    effects.extend(at_once.map(|id| ask(PhoneErrand::Open(id))));
    model.layers.push(Layer::Phone(Box::new(page)));
    effects
}

/// The line was edited: who may be calling follows each key.
pub(super) fn edited(model: &mut Model) -> Vec<Effect> {
    let Some(page) = page_mut(model) else { return Vec::new() };
    (page.problem, page.cursor, page.top) = (None, 0, 0);
    page.look()
}

/// Esc: out of a case, back to the line. `false` where the page itself is to be closed.
pub(super) fn leave(page: &mut PhonePage) -> bool {
    page.opening.is_none() && page.open.take().is_some()
}

/// What a command of the page does.
pub(super) fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let Some(Layer::Phone(page)) = model.layers.last() else { return Vec::new() };
    let height = usize::from(screens::phone::rows(page, places.body).height);
    let last = screens::phone::answer_lines(page, model, places.body).len().saturating_sub(height);
    let Some(Layer::Phone(page)) = model.layers.last_mut() else { return Vec::new() };
    match (command, &mut page.open) {
        (CommandId::CallWrite | CommandId::CallBack, Some(open)) => {
            let dialog = CallDialog::new(&open.case, open.ticked.clone(), command == CommandId::CallBack);
            model.layers.push(Layer::Call(Box::new(dialog)));
        }
        (CommandId::PhoneNext, None) => return choose(model),
        (CommandId::PhoneNext, Some(open)) if open.answering => {}
        (CommandId::PhoneNext, Some(open)) if open.is_identified() => open.answering = true,
        (CommandId::PhoneNext, Some(_)) => {
            let hint = model.words.fill("phone.tick_more", &[("count", ENOUGH.to_string())]);
            model.notices.hint(hint);
        }
        (CommandId::PhoneTick, Some(open)) if !open.answering => {
            open.tick();
            open.cursor = (open.cursor + 1).min(open.identifiers().len().saturating_sub(1));
        }
        (CommandId::CallWrite | CommandId::CallBack | CommandId::PhoneTick, _) => {}
        (_, Some(open)) if open.answering => open.top = motion::moved(open.top, last, command, height),
        (_, Some(open)) => {
            let last = open.identifiers().len().saturating_sub(1);
            open.cursor = motion::moved(open.cursor, last, command, height);
        }
        (_, None) => {
            let count = page.found.as_ref().map_or(0, |found| found.found.len());
            page.cursor = motion::moved(page.cursor, count.saturating_sub(1), command, height);
            page.top = motion::window_top(page.top, page.cursor, height);
        }
    }
    Vec::new()
}

/// Opens the candidate under the cursor, once the line has been looked for whole.
fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Phone(page)) = model.layers.last_mut() else { return Vec::new() };
    if page.opening.is_some() {
        return Vec::new();
    }
    let chosen = page.found.as_ref().and_then(|found| found.found.get(page.cursor)).map(|one| one.id);
    match chosen.filter(|_| !page.is_looking() && page.problem.is_none()) {
        Some(id) => {
            page.opening = Some(id);
            vec![ask(PhoneErrand::Open(id))]
        }
        None => {
            let key = if page.is_looking() { "phone.looking" } else { "phone.nobody" };
            let hint = page.problem.clone().unwrap_or_else(|| model.words.text(key).to_owned());
            model.notices.hint(hint);
            Vec::new()
        }
    }
}

/// Asks who looked at the application that is looked at.
pub(super) fn who_looked(model: &mut Model) -> Vec<Effect> {
    let id = match model.layers.last() {
        Some(Layer::Phone(page)) => page.subject(),
        _ => model.subject(),
    };
    let Some(id) = id else { return Vec::new() };
    model.layers.push(Layer::Looks(LooksPage::new(id)));
    vec![ask(PhoneErrand::Looks(id))]
}

/// Takes what comes back.
pub(super) fn take(model: &mut Model, message: PhoneMessage) -> Vec<Effect> {
    match message {
        PhoneMessage::Found(line, found) => {
            let Some(page) = page_mut(model) else { return Vec::new() };
            page.asked = None;
            // What was typed meanwhile is looked for now.
            if page.line.text().trim() != line {
                return page.look();
            }
            match found {
                Ok(found) => {
                    page.cursor = page.cursor.min(found.found.len().saturating_sub(1));
                    (page.found, page.problem) = (Some(found), None);
                }
                Err(why) => (page.found, page.problem) = (None, Some(why.sentence)),
            }
        }
        PhoneMessage::Opened(id, opened) => {
            let Some(page) = page_mut(model).filter(|page| page.opening == Some(id)) else { return Vec::new() };
            page.opening = None;
            match opened {
                Ok(case) => (page.open, page.problem) = (Some(OpenCase::new(case)), None),
                Err(why) => page.problem = Some(why.sentence),
            }
        }
        PhoneMessage::Written(id, written) => {
            let told = call::done(model, written.as_ref().err());
            if let (Ok(calls), Some(open)) = (written, page_mut(model).and_then(|page| page.open.as_mut()))
                && open.case.id == id
            {
                open.case.calls = calls;
            }
            if let Some(notice) = told {
                jobs::done(model, Work::Apply, notice);
                return super::perform::reload(model);
            }
        }
        PhoneMessage::Looks(id, looks) => {
            let page = model.layers.iter_mut().find_map(|layer| match layer {
                Layer::Looks(page) if page.id == id => Some(page),
                _ => None,
            });
            if let Some(page) = page {
                page.take(looks);
            }
        }
    }
    Vec::new()
}
