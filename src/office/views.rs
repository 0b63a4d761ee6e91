//! Views: those that are shipped, those that staff share, and private ones. One of the same name takes the place of a
//! shipped one, a private one the place of any. A query is checked when it is saved, and again when it is used.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::desk::Desk;
use super::fault::OfficeError;
use super::release::{Deed, ask};
use super::session;
use super::work::Work;
use crate::assets::Assets;
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::fold::fold;
use crate::domain::identity::OperationId;
use crate::domain::people::Act;
use crate::domain::query::{Context, Query};
use crate::domain::session::BadSession;
use crate::domain::spelling::nearest;
use crate::domain::view::{Understood, Unreadable, View};
use crate::messages::Language;
use crate::store::ViewBase;

/// Where a view comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewKind {
    /// With the program.
    Shipped,
    /// Saved for all who work at this store.
    Shared,
    /// Saved for one person at this terminal.
    Private,
}

impl ViewKind {
    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Shared => "shared",
            Self::Private => "private",
        }
    }
}

/// A view that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownView {
    /// The view.
    pub view: View,
    /// Where it comes from.
    pub kind: ViewKind,
    /// The operation that wrote it, where it is shared.
    pub version: Option<OperationId>,
    /// Its name in the other language.
    pub also: Option<String>,
}

/// What can be wrong with a view, or with the session that keeps the private ones.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// No view has this name.
    #[error("no such view")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The name that looks most like it.
        nearest: String,
    },
    /// This version doesn't understand the view.
    #[error("the view is not understood: {why}")]
    Unreadable {
        /// Its name.
        name: String,
        /// What isn't understood.
        why: Unreadable,
    },
    /// A name that is empty, too long, or hides something.
    #[error("not a name")]
    BadName,
    /// A shipped view can't be taken away.
    #[error("a shipped view")]
    Shipped(String),
    /// The file of the session is none.
    #[error("session {}: {why}", .0.display(), why = .1)]
    Session(PathBuf, BadSession),
}

impl Fault for ViewError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "view.unknown",
            Self::Unreadable { why: Unreadable::Query(_), .. } => "view.unreadable_query",
            Self::Unreadable { why: Unreadable::Sort(_), .. } => "view.unreadable_sort",
            Self::Unreadable { why: Unreadable::Column(_), .. } => "view.unreadable_column",
            Self::BadName => "view.bad_name",
            Self::Shipped(_) => "view.shipped",
            Self::Session(_, BadSession::Broken) => "session.broken",
            Self::Session(_, BadSession::Newer) => "session.newer",
            Self::Session(_, BadSession::TooLarge) => "session.too_large",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::Unknown { name, nearest } => vec![("name", name.clone()), ("nearest", nearest.clone())],
            Self::Unreadable { name, why } => {
                let part = match why {
                    // Where, not what: a query may hold a person's name.
                    Unreadable::Query(error) => ("column", error.column.to_string()),
                    Unreadable::Sort(word) | Unreadable::Column(word) => ("word", word.clone()),
                };
                vec![("name", name.clone()), part]
            }
            Self::Shipped(name) => vec![("name", name.clone())],
            Self::BadName => Vec::new(),
            Self::Session(file, _) => vec![("file", file.display().to_string())],
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Unreadable { why: Unreadable::Query(error), .. } => error.place(),
            Self::Session(file, _) => Some(Place { file: Some(file.display().to_string()), ..Place::default() }),
            _ => None,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::Unknown { .. } | Self::BadName | Self::Shipped(_) => Outcome::Usage,
            Self::Session(_, BadSession::Newer) => Outcome::Store,
            Self::Unreadable { .. } | Self::Session(..) => Outcome::Failed,
        }
    }
}

/// The shipped views, under their names in a language. A file on disk that is no TOML counts as absent.
#[must_use]
pub fn shipped_views(assets: &Assets, language: Language) -> Vec<KnownView> {
    const FILE: &str = "data/views.toml";
    let table = |assets: &Assets| assets.read(FILE).and_then(|(text, _)| text.parse::<toml::Table>().ok());
    let table = table(assets).or_else(|| table(&Assets::built_in())).unwrap_or_default();
    let rows = table.get("view").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let read = |row: &toml::Value| {
        let text = |key: &str| row.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        let (japanese, english) = (text(Language::Japanese.id()), text(Language::English.id()));
        let (name, also) = match language {
            Language::Japanese => (japanese, english),
            Language::English => (english, japanese),
        };
        let columns = row.get("columns").and_then(toml::Value::as_array).into_iter().flatten();
        let columns = columns.filter_map(|word| Some(word.as_str()?.to_owned())).collect();
        let view = View { name: View::name_of(&name)?, query: text("query"), sort: text("sort"), columns };
        Some(KnownView { view, kind: ViewKind::Shipped, version: None, also: View::name_of(&also) })
    };
    rows.iter().filter_map(read).collect()
}

