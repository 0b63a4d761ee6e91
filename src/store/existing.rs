//! Which applications there are.

use super::Store;
use super::error::Result;
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;

/// From so many on one pass over all is quicker than asking for each.
const MANY: u64 = 20_000;

impl Store {
    /// Those of a set that don't exist.
    ///
    /// # Errors
    /// A failure of SQLite.
    pub fn missing(&self, ids: &Marks) -> Result<Marks> {
        let mut missing = ids.clone();
        if ids.len() < MANY {
            let mut statement = self.db.prepare_cached("SELECT 1 FROM state WHERE id = ?1")?;
            for id in ids.iter() {
                if statement.exists([id.as_u64() as i64])? {
                    missing.set(id, false);
                }
            }
        } else {
            let mut statement = self.db.prepare_cached("SELECT id FROM state")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                missing.set(ApplicationId::from_u64(row.get::<_, i64>(0)? as u64), false);
            }
        }
        Ok(missing)
    }
}
