//! Themes: what the meaningful parts of the screen look like. A theme file gives looks to roles (`status.rejected`,
//! `row.cursor`), never to places; what it doesn't say comes from the theme that it inherits from.

#[cfg(test)]
pub(in crate::tui) mod contrast;
pub mod looks;

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use toml::de::{DeTable, DeValue};

use super::settings::{self, Problem, Source, Which, Wrong};
use super::text::{Gaiji, Pen, WidthPolicy};
use crate::assets::Assets;
use crate::domain::status::Status;
use crate::office::Segment;

/// Folder of the theme files.
pub const FOLDER: &str = "themes/";

/// The shipped theme that lies below where another can't be had.
const BASE: &str = "default-16";

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// A meaningful part of the screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Role {
            $($(#[$doc])* $name,)*
        }

        impl Role {
            /// All roles.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word of theme files.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }
        }
    };
}

roles! {
    /// The top line with the segment.
    Band = "band";
    /// 【練習】 and the banner of a store without sign-in.
    Banner = "banner";
    /// A tab that isn't open.
    Tab = "tab";
    /// The open tab.
    TabActive = "tab.active";
    /// Names of fields and columns.
    Label = "label";
    /// Text that a person types.
    Input = "input";
    /// Typed text that is selected.
    InputSelected = "input.selected";
    /// The wrong part of a query.
    InputWrong = "input.wrong";
    /// Ordinary text of a row or record.
    Text = "text";
    /// The row under the cursor.
    RowCursor = "row.cursor";
    /// What the query's words match in a row.
    Match = "match";
    /// The mark before a row.
    Mark = "mark";
    /// A row that isn't read yet, and other text of less weight.
    Quiet = "quiet";
    /// Symbols for characters that can't be drawn.
    Symbol = "symbol";
    /// 未処理
    StatusUnprocessed = "status.unprocessed";
    /// 仮受付
    StatusProvisional = "status.provisional";
    /// 受理, all three.
    StatusAccepted = "status.accepted";
    /// 返却中
    StatusReturned = "status.returned";
    /// 不受理
    StatusRejected = "status.rejected";
    /// 完了, 強制完了
    StatusCompleted = "status.completed";
    /// 取下げ
    StatusWithdrawn = "status.withdrawn";
    /// 反映待ち
    ReflectPending = "reflect.pending";
    /// 要確認
    ReflectCheck = "reflect.check";
    /// The part of a value that a revision changed.
    Changed = "changed";
    /// 補正到着, 改訂, 申請者の取下げ
    Arrival = "arrival";
    /// Lines around dialogs and panes.
    Border = "border";
    /// Title of a dialog.
    Title = "title";
    /// A button.
    Button = "button";
    /// The button or choice that has the keys.
    ButtonFocus = "button.focus";
    /// A message of what happened.
    Notice = "notice";
    /// A message of what went wrong.
    NoticeError = "notice.error";
    /// A key in the bottom line.
    Key = "key";
    /// What a key does, in the bottom line.
    KeyTitle = "key.title";
}

/// Signs of the chrome. Data text never depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Before a marked row.
    pub mark: &'static str,
    /// Before the row under the cursor.
    pub cursor: &'static str,
    /// Behind a text that was cut.
    pub ellipsis: &'static str,
    /// Lines of boxes: horizontal, vertical, then the corners from the upper left clockwise.
    pub lines: [&'static str; 6],
    /// Around the part of a value that a revision changed.
    pub changed: [&'static str; 2],
    /// A choice that is taken.
    pub chosen: &'static str,
    /// A choice that isn't.
    pub choice: &'static str,
}

/// Signs for terminals that draw East Asian ambiguous characters in one column.
pub const BOX_GLYPHS: Glyphs = Glyphs {
    mark: "●",
    cursor: "▶",
    ellipsis: "…",
    lines: ["─", "│", "┌", "┐", "┘", "└"],
    changed: ["【", "】"],
    chosen: "●",
    choice: "○",
};

/// Signs in ASCII alone.
pub const ASCII_GLYPHS: Glyphs = Glyphs {
    mark: "*",
    cursor: ">",
    ellipsis: "~",
    lines: ["-", "|", "+", "+", "+", "+"],
    changed: ["[", "]"],
    chosen: "*",
    choice: "o",
};

/// Signs for plain mode, which turns them into words: blank where a screen has lines, rare elsewhere, so that no
/// applicant's text is taken for one.
pub const PLAIN_GLYPHS: Glyphs = Glyphs {
    mark: "\u{29eb}",
    cursor: " ",
    ellipsis: "\u{2026}",
    lines: [" "; 6],
    changed: ["[", "]"],
    chosen: "\u{29bf}",
    choice: "\u{29be}",
};

/// The looks in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    styles: BTreeMap<Role, Style>,
    /// What is different in a segment, in the order of the files.
    segments: Vec<(Segment, Role, Style)>,
    /// Signs of the chrome.
    pub glyphs: Glyphs,
    /// Width policy of data text.
    pub policy: WidthPolicy,
}

