//! Making a segment: applications go in one by one, in any order; equal values of a field are kept once.

use std::io::{self, Write};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use super::layout::{GAIJI, MAGIC, NO_TIME, Sizes, kind};
use super::recent::Recent;
use super::signature::Signature;
use super::{Facts, MOST_ROWS};
use crate::domain::application::{Content, FormHeader};
use crate::domain::fold::{self, fold, fold_into, has_gaiji};
use crate::domain::identity::ApplicationId;
use crate::domain::record::line_code;
use crate::domain::said::Said;

/// A segment is full at so many bytes of text.
const FULL: usize = 8 << 20;

/// So many groups are kept from one segment to the next.
const GROUPS: usize = 1024;

/// So many forms are remembered.
const FORMS: usize = 64;

/// After so many values a group that hardly ever repeats one stops looking for equal ones.
const TRIAL: usize = 4096;

/// A row that came in.
#[derive(Debug)]
struct Row {
    id: ApplicationId,
    facts: Facts,
    number_end: usize,
}

/// The values of one field.
#[derive(Debug)]
struct Group {
    kind: u32,
    name: String,
    text: Vec<u8>,
    /// Where each value ends, its NUL included.
    ends: Vec<u32>,
    /// (value, row), as they came.
    postings: Vec<(u32, u32)>,
    /// Values by their text; `None` where equal ones are no longer looked for.
    known: Option<HashTable<u32>>,
    /// Values by the text that they were folded of, as far as it was met lately.
    recent: Recent,
}

impl Group {
    fn new(kind: u32, name: String) -> Self {
        // A number stands once in a store, but for the few that two sources share.
        let known = (kind != kind::NUMBER).then(HashTable::new);
        let (text, ends, postings, recent) = (Vec::new(), Vec::new(), Vec::new(), Recent::default());
        Self { kind, name, text, ends, postings, known, recent }
    }

    /// Its values, in the order of their numbers.
    fn values(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.text[*start as usize..*end as usize])
    }

    /// Adds a folded value of a row. The answer is its place.
    fn add(&mut self, value: &str, row: u32, hasher: &RandomState) -> u32 {
        let new = self.ends.len() as u32;
        let (text, ends) = (&self.text, &self.ends);
        let of = |index: u32| {
            let start = if index == 0 { 0 } else { ends[index as usize - 1] as usize };
            &text[start..ends[index as usize] as usize - 1]
        };
        let index = match &mut self.known {
            None => new,
            Some(known) => {
                let hash = hasher.hash_one(value.as_bytes());
                let entry =
                    known.entry(hash, |index| of(*index) == value.as_bytes(), |index| hasher.hash_one(of(*index)));
                *entry.or_insert(new).get()
            }
        };
        if index == new {
            self.text.extend_from_slice(value.as_bytes());
            self.text.push(0);
            self.ends.push(self.text.len() as u32);
        }
        self.postings.push((index, row));
        if self.postings.len() == TRIAL && self.ends.len() > TRIAL / 10 * 9 {
            self.known = None;
        }
        index
    }

    /// Takes all values out, and keeps the room.
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.postings.clear();
        self.recent = Recent::default();
        if self.kind != kind::NUMBER {
            self.known.get_or_insert_default().clear();
        }
    }

    /// Adds a value that was met lately, as it was written: without folding it again. `false` = it wasn't.
    fn add_again(&mut self, written: &str, row: u32) -> bool {
        let index = self.known.is_some().then(|| self.recent.find(written)).flatten();
        self.postings.extend(index.map(|index| (index, row)));
        index.is_some()
    }
}

