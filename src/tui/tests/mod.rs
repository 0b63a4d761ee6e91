//! Tests of the whole screen: keys in, grid out.

mod batch;
mod books;
mod dialogs;
mod fuzz;
mod intake;
mod list;
mod look;
mod resume;
mod revisions;
mod views;
