//! The deadlines of applications as of today, for whoever shows them.

use std::sync::Arc;

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::deadline::Deadline;
use crate::domain::office_days::OfficeDays;
use crate::domain::operation::Value;
use crate::domain::people::Days;
use crate::store::{Entry, Standing, Store};

/// Reckons deadlines as of one day.
#[derive(Debug)]
pub struct Deadlines {
    days: Arc<OfficeDays>,
    today: Days,
}

impl Deadlines {
    /// Ready to reckon as of today.
    ///
    /// # Errors
    /// What the store says.
    pub fn of(desk: &Desk) -> Result<Self, OfficeError> {
        Ok(Self { days: desk.store.office_days()?, today: desk.today_in_log() })
    }

    /// The deadline of an application; `None` where its work has ended, or none is set. Of two the earlier one counts.
    ///
    /// # Errors
    /// What the store says.
    pub fn deadline(&self, store: &Store, entry: &Entry) -> Result<Option<Deadline>, OfficeError> {
        let standing = Standing {
            id: entry.id,
            status: entry.state.status,
            revised: entry.revised,
            due: match entry.state.due.0 {
                Value::Number(day) => Days::try_from(day).ok(),
                _ => None,
            },
            submitted: entry.content.submitted,
            source: &entry.content.source,
            form: &entry.content.form,
        };
        Ok(store.deadline(&self.days, &standing, self.today)?)
    }
}