impl Default for Theme {
    fn default() -> Self {
        Self { styles: BTreeMap::new(), segments: Vec::new(), glyphs: BOX_GLYPHS, policy: WidthPolicy::Narrow }
    }
}

impl Theme {
    /// Reads `themes/NAME.toml` with what it inherits. Every problem costs its own entry only.
    #[must_use]
    pub fn load(assets: &Assets, name: &str) -> (Self, Vec<Problem>) {
        Self::load_with(assets, name, |_| {})
    }

    /// The same; `laid` is told each file of the chain.
    fn load_with(assets: &Assets, name: &str, mut laid: impl FnMut(&Source)) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut theme = Self::default();
        for source in settings::chain(assets, (FOLDER, BASE), Which::Named(name), &mut problems) {
            theme.read(&source, &mut problems);
            laid(&source);
        }
        (theme, problems)
    }

    /// The same theme with signs in ASCII alone (`--ascii`).
    #[must_use]
    pub fn in_ascii(self) -> Self {
        Self { glyphs: ASCII_GLYPHS, ..self }
    }

    /// The looks of plain mode: none, and signs that become words.
    #[must_use]
    pub fn plain() -> Self {
        Self { glyphs: PLAIN_GLYPHS, ..Self::default() }
    }

    /// The same theme for a terminal of this width policy. On a wide one the box lines would take two columns, so
    /// the signs are ASCII there.
    #[must_use]
    pub fn for_width(self, policy: WidthPolicy) -> Self {
        let glyphs = if policy == WidthPolicy::Wide { ASCII_GLYPHS } else { self.glyphs };
        Self { policy, glyphs, ..self }
    }

    /// The look of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }

    /// The look of a status.
    #[must_use]
    pub fn status(&self, status: Status) -> Style {
        self.style(match status {
            Status::Unprocessed => Role::StatusUnprocessed,
            Status::Provisional => Role::StatusProvisional,
            Status::AcceptedUnreplied | Status::AcceptedReplied | Status::AcceptedScheduled => Role::StatusAccepted,
            Status::Returned => Role::StatusReturned,
            Status::Rejected => Role::StatusRejected,
            Status::Completed | Status::ForceCompleted => Role::StatusCompleted,
            Status::Withdrawn => Role::StatusWithdrawn,
        })
    }

    /// A pen for a role; 外字 show as 〓 alone.
    #[must_use]
    pub fn pen(&self, role: Role) -> Pen {
        Pen {
            style: self.style(role),
            symbol: self.style(Role::Symbol),
            ellipsis: self.glyphs.ellipsis,
            policy: self.policy,
            gaiji: Gaiji::Mark,
        }
    }

    fn read(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let from = problems.len();
        let table = source.table(problems);
        for (name, value) in table.get_ref() {
            match (name.get_ref().as_ref(), value.get_ref()) {
                ("inherits", DeValue::String(_)) => {}
                ("description", found) if settings::description(found).is_some() => {}
                ("glyphs", DeValue::String(word)) if word == "ascii" => self.glyphs = ASCII_GLYPHS,
                ("glyphs", DeValue::String(word)) if word == "box" => self.glyphs = BOX_GLYPHS,
                ("roles", DeValue::Table(roles)) => {
                    for (role, style) in read_roles(source, roles, problems) {
                        self.styles.insert(role, style);
                    }
                    let band = roles.keys().find(|name| name.get_ref().as_ref() == Role::Band.id());
                    if let (Some(band), true, None) = (band, source.own, Segment::parse(&source.name)) {
                        problems.push(source.problem(&band.span(), Wrong::SegmentBand));
                    }
                }
                ("segment", DeValue::Table(segments)) => self.read_segments(source, segments, problems),
                ("inherits" | "glyphs" | "roles" | "segment" | "description", found) => {
                    let expected = "inherits = \"…\", glyphs = \"ascii\"|\"box\", [roles]".to_owned();
                    let wrong = Wrong::WrongValue { found: settings::shown(found), expected };
                    problems.push(source.problem(&value.span(), wrong));
                }
                (found, _) => {
                    let nearest = settings::nearest(found, ["inherits", "description", "glyphs", "roles", "segment"]);
                    let wrong = Wrong::UnknownName { found: found.to_owned(), nearest };
                    problems.push(source.problem(&name.span(), wrong));
                }
            }
        }
        settings::in_order(problems, from);
    }

    /// `[segment.lgwan]`, `[segment.mynumber]`: roles that are different there.
    fn read_segments(&mut self, source: &Source, segments: &DeTable<'_>, problems: &mut Vec<Problem>) {
        for (name, value) in segments {
            let word = name.get_ref().as_ref();
            let Some(segment) = Segment::parse(word) else {
                let nearest = settings::nearest(word, [Segment::Lgwan.id(), Segment::MyNumber.id()]);
                problems.push(source.problem(&name.span(), Wrong::UnknownName { found: word.to_owned(), nearest }));
                continue;
            };
            let DeValue::Table(roles) = value.get_ref() else {
                let wrong =
                    Wrong::WrongValue { found: settings::shown(value.get_ref()), expected: "[segment.…]".into() };
                problems.push(source.problem(&value.span(), wrong));
                continue;
            };
            let read = read_roles(source, roles, problems);
            self.segments.extend(read.into_iter().map(|(role, style)| (segment, role, style)));
        }
    }
}

