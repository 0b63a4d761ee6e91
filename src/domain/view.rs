//! Views: a query, an order and columns under a name. The shipped ones stand in `data/views.toml`, shared ones in the
//! operation log (as a JSON row, because a query may name a person and must be erasable), private ones in the session.

use serde_json::{Value, json};

use super::column::Column;
use super::order::Order;
use super::query::{Context, Query, QueryError};

/// The longest name, in characters: it must fit on a screen.
const LONGEST_NAME: usize = 40;

/// A view as it is kept: words that a later version may have written, so they are read where they are used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// Its name.
    pub name: String,
    /// In the query language; empty = everything.
    pub query: String,
    /// `FIELD` or `FIELD:desc`; empty = the usual order.
    pub sort: String,
    /// Words of columns; none = the usual ones.
    pub columns: Vec<String>,
}

/// A view that this version understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// What it asks.
    pub query: Query,
    /// In which order.
    pub order: Order,
    /// Its columns; none = the usual ones.
    pub columns: Vec<Column>,
}

/// Why a view can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Its query.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Its order.
    #[error("no order {0}")]
    Sort(String),
    /// One of its columns.
    #[error("no column {0}")]
    Column(String),
}

impl View {
    /// A name as it is kept: without blanks around it; `None` for one that is empty, too long, or holds what a screen
    /// would hide.
    #[must_use]
    pub fn name_of(text: &str) -> Option<String> {
        let name = text.trim();
        let good = !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && !name.chars().any(|c| c.is_control() || super::visible::is_hidden(c));
        good.then(|| name.to_owned())
    }

    /// Reads its parts.
    ///
    /// # Errors
    /// The first part that this version doesn't understand.
    pub fn understood(&self, context: &Context) -> Result<Understood, Unreadable> {
        let query = Query::parse(&self.query, context)?;
        let order = match self.sort.as_str() {
            "" => Order::default(),
            sort => Order::parse(sort).ok_or_else(|| Unreadable::Sort(sort.to_owned()))?,
        };
        let mut columns = Vec::new();
        for word in &self.columns {
            let column = Column::parse(word).ok_or_else(|| Unreadable::Column(word.clone()))?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        Ok(Understood { query, order, columns })
    }

    /// The JSON row under which it is kept.
    #[must_use]
    pub fn row(&self) -> Value {
        json!({ "name": self.name, "query": self.query, "sort": self.sort, "columns": self.columns })
    }

    /// Reads a JSON row; what is missing or of another kind counts as left out. `None` where there is no name.
    #[must_use]
    pub fn of_row(row: &Value) -> Option<Self> {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = Some(text("name")).filter(|name| !name.is_empty())?;
        let columns = row.get("columns").and_then(Value::as_array);
        let columns = columns.into_iter().flatten().filter_map(|word| Some(word.as_str()?.to_owned())).collect();
        Some(Self { name, query: text("query"), sort: text("sort"), columns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Day;

    const TODAY: Context = Context { today: Day::constant(2026, 11, 20) };

    fn view(query: &str, sort: &str, columns: &[&str]) -> View {
        let columns = columns.iter().map(|word| (*word).to_owned()).collect();
        View { name: "朝の分".into(), query: query.into(), sort: sort.into(), columns }
    }

    #[test]
    fn a_row_comes_back_and_a_stranger_is_read_as_far_as_it_goes() {
        let one = view("状況:未処理", "number", &["number", "item.希望日"]);
        assert_eq!(View::of_row(&one.row()), Some(one));
        let row = json!({ "name": "x", "query": 7, "columns": ["number", 1], "colour": "red" });
        let read = View::of_row(&row).unwrap();
        assert_eq!((read.query.as_str(), read.columns.as_slice()), ("", &["number".to_owned()][..]));
        assert_eq!(View::of_row(&json!({ "query": "" })), None);
    }

    #[test]
    fn what_a_version_does_not_understand_is_named() {
        assert!(view("", "", &[]).understood(&TODAY).is_ok());
        assert_eq!(view("", "weather", &[]).understood(&TODAY), Err(Unreadable::Sort("weather".into())));
        assert_eq!(view("", "", &["weather"]).understood(&TODAY), Err(Unreadable::Column("weather".into())));
        assert!(matches!(view("weather:", "", &[]).understood(&TODAY), Err(Unreadable::Query(_))));
    }

    #[test]
    fn names_are_short_and_visible() {
        assert_eq!(View::name_of(" 朝の分 ").as_deref(), Some("朝の分"));
        for bad in ["", "  ", "a\u{1b}b", "a\nb", &"長".repeat(41)] {
            assert_eq!(View::name_of(bad), None, "{bad:?}");
        }
    }
}
