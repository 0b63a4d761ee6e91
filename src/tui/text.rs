//! Placing data text on the screen. Everything that an applicant wrote goes through this file: control and bidi
//! characters become visible symbols, 外字 become 〓, graphemes stay whole, and one width policy decides how many
//! columns a character takes. Nothing here changes what is stored.

use std::borrow::Cow;
use std::num::NonZeroU16;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::ambiguous::is_ambiguous_letter;
use crate::config::AmbiguousWidth;
use crate::domain::visible::is_hidden;

/// How wide the terminal draws characters of ambiguous East Asian width (※ ① Ⅲ).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WidthPolicy {
    /// One column, as most terminals do today.
    #[default]
    Narrow,
    /// Two columns, as Tera Term and old consoles with Japanese fonts may do.
    Wide,
}

impl WidthPolicy {
    /// What the configuration says outright; `None` = the terminal is asked.
    #[must_use]
    pub const fn set(width: AmbiguousWidth) -> Option<Self> {
        match width {
            AmbiguousWidth::Auto => None,
            AmbiguousWidth::Narrow => Some(Self::Narrow),
            AmbiguousWidth::Wide => Some(Self::Wide),
        }
    }
}

/// How 外字 (private-use characters) are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gaiji {
    /// 〓 alone, for lists.
    #[default]
    Mark,
    /// 〓 and its code in CP932, for the record.
    Code,
}

/// One piece to place: what is drawn, how wide, and whether it stands for something that can't be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What is drawn.
    pub shown: Cow<'a, str>,
    /// Columns.
    pub width: u16,
    /// Whether it is a symbol for a character that can't or mustn't be drawn.
    pub symbol: bool,
}

/// The largest number of scalars that a grapheme may have; a longer one is an attack on the terminal, not writing.
const LONGEST_GRAPHEME: usize = 12;

/// Cuts a text into pieces that are safe to draw.
pub fn pieces(text: &str, policy: WidthPolicy, gaiji: Gaiji) -> impl Iterator<Item = Piece<'_>> {
    text.graphemes(true).map(move |grapheme| piece(grapheme, policy, gaiji))
}

fn piece(grapheme: &str, policy: WidthPolicy, gaiji: Gaiji) -> Piece<'_> {
    let symbol = |shown: String| {
        let width = shown.graphemes(true).map(|grapheme| measure(grapheme, policy)).sum();
        Piece { shown: Cow::Owned(shown), width, symbol: true }
    };
    let first = grapheme.chars().next().unwrap_or(' ');
    if let Some(code) = gaiji_code(first) {
        return symbol(match gaiji {
            Gaiji::Mark => "〓".to_owned(),
            Gaiji::Code => format!("〓〔外字 {code}〕"),
        });
    }
    if grapheme == "\r\n" {
        return symbol("\u{240a}".to_owned());
    }
    if let Some(hidden) = grapheme.chars().find(|c| is_invisible(*c, grapheme)) {
        return symbol(match hidden {
            '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + hidden as u32).map_or_else(String::new, String::from),
            '\u{7f}' => "\u{2421}".to_owned(),
            other => format!("<{:04X}>", other as u32),
        });
    }
    // What some terminals join into one picture and others draw piece by piece has no width to rely on.
    let pictures = grapheme.chars().filter(|c| c.width() == Some(2)).count();
    if pictures > 1 || grapheme.chars().count() > LONGEST_GRAPHEME {
        return symbol(format!("{first}<+{}>", grapheme.chars().count() - 1));
    }
    let shown = without_presentation(grapheme);
    let width = measure(&shown, policy);
    if width == 0 {
        return symbol(format!("<{:04X}>", first as u32));
    }
    Piece { shown, width, symbol: false }
}

/// How many columns a grapheme takes. ratatui's measure knows that a half-width voice mark takes a column of its own
/// (ｶﾞ is two wide).
fn measure(grapheme: &str, policy: WidthPolicy) -> u16 {
    let narrow = grapheme.cell_width();
    match policy {
        WidthPolicy::Narrow => narrow,
        WidthPolicy::Wide if narrow == 1 && grapheme.starts_with(is_ambiguous_letter) => 2,
        WidthPolicy::Wide => narrow + grapheme.width_cjk().saturating_sub(grapheme.width()) as u16,
    }
}

