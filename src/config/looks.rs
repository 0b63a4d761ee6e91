//! Keymaps and themes as the command line tells them: what there is, what is in force and why. The screen, which reads
//! those files, fills this in; which theme is in force is decided here, for both.

use std::ffi::OsStr;

use crate::domain::fault::Fault;
use crate::messages::Language;

/// What a keymap or theme file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl Description {
    /// The text for a person of this language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Japanese => &self.ja,
            Language::English => &self.en,
        }
    }
}

/// How many colours the terminal has. That is told by its environment, never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// `NO_COLOR` is set.
    None,
    /// The sixteen that every terminal has.
    #[default]
    Sixteen,
    /// Every `#rrggbb`.
    Full,
}

impl Colours {
    /// What the environment of the program says.
    #[must_use]
    pub fn of_environment() -> Self {
        let variable = |name: &str| std::env::var_os(name).unwrap_or_default();
        Self::told(&variable("NO_COLOR"), &variable("COLORTERM"), &variable("TERM"))
    }

    /// `NO_COLOR` with any text: none. `COLORTERM=truecolor` or `24bit`, or a `TERM` that ends in `-direct`: all.
    #[must_use]
    pub fn told(no_color: &OsStr, colorterm: &OsStr, term: &OsStr) -> Self {
        if !no_color.is_empty() {
            Self::None
        } else if colorterm == "truecolor" || colorterm == "24bit" || term.to_string_lossy().ends_with("-direct") {
            Self::Full
        } else {
            Self::Sixteen
        }
    }

    /// The word of JSON documents and message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sixteen => "sixteen",
            Self::Full => "full",
        }
    }
}

/// Why a theme is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// `[ui].theme` names it.
    Setting,
    /// Nothing is set: the segment has its own.
    Segment,
    /// `NO_COLOR` is set.
    NoColor,
    /// The theme that is set needs more colours than the terminal tells to have.
    SixteenColours,
    /// The theme that is set can't be had.
    Missing,
}

impl Why {
    /// The word of JSON documents and message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::Segment => "segment",
            Self::NoColor => "no_color",
            Self::SixteenColours => "sixteen_colours",
            Self::Missing => "missing",
        }
    }
}

/// The theme that `[ui].theme` asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it can be had.
    pub known: bool,
    /// Whether it uses colours beyond the sixteen.
    pub full_colour: bool,
}

/// The name of the theme that is in force, and why. `segment` is the segment's id.
#[must_use]
pub fn choose<'a>(asked: Option<Asked<'a>>, colours: Colours, segment: &'a str) -> (&'a str, Why) {
    match (colours, asked) {
        (Colours::None, _) => ("mono", Why::NoColor),
        (_, None) => (segment, Why::Segment),
        (_, Some(Asked { known: false, .. })) => (segment, Why::Missing),
        (Colours::Sixteen, Some(Asked { full_colour: true, .. })) => (segment, Why::SixteenColours),
        (_, Some(Asked { name, .. })) => (name, Why::Setting),
    }
}

/// What is in force in place of an entry that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Id of the context.
    pub context: &'static str,
    /// The keys.
    pub keys: String,
    /// Id of the command that they mean all the same; `None` = they mean nothing.
    pub command: Option<&'static str>,
}

/// Something wrong in a keymap or theme.
#[derive(Debug)]
pub struct Complaint {
    /// What and where.
    pub fault: Box<dyn Fault>,
    /// What is in force there now.
    pub kept: Option<Kept>,
}

/// Keys that mean a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Id of the context.
    pub context: &'static str,
    /// The keys, as keymap files write them.
    pub keys: String,
    /// Id of the command.
    pub command: &'static str,
    /// The file that says so.
    pub file: String,
}

/// A keymap.
#[derive(Debug)]
pub struct KeymapReport {
    /// Its name.
    pub name: String,
    /// The files that it is made of, the farthest ancestor first.
    pub files: Vec<String>,
    /// What it says of itself.
    pub description: Option<Description>,
    /// Every key in force.
    pub bindings: Vec<Binding>,
    /// Ids of context and command wherever a command is offered and has no key.
    pub without_key: Vec<(&'static str, &'static str)>,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
}

/// A theme.
#[derive(Debug)]
pub struct ThemeReport {
    /// Its name.
    pub name: String,
    /// The files that it is made of, the farthest ancestor first.
    pub files: Vec<String>,
    /// Whether the last of them is the user's own.
    pub own: bool,
    /// What it says of itself.
    pub description: Option<Description>,
    /// Whether it uses colours beyond the sixteen.
    pub full_colour: bool,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_told_and_not_guessed() {
        let told = |no_color: &str, colorterm: &str, term: &str| {
            Colours::told(OsStr::new(no_color), OsStr::new(colorterm), OsStr::new(term))
        };
        assert_eq!(told("", "truecolor", "xterm-256color"), Colours::Full);
        assert_eq!(told("", "24bit", ""), Colours::Full);
        assert_eq!(told("", "", "xterm-direct"), Colours::Full);
        assert_eq!(told("", "yes", "xterm-256color"), Colours::Sixteen);
        assert_eq!(told("1", "truecolor", "xterm-direct"), Colours::None);
        assert_eq!(told("0", "truecolor", ""), Colours::None);
    }

    #[test]
    fn the_theme_in_force_is_the_one_that_is_set_where_that_can_be() {
        let asked = |known, full_colour| Some(Asked { name: "mine", known, full_colour });
        let cases = [
            (None, Colours::Full, ("lgwan", Why::Segment)),
            (asked(true, false), Colours::Sixteen, ("mine", Why::Setting)),
            (asked(true, true), Colours::Full, ("mine", Why::Setting)),
            (asked(true, true), Colours::Sixteen, ("lgwan", Why::SixteenColours)),
            (asked(false, true), Colours::Full, ("lgwan", Why::Missing)),
            (asked(true, true), Colours::None, ("mono", Why::NoColor)),
        ];
        for (asked, colours, expected) in cases {
            assert_eq!(choose(asked, colours, "lgwan"), expected, "{asked:?} {colours:?}");
        }
    }
}
