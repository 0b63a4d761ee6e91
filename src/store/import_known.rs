//! Rows of an import whose application is there already: born earlier in the same file, or by an earlier download. What
//! contradicts itself within a file is taken back.

use rusqlite::params;

use super::born::Born;
use super::error::{Result, StoreError};
use super::import::Import;
use super::incoming::Put;
use super::prepared::Ready;
use super::stage::Staged;
use super::{sealing, stage};
use crate::domain::application::Content;
use crate::domain::identity::ApplicationId;
use crate::domain::record::encode_into;
use crate::domain::status::Status;

impl Import<'_> {
    /// A row whose application was born earlier in this file.
    pub(super) fn put_born(&mut self, source: i64, id: ApplicationId, row: &Ready<'_>) -> Result<Put> {
        let damaged = || StoreError::Damaged(format!("born {}", id.as_u64()));
        let Born { line, at, len, status } = self.births.find(&self.store.db, id)?.ok_or_else(damaged)?;
        let content = self.store.stored_content(id)?.map(|stored| (stored.content, 0));
        self.put_again(source, id, &Staged { kind: None, line, at, len, status, content }, row)
    }

    /// A row whose application came earlier: in an earlier download, or in one and in this file.
    pub(super) fn put_known(&mut self, source: i64, id: ApplicationId, row: &Ready<'_>, place: usize) -> Result<Put> {
        if let Some(staged) = stage::read(self.store, source, id)? {
            return self.put_again(source, id, &staged, row);
        }
        if let Some(matched) = self.matching(source, id, row)? {
            stage::insert(&self.store.db, id, stage::UNCHANGED, row, Some(matched), None)?;
            self.counts.unchanged += 1;
            return Ok(Put::Unchanged);
        }
        let (form, hash) = self.store.form_number_or_new(source, row.said.form)?;
        let mut record = Vec::new();
        encode_into(&row.said, &hash, &mut record);
        let content = stage::encode_content(row.salt, form, &record);
        stage::insert(&self.store.db, id, stage::REVISION, row, None, Some(&content))?;
        sealing::insert_waiting(&self.store.db, id, row.sealed, &mut self.seeds)?;
        self.counts.updated += 1;
        self.recording.content(place, id, form);
        Ok(Put::Updated)
    }

    /// A second row of an application in this file: it says the same, or contradicts the first.
    fn put_again(&mut self, source: i64, id: ApplicationId, staged: &Staged, row: &Ready<'_>) -> Result<Put> {
        let mut same = staged.status == row.status.map(Status::code);
        if let Some((earlier, operation)) = staged.content.as_ref().filter(|_| same) {
            // What can't be compared contradicts: both are set aside rather than one taken for the other.
            same = earlier.says_the_same(&row.said.to_content())
                && self.seals_the_same((id, *operation), earlier, row)? == Some(true);
        }
        same &= staged.content.is_some();
        if same {
            self.counts.unchanged += 1;
            return Ok(Put::Unchanged);
        }
        self.take_back(source, id, staged, row)?;
        Ok(Put::Conflict(Some((staged.line, staged.at, staged.len))))
    }

    /// The revision that says the same as a row, what is sealed in it too where somebody here can open it.
    fn matching(&mut self, source: i64, id: ApplicationId, row: &Ready<'_>) -> Result<Option<i64>> {
        let incoming = row.said.to_content();
        if self.may_go_back {
            return self.present_saying_the_same(source, id, &incoming, row);
        }
        if row.sealed.is_empty() {
            return self.store.matching_revision(source, id, &incoming);
        }
        for operation in self.store.saying_the_same(source, id, &incoming)? {
            let Some(stored) = self.store.revision(source, id, operation)? else { continue };
            match self.seals_the_same((id, operation), &stored.content, row)? {
                Some(false) => {}
                told => {
                    self.unchecked += u64::from(told.is_none());
                    return Ok(Some(operation));
                }
            }
        }
        Ok(None)
    }

    /// Whether a content seals what a row does; `None` = nobody here can tell.
    pub(super) fn seals_the_same(
        &mut self,
        of: (ApplicationId, i64),
        content: &Content,
        row: &Ready<'_>,
    ) -> Result<Option<bool>> {
        if row.sealed.is_empty() {
            return Ok(Some(true));
        }
        self.seeds.flush(self.store)?;
        self.opener.says_the_same(self.store, of, content, row.sealed)
    }

    /// Takes back what an earlier row of this file had done, because another one contradicts it.
    fn take_back(&mut self, source: i64, id: ApplicationId, staged: &Staged, row: &Ready<'_>) -> Result<()> {
        let db = &self.store.db;
        let key = id.as_u64() as i64;
        db.prepare_cached("DELETE FROM stage WHERE id = ?1")?.execute([key])?;
        match staged.kind {
            None => {
                db.prepare_cached("DELETE FROM app WHERE id = ?1")?.execute([key])?;
                db.prepare_cached("DELETE FROM raw WHERE id = ?1 AND op = 0")?.execute([key])?;
                stage::insert(db, id, stage::TAKEN_BACK, row, None, None)?;
                let place = id.n() - self.first;
                self.chunks.take_back(place as usize);
                self.numbers.take_back(place);
                self.counts.added -= 1;
            }
            Some(stage::REVISION) => self.counts.updated -= 1,
            Some(_) => self.counts.unchanged -= 1,
        }
        if staged.kind != Some(stage::UNCHANGED) {
            sealing::take_back(&self.store.db, id, staged.kind.is_none())?;
            self.recording.take_back(id);
        }
        self.counts.read -= 1;
        let number = row.said.number;
        db.prepare_cached("INSERT OR IGNORE INTO stage_conflict(source, number) VALUES (?1, ?2)")?
            .execute(params![source, number])?;
        self.conflicts.insert((source, number.to_owned()));
        Ok(())
    }
}
