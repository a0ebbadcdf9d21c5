//! `btc-crowdfund seed`: demo data from the command line. Imported by `main` only.

use api::config::Config;
use api::ingest::demo::{Demo, SeedRequest, Seeded};
use api::ingest::now_ms;
use api::startup::Core;
use api::store::{Removal, Store};
use chrono::NaiveDate;
use clap::Args;
use clap::builder::RangedU64ValueParser;
use indicatif::{ProgressBar, ProgressStyle};

/// From so many invoices on it takes long enough to show how far it is.
const SHOW_PROGRESS: u64 = 5_000;

/// Demo invoices, people and a campaign: invented, and marked as such. The same seed gives the same ids and amounts, whenever
/// and wherever. What an earlier seed wrote is replaced. A database with the invoices of a BTCPay store is refused.
#[derive(Args)]
pub struct Arguments {
    /// How many invoices, paid or not.
    #[arg(long, value_name = "N", default_value_t = SeedRequest::default().invoices, value_parser = numbers(10_000_000))]
    invoices: u64,
    /// Over how many days they are spread, the last one included.
    #[arg(long, value_name = "D", default_value_t = SeedRequest::default().days, value_parser = numbers(3_650))]
    days: u64,
    /// Chooses ids, people and amounts.
    #[arg(long, value_name = "S", default_value_t = SeedRequest::default().seed)]
    rng_seed: u64,
    /// The last day, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// Write nothing: delete the demo database instead. It has to be an SQLite file without a BTCPay store in it that no
    /// server is using; any other is kept.
    #[arg(long, exclusive = true)]
    remove: bool,
}

fn numbers(most: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..=most)
}

/// Writes, or removes.
///
/// # Errors
/// One sentence.
pub async fn run(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    if arguments.remove {
        let url = config.database_url.clone();
        let removal = tokio::task::spawn_blocking(move || Store::remove_demo(&url)).await??;
        println!("{}", sentence(&removal));
        return Ok(());
    }
    let Arguments { invoices, days, rng_seed, until, .. } = arguments;
    let (store, ingest) = Core::open_store(config).await?;
    let bar = if invoices >= SHOW_PROGRESS { ProgressBar::new(invoices) } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} invoices, {eta} left")?);
    let demo = Demo::new(ingest, store.clone());
    let request = SeedRequest { invoices, days, seed: rng_seed, until };
    let seeded = demo.seed(request, now_ms() / 1_000, |written| bar.set_position(written)).await;
    bar.finish_and_clear();
    store.close().await;
    println!("{}", told(invoices, &seeded?));
    if config.mode() == shared::Mode::Live {
        println!("They are hidden while a store is configured (BTCPAY_HOST and BTCPAY_STORE_ID).");
    }
    Ok(())
}

fn told(invoices: u64, seeded: &Seeded) -> String {
    let (first, last) = seeded.days;
    if seeded.known && seeded.applied == Default::default() {
        return format!("These {invoices} demo invoices from {first} to {last} are in the database already.");
    }
    let applied = &seeded.applied;
    let replaced = match seeded.removed {
        0 => String::new(),
        removed => format!(", {removed} of an earlier seed removed"),
    };
    format!(
        "Wrote {invoices} demo invoices from {first} to {last}: {} new, {} changed, {} the same{replaced}.",
        applied.inserted, applied.updated, applied.unchanged
    )
}

fn sentence(removal: &Removal) -> String {
    match removal {
        Removal::Removed(path) => format!("Removed the demo database {}.", path.display()),
        Removal::Missing => "There is no demo database.".to_owned(),
        Removal::Kept(reason) => format!("The database is kept: {reason}."),
    }
}
