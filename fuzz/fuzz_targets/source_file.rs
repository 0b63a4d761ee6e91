//! Fuzz target: see `sekisho::fuzzing::source_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::source_file::run(bytes));
