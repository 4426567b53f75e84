//! The table as DataFusion sees it: Parquet files of one version, chosen by partition and statistics.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::pruning::PrunableStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DataFusionError, Result, Statistics, ToDFSchema};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use datafusion::scalar::ScalarValue;
use object_store::path::Path;

use crate::files::DataFile;
use crate::schema::{COLUMNS, HOUR_US, PARTITIONS, col, file_schema};
use crate::{Error, Snapshot};

/// One version of the table of readings for DataFusion: every row, superseded ones too.
///
/// Pinned to [`uri`](Self::uri) and [`version`](Self::version), which is all that another process needs to make the same plan.
/// Columns: monitor, pollutant, start, value, reason, status, source, learned_at, span, month.
#[derive(Clone, Debug)]
pub struct ReadingsTable {
    snapshot: Snapshot,
    schema: TableSchema,
}

impl Snapshot {
    /// This version for a DataFusion session of the caller's.
    pub fn table_provider(&self) -> Arc<ReadingsTable> {
        let partitions: Vec<FieldRef> =
            PARTITIONS.iter().map(|name| Arc::new(Field::new(*name, DataType::Utf8, false))).collect();
        let schema = TableSchema::builder(file_schema()).with_table_partition_cols(partitions).build();
        Arc::new(ReadingsTable { snapshot: self.clone(), schema })
    }

    /// Every row of this version, superseded ones too, as a lazy DataFusion frame to filter and aggregate.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub fn dataframe(&self) -> std::result::Result<DataFrame, Error> {
        self.store.session.read_table(self.table_provider()).map_err(query_error)
    }
}

pub(crate) fn query_error(e: DataFusionError) -> Error {
    Error::Query(e.to_string())
}

/// The session of a store. It keeps the footers of files that were read.
pub(crate) fn session() -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2))
}

impl ReadingsTable {
    /// The address of the table.
    pub fn uri(&self) -> &str {
        self.snapshot.uri()
    }

    /// The version.
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }

    fn full_schema(&self) -> &SchemaRef {
        self.schema.table_schema()
    }

    /// Files that may hold rows for which `predicate` is true.
    fn choose(&self, predicate: Option<&Arc<dyn PhysicalExpr>>) -> Result<Vec<&Arc<DataFile>>> {
        let files: Vec<&Arc<DataFile>> = self.snapshot.files.iter().collect();
        let Some(predicate) = predicate else { return Ok(files) };
        let pruning = PruningPredicateBuilder::new()
            .with_file_schema(Arc::clone(self.full_schema()))
            .try_build(Arc::clone(predicate))?;
        let statistics = files.iter().map(|f| Arc::new(statistics(f, self.full_schema()))).collect();
        let keep = pruning.prune(&PrunableStatistics::new(statistics, Arc::clone(self.full_schema())))?;
        Ok(files.into_iter().zip(keep).filter_map(|(file, keep)| keep.then_some(file)).collect())
    }
}

fn statistics(file: &DataFile, schema: &Schema) -> Statistics {
    let time = |micros| ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into()));
    let text = |t: &str| ScalarValue::Utf8(Some(t.to_owned()));
    let mut all = Statistics::new_unknown(schema);
    let mut set = |index: usize, min: ScalarValue, max: ScalarValue| {
        if let Some(column) = all.column_statistics.get_mut(index) {
            *column = ColumnStatistics {
                null_count: Precision::Exact(0),
                min_value: Precision::Exact(min),
                max_value: Precision::Exact(max),
                ..ColumnStatistics::new_unknown()
            };
        }
    };
    set(col::MONITOR, text(&file.monitors.0), text(&file.monitors.1));
    set(col::START, time(i64::from(file.hours.0) * HOUR_US), time((i64::from(file.hours.1) + 1) * HOUR_US - 1));
    set(col::LEARNED, time(file.learned.0), time(file.learned.1));
    for (i, value) in partition_texts(file).into_iter().enumerate() {
        set(COLUMNS.len() + i, text(&value), text(&value));
    }
    all.num_rows = Precision::Exact(file.rows as usize);
    all
}

fn partition_texts(file: &DataFile) -> [String; 2] {
    [file.partition.span.code().to_owned(), file.partition.month_name()]
}

#[async_trait]
impl TableProvider for ReadingsTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(self.full_schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let df_schema = Arc::clone(self.full_schema()).to_dfschema()?;
        let predicate = conjunction(filters.to_vec()).map(|f| state.create_physical_expr(f, &df_schema)).transpose()?;
        let files = self.choose(predicate.as_ref())?;
        if files.is_empty() {
            let schema = match projection {
                Some(indices) => Arc::new(self.full_schema().project(indices)?),
                None => self.schema(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let files = files
            .into_iter()
            .map(|file| {
                let path = Path::from_absolute_path(&file.absolute)?;
                let values = partition_texts(file).map(|t| ScalarValue::Utf8(Some(t))).to_vec();
                Ok(PartitionedFile::new(path, file.size).with_partition_values(values))
            })
            .collect::<Result<Vec<_>>>()?;
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let url = ObjectStoreUrl::local_filesystem();
        let objects = state.runtime_env().object_store(&url)?;
        let footers = state.runtime_env().cache_manager.get_file_metadata_cache();
        let mut source = ParquetSource::new(self.schema.clone())
            .with_parquet_file_reader_factory(Arc::new(CachedParquetFileReaderFactory::new(objects, footers)))
            .with_enable_page_index(true);
        if let Some(predicate) = predicate {
            source = source.with_predicate(predicate);
        }
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
