//! The table of commands: everything that a person can do.
