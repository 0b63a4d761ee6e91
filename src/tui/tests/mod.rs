//! Tests of the whole screen: keys in, grid out.

mod batch;
mod books;
mod dialogs;
mod every_command;
mod every_screen;
mod fuzz;
mod intake;
mod japanese;
mod jobs;
mod list;
mod look;
mod marks;
mod palette;
mod resume;
mod revisions;
mod stage;
mod today;
mod tour;
mod views;
mod which_key;
