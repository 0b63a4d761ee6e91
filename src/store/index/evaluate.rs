//! A query as a plan over segments: each term is the union of its alternatives, in bits, cheapest first; text is only
//! looked for in segments in which something is left.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::OptionalExtension as _;

use super::deadline::LastDays;
use super::frame::Placed;
use super::resident::Resident;
use super::rows::Rows;
use super::snapshot::Snapshot;
use super::states::States;
use crate::domain::calendar::{Day, day_of_number};
use crate::domain::identity::OperationId;
use crate::domain::office_days::number_of;
use crate::domain::query::{Condition, Feature, FieldId, Needle, Query, Scratch};
use crate::domain::ruling::Ruled;
use crate::domain::status::Status;
use crate::store::Store;
use crate::store::error::{Result, StoreError};
use crate::store::search::{Place, RowSet};

/// How one alternative is tested. In the order of what it costs.
enum Test<'q> {
    /// By our status, as a table over its codes.
    Ours([bool; 256]),
    /// By the source's.
    Theirs([bool; 256]),
    /// By the operation that wrote last, as a table over the writers.
    Writer(Vec<bool>),
    /// By the form, each judged once.
    Form(Judged<'q>),
    /// By who is in charge, as a table over them.
    Charged(Vec<bool>),
    /// By the due day of what has one.
    Due(&'q Condition),
    /// By the last day, reckoned.
    Deadline(&'q Condition),
    /// By the last day of keeping, of what has ended.
    Kept(&'q Condition),
    /// By the stage of 補正の催促 that is reached on a day, of what is 返却中.
    Reminder(Day),
    /// These positions, ascending.
    Marked(Vec<u32>),
    /// Only what was revised can be meant.
    Revised(&'q Condition),
    /// What has equal books is judged once, the others one by one.
    Books(&'q Condition),
    /// One by one.
    Each(&'q Condition),
    /// A word of the text; a free one also by the form.
    Word(Place<'q>, &'q Needle, Option<Judged<'q>>),
}

impl Test<'_> {
    const fn cost(&self) -> u8 {
        match self {
            Self::Ours(_) | Self::Theirs(_) | Self::Revised(_) | Self::Marked(_) | Self::Charged(_) => 0,
            Self::Writer(_) | Self::Form(_) | Self::Books(_) | Self::Due(_) => 1,
            Self::Each(_) | Self::Deadline(_) | Self::Kept(_) | Self::Reminder(_) => 2,
            Self::Word(Place::Anywhere, ..) => 4,
            Self::Word(..) => 3,
        }
    }
}

/// A condition with what it says of the forms that were met.
struct Judged<'q> {
    condition: &'q Condition,
    forms: RefCell<HashMap<u32, bool>>,
}

impl<'q> Judged<'q> {
    fn new(condition: &'q Condition) -> Self {
        Self { condition, forms: RefCell::default() }
    }
}

struct Term<'q> {
    negated: bool,
    tests: Vec<Test<'q>>,
}

/// A query, ready to be asked of a snapshot in a store's transaction.
pub(super) struct Evaluation<'q> {
    store: &'q Store,
    snapshot: &'q Snapshot,
    states: Option<&'q States>,
    terms: Vec<Term<'q>>,
    scratch: RefCell<Scratch>,
    found: RefCell<RowSet>,
}

impl<'q> Evaluation<'q> {
    /// Plans a query; `states` must be there if it needs state.
    pub(super) fn new(store: &'q Store, snapshot: &'q Snapshot, states: Option<&'q States>, query: &'q Query) -> Self {
        let (scratch, found) = (RefCell::default(), RefCell::default());
        let mut plan = Self { store, snapshot, states, terms: Vec::new(), scratch, found };
        let mut terms: Vec<Term<'q>> = query.terms().iter().map(|term| plan.term(term)).collect();
        // The first alternatives in are the ones that spare the dearer ones; the dearest decides when a term comes.
        terms.iter_mut().for_each(|term| term.tests.sort_by_key(Test::cost));
        terms.sort_by_key(|term| term.tests.last().map_or(0, Test::cost));
        plan.terms = terms;
        plan
    }

    fn term(&self, term: &'q crate::domain::query::Term) -> Term<'q> {
        let tests = term.alternatives.iter().map(|condition| self.test(condition)).collect();
        Term { negated: term.negated, tests }
    }

    fn test(&self, condition: &'q Condition) -> Test<'q> {
        let codes = |of: &dyn Fn(Status) -> Resident<'static>| {
            let mut codes = [false; 256];
            for status in Status::ALL {
                codes[usize::from(status.code())] = self.holds(condition, &of(status));
            }
            codes
        };
        let nobody = Resident::default();
        match condition {
            Condition::Text(needle) => Test::Word(Place::Anywhere, needle, Some(Judged::new(condition))),
            Condition::Contains(field, needle) => match field {
                FieldId::Number => Test::Word(Place::Number, needle, None),
                FieldId::Name => Test::Word(Place::Name, needle, None),
                FieldId::Kana => Test::Word(Place::Kana, needle, None),
                FieldId::Remarks => Test::Word(Place::Remarks, needle, None),
                FieldId::Mail => Test::Word(Place::Mail, needle, None),
                FieldId::IndividualNumber => self.numbered(condition),
                FieldId::ReceivedNumber => self.received(condition),
                FieldId::DocumentNumber => self.ruled(condition),
                _ => Test::Each(condition),
            },
            Condition::Item(name, needle) => Test::Word(Place::Item(name.folded()), needle, None),
            Condition::Form(_) | Condition::Equal(FieldId::FormVersion | FieldId::Source, _) => {
                Test::Form(Judged::new(condition))
            }
            Condition::Status(_) => Test::Ours(codes(&|status| Resident { ours: (status, nobody.ours.1), ..nobody })),
            Condition::SourceStatus(_) => {
                Test::Theirs(codes(&|status| Resident { theirs: Some((status, nobody.ours.1)), ..nobody }))
            }
            Condition::Date(FieldId::Updated, _) => {
                let times = self.states.map_or(&[][..], |states| &states.writers.at_ms);
                let of = |at: &Option<i64>| self.holds(condition, &Resident { updated_ms: *at, ..nobody });
                Test::Writer(times.iter().map(of).collect())
            }
            Condition::Equal(FieldId::Assignee, _) | Condition::Has(Feature::Assignee) => {
                let of = |(_, code): &(OperationId, String)| {
                    let mine = self.store.is_own(code);
                    self.holds(condition, &Resident { assignee: Some((code, mine)), ..nobody })
                };
                Test::Charged(self.states.map_or(&[][..], |states| &states.staff).iter().map(of).collect())
            }
            Condition::Date(FieldId::Deadline, _) => Test::Deadline(condition),
            Condition::Reminder(today) => Test::Reminder(*today),
            Condition::Date(FieldId::Due, _) | Condition::Has(Feature::Due) => Test::Due(condition),
            Condition::Date(FieldId::Retention, _) => Test::Kept(condition),
            Condition::Equal(FieldId::Tag, _) | Condition::Has(Feature::Tag) => {
                let of = |name: &str| self.holds(condition, &Resident { tag: Some(name), ..nobody });
                Test::Marked(self.states.map_or_else(Vec::new, |states| states.marks.tagged(&of)))
            }
            Condition::Date(FieldId::Received, _) | Condition::Has(Feature::Received) => self.received(condition),
            Condition::Ruling(_) | Condition::Date(FieldId::Decided, _) | Condition::Has(Feature::Ruling) => {
                self.ruled(condition)
            }
            Condition::Result(_) | Condition::Has(Feature::Result) => {
                let of = |finding| self.holds(condition, &Resident { finding: Some(finding), ..nobody });
                Test::Marked(self.states.map_or_else(Vec::new, |states| states.marks.examined(&of)))
            }
            Condition::Has(Feature::IndividualNumber) => self.numbered(condition),
            Condition::Has(Feature::Note) => {
                Test::Marked(self.states.map_or_else(Vec::new, |states| states.marks.noted.clone()))
            }
            Condition::Has(Feature::Callback) => {
                Test::Marked(self.states.map_or_else(Vec::new, |states| states.marks.awaiting.clone()))
            }
            Condition::Has(Feature::HandedOver) => {
                Test::Marked(self.states.map_or_else(Vec::new, |states| self.unmoved(states)))
            }
            Condition::Has(Feature::Correction | Feature::Revision) => Test::Revised(condition),
            Condition::Reflect(_) | Condition::Has(Feature::Withdrawal) => Test::Books(condition),
            _ => Test::Each(condition),
        }
    }

    fn numbered(&self, condition: &Condition) -> Test<'q> {
        let of =
            |number: &str| self.holds(condition, &Resident { individual_number: Some(number), ..Resident::default() });
        Test::Marked(self.states.map_or_else(Vec::new, |states| states.marks.numbered(&of)))
    }

    fn ruled(&self, condition: &Condition) -> Test<'q> {
        let of = |ruled: &Ruled| self.holds(condition, &Resident { ruling: Some(ruled), ..Resident::default() });
        Test::Marked(self.states.map_or_else(Vec::new, |states| states.marks.ruled(&of)))
    }

    /// What was handed over and stands in the status that it had.
    fn unmoved(&self, states: &States) -> Vec<u32> {
        let is_older = |(position, handed): &(u32, OperationId)| {
            let (part, row) = self.snapshot.frame.place(*position);
            states.ours(part, row).is_some_and(|(_, written)| written < *handed)
        };
        states.marks.handed.iter().filter(|one| is_older(one)).map(|(position, _)| *position).collect()
    }

    fn received(&self, condition: &Condition) -> Test<'q> {
        let of = |day, number: &str| {
            self.holds(condition, &Resident { received: Some((day, number)), ..Resident::default() })
        };
        Test::Marked(self.states.map_or_else(Vec::new, |states| states.marks.received(&of)))
    }

    fn holds(&self, condition: &Condition, subject: &Resident<'_>) -> bool {
        condition.holds(subject, &mut self.scratch.borrow_mut())
    }

    /// The rows of a part that exist.
    pub(super) fn alive(&self, part: usize) -> Rows {
        let mut alive = self.snapshot.frame.parts[part].alive.clone();
        if let Some(states) = self.states {
            let column = &states.columns[part];
            let mut there = Rows::none(column.status.len());
            there.insert_where(&column.status, |status| status != 0);
            alive.intersect(&there);
        }
        alive
    }

    /// Those of some rows of a part that match.
    pub(super) fn among(&self, part: usize, mut left: Rows) -> Result<Rows> {
        let placed = &self.snapshot.frame.parts[part];
        for term in &self.terms {
            if left.is_empty() {
                break;
            }
            let mut found = Rows::none(placed.len());
            for test in &term.tests {
                self.mark(test, part, placed, &left, &mut found)?;
                if found.covers(&left) {
                    break;
                }
            }
            if term.negated {
                left.subtract(&found);
            } else {
                left.intersect(&found);
            }
        }
        Ok(left)
    }

    /// Adds the rows of which a test holds; it need not look at more than what is `left`.
    fn mark(&self, test: &Test<'q>, part: usize, placed: &Placed, left: &Rows, found: &mut Rows) -> Result<()> {
        let segment = placed.segment();
        match test {
            Test::Ours(codes) => {
                let states = self.states()?;
                found.insert_where(&states.columns[part].status, |code| codes[usize::from(code)]);
            }
            Test::Theirs(codes) => {
                let states = self.states()?;
                found.insert_where(&states.columns[part].source, |code| codes[usize::from(code)]);
            }
            Test::Writer(meant) => {
                let states = self.states()?;
                left.iter().filter(|row| meant[states.last_written(part, *row)]).for_each(|row| found.insert(row));
            }
            Test::Form(judged) => self.mark_forms(judged, placed, left, found)?,
            Test::Charged(meant) => {
                let column = &self.states()?.columns[part].assignee;
                found.insert_where(column, |number| number != 0 && meant[number as usize - 1]);
            }
            Test::Due(condition) => {
                let column = &self.states()?.columns[part].due;
                if !column.is_empty() {
                    for row in left.iter().filter(|row| column[*row] != 0) {
                        let due = day_of_number(u64::from(column[row]) - 1);
                        if self.holds(condition, &Resident { due, ..Resident::default() }) {
                            found.insert(row);
                        }
                    }
                }
            }
            Test::Deadline(condition) => {
                let last_days = LastDays::new(self.store, &self.snapshot.frame, self.states()?)?;
                for row in left.iter() {
                    let deadline = last_days.day_of(part, row)?;
                    if deadline.is_some() && self.holds(condition, &Resident { deadline, ..Resident::default() }) {
                        found.insert(row);
                    }
                }
            }
            Test::Reminder(today) => {
                let (states, today) = (self.states()?, number_of(*today).unwrap_or_default());
                for row in left.iter() {
                    let Some(status) = states.ours(part, row).filter(|(status, _)| *status == Status::Returned) else {
                        continue;
                    };
                    let revised = states.revised_by(placed.base + row as u32);
                    if self.store.reminder_waiting((segment.id(row), status, revised), today)?.is_some() {
                        found.insert(row);
                    }
                }
            }
            Test::Marked(positions) => {
                let from = positions.partition_point(|position| *position < placed.base);
                let end = placed.base + placed.len() as u32;
                let here = positions[from..].iter().take_while(|position| **position < end);
                here.for_each(|position| found.insert((position - placed.base) as usize));
            }
            Test::Revised(condition) => {
                let revised = &self.states()?.revised;
                let from = revised.partition_point(|(position, _)| *position < placed.base);
                let end = placed.base + placed.len() as u32;
                for (position, _) in revised[from..].iter().take_while(|(position, _)| *position < end) {
                    let row = (position - placed.base) as usize;
                    if left.contains(row) && self.holds(condition, &self.resident(part, row)?) {
                        found.insert(row);
                    }
                }
            }
            Test::Books(condition) => {
                let column = &self.states()?.columns[part];
                let equal = self.holds(condition, &Resident::default());
                for row in left.iter() {
                    let differ = column.source[row] != 0 && column.source[row] != column.status[row];
                    if if differ { self.holds(condition, &self.resident(part, row)?) } else { equal } {
                        found.insert(row);
                    }
                }
            }
            Test::Kept(condition) => {
                let (mut forms, extends) = (HashMap::new(), self.store.knows_extensions()?);
                for row in left.iter() {
                    let Some(ours) = self.states()?.ours(part, row).filter(|(status, _)| status.is_final()) else {
                        continue;
                    };
                    let form = segment.form(row);
                    let years = match forms.entry(form) {
                        Entry::Occupied(known) => *known.get(),
                        Entry::Vacant(free) => {
                            let (source, header) = self.store.form_header(form.into())?;
                            *free.insert(self.store.years_of(&source, &header))
                        }
                    };
                    let Some(years) = years else { continue };
                    let kept_until = self.store.kept_until(segment.id(row), (years, extends), ours)?;
                    if self.holds(condition, &Resident { kept_until, ..Resident::default() }) {
                        found.insert(row);
                    }
                }
            }
            Test::Each(condition) => {
                for row in left.iter() {
                    if self.holds(condition, &self.resident(part, row)?) {
                        found.insert(row);
                    }
                }
            }
            Test::Word(place, needle, forms) => {
                if let Some(forms) = forms {
                    self.mark_forms(forms, placed, left, found)?;
                    if found.covers(left) {
                        return Ok(());
                    }
                }
                let hits = placed.part.hits(*place, needle);
                if !hits.is_empty() {
                    let mut rows = self.found.borrow_mut();
                    rows.clear();
                    segment.mark(&hits, &mut rows);
                    found.unite(rows.words());
                }
            }
        }
        Ok(())
    }

    fn mark_forms(&self, judged: &Judged<'_>, placed: &Placed, left: &Rows, found: &mut Rows) -> Result<()> {
        let mut forms = judged.forms.borrow_mut();
        let (mut any, mut all) = (false, true);
        for no in placed.part.forms() {
            let meant = match forms.get(no) {
                Some(meant) => *meant,
                None => {
                    let meant = self.is_form(judged.condition, *no)?;
                    forms.insert(*no, meant);
                    meant
                }
            };
            (any, all) = (any || meant, all && meant);
        }
        if all {
            found.unite(left.words());
        } else if any {
            let meant = |row: &usize| forms.get(&placed.segment().form(*row)) == Some(&true);
            left.iter().filter(meant).for_each(|row| found.insert(row));
        }
        Ok(())
    }

    fn is_form(&self, condition: &Condition, no: u32) -> Result<bool> {
        let form = self.store.form(no.into())?;
        let source = source_of(self.store, no)?;
        Ok(self.holds(condition, &Resident { form: Some(&form.header), source: &source, ..Resident::default() }))
    }

    /// What is known of a row, but for its form.
    fn resident(&self, part: usize, row: usize) -> Result<Resident<'static>> {
        let placed = &self.snapshot.frame.parts[part];
        let mut resident = Resident { facts: Some(placed.segment().facts(row)), ..Resident::default() };
        if let Some(states) = self.states {
            resident.ours = states.ours(part, row).ok_or_else(unread)?;
            resident.theirs = states.theirs(part, row);
            resident.revised = states.revised_by(placed.base + row as u32);
            resident.updated_ms = states.writers.at_ms[states.last_written(part, row)];
        }
        Ok(resident)
    }

    fn states(&self) -> Result<&'q States> {
        self.states.ok_or_else(unread)
    }
}

/// The source of a form, which is that of its applications.
pub(super) fn source_of(store: &Store, form: u32) -> Result<std::sync::Arc<str>> {
    let mut statement = store.db.prepare_cached("SELECT source FROM form WHERE no = ?1")?;
    let source: Option<i64> = statement.query_row([form], |row| row.get(0)).optional()?;
    store.source_code(source.ok_or_else(|| StoreError::Damaged(format!("form {form}")))?)
}

/// A plan that asks for states must have been given them.
fn unread() -> StoreError {
    StoreError::Damaged("state".into())
}
