//! 職員一覧: the list of an 異動 as an office's personnel system writes it: CSV in UTF-8 or CP932 whose header names the
//! columns. A column that isn't there leaves what is; one that is there sets it, an empty cell to nothing.

use encoding_rs::SHIFT_JIS;
use serde::{Deserialize, Serialize};

/// The longest file, bytes: a hundred thousand people.
pub const LONGEST: u64 = 16 << 20;

/// The columns that are read.
const CODE: &str = "職員番号";
const NAME: &str = "氏名";
const DEPARTMENT: &str = "所属";
const GROUPS: &str = "担当者グループ";
const ACCOUNT: &str = "利用者名";
const UNTIL: &str = "終了日";
const STATE: &str = "状態";
const COLUMNS: [&str; 7] = [CODE, NAME, DEPARTMENT, GROUPS, ACCOUNT, UNTIL, STATE];

/// One person of the list; `None` = the file has no such column.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// 職員番号.
    pub code: String,
    /// 氏名.
    pub name: Option<String>,
    /// 所属.
    pub department: Option<String>,
    /// 担当者グループ, by name.
    pub groups: Option<Vec<String>>,
    /// The operating system's user name.
    pub account: Option<String>,
    /// 終了日, as it is written.
    pub until: Option<String>,
    /// Whether the person works on.
    pub enabled: Option<bool>,
}

/// What a list says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StaffList {
    /// Its rows.
    pub rows: Vec<StaffRow>,
    /// Columns that aren't read.
    pub ignored: Vec<String>,
}

/// Why a list can't be read; the line is counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaffFault {
    /// Neither UTF-8 nor CP932.
    #[error("not a text")]
    NotText,
    /// No column 職員番号.
    #[error("no code column")]
    NoCodeColumn,
    /// A column that stands there twice.
    #[error("column {0} twice")]
    ColumnTwice(String),
    /// A row that isn't one: a ragged one, or a quote that isn't closed.
    #[error("line {0}: no row")]
    Row(u64),
    /// A row without 職員番号.
    #[error("line {0}: no code")]
    NoCode(u64),
    /// A 状態 that isn't known.
    #[error("line {0}: unknown state")]
    UnknownState(u64),
}

/// Reads a list.
///
/// # Errors
/// The first thing that is wrong: an 異動 is taken whole or not at all.
pub fn read(bytes: &[u8]) -> Result<StaffList, StaffFault> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).ok_or(StaffFault::NotText)?,
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let Some(Ok(header)) = records.next() else { return Err(StaffFault::NoCodeColumn) };
    let header: Vec<&str> = header.iter().map(str::trim).collect();
    for (at, name) in header.iter().enumerate() {
        if COLUMNS.contains(name) && header[..at].contains(name) {
            return Err(StaffFault::ColumnTwice((*name).to_owned()));
        }
    }
    let place = |name: &str| header.iter().position(|column| *column == name);
    let code = place(CODE).ok_or(StaffFault::NoCodeColumn)?;
    let mut list = StaffList::default();
    list.ignored.extend(header.iter().filter(|name| !COLUMNS.contains(name)).map(|name| (*name).to_owned()));
    let (mut line, mut counted) = (1, 0);
    for record in records {
        let record = record.map_err(|_| StaffFault::Row(line + 1))?;
        // The reader's place of a row is where the row before ended: line ends and empty lines come before the row itself.
        let bytes = text.as_bytes();
        let mut at = record.position().map_or(0, csv::Position::byte) as usize;
        while bytes.get(at).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            at += 1;
        }
        line += bytes.get(counted..at).map_or(0, |part| part.iter().filter(|byte| **byte == b'\n').count() as u64);
        counted = at;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != header.len() {
            return Err(StaffFault::Row(line));
        }
        let cell = |name: &str| place(name).and_then(|at| record.get(at)).map(|cell| cell.trim().to_owned());
        let code = record.get(code).unwrap_or_default().trim().to_owned();
        if code.is_empty() {
            return Err(StaffFault::NoCode(line));
        }
        let enabled = match cell(STATE).as_deref() {
            None => None,
            Some("" | "在職" | "有効") => Some(true),
            Some("停止" | "退職" | "無効") => Some(false),
            Some(_) => return Err(StaffFault::UnknownState(line)),
        };
        let parts = |cell: String| {
            let parts = cell.split(['、', '/', '／', ';']).map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let groups = cell(GROUPS).map(parts);
        let (name, department, account) = (cell(NAME), cell(DEPARTMENT), cell(ACCOUNT));
        list.rows.push(StaffRow { line, code, name, department, groups, account, until: cell(UNTIL), enabled });
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_both_encodings() {
        let text = "職員番号,氏名,所属,担当者グループ,利用者名,終了日,状態,備考\r\n001,山形　花子,税務課,窓口、審査,hanako,2027-03-31,在職,x\r\n002,,福祉課,,,,停止,\r\n";
        let (cp932, _, _) = SHIFT_JIS.encode(text);
        let list = read(text.as_bytes()).unwrap();
        assert_eq!(read(&cp932).unwrap(), list);
        assert_eq!(read(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap(), list);
        assert_eq!(list.ignored, ["備考"]);
        let first = &list.rows[0];
        assert_eq!((first.line, first.code.as_str(), first.enabled), (2, "001", Some(true)));
        assert_eq!(first.groups.as_deref(), Some(&["窓口".to_owned(), "審査".to_owned()][..]));
        let second = &list.rows[1];
        assert_eq!(
            (second.account.as_deref(), second.groups.as_deref(), second.enabled),
            (Some(""), Some(&[][..]), Some(false))
        );
    }

    #[test]
    fn a_column_that_is_not_there_says_nothing() {
        let list = read("職員番号\n7\n\n8\n".as_bytes()).unwrap();
        assert_eq!(list.rows.len(), 2);
        assert_eq!(list.rows[1], StaffRow { line: 4, code: "8".into(), ..StaffRow::default() });
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        for (text, fault) in [
            ("", StaffFault::NoCodeColumn),
            ("番号\n1\n", StaffFault::NoCodeColumn),
            ("職員番号,氏名,氏名\n", StaffFault::ColumnTwice("氏名".into())),
            ("職員番号,氏名\n1\n", StaffFault::Row(2)),
            ("職員番号,氏名\n1,a\n,b\n", StaffFault::NoCode(3)),
            ("職員番号,状態\n1,休み\n", StaffFault::UnknownState(2)),
        ] {
            assert_eq!(read(text.as_bytes()), Err(fault), "{text}");
        }
        assert_eq!(read(b"\xff\xff\x80"), Err(StaffFault::NotText));
    }
}
