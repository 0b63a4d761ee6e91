//! The bodies of the fuzz targets: each takes bytes that a stranger made and must neither panic nor break its invariant.

pub mod profile;
pub mod source_file;
