//! Work in the background: what runs, how far it is, what stopping it means, and what became of the work before.

use std::collections::VecDeque;

use super::compare_backend::CompareErrand;
use super::format::grouped;
use super::intake::IntakeErrand;
use super::message::{Effect, Errand, Explained, ExportOf, Progress, Work};
use super::model::Model;
use super::notices::Notice;
use super::requests::RequestErrand;
use crate::command::{CommandId, Context};
use crate::domain::application::Instant;
use crate::domain::status::Request;
use crate::messages::Messages;

/// How many pieces of work that ended are kept.
const KEPT: usize = 50;

/// How work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// 済
    Done,
    /// 中止: a person stopped it.
    Stopped,
    /// 失敗
    Failed,
}

/// How far a piece of work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running {
        /// How far, once that is known.
        progress: Option<Progress>,
        /// Whether it was asked to stop.
        stopping: bool,
    },
    /// It has ended.
    Ended {
        /// When.
        at: Option<Instant>,
        /// How.
        how: End,
        /// What was said of it, then the details.
        lines: Vec<String>,
    },
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Number within this sitting: the newest has the largest.
    pub number: u64,
    /// Which kind.
    pub work: Work,
    /// What it is about, in neutral words: a count, a status, the name of a file. Never a query, which may name people.
    pub about: String,
    /// When it began.
    pub began: Option<Instant>,
    /// How far it is.
    pub state: State,
}

impl Job {
    /// Whether it runs and may be asked to stop.
    #[must_use]
    pub const fn can_stop(&self) -> bool {
        matches!(self.state, State::Running { stopping: false, .. }) && self.work.stops()
    }

    /// Whether it runs.
    #[must_use]
    pub const fn runs(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self, words: &Messages) -> String {
        words.text(&format!("jobs.kind.{}", self.work.id())).to_owned()
    }

    /// Its kind and what it is about.
    #[must_use]
    pub fn name(&self, words: &Messages) -> String {
        let kind = self.kind(words);
        if self.about.is_empty() {
            return kind;
        }
        words.fill("jobs.named", &[("kind", kind), ("about", self.about.clone())])
    }

    /// The message key of what stopping, having stopped or leaving means for it (`jobs.WHAT.CLASS`).
    #[must_use]
    pub fn meaning_key(&self, what: &str) -> String {
        let class = match self.work {
            Work::Import => "import",
            Work::Export => "file",
            work if work.writes() => "change",
            _ => "reading",
        };
        format!("jobs.{what}.{class}")
    }

    /// Percent done, if it is known how much there is to do.
    #[must_use]
    pub fn percent(&self, model: &Model) -> Option<u64> {
        match &self.state {
            State::Running { progress: Some(Progress { done, total: Some(total), .. }), .. } => {
                Some((done * 100).checked_div(*total).unwrap_or(0).min(100))
            }
            State::Running { progress: None, .. } if self.work == Work::Search => model.list.percent(),
            _ => None,
        }
    }

    /// How far it is or how it ended, in words.
    #[must_use]
    pub fn state_words(&self, model: &Model) -> String {
        let key = match &self.state {
            State::Running { stopping: true, .. } => "jobs.state.stopping",
            State::Running { .. } => match self.percent(model) {
                Some(percent) => return model.words.fill("jobs.state.percent", &[("percent", percent.to_string())]),
                None => "jobs.state.running",
            },
            State::Ended { how: End::Done, .. } => "jobs.state.done",
            State::Ended { how: End::Stopped, .. } => "jobs.state.stopped",
            State::Ended { how: End::Failed, .. } => "jobs.state.failed",
        };
        model.words.text(key).to_owned()
    }

    /// Items a second; empty unless it runs and that is known.
    #[must_use]
    pub fn rate_words(&self, words: &Messages) -> String {
        match &self.state {
            State::Running { progress: Some(progress), .. } => {
                words.fill("jobs.rate", &[("rate", grouped(progress.per_second))])
            }
            _ => String::new(),
        }
    }

    /// The time left while it runs, how long it took when it has ended; empty where neither is known.
    #[must_use]
    pub fn time_words(&self, words: &Messages) -> String {
        match &self.state {
            State::Running { progress: Some(progress), .. } => {
                let left = progress.seconds_left.map(|left| words.fill("jobs.left", &[("left", lasting(left, words))]));
                left.unwrap_or_default()
            }
            State::Ended { at: Some(at), .. } => {
                let taken = self.began.map(|began| at.seconds.saturating_sub(began.seconds).max(0) as u64);
                taken.map_or_else(String::new, |seconds| lasting(seconds, words))
            }
            _ => String::new(),
        }
    }
}

