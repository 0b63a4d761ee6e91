//! Signing in before the screen opens: nothing of the store is shown before, and what is typed isn't shown at all.

use std::path::Path;

use super::call::Call;
use super::error::CliError;
use super::secret;
use crate::office::{self, Credential, Desk, OfficeError, SignInError};

/// Lets the person at the terminal sign in, where the store asks for it; from then on the call knows who it is. A wrong
/// passphrase is asked for again, until the office lets nobody try.
pub(super) fn sign_in(call: &mut Call<'_>, store: &Path) -> Result<(), CliError> {
    let mut typed = None;
    loop {
        match Desk::open(store, call.surroundings.clone(), &call.opening()?) {
            Ok(desk) => {
                call.remember(&desk);
                return Ok(());
            }
            Err(OfficeError::SignIn(SignInError::Needed)) => {}
            // Whoever gave one by a descriptor gets one try, like every command.
            Err(OfficeError::SignIn(SignInError::Wrong)) if typed.is_some() => {
                call.notice(&call.messages.explain(&OfficeError::SignIn(SignInError::Wrong)));
            }
            Err(OfficeError::SignIn(SignInError::MustChange)) => {
                change(call, store)?;
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        if typed.is_some() || call.flags.as_operator.is_none() {
            let name = secret::ask_name(&call.text("cli.passphrase.name", &[]))?;
            call.flags.as_operator = Some(name.ok_or(OfficeError::SignIn(SignInError::Needed))?);
        }
        let name = call.flags.as_operator.clone().unwrap_or_default();
        let passphrase = secret::ask(&call.text("cli.passphrase.ask", &[("name", name)]))?;
        let passphrase = passphrase.ok_or(OfficeError::SignIn(SignInError::Needed))?;
        *call.credential.borrow_mut() = Some(Credential::Passphrase(passphrase));
        typed = Some(());
    }
}

/// A passphrase that another has set is changed at once, until the new one will do.
fn change(call: &Call<'_>, store: &Path) -> Result<(), CliError> {
    let opening = call.opening()?;
    let Some(Credential::Passphrase(old)) = &opening.credential else {
        return Err(OfficeError::SignIn(SignInError::MustChange).into());
    };
    call.notice(&call.text("cli.passphrase.first", &[]));
    loop {
        let done = call.new_passphrase(None).and_then(|new| {
            office::change_passphrase(store, &call.surroundings, &opening, Some(old), &new)?;
            Ok(new)
        });
        match done {
            Ok(new) => {
                *call.credential.borrow_mut() = Some(Credential::Passphrase(new));
                return Ok(());
            }
            Err(
                error @ (CliError::PassphrasesDiffer
                | CliError::Office(OfficeError::SignIn(
                    SignInError::Length | SignInError::Guessable | SignInError::Same,
                ))),
            ) => call.notice(&call.messages.explain(&error)),
            Err(error) => return Err(error),
        }
    }
}
