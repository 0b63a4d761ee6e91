//! The dialogs that open above the list, one a file: state, what its commands do, and how it is drawn.

pub mod batch;
pub mod batch_view;
pub mod confirm;
pub mod export;
pub mod help;
pub mod leave;
pub mod reflect;
pub mod settle;
pub mod status;
