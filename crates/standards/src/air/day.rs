use lanwan_rulebook::{AirAssessment, AirLimits};
use lanwan_terms::{Averaging, Decimal, Grain, MissingReason, Pollutant};

use super::Concentration;

/// The mark of an hour without a value among hourly values in millionths of the unit.
pub const MISSING: i64 = i64::MIN;

/// How many hours and windows a daily value needs (GB 3095 Table 4, HJ 663 section 6.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRules {
    /// Hourly means that a daily mean needs.
    pub daily_mean_min_hours: u8,
    /// Hourly means that an 8-hour mean needs.
    pub eight_hour_min_hours: u8,
    /// 8-hour means that the daily maximum 8-hour mean needs.
    pub mda8_min_windows: u8,
    /// Label (end hour) of the first 8-hour window of a day.
    pub mda8_first_label: u8,
    /// With fewer windows the maximum still counts when, rounded for attainment, it is above this limit.
    pub mda8_counts_above: Option<Decimal>,
    /// Digits for that comparison.
    pub mda8_compliance_decimals: u8,
    /// Hourly means that the daily maximum 1-hour mean needs.
    pub max_1h_min_hours: u8,
}

impl DayRules {
    /// The rules of one assessment standard with the class II limit of one limits standard.
    pub fn new(assessment: &AirAssessment, limits: &AirLimits) -> Self {
        let hours = &assessment.hours;
        let limit = limits.limit(Pollutant::O3, Averaging::Hour8).map(|l| l.class2);
        Self {
            daily_mean_min_hours: hours.daily_mean.min_hours as u8,
            eight_hour_min_hours: hours.eight_hour.min_hours as u8,
            mda8_min_windows: hours.mda8.min_windows as u8,
            mda8_first_label: hours.mda8_windows.first_label as u8,
            mda8_counts_above: hours.mda8.counts_when_exceeding.then_some(limit).flatten(),
            mda8_compliance_decimals: assessment.rounding(Pollutant::O3).map_or(0, |r| r.compliance_decimals),
            max_1h_min_hours: hours.max_1h.min_hours as u8,
        }
    }
}

/// A statistic of one day: the value, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayStat {
    /// The value when valid.
    pub value: Result<Grain, MissingReason>,
    /// Hours (or windows) that were there.
    pub have: u8,
    /// Hours (or windows) that the rule asks for.
    pub need: u8,
}

impl DayStat {
    /// The value as a concentration, when valid.
    pub fn concentration(&self) -> Option<Concentration> {
        self.value.ok().map(Concentration::from)
    }

    fn absent(have: u8, need: u8, reason: MissingReason) -> Self {
        let reason = if have == 0 { MissingReason::NoData } else { reason };
        Self { value: Err(reason), have, need }
    }
}

/// Daily mean of the hours of one natural day (labels 1 to 24), in millionths of the unit, [`MISSING`] where there is none.
///
/// Valid with at least [`DayRules::daily_mean_min_hours`] hours (GB 3095 Table 4).
pub fn daily_mean(hours: &[i64], rules: &DayRules) -> DayStat {
    let mut sum = 0i64;
    let mut have = 0u8;
    for &hour in hours {
        if hour != MISSING {
            sum += hour;
            have += 1;
        }
    }
    let need = rules.daily_mean_min_hours;
    match Grain::mean(sum, i64::from(have)) {
        Some(mean) if have >= need => DayStat { value: Ok(mean), have, need },
        _ => DayStat::absent(have, need, MissingReason::TooFewHours),
    }
}

/// Daily maximum 8-hour mean of ozone (日最大8小时平均): the largest sliding mean whose eight hours lie inside the day.
///
/// A window counts with at least [`DayRules::eight_hour_min_hours`] hours; the day counts with at least
/// [`DayRules::mda8_min_windows`] windows, or with fewer when the maximum exceeds the limit (HJ 663, 6.1.2).
pub fn daily_max_8h(hours: &[i64], rules: &DayRules) -> DayStat {
    let mut best: Option<i64> = None;
    let mut windows = 0u8;
    let (mut sum, mut count) = (0i64, 0i64);
    for (i, &hour) in hours.iter().enumerate() {
        if hour != MISSING {
            sum += hour;
            count += 1;
        }
        if i >= 8 && hours[i - 8] != MISSING {
            sum -= hours[i - 8];
            count -= 1;
        }
        let label = i + 1;
        if label >= usize::from(rules.mda8_first_label) && count >= i64::from(rules.eight_hour_min_hours) {
            windows += 1;
            if let Some(Grain(mean)) = Grain::mean(sum, count) {
                best = Some(best.map_or(mean, |b| b.max(mean)));
            }
        }
    }
    let need = rules.mda8_min_windows;
    match best.map(Grain) {
        Some(mean) if windows >= need || counts_anyway(mean, rules) => DayStat { value: Ok(mean), have: windows, need },
        _ => DayStat::absent(windows, need, MissingReason::TooFewWindows),
    }
}

