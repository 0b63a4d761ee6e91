//! One call of the program: what every command has at hand.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::error::CliError;
use super::flags::Everywhere;
use super::output::{Out, error_object};
use super::screen::{Looks, Screen};
use crate::assets::Assets;
use crate::config::{ConfigError, Settings};
use crate::domain::fault::Fault;
use crate::domain::query::Query;
use crate::domain::visible::visible;
use crate::messages::Messages;
use crate::office::{Desk, OfficeError, Opening, Surroundings};

/// The exit code of a command that came to its end.
pub(super) type Answer = Result<u8, CliError>;

/// Done.
pub(super) const DONE: u8 = 0;

/// Done in part.
pub(super) const PARTIAL: u8 = 3;

/// What the words before the command say, and what surrounds it.
pub(super) struct Call<'a> {
    pub flags: Everywhere,
    pub settings: Settings,
    /// The file that the settings come from, where there is one.
    pub config: Option<PathBuf>,
    /// What is wrong in it.
    pub config_errors: Vec<ConfigError>,
    pub messages: Messages,
    pub assets: Assets,
    pub surroundings: Surroundings,
    pub screen: Screen,
    pub looks: Looks,
    pub out: &'a mut Out,
    /// The store's folder, where one is known.
    pub store: Option<PathBuf>,
}

impl Call<'_> {
    /// The store's folder.
    pub(super) fn store(&self) -> Result<&Path, CliError> {
        self.store.as_deref().ok_or(CliError::NoFolder)
    }

    /// How a store is opened.
    pub(super) fn opening(&self) -> Opening {
        Opening { operator: self.flags.as_operator.clone(), wait: Duration::from_secs(self.flags.wait.into()) }
    }

    /// Opens the store.
    pub(super) fn desk(&self) -> Result<Desk, CliError> {
        let desk = Desk::open(self.store()?, self.surroundings.clone(), &self.opening())?;
        for warning in desk.warnings() {
            let (key, arguments) = warning.sentence();
            self.notice(&self.text(key, &arguments));
        }
        Ok(desk)
    }

    /// A sentence of the message files.
    pub(super) fn text(&self, key: &str, arguments: &[(&str, String)]) -> String {
        self.messages.fill(key, arguments)
    }

    /// Prints the document if scripts read, else the sentences.
    pub(super) fn answer(&mut self, document: &Value, sentences: &[String]) -> Result<(), CliError> {
        if self.flags.json {
            return self.out.document(document);
        }
        for sentence in sentences {
            self.out.line(&visible(sentence))?;
        }
        Ok(())
    }

    /// Tells a person something on stderr.
    pub(super) fn notice(&self, sentence: &str) {
        notice(sentence);
    }

    /// The object of an error, for a document that holds more than that.
    pub(super) fn error_object(&self, fault: &dyn Fault) -> Value {
        error_object(fault, &self.messages)
    }
}

/// A sentence on stderr; where that is closed, nobody wants to know.
pub(super) fn notice(sentence: &str) {
    writeln!(std::io::stderr(), "{}", visible(sentence)).unwrap_or_default();
}

/// Reads a query; none matches everything.
pub(super) fn query_of(desk: &Desk, text: Option<&str>) -> Result<Query, OfficeError> {
    text.map_or_else(|| Ok(Query::default()), |text| desk.query(text))
}
