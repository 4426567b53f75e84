use std::path::PathBuf;

/// What can go wrong with the table of readings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no table in the folder.
    #[error("{} holds no table of readings (import something first, or name the data folder)", .0.display())]
    NoTable(PathBuf),
    /// Another process is writing.
    #[error("the readings in {} are being written by {holder} since {since}: wait for it or stop it, then try again",
        .root.display())]
    Locked {
        /// The folder of the table.
        root: PathBuf,
        /// Process number and command of the writer.
        holder: String,
        /// When it began, in China Standard Time.
        since: String,
    },
    /// The operating system refused.
    #[error("{}: {what}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done.
        what: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A data file of the table cannot be read.
    #[error("{} is damaged: {why} (restore it from a backup; the other files are not touched)", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The table's log cannot be read or written.
    #[error("the log of the table of readings in {}: {why}", .root.display())]
    Log {
        /// The folder of the table.
        root: PathBuf,
        /// What went wrong.
        why: String,
    },
    /// The folder holds a Delta table of another shape.
    #[error("{} is a Delta table, but not one of readings: {why} (name another data folder)", .root.display())]
    Foreign {
        /// The folder of the table.
        root: PathBuf,
        /// The difference.
        why: String,
    },
    /// A query could not be planned or run.
    #[error("the readings could not be queried: {0}")]
    Query(String),
    /// A caller asked for something that makes no sense.
    #[error("{0}")]
    Asked(String),
}
