//! The screen: state, messages, screens, widgets, keymap, theme.
//!
//! A terminal event becomes a [`message::Message`]; [`update::update`] turns it into a new state and
//! [`message::Effect`]s; `run.rs` carries the effects out off the screen's thread and brings their results back as
//! messages; [`view::view`] draws the state. `update` and `view` are pure, so the whole screen is tested without a
//! terminal (`driver.rs`).

mod alarm;
mod ambiguous;
pub mod arrangement;
pub mod backend;
pub mod books;
pub mod canvas;
mod closing;
pub mod compare;
pub mod compare_backend;
pub mod dialogs;
pub mod drafts;
pub mod duplicates;
mod ends;
pub mod entry;
mod entry_backend;
mod entry_page;
pub mod export_format;
mod face;
pub mod field;
pub mod find;
pub mod format;
mod gate;
pub mod go;
mod hold;
mod in_hand;
pub mod intake;
mod intake_backend;
pub mod jobs;
mod keeper;
pub mod keymap;
mod keys;
pub mod layer;
pub mod layout;
pub mod listing;
pub mod lock;
mod log_backend;
pub mod log_page;
mod marking;
pub mod message;
pub mod model;
pub mod motion;
pub mod notices;
pub mod offers;
mod office_backend;
mod office_rooms;
pub mod open;
mod pace;
mod perform;
pub mod phone;
mod phone_backend;
pub mod plain;
pub mod probe;
pub mod requests;
mod requests_backend;
pub mod resume;
pub mod run;
pub mod screens;
pub mod secret_field;
pub mod settings;
pub mod surface;
mod terminal;
pub mod text;
pub mod theme;
pub mod today;
pub mod tour;
pub mod trail;
pub mod update;
pub mod view;
pub mod which_key;
mod work;

#[cfg(test)]
mod driver;
#[cfg(test)]
mod tests;
