//! 取下げ: one application at a time, with the day and the way by which the applicant asked for it, and the 事由.

use super::desk::Desk;
use super::fault::OfficeError;
use super::view::Declared;
use crate::domain::calendar::{Day, day_number};
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::operation::Declaration;
use crate::domain::status::{Request, Status};

/// Why something is done: the reason, and how the applicant asked for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Grounds<'a> {
    /// 理由 or 事由.
    pub reason: Option<&'a str>,
    /// 申出 of a 取下げ, or how the applicant was told of a 返却.
    pub declared: Option<Declared>,
    /// 補正期限: of a 返却 only.
    pub until: Option<Day>,
    /// The 補正文の部品 that the reason was made of: of a 返却 only.
    pub blocks: &'a [u32],
}

impl<'a> From<Option<&'a str>> for Grounds<'a> {
    fn from(reason: Option<&'a str>) -> Self {
        Self { reason, ..Self::default() }
    }
}

/// What can be wrong with a 申出.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawalError {
    /// Another status than 取下げ and 返却中 has none.
    #[error("only a withdrawal is declared")]
    OtherStatus,
    /// A day that hasn't come yet.
    #[error("declared on a day to come")]
    ToCome,
    /// A day that the log can't keep.
    #[error("declared before 1970")]
    TooEarly,
}

impl Fault for WithdrawalError {
    fn code(&self) -> &'static str {
        match self {
            Self::OtherStatus => "withdrawal.other_status",
            Self::ToCome => "withdrawal.to_come",
            Self::TooEarly => "withdrawal.too_early",
        }
    }

    fn arguments(&self) -> Arguments {
        Vec::new()
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}

/// The 申出 as the log keeps it.
pub(super) fn declaration(
    desk: &Desk,
    request: Request,
    declared: Option<Declared>,
) -> Result<Option<Declaration>, OfficeError> {
    let Some(Declared { day, channel }) = declared else { return Ok(None) };
    if ![Request::To(Status::Withdrawn), Request::To(Status::Returned)].contains(&request) {
        return Err(WithdrawalError::OtherStatus.into());
    }
    if day > desk.today() {
        return Err(WithdrawalError::ToCome.into());
    }
    let number = day_number(day).and_then(|number| u32::try_from(number).ok()).ok_or(WithdrawalError::TooEarly)?;
    Ok(Some(Declaration { day: number, channel }))
}
