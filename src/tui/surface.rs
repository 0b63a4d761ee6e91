//! What screens and dialogs draw on: a buffer with the theme's pens.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text::{self, Parts, Pen};
use super::theme::{Role, Theme};

/// A buffer and the looks to draw with.
pub struct Surface<'a> {
    /// Where it is drawn.
    pub buffer: &'a mut Buffer,
    /// How it looks.
    pub theme: &'a Theme,
}

impl Surface<'_> {
    /// Places a text; returns the columns that it took.
    pub fn text(&mut self, x: u16, y: u16, room: u16, text: &str, role: Role) -> u16 {
        let pen = self.theme.pen(role);
        self.pen(x, y, room, text, &pen)
    }

    /// Places a text with a pen; returns the columns that it took.
    pub fn pen(&mut self, x: u16, y: u16, room: u16, text: &str, pen: &Pen) -> u16 {
        text::put_text(self.buffer, x, y, room, text, pen)
    }

    /// Places a text with parts that look different; returns the columns that it took.
    pub fn parts(&mut self, place: Rect, text: &str, parts: &Parts, pen: &Pen) -> u16 {
        text::put_parts(self.buffer, place, text, parts, pen)
    }

    /// Places a text so that it ends at the right edge of an area's first line; returns where it begins.
    pub fn text_right(&mut self, area: Rect, text: &str, role: Role) -> u16 {
        let width = self.columns(text).min(area.width);
        let x = area.right() - width;
        self.text(x, area.y, width, text, role);
        x
    }

    /// How many columns a text takes.
    #[must_use]
    pub fn columns(&self, text: &str) -> u16 {
        text::columns(text, self.theme.policy)
    }

    /// Gives an area the look of a role.
    pub fn fill(&mut self, area: Rect, role: Role) {
        self.buffer.set_style(area.intersection(self.buffer.area), self.theme.style(role));
    }

    /// A vertical line.
    pub fn vertical(&mut self, x: u16, area: Rect) {
        for y in area.top()..area.bottom() {
            self.text(x, y, 1, self.theme.glyphs.lines[1], Role::Border);
        }
    }

    /// Empties an area, draws a box with a title around it, and returns what is inside, with a margin of one column.
    pub fn boxed(&mut self, area: Rect, title: &str) -> Rect {
        text::blank(self.buffer, area, self.theme.style(Role::Text));
        if area.width < 4 || area.height < 2 {
            return Rect::new(area.x, area.y, 0, 0);
        }
        let [horizontal, vertical, upper_left, upper_right, lower_right, lower_left] = self.theme.glyphs.lines;
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for x in area.x + 1..right {
            self.text(x, area.y, 1, horizontal, Role::Border);
            self.text(x, bottom, 1, horizontal, Role::Border);
        }
        for y in area.y + 1..bottom {
            self.text(area.x, y, 1, vertical, Role::Border);
            self.text(right, y, 1, vertical, Role::Border);
        }
        for (x, y, corner) in [
            (area.x, area.y, upper_left),
            (right, area.y, upper_right),
            (right, bottom, lower_right),
            (area.x, bottom, lower_left),
        ] {
            self.text(x, y, 1, corner, Role::Border);
        }
        let title = format!(" {title} ");
        self.text(area.x + 2, area.y, area.width - 4, &title, Role::Title);
        Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
    }

    /// A button; returns the columns that it took.
    pub fn button(&mut self, x: u16, y: u16, room: u16, title: &str, focused: bool) -> u16 {
        let role = if focused { Role::ButtonFocus } else { Role::Button };
        self.text(x, y, room, &format!("[ {title} ]"), role)
    }
}
