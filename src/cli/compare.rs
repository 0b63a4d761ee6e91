//! `compare`: one application beside an earlier one or a row of a list, field by field. Nothing is kept: to say what a field
//! is worth is what a person does on the screen.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::clerk_flags;
use super::output::{hex, iso_ms, tier_word};
use super::progress::stop_flag;
use crate::domain::application::Field;
use crate::domain::calendar::iso;
use crate::domain::comparison::FieldPair;
use crate::domain::operation::Against;
use crate::domain::visible::visible;
use crate::office::{self, Earlier, Facing, Found, Opposite, Pass, Work};

pub(super) fn run(call: &mut Call<'_>, flags: &clerk_flags::Compare) -> Answer {
    let desk = call.desk()?;
    let id = desk.store().at_one_moment(|store| office::resolve(store, &flags.number))?;
    let mut candidates = Vec::new();
    let with = match (&flags.with, &flags.file, &flags.key) {
        (Some(number), _, _) => {
            Some(Opposite::Application(desk.store().at_one_moment(|store| office::resolve(store, number))?))
        }
        (None, Some(file), Some(key)) => Some(Opposite::Row { file: file.clone(), key: key.clone() }),
        _ => {
            let (stop, mut nobody) = (stop_flag(), |_| {});
            candidates = office::earlier(&desk, id, &Work::new(&stop, &mut nobody))?;
            candidates.first().map(|newest| Opposite::Application(newest.id))
        }
    };
    let facing = with.map(|with| office::compare(&desk, id, &with)).transpose()?;
    if call.flags.json {
        let fields = facing.iter().flat_map(|facing| &facing.pairs);
        let fields: Vec<Value> = fields.map(|pair| field(pair, call.flags.with_text)).collect();
        call.out.document(&json!({
            "number": flags.number.trim(),
            "against": facing.as_ref().map(against),
            "fields": fields,
            "pass": facing.as_ref().map(|facing| facing.pass),
            "first": facing.as_ref().and_then(|facing| facing.first.as_ref()).map(pass),
            "second": facing.as_ref().and_then(|facing| facing.second.as_ref()).map(pass),
            "candidates": candidates.iter().map(candidate).collect::<Vec<_>>(),
        }))?;
        return Ok(DONE);
    }
    let Some(facing) = facing else {
        let none = call.text("compare.no_earlier", &[]);
        call.out.line(&none)?;
        return Ok(DONE);
    };
    let other = match &facing.found {
        Found::Application(number, _, status) => {
            call.text("compare.with_application", &[("number", number.clone()), ("status", status.label().to_owned())])
        }
        Found::Row(file, line) => {
            let arguments = [("file", file.display().to_string()), ("line", line.to_string())];
            call.text("compare.with_row", &arguments)
        }
    };
    let title = call.text("compare.beside", &[("number", facing.number.clone()), ("other", other)]);
    call.out.line(&visible(&title))?;
    for pair in &facing.pairs {
        let name = pair.item.clone().unwrap_or_else(|| call.text(&format!("compare.field.{}", word(pair.field)), &[]));
        let likeness = call.text(&format!("compare.likeness.{}", pair.likeness.id()), &[]);
        call.out.line(&visible(&format!("  {likeness}  {name}")))?;
        if call.flags.with_text {
            for side in [&pair.here, &pair.there] {
                call.out.line(&visible(&format!("      {}", side.as_deref().unwrap_or("-"))))?;
            }
        }
    }
    Ok(DONE)
}

/// The word of a fixed field.
pub(super) const fn word(field: u32) -> &'static str {
    const NAME: u32 = Field::Name as u32;
    const KANA: u32 = Field::Kana as u32;
    const MAIL: u32 = Field::Mail as u32;
    match field {
        NAME => "name",
        KANA => "kana",
        MAIL => "mail",
        _ => "remarks",
    }
}

/// A field; what it says is there only where that is asked for.
fn field(pair: &FieldPair, with_text: bool) -> Value {
    let mut object = match &pair.item {
        Some(name) => json!({ "item": name }),
        None => json!({ "field": word(pair.field) }),
    };
    object["likeness"] = json!(pair.likeness.id());
    if with_text {
        object["here"] = json!(pair.here);
        object["there"] = json!(pair.there);
    }
    object
}

fn against(facing: &Facing) -> Value {
    match (&facing.found, &facing.against) {
        (Found::Application(number, submitted, status), _) => json!({
            "kind": "application", "number": number, "submitted_at": submitted.as_ref().map(iso), "status": status.id(),
        }),
        (Found::Row(file, line), Against::File(hash, _)) => {
            json!({ "kind": "file", "file": file.display().to_string(), "line": line, "sha256": hex(hash) })
        }
        (Found::Row(file, line), Against::Application(..)) => json!({ "kind": "file", "file": file, "line": line }),
    }
}

fn candidate(one: &Earlier) -> Value {
    json!({
        "number": one.number, "submitted_at": one.submitted.as_ref().map(iso), "status": one.status.id(),
        "by": one.by.id(), "name_tier": one.name.map(tier_word),
    })
}

/// A pass of 照合, by codes.
pub(super) fn pass(pass: &Pass) -> Value {
    let fields = pass.compared.fields.iter().map(|(number, likeness, judgment)| {
        let mut object = match number.checked_sub(Field::ITEMS) {
            Some(place) => json!({ "item_place": place }),
            None => json!({ "field": word(*number) }),
        };
        object["likeness"] = json!(likeness.id());
        object["judgment"] = json!(judgment.id());
        object
    });
    let against = match &pass.compared.against {
        Against::Application(..) => json!({ "kind": "application" }),
        Against::File(hash, line) => json!({ "kind": "file", "sha256": hex(hash), "line": line }),
    };
    json!({
        "operation": pass.operation.to_string(), "at": iso_ms(pass.at_ms), "operator": pass.actor, "against": against,
        "pass": pass.compared.pass, "finished": pass.compared.is_finished(), "current": pass.current,
        "fields": fields.collect::<Vec<_>>(),
    })
}