fn counts_anyway(mean: Grain, rules: &DayRules) -> bool {
    rules.mda8_counts_above.is_some_and(|limit| Concentration::from(mean).round(rules.mda8_compliance_decimals) > limit)
}

/// Daily maximum 1-hour mean, an input of the daily AQI of ozone in HJ 633-2012.
pub fn daily_max_1h(hours: &[i64], rules: &DayRules) -> DayStat {
    let have = hours.iter().filter(|h| **h != MISSING).count() as u8;
    let need = rules.max_1h_min_hours;
    let max = hours.iter().copied().filter(|h| *h != MISSING).max();
    match max.and_then(|m| Grain::mean(m, 1)) {
        Some(max) if have >= need => DayStat { value: Ok(max), have, need },
        _ => DayStat::absent(have, need, MissingReason::TooFewHours),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: DayRules = DayRules {
        daily_mean_min_hours: 20,
        eight_hour_min_hours: 6,
        mda8_min_windows: 14,
        mda8_first_label: 8,
        mda8_counts_above: Some(Decimal::new(160, 0)),
        mda8_compliance_decimals: 0,
        max_1h_min_hours: 20,
    };

    fn day(values: impl Fn(usize) -> Option<i64>) -> Vec<i64> {
        (1..=24).map(|label| values(label).map_or(MISSING, |v| v * 1_000_000)).collect()
    }

    #[test]
    fn nineteen_hours_are_no_day_and_twenty_are() {
        let nineteen = daily_mean(&day(|l| (l <= 19).then_some(10)), &RULES);
        assert_eq!((nineteen.value, nineteen.have), (Err(MissingReason::TooFewHours), 19));
        let twenty = daily_mean(&day(|l| (l <= 20).then_some(10)), &RULES);
        assert_eq!(twenty.value, Ok(Grain(10 * Grain::PER_UNIT as i64)));
    }

    #[test]
    fn the_windows_of_a_day_end_at_8_to_24() {
        let stat = daily_max_8h(&day(|_| Some(100)), &RULES);
        assert_eq!((stat.have, stat.value), (17, Ok(Grain(100 * Grain::PER_UNIT as i64))));
    }

    #[test]
    fn thirteen_windows_count_only_above_the_limit() {
        // Hours 1 to 18 leave windows 8..=18 full (11), and 19 and 20 with 7 and 6 hours: 13 windows.
        let at_160 = daily_max_8h(&day(|l| (l <= 18).then_some(160)), &RULES);
        assert_eq!((at_160.have, at_160.value), (13, Err(MissingReason::TooFewWindows)));
        let at_161 = daily_max_8h(&day(|l| (l <= 18).then_some(161)), &RULES);
        assert!(at_161.value.is_ok());
        let fourteen = daily_max_8h(&day(|l| (l <= 19).then_some(100)), &RULES);
        assert_eq!((fourteen.have, fourteen.value.is_ok()), (14, true));
    }

    #[test]
    fn a_window_of_six_hours_divides_by_six() {
        // Only labels 3 to 8: the window ending at 8 has six hours.
        let stat = daily_max_8h(&day(|l| (3..=8).contains(&l).then_some(200)), &RULES);
        assert_eq!(stat.value, Ok(Grain(200 * Grain::PER_UNIT as i64)));
    }

    #[test]
    fn an_empty_day_says_no_data() {
        assert_eq!(daily_mean(&day(|_| None), &RULES).value, Err(MissingReason::NoData));
        assert_eq!(daily_max_8h(&day(|_| None), &RULES).value, Err(MissingReason::NoData));
    }
}
