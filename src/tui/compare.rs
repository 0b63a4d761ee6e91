//! 照合 on the screen, as far as it isn't drawing: what an application is set beside, what a person ticks, and how far they have
//! come. What was ticked is kept when the page is closed, finished or not.

use super::compare_backend::CompareErrand;
use super::dialogs::compare_file::CompareFileDialog;
use super::format::grouped;
use super::jobs;
use super::layer::Layer;
use super::message::{Effect, Errand, Explained, Work};
use super::model::Model;
use super::motion;
use super::notices::Notice;
use super::screens;
use crate::command::{CommandId, Context};
use crate::domain::comparison::Judgment;
use crate::domain::identity::ApplicationId;
use crate::office::{Earlier, Facing, Judged, Opposite};

/// A line of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairLine {
    /// The pair at this place.
    Pair(usize),
    /// All that is unchanged, judged together.
    Unchanged,
}

/// The page.
#[derive(Debug, Clone)]
pub struct ComparePage {
    /// The application.
    pub id: ApplicationId,
    /// Earlier applications of the same person; `None` = not looked up yet.
    pub candidates: Option<Vec<Earlier>>,
    /// Which of them is on the other side.
    pub choice: usize,
    /// The row of a list that is there instead.
    pub row: Option<Opposite>,
    /// Both sides; `None` = not read, or nothing to compare with.
    pub facing: Option<Box<Facing>>,
    /// What was found, for each pair.
    pub judged: Vec<Judgment>,
    /// The same as it was kept last.
    pub kept: Vec<Judgment>,
    /// The line under the cursor.
    pub cursor: usize,
    /// The first one that is shown.
    pub top: usize,
    /// Whether what is unchanged stands in one line.
    pub changes: bool,
    /// 読み合わせ: one field at a time, large.
    pub aloud: bool,
}

impl ComparePage {
    /// A page before anything is known.
    #[must_use]
    pub const fn new(id: ApplicationId) -> Self {
        Self {
            id,
            candidates: None,
            choice: 0,
            row: None,
            facing: None,
            judged: Vec::new(),
            kept: Vec::new(),
            cursor: 0,
            top: 0,
            changes: false,
            aloud: false,
        }
    }

    /// The lines, in their order. In 読み合わせ each field has its turn.
    #[must_use]
    pub fn lines(&self) -> Vec<PairLine> {
        let Some(facing) = &self.facing else { return Vec::new() };
        let all = 0..facing.pairs.len();
        if !self.changes || self.aloud {
            return all.map(PairLine::Pair).collect();
        }
        let changed: Vec<usize> = all.filter(|at| !facing.pairs[*at].likeness.is_unchanged()).collect();
        let rest = changed.len() < facing.pairs.len();
        changed.into_iter().map(PairLine::Pair).chain(rest.then_some(PairLine::Unchanged)).collect()
    }

    /// The places of the pairs that a line stands for.
    #[must_use]
    pub fn places(&self, line: PairLine) -> Vec<usize> {
        match (line, &self.facing) {
            (PairLine::Pair(at), _) => vec![at],
            (PairLine::Unchanged, Some(facing)) => {
                (0..facing.pairs.len()).filter(|at| facing.pairs[*at].likeness.is_unchanged()).collect()
            }
            (PairLine::Unchanged, None) => Vec::new(),
        }
    }

    /// What was found about a line; of several, what holds for all of them.
    #[must_use]
    pub fn judgment(&self, line: PairLine) -> Judgment {
        let mut found = self.places(line).into_iter().map(|at| self.judged.get(at).copied().unwrap_or_default());
        let first = found.next().unwrap_or_default();
        if found.all(|one| one == first) { first } else { Judgment::Open }
    }

    /// How many fields have been looked at.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        self.judged.iter().filter(|one| **one != Judgment::Open).count()
    }

    /// Whether something was found that isn't kept yet.
    #[must_use]
    pub fn is_unkept(&self) -> bool {
        self.judged != self.kept
    }

    /// With what it is to be compared.
    fn opposite(&self) -> Option<Opposite> {
        let earlier = || self.candidates.as_ref()?.get(self.choice).map(|one| Opposite::Application(one.id));
        self.row.clone().or_else(earlier)
    }

    fn face(&mut self) -> Vec<Effect> {
        let Some(with) = self.opposite() else { return Vec::new() };
        vec![ask(CompareErrand::Face(self.id, with))]
    }

    /// What is to be kept.
    fn found(&self) -> Option<Judged> {
        let facing = self.facing.as_ref()?;
        let fields = facing.pairs.iter().zip(&self.judged);
        Some(Judged {
            target: facing.target,
            content: facing.content,
            against: facing.against,
            fields: fields.map(|(pair, judgment)| (pair.field, pair.likeness, *judgment)).collect(),
        })
    }

    /// Takes both sides. What was ticked meanwhile stays, as long as they say the same.
    fn take(&mut self, facing: Box<Facing>) -> bool {
        let same = self.facing.as_ref().is_some_and(|before| {
            (before.content, before.against, before.pass) == (facing.content, facing.against, facing.pass)
        });
        let revised = !same && self.facing.as_ref().is_some_and(|before| before.found == facing.found);
        if !same {
            (self.judged, self.kept) = (facing.judged.clone(), facing.judged.clone());
            let first = facing.judged.iter().position(|one| *one == Judgment::Open);
            (self.cursor, self.top) = (first.filter(|_| !self.changes).unwrap_or_default(), 0);
        }
        self.facing = Some(facing);
        revised
    }
}

