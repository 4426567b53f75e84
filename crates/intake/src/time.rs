//! Times as files write them.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, Utc};
use lanwan_terms::{CST, Decimal, utc_of_hour};

use crate::TimeLabel;
use crate::reject::Problem;

/// A date with, perhaps, a time of day and an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) date: NaiveDate,
    /// Hour 0 to 24, minute, second.
    pub(crate) time: Option<(u32, u32, u32)>,
    pub(crate) offset: Option<FixedOffset>,
}

/// Reads `2024-01-05 03:00:00`, `2024/1/5 3:00`, `2024.1.5`, `20240105`, `2024010503`, `2024年1月5日3时`, RFC 3339 and serial
/// day numbers of spreadsheets (`45296.125`).
pub(crate) fn parse_moment(text: &str) -> Result<Moment, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::NoTime);
    }
    let mut scan = Scan { rest: text };
    let first = scan.digits();
    match first.len() {
        8 | 10 | 12 | 14 if !scan.rest.starts_with('.') => {
            let date = date_of(&first[..4], &first[4..6], &first[6..8])?;
            if first.len() == 8 {
                return scan.tail(date);
            }
            let part = |from: usize| first.get(from..from + 2).map_or(Ok(0), number);
            let time = (part(8)?, part(10)?, part(12)?);
            Ok(Moment { date, time: Some(checked_time(time)?), offset: scan.offset()? })
        }
        5 if scan.rest.is_empty() || scan.rest.starts_with('.') => serial(text),
        4 => {
            let separator = scan.char().ok_or(Problem::TimeFormat)?;
            let (second, last) = match separator {
                '-' | '/' | '.' => (separator, None),
                '年' => ('月', Some('日')),
                _ => return Err(Problem::TimeFormat),
            };
            let month = scan.digits();
            if scan.char() != Some(second) {
                return Err(Problem::TimeFormat);
            }
            let day = scan.digits();
            if last.is_some() && scan.char() != last {
                return Err(Problem::TimeFormat);
            }
            let date = date_of(first, month, day)?;
            scan.tail(date)
        }
        _ => Err(Problem::TimeFormat),
    }
}

/// Reads an hour of the day: `3`, `03`, `03:00`, `3时`, `24`, `3.0`.
pub(crate) fn parse_hour(text: &str) -> Result<(u32, u32, u32), Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::NoTime);
    }
    let text = text.strip_suffix(".0").unwrap_or(text);
    let mut scan = Scan { rest: text };
    let time = scan.time()?;
    if scan.rest.is_empty() { Ok(time) } else { Err(Problem::TimeFormat) }
}

struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn digits(&mut self) -> &'a str {
        let end = self.rest.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn char(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn take(&mut self, wanted: &[char]) -> bool {
        match self.rest.chars().next() {
            Some(c) if wanted.contains(&c) => {
                self.rest = &self.rest[c.len_utf8()..];
                true
            }
            _ => false,
        }
    }

    /// The rest after a date: nothing, or a time of day.
    fn tail(&mut self, date: NaiveDate) -> Result<Moment, Problem> {
        let before = self.rest.len();
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() {
            return Ok(Moment { date, time: None, offset: None });
        }
        let separated = self.rest.len() < before || self.take(&['T', 't']) || !self.rest.is_ascii();
        if !separated {
            return Err(Problem::TimeFormat);
        }
        let time = self.time()?;
        let offset = self.offset()?;
        Ok(Moment { date, time: Some(time), offset })
    }

    fn time(&mut self) -> Result<(u32, u32, u32), Problem> {
        let hour = self.digits();
        if hour.is_empty() || hour.len() > 2 {
            return Err(Problem::TimeFormat);
        }
        let (mut minute, mut second) = (0, 0);
        if self.take(&[':', '：', '时', '時', '点']) && self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            minute = number(self.digits())?;
            if self.take(&[':', '：', '分']) && self.rest.starts_with(|c: char| c.is_ascii_digit()) {
                second = number(self.digits())?;
                self.take(&['秒']);
                if self.take(&['.', ',']) && self.digits().bytes().any(|b| b != b'0') {
                    return Err(Problem::NotFullHour);
                }
            }
        }
        checked_time((number(hour)?, minute, second))
    }

    /// The rest after a time of day: nothing, `Z`, `+08`, `+08:00`, `+0800`.
    fn offset(&mut self) -> Result<Option<FixedOffset>, Problem> {
        self.rest = self.rest.trim();
        if self.rest.is_empty() {
            return Ok(None);
        }
        if matches!(self.rest, "Z" | "z" | "UTC" | "GMT") {
            return Ok(FixedOffset::east_opt(0));
        }
        let sign = match self.char() {
            Some('+') => 1,
            Some('-' | '−') => -1,
            _ => return Err(Problem::TimeFormat),
        };
        let digits: String = self.rest.chars().filter(|c| *c != ':').collect();
        let (hours, minutes) = match digits.len() {
            2 if digits.is_ascii() => (number(&digits)?, 0),
            4 if digits.is_ascii() => (number(&digits[..2])?, number(&digits[2..])?),
            _ => return Err(Problem::TimeFormat),
        };
        if hours > 14 || minutes > 59 {
            return Err(Problem::TimeFormat);
        }
        Ok(FixedOffset::east_opt(sign * (hours as i32 * 3600 + minutes as i32 * 60)))
    }
}

