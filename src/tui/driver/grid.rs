//! A terminal of our own: bytes in, grid of cells out. Its widths are a table written by hand and a parameter, so it
//! shares no opinion with what drew the bytes; it does to wide characters what terminals do: one that loses a half
//! loses the other too.

use ratatui::style::{Color, Modifier};
use vte::{Params, Parser, Perform};

/// How wide this terminal draws what East Asian fonts draw wide and others narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Widths {
    /// One column, as Windows Terminal and tmux.
    Narrow,
    /// Two columns, as Tera Term with a Japanese font.
    Wide,
}

/// East Asian Ambiguous, as far as a screen of ours may show it.
const AMBIGUOUS: &[(char, char)] = &[
    ('§', '¨'),
    ('°', '±'),
    ('´', '´'),
    ('¶', '·'),
    ('×', '×'),
    ('÷', '÷'),
    ('é', 'é'),
    ('Α', 'Ω'),
    ('α', 'ρ'),
    ('σ', 'ω'),
    ('А', 'я'),
    ('‐', '‐'),
    ('–', '―'),
    ('‘', '’'),
    ('“', '”'),
    ('†', '•'),
    ('…', '…'),
    ('‰', '‰'),
    ('※', '※'),
    ('℃', '℃'),
    ('№', '№'),
    ('Ⅰ', 'Ⅻ'),
    ('ⅰ', 'ⅹ'),
    ('←', '↓'),
    ('∀', '∀'),
    ('①', '⑳'),
    ('─', '╋'),
    ('█', '▏'),
    ('■', '□'),
    ('▲', '△'),
    ('▶', '▶'),
    ('▼', '▽'),
    ('◆', '◇'),
    ('○', '○'),
    ('◎', '●'),
    ('★', '☆'),
];

/// Two columns on every terminal.
const WIDE: &[(char, char)] = &[
    ('\u{1100}', '\u{115f}'),
    ('\u{2e80}', '\u{303e}'),
    ('\u{3041}', '\u{3098}'),
    ('\u{309b}', '\u{33ff}'),
    ('\u{3400}', '\u{4dbf}'),
    ('\u{4e00}', '\u{9fff}'),
    ('\u{ac00}', '\u{d7a3}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{ff01}', '\u{ff60}'),
    ('\u{ffe0}', '\u{ffe6}'),
    ('\u{1f300}', '\u{1f64f}'),
    ('\u{20000}', '\u{3fffd}'),
];

/// They belong to the character before them: combining marks, selectors of a kanji's shape.
const ATTACHED: &[(char, char)] = &[
    ('\u{300}', '\u{36f}'),
    ('\u{3099}', '\u{309a}'),
    ('\u{200d}', '\u{200d}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{e0100}', '\u{e01ef}'),
];

fn within(table: &[(char, char)], c: char) -> bool {
    table.iter().any(|(from, to)| (*from..=*to).contains(&c))
}

impl Widths {
    /// The columns of a character. Half-width kana and their voice marks take one each.
    pub fn of(self, c: char) -> usize {
        match c {
            ' '..='~' => 1,
            c if within(ATTACHED, c) => 0,
            c if within(WIDE, c) => 2,
            c if within(AMBIGUOUS, c) && self == Self::Wide => 2,
            _ => 1,
        }
    }
}

/// The look of a character: its colour, that of its ground, and what is switched on.
pub type Look = (Color, Color, Modifier);

const PLAIN: Look = (Color::Reset, Color::Reset, Modifier::empty());

/// One column of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    /// A character with what is attached to it, and its columns.
    Char(String, usize),
    /// The right half of a wide one.
    Behind,
}

/// The terminal.
pub struct Grid {
    parser: Parser,
    screen: Screen,
}

