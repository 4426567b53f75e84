//! The built binary, run in a folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// What a run of the binary gave.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; -1 after a signal.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the binary prints UTF-8");
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Standard output of a run that must have exited so.
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    /// The rows of CSV output, each a map from column to cell.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut reader = csv::Reader::from_reader(self.out.as_bytes());
        reader.deserialize().collect::<Result<_, _>>().expect("CSV")
    }
}

/// A row of CSV output.
pub(crate) type Row = std::collections::BTreeMap<String, String>;

/// A folder that is removed afterwards, in which the binary is run.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder"))
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), content).expect("a file in the temporary folder");
        self
    }

    /// Runs the binary with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(command(self.0.path(), args).stdin(Stdio::null()).output().expect("the binary starts"))
    }

    /// Runs the binary with this on its standard input.
    pub(crate) fn run_with(&self, args: &[&str], input: impl FnOnce(&mut dyn Write)) -> Ran {
        let mut command = command(self.0.path(), args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        input(&mut child.stdin.take().expect("standard input"));
        Ran::of(child.wait_with_output().expect("the binary ends"))
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lanwan"));
    command.args(args).current_dir(folder).env_remove("LANWAN_DATA");
    command
}
