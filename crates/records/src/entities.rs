//! The tables as SeaORM sees them. How they are created stands, once and for all, in `schema`.

macro_rules! entity {
    ($module:ident $table:literal { $($(#[$meta:meta])* $field:ident: $type:ty,)* }) => {
        #[expect(unreachable_pub, reason = "SeaORM's derives make public what stands beside the model")]
        pub(crate) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$meta])* pub $field: $type,)* }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(place "place" {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    name: String,
    name_en: Option<String>,
    kind: String,
    parent: Option<String>,
    longitude: Option<String>,
    latitude: Option<String>,
    adcode: Option<String>,
    opened: Option<String>,
    closed: Option<String>,
});

entity!(dust_mark "dust_mark" {
    #[sea_orm(primary_key)] id: i64,
    place: String,
    from_day: String,
    to_day: String,
    pollutants: String,
    document: String,
    learned_at: String,
    withdrawn_at: Option<String>,
});

entity!(import "import" {
    #[sea_orm(primary_key)] id: i64,
    file: String,
    sha256: String,
    bytes: i64,
    layout: String,
    encoding: Option<String>,
    time_label: String,
    units: String,
    at: String,
    table_version: Option<i64>,
    accepted: i64,
    missing: i64,
    repeated: i64,
    superseded: i64,
    rejected: i64,
    refused: i64,
    first: Option<String>,
    last: Option<String>,
    report_json: String,
});

entity!(quarantine "quarantine" {
    #[sea_orm(primary_key, auto_increment = false)] import_id: i64,
    #[sea_orm(primary_key, auto_increment = false)] number: i64,
    file: String,
    row: i64,
    field: String,
    text: String,
    kind: String,
    reason: String,
    reason_en: String,
    remedy: String,
    remedy_en: String,
});

entity!(issued_finding "issued_finding" {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    kind: String,
    place: String,
    period: String,
    as_of: String,
    json: String,
    issued_at: String,
    issued_by: String,
});

entity!(audit_log "audit_log" {
    #[sea_orm(primary_key)] id: i64,
    at: String,
    who: String,
    what: String,
    detail_json: String,
});

entity!(schema_version "schema_version" {
    #[sea_orm(primary_key, auto_increment = false)] version: i64,
    application: String,
    at: String,
});
