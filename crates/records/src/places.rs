use std::collections::BTreeMap;

use lanwan_terms::Decimal;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder};

use crate::entities::place;
use crate::rows::{PlaceKind, PlaceRow};
use crate::stored::{Given, Row};
use crate::{Records, RecordsError};

/// Rows of one `INSERT`: ten columns each, far below the 32,766 values that SQLite takes at once.
const BATCH: usize = 1000;

/// What recording places did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlaceChanges {
    /// Places that were new.
    pub added: usize,
    /// Places of which something changed.
    pub changed: usize,
    /// Places that stayed as they were.
    pub unchanged: usize,
}

#[derive(Clone, Copy)]
enum Prefer {
    Given,
    Recorded,
}

impl Records {
    /// All places, by id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn places(&self) -> Result<Vec<PlaceRow>, RecordsError> {
        let rows = place::Entity::find().order_by_asc(place::Column::Id).all(&self.db).await.map_err(self.unread())?;
        rows.into_iter().map(|row| self.place_row(row)).collect()
    }

    /// The place with this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn place(&self, id: &str) -> Result<Option<PlaceRow>, RecordsError> {
        // No id has a zero byte, and PostgreSQL cannot even be asked for one.
        if id.contains('\0') {
            return Ok(None);
        }
        let row = place::Entity::find_by_id(id).one(&self.db).await.map_err(self.unread())?;
        row.map(|row| self.place_row(row)).transpose()
    }

    /// Records places as curated: what is given replaces what is recorded, what is not given (`None`) stays.
    /// All of them or, on an error, none.
    ///
    /// # Errors
    /// [`RecordsError::Invalid`] for an empty id or name, one coordinate without the other, coordinates off the globe,
    /// or a last day before the first; otherwise when the database cannot be written.
    pub async fn upsert_places(&self, places: &[PlaceRow]) -> Result<PlaceChanges, RecordsError> {
        self.merge_places(places, Prefer::Given).await
    }

    /// Records places met on the way (in an imported file): new ones are added, of known ones only the gaps are filled.
    /// A name that is merely the id is a gap.
    ///
    /// # Errors
    /// As [`Records::upsert_places`].
    pub async fn fill_places(&self, places: &[PlaceRow]) -> Result<PlaceChanges, RecordsError> {
        self.merge_places(places, Prefer::Recorded).await
    }

    async fn merge_places(&self, places: &[PlaceRow], prefer: Prefer) -> Result<PlaceChanges, RecordsError> {
        if places.is_empty() {
            return Ok(PlaceChanges::default());
        }
        let tx = self.begin().await?;
        let mut recorded = BTreeMap::new();
        for row in place::Entity::find().all(&*tx).await.map_err(self.unread())? {
            let row = self.place_row(row)?;
            recorded.insert(row.id.clone(), row);
        }
        let mut merged: BTreeMap<&str, PlaceRow> = BTreeMap::new();
        for given in places {
            match merged.get_mut(given.id.as_str()) {
                Some(row) => merge(row, given, prefer),
                None => {
                    let mut row = recorded.get(&given.id).unwrap_or(given).clone();
                    merge(&mut row, given, prefer);
                    merged.insert(&given.id, row);
                }
            }
        }

        let mut changes = PlaceChanges::default();
        let mut new = Vec::new();
        for (id, row) in merged {
            match recorded.get(id) {
                Some(before) if *before == row => changes.unchanged += 1,
                Some(_) => {
                    changes.changed += 1;
                    let row = model(&row)?.into_active_model().reset_all();
                    place::Entity::update(row).exec(&*tx).await.map_err(self.unwritten())?;
                }
                None => {
                    changes.added += 1;
                    new.push(model(&row)?.into_active_model());
                }
            }
        }
        while !new.is_empty() {
            let rest = new.split_off(new.len().min(BATCH));
            place::Entity::insert_many(new).exec_without_returning(&*tx).await.map_err(self.unwritten())?;
            new = rest;
        }
        self.commit(tx).await?;
        Ok(changes)
    }

    fn place_row(&self, row: place::Model) -> Result<PlaceRow, RecordsError> {
        let at = Row { database: self.name(), table: "place", key: row.id.clone() };
        let degrees = |column, text: Option<String>| -> Result<Option<Decimal>, RecordsError> {
            text.map(|t| t.parse().map_err(|_| at.unreadable(column, t, "a decimal number"))).transpose()
        };
        let day = |column, text: Option<String>| text.map(|t| at.day(column, &t)).transpose();
        let kind: PlaceKind =
            row.kind.parse().map_err(|_| at.unreadable("kind", &row.kind, "city, district or station"))?;
        Ok(PlaceRow {
            name: row.name,
            name_en: row.name_en,
            kind,
            parent: row.parent,
            longitude: degrees("longitude", row.longitude)?,
            latitude: degrees("latitude", row.latitude)?,
            adcode: row.adcode,
            opened: day("opened", row.opened)?,
            closed: day("closed", row.closed)?,
            id: row.id,
        })
    }
}

fn merge(row: &mut PlaceRow, given: &PlaceRow, prefer: Prefer) {
    fn one<T: Clone>(row: &mut Option<T>, given: &Option<T>, prefer: Prefer) {
        if given.is_some() && (row.is_none() || matches!(prefer, Prefer::Given)) {
            row.clone_from(given);
        }
    }
    match prefer {
        Prefer::Given => {
            row.name.clone_from(&given.name);
            row.kind = given.kind;
        }
        Prefer::Recorded if row.name == row.id => row.name.clone_from(&given.name),
        Prefer::Recorded => {}
    }
    one(&mut row.name_en, &given.name_en, prefer);
    one(&mut row.parent, &given.parent, prefer);
    one(&mut row.longitude, &given.longitude, prefer);
    one(&mut row.latitude, &given.latitude, prefer);
    one(&mut row.adcode, &given.adcode, prefer);
    one(&mut row.opened, &given.opened, prefer);
    one(&mut row.closed, &given.closed, prefer);
}

fn model(row: &PlaceRow) -> Result<place::Model, RecordsError> {
    let given = Given("place", &row.id);
    let degrees = |field, value: Option<Decimal>, other: Option<Decimal>, most: i64, want| match (value, other) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(given.invalid(field, "", "longitude and latitude together")),
        (Some(v), _) if v < Decimal::new(-most, 0) || v > Decimal::new(most, 0) => Err(given.invalid(field, v, want)),
        (Some(v), _) => Ok(Some(v.normalized().to_string())),
    };
    if let (Some(opened), Some(closed)) = (row.opened, row.closed)
        && closed < opened
    {
        return Err(given.invalid("closed", closed, "a day not before the one of opening"));
    }
    Ok(place::Model {
        id: given.name("id", &row.id)?,
        name: given.name("name", &row.name)?,
        name_en: given.some_text("name_en", row.name_en.as_deref())?,
        kind: row.kind.code().to_owned(),
        parent: given.some_text("parent", row.parent.as_deref())?,
        longitude: degrees("longitude", row.longitude, row.latitude, 180, "degrees from -180 to 180")?,
        latitude: degrees("latitude", row.latitude, row.longitude, 90, "degrees from -90 to 90")?,
        adcode: given.some_text("adcode", row.adcode.as_deref())?,
        opened: row.opened.map(|d| given.day("opened", d)).transpose()?,
        closed: row.closed.map(|d| given.day("closed", d)).transpose()?,
    })
}
