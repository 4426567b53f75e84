use chrono::{Datelike, NaiveDate};
use lanwan_rulebook::{AirAssessment, PeriodLength, Statistic};
use lanwan_terms::{MissingReason, Period, Pollutant};

use super::Concentration;
use super::city::lcm;

/// Why a period statistic cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The common denominator of the daily values does not fit into 128 bits.
    #[error(
        "the daily values of this place average so many different numbers of sites that their sum does not fit into 128 bits; assess the sites one by one"
    )]
    TooManySites,
}

/// Daily values of one pollutant over a period, on one common denominator, in the order of the days.
#[derive(Clone, Debug, Default)]
pub struct DaySeries {
    den: i128,
    values: Vec<i128>,
}

impl DaySeries {
    /// Collects the valid daily values; the order does not matter for any statistic.
    ///
    /// # Errors
    /// [`PeriodError::TooManySites`] when no common denominator fits.
    pub fn new(values: impl IntoIterator<Item = Concentration> + Clone) -> Result<Self, PeriodError> {
        let mut den = 1i128;
        for c in values.clone() {
            // Mostly all days have one denominator, and division of 128 bits is slow.
            if c.den() != den && den % c.den() != 0 {
                den = lcm(den, c.den()).filter(|den| *den < i128::MAX / 65_536).ok_or(PeriodError::TooManySites)?;
            }
        }
        let mut scaled = Vec::new();
        for c in values {
            let by = if c.den() == den { 1 } else { den / c.den() };
            // Room for the sum of 366 values and for the hundredths of a percentile.
            let value = c.num().checked_mul(by).filter(|v| v.abs() < i128::MAX / 65_536);
            scaled.push(value.ok_or(PeriodError::TooManySites)?);
        }
        Ok(Self { den, values: scaled })
    }

    /// Number of valid daily values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no valid daily value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Mean of the daily values (month, quarter and year means are all means of daily means, GB 3095 section 3).
    pub fn mean(&self) -> Option<Concentration> {
        let n = self.values.len() as i128;
        (n > 0).then(|| Concentration::new(self.values.iter().sum(), self.den * n))
    }

    /// Sum of the daily values.
    pub fn sum(&self) -> Concentration {
        Concentration::new(self.values.iter().sum(), self.den)
    }

    /// The `p`-th percentile, `p` from 0 to 100: with `k = 1 + (n - 1) p` on the ascending values,
    /// `x_s + (x_{s+1} - x_s)(k - s)`, `s = floor(k)` (HJ 663, percentile method).
    ///
    /// ```
    /// use lanwan_standards::air::{Concentration, DaySeries};
    /// let values = [3, 4, 8, 2, 5, 4].map(|v| Concentration::new(v, 1));
    /// let series = DaySeries::new(values)?;
    /// assert_eq!(series.percentile(90).map(|p| p.exact().display()), Some("6.5".to_owned()));
    /// # Ok::<(), lanwan_standards::air::PeriodError>(())
    /// ```
    pub fn percentile(&self, p: u8) -> Option<Concentration> {
        let n = self.values.len();
        if n == 0 || p > 100 {
            return None;
        }
        let hundredths = (n - 1) * usize::from(p);
        let (below, fraction) = (hundredths / 100, (hundredths % 100) as i128);
        let mut sorted = self.values.clone();
        let (_, low, above) = sorted.select_nth_unstable(below);
        let low = *low;
        let next = if fraction == 0 { low } else { above.iter().copied().min().unwrap_or(low) };
        Some(Concentration::new(low * 100 + (next - low) * fraction, self.den * 100))
    }

    /// The statistic that an item of the assessment names.
    pub fn statistic(&self, statistic: Statistic, percentile: Option<u8>) -> Option<Concentration> {
        match statistic {
            Statistic::Mean => self.mean(),
            Statistic::Percentile => self.percentile(percentile?),
        }
    }
}

/// How many valid days a statistic of a period needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodRule {
    /// Least number in the whole period, when the rule sets one.
    pub min_days: Option<u32>,
    /// Least number in every month but February.
    pub month_min_days: u32,
    /// Least number in February, leap year or not.
    pub february_min_days: u32,
}

