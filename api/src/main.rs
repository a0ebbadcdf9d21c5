//! The command line: `serve` (default), `migrate`, `seed`, `sync`, `rebuild-rollups`.

mod seed;

use std::process::ExitCode;
use std::time::Duration;

use api::config::Config;
use api::ingest::sync::{Depth, Report};
use api::startup::{Application, Core};
use api::store::Store;
use api::telemetry;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

/// Exact figures of your BTCPay Server store. Settings come from the environment and from .env; see .env.example.
#[derive(Parser)]
#[command(name = "btc-crowdfund", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the pages and the API, and syncs in the background (the default).
    Serve,
    /// Runs pending migrations of the database and ends.
    Migrate,
    /// Writes demo data into the database and ends.
    Seed(seed::Arguments),
    /// Reads invoices from BTCPay once and ends.
    Sync {
        /// Read all invoices again, not only those that can have changed.
        #[arg(long)]
        full: bool,
    },
    /// Makes all roll-ups anew from the invoices and tells what differed.
    RebuildRollups,
}

fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command.unwrap_or(Command::Serve),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => error.exit(),
        Err(error) => {
            eprintln!("btc-crowdfund: {}", first_paragraph(&error.to_string()));
            return ExitCode::from(2);
        }
    };
    let ended = tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| {
        let ended = runtime.block_on(run(command));
        // A query that hangs must not keep the process.
        runtime.shutdown_background();
        ended
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line, whatever the error says.
            eprintln!("btc-crowdfund: {}", format!("{error:#}").replace(['\n', '\r'], " "));
            ExitCode::FAILURE
        }
    }
}

/// What is wrong with the arguments, in one line; clap adds usage and hints, which `--help` tells better.
fn first_paragraph(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let said = lines.join(" ");
    format!("{}; --help tells what can be given", said.strip_prefix("error: ").unwrap_or(&said))
}

async fn run(command: Command) -> anyhow::Result<()> {
    let config = Config::from_env()?;
    telemetry::start(&config.log);
    match command {
        Command::Serve => {
            Application::build(config).await?.run_until_stopped().await?;
        }
        Command::Migrate => {
            tokio::task::spawn_blocking(move || Store::migrate(&config.database_url)).await??;
            println!("The database is up to date.");
        }
        Command::Seed(arguments) => seed::run(&config, arguments).await?,
        Command::Sync { full } => sync(&config, full).await?,
        Command::RebuildRollups => {
            let core = Core::open(&config).await?;
            let rebuilt = core.ingest.rebuild().await?;
            core.store.close().await;
            println!(
                "Added up {} invoices and investments; {} rows of the roll-ups differed and were mended.",
                rebuilt.invoices, rebuilt.mended
            );
        }
    }
    Ok(())
}

async fn sync(config: &Config, full: bool) -> anyhow::Result<()> {
    let core = Core::open(config).await?;
    let Some(sync) = core.sync else {
        anyhow::bail!("there is nothing to sync: set {}", config.missing_for_live().join(", "));
    };
    let mut started = sync.start(if full { Depth::Full } else { Depth::Recent })?;
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg} ({elapsed}, {per_sec} )")?);
    bar.enable_steady_tick(Duration::from_millis(100));
    while started.progress.changed().await.is_ok() {
        let progress = started.progress.borrow_and_update().clone();
        bar.set_position(u64::try_from(progress.fetched).unwrap_or_default());
        bar.set_message(format!("{} invoices read", progress.fetched));
        if progress.outcome.is_some() {
            break;
        }
    }
    bar.finish_and_clear();
    let report = started.outcome().await;
    core.store.close().await;
    print_report(&report?);
    Ok(())
}

fn print_report(report: &Report) {
    println!(
        "Read {} invoices: {} new, {} changed, {} the same, {} could not be read.",
        report.fetched, report.inserted, report.updated, report.unchanged, report.skipped
    );
    for problem in &report.problems {
        println!("  {}: {}", problem.invoice_id, problem.message);
    }
}
