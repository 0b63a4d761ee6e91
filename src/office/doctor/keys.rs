//! 封印の鍵: whether enough people who work here hold each, so that what is sealed can still be opened tomorrow.

use super::Finding;
use super::State::{Error, Ok as Good, Warning};
use crate::domain::sealing::Class;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;

/// Fewer holders than this, and one who falls ill closes what is sealed.
const ENOUGH: usize = 2;

/// A key of a class, with its holders who work here today and whose copy of it lies in `keys.db`.
pub(super) type Held = (Class, usize);

/// Who holds what.
pub(super) fn look(desk: &Desk) -> Result<Vec<Held>, OfficeError> {
    let (people, keys) = (desk.people()?, desk.store.keys_there()?);
    let at_work = people.at_work(desk.today_in_log());
    let mut held = Vec::new();
    for (class, key) in &people.class_keys {
        let mut count = 0;
        for holder in key.holders.iter().filter(|holder| at_work.iter().any(|(id, _)| id == *holder)) {
            let (Some(keys), Some(kept)) = (&keys, people.passphrases.get(holder)) else { continue };
            let copies = keys.copies_of(Some(*holder), &kept.key.public)?;
            let is_there = copies.iter().any(|copy| copy.class == *class && copy.generation == key.generation);
            count += usize::from(is_there);
        }
        held.push((*class, count));
    }
    Ok(held)
}

/// A finding for each key.
pub(super) fn judge(page: &mut Vec<Finding>, held: &[Held]) {
    for (class, count) in held {
        let (state, found) = match *count {
            0 => (Error, "nobody"),
            few if few < ENOUGH => (Warning, "few"),
            _ => (Good, "ok"),
        };
        let arguments = vec![("class", class.id().to_owned()), ("count", count.to_string())];
        page.push(Finding::new("keys", state, found, arguments));
    }
}
