//! docs/log-format.md in bytes: the vectors of tests/vectors/log-format.json are what today's encoder writes and what the
//! decoder reads back, and a reader that isn't ours (tests/vectors/verify.py) finds the same in them and in a store.
//!
//! The bytes are part of every store's hash chain: a vector that no longer fits means that old stores can't be read.
//! `SEKISHO_WRITE_VECTORS=1` writes the file anew, for vectors that are added.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't set up has failed")]

#[path = "vectors/clerk.rs"]
mod clerk;
#[path = "vectors/compare.rs"]
mod compare;
#[path = "vectors/content.rs"]
mod content;
mod desk;
#[path = "vectors/erasing.rs"]
mod erasing;
#[path = "vectors/looks.rs"]
mod looks;
#[path = "vectors/operations.rs"]
mod operations;
#[path = "vectors/people.rs"]
mod people;
mod program;
#[path = "vectors/sealing.rs"]
mod sealing;
#[path = "vectors/second.rs"]
mod second;

use std::path::{Path, PathBuf};
use std::process::Command;

use desk::{clock, csv, file, found, row, take};
use sekisho::domain::operation::{NO_PREDECESSOR, StreamUid, check_deterministic, decode, encode, genesis, next};
use sekisho::domain::record::{Hash, commitment};
use sekisho::domain::status::{Request, Status};
use sekisho::office::{Target, clear_set_aside, redo, set_status, undo};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The store and the two streams of the vectors.
const STORE: [u8; 8] = [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7];
const OWN: StreamUid = StreamUid { terminal: [0x11; 8], epoch: [0x22; 8] };
const OTHER: StreamUid = StreamUid { terminal: [0x33; 8], epoch: [0x44; 8] };

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn uid_of(local: u32) -> StreamUid {
    [OWN, OTHER][local as usize]
}

fn local(uid: &StreamUid) -> Option<u32> {
    [OWN, OTHER].iter().position(|known| known == uid).map(|at| at as u32)
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/log-format.json")
}

fn kept() -> Value {
    serde_json::from_slice(&std::fs::read(path()).unwrap()).unwrap()
}

/// The bytes of a vector that is kept already.
fn kept_bytes(name: &str) -> Option<Vec<u8>> {
    let kept = kept();
    let known = kept["operations"].as_array()?.iter().find(|vector| vector["name"] == name)?;
    Some(unhex(&known["bytes"]))
}

/// All vectors as the program makes them now.
fn made() -> Value {
    let geneses = [(OWN, NO_PREDECESSOR), (OTHER, [0x55; 32])].map(|(stream, predecessor)| {
        json!({
            "store": hex(&STORE), "terminal": hex(&stream.terminal), "epoch": hex(&stream.epoch),
            "predecessor": hex(&predecessor), "hash": hex(&genesis(&STORE, &stream, &predecessor)),
        })
    });
    let mut head = genesis(&STORE, &OWN, &NO_PREDECESSOR);
    let chain: Vec<Value> = operations::all()
        .into_iter()
        .map(|vector| {
            // Bytes that an earlier version compressed stay as they are: they must be read for ever.
            let earlier = vector.deflated.then(|| kept_bytes(vector.name)).flatten();
            let bytes = earlier.unwrap_or_else(|| encode(&vector.operation, &uid_of));
            head = next(&head, &bytes);
            let mut made = json!({
                "name": vector.name, "bytes": hex(&bytes), "sha256": hex(&Sha256::digest(&bytes)), "hash": hex(&head),
                "reads": operations::reads(&vector.operation),
            });
            if let Some((salt, text)) = vector.payload {
                assert_eq!(vector.operation.payload, Some(commitment(&salt, text.as_bytes())));
                made["payload"] = json!({ "salt": hex(&salt), "text": text });
            }
            if vector.deflated {
                made["deflated"] = true.into();
            }
            made
        })
        .collect();
    json!({
        "about": "Test vectors of docs/log-format.md. Bytes are in hex. The people in them are made up.",
        "genesis": geneses, "operations": chain, "records": content::records(), "chunks": content::chunks(),
        "rejected": content::rejected(),
    })
}

