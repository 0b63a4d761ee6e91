//! The look of what is written, and the shortest sequence that turns one into another: what differs, or all anew.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// The look of a character on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// What is seen of a look where nothing is written.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Modifiers in the order of their numbers: what switches one on, and what switches it off.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Look {
    /// The terminal's own: no colour, nothing switched on.
    pub const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// The look of a cell.
    pub const fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank looks the same in both: the colour and weight of letters aren't seen there.
    pub fn blank_like(self, other: Self) -> bool {
        let seen = |look: Self| look.modifier & SEEN_ON_BLANK;
        let fg_counts = !seen(self).is_empty();
        self.bg == other.bg && seen(self) == seen(other) && (!fg_counts || self.fg == other.fg)
    }

    /// The sequence that turns this look into another; empty where they are the same.
    pub fn change(self, to: Self) -> String {
        if self == to {
            return String::new();
        }
        let (differences, anew) = (self.differences(to).join(";"), to.anew());
        let shorter = if differences.len() <= anew.len() { differences } else { anew };
        format!("\x1b[{shorter}m")
    }

    /// What is different in another look.
    fn differences(self, to: Self) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        let mut lost = Modifier::empty();
        for (modifier, _, off) in MODIFIERS {
            if self.modifier.contains(modifier) && !to.modifier.contains(modifier) {
                // Some are switched off together.
                for (other, _, same) in MODIFIERS {
                    lost |= if same == off { other } else { Modifier::empty() };
                }
                let off = off.to_string();
                if !codes.contains(&off) {
                    codes.push(off);
                }
            }
        }
        let kept = self.modifier - lost;
        codes.extend(switched_on(to.modifier - kept));
        codes.extend((self.fg != to.fg).then(|| colour(to.fg, 30)));
        codes.extend((self.bg != to.bg).then(|| colour(to.bg, 40)));
        codes
    }

    /// The whole look after everything is switched off. An empty number means that.
    fn anew(self) -> String {
        let mut codes = vec![String::new()];
        codes.extend(switched_on(self.modifier));
        codes.extend((self.fg != Color::Reset).then(|| colour(self.fg, 30)));
        codes.extend((self.bg != Color::Reset).then(|| colour(self.bg, 40)));
        codes.join(";")
    }
}

fn switched_on(modifier: Modifier) -> impl Iterator<Item = String> {
    MODIFIERS.into_iter().filter(move |(known, _, _)| modifier.contains(*known)).map(|(_, on, _)| on.to_string())
}

/// The number of a colour; `base` is 30 for letters, 40 for the ground. The eight that every terminal has by their short
/// numbers; the bright ones by those that Tera Term takes unasked, too.
fn colour(colour: Color, base: u8) -> String {
    let index = match colour {
        Color::Reset => return (base + 9).to_string(),
        Color::Rgb(red, green, blue) => return format!("{};2;{red};{green};{blue}", base + 8),
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    if index < 8 { (base + index).to_string() } else { format!("{};5;{index}", base + 8) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOLD_YELLOW: Look = Look { fg: Color::Yellow, bg: Color::Reset, modifier: Modifier::BOLD };

    #[test]
    fn the_shorter_of_the_difference_and_the_whole_is_written() {
        assert_eq!(Look::PLAIN.change(BOLD_YELLOW), "\x1b[1;33m");
        assert_eq!(BOLD_YELLOW.change(Look::PLAIN), "\x1b[m");
        assert_eq!(BOLD_YELLOW.change(Look { fg: Color::Red, ..BOLD_YELLOW }), "\x1b[31m");
        assert_eq!(BOLD_YELLOW.change(BOLD_YELLOW), "");
        let ground = Look { fg: Color::Rgb(228, 233, 242), bg: Color::Rgb(16, 27, 48), modifier: Modifier::empty() };
        let bold = Look { modifier: Modifier::BOLD, ..ground };
        assert_eq!(bold.change(ground), "\x1b[22m");
        let dim = Look { modifier: Modifier::DIM, ..ground };
        let both = Look { modifier: Modifier::BOLD | Modifier::DIM, ..ground };
        assert_eq!(both.change(dim), "\x1b[22;2m", "weight and its lack are switched off together");
    }

    #[test]
    fn without_colour_no_number_of_one_is_written() {
        let looks = [Modifier::empty(), Modifier::BOLD, Modifier::REVERSED, Modifier::UNDERLINED | Modifier::DIM];
        for from in looks {
            for to in looks {
                let change = Look { modifier: from, ..Look::PLAIN }.change(Look { modifier: to, ..Look::PLAIN });
                let numbers = change.trim_start_matches("\x1b[").trim_end_matches('m');
                assert!(
                    numbers.split(';').all(|code| code.parse::<u8>().is_ok_and(|code| code < 30) || code.is_empty())
                );
            }
        }
    }

    #[test]
    fn on_a_blank_only_the_ground_and_lines_are_seen() {
        assert!(Look::PLAIN.blank_like(BOLD_YELLOW));
        assert!(!Look::PLAIN.blank_like(Look { bg: Color::Blue, ..Look::PLAIN }));
        assert!(!Look::PLAIN.blank_like(Look { modifier: Modifier::UNDERLINED, ..Look::PLAIN }));
    }
}
