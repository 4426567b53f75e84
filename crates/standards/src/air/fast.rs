//! The real-time index over whole columns of hourly readings, by table instead of division, to the same bits.

use lanwan_rulebook::{AboveTop, MissingRule, RealtimeMode};
use lanwan_terms::{AIR_SIX, Averaging};

use super::day::MISSING;
use super::{IndexError, IndexTable, Scale};

/// The index of one hour of one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourlyAqi {
    /// The index; 0 with [`Self::published`] false when there is none.
    pub aqi: u16,
    /// Bit `i` is set when [`AIR_SIX`]`[i]` is a primary pollutant.
    pub primary: u8,
    /// Whether an index is given.
    pub published: bool,
}

/// One-hour concentrations of the six pollutants to an index, for modes that use no sliding mean.
#[derive(Clone, Debug)]
pub struct FastIndex {
    columns: [Column; 6],
    primary_above: u16,
    aqi_min: u16,
    publish_above: Option<u16>,
}

#[derive(Clone, Debug)]
struct Column {
    /// Index at `k` steps; the step is one unit, or a tenth for CO.
    start: Vec<u16>,
    /// `highest[i]` is the largest concentration in millionths whose index is at most `i`.
    highest: Vec<i64>,
    tenth: bool,
    rounds: bool,
    top: i64,
    above: u16,
}

/// An index that no concentration reaches: it marks "no index at this averaging time".
const NONE: u16 = 0;

impl FastIndex {
    /// Builds the tables for a real-time mode, or `None` when the mode needs sliding means.
    ///
    /// # Errors
    /// When the mode names a scale that the table lacks.
    pub fn new(table: &IndexTable, mode: &RealtimeMode) -> Result<Option<Self>, IndexError> {
        if mode.inputs.len() != 6 || mode.inputs.iter().any(|i| i.mean != Averaging::Hour1) {
            return Ok(None);
        }
        let mut columns = Vec::with_capacity(6);
        for pollutant in AIR_SIX {
            let Some(input) = mode.inputs.iter().find(|i| i.pollutant == pollutant) else { return Ok(None) };
            let scale = table
                .scale(pollutant, input.scale)
                .ok_or(IndexError::NoScale { pollutant, averaging: input.scale })?;
            let decimals = if pollutant.unit() == lanwan_terms::Unit::MgPerM3 { 1 } else { 0 };
            if scale.round_to.is_some_and(|d| d != decimals) {
                return Ok(None);
            }
            columns.push(Column::new(scale, decimals == 1));
        }
        let publish_above = match table.missing() {
            MissingRule::UseRest => None,
            MissingRule::PublishAbove(threshold) => Some(threshold),
        };
        let Ok(columns) = columns.try_into() else { return Ok(None) };
        Ok(Some(Self { columns, primary_above: table.primary_above(), aqi_min: table.aqi_min(), publish_above }))
    }

    /// The index of every hour. `columns` holds the six pollutants in the order of [`AIR_SIX`], in millionths of the
    /// unit, [`MISSING`] where there is none, all as long as `out`.
    pub fn index_hours(&self, columns: [&[i64]; 6], out: &mut [HourlyAqi]) {
        let n = out.len();
        let columns = columns.map(|c| &c[..n]);
        for (h, out) in out.iter_mut().enumerate() {
            let mut iaqi = [NONE; 6];
            let mut have = 0u8;
            for p in 0..6 {
                let c = columns[p][h];
                if c != MISSING {
                    have += 1;
                    iaqi[p] = self.columns[p].iaqi(c);
                }
            }
            *out = self.combine(iaqi, have);
        }
    }

    fn combine(&self, iaqi: [u16; 6], have: u8) -> HourlyAqi {
        let most = iaqi.iter().copied().max().unwrap_or(NONE);
        if have == 0 || self.publish_above.is_some_and(|t| have < 6 && most <= t) {
            return HourlyAqi::default();
        }
        let mut primary = 0;
        if most > self.primary_above {
            for (p, i) in iaqi.iter().enumerate() {
                primary |= u8::from(*i == most) << p;
            }
        }
        HourlyAqi { aqi: most.max(self.aqi_min), primary, published: true }
    }
}

impl Column {
    fn new(scale: &Scale, tenth: bool) -> Self {
        let mut highest = vec![0i64];
        for pair in scale.points.windows(2) {
            let ((low, from), (high, to)) = (pair[0], pair[1]);
            for i in 1..=i64::from(high - low) {
                highest.push(from + (to - from) * i / i64::from(high - low));
            }
        }
        let step = if tenth { 100_000 } else { 1_000_000 };
        let top = highest.last().copied().unwrap_or(0);
        let start = (0..=top / step).map(|k| highest.partition_point(|h| *h < k * step) as u16).collect();
        let above = match scale.above_top {
            AboveTop::Cap => scale.cap,
            AboveTop::Fixed(index) => index,
            AboveTop::Fallback(_) => NONE,
        };
        Self { start, highest, tenth, rounds: scale.round_to.is_some(), top, above }
    }

    #[inline]
    fn iaqi(&self, micro: i64) -> u16 {
        let micro = micro.max(0);
        let (steps, rest, half) = if self.tenth {
            (micro / 100_000, micro % 100_000, 50_000)
        } else {
            (micro / 1_000_000, micro % 1_000_000, 500_000)
        };
        if self.rounds {
            let steps = steps + i64::from(rest > half || (rest == half && steps % 2 == 1));
            return self.start.get(steps as usize).copied().unwrap_or(self.above);
        }
        if micro > self.top {
            return self.above;
        }
        let mut i = self.start[steps as usize];
        if rest != 0 {
            while self.highest[usize::from(i)] < micro {
                i += 1;
            }
        }
        i
    }
}
