//! The columns of a list: the keys of an application's object, parts of its form, and its items by name.

use serde_json::{Map, Value};

use super::error::CliError;
use crate::domain::column;
use crate::domain::query::{FIELDS, FieldId, Listed as _};
use crate::domain::reflection::Reflection;
use crate::domain::status::Status;
use crate::messages::Messages;

/// Every key of an application, in the order of its object.
pub(super) const KEYS: [&str; 29] = [
    "source",
    "number",
    "user_id",
    "name",
    "display_name",
    "kana",
    "mail",
    "form",
    "submitted_at",
    "status",
    "status_label",
    "source_status",
    "result",
    "line",
    "reply",
    "survey_checked",
    "remarks",
    "assignee",
    "due",
    "tags",
    "individual_number",
    "ruling",
    "received_on",
    "received_number",
    "custody",
    "version",
    "items",
    "attachments",
    "deliveries",
];

/// Columns beside the keys: parts of the form and of the 起案; the column's name, the key, and the key within.
const PARTS: [(&str, &str, &str); 4] = [
    ("form_version", "form", "version"),
    ("form_name", "form", "name"),
    ("decided_on", "ruling", "decided_on"),
    ("document_number", "ruling", "document_number"),
];

/// Columns that stand beside an application's object: they are worked out where they are asked for.
pub(super) const DERIVED: [&str; 3] = ["reflect", "updated_at", "deadline"];

/// What a person sees of each application where nothing is asked.
const FOR_PEOPLE: [&str; 6] = ["number", "submitted_at", "status", "source_status", "form", "name"];

/// What a CSV has where nothing is asked: everything that is one value.
const FLAT: [&str; 23] = [
    "source",
    "number",
    "user_id",
    "name",
    "kana",
    "mail",
    "form",
    "form_version",
    "form_name",
    "submitted_at",
    "status",
    "status_label",
    "source_status",
    "line",
    "remarks",
    "assignee",
    "due",
    "custody",
    "version",
    "individual_number",
    "result",
    "received_on",
    "received_number",
];

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// A key of the object.
    Key(&'static str),
    /// A part of another key: the column's name, that key, and the key within.
    Part(&'static str, &'static str, &'static str),
    /// An item.
    Item(String),
}

impl Column {
    /// The usual columns of a table.
    pub(super) fn for_people() -> Vec<Self> {
        FOR_PEOPLE.into_iter().filter_map(named).collect()
    }

    /// The usual columns of a CSV.
    pub(super) fn flat() -> Vec<Self> {
        FLAT.into_iter().filter_map(named).collect()
    }

    /// A column of a view.
    pub(super) fn of(column: &column::Column) -> Self {
        match column {
            column::Column::Item(name) => Self::Item(name.clone()),
            fixed => named(&fixed.id()).unwrap_or(Self::Key("number")),
        }
    }

    /// Reads a column's name: a key, a heading in either language, a field of the query language, or `item.NAME`.
    pub(super) fn parse(text: &str, messages: &[&Messages]) -> Result<Self, CliError> {
        let word = text.trim();
        let item = FieldId::Item.info();
        let names = [item.id, item.japanese].into_iter();
        if let Some(name) = names.filter_map(|prefix| word.strip_prefix(prefix)?.strip_prefix('.')).next() {
            return Ok(Self::Item(name.to_owned()));
        }
        let headed = |key: &&str| messages.iter().any(|messages| messages.text(&heading_key(key)) == word);
        let all = || KEYS.into_iter().chain(DERIVED).chain(PARTS.into_iter().map(|(name, _, _)| name));
        named(word)
            .or_else(|| all().find(headed).and_then(named))
            .or_else(|| {
                let known = |name: &&str| *name == word;
                let field = FIELDS
                    .iter()
                    .find(|field| field.id == word || field.japanese == word || field.aliases.iter().any(known))?;
                let id = field.id.replace('-', "_");
                all()
                    .find(|key| *key == id || key.trim_end_matches("_at") == id || *key == format!("{id}s"))
                    .and_then(named)
            })
            .ok_or_else(|| CliError::UnknownColumn(word.to_owned()))
    }

    /// The name for scripts.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Key(key) | Self::Part(key, ..) => (*key).to_owned(),
            Self::Item(name) => format!("item.{name}"),
        }
    }

    /// The heading for people.
    pub(super) fn heading(&self, messages: &Messages) -> String {
        match self {
            Self::Key(key) | Self::Part(key, ..) => messages.text(&heading_key(key)).to_owned(),
            Self::Item(name) => name.clone(),
        }
    }

    /// The value in an application's object.
    pub(super) fn value(&self, object: &Map<String, Value>) -> Value {
        match self {
            Self::Key(key) => object.get(*key).cloned().unwrap_or_default(),
            Self::Part(_, whole, part) => object.get(*whole).map(|whole| whole[part].clone()).unwrap_or_default(),
            Self::Item(name) => {
                let items = object.get("items").and_then(Value::as_array);
                let item = items.and_then(|items| items.iter().find(|item| item["name"] == name.as_str()));
                item.map(|item| item["value"].clone()).unwrap_or_default()
            }
        }
    }

    /// The cell of a CSV: one value each, a form by its id.
    pub(super) fn cell(&self, object: &Map<String, Value>) -> String {
        match self.value(object) {
            Value::Object(form) if *self == Self::Key("form") => plain(&form["id"]),
            Value::Object(result) if *self == Self::Key("result") => plain(&result["code"]),
            Value::Object(ruling) if *self == Self::Key("ruling") => plain(&ruling["state"]),
            Value::Object(deadline) if *self == Self::Key("deadline") => plain(&deadline["date"]),
            Value::Array(tags) if *self == Self::Key("tags") => joined(&tags),
            other => plain(&other),
        }
    }

    /// The cell of a table: a status by its label, the time without seconds, a form with its name.
    pub(super) fn shown(&self, object: &Map<String, Value>) -> String {
        let value = self.value(object);
        match (self, &value) {
            (Self::Key("status" | "source_status"), Value::String(id)) => {
                Status::parse(id).map_or_else(|| id.clone(), |status| status.label().to_owned())
            }
            (Self::Key("reflect"), Value::String(id)) => {
                Reflection::parse(id).map_or_else(|| id.clone(), |reflection| reflection.label().to_owned())
            }
            (Self::Key("submitted_at" | "updated_at"), Value::String(iso)) => {
                iso.get(..16).map_or_else(|| iso.clone(), |minute| minute.replace('T', " "))
            }
            (Self::Key("form"), Value::Object(form)) => {
                format!("{} {}", plain(&form["id"]), plain(&form["name"])).trim().to_owned()
            }
            (Self::Key("result" | "ruling"), Value::Object(one)) => plain(&one["label"]),
            (Self::Key("tags"), Value::Array(tags)) => joined(tags),
            (Self::Key("deadline"), Value::Object(deadline)) => {
                format!("{} {} ({})", plain(&deadline["kind"]), plain(&deadline["date"]), plain(&deadline["days"]))
            }
            // Whoever reads a table wants to know who it is.
            (Self::Key("name"), _) => object.get("display_name").map_or_else(|| plain(&value), plain),
            _ => plain(&value),
        }
    }
}

