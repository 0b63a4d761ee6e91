//! The demo: made-up applications as the files that an e-application service would give out, so that the demo store is
//! made through the real import.
//!
//! Two downloads lie some days apart. Between them staff of ours worked (`our_changes`), and so did colleagues in the
//! source system and the applicants: the second download brings withdrawals, corrections and moved statuses, so that
//! 反映済, 反映待ち and 要確認 can all be seen. Everything follows from the seed; nothing is held in memory but the row
//! being written.

mod answers;
mod chance;
mod course;
mod download;
mod forms;
mod of_office;
mod people;

use std::collections::BTreeMap;

use crate::domain::application::Instant;
use crate::domain::status::Request;

use course::Course;
pub use download::Download;
use download::{Bad, Which};
use forms::{FORMS, Form};
pub(super) use of_office::with_demo_of;

/// Rows on top of the good ones that an import sets aside.
pub const BAD_ROWS: u64 = Bad::ALL.len() as u64;

/// Rows on top of the good ones that say again what the row before said; an import counts them as unchanged.
pub const REPEATED_ROWS: u64 = 1;

/// The plan of a demo: from it everything follows.
#[derive(Debug, Clone, Copy)]
pub struct Demo<'f> {
    seed: u64,
    rows: u64,
    now: Instant,
    forms: &'f [Form<'f>],
}

/// A change of status that our staff make between the two downloads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OurChange {
    /// What they ask for.
    pub request: Request,
    /// 整理番号 of the applications.
    pub numbers: Vec<String>,
    /// Why, where the move needs a reason.
    pub reason: Option<&'static str>,
}

impl Demo<'static> {
    /// A demo of `rows` good applications, the newest of them just before `now`.
    #[must_use]
    pub const fn new(seed: u64, rows: u64, now: Instant) -> Self {
        Self { seed, rows, now, forms: FORMS }
    }
}