/// The grapheme without the selectors that ask for a text or a picture: terminals don't agree whether a picture is
/// wider. The selectors of kanji shapes stay.
fn without_presentation(grapheme: &str) -> Cow<'_, str> {
    const PRESENTATION: [char; 2] = ['\u{fe0e}', '\u{fe0f}'];
    if grapheme.contains(PRESENTATION) && !PRESENTATION.iter().any(|c| grapheme.starts_with(*c)) {
        Cow::Owned(grapheme.replace(PRESENTATION, ""))
    } else {
        Cow::Borrowed(grapheme)
    }
}

/// Whether a character has no form of its own, or steers the terminal or the direction of writing.
fn is_invisible(c: char, grapheme: &str) -> bool {
    match c {
        // A joiner and a selector belong to the grapheme that they shape; alone they are hidden text.
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => grapheme.chars().count() == 1,
        other => is_hidden(other),
    }
}

/// The code of a 外字: in CP932 where it lies in the range of Windows (F040–F9FC), else as `U+…`.
#[must_use]
pub fn gaiji_code(c: char) -> Option<String> {
    let code = c as u32;
    match code {
        0xe000..=0xe757 => {
            let (lead, rest) = ((code - 0xe000) / 188, (code - 0xe000) % 188);
            let trail = 0x40 + rest + u32::from(rest >= 0x3f);
            Some(format!("{:02X}{trail:02X}", 0xf0 + lead))
        }
        0xe758..=0xf8ff | 0xf_0000..=0xf_fffd | 0x10_0000..=0x10_fffd => Some(format!("U+{code:04X}")),
        _ => None,
    }
}

/// How many columns a text takes when it is placed.
#[must_use]
pub fn columns(text: &str, policy: WidthPolicy) -> u16 {
    pieces(text, policy, Gaiji::Mark).fold(0, |sum: u16, piece| sum.saturating_add(piece.width))
}

/// The styles and glyphs that placing needs.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    /// Style of ordinary text.
    pub style: Style,
    /// Style of symbols that stand for characters that can't be drawn.
    pub symbol: Style,
    /// What ends a text that was cut.
    pub ellipsis: &'static str,
    /// Width policy.
    pub policy: WidthPolicy,
    /// How 外字 are shown.
    pub gaiji: Gaiji,
}

impl Pen {
    /// The same pen with another style.
    #[must_use]
    pub const fn with(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

/// Parts of a text with a style over that of the pen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Bytes of the text, ascending, apart from each other.
    pub ranges: Vec<Range<usize>>,
    /// What is laid over the pen's style.
    pub style: Style,
}

impl Parts {
    /// What is drawn of a text: with a blank behind it if a part is just that.
    #[must_use]
    pub fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let behind = self.ranges.last().is_some_and(|range| range.end > text.len());
        if behind { Cow::Owned(format!("{text} ")) } else { Cow::Borrowed(text) }
    }

    /// The style of what stands from byte `start` to byte `end`.
    fn over(&self, style: Style, start: usize, end: usize) -> Style {
        let next = self.ranges.partition_point(|range| range.end <= start);
        if self.ranges.get(next).is_some_and(|range| range.start < end) { style.patch(self.style) } else { style }
    }
}

/// Places a text on one line, at most `room` columns wide, and returns how many it took. What doesn't fit is cut at a
/// grapheme and marked. Nothing is drawn outside of the buffer.
pub fn put_text(buffer: &mut Buffer, x: u16, y: u16, room: u16, text: &str, pen: &Pen) -> u16 {
    put_parts(buffer, Rect::new(x, y, room, 1), text, &Parts::default(), pen)
}

