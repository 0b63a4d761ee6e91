//! Fuzz target: see `sekisho::fuzzing::query`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::query::run(bytes));
