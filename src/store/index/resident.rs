//! An application as a condition sees it, made of what the snapshot has. The rules stay those of `domain`: what the index
//! finds by columns, it has asked there value by value.

use crate::domain::application::{FormHeader, Instant, Line};
use crate::domain::calendar::{Day, JAPAN};
use crate::domain::finding::Finding;
use crate::domain::identity::OperationId;
use crate::domain::query::{Feature, Subject};
use crate::domain::reflection::Reflection;
use crate::domain::revision::Since;
use crate::domain::ruling::Ruled;
use crate::domain::status::Status;
use crate::store::search::Facts;

/// What is known of an application, or of all that agree in this; the rest is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resident<'a> {
    pub source: &'a str,
    pub form: Option<&'a FormHeader>,
    pub facts: Option<Facts>,
    pub ours: (Status, OperationId),
    pub theirs: Option<(Status, OperationId)>,
    pub revised: Option<OperationId>,
    pub updated_ms: Option<i64>,
    /// The code of who is in charge, and whether that is who asks.
    pub assignee: Option<(&'a str, bool)>,
    pub due: Option<Day>,
    /// 処理の期限.
    pub deadline: Option<Day>,
    /// The last day on which it must be kept.
    pub kept_until: Option<Day>,
    /// One of its 札.
    pub tag: Option<&'a str>,
    pub individual_number: Option<&'a str>,
    pub finding: Option<Finding>,
    /// What it knows of its 起案.
    pub ruling: Option<&'a Ruled>,
    /// 収受日 and 収受番号.
    pub received: Option<(Day, &'a str)>,
}

impl Default for Resident<'_> {
    fn default() -> Self {
        let ours = (Status::Unprocessed, OperationId::from_u64(0));
        Self {
            source: "",
            form: None,
            facts: None,
            ours,
            theirs: None,
            revised: None,
            updated_ms: None,
            assignee: None,
            due: None,
            deadline: None,
            kept_until: None,
            tag: None,
            individual_number: None,
            finding: None,
            ruling: None,
            received: None,
        }
    }
}

impl Subject for Resident<'_> {
    fn source(&self) -> &str {
        self.source
    }
    fn number(&self) -> &str {
        ""
    }
    fn name(&self) -> Option<&str> {
        None
    }
    fn kana(&self) -> Option<&str> {
        None
    }
    fn mail(&self) -> Option<&str> {
        None
    }
    fn remarks(&self) -> Option<&str> {
        None
    }
    fn form_code(&self) -> &str {
        self.form.map_or("", |form| &form.code)
    }
    fn form_version(&self) -> &str {
        self.form.map_or("", |form| &form.version)
    }
    fn form_name(&self) -> &str {
        self.form.map_or("", |form| &form.name)
    }
    fn submitted(&self) -> Option<Instant> {
        self.facts?.submitted
    }
    fn updated(&self) -> Option<Instant> {
        self.updated_ms.map(|ms| Instant { seconds: ms.div_euclid(1000), offset_minutes: JAPAN })
    }
    fn status(&self) -> Status {
        self.ours.0
    }
    fn source_status(&self) -> Option<Status> {
        self.theirs.map(|(status, _)| status)
    }
    fn reflection(&self) -> Reflection {
        Reflection::between(self.ours, self.theirs)
    }
    fn line(&self) -> Option<Line> {
        self.facts?.line
    }
    fn items(&self, _visit: &mut dyn FnMut(&str, &str)) {}
    fn kept_until(&self) -> Option<Day> {
        self.kept_until
    }
    fn due(&self) -> Option<Day> {
        self.due
    }
    fn deadline(&self) -> Option<Day> {
        self.deadline
    }
    fn assignee(&self) -> Option<&str> {
        self.assignee.map(|(code, _)| code)
    }
    fn is_mine(&self) -> bool {
        self.assignee.is_some_and(|(_, mine)| mine)
    }
    fn any_tag(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        self.tag.is_some_and(is)
    }
    fn individual_number(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        self.individual_number.is_some_and(is)
    }
    fn ruling(&self, is: &mut dyn FnMut(&Ruled) -> bool) -> bool {
        self.ruling.is_some_and(is)
    }
    fn received_on(&self) -> Option<Day> {
        self.received.map(|(day, _)| day)
    }
    fn received_number(&self, is: &mut dyn FnMut(&str) -> bool) -> bool {
        self.received.is_some_and(|(_, number)| is(number))
    }
    fn finding(&self) -> Option<Finding> {
        self.finding
    }
    fn has(&self, feature: Feature) -> bool {
        let since = || Since::between(self.ours, self.theirs, self.revised);
        match feature {
            Feature::Gaiji => self.facts.is_some_and(|facts| facts.gaiji),
            Feature::Revision => since().revised,
            Feature::Correction => since().corrected,
            Feature::Withdrawal => since().withdrawn,
            Feature::Assignee => self.assignee.is_some(),
            Feature::Due => self.due.is_some(),
            Feature::Tag => self.tag.is_some(),
            Feature::IndividualNumber => self.individual_number.is_some(),
            Feature::Result => self.finding.is_some(),
            Feature::Ruling => self.ruling.is_some(),
            Feature::Received => self.received.is_some(),
            // These are found by their registers.
            Feature::Attachment
            | Feature::Note
            | Feature::Callback
            | Feature::HandedOver
            | Feature::Duplicate
            | Feature::Reminder => false,
        }
    }
}
