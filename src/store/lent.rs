//! Room that one parcel leaves to the next: an import of a million rows needs its memory once.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// What can be emptied and used again.
pub(super) trait Room: Default {
    /// Takes everything out, and keeps the room.
    fn clear(&mut self);

    /// How many bytes it takes, roughly.
    fn size(&self) -> usize;
}

/// A room that one huge row has made larger than this is given back to the system.
const LARGEST: usize = 4 << 20;

/// Room that is free, whoever needed it last.
#[derive(Debug)]
pub(super) struct Free<R>(Arc<Mutex<Vec<R>>>);

impl<R> Default for Free<R> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<R: Room> Free<R> {
    /// Room that is empty.
    pub(super) fn lend(&self) -> Lent<R> {
        let room = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Lent { room: room.unwrap_or_default(), free: Self(Arc::clone(&self.0)) }
    }
}

/// Room in use. Dropped, it is free again.
#[derive(Debug)]
pub(super) struct Lent<R: Room> {
    room: R,
    free: Free<R>,
}

impl<R: Room> Deref for Lent<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.room
    }
}

impl<R: Room> DerefMut for Lent<R> {
    fn deref_mut(&mut self) -> &mut R {
        &mut self.room
    }
}

impl<R: Room> Drop for Lent<R> {
    fn drop(&mut self) {
        let mut room = std::mem::take(&mut self.room);
        if room.size() <= LARGEST {
            room.clear();
            self.free.0.lock().unwrap_or_else(PoisonError::into_inner).push(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Room for Vec<u8> {
        fn clear(&mut self) {
            self.clear();
        }

        fn size(&self) -> usize {
            self.capacity()
        }
    }

    #[test]
    fn room_comes_back_empty_and_huge_room_doesnt() {
        let free = Free::<Vec<u8>>::default();
        let mut first = free.lend();
        first.extend_from_slice(&[7; 1000]);
        drop(first);
        let (again, other) = (free.lend(), free.lend());
        assert!(again.is_empty() && again.capacity() >= 1000);
        assert_eq!(other.capacity(), 0);
        drop(again);
        free.lend().resize(LARGEST + 1, 0);
        assert_eq!(free.lend().capacity(), 0);
    }
}
