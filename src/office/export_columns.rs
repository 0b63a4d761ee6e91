//! The columns of an export: their names in files and on the command line, and which of them are wanted.

use super::fault::OfficeError;
use crate::domain::numbering;
use crate::exchange::sekisho;

/// One column of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Source,
    SourceStatus,
    UserId,
    Mail,
    Number,
    Name,
    Kana,
    FormVersion,
    FormCode,
    FormName,
    Submitted,
    Line,
    Status,
    Remarks,
    Reflection,
    Updated,
    Version,
    Assignee,
    Due,
    Tags,
    IndividualNumber,
    Result,
    Ruling,
    DecidedOn,
    DocumentNumber,
    ReceivedOn,
    ReceivedNumber,
    Item(String),
}

/// The fixed columns in their order: name in the file, id on the command line.
const FIXED: [(Column, &str, &str); 14] = [
    (Column::Source, sekisho::SOURCE, "source"),
    (Column::SourceStatus, sekisho::SOURCE_STATUS, "source_status"),
    (Column::UserId, sekisho::USER_ID, "user_id"),
    (Column::Mail, sekisho::MAIL, "mail"),
    (Column::Number, sekisho::NUMBER, "number"),
    (Column::Name, sekisho::NAME, "name"),
    (Column::Kana, sekisho::KANA, "kana"),
    (Column::FormVersion, sekisho::FORM_VERSION, "form_version"),
    (Column::FormCode, sekisho::FORM_CODE, "form"),
    (Column::FormName, sekisho::FORM_NAME, "form_name"),
    (Column::Submitted, sekisho::SUBMITTED, "submitted_at"),
    (Column::Line, sekisho::LINE, "line"),
    (Column::Status, sekisho::STATUS, "status"),
    (Column::Remarks, sekisho::REMARKS, "remarks"),
];

/// Columns that are only there where they are asked for: they come and go with every change, and no import reads them.
const ON_DEMAND: [(Column, &str, &str); 13] = [
    (Column::Reflection, "反映", "reflect"),
    (Column::Updated, "更新", "updated_at"),
    (Column::Version, "版", "version"),
    (Column::Assignee, "担当", "assignee"),
    (Column::Due, "期限", "due"),
    (Column::Tags, "札", "tags"),
    (Column::IndividualNumber, numbering::HEADING, "individual_number"),
    (Column::Result, "審査結果", "result"),
    (Column::Ruling, "決裁", "ruling"),
    (Column::DecidedOn, "決裁日", "decided_on"),
    (Column::DocumentNumber, "文書番号", "document_number"),
    (Column::ReceivedOn, "収受日", "received_on"),
    (Column::ReceivedNumber, numbering::RECEIVED_HEADING, "received_number"),
];

impl Column {
    pub fn header(&self) -> String {
        match self {
            Self::Item(name) => sekisho::item_column(name).into_owned(),
            fixed => {
                let mut all = FIXED.iter().chain(&ON_DEMAND);
                all.find(|(known, _, _)| known == fixed).map_or("", |(_, name, _)| name).to_owned()
            }
        }
    }
}

/// The columns that were asked for; 取得元 and 元システムの状況 always stand first.
pub(super) fn chosen(wanted: Option<&[String]>, of_view: bool, items: &[String]) -> Result<Vec<Column>, OfficeError> {
    let Some(wanted) = wanted else {
        let fixed = FIXED.iter().map(|(column, _, _)| column.clone());
        return Ok(fixed.chain(items.iter().cloned().map(Column::Item)).collect());
    };
    let mut columns = vec![Column::Source, Column::SourceStatus];
    for name in wanted {
        let name = name.trim();
        let item = ["item.", "項目."].iter().find_map(|prefix| name.strip_prefix(prefix));
        let fixed = FIXED
            .iter()
            .chain(&ON_DEMAND)
            .find(|(_, japanese, id)| *id == name || sekisho::column_key(japanese) == sekisho::column_key(name));
        let column = match (item, fixed) {
            (None, Some((column, _, _))) => column.clone(),
            _ => {
                let item = item.unwrap_or(name);
                if !of_view && !items.iter().any(|known| known == item) {
                    return Err(OfficeError::UnknownColumn(name.to_owned()));
                }
                Column::Item(item.to_owned())
            }
        };
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    Ok(columns)
}
