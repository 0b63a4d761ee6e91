//! 重複の疑い on the screen, as far as it isn't drawing. The look runs in the background; what is done about a cluster a person
//! says: that its applications are different ones, or which one stays and what becomes of the others.

use super::compare::ask;
use super::compare_backend::CompareErrand;
use super::dialogs::batch::BatchDialog;
use super::field::TextField;
use super::format::grouped;
use super::jobs;
use super::layer::Layer;
use super::message::{Effect, Errand, Explained, Work};
use super::model::Model;
use super::motion;
use super::notices::Notice;
use super::screens;
use super::screens::record::RecordView;
use crate::command::CommandId;
use crate::domain::application::Instant;
use crate::domain::fold::Tier;
use crate::domain::identity::ApplicationId;
use crate::domain::status::{Request, Status};
use crate::office::DuplicateKey;
use crate::office::view::Record;

/// One of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub id: ApplicationId,
    /// 整理番号.
    pub number: String,
    /// 氏名/法人名.
    pub name: Option<String>,
    /// 申込日時.
    pub submitted: Option<Instant>,
}

/// Applications that may be the same one sent more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterFacts {
    /// By what they agree.
    pub by: DuplicateKey,
    /// How far.
    pub tier: Tier,
    /// Whether a person found them to be different ones.
    pub distinct: bool,
    /// The applications, the oldest first.
    pub members: Vec<Member>,
}

impl ClusterFacts {
    /// Its applications.
    #[must_use]
    pub fn ids(&self) -> Vec<ApplicationId> {
        self.members.iter().map(|member| member.id).collect()
    }
}

/// The cluster that lies open: its applications side by side.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The cluster.
    pub cluster: ClusterFacts,
    /// Its applications; `None` = not read yet.
    pub records: Option<Vec<Record>>,
    /// Which of them would stay.
    pub chosen: usize,
    /// The first line that is shown.
    pub top: usize,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct DuplicatesPage {
    /// All clusters; `None` = not looked for yet.
    pub found: Option<Vec<ClusterFacts>>,
    /// Whether those that were found to be none are shown too.
    pub decided: bool,
    /// The cluster under the cursor.
    pub cursor: usize,
    /// The first one that is shown.
    pub top: usize,
    /// The one that is shown whole.
    pub open: Option<Opened>,
    /// Whether a person asked to look again, and is told when that is done.
    pub asked: bool,
}

impl DuplicatesPage {
    /// The clusters that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &ClusterFacts> {
        self.found.iter().flatten().filter(|cluster| self.decided || !cluster.distinct)
    }

    /// The one that commands are about.
    #[must_use]
    pub fn chosen(&self) -> Option<&ClusterFacts> {
        self.open.as_ref().map(|open| &open.cluster).or_else(|| self.shown().nth(self.cursor))
    }
}

impl Model {
    fn duplicates_mut(&mut self) -> Option<&mut DuplicatesPage> {
        self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Duplicates(page) => Some(page.as_mut()),
            _ => None,
        })
    }
}

/// Opens the page, and looks.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.layers.push(Layer::Duplicates(Box::default()));
    look(model)
}

/// Looks again; one look runs at a time.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    if model.work.runs(Work::Duplicates) {
        return Vec::new();
    }
    vec![model.begin(Errand::Compare(CompareErrand::Duplicates))]
}

/// Looks again because a person asks for it.
pub(super) fn look_again(model: &mut Model) -> Vec<Effect> {
    model.duplicates_mut().into_iter().for_each(|page| page.asked = true);
    look(model)
}

/// After a change of one's own the clusters may be others.
pub(super) fn changed(model: &mut Model) -> Vec<Effect> {
    let Some(page) = model.duplicates_mut() else { return Vec::new() };
    page.open = None;
    look(model)
}

