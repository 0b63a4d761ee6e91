//! Fuzz target: see `sekisho::fuzzing::learn`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::learn::run(bytes));