impl Grid {
    /// A terminal whose screen is full of rubbish, as it may be when a program takes it over.
    pub fn new((width, height): (u16, u16), widths: Widths) -> Self {
        let (width, height) = (usize::from(width), usize::from(height));
        let cells = vec![vec![Cell::Char("x".to_owned(), 1); width]; height];
        let screen = Screen {
            widths,
            looks: vec![vec![PLAIN; width]; height],
            pen: PLAIN,
            region: (0, height),
            cells,
            at: (0, 0),
            shown: true,
            wraps: false,
            heard: Vec::new(),
            answers: Vec::new(),
        };
        Self { parser: Parser::new(), screen }
    }

    /// Takes bytes.
    pub fn take(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.screen, bytes);
    }

    /// The lines, without spaces at their ends.
    pub fn lines(&self) -> Vec<String> {
        let text = |cell: &Cell| match cell {
            Cell::Char(text, _) => text.clone(),
            Cell::Behind => String::new(),
        };
        self.screen.cells.iter().map(|line| line.iter().map(text).collect::<String>().trim_end().to_owned()).collect()
    }

    /// What stands in a column: the character, or `None` for the right half of a wide one.
    pub fn at(&self, x: u16, y: u16) -> Option<&str> {
        match &self.screen.cells[usize::from(y)][usize::from(x)] {
            Cell::Char(text, _) => Some(text),
            Cell::Behind => None,
        }
    }

    /// How a column looks.
    pub fn look(&self, x: u16, y: u16) -> Look {
        self.screen.looks[usize::from(y)][usize::from(x)]
    }

    /// Whether lines are moved on the whole screen, as when a program has left nothing behind.
    pub fn is_at_rest(&self) -> bool {
        self.screen.region == (0, self.screen.cells.len()) && self.screen.pen == PLAIN
    }

    /// Where the cursor stands; `None` while it is hidden.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        let (x, y) = self.screen.at;
        self.screen.shown.then_some((x as u16, y as u16))
    }

    /// What the terminal has answered since the last call.
    pub fn answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.screen.answers)
    }

    /// What was done to the terminal since the last call, in order: `2026h`, `hide`, `move`, `print`, `show`, `clear`.
    pub fn heard(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.screen.heard)
    }
}

struct Screen {
    widths: Widths,
    cells: Vec<Vec<Cell>>,
    looks: Vec<Vec<Look>>,
    pen: Look,
    /// The lines that move: the first, and the one behind the last.
    region: (usize, usize),
    at: (usize, usize),
    shown: bool,
    /// The last column has been written to: the next character begins a new line.
    wraps: bool,
    heard: Vec<&'static str>,
    answers: Vec<u8>,
}

impl Screen {
    fn hear(&mut self, what: &'static str) {
        if self.heard.last() != Some(&what) {
            self.heard.push(what);
        }
    }

    /// Writes one column; a wide character that stood there goes whole.
    fn put(&mut self, x: usize, y: usize, cell: Cell) {
        let line = &mut self.cells[y];
        let blank = Cell::Char(" ".to_owned(), 1);
        let start = (0..=x).rev().find(|at| line[*at] != Cell::Behind).unwrap_or(0);
        if let Cell::Char(_, width) = line[start] {
            line[start..(start + width).max(x + 1)].fill(blank);
        }
        line[x] = cell;
        self.looks[y][x] = self.pen;
    }

    fn clear_all(&mut self) {
        for y in 0..self.cells.len() {
            self.erase(y, 0);
        }
    }

    /// Erases a line from a column on. The ground is that of the pen, as on most terminals.
    fn erase(&mut self, y: usize, x: usize) {
        for at in x..self.cells[y].len() {
            self.put(at, y, Cell::Char(" ".to_owned(), 1));
        }
        self.looks[y][x..].fill((Color::Reset, self.pen.1, Modifier::empty()));
    }

    /// Moves the lines between `top` and the end of the region up; negative = down.
    fn shift(&mut self, top: usize, up: isize) {
        let by = up.unsigned_abs().min(self.region.1 - top);
        let lines = top..self.region.1;
        if up > 0 {
            self.cells[lines.clone()].rotate_left(by);
            self.looks[lines].rotate_left(by);
        } else {
            self.cells[lines.clone()].rotate_right(by);
            self.looks[lines].rotate_right(by);
        }
        let fresh = if up > 0 { self.region.1 - by..self.region.1 } else { top..top + by };
        fresh.for_each(|y| self.erase(y, 0));
    }

