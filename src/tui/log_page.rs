//! 操作履歴 on the screen, as far as it isn't drawing: the page, what is typed to narrow it, and reading on part by part, so that
//! a log of any length opens at once.

use super::field::TextField;
use super::format::grouped;
use super::jobs;
use super::layer::Layer;
use super::message::{Effect, Errand, Explained, Work};
use super::model::Model;
use super::motion;
use super::notices::Notice;
use super::screens;
use crate::command::CommandId;
use crate::domain::identity::OperationId;
use crate::office::{LogFilter, LogItem, LogPart, LogStanding, ShownOperation};

/// What the office is asked about the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogErrand {
    /// Record a look, then read the first part → `Part`.
    Look {
        /// Number of the question.
        ticket: u64,
        /// Which part of the log.
        filter: LogFilter,
    },
    /// Read on → `Part`.
    More {
        /// Number of the question.
        ticket: u64,
        /// Which part of the log.
        filter: LogFilter,
        /// From here on.
        below: OperationId,
    },
    /// Read one operation whole → `Shown`.
    Show(OperationId),
    /// How the chain stands → `Standing`.
    Standing,
    /// Go through the chain → `Verified`.
    Verify,
}

impl LogErrand {
    /// The kind of work, where a person waits for it.
    #[must_use]
    pub const fn work(&self) -> Option<Work> {
        match self {
            Self::Verify => Some(Work::Verify),
            _ => None,
        }
    }

    /// The answer that says that it failed.
    #[must_use]
    pub const fn failed(&self, why: Explained) -> LogMessage {
        match self {
            Self::Look { ticket, .. } | Self::More { ticket, .. } => LogMessage::Part(*ticket, Err(why)),
            Self::Show(id) => LogMessage::Shown(*id, Err(why)),
            Self::Standing => LogMessage::Standing(Err(why)),
            Self::Verify => LogMessage::Verified(Err(why)),
        }
    }
}

/// What comes back of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogMessage {
    /// A part of it, with the number of the question.
    Part(u64, Result<LogPart, Explained>),
    /// One operation.
    Shown(OperationId, Result<Box<ShownOperation>, Explained>),
    /// How the chain stands.
    Standing(Result<LogStanding, Explained>),
    /// The chain holds: how many operations it has; or it doesn't: where.
    Verified(Result<u64, Explained>),
}

/// The operation that lies open.
#[derive(Debug, Clone)]
pub struct OpenedOperation {
    /// Which.
    pub id: OperationId,
    /// As it was read; `None` = not yet.
    pub shown: Option<Box<ShownOperation>>,
    /// The first line that is shown.
    pub top: usize,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct LogPage {
    /// Which part of the log.
    pub filter: LogFilter,
    /// What narrows it, while it is typed.
    pub field: Option<TextField>,
    /// What was found so far, newest first.
    pub items: Vec<LogItem>,
    /// How many looks at the log were left out so far.
    pub hidden: u64,
    /// Where the next part begins, once a first part has come.
    next: Option<OperationId>,
    /// Whether the log was read to its beginning.
    pub whole: bool,
    /// Whether a part is on its way.
    pub asked: bool,
    /// Why there is nothing to see, where the office refused.
    pub refused: Option<String>,
    /// The operation under the cursor.
    pub cursor: usize,
    /// The first one that is shown.
    pub top: usize,
    /// The one that is shown whole.
    pub open: Option<OpenedOperation>,
    /// How the chain stands, once that is known.
    pub standing: Option<LogStanding>,
    /// Number of the last question; an answer to another one is dropped.
    ticket: u64,
}

impl LogPage {
    /// Asks anew, from the newest operation on.
    fn look(&mut self, ticket: u64) -> Vec<Effect> {
        let filter = std::mem::take(&mut self.filter);
        let standing = self.standing;
        *self = Self { filter, standing, ticket, asked: true, ..Self::default() };
        vec![ask(LogErrand::Look { ticket, filter: self.filter.clone() }), ask(LogErrand::Standing)]
    }

    /// Reads on where what is in sight, and as much again, isn't there yet.
    fn read_on(&mut self, height: usize) -> Vec<Effect> {
        let Some(below) = self.next.filter(|_| !self.asked && self.items.len() < self.cursor + 2 * height.max(1))
        else {
            return Vec::new();
        };
        self.asked = true;
        vec![ask(LogErrand::More { ticket: self.ticket, filter: self.filter.clone(), below })]
    }

    fn take(&mut self, part: LogPart) {
        self.asked = false;
        self.hidden += part.hidden;
        self.next = part.next;
        self.whole = part.next.is_none();
        self.items.extend(part.items);
    }

    /// Shows the operation under the cursor whole.
    fn show(&mut self) -> Vec<Effect> {
        let Some(id) = self.items.get(self.cursor).map(|item| item.operation) else { return Vec::new() };
        self.open = Some(OpenedOperation { id, shown: None, top: 0 });
        vec![ask(LogErrand::Show(id))]
    }

    /// Whether something lies open in the page.
    #[must_use]
    pub const fn is_inside(&self) -> bool {
        self.field.is_some() || self.open.is_some()
    }