/// A span of time in words.
fn lasting(seconds: u64, words: &Messages) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes, rest) {
        (0, 0) => words.text("jobs.under_a_second").to_owned(),
        (0, _) => words.fill("jobs.seconds", &[("seconds", rest.to_string())]),
        _ => words.fill("jobs.minutes", &[("minutes", grouped(minutes)), ("seconds", format!("{rest:02}"))]),
    }
}

/// Work that runs, and the last that ended.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    running: Vec<Job>,
    ended: VecDeque<Job>,
    begun: u64,
    /// The second at which progress was told last.
    told: Option<i64>,
}

impl Jobs {
    /// Work has begun. Of each kind at most one runs: what ran before of it is given up.
    pub fn begin(&mut self, work: Work, about: String, now: Option<Instant>) {
        self.forget(work);
        self.begun += 1;
        let state = State::Running { progress: None, stopping: false };
        self.running.push(Job { number: self.begun, work, about, began: now, state });
    }

    /// Work that nobody waits for any more.
    pub fn forget(&mut self, work: Work) {
        self.running.retain(|job| job.work != work);
    }

    /// Work has ended. Looking that went well is not kept: every key in the search line is a search.
    pub fn end(&mut self, work: Work, now: Option<Instant>, how: End, lines: Vec<String>) {
        let Some(at) = self.running.iter().position(|job| job.work == work) else { return };
        let mut job = self.running.remove(at);
        job.state = State::Ended { at: now, how, lines };
        if work.is_kept() || how != End::Done {
            self.ended.push_front(job);
            self.ended.truncate(KEPT);
        }
    }

    /// How far work has come.
    pub fn progress(&mut self, told: Progress) {
        for job in self.running.iter_mut().filter(|job| job.work == told.work) {
            if let State::Running { progress, .. } = &mut job.state {
                *progress = Some(told);
            }
        }
    }

    /// The same over a slow line: once a second.
    pub fn progress_slowly(&mut self, told: Progress, now: Option<Instant>) {
        let second = now.map(|at| at.seconds);
        if second.is_none() || self.told != second {
            self.told = second;
            self.progress(told);
        }
    }

    /// Notes that work was asked to stop.
    pub fn ask_to_stop(&mut self, work: Work) {
        for job in self.running.iter_mut().filter(|job| job.work == work) {
            if let State::Running { stopping, .. } = &mut job.state {
                *stopping = true;
            }
        }
    }

    /// What runs, the oldest first.
    #[must_use]
    pub fn running(&self) -> &[Job] {
        &self.running
    }

    /// What runs and then what ended, each the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Job> {
        self.running.iter().rev().chain(&self.ended)
    }

    /// Whether work of a kind runs.
    #[must_use]
    pub fn runs(&self, work: Work) -> bool {
        self.running.iter().any(|job| job.work == work)
    }

    /// Whether nothing runs.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.running.is_empty()
    }
}