/// Asks the office.
pub(super) const fn ask(errand: CompareErrand) -> Effect {
    Effect::Errand(Errand::Compare(errand))
}

impl Model {
    /// The page, if it is open (perhaps below a dialog).
    pub(super) fn compare_mut(&mut self) -> Option<&mut ComparePage> {
        self.layers.iter_mut().find_map(|layer| match layer {
            Layer::Compare(page) => Some(page.as_mut()),
            _ => None,
        })
    }
}

/// Opens the page of the application that is looked at.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.subject() else { return Vec::new() };
    model.layers.push(Layer::Compare(Box::new(ComparePage::new(id))));
    vec![ask(CompareErrand::Earlier(id))]
}

/// What a command of the page does.
pub(super) fn perform(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let Some(places) = model.places() else { return Vec::new() };
    let Some(Layer::Compare(page)) = model.layers.last_mut() else { return Vec::new() };
    let height = usize::from(screens::compare::rows(page, places.body).height).max(1);
    let last = page.lines().len().saturating_sub(1);
    match command {
        CommandId::CompareTick => judge(page, Judgment::Agrees),
        CommandId::CompareDiffer => judge(page, Judgment::Differs),
        CommandId::CompareUntick => {
            let marked = page.lines().get(page.cursor).is_some_and(|line| page.judgment(*line) != Judgment::Open);
            if !marked {
                model.notices.hint(model.words.text("compare.nothing_ticked").to_owned());
                return Vec::new();
            }
            judge(page, Judgment::Open);
        }
        CommandId::CompareChanges => {
            (page.changes, page.cursor, page.top) = (!page.changes, 0, 0);
        }
        CommandId::CompareAloud => {
            let at = page.lines().get(page.cursor).copied();
            page.aloud = !page.aloud;
            page.cursor = page.lines().iter().position(|line| Some(*line) == at).unwrap_or_default();
        }
        CommandId::CompareFile => {
            model.layers.push(Layer::CompareFile(CompareFileDialog::default()));
            return Vec::new();
        }
        CommandId::CompareKeep => return keep(model),
        CommandId::ChoicePrevious | CommandId::ChoiceNext => return choose(model, command),
        _ => page.cursor = motion::moved(page.cursor, last, command, height),
    }
    if let Some(Layer::Compare(page)) = model.layers.last_mut() {
        page.top = motion::window_top(page.top, page.cursor, height);
    }
    Vec::new()
}

/// Says what the line under the cursor is worth, and goes on to the next; taking that back stays.
fn judge(page: &mut ComparePage, judgment: Judgment) {
    let lines = page.lines();
    let Some(line) = lines.get(page.cursor).copied() else { return };
    for at in page.places(line) {
        if let Some(judged) = page.judged.get_mut(at) {
            *judged = judgment;
        }
    }
    if judgment != Judgment::Open {
        page.cursor = (page.cursor + 1).min(lines.len() - 1);
    }
}

/// Another earlier application. What isn't kept yet would be lost: it is kept first.
fn choose(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let writes = model.writes();
    let Some(page) = model.compare_mut() else { return Vec::new() };
    let count = page.candidates.as_ref().map_or(0, Vec::len);
    let to = match command {
        CommandId::ChoicePrevious => page.choice.saturating_sub(1),
        _ => (page.choice + 1).min(count.saturating_sub(1)),
    };
    if count == 0 || (to == page.choice && page.row.is_none()) {
        model.notices.hint(model.words.text("compare.no_more").to_owned());
        return Vec::new();
    }
    if page.is_unkept() && writes {
        model.notices.hint(model.words.text("disabled.writing").to_owned());
        return Vec::new();
    }
    let found = page.is_unkept().then(|| page.found()).flatten();
    // From a list one goes back to where one was.
    page.choice = if page.row.take().is_some() { page.choice } else { to };
    (page.facing, page.judged, page.kept) = (None, Vec::new(), Vec::new());
    let mut effects = page.face();
    if let Some(found) = found {
        effects.insert(0, model.begin(Errand::Compare(CompareErrand::Keep(Box::new(found)))));
    }
    effects
}

