//! Tests of the whole screen: keys in, grid out.

mod batch;
mod books;
mod bytes;
mod compare;
mod dialogs;
mod entry;
mod every_command;
mod every_screen;
mod fields;
mod fuzz;
mod intake;
mod japanese;
mod jobs;
mod list;
mod lock;
mod log;
mod look;
mod marks;
mod palette;
mod phone;
mod plain;
mod practice;
mod requests;
mod resume;
mod reveal;
mod revisions;
mod stage;
mod today;
mod tour;
mod views;
mod which_key;

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
        Context::Log => "7",
        Context::Requests => "W",
        Context::Phone => "<Enter>P",
        Context::Looks => "<Enter>V",
        Context::Decide => {
            screen.memory.sample_requests();
            "W<Enter>o"
        }
        Context::Entry => "E<Enter>",
        Context::MarkQuery => "+<Tab>",
        Context::Duplicates => "U",
        Context::Compare => "w",
        Context::Palette => ":",
        Context::Jobs => {
            screen.press("s<Enter><F12>");
            screen.hold();
            "uJ"
        }
        Context::Today => "0",
        Context::Tour => {
            screen.model.offer_tour();
            ""
        }
        Context::Leave => {
            screen.press("s<Enter><F12>");
            screen.hold();
            "uq"
        }
    };
    screen.press(way);
}
