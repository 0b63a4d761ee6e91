//! Segments made from the tables alone, a few rows each: the reference that the tests of the index stand on.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::identity::ApplicationId;
use crate::store::Store;
use crate::store::applications::CONTENT;
use crate::store::error::{Result, StoreError};
use crate::store::search::{Builder, Segment};

/// Segments, oldest first, in which the newest row of an application is the valid one.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    pub segments: Vec<Arc<Segment>>,
    /// Which revision of an application they have.
    known: HashMap<ApplicationId, i64>,
}

/// What `before` has, and behind it what is new, in segments of `most` rows.
pub(super) fn of_store(store: &Store, most: usize, before: Option<&Made>) -> Result<Made> {
    let mut made = before.cloned().unwrap_or_default();
    let sql = format!("SELECT {CONTENT} FROM app JOIN state ON state.id = app.id ORDER BY app.id");
    let mut statement = store.db.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut builder = Builder::new();
    let mut finish = |builder: &mut Builder| {
        let builder = std::mem::take(builder);
        if !builder.is_empty() {
            let segment = Segment::of_bytes(builder.finish());
            made.segments.push(Arc::new(segment.map_err(|_| StoreError::Damaged("search".into()))?));
        }
        Ok::<_, StoreError>(())
    };
    while let Some(row) = rows.next()? {
        let (id, stored) = store.content_of_row(row)?;
        if made.known.insert(id, row.get(14)?) == Some(row.get(14)?) {
            continue;
        }
        builder.add(id, row.get(3)?, &stored.content);
        if builder.len() >= most {
            finish(&mut builder)?;
        }
    }
    finish(&mut builder)?;
    Ok(made)
}
