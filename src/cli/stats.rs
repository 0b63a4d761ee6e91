//! `stats`: 申込集計. How many applications there are by month, status, form, line and assignee, each by itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, DONE};
use super::count::shown;
use super::error::CliError;
use super::flags;
use super::progress::stop_flag;
use super::table::Table;
use super::view::asked;
use crate::office::{self, GroupField, Work};

/// What is counted where nobody says otherwise.
const USUAL: [GroupField; 5] =
    [GroupField::Month, GroupField::Status, GroupField::Form, GroupField::Line, GroupField::Assignee];

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Stats) -> Answer {
    let field = |word: &String| GroupField::parse(word).ok_or_else(|| CliError::UnknownField(word.clone()));
    let by: Vec<GroupField> = match flags.by.is_empty() {
        true => USUAL.to_vec(),
        false => flags.by.iter().map(field).collect::<Result<_, _>>()?,
    };
    let desk = call.desk()?;
    let query = asked(call, &desk, flags.view.as_deref(), flags.query.as_deref())?.query;
    let stop = stop_flag();
    let mut nobody = |_| {};
    // All of one moment: they are counted together, and each field's sum is the total.
    let counted = office::count(&desk, &query, &by, &mut Work::new(&stop, &mut nobody));
    let (total, groups) = counted.map_err(CliError::reading)?;
    let mut sums: Vec<BTreeMap<Option<&str>, u64>> = vec![BTreeMap::new(); by.len()];
    for group in &groups {
        for (sum, value) in sums.iter_mut().zip(&group.values) {
            *sum.entry(value.as_deref()).or_default() += group.count;
        }
    }
    if call.flags.json {
        let counts = |sum: &BTreeMap<Option<&str>, u64>| -> Value {
            sum.iter().map(|(value, count)| json!({ "value": value, "count": count })).collect()
        };
        let fields: Map<String, Value> =
            by.iter().zip(&sums).map(|(field, sum)| (field.id().replace('-', "_"), counts(sum))).collect();
        call.out.document(&json!({ "count": total, "by": fields }))?;
        return Ok(DONE);
    }
    let said = call.text("cli.stats.total", &[("count", total.to_string())]);
    call.out.line(&said)?;
    for (field, sum) in by.iter().zip(&sums) {
        let headings = [format!("cli.group.{}", field.id()), "cli.group.count".to_owned()];
        call.out.line("")?;
        let mut table = Table::new(headings.iter().map(|key| call.text(key, &[])).collect());
        for (value, count) in sum {
            table.row(call.out, &[shown(*field, *value), count.to_string()])?;
        }
        table.finish(call.out)?;
    }
    Ok(DONE)
}
