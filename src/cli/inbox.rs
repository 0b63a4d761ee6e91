//! `inbox`: what lies in the folders of `[inbox]`, taking in all that is new, deleting what was taken in.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::call::{Answer, Call, DONE, PARTIAL};
use super::flags;
use super::import;
use super::output::{error_object, hex, iso_ms};
use super::progress::{Bar, stop_flag};
use crate::domain::fault::Fault as _;
use crate::office::{
    self, Choice, Desk, FileReport, FileState, FolderState, HalfImport, ImportRequest, Inbox, InboxFile, InboxLook,
    OfficeError, Profile, Work,
};

/// Between the two looks that tell a file at rest from one that is still being written.
const PAUSE: Duration = Duration::from_millis(700);

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Inbox) -> Answer {
    let profiles = office::load_profiles(&call.assets, call.store.as_deref());
    for error in &profiles.errors {
        call.notice(&call.messages.explain(error));
    }
    let profiles = Arc::new(profiles.offered(None));
    let inbox = Inbox::new(&call.settings.inbox_folders(), &profiles);
    if !inbox.is_set() {
        return Err(OfficeError::NoInbox.into());
    }
    let mut desk = call.desk()?;
    match flags {
        flags::Inbox::List => list(call, &look_twice(&inbox, &desk)?),
        flags::Inbox::Import { dry_run } => take_in(call, &mut desk, &inbox, &profiles, *dry_run),
        flags::Inbox::Discard { files } => discard(call, &mut desk, &inbox, &profiles, files),
    }
}

/// So many looks wait for files that are being read, a second and a half each: a share that hangs isn't waited for.
const LOOKS: u32 = 400;

/// Looks until every file has been seen at rest, twice at most: one that still grows is for the next time. What is at
/// rest is read to its end: the next call would begin anew and never come to the last of many files.
fn look_twice(inbox: &Inbox, desk: &Desk) -> Result<InboxLook, OfficeError> {
    let look = inbox.look(desk)?;
    if look.files.iter().all(|file| file.state != FileState::Arriving) {
        return Ok(look);
    }
    std::thread::sleep(PAUSE);
    let mut look = inbox.look(desk)?;
    for _ in 0..LOOKS {
        if !look.reading {
            break;
        }
        look = inbox.look(desk)?;
    }
    Ok(look)
}

fn list(call: &mut Call<'_>, look: &InboxLook) -> Answer {
    let document = json!({
        "folders": look.folders.iter().map(|(path, state)| folder_object(call, path, state)).collect::<Vec<_>>(),
        "files": look.files.iter().map(|file| file_object(call, file)).collect::<Vec<_>>(),
        "unfinished": look.half.as_ref().map(half_object),
        "rejected": look.set_aside,
    });
    let mut lines: Vec<String> = look.files.iter().map(|file| file_line(call, file)).collect();
    if look.files.is_empty() {
        lines.push(call.text("inbox.empty", &[]));
    }
    lines.extend(look.half.as_ref().map(|half| half_sentence(call, half)));
    tell_folders(call, look);
    call.answer(&document, &lines)?;
    Ok(DONE)
}

fn folder_object(call: &Call<'_>, path: &Path, state: &FolderState) -> Value {
    let message = match state {
        FolderState::Ready => None,
        FolderState::Slow => Some(slow(call, path)),
        FolderState::Refused(trouble) => Some(call.messages.explain(trouble)),
    };
    json!({ "folder": path.display().to_string(), "state": state.id(), "message": message })
}

fn file_object(call: &Call<'_>, file: &InboxFile) -> Value {
    let mut object = json!({
        "file": file.path.display().to_string(),
        "size": file.size,
        "modified": iso_ms(file.modified.saturating_mul(1000)),
        "sha256": file.hash.map(|hash| hex(&hash)),
        "state": file.state.id(),
        "encoding": null,
        "profile": null,
        "own_export": false,
        "operation": null,
        "error": null,
    });
    match &file.state {
        FileState::New { encoding, profile, own_export } => {
            object["encoding"] = json!(encoding);
            object["profile"] = json!(profile);
            object["own_export"] = json!(own_export);
        }
        FileState::Imported { operation, .. } => object["operation"] = json!(operation.to_string()),
        FileState::Refused(trouble) => object["error"] = error_object(trouble, &call.messages),
        FileState::Arriving | FileState::Interrupted => {}
    }
    object
}

fn file_line(call: &Call<'_>, file: &InboxFile) -> String {
    let state = match &file.state {
        FileState::Imported { operation, at_ms } => {
            let arguments = [("operation", operation.to_string()), ("time", iso_ms(*at_ms))];
            call.text("cli.inbox.imported", &arguments)
        }
        FileState::New { own_export: true, .. } => call.text("inbox.state.own_export", &[]),
        FileState::Refused(trouble) => call.messages.explain(trouble),
        other => call.text(&format!("inbox.state.{}", other.id()), &[]),
    };
    call.text(
        "cli.inbox.file",
        &[("file", file.path.display().to_string()), ("size", file.size.to_string()), ("state", state)],
    )
}

