use std::sync::Arc;

use chrono::NaiveDate;
use lanwan_rulebook::{Limit, Statistic};
use lanwan_standards::air::{
    CompositeIndex, Concentration, DaySeries, PeriodDays, PeriodError, PeriodRule, Room, ValidDays, attain,
    composite_index, exceedance_multiple, rate_percent, room_left,
};
use lanwan_terms::{Averaging, Decimal, MissingReason, Period, Pollutant, StatusSet, Verification};

use crate::{AirDay, AirRules, Dust, Rules};

/// One item of the assessment of a period: a mean or a percentile held against the limits.
#[derive(Clone, Debug)]
pub struct PeriodItem {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// Mean or percentile.
    pub statistic: Statistic,
    /// Which percentile.
    pub percentile: Option<u8>,
    /// The limit it is compared with.
    pub averaging: Averaging,
    /// The statistic, unrounded; `None` without any valid day.
    pub value: Option<Concentration>,
    /// The statistic as reported.
    pub reported: Option<Decimal>,
    /// The statistic as compared with the limits.
    pub compared: Option<Decimal>,
    /// The limits of class I and II.
    pub limit: Option<Limit>,
    /// At or below the class I limit; `None` when the item is not valid.
    pub class1: Option<bool>,
    /// At or below the class II limit; `None` when the item is not valid.
    pub class2: Option<bool>,
    /// Exceedance multiple of the class II limit, when exceeded.
    pub multiple: Option<Decimal>,
    /// Valid days against what the rule asks for.
    pub days: PeriodDays,
    /// Clause of the item.
    pub clause: String,
    /// The worst mark of the item, its limit, its validity and its rounding.
    pub verification: Verification,
}

impl PeriodItem {
    /// Why the item is not valid.
    pub fn reason(&self) -> Option<MissingReason> {
        self.days.reason()
    }

    /// `PM2.5 mean` or `O3 p90`, as used in addresses.
    pub fn name(&self) -> String {
        match self.percentile {
            Some(p) => format!("{} p{p}", self.pollutant),
            None => format!("{} mean", self.pollutant),
        }
    }
}

/// Days of a period by level, and the ratios drawn from them.
#[derive(Clone, Debug, Default)]
pub struct DaysSummary {
    /// Days of the calendar.
    pub total: u32,
    /// Days with an index.
    pub valid: u32,
    /// Days of levels 1 to 6.
    pub by_level: [u32; 6],
    /// Days judged good or better (优良天数).
    pub good: u32,
    /// Good days of valid days, in percent. Dust days count as they were (see [`lanwan_rulebook::AirDust`]).
    pub good_ratio: Option<Decimal>,
    /// Days of heavy pollution (重度及以上污染天数).
    pub heavy: u32,
    /// Heavy days of valid days, in percent.
    pub heavy_ratio: Option<Decimal>,
    /// Days on which a pollutant was primary, by position in [`AIR_SIX`].
    pub primary: [u32; 6],
    /// Days marked as dust.
    pub dust: u32,
    /// Days without an index, and why.
    pub missing: Vec<(NaiveDate, MissingReason)>,
}

/// The figures by which PM2.5 and ozone are watched together. No official index of their coordination exists.
#[derive(Clone, Debug, Default)]
pub struct Coordination {
    /// PM2.5 mean as reported.
    pub pm25_mean: Option<Decimal>,
    /// 90th percentile of ozone as reported.
    pub o3_p90: Option<Decimal>,
    /// Days with PM2.5 as a primary pollutant.
    pub pm25_primary_days: u32,
    /// Days with ozone as a primary pollutant.
    pub o3_primary_days: u32,
    /// Days with PM2.5 and ozone both above an individual index of 100.
    pub both_exceed_days: u32,
}

/// What the rest of a period may bring, for one mean.
#[derive(Clone, Debug)]
pub struct RoomItem {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// The mean to be met.
    pub target: Decimal,
    /// The mean so far, as reported.
    pub so_far: Decimal,
    /// Valid days so far.
    pub days_so_far: u32,
    /// What is left.
    pub room: Room,
}

/// "Room left": what the rest of a period may bring while the class II limits are met.
#[derive(Clone, Debug)]
pub struct RoomLeft {
    /// Days after the last one with data.
    pub days_left: u32,
    /// The means.
    pub items: Vec<RoomItem>,
}

#[derive(Clone, Debug)]
struct RoomBasis {
    days_left: u32,
    /// Position among the items, sum of the daily values and how many there are.
    sums: Vec<(usize, Concentration, u32)>,
}

/// A period of a place, assessed.
#[derive(Clone, Debug)]
pub struct AirPeriod {
    /// The period.
    pub period: Period,
    /// The rules in force on its last day, or the edition asked for.
    pub rules: Arc<AirRules>,
    /// The items.
    pub items: Vec<PeriodItem>,
    /// Whether all six meet class II; `None` while an item is not valid.
    pub class2: Option<bool>,
    /// 1, 2, or 3 for worse than class II; `None` while an item is not valid.
    pub class: Option<u8>,
    /// The composite index; `None` when one of the six has no value at all.
    pub index: Option<CompositeIndex>,
    /// Whether every item of the index is valid.
    pub index_valid: bool,
    /// Days by level.
    pub days: DaysSummary,
    /// PM2.5 and ozone together.
    pub coordination: Coordination,
    /// What is needed to say what the rest may bring, when the period is not over.
    room: Option<RoomBasis>,
    /// Statuses of all readings used.
    pub status: StatusSet,
    /// Whether any reading used was generated.
    pub generated: bool,
}

