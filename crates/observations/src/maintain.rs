//! Keeping the table small: few files, a short log, nothing on disk that no reader needs.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::Utc;
use deltalake::checkpoints;
use deltalake::kernel::Add;
use futures::TryStreamExt;

use crate::block::Block;
use crate::commit::CHECKPOINT_EVERY;
use crate::disk::is_staged;
use crate::files::DataFile;
use crate::reader::{Cursor, Wanted, damaged};
use crate::rows::{FileWriter, HAS_VALUE, Names, Row};
use crate::store::Inner;
use crate::{Committer, Error};

/// Files of a month that are left alone.
const HANDFUL: usize = 8;
/// A file is rewritten with the ones learned after it unless it is this many times as large as they are together.
/// So each row is rewritten a few times at most, and the files of a month grow by this factor from the newest to the oldest.
const GROWTH: u64 = 4;
/// How long files stay that no version needs any more, when nothing else is said.
const RETENTION: Duration = Duration::from_secs(3600);

/// What [`Committer::maintain`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Data files before.
    pub files_before: usize,
    /// Data files after.
    pub files_after: usize,
    /// Rows rewritten.
    pub rows: u64,
    /// Data files deleted because no reader needs them any more.
    pub deleted: usize,
    /// Log files deleted.
    pub log_deleted: usize,
}

impl Committer {
    /// [`maintain_with`](Self::maintain_with) a retention of one hour.
    ///
    /// # Errors
    /// As for [`append`](Self::append).
    pub fn maintain(&mut self) -> Result<Maintained, Error> {
        self.maintain_with(RETENTION)
    }

    /// Compacts months that have more than a handful of files, shortens the log, and deletes what no reader needs.
    ///
    /// Every version of every reading is kept. A file that a newer version of the table does without, and what a crash left
    /// behind, is deleted `retention` after it was last needed: a [`Snapshot`](crate::Snapshot) held longer than that may find
    /// its files gone. Where appends must not wait for all months, [`compact_next`](Self::compact_next) between them does one.
    ///
    /// # Errors
    /// As for [`append`](Self::append). What was done before the error stays done.
    pub fn maintain_with(&mut self, retention: Duration) -> Result<Maintained, Error> {
        let mut done = Maintained { files_before: self.snapshot()?.files.len(), ..Maintained::default() };
        while let Some(rows) = self.compact_next()? {
            done.rows += rows;
        }
        done.log_deleted = self.shorten_log(retention)?;
        done.deleted = self.sweep(retention)?;
        done.files_after = self.snapshot()?.files.len();
        Ok(done)
    }

    /// Compacts the first month that has more than a handful of files, in one commit. The rows rewritten, or `None` when no month
    /// needs it.
    ///
    /// # Errors
    /// As for [`append`](Self::append); then nothing has changed.
    pub fn compact_next(&mut self) -> Result<Option<u64>, Error> {
        let snapshot = self.snapshot()?;
        for month in snapshot.files.chunk_by(|a, b| a.partition == b.partition) {
            let from = merge_from(&month.iter().map(|f| f.rows).collect::<Vec<_>>());
            let old = &month[from..];
            if old.len() > 1 {
                let merged = self.merge(old)?;
                self.commit_rewrite(old, vec![merged])?;
                return Ok(Some(old.iter().map(|f| f.rows).sum()));
            }
        }
        Ok(None)
    }

    /// Writes the rows of `files` into one new file, in order. Memory: a batch a file, and the new file.
    fn merge(&self, files: &[Arc<DataFile>]) -> Result<Add, Error> {
        let mut cursors = Vec::with_capacity(files.len());
        for file in files {
            let mut cursor = Cursor::new(Arc::clone(file.footer()?), Wanted::All, |_, _| true);
            if cursor.fill()? {
                cursors.push(cursor);
            }
        }
        let root = &self.inner.root;
        let wrong = |e: parquet::errors::ParquetError| Error::Log { root: root.clone(), why: e.to_string() };
        let mut out = FileWriter::new().map_err(wrong)?;
        let mut sources = Names::default();
        let mut rows: Vec<(Row, u32)> = Vec::new();
        while let Some((monitor, pollutant, members)) = lowest(&cursors) {
            for i in members {
                take_run(&mut cursors[i], &monitor, &pollutant, &mut sources, &mut rows)?;
            }
            rows.sort_by_key(|(row, _)| (row.start, row.learned));
            for (row, source) in rows.drain(..) {
                out.push(&monitor, &pollutant, sources.text(source), row).map_err(wrong)?;
            }
        }
        let partition = files[0].partition;
        let add = self.store_file(partition, out)?;
        add.ok_or_else(|| damaged(&files[0].absolute, "it has no rows"))
    }

