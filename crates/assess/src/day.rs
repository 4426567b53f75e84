use chrono::NaiveDate;
use lanwan_observations::{Cell, Grid};
use lanwan_standards::air::{
    Concentration, DayRules, DayStat, IndexInput, IndexResult, MAX_INPUTS, MISSING, city_mean, daily_max_1h,
    daily_max_8h, daily_mean,
};
use lanwan_terms::{AIR_SIX, Averaging, DataStatus, Grain, MissingReason, Pollutant, StatusSet};

use crate::AirRules;

/// The daily statistics kept of a place: the six of GB 3095 in table order (ozone as daily maximum 8 h), then ozone's daily maximum 1 h.
pub const DAY_INPUTS: [(Pollutant, Averaging); 7] = [
    (Pollutant::So2, Averaging::Hour24),
    (Pollutant::No2, Averaging::Hour24),
    (Pollutant::Co, Averaging::Hour24),
    (Pollutant::O3, Averaging::Hour8),
    (Pollutant::Pm10, Averaging::Hour24),
    (Pollutant::Pm25, Averaging::Hour24),
    (Pollutant::O3, Averaging::Hour1),
];

const O3: usize = 3;
const O3_MAX_1H: usize = 6;

/// What the daily values rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayBasis {
    /// Hourly readings of the place's own monitor.
    Hourly,
    /// Daily values as delivered; their validity was judged elsewhere.
    Daily,
    /// The values of the place's sites.
    Sites,
    /// Nothing.
    None,
}

impl DayBasis {
    /// `hourly`, `daily`, `sites` or `none`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Sites => "sites",
            Self::None => "none",
        }
    }
}

/// One statistic of one day of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayValue {
    /// The value, or why there is none.
    pub value: Result<Concentration, MissingReason>,
    /// Hours, windows or sites that were there.
    pub have: u16,
    /// Hours, windows or sites that the rule asks for.
    pub need: u16,
}

impl From<DayStat> for DayValue {
    fn from(stat: DayStat) -> Self {
        Self { value: stat.value.map(Concentration::from), have: stat.have.into(), need: stat.need.into() }
    }
}

/// The daily statistics of a place.
#[derive(Clone, Copy, Debug)]
pub struct PlaceDay {
    /// The day.
    pub day: NaiveDate,
    /// In the order of [`DAY_INPUTS`].
    pub values: [DayValue; 7],
    /// Statuses of the readings used.
    pub status: StatusSet,
    /// Whether any reading used was generated.
    pub generated: bool,
    /// What the values rest on.
    pub basis: DayBasis,
    /// Values that dust removes, as a set of positions in [`AIR_SIX`].
    pub dust: u8,
}

/// A day of a place with its index.
#[derive(Clone, Copy, Debug)]
pub struct AirDay {
    /// The statistics.
    pub stats: PlaceDay,
    /// The index they give under the rules of the day.
    pub index: IndexResult,
    /// The primary pollutants, bit `i` for [`AIR_SIX`]`[i]`.
    pub primary: u8,
}

/// The daily statistics of one monitor, compact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MonitorDay {
    pub(crate) values: [DayStat; 7],
    pub(crate) status: StatusSet,
    pub(crate) generated: bool,
    pub(crate) basis: DayBasis,
}

const NO_STAT: DayStat = DayStat { value: Err(MissingReason::NoData), have: 0, need: 0 };

impl MonitorDay {
    pub(crate) const EMPTY: Self =
        Self { values: [NO_STAT; 7], status: StatusSet::NONE, generated: false, basis: DayBasis::None };

    /// The statistics of the 24 hours that begin with slot `from` of an hourly grid.
    pub(crate) fn of_hours(grid: &Grid<'_>, from: usize, rules: &DayRules, only: Option<DataStatus>) -> Self {
        let mut day = Self::EMPTY;
        let mut statuses = 0u8;
        let mut any = false;
        for p in 0..AIR_SIX.len() {
            let flags = &grid.flags_of(p)[from..from + 24];
            let mut hours = &grid.values_of(p)[from..from + 24];
            let mut kept = [MISSING; 24];
            if let Some(only) = only {
                for (kept, (value, flag)) in kept.iter_mut().zip(hours.iter().zip(flags)) {
                    if Cell(*flag).status() == only {
                        *kept = *value;
                    }
                }
                hours = &kept;
            }
            for (value, flag) in hours.iter().zip(flags) {
                if *value != MISSING {
                    any = true;
                    statuses |= 1 << (flag & Cell::STATUS);
                    day.generated |= flag & Cell::GENERATED != 0;
                }
            }
            if p == O3 {
                day.values[O3] = daily_max_8h(hours, rules);
                day.values[O3_MAX_1H] = daily_max_1h(hours, rules);
            } else {
                day.values[p] = daily_mean(hours, rules);
            }
        }
        day.status = StatusSet::from_bits(statuses);
        if any {
            day.basis = DayBasis::Hourly;
        }
        day
    }