impl AirPeriod {
    /// Assesses a period from its days. `last_data` is the last day of which anything is known.
    pub(crate) fn assess(
        period: Period,
        days: &[AirDay],
        rules: &Rules,
        dust: Dust,
        last_data: Option<NaiveDate>,
    ) -> Result<Self, PeriodError> {
        let air = rules.on(period.last_day()).clone();
        let series = Series::collect(days, dust)?;
        let items: Vec<PeriodItem> = item_rules(&air).map(|item| series.item(&air, period, item)).collect();
        let all = |test: &dyn Fn(&PeriodItem) -> Option<bool>| -> Option<bool> {
            items.iter().try_fold(true, |so_far, item| test(item).map(|ok| so_far && ok))
        };
        let (class1, class2) = (all(&|i| i.class1), all(&|i| i.class2));
        let class = match (class1, class2) {
            (Some(true), _) => Some(1),
            (_, Some(true)) => Some(2),
            (_, Some(false)) => Some(3),
            _ => None,
        };
        let composite = air.air_composite();
        let index = composite_index(composite, |p| {
            let term = composite.term(p)?;
            series.of(p).statistic(term.statistic, term.percentile)
        });
        let index_valid = items
            .iter()
            .filter(|i| composite.term(i.pollutant).is_some_and(|t| t.percentile == i.percentile))
            .all(|i| i.reason().is_none());
        let summary = DaysSummary::of(period, days, rules);
        let reported = |p: Pollutant, percentile: Option<u8>| {
            items.iter().find(|i| i.pollutant == p && i.percentile == percentile).and_then(|i| i.reported)
        };
        let coordination = Coordination {
            pm25_mean: reported(Pollutant::Pm25, None),
            o3_p90: reported(Pollutant::O3, Some(90)),
            pm25_primary_days: summary.primary[5],
            o3_primary_days: summary.primary[3],
            both_exceed_days: both_exceed(days, rules),
        };
        let mut status = StatusSet::default();
        days.iter().for_each(|d| status.extend(d.stats.status));
        let room = last_data.and_then(|last| room_of(period, &items, &series, last));
        Ok(Self {
            period,
            items,
            class2,
            class,
            index,
            index_valid,
            days: summary,
            coordination,
            room,
            status,
            generated: days.iter().any(|d| d.stats.generated),
            rules: air,
        })
    }

    /// "Room left": what the rest may bring, when the period is not over.
    pub fn room(&self) -> Option<RoomLeft> {
        let basis = self.room.as_ref()?;
        let items = basis.sums.iter().filter_map(|(at, sum, days_so_far)| {
            let item = &self.items[*at];
            let target = item.limit.as_ref()?.class2;
            let rounding = self.rules.air_assessment().rounding(item.pollutant);
            let compare_to = rounding.map_or(0, |r| r.compliance_decimals);
            let room = room_left(target, &sum.exact(), *days_so_far, basis.days_left, compare_to, 1);
            let (pollutant, so_far) = (item.pollutant, item.reported?);
            Some(RoomItem { pollutant, target, so_far, days_so_far: *days_so_far, room })
        });
        Some(RoomLeft { days_left: basis.days_left, items: items.collect() })
    }

    /// The item of a pollutant and percentile.
    pub fn item(&self, pollutant: Pollutant, percentile: Option<u8>) -> Option<&PeriodItem> {
        self.items.iter().find(|i| i.pollutant == pollutant && i.percentile == percentile)
    }

    /// The worst mark among the items and the composite index.
    pub fn verification(&self) -> Verification {
        self.items.iter().map(|i| i.verification).max().unwrap_or(Verification::Unverified)
    }
}

fn item_rules(air: &AirRules) -> impl Iterator<Item = &lanwan_rulebook::Item> {
    air.air_assessment().items.iter()
}

/// The valid daily values of each of the six, and on which days.
struct Series {
    values: Vec<DaySeries>,
    valid: [ValidDays; 6],
}

impl Series {
    fn collect(days: &[AirDay], dust: Dust) -> Result<Self, PeriodError> {
        let mut valid = [ValidDays::default(); 6];
        let mut values = Vec::with_capacity(6);
        for (p, valid) in valid.iter_mut().enumerate() {
            let of_day = |d: &AirDay| {
                let excluded = dust == Dust::Exclude && d.stats.is_dusty(p);
                d.stats.values[p].value.ok().filter(|_| !excluded)
            };
            values.push(DaySeries::new(days.iter().filter_map(of_day))?);
            // A dust day had valid data; it is left out of the mean, not counted as a gap.
            for day in days.iter().filter(|d| d.stats.values[p].value.is_ok()) {
                valid.count(day.stats.day);
            }
        }
        Ok(Self { values, valid })
    }

