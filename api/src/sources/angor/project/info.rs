//! A project's own words: the content of its event, of all versions. Imported through [`super`].

use rust_decimal::Decimal;
use serde_json::Value;
use shared::ProjectType;

use crate::domain::investment::MAX_SATS;
use crate::domain::money;
use crate::domain::project::Stage;
use crate::domain::project::id::{self, Network};
use crate::domain::project::schedule::{MAX_STAGES, Pattern, Payout};
use crate::sources::angor::Event;
use crate::sources::angor::event::DETAILS;
use crate::sources::angor::lenient::Fields;

/// The newest version that is understood.
const NEWEST_VERSION: i64 = 3;
/// 2025-02-06: from then on targets are in sats.
const SATS_SINCE: i64 = 1_738_800_000;
/// Below this an amount of that time is bitcoin.
const LEAST_SATS: i64 = 100_000;
/// A hundred percent, in millionths.
const ALL: i64 = 100_000_000;

/// What a project says about itself. Amounts are sats, times UTC seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectInfo {
    /// Its id.
    pub id: String,
    /// Key from which the id follows, 66 hex digits.
    pub founder_key: String,
    /// Key that signs its events, 64 hex digits.
    pub nostr_key: String,
    /// Network, as its program calls it.
    pub network_name: Option<String>,
    /// `None` for a version or kind that is not known.
    pub kind: Option<ProjectType>,
    /// `None` for none, or one that nobody can mean.
    pub target_sats: Option<i64>,
    /// Whether the unit of the target had to be guessed.
    pub target_unit_inferred: bool,
    /// Start of the funding window.
    pub starts_at: Option<i64>,
    /// End of the funding window.
    pub ends_at: Option<i64>,
    /// When investors can take back what was not released.
    pub expires_at: Option<i64>,
    /// Of Invest.
    pub stages: Vec<Stage>,
    /// Of Fund and Subscribe.
    pub patterns: Vec<Pattern>,
}

impl ProjectInfo {
    /// Reads an event; `None` where it does not speak of a project of its author.
    #[must_use]
    pub fn parse(event: &Event) -> Option<Self> {
        if !event.content.trim_start().starts_with('{') {
            return None;
        }
        let fields = Fields::parse(&event.content)?;
        let id = fields.text("projectIdentifier").filter(|id| id::is_project_id(id))?;
        let founder_key = fields.text("founderKey").filter(|key| id::public_key(key).is_some())?.to_lowercase();
        let nostr_key = fields.text("nostrPubKey").filter(|key| *key == event.pubkey)?;
        let kind = kind(&fields);
        let stages = if kind == Some(ProjectType::Invest) { stages(&fields)? } else { Vec::new() };
        let (target_sats, target_unit_inferred) = target(&fields, event);
        Some(Self {
            id,
            founder_key,
            nostr_key,
            network_name: fields.text("networkName"),
            kind,
            target_sats: target_sats.filter(|sats| (1..=MAX_SATS).contains(sats)),
            target_unit_inferred,
            starts_at: fields.time("startDate"),
            ends_at: fields.time("endDate").filter(|_| kind == Some(ProjectType::Invest)),
            expires_at: fields.time("expiryDate"),
            stages,
            patterns: fields.list("dynamicStagePatterns").iter().take(MAX_STAGES).filter_map(pattern).collect(),
        })
    }

    /// Whether it is of this network: by its name, where it has one, and by the key from which its id follows.
    #[must_use]
    pub fn fits(&self, network: Network) -> bool {
        let named = self.network_name.as_deref().map(str::to_ascii_lowercase);
        let fits = match (network, named.as_deref()) {
            // Older events name none.
            (_, None) | (Network::Mainnet, Some("main" | "mainnet" | "bitcoin")) => true,
            (Network::Mainnet, Some(_)) | (Network::Angornet, Some("main" | "mainnet" | "bitcoin")) => false,
            (Network::Angornet, Some(name)) => !name.starts_with("liquid"),
        };
        fits && id::belongs(&self.id, &self.founder_key, network)
    }

    /// The pattern that an investment names.
    #[must_use]
    pub fn pattern(&self, id: u8) -> Option<&Pattern> {
        self.patterns.iter().find(|pattern| pattern.id == id)
    }
}

fn kind(fields: &Fields) -> Option<ProjectType> {
    match (fields.whole("version").unwrap_or(1), fields.whole("projectType").unwrap_or(0)) {
        (..=1, _) => Some(ProjectType::Invest),
        (2..=NEWEST_VERSION, 0) => Some(ProjectType::Invest),
        (2..=NEWEST_VERSION, 1) => Some(ProjectType::Fund),
        (2..=NEWEST_VERSION, 2) => Some(ProjectType::Subscribe),
        _ => None,
    }
}

/// The target in sats, and whether its unit was a guess: events of the older kind may mean bitcoin.
fn target(fields: &Fields, event: &Event) -> (Option<i64>, bool) {
    if event.kind != DETAILS {
        return (fields.sats("targetAmount"), false);
    }
    let whole = fields.whole("targetAmount");
    let sats_are_meant = event.created_at >= SATS_SINCE && whole.is_some_and(|amount| amount >= LEAST_SATS);
    if sats_are_meant {
        return (whole, true);
    }
    let bitcoin: Option<Decimal> = fields.text("targetAmount").and_then(|text| money::parse_decimal(&text).ok());
    let msat = bitcoin.and_then(|bitcoin| money::btc_to_msat(bitcoin).ok());
    (msat.map(|msat| msat.div_euclid(1_000)), msat.is_some())
}

