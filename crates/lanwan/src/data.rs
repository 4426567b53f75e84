use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lanwan_assess::Places;
use lanwan_observations::Store;
use lanwan_records::{Records, sqlite_url};
use lanwan_rulebook::{Region, Rulebooks};
use serde::{Deserialize, Serialize};

use crate::cli::Failure;

/// The settings of a data folder, `lanwan.toml`. Every key may be left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Whose rules apply: `CN` or an adcode such as `370200`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    /// The city that pages open with: a place id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) city: Option<String>,
    /// Where the records are: `sqlite:…` or `postgres://…`; a file in the folder when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) records: Option<String>,
    /// Generated stretches of data, to be said on every page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) generated: Vec<Generated>,
}

/// A stretch of days whose readings were generated.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Generated {
    pub(crate) from: chrono::NaiveDate,
    pub(crate) to: chrono::NaiveDate,
    pub(crate) note: String,
    pub(crate) note_en: String,
}

/// A data folder: settings, records, observations and the city's own rulebooks.
pub(crate) struct DataFolder {
    pub(crate) root: PathBuf,
    pub(crate) config: Config,
}

impl DataFolder {
    /// Opens a folder that is there.
    pub(crate) fn open(root: &Path) -> Result<Self, Failure> {
        if !root.join("observations").is_dir() {
            return Err(Failure::usage(format!(
                "{} holds no Lanwan data; import a file first (`lanwan import FILE`), name another folder with --data, \
                 or load the sample city with `lanwan demo`",
                root.display()
            )));
        }
        Self::read(root)
    }

    /// Opens a folder, or makes it.
    pub(crate) fn create_or_open(root: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(root).map_err(|e| {
            Failure::usage(format!("{} cannot be made: {e}; name another folder with --data", root.display()))
        })?;
        Self::read(root)
    }

    fn read(root: &Path) -> Result<Self, Failure> {
        let path = root.join("lanwan.toml");
        let config = match fs::read_to_string(&path) {
            Ok(text) => config(&text).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Config::default(),
            Err(e) => return Err(Failure::usage(format!("{} cannot be read: {e}", path.display()))),
        };
        Ok(Self { root: root.to_owned(), config })
    }

    /// Writes the settings.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let text = toml::to_string_pretty(&self.config).map_err(Failure::internal)?;
        fs::write(self.root.join("lanwan.toml"), text).map_err(Failure::internal)
    }

    pub(crate) fn store(&self) -> Result<Store, Failure> {
        Store::create_or_open(&self.root.join("observations")).map_err(Failure::input)
    }

    pub(crate) async fn records(&self) -> Result<Records, Failure> {
        let url = match &self.config.records {
            Some(url) => url.clone(),
            None => sqlite_url(&self.root.join("records.sqlite")),
        };
        Records::open(&url).await.map_err(Failure::input)
    }

    pub(crate) async fn places(&self, records: &Records) -> Result<Places, Failure> {
        let rows = records.places().await.map_err(Failure::input)?;
        let marks = records.dust_marks().await.map_err(Failure::input)?;
        Ok(lanwan_server::places_of(rows, marks))
    }

    /// The rules of the nation and the provinces, with those of the folder's own `rulebooks/`.
    pub(crate) fn rulebooks(&self) -> Result<Arc<Rulebooks>, Failure> {
        let own = self.root.join("rulebooks");
        rulebooks(own.is_dir().then_some(own.as_path()))
    }

    pub(crate) fn region(&self) -> Result<Region, Failure> {
        region(self.config.region.as_deref())
    }
}

fn config(text: &str) -> Result<Config, toml::de::Error> {
    toml::from_str(text)
}

/// The built-in rules, with those of a folder.
pub(crate) fn rulebooks(dir: Option<&Path>) -> Result<Arc<Rulebooks>, Failure> {
    Rulebooks::builtin_and(dir).map(Arc::new).map_err(Failure::input)
}

/// A region by its code; the nation when there is none.
pub(crate) fn region(code: Option<&str>) -> Result<Region, Failure> {
    Region::parse(code.unwrap_or("CN")).map_err(Failure::input)
}
