//! A snapshot: everything that queries are answered from, as of one moment of the log. It never changes; a change of the
//! store makes another one, which shares with it what stayed.

use std::sync::{Arc, OnceLock};

use super::frame::Frame;
#[cfg(test)]
use super::of_store::{Made, of_store};
use super::since::{Heads, Since, since};
use super::states::States;
use crate::store::Store;
use crate::store::error::Result;
use crate::store::search::{Segment, Shelf};

/// So many new applications are read one by one after an import; for more, one pass over all is cheaper.
const ONE_BY_ONE: u64 = 1 << 16;

/// Where the segments of a snapshot come from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Origin {
    /// The shelf of the store.
    #[default]
    Shelf,
    /// The tables, in segments of so many rows.
    #[cfg(test)]
    Tables(usize),
}

/// The segments of a snapshot.
#[derive(Debug)]
enum Stock {
    Shelf(Shelf),
    #[cfg(test)]
    Made(Made),
}

impl Stock {
    fn of(store: &Store, origin: Origin, before: Option<&Self>) -> Result<Option<Self>> {
        match origin {
            Origin::Shelf => {
                let known = match before {
                    Some(Self::Shelf(shelf)) => Some(shelf),
                    _ => None,
                };
                Ok(store.shelf(known)?.map(Self::Shelf))
            }
            #[cfg(test)]
            Origin::Tables(most) => {
                let known = match before {
                    Some(Self::Made(made)) => Some(made),
                    _ => None,
                };
                Ok(Some(Self::Made(of_store(store, most, known)?)))
            }
        }
    }

    /// Each with its rows that are dead, oldest first.
    fn segments(&self) -> Vec<(Arc<Segment>, &[u16])> {
        match self {
            Self::Shelf(shelf) => shelf.segments.iter().map(|one| (Arc::clone(&one.segment), &*one.dead)).collect(),
            #[cfg(test)]
            Self::Made(made) => made.segments.iter().map(|segment| (Arc::clone(segment), &[][..])).collect(),
        }
    }
}

/// A moment of the store, ready to be asked.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) heads: Heads,
    stock: Arc<Stock>,
    pub(super) frame: Arc<Frame>,
    /// Read when they are asked for: the command line often isn't interested.
    states: OnceLock<Arc<States>>,
}

impl Snapshot {
    /// The present moment of a store's transaction. `None` where the shelf doesn't cover it.
    pub(super) fn of(store: &Store, heads: Heads, origin: Origin, before: Option<&Self>) -> Result<Option<Self>> {
        let Some(stock) = Stock::of(store, origin, before.map(|before| &*before.stock))? else { return Ok(None) };
        let frame = Arc::new(Frame::of(stock.segments().into_iter(), before.map(|before| &*before.frame)));
        Ok(Some(Self { heads, stock: Arc::new(stock), frame, states: OnceLock::new() }))
    }

    /// Whether a transaction sees less than this snapshot.
    pub(super) fn is_ahead_of(&self, heads: &Heads) -> bool {
        self.heads.iter().any(|(stream, seq, _)| heads.iter().any(|(other, at, _)| other == stream && at < seq))
    }

    /// The snapshot of a later moment. `None` where it can't be had.
    pub(super) fn renewed(&self, store: &Store, heads: Heads, origin: Origin) -> Result<Option<Self>> {
        let since = since(store, &self.heads, &heads)?;
        let (touched, next) = match since {
            Since::Changed { imported: false, marked, touched } => {
                let (stock, frame) = (Arc::clone(&self.stock), Arc::clone(&self.frame));
                ((touched, marked), Self { heads, stock, frame, states: OnceLock::new() })
            }
            Since::Changed { touched, marked, .. } => match Self::of(store, heads, origin, Some(self))? {
                Some(next) => ((touched, marked), next),
                None => return Ok(None),
            },
            Since::Unknown => return Self::of(store, heads, origin, Some(self)),
        };
        let Some(states) = self.states.get() else { return Ok(Some(next)) };
        let known = self.frame.common(&next.frame);
        let new: u64 = next.frame.parts[known..].iter().map(|placed| placed.count as u64).sum();
        let renewed = if new > ONE_BY_ONE {
            States::load(store, &next.frame)?
        } else {
            states.renewed(store, &next.frame, known, (touched.0.into_iter(), touched.1))?
        };
        Ok(renewed.map(|states| Self { states: Arc::new(states).into(), ..next }))
    }

    /// The states; read in a store's transaction, which must be of the moment of this snapshot. `None` where they and
    /// the shelf don't fit each other.
    pub(super) fn states(&self, store: &Store) -> Result<Option<&Arc<States>>> {
        if let Some(states) = self.states.get() {
            return Ok(Some(states));
        }
        let Some(states) = States::load(store, &self.frame)? else { return Ok(None) };
        Ok(Some(self.states.get_or_init(|| Arc::new(states))))
    }

    /// The states, if they were read already.
    pub(super) fn known_states(&self) -> Option<&Arc<States>> {
        self.states.get()
    }
}
