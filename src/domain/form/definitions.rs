//! All definitions of an office, found by what an application says of its form.

use std::collections::HashMap;
use std::sync::Arc;

use super::FormDefinition;
use crate::domain::application::FormHeader;
use crate::domain::entry;

/// Definitions by source, 様式ID and version.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    /// By source and id; the one without a version last.
    by_form: HashMap<(String, String), Vec<Arc<FormDefinition>>>,
    /// The sources that have a form of an id.
    sources: HashMap<String, Vec<String>>,
}

impl Definitions {
    /// Adds one; `false` = there is one for this very form and version.
    pub fn add(&mut self, definition: FormDefinition) -> bool {
        let key = (definition.source.clone(), definition.id.clone());
        let sources = self.sources.entry(definition.id.clone()).or_default();
        if !sources.contains(&definition.source) {
            sources.push(definition.source.clone());
        }
        let known = self.by_form.entry(key).or_default();
        if known.iter().any(|other| other.version == definition.version) {
            return false;
        }
        let place = if definition.version.is_some() { 0 } else { known.len() };
        known.insert(place, Arc::new(definition));
        true
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_form.is_empty()
    }

    /// The one for a form: that of its version, else that for every version. What was entered here came on the paper of
    /// some form: without a definition of its own, the one of the only source that has a form of this id.
    #[must_use]
    pub fn of(&self, source: &str, id: &str, version: &str) -> Option<&Arc<FormDefinition>> {
        if self.by_form.is_empty() {
            return None;
        }
        let own = self.by_form.get(&(source.to_owned(), id.to_owned()));
        let known = match (own, self.sources.get(id).map(Vec::as_slice)) {
            (None, Some([only])) if source == entry::SOURCE => self.by_form.get(&(only.clone(), id.to_owned()))?,
            (own, _) => own?,
        };
        known.iter().find(|one| one.version.as_deref().is_none_or(|own| own == version))
    }

    /// The one for the form of an application.
    #[must_use]
    pub fn of_header(&self, source: &str, form: &FormHeader) -> Option<&Arc<FormDefinition>> {
        self.of(source, &form.code, &form.version)
    }

    /// All of them, by source, id and version.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<FormDefinition>> {
        let mut all: Vec<Arc<FormDefinition>> = self.by_form.values().flatten().cloned().collect();
        all.sort_by(|a, b| (&a.source, &a.id, &a.version).cmp(&(&b.source, &b.id, &b.version)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::StandIns;
    use crate::domain::status::FormRules;

    fn definition(version: Option<&str>) -> FormDefinition {
        FormDefinition {
            source: "etumo".into(),
            id: "01430".into(),
            version: version.map(str::to_owned),
            title: String::new(),
            rules: FormRules::default(),
            standard_days: None,
            departments: Vec::new(),
            uses_individual_number: false,
            public_account: false,
            retention: None,
            stand_ins: StandIns::default(),
            items: Vec::new(),
        }
    }

    #[test]
    fn the_version_s_own_definition_goes_before_the_one_for_all() {
        let mut all = Definitions::default();
        assert!(all.of("etumo", "01430", "1").is_none() && all.is_empty());
        assert!(all.add(definition(None)) && all.add(definition(Some("2"))) && !all.add(definition(Some("2"))));
        let version = |version: &str| all.of("etumo", "01430", version).map(|one| one.version.clone());
        assert_eq!((version("1"), version("2")), (Some(None), Some(Some("2".into()))));
        assert!(all.of("other", "01430", "1").is_none());
        assert_eq!(all.all().len(), 2);
    }

    #[test]
    fn what_was_entered_here_goes_by_the_only_source_with_its_form_or_its_own() {
        let of = |all: &Definitions| all.of(entry::SOURCE, "01430", "").map(|one| one.source.clone());
        let mut all = Definitions::default();
        all.add(definition(Some("2")));
        assert_eq!(of(&all), None, "a form without that version");
        all.add(definition(None));
        assert_eq!(of(&all), Some("etumo".into()));
        all.add(FormDefinition { source: "myna".into(), ..definition(None) });
        assert_eq!(of(&all), None, "nobody can tell which");
        all.add(FormDefinition { source: entry::SOURCE.into(), ..definition(None) });
        assert_eq!(of(&all), Some(entry::SOURCE.into()));
    }
}
