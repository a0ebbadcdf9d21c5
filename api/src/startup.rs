//! Wires everything: opens the database, prepares sync, binds the address, runs until told to stop. Imported by `main` and
//! the tests; it may import anything.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use actix_web::dev::{Server, Service, ServiceRequest};
use actix_web::http::Uri;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App as ActixApp, HttpServer};
use tracing_actix_web::TracingLogger;

use crate::config::{Config, ConfigError};
use crate::domain::text::quote;
use crate::error::envelope;
use crate::ingest::Ingest;
use crate::ingest::sync::Sync;
use crate::routes::{self, App, AppData, Spa};
use crate::sources::btcpay::{Btcpay, Connect};
use crate::store::{Store, StoreError, stores};
use crate::telemetry::RequestSpan;

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
}

impl Core {
    /// Opens the database and prepares sync.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        let url = config.database_url.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&url))
            .await
            .map_err(|_| StartError::System("opening the database was interrupted".to_owned()))??;
        let ingest = Ingest::start(store.clone(), config.display_zone).await?;
        let sync = match btcpay(config)? {
            Some(btcpay) => {
                ingest.ensure_store(btcpay.store_id(), stores::BTCPAY).await?;
                Some(Sync::new(btcpay, ingest.clone(), store.clone()))
            }
            None => None,
        };
        Ok(Self { store, ingest, sync })
    }
}

impl Application {
    /// Opens everything and binds the address.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(config: Config) -> Result<Self, StartError> {
        config.check_access()?;
        let listener = TcpListener::bind(config.server.listen_addr).map_err(|error| {
            StartError::System(format!("LISTEN_ADDR={} cannot be used: {error}", config.server.listen_addr))
        })?;
        let address = listener.local_addr().map_err(|error| StartError::System(error.to_string()))?;
        let core = Core::open(&config).await?;
        let app = Arc::new(App { spa: Spa::new(&config.server), store: core.store, sync: core.sync, config });
        let server = serve(listener, Arc::clone(&app))?;
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

    /// Stops the server from elsewhere.
    #[must_use]
    pub fn handle(&self) -> actix_web::dev::ServerHandle {
        self.server.handle()
    }

    /// Serves until SIGTERM, SIGINT or the handle says stop; then finishes requests and queued writes.
    ///
    /// # Errors
    /// [`StartError`] when the port file cannot be written or the server fails.
    pub async fn run_until_stopped(self) -> Result<(), StartError> {
        let Self { address, server, app } = self;
        let background = app
            .sync
            .clone()
            .zip(app.config.sync_interval)
            .map(|(sync, interval)| tokio::spawn(sync.run_in_background(interval)));
        if let Some(path) = &app.config.server.port_file {
            write_port_file(path, address)?;
        }
        tracing::info!("Serving {} at http://{address}", app.config.mode());
        let result = server.await.map_err(|error| StartError::System(format!("the server failed: {error}")));
        if let Some(background) = background {
            background.abort();
        }
        app.store.close().await;
        tracing::info!("Stopped");
        result
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

fn serve(listener: TcpListener, app: Arc<App>) -> Result<Server, StartError> {
    let server = HttpServer::new(move || {
        let base = app.spa.base().to_owned();
        ActixApp::new()
            .app_data(AppData::new(Arc::clone(&app)))
            .configure(routes::configure)
            .wrap(from_fn(envelope))
            .wrap(
                DefaultHeaders::new()
                    .add(("X-Content-Type-Options", "nosniff"))
                    .add(("Referrer-Policy", "same-origin"))
                    .add(("Cross-Origin-Opener-Policy", "same-origin"))
                    .add(("Cross-Origin-Resource-Policy", "same-origin"))
                    .add(("Cache-Control", "no-store")),
            )
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap_fn(move |mut request, service| {
                strip_base(&mut request, &base);
                service.call(request)
            })
    })
    .workers(2)
    .shutdown_timeout(10)
    .listen(listener)
    .map_err(|error| StartError::System(format!("the address cannot be served: {error}")))?;
    Ok(server.run())
}

/// Some proxies keep the path of `PUBLIC_URL`, some strip it: inside there is none.
fn strip_base(request: &mut ServiceRequest, base: &str) {
    let Some(rest) = request.path().strip_prefix(base).filter(|_| !base.is_empty()) else { return };
    if !rest.is_empty() && !rest.starts_with('/') {
        return;
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = if rest.is_empty() { "/" } else { rest };
    if let Ok(uri) = format!("{path}{query}").parse::<Uri>() {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// Writes beside and renames, so that a reader never sees half an address.
fn write_port_file(path: &Path, address: SocketAddr) -> Result<(), StartError> {
    let beside = path.with_extension("part");
    std::fs::write(&beside, address.to_string()).and_then(|()| std::fs::rename(&beside, path)).map_err(|error| {
        StartError::System(format!("PORT_FILE={} cannot be written: {error}", quote(&path.to_string_lossy())))
    })
}
