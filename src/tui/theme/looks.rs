//! Which theme is in force, with the band of its segment; and all themes as `theme list` tells them.

use ratatui::style::{Color, Style};

use super::{FOLDER, Role, Theme};
use crate::assets::Assets;
use crate::config::looks::{Asked, Colours, Complaint, ThemeReport, Why, choose};
use crate::office::Segment;
use crate::tui::settings::Problem;

/// The theme in force.
#[derive(Debug)]
pub struct Look {
    /// The looks.
    pub theme: Theme,
    /// Name of the theme.
    pub name: String,
    /// Why it is this one.
    pub why: Why,
    /// What is wrong in its files and in those of the theme that was asked for.
    pub problems: Vec<Problem>,
}

impl Look {
    /// The theme for a store of `segment` on a terminal of these colours, where the settings ask for `asked`.
    #[must_use]
    pub fn load(assets: &Assets, asked: Option<&str>, segment: Segment, colours: Colours) -> Self {
        let read = asked.map(|name| (name, ThemeRead::of(assets, name)));
        let wish = read.as_ref().map(|(name, read)| Asked {
            name,
            known: read.known,
            full_colour: read.theme.is_full_colour(),
        });
        let (name, why) = choose(wish, colours, segment.id());
        let mut problems = Vec::new();
        let theme = match read {
            Some((asked, read)) => {
                problems = read.problems;
                (asked == name).then_some(read.theme)
            }
            None => None,
        };
        let theme = theme.unwrap_or_else(|| {
            let (theme, more) = Theme::load(assets, name);
            problems.extend(more);
            theme
        });
        let theme = theme.in_segment(assets, name, segment);
        let theme = match colours {
            Colours::Full => theme,
            Colours::None => theme.without_colours(),
            // A segment's theme of the user's own that needs more colours than there are.
            Colours::Sixteen if theme.is_full_colour() => {
                let shipped = Assets::built_in();
                Theme::load(&shipped, segment.id()).0.in_segment(&shipped, segment.id(), segment)
            }
            Colours::Sixteen => theme,
        };
        Self { theme, name: name.to_owned(), why, problems }
    }
}

impl Theme {
    /// Whether it uses colours beyond the sixteen that every terminal has.
    #[must_use]
    pub fn is_full_colour(&self) -> bool {
        let beyond = |style: &Style| [style.fg, style.bg].into_iter().flatten().any(|c| matches!(c, Color::Rgb(..)));
        self.styles.values().any(beyond) || self.segments.iter().any(|(_, _, style)| beyond(style))
    }

    /// The theme `name` in a store of this segment. The band is the segment's: that of the theme's own
    /// `[segment.…]`, else that of the segment's own theme, so that nobody types into the wrong terminal.
    #[must_use]
    pub fn in_segment(mut self, assets: &Assets, name: &str, segment: Segment) -> Self {
        let here: Vec<(Role, Style)> =
            self.segments.iter().filter(|(of, _, _)| *of == segment).map(|(_, role, style)| (*role, *style)).collect();
        if name != segment.id() && !here.iter().any(|(role, _)| *role == Role::Band) {
            let theirs = Self::load(assets, segment.id()).0.in_segment(assets, segment.id(), segment);
            self.styles.insert(Role::Band, theirs.style(Role::Band));
        }
        self.styles.extend(here);
        self.segments.clear();
        self
    }

    fn without_colours(mut self) -> Self {
        for style in self.styles.values_mut() {
            (style.fg, style.bg) = (None, None);
        }
        self
    }
}

/// A theme as its files have it.
struct ThemeRead {
    theme: Theme,
    problems: Vec<Problem>,
    /// Whether the file of that name could be read.
    known: bool,
}

impl ThemeRead {
    fn of(assets: &Assets, name: &str) -> Self {
        let mut known = false;
        let (theme, problems) = Theme::load_with(assets, name, |source| known = source.name == name);
        Self { theme, problems, known }
    }
}

/// Every theme there is, shipped or the user's own, by name.
#[must_use]
pub fn reports(assets: &Assets) -> Vec<ThemeReport> {
    let paths = assets.list(FOLDER);
    let names = paths.iter().filter_map(|path| path.strip_prefix(FOLDER)?.strip_suffix(".toml"));
    names.map(|name| report(assets, name)).collect()
}

