//! Starting other programs: each is shown before it runs, and a failure is a sentence.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a chore ends with: nothing, or the reason that a person reads.
pub type Outcome = Result<(), String>;

/// The folder of the project, wherever the chore was called from.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// The `cargo` that started us.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command with our own output, and fails when it fails.
pub fn run(command: &mut Command) -> Outcome {
    let shown = shown(command);
    println!("▶ {shown}");
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{shown}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown}: {status}")) }
}

/// Runs a command quietly and gives its output back.
pub fn output(command: &mut Command) -> Result<String, String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{shown}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{shown}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

/// Whether a command runs and ends well.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as a person would type it.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The value that follows a flag such as `--rows`.
pub fn option<'a>(arguments: &'a [String], flag: &str) -> Result<Option<&'a str>, String> {
    match arguments.iter().position(|word| word == flag) {
        None => Ok(None),
        Some(at) => arguments.get(at + 1).map(|word| Some(word.as_str())).ok_or(format!("{flag} needs a value")),
    }
}

/// The number that follows a flag.
pub fn number(arguments: &[String], flag: &str, default: u64) -> Result<u64, String> {
    option(arguments, flag)?
        .map_or(Ok(default), |word| word.parse().map_err(|_| format!("{flag}: {word} is not a number")))
}
