//! `group` and `grant`: 担当者グループ and who may do what.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::operator::{at, day};
use super::people_flags::{Grant, GrantAdd, Group};
use super::table::Table;
use super::undo::operation_of;
use crate::domain::calendar::Day;
use crate::office::{self, GrantFacts, GrantWish, SignIn, Wished};

pub(super) fn group(call: &mut Call<'_>, flags: &Group) -> Answer {
    let (done, name, operation) = match flags {
        Group::List { at } => return list_groups(call, at.as_deref()),
        Group::Add { name } => ("added", name, office::add_group(&mut call.desk()?, name)?),
        Group::Remove { name } => ("removed", name, office::remove_group(&mut call.desk()?, name)?),
    };
    let name = name.trim().to_owned();
    let document = json!({ "group": name, "operation": operation.to_string() });
    let sentence = call.text(&format!("cli.group.{done}"), &[("name", name)]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

fn list_groups(call: &mut Call<'_>, day: Option<&str>) -> Answer {
    let desk = call.desk()?;
    let all = office::groups(&desk, at(day, desk.today())?)?;
    if call.flags.json {
        let of = |one: &office::GroupFacts| json!({ "group": one.name, "members": one.members });
        call.out.document(&all.iter().map(of).collect())?;
        return Ok(DONE);
    }
    let mut table = Table::new(["name", "members"].map(|key| call.text(&format!("cli.group.{key}"), &[])).to_vec());
    for one in &all {
        table.row(call.out, &[one.name.clone(), one.members.join("、")])?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

pub(super) fn grant(call: &mut Call<'_>, flags: &Grant) -> Answer {
    match flags {
        Grant::Add(flags) => add(call, flags),
        Grant::List { at } => list(call, at.as_deref()),
        Grant::Revoke { id } => {
            let grant = operation_of(id).ok_or_else(|| CliError::BadOperation(id.clone()))?;
            let operation = office::revoke_grant(&mut call.desk()?, grant)?;
            let document = json!({ "grant": grant.to_string(), "operation": operation.to_string() });
            let sentence = call.text("cli.grant.revoked", &[("id", grant.to_string())]);
            call.answer(&document, &[sentence])?;
            Ok(DONE)
        }
    }
}

fn add(call: &mut Call<'_>, flags: &GrantAdd) -> Answer {
    let form = match flags.form.as_deref().map(|form| form.split_once('/').ok_or(form)) {
        None => None,
        Some(Ok((source, code))) => Some((source.to_owned(), code.to_owned())),
        Some(Err(word)) => return Err(CliError::BadForm(word.to_owned())),
    };
    let to = match (&flags.operator, &flags.to_group) {
        (Some(code), _) => Wished::Operator(code.clone()),
        (_, Some(name)) => Wished::Group(name.clone()),
        _ => Wished::Everybody,
    };
    let dated = |text: &Option<String>| text.as_deref().map(day).transpose();
    let wish = GrantWish {
        right: flags.right.clone(),
        to,
        form,
        segment: flags.segment,
        from: dated(&flags.from)?,
        until: dated(&flags.until)?,
    };
    let mut desk = call.desk()?;
    let (id, first) = office::add_grant(&mut desk, &wish)?;
    let document = json!({ "grant": id.to_string(), "administrator": first.then(|| desk.operator()) });
    let mut sentences = vec![call.text("cli.grant.added", &[("id", id.to_string()), ("right", wish.right)])];
    if first {
        let name = desk.operator().unwrap_or_default().to_owned();
        sentences.push(call.text("cli.grant.first", &[("name", name)]));
    }
    call.answer(&document, &sentences)?;
    if desk.store().meta().sign_in == SignIn::None {
        call.notice(&call.text("cli.grant.unsigned", &[]));
    }
    Ok(DONE)
}

fn object(one: &GrantFacts) -> Value {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let (operator, group) = match &one.to {
        Wished::Operator(code) => (Some(code), None),
        Wished::Group(name) => (None, Some(name)),
        Wished::Everybody => (None, None),
    };
    let form = one.form.as_ref().map(|(source, code)| json!({ "source": source, "id": code }));
    json!({
        "grant": one.id.to_string(), "right": one.right, "operator": operator, "group": group,
        "everybody": one.to == Wished::Everybody, "form": form, "segment": one.segment.map(office::Segment::id),
        "from": day(one.from), "until": day(one.until), "holds": one.holds,
    })
}

fn list(call: &mut Call<'_>, day: Option<&str>) -> Answer {
    let desk = call.desk()?;
    let all = office::grants(&desk, at(day, desk.today())?)?;
    if call.flags.json {
        call.out.document(&all.iter().map(object).collect())?;
    } else {
        let heading = |key: &str| call.text(&format!("cli.grant.{key}"), &[]);
        let mut table = Table::new(["id", "right", "to", "form", "segment", "from", "until"].map(heading).to_vec());
        for one in &all {
            let to = match &one.to {
                Wished::Operator(code) => code.clone(),
                Wished::Group(name) => call.text("cli.grant.to_group", &[("name", name.clone())]),
                Wished::Everybody => call.text("cli.grant.everybody", &[]),
            };
            let form = one.form.as_ref().map(|(source, code)| format!("{source}/{code}")).unwrap_or_default();
            let segment = one.segment.map(office::Segment::id).unwrap_or_default().to_owned();
            let date = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
            let cells = [one.id.to_string(), one.right.clone(), to, form, segment, date(one.from), date(one.until)];
            table.row(call.out, &cells)?;
        }
        table.finish(call.out)?;
    }
    if all.is_empty() && !desk.people()?.deny_by_default() {
        call.notice(&call.text("cli.grant.none_yet", &[]));
    } else if desk.store().meta().sign_in == SignIn::None {
        call.notice(&call.text("cli.grant.unsigned", &[]));
    }
    Ok(DONE)
}
