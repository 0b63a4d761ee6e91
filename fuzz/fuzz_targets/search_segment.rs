//! Fuzz target: see `sekisho::fuzzing::search_segment`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sekisho::fuzzing::search_segment::run(bytes));