    fn shorten_log(&self, retention: Duration) -> Result<usize, Error> {
        let (table, snapshot) = Inner::table(&self.inner)?;
        let log_error = |e| self.inner.log_error(e);
        let table = if self.commits_since_checkpoint() >= CHECKPOINT_EVERY { self.checkpoint(table)? } else { table };
        let cutoff = Utc::now().timestamp_millis() - retention.as_millis() as i64;
        let inner = &self.inner;
        let deleted = inner
            .block_on(checkpoints::cleanup_expired_logs_for(snapshot.version, inner.log.as_ref(), cutoff, None))
            .map_err(log_error)?;
        let table = if deleted > 0 {
            let mut fresh = deltalake::DeltaTable::new(Arc::clone(&inner.log));
            inner.block_on(fresh.load()).map_err(log_error)?;
            fresh
        } else {
            table
        };
        Inner::set_table(inner, table)?;
        Ok(deleted)
    }

    fn commits_since_checkpoint(&self) -> u64 {
        let log = self.inner.root.join("_delta_log");
        let names = fs::read_dir(log).into_iter().flatten().flatten().filter_map(|e| e.file_name().into_string().ok());
        let (mut commit, mut checkpoint) = (0, 0);
        for name in names {
            let Some(version) = name.split('.').next().and_then(|v| v.parse::<u64>().ok()) else { continue };
            if name.ends_with(".json") {
                commit = commit.max(version);
            } else if name.contains(".checkpoint") {
                checkpoint = checkpoint.max(version);
            }
        }
        commit - checkpoint.min(commit)
    }

    /// Deletes data files that no version needs since `retention`.
    fn sweep(&self, retention: Duration) -> Result<usize, Error> {
        let (table, snapshot) = Inner::table(&self.inner)?;
        let inner = &self.inner;
        let state = table.snapshot().map_err(|e| inner.log_error(e))?;
        // The stream is made inside the runtime too: making it asks for one.
        let removed: HashMap<String, i64> = inner
            .block_on(async {
                state
                    .all_tombstones(inner.log.as_ref())
                    .map_ok(|t| (t.path().into_owned(), t.deletion_timestamp().unwrap_or(0)))
                    .try_collect::<HashMap<_, _>>()
                    .await
            })
            .map_err(|e| inner.log_error(e))?;
        let live: std::collections::HashSet<&str> = snapshot.files.iter().map(|f| f.path.as_str()).collect();
        let cutoff = Utc::now().timestamp_millis() - retention.as_millis() as i64;
        let mut deleted = 0;
        for span in folders(&inner.root, "span=") {
            for month in folders(&span, "month=") {
                for file in files(&month) {
                    let Ok(relative) = file.strip_prefix(&inner.root) else { continue };
                    let Some(relative) = relative.to_str() else { continue };
                    let name = relative.rsplit('/').next().unwrap_or(relative);
                    let ours = name.ends_with(".parquet") || is_staged(name);
                    let needed_until = match removed.get(relative) {
                        Some(at) => *at,
                        None => modified_millis(&file),
                    };
                    if ours && !live.contains(relative) && needed_until <= cutoff && fs::remove_file(&file).is_ok() {
                        deleted += 1;
                    }
                }
            }
        }
        for file in files(&inner.root.join("_delta_log")) {
            let staged = file.file_name().and_then(|n| n.to_str()).is_some_and(is_staged);
            if staged && modified_millis(&file) <= cutoff {
                // Left by a crash before its commit; trying again next time is enough.
                let _ = fs::remove_file(&file);
            }
        }
        Ok(deleted)
    }
}