    /// Takes numbers of SGR.
    fn dress(&mut self, numbers: &[u16]) {
        let mut rest = numbers.iter().copied();
        if numbers.is_empty() {
            self.pen = PLAIN;
        }
        while let Some(code) = rest.next() {
            let (fg, bg, modifier) = &mut self.pen;
            match code {
                0 => self.pen = PLAIN,
                1 => *modifier |= Modifier::BOLD,
                2 => *modifier |= Modifier::DIM,
                3 => *modifier |= Modifier::ITALIC,
                4 => *modifier |= Modifier::UNDERLINED,
                7 => *modifier |= Modifier::REVERSED,
                8 => *modifier |= Modifier::HIDDEN,
                22 => *modifier -= Modifier::BOLD | Modifier::DIM,
                23 => *modifier -= Modifier::ITALIC,
                24 => *modifier -= Modifier::UNDERLINED,
                27 => *modifier -= Modifier::REVERSED,
                30..=37 => *fg = Color::Indexed(code as u8 - 30),
                40..=47 => *bg = Color::Indexed(code as u8 - 40),
                39 => *fg = Color::Reset,
                49 => *bg = Color::Reset,
                // The colour of underlines, which ratatui's own backend resets.
                59 => {}
                38 | 48 => {
                    let mut number = || rest.next().unwrap() as u8;
                    let colour = match number() {
                        5 => Color::Indexed(number()),
                        2 => Color::Rgb(number(), number(), number()),
                        other => panic!("a colour of kind {other}"),
                    };
                    *if code == 38 { fg } else { bg } = colour;
                }
                other => panic!("SGR {other}"),
            }
        }
    }
}

impl Perform for Screen {
    fn print(&mut self, c: char) {
        self.hear("print");
        let columns = self.cells[0].len();
        let width = self.widths.of(c);
        let (mut x, mut y) = self.at;
        if width == 0 {
            let last = if self.wraps { columns } else { x };
            let found = (0..last).rev().find(|at| self.cells[y][*at] != Cell::Behind);
            if let Some(Cell::Char(text, _)) = found.map(|at| &mut self.cells[y][at]) {
                text.push(c);
            }
            return;
        }
        if self.wraps || x + width > columns {
            (x, y) = (0, y + 1);
            if y == self.cells.len() {
                self.shift(0, 1);
                y -= 1;
            }
        }
        self.put(x, y, Cell::Char(c.to_string(), 1));
        for behind in x + 1..x + width {
            self.put(behind, y, Cell::Char(" ".to_owned(), 1));
            self.cells[y][behind] = Cell::Behind;
        }
        self.cells[y][x] = Cell::Char(c.to_string(), width);
        self.wraps = x + width == columns;
        self.at = (if self.wraps { columns - 1 } else { x + width }, y);
    }