/// A segment that is being made.
#[derive(Debug)]
pub(in crate::store) struct Builder {
    rows: Vec<Row>,
    numbers: Vec<u8>,
    groups: Vec<Group>,
    /// Forms that came in, with the places of the groups of their items.
    forms: Vec<(Arc<FormHeader>, Vec<usize>)>,
    hasher: RandomState,
    folded: String,
    text: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let core = [kind::NUMBER, kind::NAME, kind::KANA, kind::REMARKS, kind::MAIL];
        Self {
            rows: Vec::new(),
            numbers: Vec::new(),
            groups: core.map(|kind| Group::new(kind, String::new())).into(),
            forms: Vec::new(),
            hasher: RandomState::default(),
            folded: String::new(),
            text: 0,
        }
    }

    /// Takes everything out, and keeps the room for the next segment: what is made a million times over needs its memory
    /// once.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.numbers.clear();
        self.groups.iter_mut().for_each(Group::clear);
        if self.groups.len() > GROUPS {
            *self = Self::new();
        }
        self.text = 0;
    }

    /// How many applications are in.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none is in.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether the next one belongs into another segment.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.rows.len() >= MOST_ROWS || self.text >= FULL
    }

    /// Adds an application; each id once, and none to a full segment.
    pub fn add(&mut self, id: ApplicationId, form: u32, content: &Content) {
        self.add_said(id, form, &content.said());
    }

    /// As [`Self::add`].
    pub fn add_said(&mut self, id: ApplicationId, form: u32, said: &Said<'_>) {
        debug_assert!(!self.is_full(), "a full segment takes no more");
        let row = self.rows.len() as u32;
        let core = [Some(said.number), said.name, said.kana, said.remarks, said.mail];
        let mut gaiji = false;
        for (group, text) in core.into_iter().enumerate() {
            gaiji |= text.is_some_and(|text| self.put(group, text, row, Rare::of(text)));
        }
        // One look at all that the values lie in is cheaper than one at each, and most rows hold nothing rare.
        let rare = said.values.within().map_or(Rare { gaiji: true, nul: true }, Rare::of);
        let form_place = self.form(said.form);
        for (item, value) in said.values.iter().enumerate() {
            let group = self.forms[form_place].1.get(item).copied();
            let (Some(value), Some(group)) = (value, group) else { continue };
            gaiji |= self.put(group, value, row, rare);
        }
        self.numbers.extend_from_slice(said.number.as_bytes());
        let facts = Facts { form, submitted: said.submitted, line: said.line, gaiji };
        self.rows.push(Row { id, facts, number_end: self.numbers.len() });
    }

    /// The place of a form, with the groups of its items.
    fn form(&mut self, form: &Arc<FormHeader>) -> usize {
        if let Some(place) = self.forms.iter().position(|(known, _)| Arc::ptr_eq(known, form)) {
            return place;
        }
        // A hostile file has any number of forms.
        if self.forms.len() >= FORMS {
            self.forms.clear();
        }
        let groups = form.items.iter().map(|name| self.item(name)).collect();
        self.forms.push((Arc::clone(form), groups));
        self.forms.len() - 1
    }

    /// The group of an item.
    fn item(&mut self, name: &str) -> usize {
        let folded = fold(name);
        let known = self.groups.iter().position(|group| group.kind == kind::ITEM && group.name == folded);
        known.unwrap_or_else(|| {
            self.groups.push(Group::new(kind::ITEM, folded));
            self.groups.len() - 1
        })
    }

    /// Adds a text of a row, which may hold something rare. The answer is whether it holds 外字.
    fn put(&mut self, group: usize, text: &str, row: u32, rare: Rare) -> bool {
        let group = &mut self.groups[group];
        if text.is_empty() || group.add_again(text, row) {
            return false;
        }
        let gaiji = rare.gaiji && has_gaiji(text);
        self.folded.clear();
        fold_into(text, &mut self.folded);
        if self.folded.is_empty() {
            return gaiji;
        }
        let before = group.text.len();
        // A NUL in a value would be a boundary: no word can be found across it, as in the scan without segments.
        if rare.nul && memchr::memchr(0, self.folded.as_bytes()).is_some() {
            for part in self.folded.split('\0').filter(|part| !part.is_empty()) {
                group.add(part, row, &self.hasher);
            }
        } else {
            let index = group.add(&self.folded, row, &self.hasher);
            if !gaiji && group.known.is_some() {
                group.recent.keep(text, index);
            }
        }
        self.text += group.text.len() - before;
        gaiji
    }

    /// The bytes of the segment.
    #[must_use]
    pub fn finish(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing into memory can't fail.
        self.write(&mut bytes).unwrap_or_default();
        bytes
    }

    /// Writes the segment.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let groups = self.groups_in_order();
        let mut by_id: Vec<u32> = (0..self.rows.len() as u32).collect();
        by_id.sort_unstable_by_key(|row| self.rows[*row as usize].id);
        let mut place = vec![0_u16; self.rows.len()];
        for (new, old) in by_id.iter().enumerate() {
            place[*old as usize] = new as u16;
        }
        let signature = Signature::of(groups.iter().flat_map(|group| group.values()));
        let sum = |count: fn(&Group) -> usize| groups.iter().map(|group| count(group)).sum::<usize>() as u32;
        let sizes = Sizes {
            fold: fold::VERSION,
            rows: self.rows.len() as u32,
            groups: groups.len() as u32,
            values: sum(|group| group.ends.len()),
            postings: sum(|group| group.postings.len()),
            numbers: self.numbers.len() as u32,
            names: sum(|group| group.name.len()),
            text: sum(|group| group.text.len()),
            blocks: signature.blocks() as u32,
        };
        let mut out = Out { to, checksum: crc32fast::Hasher::new(), part: Vec::with_capacity(2 * PART) };
        out.put(&MAGIC)?;
        out.all(sizes.numbers().iter().map(|number| number.to_le_bytes()))?;
        self.write_rows(&by_id, &mut out)?;
        write_groups(&groups, &mut out)?;
        write_postings(&groups, &place, &mut out)?;
        out.all(signature.firsts.iter().map(|first| first.to_le_bytes()))?;
        signature.each_line(|line| out.put(line))?;
        for group in &groups {
            out.put(&group.text)?;
        }
        out.close()
    }

    /// The groups as they are written: kinds ascend (core, items, mail), and items that say nothing are left out.
    fn groups_in_order(&self) -> Vec<&Group> {
        let says_something = |group: &&Group| group.kind != kind::ITEM || !group.ends.is_empty();
        let mut groups: Vec<&Group> = self.groups.iter().filter(says_something).collect();
        groups.sort_by_key(|group| group.kind);
        groups
    }

    fn number(&self, row: u32) -> &[u8] {
        let start = if row == 0 { 0 } else { self.rows[row as usize - 1].number_end };
        &self.numbers[start..self.rows[row as usize].number_end]
    }

    fn write_rows(&self, by_id: &[u32], out: &mut Out<'_, impl Write>) -> io::Result<()> {
        let rows = || by_id.iter().map(|row| &self.rows[*row as usize]);
        out.all(rows().map(|row| row.id.as_u64().to_le_bytes()))?;
        out.all(rows().map(|row| row.facts.submitted.map_or(NO_TIME, |at| at.seconds).to_le_bytes()))?;
        out.all(rows().map(|row| row.facts.submitted.map_or(0, |at| at.offset_minutes).to_le_bytes()))?;
        out.all(rows().map(|row| row.facts.form.to_le_bytes()))?;
        out.all(rows().map(|row| [row.facts.line.map_or(0, line_code) | if row.facts.gaiji { GAIJI } else { 0 }]))?;
        let mut order: Vec<u16> = (0..by_id.len()).map(|row| row as u16).collect();
        order.sort_unstable_by_key(|row| {
            let old = by_id[usize::from(*row)];
            let at = self.rows[old as usize].facts.submitted.map(|at| at.seconds);
            (std::cmp::Reverse(at), self.number(old), *row)
        });
        out.all(order.iter().map(|row| row.to_le_bytes()))?;
        let mut end = 0;
        out.all(by_id.iter().map(|row| {
            end += self.number(*row).len() as u32;
            end.to_le_bytes()
        }))?;
        for row in by_id {
            out.put(self.number(*row))?;
        }
        Ok(())
    }
}

