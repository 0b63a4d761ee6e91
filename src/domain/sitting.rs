//! Where a person stood when they left the screen: what they were looking at, what they had marked, and what they were
//! typing. It stands in their session's file; the next sitting takes it up.

use serde_json::{Value, json};

use super::identity::ApplicationId;
use super::marks::Marks;
use super::status::Request;

/// Where the cursor of the list stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stood {
    /// On which application.
    pub id: ApplicationId,
    /// At which place of the list, from 0: where to stand if the application is listed no longer.
    pub at: u64,
    /// On which line of the screen, from 0.
    pub line: u64,
}

/// Of which applications a file was to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftOf {
    /// Of the marked ones.
    Marked,
    /// Of all that match.
    Matching,
    /// Of what a view shows: its name.
    View(String),
}

/// What was being typed. It is offered again and never carried out: the count that a batch asks for isn't among it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// A query that can't be understood yet.
    Query {
        /// What stands in the search line.
        text: String,
        /// Whether the line had the keys.
        open: bool,
    },
    /// A batch.
    Batch {
        /// What was asked for.
        request: Request,
        /// For which applications.
        targets: Marks,
        /// The reason.
        reason: String,
        /// 補正文の部品, as they were typed.
        blocks: String,
    },
    /// An export.
    Export {
        /// Of which applications.
        of: DraftOf,
        /// Whether only the columns of the list were wanted.
        only_shown: bool,
        /// Kind of file, by its id.
        format: String,
        /// Where to.
        path: String,
    },
    /// A 反映用一覧.
    ReflectList {
        /// Where to.
        path: String,
    },
    /// A view to be saved.
    View {
        /// Its name.
        name: String,
        /// Whether for this person alone.
        private: bool,
    },
    /// The query as a form.
    Form {
        /// What was chosen, as a query.
        chosen: String,
        /// The texts of its fields: 申込日時 from and to, 氏名, フリガナ, the rest.
        texts: [String; 5],
    },
}

/// What was typed of an application that came on paper, at the counter or by phone.
#[derive(Clone, PartialEq, Eq)]
pub struct EntryDraft {
    /// The word of its form; `None` for a correction.
    pub form: Option<String>,
    /// What is corrected: its id, and the operation that brought the content that was shown.
    pub revises: Option<(u64, u64)>,
    /// What was typed, by the words of the fields.
    pub texts: Vec<(String, String)>,
}

impl std::fmt::Debug for EntryDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EntryDraft").field("form", &self.form).field("texts", &self.texts.len()).finish()
    }
}

impl EntryDraft {
    fn row(&self) -> Value {
        let revises = self.revises.map(|(id, base)| json!({ "id": id, "base": base }));
        json!({ "form": self.form, "revises": revises, "texts": self.texts })
    }

    fn of_row(row: &Value) -> Option<Self> {
        let number = |key: &str| row.get("revises")?.get(key)?.as_u64();
        let pair = |pair: &Value| {
            let text = |at: usize| pair.get(at).and_then(Value::as_str).map(str::to_owned);
            Some((text(0)?, text(1)?))
        };
        let texts = row.get("texts")?.as_array()?.iter().map(pair).collect::<Option<_>>()?;
        let draft = Self { form: text(row, "form"), revises: number("id").zip(number("base")), texts };
        (draft.form.is_some() != draft.revises.is_some()).then_some(draft)
    }
}

/// A sitting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sitting {
    /// The query of the list.
    pub query: String,
    /// The cursor of the list; `None` = the list was empty.
    pub cursor: Option<Stood>,
    /// The marked applications.
    pub marks: Marks,
    /// Whether the pane beside the list was wanted.
    pub pane: bool,
    /// Whether the page of the two books was open.
    pub books: bool,
    /// The application that was open whole.
    pub record: Option<ApplicationId>,
    /// What was being typed.
    pub draft: Option<Draft>,
    /// An entry that isn't finished; nothing of it that may not lie open.
    pub entry: Option<EntryDraft>,
    /// How many times in a row the screen fell before it kept a sitting in good order: what made it fall may be here.
    pub falls: u64,
}

/// After so many falls in a row nothing but the marks is taken up.
const MANY_FALLS: u64 = 2;

impl Sitting {
    /// What may be taken up: all of it, but the marks alone where it made the screen fall again and again.
    #[must_use]
    pub fn safe(self) -> Self {
        if self.falls < MANY_FALLS {
            return self;
        }
        Self { marks: self.marks, falls: self.falls, ..Self::default() }
    }

    /// Whether there is nothing to go on with that a person would notice.
    #[must_use]
    pub const fn is_fresh(&self) -> bool {
        self.query.is_empty()
            && self.marks.is_empty()
            && !self.books
            && self.record.is_none()
            && self.draft.is_none()
            && self.entry.is_none()
    }

