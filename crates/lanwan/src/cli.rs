use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use lanwan_terms::DataStatus;

use crate::{assess, explain, import, imports, places, rulebook, serve};

/// 蓝湾：一座城市的开放环境治理系统。Lanwan: the open environmental-governance system for a city.
#[derive(Parser)]
#[command(name = "lanwan", version, max_term_width = 110, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "示例 Examples:
  lanwan demo                                         sample city and web page on http://127.0.0.1:8212
  lanwan assess air hourly.csv --by day --of station  judge a file, no data folder needed
  lanwan import hourly-2024.xlsx --status audited     add readings to the data folder
  lanwan assess air --by year --of city --format csv  judge what has been imported
  lanwan explain 'air-day~370202~2025-03-05~…'        from a finding back to clauses and readings
  lanwan rulebook list                                the rules, with their dates and marks";

#[derive(Subcommand)]
enum Command {
    /// 导入文件。Add the readings of files to the data folder.
    Import(import::ImportArgs),
    /// 导入记录。List the imports, or the quarantine of one.
    Imports(imports::ImportsArgs),
    /// 评价。Judge readings by the standards in force, or by an edition you name.
    #[command(subcommand)]
    Assess(AssessCommand),
    /// 追溯。Walk from a finding back to its rules and readings.
    Explain(explain::ExplainArgs),
    /// 规则。List, show and check the rulebooks.
    #[command(subcommand)]
    Rulebook(rulebook::RulebookCommand),
    /// 一致性检验。Run cases of `topic,rule,inputs_json,expected_json`; exits 1 when one fails.
    Conformance(rulebook::ConformanceArgs),
    /// 地点。List the places known.
    Places(places::PlacesArgs),
    /// 沙尘标记。Mark days as dust days; marks are never deleted, only withdrawn.
    #[command(subcommand)]
    Dust(places::DustCommand),
    /// 启动网页。Serve the web page and the HTTP interface.
    Serve(serve::ServeArgs),
    /// 演示城市。Load the sample city and serve it.
    Demo(serve::DemoArgs),
    /// 整理存储。Compact the table and remove files that no reader needs any more.
    Maintain(DataArgs),
    /// 接口文档。Print the OpenAPI document.
    Openapi,
}

#[derive(Subcommand)]
enum AssessCommand {
    /// 环境空气。Ambient air.
    Air(assess::AirArgs),
}

/// Where the data folder is.
#[derive(Args, Clone)]
pub(crate) struct DataArgs {
    /// 数据文件夹。The data folder.
    #[arg(long, env = "LANWAN_DATA", default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
}

/// How files are read.
#[derive(Args, Clone)]
pub(crate) struct FileArgs {
    /// Which end of the hour the file's labels name; the layout's convention when left out (nationally the end).
    #[arg(long, value_parser = parse_with::<lanwan_intake::TimeLabel>, value_name = "end|start")]
    pub(crate) time_label: Option<lanwan_intake::TimeLabel>,
    /// Unit of a pollutant in the file, such as CO=ug/m3; may be repeated.
    #[arg(long = "unit", value_parser = parse_unit, value_name = "POLLUTANT=UNIT")]
    pub(crate) units: Vec<(lanwan_terms::Pollutant, lanwan_intake::InUnit)>,
    /// City of the stations, for files that do not name it.
    #[arg(long, value_name = "NAME")]
    pub(crate) city: Option<String>,
    /// Station of the readings, for files that do not name it.
    #[arg(long, value_name = "NAME")]
    pub(crate) station: Option<String>,
    /// How far the values have been checked, for files that do not say.
    #[arg(long, default_value = "provisional", value_parser = parse_with::<DataStatus>, value_name = "provisional|audited|final")]
    pub(crate) status: DataStatus,
}

impl FileArgs {
    pub(crate) fn options(&self) -> lanwan_intake::Options {
        lanwan_intake::Options {
            time_label: self.time_label,
            units: self.units.clone(),
            city: self.city.clone(),
            station: self.station.clone(),
            status: self.status,
            ..lanwan_intake::Options::default()
        }
    }
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading on a terminal.
    Table,
    /// An array of objects.
    Json,
    /// Comma-separated, with a header.
    Csv,
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: u8,
}

impl Failure {
    /// Bad usage.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self { message: message.to_string(), code: 2 }
    }

    /// Bad input.
    pub(crate) fn input(error: impl Display) -> Self {
        Self { message: error.to_string(), code: 2 }
    }

    /// Something that should not happen.
    pub(crate) fn internal(error: impl Display) -> Self {
        Self { message: format!("internal: {error}"), code: 2 }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::input(error)
    }
}

/// What a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Done, or "yes".
    Yes,
    /// The answer is "no".
    No,
}

/// Runs the command line.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match dispatch(cli.command) {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) if failure.message.contains("Broken pipe") => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "lanwan: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn dispatch(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Import(args) => import::run(&args),
        Command::Imports(args) => imports::run(&args),
        Command::Assess(AssessCommand::Air(args)) => assess::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Rulebook(command) => rulebook::run(&command),
        Command::Conformance(args) => rulebook::conformance(&args),
        Command::Places(args) => places::run(&args),
        Command::Dust(command) => places::dust(&command),
        Command::Serve(args) => serve::serve(&args),
        Command::Demo(args) => serve::demo(&args),
        Command::Maintain(args) => serve::maintain(&args),
        Command::Openapi => {
            println!("{}", lanwan_server::openapi_json());
            Ok(Answer::Yes)
        }
    }
}

/// A runtime for the few asynchronous calls of a command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Failure::internal)
}

pub(crate) fn parse_with<T: std::str::FromStr>(text: &str) -> Result<T, String>
where
    T::Err: Display,
{
    text.parse().map_err(|e: T::Err| e.to_string())
}

fn parse_unit(text: &str) -> Result<(lanwan_terms::Pollutant, lanwan_intake::InUnit), String> {
    let (pollutant, unit) = text.split_once('=').ok_or("expected POLLUTANT=UNIT, such as CO=ug/m3")?;
    Ok((parse_with(pollutant)?, parse_with(unit)?))
}

/// Reads an as-of time: RFC 3339, or a day, which stands for its end in China Standard Time.
pub(crate) fn parse_time(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(lanwan_terms::Period::Day(day).end().to_utc() - chrono::TimeDelta::microseconds(1));
    }
    DateTime::parse_from_rfc3339(text).map(|t| t.to_utc()).map_err(|_| {
        format!("`{text}` is no time (expected such as 2024-03-05T12:00:00+08:00, or a day, which stands for its end)")
    })
}
