//! One operation of every kind, as a chain, and what a reader must find in each.

use sekisho::domain::identity::{ApplicationId, OperationId};
use sekisho::domain::operation::{
    Body, CredentialChange, CredentialKind, Declaration, EpochCause, ExportBody, FromBase, GrantRow, Grantee, Group,
    ImportBody, ImportCounts, Moved, NO_PREDECESSOR, NoteReader, Operation, OperatorKey, OperatorRow, SourceWrite,
    StatusPair, Value, Write,
};
use sekisho::domain::record::{Salt, commitment};
use serde_json::{Value as Json, json};

use super::people::{narrow_grant, whole_row};
use super::{OTHER, OWN, clerk, compare, content, erasing, hex, looks, sealing, second};

pub const NOTE: (Salt, &str) = ([0x75; 16], "住民票の写しを添えてください");
pub const REASON: (Salt, &str) = ([0x72; 16], "添付書類を確認したため");

/// A kind of operation: what it shows, its command, its body, its payload with the salt.
pub type Kind = (&'static str, &'static str, Body, Option<(Salt, &'static str)>);

/// An operation with its erasable payload.
pub struct Vector {
    pub name: &'static str,
    pub operation: Operation,
    pub payload: Option<(Salt, &'static str)>,
    /// Whether something in it is compressed: then only reading it is laid down, not the very bytes.
    pub deflated: bool,
}

pub fn op(seq: u32) -> OperationId {
    OperationId::new(0, seq)
}

pub fn app(n: u32) -> ApplicationId {
    ApplicationId::new(0, n)
}

pub fn number(value: u64) -> Value {
    Value::Number(value)
}

fn first_import() -> ImportBody {
    ImportBody {
        file: [0xF1; 32],
        profile: "etumo-list".into(),
        profile_hash: [0xF2; 32],
        encoding: "cp932".into(),
        counts: ImportCounts { read: 3, added: 3, updated: 0, unchanged: 0, rejected: 0 },
        record_format: 1,
        first: 1,
        span: 4,
        births: vec![app(1), app(2), app(4)],
        statuses: vec![StatusPair { ours: 1, source: Some(1) }, StatusPair { ours: 1, source: None }],
        status_of: vec![0, 1, 0],
        chunks: content::chunk_of_births(),
        revised: Vec::new(),
        revised_base: Vec::new(),
        source: Vec::new(),
        rejected: (0, content::rejected_commitment(&[])),
    }
}

fn second_import() -> ImportBody {
    let was = |pairs: &[(Value, Option<OperationId>)]| FromBase::collect(pairs.iter().copied());
    ImportBody {
        file: [0xF3; 32],
        counts: ImportCounts { read: 5, added: 1, updated: 1, unchanged: 1, rejected: 2 },
        encoding: "utf-8".into(),
        first: 5,
        span: 1,
        births: vec![app(5)],
        statuses: vec![StatusPair { ours: 8, source: Some(8) }],
        status_of: vec![0],
        chunks: content::chunk_of_births(),
        revised: vec![app(2)],
        revised_base: vec![op(3)],
        source: vec![
            SourceWrite { to: 2, targets: vec![app(2)], from: was(&[(Value::None, None)]) },
            SourceWrite { to: 8, targets: vec![app(1)], from: was(&[(number(1), Some(op(3)))]) },
        ],
        rejected: (2, content::rejected_commitment(&content::ROWS_SET_ASIDE)),
        ..first_import()
    }
}

fn set_status() -> Body {
    let pairs = [(1, 3), (1, 3), (1, 3), (8, 4)].map(|(status, by)| (number(status), Some(op(by))));
    Body::Set {
        writes: vec![Write {
            group: Group::Status,
            to: number(2),
            targets: [1, 2, 4, 5].map(app).to_vec(),
            from: FromBase::collect(pairs.into_iter()),
        }],
        declared: None,
        blocks: Vec::new(),
    }
}

/// Two groups at once, on applications of two streams, to an operator of the other one.
fn assign_and_due() -> Body {
    let targets = vec![app(1), app(2), ApplicationId::new(1, 7)];
    let nothing = || FromBase::collect((0..3).map(|_| (Value::None, None)));
    let before = [None, Some(OperationId::new(1, 9)), None];
    let before = before.map(|by| (by.map_or(Value::None, |_| Value::Reference(op(2))), by));
    Body::Set {
        writes: vec![
            Write {
                group: Group::Assignee,
                to: Value::Reference(OperationId::new(1, 300)),
                targets: targets.clone(),
                from: FromBase::collect(before.into_iter()),
            },
            Write { group: Group::Due, to: number(20_807), targets, from: nothing() },
        ],
        declared: None,
        blocks: Vec::new(),
    }
}

/// So many scattered targets that their list and its indexes are worth compressing.
fn scattered() -> Body {
    let targets: Vec<ApplicationId> = (0..90u32).map(|i| app(100 + i * 3 + i % 2)).collect();
    let from = (0..90u64).map(|i| (number(1 + i % 2), Some(op(3 + (i % 3) as u32))));
    let write = Write { group: Group::Status, to: number(8), from: FromBase::collect(from), targets };
    Body::Set { writes: vec![write], declared: None, blocks: Vec::new() }
}

/// All of them, in the order of their chain.
pub fn all() -> Vec<Vector> {
    const NAME: (Salt, &str) = ([0x71; 16], "試験　太郎");
    const VIEW: (Salt, &str) = ([0x73; 16], "{\"name\":\"未着手\",\"query\":\"状況:未処理\"}");
    const TAG: (Salt, &str) = ([0x74; 16], "要電話");
    let export = ExportBody {
        count: 3,
        format: "csv".into(),
        columns: ["取得元", "元システムの状況", "整理番号"].map(str::to_owned).to_vec(),
        file: [0xF9; 32],
    };
    let row = OperatorRow { code: "s1234".into(), enabled: true, ..OperatorRow::default() };
    let epoch = Body::Epoch { predecessor: NO_PREDECESSOR, cause: EpochCause::Founded };
    let kinds = [
        ("1 epoch", "store.init", epoch, None),
        ("2 operator", "import.run", Body::Operator { subject: None, row, base: None, from: None }, Some(NAME)),
        ("3 import: births, one place unused", "import.run", Body::Import(Box::new(first_import())), None),
        (
            "3 import: a birth, a revision, 元システムの状況, rows set aside",
            "import.run",
            Body::Import(Box::new(second_import())),
            None,
        ),
        ("4 set: 処理状況", "application.set_status", set_status(), Some(REASON)),
        ("5 undo", "application.undo", Body::Undo { undoes: op(5), refused: vec![app(2)] }, None),
        ("5 undo of an undo: redo", "application.redo", Body::Undo { undoes: op(6), refused: Vec::new() }, None),
        ("4 set: two groups, two streams", "application.assign", assign_and_due(), None),
        ("6 export", "application.export", Body::Export(export), None),
        ("7 rejected clear", "rejected.clear", Body::RejectedClear { imports: vec![op(4)] }, None),
        ("4 set: compressed lists", "application.set_status", scattered(), None),
        (
            "99, a kind that nobody knows yet",
            "later.thing",
            Body::Unknown { kind: 99, body: vec![0xA1, 0x00, 0x81, 0x01] },
            None,
        ),
        ("8 view: saved", "view.save", Body::View { subject: None, kept: true }, Some(VIEW)),
        ("8 view: taken away", "view.delete", Body::View { subject: Some(op(13)), kept: false }, None),
        ("9 discard", "inbox.discard", Body::Discard { file: [0xF1; 32], import: Some(op(3)) }, None),
        (
            "10 reflect list",
            "reflect.export",
            Body::ReflectList { file: [0xFA; 32], targets: vec![app(1), app(2), app(4)] },
            None,
        ),
        ("12 group", "group.add", Body::Group { subject: None, name: "窓口".into(), kept: true, base: None }, None),
        (
            "2 operator: every field, from a day on",
            "operator.add",
            Body::Operator { subject: Some(op(2)), row: whole_row(), base: Some(op(2)), from: Some(20_700) },
            None,
        ),
        (
            "11 transfer",
            "operator.import",
            Body::Transfer {
                day: 20_910,
                moved: vec![Moved {
                    subject: op(2),
                    base: op(18),
                    row: OperatorRow {
                        code: "s1234".into(),
                        enabled: true,
                        groups: vec![op(17)],
                        ..OperatorRow::default()
                    },
                }],
            },
            None,
        ),
        (
            "13 grant: to a group, for one procedure",
            "grant.add",
            Body::Grant { subject: None, row: narrow_grant(), kept: true, base: None },
            None,
        ),
        (
            "13 grant: revoked",
            "grant.revoke",
            Body::Grant {
                subject: Some(op(20)),
                row: GrantRow {
                    to: Grantee::Everybody,
                    right: "look".into(),
                    form: None,
                    segment: None,
                    from: None,
                    until: None,
                },
                kept: false,
                base: Some(op(20)),
            },
            None,
        ),
        ("16 anchor", "log.anchor", Body::Anchor { heads: vec![(op(16), [0xA9; 32])] }, None),
        (
            "14 tag: a new one, put on",
            "application.tag",
            Body::Tag { subject: None, kept: true, targets: vec![app(1), app(4)], undoes: None },
            Some(TAG),
        ),
        (
            "14 tag: that put back",
            "application.undo",
            Body::Tag { subject: Some(op(23)), kept: false, targets: vec![app(1)], undoes: Some(op(23)) },
            None,
        ),
        (
            "15 note: to the applicant",
            "note.applicant",
            Body::Note { target: app(2), reader: NoteReader::Applicant, strikes: None },
            Some(NOTE),
        ),
        (
            "15 note: struck through",
            "note.strike",
            Body::Note { target: app(2), reader: NoteReader::Applicant, strikes: Some(op(25)) },
            Some(REASON),
        ),
        (
            "24 credential: set by another",
            "operator.passwd",
            Body::Credential {
                subject: op(2),
                kind: CredentialKind::Passphrase,
                change: CredentialChange::Given,
                key: Some(OperatorKey { public: [0xB1; 32], mark: [0xB2; 32] }),
            },
            None,
        ),
        (
            "24 credential: unlocked",
            "operator.unlock",
            Body::Credential {
                subject: op(2),
                kind: CredentialKind::Passphrase,
                change: CredentialChange::Unlocked,
                key: None,
            },
            None,
        ),
        (
            "25 wrong tries",
            "sign_in",
            Body::WrongTries { subject: op(2), kind: CredentialKind::Passphrase, count: 10, locked: true },
            None,
        ),
    ];
    let kinds = kinds.into_iter().chain(clerk::kinds()).chain(second::kinds());
    let kinds = kinds
        .chain(sealing::kinds())
        .chain(clerk::later())
        .chain(looks::kinds())
        .chain(erasing::kinds())
        .chain(compare::kinds())
        .chain(clerk::latest());
    let vector = |(place, (name, command, body, payload)): (usize, Kind)| Vector {
        name,
        deflated: name.contains("compressed"),
        operation: Operation {
            stream: OWN,
            seq: place as u32 + 1,
            at_ms: 1_795_000_000_000 + 1000 * place as i64,
            actor: (place > 1).then(|| op(2)),
            command: command.into(),
            approval: second::approval(name, &body),
            critical: matches!(body, Body::Unknown { .. } | Body::Erase { .. }),
            payload: payload.map(|(salt, text)| commitment(&salt, text.as_bytes())),
            body,
        },
        payload,
    };
    kinds.enumerate().map(vector).collect()
}

pub fn id(stream: u32, n: u32) -> Json {
    json!([stream, n])
}

pub fn written_by(operation: Option<OperationId>) -> Json {
    operation.map_or(Json::Null, |by| id(by.stream(), by.n()))
}

fn value(value: Value) -> Json {
    match value {
        Value::None => Json::Null,
        Value::Number(number) => number.into(),
        Value::Reference(by) => json!(["operation", id(by.stream(), by.n())]),
    }
}

pub fn applications(ids: &[ApplicationId]) -> Vec<Json> {
    ids.iter().map(|target| id(target.stream(), target.n())).collect()
}

fn write(group: Group, to: Value, targets: &[ApplicationId], from: &FromBase) -> Json {
    let targets = applications(targets).into_iter().zip(from.iter());
    let targets = targets.map(|(target, (before, by))| json!([target, value(before), written_by(by)]));
    json!({ "group": group as u8, "to": value(to), "targets": targets.collect::<Vec<_>>() })
}

/// The fields of an operator that stand there only where they say something.
fn more_of_operator(told: &mut Json, row: &OperatorRow, from: Option<u32>) {
    let groups = Some(&row.groups).filter(|groups| !groups.is_empty());
    let more = [
        ("department", row.department.as_ref().map(|text| json!(text))),
        ("account", row.account.as_ref().map(|text| json!(text))),
        ("until", row.until.map(Json::from)),
        ("groups", groups.map(|all| all.iter().map(|one| written_by(Some(*one))).collect())),
        ("stands_for", row.stands_for.map(|(whom, until)| json!([written_by(Some(whom)), until]))),
        ("from", from.map(Json::from)),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            told[name] = value;
        }
    }
}

fn body(body: &Body) -> Json {
    match body {
        Body::Epoch { predecessor, cause } => json!({ "predecessor": hex(predecessor), "cause": *cause as u8 }),
        Body::Operator { subject, row, base, from } => {
            let mut told = json!({
                "subject": written_by(*subject), "code": row.code, "enabled": row.enabled, "base": written_by(*base),
            });
            more_of_operator(&mut told, row, *from);
            told
        }
        Body::Transfer { day, moved } => {
            let moved = moved.iter().map(|one| {
                let mut told = json!({
                    "subject": written_by(Some(one.subject)), "base": written_by(Some(one.base)),
                    "code": one.row.code, "enabled": one.row.enabled,
                });
                more_of_operator(&mut told, &one.row, None);
                told
            });
            json!({ "day": day, "moved": moved.collect::<Vec<_>>() })
        }
        Body::Group { subject, name, kept, base } => json!({
            "subject": written_by(*subject), "name": name, "kept": kept, "base": written_by(*base),
        }),
        Body::Grant { subject, row, kept, base } => {
            let to = match row.to {
                Grantee::Operator(who) => json!([0, written_by(Some(who))]),
                Grantee::Group(which) => json!([1, written_by(Some(which))]),
                Grantee::Everybody => json!([2, null]),
            };
            json!({
                "subject": written_by(*subject), "to": to, "right": row.right,
                "form": row.form.as_ref().map(|(source, code)| json!([source, code])), "segment": row.segment,
                "from": row.from, "until": row.until, "kept": kept, "base": written_by(*base),
            })
        }
        Body::Import(import) => {
            let counts = &import.counts;
            let births = applications(&import.births).into_iter().zip(&import.status_of).map(|(birth, index)| {
                let pair = import.statuses[*index as usize];
                json!([birth, pair.ours, pair.source])
            });
            let revised = applications(&import.revised).into_iter().zip(&import.revised_base);
            let source = import.source.iter().map(|s| write(Group::Source, number(s.to.into()), &s.targets, &s.from));
            json!({
                "file": hex(&import.file), "profile": import.profile, "profile_hash": hex(&import.profile_hash),
                "encoding": import.encoding,
                "counts": [counts.read, counts.added, counts.updated, counts.unchanged, counts.rejected],
                "record_format": import.record_format, "first": import.first, "span": import.span,
                "births": births.collect::<Vec<_>>(),
                "chunks": import.chunks.iter().map(|chunk| hex(chunk)).collect::<Vec<_>>(),
                "revised": revised.map(|(target, base)| json!([target, written_by(Some(*base))])).collect::<Vec<_>>(),
                "source": source.collect::<Vec<_>>(),
                "rejected": [import.rejected.0, hex(&import.rejected.1)],
            })
        }
        Body::Set { writes, declared, blocks } => {
            let writes = writes.iter().map(|w| write(w.group, w.to, &w.targets, &w.from));
            let mut told = json!({ "writes": writes.collect::<Vec<_>>() });
            if let Some(Declaration { day, channel }) = declared {
                told["declared"] = json!([day, *channel as u8]);
            }
            if !blocks.is_empty() {
                told["blocks"] = json!(blocks);
            }
            told
        }
        Body::Undo { undoes, refused } => {
            json!({ "undoes": written_by(Some(*undoes)), "refused": applications(refused) })
        }
        Body::Export(export) => json!({
            "count": export.count, "format": export.format, "columns": export.columns, "file": hex(&export.file),
        }),
        Body::RejectedClear { imports } => {
            json!({ "imports": imports.iter().map(|by| written_by(Some(*by))).collect::<Vec<_>>() })
        }
        Body::View { subject, kept } => json!({ "subject": written_by(*subject), "kept": kept }),
        Body::Discard { file, import } => json!({ "file": hex(file), "import": written_by(*import) }),
        Body::ReflectList { file, targets } => json!({ "file": hex(file), "targets": applications(targets) }),
        Body::Tag { subject, kept, targets, undoes } => json!({
            "subject": written_by(*subject), "kept": kept, "targets": applications(targets),
            "undoes": written_by(*undoes),
        }),
        Body::Note { target, reader, strikes } => json!({
            "target": id(target.stream(), target.n()), "reader": *reader as u8, "strikes": written_by(*strikes),
        }),
        Body::Anchor { heads } => {
            let head = |(last, hash): &(OperationId, [u8; 32])| json!([written_by(Some(*last)), hex(hash)]);
            json!({ "heads": heads.iter().map(head).collect::<Vec<_>>() })
        }
        Body::Calendar { whole, at_year_end, days } => {
            json!({ "whole": whole, "at_year_end": at_year_end, "days": days })
        }
        Body::Credential { subject, kind, change, key } => json!({
            "subject": written_by(Some(*subject)), "credential": *kind as u8, "change": *change as u8,
            "key": key.map_or_else(Vec::new, |key| vec![hex(&key.public), hex(&key.mark)]),
        }),
        Body::WrongTries { subject, kind, count, locked } => json!({
            "subject": written_by(Some(*subject)), "credential": *kind as u8, "count": count, "locked": locked,
        }),
        Body::Ruling { subject, step, day, writes } => json!({
            "subject": written_by(*subject), "step": *step as u8, "day": day,
            "writes": writes.iter().map(|w| write(w.group, w.to, &w.targets, &w.from)).collect::<Vec<_>>(),
        }),
        Body::Request { act, targets } => json!({ "act": act, "targets": applications(targets) }),
        Body::Decision { request, decided, hash, void } => json!({
            "request": written_by(Some(*request)), "decided": *decided as u8, "hash": hex(hash),
            "void": void.map(|why| why as u8),
        }),
        Body::SealingKey { .. } | Body::Reveal { .. } => sealing::body(body),
        Body::LogView(view) => looks::body(view),
        Body::Call(_) | Body::Opened(_) => clerk::spoken(body),
        Body::Compared(_) | Body::Distinct(_) => compare::body(body),
        Body::Erase { .. } | Body::EraseDone { .. } => erasing::body(body),
        Body::Unknown { body, .. } => json!({ "cbor": hex(body) }),
    }
}

/// What a reader finds in an operation: ids as [index into the dictionary, number].
pub fn reads(operation: &Operation) -> Json {
    let streams =
        if names_the_other(operation) { vec![json!([hex(&OTHER.terminal), hex(&OTHER.epoch)])] } else { Vec::new() };
    json!({
        "terminal": hex(&operation.stream.terminal), "epoch": hex(&operation.stream.epoch), "seq": operation.seq,
        "at_ms": operation.at_ms, "actor": written_by(operation.actor), "kind": operation.body.kind(),
        "command": operation.command, "streams": streams, "body": body(&operation.body),
        "approval": operation.approval.as_deref().map(hex), "payload": operation.payload.map(|hash| hex(&hash)),
        "critical": operation.critical,
    })
}

/// Whether an operation is about the other stream too.
fn names_the_other(operation: &Operation) -> bool {
    matches!(&operation.body, Body::Set { writes, .. } if writes.iter().any(|w| w.targets.iter().any(|t| t.stream() == 1)))
}
