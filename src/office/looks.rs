//! 「この人について誰が見たか」: who looked at an application, as far as the log is told of it. Lists and searches tell it nothing.

use super::desk::Desk;
use super::fault::OfficeError;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::Body;
use crate::domain::phone::Purpose;

/// What somebody did who looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looked {
    /// Opened sealed items, by their names.
    Revealed(Vec<String>),
    /// Opened the application where that is told first.
    Opened(Purpose),
    /// Wrote a 反映用一覧 on which it stands.
    Listed,
}

impl Looked {
    /// The word of scripts and the end of message keys.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Revealed(_) => "revealed",
            Self::Opened(_) => "opened",
            Self::Listed => "listed",
        }
    }
}

/// One look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoLooked {
    /// The operation that tells of it.
    pub operation: OperationId,
    /// When, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// Who; `None` = unsigned.
    pub actor: Option<String>,
    /// By which command.
    pub command: String,
    /// What was looked at.
    pub looked: Looked,
    /// Why, where that was asked; `None` also where it was erased.
    pub reason: Option<String>,
}

/// Who looked at an application, newest first.
///
/// # Errors
/// What the store says.
pub fn who_looked(desk: &Desk, application: ApplicationId) -> Result<Vec<WhoLooked>, OfficeError> {
    desk.store.at_one_moment(|store| {
        let entry = store.entries(&[application])?.pop();
        let items = entry.as_ref().map_or(&[][..], |entry| &entry.content.form.items);
        let mut looks = Vec::new();
        for line in store.looks(application)? {
            let (looked, reason) = match line.operation.body {
                Body::Reveal { items: places, .. } => {
                    let name = |place: &u32| items.get(*place as usize).cloned();
                    (Looked::Revealed(places.iter().filter_map(name).collect()), line.text)
                }
                Body::Opened(opened) => (Looked::Opened(opened.purpose), line.text),
                _ => (Looked::Listed, None),
            };
            let actor = line.operation.actor.map_or(Ok(None), |id| store.operator_code(id))?;
            let (operation, at_ms, command) = (line.id, line.operation.at_ms, line.operation.command);
            looks.push(WhoLooked { operation, at_ms, actor, command, looked, reason });
        }
        Ok(looks)
    })
}
