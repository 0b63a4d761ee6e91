//! `profile learn`: shows the proposal, asks on a terminal what the file doesn't tell, and writes the profile.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE};
use super::error::CliError;
use super::flags;
use super::profile::profiles;
use super::table::Table;
use crate::domain::fault::Fault as _;
use crate::domain::status::Status;
use crate::domain::visible::visible;
use crate::messages::Messages;
use crate::office::{
    self, Answer as Reply, Doubt, LearnError, LearnRequest, OfficeError, Profile, Proposal, ProposedColumn, Question,
};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Learn) -> Answer {
    let loaded = profiles(call);
    // A profile's name is its file's.
    let stem = flags.out.as_deref().and_then(Path::file_stem).and_then(OsStr::to_str).map(str::to_owned);
    let name = flags.name.clone().or(stem).unwrap_or_else(|| office::likely_name(&flags.csv, &loaded));
    let request = LearnRequest { name, source: flags.source.clone(), encoding: flags.encoding };
    let mut proposal = office::learn_profile(&flags.csv, &request, &loaded.profiles)?;
    let person = io::stdin().is_terminal() && call.out.is_terminal() && !call.flags.json;
    if person {
        show(call, &proposal)?;
    }
    if flags.yes {
        proposal.accept();
    } else if person {
        converse(call, &mut proposal)?;
    }
    if call.flags.json {
        return document(call, flags, &proposal, &loaded.profiles);
    }
    if let Some(question) = proposal.required() {
        return Err(open(question, &proposal, &call.messages));
    }
    let beside: Vec<Doubt> = office::rivals(&proposal, &loaded.profiles, &call.messages).into_iter().collect();
    // Without a number a question is open, which was told before.
    let text = proposal.to_toml(&call.messages, &beside).ok_or(CliError::Internal)?;
    if !person {
        let doubts = [proposal.doubts(), beside].concat();
        for line in doubt_lines(&proposal.columns(), &doubts, &call.messages) {
            call.notice(&line);
        }
        return match &flags.out {
            None => call.out.bytes(text.as_bytes()).map(|()| DONE),
            Some(out) => save(call, &proposal, out, &text, false),
        };
    }
    let out = match &flags.out {
        Some(out) => out.clone(),
        None => office::own_profile_file(call.store()?, proposal.name())?,
    };
    let replace = !flags.yes && out.exists();
    let file = ("file", out.display().to_string());
    if replace && !agrees(call, "cli.learn.ask_replace", file.clone(), false)? {
        return Err(OfficeError::from(LearnError::Exists(out)).into());
    }
    if !replace && !flags.yes && !agrees(call, "cli.learn.ask_save", file, true)? {
        return call.out.bytes(text.as_bytes()).map(|()| DONE);
    }
    save(call, &proposal, &out, &text, replace)?;
    if flags.out.is_none()
        && let Some(form) = proposal.form(&call.messages)
        && let Some(file) = office::own_form_file(call.store()?, proposal.source(), &form.id)?
    {
        office::save_profile(&file, &form.toml, false)?;
        let sentence = call.text("cli.learn.saved_form", &[("file", file.display().to_string())]);
        call.answer(&Value::Null, &[sentence])?;
    }
    Ok(DONE)
}

fn save(call: &mut Call<'_>, proposal: &Proposal, out: &Path, text: &str, replace: bool) -> Answer {
    office::save_profile(out, text, replace)?;
    let arguments = [
        ("name", proposal.name().to_owned()),
        ("source", proposal.source().to_owned()),
        ("file", out.display().to_string()),
    ];
    let sentence = call.text("cli.learn.saved", &arguments);
    call.answer(&Value::Null, &[sentence])?;
    Ok(DONE)
}

/// The proposal as scripts read it.
fn document(call: &mut Call<'_>, flags: &flags::Learn, proposal: &Proposal, profiles: &[Profile]) -> Answer {
    let messages = call.messages.clone();
    let required = proposal.required().map(|question| open(question, proposal, &messages));
    let beside: Vec<Doubt> = office::rivals(proposal, profiles, &messages).into_iter().collect();
    let text = proposal.to_toml(&messages, &beside);
    let doubt = |doubt: &Doubt| json!({ "code": doubt.id(), "message": doubt.explain(&messages) });
    let columns = proposal.columns();
    let with_text = call.flags.with_text;
    let column = |(column, place): (&ProposedColumn, u64)| {
        json!({
            "column": place,
            "name": column.name,
            "field": column.field.map(office::Column::id),
            "samples": if with_text { column.samples.as_slice() } else { &[] },
            "doubts": column.doubts.iter().map(doubt).collect::<Vec<_>>(),
        })
    };
    let question = |question: &Question| question_object(question, &messages);
    let mut document = json!({
        "name": proposal.name(),
        "source": proposal.source(),
        "file": Value::Null,
        "columns": columns.iter().zip(1..).map(column).collect::<Vec<_>>(),
        "doubts": proposal.doubts().iter().chain(&beside).map(doubt).collect::<Vec<_>>(),
        "questions": proposal.questions().iter().map(question).collect::<Vec<_>>(),
        "toml": text,
        "form": proposal.form(&messages).map(|form| json!({ "id": form.id, "toml": form.toml })),
    });
    if let Some(error) = required {
        document["error"] = call.error_object(&error);
        call.out.document(&document)?;
        call.notice(&messages.explain(&error));
        return Ok(error.outcome().exit_code());
    }
    if let (Some(out), Some(text)) = (&flags.out, &text) {
        office::save_profile(out, text, false)?;
        document["file"] = json!(out.display().to_string());
    }
    call.out.document(&document)?;
    Ok(DONE)
}