/// `None` for more stages than a transaction can hold.
fn stages(fields: &Fields) -> Option<Vec<Stage>> {
    let list = fields.list("stages");
    let stage = |value: &Value| {
        let fields = Fields::of(value)?;
        let share = fields.millionths("amountToRelease").filter(|share| (0..=ALL).contains(share)).unwrap_or(0);
        Some(Stage { share, releases_at: fields.time("releaseDate") })
    };
    (list.len() <= MAX_STAGES).then(|| list.iter().filter_map(stage).collect())
}

fn pattern(value: &Value) -> Option<Pattern> {
    let fields = Fields::of(value)?;
    let small = |name: &str| fields.whole(name).and_then(|number| u8::try_from(number).ok());
    let day = small("payoutDay").unwrap_or(1);
    Some(Pattern {
        id: small("patternId")?,
        frequency: small("frequency")?,
        stage_count: small("stageCount")?,
        payout: match small("payoutDayType").unwrap_or(0) {
            0 => Payout::Start,
            1 => Payout::DayOfMonth(day),
            2 => Payout::DayOfWeek(day % 7),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::angor::project::fixtures;

    #[test]
    fn an_invest_project_is_read() {
        let info = ProjectInfo::parse(&fixtures::invest()).unwrap();
        assert_eq!((info.kind, info.target_sats), (Some(ProjectType::Invest), Some(150_000_000)));
        assert_eq!(
            (info.starts_at, info.ends_at, info.expires_at),
            (Some(1_790_812_800), Some(1_799_971_200), Some(1_822_348_800))
        );
        let shares: Vec<i64> = info.stages.iter().map(|stage| stage.share).collect();
        assert_eq!(shares, [30_000_000, 30_000_000, 40_000_000]);
        assert!(info.fits(Network::Mainnet) && !info.fits(Network::Angornet) && !info.target_unit_inferred);
    }

    #[test]
    fn a_fund_has_no_end_and_no_target() {
        let info = ProjectInfo::parse(&fixtures::fund()).unwrap();
        assert_eq!((info.kind, info.target_sats, info.ends_at), (Some(ProjectType::Fund), None, None));
        assert_eq!((info.stages.len(), info.patterns.len()), (0, 1));
        assert_eq!(info.pattern(0).unwrap().payout, Payout::DayOfMonth(1));
        assert!(info.fits(Network::Mainnet));
    }

    #[test]
    fn absurd_words_are_as_good_as_none() {
        let info = ProjectInfo::parse(&fixtures::hostile()).unwrap();
        assert_eq!((info.kind, info.target_sats, info.expires_at), (None, None, None));
        assert_eq!(info.starts_at, Some(1_790_812_800), "milliseconds");
        assert_eq!(ProjectInfo::parse(&fixtures::foreign()), None);
    }

    #[test]
    fn an_old_target_is_in_bitcoin() {
        let info = ProjectInfo::parse(&fixtures::legacy()).unwrap();
        assert_eq!((info.target_sats, info.target_unit_inferred), (Some(75_000_000), true));
        assert_eq!(info.kind, Some(ProjectType::Invest));
        assert!(info.fits(Network::Angornet) && !info.fits(Network::Mainnet));
        let with = |created_at: i64, amount: &str| {
            let content = fixtures::legacy().content.replace("0.75", amount);
            ProjectInfo::parse(&Event { created_at, content, ..fixtures::legacy() }).unwrap().target_sats
        };
        assert_eq!(with(SATS_SINCE - 1, "2"), Some(200_000_000));
        assert_eq!(with(SATS_SINCE, "2"), Some(200_000_000));
        assert_eq!(with(SATS_SINCE, "100000"), Some(100_000));
        assert_eq!(with(SATS_SINCE, "1.5"), Some(150_000_000));
        assert_eq!(with(SATS_SINCE, "99000000000"), Some(99_000_000_000));
        assert_eq!(with(SATS_SINCE - 1, "99000000000"), None);
    }

    #[test]
    fn nobody_speaks_for_another_or_of_another_chain() {
        let event = fixtures::invest();
        let other = Event { pubkey: fixtures::fund().pubkey, ..event.clone() };
        assert_eq!(ProjectInfo::parse(&other), None);
        let liquid = Event { content: event.content.replace("\"Main\"", "\"Liquid\""), ..event.clone() };
        assert!(!ProjectInfo::parse(&liquid).unwrap().fits(Network::Mainnet));
        let stolen = event.content.replace(
            "023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1",
            "032c0b7cf95324a07d05398b240174dc0c2be444d96b159aa6c7f7b1e668680991",
        );
        let stolen = ProjectInfo::parse(&Event { content: stolen, ..event }).unwrap();
        assert!(!stolen.fits(Network::Mainnet), "the id does not follow from that key");
    }
}
