//! 照合: what one application says, field by field, beside something else (an earlier application, a row of a list), how
//! alike the two are, and what a person found. What was found is kept by codes: no text goes with it.

use super::application::{Content, Field};
use super::calendar::parse_day;
use super::fold::{self, Tier, fold};

/// How alike the two sides of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Likeness {
    /// The same code points.
    Identical = 1,
    /// Only width, spaces or variation selectors differ.
    Width = 2,
    /// The same kanji in another glyph.
    Glyph = 3,
    /// Kanji of one family that names mix.
    Similar = 4,
    /// Only kana kind, long marks or case differ.
    Reading = 5,
    /// It says something else.
    Other = 6,
    /// Only the application says anything.
    OnlyHere = 7,
    /// Only the other side says anything.
    OnlyThere = 8,
    /// One side is sealed: nothing is compared.
    Sealed = 9,
}

impl Likeness {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Identical,
        Self::Width,
        Self::Glyph,
        Self::Similar,
        Self::Reading,
        Self::Other,
        Self::OnlyHere,
        Self::OnlyThere,
        Self::Sealed,
    ];

    /// The word of scripts and of message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Width => "width",
            Self::Glyph => "glyph",
            Self::Similar => "similar",
            Self::Reading => "reading",
            Self::Other => "other",
            Self::OnlyHere => "only_here",
            Self::OnlyThere => "only_there",
            Self::Sealed => "sealed",
        }
    }

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| *one as u8 == code)
    }

    /// Whether nothing differs but width and spaces: what "only changes" passes over.
    #[must_use]
    pub const fn is_unchanged(self) -> bool {
        matches!(self, Self::Identical | Self::Width)
    }

    /// Of two texts; an empty one says nothing. Two dates that mean the same day are told apart by width alone.
    #[must_use]
    pub fn between(here: Option<&str>, there: Option<&str>) -> Option<Self> {
        let said = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
        Some(match (here, there) {
            _ if !said(here) && !said(there) => return None,
            (Some(here), Some(there)) if said(Some(here)) && said(Some(there)) => match fold::tier(here, there) {
                Some(tier) => tier.into(),
                None if same_day(here, there) => Self::Width,
                None => Self::Other,
            },
            _ if said(here) => Self::OnlyHere,
            _ => Self::OnlyThere,
        })
    }
}

impl From<Tier> for Likeness {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Identical => Self::Identical,
            Tier::Width => Self::Width,
            Tier::Glyph => Self::Glyph,
            Tier::Similar => Self::Similar,
            Tier::Reading => Self::Reading,
        }
    }
}

fn same_day(here: &str, there: &str) -> bool {
    matches!((parse_day(here), parse_day(there)), (Ok(here), Ok(there)) if here.value == there.value)
}

/// What a person found about a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Judgment {
    /// Not looked at yet.
    #[default]
    Open = 0,
    /// Looked at, and good.
    Agrees = 1,
    /// A difference that matters.
    Differs = 2,
}

impl Judgment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Agrees, Self::Differs];

    /// The word of scripts and of message keys.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Agrees => "agrees",
            Self::Differs => "differs",
        }
    }

    /// From the number in the log.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| *one as u8 == code)
    }
}

/// A field with its two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPair {
    /// Its number, as in the record format: [`Field`], or [`Field::ITEMS`] + the item's place.
    pub field: u32,
    /// The name of an item; `None` of a fixed field.
    pub item: Option<String>,
    /// What the applicant sent.
    pub here: Option<String>,
    /// What stands on the other side.
    pub there: Option<String>,
    /// How alike they are.
    pub likeness: Likeness,
}

/// The fixed fields that are compared, in the order in which they are read.
pub const FIXED: [Field; 4] = [Field::Name, Field::Kana, Field::Mail, Field::Remarks];

/// What a content says in a fixed field that is compared.
#[must_use]
pub fn fixed(content: &Content, field: Field) -> Option<&str> {
    match field {
        Field::Name => content.name.as_deref(),
        Field::Kana => content.kana.as_deref(),
        Field::Mail => content.mail.as_deref(),
        Field::Remarks => content.remarks.as_deref(),
        _ => None,
    }
}

