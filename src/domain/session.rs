//! What a person's sitting leaves behind at this terminal: the layout of the list, where they stood, and views of their
//! own. Kept as JSON:
//! a view stands in it just as in the log, and a person can mend the file. What a later version has written beside it is
//! kept as it is.

use serde_json::{Map, Value, json};

use super::column::Column;
use super::order::Order;
use super::sitting::Sitting;
use super::view::View;

/// The format that this version writes.
const FORMAT: u64 = 1;

/// How wide a column may be made.
pub const WIDEST: u16 = 120;

/// A column of the list with the width that a person gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub column: Column,
    /// In columns of the terminal; `None` = as its text needs.
    pub width: Option<u16>,
}

impl From<Column> for Placed {
    fn from(column: Column) -> Self {
        Self { column, width: None }
    }
}

/// How the list was laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The name of the view that was in force.
    pub view: Option<String>,
    /// The order.
    pub order: Order,
    /// The columns; none = the usual ones.
    pub columns: Vec<Placed>,
}

/// Bytes that are no session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSession {
    /// No JSON object.
    #[error("no JSON object")]
    Broken,
    /// Written by a later version.
    #[error("of a later version")]
    Newer,
    /// Larger than any that is read.
    #[error("too large")]
    TooLarge,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    rows: Map<String, Value>,
}

