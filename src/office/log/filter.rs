//! What somebody asks the log: as they said it, and as the store sifts by it.

use std::ops::ControlFlow;

use super::LogError;
use crate::domain::calendar::{Day, parse_span};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::operation::{LOG_VIEW, Narrowing, kind_named};
use crate::domain::query::{Needs, Query};
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::office::listing::resolve;
use crate::store::{Sieve, Store, Touched};

/// Which part of the log is wanted, in the words of whoever asks. The default is all of it but the looks at the log itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Operations that touched an application that matches this query.
    pub query: Option<String>,
    /// By whom: an operator's code.
    pub operator: Option<String>,
    /// From when on: the beginning of a day, hour or minute.
    pub since: Option<String>,
    /// Until when: the end of a day, hour or minute, included.
    pub until: Option<String>,
    /// A command id, or its beginning (`application`).
    pub command: Option<String>,
    /// Operations that touched this application: `NUMBER` or `source/NUMBER`.
    pub number: Option<String>,
    /// Of these kinds.
    pub kinds: Vec<String>,
    /// At most so many, the newest.
    pub limit: Option<u64>,
    /// The looks at the log as well.
    pub all: bool,
}

/// The words before a colon by which a typed line narrows the log; everything else in it is the query.
const OPERATOR: [&str; 2] = ["operator", "職員"];
const SINCE: [&str; 2] = ["since", "から"];
const UNTIL: [&str; 2] = ["until", "まで"];
const COMMAND: [&str; 2] = ["command", "操作"];
const KIND: [&str; 2] = ["kind", "種別"];
const NUMBER: [&str; 2] = ["application", "申込"];

impl LogFilter {
    /// Reads what was typed: `職員:0123 から:2026-11-01 処理状況:未処理`.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let mut filter = Self::default();
        let mut rest = Vec::new();
        for word in line.split_whitespace() {
            let (name, value) = word.split_once([':', '：']).unwrap_or((word, ""));
            let value = Some(value.to_owned()).filter(|value| !value.is_empty());
            match name {
                _ if value.is_none() => rest.push(word),
                name if OPERATOR.contains(&name) => filter.operator = value,
                name if SINCE.contains(&name) => filter.since = value,
                name if UNTIL.contains(&name) => filter.until = value,
                name if COMMAND.contains(&name) => filter.command = value,
                name if NUMBER.contains(&name) => filter.number = value,
                name if KIND.contains(&name) => filter.kinds.extend(value),
                _ => rest.push(word),
            }
        }
        filter.query = Some(rest.join(" ")).filter(|rest| !rest.is_empty());
        filter
    }

    /// The same as one line, as [`LogFilter::parse`] reads it: what stands in the log of a look at it.
    #[must_use]
    pub fn line(&self) -> String {
        let named = [
            ("operator", &self.operator),
            ("since", &self.since),
            ("until", &self.until),
            ("command", &self.command),
            ("application", &self.number),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some(format!("{name}:{}", value.as_ref()?)));
        let kinds = self.kinds.iter().map(|kind| format!("kind:{kind}"));
        named.chain(kinds).chain(self.query.clone()).collect::<Vec<_>>().join(" ")
    }

    /// Whether it asks for the whole log (with or without the looks at it).
    #[must_use]
    pub fn narrows_nothing(&self) -> bool {
        self.narrowed().is_empty()
    }

    /// By what it narrows the log, ascending.
    pub(super) fn narrowed(&self) -> Vec<Narrowing> {
        let said = [
            (Narrowing::Query, self.query.is_some()),
            (Narrowing::Operator, self.operator.is_some()),
            (Narrowing::Since, self.since.is_some()),
            (Narrowing::Until, self.until.is_some()),
            (Narrowing::Command, self.command.is_some()),
            (Narrowing::Number, self.number.is_some()),
            (Narrowing::Kind, !self.kinds.is_empty()),
            (Narrowing::Limit, self.limit.is_some()),
        ];
        said.into_iter().filter(|(_, is)| *is).map(|(one, _)| one).collect()
    }

    /// Whether looks at the log are listed too: where all is wanted, and where they are what is asked for.
    pub(super) fn with_log_views(&self) -> bool {
        let asks = |command: &String| command == "log" || command.starts_with("log.");
        self.all
            || self.command.as_ref().is_some_and(asks)
            || self.kinds.iter().any(|word| kind_named(word) == Some(LOG_VIEW))
    }

    /// How the store finds them. `unnamed`: files that left without the log naming what stood in them come too.
    pub(super) fn sieve(&self, desk: &Desk, unnamed: bool) -> Result<Sieve, OfficeError> {
        let store = &desk.store;
        let kinds = self.kinds.iter().map(|word| kind_named(word).ok_or_else(|| LogError::UnknownKind(word.clone())));
        let number = self.number.as_deref().map(|number| resolve(store, number)).transpose()?;
        let query = self.query.as_deref().map(|text| desk.query(text)).transpose()?.filter(|query| !query.is_empty());
        Ok(Sieve {
            actors: self.operator.as_deref().map(|code| store.operators_of_code(code)).transpose()?,
            since_ms: moment(self.since.as_deref(), desk.today(), false)?,
            until_ms: moment(self.until.as_deref(), desk.today(), true)?,
            kinds: kinds.collect::<Result<_, _>>()?,
            command: self.command.clone(),
            touched: touched(store, number, query.as_ref(), unnamed)?,
        })
    }
}

