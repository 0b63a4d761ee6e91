//! What can be wrong with a 起案.

use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::ruling::RulingState;

/// What can be wrong with a 起案.
#[derive(Debug, thiserror::Error)]
pub enum RulingError {
    /// 件名, 文書番号 or 専決者 is missing, too long, or has signs that can't be seen.
    #[error("{0} is missing or doesn't fit")]
    BadText(&'static str, usize),
    /// There is no template of this name; those that there are.
    #[error("no template {0}")]
    UnknownTemplate(String, Vec<String>),
    /// A template can't be read, or wants what isn't known of this 起案.
    #[error("template {template}: {word}")]
    BadTemplate {
        /// Its name.
        template: String,
        /// The word, or what is wrong.
        word: String,
    },
    /// There is no 起案 of this number.
    #[error("no ruling {0}")]
    Unknown(String),
    /// It stands otherwise.
    #[error("ruling {0} is otherwise")]
    OtherState(String, RulingState),
    /// What was shown isn't any more what would be done.
    #[error("the ruling would be another one")]
    Changed,
    /// The applications stand on no 起案.
    #[error("on no ruling")]
    OnNone,
    /// They stand on several.
    #[error("on several rulings")]
    OnSeveral,
    /// 決裁日 hasn't come yet.
    #[error("decided on a day to come")]
    ToCome,
    /// 決裁日 is one that the log can't keep.
    #[error("decided before 1970")]
    TooEarly,
    /// What it says was erased, so that it can't be written.
    #[error("the draft was erased")]
    Erased,
    /// The list needs another name than that of the 伺い文 beside it.
    #[error("the list would have the name of the text")]
    BadOut,
}

impl Fault for RulingError {
    fn code(&self) -> &'static str {
        match self {
            Self::BadText(..) => "ruling.bad_text",
            Self::UnknownTemplate(..) => "ruling.unknown_template",
            Self::BadTemplate { .. } => "ruling.bad_template",
            Self::Unknown(_) => "ruling.unknown",
            Self::OtherState(..) => "ruling.other_state",
            Self::Changed => "ruling.changed",
            Self::OnNone => "ruling.on_none",
            Self::OnSeveral => "ruling.on_several",
            Self::ToCome => "ruling.to_come",
            Self::TooEarly => "ruling.too_early",
            Self::Erased => "ruling.erased",
            Self::BadOut => "ruling.bad_out",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::BadText(what, most) => vec![("what", (*what).to_owned()), ("most", most.to_string())],
            Self::UnknownTemplate(name, known) => vec![("name", name.clone()), ("known", known.join(" / "))],
            Self::BadTemplate { template, word } => vec![("name", template.clone()), ("word", word.clone())],
            Self::Unknown(id) => vec![("ruling", id.clone())],
            Self::OtherState(id, state) => vec![("ruling", id.clone()), ("state", state.label().to_owned())],
            _ => Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::BadText(..) | Self::UnknownTemplate(..) | Self::ToCome | Self::TooEarly | Self::BadOut => {
                Outcome::Usage
            }
            _ => Outcome::Failed,
        }
    }
}
