//! Writing of cells: the cursor is followed by the width of what is written, so that a run of kanji needs no move; moves
//! take the fewest bytes; blank ends of lines are erased. Behind a character whose width isn't certain the cursor is
//! placed by its column again, and a line never begins where another was only thought to end.

use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::Position;

use super::scroll::Scroll;
use super::sgr::Look;
use super::trust::is_trusted;

/// Where the cursor is.
#[derive(Debug, Clone, Copy)]
struct At {
    x: u16,
    y: u16,
    /// Whether the column is certain.
    exact: bool,
}

/// The bytes of one frame, and what the terminal's state is behind them.
#[derive(Debug)]
pub struct Painter {
    bytes: Vec<u8>,
    at: Option<At>,
    look: Look,
    width: u16,
    sure: bool,
}

/// One character of a line: where it stands and how many columns it takes.
#[derive(Clone, Copy)]
struct Unit<'a> {
    x: u16,
    width: u16,
    cell: &'a Cell,
}

impl Unit<'_> {
    fn is_blank(self) -> bool {
        self.cell.symbol() == " "
    }

    /// Whether the terminal shows the same for both.
    fn same(self, other: Unit<'_>) -> bool {
        let looks = (Look::of(self.cell), Look::of(other.cell));
        let look = if self.is_blank() { looks.0.blank_like(looks.1) } else { looks.0 == looks.1 };
        look && self.width == other.width && self.cell.symbol() == other.cell.symbol()
    }

    /// Whether it is what erasing leaves.
    fn is_nothing(self) -> bool {
        self.is_blank() && Look::of(self.cell).blank_like(Look::PLAIN)
    }
}

/// The characters of a line. What stands behind a wide one is covered by it.
fn units(line: &[Cell]) -> impl Iterator<Item = Unit<'_>> {
    let mut x = 0;
    std::iter::from_fn(move || {
        let cell = line.get(x)?;
        let unit = Unit { x: x as u16, width: cell.cell_width().max(1), cell };
        x += usize::from(unit.width);
        Some(unit)
    })
}

impl Painter {
    /// Begins a frame on a terminal of so many columns, whose look is the plain one. Where the cursor is, is not known:
    /// others may have written meanwhile. `sure` as in [`is_trusted`].
    pub fn begin(width: u16, sure: bool) -> Self {
        let bytes = b"\x1b[?2026h\x1b[?25l".to_vec();
        Self { bytes, at: None, look: Look::PLAIN, width, sure }
    }

    /// Empties the terminal, whatever was left there.
    pub fn clear(&mut self, regions: bool) {
        self.put(if regions { "\x1b[m\x1b[r\x1b[2J" } else { "\x1b[m\x1b[2J" });
        (self.at, self.look) = (None, Look::PLAIN);
    }

    /// Lets the terminal move lines. Deleting and inserting lines inside of a region is what every terminal with regions
    /// can do; the plain look is in force, so what comes in is blank.
    pub fn scroll(&mut self, scroll: Scroll) {
        self.take(Look::PLAIN);
        let Scroll { top, bottom, up } = scroll;
        let lines = number(up.unsigned_abs() as u16);
        let how = if up > 0 { 'M' } else { 'L' };
        self.put(&format!("\x1b[{};{bottom}r{}\x1b[{lines}{how}\x1b[r", top + 1, place(0, top)));
        self.at = None;
    }

