//! `doctor`: one page of what could keep staff from working, each line with what to do.

use std::io::IsTerminal as _;

use serde_json::{Value, json};

use super::backup::saying;
use super::call::{Answer, Call, DONE};
use super::flags;
use super::progress::{Bar, stop_flag};
use crate::config::{Value as Setting, reports_folder};
use crate::domain::fault::{Fault as _, Outcome};
use crate::messages::Messages;
use crate::office::doctor::{Asked, Finding, Here, State, Terminal, gather, judge};
use crate::office::load_profiles;
use crate::panics;

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Doctor) -> Answer {
    if flags.policy {
        return super::policy::print(call);
    }
    let asked = Asked { full: flags.full, drill: flags.drill.clone() };
    let here = here(call);
    let facts = {
        let stop = stop_flag();
        let mut bar = Bar::new(&call.messages);
        let mut tell = |progress| bar.say(&saying(progress, &call.messages));
        let (surroundings, opening) = (&call.surroundings, call.opening()?);
        gather(call.store.as_deref(), here, &asked, surroundings, &opening, &stop, &mut tell)
    };
    let unopened = match &facts.store {
        Some(Err(error)) => Some(error.outcome()),
        _ => None,
    };
    let page = judge(facts);
    let checks: Vec<Value> = page.iter().map(|finding| object(finding, &call.messages)).collect();
    let lines: Vec<String> = page.iter().flat_map(|finding| lines(finding, &call.messages)).collect();
    call.answer(&json!({ "checks": checks }), &lines)?;
    let worst = page.iter().map(|finding| finding.state).max();
    Ok(match (unopened, worst) {
        (Some(Outcome::Store), _) => Outcome::Store.exit_code(),
        (_, Some(State::Error)) => Outcome::Failed.exit_code(),
        _ => DONE,
    })
}

/// What this call knows of its surroundings.
fn here(call: &Call<'_>) -> Here {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default();
    let inbox = match call.settings.get("inbox", "folders") {
        Some(Setting::Texts(folders)) => folders.iter().map(Into::into).collect(),
        _ => Vec::new(),
    };
    Here {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        locale,
        terminal: terminal(variable("TERM").unwrap_or_default(), variable("COLORTERM")),
        config: call.config.clone(),
        config_errors: call.config_errors.clone(),
        profile_errors: load_profiles(&call.assets, call.store.as_deref()).errors,
        inbox_folders: inbox,
        panics: reports_folder().map(|folder| panics::reports(&folder)).unwrap_or_default(),
    }
}

/// The terminal, measured only where there is one.
fn terminal(kind: String, colours: Option<String>) -> Option<Terminal> {
    let out = std::io::stdout();
    let size = out.is_terminal().then(|| rustix::termios::tcgetwinsize(&out).ok()).flatten()?;
    let known = if kind.contains("256color") { "256" } else { "16" };
    let colours = colours.unwrap_or_else(|| known.to_owned());
    Some(Terminal { kind, size: (size.ws_col, size.ws_row), colours })
}

/// What was found, and what to do about it.
fn told(finding: &Finding, messages: &Messages) -> (String, Option<String>) {
    let mut arguments = finding.arguments.clone();
    if let Some(cause) = &finding.cause {
        arguments.push(("cause", messages.explain(cause.as_ref())));
    }
    let advice = finding.advice_key().map(|key| messages.fill(&key, &arguments));
    (messages.fill(&finding.found_key(), &arguments), advice)
}

fn object(finding: &Finding, messages: &Messages) -> Value {
    let (found, advice) = told(finding, messages);
    json!({ "id": finding.id, "state": finding.state.id(), "found": found, "advice": advice })
}

fn lines(finding: &Finding, messages: &Messages) -> Vec<String> {
    let (found, advice) = told(finding, messages);
    let mark = messages.text(match finding.state {
        State::Ok => "cli.doctor.ok",
        State::Warning => "cli.doctor.warning",
        State::Error => "cli.doctor.error",
    });
    let title = messages.text(&format!("doctor.title.{}", finding.id)).to_owned();
    let mut lines = vec![format!("{mark}  {title}: {found}")];
    lines.extend(advice.map(|advice| format!("        → {advice}")));
    lines
}
