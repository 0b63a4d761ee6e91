//! Whether an application matches: each condition asks only for what it needs, and text is folded once.

use std::collections::HashMap;
use std::ops::Range;

use super::super::application::{Instant, Line};
use super::super::calendar::Day;
use super::super::finding::Finding;
use super::super::fold::{fold, fold_into};
use super::super::reflection::Reflection;
use super::super::ruling::Ruled;
use super::super::status::Status;
use super::field::FieldId;
use super::tree::{Condition, Needle};
use super::value::{Feature, Reply, Survey};

/// An application as a query sees it. Data that later pieces bring have defaults that match nothing.
pub trait Subject {
    /// 取得元.
    fn source(&self) -> &str;
    /// 整理番号.
    fn number(&self) -> &str;
    /// 氏名/法人名.
    fn name(&self) -> Option<&str>;
    /// フリガナ.
    fn kana(&self) -> Option<&str>;
    /// 連絡先メールアドレス.
    fn mail(&self) -> Option<&str>;
    /// 備考.
    fn remarks(&self) -> Option<&str>;
    /// 様式ID.
    fn form_code(&self) -> &str;
    /// 様式Ver.
    fn form_version(&self) -> &str;
    /// 様式名.
    fn form_name(&self) -> &str;
    /// 申込日時.
    fn submitted(&self) -> Option<Instant>;
    /// When ours was last changed.
    fn updated(&self) -> Option<Instant>;
    /// 処理状況, ours.
    fn status(&self) -> Status;
    /// 元システムの状況.
    fn source_status(&self) -> Option<Status>;
    /// How the two books stand to each other.
    fn reflection(&self) -> Reflection;
    /// 申込回線.
    fn line(&self) -> Option<Line>;
    /// Shows each item that has a value: its name, its value.
    fn items(&self, visit: &mut dyn FnMut(&str, &str));
    /// Whether it has this. 外字: [`has_gaiji`](super::super::fold::has_gaiji) of any field, or raw bytes kept.
    fn has(&self, feature: Feature) -> bool;
    /// The last day on which it must be kept.
    fn kept_until(&self) -> Option<Day> {
        None
    }
    /// 期限.
    fn due(&self) -> Option<Day> {
        None
    }
    /// 処理の期限: the last day, of what has one and whose clock doesn't stand still.
    fn deadline(&self) -> Option<Day> {
        None
    }
    /// 担当.
    fn assignee(&self) -> Option<&str> {
        None
    }
    /// Whether whoever asks is in charge of it.
    fn is_mine(&self) -> bool {
        false
    }
    /// Whether it carries a 札; names are compared by `is`.
    fn any_tag(&self, _is: &mut dyn FnMut(&str) -> bool) -> bool {
        false
    }
    /// Whether it has a 個別番号, and one that `is` so.
    fn individual_number(&self, _is: &mut dyn FnMut(&str) -> bool) -> bool {
        false
    }
    /// 審査結果.
    fn finding(&self) -> Option<Finding> {
        None
    }
    /// Whether it stands on a 起案, and one that `is` so.
    fn ruling(&self, _is: &mut dyn FnMut(&Ruled) -> bool) -> bool {
        false
    }
    /// Whether on this day a 補正の催促 is due that hasn't gone out.
    fn reminder_waits(&self, _today: Day) -> bool {
        false
    }
    /// 収受日.
    fn received_on(&self) -> Option<Day> {
        None
    }
    /// Whether it has a 収受番号, and one that `is` so.
    fn received_number(&self, _is: &mut dyn FnMut(&str) -> bool) -> bool {
        false
    }
    /// 所在.
    fn custody(&self) -> Option<&str> {
        None
    }
    /// Whether its 返信文書 stands so.
    fn reply_is(&self, _reply: Reply) -> bool {
        false
    }
    /// アンケートタイプ確認状況.
    fn survey(&self) -> Option<Survey> {
        None
    }
}

/// Which data a query touches, so that only those are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Status, source status, reflection, updated, and what else staff made of it.
    pub state: bool,
    /// Form, line, source, 申込日時.
    pub form: bool,
    /// Number, name, kana, mail, remarks.
    pub core: bool,
    /// Items.
    pub items: bool,
    /// Whether it has 外字: all text, or a mark that was kept of it.
    pub gaiji: bool,
    /// Which import brought its present revision.
    pub revised: bool,
}