    /// Closes what lies open in the page: what is typed first.
    pub fn leave(&mut self) {
        if self.field.take().is_none() {
            self.open = None;
        }
    }
}

const fn ask(errand: LogErrand) -> Effect {
    Effect::Errand(Errand::Log(errand))
}

/// The page, wherever it lies.
fn page_mut(model: &mut Model) -> Option<&mut LogPage> {
    model.layers.iter_mut().find_map(|layer| match layer {
        Layer::Log(page) => Some(page.as_mut()),
        _ => None,
    })
}

/// Opens the page.
pub fn open(model: &mut Model) -> Vec<Effect> {
    open_with(model, LogFilter::default())
}

/// Opens the page with everything that touched the application that is read, or that the cursor is on.
pub fn open_of_record(model: &mut Model) -> Vec<Effect> {
    let record = model.record_view().and_then(|view| model.open.of(view.id));
    let Some(number) = record.map(|record| format!("{}/{}", record.row.source, record.row.number)) else {
        model.notices.hint(model.words.text("list.reading").to_owned());
        return Vec::new();
    };
    open_with(model, LogFilter { number: Some(number), ..LogFilter::default() })
}

fn open_with(model: &mut Model, filter: LogFilter) -> Vec<Effect> {
    model.ticket += 1;
    let mut page = LogPage { filter, ..LogPage::default() };
    let effects = page.look(model.ticket);
    model.layers.retain(|layer| !matches!(layer, Layer::Log(_)));
    model.layers.push(Layer::Log(Box::new(page)));
    effects
}

/// Asks again where the person wants it.
pub fn reload(model: &mut Model) -> Vec<Effect> {
    model.notices.hint(model.words.text("log.again").to_owned());
    again(model)
}

/// Asks again, from the newest operation on: that is another look.
fn again(model: &mut Model) -> Vec<Effect> {
    model.ticket += 1;
    let ticket = model.ticket;
    page_mut(model).map_or_else(Vec::new, |page| page.look(ticket))
}

/// What a command of the page does.
pub fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let Some(Layer::Log(page)) = model.layers.last() else { return Vec::new() };
    let fit = screens::log::rows(page, places.body);
    let lines = screens::log::lines(page, model, fit.width).len();
    let height = usize::from(fit.height);
    if command == CommandId::LogVerify {
        return vec![model.begin(Errand::Log(LogErrand::Verify))];
    }
    let Some(Layer::Log(page)) = model.layers.last_mut() else { return Vec::new() };
    match (command, &mut page.open) {
        (CommandId::LogFilter, _) => {
            page.open = None;
            page.field = Some(TextField::selected(&page.filter.line()));
        }
        (CommandId::LogAll, _) => {
            page.filter.all = !page.filter.all;
            return again(model);
        }
        (CommandId::LogShow, _) if page.field.is_some() => {
            let typed = page.field.take().map(|field| LogFilter::parse(field.text())).unwrap_or_default();
            page.filter = LogFilter { all: page.filter.all, ..typed };
            return again(model);
        }
        (CommandId::LogShow, Some(_)) => page.open = None,
        (CommandId::LogShow, None) if page.items.is_empty() => {
            model.notices.hint(model.words.text("log.none").to_owned());
        }
        (CommandId::LogShow, None) => return page.show(),
        (_, Some(open)) => open.top = motion::moved(open.top, lines.saturating_sub(height), command, height),
        (_, None) => {
            page.cursor = motion::moved(page.cursor, page.items.len().saturating_sub(1), command, height);
            page.top = motion::window_top(page.top, page.cursor, height);
            return page.read_on(height);
        }
    }
    Vec::new()
}

/// Takes what comes back.
pub fn take(model: &mut Model, message: LogMessage) -> Vec<Effect> {
    let height = model.places().map_or(0, |places| usize::from(places.body.height));
    match message {
        LogMessage::Part(ticket, part) => {
            let Some(page) = page_mut(model).filter(|page| page.ticket == ticket) else { return Vec::new() };
            match part {
                Ok(part) => {
                    page.take(part);
                    return page.read_on(height);
                }
                Err(why) => {
                    (page.asked, page.next) = (false, None);
                    page.refused = Some(why.sentence.clone());
                    model.notices.error(model.now, why.sentence);
                }
            }
        }
        LogMessage::Shown(id, shown) => {
            let shown = shown.map_err(|why| model.notices.error(model.now, why.sentence)).ok();
            let Some(page) = page_mut(model) else { return Vec::new() };
            match (&mut page.open, shown) {
                (Some(open), Some(shown)) if open.id == id => open.shown = Some(shown),
                // What can't be read is no page to stand on.
                (Some(open), None) if open.id == id && open.shown.is_none() => page.open = None,
                _ => {}
            }
        }
        LogMessage::Standing(standing) => {
            let standing = standing.map_err(|why| model.notices.error(model.now, why.sentence)).ok();
            if let Some(page) = page_mut(model) {
                page.standing = standing.or(page.standing);
            }
        }
        LogMessage::Verified(verified) => verified_now(model, verified),
    }
    Vec::new()
}

/// The chain was gone through: what came of it is said, and stands at the top of the page until the screen ends.
fn verified_now(model: &mut Model, verified: Result<u64, Explained>) {
    match verified {
        Ok(operations) => {
            let text = model.words.fill("log.verified", &[("count", grouped(operations))]);
            model.chain = Some((model.now, Ok(operations)));
            jobs::done(model, Work::Verify, Notice { at: model.now, is_error: false, text, details: Vec::new() });
        }
        Err(why) => {
            let sentence = jobs::failed(model, Work::Verify, &why);
            model.chain = Some((model.now, Err(sentence)));
        }
    }
}
