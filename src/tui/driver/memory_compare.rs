//! 照合 and 重複の疑い of the people in memory: who has the same name is the same person.

use crate::domain::application::Field;
use crate::domain::comparison::{FieldPair, Judgment, Likeness};
use crate::domain::fold::Tier;
use crate::domain::identity::{ApplicationId, OperationId};
use crate::domain::operation::{Against, Compared};
use crate::domain::status::Status;
use crate::office::view::Record;
use crate::office::{DuplicateKey, Earlier, Facing, Found, Judged, Opposite, Pass, SameBy};
use crate::tui::compare_backend::{CompareErrand, CompareMessage};
use crate::tui::duplicates::{ClusterFacts, Member};
use crate::tui::message::Explained;

/// What people found.
#[derive(Debug, Default)]
pub struct Comparisons {
    /// 重複ではない.
    pub distinct: Vec<Vec<ApplicationId>>,
    /// 照合, the newest last.
    pub kept: Vec<Judged>,
    /// The first pass of a colleague, over the application and what it was compared with.
    pub colleague: Option<Judged>,
}

const CONTENT: OperationId = OperationId::new(0, 1);

impl Comparisons {
    /// Answers an errand.
    pub fn answer(&mut self, records: &[Record], errand: CompareErrand) -> CompareMessage {
        match errand {
            CompareErrand::Duplicates => CompareMessage::Clusters(Ok(self.clusters(records))),
            CompareErrand::Sides(ids) => {
                let found = ids.iter().filter_map(|id| of(records, *id)).cloned().collect();
                CompareMessage::Sides(ids, Ok(found))
            }
            CompareErrand::Distinct(ids, kept) => {
                self.distinct.retain(|known| *known != ids);
                self.distinct.extend(kept.then_some(ids));
                CompareMessage::Said(kept, Ok(()))
            }
            CompareErrand::Earlier(id) => CompareMessage::Earlier(id, Ok(earlier(records, id))),
            CompareErrand::Face(id, with) => match self.facing(records, id, &with) {
                Some(facing) => CompareMessage::Faced(id, with, Ok(Box::new(facing))),
                None => CompareMessage::Faced(id, with, Err(why("compare.no_row", "行がありません。"))),
            },
            CompareErrand::Keep(found) => {
                self.kept.push((*found).clone());
                let pass = if self.colleague.is_some() { 2 } else { 1 };
                CompareMessage::Kept(found, Ok(pass))
            }
            CompareErrand::Go(number) => {
                let found = records.iter().find(|record| record.row.number == number).map(|record| record.row.id);
                CompareMessage::Went(found.ok_or_else(|| why("number.unknown", "この整理番号の申込はありません。")))
            }
        }
    }

    fn clusters(&self, records: &[Record]) -> Vec<ClusterFacts> {
        let settled = |record: &Record| matches!(record.row.status, Status::Withdrawn | Status::Rejected);
        let open: Vec<&Record> = records.iter().filter(|record| !settled(record)).collect();
        let mut found = Vec::new();
        for (at, record) in open.iter().enumerate() {
            let same: Vec<&&Record> = open[at..].iter().filter(|other| other.row.name == record.row.name).collect();
            let before = open[..at].iter().any(|other| other.row.name == record.row.name);
            if same.len() < 2 || before {
                continue;
            }
            let members: Vec<Member> = same.iter().rev().map(|one| member(one)).collect();
            let ids: Vec<ApplicationId> = members.iter().map(|one| one.id).collect();
            let distinct = self.distinct.contains(&ids);
            found.push(ClusterFacts { by: DuplicateKey::NameBirthdate, tier: Tier::Identical, distinct, members });
        }
        found
    }

    fn facing(&self, records: &[Record], id: ApplicationId, with: &Opposite) -> Option<Facing> {
        let own = of(records, id)?;
        let (against, found, other) = match with {
            Opposite::Application(other) => {
                let record = of(records, *other)?;
                let row = &record.row;
                let found = Found::Application(row.number.clone(), row.submitted, row.status);
                (Against::Application(*other, CONTENT), found, record.clone())
            }
            Opposite::Row { file, .. } if file.ends_with("no-such.csv") => return None,
            Opposite::Row { file, .. } => {
                let mut other = own.clone();
                other.row.name = Some("名簿 の名".to_owned());
                (Against::File([1; 32], 2), Found::Row(file.clone(), 2), other)
            }
        };
        let pairs = pairs(own, &other);
        let first = self.colleague.as_ref().filter(|one| (one.target, one.against) == (id, against));
        let kept = self.kept.iter().rev().find(|one| (one.target, one.against) == (id, against));
        let judged = pairs.iter().map(|pair| {
            let of = |one: &Judged| one.fields.iter().find(|field| field.0 == pair.field).map(|field| field.2);
            kept.and_then(of).unwrap_or_default()
        });
        Some(Facing {
            target: id,
            number: own.row.number.clone(),
            content: CONTENT,
            against,
            found,
            pass: if first.is_some() { 2 } else { 1 },
            judged: judged.collect::<Vec<Judgment>>(),
            first: first.map(pass),
            second: None,
            pairs,
        })
    }
}

fn why(code: &str, sentence: &str) -> Explained {
    Explained { code: code.to_owned(), sentence: sentence.to_owned() }
}

fn of(records: &[Record], id: ApplicationId) -> Option<&Record> {
    records.iter().find(|record| record.row.id == id)
}

fn member(record: &Record) -> Member {
    let row = &record.row;
    Member { id: row.id, number: row.number.clone(), name: row.name.clone(), submitted: row.submitted }
}

fn earlier(records: &[Record], id: ApplicationId) -> Vec<Earlier> {
    let Some(own) = of(records, id) else { return Vec::new() };
    let same = |record: &&Record| record.row.name == own.row.name && record.row.submitted < own.row.submitted;
    let told = records.iter().filter(same).map(|record| Earlier {
        id: record.row.id,
        number: record.row.number.clone(),
        submitted: record.row.submitted,
        status: record.row.status,
        by: SameBy::NameBirthdate,
        name: Some(Tier::Identical),
    });
    told.collect()
}

fn pairs(own: &Record, other: &Record) -> Vec<FieldPair> {
    let mut pairs = Vec::new();
    let mut put = |field: u32, item: Option<&str>, here: Option<&str>, there: Option<&str>| {
        let Some(likeness) = Likeness::between(here, there) else { return };
        let text = |side: Option<&str>| side.filter(|text| !text.is_empty()).map(str::to_owned);
        pairs.push(FieldPair { field, item: item.map(str::to_owned), here: text(here), there: text(there), likeness });
    };
    put(Field::Name as u32, None, own.row.name.as_deref(), other.row.name.as_deref());
    put(Field::Kana as u32, None, own.row.kana.as_deref(), other.row.kana.as_deref());
    put(Field::Mail as u32, None, own.mail.as_deref(), other.mail.as_deref());
    for ((at, mine), theirs) in (Field::ITEMS..).zip(&own.items).zip(&other.items) {
        put(at, Some(&mine.name), mine.value.as_deref(), theirs.value.as_deref());
    }
    pairs
}

fn pass(judged: &Judged) -> Pass {
    let Judged { target, content, against, fields } = judged.clone();
    Pass {
        operation: OperationId::new(0, 9),
        at_ms: 1_795_158_300_000,
        by: Some(OperationId::new(0, 2)),
        actor: Some("kacho".to_owned()),
        compared: Compared { target, content, against, pass: 1, fields },
        current: true,
    }
}
