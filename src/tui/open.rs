//! Opening the screen over a real store: settings become a keymap and a theme, the store says where one is, and the
//! threads of the office are started.

use std::path::PathBuf;
use std::sync::Arc;

use super::intake_backend::IntakeSetting;
use super::keymap::Keymap;
use super::model::{Model, QueryProblem, Seams, Surroundings};
use super::office_backend::{OfficeBackend, watch};
use super::run::{ScreenFault, run};
use super::text::WidthPolicy;
use super::theme::Theme;
use crate::assets::Assets;
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, civil, wareki_day};
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::query::{Context, Query, QueryError, QueryForm};
use crate::messages::{Language, Messages};
use crate::office::{self, DeskWarning, OfficeError};

pub use super::office_backend::OpenDesk;

/// What the user has set about the screen.
#[derive(Debug, Clone, Default)]
pub struct ScreenSettings {
    /// Name of the keymap; `None` = `default`.
    pub keymap: Option<String>,
    /// Name of the theme; `None` = by segment.
    pub theme: Option<String>,
    /// Lines of text in place of the screen.
    pub plain: bool,
    /// Signs in ASCII alone.
    pub ascii: bool,
    /// `auto`, `narrow`, `wide`.
    pub ambiguous_width: Option<String>,
    /// The department in the header.
    pub department: String,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
    /// Where the export dialog proposes to write.
    pub export_folder: String,
    /// Where downloads arrive.
    pub inbox_folders: Vec<PathBuf>,
}

/// Why the screen didn't open or had to end.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// The store.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The terminal.
    #[error(transparent)]
    Screen(#[from] ScreenFault),
}

impl OpenFault {
    fn inner(&self) -> &dyn Fault {
        match self {
            Self::Office(fault) => fault,
            Self::Screen(fault) => fault,
        }
    }
}

impl Fault for OpenFault {
    fn code(&self) -> &'static str {
        self.inner().code()
    }

    fn arguments(&self) -> Arguments {
        self.inner().arguments()
    }

    fn place(&self) -> Option<Place> {
        self.inner().place()
    }

    fn outcome(&self) -> Outcome {
        self.inner().outcome()
    }
}

/// Opens the screen and returns when it is left. `clock` tells the time of day.
///
/// # Errors
/// The store can't be opened, or there is no usable terminal.
pub fn open(
    words: Messages,
    assets: &Assets,
    settings: ScreenSettings,
    clock: fn() -> Instant,
    open_desk: OpenDesk,
) -> Result<(), OpenFault> {
    let desk = open_desk()?;
    let segment = desk.segment();
    let surroundings = Surroundings {
        segment,
        department: settings.department,
        operator: desk.operator().unwrap_or_default().to_owned(),
        terminal: desk.terminal().to_owned(),
        demo: desk.is_demo(),
        unsigned: desk.operator().is_none(),
        export_folder: settings.export_folder,
    };
    let profiles = office::load_profiles(assets, Some(desk.store().dir()));
    let warnings: Vec<String> = desk.warnings().iter().map(|warning| said(warning, &words)).collect();
    let mut shipped = office::shipped_views(assets, words.language());
    let today = civil(&Instant { offset_minutes: JAPAN, ..clock() }).date();
    for known in &mut shipped {
        // The search line teaches the query language, so it speaks the person's language. What isn't read stays.
        if let Ok(form) = QueryForm::read(&known.view.query, &Context { today }) {
            known.view.query = form.write(words.language() == Language::Japanese);
        }
    }
    let kept = office::views(&desk, &shipped).and_then(|views| Ok((office::layout(&desk)?, views)));
    drop(desk);
    let (keymap, mut problems) = Keymap::load(assets, settings.keymap.as_deref().unwrap_or("default"));
    let theme = match settings.theme.as_deref() {
        _ if settings.no_color => "mono",
        Some(name) => name,
        None => segment.id(),
    };
    let (mut theme, more) = Theme::load(assets, theme);
    problems.extend(more);
    if settings.ascii {
        theme = theme.in_ascii();
    }
    let policy = settings.ambiguous_width.as_deref().and_then(WidthPolicy::parse).unwrap_or_default();
    let theme = if settings.plain { Theme::plain() } else { theme.for_width(policy) };
    let messages = Arc::new(words.clone());
    let seams = seams(&messages, clock);
    let (mut model, mut first) = Model::new(words, (keymap, theme), &problems, seams, surroundings);
    model.now = Some(clock());
    model.plain = settings.plain;
    match kept {
        Ok((layout, views)) => first = model.take_up(layout, views),
        Err(error) => model.notices.error(model.now, messages.explain(&error)),
    }
    let broken = profiles.errors.iter().map(|error| messages.explain(error));
    for warning in warnings.into_iter().chain(broken) {
        model.notices.error(model.now, warning);
    }
    let intake = IntakeSetting { folders: settings.inbox_folders, profiles: Arc::new(profiles.offered(None)) };
    let backend = OfficeBackend::start(&open_desk, &messages, &Arc::new(shipped), &intake);
    run(model, first, &backend, clock, Box::new(move |reply| watch(open_desk, reply)))?;
    Ok(())
}

/// What the desk warns of, in words.
fn said(warning: &DeskWarning, words: &Messages) -> String {
    let (key, arguments) = warning.sentence();
    words.fill(key, &arguments)
}

/// The pure functions of the domain that the screen is given.
fn seams(messages: &Arc<Messages>, clock: fn() -> Instant) -> Seams {
    let messages = Arc::clone(messages);
    Seams {
        check_query: Arc::new(move |text| {
            let today = civil(&Instant { offset_minutes: JAPAN, ..clock() }).date();
            match Query::parse_typing(text, &Context { today }) {
                Ok(_) => Ok(()),
                Err(error) => Err(problem(text, &error, &messages)),
            }
        }),
        write_day: Arc::new(|at| wareki_day(civil(&at).date())),
    }
}

/// The wrong part of a query, in characters.
fn problem(text: &str, error: &QueryError, messages: &Messages) -> QueryProblem {
    let characters = |end: usize| text.get(..end).unwrap_or(text).chars().count();
    let columns = characters(error.span.start)..characters(error.span.end);
    let mut sentence = messages.explain(error);
    if let Some(date) = &error.date {
        sentence = format!("{sentence} {}", messages.explain(date));
    }
    QueryProblem { columns, sentence }
}