fn question_object(question: &Question, messages: &Messages) -> Value {
    let (about, candidates, proposed): (Value, Vec<Value>, Value) = match question {
        Question::Column { field, candidates, proposed, .. } => {
            (json!(field.id()), candidates.iter().map(|at| json!(at + 1)).collect(), json!(proposed.map(|at| at + 1)))
        }
        Question::Status { word, proposed, .. } => (
            json!(word),
            Status::ALL.into_iter().map(|status| json!(status.id())).collect(),
            json!(proposed.map(Status::id)),
        ),
        Question::Source { proposed } => (Value::Null, Vec::new(), json!(proposed)),
    };
    json!({
        "kind": match question {
            Question::Column { .. } => "column",
            Question::Status { .. } => "status",
            Question::Source { .. } => "source",
        },
        "about": about,
        "message": sentence_of(question, messages),
        "candidates": candidates,
        "proposed": proposed,
        "required": question.is_required(),
    })
}

/// The error for a question that only a person may decide.
fn open(question: &Question, proposal: &Proposal, messages: &Messages) -> CliError {
    let word = match question {
        Question::Column { field, candidates, .. } => {
            let columns = proposal.columns();
            let names: Vec<&str> = candidates.iter().take(8).map(|index| columns[*index].name.as_str()).collect();
            let field = messages.text(&format!("learn.field.{}", field.id())).to_owned();
            format!("{} ({})", messages.fill("cli.learn.open_column", &[("field", field)]), names.join("、"))
        }
        Question::Status { word, .. } => messages.fill("cli.learn.open_status", &[("word", word_of(word, messages))]),
        Question::Source { .. } => messages.text("cli.learn.ask_source").to_owned(),
    };
    OfficeError::from(LearnError::Open(visible(&word).into_owned())).into()
}

fn word_of(word: &str, messages: &Messages) -> String {
    if word.is_empty() { messages.text("cli.learn.blank").to_owned() } else { word.to_owned() }
}

fn sentence_of(question: &Question, messages: &Messages) -> String {
    match question {
        Question::Column { field, .. } => {
            let field = messages.text(&format!("learn.field.{}", field.id())).to_owned();
            messages.fill("cli.learn.ask_column", &[("field", field)])
        }
        Question::Status { word, .. } => messages.fill("cli.learn.ask_status", &[("word", word_of(word, messages))]),
        Question::Source { .. } => messages.text("cli.learn.ask_source").to_owned(),
    }
}

/// Everything uncertain, a line each.
fn doubt_lines(columns: &[ProposedColumn], doubts: &[Doubt], messages: &Messages) -> Vec<String> {
    let mut lines = Vec::new();
    for (column, place) in columns.iter().zip(1_u64..) {
        for doubt in &column.doubts {
            let arguments =
                [("place", place.to_string()), ("name", column.name.clone()), ("doubt", doubt.explain(messages))];
            lines.push(messages.fill("cli.learn.doubt_of", &arguments));
        }
    }
    lines.extend(doubts.iter().map(|doubt| messages.fill("cli.learn.doubt", &[("doubt", doubt.explain(messages))])));
    lines
}

/// Shows the proposal to a person, with values of the file: whoever sits here has the file.
fn show(call: &mut Call<'_>, proposal: &Proposal) -> Result<(), CliError> {
    let columns = proposal.columns();
    let headings = ["place", "heading", "field", "samples"].map(|key| call.text(&format!("cli.learn.{key}"), &[]));
    let mut table = Table::new(headings.to_vec());
    for (column, place) in columns.iter().zip(1_u64..) {
        let field = match column.field {
            Some(field) => call.text(&format!("learn.field.{}", field.id()), &[]),
            None => call.text("cli.learn.item", &[]),
        };
        table.row(call.out, &[place.to_string(), column.name.clone(), field, column.samples.join("、")])?;
    }
    table.finish(call.out)?;
    for line in doubt_lines(&columns, &proposal.doubts(), &call.messages) {
        call.out.line(&visible(&line))?;
    }
    Ok(())
}

