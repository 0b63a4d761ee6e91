//! Opening the screen over a real store: settings become a keymap and a theme, the store says where one is, and the
//! threads of the office are started.

use std::path::PathBuf;
use std::sync::Arc;

use super::ends::Ground;
use super::face::Face;
use super::intake_backend::IntakeSetting;
use super::keymap::Keymap;
use super::lock::Locking;
use super::model::{Model, QueryProblem, Seams, Surroundings};
use super::notices::Notice;
use super::office_backend::{OfficeBackend, watch};
use super::plain::Console;
use super::probe::{self, Known};
use super::run::{ScreenFault, run};
use super::settings;
use super::terminal::Screen;
use super::text::WidthPolicy;
use super::theme::Theme;
use super::theme::looks::Look;
use super::trail::Trail;
use crate::assets::Assets;
use crate::config::looks::{Colours, Why};
use crate::config::{self, AmbiguousWidth, ConfigError};
use crate::domain::application::Instant;
use crate::domain::calendar::{JAPAN, civil, wareki_day};
use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::query::{Context, Query, QueryError, QueryForm};
use crate::messages::{Language, Messages};
use crate::office::{self, DeskWarning, OfficeError, SharedIndex};

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
    /// Whether opening an application that nobody is in charge of puts the person in charge.
    pub assign_on_open: bool,
    /// How wide signs of ambiguous width are drawn.
    pub ambiguous_width: AmbiguousWidth,
    /// Whether the line to the terminal is slow; `None` = as the terminal answers.
    pub low_bandwidth: Option<bool>,
    /// The department in the header.
    pub department: String,
    /// How many colours the terminal has.
    pub colours: Colours,
    /// What is wrong in `config.toml`.
    pub config_errors: Vec<ConfigError>,
    /// Where the export dialog proposes to write.
    pub export_folder: String,
    /// After how many minutes without a key the screen hides; `None` = never.
    pub lock_after: Option<u64>,
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
    // All desks of the screen answer queries from one index, which its keeper makes behind the first screen.
    let index = SharedIndex::default();
    let open_desk: OpenDesk = Arc::new(move || Ok(open_desk()?.sharing(&index)));
    let desk = open_desk()?;
    let segment = desk.segment();
    let surroundings = Surroundings {
        segment,
        department: settings.department,
        operator: desk.operator().unwrap_or_default().to_owned(),
        terminal: desk.terminal().to_owned(),
        demo: desk.is_demo(),
        practice: desk.is_practice(),
        unsigned: desk.operator().is_none(),
        export_folder: settings.export_folder,
        locking: Locking { asks: desk.has_passphrase()?, after: settings.lock_after },
        second_person: desk.second_person(),
        assign_on_open: settings.assign_on_open,
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
    let kept = office::views(&desk, &shipped).and_then(|views| {
        let layout = office::layout(&desk)?;
        Ok((layout, views, office::sitting(&desk)?, office::begin_sitting(&desk, &today.to_string())?))
    });
    let messages = Arc::new(words.clone());
    let intake = IntakeSetting { folders: settings.inbox_folders, profiles: Arc::new(profiles.offered(None)) };
    // Its threads open their desks while keys and colours are read and the terminal is asked.
    let backend = OfficeBackend::start(&open_desk, desk, &messages, &Arc::new(shipped), &intake, clock);
    let keys = settings.keymap.as_deref().unwrap_or("default");
    let (keymap, mut problems) = Keymap::load(assets, keys);
    let Look { mut theme, name, why, problems: more } =
        Look::load(assets, settings.theme.as_deref(), segment, settings.colours);
    let mut trail = Trail::default();
    trail.looks(keys, &name);
    problems.extend(more);
    if settings.ascii {
        theme = theme.in_ascii();
    }
    let plain = settings.plain;
    let ground = Ground::prepare().map_err(ScreenFault::from)?;
    let face: Box<dyn Face> = if plain { Box::new(Console::open()?) } else { Box::new(Screen::open()?) };
    // Plain mode writes no sequence, so it asks for nothing.
    let known = if plain { Known::default() } else { ask_terminal(settings.ambiguous_width, &clock())? };
    theme = if plain { Theme::plain() } else { theme.for_width(known.drawn.policy) };
    if known.drawn.wide_lines {
        theme = theme.in_ascii();
    }
    let seams = seams(&messages, clock);
    let broken = settings::notice(&words, &keymap, &settings.config_errors, &problems);
    let (mut model, mut first) = Model::new(words, (keymap, theme), &[], seams, surroundings);
    (model.now, model.trail, model.plain) = (Some(clock()), trail, plain);
    (model.traits, model.low_bandwidth) = (known.traits, settings.low_bandwidth.unwrap_or(known.is_slow()));
    if why == Why::SixteenColours && !plain {
        let asked = ("asked", settings.theme.unwrap_or_default());
        model.notices.say(model.now, messages.fill("settings.sixteen_colours", &[asked, ("name", name)]));
    }
    if let Some(notice) = broken {
        model.notices.add(Notice { at: model.now, ..notice });
    }
    match kept {
        Ok((layout, views, sitting, begun)) => {
            if let Some(sitting) = sitting {
                model.keeping.offer(sitting);
            }
            first = model.take_up(layout, views);
            model.begin_sitting(begun);
        }
        Err(error) => {
            model.keeping.off();
            model.notices.error(model.now, messages.explain(&error));
        }
    }
    let broken = profiles.errors.iter().map(|error| messages.explain(error));
    for warning in warnings.into_iter().chain(broken) {
        model.notices.error(model.now, warning);
    }
    if let Some(locale) = known.doubtful {
        model.notices.say(model.now, messages.fill("terminal.doubtful", &[("locale", locale)]));
    }
    let heard = (known.typed, known.late);
    run((ground, face), heard, model, first, &backend, clock, Box::new(move |reply| watch(open_desk, reply)))?;
    Ok(())
}

/// What is known of the terminal: it is asked where nothing is set and nothing remembered.
fn ask_terminal(width: AmbiguousWidth, now: &Instant) -> Result<Known, ScreenFault> {
    let set = WidthPolicy::set(width);
    let folder = config::terminals_folder();
    probe::known(set, |name| std::env::var(name).ok(), folder.as_deref(), now, probe::ask_here)
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
            Query::parse_typing(text, &Context { today }).map_err(|error| problem(text, &error, &messages))
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
