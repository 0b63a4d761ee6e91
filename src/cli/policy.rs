//! `doctor --policy`: 設定確認書, one page of what the administrator lays down and how it is in force.

use serde_json::json;

use super::call::{Answer, Call, DONE};
use super::rim;
use crate::config::policy::POLICY_FILE;

/// What an administrator would ask about, and this version can't do at all.
const NOT_IN_THIS_VERSION: [&str; 5] = ["print", "mail", "clipboard", "external_commands", "media"];

/// A policy that can't be read ends this with its error, as it ends everything else.
pub(super) fn print(call: &mut Call<'_>) -> Answer {
    let policy = rim::policy()?;
    let paths = |folders: &Option<Vec<std::path::PathBuf>>| {
        folders.as_ref().map(|all| all.iter().map(|one| one.display().to_string()).collect::<Vec<_>>())
    };
    let (stores, outputs) = (paths(&policy.store.folders), paths(&policy.output.folders));
    let file = policy.file.as_ref().map(|file| file.display().to_string());
    let document = json!({
        "policy": {
            "file": file, "sign_in": { "allowed": policy.sign_in.allowed }, "store": { "folders": stores },
            "output": { "folders": outputs, "export": policy.allows_export(), "media": policy.output.media.id() },
            "lock": { "after": policy.lock.after },
            "status": { "reject_notifications": policy.status.reject_notifications == Some(true) },
            "release": { "second_person": policy.release.second_person },
        },
        "not_in_this_version": NOT_IN_THIS_VERSION,
    });
    let anything = call.text("cli.policy.anything", &[]);
    let list = |words: &Option<Vec<String>>| words.as_ref().map_or_else(|| anything.clone(), |all| all.join("、"));
    let line = |key: &str, value: String| call.text(&format!("cli.policy.{key}"), &[("value", value)]);
    let export = call.text(if policy.allows_export() { "cli.policy.yes" } else { "cli.policy.no" }, &[]);
    let rejects = policy.status.reject_notifications == Some(true);
    let notifications = call.text(if rejects { "cli.policy.yes" } else { "cli.policy.no" }, &[]);
    let nobody = call.text("cli.policy.none", &[]);
    let second = policy.release.second_person.as_ref().filter(|acts| !acts.is_empty());
    let mut lines = vec![
        call.text("cli.policy.title", &[("version", env!("CARGO_PKG_VERSION").to_owned()), ("host", rim::host())]),
        match file {
            None => call.text("cli.policy.no_file", &[("file", POLICY_FILE.to_owned())]),
            Some(file) => line("file", file),
        },
        line("sign_in", list(&policy.sign_in.allowed)),
        line("stores", list(&stores)),
        line("outputs", list(&outputs)),
        line("export", export),
        call.text(&format!("cli.policy.media_{}", policy.output.media.id()), &[]),
        line("lock", policy.lock.after.map_or_else(|| anything.clone(), |minutes| minutes.to_string())),
        line("notifications", notifications),
        line("second_person", second.map_or(nobody, |acts| acts.join("、"))),
    ];
    if second.is_some() {
        lines.push(call.text("cli.policy.second_person_cant_wait", &[]));
    }
    let absent = NOT_IN_THIS_VERSION.map(|key| call.text(&format!("cli.policy.absent_{key}"), &[]));
    lines.push(line("absent", absent.join("、")));
    call.answer(&document, &lines)?;
    Ok(DONE)
}
