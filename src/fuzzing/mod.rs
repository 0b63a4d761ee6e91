//! The bodies of the fuzz targets: each takes bytes that a stranger made and must neither panic nor break its invariant.

pub mod calendar;
pub mod fold;
pub mod query;
