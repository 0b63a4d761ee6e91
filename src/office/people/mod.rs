//! 職員・担当者グループ・権限: who works here and what they may do. Each change is one transaction, and none may leave
//! the store without somebody who can decide about people.

mod fault;
mod grants;
mod operators;
mod transfer;

pub use fault::PeopleError;
pub(super) use grants::make_administrator;
pub use grants::{
    GrantFacts, GrantWish, GroupFacts, Wished, add_grant, add_group, grants, groups, remove_group, revoke_grant,
};
pub use operators::{OperatorFacts, OperatorWish, add_operator, disable_operator, operators};
pub(super) use transfer::take_staff;
pub use transfer::{StaffReport, import_operators};

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::people::{Act, Days, People};
use crate::domain::visible::is_hidden;
use crate::store::{PeopleWriter, Signed};

/// Changes people by a use case: asked for, signed, and refused if nobody would be left who may do it.
fn change<T>(
    desk: &mut Desk,
    act: Act,
    write: impl FnOnce(&People, &mut PeopleWriter<'_>, &Signed<'_>, Days) -> Result<T, OfficeError>,
) -> Result<T, OfficeError> {
    let signed = desk.sign(act)?;
    let (day, segment, unsigned) = (desk.today_in_log(), desk.segment().code(), desk.is_unsigned());
    desk.store.change_people(|people, writer| {
        let done = write(people, writer, &signed, day)?;
        if !unsigned && !writer.people()?.has_administrator(segment, day) {
            return Err(PeopleError::LastAdministrator.into());
        }
        Ok(done)
    })
}

/// A code or name as it is kept: without blanks around it, and nothing in it that a screen would hide.
fn word(text: &str) -> Result<String, OfficeError> {
    const LONGEST: usize = 64;
    let word = text.trim();
    let bad = word.is_empty() || word.chars().count() > LONGEST || word.chars().any(|c| c.is_control() || is_hidden(c));
    if bad { Err(PeopleError::BadWord.into()) } else { Ok(word.to_owned()) }
}