    /// Writes what differs in a line.
    pub fn line(&mut self, y: u16, shown: &[Cell], next: &[Cell]) {
        if shown == next {
            return;
        }
        let mut before = units(shown).peekable();
        let units: Vec<(Unit<'_>, bool)> = units(next)
            .map(|unit| {
                while before.next_if(|known| known.x < unit.x).is_some() {}
                let known = before.peek().filter(|known| known.x == unit.x);
                (unit, known.is_none_or(|known| !known.same(unit)))
            })
            .collect();
        // Behind this the line is blank, and one sequence erases it.
        let end = units.iter().rposition(|(unit, _)| !unit.is_nothing()).map_or(0, |last| last + 1);
        let (told, rest) = units.split_at(end);
        let blank = rest.iter().position(|(_, changed)| *changed);
        let erases = rest.iter().filter(|(_, changed)| *changed).count() > 3;
        let written = if erases { told } else { units.as_slice() };
        for (index, (unit, changed)) in written.iter().enumerate() {
            if *changed {
                self.reach(*unit, y, &written[..index]);
                self.write(*unit);
            }
        }
        if let (true, Some(blank)) = (erases, blank) {
            self.reach(rest[blank].0, y, &units[..end + blank]);
            if !self.look.blank_like(Look::PLAIN) {
                self.take(Look::PLAIN);
            }
            self.put("\x1b[K");
        }
    }

    /// Ends the frame: the plain look again, the cursor at its place, or hidden.
    pub fn end(mut self, caret: Option<Position>) -> Vec<u8> {
        self.take(Look::PLAIN);
        if let Some(caret) = caret {
            self.go(caret.x, caret.y);
            self.put("\x1b[?25h");
        }
        self.put("\x1b[?2026l");
        self.bytes
    }

    fn put(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn take(&mut self, look: Look) {
        let change = self.look.change(look);
        self.put(&change);
        self.look = look;
    }

    fn write(&mut self, unit: Unit<'_>) {
        let look = Look::of(unit.cell);
        if !(unit.is_blank() && look.blank_like(self.look)) {
            self.take(look);
        }
        self.put(unit.cell.symbol());
        let end = unit.x + unit.width;
        self.at = self.at.filter(|_| end < self.width).map(|at| At {
            x: end,
            y: at.y,
            exact: at.exact && is_trusted(unit.cell.symbol(), self.sure),
        });
    }

    /// Brings the cursor to a character: by a move, or by writing again what stands unchanged before it, if that is
    /// shorter. `before` is the line up to it.
    fn reach(&mut self, unit: Unit<'_>, y: u16, before: &[(Unit<'_>, bool)]) {
        let here = self.at.filter(|at| at.y == y && at.exact).map(|at| at.x);
        if here == Some(unit.x) {
            return;
        }
        let rewritable = |unit: &Unit<'_>| {
            let look = Look::of(unit.cell);
            let fits = if unit.is_blank() { look.blank_like(self.look) } else { look == self.look };
            fits && is_trusted(unit.cell.symbol(), self.sure)
        };
        let (mut best, mut bytes) = (unit.x, self.way(unit.x, y).len());
        let mut again = 0;
        for (earlier, _) in before.iter().rev() {
            again += earlier.cell.symbol().len();
            if again >= bytes || !rewritable(earlier) {
                break;
            }
            let way = if here == Some(earlier.x) { 0 } else { self.way(earlier.x, y).len() };
            if way + again < bytes {
                (best, bytes) = (earlier.x, way + again);
            }
        }
        self.go_unless_there(best, y);
        for (earlier, _) in before.iter().filter(|(earlier, _)| (best..unit.x).contains(&earlier.x)) {
            self.write(*earlier);
        }
    }

    fn go_unless_there(&mut self, x: u16, y: u16) {
        if self.at.is_none_or(|at| !at.exact || (at.x, at.y) != (x, y)) {
            self.go(x, y);
        }
    }

    fn go(&mut self, x: u16, y: u16) {
        let way = self.way(x, y);
        self.put(&way);
        self.at = Some(At { x, y, exact: true });
    }

    /// The shortest way to a place.
    fn way(&self, x: u16, y: u16) -> String {
        let mut ways = vec![place(x, y)];
        if let Some(at) = self.at {
            // Even if all had been drawn twice as wide, the line would still be the same.
            let line_is_certain = at.exact || at.x * 2 < self.width;
            if at.y == y && at.exact && x != at.x {
                let (by, to) = if x > at.x { (x - at.x, 'C') } else { (at.x - x, 'D') };
                ways.push(format!("\x1b[{}{to}", number(by)));
            }
            if at.y == y && line_is_certain {
                ways.push(format!("\x1b[{}G", number(x + 1)));
            }
            if at.y == y && x == 0 && line_is_certain {
                ways.push("\r".to_owned());
            }
            // Lines are begun behind lines where the terminal has said how wide it draws; never at the last one, where this
            // would move all.
            if at.y + 1 == y && x == 0 && (at.x * 2 < self.width || self.sure && at.exact) {
                ways.push("\r\n".to_owned());
            }
        }
        ways.into_iter().min_by_key(String::len).unwrap_or_default()
    }
}

/// The absolute move to a place.
fn place(x: u16, y: u16) -> String {
    match (x, y) {
        (0, 0) => "\x1b[H".to_owned(),
        (0, y) => format!("\x1b[{}H", y + 1),
        (x, y) => format!("\x1b[{};{}H", y + 1, x + 1),
    }
}

/// A number that is left out where it is 1.
fn number(number: u16) -> String {
    if number == 1 { String::new() } else { number.to_string() }
}
