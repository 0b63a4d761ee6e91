//! Whether what a row says is what the definition of its form says that its items hold. A doubt is told and changes
//! nothing: what the citizen sent goes in as it came. The value itself is never named.

use std::collections::HashMap;
use std::sync::Arc;

use super::intake_report::FileReport;
use crate::domain::application::FormHeader;
use crate::domain::form::{Definitions, Doubt, ItemKind, doubt_of};
use crate::domain::said::Said;

/// A value that isn't what its item is said to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulValue {
    /// 整理番号.
    pub number: String,
    /// The item.
    pub field: String,
    /// What is odd about it.
    pub doubt: Doubt,
}

/// So many are named of one file; the rest is counted.
pub const DOUBTS_NAMED: usize = 1000;

/// So many forms are remembered; a file has a few, a hostile one any number.
const REMEMBERED: usize = 4096;

/// Checks rows by the definitions of their forms.
#[derive(Debug)]
pub(super) struct ValueCheck {
    definitions: Arc<Definitions>,
    /// The form of the row before, and its items that are to be looked at.
    last: Option<(Arc<FormHeader>, Arc<Plan>)>,
    /// By the address of the header, which is kept, so that the address stays its own.
    plans: HashMap<usize, (Arc<FormHeader>, Arc<Plan>)>,
}

/// The items of a form that are to be looked at, by their places.
type Plan = Vec<(usize, ItemKind)>;

impl ValueCheck {
    pub(super) fn new(definitions: &Arc<Definitions>) -> Self {
        Self { definitions: Arc::clone(definitions), last: None, plans: HashMap::new() }
    }

    /// The items of a row that are doubted, by their places.
    pub(super) fn doubts(&mut self, said: &Said<'_>) -> Vec<(usize, Doubt)> {
        if self.definitions.is_empty() {
            return Vec::new();
        }
        let plan = match &self.last {
            Some((form, plan)) if Arc::ptr_eq(form, said.form) => Arc::clone(plan),
            _ => self.plan(said),
        };
        if plan.is_empty() {
            return Vec::new();
        }
        let doubt = |(place, kind): &(usize, ItemKind)| {
            Some((*place, said.values.get(*place).and_then(|value| doubt_of(kind, value))?))
        };
        plan.iter().filter_map(doubt).collect()
    }

    fn plan(&mut self, said: &Said<'_>) -> Arc<Plan> {
        let key = Arc::as_ptr(said.form) as usize;
        if self.plans.len() >= REMEMBERED {
            self.plans.clear();
        }
        let definition = self.definitions.of_header(said.source, said.form);
        let plan = || -> Arc<Plan> {
            let Some(definition) = definition else { return Arc::default() };
            let items = said.form.items.iter().enumerate();
            let kind = |(place, name): (usize, &String)| match &definition.item(name)?.kind {
                ItemKind::Text | ItemKind::Attachment => None,
                kind => Some((place, kind.clone())),
            };
            Arc::new(items.filter_map(kind).collect())
        };
        let (form, plan) = self.plans.entry(key).or_insert_with(|| (Arc::clone(said.form), plan()));
        self.last = Some((Arc::clone(form), Arc::clone(plan)));
        Arc::clone(plan)
    }
}

/// Notes the doubts about a row that is in.
pub(super) fn note(said: &Said<'_>, doubts: &[(usize, Doubt)], report: &mut FileReport) {
    for (place, doubt) in doubts {
        if report.doubtful_values.len() >= DOUBTS_NAMED {
            report.more_doubtful_values += 1;
            continue;
        }
        let field = said.form.items.get(*place).cloned().unwrap_or_default();
        report.doubtful_values.push(DoubtfulValue { number: said.number.to_owned(), field, doubt: *doubt });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::application::Content;
    use crate::domain::identity::ReceiptNumber;
    use crate::exchange::form::read_form;

    fn content(form: &Arc<FormHeader>, values: &[&str]) -> Content {
        Content {
            source: "etumo".into(),
            number: ReceiptNumber::new("054936663560").unwrap(),
            form: Arc::clone(form),
            submitted: None,
            name: None,
            kana: None,
            mail: None,
            user_id: None,
            line: None,
            remarks: None,
            values: values.iter().map(|value| Some((*value).to_owned())).collect(),
            raw: std::collections::BTreeMap::new(),
            sealed: Vec::new(),
        }
    }

    #[test]
    fn a_row_is_checked_by_its_own_form_and_others_are_left_alone() {
        let text = "source = \"etumo\"\nid = \"1\"\n[[items]]\nname = \"日\"\nkind = \"date\"\n";
        let mut definitions = Definitions::default();
        definitions.add(read_form("x", text).unwrap());
        let mut check = ValueCheck::new(&Arc::new(definitions));
        let form = |code: &str| {
            let items = vec!["文".to_owned(), "日".to_owned()];
            Arc::new(FormHeader { code: code.into(), items, ..FormHeader::default() })
        };
        let (known, other) = (form("1"), form("2"));
        let mut report = FileReport::default();
        for (form, values, doubts) in [
            (&known, ["x", "未定"], 1),
            (&other, ["x", "未定"], 0),
            (&known, ["未定", "R2.10.29"], 0),
            (&known, ["", ""], 0),
        ] {
            let content = content(form, &values);
            let found = check.doubts(&content.said());
            assert_eq!(found.len(), doubts, "{values:?}");
            note(&content.said(), &found, &mut report);
        }
        let field = report.doubtful_values.first().map(|one| (one.field.as_str(), one.doubt));
        assert_eq!((field, report.more_doubtful_values), (Some(("日", Doubt::NotADate)), 0));
    }
}