/// Asks every question.
fn converse(call: &mut Call<'_>, proposal: &mut Proposal) -> Result<(), CliError> {
    while let Some(question) = proposal.question().cloned() {
        let columns = proposal.columns();
        call.out.line("")?;
        call.out.line(&visible(&sentence_of(&question, &call.messages)))?;
        let choices = choices(&question, &columns, &call.messages);
        for ((_, label), number) in choices.iter().zip(1_usize..) {
            let proposed = if question.proposed().as_ref() == choices.get(number - 1).map(|(reply, _)| reply) {
                call.messages.text("cli.learn.proposed")
            } else {
                ""
            };
            let line = format!("{number:>3}) {label}{proposed}");
            call.out.line(&visible(&line))?;
        }
        loop {
            let Some(line) = prompt(call, &question, &choices)? else {
                return Err(open(&question, proposal, &call.messages));
            };
            let taken = reply(&question, &choices, &line).is_some_and(|reply| proposal.answer(reply).is_ok());
            if taken {
                break;
            }
            let again = call.text("cli.learn.again", &[]);
            call.out.line(&again)?;
        }
    }
    Ok(())
}

type Choices = Vec<(Reply, String)>;

fn choices(question: &Question, columns: &[ProposedColumn], messages: &Messages) -> Choices {
    match question {
        Question::Column { field, candidates, .. } => {
            let column = |index: &usize| {
                let column = &columns[*index];
                let arguments = [
                    ("place", (index + 1).to_string()),
                    ("name", column.name.clone()),
                    ("samples", column.samples.join("、")),
                ];
                (Reply::Column(Some(*index)), messages.fill("cli.learn.option_column", &arguments))
            };
            let mut choices: Choices = candidates.iter().map(column).collect();
            if *field != office::Column::Number {
                choices.push((Reply::Column(None), messages.text("cli.learn.option_none").to_owned()));
            }
            choices
        }
        Question::Status { .. } => {
            let mut choices: Choices =
                Status::ALL.map(|status| (Reply::Status(Some(status)), status.label().to_owned())).to_vec();
            choices.push((Reply::Status(None), messages.text("cli.learn.option_aside").to_owned()));
            choices
        }
        Question::Source { .. } => Vec::new(),
    }
}

/// What a line says: nothing takes the proposal; a number chooses; the source is written.
fn reply(question: &Question, choices: &Choices, line: &str) -> Option<Reply> {
    use unicode_normalization::UnicodeNormalization as _;
    // Digits come in full width where an input method is on.
    let line: String = line.trim().nfkc().collect();
    if line.is_empty() {
        return question.proposed();
    }
    if matches!(question, Question::Source { .. }) {
        return Some(Reply::Source(line));
    }
    let number: usize = line.parse().ok()?;
    choices.get(number.checked_sub(1)?).map(|(reply, _)| reply.clone())
}

/// Asks for a line; `None` = nobody is there any more.
fn prompt(call: &mut Call<'_>, question: &Question, choices: &Choices) -> Result<Option<String>, CliError> {
    let proposed = question.proposed();
    let place = choices.iter().position(|(reply, _)| Some(reply) == proposed.as_ref());
    let prompt = match (proposed, place) {
        (Some(Reply::Source(source)), _) => call.text("cli.learn.prompt_text", &[("proposed", source)]),
        (Some(_), Some(place)) => call.text("cli.learn.prompt", &[("proposed", (place + 1).to_string())]),
        _ => call.text("cli.learn.prompt_bare", &[]),
    };
    ask_line(call, &prompt)
}

fn ask_line(call: &mut Call<'_>, prompt: &str) -> Result<Option<String>, CliError> {
    call.out.bytes(visible(prompt).as_bytes())?;
    call.out.flush()?;
    let mut line = Vec::new();
    // No answer is long.
    let read = io::stdin().lock().take(4096).read_until(b'\n', &mut line);
    let ended = read.map_err(CliError::Output)? == 0;
    Ok((!ended).then(|| String::from_utf8_lossy(&line).into_owned()))
}

/// Asks yes or no; at the end of the input it is no.
fn agrees(call: &mut Call<'_>, key: &str, file: (&str, String), proposed: bool) -> Result<bool, CliError> {
    let sentence = call.text(key, &[file]);
    call.out.line("")?;
    call.out.line(&visible(&sentence))?;
    for (number, key) in [(1, "cli.learn.yes"), (2, "cli.learn.no")] {
        let line = format!("{number:>3}) {}", call.messages.text(key));
        call.out.line(&line)?;
    }
    let prompt = call.text("cli.learn.prompt", &[("proposed", if proposed { "1" } else { "2" }.to_owned())]);
    loop {
        let Some(line) = ask_line(call, &prompt)? else { return Ok(false) };
        match line.trim() {
            "" => return Ok(proposed),
            "1" | "１" => return Ok(true),
            "2" | "２" => return Ok(false),
            _ => {}
        }
    }
}
