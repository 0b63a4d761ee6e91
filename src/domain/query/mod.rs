//! The query language of the list and of the command line.
