//! 関所 (Sekisho): the instrument that municipal staff work e-applications with.
//!
//! The rooms and which way they may look are drawn in ARCHITECTURE.md; `tests/house.rs` checks the arrows.

pub mod assets;
pub mod cli;
pub mod command;
pub mod config;
pub mod domain;
pub mod exchange;
pub mod fuzzing;
pub mod messages;
pub mod office;
pub mod panics;
pub mod store;
pub mod tui;
