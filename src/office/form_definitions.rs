//! The definitions of an office's forms: those that lie in the folder `forms` of its store. A demo store knows the shipped
//! ones of its made-up forms too; no other store does, since another office's form of the same id is another form.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::desk::Desk;
use super::fault::OfficeError;
use crate::assets::{Assets, TextFault, text_of};
use crate::domain::form::{Definitions, FormDefinition};
use crate::exchange::form::{FormError, FormErrorKind, read_form};

/// The folder of the definitions within the store's folder.
pub const FORM_FOLDER: &str = "forms";

/// The shipped ones, of the forms of the demo.
const SHIPPED: &str = "data/forms/";

/// All definitions that can be read, and what is wrong with the others.
#[derive(Debug, Default)]
pub struct Forms {
    /// The good ones.
    pub definitions: Arc<Definitions>,
    /// The broken ones, each with its file.
    pub errors: Vec<FormError>,
    files: HashMap<Key, PathBuf>,
}

/// By what a definition is told from another: source, id, version.
type Key = (String, String, Option<String>);

fn key_of(form: &FormDefinition) -> Key {
    (form.source.clone(), form.id.clone(), form.version.clone())
}

impl Forms {
    /// The file of a definition; `None` = it is as shipped.
    #[must_use]
    pub fn file(&self, form: &FormDefinition) -> Option<&Path> {
        self.files.get(&key_of(form)).map(PathBuf::as_path)
    }

    /// The definitions that a word means: `ID`, `SOURCE/ID` or either with `@VERSION`.
    #[must_use]
    pub fn named(&self, word: &str) -> Vec<Arc<FormDefinition>> {
        let is_it = |form: &Arc<FormDefinition>| {
            let names = [form.id.clone(), format!("{}/{}", form.source, form.id)];
            let version = form.version.as_deref().map(|version| format!("@{version}")).unwrap_or_default();
            names.iter().any(|name| word == name || word == format!("{name}{version}"))
        };
        self.definitions.all().into_iter().filter(is_it).collect()
    }
}

/// The definition that a word names exactly: `SOURCE/ID`, with `@VERSION` where it is for one version.
#[must_use]
pub fn form_word(form: &FormDefinition) -> String {
    let version = form.version.as_deref().map(|version| format!("@{version}")).unwrap_or_default();
    format!("{}/{}{version}", form.source, form.id)
}

/// Reads the definitions of a store's folder, and the shipped ones for a demo store. Of two files for one form and version
/// the first by name holds.
pub(super) fn load(store: &Path, demo: bool) -> Arc<Forms> {
    let (mut definitions, mut forms) = (Definitions::default(), Forms::default());
    for file in own_files(store) {
        let read = check_form(&file).and_then(|form| {
            if let Some(other) = forms.files.get(&key_of(&form)) {
                let kind = FormErrorKind::Taken(other.display().to_string());
                return Err(FormError::at(&file.display().to_string(), "", 0, kind));
            }
            Ok(form)
        });
        match read {
            Ok(form) => {
                forms.files.insert(key_of(&form), file);
                definitions.add(form);
            }
            Err(error) => forms.errors.push(error),
        }
    }
    let assets = Assets::built_in();
    for path in if demo { assets.list(SHIPPED) } else { Vec::new() } {
        match assets.read(&path).map(|(text, _)| read_form(&path, &text)) {
            // Where the office has its own, that holds.
            Some(Ok(form)) => drop(definitions.add(form)),
            Some(Err(error)) => forms.errors.push(error),
            None => {}
        }
    }
    forms.definitions = Arc::new(definitions);
    Arc::new(forms)
}

/// Reads the file of a definition.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check_form(file: &Path) -> Result<FormDefinition, FormError> {
    let name = file.display().to_string();
    let failed = |kind| FormError::at(&name, "", 0, kind);
    let text = text_of(file).map_err(|fault| {
        let kind = match fault {
            TextFault::NoFile => io::ErrorKind::IsADirectory,
            TextFault::TooLarge => io::ErrorKind::FileTooLarge,
            TextFault::Io(kind) => kind,
        };
        failed(FormErrorKind::Unreadable(io::Error::from(kind).to_string()))
    })?;
    if let Some((line, column)) = text.not_utf8 {
        return Err(FormError { line, column, ..failed(FormErrorKind::NotUtf8) });
    }
    read_form(&name, &text.text)
}

/// The files of the folder, sorted. A pipe in it would wait for somebody to write into it; reading refuses it.
fn own_files(store: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(store.join(FORM_FOLDER));
    let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    files.sort();
    files
}

impl Desk {
    /// The definitions of this store's forms, read when they are first asked for.
    #[must_use]
    pub fn forms(&self) -> &Arc<Forms> {
        self.forms.get_or_init(|| load(self.store.dir(), self.is_demo()))
    }
}

impl From<FormError> for OfficeError {
    fn from(error: FormError) -> Self {
        Self::Form(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(dir: &Path, name: &str, text: &str) {
        std::fs::create_dir_all(dir.join(FORM_FOLDER)).unwrap();
        std::fs::write(dir.join(FORM_FOLDER).join(name), text).unwrap();
    }

    #[test]
    fn every_shipped_definition_is_read_and_is_for_demo_stores_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (demo, real) = (load(dir.path(), true), load(dir.path(), false));
        assert!(demo.errors.is_empty(), "{:?}", demo.errors);
        assert!(demo.definitions.all().len() > 20 && real.definitions.is_empty());
    }

    #[test]
    fn the_office_s_own_goes_before_the_shipped_one_and_a_broken_one_harms_no_other() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a.toml", "source = \"etumo\"\nid = \"01430\"\ntitle = \"ours\"\n");
        write(dir.path(), "b.toml", "source = \"etumo\"\nid = \"01430\"\ntitle = \"twice\"\n");
        write(dir.path(), "c.toml", "source = \"etumo\"\nid = \"01430\"\nversion = \"2\"\n");
        write(dir.path(), "d.toml", "source = etumo\n");
        let forms = load(dir.path(), true);
        let kinds: Vec<_> = forms.errors.iter().map(|error| error.kind.clone()).collect();
        assert!(matches!(&kinds[..], [FormErrorKind::Taken(_), FormErrorKind::Wrong(_)]), "{kinds:?}");
        let ours = forms.definitions.of("etumo", "01430", "1").unwrap();
        assert_eq!((ours.title.as_str(), forms.file(ours).is_some()), ("ours", true));
        let words: Vec<String> = forms.named("01430").iter().map(|form| form_word(form)).collect();
        assert_eq!(words, ["etumo/01430", "etumo/01430@2"]);
        assert_eq!(forms.named("etumo/01430@2").len(), 1);
    }
}
