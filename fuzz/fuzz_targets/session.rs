//! Fuzz target: see `sekisho::fuzzing::session`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::session::run(bytes));