/// One theme.
fn report(assets: &Assets, name: &str) -> ThemeReport {
    let (mut files, mut own, mut description) = (Vec::new(), false, None);
    let (theme, problems) = Theme::load_with(assets, name, |source| {
        files.push(source.file.clone());
        (own, description) = (source.own, source.description());
    });
    ThemeReport {
        name: name.to_owned(),
        files,
        own,
        description,
        full_colour: theme.is_full_colour(),
        complaints: problems.into_iter().map(|fault| Complaint { fault: Box::new(fault), kept: None }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Fault;

    fn own(files: &[(&str, &str)]) -> (tempfile::TempDir, Assets) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("themes")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(format!("themes/{name}.toml")), text).unwrap();
        }
        let assets = Assets::with_overrides(vec![folder.path().to_owned()]);
        (folder, assets)
    }

    fn band(assets: &Assets, asked: Option<&str>, segment: Segment, colours: Colours) -> Style {
        Look::load(assets, asked, segment, colours).theme.style(Role::Band)
    }

    #[test]
    fn the_band_tells_the_segments_apart_whatever_theme_is_set() {
        let mine = "inherits = \"default-16\"\n[roles]\n\"text\" = { fg = \"green\" }\n\"band\" = { bg = \"green\" }\n";
        let (_folder, assets) = own(&[("mine", mine), ("below", "inherits = \"mono\"\n")]);
        let themes = assets.list(FOLDER);
        let names = themes.iter().filter_map(|path| path.strip_prefix(FOLDER)?.strip_suffix(".toml"));
        for asked in names.map(Some).chain([None, Some("no-such")]) {
            for colours in [Colours::None, Colours::Sixteen, Colours::Full] {
                let of = |segment| band(&assets, asked, segment, colours);
                assert_ne!(of(Segment::Lgwan), of(Segment::MyNumber), "{asked:?} {colours:?}");
            }
        }
        let shipped = band(&Assets::built_in(), None, Segment::MyNumber, Colours::Sixteen);
        assert_eq!(band(&assets, Some("mine"), Segment::MyNumber, Colours::Sixteen), shipped);
    }

    #[test]
    fn a_theme_may_say_how_the_band_of_each_segment_looks() {
        let text =
            "inherits = \"default-16\"\n[segment.lgwan]\n\"band\" = { bg = \"cyan\" }\n\"title\" = { dim = true }\n";
        let (_folder, assets) = own(&[("mine", text)]);
        let look = Look::load(&assets, Some("mine"), Segment::Lgwan, Colours::Sixteen);
        assert_eq!((look.theme.style(Role::Band), look.problems), (Style::new().bg(Color::Cyan), vec![]));
        assert_eq!(look.theme.style(Role::Title), Style::new().add_modifier(ratatui::style::Modifier::DIM));
        let there = Look::load(&assets, Some("mine"), Segment::MyNumber, Colours::Sixteen).theme;
        assert_eq!(there.style(Role::Band).bg, Some(Color::Red));
    }

    #[test]
    fn no_theme_brings_more_colours_than_the_terminal_has() {
        let full = "inherits = \"default-16\"\n[roles]\n\"band\" = { bg = \"#102030\" }\n";
        let coloured = "inherits = \"default-16\"\n[roles]\n\"text\" = { fg = \"red\" }\n";
        let (_folder, assets) = own(&[("lgwan", full), ("mono", coloured)]);
        for asked in [None, Some("ai"), Some("mono"), Some("lgwan")] {
            let look = Look::load(&assets, asked, Segment::Lgwan, Colours::Sixteen);
            assert!(!look.theme.is_full_colour(), "{asked:?}");
            let look = Look::load(&assets, asked, Segment::Lgwan, Colours::None);
            assert!(look.theme.styles.values().all(|style| (style.fg, style.bg) == (None, None)), "{asked:?}");
        }
        assert_eq!(Look::load(&assets, Some("ai"), Segment::Lgwan, Colours::Sixteen).why, Why::SixteenColours);
        assert!(Look::load(&assets, Some("ai"), Segment::Lgwan, Colours::Full).theme.is_full_colour());
    }

    #[test]
    fn every_theme_is_told_with_its_problems() {
        let (_folder, assets) = own(&[("mine", "inherits = \"defalt-16\"\n"), ("ai", "description = \"a\"\n")]);
        let reports = reports(&assets);
        let names: Vec<_> = reports.iter().map(|report| report.name.as_str()).collect();
        assert_eq!(names, ["ai", "default-16", "high-contrast", "lgwan", "mine", "mono", "mynumber"]);
        let mine = reports.iter().find(|report| report.name == "mine").unwrap();
        assert_eq!(mine.complaints.iter().map(|one| one.fault.code()).collect::<Vec<_>>(), ["settings.missing"]);
        assert_eq!((mine.own, mine.files.len()), (true, 2));
        assert!(reports.iter().all(|report| report.own || report.description.is_some()));
    }

    #[test]
    fn a_file_that_takes_a_shipped_ones_place_may_build_on_it() {
        let (_folder, assets) = own(&[("lgwan", "inherits = \"lgwan\"\n[roles]\n\"key\" = { fg = \"red\" }\n")]);
        let (theme, problems) = Theme::load(&assets, "lgwan");
        assert_eq!(problems.iter().map(Fault::code).collect::<Vec<_>>(), [] as [&str; 0]);
        assert_eq!((theme.style(Role::Key).fg, theme.style(Role::Band).bg), (Some(Color::Red), Some(Color::Blue)));
    }
}
