//! The nouns and rules of the office: applications, forms, statuses, the query language, text folding, the calendar
//! with its eras, and the operation that records every change.
//!
//! Pure types and functions. Nothing here does I/O, reads a clock, knows SQL or knows a terminal.

pub mod anchor;
pub mod application;
pub mod calendar;
pub mod channel;
pub mod column;
pub mod comparison;
pub mod correction;
pub mod credential;
pub mod deadline;
pub mod entry;
pub mod erasure;
pub mod fault;
pub mod finding;
pub mod fold;
pub mod form;
pub mod identity;
pub mod marks;
pub mod numbering;
pub mod office_days;
pub mod operation;
pub mod order;
pub mod parcel;
pub mod people;
pub mod phone;
pub mod projection;
pub mod query;
pub mod record;
pub mod reflection;
pub mod release;
pub mod reminder;
pub mod retention;
pub mod revision;
pub mod ruling;
pub mod said;
pub mod sealing;
pub mod session;
pub mod sitting;
pub mod spelling;
pub mod status;
pub mod varint;
pub mod view;
pub mod visible;
