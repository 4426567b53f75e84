use lanwan_observations::{Cell, Grid};
use lanwan_standards::air::{Concentration, IndexInput, IndexResult, MISSING, sliding_mean};
use lanwan_terms::{AIR_SIX, Averaging, DataStatus, Exact, MissingReason, Pollutant, StatusSet};

use crate::AirRules;
use crate::day::Inputs;

/// Hours before the first hour judged that sliding means may need.
pub(crate) const LEAD_HOURS: i32 = 23;

/// The concentrations of one hour of a place that enter its real-time index.
#[derive(Clone, Copy, Debug)]
pub struct PlaceHour {
    /// The hour, by its start since the epoch.
    pub hour: i32,
    /// The inputs in the order of the mode, and those it falls back to.
    pub inputs: Inputs,
    /// Sites with a value for at least one input; 1 for a station.
    pub sites: u16,
    /// Statuses of the hour's readings.
    pub status: StatusSet,
    /// Whether any of the hour's readings was generated.
    pub generated: bool,
    /// Whether there is any reading of the hour, be it one that says why there is no value.
    pub known: bool,
}

/// An hour of a place with its index.
#[derive(Clone, Copy, Debug)]
pub struct AirHour {
    /// The concentrations.
    pub stats: PlaceHour,
    /// The index they give.
    pub index: IndexResult,
}

impl PlaceHour {
    /// The hour at slot `at` of an hourly grid that begins at least [`LEAD_HOURS`] earlier.
    pub(crate) fn of_grid(grid: &Grid<'_>, at: usize, rules: &AirRules, only: Option<DataStatus>) -> Self {
        let mut hour = Self {
            hour: grid.start_hour + at as i32,
            inputs: Inputs::new(),
            sites: 1,
            status: StatusSet::default(),
            generated: false,
            known: false,
        };
        let fits = |flag: u8| only.is_none_or(|only| Cell(flag).status() == only);
        for p in 0..AIR_SIX.len() {
            let flag = grid.flags_of(p)[at];
            hour.known |= fits(flag) && (grid.values_of(p)[at] != MISSING || Cell(flag).reason().is_some());
            if grid.values_of(p)[at] != MISSING && fits(flag) {
                hour.status.insert(Cell(flag).status());
                hour.generated |= Cell(flag).generated();
            }
        }
        let hours = &rules.air_assessment().hours;
        let mean = |pollutant: Pollutant, averaging: Averaging| -> Result<Concentration, MissingReason> {
            let Some(p) = pollutant.six_index() else { return Err(MissingReason::NoData) };
            let (values, flags) = (grid.values_of(p), grid.flags_of(p));
            let (window, min) = match averaging {
                Averaging::Hour8 => (hours.eight_hour.window_hours as usize, hours.eight_hour.min_hours as usize),
                Averaging::Hour24 => (24, hours.daily_mean.min_hours as usize),
                _ => {
                    return match values[at] {
                        MISSING => Err(Cell(flags[at]).reason().unwrap_or(MissingReason::NoData)),
                        micro if fits(flags[at]) => Ok(Concentration::from_micro(micro)),
                        _ => Err(MissingReason::NoData),
                    };
                }
            };
            let from = (at + 1).saturating_sub(window);
            let kept: Vec<i64> = (from..=at).map(|i| if fits(flags[i]) { values[i] } else { MISSING }).collect();
            sliding_mean(&kept, window, min).ok_or(MissingReason::TooFewHours)
        };
        for input in &rules.realtime().inputs {
            let value = mean(input.pollutant, input.mean);
            hour.inputs.push(IndexInput { pollutant: input.pollutant, mean: input.mean, scale: input.scale, value });
        }
        hour.add_fallbacks(rules, mean);
        hour
    }

    /// Above a scale that ends, HJ 633-2012 reports the index of another averaging time.
    fn add_fallbacks(
        &mut self,
        rules: &AirRules,
        mean: impl Fn(Pollutant, Averaging) -> Result<Concentration, MissingReason>,
    ) {
        let inputs = self.inputs;
        for input in inputs.iter() {
            let Ok(value) = input.value else { continue };
            let scale = rules.table.scale(input.pollutant, input.scale);
            let Some(averaging) = scale.and_then(|s| s.fallback(value)) else { continue };
            if !self.inputs.iter().any(|i| i.pollutant == input.pollutant && i.scale == averaging) {
                let value = mean(input.pollutant, averaging);
                self.inputs.push(IndexInput { pollutant: input.pollutant, mean: averaging, scale: averaging, value });
            }
        }
    }

    /// The hour of a place from those of its sites: of every input the mean of the sites that have it.
    pub(crate) fn of_sites(sites: &[&Self], rules: &AirRules) -> Option<Self> {
        let first = sites.first()?;
        let mut place = Self {
            inputs: Inputs::new(),
            sites: 0,
            status: StatusSet::default(),
            generated: false,
            known: true,
            ..**first
        };
        let mean = |pollutant: Pollutant, mean: Averaging| -> Result<Concentration, MissingReason> {
            let values: Vec<Exact> = sites
                .iter()
                .filter_map(|s| s.inputs.iter().find(|i| i.pollutant == pollutant && i.mean == mean))
                .filter_map(|i| i.value.ok())
                .map(Concentration::exact)
                .collect();
            Exact::mean(&values).and_then(|m| concentration(&m)).ok_or(MissingReason::NoData)
        };
        for input in &rules.realtime().inputs {
            let value = mean(input.pollutant, input.mean);
            place.inputs.push(IndexInput { pollutant: input.pollutant, mean: input.mean, scale: input.scale, value });
        }
        place.add_fallbacks(rules, mean);
        for site in sites {
            place.status.extend(site.status);
            place.generated |= site.generated;
            place.sites += u16::from(site.inputs.iter().any(|i| i.value.is_ok()));
        }
        Some(place)
    }

    /// Judges the hour.
    pub fn judge(self, rules: &AirRules) -> AirHour {
        AirHour { index: rules.table.index(&self.inputs), stats: self }
    }
}

fn concentration(exact: &Exact) -> Option<Concentration> {
    exact.parts().map(|(num, den)| Concentration::new(num, den))
}
