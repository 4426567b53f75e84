//! The one writer: files, commits, checkpoints.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use deltalake::kernel::transaction::CommitBuilder;
use deltalake::kernel::{Action, Add, Remove, Version};
use deltalake::protocol::{DeltaOperation, SaveMode};
use deltalake::{DeltaTable, checkpoints};
use lanwan_terms::{DataStatus, MissingReason, Span};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use parquet::errors::ParquetError;

use crate::disk::sync_folder;
use crate::files::{DataFile, new_path, stats_json};
use crate::lock::Lock;
use crate::rows::{FileWriter, HAS_VALUE, Row};
use crate::schema::{HOUR_US, MICRO_LIMIT, PARTITIONS, Partition};
use crate::store::Inner;
use crate::{Error, Snapshot};

/// Commits from one checkpoint to the next. Longer, and each commit costs more than the last.
pub(crate) const CHECKPOINT_EVERY: Version = 20;

/// The one writer of the table. Dropping it lets another process write.
#[derive(Debug)]
pub struct Committer {
    pub(crate) inner: Arc<Inner>,
    _lock: Lock,
}

impl Committer {
    pub(crate) fn new(inner: Arc<Inner>) -> Result<Self, Error> {
        let lock = Lock::take(&inner.root)?;
        Ok(Self { inner, _lock: lock })
    }

    /// The newest version of the table.
    ///
    /// # Errors
    /// [`Error::Log`] when the log cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Inner::snapshot(&self.inner)
    }

    fn log_error(&self, why: impl ToString) -> Error {
        Error::Log { root: self.inner.root.clone(), why: why.to_string() }
    }

    /// Writes a data file of the rows that `fill` pushes, and syncs it. Readers see it once it is committed.
    pub(crate) fn write(
        &self,
        partition: Partition,
        fill: impl FnOnce(&mut FileWriter) -> Result<(), ParquetError>,
    ) -> Result<Option<Add>, Error> {
        let wrong = |e: ParquetError| self.log_error(format!("a data file could not be made: {e}"));
        let mut file = FileWriter::new().map_err(wrong)?;
        fill(&mut file).map_err(wrong)?;
        self.store_file(partition, file)
    }

    pub(crate) fn store_file(&self, partition: Partition, file: FileWriter) -> Result<Option<Add>, Error> {
        let wrong = |e: ParquetError| self.log_error(format!("a data file could not be made: {e}"));
        let Some((bytes, summary)) = file.finish().map_err(wrong)? else { return Ok(None) };
        let path = new_path(partition, summary.learned);
        let size = bytes.len() as i64;
        let place = Path::from(path.as_str());
        self.inner.block_on(self.inner.objects.put(&place, bytes.into())).map_err(|e| self.log_error(e))?;
        Ok(Some(Add {
            path,
            size,
            partition_values: partition_values(partition),
            modification_time: Utc::now().timestamp_millis(),
            data_change: true,
            stats: Some(stats_json(&summary).map_err(|e| self.log_error(e))?),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        }))
    }

    /// Makes new files part of the table.
    pub(crate) fn commit_append(&self, files: Vec<Add>) -> Result<Version, Error> {
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(PARTITIONS.map(str::to_owned).to_vec()),
            predicate: None,
        };
        self.commit(files.into_iter().map(Action::Add).collect(), operation)
    }

    /// Replaces files by others that hold the same rows.
    pub(crate) fn commit_rewrite(&self, old: &[Arc<DataFile>], new: Vec<Add>) -> Result<Version, Error> {
        let now = Utc::now().timestamp_millis();
        let removes = old.iter().map(|file| {
            Action::Remove(Remove {
                path: file.path.clone(),
                data_change: false,
                deletion_timestamp: Some(now),
                extended_file_metadata: Some(true),
                partition_values: Some(partition_values(file.partition)),
                size: Some(file.size as i64),
                tags: None,
                deletion_vector: None,
                base_row_id: None,
                default_row_commit_version: None,
            })
        });
        let adds = new.into_iter().map(|add| Action::Add(Add { data_change: false, ..add }));
        let operation = DeltaOperation::Optimize { predicate: None, target_size: 0 };
        self.commit(removes.chain(adds).collect(), operation)
    }

    fn commit(&self, actions: Vec<Action>, operation: DeltaOperation) -> Result<Version, Error> {
        let (table, _) = Inner::table(&self.inner)?;
        let state = table.snapshot().map_err(|e| self.log_error(e))?;
        let inner = &self.inner;
        let done = inner.block_on(async {
            CommitBuilder::default().with_actions(actions).build(Some(state), Arc::clone(&inner.log), operation).await
        });
        let done = done.map_err(|e| self.log_error(e))?;
        let version = done.version();
        let mut table = table;
        table.state = Some(done.snapshot());
        if version % CHECKPOINT_EVERY == 0 {
            table = self.checkpoint(table)?;
        }
        Inner::set_table(&self.inner, table)?;
        Ok(version)
    }

    /// Writes a checkpoint and opens the table from it.
    pub(crate) fn checkpoint(&self, table: DeltaTable) -> Result<DeltaTable, Error> {
        let inner = &self.inner;
        let folder = inner.root.join("_delta_log");
        let write = inner.block_on(checkpoints::create_checkpoint(&table, None));
        write.map_err(|e| self.log_error(e))?;
        // A large checkpoint is uploaded in parts, past the syncing put; older commits may only go once it is on disk.
        sync_folder(&folder, |name| name.contains("checkpoint")).map_err(|source| Error::Io {
            path: folder,
            what: "could not be synced",
            source,
        })?;
        inner
            .block_on(async {
                let mut fresh = DeltaTable::new(Arc::clone(&inner.log));
                fresh.load().await?;
                Ok(fresh)
            })
            .map_err(|e: deltalake::DeltaTableError| self.log_error(e))
    }

    /// Loads rows that are already sorted into months that hold none yet, without comparing: the fast way in for large archives.
    ///
    /// # Errors
    /// As for [`append`](Self::append).
    pub fn bulk(&mut self, now: DateTime<Utc>) -> Result<Bulk<'_>, Error> {
        let snapshot = self.snapshot()?;
        let now = now.timestamp_micros();
        let learned = snapshot.last_learned().map_or(now, |last| now.max(last.saturating_add(1)));
        Ok(Bulk { committer: self, snapshot, learned, open: None, done: Vec::new(), written: Vec::new(), rows: 0 })
    }
}

