//! Puts the texts of the message files into clap's command line, and says clap's errors in the chosen language.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::flags::Line;
use crate::messages::Messages;

/// The whole command line in one language.
pub(super) fn command_line(messages: &Messages) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    localized(Line::command().disable_version_flag(true).arg(version), "sekisho", messages)
}

/// The key of a command's or argument's text: its own one, else the one that all commands share.
fn key(path: &str, id: &str, messages: &Messages) -> String {
    let own = format!("help.{path}.{id}");
    if messages.has(&own) { own } else { format!("help.any.{id}") }
}

fn localized(command: Command, path: &str, messages: &Messages) -> Command {
    let heading = |arg: &Arg| match (arg.is_positional(), arg.is_global_set()) {
        (true, _) => "help.heading.arguments",
        (_, true) => "help.heading.everywhere",
        _ => "help.heading.options",
    };
    let template =
        format!("{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}", messages.text("help.heading.usage"));
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .about(messages.text(&format!("help.{path}.about")).to_owned())
        .help_template(template)
        .subcommand_help_heading(messages.text("help.heading.commands").to_owned())
        .subcommand_value_name("COMMAND")
        .mut_args(|arg| {
            let text = messages.text(&key(path, arg.get_id().as_str(), messages)).to_owned();
            let heading = messages.text(heading(&arg)).to_owned();
            let arg = arg.help(text).long_help(None).help_heading(heading);
            if arg.get_action().takes_values() { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
        })
        .mut_subcommands(|inner| {
            let path = match path {
                "sekisho" => inner.get_name().to_owned(),
                outer => format!("{outer}-{}", inner.get_name()),
            };
            localized(inner, &path, messages)
        })
}

/// The sentence for a command line that clap can't read.
pub(super) fn explain(error: &Error, messages: &Messages) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    let argument = context(ContextKind::InvalidArg).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "cli.usage.unknown_argument",
        ErrorKind::InvalidSubcommand => "cli.usage.unknown_command",
        ErrorKind::InvalidValue if value.is_empty() => "cli.usage.value_missing",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "cli.usage.bad_value",
        ErrorKind::MissingRequiredArgument => "cli.usage.missing",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "cli.usage.command_missing"
        }
        ErrorKind::ArgumentConflict if context(ContextKind::PriorArg).as_ref() == Some(&argument) => "cli.usage.twice",
        ErrorKind::ArgumentConflict => "cli.usage.conflict",
        ErrorKind::InvalidUtf8 => "cli.usage.not_utf8",
        _ => "cli.usage.other",
    };
    let arguments = [
        ("argument", argument),
        ("value", value),
        ("command", context(ContextKind::InvalidSubcommand).unwrap_or_default()),
        ("other", context(ContextKind::PriorArg).unwrap_or_default()),
    ];
    let mut sentence = messages.fill(key, &arguments);
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue].into_iter();
    if let Some(word) = suggested.filter_map(context).next() {
        sentence += &messages.fill("cli.usage.perhaps", &[("word", word)]);
    } else if let Some(words) = context(ContextKind::ValidValue).filter(|words| !words.is_empty()) {
        sentence += &messages.fill("cli.usage.expected", &[("words", words)]);
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::messages::Language;

    /// A flag of one command must not take the id of a flag of all commands: clap would read the one as the other.
    fn clashes(command: &Command, everywhere: &[String], found: &mut Vec<String>) {
        for inner in command.get_subcommands() {
            let ids = inner.get_arguments().filter(|arg| !arg.is_global_set()).map(|arg| arg.get_id().to_string());
            found.extend(ids.filter(|id| everywhere.contains(id)).map(|id| format!("{} {id}", inner.get_name())));
            clashes(inner, everywhere, found);
        }
    }

    #[test]
    fn no_command_takes_the_id_of_a_flag_of_all_commands() {
        let command = command_line(&Messages::load(Language::Japanese, &Assets::built_in()));
        let global = command.get_arguments().filter(|arg| arg.is_global_set());
        let everywhere: Vec<String> = global.map(|arg| arg.get_id().to_string()).collect();
        let mut found = Vec::new();
        clashes(&command, &everywhere, &mut found);
        assert!(everywhere.len() >= 7 && found.is_empty(), "{found:?}");
    }

    /// Every command and argument with the key of its text.
    fn keys(command: &Command, path: &str, messages: &Messages, found: &mut Vec<String>) {
        found.push(format!("help.{path}.about"));
        found.extend(command.get_arguments().map(|arg| key(path, arg.get_id().as_str(), messages)));
        for inner in command.get_subcommands() {
            let name = inner.get_name();
            let path = if path == "sekisho" { name.to_owned() } else { format!("{path}-{name}") };
            keys(inner, &path, messages, found);
        }
    }

    #[test]
    fn the_command_line_is_sound_and_has_a_text_for_everything() {
        for language in [Language::Japanese, Language::English] {
            let messages = Messages::load(language, &Assets::built_in());
            let command = command_line(&messages);
            command.clone().debug_assert();
            let mut found = Vec::new();
            keys(&command, "sekisho", &messages, &mut found);
            let missing: Vec<_> = found.iter().filter(|key| !messages.has(key)).collect();
            assert!(missing.is_empty(), "{language:?}: {missing:?}");
        }
    }
}
