//! Fuzz target: see `sekisho::fuzzing::fold`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::fold::run(bytes));
