//! The table of commands: everything that a person can do has one entry, and nothing that a person can do exists
//! outside of it. Keymaps bind keys to these ids, the help screen and the bottom line are generated from the table,
//! and the operation log records the ids.
//!
//! The room knows no screen: what a command does stands in `tui` (and later `cli`), which look it up here.

mod act;
mod context;
mod situation;
mod table;
#[cfg(test)]
mod table_tests;

pub use context::Context;
pub use situation::{OnRequest, Situation};
pub use table::{COMMANDS, Command, CommandId};

pub use crate::domain::people::Permission;
