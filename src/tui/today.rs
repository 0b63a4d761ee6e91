//! 今日の仕事, the morning page, as far as it isn't drawing: what waits, and where each line leads.

use super::arrangement;
use super::books::{BooksView, Place};
use super::intake::{IntakeErrand, ask};
use super::keys;
use super::layer::Layer;
use super::message::{Effect, Errand, Work};
use super::model::Model;
use super::motion;
use super::perform::perform;
use crate::command::CommandId;
use crate::domain::query::QueryForm;
use crate::messages::Language;
use crate::office::{Beginning, DISPOSAL, DUE_TODAY, FROM_PREDECESSOR, MINE, OVERDUE, REMINDERS};

/// Something that may wait for staff, in the order of the page: what is to be done first stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// An import that was cut off.
    CutOff,
    /// 新着ファイル.
    Files,
    /// 未処理.
    Unprocessed,
    /// 補正到着.
    Corrections,
    /// 補正の催促.
    Reminders,
    /// 申請者の取下げ.
    Withdrawals,
    /// 期限超過.
    Overdue,
    /// 本日期限.
    DueToday,
    /// 前任者から.
    HandedOver,
    /// 自分の担当.
    Mine,
    /// 要確認.
    Check,
    /// 反映待ち.
    Pending,
    /// 二者確認待ち.
    Requests,
    /// 取り分けた行.
    SetAside,
    /// 折返し待ち.
    Callbacks,
    /// 廃棄予定.
    Disposal,
}

impl Waiting {
    const ALL: [Self; 16] = [
        Self::CutOff,
        Self::Files,
        Self::Unprocessed,
        Self::Corrections,
        Self::Reminders,
        Self::Withdrawals,
        Self::Overdue,
        Self::DueToday,
        Self::Callbacks,
        Self::HandedOver,
        Self::Mine,
        Self::Check,
        Self::Pending,
        Self::Requests,
        Self::SetAside,
        Self::Disposal,
    ];

    /// Message key of its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CutOff => "today.line.cut_off",
            Self::Files => "today.line.files",
            Self::Unprocessed => "today.line.unprocessed",
            Self::Corrections => "today.line.corrections",
            Self::Reminders => "reminder.today.line",
            Self::Withdrawals => "today.line.withdrawals",
            Self::Overdue => "today.line.overdue",
            Self::DueToday => "today.line.due_today",
            Self::HandedOver => "today.line.handed_over",
            Self::Mine => "today.line.mine",
            Self::Check => "today.line.check",
            Self::Pending => "today.line.pending",
            Self::Requests => "today.line.requests",
            Self::SetAside => "today.line.set_aside",
            Self::Callbacks => "today.line.callbacks",
            Self::Disposal => "today.line.disposal",
        }
    }

    /// Message key of what it is, for somebody who is new.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::CutOff => "today.about.cut_off",
            Self::Files => "today.about.files",
            Self::Unprocessed => "today.about.unprocessed",
            Self::Corrections => "today.about.corrections",
            Self::Reminders => "reminder.today.about",
            Self::Withdrawals => "today.about.withdrawals",
            Self::Overdue => "today.about.overdue",
            Self::DueToday => "today.about.due_today",
            Self::HandedOver => "today.about.handed_over",
            Self::Mine => "today.about.mine",
            Self::Check => "today.about.check",
            Self::Pending => "today.about.pending",
            Self::Requests => "today.about.requests",
            Self::SetAside => "today.about.set_aside",
            Self::Callbacks => "today.about.callbacks",
            Self::Disposal => "today.about.disposal",
        }
    }

    /// How many wait; `None` = not counted yet.
    #[must_use]
    pub fn count(self, model: &Model) -> Option<u64> {
        let look = model.intake.look.as_ref();
        match self {
            Self::CutOff => {
                let importing = model.work.runs(Work::Import);
                look.map(|look| u64::from(look.cut_off().is_some() && !importing))
            }
            Self::Files => look.map(crate::office::InboxLook::waiting),
            Self::SetAside => look.map(|look| look.set_aside),
            Self::Unprocessed => model.summary.map(|summary| summary.unprocessed),
            Self::Corrections => model.summary.map(|summary| summary.corrections),
            Self::Withdrawals => model.summary.map(|summary| summary.withdrawals),
            Self::Reminders => model.summary.map(|summary| summary.charges.reminders),
            Self::Overdue => model.summary.map(|summary| summary.charges.overdue),
            Self::DueToday => model.summary.map(|summary| summary.charges.due_today),
            Self::HandedOver => model.summary.map(|summary| summary.charges.handed_over),
            Self::Mine => model.summary.map(|summary| summary.charges.mine),
            Self::Check => model.summary.map(|summary| summary.reflect_check),
            Self::Pending => model.summary.map(|summary| summary.reflect_pending),
            Self::Requests => model.summary.map(|summary| summary.requests),
            Self::Callbacks => model.summary.map(|summary| summary.callbacks),
            Self::Disposal => model.summary.map(|summary| summary.charges.disposal),
        }
    }

    /// Whether it has its line on a day without any too: what comes every day keeps its place.
    const fn is_daily(self) -> bool {
        !matches!(
            self,
            Self::CutOff
                | Self::SetAside
                | Self::Reminders
                | Self::Overdue
                | Self::DueToday
                | Self::Mine
                | Self::HandedOver
                | Self::Requests
                | Self::Callbacks
                | Self::Disposal
        )
    }
}

