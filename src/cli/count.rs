//! `count`: how many applications match, by fields if asked.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::flags;
use super::progress::stop_flag;
use super::table::Table;
use super::view::asked;
use crate::domain::status::Status;
use crate::office::{self, GroupField, Work};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Count) -> Answer {
    let field = |word: &String| GroupField::parse(word).ok_or_else(|| CliError::UnknownField(word.clone()));
    let by: Vec<GroupField> = flags.by.iter().map(field).collect::<Result<_, _>>()?;
    let desk = call.desk()?;
    let query = asked(call, &desk, flags.view.as_deref(), flags.query.as_deref())?.query;
    let stop = stop_flag();
    let mut nobody = |_| {};
    let counted = office::count(&desk, &query, &by, &mut Work::new(&stop, &mut nobody));
    let (count, groups) = counted.map_err(CliError::reading)?;
    if call.flags.json {
        let mut document = json!({ "count": count });
        if !by.is_empty() {
            let of = |group: &office::CountGroup| {
                let values = by.iter().zip(&group.values).map(|(field, value)| (field.id().to_owned(), json!(value)));
                let mut object: Map<String, Value> = values.collect();
                object.insert("count".to_owned(), json!(group.count));
                Value::Object(object)
            };
            document["groups"] = groups.iter().map(of).collect();
        }
        call.out.document(&document)?;
    } else if by.is_empty() {
        call.out.line(&count.to_string())?;
    } else {
        let heading = |field: &GroupField| call.text(&format!("cli.group.{}", field.id()), &[]);
        let headings = by.iter().map(heading).chain([call.text("cli.group.count", &[])]);
        let mut table = Table::new(headings.collect());
        for group in groups {
            let cells = by.iter().zip(&group.values).map(|(field, value)| shown(*field, value.as_deref()));
            let cells: Vec<String> = cells.chain([group.count.to_string()]).collect();
            table.row(call.out, &cells)?;
        }
        table.finish(call.out)?;
    }
    Ok(DONE)
}

/// A value for people: a status by its label.
pub(super) fn shown(field: GroupField, value: Option<&str>) -> String {
    let value = value.unwrap_or("-");
    match field {
        GroupField::Status | GroupField::SourceStatus => {
            Status::parse(value).map_or_else(|| value.to_owned(), |status| status.label().to_owned())
        }
        _ => value.to_owned(),
    }
}
