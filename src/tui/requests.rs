//! 二者確認 on the screen, as far as it isn't drawing: whether what is about to be done will wait, what is said when it does, and
//! the page of requests. A request is decided in a dialog of its own, once it has been read.

use super::dialogs::batch::{self, Stage as BatchStage};
use super::dialogs::decide::{self, DecideDialog, Purpose};
use super::dialogs::fields::Stage as FieldStage;
use super::format::grouped;
use super::jobs;
use super::layer::Layer;
use super::message::{Effect, Errand, Explained, Work};
use super::model::Model;
use super::motion;
use super::notices::Notice;
use super::perform;
use super::screens;
use crate::command::{CommandId, Context, OnRequest};
use crate::domain::identity::OperationId;
use crate::domain::record::Hash;
use crate::domain::release::{Decided, Doing, WhyVoid};
use crate::messages::Messages;
use crate::office::view::LeftBecause;
use crate::office::{Passphrase, RequestFacts, RequestState, can_wait};

/// What 二者確認 means for something that is about to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// It is done at once.
    Nobody,
    /// It waits for a second person.
    Somebody,
    /// It would have to wait, and can't: it will be refused.
    InVain,
    /// It would have to wait, but nobody signs in, so no two persons can be told apart: it will be refused.
    Unsigned,
}

impl Awaits {
    /// What a dialog says of it before the question; `None` = nothing.
    #[must_use]
    pub fn told(self, words: &Messages) -> Option<&str> {
        match self {
            Self::Nobody => None,
            Self::Somebody => Some(words.text("requests.awaits")),
            Self::InVain => Some(words.text("requests.awaits_in_vain")),
            Self::Unsigned => Some(words.text("requests.awaits_unsigned")),
        }
    }

    /// The button's title; `own` where it is done at once.
    #[must_use]
    pub fn button(self, own: String, words: &Messages) -> String {
        if self == Self::Somebody { words.text("requests.button").to_owned() } else { own }
    }
}

/// What the office is asked about requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestErrand {
    /// Read those that wait, or all → `Listed`.
    Load {
        /// Whether those that were decided come too.
        ended: bool,
    },
    /// Read one → `Shown`.
    Show(OperationId),
    /// Approve one → `Decided`.
    Approve {
        /// Which.
        id: OperationId,
        /// What was shown.
        hash: Hash,
        /// その場確認: who is beside the person at the screen, and by what they show it.
        second: Option<(String, Passphrase)>,
    },
    /// Refuse one, or take one's own back → `Decided`.
    Refuse {
        /// Which.
        id: OperationId,
        /// Why; empty for one's own.
        reason: String,
        /// As for approving.
        second: Option<(String, Passphrase)>,
    },
}

impl RequestErrand {
    /// The kind of work, where a person waits for it.
    #[must_use]
    pub const fn work(&self) -> Option<Work> {
        match self {
            Self::Load { .. } | Self::Show(_) => None,
            Self::Approve { .. } | Self::Refuse { .. } => Some(Work::Decide),
        }
    }

    /// The answer that says that it failed.
    #[must_use]
    pub const fn failed(&self, why: Explained) -> RequestMessage {
        match self {
            Self::Load { ended } => RequestMessage::Listed(*ended, Err(why)),
            Self::Show(id) => RequestMessage::Shown(*id, Err(why)),
            Self::Approve { .. } | Self::Refuse { .. } => RequestMessage::Decided(Err(why)),
        }
    }
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The request.
    pub id: OperationId,
    /// What was decided.
    pub decided: Decided,
    /// Why it is void, where it is.
    pub why: Option<WhyVoid>,
}

/// Something wasn't done: it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The work that ended so.
    pub work: Option<Work>,
    /// The request.
    pub request: OperationId,
    /// How many applications it is about.
    pub count: u64,
    /// What couldn't have been done anyway.
    pub left: Vec<(String, LeftBecause)>,
}

/// What comes back of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestMessage {
    /// Those that wait, or all (`true`).
    Listed(bool, Result<Vec<RequestFacts>, Explained>),
    /// One.
    Shown(OperationId, Result<Box<RequestFacts>, Explained>),
    /// What was to be done waits.
    Asked(Asked),
    /// One was decided or not.
    Decided(Result<Verdict, Explained>),
}

