//! Tests of the whole screen: keys in, grid out.

mod batch;
mod books;
mod dialogs;
mod fuzz;
mod intake;
mod japanese;
mod list;
mod look;
mod revisions;
mod views;
