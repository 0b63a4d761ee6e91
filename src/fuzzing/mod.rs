//! The bodies of the fuzz targets: each takes bytes that a stranger made and must neither panic nor break its
//! invariant. `tests/fuzz_corpus.rs` runs each over its corpus; `fuzz/` runs them under a fuzzer.

pub mod calendar;
pub mod fold;
pub mod form;
pub mod learn;
pub mod operation;
pub mod policy;
pub mod profile;
pub mod query;
pub mod search_manifest;
pub mod search_segment;
pub mod session;
pub mod source_file;
pub mod staff;
