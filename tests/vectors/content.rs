//! Records, leaves, chunks and rows set aside.

use std::collections::BTreeMap;
use std::sync::Arc;

use sekisho::domain::application::{Content, FormHeader, Instant, Line};
use sekisho::domain::identity::ReceiptNumber;
use sekisho::domain::record::{Chunks, Hash, Salt, decode, encode, items_hash, leaf, line_code};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::hex;

fn full() -> Content {
    let form = FormHeader {
        code: "01430".into(),
        version: "1".into(),
        name: "職員採用試験".into(),
        items: ["フリガナ", "希望日", "希望日#2"].map(str::to_owned).to_vec(),
    };
    Content {
        source: "etumo".into(),
        number: ReceiptNumber::new("054936663560").unwrap(),
        form: Arc::new(form),
        submitted: Some(Instant { seconds: 1_603_931_040, offset_minutes: 540 }),
        name: Some("山形　花\u{E000}".into()),
        kana: Some("ヤマガタ　ハナコ".into()),
        mail: Some("hanako@example.jp".into()),
        user_id: Some("u0001".into()),
        line: Some(Line::Internet),
        remarks: Some(String::new()),
        values: vec![Some("ヤマガタ　ハナコ".into()), Some("2020/11/01".into()), None],
        // 外字 F040 in the name: the text alone would not tell which bytes stood there.
        raw: BTreeMap::from([(6, vec![0x8E, 0x52, 0x8C, 0x60, 0x81, 0x40, 0x89, 0xD4, 0xF0, 0x40])]),
        sealed: Vec::new(),
    }
}

fn bare() -> Content {
    let form = FormHeader { code: "9".into(), items: Vec::new(), ..FormHeader::default() };
    Content {
        source: "generic".into(),
        number: ReceiptNumber::new("7").unwrap(),
        form: Arc::new(form),
        submitted: None,
        name: None,
        kana: None,
        mail: None,
        user_id: None,
        line: None,
        remarks: None,
        values: Vec::new(),
        raw: BTreeMap::new(),
        sealed: Vec::new(),
    }
}

/// Before 1970, and west of Greenwich: negative numbers.
fn early() -> Content {
    Content { submitted: Some(Instant { seconds: -1, offset_minutes: -300 }), line: Some(Line::Staff), ..bare() }
}

/// Two items sealed in one row: in their place stands what it hashes to.
fn sealed() -> Content {
    let form = FormHeader {
        code: "01430".into(),
        version: "2".into(),
        name: "手当の認定請求".into(),
        items: ["個人番号", "備考欄", "配偶者の個人番号"].map(str::to_owned).to_vec(),
    };
    Content {
        form: Arc::new(form),
        values: vec![None, Some("x".into()), None],
        sealed: vec![(0, [0xD1; 32]), (2, [0xD1; 32])],
        ..bare()
    }
}

fn named() -> [(&'static str, Content, Salt); 4] {
    [
        ("everything filled", full(), [0x61; 16]),
        ("nothing but a number", bare(), [0x62; 16]),
        ("negative time", early(), [0x63; 16]),
        ("sealed values, record format 2", sealed(), [0x64; 16]),
    ]
}

/// Records with their leaves.
pub fn records() -> Vec<Json> {
    named()
        .into_iter()
        .map(|(name, content, salt)| {
            let hash = items_hash(&content.form);
            let record = encode(&content, &hash);
            let form = content.form.clone();
            assert_eq!(decode(&record, &mut |_, _, found| (*found == hash).then(|| form.clone())).as_ref(), Ok(&content));
            let mut told = json!({
                "name": name,
                "content": {
                    "source": content.source, "number": content.number.as_str(),
                    "form": {
                        "code": content.form.code, "version": content.form.version, "name": content.form.name,
                        "items": content.form.items,
                    },
                    "submitted": content.submitted.map(|at| at.seconds),
                    "tz": content.submitted.map(|at| at.offset_minutes),
                    "name": content.name, "kana": content.kana, "mail": content.mail, "user_id": content.user_id,
                    "line": content.line.map(line_code), "remarks": content.remarks, "values": content.values,
                    "raw": content.raw.iter().map(|(field, raw)| (field.to_string(), Json::from(hex(raw)))).collect::<serde_json::Map<_, _>>(),
                },
                "items_hash": hex(&hash), "salt": hex(&salt), "record": hex(&record), "leaf": hex(&leaf(&salt, &record)),
            });
            if !content.sealed.is_empty() {
                let hashes = content.sealed.iter().map(|(item, hash)| (item.to_string(), Json::from(hex(hash))));
                told["content"]["sealed"] = hashes.collect::<serde_json::Map<_, _>>().into();
            }
            told
        })
        .collect()
}

fn leaves() -> Vec<Hash> {
    named().iter().map(|(_, content, salt)| leaf(salt, &encode(content, &items_hash(&content.form)))).collect()
}

fn hashed(places: &[usize]) -> (Vec<Json>, Vec<Hash>) {
    let mut chunks = Chunks::default();
    let mut shown = Vec::new();
    for (place, leaf) in places.iter().zip(leaves()) {
        chunks.add(*place, &leaf);
        shown.push(json!([place, hex(&leaf)]));
    }
    (shown, chunks.finish())
}

/// The chunk of the first import of the chain: three births, one place between them unused.
pub fn chunk_of_births() -> Vec<Hash> {
    hashed(&[0, 1, 3]).1
}

/// Places with holes, and chunks that hold nothing.
pub fn chunks() -> Vec<Json> {
    let cases: [(&str, &[usize]); 4] = [
        ("a place unused", &[0, 1, 3]),
        ("the last place of a chunk and the first of the next", &[4095, 4096]),
        ("two chunks between that hold nothing", &[0, 3 * 4096]),
        ("nothing at all", &[]),
    ];
    cases
        .into_iter()
        .map(|(name, places)| {
            let (shown, hashes) = hashed(places);
            json!({ "name": name, "leaves": shown, "hashes": hashes.iter().map(|hash| hex(hash)).collect::<Vec<_>>() })
        })
        .collect()
}

/// Rows as they stood in their file.
pub const ROWS_SET_ASIDE: [(Salt, &[u8]); 2] = [([0x81; 16], b"u1,7,\"x"), ([0x82; 16], &[0x31, 0x2C, 0x81])];

/// The commitment to rows set aside: SHA-256 over their leaves.
pub fn rejected_commitment(rows: &[(Salt, &[u8])]) -> Hash {
    rows.iter().fold(Sha256::new(), |hasher, (salt, bytes)| hasher.chain_update(leaf(salt, bytes))).finalize().into()
}

/// Rows set aside, and none.
pub fn rejected() -> Vec<Json> {
    [("two rows", ROWS_SET_ASIDE.as_slice()), ("none", &[])]
        .into_iter()
        .map(|(name, rows)| {
            let shown: Vec<Json> =
                rows.iter().map(|(salt, bytes)| json!({ "salt": hex(salt), "bytes": hex(bytes) })).collect();
            json!({ "name": name, "rows": shown, "commitment": hex(&rejected_commitment(rows)) })
        })
        .collect()
}
