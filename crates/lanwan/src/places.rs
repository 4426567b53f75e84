use chrono::{NaiveDate, Utc};
use clap::{Args, Subcommand};
use lanwan_records::DustMark;
use lanwan_terms::Pollutant;
use serde::Serialize;

use crate::cli::{Answer, DataArgs, Failure, Format, parse_with, runtime};
use crate::data::DataFolder;
use crate::output::{Row, print};

#[derive(Args)]
pub(crate) struct PlacesArgs {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Serialize)]
struct PlaceLine {
    id: String,
    name: String,
    kind: &'static str,
    parent: String,
    longitude: String,
    latitude: String,
}

impl Row for PlaceLine {
    fn header() -> Vec<String> {
        ["id", "name", "kind", "parent", "longitude", "latitude"].map(str::to_owned).to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.name.clone(),
            self.kind.to_owned(),
            self.parent.clone(),
            self.longitude.clone(),
            self.latitude.clone(),
        ]
    }
}

pub(crate) fn run(args: &PlacesArgs) -> Result<Answer, Failure> {
    let folder = DataFolder::open(&args.data.data)?;
    let rows = runtime()?.block_on(async {
        let records = folder.records().await?;
        records.places().await.map_err(Failure::input)
    })?;
    let text = |d: Option<lanwan_terms::Decimal>| d.map(|d| d.to_string()).unwrap_or_default();
    let lines: Vec<PlaceLine> = rows
        .into_iter()
        .map(|p| PlaceLine {
            kind: p.kind.code(),
            parent: p.parent.unwrap_or_default(),
            longitude: text(p.longitude),
            latitude: text(p.latitude),
            id: p.id,
            name: p.name,
        })
        .collect();
    print(&lines, args.format)?;
    Ok(Answer::Yes)
}

#[derive(Subcommand)]
pub(crate) enum DustCommand {
    /// Mark days as dust days.
    Add {
        /// The place, and with it all that lies in it.
        #[arg(long)]
        place: String,
        /// First day.
        #[arg(long)]
        from: NaiveDate,
        /// Last day, inclusive; the first when left out.
        #[arg(long)]
        to: Option<NaiveDate>,
        /// The values removed.
        #[arg(long, value_delimiter = ',', default_value = "PM10,PM2.5", value_parser = parse_with::<Pollutant>)]
        pollutants: Vec<Pollutant>,
        /// The document that says so.
        #[arg(long)]
        document: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Withdraw a mark; it stays on record.
    Withdraw {
        /// The mark's number, as listed.
        id: i64,
        #[command(flatten)]
        data: DataArgs,
    },
    /// List the marks, withdrawn ones too.
    List {
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        data: DataArgs,
    },
}

#[derive(Serialize)]
struct MarkLine {
    id: i64,
    place: String,
    from: String,
    to: String,
    pollutants: String,
    document: String,
    learned_at: String,
    withdrawn_at: String,
}

impl Row for MarkLine {
    fn header() -> Vec<String> {
        ["id", "place", "from", "to", "pollutants", "document", "learned_at", "withdrawn_at"]
            .map(str::to_owned)
            .to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.place.clone(),
            self.from.clone(),
            self.to.clone(),
            self.pollutants.clone(),
            self.document.clone(),
            self.learned_at.clone(),
            self.withdrawn_at.clone(),
        ]
    }
}

pub(crate) fn dust(command: &DustCommand) -> Result<Answer, Failure> {
    let runtime = runtime()?;
    match command {
        DustCommand::Add { place, from, to, pollutants, document, data } => {
            let folder = DataFolder::open(&data.data)?;
            let mark = DustMark {
                place: place.clone(),
                from_day: *from,
                to_day: to.unwrap_or(*from),
                pollutants: pollutants.clone(),
                document: document.clone(),
                learned_at: Utc::now(),
            };
            let id = runtime.block_on(async {
                let records = folder.records().await?;
                let places = folder.places(&records).await?;
                if places.get(place).is_none() {
                    return Err(Failure::usage(format!(
                        "unknown place `{place}`; list the places with `lanwan places`"
                    )));
                }
                records.add_dust_mark(&mark).await.map_err(Failure::input)
            })?;
            println!("{id}");
        }
        DustCommand::Withdraw { id, data } => {
            let folder = DataFolder::open(&data.data)?;
            runtime.block_on(async {
                let records = folder.records().await?;
                records.withdraw_dust_mark(*id, Utc::now()).await.map_err(Failure::input)
            })?;
        }
        DustCommand::List { format, data } => {
            let folder = DataFolder::open(&data.data)?;
            let marks = runtime.block_on(async {
                let records = folder.records().await?;
                records.dust_marks().await.map_err(Failure::input)
            })?;
            let lines: Vec<MarkLine> = marks
                .into_iter()
                .map(|m| MarkLine {
                    id: m.id,
                    place: m.mark.place,
                    from: m.mark.from_day.to_string(),
                    to: m.mark.to_day.to_string(),
                    pollutants: m.mark.pollutants.iter().map(|p| p.symbol()).collect::<Vec<_>>().join("|"),
                    document: m.mark.document,
                    learned_at: lanwan_terms::format_cst(m.mark.learned_at),
                    withdrawn_at: m.withdrawn_at.map(lanwan_terms::format_cst).unwrap_or_default(),
                })
                .collect();
            print(&lines, *format)?;
        }
    }
    Ok(Answer::Yes)
}