pub(crate) fn partition_values(partition: Partition) -> HashMap<String, Option<String>> {
    let values = [partition.span.code().to_owned(), partition.month_name()];
    PARTITIONS.map(str::to_owned).into_iter().zip(values.map(Some)).collect()
}

/// See [`Committer::bulk`]. Nothing is part of the table before [`finish`](Self::finish).
pub struct Bulk<'a> {
    committer: &'a mut Committer,
    snapshot: Snapshot,
    learned: i64,
    open: Option<(Partition, FileWriter)>,
    done: Vec<Partition>,
    written: Vec<Add>,
    rows: u64,
}

impl std::fmt::Debug for Bulk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bulk").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Bulk<'_> {
    /// Adds a row: month after month, and inside a month in the order of monitor, pollutant and hour.
    ///
    /// `value` is in millionths of the pollutant's unit, `hour` in hours since the epoch.
    ///
    /// # Errors
    /// [`Error::Asked`] when the row is out of place or the month already holds readings.
    #[expect(clippy::too_many_arguments, reason = "one argument a column")]
    pub fn push(
        &mut self,
        span: Span,
        monitor: &str,
        pollutant: &str,
        hour: i32,
        value: Result<i64, MissingReason>,
        status: DataStatus,
        source: &str,
    ) -> Result<(), Error> {
        let wrong = |why: &str| Err(Error::Asked(format!("{monitor} {pollutant} hour {hour}: {why}")));
        if monitor.is_empty() || pollutant.is_empty() || crate::schema::align_up(span, hour) != hour {
            return wrong("monitor, pollutant or hour is not one a reading can have");
        }
        let (micro, reason) = match value {
            Ok(micro) => (micro, HAS_VALUE),
            Err(reason) => (0, MissingReason::ALL.iter().position(|r| *r == reason).unwrap_or(0) as u8),
        };
        if !(1 - MICRO_LIMIT..MICRO_LIMIT).contains(&micro) {
            return wrong("the value does not fit");
        }
        // Most rows stay in the month of the row before; the calendar is asked only when they may not.
        let partition = match &self.open {
            Some((p, _)) if p.holds(span, hour) => *p,
            _ => Partition::of_hour(span, hour),
        };
        if self.open.as_ref().is_none_or(|(p, _)| *p != partition) {
            self.close()?;
            let taken = self.done.contains(&partition) || self.snapshot.files.iter().any(|f| f.partition == partition);
            if taken {
                return wrong("the month already holds readings; use append");
            }
            let file = FileWriter::new().map_err(|e| self.committer.log_error(e))?;
            self.open = Some((partition, file));
        }
        if let Some((_, file)) = &mut self.open {
            let row =
                Row { start: i64::from(hour) * HOUR_US, micro, reason, status: status as u8, learned: self.learned };
            if !file.follows(monitor, pollutant, row.start) {
                return wrong("the row is out of order");
            }
            file.push(monitor, pollutant, source, row).map_err(|e| self.committer.log_error(e))?;
        }
        self.rows += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        if let Some((partition, file)) = self.open.take() {
            self.done.push(partition);
            self.written.extend(self.committer.store_file(partition, file)?);
        }
        Ok(())
    }

    /// Commits what was pushed. The rows added and the version of the table afterwards.
    ///
    /// # Errors
    /// As for [`Committer::append`].
    pub fn finish(mut self) -> Result<(u64, u64), Error> {
        self.close()?;
        if self.written.is_empty() {
            return Ok((0, self.snapshot.version));
        }
        let version = self.committer.commit_append(std::mem::take(&mut self.written))?;
        Ok((self.rows, version))
    }
}