impl<'f> Demo<'f> {
    /// The first download: one file a form version. It has all good rows; the first file also has the bad ones.
    pub fn first_download(self) -> impl Iterator<Item = Download<'f>> {
        // Without a single application the first form still shows its header and what is set aside.
        let wanted = move |form: &usize| *form == 0 || !self.applications(*form).is_empty();
        (0..self.forms.len()).filter(wanted).map(move |form| Download::new(self, form, Which::First))
    }

    /// What our staff do between the downloads, one batch each.
    #[must_use]
    pub fn our_changes(&self) -> Vec<OurChange> {
        let mut batches: BTreeMap<u8, OurChange> = BTreeMap::new();
        for form in (0..self.forms.len()).filter(|form| self.forms[*form].again) {
            for index in self.downloaded_again(form) {
                let Some((order, request, reason)) = Course::of(self, index).ours() else { continue };
                let batch = || OurChange { request, numbers: Vec::new(), reason };
                batches.entry(order).or_insert_with(batch).numbers.push(self.number(index));
            }
        }
        batches.into_values().collect()
    }

    /// The second download: some forms, their newest applications again, as the source system has them by then.
    pub fn second_download(self) -> impl Iterator<Item = Download<'f>> {
        let wanted = move |form: &usize| self.forms[*form].again && !self.downloaded_again(*form).is_empty();
        (0..self.forms.len()).filter(wanted).map(move |form| Download::new(self, form, Which::Second))
    }

    /// The applications of a form, newest first: the forms share them out by weight, and the first is
    /// never without where there is any.
    fn applications(&self, form: usize) -> std::ops::Range<u64> {
        let all: u64 = self.forms.iter().map(|form| form.weight).sum();
        let before: u64 = self.forms[..form].iter().map(|form| form.weight).sum();
        let share = |weight: u64| (u128::from(self.rows) * u128::from(weight)).div_ceil(u128::from(all)) as u64;
        share(before)..share(before + self.forms[form].weight)
    }

    /// Those of a form that the second download has again: a screenful or two, however large the demo is.
    fn downloaded_again(&self, form: usize) -> std::ops::Range<u64> {
        let all = self.applications(form);
        all.start..all.end.min(all.start + 200)
    }

    /// 整理番号: 12 digits, each number once; one in ten begins with a zero.
    fn number(&self, index: u64) -> String {
        const NUMBERS: u128 = 1_000_000_000_000;
        // The factor has no divisor in common with 10^12, so different indices give different numbers.
        let start = u128::from(self.seed.wrapping_mul(2_654_435_761)) % NUMBERS;
        format!("{:012}", (start + u128::from(index) * 618_033_988_749) % NUMBERS)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::domain::status::{FormRules, Standing, Status, judge};

    const NOW: Instant = Instant { seconds: 1_794_000_000, offset_minutes: 540 };

    /// A download read by the plainest means: decode, then CSV.
    fn rows(download: &Download<'_>) -> (csv::StringRecord, Vec<csv::StringRecord>) {
        let mut bytes = Vec::new();
        download.write_to(&mut bytes).unwrap();
        let (text, _, _) =
            if download.is_utf8() { encoding_rs::UTF_8.decode(&bytes) } else { encoding_rs::SHIFT_JIS.decode(&bytes) };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        (reader.headers().unwrap().clone(), reader.records().map(Result::unwrap).collect())
    }

    fn all_rows<'f>(downloads: impl Iterator<Item = Download<'f>>) -> Vec<csv::StringRecord> {
        downloads.flat_map(|download| rows(&download).1).collect()
    }

    fn status(row: &csv::StringRecord) -> Option<Status> {
        Status::parse(&row[8])
    }

    #[test]
    fn it_has_as_many_good_rows_as_asked_for_and_bad_ones_on_top() {
        for count in [0, 1, 7, 100, 2_000] {
            let demo = Demo::new(1, count, NOW);
            let rows = all_rows(demo.first_download());
            assert_eq!(rows.len() as u64, count + BAD_ROWS + REPEATED_ROWS * u64::from(count > 0));
        }
    }

    #[test]
    fn numbers_are_unique_and_some_begin_with_a_zero() {
        let demo = Demo::new(7, 50_000, NOW);
        let numbers: BTreeSet<String> = (0..50_000).map(|index| demo.number(index)).collect();
        assert_eq!(numbers.len(), 50_000);
        assert!(numbers.iter().all(|number| number.len() == 12));
        assert!(numbers.iter().any(|number| number.starts_with('0')));
    }

    #[test]
    fn the_same_seed_makes_the_same_bytes_and_another_makes_others() {
        let bytes = |seed| {
            let mut bytes = Vec::new();
            for download in
                Demo::new(seed, 300, NOW).first_download().chain(Demo::new(seed, 300, NOW).second_download())
            {
                download.write_to(&mut bytes).unwrap();
            }
            bytes
        };
        assert_eq!(bytes(3), bytes(3));
        assert_ne!(bytes(3), bytes(4));
    }

    #[test]
    fn it_has_every_status_and_every_hard_name() {
        let rows = all_rows(Demo::new(1, 2_000, NOW).first_download());
        for wanted in Status::ALL {
            assert!(rows.iter().any(|row| status(row) == Some(wanted)), "{wanted:?}");
        }
        for hard in ["髙", "﨑", "邉", "邊", "齋", "\u{E000}", "𠮷", "葛\u{E0100}"] {
            assert!(rows.iter().any(|row| row[3].contains(hard)), "{hard}");
        }
        let in_some_item = |wanted: &dyn Fn(&str) -> bool| rows.iter().any(|row| row.iter().skip(10).any(wanted));
        assert!(in_some_item(&|text| text.contains("\r\n")));
        assert!(in_some_item(&|text| text.starts_with('ﾔ') || text.starts_with('ｻ')));
        assert!(in_some_item(&|text| text.contains(['０', '１', '２'])));
        assert!(in_some_item(&|text| text.starts_with('=')));
        let mails: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
        assert!(mails.windows(2).any(|pair| pair[0] == pair[1]), "somebody applies twice");
        assert!(mails.iter().all(|mail| mail.ends_with("@example.jp") || mail.ends_with("@example.lg.jp")));
    }

    #[test]
    fn a_header_names_every_column_of_its_rows() {
        for download in Demo::new(1, 2_000, NOW).first_download().skip(1) {
            let (header, rows) = rows(&download);
            assert_eq!(header.iter().next(), Some("利用者ID"));
            assert!(rows.iter().all(|row| row.len() == header.len()), "{}", download.file_name());
        }
    }

    #[test]
    fn our_changes_are_legal_moves_of_known_applications() {
        let demo = Demo::new(1, 2_000, NOW);
        let rows = all_rows(demo.first_download());
        let known: BTreeMap<&str, Status> = rows.iter().filter_map(|row| Some((&row[2], status(row)?))).collect();
        let changes = demo.our_changes();
        assert!(changes.len() >= 4);
        for change in &changes {
            for number in &change.numbers {
                let rules = FormRules::default();
                let standing = Standing { status: known[number.as_str()], before: None, form: rules };
                let to = change.request.target(&rules);
                assert!(matches!(judge(&standing, to, change.reason.is_some()), Ok(Some(_))), "{number} → {to:?}");
            }
        }
    }

    #[test]
    fn the_second_download_brings_withdrawals_corrections_and_no_new_application() {
        let demo = Demo::new(1, 2_000, NOW);
        let before: BTreeMap<String, csv::StringRecord> =
            all_rows(demo.first_download()).into_iter().map(|row| (row[2].to_owned(), row)).collect();
        let ours: BTreeMap<String, Status> = demo
            .our_changes()
            .into_iter()
            .flat_map(|change| change.numbers.into_iter().map(move |number| (number, change.request)))
            .map(|(number, request)| (number, request.target(&FormRules::default())))
            .collect();
        let mut seen = BTreeMap::new();
        for row in all_rows(demo.second_download()) {
            let old = &before[&row[2]];
            let (was, is) = (status(old).unwrap(), status(&row).unwrap());
            let mut count = |what| *seen.entry(what).or_insert(0) += 1;
            let staff = ours.get(&row[2]);
            match (staff, was == is) {
                (None, true) if row != *old => count("corrected"),
                (None, true) => count("as it was"),
                (None, false) if is == Status::Withdrawn => count("withdrawn"),
                (None, false) => count("moved by a colleague"),
                (Some(_), true) => count("反映待ち"),
                (Some(own), false) if *own == is => count("反映済"),
                (Some(_), false) => count("要確認"),
            }
        }
        assert_eq!(seen.len(), 7, "{seen:?}");
    }
}
