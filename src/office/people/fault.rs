//! What keeps people, groups and grants from being changed.

use std::path::PathBuf;

use crate::domain::fault::{Arguments, Fault, Outcome, Place};
use crate::domain::people::Right;
use crate::exchange::staff::StaffFault;

/// An error about people.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// No operator has this code.
    #[error("no operator {0}")]
    UnknownOperator(String),
    /// No 担当者グループ has this name.
    #[error("no group {0}")]
    UnknownGroup(String),
    /// A code, name or group that is empty, too long or hides something.
    #[error("bad word")]
    BadWord,
    /// Another operator signs in under this name already.
    #[error("account {0} is taken")]
    AccountTaken(String),
    /// There is such a group already.
    #[error("group {0} exists")]
    GroupExists(String),
    /// A word that is no right.
    #[error("no right {0}")]
    UnknownRight(String),
    /// A right that can't be granted for one procedure alone.
    #[error("{0} is not by procedure")]
    NotByProcedure(String),
    /// 特定個人情報 is granted for a time only, and to a person.
    #[error("an end is needed")]
    EndNeeded,
    /// No grant has this id, or it was revoked.
    #[error("no grant {0}")]
    UnknownGrant(String),
    /// Nobody would be left who may decide about people.
    #[error("no administrator would be left")]
    LastAdministrator,
    /// The list of an 異動 can't be taken.
    #[error("{}: {fault}", file.display())]
    StaffList {
        /// The file.
        file: PathBuf,
        /// Why.
        fault: StaffFault,
    },
    /// A row of it can't be taken.
    #[error("{}:{line}: {column}", file.display())]
    StaffRow {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        word: String,
    },
    /// The list names one person twice.
    #[error("{}:{line}: twice", file.display())]
    Twice {
        /// The file.
        file: PathBuf,
        /// The line of the second, from 1.
        line: u64,
    },
}

impl PeopleError {
    const fn file_and_line(&self) -> Option<(&PathBuf, Option<u64>)> {
        match self {
            Self::StaffList { file, fault } => Some((
                file,
                match fault {
                    StaffFault::Row(line) | StaffFault::NoCode(line) | StaffFault::UnknownState(line) => Some(*line),
                    _ => None,
                },
            )),
            Self::StaffRow { file, line, .. } | Self::Twice { file, line } => Some((file, Some(*line))),
            _ => None,
        }
    }
}

impl Fault for PeopleError {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownOperator(_) => "people.unknown_operator",
            Self::UnknownGroup(_) => "people.unknown_group",
            Self::BadWord => "people.bad_word",
            Self::AccountTaken(_) => "people.account_taken",
            Self::GroupExists(_) => "people.group_exists",
            Self::UnknownRight(_) => "people.unknown_right",
            Self::NotByProcedure(_) => "people.not_by_procedure",
            Self::EndNeeded => "people.end_needed",
            Self::UnknownGrant(_) => "people.unknown_grant",
            Self::LastAdministrator => "people.last_administrator",
            Self::StaffRow { .. } => "people.staff_row",
            Self::Twice { .. } => "people.staff_twice",
            Self::StaffList { fault, .. } => match fault {
                StaffFault::NotText => "people.staff_not_text",
                StaffFault::NoCodeColumn => "people.staff_no_code_column",
                StaffFault::ColumnTwice(_) => "people.staff_column_twice",
                StaffFault::Row(_) => "people.staff_bad_row",
                StaffFault::NoCode(_) => "people.staff_no_code",
                StaffFault::UnknownState(_) => "people.staff_unknown_state",
            },
        }
    }

    fn arguments(&self) -> Arguments {
        let mut arguments = Vec::new();
        if let Some((file, line)) = self.file_and_line() {
            arguments.push(("file", file.display().to_string()));
            arguments.push(("line", line.map(|line| line.to_string()).unwrap_or_default()));
        }
        match self {
            Self::UnknownOperator(word)
            | Self::UnknownGroup(word)
            | Self::AccountTaken(word)
            | Self::GroupExists(word)
            | Self::NotByProcedure(word)
            | Self::UnknownGrant(word) => arguments.push(("word", word.clone())),
            Self::UnknownRight(word) => {
                arguments.extend([("word", word.clone()), ("expected", Right::words().join(" / "))]);
            }
            Self::StaffRow { column, word, .. } => {
                arguments.extend([("column", (*column).to_owned()), ("word", word.clone())]);
            }
            Self::StaffList { fault: StaffFault::ColumnTwice(column), .. } => {
                arguments.push(("column", column.clone()));
            }
            _ => {}
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        let (file, line) = self.file_and_line()?;
        let field = match self {
            Self::StaffRow { column, .. } => Some((*column).to_owned()),
            _ => None,
        };
        Some(Place { file: Some(file.display().to_string()), line, field, ..Place::default() })
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::BadWord | Self::UnknownRight(_) | Self::NotByProcedure(_) | Self::EndNeeded => Outcome::Usage,
            Self::LastAdministrator => Outcome::Refused,
            _ => Outcome::Failed,
        }
    }
}