fn named(name: &str) -> Option<Column> {
    let key = KEYS.into_iter().chain(DERIVED).find(|key| *key == name).map(Column::Key);
    key.or_else(|| {
        PARTS.into_iter().find(|(part, ..)| *part == name).map(|(part, whole, key)| Column::Part(part, whole, key))
    })
}

fn heading_key(key: &str) -> String {
    format!("cli.column.{key}")
}

/// Names one after another.
fn joined(names: &[Value]) -> String {
    names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

/// A value as the text of a cell.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::messages::Language;

    #[test]
    fn columns_are_named_by_key_heading_query_field_or_item() {
        let messages = [Language::Japanese, Language::English].map(|lang| Messages::load(lang, &Assets::built_in()));
        let parse = |word: &str| Column::parse(word, &[&messages[0], &messages[1]]).ok();
        for key in KEYS {
            assert_eq!(parse(key), Some(Column::Key(key)));
            for messages in &messages {
                assert_eq!(parse(messages.text(&heading_key(key))), Some(Column::Key(key)), "{key}");
            }
        }
        let key = |word: &str| parse(word).map(|column| column.name());
        assert_eq!(key("整理番号").as_deref(), Some("number"));
        assert_eq!(key("氏名/法人名").as_deref(), Some("name"));
        assert_eq!(key("申込日時").as_deref(), Some("submitted_at"));
        assert_eq!(key("submitted").as_deref(), Some("submitted_at"));
        assert_eq!(key("様式名").as_deref(), Some("form_name"));
        assert_eq!(key("札").as_deref(), Some("tags"));
        assert_eq!(key("項目.住所").as_deref(), Some("item.住所"));
        assert_eq!(key("何か"), None);
    }
}