fn half_object(half: &HalfImport) -> Value {
    json!({
        "file": half.name,
        "sha256": hex(&half.file),
        "line": half.line,
        "percent": half.percent,
        "holder": half.holder,
        "found": half.found.as_ref().map(|path| path.display().to_string()),
    })
}

fn half_sentence(call: &Call<'_>, half: &HalfImport) -> String {
    let arguments = [
        ("file", half.name.clone()),
        ("line", half.line.to_string()),
        ("percent", half.percent.map_or_else(|| "?".to_owned(), |percent| percent.to_string())),
        ("holder", half.holder.clone().unwrap_or_default()),
    ];
    call.text(if half.holder.is_some() { "inbox.half.running" } else { "inbox.half.cut_off" }, &arguments)
}

fn slow(call: &Call<'_>, path: &Path) -> String {
    call.text("inbox.folder.slow", &[("folder", path.display().to_string())])
}

/// Tells of folders that can't be looked at; the answer is how many.
fn tell_folders(call: &Call<'_>, look: &InboxLook) -> usize {
    let mut silent = 0;
    for (path, state) in &look.folders {
        let sentence = match state {
            FolderState::Ready => continue,
            FolderState::Slow => slow(call, path),
            FolderState::Refused(trouble) => call.messages.explain(trouble),
        };
        silent += 1;
        call.notice(&sentence);
    }
    silent
}

fn take_in(call: &mut Call<'_>, desk: &mut Desk, inbox: &Inbox, profiles: &[Profile], dry_run: bool) -> Answer {
    let look = look_twice(inbox, desk)?;
    let silent = tell_folders(call, &look);
    let request = ImportRequest { profile: None, encoding: Choice::Auto, dry_run };
    let stop = stop_flag();
    let mut waiting: Vec<&InboxFile> = look.files.iter().filter(|file| file.state.waits()).collect();
    // What was cut off goes on first: any other import would take it back.
    waiting.sort_by_key(|file| file.state != FileState::Interrupted);
    let mut ends: Vec<(&PathBuf, Result<FileReport, OfficeError>)> = Vec::new();
    let mut done = std::collections::HashSet::new();
    for file in waiting {
        // The same bytes under two names are one file.
        let Some(hash) = file.hash.filter(|hash| done.insert(*hash)) else { continue };
        let mut bar = Bar::new(&call.messages);
        let mut show = |progress| bar.show(progress);
        let mut work = Work::new(&stop, &mut show);
        let end = office::import_known(desk, &file.path, &hash, profiles, &request, &mut work);
        let stopped = matches!(end, Err(OfficeError::Stopped));
        ends.push((&file.path, end));
        if stopped {
            break;
        }
    }
    let left: Vec<&InboxFile> =
        look.files.iter().filter(|file| matches!(file.state, FileState::Refused(_) | FileState::Arriving)).collect();
    for file in &left {
        call.notice(&file_line(call, file));
    }
    if ends.is_empty() && !call.flags.json {
        let sentence = call.text("cli.inbox.nothing_new", &[]);
        call.answer(&Value::Null, &[sentence])?;
    }
    if ends.is_empty() && call.flags.json {
        let left: Vec<Value> = left.iter().map(|file| file_object(call, file)).collect();
        call.out.document(&json!({ "files": [], "left": left }))?;
        return Ok(if silent > 0 { PARTIAL } else { DONE });
    }
    let left: Vec<Value> = left.iter().map(|file| file_object(call, file)).collect();
    let code = import::tell(call, ends, &[("left", Value::Array(left))])?;
    Ok(if code == DONE && silent > 0 { PARTIAL } else { code })
}

fn discard(call: &mut Call<'_>, desk: &mut Desk, inbox: &Inbox, profiles: &[Profile], files: &[PathBuf]) -> Answer {
    let (mut objects, mut lines, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for path in files {
        let file = path.display().to_string();
        let end = if inbox.holds(path) {
            office::discard_download(desk, path, None, profiles)
        } else {
            Err(OfficeError::OutsideInbox(path.clone()))
        };
        match end {
            Ok(discarded) => {
                let (import, operation) = (discarded.import.to_string(), discarded.operation.to_string());
                let sha256 = hex(&discarded.hash);
                lines.push(
                    call.text("cli.inbox.discarded", &[("file", file.clone()), ("operation", operation.clone())]),
                );
                objects.push(json!({ "file": file, "sha256": sha256, "import": import, "operation": operation }));
            }
            Err(error) => {
                if files.len() > 1 {
                    call.notice(&call.messages.explain(&error));
                }
                objects.push(json!({ "file": file, "error": error_object(&error, &call.messages) }));
                errors.push(error);
            }
        }
    }
    let code = match errors.first() {
        None => DONE,
        Some(_) if errors.len() < files.len() => PARTIAL,
        Some(_) if files.len() == 1 => return Err(errors.remove(0).into()),
        Some(first) => {
            let (code, error) = (first.outcome().exit_code(), error_object(first, &call.messages));
            call.answer(&json!({ "files": objects, "error": error }), &[])?;
            return Ok(code);
        }
    };
    call.answer(&json!({ "files": objects }), &lines)?;
    Ok(code)
}
