use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::{DateTime, Utc};
use lanwan_observations::{Cell, Grid, NOTHING, Stored};
use lanwan_terms::{AIR_SIX, MissingReason, Pollutant, Reading, Span, hour_of};

use crate::source::MonitorHours;

/// Readings held in memory, to be judged without a table. Every identity occurs once.
#[derive(Debug, Default)]
pub struct Memory {
    by_monitor: BTreeMap<String, Vec<Reading>>,
}

impl Memory {
    /// Of readings without two of the same identity, in any order.
    pub fn new(readings: Vec<Reading>) -> Self {
        let mut by_monitor: BTreeMap<String, Vec<Reading>> = BTreeMap::new();
        for reading in readings {
            match by_monitor.get_mut(&reading.monitor) {
                Some(of_monitor) => of_monitor.push(reading),
                None => {
                    by_monitor.insert(reading.monitor.clone(), vec![reading]);
                }
            }
        }
        for of_monitor in by_monitor.values_mut() {
            of_monitor.sort_by(|a, b| (&a.pollutant, a.span, a.start).cmp(&(&b.pollutant, b.span, b.start)));
        }
        Self { by_monitor }
    }

    pub(crate) fn monitors(&self, span: Span) -> MonitorHours {
        self.by_monitor
            .iter()
            .filter_map(|(monitor, readings)| {
                let hours = || readings.iter().filter(|r| r.span == span).map(|r| hour_of(r.start));
                Some((monitor.clone(), (hours().min()?, hours().max()?)))
            })
            .collect()
    }

    pub(crate) fn scan(
        &self,
        span: Span,
        hours: Range<i32>,
        monitors: Option<&BTreeSet<String>>,
        f: impl Fn(&Grid<'_>),
    ) {
        let step = match span {
            Span::Hour => 1,
            Span::Day => 24,
        };
        let slots = hours.len().div_ceil(step as usize);
        for (monitor, readings) in &self.by_monitor {
            if monitors.is_some_and(|wanted| !wanted.contains(monitor)) {
                continue;
            }
            let mut values = vec![NOTHING; slots * AIR_SIX.len()];
            let mut flags = vec![0u8; values.len()];
            let mut any = false;
            for reading in readings.iter().filter(|r| r.span == span) {
                let hour = hour_of(reading.start);
                let Some(index) = AIR_SIX.iter().position(|p| p.hj524() == reading.pollutant) else { continue };
                if !hours.contains(&hour) {
                    continue;
                }
                any = true;
                let at = index * slots + ((hour - hours.start) / step) as usize;
                let (value, flag) = slot_of(reading);
                values[at] = value;
                flags[at] = flag;
            }
            if any {
                f(&Grid { monitor, start_hour: hours.start, hours: slots, step, values: &values, flags: &flags });
            }
        }
    }

    pub(crate) fn history(&self, monitor: &str, pollutant: &str, hours: Range<i32>, span: Span) -> Vec<Stored> {
        let readings = self.by_monitor.get(monitor).map_or(&[][..], Vec::as_slice);
        readings
            .iter()
            .filter(|r| r.pollutant == pollutant && r.span == span && hours.contains(&hour_of(r.start)))
            .map(|r| Stored { reading: r.clone(), learned_at: DateTime::<Utc>::UNIX_EPOCH, superseded: Vec::new() })
            .collect()
    }

    /// Pollutants outside the six that the readings speak of, which air quality assessment leaves aside.
    pub fn other_pollutants(&self) -> BTreeSet<String> {
        let six = AIR_SIX.map(Pollutant::hj524);
        let all = self.by_monitor.values().flatten().map(|r| r.pollutant.as_str());
        all.filter(|p| !six.contains(p)).map(str::to_owned).collect()
    }
}

fn slot_of(reading: &Reading) -> (i64, u8) {
    let mut flag = reading.status as u8;
    if reading.source.starts_with("generated:") {
        flag |= Cell::GENERATED;
    }
    let missing = |reason: MissingReason| {
        let index = MissingReason::ALL.iter().position(|r| *r == reason).unwrap_or(0) as u8;
        (NOTHING, flag | Cell::MISSING | index << 4)
    };
    match reading.value {
        Ok(value) => match value.micro() {
            Some(micro) => (micro, flag),
            None => missing(MissingReason::Invalid),
        },
        Err(reason) => missing(reason),
    }
}