/// Where one finds what is compared with a field: the text (`None` = nothing there), or that it is sealed.
pub trait OtherSide {
    /// Of a fixed field.
    fn fixed(&self, field: Field) -> Option<&str>;
    /// Of an item, by its name.
    fn item(&self, name: &str) -> Option<&str>;
    /// Whether an item is sealed there.
    fn is_sealed(&self, name: &str) -> bool;
    /// Whether it has such a field at all: what a list doesn't name isn't compared.
    fn has(&self, field: Field, item: Option<&str>) -> bool;
}

impl OtherSide for Content {
    fn fixed(&self, field: Field) -> Option<&str> {
        fixed(self, field)
    }
    fn item(&self, name: &str) -> Option<&str> {
        let place = self.form.items.iter().position(|item| item == name)?;
        self.values.get(place)?.as_deref()
    }
    fn is_sealed(&self, name: &str) -> bool {
        self.sealed_items().any(|item| item == name)
    }
    fn has(&self, _: Field, _: Option<&str>) -> bool {
        true
    }
}

/// A row of a list, by the names of its columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListRow {
    /// Names and cells.
    pub cells: Vec<(String, String)>,
}

impl ListRow {
    fn cell(&self, name: &str) -> Option<&str> {
        let wanted = fold(name);
        let found = self.cells.iter().find(|(column, _)| fold(column) == wanted);
        found.map(|(_, cell)| cell.as_str())
    }

    /// The words by which lists name a fixed field.
    #[must_use]
    pub const fn words(field: Field) -> &'static [&'static str] {
        match field {
            Field::Name => &["氏名/法人名", "氏名", "法人名", "名前", "name"],
            Field::Kana => &["フリガナ", "氏名カナ", "カナ氏名", "カナ", "kana"],
            Field::Mail => &["連絡先メールアドレス", "メールアドレス", "メール", "mail", "email"],
            Field::Remarks => &["備考", "remarks"],
            _ => &[],
        }
    }
}

impl OtherSide for ListRow {
    fn fixed(&self, field: Field) -> Option<&str> {
        Self::words(field).iter().find_map(|word| self.cell(word))
    }
    fn item(&self, name: &str) -> Option<&str> {
        self.cell(name)
    }
    fn is_sealed(&self, _: &str) -> bool {
        false
    }
    fn has(&self, field: Field, item: Option<&str>) -> bool {
        item.map_or_else(|| self.fixed(field).is_some(), |name| self.cell(name).is_some())
    }
}

/// What the items have in their names that フリガナ may be filled from.
const KANA_ITEMS: [&str; 2] = ["フリガナ", "かな"];

/// Sets an application beside something else: fixed fields first, then the items in the order of its form. A field in
/// which neither side says anything is left out, and so is one that the other side doesn't have.
#[must_use]
pub fn pairs(here: &Content, there: &dyn OtherSide) -> Vec<FieldPair> {
    let mut pairs = Vec::new();
    let text = |side: Option<&str>| side.filter(|text| !text.is_empty()).map(str::to_owned);
    for field in FIXED.into_iter().filter(|field| there.has(*field, None)) {
        let (left, right) = (fixed(here, field), there.fixed(field));
        if let Some(likeness) = Likeness::between(left, right) {
            let field = field as u32;
            pairs.push(FieldPair { field, item: None, here: text(left), there: text(right), likeness });
        }
    }
    for ((place, name), value) in (0..).zip(&here.form.items).zip(&here.values) {
        if !there.has(Field::Number, Some(name)) {
            continue;
        }
        let (sealed_here, sealed_there) = (here.is_sealed(place), there.is_sealed(name));
        let (left, right) = (value.as_deref(), there.item(name));
        let likeness = match Likeness::between(left, right) {
            _ if sealed_here || sealed_there => Some(Likeness::Sealed),
            likeness => likeness,
        };
        let Some(likeness) = likeness else { continue };
        // フリガナ is filled from an item where the source has no field for it: it is read once.
        let is_kana = |name: &str| KANA_ITEMS.iter().any(|word| fold(name).contains(&fold(word)));
        if is_kana(name) && left.is_some() && (left, right) == (fixed(here, Field::Kana), there.fixed(Field::Kana)) {
            continue;
        }
        // What a list says beside a sealed value would lie open: it is hidden with it.
        let (left, right) = if likeness == Likeness::Sealed { (None, None) } else { (text(left), text(right)) };
        let (field, item) = (Field::ITEMS + place, Some(name.clone()));
        pairs.push(FieldPair { field, item, here: left, there: right, likeness });
    }
    pairs
}

