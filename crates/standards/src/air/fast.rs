//! The real-time index over whole columns of hourly readings, by table instead of division, to the same bits.

use lanwan_rulebook::{MissingRule, RealtimeMode};
use lanwan_terms::{AIR_SIX, Averaging};

use super::day::MISSING;
use super::{Concentration, IndexError, IndexTable, Scale};

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
    aqi_max: u16,
    publish_above: Option<u16>,
}

/// The index of one pollutant as a step function of the concentration, cut into buckets of a power of two millionths
/// that are too narrow for two steps.
#[derive(Clone, Debug)]
struct Column {
    shift: u32,
    /// The last bucket holds everything above the breakpoints.
    buckets: Vec<Bucket>,
}

/// Indices are kept one higher, so that 0 means that there is none.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Offset in the bucket up to which `low` holds.
    last_low: u32,
    low: u16,
    high: u16,
}

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
            let scale =
                table.scale(pollutant, input.scale).ok_or(IndexError::NoScale { pollutant, averaging: input.scale })?;
            columns.push(Column::new(scale));
        }
        let publish_above = match table.missing() {
            MissingRule::UseRest => None,
            MissingRule::PublishAbove(threshold) => Some(threshold),
        };
        let Ok(columns) = columns.try_into() else { return Ok(None) };
        Ok(Some(Self {
            columns,
            primary_above: table.primary_above(),
            aqi_min: table.aqi_min(),
            aqi_max: table.aqi_max(),
            publish_above,
        }))
    }

    /// The index of every hour. `columns` holds the six pollutants in the order of [`AIR_SIX`], in millionths of the
    /// unit, [`MISSING`] where there is none, all as long as `out`.
    pub fn index_hours(&self, columns: [&[i64]; 6], out: &mut [HourlyAqi]) {
        let n = out.len();
        let columns = columns.map(|c| &c[..n]);
        for (h, out) in out.iter_mut().enumerate() {
            let mut iaqi = [NONE; 6];
            let (mut missing, mut beyond) = (false, false);
            for p in 0..6 {
                let c = columns[p][h];
                let index = self.columns[p].index_and_one(c);
                missing |= c == MISSING;
                // Above a scale that falls back to an averaging time no column has: the largest index is not known.
                beyond |= index == NONE;
                iaqi[p] = if c == MISSING { NONE } else { index };
            }
            *out = if beyond { HourlyAqi::default() } else { self.combine(iaqi, missing) };
        }
    }

    #[inline]
    fn combine(&self, iaqi: [u16; 6], missing: bool) -> HourlyAqi {
        let most = iaqi.iter().fold(NONE, |most, i| most.max(*i));
        if most == NONE || (missing && self.publish_above.is_some_and(|t| most <= t + 1)) {
            return HourlyAqi::default();
        }
        let at_most = iaqi.iter().enumerate().fold(0u8, |mask, (p, i)| mask | u8::from(*i == most) << p);
        let primary = if most > self.primary_above + 1 { at_most } else { 0 };
        HourlyAqi { aqi: (most - 1).clamp(self.aqi_min, self.aqi_max), primary, published: true }
    }
}

impl Column {
    fn new(scale: &Scale) -> Self {
        let steps = steps(scale);
        let narrowest = steps.windows(2).map(|w| w[1].0 - w[0].0).min().unwrap_or(1).max(1);
        let shift = narrowest.ilog2();
        let top = steps.last().map_or(0, |(last, _)| *last);
        let above = scale.iaqi(Concentration::from_micro(top.saturating_add(1))).map_or(NONE, |i| i + 1);
        let value = |at: i64| {
            let next = steps.partition_point(|(last, _)| *last < at);
            steps.get(next).map_or(above, |(_, index)| index + 1)
        };
        let buckets = (0..=(top >> shift) + 1)
            .map(|k| {
                let from = k << shift;
                let next = steps.partition_point(|(last, _)| *last < from);
                let last = steps.get(next).map_or(i64::MAX, |(last, _)| *last - from);
                Bucket {
                    last_low: u32::try_from(last).unwrap_or(u32::MAX),
                    low: value(from),
                    high: value(from + (1 << shift) - 1),
                }
            })
            .collect();
        Self { shift, buckets }
    }

    #[inline]
    fn index_and_one(&self, micro: i64) -> u16 {
        let micro = micro.max(0);
        let last = self.buckets.len() - 1;
        let k = ((micro >> self.shift) as usize).min(last);
        let bucket = self.buckets[k];
        let offset = micro - ((k as i64) << self.shift);
        if offset > i64::from(bucket.last_low) { bucket.high } else { bucket.low }
    }
}

/// The steps of a scale up to its last breakpoint: the largest concentration in millionths with each index.
fn steps(scale: &Scale) -> Vec<(i64, u16)> {
    let top = scale.points.last().map_or(0, |(_, to)| *to);
    let ends: Vec<i64> = match scale.round_to {
        // An exact half belongs to the even neighbour.
        Some(decimals) => {
            let unit = 10i64.pow(6u32.saturating_sub(u32::from(decimals)));
            (0..=top / unit).map(|k| k * unit + unit / 2 - (k % 2)).collect()
        }
        None => {
            let segments = scale.points.windows(2).flat_map(|pair| {
                let ((low, from), (high, to)) = (pair[0], pair[1]);
                let width = i64::from(high - low);
                (1..=width).map(move |i| from + (to - from) * i / width)
            });
            std::iter::once(0).chain(segments).collect()
        }
    };
    let index = |end: i64| scale.iaqi(Concentration::from_micro(end)).unwrap_or(0);
    ends.into_iter().map(|end| (end, index(end))).collect()
}
