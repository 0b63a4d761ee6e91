//! 補正: an application is sent back to be corrected, with what is to be corrected, until which day, and how the applicant
//! was told.

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::calendar::Day;
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::office_days::number_of;
use crate::domain::people::Days;
use crate::domain::status::{Request, Status};

/// What can be wrong with 補正期限.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// Another status than 返却中 has none.
    #[error("only what is returned is to be corrected")]
    OtherStatus,
    /// A day that is over.
    #[error("to be corrected until a day that is over")]
    Over,
}

impl Fault for CorrectionError {
    fn code(&self) -> &'static str {
        match self {
            Self::OtherStatus => "correction.other_status",
            Self::Over => "correction.over",
        }
    }

    fn arguments(&self) -> Arguments {
        Vec::new()
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}

/// 補正期限 as the log keeps it.
pub(super) fn last_day(desk: &Desk, request: Request, until: Option<Day>) -> Result<Option<Days>, OfficeError> {
    let Some(day) = until else { return Ok(None) };
    if request != Request::To(Status::Returned) {
        return Err(CorrectionError::OtherStatus.into());
    }
    if day < desk.today() {
        return Err(CorrectionError::Over.into());
    }
    Ok(Some(number_of(day).ok_or(CorrectionError::Over)?))
}
