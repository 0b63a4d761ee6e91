//! Where things stand. One pure function of the size, asked by `update` (how far is a page?) and by `view`.

use ratatui::layout::Rect;

/// Below this many columns or lines nothing useful fits, and a sentence is shown instead.
pub const SMALLEST: (u16, u16) = (60, 16);

/// From this width on the pane stands beside the list.
pub const WIDTH_FOR_PANE: u16 = 100;

/// From this height on there is room for the strip of the tour.
pub const HEIGHT_FOR_STRIP: u16 = 20;

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
    /// The strip of the tour, above the messages.
    pub strip: Option<Rect>,
    /// Messages and progress.
    pub notice: Rect,
    /// Keys.
    pub keys: Rect,
}

/// The places for a size; `None` where the terminal is too small.
#[must_use]
pub fn places((width, height): (u16, u16), banner: bool, pane: bool, tour: bool) -> Option<Places> {
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return None;
    }
    let line = |y: u16| Rect::new(0, y, width, 1);
    let first = u16::from(banner);
    let strip = strip(width, height, tour);
    let body = Rect::new(0, first + 3, width, height - first - 5 - strip);
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
        strip: (strip > 0).then(|| Rect::new(0, height - 2 - strip, width, strip)),
        notice: line(height - 2),
        keys: line(height - 1),
    })
}

/// Lines of the strip: a border, and the sentence.
const fn strip(width: u16, height: u16, tour: bool) -> u16 {
    match (tour && height >= HEIGHT_FOR_STRIP, width) {
        (false, _) => 0,
        (true, ..80) => 4,
        (true, _) => 3,
    }
}

/// The part of the screen that dialogs may use: the tour, the messages and the keys stay in sight.
#[must_use]
pub const fn room((width, height): (u16, u16), tour: bool) -> Rect {
    Rect::new(0, 0, width, height.saturating_sub(2 + strip(width, height, tour)))
}

/// A dialog of at most this size in the middle of the screen, inside of the first and last line.
#[must_use]
pub fn dialog(screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width.saturating_sub(2));
    let height = height.min(screen.height.saturating_sub(2));
    Rect::new((screen.width - width) / 2, (screen.height - height) / 2, width, height)
}
