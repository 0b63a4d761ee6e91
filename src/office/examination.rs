//! 審査結果: what is asked for beside the value, the reason and the basis (根拠), and what they change.

use super::fault::OfficeError;
use super::field_request::FieldRequest;
use crate::domain::finding::{Finding, Stated};
use crate::domain::identity::ApplicationId;
use crate::domain::operation::{Group, Value};
use crate::store::{FieldStanding, Store};

/// A field with what it is to get.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Which field.
    pub group: Group,
    /// The value; `None` = one that no application has yet.
    pub to: Option<Value>,
    /// What is said with it, where that is a part of what is asked for.
    pub stated: Option<Stated>,
}

impl Wanted {
    /// Whether an application is so already. Another reason or basis for the same 審査結果 is a change.
    pub fn is_so(&self, store: &Store, id: ApplicationId, seen: &FieldStanding) -> Result<bool, OfficeError> {
        if Some(seen.value) != self.to {
            return Ok(false);
        }
        match self.stated.as_ref().filter(|stated| !stated.is_empty()) {
            None => Ok(true),
            Some(stated) => Ok(store.finding(id)?.is_none_or(|now| now.stated == *stated)),
        }
    }
}

/// How the value stands in the log.
pub(super) fn value_of(to: Option<Finding>) -> Value {
    to.map_or(Value::None, |finding| Value::Number(finding.code().into()))
}

impl FieldRequest {
    /// Whether it needs a reason whatever stands there: 不承認, 却下, 差戻し, 延長, and 廃棄 before its time.
    #[must_use]
    pub const fn always_needs_reason(&self) -> bool {
        match self {
            Self::Result { to: Some(finding), .. } => finding.needs_reason(),
            Self::Return | Self::Extend(_) => true,
            Self::Dispose(disposal) => disposal.early,
            _ => false,
        }
    }

    /// What is said with it.
    pub(super) fn stated(&self, reason: Option<&str>) -> Option<Stated> {
        match self {
            Self::Result { basis, .. } => Some(Stated::of(reason, basis.as_deref())),
            _ => None,
        }
    }

    /// The payload of its operation.
    pub(super) fn payload(&self, reason: Option<&str>) -> Option<String> {
        match self.stated(reason) {
            Some(stated) => stated.payload(),
            None => reason.map(str::to_owned),
        }
    }

    /// Refuses it where a reason is needed and none was given.
    pub(super) fn refuse_without_reason(&self, reason: Option<&str>) -> Result<(), OfficeError> {
        if self.always_needs_reason() && reason.is_none() { Err(OfficeError::ReasonRequired) } else { Ok(()) }
    }
}
