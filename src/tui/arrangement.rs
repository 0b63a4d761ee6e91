//! How the list is arranged: its columns, the view in force, and the views that there are.

use super::intake::{IntakeErrand, ask};
use super::message::{Effect, Errand, Sort};
use super::model::Model;
use super::resume;
use crate::domain::calendar::{JAPAN, civil};
use crate::domain::column::Column;
use crate::domain::query::Context;
use crate::domain::session::{Layout, Placed};
use crate::domain::view::View;
use crate::office::{KnownView, ViewError};

/// The arrangement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// The columns that were chosen; none = the usual ones.
    pub columns: Vec<Placed>,
    /// The view in force: its name and its query. It is in force as long as the list shows that query.
    pub in_force: Option<(String, String)>,
    /// The views, as they were read last.
    pub views: Vec<KnownView>,
}

impl Arrangement {
    /// The columns to show, before the width is looked at.
    #[must_use]
    pub fn shown(&self) -> Vec<Placed> {
        if self.columns.is_empty() { Column::USUAL.map(Placed::from).to_vec() } else { self.columns.clone() }
    }

    /// The columns whose cells rows must be read with: those that a row doesn't hold anyway.
    #[must_use]
    pub fn wanted_cells(&self) -> Vec<Column> {
        let beyond = |column: &Column| {
            matches!(
                column,
                Column::Updated | Column::Line | Column::UserId | Column::Mail | Column::Remarks | Column::Item(_)
            )
        };
        self.columns.iter().map(|placed| placed.column.clone()).filter(beyond).collect()
    }

    /// Notes which query the list shows: a view with another one is no longer in force.
    pub fn asks(&mut self, query: &str) {
        self.in_force.take_if(|(_, own)| own != query);
    }

    /// The layout to keep.
    #[must_use]
    pub fn layout(&self, order: Sort) -> Layout {
        let view = self.in_force.as_ref().map(|(name, _)| name.clone());
        Layout { view, order, columns: self.columns.clone() }
    }
}

/// What queries count from: the day of the screen's clock.
#[must_use]
pub fn context(model: &Model) -> Context {
    let seconds = model.now.map_or(0, |now| now.seconds);
    let now = crate::domain::application::Instant { seconds, offset_minutes: JAPAN };
    Context { today: civil(&now).date() }
}

/// Asks for the layout to be kept.
#[must_use]
pub fn keep(model: &Model) -> Effect {
    Effect::Errand(Errand::KeepLayout(model.arrangement.layout(model.list.sort)))
}

/// Puts columns in place; rows are read again if they need other cells.
pub fn set_columns(model: &mut Model, columns: Vec<Placed>) {
    let usual: Vec<Placed> = Column::USUAL.map(Placed::from).to_vec();
    let before = model.arrangement.wanted_cells();
    model.arrangement.columns = if columns == usual { Vec::new() } else { columns };
    if model.arrangement.wanted_cells() != before {
        model.list.expire_rows();
    }
}

/// Puts a view in force; tells whether it could be: this version may not understand it.
pub fn apply(model: &mut Model, view: &View) -> bool {
    match view.understood(&context(model)) {
        Ok(understood) => {
            set_columns(model, understood.columns.into_iter().map(Placed::from).collect());
            model.list.sort = understood.order;
            model.search.typed.clone_from(&view.query);
            model.search.query.clone_from(&view.query);
            model.search.problem = None;
            model.mark_all_when_whole = false;
            model.arrangement.in_force = Some((view.name.clone(), view.query.clone()));
            true
        }
        Err(why) => {
            let error = ViewError::Unreadable { name: view.name.clone(), why };
            let sentence = model.words.explain(&error);
            model.notices.error(model.now, sentence);
            false
        }
    }
}

/// The view that the last sitting left, perhaps in another language.
fn named<'v>(views: &'v [KnownView], name: &String) -> Option<&'v KnownView> {
    let exact = views.iter().find(|known| known.view.name == *name);
    exact.or_else(|| views.iter().find(|known| known.also.as_ref() == Some(name)))
}

impl Model {
    /// Takes up what the last sitting left: order, columns, and the view with its present query. Answers what is to be
    /// asked for to begin with, in place of what [`Model::new`] asks for.
    pub fn take_up(&mut self, layout: Layout, views: Vec<KnownView>) -> Vec<Effect> {
        let view = layout.view.and_then(|name| named(&views, &name).cloned());
        self.arrangement.views = views;
        if let Some(known) = view {
            apply(self, &known.view);
        }
        set_columns(self, layout.columns);
        self.list.sort = layout.order;
        resume::place(self);
        let mut effects = vec![self.search_again(false), Effect::Errand(Errand::Summarize), ask(IntakeErrand::Look)];
        effects.extend(resume::ask_for_the_rest(self));
        effects
    }
}
