//! When a frame is drawn: as soon as it may, but one in which rows would be blank waits a moment for them. The page that
//! stands there is better than blanks, and two frames cost twice the bytes.

use std::time::Duration;

use tokio::time::Instant as Tick;

/// So long rows are waited for: what takes no longer, a person takes for at once.
const PATIENCE: Duration = Duration::from_millis(100);

/// The same while text is typed: a letter is answered within a frame's time, whatever becomes of the rows.
const TYPING: Duration = Duration::from_millis(12);

/// How long the next frame is held back.
#[derive(Debug, Default)]
pub(super) struct Hold {
    /// Since when rows are lacking.
    since: Option<Tick>,
}

impl Hold {
    /// When a frame is due that may be drawn from `next` on. `lacks` tells whether rows would be blank in it, `typing`
    /// whether a text field has the keys.
    pub(super) fn due(&mut self, next: Tick, lacks: bool, typing: bool) -> Tick {
        if !lacks {
            self.since = None;
            return next;
        }
        // Counted from when they began to be lacking: what doesn't come is waited for once.
        let since = *self.since.get_or_insert_with(Tick::now);
        next.max(since + if typing { TYPING } else { PATIENCE })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_wait_once_and_rows_are_drawn_at_once() {
        let mut hold = Hold::default();
        let now = Tick::now();
        assert_eq!(hold.due(now, false, false), now);
        let held = hold.due(now, true, false);
        assert!(held >= now + PATIENCE);
        assert_eq!(hold.due(now, true, false), held, "what doesn't come is not waited for anew");
        assert_eq!(hold.due(now, true, true), held - PATIENCE + TYPING, "a letter is answered");
        assert_eq!(hold.due(held + TYPING, true, false), held + TYPING);
        assert_eq!(hold.due(now, false, false), now, "the rows have come");
    }
}
