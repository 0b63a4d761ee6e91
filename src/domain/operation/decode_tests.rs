//! What is written comes back, and damaged bytes are refused.

use super::*;
use crate::domain::operation::{GrantRow, Grantee, LogSide, LogView, Moved, Narrowing, OperatorRow, encode};
use crate::domain::release::{Decided, WhyVoid};
use crate::domain::ruling::RulingStep;
use proptest::prelude::*;

const OWN: StreamUid = StreamUid { terminal: [1; 8], epoch: [2; 8] };
const OTHER: StreamUid = StreamUid { terminal: [1; 8], epoch: [3; 8] };

fn uid_of(local: u32) -> StreamUid {
    if local == 0 { OWN } else { OTHER }
}

fn local(uid: &StreamUid) -> Option<u32> {
    [OWN, OTHER].iter().position(|known| known == uid).map(|at| at as u32)
}

fn ids() -> impl Strategy<Value = Vec<ApplicationId>> {
    proptest::collection::btree_set((0u32..2, 1u32..400), 0..80)
        .prop_map(|set| set.into_iter().map(|(s, n)| ApplicationId::new(s, n)).collect())
}

fn operation_id() -> impl Strategy<Value = OperationId> {
    (0u32..2, 1u32..50).prop_map(|(s, n)| OperationId::new(s, n))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::None), (1u64..11).prop_map(Value::Number), operation_id().prop_map(Value::Reference)]
}

fn write() -> impl Strategy<Value = Write> {
    (ids(), value(), 0usize..5).prop_flat_map(|(targets, to, group)| {
        proptest::collection::vec((value(), proptest::option::of(operation_id())), targets.len()).prop_map(
            move |pairs| Write {
                group: Group::ALL[group],
                to,
                targets: targets.clone(),
                from: FromBase::collect(pairs.into_iter()),
            },
        )
    })
}

fn operator_row() -> impl Strategy<Value = OperatorRow> {
    let text = || proptest::option::of("[a-z0-9]{0,8}");
    let stands_for = proptest::option::of((operation_id(), any::<u32>()));
    let until = proptest::option::of(any::<u32>());
    let groups = proptest::collection::vec(operation_id(), 0..3);
    ("[a-z0-9]{1,8}", any::<bool>(), text(), text(), until, groups, stands_for).prop_map(
        |(code, enabled, department, account, until, groups, stands_for)| OperatorRow {
            code,
            enabled,
            department,
            account,
            until,
            groups,
            stands_for,
        },
    )
}

fn grant_row() -> impl Strategy<Value = GrantRow> {
    let to = prop_oneof![
        operation_id().prop_map(Grantee::Operator),
        operation_id().prop_map(Grantee::Group),
        Just(Grantee::Everybody)
    ];
    let day = || proptest::option::of(any::<u32>());
    let form = proptest::option::of(("[a-z]{1,4}", "[0-9]{1,4}"));
    (to, "[a-z.]{1,9}", form, proptest::option::of(0u8..2), day(), day())
        .prop_map(|(to, right, form, segment, from, until)| GrantRow { to, right, form, segment, from, until })
}

