use lanwan_rulebook::{AboveTop, AirIndex, MissingRule};
use lanwan_terms::{Averaging, Grain, MissingReason, Pollutant};

use super::Concentration;

/// Why an index table cannot be built from a rulebook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// A breakpoint is finer than a millionth of the unit.
    #[error("a breakpoint of {pollutant} {averaging} has more than six digits after the point", averaging = .averaging.code())]
    TooFine {
        /// Pollutant of the scale.
        pollutant: Pollutant,
        /// Averaging time of the scale.
        averaging: Averaging,
    },
    /// The rulebook has no scale for an input of its reports.
    #[error("the index rule has no breakpoints for {pollutant} {averaging}", averaging = .averaging.code())]
    NoScale {
        /// Pollutant asked for.
        pollutant: Pollutant,
        /// Averaging time asked for.
        averaging: Averaging,
    },
}

/// Breakpoints of one pollutant and averaging time, in millionths of the unit.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// Whose breakpoints these are.
    pub averaging: Averaging,
    /// Digits the concentration is rounded to first, when the edition says so.
    pub round_to: Option<u8>,
    pub(super) points: Vec<(u16, i64)>,
    pub(super) above_top: AboveTop,
    pub(super) cap: u16,
}

impl Scale {
    /// The averaging time whose index is reported when `concentration` is above the scale and the edition says so.
    pub fn fallback(&self, concentration: Concentration) -> Option<Averaging> {
        match self.above_top {
            AboveTop::Fallback(averaging) if self.iaqi(concentration).is_none() => Some(averaging),
            _ => None,
        }
    }

    /// The individual index (IAQI): linear between breakpoints, then rounded up (HJ 633, formula 1).
    ///
    /// `None` where the edition gives no index at this averaging time (2012: SO2 1 h and O3 8 h above 800).
    pub fn iaqi(&self, concentration: Concentration) -> Option<u16> {
        let c = match self.round_to {
            Some(decimals) => Concentration::from(concentration.round(decimals)),
            None => concentration,
        };
        if let Some(index) = self.iaqi_of_grains(c) {
            return index;
        }
        let micro = c.num() * 1_000_000;
        for pair in self.points.windows(2) {
            let ((low, from), (high, to)) = (pair[0], pair[1]);
            if micro > i128::from(to) * c.den() {
                continue;
            }
            let numerator = i128::from(high - low) * (micro - i128::from(from) * c.den());
            let denominator = i128::from(to - from) * c.den();
            let rise = match (i64::try_from(numerator), i64::try_from(denominator)) {
                (Ok(n), Ok(d)) => i128::from(n.div_euclid(d) + i64::from(n.rem_euclid(d) != 0)),
                _ => numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) != 0),
            };
            return Some((i128::from(low) + rise).max(0) as u16);
        }
        self.above()
    }

    /// The same for a station's daily value, in 64 bits; `None` when the value is no such number.
    fn iaqi_of_grains(&self, c: Concentration) -> Option<Option<u16>> {
        let grains = (c.den() == Grain::PER_UNIT).then(|| i64::try_from(c.num()).ok()).flatten()?;
        for pair in self.points.windows(2) {
            let ((low, from), (high, to)) = (pair[0], pair[1]);
            let (from, to) = (from.checked_mul(Grain::PER_MICRO)?, to.checked_mul(Grain::PER_MICRO)?);
            if grains > to {
                continue;
            }
            let numerator = i64::from(high - low).checked_mul(grains - from)?;
            let rise = numerator.div_euclid(to - from) + i64::from(numerator.rem_euclid(to - from) != 0);
            return Some(Some((i64::from(low) + rise).max(0) as u16));
        }
        Some(self.above())
    }

    fn above(&self) -> Option<u16> {
        match self.above_top {
            AboveTop::Cap => Some(self.cap),
            AboveTop::Fixed(index) => Some(index),
            AboveTop::Fallback(_) => None,
        }
    }
}

/// One concentration that enters an index.
#[derive(Clone, Copy, Debug)]
pub struct IndexInput {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// The mean of the data (1 h, 8 h, 24 h).
    pub mean: Averaging,
    /// Whose breakpoints are used.
    pub scale: Averaging,
    /// The concentration, or why there is none.
    pub value: Result<Concentration, MissingReason>,
}

/// The most inputs an index can have: 1 h of all six, 8 h of ozone, 24 h of both particles and, above its scale, of SO2
/// (HJ 633-2012, real time).
pub const MAX_INPUTS: usize = 10;

