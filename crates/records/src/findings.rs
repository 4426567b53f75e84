use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::entities::issued_finding::{self, Column, Entity};
use crate::records::limited;
use crate::rows::FindingRow;
use crate::stored::{Given, Row};
use crate::{Records, RecordsError};

impl Records {
    /// Issues a finding: stores it, frozen. `true` when it is new; `false` when the same finding was issued before,
    /// whose first issue (time and person) stands.
    ///
    /// # Errors
    /// [`RecordsError::FindingDiffers`] when another finding was issued under the same id, [`RecordsError::Invalid`]
    /// when a field is blank or `json` is no JSON.
    pub async fn issue_finding(&self, row: &FindingRow) -> Result<bool, RecordsError> {
        let given = Given("finding", &row.id);
        let row = issued_finding::Model {
            id: given.name("id", &row.id)?,
            kind: given.name("kind", &row.kind)?,
            place: given.name("place", &row.place)?,
            period: given.name("period", &row.period)?,
            as_of: given.time("as_of", row.as_of)?,
            json: given.json("json", &row.json)?,
            issued_at: given.time("issued_at", row.issued_at)?,
            issued_by: given.name("issued_by", &row.issued_by)?,
        };
        let tx = self.begin().await?;
        if let Some(before) = Entity::find_by_id(&row.id).one(&*tx).await.map_err(self.unread())? {
            let pairs = [
                ("kind", &before.kind, &row.kind),
                ("place", &before.place, &row.place),
                ("period", &before.period, &row.period),
                ("as_of", &before.as_of, &row.as_of),
                ("json", &before.json, &row.json),
            ];
            return match pairs.into_iter().find(|(_, before, now)| before != now) {
                Some((field, _, _)) => Err(RecordsError::FindingDiffers { id: row.id, field }),
                None => Ok(false),
            };
        }
        Entity::insert(row.into_active_model()).exec_without_returning(&*tx).await.map_err(self.unwritten())?;
        self.commit(tx).await?;
        Ok(true)
    }

    /// The issued finding with this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn finding(&self, id: &str) -> Result<Option<FindingRow>, RecordsError> {
        if id.contains('\0') {
            return Ok(None);
        }
        let row = Entity::find_by_id(id).one(&self.db).await.map_err(self.unread())?;
        row.map(|row| self.finding_row(row)).transpose()
    }

    /// Issued findings by id: up to `limit` that follow the id `after`. Going on from the last one visits all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn findings(&self, after: Option<&str>, limit: u64) -> Result<Vec<FindingRow>, RecordsError> {
        let mut query = Entity::find().order_by_asc(Column::Id).limit(limited(limit));
        if let Some(after) = after {
            query = query.filter(Column::Id.gt(after.replace('\0', "")));
        }
        let rows = query.all(&self.db).await.map_err(self.unread())?;
        rows.into_iter().map(|row| self.finding_row(row)).collect()
    }

    fn finding_row(&self, row: issued_finding::Model) -> Result<FindingRow, RecordsError> {
        let at = Row { database: self.name(), table: "issued_finding", key: row.id.clone() };
        Ok(FindingRow {
            as_of: at.time("as_of", &row.as_of)?,
            issued_at: at.time("issued_at", &row.issued_at)?,
            id: row.id,
            kind: row.kind,
            place: row.place,
            period: row.period,
            json: row.json,
            issued_by: row.issued_by,
        })
    }
}
