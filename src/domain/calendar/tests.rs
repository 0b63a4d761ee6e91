//! Dates from the outside: every form and every edge of the eras.

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Result<Dated<Day>, DateError> {
    parse_day(text)
}

fn read(text: &str) -> String {
    day(text).map_or_else(|error| format!("{:?}@{}", error.problem, error.column), |dated| dated.value.to_string())
}

#[test]
fn the_forms_of_the_field() {
    for text in [
        "2020-10-29",
        "2020/10/29",
        "2020.10.29",
        "2020年10月29日",
        "２０２０年１０月２９日",
        "2020年 10月 29日",
        "20201029",
        "R2.10.29",
        "r2/10/29",
        "Ｒ２－１０－２９",
        "令和2年10月29日",
        "令和二年十月二十九日",
        "㋿2年10月29日",
        "二〇二〇年一〇月二九日",
        "5021029",
        "2020-10-29T09:24:00+09:00",
        "2020-10-28T16:00:00Z",
        " 2020-10-29 ",
    ] {
        assert_eq!(read(text), "2020-10-29", "{text}");
    }
    assert_eq!(read("4050101"), "1993-01-01");
    assert_eq!(read("H29.4.1"), "2017-04-01");
    assert_eq!(read("㍻29.4.1"), "2017-04-01");
}

