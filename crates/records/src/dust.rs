use chrono::{DateTime, Utc};
use lanwan_terms::{Pollutant, format_cst};
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::entities::{dust_mark, place};
use crate::rows::{DustMark, DustMarkRow};
use crate::stored::{Given, Row};
use crate::{Records, RecordsError};

impl Records {
    /// All dust marks, the withdrawn ones too, in the order of recording. [`DustMarkRow::stands`] tells which hold.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn dust_marks(&self) -> Result<Vec<DustMarkRow>, RecordsError> {
        let rows =
            dust_mark::Entity::find().order_by_asc(dust_mark::Column::Id).all(&self.db).await.map_err(self.unread())?;
        rows.into_iter().map(|row| self.mark_row(row)).collect()
    }

    /// Records a dust mark and gives its number. A mark that stands already with the same place, days, pollutants and
    /// document is not recorded again: its number is given.
    ///
    /// # Errors
    /// [`RecordsError::UnknownPlace`], or [`RecordsError::Invalid`] when the days are in the wrong order, or there is
    /// no pollutant or no document.
    pub async fn add_dust_mark(&self, mark: &DustMark) -> Result<i64, RecordsError> {
        let given = Given("dust mark on", &mark.place);
        if mark.to_day < mark.from_day {
            return Err(given.invalid("to_day", mark.to_day, "a day not before from_day"));
        }
        let mut pollutants = mark.pollutants.clone();
        pollutants.sort_unstable();
        pollutants.dedup();
        if pollutants.is_empty() {
            return Err(given.invalid("pollutants", "", "at least one, such as PM10"));
        }
        let row = dust_mark::ActiveModel {
            id: NotSet,
            place: Set(given.name("place", &mark.place)?),
            from_day: Set(given.day("from_day", mark.from_day)?),
            to_day: Set(given.day("to_day", mark.to_day)?),
            pollutants: Set(pollutants.iter().map(|p| p.symbol()).collect::<Vec<_>>().join("|")),
            document: Set(given.name("document", &mark.document)?),
            learned_at: Set(given.time("learned_at", mark.learned_at)?),
            withdrawn_at: Set(None),
        };

        let tx = self.begin().await?;
        if place::Entity::find_by_id(&mark.place).one(&*tx).await.map_err(self.unread())?.is_none() {
            return Err(RecordsError::UnknownPlace { id: mark.place.clone() });
        }
        let standing = dust_mark::Entity::find()
            .filter(dust_mark::Column::Place.eq(row.place.as_ref().as_str()))
            .filter(dust_mark::Column::FromDay.eq(row.from_day.as_ref().as_str()))
            .filter(dust_mark::Column::ToDay.eq(row.to_day.as_ref().as_str()))
            .filter(dust_mark::Column::Pollutants.eq(row.pollutants.as_ref().as_str()))
            .filter(dust_mark::Column::Document.eq(row.document.as_ref().as_str()))
            .filter(dust_mark::Column::WithdrawnAt.is_null())
            .one(&*tx)
            .await
            .map_err(self.unread())?;
        if let Some(standing) = standing {
            return Ok(standing.id);
        }
        let id = dust_mark::Entity::insert(row).exec(&*tx).await.map_err(self.unwritten())?.last_insert_id;
        self.commit(tx).await?;
        Ok(id)
    }

    /// Withdraws a dust mark from `at` on. What was judged before can still be repeated with the mark.
    ///
    /// # Errors
    /// [`RecordsError::NoMark`], [`RecordsError::AlreadyWithdrawn`], or [`RecordsError::Invalid`] when `at` is before
    /// the mark was learned.
    pub async fn withdraw_dust_mark(&self, id: i64, at: DateTime<Utc>) -> Result<(), RecordsError> {
        let key = id.to_string();
        let given = Given("dust mark", &key);
        let stamp = given.time("withdrawn_at", at)?;
        let tx = self.begin().await?;
        let row = dust_mark::Entity::find_by_id(id).one(&*tx).await.map_err(self.unread())?;
        let mark = self.mark_row(row.ok_or(RecordsError::NoMark { id })?)?;
        if let Some(before) = mark.withdrawn_at {
            return Err(RecordsError::AlreadyWithdrawn { id, at: format_cst(before) });
        }
        if at < mark.mark.learned_at {
            return Err(given.invalid("withdrawn_at", format_cst(at), "a time not before the mark was learned"));
        }
        let row = dust_mark::ActiveModel { id: Set(id), withdrawn_at: Set(Some(stamp)), ..Default::default() };
        dust_mark::Entity::update(row).exec(&*tx).await.map_err(self.unwritten())?;
        self.commit(tx).await
    }

    fn mark_row(&self, row: dust_mark::Model) -> Result<DustMarkRow, RecordsError> {
        let at = Row { database: self.name(), table: "dust_mark", key: row.id.to_string() };
        let pollutants: Result<Vec<Pollutant>, _> = row.pollutants.split('|').map(str::parse).collect();
        Ok(DustMarkRow {
            id: row.id,
            mark: DustMark {
                from_day: at.day("from_day", &row.from_day)?,
                to_day: at.day("to_day", &row.to_day)?,
                pollutants: pollutants
                    .map_err(|_| at.unreadable("pollutants", &row.pollutants, "pollutants joined by `|`"))?,
                learned_at: at.time("learned_at", &row.learned_at)?,
                place: row.place,
                document: row.document,
            },
            withdrawn_at: at.some_time("withdrawn_at", row.withdrawn_at.as_deref())?,
        })
    }
}