    /// Every application that something hangs on.
    #[must_use]
    pub fn named(&self) -> Marks {
        let mut named = self.marks.clone();
        if let Some(Draft::Batch { targets, .. }) = &self.draft
            && *targets != named
        {
            for id in targets.iter() {
                named.set(id, true);
            }
        }
        if let Some(id) = self.record {
            named.set(id, true);
        }
        named
    }

    /// Lets go of applications that there are no longer; tells how many of them were marked. A batch without a target
    /// goes with them.
    pub fn let_go(&mut self, gone: &Marks) -> u64 {
        let mut marked = 0;
        for id in gone.iter() {
            marked += u64::from(self.marks.set(id, false));
            if let Some(Draft::Batch { targets, .. }) = &mut self.draft {
                targets.set(id, false);
            }
        }
        self.record.take_if(|id| gone.contains(*id));
        self.draft.take_if(|draft| matches!(draft, Draft::Batch { targets, .. } if targets.is_empty()));
        marked
    }

    /// The row of the session's file.
    pub(super) fn row(&self) -> Value {
        let cursor = self.cursor.map(|stood| json!({ "id": stood.id.as_u64(), "at": stood.at, "line": stood.line }));
        json!({
            "query": self.query,
            "cursor": cursor,
            "marked": self.marks.len(),
            "marks": self.marks.to_text(),
            "pane": self.pane,
            "books": self.books,
            "record": self.record.map(ApplicationId::as_u64),
            "entry": self.entry.as_ref().map(EntryDraft::row),
            "draft": self.draft.as_ref().map(|draft| draft.row(&self.marks)),
            "falls": self.falls,
        })
    }

    /// Reads it; what can't be read of it is passed over.
    pub(super) fn of_row(row: &Value) -> Self {
        let flag = |key: &str| row.get(key).and_then(Value::as_bool).unwrap_or_default();
        let cursor = row.get("cursor").and_then(|cursor| {
            let number = |key: &str| cursor.get(key).and_then(Value::as_u64);
            Some(Stood { id: ApplicationId::from_u64(number("id")?), at: number("at")?, line: number("line")? })
        });
        let marks = row.get("marks").and_then(Value::as_str).and_then(Marks::from_text).unwrap_or_default();
        Self {
            query: text(row, "query").unwrap_or_default(),
            cursor,
            pane: flag("pane"),
            books: flag("books"),
            record: row.get("record").and_then(Value::as_u64).map(ApplicationId::from_u64),
            draft: row.get("draft").and_then(|draft| Draft::of_row(draft, &marks)),
            marks,
            entry: row.get("entry").and_then(EntryDraft::of_row),
            falls: row.get("falls").and_then(Value::as_u64).unwrap_or_default(),
        }
    }
}

fn text(row: &Value, key: &str) -> Option<String> {
    row.get(key).and_then(Value::as_str).map(str::to_owned)
}

impl Draft {
    fn row(&self, marks: &Marks) -> Value {
        match self {
            Self::Query { text, open } => json!({ "of": "query", "text": text, "open": open }),
            Self::Batch { request, targets, reason, blocks } => {
                let request = match request {
                    Request::Accept => "accept",
                    Request::To(status) => status.id(),
                };
                // Most often the targets are the marked ones, which needn't stand here twice.
                let targets = (targets != marks).then(|| targets.to_text());
                json!({ "of": "batch", "request": request, "targets": targets, "reason": reason, "blocks": blocks })
            }
            Self::Export { of, only_shown, format, path } => {
                let view = if let DraftOf::View(name) = of { Some(name) } else { None };
                let marked = *of == DraftOf::Marked;
                json!({
                    "of": "export", "marked": marked, "view": view, "only_shown": only_shown, "format": format,
                    "path": path,
                })
            }
            Self::ReflectList { path } => json!({ "of": "reflect", "path": path }),
            Self::View { name, private } => json!({ "of": "view", "name": name, "private": private }),
            Self::Form { chosen, texts } => json!({ "of": "form", "chosen": chosen, "texts": texts }),
        }
    }

