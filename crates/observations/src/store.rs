use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use deltalake::kernel::{StructField, Version};
use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore};
use deltalake::operations::create::CreateBuilder;
use deltalake::{DeltaTable, DeltaTableError, TableProperty};
use lanwan_terms::Span;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::disk::DurableFolder;
use crate::files::{DataFile, Logged, data_file};
use crate::schema::{COLUMNS, PARTITIONS, Partition, delta_columns};
use crate::{Committer, Error};

/// A table of readings in a folder. Cheap to clone; clones share what they have read.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) root: PathBuf,
    pub(crate) url: Url,
    pub(crate) log: LogStoreRef,
    /// Rooted at the table's folder.
    pub(crate) objects: Arc<dyn ObjectStore>,
    runtime: Runtime,
    pub(crate) session: SessionContext,
    state: Mutex<Option<State>>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.root).finish()
    }
}

/// The newest version read so far.
struct State {
    table: DeltaTable,
    snapshot: Snapshot,
}

/// One version of the table; it does not change while it is held.
///
/// Files that newer versions no longer need stay on disk for the retention given to [`Committer::maintain_with`], an hour by
/// default, so a snapshot should not be held longer than that.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) store: Arc<Inner>,
    pub(crate) version: Version,
    /// In order of partition, then of `learned_at`.
    pub(crate) files: Arc<Vec<Arc<DataFile>>>,
}

impl Store {
    /// Opens the table in `root`.
    ///
    /// # Errors
    /// [`Error::NoTable`] when there is none, [`Error::Foreign`] when it is another kind of table.
    pub fn open(root: &Path) -> Result<Self, Error> {
        if !root.join("_delta_log").is_dir() {
            return Err(Error::NoTable(root.to_owned()));
        }
        let store = Self { inner: Arc::new(Inner::new(root)?) };
        store.snapshot()?;
        Ok(store)
    }

    /// Opens the table in `root`, or makes an empty one.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Log`] or [`Error::Foreign`].
    pub fn create_or_open(root: &Path) -> Result<Self, Error> {
        let path = root.to_owned();
        fs::create_dir_all(root).map_err(|source| Error::Io { path, what: "could not be made", source })?;
        let inner = Inner::new(root)?;
        let made = |e: DeltaTableError| inner.log_error(e);
        inner.block_on(async {
            if inner.log.is_delta_table_location().await.map_err(made)? {
                return Ok(());
            }
            let create = CreateBuilder::new()
                .with_log_store(Arc::clone(&inner.log))
                .with_table_name("readings")
                .with_columns(delta_columns())
                .with_partition_columns(PARTITIONS)
                .with_configuration_property(TableProperty::AppendOnly, Some("true"))
                .with_configuration_property(TableProperty::CheckpointInterval, Some("20"))
                .with_configuration_property(TableProperty::LogRetentionDuration, Some("interval 1 days"))
                .with_configuration_property(TableProperty::DeletedFileRetentionDuration, Some("interval 1 days"));
            match create.await {
                // Somebody else may have made it in between.
                Ok(_) | Err(DeltaTableError::VersionAlreadyExists(_)) => Ok(()),
                Err(e) => Err(made(e)),
            }
        })?;
        let store = Self { inner: Arc::new(inner) };
        store.snapshot()?;
        Ok(store)
    }

    /// The newest version of the table. Costs two looks at the folder when nothing has changed.
    ///
    /// # Errors
    /// [`Error::Log`] when the log cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        Inner::snapshot(&self.inner)
    }

    /// The right to write, held until the [`Committer`] is dropped.
    ///
    /// # Errors
    /// [`Error::Locked`] says who holds it.
    pub fn committer(&self) -> Result<Committer, Error> {
        Committer::new(Arc::clone(&self.inner))
    }
}

