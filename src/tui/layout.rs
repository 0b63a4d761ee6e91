//! Where things stand. One pure function of the size, asked by `update` (how far is a page?) and by `view`.

use ratatui::layout::Rect;

/// Below this many columns or lines nothing useful fits, and a sentence is shown instead.
pub const SMALLEST: (u16, u16) = (60, 16);

/// From this width on the pane stands beside the list.
pub const WIDTH_FOR_PANE: u16 = 100;

/// The places of the main screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The banner of practice and unsigned stores.
    pub banner: Option<Rect>,
    /// Segment, counts, operator.
    pub band: Rect,
    /// Tabs and time.
    pub tabs: Rect,
    /// The search line.
    pub search: Rect,
    /// Column titles of the list.
    pub titles: Rect,
    /// Rows of the list.
    pub rows: Rect,
    /// The pane beside the list.
    pub pane: Option<Rect>,
    /// All between the search line and the messages: where a record stands.
    pub body: Rect,
    /// Messages and progress.
    pub notice: Rect,
    /// Keys.
    pub keys: Rect,
}

/// The places for a size; `None` where the terminal is too small.
#[must_use]
pub fn places(width: u16, height: u16, banner: bool, pane: bool) -> Option<Places> {
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return None;
    }
    let line = |y: u16| Rect::new(0, y, width, 1);
    let first = u16::from(banner);
    let body = Rect::new(0, first + 3, width, height - first - 5);
    let pane_width = if pane && width >= WIDTH_FOR_PANE { width * 2 / 5 } else { 0 };
    let list_width = width - pane_width;
    Some(Places {
        banner: banner.then(|| line(0)),
        band: line(first),
        tabs: line(first + 1),
        search: line(first + 2),
        titles: Rect::new(0, body.y, list_width, 1),
        rows: Rect::new(0, body.y + 1, list_width, body.height - 1),
        pane: (pane_width > 0).then(|| Rect::new(list_width, body.y, pane_width, body.height)),
        body,
        notice: line(height - 2),
        keys: line(height - 1),
    })
}

/// A dialog of at most this size in the middle of the screen, inside of the first and last line.
#[must_use]
pub fn dialog(screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width.saturating_sub(2));
    let height = height.min(screen.height.saturating_sub(2));
    Rect::new((screen.width - width) / 2, (screen.height - height) / 2, width, height)
}