impl Needs {
    /// What both touch.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            state: self.state || other.state,
            form: self.form || other.form,
            core: self.core || other.core,
            items: self.items || other.items,
            gaiji: self.gaiji || other.gaiji,
            revised: self.revised || other.revised,
        }
    }

    /// Adds what a condition touches.
    pub(super) fn add(&mut self, condition: &Condition) {
        let Some(field) = condition.field() else {
            (self.form, self.core, self.items) = (true, true, true);
            return;
        };
        match field {
            FieldId::Number | FieldId::Name | FieldId::Kana | FieldId::Mail | FieldId::Remarks => self.core = true,
            FieldId::Form | FieldId::FormVersion | FieldId::Submitted | FieldId::Line | FieldId::Source => {
                self.form = true;
            }
            FieldId::Item => self.items = true,
            FieldId::Deadline => (self.state, self.form, self.revised) = (true, true, true),
            FieldId::Retention => (self.state, self.form) = (true, true),
            FieldId::Has if *condition == Condition::Has(Feature::Gaiji) => self.gaiji = true,
            FieldId::Has
                if matches!(
                    condition,
                    Condition::Has(Feature::Correction | Feature::Revision) | Condition::Reminder(_)
                ) =>
            {
                (self.state, self.revised) = (true, true);
            }
            _ => self.state = true,
        }
    }

    /// How dear the dearest of them is, to ask the cheap terms first.
    pub(super) fn cost(self) -> u8 {
        if self.items || self.gaiji {
            3
        } else if self.core {
            2
        } else {
            u8::from(self.form)
        }
    }
}

/// Buffers that live from one application to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Folded fields one after another, each closed by a NUL, which no needle holds: first those of [`CORE`], then
    /// the items.
    text: String,
    /// Where each of [`CORE`] lies in `text`; empty until folded.
    places: Vec<Range<usize>>,
    has_items: bool,
    part: String,
    /// Item names with their fold.
    names: HashMap<String, String>,
}

/// The fields that free words look into, but for the items.
const CORE: usize = 6;
const NUMBER: usize = 0;
const NAME: usize = 1;
const KANA: usize = 2;
const REMARKS: usize = 3;
const FORM_CODE: usize = 4;
const FORM_NAME: usize = 5;

impl Scratch {
    /// Forgets the application before.
    pub(super) fn reset(&mut self) {
        self.text.clear();
        self.places.clear();
        self.has_items = false;
    }

    /// Folds the core fields, once.
    fn core(&mut self, subject: &dyn Subject) {
        if !self.places.is_empty() {
            return;
        }
        let fields: [Option<&str>; CORE] = [
            Some(subject.number()),
            subject.name(),
            subject.kana(),
            subject.remarks(),
            Some(subject.form_code()),
            Some(subject.form_name()),
        ];
        for field in fields {
            let start = self.text.len();
            // A NUL in a field would be a boundary: then a word can't be found across it, which is right too.
            fold_into(field.unwrap_or_default(), &mut self.text);
            self.places.push(start..self.text.len());
            self.text.push('\0');
        }
    }

    fn field(&mut self, subject: &dyn Subject, field: usize) -> &str {
        self.core(subject);
        &self.text[self.places[field].clone()]
    }

    /// Folds the items behind the core fields, once.
    fn items(&mut self, subject: &dyn Subject) {
        if self.has_items {
            return;
        }
        self.has_items = true;
        let text = &mut self.text;
        subject.items(&mut |_, value| {
            fold_into(value, text);
            text.push('\0');
        });
    }

    fn is_anywhere(&mut self, subject: &dyn Subject, needle: &Needle) -> bool {
        self.core(subject);
        if needle.is_in(&self.text) {
            return true;
        }
        if self.has_items {
            return false;
        }
        let core = self.text.len();
        self.items(subject);
        needle.is_in(&self.text[core..])
    }

    fn fold_part(&mut self, text: &str) -> &str {
        self.part.clear();
        fold_into(text, &mut self.part);
        &self.part
    }

    fn is_equal(&mut self, text: Option<&str>, needle: &Needle) -> bool {
        text.is_some_and(|text| self.fold_part(text) == needle.folded())
    }

    /// Whether an item of this name (or a repetition of it, `NAME#2`) contains the needle.
    fn is_in_item(&mut self, subject: &dyn Subject, name: &Needle, needle: &Needle) -> bool {
        let wanted = name.folded();
        let mut found = false;
        subject.items(&mut |item, value| {
            if found {
                return;
            }
            if !self.names.contains_key(item) {
                self.names.insert(item.to_owned(), fold(item));
            }
            let same = self.names.get(item).is_some_and(|folded| is_item(folded, wanted));
            found = same && needle.is_in(self.fold_part(value));
        });
        found
    }
}