/// As [`put_text`], with parts that look different; the sign of a cut looks so too if a part lies behind it.
pub fn put_parts(buffer: &mut Buffer, place: Rect, text: &str, parts: &Parts, pen: &Pen) -> u16 {
    let Rect { x, y, width: room, .. } = place;
    let area = buffer.area;
    if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
        return 0;
    }
    let room = room.min(area.right() - x);
    let fits = {
        let mut sum = 0u16;
        pieces(text, pen.policy, pen.gaiji).all(|piece| {
            sum = sum.saturating_add(piece.width);
            sum <= room
        })
    };
    let ellipsis = measure(pen.ellipsis, pen.policy);
    let limit = if fits { room } else { room.saturating_sub(ellipsis) };
    let (mut used, mut cut) = (0, 0);
    for grapheme in text.graphemes(true) {
        let piece = piece(grapheme, pen.policy, pen.gaiji);
        if used + piece.width > limit {
            break;
        }
        let end = cut + grapheme.len();
        used += put_piece(buffer, x + used, y, &piece, &pen.with(parts.over(pen.style, cut, end)));
        cut = end;
    }
    if !fits && room >= ellipsis {
        put_cell(buffer, x + used, y, pen.ellipsis, ellipsis, parts.over(pen.style, cut, text.len()));
        used += ellipsis;
    }
    used
}

fn put_piece(buffer: &mut Buffer, x: u16, y: u16, piece: &Piece<'_>, pen: &Pen) -> u16 {
    let style = if piece.symbol { pen.style.patch(pen.symbol) } else { pen.style };
    let mut used = 0;
    for cell in piece.shown.graphemes(true).flat_map(cells) {
        let width = measure(cell, pen.policy);
        put_cell(buffer, x + used, y, cell, width, style);
        used += width;
    }
    used
}

/// The parts of a grapheme that a terminal has in cells of their own: half-width voice marks stand behind their kana,
/// and one that isn't overwritten stays when the kana goes.
fn cells(grapheme: &str) -> impl Iterator<Item = &str> {
    const VOICE_MARKS: [char; 2] = ['\u{ff9e}', '\u{ff9f}'];
    let mut rest = grapheme;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest[first.len_utf8()..].find(VOICE_MARKS).map_or(rest.len(), |at| at + first.len_utf8());
        let (cell, after) = rest.split_at(end);
        rest = after;
        Some(cell)
    })
}

/// Fills one cell and, for a wide character, the one behind it.
fn put_cell(buffer: &mut Buffer, x: u16, y: u16, symbol: &str, width: u16, style: Style) {
    part(buffer, x, y);
    let Some(cell) = buffer.cell_mut((x, y)) else { return };
    cell.set_symbol(symbol).set_style(style);
    cell.diff_option = match NonZeroU16::new(width) {
        // Our policy and ratatui's table differ only for ambiguous characters on wide terminals.
        Some(forced) if symbol.cell_width() != width => CellDiffOption::ForcedWidth(forced),
        _ => CellDiffOption::None,
    };
    for behind in 1..width {
        if let Some(cell) = buffer.cell_mut((x + behind, y)) {
            // The ground stays: a narrow character may come to stand here later.
            let ground = cell.bg;
            cell.reset();
            cell.set_bg(ground).set_style(style);
        }
    }
}

/// Blanks a character that begins left of a column and reaches over it: what is put there takes its other half away,
/// and ratatui would print the whole of it and leave out what was put.
fn part(buffer: &mut Buffer, x: u16, y: u16) {
    let mut at = x;
    while at > buffer.area.left() && usize::from(x - at) < LONGEST_GRAPHEME {
        at -= 1;
        let Some(cell) = buffer.cell_mut((at, y)) else { return };
        if at + cell.cell_width() > x {
            cell.set_symbol(" ").diff_option = CellDiffOption::None;
        }
        // The cells behind a wide character are blank; behind any other sign nothing is covered.
        if cell.symbol() != " " {
            return;
        }
    }
}

/// 行頭禁則: what must not begin a line. The character before it goes down with it.
const NOT_AT_START: &str = "）」』】〕｝］〉》、。，．・：；！？ー々ゝゞ)]},.!?ぁぃぅぇぉっゃゅょァィゥェォッャュョ";