    fn of(&self, pollutant: Pollutant) -> &DaySeries {
        &self.values[pollutant.six_index().unwrap_or(0)]
    }

    fn item(&self, air: &AirRules, period: Period, item: &lanwan_rulebook::Item) -> PeriodItem {
        let assessment = air.air_assessment();
        let value = self.of(item.pollutant).statistic(item.statistic, item.percentile);
        let limit = air.air_limits().limit(item.pollutant, item.limit).cloned();
        let rounding = assessment.rounding(item.pollutant);
        let (report_to, compare_to) = rounding.map_or((0, 0), |r| (r.statistic_decimals, r.compliance_decimals));
        let rule = PeriodRule::new(assessment, period, item.statistic, item.pollutant);
        let valid = self.valid[item.pollutant.six_index().unwrap_or(0)];
        let no_rule = PeriodRule { min_days: Some(1), month_min_days: 0, february_min_days: 0 };
        let days = PeriodDays::check(period, &valid, rule.unwrap_or(no_rule));
        let attained = value.zip(limit.as_ref()).map(|(v, l)| attain(v, l, compare_to));
        let usable = attained.filter(|_| days.reason().is_none());
        let multiple = attained.zip(limit.as_ref()).and_then(|(a, l)| {
            exceedance_multiple(a.compared, l.class2, assessment.ratios.exceedance_multiple_decimals)
        });
        let marks = [
            Some(item.verification),
            limit.as_ref().map(|l| l.verification),
            rounding.map(|r| r.verification),
            period_mark(air, period, item),
        ];
        PeriodItem {
            pollutant: item.pollutant,
            statistic: item.statistic,
            percentile: item.percentile,
            averaging: item.limit,
            value,
            reported: value.map(|v| v.round(report_to)),
            compared: attained.map(|a| a.compared),
            class1: usable.map(|a| a.class1),
            class2: usable.map(|a| a.class2),
            multiple,
            limit,
            days,
            clause: item.clause.clone(),
            verification: marks.into_iter().flatten().max().unwrap_or(Verification::Unverified),
        }
    }
}

fn period_mark(air: &AirRules, period: Period, item: &lanwan_rulebook::Item) -> Option<Verification> {
    let length = match period {
        Period::Year(_) => lanwan_rulebook::PeriodLength::Year,
        Period::Quarter(..) => lanwan_rulebook::PeriodLength::Quarter,
        Period::Month(..) => lanwan_rulebook::PeriodLength::Month,
        Period::Day(_) | Period::Hour(_) => return None,
    };
    air.air_assessment().validity(length, item.statistic, item.pollutant).map(|v| v.verification)
}

impl DaysSummary {
    fn of(period: Period, days: &[AirDay], rules: &Rules) -> Self {
        let mut summary = Self { total: period.days().count() as u32, ..Self::default() };
        for day in days {
            summary.dust += u32::from(day.stats.dust != 0);
            match day.index.aqi {
                Ok(_) => {
                    summary.valid += 1;
                    let level = day.index.level.unwrap_or(6).clamp(1, 6);
                    summary.by_level[usize::from(level) - 1] += 1;
                    for (six, days) in summary.primary.iter_mut().enumerate() {
                        *days += u32::from(day.primary >> six & 1);
                    }
                }
                Err(reason) => summary.missing.push((day.stats.day, reason)),
            }
        }
        let decimals = rules.on(period.last_day()).air_assessment().ratios.rate_decimals;
        summary.good = summary.by_level[..2].iter().sum();
        summary.heavy = summary.by_level[4..].iter().sum();
        summary.good_ratio = rate_percent(summary.good, summary.valid, decimals);
        summary.heavy_ratio = rate_percent(summary.heavy, summary.valid, decimals);
        summary
    }
}

fn both_exceed(days: &[AirDay], rules: &Rules) -> u32 {
    let exceeds = |day: &AirDay, pollutant: Pollutant| {
        let inputs = day.stats.inputs(rules.on(day.stats.day));
        inputs.iter().zip(day.index.iaqi).any(|(i, iaqi)| i.pollutant == pollutant && iaqi.is_some_and(|v| v > 100))
    };
    days.iter()
        .filter(|d| d.index.aqi.is_ok_and(|aqi| aqi > 100))
        .filter(|d| exceeds(d, Pollutant::Pm25) && exceeds(d, Pollutant::O3))
        .count() as u32
}

fn room_of(period: Period, items: &[PeriodItem], series: &Series, last_data: NaiveDate) -> Option<RoomBasis> {
    let days_left = (period.last_day() - last_data).num_days();
    if days_left <= 0 || last_data < period.first_day() {
        return None;
    }
    let means = items.iter().enumerate().filter(|(_, i)| i.statistic == Statistic::Mean);
    let sums = means.map(|(at, item)| {
        let of = series.of(item.pollutant);
        (at, of.sum(), of.len() as u32)
    });
    Some(RoomBasis { days_left: days_left as u32, sums: sums.collect() })
}
