//! The right to write, as a lock of the operating system on a file in the table's folder. A crash frees it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use chrono::Utc;
use lanwan_terms::format_cst;

use crate::Error;

const NAME: &str = "_committer.lock";

/// Held while it lives.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(root: &Path) -> Result<Self, Error> {
        let path = root.join(NAME);
        let io = |what| {
            let path = path.clone();
            move |source| Error::Io { path, what, source }
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io("could not be opened"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // The holder may be between taking the lock and writing its name: then there is nothing to say yet.
                let _ = file.read_to_string(&mut text);
                let mut lines = text.lines();
                let mut line = |otherwise: &str| lines.next().unwrap_or(otherwise).to_owned();
                let holder = line("another process");
                let since = line("just now");
                return Err(Error::Locked { root: root.to_owned(), holder, since });
            }
            Err(TryLockError::Error(source)) => return Err(io("could not be locked")(source)),
        }
        let command: Vec<String> =
            std::env::args_os().take(3).map(|a| a.to_string_lossy().chars().take(80).collect()).collect();
        let now = Utc::now();
        let now = now - chrono::TimeDelta::nanoseconds(i64::from(now.timestamp_subsec_nanos()));
        let text = format!("process {} ({})\n{}\n", std::process::id(), command.join(" "), format_cst(now));
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(text.as_bytes()))
            .map_err(io("could not be written"))?;
        Ok(Self { _file: file })
    }
}