/// JSON with a line for each vector.
fn lines(vectors: &Value) -> String {
    let parts = vectors.as_object().unwrap().iter().map(|(name, part)| match part.as_array() {
        None => format!("\"{name}\": {part}"),
        Some(items) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            format!("\"{name}\": [\n{}\n]", items.join(",\n"))
        }
    });
    format!("{{\n{}\n}}\n", parts.collect::<Vec<_>>().join(",\n"))
}

#[test]
fn the_encoder_writes_these_very_bytes() {
    let made = made();
    if std::env::var_os("SEKISHO_WRITE_VECTORS").is_some() {
        std::fs::write(path(), lines(&made)).unwrap();
    }
    let kept = kept();
    for part in ["genesis", "records", "chunks", "rejected"] {
        assert_eq!(made[part], kept[part], "{part}");
    }
    let (made, kept) = (made["operations"].as_array().unwrap(), kept["operations"].as_array().unwrap());
    assert_eq!(made.len(), kept.len());
    for (made, kept) in made.iter().zip(kept) {
        // DEFLATE can say one thing in many ways, and a later library may find a shorter one. From there on the chain
        // of the kept bytes is their own.
        if kept["deflated"] == true {
            break;
        }
        assert_eq!(made, kept);
    }
}

#[test]
fn the_decoder_reads_these_bytes_as_they_were_meant() {
    let mut head: Hash = genesis(&STORE, &OWN, &NO_PREDECESSOR);
    let kept = kept();
    let kept = kept["operations"].as_array().unwrap();
    let meant = operations::all();
    assert_eq!(kept.len(), meant.len());
    for (kept, meant) in kept.iter().zip(meant) {
        let bytes = unhex(&kept["bytes"]);
        assert_eq!(check_deterministic(&bytes), Ok(()));
        assert_eq!(decode(&bytes, &mut |uid| local(uid)), Ok(meant.operation), "{}", meant.name);
        head = next(&head, &bytes);
        assert_eq!(hex(&head), kept["hash"], "{}", meant.name);
    }
}

#[test]
fn the_document_names_the_vectors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["docs/log-format.md", "docs/log-format.ja.md"] {
        let text = std::fs::read_to_string(root.join(name)).unwrap();
        assert!(text.contains("log-format.json") && text.contains("verify.py"), "{name}");
        // The chain's first links stand in the text itself, for who reads it on paper.
        let kept = kept();
        let operations = kept["operations"].as_array().unwrap();
        for shown in [&kept["genesis"][0]["hash"], &operations[0]["bytes"], &operations[0]["hash"]] {
            assert!(text.contains(shown.as_str().unwrap()), "{name}: {shown}");
        }
    }
}

