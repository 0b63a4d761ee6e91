//! A table for people: columns aligned by what each character takes on a terminal.

use unicode_width::UnicodeWidthStr as _;

use super::error::CliError;
use super::output::Out;
use crate::domain::visible::visible;

/// So many rows are looked at before the widths of the columns are fixed; the rest streams through.
const LOOKED_AT: usize = 256;

/// A table on its way out.
pub(super) struct Table {
    widths: Vec<usize>,
    held: Vec<Vec<String>>,
    flowing: bool,
}

impl Table {
    /// A table with these headings.
    pub(super) fn new(headings: Vec<String>) -> Self {
        let mut table = Self { widths: Vec::new(), held: Vec::new(), flowing: false };
        table.hold(headings);
        table
    }

    fn hold(&mut self, row: Vec<String>) {
        self.widths.resize(self.widths.len().max(row.len()), 0);
        for (width, cell) in self.widths.iter_mut().zip(&row) {
            *width = (*width).max(cell.width());
        }
        self.held.push(row);
    }

    /// Adds a row. Its cells may be anybody's text: what would act on the terminal is made visible.
    pub(super) fn row(&mut self, out: &mut Out, cells: &[String]) -> Result<(), CliError> {
        let cells: Vec<String> = cells.iter().map(|cell| visible(cell).into_owned()).collect();
        if self.flowing {
            return self.write(out, &cells);
        }
        self.hold(cells);
        if self.held.len() > LOOKED_AT { self.flow(out) } else { Ok(()) }
    }

    /// Brings out what is held. A table without rows is nothing.
    pub(super) fn finish(mut self, out: &mut Out) -> Result<(), CliError> {
        if self.flowing || self.held.len() == 1 { Ok(()) } else { self.flow(out) }
    }

    fn flow(&mut self, out: &mut Out) -> Result<(), CliError> {
        self.flowing = true;
        for row in std::mem::take(&mut self.held) {
            self.write(out, &row)?;
        }
        Ok(())
    }

    fn write(&self, out: &mut Out, row: &[String]) -> Result<(), CliError> {
        let mut line = String::new();
        for (place, cell) in row.iter().enumerate() {
            line.push_str(cell);
            if place + 1 < row.len() {
                let width = self.widths.get(place).copied().unwrap_or(0);
                line.push_str(&" ".repeat(2 + width.saturating_sub(cell.width())));
            }
        }
        out.line(line.trim_end_matches(' '))
    }
}
