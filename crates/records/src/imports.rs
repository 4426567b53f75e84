use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::entities::{import, quarantine};
use crate::records::limited;
use crate::rows::{ImportRow, QuarantineRow};
use crate::stored::{Given, Row};
use crate::{Records, RecordsError};

/// Rows of one `INSERT`, eleven values each. From 50 to 2,900 rows the time is the same; SQLite takes 32,766 values at most.
const BATCH: usize = 250;

/// What is kept of a refused text, in characters.
const KEPT: usize = 200;

impl Records {
    /// Records an import with everything it refused, in one transaction, and gives its number.
    ///
    /// Zero bytes in quarantined text become `␀`: PostgreSQL holds none, and both databases are to say the same.
    ///
    /// # Errors
    /// [`RecordsError::Invalid`] for a `sha256` or `report_json` that is none; otherwise when the database cannot
    /// be written.
    pub async fn record_import(&self, row: &ImportRow, refused: &[QuarantineRow]) -> Result<i64, RecordsError> {
        let row = import_model(row)?;
        let tx = self.begin().await?;
        let id = import::Entity::insert(row).exec(&*tx).await.map_err(self.unwritten())?.last_insert_id;
        for (batch, rows) in refused.chunks(BATCH).enumerate() {
            let rows = rows
                .iter()
                .enumerate()
                .map(|(i, row)| quarantine_model(id, batch * BATCH + i + 1, row))
                .collect::<Result<Vec<_>, _>>()?;
            quarantine::Entity::insert_many(rows).exec_without_returning(&*tx).await.map_err(self.unwritten())?;
        }
        self.commit(tx).await?;
        Ok(id)
    }

    /// The last `limit` imports, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn imports(&self, limit: u64) -> Result<Vec<ImportRow>, RecordsError> {
        let rows = import::Entity::find()
            .order_by_desc(import::Column::Id)
            .limit(limited(limit))
            .all(&self.db)
            .await
            .map_err(self.unread())?;
        rows.into_iter().map(|row| self.import_row(row)).collect()
    }

    /// The import with this number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn import(&self, id: i64) -> Result<Option<ImportRow>, RecordsError> {
        let row = import::Entity::find_by_id(id).one(&self.db).await.map_err(self.unread())?;
        row.map(|row| self.import_row(row)).transpose()
    }

    /// The newest import of a file with this SHA-256 (hex digits of either case).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn import_by_sha256(&self, sha256: &str) -> Result<Option<ImportRow>, RecordsError> {
        let row = import::Entity::find()
            .filter(import::Column::Sha256.eq(sha256.replace('\0', "").to_ascii_lowercase()))
            .order_by_desc(import::Column::Id)
            .one(&self.db)
            .await
            .map_err(self.unread())?;
        row.map(|row| self.import_row(row)).transpose()
    }

    /// What an import refused, in the order it was given: `limit` rows after the first `offset`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn quarantine(
        &self,
        import_id: i64,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<QuarantineRow>, RecordsError> {
        // The rows are numbered without gaps, so an offset needs no counting.
        let rows = quarantine::Entity::find()
            .filter(quarantine::Column::ImportId.eq(import_id))
            .filter(quarantine::Column::Number.gt(i64::try_from(offset).unwrap_or(i64::MAX)))
            .order_by_asc(quarantine::Column::Number)
            .limit(limited(limit))
            .all(&self.db)
            .await
            .map_err(self.unread())?;
        rows.into_iter().map(|row| self.quarantine_row(row)).collect()
    }

    /// How many rows and values an import refused.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn quarantine_count(&self, import_id: i64) -> Result<u64, RecordsError> {
        quarantine::Entity::find()
            .filter(quarantine::Column::ImportId.eq(import_id))
            .count(&self.db)
            .await
            .map_err(self.unread())
    }

    fn import_row(&self, row: import::Model) -> Result<ImportRow, RecordsError> {
        let at = Row { database: self.name(), table: "import", key: row.id.to_string() };
        Ok(ImportRow {
            id: row.id,
            bytes: at.count("bytes", row.bytes)?,
            at: at.time("at", &row.at)?,
            table_version: row.table_version.map(|v| at.count("table_version", v)).transpose()?,
            accepted: at.count("accepted", row.accepted)?,
            missing: at.count("missing", row.missing)?,
            repeated: at.count("repeated", row.repeated)?,
            superseded: at.count("superseded", row.superseded)?,
            rejected: at.count("rejected", row.rejected)?,
            refused: at.count("refused", row.refused)?,
            first: at.some_time("first", row.first.as_deref())?,
            last: at.some_time("last", row.last.as_deref())?,
            file: row.file,
            sha256: row.sha256,
            layout: row.layout,
            encoding: row.encoding,
            time_label: row.time_label,
            units: row.units,
            report_json: row.report_json,
        })
    }

    fn quarantine_row(&self, row: quarantine::Model) -> Result<QuarantineRow, RecordsError> {
        let key = format!("{}/{}", row.import_id, row.number);
        let at = Row { database: self.name(), table: "quarantine", key };
        Ok(QuarantineRow {
            import_id: row.import_id,
            number: at.count("number", row.number)?,
            row: at.count("row", row.row)?,
            file: row.file,
            field: row.field,
            text: row.text,
            kind: row.kind,
            reason: row.reason,
            reason_en: row.reason_en,
            remedy: row.remedy,
            remedy_en: row.remedy_en,
        })
    }
}