impl PeriodRule {
    /// The rule for a statistic of a pollutant over a period, when the assessment standard has one.
    pub fn new(assessment: &AirAssessment, period: Period, statistic: Statistic, pollutant: Pollutant) -> Option<Self> {
        let length = match period {
            Period::Year(_) => PeriodLength::Year,
            Period::Quarter(..) => PeriodLength::Quarter,
            Period::Month(..) => PeriodLength::Month,
            Period::Day(_) | Period::Hour(_) => return None,
        };
        assessment.validity(length, statistic, pollutant).map(|rule| Self {
            min_days: rule.min_days,
            month_min_days: rule.month_min_days,
            february_min_days: rule.february_min_days,
        })
    }

    /// What the rule asks for of one month.
    pub fn of_month(self, month: u32) -> u32 {
        if month == 2 { self.february_min_days } else { self.month_min_days }
    }
}

/// Counts of valid days, by month of the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValidDays {
    months: [u32; 12],
}

impl ValidDays {
    /// Counts one valid day.
    pub fn count(&mut self, day: NaiveDate) {
        self.months[day.month0() as usize] += 1;
    }

    /// Valid days in all.
    pub fn total(&self) -> u32 {
        self.months.iter().sum()
    }

    /// Valid days of one month, 1 to 12.
    pub fn of_month(&self, month: u32) -> u32 {
        self.months.get(month as usize - 1).copied().unwrap_or(0)
    }
}

/// Whether a period has the valid days that its rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodDays {
    /// Valid days.
    pub have: u32,
    /// Days the rule asks for in the whole period; 0 when it asks only by month.
    pub need: u32,
    /// Months that fall short: month, days there, days asked for.
    pub short_months: Vec<(u32, u32, u32)>,
}

impl PeriodDays {
    /// Holds the counts of a period against the rule.
    pub fn check(period: Period, valid: &ValidDays, rule: PeriodRule) -> Self {
        let months = period.first_day().month()..=period.last_day().month();
        let short_months = months
            .clone()
            .filter_map(|m| {
                let (have, need) = (valid.of_month(m), rule.of_month(m));
                (have < need).then_some((m, have, need))
            })
            .collect();
        let need = rule.min_days.unwrap_or_else(|| months.map(|m| rule.of_month(m)).sum());
        Self { have: valid.total(), need, short_months }
    }

    /// `None` when the period is valid, else the reason.
    pub fn reason(&self) -> Option<MissingReason> {
        if self.have == 0 {
            Some(MissingReason::NoData)
        } else if self.have < self.need || !self.short_months.is_empty() {
            Some(MissingReason::TooFewDays)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNUAL: PeriodRule = PeriodRule { min_days: Some(324), month_min_days: 27, february_min_days: 25 };

    fn year(days_by_month: [u32; 12]) -> PeriodDays {
        PeriodDays::check(Period::Year(2024), &ValidDays { months: days_by_month }, ANNUAL)
    }

    #[test]
    fn a_year_needs_324_days_and_27_in_every_month() {
        let full = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        assert_eq!(year(full).reason(), None);
        let mut short = full;
        short[6] = 26;
        assert_eq!(year(short).reason(), Some(MissingReason::TooFewDays));
        assert_eq!(year(short).short_months, [(7, 26, 27)]);
        let mut february = full;
        february[1] = 25;
        assert_eq!(year(february).reason(), None);
        // 27 in every month (25 in February) are 322: still two short of 324.
        let least = [27, 25, 27, 27, 27, 27, 27, 27, 27, 27, 27, 27];
        assert_eq!((year(least).have, year(least).reason()), (322, Some(MissingReason::TooFewDays)));
    }

    #[test]
    fn the_90th_percentile_of_1_to_365_is_328_6() {
        let series = DaySeries::new((1..=365).rev().map(|v| Concentration::new(v, 1))).expect("fits");
        assert_eq!(series.percentile(90).map(|p| p.exact().display()), Some("328.6".into()));
        assert_eq!(series.percentile(100).map(|p| p.exact().display()), Some("365".into()));
        assert_eq!(series.percentile(0).map(|p| p.exact().display()), Some("1".into()));
    }

    #[test]
    fn values_of_different_denominators_average_exactly() {
        let series = DaySeries::new([Concentration::new(1, 3), Concentration::new(1, 7)]).expect("fits");
        assert_eq!(series.mean(), Some(Concentration::new(5, 21)));
    }
}
