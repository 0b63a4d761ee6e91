//! The screen: state, messages, screens, widgets, keymap, theme.
//!
//! A terminal event becomes a [`message::Message`]; [`update::update`] turns it into a new state and
//! [`message::Effect`]s; [`run::run`] carries the effects out off the screen's thread and brings their results back as
//! messages; [`view::view`] draws the state. `update` and `view` are pure, so the whole screen is tested without a
//! terminal (`driver.rs`).

pub mod arrangement;
pub mod backend;
pub mod books;
pub mod dialogs;
mod face;
pub mod field;
pub mod format;
pub mod intake;
mod intake_backend;
pub mod keymap;
mod keys;
pub mod layer;
pub mod layout;
pub mod listing;
pub mod marks;
pub mod message;
pub mod model;
pub mod motion;
pub mod notices;
mod office_backend;
pub mod open;
mod perform;
pub mod plain;
pub mod run;
pub mod screens;
pub mod settings;
pub mod surface;
mod terminal;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;

#[cfg(test)]
mod driver;
#[cfg(test)]
mod tests;
