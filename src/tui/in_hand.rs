//! `[ui] assign_on_open`: opening an application that nobody is in charge of puts the person in charge of it. Only who
//! opens it: going on from one to the next by keys takes nothing.

use super::message::{Effect, Errand, Explained};
use super::model::Model;
use super::perform;
use crate::command::{CommandId, Context};
use crate::domain::identity::ApplicationId;
use crate::domain::people::Act;

/// What opening an application asks of the office.
pub(super) fn opened(model: &Model, id: Option<ApplicationId>) -> Vec<Effect> {
    let wanted = model.surroundings.assign_on_open && model.allowed().has(Act::Assign);
    id.filter(|_| wanted).map(|id| Effect::Errand(Errand::TakeInHand(id))).into_iter().collect()
}

/// It is in one's hands now, or was somebody's already.
pub(super) fn taken(model: &mut Model, taken: Result<bool, Explained>) -> Vec<Effect> {
    match taken {
        Ok(false) => return Vec::new(),
        Ok(true) => {
            let key = ("key", model.key_name(Context::Record, CommandId::Undo));
            model.notices.say_beside(model.now, model.words.fill("in_hand.taken", &[key]));
        }
        Err(why) => model.notices.error(model.now, why.sentence),
    }
    perform::reload(model)
}
