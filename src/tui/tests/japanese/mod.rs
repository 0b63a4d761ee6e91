//! A Japanese terminal, sentence by sentence: what really goes over the wire, shown by a terminal that shares no width
//! table with what drew it, narrow and wide.

mod caret;
mod characters;
mod frames;
mod keys;
mod probe;
mod widths;

use crate::messages::Language;
use crate::tui::driver::{Driver, Intake, Setting, Wire};
use crate::tui::message::Message;
use crate::tui::text::WidthPolicy;

const BOTH: [WidthPolicy; 2] = [WidthPolicy::Narrow, WidthPolicy::Wide];

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (110, 40), (200, 60)];

/// Every page and dialog, by the keys that lead there from the list.
const PLACES: [&str; 26] = [
    "0",
    ":",
    ":せんたく",
    "+山<Tab>",
    "J",
    "<Ctrl-N>",
    "<Enter>",
    "/山",
    "?",
    "s",
    "s<Enter>",
    "s<Enter><Tab>",
    "sjjjjjjj<Enter>",
    "e",
    "v",
    "vs",
    "c",
    "o",
    "t",
    "b",
    "b<Enter>",
    "be",
    "f",
    "f<Enter>",
    "r",
    "r<Enter>",
];

fn setting(size: (u16, u16), width: WidthPolicy) -> Setting {
    Setting { size, width, language: Language::Japanese, ..Setting::default() }
}

/// A screen over people, new files and rows set aside, on a terminal as wide as the policy says.
fn open(size: (u16, u16), width: WidthPolicy) -> Wire {
    let mut screen = Driver::open(120, &setting(size, width));
    screen.memory.intake(|intake| *intake = Intake::sample());
    screen.send(Message::Focus);
    Wire::over(screen)
}