#[test]
fn era_bounds_are_exact() {
    for (text, expected) in [
        ("令和元年5月1日", "2019-05-01"),
        ("R1.5.1", "2019-05-01"),
        ("令和元年4月30日", "BeforeEra(Reiwa)@1"),
        ("平成31年4月30日", "2019-04-30"),
        ("平成元年1月8日", "1989-01-08"),
        ("平成元年1月7日", "BeforeEra(Heisei)@1"),
        ("昭和64年1月7日", "1989-01-07"),
        ("昭和64年1月8日", "AfterEra(Showa)@1"),
        ("昭和元年12月25日", "1926-12-25"),
        ("昭和元年12月24日", "BeforeEra(Showa)@1"),
        ("大正15年12月24日", "1926-12-24"),
        ("大正15年12月25日", "AfterEra(Taisho)@1"),
        ("大正元年7月30日", "1912-07-30"),
        ("大正元年7月29日", "BeforeEra(Taisho)@1"),
        ("明治45年7月29日", "1912-07-29"),
        ("明治45年7月30日", "AfterEra(Meiji)@1"),
        ("明治6年1月1日", "1873-01-01"),
        ("明治5年12月2日", "Lunar@1"),
        ("明治元年9月8日", "Lunar@1"),
        ("令和0年5月1日", "BadYear@3"),
        ("令和2年2月30日", "NoSuchDay@7"),
        ("2021-02-29", "NoSuchDay@9"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn heisei_after_its_end_is_read_with_a_notice() {
    let dated = day("平成31年5月1日").unwrap();
    assert_eq!(dated.value.to_string(), "2019-05-01");
    assert_eq!(dated.notice, Some(Notice::EraHadEnded(Era::Heisei)));
    assert_eq!(wareki_day(dated.value), "令和元年5月1日");
    assert_eq!(read("平成32年4月1日"), "2020-04-01");
    assert_eq!(day("平成31年4月30日").unwrap().notice, None);
}

#[test]
fn times_are_japans_unless_said() {
    let at = |text: &str| parse_instant(text).map(|dated| iso(&dated.value));
    for (text, expected) in [
        ("2020年10月29日 09時24分", "2020-10-29T09:24:00+09:00"),
        ("2020年10月29日　０９時２４分０５秒", "2020-10-29T09:24:05+09:00"),
        ("2020/10/29 9:24", "2020-10-29T09:24:00+09:00"),
        ("2020-10-29 09:24:05", "2020-10-29T09:24:05+09:00"),
        ("2020-10-29T09:24:05.123+00:00", "2020-10-29T09:24:05+00:00"),
        ("2020-10-29T09:24:00-0330", "2020-10-29T09:24:00-03:30"),
        ("2020-10-29T09:24Z", "2020-10-29T09:24:00+00:00"),
        ("令和2年10月29日 午後3時", "2020-10-29T15:00:00+09:00"),
        ("20201029", "2020-10-29T00:00:00+09:00"),
    ] {
        assert_eq!(at(text).as_deref(), Ok(expected), "{text}");
    }
    for (text, problem, column) in [
        ("2020年10月29日 25時00分", Problem::BadTime, 13),
        ("2020-10-29 9:60", Problem::BadTime, 14),
        ("2020-10-29 9", Problem::BadTime, 13),
        ("2020-10-29T09:24+25:00", Problem::BadOffset, 17),
        ("2020-10-29 山", Problem::Trailing, 12),
        ("2020年10月", Problem::NotADay, 1),
        ("", Problem::Empty, 1),
        ("きょう", Problem::BadYear, 1),
        ("20-10-29", Problem::BadYear, 1),
        ("2020-13-29", Problem::BadMonth, 6),
    ] {
        assert_eq!(at(text), Err(DateError { problem, column }), "{text}");
    }
}

#[test]
fn spans() {
    let today = jiff::civil::date(2026, 11, 20);
    let span = |text: &str| parse_span(text, today).map(|dated| dated.value.to_string());
    for (text, expected) in [
        ("2020-10-29", "2020-10-29"),
        ("R2.10.1..R2.10.31", "2020-10-01..2020-10-31"),
        ("令和2年10月1日..令和2年10月31日", "2020-10-01..2020-10-31"),
        ("令和2年10月1日～令和2年10月31日", "2020-10-01..2020-10-31"),
        ("R2.10.1..", "2020-10-01.."),
        ("..2020-10-29T09", "..2020-10-29T09"),
        ("2020-10-29T09..2020-10-29T12", "2020-10-29T09..2020-10-29T12"),
        ("2020-10-29T09:24", "2020-10-29T09:24"),
        ("2020-10-29T00..2020-10-29T23", "2020-10-29"),
        ("平成29年4月", "2017-04-01..2017-04-30"),
        ("H29.4..H30.3", "2017-04-01..2018-03-31"),
        ("2020", "2020-01-01..2020-12-31"),
        ("令和元年", "2019-05-01..2019-12-31"),
        ("平成31年", "2019-01-01..2019-04-30"),
        ("昭和64年1月", "1989-01-01..1989-01-07"),
        ("平成元年1月", "1989-01-08..1989-01-31"),
        ("今日", "2026-11-20"),
        ("昨日..", "2026-11-19.."),
        ("今月", "2026-11-01..2026-11-30"),
    ] {
        assert_eq!(span(text).as_deref(), Ok(expected), "{text}");
    }
    for (text, problem, column) in [
        ("..", Problem::Empty, 1),
        ("2020-10-29..2020-10-01", Problem::Reversed, 13),
        ("2020-10-29..x", Problem::BadYear, 13),
        ("令和元年4月", Problem::BeforeEra(Era::Reiwa), 1),
    ] {
        assert_eq!(span(text), Err(DateError { problem, column }), "{text}");
    }
    let hours = parse_span("2020-10-29T09..2020-10-29T12", today).unwrap().value;
    let at = |text: &str| parse_instant(text).unwrap().value;
    assert!(hours.contains(&at("2020-10-29 09:00")));
    assert!(hours.contains(&at("2020-10-29 12:59:59")));
    assert!(!hours.contains(&at("2020-10-29 13:00")));
    assert!(hours.contains(&at("2020-10-29T00:00:00Z")));
}

#[test]
fn wareki_is_written_as_offices_write_it() {
    let of = |text: &str| wareki_day(day(text).unwrap().value);
    assert_eq!(of("2026-11-20"), "令和8年11月20日");
    assert_eq!(of("1989-01-07"), "昭和64年1月7日");
    assert_eq!(of("1989-01-08"), "平成元年1月8日");
    assert_eq!(of("1873-01-01"), "明治6年1月1日");
    assert_eq!(of("1872-12-31"), "1872年12月31日");
    assert_eq!(wareki_time(&parse_instant("2026-11-20 16:05").unwrap().value), "令和8年11月20日 16:05");
}

fn any_day() -> impl Strategy<Value = Day> {
    (1873_i16..=2100, 1_i8..=12, 1_i8..=31).prop_filter_map("no such day", |(y, m, d)| Day::new(y, m, d).ok())
}

proptest! {
    #[test]
    fn wareki_comes_back(day in any_day()) {
        let dated = parse_day(&wareki_day(day)).unwrap();
        prop_assert_eq!(dated.value, day);
        prop_assert_eq!(dated.notice, None);
    }

    #[test]
    fn iso_comes_back(seconds in -3_000_000_000_i64..8_000_000_000, quarter in -56_i16..=56) {
        let at = Instant { seconds, offset_minutes: quarter * 15 };
        prop_assert_eq!(parse_instant(&iso(&at)).unwrap().value, at);
    }

    #[test]
    fn spans_come_back(a in -3_000_000_000_i64..8_000_000_000, length in 0_i64..100_000_000, open in 0..3) {
        let span = match open {
            0 => DateSpan::new(Some(a), Some(a + length)),
            1 => DateSpan::new(Some(a), None),
            _ => DateSpan::new(None, Some(a)),
        };
        let today = jiff::civil::date(2026, 11, 20);
        prop_assert_eq!(parse_span(&span.to_string(), today).unwrap().value, span);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place_in_it(text in "[0-9０-９一二十元年月日時分秒令和平成HRS./:~+TZ -]{0,20}|.{0,12}") {
        let today = jiff::civil::date(2026, 11, 20);
        let length = text.chars().count() as u64;
        for error in [parse_day(&text).err(), parse_instant(&text).err(), parse_span(&text, today).err()].into_iter().flatten() {
            prop_assert!(error.column >= 1 && error.column <= length + 1);
        }
    }
}
