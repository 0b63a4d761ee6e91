//! One call of the program: what every command has at hand.

use std::cell::RefCell;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::error::CliError;
use super::flags::Everywhere;
use super::output::{Out, error_object};
use super::screen::{Looks, Screen};
use super::secret::{self, Descriptors};
use crate::assets::Assets;
use crate::config::{ConfigError, Settings};
use crate::domain::fault::Fault;
use crate::domain::query::Query;
use crate::domain::visible::visible;
use crate::messages::Messages;
use crate::office::{Credential, Desk, OfficeError, Opening, Passphrase, SignInError, Surroundings};

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
    /// Where passphrases come from.
    pub secrets: RefCell<Descriptors>,
    /// What the person has shown so far.
    pub credential: RefCell<Option<Credential>>,
}

impl Call<'_> {
    /// The store's folder.
    pub(super) fn store(&self) -> Result<&Path, CliError> {
        self.store.as_deref().ok_or(CliError::NoFolder)
    }

    /// How a store is opened.
    pub(super) fn opening(&self) -> Result<Opening, CliError> {
        let shown = self.credential.borrow().is_some();
        if let Some(number) = self.flags.passphrase_fd.filter(|_| !shown) {
            let passphrase = self.secrets.borrow_mut().line(number)?;
            *self.credential.borrow_mut() = Some(Credential::Passphrase(passphrase));
        }
        Ok(Opening {
            operator: self.flags.as_operator.clone(),
            wait: Duration::from_secs(self.flags.wait.into()),
            credential: self.credential.borrow().clone(),
        })
    }

    /// The passphrase that `--passphrase-fd` brought.
    pub(super) fn passphrase_of_flag(&self) -> Result<Passphrase, CliError> {
        self.opening()?;
        match self.credential.borrow().as_ref() {
            Some(Credential::Passphrase(passphrase)) => Ok(passphrase.clone()),
            _ => Err(CliError::PassphraseMissing),
        }
    }

    /// Opens a store; where it asks for a passphrase and somebody sits at the terminal, they are asked.
    pub(super) fn signed_in<T>(&self, open: impl Fn(&Opening) -> Result<T, OfficeError>) -> Result<T, CliError> {
        match open(&self.opening()?) {
            Err(OfficeError::SignIn(SignInError::Needed)) => {}
            other => return Ok(other?),
        }
        let name = self.flags.as_operator.as_ref().unwrap_or(&self.surroundings.user);
        let typed = secret::ask(&self.text("cli.passphrase.ask", &[("name", name.clone())]))?;
        let typed = typed.ok_or(OfficeError::SignIn(SignInError::Needed))?;
        *self.credential.borrow_mut() = Some(Credential::Passphrase(typed));
        Ok(open(&self.opening()?)?)
    }

    /// A passphrase that is to be set: of a descriptor, or typed twice at the terminal.
    pub(super) fn new_passphrase(&self, descriptor: Option<u32>) -> Result<Passphrase, CliError> {
        if let Some(number) = descriptor {
            return self.secrets.borrow_mut().line(number);
        }
        let ask = |key: &str| -> Result<Passphrase, CliError> {
            let typed = secret::ask(&self.text(key, &[]))?;
            typed.ok_or(CliError::PassphraseMissing)
        };
        let first = ask("cli.passphrase.new")?;
        if first.is(&ask("cli.passphrase.again")?) { Ok(first) } else { Err(CliError::PassphrasesDiffer) }
    }

    /// Who opens the store again in this run has signed in already.
    pub(super) fn remember(&self, desk: &Desk) {
        if let Some(signed_in) = desk.signed_in() {
            *self.credential.borrow_mut() = Some(Credential::SignedIn(signed_in.clone()));
        }
    }

    /// Opens the store.
    pub(super) fn desk(&self) -> Result<Desk, CliError> {
        let store = self.store()?;
        let desk = self.signed_in(|opening| Desk::open(store, self.surroundings.clone(), opening))?;
        self.remember(&desk);
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
