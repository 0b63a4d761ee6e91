//! `undo` and `redo`: a new operation that gives back what was before.

use super::call::{Answer, Call};
use super::error::CliError;
use super::{flags, outcome};
use crate::domain::identity::OperationId;
use crate::office;

pub(super) fn undo(call: &mut Call<'_>, flags: &flags::Undo) -> Answer {
    let read = |text: &String| operation_of(text).ok_or_else(|| CliError::BadOperation(text.clone()));
    let operation = flags.operation.as_ref().map(read).transpose()?;
    let mut desk = call.desk()?;
    let batch = office::undo(&mut desk, operation)?;
    outcome::tell(call, &batch)
}

pub(super) fn redo(call: &mut Call<'_>) -> Answer {
    let mut desk = call.desk()?;
    let batch = office::redo(&mut desk)?;
    outcome::tell(call, &batch)
}

/// Reads an operation as it is printed: `12` of the founding stream, `1-12` of another one.
pub(super) fn operation_of(text: &str) -> Option<OperationId> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let (stream, n) = match text.trim().split_once('-') {
        Some((stream, n)) => (digits(stream)?, digits(n)?),
        None => (0, digits(text.trim())?),
    };
    (n > 0).then(|| OperationId::new(stream, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_read_as_it_is_printed() {
        for id in [OperationId::new(0, 1), OperationId::new(0, 12), OperationId::new(3, 12)] {
            assert_eq!(operation_of(&id.to_string()), Some(id));
        }
        for wrong in ["", "0", "-1", "+1", "1-", "a", "1-2-3", "4294967296"] {
            assert_eq!(operation_of(wrong), None, "{wrong}");
        }
    }
}
