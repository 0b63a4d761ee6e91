//! 保存期間・廃棄: until when applications are kept, which of them may go, and disposing of them. 延長 is a field like others
//! (`fields`); what is disposed of is erased for good, so it needs 決裁の文書番号 and, where nothing else is set, a second person.

mod dispose;
mod fault;
mod record;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use self::dispose::{Disposal, dispose};
pub(super) use self::dispose::{as_planned, dispose_of, lines_of, plan};
pub use self::fault::DisposalError;
pub use self::record::{DisposalFacts, disposals, write_disposal};
use super::desk::Desk;
use super::fault::OfficeError;
use super::form_definitions::Forms;
use crate::domain::application::FormHeader;
use crate::domain::calendar::Day;
use crate::domain::erasure::DisposalLine;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::retention::Kept;
use crate::store::{Ended, Entry, Signed, Store};

/// The word in the log under which an erasure is finished, or done again after a backup brought back what it had erased.
const FINISHED: &str = "purge.finish";

/// Tells until when applications are kept, by the definitions of their forms.
#[derive(Debug, Clone)]
pub struct Retentions {
    forms: Arc<Forms>,
    known: HashMap<i64, (Option<String>, Option<u32>)>,
}

impl Retentions {
    /// Ready to tell.
    #[must_use]
    pub fn of(desk: &Desk) -> Self {
        Self { forms: Arc::clone(desk.forms()), known: HashMap::new() }
    }

    fn rule(&self, source: &str, form: &FormHeader) -> (Option<String>, Option<u32>) {
        let found = self.forms.definitions.of_header(source, form).and_then(|form| form.retention.as_ref());
        found.map_or((None, None), |kept| (kept.classification.clone(), kept.years))
    }

    /// How long an application is kept; `None` where the definition of its form says nothing.
    ///
    /// # Errors
    /// What the store says.
    pub fn kept(&self, store: &Store, entry: &Entry) -> Result<Option<Kept>, OfficeError> {
        kept_of(store, &self.forms, entry)
    }

    fn kept_of(&mut self, store: &Store, ended: &Ended) -> Result<Kept, OfficeError> {
        if !self.known.contains_key(&ended.form) {
            let (source, header) = store.form_header(ended.form)?;
            self.known.insert(ended.form, self.rule(&source, &header));
        }
        let (classification, years) = self.known.get(&ended.form).cloned().unwrap_or_default();
        let closed_on = store.ended_on(ended.id, ended.status)?;
        Ok(Kept { classification, years, closed_on, extended_until: store.extended_until(ended.id)? })
    }
}

/// How long an application is kept; `None` where the definition of its form says nothing.
pub(super) fn kept_of(store: &Store, forms: &Forms, entry: &Entry) -> Result<Option<Kept>, OfficeError> {
    let content = &entry.content;
    let form = forms.definitions.of_header(&content.source, &content.form);
    let Some(kept) = form.and_then(|form| form.retention.as_ref()) else { return Ok(None) };
    let (classification, years) = (kept.classification.clone(), kept.years);
    let closed_on = store.ended_on(entry.id, entry.state.status)?;
    Ok(Some(Kept { classification, years, closed_on, extended_until: store.extended_until(entry.id)? }))
}

/// Applications of one 分類記号, 保存年限 and 完結年度 that may be disposed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueGroup {
    /// Which, and how many.
    pub line: DisposalLine,
    /// 保存期間満了日.
    pub expires_on: Option<Day>,
    /// How many of them had been extended.
    pub extended: u64,
}

/// 廃棄予定: what may be disposed of on a day (`None` = today), by 分類記号, 保存年限 and 完結年度; and which applications these are.
///
/// # Errors
/// What the store says.
pub fn due_for_disposal(desk: &Desk, on: Option<Day>) -> Result<(Vec<DueGroup>, Vec<ApplicationId>), OfficeError> {
    let on = on.unwrap_or(desk.today());
    let mut retentions = Retentions::of(desk);
    desk.store.at_one_moment(|store| {
        let (mut groups, mut ids) = (BTreeMap::<DisposalLine, DueGroup>::new(), Vec::new());
        store.visit_ended(&mut |ended| {
            let kept = retentions.kept_of(store, &ended)?;
            if kept.may_go(on) {
                let line = line_of(&kept);
                let group = groups.entry(line.clone()).or_insert_with(|| DueGroup {
                    line,
                    expires_on: kept.expires_on(),
                    extended: 0,
                });
                group.line.count += 1;
                group.extended += u64::from(kept.extended_until.is_some());
                ids.push(ended.id);
            }
            Ok::<_, OfficeError>(())
        })?;
        Ok((groups.into_values().collect(), ids))
    })
}

/// The line of a 廃棄記録 that an application belongs to, without a count.
fn line_of(kept: &Kept) -> DisposalLine {
    let classification = kept.classification.clone();
    DisposalLine { classification, years: kept.years, fiscal_year: kept.fiscal_year(), count: 0 }
}

/// What is left of erasures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finished {
    /// How many applications a backup had brought back, and were erased again.
    pub again: u64,
    /// Erasures of which steps are left, because others have the store open.
    pub left: Vec<OperationId>,
}

impl Desk {
    /// The same where nobody waits for it; whether anything is left.
    pub(super) fn finish_what_can_be(&mut self) -> bool {
        self.finish_erasures().map_or(true, |finished| !finished.left.is_empty())
    }

    /// Does what is left of erasures: what was cut off, and what a backup brought back. It asks for no right: what was decided
    /// is only carried out.
    ///
    /// # Errors
    /// What the store and the disk say; what is left can be done later.
    pub fn finish_erasures(&mut self) -> Result<Finished, OfficeError> {
        let signed = Signed { actor: self.me()?, at_ms: self.now_ms(), command: FINISHED, approval: None };
        let again = self.store.erase_again(&signed)?;
        let now = Arc::clone(&self.surroundings.now);
        let left = self.store.finish_erasures(&signed, &*now)?;
        Ok(Finished { again, left: left.into_iter().map(|one| one.operation).collect() })
    }
}