/// The first millisecond of what was written, or the first one after it.
fn moment(text: Option<&str>, today: Day, after: bool) -> Result<Option<i64>, LogError> {
    let Some(text) = text else { return Ok(None) };
    let span = parse_span(text, today)?.value;
    let seconds = if after { span.to.map(|last| last.saturating_add(1)) } else { span.from };
    Ok(seconds.map(|seconds| seconds.saturating_mul(1000)))
}

/// The applications that the operations are to have touched.
fn touched(
    store: &Store,
    number: Option<ApplicationId>,
    query: Option<&Query>,
    unnamed: bool,
) -> Result<Option<Touched>, OfficeError> {
    if number.is_none() && query.is_none() {
        return Ok(None);
    }
    let mut among: Marks = number.into_iter().collect();
    if let Some(query) = query {
        let mut found = Marks::default();
        store.scan_unordered(query, Needs::default(), &mut |_| ControlFlow::Continue(()), &mut |candidate| {
            if number.is_none_or(|number| number == candidate.id) {
                found.set(candidate.id, true);
            }
            ControlFlow::Continue(())
        })?;
        among = found;
    }
    let born = number.map(|number| store.birth_of(number)).transpose()?;
    Ok(Some(Touched { among, born, unnamed }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_line_is_read_and_said_again() {
        let filter = LogFilter::parse("職員:0123　から:2026-11-01 種別:set kind:undo 処理状況:未処理 山形");
        assert_eq!((filter.operator.as_deref(), filter.since.as_deref()), (Some("0123"), Some("2026-11-01")));
        assert_eq!(
            (filter.kinds.as_slice(), filter.query.as_deref()),
            (&["set".to_owned(), "undo".to_owned()][..], Some("処理状況:未処理 山形"))
        );
        assert_eq!(filter.line(), "operator:0123 since:2026-11-01 kind:set kind:undo 処理状況:未処理 山形");
        assert_eq!(LogFilter::parse(&filter.line()), filter);
        assert_eq!(filter.narrowed(), [Narrowing::Query, Narrowing::Operator, Narrowing::Since, Narrowing::Kind]);
        // A word without anything behind its colon is left to the query, which says what is wrong with it.
        assert_eq!(LogFilter::parse("職員:").query.as_deref(), Some("職員:"));
        assert_eq!((LogFilter::default().line(), LogFilter::parse(" ")), (String::new(), LogFilter::default()));
    }

    #[test]
    fn looks_at_the_log_are_listed_where_they_are_asked_for() {
        let asks = |line: &str| LogFilter::parse(line).with_log_views();
        assert!(asks("command:log") && asks("command:log.view") && asks("kind:log_view"));
        assert!(!asks("") && !asks("command:logs") && !asks("kind:set"));
        assert!(LogFilter { all: true, ..LogFilter::default() }.with_log_views());
    }
}