fn import_model(row: &ImportRow) -> Result<import::ActiveModel, RecordsError> {
    let given = Given("import of", &row.file);
    let is_hash = row.sha256.len() == 64 && row.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash {
        return Err(given.invalid("sha256", &row.sha256, "64 hex digits in lower case"));
    }
    Ok(import::ActiveModel {
        id: NotSet,
        file: Set(given.text("file", &row.file)?),
        sha256: Set(row.sha256.clone()),
        bytes: Set(given.count("bytes", row.bytes)?),
        layout: Set(given.text("layout", &row.layout)?),
        encoding: Set(given.some_text("encoding", row.encoding.as_deref())?),
        time_label: Set(given.text("time_label", &row.time_label)?),
        units: Set(given.text("units", &row.units)?),
        at: Set(given.time("at", row.at)?),
        table_version: Set(row.table_version.map(|v| given.count("table_version", v)).transpose()?),
        accepted: Set(given.count("accepted", row.accepted)?),
        missing: Set(given.count("missing", row.missing)?),
        repeated: Set(given.count("repeated", row.repeated)?),
        superseded: Set(given.count("superseded", row.superseded)?),
        rejected: Set(given.count("rejected", row.rejected)?),
        refused: Set(given.count("refused", row.refused)?),
        first: Set(given.some_time("first", row.first)?),
        last: Set(given.some_time("last", row.last)?),
        report_json: Set(given.json("report_json", &row.report_json)?),
    })
}

fn quarantine_model(
    import_id: i64,
    number: usize,
    row: &QuarantineRow,
) -> Result<quarantine::ActiveModel, RecordsError> {
    let given = Given("quarantined row of", &row.file);
    let whole = |text: &str| Set(text.replace('\0', "␀"));
    let cut = |text: &str| Set(text.chars().take(KEPT).map(|c| if c == '\0' { '␀' } else { c }).collect::<String>());
    Ok(quarantine::ActiveModel {
        import_id: Set(import_id),
        number: Set(given.count("number", number as u64)?),
        file: whole(&row.file),
        row: Set(given.count("row", row.row)?),
        field: cut(&row.field),
        text: cut(&row.text),
        kind: whole(&row.kind),
        reason: whole(&row.reason),
        reason_en: whole(&row.reason_en),
        remedy: whole(&row.remedy),
        remedy_en: whole(&row.remedy_en),
    })
}
