//! Rows made ready for the store by whoever reads the file, on a thread of its own: all that needs no database.

use std::sync::Arc;

use super::{Entropy, text};
use crate::domain::application::{Content, FormHeader};
use crate::domain::record::{Hash, Salt, encode_into, items_hash, leaf};
use crate::domain::status::Status;

/// A row that can be taken in, as it was read.
#[derive(Debug)]
pub struct Given {
    /// What it says.
    pub content: Content,
    /// The status that the file shows.
    pub status: Option<Status>,
    /// The line where it starts, from 1.
    pub line: u64,
    /// Offset and length of its bytes in the file.
    pub bytes: (u64, u64),
}

/// A row that can be taken in, with everything that its content alone decides.
#[derive(Debug)]
pub struct Prepared {
    /// What it says.
    pub content: Content,
    /// The status that the file shows.
    pub status: Option<Status>,
    /// The line where it starts, from 1.
    pub line: u64,
    /// Offset and length of its bytes in the file.
    pub bytes: (u64, u64),
    /// Its item values as `app.items` keeps them.
    pub(super) items: String,
    /// What blinds its leaf.
    pub(super) salt: Salt,
    /// Its leaf.
    pub(super) leaf: Hash,
}

/// Salts that are fetched at once: asking the system for each row would be felt.
const SALTS: usize = 256;

/// Makes rows ready.
pub struct Preparer {
    entropy: Entropy,
    salts: Vec<Salt>,
    /// The form of the row before, with its hash; neighbouring rows usually share it.
    form: Option<(Arc<FormHeader>, Hash)>,
    /// The record of the row that is being made ready.
    record: Vec<u8>,
}

impl Preparer {
    /// One whose salts come from `entropy`.
    #[must_use]
    pub const fn new(entropy: Entropy) -> Self {
        Self { entropy, salts: Vec::new(), form: None, record: Vec::new() }
    }

    /// Makes rows ready, in their order.
    pub fn prepare(&mut self, rows: Vec<Given>) -> Vec<Prepared> {
        let ready = rows.into_iter().map(|Given { content, status, line, bytes }| {
            let hash = self.items_hash(&content.form);
            self.record.clear();
            encode_into(&content, &hash, &mut self.record);
            let (items, salt) = (text::encode(&content.values), self.salt());
            let leaf = leaf(&salt, &self.record);
            Prepared { content, status, line, bytes, items, salt, leaf }
        });
        ready.collect()
    }

    fn items_hash(&mut self, form: &Arc<FormHeader>) -> Hash {
        match &self.form {
            Some((known, hash)) if Arc::ptr_eq(known, form) => *hash,
            _ => {
                let hash = items_hash(form);
                self.form = Some((Arc::clone(form), hash));
                hash
            }
        }
    }

    fn salt(&mut self) -> Salt {
        if self.salts.is_empty() {
            self.salts.resize(SALTS, Salt::default());
            (self.entropy)(self.salts.as_flattened_mut());
        }
        self.salts.pop().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{encode, leaf};
    use crate::store::tests::{content, counting_entropy, form};

    #[test]
    fn every_row_has_a_salt_of_its_own_and_the_leaf_that_the_log_commits_to() {
        let mut preparer = Preparer::new(counting_entropy());
        let (mut salts, mut rows) = (std::collections::HashSet::new(), Vec::new());
        for number in 0..3 * SALTS as u32 {
            // Forms alternate: none may be given another one's hash.
            let form =
                if number % 2 == 0 { form() } else { Arc::new(FormHeader { name: "別".into(), ..(*form()).clone() }) };
            rows.push(Given { content: content(&form, number, "x"), status: None, line: 2, bytes: (0, 1) });
        }
        let said: Vec<Content> = rows.iter().map(|row| row.content.clone()).collect();
        let prepared = preparer.prepare(rows);
        assert_eq!(prepared.len(), said.len());
        for (row, content) in prepared.iter().zip(said) {
            assert_eq!(row.leaf, leaf(&row.salt, &encode(&content, &items_hash(&content.form))));
            assert_eq!(text::decode(&row.items), Some(content.values));
            assert!(salts.insert(row.salt));
        }
    }
}
