//! `init`: makes this terminal's store.

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::{flags, rim};
use crate::office::{Credential, Desk, Founder, SignIn};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Init) -> Answer {
    let store = call.store()?.to_owned();
    let founder = Founder {
        segment: flags.segment,
        sign_in: flags.sign_in,
        terminal: flags.terminal.clone().unwrap_or_else(rim::host),
    };
    let mut opening = call.opening()?;
    if founder.sign_in == SignIn::Passphrase && opening.credential.is_none() {
        opening.credential = Some(Credential::Passphrase(call.new_passphrase(None)?));
    }
    let desk = Desk::found(&store, &founder, false, call.surroundings.clone(), &opening)?;
    drop(desk);
    let store = store.display().to_string();
    let document = json!({
        "store": store,
        "segment": founder.segment.id(),
        "sign_in": founder.sign_in.id(),
        "terminal": founder.terminal,
    });
    let arguments = [
        ("store", store),
        ("segment", founder.segment.id().to_owned()),
        ("sign_in", founder.sign_in.id().to_owned()),
        ("terminal", founder.terminal),
    ];
    call.answer(&document, &[call.text("cli.init.done", &arguments)])?;
    Ok(DONE)
}
