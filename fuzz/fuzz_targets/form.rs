//! Fuzz target: see `sekisho::fuzzing::form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::form::run(bytes));
