//! The operation: what the log records of every change.