fn number(digits: &str) -> Result<u32, Problem> {
    digits.parse().map_err(|_| Problem::TimeFormat)
}

/// The date of these digits.
pub(crate) fn date_of(year: &str, month: &str, day: &str) -> Result<NaiveDate, Problem> {
    if year.len() != 4 || month.is_empty() || month.len() > 2 || day.is_empty() || day.len() > 2 {
        return Err(Problem::TimeFormat);
    }
    checked_date(NaiveDate::from_ymd_opt(number(year)? as i32, number(month)?, number(day)?))
}

fn checked_date(date: Option<NaiveDate>) -> Result<NaiveDate, Problem> {
    date.filter(|d| (1950..2200).contains(&d.year())).ok_or(Problem::NoSuchDate)
}

fn checked_time((hour, minute, second): (u32, u32, u32)) -> Result<(u32, u32, u32), Problem> {
    if hour > 24 || minute > 59 || second > 59 || (hour == 24 && (minute, second) != (0, 0)) {
        return Err(Problem::NoSuchHour);
    }
    Ok((hour, minute, second))
}

/// A serial day number of a spreadsheet (day 1 is 1900-01-01, with the day that never was).
fn serial(text: &str) -> Result<Moment, Problem> {
    let (days, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().any(|b| !b.is_ascii_digit()) {
        return Err(Problem::TimeFormat);
    }
    let fraction = fraction.trim_end_matches('0');
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).ok_or(Problem::TimeFormat)?;
    let date = epoch.checked_add_days(Days::new(u64::from(number(days)?)));
    if fraction.is_empty() {
        return Ok(Moment { date: checked_date(date)?, time: None, offset: None });
    }
    let digits = &fraction[..fraction.len().min(12)];
    let part = Decimal::new(digits.parse().map_err(|_| Problem::TimeFormat)?, digits.len() as u8);
    let seconds = (part.exact() * Decimal::new(86_400, 0).exact()).round(0).unscaled().clamp(0, 86_400) as u32;
    let time = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Ok(Moment { date: checked_date(date)?, time: Some(time), offset: None })
}

/// Hours since 1970 of the start of the hour that `label` names at `date` and `time`.
pub(crate) fn hour_start(
    date: NaiveDate,
    (hour, minute, second): (u32, u32, u32),
    offset: FixedOffset,
    label: TimeLabel,
) -> Result<i32, Problem> {
    if (minute, second) != (0, 0) {
        return Err(Problem::NotFullHour);
    }
    let local = days(date) * 86_400 + i64::from(hour) * 3600;
    let utc = local - i64::from(offset.local_minus_utc());
    if utc.rem_euclid(3600) != 0 {
        return Err(Problem::NotFullHour);
    }
    let back = i64::from(label == TimeLabel::End);
    i32::try_from(utc.div_euclid(3600) - back).map_err(|_| Problem::NoSuchDate)
}

