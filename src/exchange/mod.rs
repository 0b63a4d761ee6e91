//! Files that others made or will read. Never touches the store.

pub mod cell;
pub mod closed_days;
pub mod cp932;
pub mod csv_source;
pub mod csv_target;
pub mod encoding;
pub mod fault;
pub mod form;
pub mod formula;
pub mod learn;
pub mod profile;
pub mod raw_rows;
pub mod reconcile;
pub mod rows;
pub mod sekisho;
pub mod set_aside;
pub mod staff;
pub mod utf16;
pub mod xlsx_target;