/// Digits in groups as they are read aloud, so that no two sound alike: ハチ・ロク・ゴ, a longer pause after each four.
/// `None` where the text is no number (digits with hyphens, spaces or dots).
#[must_use]
pub fn spoken(text: &str) -> Option<String> {
    const WORDS: [&str; 10] = ["ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"];
    let digit = |c: char| match c {
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => c.to_digit(10),
    };
    let between = |c: char| matches!(c, '-' | '－' | '−' | '‐' | 'ー' | ' ' | '　' | '.' | '/' | '(' | ')');
    if !text.chars().any(|c| digit(c).is_some()) || !text.chars().all(|c| digit(c).is_some() || between(c)) {
        return None;
    }
    let mut groups: Vec<Vec<&str>> = vec![Vec::new()];
    for c in text.chars() {
        let full = groups.last().is_some_and(|group| group.len() == 4);
        match digit(c).and_then(|digit| WORDS.get(digit as usize)) {
            Some(word) => {
                if full {
                    groups.push(Vec::new());
                }
                groups.last_mut().into_iter().for_each(|group| group.push(word));
            }
            None => groups.push(Vec::new()),
        }
    }
    groups.retain(|group| !group.is_empty());
    Some(groups.iter().map(|group| group.join("・")).collect::<Vec<_>>().join("　"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sides_are_as_alike_as_their_tier() {
        for (here, there, expected) in [
            (Some("山形 花子"), Some("山形　花子"), Some(Likeness::Width)),
            (Some("髙橋"), Some("高橋"), Some(Likeness::Glyph)),
            (Some("斉藤"), Some("斎藤"), Some(Likeness::Similar)),
            (Some("やまがた"), Some("ヤマガタ"), Some(Likeness::Reading)),
            (Some("山形"), Some("山県"), Some(Likeness::Other)),
            (Some("昭和60年4月1日"), Some("1985-04-01"), Some(Likeness::Width)),
            (Some("昭和60年4月1日"), Some("1985-04-02"), Some(Likeness::Other)),
            (Some("a"), None, Some(Likeness::OnlyHere)),
            (Some(""), Some("a"), Some(Likeness::OnlyThere)),
            (Some(""), None, None),
        ] {
            assert_eq!(Likeness::between(here, there), expected, "{here:?} {there:?}");
        }
    }

    #[test]
    fn every_code_is_read_back() {
        assert!(Likeness::ALL.into_iter().all(|one| Likeness::from_code(one as u8) == Some(one)));
        assert!(Judgment::ALL.into_iter().all(|one| Judgment::from_code(one as u8) == Some(one)));
        assert_eq!((Likeness::from_code(0), Judgment::from_code(3)), (None, None));
    }

    #[test]
    fn numbers_are_read_in_groups() {
        assert_eq!(spoken("865").as_deref(), Some("ハチ・ロク・ゴ"));
        assert_eq!(
            spoken("８６５３92469276").as_deref(),
            Some("ハチ・ロク・ゴ・サン　キュウ・ニ・ヨン・ロク　キュウ・ニ・ナナ・ロク")
        );
        assert_eq!(spoken("03-1234").as_deref(), Some("ゼロ・サン　イチ・ニ・サン・ヨン"));
        assert_eq!((spoken("3丁目"), spoken(""), spoken("-")), (None, None, None));
    }
}