impl Inner {
    fn new(root: &Path) -> Result<Self, Error> {
        let io = |what| move |source| Error::Io { path: root.to_owned(), what, source };
        let root = root.canonicalize().map_err(io("could not be found"))?;
        let url = Url::from_directory_path(&root)
            .map_err(|()| Error::Asked(format!("{} is no absolute path", root.display())))?;
        let bad = |e: object_store::Error| Error::Log { root: root.clone(), why: e.to_string() };
        let objects: Arc<dyn ObjectStore> =
            Arc::new(DurableFolder::new(LocalFileSystem::new_with_prefix(&root).map_err(bad)?));
        let whole: Arc<dyn ObjectStore> = Arc::new(DurableFolder::new(LocalFileSystem::new()));
        let log = default_logstore(Arc::clone(&objects), whole, &url, &StorageConfig::default());
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("readings")
            .enable_all()
            .build()
            .map_err(|source| Error::Io { path: root.clone(), what: "threads could not be started", source })?;
        Ok(Self { root, url, log, objects, runtime, session: crate::table::session(), state: Mutex::new(None) })
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn log_error(&self, e: DeltaTableError) -> Error {
        Error::Log { root: self.root.clone(), why: e.to_string() }
    }

    fn state(&self) -> MutexGuard<'_, Option<State>> {
        // A panic elsewhere leaves at worst an older version here, which the next look replaces.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit_path(&self, version: Version) -> PathBuf {
        self.root.join(format!("_delta_log/{version:020}.json"))
    }

    /// Whether there is a version after this one. A reader that slept for longer than the log is kept sees it by the checkpoint.
    fn is_stale(&self, version: Version) -> bool {
        if self.commit_path(version + 1).exists() {
            return true;
        }
        #[derive(serde::Deserialize)]
        struct Hint {
            version: Version,
        }
        let hint = fs::read(self.root.join("_delta_log/_last_checkpoint"));
        let hint: Option<Hint> = hint.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        hint.is_some_and(|h| h.version > version)
    }

    pub(crate) fn snapshot(this: &Arc<Self>) -> Result<Snapshot, Error> {
        let mut state = this.state();
        if let Some(state) = state.as_ref()
            && !this.is_stale(state.snapshot.version)
        {
            return Ok(state.snapshot.clone());
        }
        let table = state.take();
        let known = table.as_ref().map(|s| Arc::clone(&s.snapshot.files));
        // Replay from the last version costs more with every commit, from a checkpoint it does not.
        let reuse = table.map(|s| s.table).filter(|t| t.version().is_some_and(|v| v % 20 != 0));
        let table = this.block_on(async {
            if let Some(mut table) = reuse
                && table.update_state().await.is_ok()
            {
                return Ok(table);
            }
            let mut table = DeltaTable::new(Arc::clone(&this.log));
            table.load().await.map_err(|e| this.log_error(e))?;
            Ok(table)
        })?;
        this.adopt(&mut state, table, known.as_deref().map_or(&[], Vec::as_slice))
    }

    /// Makes `table` the newest version known, when it is.
    pub(crate) fn set_table(this: &Arc<Self>, table: DeltaTable) -> Result<Snapshot, Error> {
        let mut state = this.state();
        let known = state.as_ref().map(|s| Arc::clone(&s.snapshot.files));
        this.adopt(&mut state, table, known.as_deref().map_or(&[], Vec::as_slice))
    }

    /// The newest version read so far, for a commit on top of it.
    pub(crate) fn table(this: &Arc<Self>) -> Result<(DeltaTable, Snapshot), Error> {
        let snapshot = Self::snapshot(this)?;
        match this.state().as_ref() {
            Some(state) if state.snapshot.version == snapshot.version => Ok((state.table.clone(), snapshot)),
            _ => Err(Error::Log { root: this.root.clone(), why: "it changed while it was being read".to_owned() }),
        }
    }