fn write_groups(groups: &[&Group], out: &mut Out<'_, impl Write>) -> io::Result<()> {
    let (mut first, mut name_end) = (0_u32, 0_u32);
    for group in groups {
        name_end += group.name.len() as u32;
        out.all([group.kind, first, name_end].map(u32::to_le_bytes))?;
        first += group.ends.len() as u32;
    }
    for group in groups {
        out.put(group.name.as_bytes())?;
    }
    let mut start = 0_u32;
    for group in groups {
        let base = start;
        for end in &group.ends {
            out.put(&start.to_le_bytes())?;
            start = base + end;
        }
    }
    out.put(&start.to_le_bytes())
}

/// The rows of each value; `place` says where a row stands that came in at some place.
fn write_postings(groups: &[&Group], place: &[u16], out: &mut Out<'_, impl Write>) -> io::Result<()> {
    let mut first = 0_u32;
    for group in groups {
        for start in starts(group) {
            out.put(&(first + start).to_le_bytes())?;
        }
        first += group.postings.len() as u32;
    }
    out.put(&first.to_le_bytes())?;
    for group in groups {
        let mut next = starts(group);
        let mut rows = vec![0_u16; group.postings.len()];
        for (value, row) in &group.postings {
            let at = &mut next[*value as usize];
            rows[*at as usize] = place[*row as usize];
            *at += 1;
        }
        out.all(rows.iter().map(|row| row.to_le_bytes()))?;
    }
    Ok(())
}

/// Where the rows of each value of a group begin.
fn starts(group: &Group) -> Vec<u32> {
    let mut counts = vec![0_u32; group.ends.len()];
    for (value, _) in &group.postings {
        counts[*value as usize] += 1;
    }
    let mut start = 0;
    for count in &mut counts {
        start += std::mem::replace(count, start);
    }
    counts
}

/// What a text may hold.
#[derive(Debug, Clone, Copy)]
struct Rare {
    /// A byte with which a private-use character begins.
    gaiji: bool,
    /// A NUL. Nothing else folds to one.
    nul: bool,
}

impl Rare {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let gaiji = memchr::memchr3(0xEE, 0xF3, 0xF4, bytes).is_some() || memchr::memchr(0xEF, bytes).is_some();
        Self { gaiji, nul: memchr::memchr(0, bytes).is_some() }
    }
}

/// So many bytes are written at once; what is longer by itself is written as it stands.
const PART: usize = 1 << 16;

/// Where a segment is written to, with its checksum.
struct Out<'w, W: Write> {
    to: &'w mut W,
    checksum: crc32fast::Hasher,
    part: Vec<u8>,
}

impl<W: Write> Out<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() >= PART {
            self.flush()?;
            self.checksum.update(bytes);
            return self.to.write_all(bytes);
        }
        self.part.extend_from_slice(bytes);
        if self.part.len() >= PART { self.flush() } else { Ok(()) }
    }

    fn all<const N: usize>(&mut self, numbers: impl IntoIterator<Item = [u8; N]>) -> io::Result<()> {
        numbers.into_iter().try_for_each(|number| self.put(&number))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.checksum.update(&self.part);
        self.to.write_all(&self.part)?;
        self.part.clear();
        Ok(())
    }

    fn close(mut self) -> io::Result<()> {
        self.flush()?;
        self.to.write_all(&self.checksum.finalize().to_le_bytes())
    }
}
