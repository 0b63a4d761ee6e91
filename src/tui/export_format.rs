//! The kinds of file that an export of the screen writes.

/// The kind of file that an export writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// CSV for people: opens in Excel as it is.
    CsvForPeople,
    /// CSV for machines: byte-exact.
    CsvForMachines,
    /// XLSX with text cells.
    Xlsx,
}

impl ExportFormat {
    /// All formats, in the order of the dialog.
    pub const ALL: [Self; 3] = [Self::CsvForPeople, Self::CsvForMachines, Self::Xlsx];

    /// The word of the message key `export.format.ID`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::CsvForPeople => "csv_for_people",
            Self::CsvForMachines => "csv_for_machines",
            Self::Xlsx => "xlsx",
        }
    }

    /// The ending of the file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::CsvForPeople | Self::CsvForMachines => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}