    /// The statistics of slot `at` of a daily grid: the values as they were delivered.
    pub(crate) fn of_daily(grid: &Grid<'_>, at: usize, only: Option<DataStatus>) -> Self {
        let mut day = Self::EMPTY;
        for p in 0..AIR_SIX.len() {
            let cell = Cell(grid.flags_of(p)[at]);
            let value = grid.values_of(p)[at];
            if value == MISSING {
                if let Some(reason) = cell.reason() {
                    day.values[p].value = Err(reason);
                }
            } else if only.is_none_or(|only| cell.status() == only)
                && let Some(mean) = Grain::mean(value, 1)
            {
                day.values[p] = DayStat { value: Ok(mean), have: 1, need: 1 };
                day.status.insert(cell.status());
                day.generated |= cell.generated();
                day.basis = DayBasis::Daily;
            }
        }
        day
    }

    pub(crate) fn place_day(&self, day: NaiveDate) -> PlaceDay {
        PlaceDay {
            day,
            values: self.values.map(DayValue::from),
            status: self.status,
            generated: self.generated,
            basis: self.basis,
            dust: 0,
        }
    }
}

/// The statistics of a place from those of its sites (HJ 663-2026, Table A.2).
pub(crate) fn of_sites(day: NaiveDate, sites: &[&MonitorDay], rules: &AirRules) -> PlaceDay {
    let need = rules.share.need(sites.len() as u32) as u16;
    let mut place = PlaceDay { basis: DayBasis::Sites, ..MonitorDay::EMPTY.place_day(day) };
    let mut values = Vec::with_capacity(sites.len());
    for (i, value) in place.values.iter_mut().enumerate() {
        values.clear();
        values.extend(sites.iter().map(|s| s.values[i].concentration()));
        let have = values.iter().flatten().count() as u16;
        let mean = city_mean(&values, rules.share).map_err(|reason| {
            // Sites that have hours, but not enough of them, are not "no data".
            let some = sites.iter().any(|s| s.values[i].have > 0);
            if reason == MissingReason::NoData && some { MissingReason::TooFewSites } else { reason }
        });
        *value = DayValue { value: mean, have, need };
    }
    for site in sites {
        place.status.extend(site.status);
        place.generated |= site.generated;
    }
    if sites.iter().all(|s| s.basis == DayBasis::None) {
        place.basis = DayBasis::None;
    }
    place
}

/// The inputs of an index, at most [`MAX_INPUTS`].
#[derive(Clone, Copy, Debug)]
pub struct Inputs {
    list: [IndexInput; MAX_INPUTS],
    len: usize,
}

impl Inputs {
    pub(crate) fn new() -> Self {
        let none = IndexInput {
            pollutant: Pollutant::So2,
            mean: Averaging::Hour1,
            scale: Averaging::Hour1,
            value: Err(MissingReason::NoData),
        };
        Self { list: [none; MAX_INPUTS], len: 0 }
    }

    pub(crate) fn push(&mut self, input: IndexInput) {
        if let Some(slot) = self.list.get_mut(self.len) {
            *slot = input;
            self.len += 1;
        }
    }
}

impl std::ops::Deref for Inputs {
    type Target = [IndexInput];
    fn deref(&self) -> &[IndexInput] {
        &self.list[..self.len]
    }
}

impl PlaceDay {
    /// The inputs of the daily index that the edition names, in its order.
    pub fn inputs(&self, rules: &AirRules) -> Inputs {
        let mut inputs = Inputs::new();
        for input in &rules.air_index().daily.inputs {
            let at = DAY_INPUTS.iter().position(|(p, a)| *p == input.pollutant && *a == input.averaging);
            let value = at.map_or(Err(MissingReason::NoData), |at| self.values[at].value);
            inputs.push(IndexInput {
                pollutant: input.pollutant,
                mean: input.averaging,
                scale: input.averaging,
                value,
            });
        }
        inputs
    }

    /// Judges the day.
    pub fn judge(self, rules: &AirRules) -> AirDay {
        let inputs = self.inputs(rules);
        let index = rules.table.index(&inputs);
        AirDay { primary: index.primary_of_six(&inputs), index, stats: self }
    }

    /// Whether dust removes the value at this position of [`DAY_INPUTS`].
    pub fn is_dusty(&self, position: usize) -> bool {
        position < AIR_SIX.len() && self.dust & (1 << position) != 0
    }
}
