//! Whether the shipped themes can be read: the contrast of each role's letters against their ground, as WCAG 2 counts it.

use ratatui::style::{Color, Modifier, Style};

use super::looks::Look;
use super::{Role, Theme};
use crate::assets::Assets;
use crate::config::looks::Colours;
use crate::office::Segment;

type Rgb = (u8, u8, u8);

/// The sixteen colours as two wide-spread terminals show them, in the order of the codes.
const XTERM: [u32; 16] = [
    0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f, 0xff_0000,
    0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
];
const CAMPBELL: [u32; 16] = [
    0x0c_0c0c, 0xc5_0f1f, 0x13_a10e, 0xc1_9c00, 0x00_37da, 0x88_1798, 0x3a_96dd, 0xcc_cccc, 0x76_7676, 0xe7_4856,
    0x16_c60c, 0xf9_f1a5, 0x3b_78ff, 0xb4_009e, 0x61_d6d6, 0xf2_f2f2,
];

/// The sixteen in the order of the codes.
pub(in crate::tui) const ORDER: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

fn rgb(colour: Color, palette: &[u32; 16]) -> Rgb {
    if let Color::Rgb(r, g, b) = colour {
        return (r, g, b);
    }
    let at = ORDER.iter().position(|known| *known == colour).unwrap_or_else(|| panic!("{colour:?} is no ground"));
    let [_, r, g, b] = palette[at].to_be_bytes();
    (r, g, b)
}

fn luminance((r, g, b): Rgb) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The contrast of a look that lies over another one.
fn of(style: Style, below: Style, palette: &[u32; 16]) -> f64 {
    let laid = below.patch(style);
    let (letters, ground) = (laid.fg.unwrap(), laid.bg.unwrap());
    contrast(rgb(letters, palette), rgb(ground, palette))
}

/// Every role of a theme in both segments, over plain text and over the row under the cursor.
fn looks(name: &str, colours: Colours) -> Vec<(Role, Style, Style)> {
    let mut found = Vec::new();
    for segment in [Segment::Lgwan, Segment::MyNumber] {
        let theme: Theme = Look::load(&Assets::built_in(), Some(name), segment, colours).theme;
        let text = theme.style(Role::Text);
        for role in Role::ALL {
            found.push((*role, theme.style(*role), text));
            found.push((*role, theme.style(*role), text.patch(theme.style(Role::RowCursor))));
        }
    }
    found
}

#[test]
fn the_measure_is_wcags() {
    assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
    assert!((contrast((0x77, 0x77, 0x77), (255, 255, 255)) - 4.48).abs() < 0.01);
}

#[test]
fn every_text_of_the_theme_of_all_colours_has_the_contrast_of_wcag_aa() {
    for (role, style, below) in looks("ai", Colours::Full) {
        assert!(!style.add_modifier.contains(Modifier::DIM), "{}", role.id());
        let contrast = of(style, below, &XTERM);
        assert!(contrast >= 4.5, "{}: {contrast:.2}", role.id());
    }
}

#[test]
fn high_contrast_is_bright_or_black_and_never_dim() {
    for (role, style, below) in looks("high-contrast", Colours::Sixteen) {
        assert!(!style.add_modifier.contains(Modifier::DIM), "{}", role.id());
        let least = if role == Role::Band { 4.5 } else { 7.0 };
        for palette in [&XTERM, &CAMPBELL] {
            let contrast = of(style, below, palette);
            assert!(contrast >= least, "{}: {contrast:.2}", role.id());
        }
        for colour in [style.fg, style.bg].into_iter().flatten() {
            assert!(!matches!(colour, Color::Gray | Color::DarkGray | Color::Reset), "{}: {colour:?}", role.id());
        }
    }
}

/// What is really drawn: no cell of any screen loses the ground, and no letters stand too near to it.
#[test]
fn every_cell_of_the_screens_can_be_read() {
    use crate::tui::driver::{Driver, Setting};
    use crate::tui::view::view;
    use ratatui::buffer::{Buffer, CellWidth};
    use ratatui::layout::Rect;

    for (theme, least) in [("ai", 4.5), ("high-contrast", 7.0)] {
        let setting = Setting { theme, size: (110, 40), ..Setting::default() };
        for tour in
            ["", "   ", "/1", "<Tab>", "<Enter>", "s", "as<Enter>", "e", "?", "<Ctrl-N>", "v", "c", "o", "t", "b"]
        {
            let mut screen = Driver::open(40, &setting);
            screen.press(tour);
            let mut buffer = Buffer::empty(Rect::new(0, 0, 110, 40));
            view(&screen.model, &mut buffer);
            let cells = &buffer.content;
            for (at, cell) in cells.iter().enumerate() {
                // The right half of a full-width character is painted by its left one.
                if at > 0 && cells[at - 1].symbol().cell_width() == 2 {
                    continue;
                }
                assert!(
                    !matches!((cell.fg, cell.bg), (Color::Reset, _) | (_, Color::Reset)),
                    "{theme} {tour}: {cell:?}"
                );
                let contrast = contrast(rgb(cell.fg, &XTERM), rgb(cell.bg, &XTERM));
                assert!(contrast >= least, "{theme} {tour}: {contrast:.2} {cell:?}");
            }
        }
    }
}