/// The request that lies open.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Which.
    pub id: OperationId,
    /// As it was read; `None` = not yet.
    pub facts: Option<Box<RequestFacts>>,
    /// The first line that is shown.
    pub top: usize,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct RequestsPage {
    /// The requests, newest first; `None` = not read yet.
    pub found: Option<Vec<RequestFacts>>,
    /// Whether those that were decided are shown too.
    pub ended: bool,
    /// The request under the cursor.
    pub cursor: usize,
    /// The first one that is shown.
    pub top: usize,
    /// The one that is shown whole.
    pub open: Option<Opened>,
    /// Whether the one under the cursor is to be shown as soon as it is read: a quick hand presses Enter before.
    wanted: bool,
    /// Whether a reading is on its way, and whether the next one waits for it.
    asked: bool,
    stale: bool,
}

impl RequestsPage {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.as_ref().map_or(0, Vec::len)
    }

    /// Whether there are none, as far as is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one that lies open, else the one under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Option<&RequestFacts> {
        match &self.open {
            Some(open) => open.facts.as_deref(),
            None => self.found.as_ref()?.get(self.cursor),
        }
    }

    /// Asks to read again; while a reading is on its way, the next one waits for it.
    fn read(&mut self) -> Vec<Effect> {
        if std::mem::replace(&mut self.asked, true) {
            self.stale = true;
            return Vec::new();
        }
        self.stale = false;
        let open = self.open.as_ref().map(|open| ask(RequestErrand::Show(open.id)));
        std::iter::once(ask(RequestErrand::Load { ended: self.ended })).chain(open).collect()
    }

    /// Takes what was read; the cursor stays on its request.
    fn take(&mut self, ended: bool, found: Option<Vec<RequestFacts>>) -> Vec<Effect> {
        self.asked = false;
        if ended != self.ended || self.stale {
            self.stale = false;
            return self.read();
        }
        if let Some(found) = found {
            let held = self.found.as_ref().and_then(|before| before.get(self.cursor)).map(|one| one.id);
            let place = held.and_then(|held| found.iter().position(|one| one.id == held));
            self.cursor = place.unwrap_or(self.cursor).min(found.len().saturating_sub(1));
            self.found = Some(found);
        }
        if std::mem::take(&mut self.wanted) { self.show() } else { Vec::new() }
    }

    /// Shows the request under the cursor whole.
    fn show(&mut self) -> Vec<Effect> {
        self.wanted = self.found.is_none();
        let Some(id) = self.chosen().map(|one| one.id) else { return Vec::new() };
        self.open = Some(Opened { id, facts: None, top: 0 });
        vec![ask(RequestErrand::Show(id))]
    }
}

pub(super) const fn ask(errand: RequestErrand) -> Effect {
    Effect::Errand(Errand::Request(errand))
}

impl Model {
    /// What 二者確認 means for what is about to be done with so many applications.
    #[must_use]
    pub fn awaits(&self, doing: Doing, count: u64) -> Awaits {
        let marks = &self.surroundings.second_person;
        if !can_wait(doing.act) {
            let marked = marks.iter().any(|marks| marks.may_ask(doing));
            return if marked { Awaits::InVain } else { Awaits::Nobody };
        }
        match (marks.iter().any(|marks| marks.ask(doing, count)), self.surroundings.unsigned) {
            (false, _) => Awaits::Nobody,
            (true, false) => Awaits::Somebody,
            (true, true) => Awaits::Unsigned,
        }
    }

    fn requests_mut(&mut self) -> Option<&mut RequestsPage> {
        self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Requests(page) => Some(page.as_mut()),
            _ => None,
        })
    }
}

/// The request that commands would be about, as they ask it.
#[must_use]
pub fn on(page: &RequestsPage) -> Option<OnRequest> {
    let one = page.chosen()?;
    Some(OnRequest {
        undecided: one.decided.is_none(),
        void: one.state == RequestState::Ended(Decided::Void),
        own: one.own,
        may_decide: one.may_decide,
    })
}

/// Opens the page.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let mut page = RequestsPage::default();
    let effects = page.read();
    model.layers.push(Layer::Requests(Box::new(page)));
    effects
}

/// Reads again, where the page is open.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    model.requests_mut().map_or_else(Vec::new, RequestsPage::read)
}

