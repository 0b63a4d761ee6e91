//! Plain mode: another view of the same model, for screen readers and very slow lines. Lines of text are appended, one
//! a move, and nothing that was written is written over: no escape sequence, no frame, no colour. Keys mean what they
//! mean on the screen; beside them menus are numbered, and a number with Enter chooses.
//!
//! What is said is made from the model alone (`announce`), what is answered stands in `answer`: the list, the record and the help have sentences of their
//! own, every other layer is drawn off the screen and read from there (`sheet`), so that a new page can be read from
//! its first day.

mod announce;
mod answer;
mod console;
mod lines;
mod list;
mod menu;
mod place;
mod sheet;
mod typed;
mod voice;

pub use announce::Plain;
pub(super) use console::Console;
pub use sheet::SIZE;