/// The looks of a table of roles.
fn read_roles(source: &Source, roles: &DeTable<'_>, problems: &mut Vec<Problem>) -> Vec<(Role, Style)> {
    let mut read = Vec::new();
    for (name, value) in roles {
        let word = name.get_ref().as_ref();
        let Some(role) = Role::ALL.iter().find(|role| role.id() == word) else {
            let nearest = settings::nearest(word, Role::ALL.iter().map(|role| role.id()));
            problems.push(source.problem(&name.span(), Wrong::UnknownName { found: word.to_owned(), nearest }));
            continue;
        };
        let DeValue::Table(look) = value.get_ref() else {
            let expected = "{ fg = \"red\", bold = true }".to_owned();
            let wrong = Wrong::WrongValue { found: settings::shown(value.get_ref()), expected };
            problems.push(source.problem(&value.span(), wrong));
            continue;
        };
        let before = problems.len();
        let style = read_look(source, look, problems);
        // An entry with a mistake is passed over whole, so that the look below it stays.
        let line = source.problem(&name.span(), Wrong::NotUtf8).line;
        let broken = |problem: &Problem| problem.file == source.file && problem.line == line;
        if problems.len() == before && !problems.iter().any(broken) {
            read.push((*role, style));
        }
    }
    read
}

/// Words of a look that are switched on or off.
const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

fn read_look(source: &Source, look: &DeTable<'_>, problems: &mut Vec<Problem>) -> Style {
    let mut style = Style::new();
    for (name, value) in look {
        let word = name.get_ref().as_ref();
        let wrong = match (word, value.get_ref()) {
            ("fg" | "bg", DeValue::String(text)) => match colour(text) {
                Some(found) => {
                    style = if word == "fg" { style.fg(found) } else { style.bg(found) };
                    continue;
                }
                None if text.starts_with('#') => {
                    Wrong::WrongValue { found: text.to_string(), expected: "\"#rrggbb\" (0-9, a-f)".to_owned() }
                }
                None => {
                    let nearest = settings::nearest(text, COLOURS.iter().map(|(name, _)| *name));
                    Wrong::UnknownName { found: text.to_string(), nearest }
                }
            },
            (_, DeValue::Boolean(on)) if MODIFIERS.iter().any(|(known, _)| *known == word) => {
                for (_, modifier) in MODIFIERS.iter().filter(|(known, _)| *known == word && *on) {
                    style = style.add_modifier(*modifier);
                }
                continue;
            }
            (_, found) if word == "fg" || word == "bg" || MODIFIERS.iter().any(|(known, _)| *known == word) => {
                let expected = if word.len() == 2 { "\"red\", \"#cc0000\"" } else { "true, false" }.to_owned();
                Wrong::WrongValue { found: settings::shown(found), expected }
            }
            _ => {
                let names = ["fg", "bg"].into_iter().chain(MODIFIERS.iter().map(|(name, _)| *name));
                let nearest = settings::nearest(word, names);
                problems.push(source.problem(&name.span(), Wrong::UnknownName { found: word.to_owned(), nearest }));
                continue;
            }
        };
        problems.push(source.problem(&value.span(), wrong));
    }
    style
}