    fn execute(&mut self, byte: u8) {
        if byte == b'\r' {
            self.hear("move");
            (self.at.0, self.wraps) = (0, false);
            return;
        }
        if byte == b'\n' {
            self.hear("move");
            assert!(self.at.1 + 1 < self.cells.len(), "behind the last line a terminal moves all lines up");
            (self.at.1, self.wraps) = (self.at.1 + 1, false);
            return;
        }
        panic!("the control {byte:#04x} reached the terminal");
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _ignore: bool, action: char) {
        let numbers: Vec<u16> = params.iter().flatten().copied().collect();
        let number = |at: usize| usize::from(numbers.get(at).copied().unwrap_or(0).max(1));
        match (intermediates, action, numbers.as_slice()) {
            (b"", 'H', _) => {
                self.hear("move");
                self.wraps = false;
                self.at = (number(1).min(self.cells[0].len()) - 1, number(0).min(self.cells.len()) - 1);
            }
            (b"", 'A' | 'B' | 'C' | 'D' | 'G', _) => {
                self.hear("move");
                self.wraps = false;
                let (x, y) = self.at;
                self.at = match action {
                    'A' => (x, y.saturating_sub(number(0))),
                    'B' => (x, (y + number(0)).min(self.cells.len() - 1)),
                    'C' => ((x + number(0)).min(self.cells[0].len() - 1), y),
                    'D' => (x.saturating_sub(number(0)), y),
                    _ => (number(0).min(self.cells[0].len()) - 1, y),
                };
            }
            (b"", 'r', _) => {
                self.hear("region");
                let last = numbers.get(1).map_or(self.cells.len(), |last| usize::from(*last));
                let first = number(0) - 1;
                assert!(first + 1 < last && last <= self.cells.len(), "a region from {first} to {last}");
                (self.region, self.at, self.wraps) = ((first, last), (0, 0), false);
            }
            (b"", 'L' | 'M', _) => {
                self.hear("lines");
                let (top, by) = (self.at.1, number(0) as isize);
                assert!((self.region.0..self.region.1).contains(&top), "outside of the region");
                self.shift(top, if action == 'M' { by } else { -by });
            }
            (b"", 'K', [] | [0]) => {
                let (x, y) = self.at;
                assert!(!self.wraps, "what is erased behind the last column?");
                self.erase(y, x);
            }
            (b"", 'J', [2]) => {
                self.hear("clear");
                self.clear_all();
            }
            (b"", 'K', [2]) => {
                let y = self.at.1;
                self.erase(y, 0);
            }
            (b"", 'n', [6]) => {
                let (x, y) = self.at;
                self.answers.extend(format!("\x1b[{};{}R", y + 1, x + 1).bytes());
            }
            (b"?", 'h', [25]) => {
                self.hear("show");
                self.shown = true;
            }
            (b"?", 'l', [25]) => {
                self.hear("hide");
                self.shown = false;
            }
            (b"?", 'h', [2026]) => self.hear("2026h"),
            (b"?", 'l', [2026]) => self.hear("2026l"),
            (b"", 'm', _) => self.dress(&numbers),
            _ => panic!("the terminal was told {intermediates:?} {numbers:?} {action:?}, which it doesn't know"),
        }
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _bell: bool) {
        panic!("the terminal was told OSC {params:?}");
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], _ignore: bool, byte: u8) {
        panic!("the terminal was told ESC {intermediates:?} {byte:#04x}");
    }

    fn hook(&mut self, _params: &Params, _intermediates: &[u8], _ignore: bool, action: char) {
        panic!("the terminal was told DCS {action:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(bytes: &str, widths: Widths) -> Vec<String> {
        let mut grid = Grid::new((8, 2), widths);
        grid.take(b"\x1b[2J\x1b[H");
        grid.take(bytes.as_bytes());
        grid.lines()
    }

    #[test]
    fn a_wide_character_that_loses_a_half_is_gone() {
        assert_eq!(after("漢字\x1b[1;2Ha", Widths::Narrow), [" a字", ""]);
        assert_eq!(after("漢字\x1b[1;1Ha", Widths::Narrow), ["a 字", ""]);
        assert_eq!(after("漢字\x1b[1;2H外", Widths::Narrow), [" 外", ""]);
    }

    #[test]
    fn the_table_is_a_parameter() {
        assert_eq!(after("※─\x1b[1;3Ha", Widths::Narrow), ["※─a", ""]);
        assert_eq!(after("※─\x1b[1;3Ha", Widths::Wide), ["※a", ""]);
        assert_eq!(after("ｶﾞ葛\u{e0100}か\u{3099}\x1b[1;7Hb", Widths::Narrow), ["ｶﾞ葛\u{e0100}か\u{3099}b", ""]);
    }

    #[test]
    fn lines_wrap_behind_the_last_column() {
        assert_eq!(after("abcdefg漢", Widths::Narrow), ["abcdefg", "漢"]);
        assert_eq!(after("abcdefgh", Widths::Narrow), ["abcdefgh", ""]);
    }
}
