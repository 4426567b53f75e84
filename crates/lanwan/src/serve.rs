use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use lanwan_observations::{Error as StoreError, Store};
use lanwan_server::{App, AppConfig, GeneratedSpan};

use crate::cli::{Answer, DataArgs, Failure, runtime};
use crate::data::DataFolder;
use crate::demo;

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8212", value_name = "HOST:PORT")]
    listen: SocketAddr,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8212", value_name = "HOST:PORT")]
    listen: SocketAddr,
    /// Where the sample city is kept.
    #[arg(long, default_value = "data/demo", value_name = "DIR")]
    data: PathBuf,
    /// Load the sample city and stop, without serving it.
    #[arg(long)]
    load_only: bool,
}

pub(crate) fn serve(args: &ServeArgs) -> Result<Answer, Failure> {
    let folder = DataFolder::open(&args.data.data)?;
    listen(&folder, args.listen)
}

pub(crate) fn demo(args: &DemoArgs) -> Result<Answer, Failure> {
    let begun = Instant::now();
    let mut folder = DataFolder::create_or_open(&args.data)?;
    demo::load(&mut folder, &mut |line| println!("{line}"))?;
    println!("示例城市就绪 sample city ready: {} ({} ms)", args.data.display(), begun.elapsed().as_millis());
    if args.load_only {
        return Ok(Answer::Yes);
    }
    listen(&folder, args.listen)
}

pub(crate) fn maintain(args: &DataArgs) -> Result<Answer, Failure> {
    let store = DataFolder::open(&args.data)?.store()?;
    let done = store.committer().map_err(Failure::input)?.maintain().map_err(Failure::input)?;
    println!(
        "files {} → {}, {} rows rewritten, {} data files and {} log files deleted",
        done.files_before, done.files_after, done.rows, done.deleted, done.log_deleted
    );
    Ok(Answer::Yes)
}

fn listen(folder: &DataFolder, address: SocketAddr) -> Result<Answer, Failure> {
    let store = folder.store()?;
    compact_in_background(store.clone());
    let districts = match fs::read_to_string(folder.root.join("districts.geojson")) {
        Ok(text) => Some(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(Failure::input(format!("districts.geojson cannot be read: {e}"))),
    };
    let runtime = runtime()?;
    let records = runtime.block_on(folder.records())?;
    let app = App::new(AppConfig {
        store,
        records,
        rulebooks: folder.rulebooks()?,
        region: folder.region()?,
        city: folder.config.city.clone(),
        districts_geojson: districts,
        generated: folder
            .config
            .generated
            .iter()
            .map(|g| GeneratedSpan { from: g.from, to: g.to, note: g.note.clone(), note_en: g.note_en.clone() })
            .collect(),
    })
    .map_err(Failure::input)?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|e| {
            Failure::input(format!(
                "cannot listen on {address}: {e}; another program uses it, name another with --listen"
            ))
        })?;
        let address = listener.local_addr().map_err(Failure::internal)?;
        println!("http://{address}");
        let interrupted = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        lanwan_server::serve(app, listener, interrupted).await.map_err(Failure::input)
    })?;
    Ok(Answer::Yes)
}

/// Every few minutes compacts what appends have left. Whoever is writing just then goes first.
fn compact_in_background(store: Store) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(300));
            match store.committer().and_then(|mut committer| committer.maintain()) {
                Ok(_) | Err(StoreError::Locked { .. }) => {}
                Err(error) => eprintln!("lanwan: compaction: {error}"),
            }
        }
    });
}
