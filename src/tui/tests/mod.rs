//! Tests of the whole screen: keys in, grid out.

mod batch;
mod books;
mod dialogs;
mod fuzz;
mod intake;
mod list;
mod look;
mod plain;
mod revisions;
mod views;

use super::driver::Driver;
use crate::command::Context;

/// Goes from the list to a context by the keys of the default keymap.
fn go_to(screen: &mut Driver, context: Context) {
    let way = match context {
        Context::List | Context::Everywhere => "",
        Context::Search => "/",
        Context::Record => "<Enter>",
        Context::Status => "s",
        Context::Batch => "s<Enter>",
        Context::Export => "e",
        Context::View => "v",
        Context::ViewSave => "vs",
        Context::Columns => "c",
        Context::Sort => "o",
        Context::Filter => "t",
        Context::Books => "b<Enter> ",
        Context::Question => "b<Enter>am",
        Context::Help => "?",
        Context::Notices => "<Ctrl-N>",
        Context::Inbox => "f",
        Context::Intake => "f<Enter>",
        Context::SetAside => "r",
        Context::Confirm => "rx",
        Context::Leave => {
            screen.press("s<Enter><F12>");
            screen.hold();
            "uq"
        }
    };
    screen.press(way);
}