/// An air quality index with what it follows from. Positions are those of the inputs it was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexResult {
    /// The index (AQI), or why none is given.
    pub aqi: Result<u16, MissingReason>,
    /// Level 1 to 6.
    pub level: Option<u8>,
    /// Individual index of every input; `None` without a value or where the edition gives none.
    pub iaqi: [Option<u16>; MAX_INPUTS],
    primary: u16,
    exceeding: u16,
}

impl IndexResult {
    fn none(reason: MissingReason, iaqi: [Option<u16>; MAX_INPUTS]) -> Self {
        Self { aqi: Err(reason), level: None, iaqi, primary: 0, exceeding: 0 }
    }

    /// Whether the input at this position shares the largest individual index and the index is above 50 (首要污染物).
    pub fn is_primary(&self, position: usize) -> bool {
        self.primary & (1 << position) != 0
    }

    /// Whether there is a primary pollutant.
    pub fn has_primary(&self) -> bool {
        self.primary != 0
    }

    /// Whether the input at this position has an individual index above 100, where the edition defines it (超标污染物).
    pub fn is_exceeding(&self, position: usize) -> bool {
        self.exceeding & (1 << position) != 0
    }

    /// The primary pollutants, each once, in the order of the tables.
    pub fn primary_pollutants(&self, inputs: &[IndexInput]) -> Vec<Pollutant> {
        distinct(inputs, |i| self.is_primary(i))
    }

    /// The primary pollutants among the six, bit `i` for [`lanwan_terms::AIR_SIX`]`[i]`.
    pub fn primary_of_six(&self, inputs: &[IndexInput]) -> u8 {
        let primary = (0..inputs.len()).filter(|i| self.is_primary(*i));
        primary.filter_map(|i| inputs[i].pollutant.six_index()).fold(0, |mask, six| mask | 1 << six)
    }

    /// The exceeding pollutants, each once, in the order of the tables.
    pub fn exceeding_pollutants(&self, inputs: &[IndexInput]) -> Vec<Pollutant> {
        distinct(inputs, |i| self.is_exceeding(i))
    }
}

