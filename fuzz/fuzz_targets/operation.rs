//! Fuzz target: see `sekisho::fuzzing::operation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::operation::run(bytes));
