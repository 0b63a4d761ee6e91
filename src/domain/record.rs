//! The record: the encoding of an application's content that the log commits to.
