//! The dialogs that open above the list, one a file: state, what its commands do, and how it is drawn.

pub mod batch;
mod batch_blocks;
pub mod batch_told;
pub mod batch_view;
pub mod columns;
pub mod confirm;
pub mod decide;
pub mod export;
mod field_kind;
pub mod fields;
pub mod filter;
pub mod filter_view;
pub mod finding;
pub mod help;
pub mod leave;
pub mod mark_query;
pub mod note;
pub mod numbering;
pub mod palette;
pub mod reflect;
pub mod reveal;
pub mod ruling;
pub mod settle;
pub mod sort;
pub mod status;
pub mod view_save;
pub mod views;
