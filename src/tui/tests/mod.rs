//! Tests of the whole screen: keys in, grid out.

mod batch;
mod books;
mod dialogs;
mod fuzz;
mod intake;
mod jobs;
mod list;
mod look;
mod palette;
mod revisions;
mod views;
mod which_key;
