//! 様式の定義 as an office writes it: TOML, one file a form. What nothing reads is refused with its place.

mod fault;
mod reading;
#[cfg(test)]
mod tests;

pub use fault::{FormError, FormErrorKind};
pub use reading::read_form;