fn modified_millis(file: &Path) -> i64 {
    let modified = fs::metadata(file).and_then(|m| m.modified()).unwrap_or_else(|_| SystemTime::now());
    modified.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}

fn folders(parent: &Path, prefix: &str) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries.filter(|e| e.file_name().to_string_lossy().starts_with(prefix)).map(|e| e.path()).collect()
}

fn files(parent: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries.map(|e| e.path()).filter(|p| p.is_file()).collect()
}

/// From which file of a month on to merge; `rows` of its files in the order they were learned. Only neighbours are merged, so
/// that the times of the files of a month never overlap.
fn merge_from(rows: &[u64]) -> usize {
    if rows.len() <= HANDFUL {
        return rows.len();
    }
    let mut from = rows.len() - 1;
    let mut together = rows[from];
    while from > 0 && rows[from - 1] < GROWTH * together {
        from -= 1;
        together += rows[from];
    }
    // Files that grow steeply but are still too many: merge the newest half of the handful.
    if from + 1 == rows.len() { rows.len() - HANDFUL / 2 } else { from }
}

/// The lowest monitor and pollutant among the next rows, and the cursors that stand there.
fn lowest(cursors: &[Cursor]) -> Option<(String, String, Vec<usize>)> {
    let mut lowest: Option<(&str, &str)> = None;
    let mut members = Vec::new();
    for (i, cursor) in cursors.iter().enumerate() {
        let Some(block) = cursor.block.as_ref() else { continue };
        let (monitor, pollutant, _) = block.run_at(cursor.row);
        let order = lowest.map_or(Ordering::Less, |lowest| (monitor, pollutant).cmp(&lowest));
        if order.is_lt() {
            lowest = Some((monitor, pollutant));
            members.clear();
        }
        if order.is_le() {
            members.push(i);
        }
    }
    lowest.map(|(monitor, pollutant)| (monitor.to_owned(), pollutant.to_owned(), members))
}

/// Takes all next rows of a monitor and pollutant.
fn take_run(
    cursor: &mut Cursor,
    monitor: &str,
    pollutant: &str,
    sources: &mut Names,
    rows: &mut Vec<(Row, u32)>,
) -> Result<(), Error> {
    while cursor.fill()? {
        let Some(block) = cursor.block.as_ref() else { break };
        let (m, p, end) = block.run_at(cursor.row);
        if (m, p) != (monitor, pollutant) {
            break;
        }
        rows.extend((cursor.row..end).map(|row| (row_of(block, row), sources.intern(block.source(row)))));
        cursor.row = end;
    }
    Ok(())
}

fn row_of(block: &Block, row: usize) -> Row {
    let (micro, reason) = match block.value(row) {
        Some(micro) => (micro, HAS_VALUE),
        None => (0, block.reason(row)),
    };
    let learned = block.learned(row).unwrap_or(0);
    Row { start: block.starts()[row], micro, reason, status: block.status(row), learned }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_is_left_alone() {
        assert_eq!(merge_from(&[1; HANDFUL]), HANDFUL);
        assert_eq!(merge_from(&[]), 0);
    }

    #[test]
    fn small_files_are_merged_and_the_large_old_one_stays() {
        let mut rows = vec![7_000_000];
        rows.extend([600; 20]);
        assert_eq!(merge_from(&rows), 1);
    }

    #[test]
    fn a_month_of_hourly_appends_leaves_few_files_and_rewrites_each_row_a_few_times() {
        let (mut rows, mut rewritten): (Vec<u64>, u64) = (Vec::new(), 0);
        for _ in 0..744 {
            rows.push(600);
            let from = merge_from(&rows);
            if from + 1 < rows.len() {
                let together: u64 = rows.drain(from..).sum();
                rewritten += together;
                rows.push(together);
            }
            assert!(rows.len() <= HANDFUL + 1);
        }
        assert_eq!(rows.iter().sum::<u64>(), 744 * 600);
        assert!(rewritten < 8 * 744 * 600, "{rewritten}");
    }
}
