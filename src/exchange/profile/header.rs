//! From a header line to the meaning of each column: which profile fits, what each column fills, and which ones hold
//! what must not lie open.

use std::collections::HashSet;

use super::{Column, Profile, column_key};
use crate::domain::sealing::Class;
use crate::exchange::formula;
use crate::exchange::sekisho::{self, Mark};

/// What a column fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A fixed field.
    Field(Column),
    /// The item with this index in [`Layout::items`].
    Item(usize),
    /// Nothing (state columns of our own export).
    PassedOver,
}

/// The columns of a file under a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The names of all columns, as the header has them.
    pub names: Vec<String>,
    /// What each column fills.
    pub meanings: Vec<Meaning>,
    /// Names of the items, in column order; a repeated name carries `#2`, `#3` …
    pub items: Vec<String>,
    /// The item that also fills フリガナ.
    pub kana_item: Option<usize>,
    /// How the cells were written.
    pub mark: Mark,
    /// Fields that the profile knows and the header doesn't have.
    pub absent: Vec<Column>,
}

/// Why a header can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderError {
    /// No profile fits.
    NoProfile,
    /// Several profiles fit equally well: their names.
    Ambiguous(Vec<String>),
    /// No profile of this name.
    UnknownProfile(String),
    /// The profile that was asked for needs columns that aren't there: the profile, and their names.
    MissingColumns(String, Vec<String>),
    /// A fixed column is there twice: its name, and where the second one is (from 1).
    ColumnTwice(String, u64),
    /// An export whose cells are not what they were.
    NotReimportable,
}

/// Picks the profile for a header: our own export by its two columns; else, of the profiles whose required columns
/// are all there, the one that requires most; of equals one that the office made before a shipped one; of equals the
/// one that knows most of the header's columns. Where two are still equal, nothing is picked.
///
/// # Errors
/// [`HeaderError`]
pub fn choose<'p>(
    profiles: &'p [Profile],
    wanted: Option<&str>,
    header: &[String],
) -> Result<(&'p Profile, Layout), HeaderError> {
    let keys: Vec<String> = header.iter().map(|name| column_key(name)).collect();
    let missing = |profile: &Profile| -> Vec<String> {
        let absent = profile.require.iter().filter(|column| find(profile, **column, &keys).is_none());
        absent.filter_map(|column| profile.column_names(*column).first().cloned()).collect()
    };
    let profile = if let Some(wanted) = wanted {
        let profile = profiles.iter().find(|profile| profile.name == wanted);
        profile.ok_or_else(|| HeaderError::UnknownProfile(wanted.to_owned()))?
    } else if is_own_export(&keys) {
        profiles.iter().find(|profile| profile.is_own_export()).ok_or(HeaderError::NoProfile)?
    } else {
        let known = |profile: &Profile| profile.columns.keys().filter(|c| find(profile, **c, &keys).is_some()).count();
        let fitting = profiles.iter().filter(|profile| !profile.is_own_export() && missing(profile).is_empty());
        let ranked = fitting.map(|profile| ((profile.require.len(), profile.of_office, known(profile)), profile));
        let ranked: Vec<_> = ranked.collect();
        let best = ranked.iter().map(|(rank, _)| *rank).max().ok_or(HeaderError::NoProfile)?;
        let mut first = ranked.into_iter().filter(|(rank, _)| *rank == best).map(|(_, profile)| profile);
        match (first.next(), first.next()) {
            (Some(only), None) => only,
            (a, b) => {
                let names = a.into_iter().chain(b).chain(first).map(|profile| profile.name.clone());
                return Err(HeaderError::Ambiguous(names.collect()));
            }
        }
    };
    let missing = missing(profile);
    if !missing.is_empty() {
        return Err(HeaderError::MissingColumns(profile.name.clone(), missing));
    }
    Ok((profile, lay_out(profile, header, &keys)?))
}

fn is_own_export(keys: &[String]) -> bool {
    let source = keys.iter().any(|key| Mark::of(key).is_some());
    let status = column_key(sekisho::SOURCE_STATUS);
    source && keys.contains(&status)
}

/// The best name of a field that the header has, as its key.
fn find(profile: &Profile, column: Column, keys: &[String]) -> Option<String> {
    profile.column_names(column).iter().map(|name| column_key(name)).find(|name| keys.contains(name))
}

fn lay_out(profile: &Profile, header: &[String], keys: &[String]) -> Result<Layout, HeaderError> {
    let own = profile.is_own_export();
    let mark = if own { keys.iter().find_map(|key| Mark::of(key)).unwrap_or(Mark::Exact) } else { Mark::Exact };
    if mark == Mark::Final {
        return Err(HeaderError::NotReimportable);
    }
    let mut layout = Layout {
        names: header.to_vec(),
        meanings: vec![Meaning::PassedOver; header.len()],
        items: Vec::new(),
        kana_item: None,
        mark,
        absent: Vec::new(),
    };
    let mut fixed = vec![false; header.len()];
    for column in profile.columns.keys() {
        let Some(name) = find(profile, *column, keys) else {
            layout.absent.push(*column);
            continue;
        };
        for (index, _) in keys.iter().enumerate().filter(|(_, key)| **key == name) {
            if layout.meanings.contains(&Meaning::Field(*column)) {
                return Err(HeaderError::ColumnTwice(header[index].clone(), index as u64 + 1));
            }
            layout.meanings[index] = Meaning::Field(*column);
            fixed[index] = true;
        }
    }
    let passed_over: Vec<String> = sekisho::PASSED_OVER.iter().map(|name| column_key(name)).collect();
    let mut taken = HashSet::new();
    for (index, cell) in header.iter().enumerate().filter(|(index, _)| !fixed[*index]) {
        if own && passed_over.contains(&keys[index]) {
            continue;
        }
        let name = match mark {
            Mark::People => sekisho::item_name(formula::restore(cell)),
            _ if own => sekisho::item_name(cell),
            _ => cell,
        };
        let mut unique = name.to_owned();
        let mut n = 1;
        while !taken.insert(unique.clone()) {
            n += 1;
            unique = format!("{name}#{n}");
        }
        if layout.kana_item.is_none() && profile.holds_kana(name) {
            layout.kana_item = Some(layout.items.len());
        }
        layout.meanings[index] = Meaning::Item(layout.items.len());
        layout.items.push(unique);
    }
    Ok(layout)
}

/// A column whose name says that it holds 個人番号 or an account number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensitiveColumn {
    /// Which column, from 1.
    pub column: u64,
    /// Its name as the header has it.
    pub name: String,
    /// The class that it is sealed in.
    pub class: Class,
}

/// The columns of a header that may not lie open.
#[must_use]
pub fn sensitive_columns(header: &[String]) -> Vec<SensitiveColumn> {
    let columns = header.iter().zip(1..).filter_map(|(name, column)| Some((name, column, Class::of_heading(name)?)));
    columns.map(|(name, column, class)| SensitiveColumn { column, name: name.clone(), class }).collect()
}
