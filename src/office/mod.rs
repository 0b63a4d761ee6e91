//! The use cases: one function for each thing that staff do. The screen, the command line and the tests call the same
//! functions; this is the only room that combines the others, and where permission and policy are asked.

pub mod demo;
pub mod view;
