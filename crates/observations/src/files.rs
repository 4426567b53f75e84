//! The data files of one version of the table, as the Delta log lists them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::extent::MonitorSpan;
use crate::reader::Footer;
use crate::rows::Summary;
use crate::schema::{HOUR_US, Partition, instant};

/// A data file. It never changes once it is in the log.
#[derive(Debug)]
pub(crate) struct DataFile {
    /// Relative to the table.
    pub(crate) path: String,
    pub(crate) absolute: PathBuf,
    pub(crate) partition: Partition,
    pub(crate) size: u64,
    pub(crate) rows: u64,
    /// First and last monitor; bounds, perhaps not tight.
    pub(crate) monitors: (String, String),
    /// Hours since the epoch of the first and last start.
    pub(crate) hours: (i32, i32),
    /// First and last `learned_at`, microseconds since the epoch, exact.
    pub(crate) learned: (i64, i64),
    pub(crate) footer: OnceLock<Arc<Footer>>,
    /// What each monitor has in it, once somebody asked.
    pub(crate) extent: OnceLock<Vec<MonitorSpan>>,
}

impl DataFile {
    pub(crate) fn footer(&self) -> Result<&Arc<Footer>, Error> {
        if let Some(footer) = self.footer.get() {
            return Ok(footer);
        }
        let footer = Arc::new(Footer::read(&self.absolute, self.size)?);
        Ok(self.footer.get_or_init(|| footer))
    }

    /// Whether a row may start in these hours.
    pub(crate) fn meets_hours(&self, hours: &std::ops::Range<i32>) -> bool {
        self.hours.0 < hours.end && self.hours.1 >= hours.start
    }
}

/// The name of a new file. It carries the exact first and last `learned_at`, which the log's statistics round to milliseconds.
pub(crate) fn new_path(partition: Partition, learned: (i64, i64)) -> String {
    let unique = uuid_like();
    format!("{}/part-{:x}-{:x}-{unique:016x}.parquet", partition.folder(), learned.0, learned.1)
}

fn uuid_like() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    // RandomState is seeded by the operating system; names only have to differ.
    RandomState::new().hash_one((std::process::id(), std::time::SystemTime::now()))
}

fn learned_of(path: &str) -> Option<(i64, i64)> {
    let name = path.rsplit('/').next()?.strip_prefix("part-")?;
    let mut parts = name.split('-');
    let mut hex = || i64::from_str_radix(parts.next()?, 16).ok();
    let learned = (hex()?, hex()?);
    (parts.next()?.strip_suffix(".parquet")?.len() == 16).then_some(learned)
}

/// Statistics as the Delta protocol writes them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stats {
    num_records: u64,
    #[serde(default)]
    min_values: Bounds,
    #[serde(default)]
    max_values: Bounds,
    #[serde(default)]
    null_count: HashMap<String, Option<u64>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Bounds {
    monitor: Option<String>,
    start: Option<String>,
    learned_at: Option<String>,
}

/// The statistics of a new file for the log.
pub(crate) fn stats_json(s: &Summary) -> Result<String, serde_json::Error> {
    let time = |micros: i64| Some(instant(micros).to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
    let bounds = |monitor: &str, hour: i32, learned: i64| Bounds {
        monitor: Some(monitor.to_owned()),
        start: time(i64::from(hour) * HOUR_US),
        learned_at: time(learned),
    };
    let nulls = [("monitor", 0), ("start", 0), ("learned_at", 0), ("value", s.missing), ("reason", s.rows - s.missing)];
    serde_json::to_string(&Stats {
        num_records: s.rows,
        min_values: bounds(&s.monitors.0, s.hours.0, s.learned.0),
        max_values: bounds(&s.monitors.1, s.hours.1, s.learned.1),
        null_count: nulls.into_iter().map(|(k, v)| (k.to_owned(), Some(v))).collect(),
    })
}

/// What the log says of a file.
pub(crate) struct Logged {
    pub(crate) path: String,
    pub(crate) size: u64,
    pub(crate) partition: Option<Partition>,
    pub(crate) stats: Option<String>,
}

/// The file of a log entry. What the log does not say is read from the file itself.
pub(crate) fn data_file(root: &Path, logged: Logged) -> Result<DataFile, Error> {
    let absolute = root.join(&logged.path);
    let partition = logged.partition.ok_or_else(|| Error::Foreign {
        root: root.to_owned(),
        why: format!("file {} has no span and month", logged.path),
    })?;
    let stats: Option<Stats> = logged.stats.as_deref().and_then(|s| serde_json::from_str(s).ok());
    let hour = |text: &Option<String>| {
        let time = DateTime::parse_from_rfc3339(text.as_deref()?).ok()?;
        Some(time.timestamp().div_euclid(3600) as i32)
    };
    let from_log = stats.and_then(|s| {
        let hours = (hour(&s.min_values.start)?, hour(&s.max_values.start)?);
        Some((s.num_records, (s.min_values.monitor?, s.max_values.monitor?), hours, learned_of(&logged.path)?))
    });
    let footer = OnceLock::new();
    let (rows, monitors, hours, learned) = match from_log {
        Some(known) => known,
        None => {
            let read = Arc::new(Footer::read(&absolute, logged.size)?);
            let bounds = read.bounds()?;
            footer.get_or_init(|| read);
            bounds
        }
    };
    Ok(DataFile {
        path: logged.path,
        absolute,
        partition,
        size: logged.size,
        rows,
        monitors,
        hours,
        learned,
        footer,
        extent: OnceLock::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_carries_the_exact_times() {
        let partition = Partition::parse("hour", "2024-03");
        let path = new_path(partition.expect("a month"), (1_700_000_000_123_456, 1_700_000_000_123_999));
        assert!(path.starts_with("span=hour/month=2024-03/part-"));
        assert_eq!(learned_of(&path), Some((1_700_000_000_123_456, 1_700_000_000_123_999)));
        assert_eq!(learned_of("span=hour/month=2024-03/part-00001-abc.snappy.parquet"), None);
    }
}
