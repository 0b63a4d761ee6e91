//! New files and rows set aside in memory: a made-up inbox whose files can be taken in.

use std::path::PathBuf;

use crate::domain::identity::OperationId;
use crate::domain::operation::ImportCounts;
use crate::domain::status::Status;
use crate::office::{
    FileReport, FileState, FolderState, HalfImport, InboxFile, InboxLook, SetAsidePlace, SetAsideRow, StatusDiffers,
};
use crate::tui::backend::Reply;
use crate::tui::intake::{IntakeErrand, IntakeMessage, SeenFile};
use crate::tui::message::{Explained, Message, Progress, Work};

/// A file of the inbox.
pub fn file(name: &str, hash: u8, state: FileState) -> InboxFile {
    let path = PathBuf::from(format!("/home/hanako/Downloads/{name}"));
    InboxFile { path, size: 180_000 * u64::from(hash), modified: 1_795_130_000, hash: Some([hash; 32]), state }
}

/// A row that was set aside.
pub fn row(import: u32, name: &str, line: u64, reason: &'static str) -> SetAsideRow {
    let place = SetAsidePlace { line, column: Some(2), field: Some("申込日時".to_owned()), reason };
    SetAsideRow { import: OperationId::new(0, import), file: name.to_owned(), place }
}

fn fresh() -> FileState {
    FileState::New { encoding: "cp932", profile: "etumo-list".to_owned(), own_export: false }
}

/// What lies there and what was asked of it.
#[derive(Debug, Default)]
pub struct Intake {
    pub look: InboxLook,
    pub rows: Vec<SetAsideRow>,
    /// The names of files that were taken in and deleted, and of files that were written.
    pub imported: Vec<String>,
    pub discarded: Vec<String>,
    pub written: Vec<(String, bool)>,
    /// Whether the next file turns out to be another one than was looked at.
    pub replaced: bool,
    pub given_up: u32,
}

impl Intake {
    /// Two new files, one that was taken in, one that is no download; three rows of two imports set aside.
    pub fn sample() -> Self {
        let imported = FileState::Imported { operation: OperationId::new(0, 12), at_ms: 1_795_071_900_000 };
        let files = vec![
            file("申込一覧_20261120.csv", 2, fresh()),
            file("申込一覧_20261120 (1).csv", 3, fresh()),
            file("申込一覧_20261119.csv", 4, imported),
            InboxFile { hash: None, ..file("案内.csv", 1, FileState::Arriving) },
        ];
        let folders = vec![(PathBuf::from("/home/hanako/Downloads"), FolderState::Ready)];
        let rows = vec![
            row(14, "申込一覧_20261119.csv", 7, "bad_date"),
            row(14, "申込一覧_20261119.csv", 1_203, "ragged"),
            row(9, "申込一覧_20261112.csv", 33, "unknown_status"),
        ];
        let set_aside = rows.len() as u64;
        Self {
            look: InboxLook { folders, files, set_aside, ..InboxLook::default() },
            rows,
            imported: Vec::new(),
            discarded: Vec::new(),
            written: Vec::new(),
            replaced: false,
            given_up: 0,
        }
    }
}

impl Intake {
    /// An import of this file was cut off.
    pub fn cut_off(&mut self, hash: u8, found: bool) {
        let at = self.look.files.iter().position(|file| file.hash == Some([hash; 32]));
        let path = at.filter(|_| found).map(|at| self.look.files[at].path.clone());
        if let Some(at) = at.filter(|_| found) {
            self.look.files[at].state = FileState::Interrupted;
        }
        let name = "申込一覧_20261120.csv".to_owned();
        self.look.half =
            Some(HalfImport { file: [hash; 32], name, line: 8_192, percent: Some(41), holder: None, found: path });
    }

    fn report(&self, file: &SeenFile) -> Box<FileReport> {
        let rejected = self.rows.iter().take(2).map(|row| row.place.clone()).collect();
        let differs =
            StatusDiffers { number: "000000000549".to_owned(), ours: Status::Provisional, source: Status::Withdrawn };
        Box::new(FileReport {
            file: file.path.display().to_string(),
            encoding: "cp932",
            profile: "etumo-list".to_owned(),
            operation: Some(OperationId::new(0, 15)),
            counts: ImportCounts { read: 1_240, added: 37, updated: 3, unchanged: 1_198, rejected: 2 },
            rejected,
            status_differs: vec![differs],
            ..FileReport::default()
        })
    }

    pub(super) fn answer(&mut self, errand: IntakeErrand, reply: &Reply) {
        let send = |message| reply.send(Message::Intake(message));
        let other = Explained {
            code: "file.replaced".to_owned(),
            sentence: "違うファイルに置き換わっています。".to_owned(),
        };
        match errand {
            IntakeErrand::Look => send(IntakeMessage::Looked(Box::new(self.look.clone()))),
            IntakeErrand::DryRun(file) => {
                let report = self.report(&file);
                send(IntakeMessage::DryRun(file, Ok(report)));
            }
            IntakeErrand::Import(file) if self.replaced => send(IntakeMessage::Imported(file, Err(other))),
            IntakeErrand::Import(file) => {
                let progress =
                    Progress { work: Work::Import, done: 1, total: Some(4), per_second: 52_000, seconds_left: Some(9) };
                reply.send(Message::Progress(progress));
                self.imported.push(file.name());
                self.look.half = None;
                for known in self.look.files.iter_mut().filter(|known| known.path == file.path) {
                    let operation = OperationId::new(0, 15);
                    known.state = FileState::Imported { operation, at_ms: 1_795_158_300_000 };
                }
                let report = self.report(&file);
                send(IntakeMessage::Imported(file, Ok(report)));
            }
            IntakeErrand::Discard(file) => {
                self.discarded.push(file.name());
                self.look.files.retain(|known| known.path != file.path);
                send(IntakeMessage::Discarded(file, Ok(())));
            }
            IntakeErrand::GiveUp => {
                self.given_up += 1;
                self.look.half = None;
                send(IntakeMessage::GivenUp(Ok(())));
            }
            IntakeErrand::LoadSetAside => {
                send(IntakeMessage::SetAside(self.rows.clone(), self.rows.len() as u64));
            }
            IntakeErrand::LoadSetAsideText(import, line) => {
                let there = self.rows.iter().any(|row| row.import == import && row.place.line == line);
                let text = ["u1,", "2020年13月\u{1b}[2J45日", ",未処理,\\xFF,\u{e000}子"].map(str::to_owned);
                send(IntakeMessage::SetAsideText(import, line, there.then_some(text)));
            }
            IntakeErrand::WriteSetAside { path, for_import } => {
                self.written.push((path.clone(), for_import));
                send(IntakeMessage::SetAsideWritten(Ok(vec![(path, self.rows.len() as u64)])));
            }
            IntakeErrand::ClearSetAside(only) => {
                let before = self.rows.len();
                self.rows.retain(|row| only.is_some_and(|only| row.import != only));
                self.look.set_aside = self.rows.len() as u64;
                send(IntakeMessage::SetAsideCleared(Ok((before - self.rows.len()) as u64)));
            }
        }
    }
}
