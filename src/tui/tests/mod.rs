//! Tests of the whole screen: keys in, grid out.

mod batch;
mod dialogs;
mod fuzz;
mod intake;
mod list;
mod look;