/// Narrower than this, lines are broken anywhere.
const ROOM_FOR_KINSOKU: u16 = 8;

/// Where the word begins that a line ends in the middle of; the end of the line where it ends in none, or in one so long
/// that it has to be broken anyway.
fn word_start(line: &str, room: u16) -> usize {
    let start = line.trim_end_matches(|c: char| c.is_ascii_graphic()).len();
    if start > 0 && line.len() - start <= usize::from(room / 2) { start } else { line.len() }
}

/// Breaks a text into lines of at most `room` columns: at line breaks of the text, else between graphemes, as
/// Japanese is broken, but not inside of a word or number in ASCII. Always at least one line.
#[must_use]
pub fn wrap(text: &str, room: u16, policy: WidthPolicy, gaiji: Gaiji) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split("\r\n").flat_map(|part| part.split(['\n', '\r'])) {
        let (mut line, mut used) = (String::new(), 0);
        for grapheme in paragraph.graphemes(true) {
            let width = piece(grapheme, policy, gaiji).width;
            if used + width > room && !line.is_empty() {
                let mut end = line.len();
                if room >= ROOM_FOR_KINSOKU && NOT_AT_START.contains(grapheme) {
                    end = line.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                }
                if grapheme.bytes().all(|byte| byte.is_ascii_graphic()) {
                    end = end.min(word_start(&line, room));
                }
                let next = line.split_off(end);
                lines.push(std::mem::replace(&mut line, next));
                used = pieces(&line, policy, gaiji).map(|piece| piece.width).sum();
            }
            line.push_str(grapheme);
            used += width;
        }
        lines.push(line);
    }
    lines
}

