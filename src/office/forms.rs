//! Which forms there are: for choosing one, and for choosing columns by the items of a form.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::desk::Desk;
use super::fault::OfficeError;
use super::work::Work;
use crate::domain::application::FormHeader;
use crate::domain::query::{Context, Needs, Query};

/// A form with all its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFacts {
    /// 様式ID.
    pub code: String,
    /// 様式名, of the version that most applications have.
    pub name: String,
    /// How many applications.
    pub count: u64,
    /// The items of all its versions, each once, in the order of the form.
    pub items: Vec<String>,
}

/// The forms of what a query matches (it may still be being typed), by their ids.
///
/// # Errors
/// The query; what the store says; [`OfficeError::Stopped`].
pub fn forms_of(desk: &Desk, query: &str, work: &Work<'_>) -> Result<Vec<FormFacts>, OfficeError> {
    let query = Query::parse_typing(query, &Context { today: desk.today() })?;
    let mut headers: HashMap<usize, (Arc<FormHeader>, u64)> = HashMap::new();
    let scanned = desk.store.scan_unordered(
        &query,
        Needs { form: true, ..Needs::default() },
        &mut |_| if work.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) },
        &mut |candidate| {
            if let Some(form) = candidate.form_header() {
                // The map keeps the header alive, so its address stays its own.
                headers.entry(Arc::as_ptr(form) as usize).or_insert_with(|| (Arc::clone(form), 0)).1 += 1;
            }
            ControlFlow::Continue(())
        },
    )?;
    if !scanned.finished {
        return Err(OfficeError::Stopped);
    }
    let mut headers: Vec<(Arc<FormHeader>, u64)> = headers.into_values().collect();
    headers.sort_by(|(a, m), (b, n)| (n, &a.version, &a.items).cmp(&(m, &b.version, &b.items)));
    let mut forms: BTreeMap<String, (FormFacts, HashSet<String>)> = BTreeMap::new();
    for (header, count) in headers {
        let (form, known) = forms.entry(header.code.clone()).or_insert_with(|| {
            let (code, name) = (header.code.clone(), header.name.clone());
            (FormFacts { code, name, count: 0, items: Vec::new() }, HashSet::new())
        });
        form.count += count;
        form.items.extend(header.items.iter().filter(|item| known.insert((*item).clone())).cloned());
    }
    Ok(forms.into_values().map(|(form, _)| form).collect())
}