/// What a command of the page does.
pub(super) fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let Some(Layer::Requests(page)) = model.layers.last() else { return Vec::new() };
    let fit = screens::requests::rows(page, places.body);
    let lines = screens::requests::lines(page, model, fit.width).len();
    let (height, count) = (usize::from(fit.height), page.len());
    let purpose = match command {
        CommandId::RequestApprove => Some(Purpose::Approve),
        CommandId::RequestOnTheSpot => Some(Purpose::OnTheSpot),
        CommandId::RequestRefuse => Some(Purpose::Refuse),
        CommandId::RequestWithdraw => Some(Purpose::Withdraw),
        _ => None,
    };
    if let Some(purpose) = purpose {
        return decide(model, purpose);
    }
    let Some(Layer::Requests(page)) = model.layers.last_mut() else { return Vec::new() };
    match (command, &mut page.open) {
        (CommandId::RequestsShow, Some(_)) => page.open = None,
        (CommandId::RequestsShow, None) if page.found.as_ref().is_some_and(Vec::is_empty) => {
            model.notices.hint(model.words.text("requests.none").to_owned());
        }
        (CommandId::RequestsShow, None) => return page.show(),
        (CommandId::RequestsEnded, _) => {
            (page.ended, page.found, page.open) = (!page.ended, None, None);
            (page.cursor, page.top) = (0, 0);
            return page.read();
        }
        (_, Some(open)) => open.top = motion::moved(open.top, lines.saturating_sub(height), command, height),
        (_, None) => {
            page.cursor = motion::moved(page.cursor, count.saturating_sub(1), command, height);
            page.top = motion::window_top(page.top, page.cursor, height);
        }
    }
    Vec::new()
}

/// Asks for a decision. What hasn't been read is read first; one's own needs no reading.
fn decide(model: &mut Model, purpose: Purpose) -> Vec<Effect> {
    let key = ("key", model.key_name(Context::Requests, purpose.command()));
    let Some(page) = model.requests_mut() else { return Vec::new() };
    if page.open.is_none() && purpose != Purpose::Withdraw {
        let effects = page.show();
        model.notices.hint(model.words.fill("requests.read_first", &[key]));
        return effects;
    }
    if let Some(facts) = page.chosen().cloned() {
        model.layers.push(Layer::Decide(Box::new(DecideDialog::new(facts, purpose))));
    }
    Vec::new()
}

/// Takes what comes back.
pub(super) fn take(model: &mut Model, message: RequestMessage) -> Vec<Effect> {
    match message {
        RequestMessage::Listed(ended, found) => {
            let found = found.map_err(|why| model.notices.error(model.now, why.sentence)).ok();
            return model.requests_mut().map_or_else(Vec::new, |page| page.take(ended, found));
        }
        RequestMessage::Shown(id, found) => {
            let facts = found.map_err(|why| model.notices.error(model.now, why.sentence)).ok();
            let Some(page) = model.requests_mut() else { return Vec::new() };
            match (&mut page.open, facts) {
                (Some(open), Some(facts)) if open.id == id => open.facts = Some(facts),
                // What can't be read is no page to stand on.
                (Some(open), None) if open.id == id && open.facts.is_none() => page.open = None,
                _ => {}
            }
        }
        RequestMessage::Asked(asked) => return waits(model, &asked),
        RequestMessage::Decided(outcome) => {
            let done = matches!(&outcome, Ok(verdict) if verdict.decided != Decided::Void);
            decide::done(model, outcome);
            if let Some(page) = model.requests_mut().filter(|_| done) {
                page.open = None;
            }
            return perform::reload(model);
        }
    }
    Vec::new()
}

/// Whether a layer waits for the end of this work.
fn is_of(layer: &Layer, work: Option<Work>) -> bool {
    match (layer, work) {
        (Layer::Batch(dialog), Some(Work::Apply)) => matches!(dialog.stage, BatchStage::Running(_)),
        (Layer::Field(dialog), Some(Work::Apply)) => matches!(dialog.stage, FieldStage::Running(_)),
        (Layer::Note(dialog), Some(Work::Apply)) => dialog.running,
        (Layer::Settle(dialog), Some(Work::Apply)) => dialog.running,
        (Layer::Export(dialog), Some(Work::Export)) => dialog.running,
        (Layer::ViewSave(dialog), None) => dialog.running,
        _ => false,
    }
}

/// What was to be done waits for a second person: its dialog has ended, and where the request is to be found is said.
fn waits(model: &mut Model, asked: &Asked) -> Vec<Effect> {
    if let Some(at) = model.layers.iter().position(|layer| is_of(layer, asked.work)) {
        model.layers.remove(at);
    }
    let words = &model.words;
    let open = ("key", model.key_name(Context::List, CommandId::RequestsOpen));
    let key = if asked.count == 0 { "requests.asked" } else { "requests.asked_count" };
    let mut text = words.fill(key, &[("id", asked.request.to_string()), ("count", grouped(asked.count)), open]);
    if !asked.left.is_empty() {
        let key = ("key", model.key_name(Context::List, CommandId::NoticesOpen));
        text.push_str(&words.fill("batch.done.left", &[("count", grouped(asked.left.len() as u64)), key]));
    }
    let details = batch::left(&asked.left, words);
    let notice = Notice { at: model.now, is_error: false, text, details };
    match asked.work {
        Some(work) => jobs::done(model, work, notice),
        None => model.notices.add(notice),
    }
    perform::reload(model)
}
