//! What staff enter by hand goes in as an import of one record. Two things are its own: it is numbered here, and whoever
//! corrects it may go back to what stood there before, which an older download never does.

use rusqlite::params;

use super::Store;
use super::error::Result;
use super::import::Import;
use super::prepared::Ready;
use crate::domain::application::Content;
use crate::domain::entry;
use crate::domain::identity::ApplicationId;

impl Import<'_> {
    /// From now on a row is a revision wherever it says something else than the present content, even if an earlier one
    /// said it.
    pub const fn let_go_back(&mut self) {
        self.may_go_back = true;
    }

    /// The number that comes next in a series of what was entered here. Nobody else gives one as long as this import
    /// holds its lock, and what was published once is counted for ever.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn next_of_series(&self, series: &str) -> Result<String> {
        let highest = self.store.highest_of_series(series)?;
        Ok(entry::number(series, highest.unwrap_or_default().saturating_add(1)))
    }

    /// The operation of the present content where it says the same as a row, sealed items included. What nobody here can
    /// open may say anything, so it isn't the same.
    pub(super) fn present_saying_the_same(
        &mut self,
        source: i64,
        id: ApplicationId,
        incoming: &Content,
        row: &Ready<'_>,
    ) -> Result<Option<i64>> {
        let Some(present) = self.store.stored_content(id)? else { return Ok(None) };
        let operation = present.operation.map_or(0, |operation| operation.as_u64() as i64);
        debug_assert_eq!(self.store.source_number(&present.content.source)?, Some(source), "an id has one source");
        let same = present.content.says_the_same(incoming)
            && self.seals_the_same((id, operation), &present.content, row)? == Some(true);
        Ok(same.then_some(operation))
    }
}

impl Store {
    /// The highest count of a series of what was entered here; `None` = nothing was.
    pub(super) fn highest_of_series(&self, series: &str) -> Result<Option<u64>> {
        let Some(source) = self.source_number(entry::SOURCE)? else { return Ok(None) };
        // Digits stand before what follows them among the signs, so one stretch of the table holds the series.
        let end = format!("{series}:");
        let mut statement =
            self.db.prepare_cached("SELECT number FROM identity WHERE source = ?1 AND number >= ?2 AND number < ?3")?;
        let mut rows = statement.query(params![source, series, end])?;
        let mut highest = None;
        while let Some(row) = rows.next()? {
            highest = highest.max(entry::count_of(series, row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?));
        }
        Ok(highest)
    }
}
