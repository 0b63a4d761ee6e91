//! 審査結果 in the store: what examining an application came to, with what was said of it. It is a field group that few have
//! (see [`rare`]); reason and basis are the payload of the operation that entered it, through undoing and redoing.

use super::error::{Result, StoreError};
use super::{Store, rare};
use crate::domain::finding::{Finding, Stated};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Group, Value};

/// A 審査結果 that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFinding {
    /// What it is.
    pub finding: Finding,
    /// The operation that wrote it: its version.
    pub written: OperationId,
    /// What was said with it.
    pub stated: Stated,
}

/// What a value of the group means.
pub(super) fn finding_of(value: Value) -> Option<Finding> {
    match value {
        Value::Number(code) => Finding::from_code(code),
        _ => None,
    }
}

impl Store {
    /// The 審査結果 of an application alone, without what was said.
    pub(super) fn finding_code(&self, id: ApplicationId) -> Result<Option<Finding>> {
        Ok(rare::read(&self.db, Group::Result, id)?.and_then(|(value, _)| finding_of(value)))
    }

    /// The 審査結果 of an application.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn finding(&self, id: ApplicationId) -> Result<Option<StoredFinding>> {
        let Some((value, written)) = rare::read(&self.db, Group::Result, id)? else { return Ok(None) };
        let Some(finding) = finding_of(value) else { return Ok(None) };
        let (told_by, _) = self.told_by(Group::Result, id, written)?;
        let stated = Stated::of_payload(self.op_text(told_by)?.as_deref());
        Ok(Some(StoredFinding { finding, written, stated }))
    }

    /// Shows every application that has a 審査結果, in the order of ids.
    pub(super) fn visit_findings(&self, see: &mut dyn FnMut(ApplicationId, Finding)) -> Result<()> {
        rare::visit(&self.db, Group::Result, &mut |id, value, _| {
            let damaged = || StoreError::Damaged(format!("rare {} of app {}", Group::Result as u8, id.as_u64()));
            see(id, finding_of(value).ok_or_else(damaged)?);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Rows, SIGNED, founded, id_of, imported};
    use super::*;
    use crate::domain::status::Status;

    fn enter(store: &mut Store, to: Option<Finding>, stated: &Stated, ids: &[ApplicationId]) -> OperationId {
        let payload = stated.payload();
        let value = to.map_or(Value::None, |finding| Value::Number(finding.code().into()));
        let choose = |store: &Store| {
            let seen = store.field_standing(Group::Result, ids)?.into_iter().flatten();
            Ok::<_, StoreError>(((value, ids.iter().copied().zip(seen).collect()), ()))
        };
        store.set_field(&SIGNED, payload.as_deref(), Group::Result, choose).unwrap().0.operation.unwrap()
    }

    #[test]
    fn what_was_said_follows_the_finding_through_undoing_and_redoing() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = founded(dir.path());
        let rows: Rows<'_> = &[(1, "a", Status::Unprocessed), (2, "b", Status::Unprocessed)];
        imported(&mut store, 1, rows);
        let (first, second) = (id_of(&store, 1), id_of(&store, 2));
        let stated = |reason: &str| Stated::of(Some(reason), Some("規則5条"));
        let standing = |store: &Store| {
            [first, second].map(|id| store.finding(id).unwrap().map(|one| (one.finding, one.stated.reason)))
        };
        enter(&mut store, Some(Finding::Approved), &Stated::default(), &[first, second]);
        enter(&mut store, Some(Finding::Disapproved), &stated("期限後"), &[first]);
        let (approved, refused) =
            (Some((Finding::Approved, None)), Some((Finding::Disapproved, Some("期限後".into()))));
        assert_eq!(standing(&store), [refused.clone(), approved.clone()]);
        store.undo(&SIGNED, None).unwrap();
        assert_eq!(standing(&store), [approved.clone(), approved.clone()]);
        store.redo(&SIGNED).unwrap();
        assert_eq!(standing(&store), [refused, approved]);
        enter(&mut store, None, &Stated::default(), &[first, second]);
        assert_eq!(standing(&store), [None, None]);
        store.check(&mut |_| {}).unwrap();
        store.db.execute_batch("UPDATE rare SET value = 9 WHERE app = 1").unwrap();
        assert!(matches!(store.check(&mut |_| {}), Err(StoreError::Damaged(_))));
    }
}