fn import() -> impl Strategy<Value = Body> {
    (ids(), ids(), any::<[u8; 32]>(), any::<u32>()).prop_map(|(births, revised, file, first)| {
        Body::Import(Box::new(ImportBody {
            file,
            profile: "etumo-list".into(),
            profile_hash: file,
            encoding: "cp932".into(),
            counts: ImportCounts { read: 9, added: 4, updated: 3, unchanged: 1, rejected: 1 },
            record_format: 1,
            first,
            span: 7,
            statuses: vec![StatusPair { ours: 1, source: None }, StatusPair { ours: 8, source: Some(8) }],
            status_of: births.iter().map(|id| id.n() % 2).collect(),
            births: births.clone(),
            chunks: vec![file, [7; 32]],
            revised_base: revised.iter().map(|id| OperationId::new(0, id.n() % 3 + 1)).collect(),
            source: vec![SourceWrite {
                to: 10,
                from: FromBase::collect(
                    revised.iter().map(|id| (Value::Number(1), Some(OperationId::new(0, id.n() % 2 + 1)))),
                ),
                targets: revised.clone(),
            }],
            revised,
            rejected: (1, [9; 32]),
        }))
    })
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        any::<[u8; 32]>().prop_map(|predecessor| Body::Epoch { predecessor, cause: EpochCause::Cloned }),
        (proptest::option::of(operation_id()), operator_row(), proptest::option::of(any::<u32>()))
            .prop_map(|(subject, row, from)| Body::Operator { subject, row, base: subject, from }),
        (any::<u32>(), proptest::collection::vec((operation_id(), operation_id(), operator_row()), 0..4)).prop_map(
            |(day, moved)| Body::Transfer {
                day,
                moved: moved.into_iter().map(|(subject, base, row)| Moved { subject, base, row }).collect(),
            }
        ),
        (proptest::option::of(operation_id()), "[a-z]{0,9}", any::<bool>())
            .prop_map(|(subject, name, kept)| Body::Group { subject, name, kept, base: subject }),
        (proptest::option::of(operation_id()), grant_row(), any::<bool>())
            .prop_map(|(subject, row, kept)| Body::Grant { subject, row, kept, base: subject }),
        import(),
        (proptest::collection::vec(write(), 0..4), proptest::collection::vec(any::<u32>(), 0..3))
            .prop_map(|(writes, blocks)| Body::Set { writes, declared: None, blocks }),
        (operation_id(), ids()).prop_map(|(undoes, refused)| Body::Undo { undoes, refused }),
        any::<(u64, [u8; 32])>().prop_map(|(count, file)| Body::Export(ExportBody {
            count,
            format: "csv".into(),
            columns: vec!["整理番号".into()],
            file
        })),
        proptest::collection::vec(operation_id(), 0..4).prop_map(|imports| Body::RejectedClear { imports }),
        (proptest::option::of(operation_id()), any::<bool>()).prop_map(|(subject, kept)| Body::View { subject, kept }),
        (any::<[u8; 32]>(), proptest::option::of(operation_id()))
            .prop_map(|(file, import)| Body::Discard { file, import }),
        ("[a-z.]{1,9}", ids()).prop_map(|(act, targets)| Body::Request { act, targets }),
        (operation_id(), any::<[u8; 32]>(), 0usize..4, 0usize..4).prop_map(|(request, hash, decided, why)| {
            let decided = Decided::ALL[decided];
            let void = (decided == Decided::Void).then_some(WhyVoid::ALL[why]);
            Body::Decision { request, decided, hash, void }
        }),
        (operation_id(), 0usize..3, proptest::option::of(any::<u32>()), proptest::collection::vec(write(), 0..3))
            .prop_map(|(subject, step, day, writes)| {
                let step = RulingStep::ALL[step];
                Body::Ruling { subject: (step != RulingStep::Submitted).then_some(subject), step, day, writes }
            }),
        (any::<[u8; 32]>(), ids()).prop_map(|(file, targets)| Body::ReflectList { file, targets }),
        (proptest::option::of(operation_id()), any::<bool>(), ids(), proptest::option::of(operation_id()))
            .prop_map(|(subject, kept, targets, undoes)| Body::Tag { subject, kept, targets, undoes }),
        (0u32..2, 1u32..400, any::<bool>(), proptest::option::of(operation_id())).prop_map(
            |(stream, n, applicant, strikes)| Body::Note {
                target: ApplicationId::new(stream, n),
                reader: NoteReader::ALL[usize::from(applicant)],
                strikes,
            }
        ),
        proptest::collection::vec((operation_id(), any::<[u8; 32]>()), 0..3).prop_map(|heads| Body::Anchor { heads }),
        (any::<bool>(), any::<bool>(), proptest::collection::btree_set(any::<u32>(), 0..5)).prop_map(
            |(whole, at_year_end, days)| Body::Calendar { whole, at_year_end, days: days.into_iter().collect() }
        ),
        (any::<bool>(), proptest::option::of(any::<u64>()), any::<[bool; 8]>(), any::<bool>()).prop_map(
            |(looks, count, chosen, texts)| Body::LogView(LogView {
                side: LogSide::ALL[usize::from(looks)],
                narrowed: Narrowing::ALL.into_iter().zip(chosen).filter(|(_, is)| *is).map(|(one, _)| one).collect(),
                count,
                texts,
            })
        ),
        (100u64..200).prop_map(|kind| Body::Unknown { kind, body: vec![0xa1, 0x00, 0x81, 0x01] }),
    ]
}

proptest! {
    #[test]
    fn an_operation_comes_back(
        body in body(), seq in 1u32.., at_ms in 0i64..1 << 50, actor in proptest::option::of(operation_id()),
        payload: Option<[u8; 32]>, critical: bool,
    ) {
        let operation = Operation {
            stream: OWN, seq, at_ms, actor, command: "application.set_status".into(), body,
            approval: None, payload, critical,
        };
        let bytes = encode(&operation, &uid_of);
        prop_assert_eq!(check_deterministic(&bytes), Ok(()));
        prop_assert_eq!(decode(&bytes, &mut local), Ok(operation));
    }

    #[test]
    fn a_damaged_operation_is_refused_or_reads_as_something_else(
        body in body(), at: prop::sample::Index, flip in 1u8..,
    ) {
        let operation = Operation {
            stream: OWN, seq: 1, at_ms: 0, actor: None, command: "c".into(), body,
            approval: None, payload: None, critical: false,
        };
        let mut bytes = encode(&operation, &uid_of);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        // Neither a panic nor a huge allocation; equality would mean that a byte carries no meaning.
        if let Ok(read) = decode(&bytes, &mut local) {
            prop_assert!(read != operation || encode(&read, &uid_of) != bytes);
        }
    }
}
