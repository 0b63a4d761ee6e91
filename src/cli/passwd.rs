//! `operator passwd` and `operator unlock`.

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::secret;
use crate::office::{self, Desk, OfficeError, SignInError};

/// Sets a passphrase: one's own, which takes the old one, or the first of somebody else, who must change it.
pub(super) fn set(call: &mut Call<'_>, code: Option<&str>, descriptor: Option<u32>) -> Answer {
    let store = call.store()?.to_owned();
    let at = call.surroundings.clone();
    let me = call.flags.as_operator.as_deref().unwrap_or(&at.user);
    let whom = code.unwrap_or(me).to_owned();
    let (key, operation) = if office::may_recover(&store, &at, &call.opening()?)? {
        let new = call.new_passphrase(descriptor)?;
        ("recovered", office::recover_passphrase(&store, &at, &call.opening()?, &whom, &new)?)
    } else if whom == me {
        ("changed", change_own(call, &store, descriptor)?)
    } else {
        let mut desk = call.desk()?;
        let new = call.new_passphrase(descriptor)?;
        ("given", office::give_passphrase(&mut desk, &whom, &new)?)
    };
    let document = json!({ "operator": whom, "operation": operation.to_string() });
    let sentence = call.text(&format!("cli.passphrase.{key}"), &[("code", whom)]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}

/// The old one comes by `--passphrase-fd`, else it is asked for where one is needed.
fn change_own(
    call: &Call<'_>,
    store: &std::path::Path,
    descriptor: Option<u32>,
) -> Result<crate::domain::identity::OperationId, CliError> {
    let at = &call.surroundings;
    let needs = |opening: &office::Opening| office::needs_passphrase(store, at, opening);
    let mut old = call.opening()?.credential;
    if old.is_none() && needs(&call.opening()?)? {
        let typed = secret::ask(&call.text("cli.passphrase.old", &[]))?;
        let typed = typed.ok_or(OfficeError::SignIn(SignInError::Needed))?;
        old = Some(office::Credential::Passphrase(typed));
        (*call.credential.borrow_mut()).clone_from(&old);
    }
    let new = call.new_passphrase(descriptor)?;
    let old = match &old {
        Some(office::Credential::Passphrase(old)) => Some(old),
        _ => None,
    };
    Ok(office::change_passphrase(store, at, &call.opening()?, old, &new)?)
}

pub(super) fn unlock(call: &mut Call<'_>, code: &str) -> Answer {
    let mut desk: Desk = call.desk()?;
    let operation = office::unlock_operator(&mut desk, code)?;
    let document = json!({ "operator": code, "operation": operation.to_string() });
    let sentence = call.text("cli.passphrase.unlocked", &[("code", code.to_owned())]);
    call.answer(&document, &[sentence])?;
    Ok(DONE)
}