/// Hours since 1970 of the midnight in China that starts `date`.
pub(crate) fn day_start(date: NaiveDate) -> i32 {
    (days(date) * 24) as i32 - CST.local_minus_utc() / 3600
}

fn days(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - 719_163
}

/// The instant of `hour` hours since 1970.
pub(crate) fn instant(hour: i32) -> DateTime<Utc> {
    utc_of_hour(hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse_moment(text) {
            Ok(m) => format!("{} {:?} {:?}", m.date, m.time, m.offset.map(|o| o.local_minus_utc())),
            Err(p) => format!("{p:?}"),
        }
    }

    #[test]
    fn a_date_is_understood_as_people_write_it() {
        for text in ["2024-01-05", "2024/1/5", "2024.1.5", "20240105", "2024年1月5日", "45296", "45296.0"] {
            assert_eq!(shown(text), "2024-01-05 None None", "{text}");
        }
    }

    #[test]
    fn a_time_is_understood_as_people_write_it() {
        for text in [
            "2024-01-05 03:00:00",
            "2024-01-05T03:00",
            "2024/1/5 3:00",
            "2024-01-05 3",
            "20240105 03",
            "2024010503",
            "202401050300",
            "20240105030000",
            "2024年1月5日 3时",
            "2024年1月5日3时00分",
            "2024-01-05 03:00:00.000",
            "45296.125",
        ] {
            assert_eq!(shown(text), "2024-01-05 Some((3, 0, 0)) None", "{text}");
        }
        assert_eq!(shown("2024-01-05T03:00:00Z"), "2024-01-05 Some((3, 0, 0)) Some(0)");
        assert_eq!(shown("2024-01-05T03:00+08:00"), "2024-01-05 Some((3, 0, 0)) Some(28800)");
        assert_eq!(shown("45296.0416666666667"), "2024-01-05 Some((1, 0, 0)) None");
    }

    #[test]
    fn impossible_times_are_refused() {
        for (text, want) in [
            ("", "NoTime"),
            ("2023-02-29", "NoSuchDate"),
            ("2024-13-01", "NoSuchDate"),
            ("0024-01-01", "NoSuchDate"),
            ("2024-01-05 25:00", "NoSuchHour"),
            ("2024-01-05 24:01", "NoSuchHour"),
            ("05/01/2024", "TimeFormat"),
            ("2024-01-05x", "TimeFormat"),
            ("2024-01-05 03:00 +99", "TimeFormat"),
            ("yesterday", "TimeFormat"),
            ("2024-01-05 03:00:00.5", "NotFullHour"),
            ("2024年1月", "TimeFormat"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn hour_0_is_the_last_hour_of_the_day_before() -> Result<(), Problem> {
        let day = |text: &str| parse_moment(text).map(|m| m.date);
        let midnight = hour_start(day("2024-01-06")?, (0, 0, 0), CST, TimeLabel::End)?;
        assert_eq!(midnight, hour_start(day("2024-01-05")?, (24, 0, 0), CST, TimeLabel::End)?);
        assert_eq!(instant(midnight).to_rfc3339(), "2024-01-05T15:00:00+00:00");
        assert_eq!(instant(day_start(day("2024-01-05")?)).to_rfc3339(), "2024-01-04T16:00:00+00:00");
        assert_eq!(midnight + 1, hour_start(day("2024-01-06")?, (0, 0, 0), CST, TimeLabel::Start)?);
        Ok(())
    }

    #[test]
    fn an_hour_of_the_day_runs_from_0_to_24() {
        for (text, hour) in [("0", 0), ("03", 3), ("3.0", 3), ("23:00", 23), ("24", 24), ("7时", 7)] {
            assert_eq!(parse_hour(text), Ok((hour, 0, 0)), "{text}");
        }
        assert_eq!(parse_hour("25"), Err(Problem::NoSuchHour));
        assert_eq!(parse_hour("-1"), Err(Problem::TimeFormat));
    }
}
