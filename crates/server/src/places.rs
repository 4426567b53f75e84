use lanwan_assess::{DustMark, Place, PlaceKind, Places};
use lanwan_records::{DustMarkRow, PlaceKind as RecordedKind, PlaceRow};

/// The recorded places and dust marks, as they are judged. A station without a parent lies where its adcode says, when that place is
/// recorded.
pub fn places_of(rows: Vec<PlaceRow>, marks: Vec<DustMarkRow>) -> Places {
    let ids: std::collections::BTreeSet<String> = rows.iter().map(|r| r.id.clone()).collect();
    let places = rows.into_iter().map(|row| {
        let stands_in =
            row.adcode.filter(|code| row.kind == RecordedKind::Station && *code != row.id && ids.contains(code));
        Place {
            parent: row.parent.or(stands_in),
            kind: match row.kind {
                RecordedKind::City => PlaceKind::City,
                RecordedKind::District => PlaceKind::District,
                RecordedKind::Station => PlaceKind::Station,
            },
            position: row.longitude.zip(row.latitude),
            id: row.id,
            name: row.name,
            name_en: row.name_en,
        }
    });
    let marks = marks.into_iter().map(|row| DustMark {
        place: row.mark.place,
        from: row.mark.from_day,
        to: row.mark.to_day,
        pollutants: row.mark.pollutants,
        document: row.mark.document,
        learned_at: row.mark.learned_at,
        withdrawn_at: row.withdrawn_at,
    });
    Places::new(places.collect::<Vec<_>>(), marks.collect())
}

/// `city`, `district` or `station`.
pub(crate) fn kind_code(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::City => "city",
        PlaceKind::District => "district",
        PlaceKind::Station => "station",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_lies_where_its_adcode_says_unless_it_has_a_parent() {
        let city =
            PlaceRow { adcode: Some("370200".into()), ..PlaceRow::new("370200", RecordedKind::City, "青岛市") };
        let by_code = PlaceRow { adcode: Some("370200".into()), ..PlaceRow::new("s1", RecordedKind::Station, "甲") };
        let elsewhere = PlaceRow { adcode: Some("370100".into()), ..PlaceRow::new("s2", RecordedKind::Station, "乙") };
        let places = places_of(vec![city, by_code, elsewhere], Vec::new());
        assert_eq!(places.stations("370200"), ["s1".to_owned()].into());
        assert_eq!(places.get("370200").and_then(|p| p.parent.clone()), None);
        assert_eq!(places.get("s2").and_then(|p| p.parent.clone()), None);
    }
}