    fn adopt(
        self: &Arc<Self>,
        state: &mut Option<State>,
        table: DeltaTable,
        known: &[Arc<DataFile>],
    ) -> Result<Snapshot, Error> {
        let loaded = table.snapshot().map_err(|e| self.log_error(e))?;
        if state.is_none() && known.is_empty() {
            self.check_shape(loaded.schema().fields(), loaded.metadata().partition_columns())?;
        }
        let known: HashMap<&str, &Arc<DataFile>> = known.iter().map(|f| (f.path.as_str(), f)).collect();
        let mut files = Vec::new();
        for view in loaded.log_data().iter() {
            if view.deletion_vector_descriptor().is_some() {
                let why = format!("rows of {} were deleted; readings are only ever added", view.path());
                return Err(Error::Foreign { root: self.root.clone(), why });
            }
            if let Some(file) = known.get(&*view.path()) {
                files.push(Arc::clone(file));
                continue;
            }
            let values = view.partition_values_map();
            let part = |i: usize| values.get(PARTITIONS[i]).and_then(|v| v.as_deref());
            let logged = Logged {
                path: view.path().into_owned(),
                size: view.size().max(0) as u64,
                partition: part(0).zip(part(1)).and_then(|(span, month)| Partition::parse(span, month)),
                stats: view.stats(),
            };
            files.push(Arc::new(data_file(&self.root, logged)?));
        }
        files.sort_by(|a, b| (a.partition, a.learned, &a.path).cmp(&(b.partition, b.learned, &b.path)));
        let snapshot = Snapshot { store: Arc::clone(self), version: loaded.version(), files: Arc::new(files) };
        *state = Some(State { table, snapshot: snapshot.clone() });
        Ok(snapshot)
    }

    fn check_shape<'a>(
        &self,
        fields: impl Iterator<Item = &'a StructField>,
        partitions: &[String],
    ) -> Result<(), Error> {
        let wrong = |why| Err(Error::Foreign { root: self.root.clone(), why });
        let fields: HashMap<&str, &StructField> = fields.map(|f| (f.name().as_str(), f)).collect();
        for want in delta_columns() {
            match fields.get(want.name().as_str()) {
                None => return wrong(format!("it has no column `{}`", want.name())),
                Some(have) if have.data_type() != want.data_type() => {
                    let (name, have, want) = (want.name(), have.data_type(), want.data_type());
                    return wrong(format!("column `{name}` is {have} where {want} was expected"));
                }
                Some(_) => {}
            }
        }
        if partitions != PARTITIONS {
            return wrong(format!("it is partitioned by {partitions:?}, not by span and month"));
        }
        match fields.keys().find(|name| !COLUMNS.contains(*name) && !PARTITIONS.contains(*name)) {
            Some(name) => wrong(format!("it has a column `{name}` that this version does not know")),
            None => Ok(()),
        }
    }
}

impl Snapshot {
    /// The version number of the table.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The address of the table, for a query engine elsewhere.
    pub fn uri(&self) -> &str {
        self.store.url.as_str()
    }

    /// Data files in this version.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Rows in this version, each correction counted.
    pub fn row_count(&self) -> u64 {
        self.files.iter().map(|f| f.rows).sum()
    }

    /// First and last hour (since the epoch) in which a reading of a span starts, without a look into the files.
    pub fn hours(&self, span: Span) -> Option<(i32, i32)> {
        let all = || self.months(span).flatten().map(|f| f.hours);
        Some((all().map(|h| h.0).min()?, all().map(|h| h.1).max()?))
    }

    /// When the newest reading was learned; `None` while the table is empty. As an as-of time it stands for this version.
    pub fn learned_at(&self) -> Option<DateTime<Utc>> {
        self.last_learned().map(crate::schema::instant)
    }

    /// The files of a span, grouped by month, oldest month first; within a month in the order they were learned.
    pub(crate) fn months(&self, span: Span) -> impl DoubleEndedIterator<Item = &[Arc<DataFile>]> {
        self.files.chunk_by(|a, b| a.partition == b.partition).filter(move |files| files[0].partition.span == span)
    }

    /// The last time that anything was learned, microseconds since the epoch.
    pub(crate) fn last_learned(&self) -> Option<i64> {
        self.files.iter().map(|f| f.learned.1).max()
    }
}