/// What an errand is about, in neutral words.
#[must_use]
pub fn about(model: &Model, errand: &Errand) -> String {
    let words = &model.words;
    let count = |count: u64| ("count", grouped(count));
    let of = |request: &Request, number: u64| {
        let status = match request {
            Request::Accept => words.text("status.accept").to_owned(),
            Request::To(status) => status.label().to_owned(),
        };
        words.fill("jobs.about_status", &[("status", status), count(number)])
    };
    match errand {
        Errand::Plan { request, ids, .. } => of(request, ids.len() as u64),
        Errand::Apply { plan, .. } => of(&plan.request, plan.changing()),
        Errand::PlanField { ids, .. } => words.fill("jobs.about_count", &[count(ids.len() as u64)]),
        Errand::ApplyField { plan, .. } => words.fill("jobs.about_count", &[count(plan.changing())]),
        Errand::AddNote { .. } | Errand::StrikeNote { .. } | Errand::Phone(_) => {
            words.fill("jobs.about_count", &[count(1)])
        }
        Errand::Settle { shown, .. } => words.fill("jobs.about_count", &[count(shown.len() as u64)]),
        Errand::Export { path, of: ExportOf::Marked(ids), .. } => {
            words.fill("jobs.about_file", &[("file", file_name(path)), count(ids.len() as u64)])
        }
        Errand::Export { path, .. } | Errand::ExportReflect(path) | Errand::WriteRuling(_, path) => file_name(path),
        Errand::Request(RequestErrand::Approve { id, .. } | RequestErrand::Refuse { id, .. }) => {
            words.fill("requests.about", &[("id", id.to_string())])
        }
        Errand::Compare(CompareErrand::Distinct(ids, _)) => words.fill("jobs.about_count", &[count(ids.len() as u64)]),
        Errand::Compare(CompareErrand::Keep(_)) => words.fill("jobs.about_count", &[count(1)]),
        Errand::Intake(IntakeErrand::DryRun(file) | IntakeErrand::Import(file)) => file.name(),
        _ => String::new(),
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Work has ended well: what there is to say is said, and stays with the work.
pub fn done(model: &mut Model, work: Work, notice: Notice) {
    let lines = [std::slice::from_ref(&notice.text), &notice.details].concat();
    model.work.end(work, model.now, End::Done, lines);
    model.notices.add(notice);
}

/// The code of work that a person stopped.
const STOPPED: &str = "work.stopped";

/// Work hasn't ended well: why is said, and returned. That a person stopped it is no mistake.
pub fn failed(model: &mut Model, work: Work, why: &Explained) -> String {
    let job = model.work.running().iter().find(|job| job.work == work);
    let (how, text) = match job {
        Some(job) if why.code == STOPPED => {
            let means = model.words.text(&job.meaning_key("means")).to_owned();
            let arguments = [("job", job.kind(&model.words)), ("means", means)];
            (End::Stopped, model.words.fill("jobs.stopped", &arguments))
        }
        _ => (End::Failed, why.sentence.clone()),
    };
    model.work.end(work, model.now, how, vec![text.clone()]);
    match how {
        End::Stopped => model.notices.say(model.now, text.clone()),
        _ => model.notices.error(model.now, text.clone()),
    }
    text
}

/// Stops the newest piece of work that can be stopped, and says which, and how many still run.
pub fn cancel_newest(model: &mut Model) -> Vec<Effect> {
    let running = model.work.running();
    match running.iter().rev().find(|job| job.can_stop()).or_else(|| running.last()) {
        Some(job) => cancel(model, job.number),
        None => Vec::new(),
    }
}

/// Stops a piece of work, or says why it can't be stopped.
pub fn cancel(model: &mut Model, number: u64) -> Vec<Effect> {
    let Some(job) = model.work.iter().find(|job| job.number == number) else { return Vec::new() };
    let (work, name) = (job.work, ("job", job.kind(&model.words)));
    if !job.runs() {
        model.notices.hint(model.words.text("jobs.ended_already").to_owned());
        return Vec::new();
    }
    if !work.stops() {
        model.notices.hint(model.words.fill("jobs.cannot_stop", &[name]));
        return Vec::new();
    }
    let mut text = model.words.fill("jobs.stopping_now", &[name]);
    let others = model.work.running().len() as u64 - 1;
    if others > 0 {
        text.push_str(&model.words.fill("jobs.others", &[("count", grouped(others))]));
    }
    model.notices.hint(text);
    model.work.ask_to_stop(work);
    vec![Effect::Cancel(work)]
}

/// The newest work in the status line: percent, rate, time left, how many others run, and the key that stops it.
#[must_use]
pub fn status_line(model: &Model) -> String {
    let words = &model.words;
    let Some(job) = model.work.running().last() else { return String::new() };
    let name = ("work", words.text(&format!("work.{}", job.work.id())).to_owned());
    let State::Running { progress, stopping } = &job.state else { return String::new() };
    let percent = job.percent(model).map(|percent| ("percent", percent.to_string()));
    let mut parts = vec![match (progress, percent) {
        _ if *stopping => words.fill("progress.stopping", &[name]),
        (Some(known), Some(percent)) => {
            let rate = ("rate", grouped(known.per_second));
            let left = ("left", known.seconds_left.map_or_else(|| "?".to_owned(), |left| left.to_string()));
            words.fill("progress.full", &[name, percent, rate, left])
        }
        (Some(known), None) => {
            let (done, rate) = (("done", grouped(known.done)), ("rate", grouped(known.per_second)));
            words.fill("progress.open", &[name, done, rate])
        }
        (None, Some(percent)) => words.fill("progress.percent", &[name, percent]),
        (None, None) => words.fill("progress.begun", &[name]),
    }];
    let others = model.work.running().len() as u64 - 1;
    if others > 0 {
        parts.push(words.fill("progress.others", &[("count", grouped(others))]));
    }
    if model.work.running().iter().any(Job::can_stop) {
        let stop = ("stop", model.key_name(Context::Everywhere, CommandId::WorkCancel));
        parts.push(words.fill("progress.stop", &[stop]));
    }
    parts.join("  ")
}