fn distinct(inputs: &[IndexInput], keep: impl Fn(usize) -> bool) -> Vec<Pollutant> {
    let mut found: Vec<Pollutant> = (0..inputs.len()).filter(|i| keep(*i)).map(|i| inputs[i].pollutant).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The index of one edition of HJ 633, ready to be applied.
#[derive(Clone, Debug)]
pub struct IndexTable {
    scales: Vec<Scale>,
    levels: Vec<(u8, u16)>,
    aqi_min: u16,
    aqi_max: u16,
    primary_above: u16,
    exceeding_above: Option<u16>,
    missing: MissingRule,
}

impl IndexTable {
    /// Builds the table of a rulebook.
    ///
    /// # Errors
    /// When a breakpoint is finer than a millionth, or a report names a scale that is not there.
    pub fn new(rule: &AirIndex) -> Result<Self, IndexError> {
        let mut scales = Vec::with_capacity(rule.scales.len());
        for scale in &rule.scales {
            let too_fine = IndexError::TooFine { pollutant: scale.pollutant, averaging: scale.averaging };
            let points = scale
                .points
                .iter()
                .map(|p| p.concentration.micro().map(|micro| (p.iaqi, micro)))
                .collect::<Option<Vec<_>>>()
                .ok_or(too_fine)?;
            scales.push(Scale {
                pollutant: scale.pollutant,
                averaging: scale.averaging,
                round_to: decimals_before_iaqi(rule, scale.pollutant),
                points,
                above_top: scale.above_top,
                cap: rule.aqi_max,
            });
        }
        let table = Self {
            scales,
            levels: rule.levels.iter().map(|l| (l.level, l.max)).collect(),
            aqi_min: rule.aqi_min,
            aqi_max: rule.aqi_max,
            primary_above: rule.primary_above,
            exceeding_above: rule.exceeding_above,
            missing: rule.missing.rule,
        };
        let daily = rule.daily.inputs.iter().map(|i| (i.pollutant, i.averaging));
        let realtime = rule.realtime.iter().flat_map(|m| &m.inputs).map(|i| (i.pollutant, i.scale));
        for (pollutant, averaging) in daily.chain(realtime) {
            if table.scale(pollutant, averaging).is_none() {
                return Err(IndexError::NoScale { pollutant, averaging });
            }
        }
        Ok(table)
    }

    /// The breakpoints of a pollutant and averaging time.
    pub fn scale(&self, pollutant: Pollutant, averaging: Averaging) -> Option<&Scale> {
        self.scales.iter().find(|s| s.pollutant == pollutant && s.averaging == averaging)
    }

    /// The level 1 to 6 of an index.
    pub fn level(&self, aqi: u16) -> u8 {
        self.levels.iter().find(|(_, max)| aqi <= *max).or(self.levels.last()).map_or(0, |(level, _)| *level)
    }

    pub(super) fn primary_above(&self) -> u16 {
        self.primary_above
    }

    pub(super) fn aqi_min(&self) -> u16 {
        self.aqi_min
    }

    pub(super) fn aqi_max(&self) -> u16 {
        self.aqi_max
    }

    pub(super) fn missing(&self) -> MissingRule {
        self.missing
    }

    /// The index of some concentrations: the largest individual index, its level, primary and exceeding pollutants.
    ///
    /// What happens when a pollutant is missing is the edition's: 2012 uses the rest, 2026 publishes only above 100
    /// unless the reason is [`MissingReason::NotMonitored`]. The order of the inputs does not matter. At most
    /// [`MAX_INPUTS`] inputs count.
    pub fn index(&self, inputs: &[IndexInput]) -> IndexResult {
        let inputs = &inputs[..inputs.len().min(MAX_INPUTS)];
        let mut iaqi = [None; MAX_INPUTS];
        for (iaqi, input) in iaqi.iter_mut().zip(inputs) {
            if let (Ok(value), Some(scale)) = (input.value, self.scale(input.pollutant, input.scale)) {
                *iaqi = scale.iaqi(value);
            }
        }
        let Some(most) = iaqi.iter().flatten().copied().max() else {
            let reasons = inputs.iter().filter_map(|i| i.value.err()).filter(|r| *r != MissingReason::NotMonitored);
            return IndexResult::none(reasons.min().unwrap_or(MissingReason::NoData), iaqi);
        };
        if inputs.iter().enumerate().any(|(i, input)| iaqi[i].is_none() && self.is_beyond(inputs, &iaqi, input)) {
            return IndexResult::none(MissingReason::AboveScale, iaqi);
        }
        if let MissingRule::PublishAbove(threshold) = self.missing
            && most <= threshold
            && inputs.iter().any(|i| lacks(inputs, i.pollutant))
        {
            return IndexResult::none(MissingReason::NotPublished, iaqi);
        }
        let at = |keep: &dyn Fn(u16) -> bool| -> u16 {
            iaqi.iter().enumerate().filter(|(_, i)| i.is_some_and(keep)).fold(0, |mask, (i, _)| mask | 1 << i)
        };
        let aqi = most.clamp(self.aqi_min, self.aqi_max);
        IndexResult {
            aqi: Ok(aqi),
            level: Some(self.level(aqi)),
            iaqi,
            primary: if most > self.primary_above { at(&|i| i == most) } else { 0 },
            exceeding: self.exceeding_above.map_or(0, |limit| at(&|i| i > limit)),
        }
    }
}

impl IndexTable {
    /// Whether a concentration is above a scale that ends and the averaging time to fall back to has no index either:
    /// then the largest individual index is not known, and the rest must not stand for it.
    fn is_beyond(&self, inputs: &[IndexInput], iaqi: &[Option<u16>], input: &IndexInput) -> bool {
        let Ok(value) = input.value else { return false };
        let Some(averaging) = self.scale(input.pollutant, input.scale).and_then(|s| s.fallback(value)) else {
            return false;
        };
        let falls_back = |(i, other): (usize, &IndexInput)| {
            other.pollutant == input.pollutant && other.scale == averaging && iaqi[i].is_some()
        };
        !inputs.iter().enumerate().any(falls_back)
    }
}

/// Digits a concentration is rounded to before its individual index is taken (HJ 633-2026, 4.2.2); 2012 has no such rule.
fn decimals_before_iaqi(rule: &AirIndex, pollutant: Pollutant) -> Option<u8> {
    rule.rounding.before_iaqi.as_ref()?.iter().find(|d| d.pollutant == pollutant).map(|d| d.decimals)
}

/// Whether none of the averaging times of a pollutant has a value, although the monitoring plan covers it.
fn lacks(inputs: &[IndexInput], pollutant: Pollutant) -> bool {
    let mut of = inputs.iter().filter(|i| i.pollutant == pollutant);
    of.clone().all(|i| i.value.is_err()) && of.any(|i| i.value != Err(MissingReason::NotMonitored))
}
