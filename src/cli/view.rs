//! `view`: views by name, and how other commands take one with `--view`.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE, query_of};
use super::columns::Column;
use super::error::CliError;
use super::flags;
use super::list::{columns_of, order_of};
use super::progress::stop_flag;
use super::table::Table;
use crate::domain::column;
use crate::domain::order::Order;
use crate::domain::query::Query;
use crate::domain::view::View;
use crate::office::{self, Desk, KnownView, ViewBase, ViewChange, ViewKind, Work};

/// What `--view NAME` and QUERY ask for together.
pub(super) struct Asked {
    pub query: Query,
    /// The query as text, for the log.
    pub text: String,
    /// The view's order.
    pub order: Option<Order>,
    /// The view's columns, where it has any.
    pub columns: Option<Vec<column::Column>>,
}

/// Reads QUERY and the view; what both say must hold.
pub(super) fn asked(call: &Call<'_>, desk: &Desk, view: Option<&str>, text: Option<&str>) -> Result<Asked, CliError> {
    let query = query_of(desk, text)?;
    let own = text.unwrap_or_default().to_owned();
    let Some(name) = view else { return Ok(Asked { query, text: own, order: None, columns: None }) };
    let views = office::views(desk, &shipped(call))?;
    let view = &office::view_named(&views, name)?.view;
    let understood = office::understand(desk, view)?;
    let columns = Some(understood.columns).filter(|columns| !columns.is_empty());
    // Both are whole, so side by side they are one query that asks both.
    let text = format!("{} {own}", view.query).trim().to_owned();
    let query = if own.is_empty() { understood.query } else { desk.query(&text)? };
    Ok(Asked { query, text, order: Some(understood.order), columns })
}

fn shipped(call: &Call<'_>) -> Vec<KnownView> {
    office::shipped_views(&call.assets, call.messages.language())
}

pub(super) fn run(call: &mut Call<'_>, flags: &flags::View) -> Answer {
    match flags {
        flags::View::List { counts } => list(call, *counts),
        flags::View::Show { name } => show(call, name),
        flags::View::Save { name, query, sort, columns, private } => {
            let sort = sort.as_deref().map(order_of).transpose()?.map(|order| order.to_string());
            let columns = columns_of(call, columns)?.unwrap_or_default();
            let columns = columns.iter().map(word).collect::<Result<_, _>>()?;
            let query = query.clone().unwrap_or_default();
            save(call, &View { name: name.clone(), query, sort: sort.unwrap_or_default(), columns }, *private)
        }
        flags::View::Delete { name, private } => delete(call, name, *private),
    }
}

/// The word of a column, if a list on the screen can show it.
fn word(column: &Column) -> Result<String, CliError> {
    let word = column.name();
    if column::Column::parse(&word).is_some() { Ok(word) } else { Err(CliError::UnknownColumn(word)) }
}

fn object(known: &KnownView) -> Value {
    let View { name, query, sort, columns } = &known.view;
    json!({ "name": name, "kind": known.kind.id(), "query": query, "sort": sort, "columns": columns })
}

fn list(call: &mut Call<'_>, with_counts: bool) -> Answer {
    let desk = call.desk()?;
    let views = office::views(&desk, &shipped(call))?;
    let counts = if with_counts { Some(counts(&desk, &views)?) } else { None };
    if call.flags.json {
        let mut objects: Vec<Value> = views.iter().map(object).collect();
        for (object, count) in objects.iter_mut().zip(counts.iter().flatten()) {
            object["count"] = json!(count);
        }
        call.out.document(&Value::Array(objects))?;
        return Ok(DONE);
    }
    let heading = |key: &str| call.text(&format!("cli.view.{key}"), &[]);
    let mut headings: Vec<String> = ["name", "kind", "query", "sort", "columns"].map(heading).to_vec();
    headings.extend(counts.is_some().then(|| heading("count")));
    let mut table = Table::new(headings);
    for (at, known) in views.iter().enumerate() {
        let View { name, query, sort, columns } = &known.view;
        let mut cells = vec![name.clone(), kind(call, known.kind), query.clone(), sort.clone(), columns.join(",")];
        if let Some(counts) = &counts {
            // A view that this version doesn't understand has no count.
            cells.push(counts[at].map_or_else(|| "-".to_owned(), |count| count.to_string()));
        }
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

/// How many each view shows, all from one pass; `None` for one that isn't understood.
fn counts(desk: &Desk, views: &[KnownView]) -> Result<Vec<Option<u64>>, CliError> {
    let queries: Vec<Option<Query>> =
        views.iter().map(|known| office::understand(desk, &known.view).ok().map(|view| view.query)).collect();
    let whole: Vec<Query> = queries.iter().flatten().cloned().collect();
    let stop = stop_flag();
    let counted = office::count_each(desk, &whole, &Work::new(&stop, &mut |_| {}), &mut |_| {});
    let mut counted = counted.map_err(CliError::reading)?.into_iter();
    Ok(queries.iter().map(|query| query.as_ref().and_then(|_| counted.next())).collect())
}

fn kind(call: &Call<'_>, kind: ViewKind) -> String {
    call.text(&format!("view.kind.{}", kind.id()), &[])
}

fn show(call: &mut Call<'_>, name: &str) -> Answer {
    let desk = call.desk()?;
    let views = office::views(&desk, &shipped(call))?;
    let known = office::view_named(&views, name)?.clone();
    office::understand(&desk, &known.view)?;
    let line = |key: &str, value: &str| format!("{}: {value}", call.text(&format!("cli.view.{key}"), &[]));
    let lines = [
        line("name", &known.view.name),
        line("kind", &kind(call, known.kind)),
        line("query", &known.view.query),
        line("sort", &known.view.sort),
        line("columns", &known.view.columns.join(",")),
    ];
    call.answer(&object(&known), &lines)?;
    Ok(DONE)
}

fn save(call: &mut Call<'_>, view: &View, private: bool) -> Answer {
    let mut desk = call.desk()?;
    let change = office::save_view(&mut desk, view, private, ViewBase::Any)?;
    tell(call, "saved", &view.name, private, change)
}

fn delete(call: &mut Call<'_>, name: &str, private: bool) -> Answer {
    let mut desk = call.desk()?;
    let change = office::delete_view(&mut desk, &shipped(call), name, private, ViewBase::Any)?;
    tell(call, "deleted", name, private, change)
}

fn tell(call: &mut Call<'_>, done: &str, name: &str, private: bool, change: ViewChange) -> Answer {
    let kind_of = if private { ViewKind::Private } else { ViewKind::Shared };
    let operation = change.operation.map(|id| id.to_string());
    let name = name.trim().to_owned();
    let document = json!({ "name": name, "kind": kind_of.id(), "operation": operation, "changed": change.changed });
    let key = if change.changed { format!("cli.view.{done}") } else { "cli.view.unchanged".to_owned() };
    let sentence = call.text(&key, &[("name", name), ("kind", kind(call, kind_of))]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}
