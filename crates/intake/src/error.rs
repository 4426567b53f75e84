use std::io;

use crate::Layout;

/// Why a file gave nothing at all. What is wrong with single rows is in the quarantine instead.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No such file.
    #[error("{file}: no such file; check the path")]
    NotFound {
        /// The file.
        file: String,
    },
    /// The file may not be read.
    #[error("{file}: permission to read it is denied; check its owner and mode")]
    Denied {
        /// The file.
        file: String,
    },
    /// A folder was given.
    #[error("{file}: this is a folder; name the files in it")]
    Directory {
        /// The folder.
        file: String,
    },
    /// Nothing in the file.
    #[error("{file}: the file is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// The operating system failed to read on.
    #[error("{file}: reading failed: {error}")]
    Io {
        /// The file.
        file: String,
        /// What happened.
        error: io::Error,
    },
    /// Half-written or damaged.
    #[error("{file}: the file is damaged or half-written: {what}; nothing of it was taken, fetch it again")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// A line too long to be a table's.
    #[error("{file}, line {row}: the line is longer than {limit} bytes, so this is no table of readings")]
    LineTooLong {
        /// The file.
        file: String,
        /// The line, from 1.
        row: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// It unpacks to more than a table of readings would.
    #[error("{file}: refused, because {what}; unpack and check it first")]
    Bomb {
        /// The file.
        file: String,
        /// What would be unpacked.
        what: String,
    },
    /// A kind of file that is not read.
    #[error("{file}: {what}")]
    Unsupported {
        /// The file.
        file: String,
        /// What it is and what to do.
        what: String,
    },
    /// The header is of no known layout.
    #[error(
        "{file}: no header of a known layout in the first {searched} rows\n  seen: {seen}\n  known layouts:\n{}",
        layout_lines()
    )]
    NoLayout {
        /// The file.
        file: String,
        /// How many rows were searched.
        searched: usize,
        /// The columns seen, joined by commas.
        seen: String,
    },
    /// Two columns claim the same thing.
    #[error("{file}{}: the columns `{first}` and `{second}` both give {what}; remove or rename one", at_row(*row))]
    Ambiguous {
        /// The file.
        file: String,
        /// The header's row, or 0 where a format has none.
        row: u64,
        /// One column.
        first: String,
        /// The other.
        second: String,
        /// What both give.
        what: String,
    },
    /// No column and no option names the monitor.
    #[error("{file}: no column names the station or the city; give the station (`--station`)")]
    NoStation {
        /// The file.
        file: String,
    },
    /// A unit override that has no meaning.
    #[error("{pollutant} cannot be given in {unit}: it is no single gas; use ug/m3 or mg/m3")]
    UnitOverride {
        /// The pollutant.
        pollutant: String,
        /// The unit.
        unit: String,
    },
}

fn layout_lines() -> String {
    Layout::ALL.iter().map(|l| format!("    {}", l.en().trim_end_matches('.'))).collect::<Vec<_>>().join("\n")
}

fn at_row(row: u64) -> String {
    if row == 0 { String::new() } else { format!(", row {row}") }
}

impl IntakeError {
    /// The message in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NotFound { file } => format!("{file}：文件不存在，请检查路径"),
            Self::Denied { file } => format!("{file}：没有读取权限，请检查文件的属主和权限"),
            Self::Directory { file } => format!("{file}：这是文件夹，请指定其中的文件"),
            Self::Empty { file } => format!("{file}：文件是空的"),
            Self::Io { file, error } => format!("{file}：读取失败：{error}"),
            Self::Damaged { file, what } => {
                format!("{file}：文件损坏或没有写完：{what}；其中的数据一概未采用，请重新获取文件")
            }
            Self::LineTooLong { file, row, limit } => {
                format!("{file}，第 {row} 行：一行超过 {limit} 字节，不是监测数据表")
            }
            Self::Bomb { file, what } => format!("{file}：拒绝读取：{what}；请先自行解压检查"),
            Self::Unsupported { file, what } => format!("{file}：不支持的文件：{what}"),
            Self::NoLayout { file, searched, seen } => format!(
                "{file}：前 {searched} 行中没有可识别的表头\n  看到的列：{seen}\n  可识别的格式：\n{}",
                Layout::ALL.iter().map(|l| format!("    {}", l.zh())).collect::<Vec<_>>().join("\n")
            ),
            Self::Ambiguous { file, row, first, second, what } => {
                let at = if *row == 0 { String::new() } else { format!("，第 {row} 行") };
                format!("{file}{at}：列“{first}”和“{second}”重复，都表示 {what}；请删除或改名其中一列")
            }
            Self::NoStation { file } => format!("{file}：没有站点列或城市列，请用 --station 指定站点"),
            Self::UnitOverride { pollutant, unit } => {
                format!("{pollutant} 不能用 {unit} 表示：它不是单一气体，请用 ug/m3 或 mg/m3")
            }
        }
    }
}

/// What a guarded reader refuses; travels inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum Guard {
    #[error("it unpacks to more than {0} bytes")]
    Inflated(u64),
    #[error("its packed data unpack to more than {ratio} times their length ({bytes} bytes so far)")]
    Ratio { ratio: u64, bytes: u64 },
    #[error("the gzip stream ends too early or is not valid: {0}")]
    Gzip(String),
}

/// The error of `file` behind an I/O error.
pub(crate) fn from_io(file: &str, error: io::Error) -> IntakeError {
    let file = file.to_owned();
    if let Some(guard) = error.get_ref().and_then(|e| e.downcast_ref::<Guard>()) {
        return match guard {
            Guard::Gzip(_) => IntakeError::Damaged { file, what: guard.to_string() },
            _ => IntakeError::Bomb { file, what: guard.to_string() },
        };
    }
    match error.kind() {
        io::ErrorKind::NotFound => IntakeError::NotFound { file },
        io::ErrorKind::PermissionDenied => IntakeError::Denied { file },
        io::ErrorKind::IsADirectory => IntakeError::Directory { file },
        _ => IntakeError::Io { file, error },
    }
}