/// Empties an area for a popup. A wide character that the edge would cut in half is blanked whole.
pub fn blank(buffer: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buffer.area);
    for y in area.top()..area.bottom() {
        part(buffer, area.left(), y);
        for x in area.left()..area.right() {
            if let Some(cell) = buffer.cell_mut((x, y)) {
                cell.reset();
                cell.set_style(style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PEN: Pen = Pen {
        style: Style::new(),
        symbol: Style::new(),
        ellipsis: "…",
        policy: WidthPolicy::Narrow,
        gaiji: Gaiji::Mark,
    };

    fn placed(text: &str, room: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
        let used = put_text(&mut buffer, 0, 0, room, text, &PEN);
        (0..used).map(|x| buffer[(x, 0)].symbol().to_owned()).collect::<String>().replace(' ', "")
    }

    #[test]
    fn hostile_text_becomes_visible_symbols() {
        assert_eq!(placed("山\u{1b}[31m形", 40), "山\u{241b}[31m形");
        assert_eq!(placed("a\u{202e}b", 40), "a<202E>b");
        assert_eq!(placed("a\u{9b}2Jb", 40), "a<009B>2Jb");
        assert_eq!(placed("a\u{200b}b\u{feff}", 40), "a<200B>b<FEFF>");
        assert_eq!(placed("a\r\nb\tc", 40), "a\u{240a}b\u{2409}c");
    }

    #[test]
    fn gaiji_show_as_geta_and_in_the_record_with_their_code() {
        assert_eq!(placed("\u{e000}田", 40), "〓田");
        assert_eq!(gaiji_code('\u{e000}').as_deref(), Some("F040"));
        assert_eq!(gaiji_code('\u{e03f}').as_deref(), Some("F080"));
        assert_eq!(gaiji_code('\u{e757}').as_deref(), Some("F9FC"));
        assert_eq!(gaiji_code('\u{e758}').as_deref(), Some("U+E758"));
        let shown: String =
            pieces("\u{e000}", WidthPolicy::Narrow, Gaiji::Code).map(|piece| piece.shown.into_owned()).collect();
        assert_eq!(shown, "〓〔外字 F040〕");
    }

    #[test]
    fn graphemes_stay_whole_and_voiced_half_width_kana_take_two_columns() {
        assert_eq!(columns("ｶﾞ", WidthPolicy::Narrow), 2);
        assert_eq!(columns("葛\u{e0100}飾", WidthPolicy::Narrow), 4);
        assert_eq!(columns("か\u{3099}", WidthPolicy::Narrow), 2);
        assert_eq!(placed("葛\u{e0100}飾区", 5), "葛\u{e0100}飾…");
    }

    #[test]
    fn the_wide_policy_gives_ambiguous_characters_two_columns() {
        assert_eq!(columns("※①", WidthPolicy::Narrow), 2);
        assert_eq!(columns("※①", WidthPolicy::Wide), 4);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        put_text(&mut buffer, 0, 0, 6, "※a", &Pen { policy: WidthPolicy::Wide, ..PEN });
        assert_eq!(buffer[(2, 0)].symbol(), "a");
    }

    #[test]
    fn a_word_in_ascii_is_broken_only_where_it_is_too_long_for_a_line() {
        let wrap = |text| wrap(text, 16, WidthPolicy::Narrow, Gaiji::Mark);
        assert_eq!(wrap("703 now, 703 afterwards."), ["703 now, 703 ", "afterwards."]);
        assert_eq!(wrap("設定ファイル [inbox] を"), ["設定ファイル ", "[inbox] を"]);
        assert_eq!(wrap("a 0123456789012345"), ["a 01234567890123", "45"]);
        assert_eq!(wrap("abcdefghijklmnopqr"), ["abcdefghijklmnop", "qr"]);
    }

    #[test]
    fn no_line_begins_with_a_closing_mark() {
        let lines = wrap("あいうえ（おか）き。", 14, WidthPolicy::Narrow, Gaiji::Mark);
        assert_eq!(lines, ["あいうえ（お", "か）き。"]);
    }

    #[test]
    fn a_popup_over_kanji_keeps_its_border_column() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 1));
        put_text(&mut buffer, 0, 0, 10, "漢字漢字漢", &PEN);
        blank(&mut buffer, Rect::new(3, 0, 4, 1), Style::new());
        assert_eq!(buffer[(2, 0)].symbol(), " ");
        assert_eq!(buffer[(0, 0)].symbol(), "漢");
    }

    #[test]
    fn parts_look_different_and_a_cut_tells_of_one_behind_it() {
        let underline = Style::new().underlined();
        let looks = |text: &str, range: Range<usize>, room: u16| -> String {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
            let parts = Parts { ranges: vec![range], style: underline };
            let used = put_parts(&mut buffer, Rect::new(0, 0, room, 1), text, &parts, &PEN);
            let is_part = |x| buffer[(x, 0)].modifier == underline.add_modifier;
            (0..used).map(|x| if is_part(x) { '_' } else { '.' }).collect()
        };
        assert_eq!(looks("山形 花子", 3..6, 20), "..__.....");
        assert_eq!(looks("葛\u{e0100}ｶﾞa", 7..13, 20), "..__.");
        assert_eq!(looks("山\u{e000}子", 3..6, 20), "..__..");
        assert_eq!(looks("山形 花子", 10..13, 8), "......._");
        assert_eq!(looks("山形 花子", 0..3, 8), "__......");
    }

    proptest! {
        #[test]
        fn nothing_is_drawn_outside_of_the_room(text in any::<String>(), room in 0u16..30, x in 0u16..12) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 2));
            let used = put_text(&mut buffer, x, 1, room, &text, &PEN);
            prop_assert!(used <= room);
            prop_assert!(x + used <= 10 || used == 0);
            for cell in buffer.content() {
                prop_assert!(!cell.symbol().chars().any(char::is_control));
            }
        }

        #[test]
        fn wrapping_loses_nothing_and_keeps_to_the_room(text in "[あ-んa-z、。（）]{0,60}", room in 2u16..20) {
            let lines = wrap(&text, room, WidthPolicy::Narrow, Gaiji::Mark);
            prop_assert_eq!(lines.concat(), text);
            for line in lines {
                prop_assert!(columns(&line, WidthPolicy::Narrow) <= room);
            }
        }
    }
}
