//! `completions`: the script by which a shell completes our command line.

use super::call::{Answer, Call, DONE};
use super::{flags, help};

pub(super) fn run(call: &mut Call<'_>, flags: &flags::Completions) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut help::command_line(&call.messages), "sekisho", &mut script);
    call.out.bytes(&script)?;
    Ok(DONE)
}
