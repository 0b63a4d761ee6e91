//! `keys` and `reveal`: 封印の鍵 and who holds them; looking at a sealed item.

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::sealing_flags::{Holder, Keys, Reveal};
use super::secret;
use super::table::Table;
use crate::domain::sealing::Class;
use crate::office::{self, Credential, Desk, OfficeError, Passphrase, SignInError};

pub(super) fn run(call: &mut Call<'_>, flags: &Keys) -> Answer {
    match flags {
        Keys::Found => found(call),
        Keys::List => list(call),
        Keys::Share(holder) => share(call, holder),
        Keys::Withdraw(holder) => {
            let operation = office::withdraw_key(&mut call.desk()?, holder.class, &holder.operator)?;
            changed(call, "withdrawn", holder, &operation.to_string())
        }
        Keys::Recover { holder, recovery_fd } => {
            let typed = call.secrets.borrow_mut().line(*recovery_fd)?;
            let mut desk = call.desk()?;
            let operation = typed.with(|text| office::recover_key(&mut desk, holder.class, &holder.operator, text))?;
            changed(call, "recovered", holder, &operation.to_string())
        }
    }
}

/// Does what needs the person's own key: with the passphrase that signed them in, else the one of `--passphrase-fd`, else
/// one that is asked for at the terminal.
fn with_key<T>(
    call: &Call<'_>,
    work: impl Fn(&mut Desk, Option<&Passphrase>) -> Result<T, OfficeError>,
) -> Result<T, CliError> {
    let given = match call.opening()?.credential {
        Some(Credential::Passphrase(passphrase)) => Some(passphrase),
        _ => None,
    };
    let mut desk = call.desk()?;
    match work(&mut desk, given.as_ref()) {
        Err(OfficeError::SignIn(SignInError::Needed)) => {}
        other => return Ok(other?),
    }
    let typed = secret::ask(&call.text("cli.passphrase.ask", &[("name", desk.person()?)]))?;
    let typed = typed.ok_or(OfficeError::SignIn(SignInError::Needed))?;
    Ok(work(&mut desk, Some(&typed))?)
}

fn found(call: &mut Call<'_>) -> Answer {
    let founded = with_key(call, office::found_keys)?;
    let classes: Vec<&str> = founded.classes.iter().map(|class| class.id()).collect();
    let document = json!({ "classes": classes, "recovery": *founded.recovery });
    let recovery = format!("  {}", *founded.recovery);
    let sentences = [call.text("cli.keys.founded", &[]), call.text("cli.keys.recovery", &[]), recovery];
    call.answer(&document, &sentences)?;
    Ok(DONE)
}

fn list(call: &mut Call<'_>) -> Answer {
    let desk = call.desk()?;
    let all = office::key_facts(&desk)?;
    if call.flags.json {
        let of = |one: &office::KeyFacts| json!({ "class": one.class.id(), "generation": one.generation, "holders": one.holders });
        call.out.document(&Value::Array(all.iter().map(of).collect()))?;
        return Ok(DONE);
    }
    let headings = ["class", "generation", "holders"].map(|key| call.text(&format!("cli.keys.{key}"), &[]));
    let mut table = Table::new(headings.to_vec());
    for one in &all {
        let cells = [class_name(call, one.class), one.generation.to_string(), one.holders.join("、")];
        table.row(call.out, &cells)?;
    }
    table.finish(call.out)?;
    Ok(DONE)
}

fn class_name(call: &Call<'_>, class: Class) -> String {
    call.text(&format!("sealing.class.{}", class.id()), &[])
}

fn share(call: &mut Call<'_>, holder: &Holder) -> Answer {
    let operation =
        with_key(call, |desk, passphrase| office::share_key(desk, holder.class, &holder.operator, passphrase))?;
    changed(call, "shared", holder, &operation.to_string())
}

fn changed(call: &mut Call<'_>, what: &str, holder: &Holder, operation: &str) -> Answer {
    let document = json!({ "class": holder.class.id(), "operator": holder.operator, "operation": operation });
    let arguments = [("operator", holder.operator.clone()), ("class", class_name(call, holder.class))];
    let sentence = call.text(&format!("cli.keys.{what}"), &arguments);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// Looks at a sealed item. The value stands on stdout alone: it was asked for.
pub(super) fn reveal(call: &mut Call<'_>, flags: &Reveal) -> Answer {
    let reason = flags.reason.as_deref().unwrap_or_default();
    let revealed = with_key(call, |desk, passphrase| {
        let id = office::resolve(desk.store(), &flags.number)?;
        office::reveal(desk, id, &flags.item, reason, passphrase)
    })?;
    let document = json!({
        "number": revealed.number, "item": revealed.item, "class": revealed.class.id(), "value": *revealed.value,
        "operation": revealed.operation.to_string(),
    });
    call.answer(&document, &[(*revealed.value).clone()])?;
    Ok(DONE)
}
