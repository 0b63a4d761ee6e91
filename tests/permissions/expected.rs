//! What every right is expected to allow.

use sekisho::domain::people::{Act, Permission};

/// What a role lets one do, written down here a second time: not by the code that is tested.
pub fn expected(role: &str, act: Act) -> bool {
    match (role, act) {
        ("nothing" | "specific_personal" | "disabled", _) => false,
        ("all", _) => true,
        (_, Act::Look | Act::PassphraseChange) => true,
        (_, Act::SaveView | Act::DeleteView | Act::Anchor | Act::LogView | Act::PhoneOpen) => {
            role == "look" || role == act.id()
        }
        // Migrating is what every opening does; the right is for the copy that it leaves.
        (_, Act::Migrate) => true,
        (_, Act::UndoOthers) => role == act.id() || role == "administer",
        ("look", _) => false,
        ("change_status", act) => act.permission() == Permission::ChangeStatus,
        ("take_out", act) => act.permission() == Permission::TakeOut,
        ("take_in", act) => act.permission() == Permission::TakeIn,
        ("release", act) => act.permission() == Permission::Release,
        ("reveal", act) => act.permission() == Permission::Reveal,
        ("administer", act) => act.permission() == Permission::Administer,
        ("dispose", act) => act.permission() == Permission::Dispose,
        ("supervise", act) => act.permission() == Permission::Supervise,
        (one, act) => act.id() == one,
    }
}
