//! The commands as help and palette list them: where each is offered, its keys in force, and why it can't be run now.

use super::find::Fit;
use super::model::Model;
use super::motion::is_motion;
use super::theme::Role;
use crate::command::{COMMANDS, Command, Context};

/// One command of the list.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The command.
    pub command: &'static Command,
    /// Where these keys mean it.
    pub context: Context,
    /// Whether it is offered where the list was opened.
    pub here: bool,
    /// Its keys in the keymap in force.
    pub keys: String,
    /// Its title.
    pub title: String,
    /// What it does.
    pub description: String,
    /// Why it can't be run from here just now.
    pub disabled: Option<String>,
}

impl Offer {
    /// How its line looks: under the cursor, possible, or not possible just now.
    #[must_use]
    pub const fn role(&self, under_cursor: bool) -> Role {
        match (under_cursor, &self.disabled) {
            (true, _) => Role::RowCursor,
            (false, None) => Role::Text,
            (false, Some(_)) => Role::Quiet,
        }
    }
}

/// Every command once: those of a context, those that are offered everywhere, then those of the other contexts.
#[must_use]
pub fn offers(model: &Model, under: Context) -> Vec<Offer> {
    let situation = model.situation();
    let others = Context::ALL.into_iter().filter(|c| *c != under && *c != Context::Everywhere);
    let contexts = [under, Context::Everywhere].into_iter().chain(others);
    let mut offers: Vec<Offer> = Vec::new();
    for context in contexts {
        let here = context == under || context == Context::Everywhere;
        for command in COMMANDS.iter().filter(|command| command.contexts.contains(&context)) {
            if offers.iter().any(|offer| offer.command.id == command.id) {
                continue;
            }
            let disabled = if here {
                command.refused(&situation).map(|key| model.words.text(key).to_owned())
            } else {
                let place = model.words.text(&format!("context.{}", context.id())).to_owned();
                Some(model.words.fill("help.elsewhere", &[("place", place)]))
            };
            offers.push(Offer {
                command,
                context,
                here,
                keys: model.keymap.keys_of(context, command.id).join("  "),
                title: model.words.text(&command.title_key()).to_owned(),
                description: model.words.text(&command.description_key()).to_owned(),
                disabled,
            });
        }
    }
    offers
}

/// Those that fit what was typed: what is spelt out before what is only scattered; then what can be run from here, what
/// is offered here, and the rest; then what fits best. With nothing typed, all of them, moving about last.
#[must_use]
pub fn found(model: &Model, under: Context, typed: &str) -> Vec<Offer> {
    let mut found: Vec<_> = offers(model, under)
        .into_iter()
        .filter_map(|offer| Some((model.finder.rank(&model.words, offer.command.id, &offer.keys, typed)?, offer)))
        .collect();
    let nothing = typed.trim().is_empty();
    // Stable: what fits equally well keeps the order of the table.
    found.sort_by_key(|(rank, offer)| {
        let moves = nothing && is_motion(offer.command.id);
        (rank.worst == Fit::Scattered, !offer.here, offer.disabled.is_some(), *rank, moves)
    });
    found.into_iter().map(|(_, offer)| offer).collect()
}
