//! 補正: an application is sent back to be corrected, with what is to be corrected, until which day, and how the applicant
//! was told. What is to be corrected may be made of 部品 (`correction_blocks`).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::correction_blocks::load;
use super::desk::Desk;
use super::fault::OfficeError;
use super::status::{Target, find};
use crate::domain::calendar::Day;
use crate::domain::correction::{Block, compose};
use crate::domain::fault::{Arguments, Fault, Outcome};
use crate::domain::identity::ApplicationId;
use crate::domain::marks::Marks;
use crate::domain::office_days::{OfficeDays, number_of};
use crate::domain::people::Days;
use crate::domain::query::Query;
use crate::domain::status::{Request, Status};
use crate::store::{AskedFor, Store};

/// What can be wrong with a 補正.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// Another status than 返却中 has no 補正期限.
    #[error("only what is returned is to be corrected")]
    OtherStatus,
    /// Another status than 返却中 has no 部品.
    #[error("only what is returned has blocks")]
    BlocksOfOtherStatus,
    /// A day that is over.
    #[error("to be corrected until a day that is over")]
    Over,
    /// Reminded on a day that hasn't come yet, or one that the log can't keep.
    #[error("reminded on a day to come")]
    ToCome,
    /// There is no 部品 of this number; those that there are.
    #[error("no block {0}")]
    UnknownBlock(u32, Vec<u32>),
    /// A 部品 belongs to another form than an application.
    #[error("block {0} belongs to form {1}")]
    OtherForm(u32, String),
    /// A 部品 names 補正期限, and there is none.
    #[error("block {0} names the last day")]
    WantsUntil(u32),
    /// A file of 部品 can't be read.
    #[error("{file}: {word}")]
    BadFile {
        /// The file.
        file: String,
        /// The place in it, or what is wrong.
        word: String,
    },
}

impl Fault for CorrectionError {
    fn code(&self) -> &'static str {
        match self {
            Self::OtherStatus => "correction.other_status",
            Self::BlocksOfOtherStatus => "correction.blocks_of_other_status",
            Self::Over => "correction.over",
            Self::ToCome => "correction.to_come",
            Self::UnknownBlock(..) => "correction.unknown_block",
            Self::OtherForm(..) => "correction.other_form",
            Self::WantsUntil(_) => "correction.wants_until",
            Self::BadFile { .. } => "correction.bad_file",
        }
    }

    fn arguments(&self) -> Arguments {
        match self {
            Self::OtherStatus | Self::BlocksOfOtherStatus | Self::Over | Self::ToCome => Vec::new(),
            Self::UnknownBlock(number, known) => {
                let known: Vec<String> = known.iter().map(u32::to_string).collect();
                vec![("number", number.to_string()), ("known", known.join(" "))]
            }
            Self::OtherForm(number, form) => vec![("number", number.to_string()), ("form", form.clone())],
            Self::WantsUntil(number) => vec![("number", number.to_string())],
            Self::BadFile { file, word } => vec![("file", file.clone()), ("word", word.clone())],
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}

/// 補正期限 as the log keeps it.
pub(super) fn last_day(desk: &Desk, request: Request, until: Option<Day>) -> Result<Option<Days>, OfficeError> {
    let Some(day) = until else { return Ok(None) };
    if request != Request::To(Status::Returned) {
        return Err(CorrectionError::OtherStatus.into());
    }
    if day < desk.today() {
        return Err(CorrectionError::Over.into());
    }
    Ok(Some(number_of(day).ok_or(CorrectionError::Over)?))
}

/// The numbers of the 部品 as the log keeps them: ascending, each once.
pub(super) fn blocks_in_log(request: Request, blocks: &[u32]) -> Result<Vec<u32>, CorrectionError> {
    if !blocks.is_empty() && request != Request::To(Status::Returned) {
        return Err(CorrectionError::BlocksOfOtherStatus);
    }
    let mut blocks = blocks.to_vec();
    blocks.sort_unstable();
    blocks.dedup();
    Ok(blocks)
}

/// What what is to be corrected is made of, for certain applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionParts {
    /// The 部品 that may be said of all of them, by number.
    pub blocks: Vec<Block>,
    /// Those of other forms.
    pub others: Vec<Block>,
    /// Why there are none, where a file can't be read.
    pub broken: Option<CorrectionError>,
    office: Arc<OfficeDays>,
    today: Day,
}

