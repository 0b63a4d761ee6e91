//! The file that the figures are taken with: made-up applications in CP932, 32 columns, about 400 bytes a row, the same
//! on every machine.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::root;

/// Columns of the file: ten of the list, twenty-two items.
pub const COLUMNS: usize = 32;

const FIXED: &str = "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考";

const SURNAMES: &[(&str, &str)] = &[
    ("髙橋", "タカハシ"),
    ("山﨑", "ヤマザキ"),
    ("渡邊", "ワタナベ"),
    ("齋藤", "サイトウ"),
    ("山形", "ヤマガタ"),
    ("最上", "モガミ"),
    ("石井", "イシイ"),
    ("小野", "オノ"),
    ("松波", "マツナミ"),
    ("長谷川", "ハセガワ"),
];
const GIVEN: &[(&str, &str)] = &[
    ("花子", "ハナコ"),
    ("太郎", "タロウ"),
    ("桜", "サクラ"),
    ("直樹", "ナオキ"),
    ("久美子", "クミコ"),
    ("葵", "アオイ"),
];
const TOWNS: &[&str] = &["花園町", "松波", "本丸", "番所前", "大字舟渡", "字中里", "千歳", "城北"];
const STATUSES: &[&str] = &["未処理", "仮受付", "受理(返信未)", "受理(返信済)", "返却中", "完了", "取下げ"];
const WORDS: &[&str] =
    &["希望する", "希望しない", "あり", "なし", "本人", "家族", "窓口", "郵送", "午前", "午後", "該当", "非該当"];
const REMARKS: &[&str] = &[
    "",
    "",
    "連絡は平日の夕方にお願いします。",
    "書類は後日、窓口へ持参します。",
    "駐車場を使います。\r\n車は1台です。",
    "担当の方に\"\"至急\"\"とお伝えください。",
];

/// The file and its size in bytes.
#[derive(Debug, Clone)]
pub struct Data {
    /// As the source system gives it: CP932.
    pub cp932: PathBuf,
    /// The same in UTF-8, for programs that know no other.
    pub utf8: PathBuf,
    /// Size of the CP932 file.
    pub bytes: u64,
}

/// Makes the file, or finds it from an earlier run.
pub fn make(rows: u64) -> Result<Data, String> {
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let (cp932, utf8) = (folder.join(format!("{rows}-cp932.csv")), folder.join(format!("{rows}-utf8.csv")));
    if !cp932.exists() || !utf8.exists() {
        println!("making {rows} applications");
        write(&utf8, rows).map_err(|error| error.to_string())?;
        let unfinished = cp932.with_extension("part");
        let output = File::create(&unfinished).map_err(|error| error.to_string())?;
        let status = Command::new("iconv")
            .args(["-f", "UTF-8", "-t", "CP932"])
            .arg(&utf8)
            .stdout(Stdio::from(output))
            .status()
            .map_err(|error| format!("iconv: {error}"))?;
        if !status.success() {
            return Err(format!("iconv: {status}"));
        }
        fs::rename(&unfinished, &cp932).map_err(|error| error.to_string())?;
    }
    let bytes = fs::metadata(&cp932).map_err(|error| error.to_string())?.len();
    Ok(Data { cp932, utf8, bytes })
}

fn write(path: &Path, rows: u64) -> std::io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 20, File::create(path)?);
    write!(to, "{FIXED},氏名フリガナ,郵便番号,住所,電話番号,生年月日")?;
    for item in 1..=COLUMNS - 15 {
        write!(to, ",設問{item:02}")?;
    }
    to.write_all(b"\r\n")?;
    for n in 0..rows {
        to.write_all(row(n).as_bytes())?;
    }
    to.flush()
}

/// One row. Everything follows from `n`.
fn row(n: u64) -> String {
    let mut chance = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5EC1_5105;
    let mut below = |bound: usize| {
        chance = chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    };
    let surname = SURNAMES[below(SURNAMES.len())];
    let given = GIVEN[below(GIVEN.len())];
    // The factor has no divisor in common with 10^12: each number once.
    let number = (u128::from(n) * 618_033_988_749) % 1_000_000_000_000;
    let (month, day, hour, minute) = (1 + below(12), 1 + below(28), below(24), below(60));
    let remarks = REMARKS[below(REMARKS.len())];
    let remarks = if remarks.contains(['"', '\n']) { format!("\"{remarks}\"") } else { remarks.to_owned() };
    let mut text = format!(
        "user{n:07},user{n:07}@example.jp,{number:012},{} {},1,01430,Web会議ツール利用申込書,\
         2020年{month:02}月{day:02}日 {hour:02}時{minute:02}分,{},{remarks},{} {},990{:04},紅花市{}{}丁目{}番{}号,\
         090-000-{:04},昭和{}年{}月{}日",
        surname.0,
        given.0,
        STATUSES[below(STATUSES.len())],
        surname.1,
        given.1,
        below(10_000),
        TOWNS[below(TOWNS.len())],
        1 + below(5),
        1 + below(30),
        1 + below(20),
        below(10_000),
        30 + below(33),
        1 + below(12),
        1 + below(28),
    );
    for _ in 15..COLUMNS {
        text.push(',');
        let first = WORDS[below(WORDS.len())];
        text.push_str(first);
        if below(100) < 45 {
            text.push('・');
            text.push_str(WORDS[below(WORDS.len())]);
        }
        if below(4) == 0 {
            text.push_str(&below(100_000).to_string());
        }
    }
    text.push_str("\r\n");
    text
}

/// Free words for the search: common and rare, one character and many, some that match nothing. Each stands in the data
/// as it is written here, so that a plain text search can look for the same.
pub const SEARCHES: &[&str] = &[
    "髙",
    "桜",
    "城",
    "松波",
    "花子",
    "受付",
    "最上",
    "番所前",
    "髙橋 花子",
    "山﨑 太郎",
    "タカハシ",
    "ヤマザキ ナオキ",
    "長谷川 久美子",
    "090-000-1234",
    "9901234",
    "駐車場を使います",
    "書類は後日、窓口へ持参します。",
    "平日の夕方",
    "紅花市千歳3丁目",
    "user0012345",
    "618033988749",
    "存在しない言葉",
    "鬱",
    "昭和62年12月28日",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_always_the_same_and_has_all_columns() {
        assert_eq!(row(5), row(5));
        assert_ne!(row(5), row(6));
        let plain = (0..100).map(row).find(|row| !row.contains('"')).unwrap();
        assert_eq!(plain.trim_end().split(',').count(), COLUMNS);
        assert_eq!(FIXED.split(',').count() + 5 + (COLUMNS - 15), COLUMNS);
    }
}