/// Keeps what was found.
fn keep(model: &mut Model) -> Vec<Effect> {
    let found = model.compare_mut().and_then(|page| page.found());
    let Some(found) = found else { return Vec::new() };
    vec![model.begin(Errand::Compare(CompareErrand::Keep(Box::new(found))))]
}

/// Closes the page, or 読み合わせ. What isn't kept yet is kept; while another change is being written the page stays.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    let writes = model.writes();
    let Some(Layer::Compare(page)) = model.layers.last_mut() else { return Vec::new() };
    if std::mem::take(&mut page.aloud) {
        (page.cursor, page.top) = (0, 0);
        return Vec::new();
    }
    if page.is_unkept() && writes {
        model.notices.hint(model.words.text("disabled.writing").to_owned());
        return Vec::new();
    }
    let effects = if page.is_unkept() && page.looked_at() > 0 { keep(model) } else { Vec::new() };
    model.layers.pop();
    effects
}

/// A list was chosen.
pub(super) fn with_row(model: &mut Model, with: Opposite) -> Vec<Effect> {
    let Some(page) = model.compare_mut() else { return Vec::new() };
    vec![ask(CompareErrand::Face(page.id, with))]
}

/// Takes the earlier applications: the newest is set beside it at once.
pub(super) fn take_earlier(
    model: &mut Model,
    id: ApplicationId,
    found: Result<Vec<Earlier>, Explained>,
) -> Vec<Effect> {
    let found = found.map_err(|why| model.notices.error(model.now, why.sentence)).unwrap_or_default();
    let Some(page) = model.compare_mut().filter(|page| page.id == id) else { return Vec::new() };
    page.candidates = Some(found);
    page.face()
}

/// Takes both sides.
pub(super) fn faced(
    model: &mut Model,
    id: ApplicationId,
    with: Opposite,
    facing: Result<Box<Facing>, Explained>,
) -> Vec<Effect> {
    let dialog = model.layers.iter().position(|layer| matches!(layer, Layer::CompareFile(dialog) if dialog.running));
    let facing = match facing {
        Ok(facing) => facing,
        Err(why) => {
            match dialog.map(|at| &mut model.layers[at]) {
                Some(Layer::CompareFile(dialog)) => {
                    (dialog.running, dialog.problem) = (false, Some(why.sentence));
                }
                _ => model.notices.error(model.now, why.sentence),
            }
            return Vec::new();
        }
    };
    if let Some(at) = dialog {
        model.layers.remove(at);
    }
    let Some(page) = model.compare_mut().filter(|page| page.id == id) else { return Vec::new() };
    match with {
        Opposite::Row { .. } => page.row = Some(with),
        // An answer about another one than is chosen by now.
        Opposite::Application(_) if page.opposite() != Some(with) => return Vec::new(),
        Opposite::Application(_) => {}
    }
    if page.take(facing) {
        model.notices.say(model.now, model.words.text("compare.revised_now").to_owned());
    }
    Vec::new()
}

/// The store was changed: whether both sides still say the same is looked up. A list isn't read again for that.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    match model.compare_mut() {
        Some(page) if page.row.is_none() && page.facing.is_some() => page.face(),
        _ => Vec::new(),
    }
}

/// What was found was kept, or not.
pub(super) fn kept(model: &mut Model, found: &Judged, outcome: Result<u8, Explained>) -> Vec<Effect> {
    let pass = match outcome {
        Ok(pass) => pass,
        Err(why) => {
            jobs::failed(model, Work::Apply, &why);
            return refresh(model);
        }
    };
    let (done, all) = (found.fields.iter().filter(|one| one.2 != Judgment::Open).count(), found.fields.len());
    let differs = found.fields.iter().filter(|one| one.2 == Judgment::Differs).count();
    let key = if done == all { "compare.kept" } else { "compare.kept_part" };
    let counts = [
        ("done", grouped(done as u64)),
        ("all", grouped(all as u64)),
        ("differs", grouped(differs as u64)),
        ("pass", pass.to_string()),
        ("key", model.key_name(Context::List, CommandId::CompareOpen)),
    ];
    let text = model.words.fill(key, &counts);
    jobs::done(model, Work::Apply, Notice { at: model.now, is_error: false, text, details: Vec::new() });
    if let Some(page) = model.compare_mut()
        && page.found().is_some_and(|now| (now.target, now.against) == (found.target, found.against))
    {
        page.kept = found.fields.iter().map(|one| one.2).collect();
    }
    refresh(model)
}
