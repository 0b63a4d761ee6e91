//! Moving through anything that has lines: what the `move.*` commands mean.

use crate::command::CommandId;

/// The position after a `move.*` command, between 0 and `last`; other commands leave it.
#[must_use]
pub fn moved(position: usize, last: usize, command: CommandId, page: usize) -> usize {
    let page = page.max(1);
    let to = match command {
        CommandId::MoveUp => position.saturating_sub(1),
        CommandId::MoveDown => position.saturating_add(1),
        CommandId::MovePageUp => position.saturating_sub(page),
        CommandId::MovePageDown => position.saturating_add(page),
        CommandId::MoveFirst => 0,
        CommandId::MoveLast => last,
        _ => position,
    };
    to.min(last)
}

/// Whether a command only moves.
#[must_use]
pub const fn is_motion(command: CommandId) -> bool {
    use CommandId::{MoveDown, MoveFirst, MoveLast, MovePageDown, MovePageUp, MoveUp};
    matches!(command, MoveUp | MoveDown | MovePageUp | MovePageDown | MoveFirst | MoveLast)
}

/// The first line of a window of `height` lines that has the cursor in it, moved as little as possible.
#[must_use]
pub fn window_top(top: usize, cursor: usize, height: usize) -> usize {
    top.clamp(cursor.saturating_sub(height.max(1) - 1), cursor)
}
