//! 方法: by which way an applicant and the office speak with each other.

use super::query::Listed;

/// A way. The numbers are written into the operation log and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Channel {
    /// Through the e-application service.
    Online = 1,
    /// By mail.
    Mail = 2,
    /// By phone.
    Phone = 3,
    /// At the counter.
    Counter = 4,
    /// By post.
    Post = 5,
}

impl Channel {
    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::WORDS.iter().map(|(channel, _)| *channel).find(|channel| *channel as u8 == code)
    }

    /// The Japanese word; data carries it in every language.
    #[must_use]
    pub fn label(self) -> &'static str {
        Self::WORDS.iter().find(|(known, _)| *known == self).map_or("", |(_, words)| words[1])
    }
}

impl Listed for Channel {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Self::Online, &["online", "オンライン", "インターネット", "電子申請"]),
        (Self::Mail, &["mail", "メール"]),
        (Self::Phone, &["phone", "電話"]),
        (Self::Counter, &["counter", "窓口", "来庁"]),
        (Self::Post, &["post", "郵送", "郵便"]),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_and_number_means_one_way() {
        for (channel, words) in Channel::WORDS {
            assert_eq!(Channel::from_code(*channel as u8), Some(*channel));
            for word in *words {
                assert_eq!(Channel::parse(word), Some(*channel));
            }
            assert_eq!((channel.id(), channel.label()), (words[0], words[1]));
        }
        assert_eq!((Channel::from_code(0), Channel::parse("fax")), (None, None));
    }
}