/// The page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TodayPage {
    /// The line under the cursor; `None` = the first one that waits.
    chosen: Option<Waiting>,
}

impl TodayPage {
    /// The place of the cursor among the lines.
    #[must_use]
    pub fn cursor(&self, model: &Model) -> usize {
        let lines = lines(model);
        let chosen = self.chosen.and_then(|chosen| lines.iter().position(|line| *line == chosen));
        let waits = |line: &Waiting| line.count(model).is_some_and(|count| count > 0);
        chosen.or_else(|| lines.iter().position(waits)).unwrap_or_default()
    }
}

/// The lines of the page.
#[must_use]
pub fn lines(model: &Model) -> Vec<Waiting> {
    let has_line = |line: &Waiting| line.is_daily() || line.count(model).is_some_and(|count| count > 0);
    Waiting::ALL.into_iter().filter(has_line).collect()
}

/// Whether all is counted and nothing waits.
#[must_use]
pub fn is_quiet(model: &Model) -> bool {
    Waiting::ALL.into_iter().all(|line| line.count(model) == Some(0))
}

impl Model {
    /// Begins a sitting: on 今日の仕事 where it is the first one of the day, and with the offer of the tour on a practice
    /// store whose tour was neither taken nor declined.
    pub fn begin_sitting(&mut self, beginning: Beginning) {
        if beginning.first_of_day {
            self.begin_at_today();
        }
        // Plain mode has no strip to show it in.
        if self.surroundings.demo && !beginning.toured && !self.plain {
            self.offer_tour();
        }
    }

    /// Begins on 今日の仕事 in place of the list.
    pub fn begin_at_today(&mut self) {
        self.layers.push(Layer::Today(TodayPage::default()));
    }
}

/// Opens the page from any other; what was open is closed.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.layers.clear();
    model.begin_at_today();
    vec![ask(IntakeErrand::Look)]
}

/// Closes the page, where it is the uppermost: the list stands below.
pub(super) fn leave(model: &mut Model) {
    if matches!(model.layers.last(), Some(Layer::Today(_))) {
        model.layers.pop();
    }
}

/// Once all is counted the cursor stays on its line, whatever begins to wait above it.
pub(super) fn settle(model: &mut Model) {
    let counted = model.summary.is_some() && model.intake.look.is_some();
    if let Some(Layer::Today(page)) = model.layers.first().filter(|_| counted) {
        let chosen = lines(model).get(page.cursor(model)).copied();
        if let Some(Layer::Today(page)) = model.layers.first_mut() {
            page.chosen = chosen;
        }
    }
}

/// Moves the cursor.
pub(super) fn moved(model: &mut Model, command: CommandId) {
    let Some(Layer::Today(page)) = model.layers.last() else { return };
    let lines = lines(model);
    let cursor = motion::moved(page.cursor(model), lines.len().saturating_sub(1), command, lines.len());
    if let Some(Layer::Today(page)) = model.layers.last_mut() {
        page.chosen = lines.get(cursor).copied();
    }
}

/// Opens what the line under the cursor is about.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Today(page)) = model.layers.last() else { return Vec::new() };
    let Some(line) = lines(model).get(page.cursor(model)).copied() else { return Vec::new() };
    // The page of new files has something to say on a day without any, too.
    if line.count(model) == Some(0) && line != Waiting::Files {
        let what = ("what", model.words.text(line.name()).to_owned());
        model.notices.hint(model.words.fill("today.nothing_there", &[what]));
        return Vec::new();
    }
    match line {
        Waiting::CutOff | Waiting::Files => perform(model, CommandId::InboxOpen),
        Waiting::SetAside => perform(model, CommandId::SetAsideOpen),
        Waiting::Requests => perform(model, CommandId::RequestsOpen),
        Waiting::Unprocessed => list(model, "status:unprocessed"),
        Waiting::Corrections => list(model, "has:correction"),
        Waiting::Reminders => list(model, REMINDERS),
        Waiting::Withdrawals => list(model, "has:withdrawal"),
        Waiting::Overdue => list(model, OVERDUE),
        Waiting::DueToday => list(model, DUE_TODAY),
        Waiting::HandedOver => list(model, FROM_PREDECESSOR),
        Waiting::Mine => list(model, MINE),
        Waiting::Callbacks => list(model, "has:callback"),
        Waiting::Disposal => list(model, DISPOSAL),
        Waiting::Check => books(model, |books, _| books.place = Place::Check),
        // 要確認 has the first line there, if there is any.
        Waiting::Pending => books(model, |books, check| books.cursor = usize::from(check)),
    }
}

/// The list of a query, in the words of the person's language.
fn list(model: &mut Model, query: &str) -> Vec<Effect> {
    leave(model);
    let japanese = model.words.language() == Language::Japanese;
    let typed = QueryForm::read(query, &arrangement::context(model)).map(|form| form.write(japanese));
    keys::query_typed(model, typed.unwrap_or_else(|_| query.to_owned()))
}

/// The two books at a place, which is told whether there is 要確認.
fn books(model: &mut Model, go: impl FnOnce(&mut BooksView, bool)) -> Vec<Effect> {
    let mut view = BooksView::new();
    go(&mut view, Waiting::Check.count(model).is_some_and(|count| count > 0));
    model.layers.push(Layer::Books(Box::new(view)));
    vec![Effect::Errand(Errand::LoadBooks)]
}