/// Runs the foreign reader: whether it was content, and what it said.
fn verify(path: &Path) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/verify.py");
    let answer = Command::new("python3").arg("-I").arg(script).arg(path).output().unwrap();
    let said = [answer.stdout, answer.stderr].concat();
    (answer.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn another_reader_finds_the_same_in_the_vectors() {
    let (good, said) = verify(&path());
    assert!(good, "{said}");
    // And it would notice: one digit of each kind of thing.
    let kept = kept();
    let places: [&[&str]; 6] = [
        &["genesis", "1", "hash"],
        &["operations", "3", "bytes"],
        &["operations", "4", "hash"],
        &["operations", "1", "payload", "salt"],
        &["records", "0", "record"],
        &["rejected", "0", "commitment"],
    ];
    for place in places {
        let mut spoilt = kept.clone();
        let pointer = format!("/{}", place.join("/"));
        let text = spoilt.pointer_mut(&pointer).unwrap();
        let digits = text.as_str().unwrap();
        let (rest, last) = digits.split_at(digits.len() - 1);
        *text = format!("{rest}{}", if last == "0" { "1" } else { "0" }).into();
        let dir = tempfile::tempdir().unwrap();
        let path = file(dir.path(), "spoilt.json", spoilt.to_string().as_bytes());
        let (good, said) = verify(&path);
        assert!(!good, "{pointer}: {said}");
    }
}

/// A store with everything that this version can write: births, a revision, set-aside rows (kept and cleared), changes,
/// undone and redone, 外字 with raw bytes.
fn a_store(dir: &Path) -> PathBuf {
    let store = dir.join("store");
    let mut desk = found(&store, clock());
    let first = [row(1, "未処理", &["a"]), row(2, "完了", &["b"]), row(3, "何か", &["c"]), row(4, "未処理", &[""])];
    let mut bytes = Vec::new();
    for (at, line) in csv(&["項目"], &first).split_inclusive("\r\n").enumerate() {
        let (text, _, _) = encoding_rs::SHIFT_JIS.encode(line);
        // A 外字 in an item of a row that is revised later, and of one that isn't: their raw bytes are kept.
        let mut text = text.into_owned();
        if at == 1 || at == 4 {
            text.splice(text.len() - 2..text.len() - 2, [0xF0, 0x40]);
        }
        bytes.extend(text);
    }
    let first = file(dir, "1.csv", &bytes);
    let second = [row(1, "完了", &["a2"]), row(2, "完了", &["b"]), row(5, "未処理", &["e"]), row(5, "未処理", &["f"])];
    let second =
        file(dir, "2.csv", csv(&["項目", "乙"], &second.map(|row| [row, vec!["z".into()]].concat())).as_bytes());
    let taken = take(&mut desk, &first, false).unwrap();
    assert_eq!((taken.counts.added, taken.counts.rejected, taken.flagged.len()), (3, 1, 2));
    let target = Target::Numbers(["000000000001", "000000000004"].map(str::to_owned).to_vec());
    set_status(&mut desk, Request::To(Status::Provisional), &target, Some("理由　メモ"), false).unwrap();
    clear_set_aside(&mut desk, None).unwrap();
    let taken = take(&mut desk, &second, false).unwrap();
    assert_eq!((taken.counts.updated, taken.counts.rejected), (2, 2));
    assert_eq!(undo(&mut desk, None).unwrap().changed, 2);
    assert_eq!(redo(&mut desk).unwrap().changed, 2);
    let one = Target::Numbers(vec!["000000000004".to_owned()]);
    set_status(&mut desk, Request::To(Status::Unprocessed), &one, None, false).unwrap();
    assert_eq!(undo(&mut desk, None).unwrap().changed, 1);
    desk.store().check(&mut |_| {}).unwrap();
    store.join("sekisho.db")
}

#[test]
fn another_reader_follows_a_store_through_its_epochs() {
    let office = program::Office::open();
    let path = |name: &str| office.folder().join(name).to_str().unwrap().to_owned();
    office.take_in(&[program::row("1", "名"), program::row("2", "名")]);
    assert_eq!(office.run(&["set-status", "仮受付", "number:1", "--json"]).code, Some(0));
    for round in 1..=2 {
        let backup = path(&format!("{round}.sekisho"));
        assert_eq!(office.run(&["backup", &backup, "--json"]).code, Some(0));
        assert_eq!(office.run(&["restore", &backup, "--json"]).code, Some(0));
        // Operations and applications of the streams before, changed from the new one; and births in it.
        assert_eq!(office.run(&["undo", "--json"]).json()["changed"], round);
        assert_eq!(office.run(&["redo", "--json"]).json()["changed"], round);
        office.take_in(&[program::row(&format!("{round}0"), "名")]);
        assert_eq!(office.run(&["set-status", "仮受付", "--all", "--json"]).code, Some(0));
    }
    let store = office.folder().join("store/sekisho.db");
    let (good, said) = verify(&store);
    assert!(good && said.contains("4 applications"), "{said}");
    let spoilt = office.folder().join("spoilt.db");
    std::fs::copy(&store, &spoilt).unwrap();
    let db = rusqlite::Connection::open(&spoilt).unwrap();
    // A stream cut off after its successor began, head and all.
    let cut = "DELETE FROM op WHERE id = (SELECT no << 32 | seq FROM stream WHERE no = 1);
        UPDATE stream SET seq = seq - 1, head = (SELECT hash FROM op WHERE id = (1 << 32 | seq - 1)) WHERE no = 1";
    db.execute_batch(cut).unwrap();
    db.close().unwrap();
    let (good, said) = verify(&spoilt);
    assert!(!good && said.contains("op 8589934593: predecessor"), "{said}");
}

#[test]
fn another_reader_follows_an_erasure() {
    let office = program::Office::open();
    let ended = |n: u32| program::row(&n.to_string(), "名").replace("未処理", "完了");
    office.take_in(&[ended(1), ended(2), ended(3)]);
    let done = |line: &[&str]| assert_eq!(office.run(&[line, &["--json"]].concat()).code, Some(0), "{line:?}");
    done(&["tag", "札", "number:1|number:2"]);
    done(&["note", "1", "本人から電話"]);
    done(&["due", "2026-11-30", "number:1"]);
    done(&["purge", "extend", "number:1|number:2", "--until", "2099-03-31", "--reason", "係争中"]);
    done(&["purge", "dispose", "number:1", "--document", "第1号", "--early", "--reason", "誤って受けた"]);
    assert_eq!(office.run(&["undo", "--json"]).json()["changed"], 1, "the one that is left");
    let store = office.folder().join("store/sekisho.db");
    let (good, said) = verify(&store);
    assert!(good && said.contains("3 contents, 2 applications"), "{said}");
    let damages = [
        ("DELETE FROM gone", "gone"),
        ("UPDATE tomb SET leaf = zeroblob(32)", "contents"),
        ("UPDATE tomb SET by_op = 1", "tomb"),
        ("DELETE FROM op_text WHERE op IN (SELECT id FROM op WHERE kind = 4)", "erased payloads"),
        ("UPDATE erasure SET done_by = 1", "erasures"),
        ("INSERT INTO tag SELECT 1, tag, op, kept FROM tag", "tags"),
    ];
    for (place, (damage, found)) in damages.into_iter().enumerate() {
        let spoilt = office.folder().join(format!("{place}.db"));
        std::fs::copy(&store, &spoilt).unwrap();
        let db = rusqlite::Connection::open(&spoilt).unwrap();
        assert!(db.execute(damage, []).unwrap() > 0, "{damage}");
        db.close().unwrap();
        let (good, said) = verify(&spoilt);
        assert!(!good && said.contains(found), "{damage}: {said}");
    }
}

#[test]
fn another_reader_verifies_a_whole_store_and_finds_damage() {
    let dir = tempfile::tempdir().unwrap();
    let store = a_store(dir.path());
    let (good, said) = verify(&store);
    assert!(good && said.contains("9 operations, 5 contents, 3 applications"), "{said}");
    let damages = [
        ("UPDATE op SET bytes = (SELECT bytes FROM op WHERE id = 4) WHERE id = 3", "op 3"),
        ("DELETE FROM op WHERE id = 5", "stream 0: a gap"),
        ("UPDATE op_text SET text = '別の理由' WHERE op = 3", "op 3: payload"),
        ("UPDATE app SET name = '別人' WHERE id = 1", "op 5: contents"),
        ("DELETE FROM raw", "contents"),
        ("UPDATE app_old SET row = (SELECT row FROM app_old WHERE id = 2) WHERE id = 1", "op 2: contents"),
        ("UPDATE rejected SET bytes = x'00'", "op 5: rejected rows"),
        ("UPDATE form SET name = '別の様式'", "form 1"),
        ("UPDATE state SET status = 8 WHERE id = 3", "state 3"),
        ("UPDATE state SET ver = ver + 1 WHERE id = 1", "state 1"),
    ];
    for (place, (damage, found)) in damages.into_iter().enumerate() {
        let spoilt = dir.path().join(format!("{place}.db"));
        std::fs::copy(&store, &spoilt).unwrap();
        let db = rusqlite::Connection::open(&spoilt).unwrap();
        assert!(db.execute(damage, []).unwrap() > 0, "{damage}");
        db.close().unwrap();
        let (good, said) = verify(&spoilt);
        assert!(!good && said.contains(found), "{damage}: {said}");
    }
}
