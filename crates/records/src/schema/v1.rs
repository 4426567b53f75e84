//! Version 1: places, dust marks, imports, quarantine, issued findings, audit log. Frozen.

use sea_orm::sea_query::{Alias, ColumnDef, ForeignKey, Index, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// The tables, in the order of creation.
pub(super) const TABLES: [&str; 7] =
    ["schema_version", "place", "dust_mark", "import", "quarantine", "issued_finding", "audit_log"];

/// Columns of one table, for one of the two databases.
struct Columns {
    postgres: bool,
    table: TableCreateStatement,
}

impl Columns {
    fn of(db: &impl ConnectionTrait, table: &str) -> Self {
        let mut statement = Table::create();
        statement.table(Alias::new(table));
        Self { postgres: db.get_database_backend() == DbBackend::Postgres, table: statement }
    }

    /// Texts sort by code point in both databases, whatever the locale of the server.
    fn text_column(&self, name: &str) -> ColumnDef {
        let mut column = ColumnDef::new(Alias::new(name));
        column.text();
        if self.postgres {
            column.extra(r#"COLLATE "C""#);
        }
        column
    }

    fn key_text(mut self, name: &str) -> Self {
        let mut column = self.text_column(name);
        self.table.col(column.not_null().primary_key());
        self
    }

    fn key_number(mut self, name: &str) -> Self {
        self.table.col(ColumnDef::new(Alias::new(name)).big_integer().not_null().primary_key());
        self
    }

    /// A number that the database gives, rising and never used again.
    fn key_given(mut self, name: &str) -> Self {
        self.table.col(ColumnDef::new(Alias::new(name)).big_integer().not_null().auto_increment().primary_key());
        self
    }

    fn texts(mut self, names: &[&str]) -> Self {
        for name in names {
            let mut column = self.text_column(name);
            self.table.col(column.not_null());
        }
        self
    }

    fn some_texts(mut self, names: &[&str]) -> Self {
        for name in names {
            let mut column = self.text_column(name);
            self.table.col(column.null());
        }
        self
    }

    fn numbers(mut self, names: &[&str]) -> Self {
        for name in names {
            self.table.col(ColumnDef::new(Alias::new(*name)).big_integer().not_null());
        }
        self
    }

    fn some_number(mut self, name: &str) -> Self {
        self.table.col(ColumnDef::new(Alias::new(name)).big_integer().null());
        self
    }

    fn key_of_two(mut self, first: &str, second: &str) -> Self {
        self.table.primary_key(Index::create().col(Alias::new(first)).col(Alias::new(second)));
        self
    }

    fn refers(mut self, column: &str, table: &str) -> Self {
        let mut key = ForeignKey::create();
        key.from_col(Alias::new(column)).to(Alias::new(table), Alias::new("id"));
        self.table.foreign_key(&mut key);
        self
    }
}

/// Creates the tables and their indexes.
pub(super) async fn create(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let tables = [
        Columns::of(db, "schema_version").key_number("version").texts(&["application", "at"]),
        Columns::of(db, "place")
            .key_text("id")
            .texts(&["name"])
            .some_texts(&["name_en"])
            .texts(&["kind"])
            .some_texts(&["parent", "longitude", "latitude", "adcode", "opened", "closed"]),
        Columns::of(db, "dust_mark")
            .key_given("id")
            .texts(&["place", "from_day", "to_day", "pollutants", "document", "learned_at"])
            .some_texts(&["withdrawn_at"])
            .refers("place", "place"),
        Columns::of(db, "import")
            .key_given("id")
            .texts(&["file", "sha256"])
            .numbers(&["bytes"])
            .texts(&["layout"])
            .some_texts(&["encoding"])
            .texts(&["time_label", "units", "at"])
            .some_number("table_version")
            .numbers(&["accepted", "missing", "repeated", "superseded", "rejected", "refused"])
            .some_texts(&["first", "last"])
            .texts(&["report_json"]),
        Columns::of(db, "quarantine")
            .numbers(&["import_id", "number"])
            .texts(&["file"])
            .numbers(&["row"])
            .texts(&["field", "text", "kind", "reason", "reason_en", "remedy", "remedy_en"])
            .key_of_two("import_id", "number")
            .refers("import_id", "import"),
        Columns::of(db, "issued_finding").key_text("id").texts(&[
            "kind",
            "place",
            "period",
            "as_of",
            "json",
            "issued_at",
            "issued_by",
        ]),
        Columns::of(db, "audit_log").key_given("id").texts(&["at", "who", "what", "detail_json"]),
    ];
    for columns in tables {
        db.execute(&columns.table).await?;
    }
    for (table, column) in [("dust_mark", "place"), ("import", "sha256"), ("issued_finding", "place")] {
        let index = Index::create()
            .name(format!("{table}_{column}"))
            .table(Alias::new(table))
            .col(Alias::new(column))
            .to_owned();
        db.execute(&index).await?;
    }
    Ok(())
}
