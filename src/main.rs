//! The program `sekisho`: flags in, exit code out. Everything else lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic is told once, by `cli::run`, in words that name nobody; one that a library raises and we catch is none.
    std::panic::set_hook(Box::new(|_| {}));
    ExitCode::from(sekisho::cli::run(std::env::args_os().collect(), |_| Ok(())))
}