impl Session {
    /// Reads a file; an empty one is a new session.
    ///
    /// # Errors
    /// It is no JSON object, or of a later version.
    pub fn read(bytes: &[u8]) -> Result<Self, BadSession> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let rows: Map<String, Value> = serde_json::from_slice(bytes).map_err(|_| BadSession::Broken)?;
        match rows.get("format").and_then(Value::as_u64) {
            Some(FORMAT) => Ok(Self { rows }),
            Some(_) => Err(BadSession::Newer),
            None => Err(BadSession::Broken),
        }
    }

    /// The bytes of its file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut rows = self.rows.clone();
        rows.insert("format".to_owned(), json!(FORMAT));
        let mut bytes = serde_json::to_vec_pretty(&rows).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The layout. What this version doesn't know in it is passed over.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let Some(row) = self.rows.get("layout") else { return Layout::default() };
        let text = |key: &str| row.get(key).and_then(Value::as_str);
        let placed = |row: &Value| {
            let column = Column::parse(row.get("column")?.as_str()?)?;
            let width = row.get("width").and_then(Value::as_u64).map(|width| width.min(WIDEST.into()) as u16);
            Some(Placed { column, width })
        };
        let mut columns: Vec<Placed> = Vec::new();
        for one in row.get("columns").and_then(Value::as_array).into_iter().flatten().filter_map(placed) {
            if !columns.iter().any(|known| known.column == one.column) {
                columns.push(one);
            }
        }
        let order = text("sort").and_then(Order::parse).unwrap_or_default();
        Layout { view: text("view").map(str::to_owned), order, columns }
    }

    /// Puts a layout in place.
    pub fn set_layout(&mut self, layout: &Layout) {
        let column = |placed: &Placed| json!({ "column": placed.column.id(), "width": placed.width });
        let columns: Vec<Value> = layout.columns.iter().map(column).collect();
        let row = json!({ "view": layout.view, "sort": layout.order.to_string(), "columns": columns });
        self.rows.insert("layout".to_owned(), row);
    }

    /// Where the person stood; `None` = nothing was kept of it.
    #[must_use]
    pub fn sitting(&self) -> Option<Sitting> {
        self.rows.get("sitting").map(Sitting::of_row)
    }

    /// Keeps where the person stands.
    pub fn set_sitting(&mut self, sitting: &Sitting) {
        self.rows.insert("sitting".to_owned(), sitting.row());
    }

    /// The day of the last sitting (`2026-11-20`).
    #[must_use]
    pub fn last_day(&self) -> Option<&str> {
        self.rows.get("day").and_then(Value::as_str)
    }

    /// Notes the day of a sitting.
    pub fn set_last_day(&mut self, day: &str) {
        self.rows.insert("day".to_owned(), json!(day));
    }

    /// Whether the tour of the practice store was taken or declined.
    #[must_use]
    pub fn toured(&self) -> bool {
        self.rows.get("toured").and_then(Value::as_bool).unwrap_or_default()
    }

    /// Notes that it was.
    pub fn set_toured(&mut self) {
        self.rows.insert("toured".to_owned(), json!(true));
    }

    /// The private views, by name.
    #[must_use]
    pub fn views(&self) -> Vec<View> {
        let mut views: Vec<View> = self.view_rows().iter().filter_map(View::of_row).collect();
        views.sort_by(|a, b| a.name.cmp(&b.name));
        views.dedup_by(|a, b| a.name == b.name);
        views
    }

    fn view_rows(&self) -> &[Value] {
        self.rows.get("views").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Saves a private view; one of the same name gives way. Tells whether that changed anything.
    pub fn save_view(&mut self, view: &View) -> bool {
        if self.views().contains(view) {
            return false;
        }
        let mut rows = self.without(&view.name);
        rows.push(view.row());
        self.rows.insert("views".to_owned(), Value::Array(rows));
        true
    }

    /// Takes a private view away; tells whether there was one.
    pub fn delete_view(&mut self, name: &str) -> bool {
        let rows = self.without(name);
        let gone = rows.len() < self.view_rows().len();
        self.rows.insert("views".to_owned(), Value::Array(rows));
        gone
    }

    fn without(&self, name: &str) -> Vec<Value> {
        let named = |row: &&Value| row.get("name").and_then(Value::as_str) == Some(name);
        self.view_rows().iter().filter(|row| !named(row)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, query: &str) -> View {
        View { name: name.into(), query: query.into(), ..View::default() }
    }

    #[test]
    fn layout_and_views_come_back() {
        let mut session = Session::default();
        let columns = vec![Column::Number.into(), Placed { column: Column::Item("希望日".into()), width: Some(20) }];
        let layout = Layout { view: Some("朝の分".into()), order: Order::parse("kana:desc").unwrap(), columns };
        session.set_layout(&layout);
        assert!(session.save_view(&view("b", "1")) && session.save_view(&view("a", "")));
        assert!(session.save_view(&view("b", "2")) && !session.save_view(&view("b", "2")));
        let back = Session::read(&session.bytes()).unwrap();
        assert_eq!((back.layout(), back.views()), (layout, vec![view("a", ""), view("b", "2")]));
        assert!(session.delete_view("a") && !session.delete_view("a"));
        assert_eq!(session.views(), [view("b", "2")]);
    }

    #[test]
    fn the_day_and_the_tour_come_back() {
        let mut session = Session::read(br#"{"format":1,"day":20261120,"toured":"yes"}"#).unwrap();
        assert_eq!((session.last_day(), session.toured()), (None, false), "what isn't understood was never noted");
        session.set_last_day("2026-11-20");
        session.set_toured();
        let back = Session::read(&session.bytes()).unwrap();
        assert_eq!((back.last_day(), back.toured()), (Some("2026-11-20"), true));
    }

    #[test]
    fn what_a_later_version_put_beside_it_stays() {
        let mut session =
            Session::read(br#"{"format":1,"marks":[1,2],"layout":{"sort":"weather","columns":[{"column":"moon"}]}}"#)
                .unwrap();
        assert_eq!(session.layout(), Layout::default());
        session.set_layout(&Layout::default());
        assert!(String::from_utf8(session.bytes()).unwrap().contains("marks"));
        assert_eq!(Session::read(br#"{"format":2}"#), Err(BadSession::Newer));
        for broken in [&b"[]"[..], b"{", b"{}", b"\xff"] {
            assert_eq!(Session::read(broken), Err(BadSession::Broken));
        }
    }
}