/// The sixteen colours that every terminal has.
const COLOURS: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("gray", Color::Gray),
    ("dark-gray", Color::DarkGray),
    ("light-red", Color::LightRed),
    ("light-green", Color::LightGreen),
    ("light-yellow", Color::LightYellow),
    ("light-blue", Color::LightBlue),
    ("light-magenta", Color::LightMagenta),
    ("light-cyan", Color::LightCyan),
    ("white", Color::White),
];

/// A colour by name or as `#rrggbb`.
fn colour(text: &str) -> Option<Color> {
    if let Some((_, colour)) = COLOURS.iter().find(|(name, _)| *name == text) {
        return Some(*colour);
    }
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let number = u32::from_str_radix(hex, 16).ok()?;
    Some(Color::Rgb((number >> 16) as u8, (number >> 8) as u8, number as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Fault;

    #[test]
    fn shipped_themes_load_without_a_problem_and_give_every_role_a_look() {
        for name in ["default-16", "high-contrast", "ai", "mono", "lgwan", "mynumber"] {
            let (theme, problems) = Theme::load(&Assets::built_in(), name);
            assert_eq!(problems, [], "{name}");
            for role in Role::ALL {
                assert!(theme.styles.contains_key(role), "{name}: {}", role.id());
            }
        }
    }

    #[test]
    fn mono_uses_no_colour_at_all() {
        let (theme, _) = Theme::load(&Assets::built_in(), "mono");
        for (role, style) in &theme.styles {
            assert_eq!((style.fg, style.bg), (None, None), "{}", role.id());
        }
    }

    #[test]
    fn each_kind_of_mistake_is_told_apart_and_the_rest_stays() {
        let cases = [
            ("colour = 1", "settings.unknown_name"),
            ("glyphs = \"emoji\"", "settings.wrong_value"),
            ("[roles]\n\"row.curser\" = { bold = true }", "settings.unknown_name"),
            ("[roles]\n\"text\" = 3", "settings.wrong_value"),
            ("[roles]\n\"text\" = { fg = \"redd\" }", "settings.unknown_name"),
            ("[roles]\n\"text\" = { bold = 1 }", "settings.wrong_value"),
            ("[roles]\n\"text\" = { blink = true }", "settings.unknown_name"),
            ("[segment.lgwam]\n[roles]", "settings.unknown_name"),
            ("[roles]\n\"band\" = { bold = true }", "settings.segment_band"),
            ("description = { fr = \"bleu\" }", "settings.wrong_value"),
        ];
        for (text, code) in cases {
            let text =
                format!("{text}\n{}\"mark\" = {{ bold = true }}\n", if text.contains('[') { "" } else { "[roles]\n" });
            let (mut theme, mut problems) = (Theme::default(), Vec::new());
            theme.read(&Source::own("themes/mine.toml", text.as_str()), &mut problems);
            let codes: Vec<_> = problems.iter().map(Fault::code).collect();
            assert_eq!(codes, [code], "{text}");
            assert_eq!(theme.style(Role::Mark), Style::new().add_modifier(Modifier::BOLD));
            assert!(!theme.styles.contains_key(&Role::Text), "{text}");
        }
    }

    #[test]
    fn a_theme_that_inherits_from_itself_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("themes")).unwrap();
        for (name, parent) in [("a", "b"), ("b", "a")] {
            std::fs::write(folder.path().join(format!("themes/{name}.toml")), format!("inherits = \"{parent}\"\n"))
                .unwrap();
        }
        let assets = Assets::with_overrides(vec![folder.path().to_owned()]);
        let (_, problems) = Theme::load(&assets, "a");
        assert_eq!(problems.iter().map(Fault::code).collect::<Vec<_>>(), ["settings.cycle"]);
        let (_, problems) = Theme::load(&assets, "../secret");
        assert_eq!(problems.iter().map(Fault::code).collect::<Vec<_>>(), ["settings.missing"]);
    }
}