impl CorrectionParts {
    /// What is to be corrected: the texts of these 部品, and behind them what was typed.
    ///
    /// # Errors
    /// Which 部品 can't be said.
    pub fn compose(&self, numbers: &[u32], free: &str, until: Option<Day>) -> Result<String, CorrectionError> {
        let of = |number: &u32| {
            let is_it = |block: &&Block| block.number == *number;
            if let Some(block) = self.blocks.iter().find(is_it) {
                return Ok(block);
            }
            Err(match (&self.broken, self.others.iter().find(is_it)) {
                (Some(broken), _) => broken.clone(),
                (None, Some(other)) => CorrectionError::OtherForm(*number, other.form.clone().unwrap_or_default()),
                (None, None) => {
                    CorrectionError::UnknownBlock(*number, self.blocks.iter().map(|block| block.number).collect())
                }
            })
        };
        let blocks = numbers.iter().map(of).collect::<Result<Vec<_>, _>>()?;
        compose(&blocks, free, until, (&self.office, self.today)).map_err(CorrectionError::WantsUntil)
    }
}

/// What may be said of applications.
pub(super) fn parts_of(desk: &Desk, ids: &[ApplicationId]) -> Result<CorrectionParts, OfficeError> {
    let (office, today) = (desk.store.office_days()?, desk.today());
    let mut parts = CorrectionParts { blocks: Vec::new(), others: Vec::new(), broken: None, office, today };
    let all = match load(desk.store.dir()) {
        Ok(all) => all,
        Err(broken) => {
            parts.broken = Some(broken);
            return Ok(parts);
        }
    };
    let mut forms = Vec::new();
    if all.iter().any(|block| block.form.is_some()) {
        forms.extend(desk.store.form_codes(ids)?.into_iter().flatten());
        forms.sort_unstable();
        forms.dedup();
    }
    let fits = |block: &Block| forms.iter().all(|(source, form)| block.fits(source, form));
    (parts.blocks, parts.others) = all.into_iter().partition(fits);
    Ok(parts)
}

/// What is to be corrected of everything that the target means, made of 部品 and of what was typed.
///
/// # Errors
/// [`CorrectionError`], what the store says.
pub fn compose_correction(
    desk: &Desk,
    target: &Target,
    (numbers, free): (&[u32], &str),
    until: Option<Day>,
) -> Result<String, OfficeError> {
    let ids: Vec<ApplicationId> = find(&desk.store, target)?.0.into_iter().map(|(id, _)| id).collect();
    Ok(parts_of(desk, &ids)?.compose(numbers, free, until)?)
}

/// All 部品, by number.
///
/// # Errors
/// [`CorrectionError::BadFile`].
pub fn correction_blocks(desk: &Desk) -> Result<Vec<Block>, OfficeError> {
    Ok(load(desk.store.dir())?)
}

/// How often each 部品 was asked for, of the applications that match now, the one that was asked for most first; with its
/// block, where there still is one.
///
/// # Errors
/// [`CorrectionError::BadFile`], what the store says.
pub fn count_corrections(desk: &Desk, query: &Query) -> Result<Vec<(u32, AskedFor, Option<Block>)>, OfficeError> {
    let blocks: BTreeMap<u32, Block> = load(desk.store.dir())?.into_iter().map(|block| (block.number, block)).collect();
    desk.store.at_one_moment(|store: &Store| {
        let mut among = Marks::default();
        for (id, _) in find(store, &Target::Query(query.clone()))?.0 {
            among.set(id, true);
        }
        let asked = store.asked_for(&among)?.into_iter().filter(|(_, count)| count.times > 0);
        let mut counts: Vec<_> = asked.map(|(number, count)| (number, count, blocks.get(&number).cloned())).collect();
        counts.sort_by_key(|(number, count, _)| (std::cmp::Reverse(count.times), *number));
        Ok(counts)
    })
}
