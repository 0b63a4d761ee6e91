//! What the loop shows the model on: the screen, or the lines of plain mode. Everything else of the loop is the same
//! for both.

use std::io;

use super::keymap::Key;
use super::message::Effect;
use super::model::Model;

/// A terminal that shows a model.
pub(super) trait Face {
    /// Columns and lines that the model is laid out for.
    ///
    /// # Errors
    /// The terminal doesn't tell.
    fn size(&mut self) -> io::Result<(u16, u16)>;

    /// Takes the new size of the terminal; answers the size that the model is laid out for from now on, if that has
    /// changed.
    fn resize(&mut self, size: (u16, u16)) -> Option<(u16, u16)>;

    /// Shows everything again with the next frame, not only what changed.
    fn redraw(&mut self);

    /// Shows the model.
    ///
    /// # Errors
    /// Writing to the terminal failed.
    fn draw(&mut self, model: &mut Model) -> io::Result<()>;

    /// A key before it reaches the model; `Some` = it meant something to this face alone, and this follows from it.
    fn key(&mut self, _model: &mut Model, _key: Key) -> Option<Vec<Effect>> {
        None
    }

    /// Gives the terminal back, stops the process, and takes the terminal again when it goes on; answers the columns and
    /// lines that the model is laid out for from then on.
    ///
    /// # Errors
    /// The terminal couldn't be given back or taken again.
    fn suspend(&mut self) -> io::Result<(u16, u16)>;
}
