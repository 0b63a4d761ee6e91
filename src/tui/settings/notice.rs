//! The message at the start of the screen when settings files have mistakes: how many, the first one, and the key that
//! shows all of them.

use std::path::PathBuf;

use super::Problem;
use crate::command::{CommandId, Context};
use crate::config::ConfigError;
use crate::messages::Messages;
use crate::tui::keymap::Keymap;
use crate::tui::notices::Notice;

/// The message; `None` where all is well. Its details name every file with its whole path.
#[must_use]
pub fn notice(words: &Messages, keymap: &Keymap, config: &[ConfigError], problems: &[Problem]) -> Option<Notice> {
    let briefly = |error: &ConfigError| ConfigError {
        file: error.file.file_name().map(PathBuf::from).unwrap_or_default(),
        ..error.clone()
    };
    let first = config.first().map(|error| words.explain(&briefly(error)));
    let first = first.or_else(|| problems.first().map(|problem| words.explain(&problem.briefly())))?;
    let mut details: Vec<String> = config.iter().map(|error| words.explain(error)).collect();
    details.extend(problems.iter().map(|problem| words.explain(problem)));
    let keys = keymap.keys_of(Context::List, CommandId::NoticesOpen).into_iter().next();
    let arguments =
        [("count", details.len().to_string()), ("keys", keys.unwrap_or_else(|| "-".to_owned())), ("first", first)];
    Some(Notice { at: None, is_error: true, text: words.fill("settings.broken", &arguments), details })
}
