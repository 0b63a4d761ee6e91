//! Operators: who gives commands, by code. What they may do stands in `people.rs`.

use rusqlite::OptionalExtension as _;

use super::error::Result;
use super::{Signed, Store};
use crate::domain::identity::OperationId;
use crate::domain::operation::{Body, OperatorRow};

/// An operator as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// The operation that gave birth to it.
    pub id: OperationId,
    /// 職員番号, or the operating system's user name.
    pub code: String,
}

impl Store {
    /// The operator of a code.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn operator(&self, code: &str) -> Result<Option<Operator>> {
        let id: Option<i64> = self
            .db
            .prepare_cached("SELECT id FROM operator WHERE code = ?1")?
            .query_row([code], |row| row.get(0))
            .optional()?;
        Ok(id.map(|id| Operator { id: OperationId::from_u64(id as u64), code: code.to_owned() }))
    }

    /// The code of an operator.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn operator_code(&self, id: OperationId) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT code FROM operator WHERE id = ?1")?
            .query_row([id.as_u64() as i64], |row| row.get(0))
            .optional()?)
    }

    /// The operator of a code; one that isn't known yet is added by an operation of its own. The name is payload.
    ///
    /// # Errors
    /// Busy, a full disk, or another failure; nothing is changed then.
    pub fn operator_or_new(&mut self, code: &str, name: &str, at_ms: i64) -> Result<Operator> {
        if let Some(known) = self.operator(code)? {
            return Ok(known);
        }
        let salt = self.salt();
        let tx = self.write()?;
        if let Some(known) = self.operator(code)? {
            return Ok(known);
        }
        let row = OperatorRow { code: code.to_owned(), enabled: true, ..OperatorRow::default() };
        let body = Body::Operator { subject: None, row, base: None, from: None };
        let signed = Signed { actor: None, at_ms, command: "operator.add", approval: None };
        let payload = super::log::Payload { text: name, salt };
        let (id, _) = super::log::append_in(&tx, self.stream.get(), &signed, body, Some(&payload))?;
        tx.commit()?;
        Ok(Operator { id, code: code.to_owned() })
    }
}
