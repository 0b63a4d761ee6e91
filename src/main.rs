//! The program `sekisho`: flags in, exit code out. Everything else lives in the library.

fn main() {}
