//! Wires everything: opens the database, prepares sync, binds the address, runs until told to stop. Imported by `main` and
//! the tests; it may import anything.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use actix_web::dev::Server;

use crate::config::{Config, ConfigError};
use crate::domain::text::quote;
use crate::ingest::angor::{Angor, AngorSetup};
use crate::ingest::deliveries::{Deliveries, Upstream};
use crate::ingest::demo::{Demo, Filled};
use crate::ingest::sync::Sync;
use crate::ingest::{Ingest, now_ms};
use crate::routes::{self, App, AppData, Gate, Spa};
use crate::server;
use crate::shutdown::{Signals, serve_until_stopped};
use crate::sources::angor::Reach;
use crate::sources::btcpay::{Btcpay, Connect};
use crate::store::{Store, StoreError, stores};
use crate::supervise::{Stop, Supervisor};

/// A start that failed: one line for the person who started the program.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Address, file or TLS.
    #[error("{0}")]
    System(String),
}

/// A server that is bound and answers as soon as it runs.
pub struct Application {
    address: SocketAddr,
    server: Server,
    app: Arc<App>,
}

/// What every command needs: the database, the way in, and BTCPay where it is configured.
pub struct Core {
    /// The database.
    pub store: Store,
    /// The way in.
    pub ingest: Ingest,
    /// Syncing; `None` in demo mode.
    pub sync: Option<Sync>,
    /// Demo data; `None` in live mode.
    pub demo: Option<Demo>,
    /// Webhook deliveries.
    pub deliveries: Deliveries,
    /// Background work.
    pub supervisor: Supervisor,
    /// Angor's projects.
    pub angor: Angor,
}

impl Core {
    /// Opens the database and the door to it, connected to nothing.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn open_store(config: &Config) -> Result<(Store, Ingest), StartError> {
        let url = config.database_url.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&url))
            .await
            .map_err(|_| StartError::System("opening the database was interrupted".to_owned()))??;
        let ingest = Ingest::start(store.clone(), config.display_zone).await?;
        Ok((store, ingest))
    }

    /// Opens the database and prepares sync.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        let (store, ingest) = Self::open_store(config).await?;
        let supervisor = Supervisor::new();
        let (sync, upstream) = match btcpay(config)? {
            Some(btcpay) => {
                ingest.ensure_store(btcpay.store_id(), stores::BTCPAY).await?;
                let sync = Sync::new(btcpay.clone(), ingest.clone(), store.clone(), supervisor.clone());
                (Some(sync), Upstream::Live(Box::new(btcpay)))
            }
            None => (None, Upstream::Demo),
        };
        let (secret, limits) = (config.webhook_secret(), &config.webhook);
        let (answer, retry) = (limits.answer_limit, limits.retry_unit);
        let deliveries = Deliveries::new(ingest.clone(), store.clone(), upstream, secret.as_ref(), answer, retry);
        let demo = sync.is_none().then(|| Demo::new(ingest.clone(), store.clone()));
        let angor = Angor::new(ingest.clone(), store.clone(), angor_setup(config), supervisor.clone())
            .map_err(|error| StartError::System(format!("reading Angor cannot be prepared: {error}")))?;
        Ok(Self { store, ingest, sync, demo, deliveries, angor, supervisor })
    }
}

impl Application {
    /// Opens everything and binds the address.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(config: Config) -> Result<Self, StartError> {
        config.check_access()?;
        if let Some(warning) = config.warning() {
            tracing::warn!("{warning}");
        }
        let listener = TcpListener::bind(config.server.listen_addr).map_err(|error| {
            StartError::System(format!("LISTEN_ADDR={} cannot be used: {error}", config.server.listen_addr))
        })?;
        let address = listener.local_addr().map_err(|error| StartError::System(error.to_string()))?;
        let core = Core::open(&config).await?;
        if let Some(demo) = &core.demo {
            say_what_is_shown(&config, &demo.fill(now_ms() / 1_000).await?);
        }
        if let Err(error) = core.angor.load_demo().await {
            tracing::warn!("The demo projects cannot be written: {error}");
        }
        let app = Arc::new(App {
            spa: Spa::new(&config.server),
            gate: Gate::new(config.webhook.body_limit),
            store: core.store,
            sync: core.sync,
            demo: core.demo,
            deliveries: core.deliveries,
            angor: core.angor,
            supervisor: core.supervisor,
            config,
        });
        let data = AppData::new(Arc::clone(&app));
        let server = server::serve(listener, app.spa.base(), move |routes| {
            routes.app_data(data.clone()).configure(routes::configure);
        })
        .map_err(|error| StartError::System(format!("the address cannot be served: {error}")))?;
        Ok(Self { address, server, app })
    }

    /// The address that was bound.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The state behind the handlers.
    #[must_use]
    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }

    /// Stops the server from elsewhere, as a signal does.
    #[must_use]
    pub fn stop(&self) -> Stop {
        self.app.supervisor.stopping()
    }

    /// Serves until SIGTERM, SIGINT or [`Application::stop`]; then finishes requests, background work and queued writes.
    ///
    /// # Errors
    /// [`StartError`] when the port file cannot be written, the server fails, or queued writes cannot be finished.
    pub async fn run_until_stopped(self) -> Result<(), StartError> {
        let Self { address, server, app } = self;
        let signals =
            Signals::listen().map_err(|error| StartError::System(format!("signals cannot be listened to: {error}")))?;
        keep_background_work(&app);
        if let Some(path) = &app.config.server.port_file {
            write_port_file(path, address)?;
        }
        tracing::info!("Serving {} at http://{address}", app.config.mode());
        serve_until_stopped(pin!(server), &app.supervisor, &app.store, signals).await.map_err(StartError::System)
    }
}

