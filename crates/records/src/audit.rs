use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, EntityTrait, QueryOrder, QuerySelect};

use crate::entities::audit_log;
use crate::records::limited;
use crate::rows::AuditRow;
use crate::stored::{Given, Row};
use crate::{Records, RecordsError};

impl Records {
    /// Adds an entry to the audit log and gives its number.
    ///
    /// # Errors
    /// [`RecordsError::Invalid`] when `who` or `what` is blank; otherwise when the database cannot be written.
    pub async fn audit(
        &self,
        at: DateTime<Utc>,
        who: &str,
        what: &str,
        detail: &serde_json::Value,
    ) -> Result<i64, RecordsError> {
        let given = Given("entry of the audit log", "");
        let row = audit_log::ActiveModel {
            id: NotSet,
            at: Set(given.time("at", at)?),
            who: Set(given.name("who", who)?),
            what: Set(given.name("what", what)?),
            detail_json: Set(detail.to_string()),
        };
        let tx = self.begin().await?;
        let id = audit_log::Entity::insert(row).exec(&*tx).await.map_err(self.unwritten())?.last_insert_id;
        self.commit(tx).await?;
        Ok(id)
    }

    /// The last `limit` entries of the audit log, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn audit_log(&self, limit: u64) -> Result<Vec<AuditRow>, RecordsError> {
        let rows = audit_log::Entity::find()
            .order_by_desc(audit_log::Column::Id)
            .limit(limited(limit))
            .all(&self.db)
            .await
            .map_err(self.unread())?;
        rows.into_iter()
            .map(|row| {
                let at = Row { database: self.name(), table: "audit_log", key: row.id.to_string() };
                Ok(AuditRow {
                    id: row.id,
                    at: at.time("at", &row.at)?,
                    who: row.who,
                    what: row.what,
                    detail_json: row.detail_json,
                })
            })
            .collect()
    }
}
