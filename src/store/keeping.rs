//! 保存期間 as the store tells of it: on which day the work of an application ended, and until when it is kept. How many
//! years a form has say its definitions, as for deadlines (`reckoning`).

use std::sync::Arc;

use rusqlite::params;

use super::error::{Result, StoreError};
use super::{FormNumber, Store, rare};
use crate::domain::application::FormHeader;
use crate::domain::calendar::{Day, day_of_number};
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Group, Value};
use crate::domain::retention::{expires_on, last_day};
use crate::domain::status::Status;

/// An application whose work has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub id: ApplicationId,
    /// Its form.
    pub form: FormNumber,
    /// Its status, and the operation that wrote it.
    pub status: (Status, OperationId),
}

impl Store {
    /// The day on which the work of an application ended; `None` = it goes on. A status that was only confirmed ended it when
    /// it was set; what was reopened and closed again ended the second time.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the log can't be read.
    pub fn ended_on(&self, id: ApplicationId, status: (Status, OperationId)) -> Result<Option<Day>> {
        if !status.0.is_final() {
            return Ok(None);
        }
        let mut written = status.1;
        loop {
            match self.step(id, written)? {
                (Some((before, by)), _) if before.is_final() => written = by,
                (_, day) => return Ok(day_of_number(day.into())),
            }
        }
    }

    /// 延長: the last day that was set for an application.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn extended_until(&self, id: ApplicationId) -> Result<Option<Day>> {
        Ok(match rare::read(&self.db, Group::Retention, id)? {
            Some((Value::Number(day), _)) => day_of_number(day),
            _ => None,
        })
    }

    /// 保存年限 of a form.
    pub(super) fn years_of(&self, source: &str, form: &FormHeader) -> Option<u32> {
        self.definitions().of_header(source, form)?.retention.as_ref()?.years
    }

    /// Whether any application was ever extended: where none was, nobody need look for one.
    pub(super) fn knows_extensions(&self) -> Result<bool> {
        rare::is_used(&self.db, Group::Retention)
    }

    /// The last day on which an application must be kept, by 保存年限 of its form; `None` = no end. `extends` = whether any
    /// was ever extended.
    pub(super) fn kept_until(
        &self,
        id: ApplicationId,
        (years, extends): (u32, bool),
        status: (Status, OperationId),
    ) -> Result<Option<Day>> {
        let Some(expires) = self.ended_on(id, status)?.and_then(|closed| expires_on(closed, years)) else {
            return Ok(None);
        };
        let extended = if extends { self.extended_until(id)? } else { None };
        Ok(last_day(expires, extended))
    }

    /// Shows every application whose work has ended, in the order of ids.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what `see` answers.
    pub fn visit_ended<E: From<StoreError>>(
        &self,
        see: &mut dyn FnMut(Ended) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let codes: Vec<String> =
            Status::ALL.into_iter().filter(|one| one.is_final()).map(|one| one.code().to_string()).collect();
        let sql = format!(
            "SELECT state.id, app.form, state.status, state.status_op FROM state CROSS JOIN app ON app.id = state.id
             WHERE state.status IN ({}) ORDER BY state.id",
            codes.join(", ")
        );
        let failed = |error: rusqlite::Error| StoreError::from(error);
        let mut statement = self.db.prepare_cached(&sql).map_err(failed)?;
        let mut rows = statement.query(params![]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let id = ApplicationId::from_u64(row.get::<_, i64>(0).map_err(failed)? as u64);
            let damaged = || StoreError::Damaged(format!("state {}", id.as_u64()));
            let status = Status::from_code(row.get(2).map_err(failed)?).ok_or_else(damaged)?;
            let written = OperationId::from_u64(row.get::<_, i64>(3).map_err(failed)? as u64);
            see(Ended { id, form: row.get(1).map_err(failed)?, status: (status, written) })?;
        }
        Ok(())
    }

    /// The source and the header of a form.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if there is none of this number.
    pub fn form_header(&self, number: FormNumber) -> Result<(Arc<str>, Arc<FormHeader>)> {
        let header = self.form(number)?.header;
        let mut read = self.db.prepare_cached("SELECT source FROM form WHERE no = ?1")?;
        let source = read.query_row([number], |row| row.get(0))?;
        Ok((self.source_code(source)?, header))
    }
}
