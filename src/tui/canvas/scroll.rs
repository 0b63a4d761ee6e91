//! Finding that lines have moved up or down as they are: the terminal moves them itself, and only what comes into sight
//! is written. Looked for in the buffers alone, so it can never show what isn't there.

use ratatui::buffer::{Buffer, Cell};

/// Lines `top..bottom` have moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scroll {
    /// First line of the region.
    pub top: u16,
    /// The line behind its last.
    pub bottom: u16,
    /// By how many lines the content went up; negative = down.
    pub up: i32,
}

/// So many lines at least must have moved whole.
const LEAST_LINES: usize = 3;

/// So many columns at least must be spared; moving costs some twenty bytes.
const LEAST_GAIN: i64 = 60;

/// The move that spares most, if one does.
pub fn find(shown: &Buffer, next: &Buffer) -> Option<Scroll> {
    let height = i32::from(next.area.height);
    let changed: Vec<i32> = (0..height).filter(|y| line(shown, *y) != line(next, *y)).collect();
    if changed.len() <= LEAST_LINES {
        return None;
    }
    // A blank line is like any other blank line.
    let told: Vec<i32> =
        changed.into_iter().filter(|y| line(next, *y).iter().any(|cell| cell.symbol() != " ")).collect();
    let moved = |up: i32| {
        let from = told.iter().filter(|y| (0..height).contains(&(**y + up)));
        from.filter(|y| line(next, **y) == line(shown, **y + up)).count()
    };
    let (lines, up) = (1 - height..height).filter(|up| *up != 0).map(|up| (moved(up), up)).max_by_key(|(n, _)| *n)?;
    if lines < LEAST_LINES {
        return None;
    }
    best_region(shown, next, up)
}

/// The region whose lines are spared most by moving it so far: the run of lines with the greatest sum of gains.
fn best_region(shown: &Buffer, next: &Buffer, up: i32) -> Option<Scroll> {
    let height = i32::from(next.area.height);
    let gain = |y: i32| differing(line(next, y), line(shown, y)) - differing(line(next, y), line(shown, y + up));
    let (mut best, mut run, mut start) = ((0, 0, 0), 0, 0);
    for y in 0.max(-up)..height.min(height - up) {
        if run <= 0 {
            (run, start) = (0, y);
        }
        run += gain(y);
        if run > best.0 {
            best = (run, start, y + 1);
        }
    }
    let (gained, from, to) = best;
    // The lines that come into sight lie on the side that the others left.
    let (top, bottom) = if up > 0 { (from, to + up) } else { (from + up, to) };
    let (first, behind) = if up > 0 { (to, bottom) } else { (top, from) };
    let lost: i64 =
        (first..behind).map(|y| differing(line(next, y), &[]) - differing(line(next, y), line(shown, y))).sum();
    (gained - lost >= LEAST_GAIN).then_some(Scroll { top: top as u16, bottom: bottom as u16, up })
}

/// Moves the lines of a buffer as the terminal moves its own.
pub fn apply(buffer: &mut Buffer, scroll: Scroll) {
    let width = usize::from(buffer.area.width);
    let lines = usize::from(scroll.top) * width..usize::from(scroll.bottom) * width;
    let by = scroll.up.unsigned_abs() as usize * width;
    let region = &mut buffer.content[lines];
    if scroll.up > 0 {
        region.rotate_left(by);
        let kept = region.len() - by;
        region[kept..].fill(Cell::EMPTY);
    } else {
        region.rotate_right(by);
        region[..by].fill(Cell::EMPTY);
    }
}

fn line(buffer: &Buffer, y: i32) -> &[Cell] {
    let width = usize::from(buffer.area.width);
    let from = y as usize * width;
    &buffer.content[from..from + width]
}

/// How many columns differ; a line that isn't there is blank.
fn differing(one: &[Cell], other: &[Cell]) -> i64 {
    one.iter().enumerate().filter(|(x, cell)| **cell != *other.get(*x).unwrap_or(&Cell::EMPTY)).count() as i64
}
