//! Looking at a sealed item: the operation is durable before the value is shown.

use zeroize::Zeroizing;

use super::SealingError;
use crate::domain::credential::Passphrase;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::Body;
use crate::domain::people::Act;
use crate::domain::sealing::Class;
use crate::office::desk::Desk;
use crate::office::fault::OfficeError;
use crate::store::Opened;

/// What was looked at.
#[derive(Debug)]
pub struct Revealed {
    /// The operation that says so.
    pub operation: OperationId,
    /// 整理番号.
    pub number: String,
    /// The item.
    pub item: String,
    /// The class.
    pub class: Class,
    /// What the applicant wrote.
    pub value: Zeroizing<String>,
}

/// Shows a sealed item of an application, for a reason.
///
/// # Errors
/// [`SealingError`]; [`OfficeError::NotPermitted`]; what getting the own key says. What is refused before the value could
/// have been opened leaves no operation.
pub fn reveal(
    desk: &mut Desk,
    id: ApplicationId,
    item: &str,
    reason: &str,
    passphrase: Option<&Passphrase>,
) -> Result<Revealed, OfficeError> {
    if reason.trim().is_empty() {
        return Err(SealingError::ReasonRequired.into());
    }
    let signed = desk.sign(Act::Reveal)?;
    let entry = desk.store.entries(&[id])?.pop().ok_or_else(|| OfficeError::NumberUnknown(String::new()))?;
    let place = entry.content.form.items.iter().position(|name| name == item);
    let place = place.ok_or_else(|| SealingError::NoItem(item.to_owned()))? as u32;
    let class = desk.store.class_of_item(id, place)?.ok_or_else(|| SealingError::NotSealed(item.to_owned()))?;
    if class == Class::SpecificPersonal && !desk.rights()?.specific_personal() {
        return Err(SealingError::NotGranted(desk.person()?).into());
    }
    let mut opener = desk.opener(passphrase)?;
    let opened = opener.open(&desk.store, id, class)?;
    let value = match opened {
        Some(Opened::Values(values)) => values.into_iter().find(|value| value.item == place),
        Some(Opened::Locked) => return Err(SealingError::NotHeld(class).into()),
        Some(Opened::Lost) => return Err(SealingError::Lost(item.to_owned()).into()),
        None => None,
    };
    let value = value.ok_or_else(|| SealingError::NotSealed(item.to_owned()))?;
    let body = Body::Reveal { target: id, class, items: vec![place] };
    let operation = desk.store.record(&signed, body, Some(reason))?;
    let (number, item) = (entry.content.number.to_string(), item.to_owned());
    Ok(Revealed { operation, number, item, class, value: value.text })
}