    fn of_row(row: &Value, marks: &Marks) -> Option<Self> {
        let text = |key: &str| text(row, key);
        let flag = |key: &str| row.get(key).and_then(Value::as_bool).unwrap_or_default();
        Some(match row.get("of")?.as_str()? {
            "query" => Self::Query { text: text("text")?, open: flag("open") },
            "batch" => Self::Batch {
                request: Request::parse(&text("request")?)?,
                targets: match text("targets") {
                    Some(targets) => Marks::from_text(&targets)?,
                    None => marks.clone(),
                },
                reason: text("reason")?,
                // An earlier version knew of none.
                blocks: text("blocks").unwrap_or_default(),
            },
            "export" => Self::Export {
                of: match text("view") {
                    Some(name) => DraftOf::View(name),
                    None if flag("marked") => DraftOf::Marked,
                    None => DraftOf::Matching,
                },
                only_shown: flag("only_shown"),
                format: text("format")?,
                path: text("path")?,
            },
            "reflect" => Self::ReflectList { path: text("path")? },
            "view" => Self::View { name: text("name")?, private: flag("private") },
            "form" => {
                let texts = row.get("texts")?.as_array()?;
                let texts = texts.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()?;
                Self::Form { chosen: text("chosen")?, texts: texts.try_into().ok()? }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::session::Session;
    use crate::domain::status::Status;

    fn ids() -> impl Strategy<Value = Marks> {
        prop::collection::vec((0u32..2, 0u32..100_000), 0..20)
            .prop_map(|ids| ids.into_iter().map(|(stream, n)| ApplicationId::new(stream, n)).collect())
    }

    fn entry() -> impl Strategy<Value = EntryDraft> {
        let texts = || prop::collection::vec(any::<(String, String)>(), 0..4);
        prop_oneof![
            (any::<String>(), texts()).prop_map(|(form, texts)| EntryDraft { form: Some(form), revises: None, texts }),
            (any::<(u64, u64)>(), texts()).prop_map(|(of, texts)| EntryDraft { form: None, revises: Some(of), texts }),
        ]
    }

    fn draft() -> impl Strategy<Value = Draft> {
        let of = prop_oneof![Just(DraftOf::Marked), Just(DraftOf::Matching), any::<String>().prop_map(DraftOf::View)];
        let requests: Vec<Request> = Status::ALL.into_iter().map(Request::To).chain([Request::Accept]).collect();
        prop_oneof![
            (any::<String>(), any::<bool>()).prop_map(|(text, open)| Draft::Query { text, open }),
            (prop::sample::select(requests), ids(), any::<String>(), any::<String>())
                .prop_map(|(request, targets, reason, blocks)| Draft::Batch { request, targets, reason, blocks }),
            (of, any::<bool>(), any::<String>(), any::<String>())
                .prop_map(|(of, only_shown, format, path)| Draft::Export { of, only_shown, format, path }),
            any::<String>().prop_map(|path| Draft::ReflectList { path }),
            (any::<String>(), any::<bool>()).prop_map(|(name, private)| Draft::View { name, private }),
            (any::<String>(), any::<[String; 5]>()).prop_map(|(chosen, texts)| Draft::Form { chosen, texts }),
        ]
    }

    proptest! {
        #[test]
        fn any_sitting_comes_back(
            query in any::<String>(),
            cursor in prop::option::of((any::<u64>(), any::<u64>(), any::<u64>())),
            marks in ids(),
            flags in any::<(bool, bool)>(),
            record in prop::option::of(any::<u64>()),
            draft in prop::option::of(draft()),
            entry in prop::option::of(entry()),
            falls in any::<u64>(),
        ) {
            let cursor = cursor.map(|(id, at, line)| Stood { id: ApplicationId::from_u64(id), at, line });
            let record = record.map(ApplicationId::from_u64);
            let (pane, books) = flags;
            let sitting = Sitting { query, cursor, marks, pane, books, record, draft, entry, falls };
            let mut session = Session::default();
            session.set_sitting(&sitting);
            let back = Session::read(&session.bytes()).unwrap();
            prop_assert_eq!(back.sitting(), Some(sitting));
        }
    }

    #[test]
    fn what_is_gone_is_let_go() {
        let id = |n| ApplicationId::new(0, n);
        let marks: Marks = [id(1), id(2), id(3)].into_iter().collect();
        let batch = |targets| {
            let (reason, blocks) = ("不足".to_owned(), String::new());
            Some(Draft::Batch { request: Request::Accept, targets, reason, blocks })
        };
        let only_one: Marks = [id(1)].into_iter().collect();
        let mut sitting = Sitting { marks, record: Some(id(2)), draft: batch(only_one.clone()), ..Sitting::default() };
        assert_eq!(sitting.named().len(), 3);
        assert_eq!(sitting.let_go(&[id(2), id(9)].into_iter().collect()), 1);
        assert_eq!((sitting.marks.len(), sitting.record, sitting.draft.is_some()), (2, None, true));
        assert_eq!(sitting.let_go(&only_one), 1);
        assert_eq!((sitting.marks.len(), sitting.draft), (1, None));
    }

    #[test]
    fn what_makes_the_screen_fall_is_not_taken_up_for_ever() {
        let marks: Marks = [ApplicationId::new(0, 1)].into_iter().collect();
        let mut sitting = Sitting { query: "山".into(), marks, falls: 1, ..Sitting::default() };
        assert_eq!(sitting.clone().safe(), sitting);
        sitting.falls = 2;
        let safe = sitting.clone().safe();
        assert_eq!((safe.marks, safe.query.as_str()), (sitting.marks, ""));
    }
}