/// The one list of what runs beside requests.
fn keep_background_work(app: &App) {
    let angor = app.angor.clone();
    app.supervisor.keep("angor", move |stop| angor.clone().run_in_background(stop));
    if let Some((sync, interval)) = app.sync.clone().zip(app.config.sync_interval) {
        app.supervisor.keep("sync", move |stop| sync.clone().run_in_background(interval, stop));
    }
    let deliveries = app.deliveries.clone();
    app.supervisor.keep("deliveries", move |stop| deliveries.clone().work(stop));
    if let Some((demo, interval)) = app.demo.clone().zip(app.config.sync_interval) {
        app.supervisor.keep("demo", move |stop| demo.clone().run_in_background(interval, stop));
    }
}

/// Tells the log why no store is shown and what is instead.
fn say_what_is_shown(config: &Config, filled: &Filled) {
    let missing = config.missing_for_live().join(", ");
    match filled {
        Filled::Written(applied) => {
            tracing::info!(demo.inserted = applied.inserted, demo.updated = applied.updated, "Showing demo data");
        }
        Filled::LiveRows => tracing::warn!("The database holds a live store's invoices; no demo data are added to it"),
        Filled::OtherRows => tracing::info!("The database holds demo data of another kind; nothing is added to them"),
    }
    if config.btcpay.host.is_some() || config.btcpay.store_id.is_some() {
        tracing::warn!("Demo mode, although part of the BTCPay settings is there: {missing} missing");
    } else {
        tracing::info!("Demo mode: set {missing} to see your store");
    }
}

/// What Angor's side needs to know of the configuration.
fn angor_setup(config: &Config) -> AngorSetup {
    let angor = &config.angor;
    AngorSetup {
        enabled: angor.enabled,
        network: angor.network,
        relays: angor.relays.clone(),
        explorers: angor.indexers.clone(),
        hidden: angor.hide.clone(),
        moderator: angor.moderator.clone(),
        interval: config.sync_interval,
        reach: Reach {
            proxy: config.btcpay.socks_proxy.clone(),
            proxy_all: config.btcpay.tor_only,
            patience: angor.patience,
        },
    }
}

/// The client for the configured store, if there is one.
fn btcpay(config: &Config) -> Result<Option<Btcpay>, StartError> {
    let settings = &config.btcpay;
    let (Some(base), Some(store_id)) = (settings.host.clone(), settings.store_id.clone()) else { return Ok(None) };
    // Whoever installs a provider first wins; a second one is refused, and that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let connect = Connect {
        base,
        key: settings.api_key.clone(),
        proxy: settings.socks_proxy.clone(),
        proxy_all: settings.tor_only,
        patience: settings.patience,
        first_pause: settings.first_pause,
    };
    Btcpay::new(connect, store_id)
        .map(Some)
        .map_err(|error| StartError::System(format!("the connection to BTCPay cannot be prepared: {error}")))
}

/// Writes beside and renames, so that a reader never sees half an address.
fn write_port_file(path: &Path, address: SocketAddr) -> Result<(), StartError> {
    let beside = path.with_extension("part");
    std::fs::write(&beside, address.to_string()).and_then(|()| std::fs::rename(&beside, path)).map_err(|error| {
        StartError::System(format!("PORT_FILE={} cannot be written: {error}", quote(&path.to_string_lossy())))
    })
}
