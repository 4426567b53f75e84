use std::io;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::body::Bytes;
use axum::response::Response;
use lanwan_observations::Store;
use lanwan_records::{DustMarkRow, PlaceRow, Records};
use lanwan_rulebook::{Region, Rulebooks};
use serde::Serialize;
use tokio::sync::{Mutex as AsyncMutex, Semaphore};

use crate::cache::Cache;
use crate::current::{Current, Known};
use crate::failure::{Failure, json};
use crate::{GeneratedSpan, places_of};

/// Judgements that run at once for each processor; more wait. More would not be done sooner, only take more memory.
const AT_ONCE: usize = 2;

/// What the server serves.
pub struct AppConfig {
    /// The readings.
    pub store: Store,
    /// Places, dust marks and imports.
    pub records: Records,
    /// The rules.
    pub rulebooks: Arc<Rulebooks>,
    /// Whose rules apply.
    pub region: Region,
    /// The city that pages open with: a place id such as `370200`. The region's own city, else the first known, when left out.
    pub city: Option<String>,
    /// District shapes: the text of a GeoJSON `FeatureCollection` (WGS 84).
    pub districts_geojson: Option<String>,
    /// Stretches of days whose readings were generated, to be said on every page.
    pub generated: Vec<GeneratedSpan>,
}

/// Why the server cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The district shapes cannot be used.
    #[error(
        "the district shapes are no GeoJSON: {0} (expected a FeatureCollection whose features have the properties `id` and `name`)"
    )]
    Districts(String),
    /// The listener failed.
    #[error("the HTTP server stopped: {0}")]
    Listen(#[from] io::Error),
}

/// The server's state. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    config: AppConfig,
    districts: Bytes,
    recorded: AsyncMutex<Option<(Instant, Arc<Recorded>)>>,
    current: Mutex<Option<Arc<Current>>>,
    known: Arc<Mutex<Known>>,
    cache: Mutex<Cache>,
    gate: Semaphore,
}

/// What the records held when they were last read.
pub(crate) struct Recorded {
    pub(crate) version: u64,
    pub(crate) places: Vec<PlaceRow>,
    pub(crate) marks: Vec<DustMarkRow>,
}

impl App {
    /// Prepares to serve. Nothing is read yet but the shapes.
    ///
    /// # Errors
    /// [`ServerError::Districts`] when the shapes are no GeoJSON `FeatureCollection`.
    pub fn new(config: AppConfig) -> Result<Self, ServerError> {
        let districts = match &config.districts_geojson {
            Some(text) => {
                let shapes: serde_json::Value =
                    serde_json::from_str(text).map_err(|e| ServerError::Districts(e.to_string()))?;
                if shapes["type"] != "FeatureCollection" || !shapes["features"].is_array() {
                    return Err(ServerError::Districts("it is no FeatureCollection".into()));
                }
                Bytes::from(text.clone())
            }
            None => Bytes::from_static(br#"{"type":"FeatureCollection","features":[]}"#),
        };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            inner: Arc::new(Inner {
                config,
                districts,
                recorded: AsyncMutex::default(),
                current: Mutex::default(),
                known: Arc::default(),
                cache: Mutex::default(),
                gate: Semaphore::new(AT_ONCE * processors),
            }),
        })
    }

    pub(crate) fn config(&self) -> &AppConfig {
        &self.inner.config
    }

    pub(crate) fn districts(&self) -> Bytes {
        self.inner.districts.clone()
    }

    /// The newest state of table and records, prepared once for each pair of versions.
    pub(crate) async fn current(&self) -> Result<Arc<Current>, Failure> {
        let recorded = self.recorded().await?;
        let app = self.clone();
        blocking(move || app.current_of(&recorded)).await
    }

    fn current_of(&self, recorded: &Recorded) -> Result<Arc<Current>, Failure> {
        let inner = &self.inner;
        let snapshot = inner.config.store.snapshot().map_err(|e| Failure::of(e.into()))?;
        let stamp = (snapshot.version(), recorded.version);
        let mut held = lock(&inner.current);
        // Another request may have seen a newer version by now; going back would make them take turns.
        if let Some(current) = held.as_ref().filter(|c| c.stamp() >= stamp) {
            return Ok(current.clone());
        }
        let places = places_of(recorded.places.clone(), recorded.marks.clone());
        let current = Arc::new(Current::new(&inner.config, snapshot, places, recorded.version, inner.known.clone())?);
        *held = Some(current.clone());
        Ok(current)
    }

    /// The records, read again when they were last read more than a second ago.
    async fn recorded(&self) -> Result<Arc<Recorded>, Failure> {
        let mut held = self.inner.recorded.lock().await;
        if let Some((_, recorded)) = held.as_ref().filter(|(at, _)| at.elapsed().as_secs() < 1) {
            return Ok(recorded.clone());
        }
        let records = &self.inner.config.records;
        let (places, marks) = (records.places().await?, records.dust_marks().await?);
        let recorded = match held.take() {
            Some((_, same)) if same.places == places && same.marks == marks => same,
            before => {
                let version = before.map_or(0, |(_, r)| r.version + 1);
                Arc::new(Recorded { version, places, marks })
            }
        };
        *held = Some((Instant::now(), recorded.clone()));
        Ok(recorded)
    }

    /// Answers with JSON that `make` computes on a blocking thread; `key` names the request among those remembered.
    pub(crate) async fn answer<T: Serialize>(
        &self,
        key: String,
        make: impl FnOnce(&Current) -> Result<T, Failure> + Send + 'static,
    ) -> Result<Response, Failure> {
        let current = self.current().await?;
        let stamp = current.stamp();
        if let Some(body) = lock(&self.inner.cache).get(stamp, &key) {
            return Ok(json(body));
        }
        let body = self
            .judge(move || {
                let bytes = serde_json::to_vec(&make(&current)?).map_err(Failure::internal)?;
                Ok(Bytes::from(bytes))
            })
            .await?;
        lock(&self.inner.cache).put(stamp, key, body.clone());
        Ok(json(body))
    }

    /// Runs a judgement on a blocking thread when it is its turn.
    pub(crate) async fn judge<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let _turn = self.inner.gate.acquire().await.map_err(Failure::internal)?;
        blocking(work).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)?
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is guarded is only ever replaced whole, so a panic elsewhere leaves it whole.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