/// What a command of the page does.
pub(super) fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let Some(Layer::Duplicates(page)) = model.layers.last_mut() else { return Vec::new() };
    let height = usize::from(screens::duplicates::rows(page, places.body).height).max(1);
    let count = page.shown().count();
    match (command, &mut page.open) {
        (CommandId::DuplicatesShow, Some(open)) => {
            let id = open.cluster.members.get(open.chosen).map(|member| member.id);
            model.layers.extend(id.map(|id| Layer::Record(RecordView::new(id))));
        }
        (CommandId::DuplicatesShow, None) => {
            let Some(cluster) = page.chosen().cloned() else {
                model.notices.hint(model.words.text("duplicates.none").to_owned());
                return Vec::new();
            };
            let ids = cluster.ids();
            page.open = Some(Opened { cluster, records: None, chosen: 0, top: 0 });
            return vec![ask(CompareErrand::Sides(ids))];
        }
        (CommandId::DuplicatesDecided, _) => {
            (page.decided, page.open, page.cursor, page.top) = (!page.decided, None, 0, 0);
        }
        (CommandId::DuplicatesDistinct, _) => {
            let Some(cluster) = page.chosen() else { return Vec::new() };
            let errand = CompareErrand::Distinct(cluster.ids(), !cluster.distinct);
            return vec![model.begin(Errand::Compare(errand))];
        }
        (CommandId::DuplicatesReject, _) => return others(model, Status::Rejected),
        (CommandId::DuplicatesWithdraw, _) => return others(model, Status::Withdrawn),
        (CommandId::ChoicePrevious, Some(open)) => open.chosen = open.chosen.saturating_sub(1),
        (CommandId::ChoiceNext, Some(open)) => {
            open.chosen = (open.chosen + 1).min(open.cluster.members.len().saturating_sub(1));
        }
        (CommandId::ChoicePrevious | CommandId::ChoiceNext, None) => {
            model.notices.hint(model.words.text("duplicates.open_first").to_owned());
        }
        (_, Some(open)) => {
            let lines = screens::duplicates::lines(open, &model.words).len();
            open.top = motion::moved(open.top, lines.saturating_sub(height), command, height);
        }
        (_, None) => {
            page.cursor = motion::moved(page.cursor, count.saturating_sub(1), command, height);
            page.top = motion::window_top(page.top, page.cursor, height);
        }
    }
    Vec::new()
}

/// Keeps the chosen one: the others go to a status by the usual dialog, with a reason that names the kept one.
fn others(model: &mut Model, to: Status) -> Vec<Effect> {
    let Some(Layer::Duplicates(page)) = model.layers.last() else { return Vec::new() };
    let Some(open) = &page.open else {
        model.notices.hint(model.words.text("duplicates.open_first").to_owned());
        return Vec::new();
    };
    let Some(kept) = open.cluster.members.get(open.chosen) else { return Vec::new() };
    let ids: Vec<ApplicationId> = open.cluster.ids().into_iter().filter(|id| *id != kept.id).collect();
    if to.one_at_a_time() && ids.len() > 1 {
        model.notices.hint(model.words.text("status.one_at_a_time").to_owned());
        return Vec::new();
    }
    let reason = model.words.fill("duplicates.reason", &[("number", kept.number.clone())]);
    model.ticket += 1;
    let (mut dialog, errand) = BatchDialog::new(model.ticket, Request::To(to), ids);
    dialog.reason = TextField::default();
    dialog.reason.insert(&reason);
    model.layers.push(Layer::Batch(Box::new(dialog)));
    vec![model.begin(errand)]
}

/// Takes what the look found; the cursor stays where it was.
pub(super) fn found(model: &mut Model, found: Result<Vec<ClusterFacts>, Explained>) -> Vec<Effect> {
    match found {
        Ok(found) => {
            model.end(Work::Duplicates);
            let Some(page) = model.duplicates_mut() else { return Vec::new() };
            page.found = Some(found);
            let count = page.shown().count();
            page.cursor = page.cursor.min(count.saturating_sub(1));
            if std::mem::take(&mut page.asked) {
                let count = [("count", grouped(count as u64))];
                model.notices.hint(model.words.fill("duplicates.looked", &count));
            }
        }
        Err(why) => {
            jobs::failed(model, Work::Duplicates, &why);
            if let Some(page) = model.duplicates_mut() {
                page.found.get_or_insert_default();
            }
        }
    }
    Vec::new()
}

/// Takes the applications of the cluster that lies open.
pub(super) fn sides(model: &mut Model, ids: &[ApplicationId], found: Result<Vec<Record>, Explained>) -> Vec<Effect> {
    let records = found.map_err(|why| model.notices.error(model.now, why.sentence)).ok();
    if let Some(open) = model.duplicates_mut().and_then(|page| page.open.as_mut())
        && open.cluster.ids() == ids
    {
        open.records = records;
    }
    Vec::new()
}

/// 重複ではない was said or taken back, or not.
pub(super) fn said(model: &mut Model, kept: bool, outcome: Result<(), Explained>) -> Vec<Effect> {
    match outcome {
        Ok(()) => {
            let key = if kept { "duplicates.said" } else { "duplicates.unsaid" };
            let text = model.words.text(key).to_owned();
            jobs::done(model, Work::Apply, Notice { at: model.now, is_error: false, text, details: Vec::new() });
            changed(model)
        }
        Err(why) => {
            jobs::failed(model, Work::Apply, &why);
            Vec::new()
        }
    }
}
