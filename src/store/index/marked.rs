//! What carries 札, notes, open 折返し, 個別番号, 収受番号, 審査結果 and 起案, by position: read whole from their tables, which are small beside the applications.

use std::collections::HashMap;
use std::sync::Arc;

use super::frame::Frame;
use crate::domain::calendar::{Day, day_of_number};
use crate::domain::finding::Finding;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::numbering::{Pattern, Received};
use crate::domain::operation::Group;
use crate::domain::ruling::Ruled;
use crate::store::Store;
use crate::store::error::Result;

/// The positions that carry something.
#[derive(Debug, Default)]
pub(super) struct Marked {
    /// Those with a note that isn't struck through, or a 応対記録, ascending.
    pub noted: Vec<u32>,
    /// Those that wait for a 折返し, ascending.
    pub awaiting: Vec<u32>,
    /// Each 札 with its name and the positions that carry it, ascending.
    tags: Vec<(String, Vec<u32>)>,
    /// Those with a 個別番号: the position, its pattern and the sequence number, ascending.
    numbered: Vec<(u32, Arc<Pattern>, u64)>,
    /// Those with 収受日 and 収受番号: the position, its pattern where that wasn't erased, and the value; ascending.
    received: Vec<(u32, Option<Arc<Pattern>>, Received)>,
    /// Those on a 起案, with what they know of it, ascending.
    ruled: Vec<(u32, Arc<Ruled>)>,
    /// Those with a 審査結果, ascending.
    examined: Vec<(u32, Finding)>,
    /// Those whose 担当 stands by 引継, with its operation, ascending.
    pub handed: Vec<(u32, OperationId)>,
}

impl Marked {
    pub(super) fn read(store: &Store, frame: &Frame) -> Result<Self> {
        let of = |id| {
            let (part, row) = frame.find(id)?;
            Some(frame.parts[part].base + row as u32)
        };
        let position = |id: i64| of(ApplicationId::from_u64(id as u64));
        let mut numbered = Vec::new();
        store.visit_numbers(Group::IndividualNumber, &mut |id, pattern, value| {
            let there = of(id).zip(pattern);
            numbered.extend(there.map(|(position, pattern)| (position, Arc::clone(pattern), value.sequence)));
            Ok(())
        })?;
        numbered.sort_unstable_by_key(|(position, _, _)| *position);
        let mut received = Vec::new();
        store.visit_numbers(Group::Received, &mut |id, pattern, value| {
            received.extend(of(id).map(|position| (position, pattern.map(Arc::clone), value)));
            Ok(())
        })?;
        received.sort_unstable_by_key(|(position, _, _)| *position);
        let mut ruled = Vec::new();
        store.visit_rulings(&mut |id, one| ruled.extend(of(id).map(|position| (position, Arc::clone(one)))))?;
        ruled.sort_unstable_by_key(|(position, _)| *position);
        let mut examined = Vec::new();
        store.visit_findings(&mut |id, finding| examined.extend(of(id).map(|position| (position, finding))))?;
        examined.sort_unstable();
        let mut handed = Vec::new();
        store.visit_handed_over(&mut |id, by| handed.extend(of(id).map(|position| (position, by))))?;
        handed.sort_unstable();
        let mut statement =
            store.db.prepare_cached("SELECT app FROM note WHERE struck_by IS NULL UNION SELECT app FROM call")?;
        let mut rows = statement.query([])?;
        let mut noted = Vec::new();
        while let Some(row) = rows.next()? {
            noted.extend(position(row.get(0)?));
        }
        noted.sort_unstable();
        let mut awaiting = Vec::new();
        store.visit_callbacks(&mut |id| awaiting.extend(of(id)))?;
        awaiting.sort_unstable();
        awaiting.dedup();
        let mut tags: HashMap<i64, Vec<u32>> = HashMap::new();
        let mut statement = store.db.prepare_cached("SELECT tag, app FROM tag WHERE kept")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            tags.entry(row.get(0)?).or_default().extend(position(row.get(1)?));
        }
        let named = store.tag_names()?.into_iter().filter_map(|(id, name)| {
            let mut positions = tags.remove(&(id.as_u64() as i64))?;
            positions.sort_unstable();
            Some((name, positions))
        });
        Ok(Self { noted, awaiting, tags: named.collect(), numbered, received, ruled, examined, handed })
    }

    /// The positions whose 個別番号 is meant, ascending.
    pub(super) fn numbered(&self, is_meant: &dyn Fn(&str) -> bool) -> Vec<u32> {
        let meant = self.numbered.iter().filter(|(_, pattern, sequence)| is_meant(&pattern.render(*sequence)));
        meant.map(|(position, _, _)| *position).collect()
    }

    /// The positions whose 収受日 or 収受番号 is meant, ascending.
    pub(super) fn received(&self, is_meant: &dyn Fn(Day, &str) -> bool) -> Vec<u32> {
        let meant = self.received.iter().filter(|(_, pattern, value)| {
            let number = pattern.as_ref().map_or_else(String::new, |pattern| pattern.render(value.sequence));
            day_of_number(value.day.into()).is_some_and(|day| is_meant(day, &number))
        });
        meant.map(|(position, _, _)| *position).collect()
    }

    /// The positions whose 起案 is meant, ascending.
    pub(super) fn ruled(&self, is_meant: &dyn Fn(&Ruled) -> bool) -> Vec<u32> {
        self.ruled.iter().filter(|(_, ruled)| is_meant(ruled)).map(|(position, _)| *position).collect()
    }

    /// The positions whose 審査結果 is meant, ascending.
    pub(super) fn examined(&self, is_meant: &dyn Fn(Finding) -> bool) -> Vec<u32> {
        self.examined.iter().filter(|(_, finding)| is_meant(*finding)).map(|(position, _)| *position).collect()
    }

    /// The positions that carry a 札 that is meant, ascending.
    pub(super) fn tagged(&self, is_meant: &dyn Fn(&str) -> bool) -> Vec<u32> {
        let meant = self.tags.iter().filter(|(name, _)| is_meant(name));
        let mut positions: Vec<u32> = meant.flat_map(|(_, positions)| positions).copied().collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}
