//! Any bytes as a segment: for the fuzzers.

use super::{Place, RowSet, Segment};
use crate::domain::query::Needle;

/// Reads bytes as a segment, looks for a word in it, and asks all that can be asked of a row. The answer is a sum that
/// hangs on every answer; `None` = they are no segment, or there is no word.
#[must_use]
pub fn probe_segment(bytes: &[u8], word: &str) -> Option<usize> {
    let needle = Needle::new(word)?;
    let segment = Segment::of_bytes(bytes.to_vec()).ok()?;
    let mut rows = RowSet::default();
    let places = [Place::Number, Place::Name, Place::Kana, Place::Remarks, Place::Mail, Place::Item(needle.folded())];
    for place in places.into_iter().chain([Place::Anywhere]) {
        let hits = segment.find(place, &needle, None);
        segment.mark(&hits, &mut rows);
        segment.mark(&segment.find(place, &needle, Some(&hits)), &mut rows);
    }
    let found: usize = rows.words().iter().map(|word| word.count_ones() as usize).sum();
    let told = segment.order().map(|row| {
        let facts = segment.facts(row);
        let place = segment.row_of(segment.id(row)).unwrap_or(row);
        facts.form as usize + usize::from(facts.gaiji) + segment.number(row).len() + place
    });
    Some(told.fold(found, usize::wrapping_add))
}
