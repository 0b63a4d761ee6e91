//! The screens: the list, one application whole, and the chrome around them.

pub mod books;
pub mod chrome;
pub mod compare;
pub mod corrections;
pub mod duplicates;
pub mod entry;
pub mod inbox;
pub mod intake;
pub mod jobs;
pub mod list;
pub mod list_columns;
pub mod log;
pub mod looks;
pub mod phone;
pub mod record;
pub mod requests;
pub mod revisions;
pub mod set_aside;
pub mod today;
pub mod tour;
