//! Whose figures a request is about: the stores and projects behind `source` and `store`. Imported by the other routes.
//!
//! Live and demo are never added up: `source=all` leaves the demo out as soon as one side is live.

use shared::{Freshness, Mode, SourceFilter};

use super::App;
use super::params::Params;
use super::sync::freshness;
use crate::domain::Scope;
use crate::error::ApiError;
use crate::store::stores;

/// What was chosen.
pub(super) struct Chosen {
    /// Figures are sums over these.
    pub scopes: Vec<Scope>,
    /// Whether they are somebody's or made up.
    pub mode: Mode,
    /// How old they are.
    pub freshness: Freshness,
}

/// Chooses by `source`, `store` and `campaign`.
///
/// # Errors
/// [`ApiError::BadParameter`] for a store, project or campaign that is not here.
pub(super) async fn choose(app: &App, params: &Params, source: SourceFilter) -> Result<Chosen, ApiError> {
    let (stores, live) = app.store.read(|conn| Ok((stores::visible(conn)?, stores::live(conn)?))).await?;
    let btcpay_mode = if live.is_empty() { app.config.mode() } else { Mode::Live };
    let (angor_mode, projects) = app.angor.counted().await?;

    let wanted = params.stores(&[stores.as_slice(), projects.as_slice()].concat())?;
    params.no_campaign()?;
    let mode = match source {
        SourceFilter::Btcpay => btcpay_mode,
        SourceFilter::Angor => angor_mode,
        SourceFilter::All if btcpay_mode == Mode::Live || angor_mode == Mode::Live => Mode::Live,
        SourceFilter::All => Mode::Demo,
    };
    let btcpay = source != SourceFilter::Angor && btcpay_mode == mode;
    let angor = source != SourceFilter::Btcpay && angor_mode == mode;
    let counts = |id: &String| (btcpay && stores.contains(id)) || (angor && projects.contains(id));
    let scopes = wanted.into_iter().filter(counts).map(Scope::Store).collect();

    let ages = [
        if btcpay { Some(freshness(app).await?) } else { None },
        if angor { Some(app.angor.age().await?) } else { None },
    ];
    Ok(Chosen { scopes, mode, freshness: oldest(ages.into_iter().flatten()) })
}

/// Figures are as old as their oldest part, and stale as soon as one part is.
fn oldest(ages: impl Iterator<Item = Freshness>) -> Freshness {
    ages.reduce(|a, b| Freshness {
        // A part without a time was never read, or is the demo, which is always of today.
        synced_at: a.synced_at.into_iter().chain(b.synced_at).min(),
        stale: a.stale || b.stale,
    })
    .unwrap_or(Freshness { synced_at: None, stale: false })
}
