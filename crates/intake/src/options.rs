use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::FixedOffset;
use lanwan_terms::{CST, DataStatus, Pollutant};
use serde::Serialize;

/// Which end of the hour an hour's label names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeLabel {
    /// The end: `03:00` is the hour from 02:00 to 03:00, as in national air monitoring (小时结束).
    End,
    /// The start: `03:00` is the hour from 03:00 to 04:00 (小时开始).
    Start,
}

impl TimeLabel {
    /// `end` or `start`.
    pub fn code(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Start => "start",
        }
    }
}

impl FromStr for TimeLabel {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "end" => Ok(Self::End),
            "start" => Ok(Self::Start),
            _ => Err(format!("`{text}` is no time label (expected end or start)")),
        }
    }
}

/// A unit in which a file may give a concentration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum InUnit {
    /// Micrograms per cubic metre.
    #[serde(rename = "ug/m3")]
    UgPerM3,
    /// Milligrams per cubic metre.
    #[serde(rename = "mg/m3")]
    MgPerM3,
    /// Parts per billion by volume: 10⁻⁹.
    #[serde(rename = "ppb")]
    Ppb,
    /// Parts per million by volume: 10⁻⁶.
    #[serde(rename = "ppm")]
    Ppm,
}

impl InUnit {
    /// All units.
    pub const ALL: [Self; 4] = [Self::UgPerM3, Self::MgPerM3, Self::Ppb, Self::Ppm];

    /// `ug/m3`, `mg/m3`, `ppb` or `ppm`.
    pub fn code(self) -> &'static str {
        match self {
            Self::UgPerM3 => "ug/m3",
            Self::MgPerM3 => "mg/m3",
            Self::Ppb => "ppb",
            Self::Ppm => "ppm",
        }
    }
}

impl fmt::Display for InUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for InUnit {
    type Err = String;

    /// Accepts `ug/m3`, `µg/m³`, `μg/m^3`, `ug m-3`, `微克/立方米`, the same for milligrams, `ppb` and `ppm`.
    fn from_str(text: &str) -> Result<Self, String> {
        let folded: String = text
            .chars()
            .flat_map(char::to_lowercase)
            .filter_map(|c| match c {
                'µ' | 'μ' => Some('u'),
                '³' => Some('3'),
                '／' => Some('/'),
                '_' | '-' | '^' | '.' | '·' | '*' => None,
                c if c.is_whitespace() => None,
                c => Some(c),
            })
            .collect();
        match folded.as_str() {
            "ug/m3" | "ugm3" | "微克/立方米" | "微克每立方米" | "微克/m3" => Ok(Self::UgPerM3),
            "mg/m3" | "mgm3" | "毫克/立方米" | "毫克每立方米" | "毫克/m3" => Ok(Self::MgPerM3),
            "ppb" | "ppbv" | "nmol/mol" => Ok(Self::Ppb),
            "ppm" | "ppmv" | "umol/mol" => Ok(Self::Ppm),
            _ => Err(format!("`{text}` is no unit of concentration (expected ug/m3, mg/m3, ppb or ppm)")),
        }
    }
}

/// What the reader of a file is told besides the file. The default asks the file for everything.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which end of the hour a label names; `None` takes the convention of the layout.
    pub time_label: Option<TimeLabel>,
    /// Units that override what the file or its layout says.
    pub units: Vec<(Pollutant, InUnit)>,
    /// The city of stations, where the file has no city column.
    pub city: Option<String>,
    /// The monitor, where the file has no column for it.
    pub station: Option<String>,
    /// The status of readings, where the file has no status column.
    pub status: DataStatus,
    /// The offset of times that are written without one; `None` takes the layout's, mostly +08:00.
    pub utc_offset: Option<FixedOffset>,
    /// At most this many rejected rows or values are kept with their details; all are counted.
    pub max_quarantine_detail: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            time_label: None,
            units: Vec::new(),
            city: None,
            station: None,
            status: DataStatus::Provisional,
            utc_offset: None,
            max_quarantine_detail: 10_000,
        }
    }
}

impl Options {
    pub(crate) const DEFAULT_OFFSET: FixedOffset = CST;
}

/// What is read.
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Bytes with a name for messages and for the source of the readings.
    Bytes {
        /// The name.
        name: String,
        /// The content.
        bytes: Vec<u8>,
    },
    /// A stream, such as standard input, with a name. What exceeds 64 MiB is kept in a temporary file meanwhile.
    Reader {
        /// The name.
        name: String,
        /// The stream.
        reader: Box<dyn Read>,
    },
}

impl Input {
    /// Bytes with a name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes { name: name.into(), bytes: bytes.into() }
    }
}

/// How far the reading of one file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file read so far (before decompression); 0 where the format does not tell.
    pub bytes: u64,
    /// Bytes of the file.
    pub total: u64,
    /// Data rows read so far.
    pub rows: u64,
}