/// Whether an item is the wanted one or a repetition of it (`NAME#2`); both names are folded.
#[must_use]
pub fn is_item(folded: &str, wanted: &str) -> bool {
    folded == wanted || folded.rsplit_once('#').is_some_and(|(first, n)| first == wanted && is_count(n))
}

fn is_count(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a word for an operator means whoever gives it: 自分, `me`.
#[must_use]
pub fn is_me(word: &str) -> bool {
    let word = fold(word);
    ["me", "自分"].iter().any(|me| word == fold(me))
}

impl Condition {
    /// Whether it holds for an application, by itself.
    #[must_use]
    pub fn holds(&self, subject: &dyn Subject, scratch: &mut Scratch) -> bool {
        scratch.reset();
        holds(self, subject, scratch)
    }
}

/// Whether a condition holds.
pub(super) fn holds(condition: &Condition, subject: &dyn Subject, scratch: &mut Scratch) -> bool {
    match condition {
        Condition::Text(needle) => scratch.is_anywhere(subject, needle),
        Condition::Contains(field, needle) => match field {
            FieldId::Number => needle.is_in(scratch.field(subject, NUMBER)),
            FieldId::Name => needle.is_in(scratch.field(subject, NAME)),
            FieldId::Kana => needle.is_in(scratch.field(subject, KANA)),
            FieldId::Remarks => needle.is_in(scratch.field(subject, REMARKS)),
            FieldId::Mail => subject.mail().is_some_and(|mail| needle.is_in(scratch.fold_part(mail))),
            FieldId::IndividualNumber => {
                subject.individual_number(&mut |number| needle.is_in(scratch.fold_part(number)))
            }
            FieldId::DocumentNumber => subject.ruling(&mut |ruled| {
                ruled.document_number.as_deref().is_some_and(|number| needle.is_in(scratch.fold_part(number)))
            }),
            FieldId::ReceivedNumber => subject.received_number(&mut |number| needle.is_in(scratch.fold_part(number))),
            _ => false,
        },
        Condition::Item(name, needle) => scratch.is_in_item(subject, name, needle),
        Condition::Form(needle) => {
            scratch.field(subject, FORM_CODE) == needle.folded() || needle.is_in(scratch.field(subject, FORM_NAME))
        }
        Condition::Equal(field, needle) => match field {
            FieldId::FormVersion => scratch.is_equal(Some(subject.form_version()), needle),
            FieldId::Source => scratch.is_equal(Some(subject.source()), needle),
            FieldId::Assignee if is_me(needle.text()) => subject.is_mine(),
            FieldId::Assignee => scratch.is_equal(subject.assignee(), needle),
            FieldId::Custody => scratch.is_equal(subject.custody(), needle),
            FieldId::Tag => subject.any_tag(&mut |tag| scratch.is_equal(Some(tag), needle)),
            _ => false,
        },
        Condition::Status(choice) => choice.means(subject.status()),
        Condition::SourceStatus(choice) => subject.source_status().is_some_and(|status| choice.means(status)),
        Condition::Date(field, span) => match field {
            FieldId::Submitted => subject.submitted().is_some_and(|at| span.contains(&at)),
            FieldId::Updated => subject.updated().is_some_and(|at| span.contains(&at)),
            FieldId::Deadline => subject.deadline().is_some_and(|day| span.touches(day)),
            FieldId::Due => subject.due().is_some_and(|day| span.touches(day)),
            FieldId::Decided => subject.ruling(&mut |ruled| ruled.decided_on.is_some_and(|day| span.touches(day))),
            FieldId::Retention => subject.kept_until().is_some_and(|day| span.touches(day)),
            FieldId::Received => subject.received_on().is_some_and(|day| span.touches(day)),
            _ => false,
        },
        Condition::Line(line) => subject.line() == Some(*line),
        Condition::Reply(reply) => subject.reply_is(*reply),
        Condition::Survey(survey) => subject.survey() == Some(*survey),
        Condition::Reflect(reflection) => subject.reflection() == *reflection,
        Condition::Ruling(state) => subject.ruling(&mut |ruled| ruled.state == *state),
        Condition::Result(finding) => subject.finding() == Some(*finding),
        Condition::Has(feature) => subject.has(*feature),
        Condition::Reminder(today) => subject.reminder_waits(*today),
    }
}