/// All views: the shipped ones in their order, the others by name.
///
/// # Errors
/// What the store says; the session's file can't be read.
pub fn views(desk: &Desk, shipped: &[KnownView]) -> Result<Vec<KnownView>, OfficeError> {
    let mut all = shipped.to_vec();
    let mut put = |view: View, kind: ViewKind, version: Option<OperationId>| {
        let known = KnownView { view, kind, version, also: None };
        match all.iter_mut().find(|other| other.view.name == known.view.name) {
            Some(place) => *place = known,
            None => all.push(known),
        }
    };
    for stored in desk.store.views()? {
        let row = serde_json::from_str(&stored.row).unwrap_or_default();
        if let Some(view) = View::of_row(&row) {
            put(view, ViewKind::Shared, Some(stored.version));
        }
    }
    for view in session::read(desk)?.views() {
        put(view, ViewKind::Private, None);
    }
    Ok(all)
}

/// The view of a name: as it is written; else in the other language, or in other width or case.
///
/// # Errors
/// [`ViewError::Unknown`] with the nearest name.
pub fn view_named<'v>(views: &'v [KnownView], name: &str) -> Result<&'v KnownView, OfficeError> {
    let name = name.trim();
    let names = |known: &'v KnownView| [Some(&known.view.name), known.also.as_ref()].into_iter().flatten();
    let exact = views.iter().find(|known| known.view.name == name);
    let found = exact.or_else(|| {
        let folded = fold(name);
        views.iter().find(|known| names(known).any(|other| fold(other) == folded))
    });
    found.ok_or_else(|| {
        let nearest = nearest(name, views.iter().flat_map(names).map(String::as_str)).unwrap_or_default().to_owned();
        ViewError::Unknown { name: name.to_owned(), nearest }.into()
    })
}

/// Reads a view as of today.
///
/// # Errors
/// [`ViewError::Unreadable`]: a later version has saved it.
pub fn understand(desk: &Desk, view: &View) -> Result<Understood, OfficeError> {
    let understood = view.understood(&Context { today: desk.today() });
    understood.map_err(|why| ViewError::Unreadable { name: view.name.clone(), why }.into())
}

/// What saving or taking away a view did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewChange {
    /// Its operation, where a shared view was changed.
    pub operation: Option<OperationId>,
    /// Whether anything changed.
    pub changed: bool,
}

/// Saves a view, after having read its parts. A shared one is an operation; a private one stands in the session.
///
/// # Errors
/// [`ViewError::BadName`], the query, the other parts; [`crate::store::StoreError::Changed`] if something else stands
/// there than `base` says. Nothing is changed then.
pub fn save_view(desk: &mut Desk, view: &View, private: bool, base: ViewBase) -> Result<ViewChange, OfficeError> {
    if !private {
        desk.permit(Act::SaveView)?;
    }
    let name = View::name_of(&view.name).ok_or(ViewError::BadName)?;
    let view = View { name, ..view.clone() };
    desk.query(&view.query)?;
    understand(desk, &view)?;
    if private {
        let changed = session::change(desk, true, |session| session.save_view(&view))?;
        return Ok(ViewChange { operation: None, changed });
    }
    ask(desk, &Deed::SaveView { row: view.row().to_string() }, None)?;
    let signed = desk.sign(Act::SaveView)?;
    let operation = desk.store.save_view(&signed, &view.name, &view.row().to_string(), base)?;
    Ok(ViewChange { operation, changed: operation.is_some() })
}

/// Takes a view away.
///
/// # Errors
/// [`ViewError::Shipped`]; [`ViewError::Unknown`] if there is none of this name and kind; as [`save_view`] else.
pub fn delete_view(
    desk: &mut Desk,
    shipped: &[KnownView],
    name: &str,
    private: bool,
    base: ViewBase,
) -> Result<ViewChange, OfficeError> {
    if !private {
        desk.permit(Act::DeleteView)?;
    }
    let name = name.trim();
    let change = if private {
        let changed = session::change(desk, true, |session| session.delete_view(name))?;
        ViewChange { operation: None, changed }
    } else {
        ask(desk, &Deed::DeleteView { name: name.to_owned() }, None)?;
        let signed = desk.sign(Act::DeleteView)?;
        let operation = desk.store.delete_view(&signed, name, base)?;
        ViewChange { operation, changed: operation.is_some() }
    };
    if change.changed {
        return Ok(change);
    }
    let kind = if private { ViewKind::Private } else { ViewKind::Shared };
    let all = views(desk, shipped)?;
    if all.iter().any(|known| known.kind == ViewKind::Shipped && known.view.name == name) {
        return Err(ViewError::Shipped(name.to_owned()).into());
    }
    let names = all.iter().filter(|known| known.kind == kind).map(|known| known.view.name.as_str());
    let nearest = nearest(name, names).unwrap_or_default().to_owned();
    Err(ViewError::Unknown { name: name.to_owned(), nearest }.into())
}

/// Counts what several queries match, all in one pass. `tell` gets the counts so far, again and again.
///
/// # Errors
/// What the store says; [`OfficeError::Stopped`].
pub fn count_each(
    desk: &Desk,
    queries: &[Query],
    work: &Work<'_>,
    tell: &mut dyn FnMut(&[u64]),
) -> Result<Vec<u64>, OfficeError> {
    const PART: u64 = 1 << 16;
    let mut asked = 0u64;
    let counts = desk.store.count_each(queries, &mut |counts| {
        asked += 1;
        if asked.is_multiple_of(PART) {
            tell(counts);
        }
        if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    counts.ok_or(OfficeError::Stopped)
}
