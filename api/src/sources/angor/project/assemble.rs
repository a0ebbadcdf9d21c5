//! The project that is shown, made of all pieces. Imported through [`super`].

use shared::{ProjectSource, SpentFigures, Verification};

use super::{Evidence, ProjectInfo};
use crate::domain::project::id::Network;
use crate::domain::project::{TARGET_UNIT_INFERRED, TRUNCATED, UNSUPPORTED};
use crate::domain::{Project, ProjectFigures};
use crate::sources::angor::Event;
use crate::sources::angor::lenient::Fields;
use crate::sources::angor::text;

/// Longest title and one-paragraph text, in characters.
const TITLE_LIMIT: usize = 120;
const ABOUT_LIMIT: usize = 2_000;
/// Longest long text, in characters.
const DESCRIPTION_LIMIT: usize = 50_000;

/// What a project is made of.
pub struct Pieces<'a> {
    /// Its id.
    pub id: &'a str,
    /// Where it lives.
    pub network: Network,
    /// The creation and the event.
    pub evidence: &'a Evidence,
    /// Its profile, where a relay had one.
    pub profile: Option<&'a Event>,
    /// Its long text, likewise.
    pub description: Option<&'a Event>,
    /// The project as it was last known: its texts stay where no relay has them now.
    pub before: Option<&'a Project>,
    /// Whether the explorer gave no complete list of transactions.
    pub truncated: bool,
    /// What became of the money, as far as it was read.
    pub spent: Option<SpentFigures>,
    /// The clock, UTC milliseconds.
    pub now_ms: i64,
}

/// Puts a project together; its figures come with its investments.
#[must_use]
pub fn assemble(pieces: &Pieces<'_>) -> Project {
    let evidence = pieces.evidence;
    let verified = match (&evidence.creation, &evidence.event) {
        _ if evidence.is_complete() => Verification::ChainAndEvent,
        (Some(_), _) => Verification::ChainOnly,
        (None, _) => Verification::EventOnly,
    };
    // Words that the chain does not confirm are a claim; where it names others, they are not even that.
    let info = evidence.info().filter(|_| verified != Verification::ChainOnly);
    let texts = Texts::of(pieces);
    Project {
        id: pieces.id.to_owned(),
        source: ProjectSource::Angor,
        network: pieces.network.to_string(),
        kind: info.as_ref().and_then(|info| info.kind),
        verified,
        nostr_key: info.as_ref().map(|info| info.nostr_key.clone()),
        title: Project::title_or_id(texts.title.as_deref(), pieces.id),
        about: texts.about,
        description: texts.description,
        website: texts.website,
        target_sats: info.as_ref().filter(|info| info.kind.is_some()).and_then(|info| info.target_sats),
        stages: info.as_ref().map(|info| info.stages.clone()).unwrap_or_default(),
        starts_at: info.as_ref().and_then(|info| info.starts_at),
        ends_at: info.as_ref().and_then(|info| info.ends_at),
        expires_at: info.as_ref().and_then(|info| info.expires_at),
        created_at: evidence.creation.as_ref().map(|creation| creation.block.time),
        flags: flags(info.as_ref(), pieces.truncated),
        figures: ProjectFigures::default(),
        spent: pieces.spent,
        fetched_ms: pieces.now_ms,
    }
}

fn flags(info: Option<&ProjectInfo>, truncated: bool) -> Vec<String> {
    let unsupported = info.is_some_and(|info| info.kind.is_none());
    let inferred = info.is_some_and(|info| info.target_unit_inferred);
    [(unsupported, UNSUPPORTED), (inferred, TARGET_UNIT_INFERRED), (truncated, TRUNCATED)]
        .into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, flag)| flag.to_owned())
        .collect()
}

/// What the project's key says about it. None of it is on the chain.
struct Texts {
    title: Option<String>,
    about: Option<String>,
    description: Option<String>,
    website: Option<String>,
}

impl Texts {
    fn of(pieces: &Pieces<'_>) -> Self {
        let before = pieces.before;
        let profile = pieces.profile.and_then(|profile| Fields::parse(&profile.content));
        let description = match pieces.description {
            Some(event) => text::plain(&event.content, DESCRIPTION_LIMIT),
            None => before.and_then(|before| before.description.clone()),
        };
        let Some(profile) = profile else {
            // The title of one that never had a profile is its id, made anew where it is shown.
            let title = before.map(|before| before.title.clone());
            return Self {
                title,
                about: before.and_then(|before| before.about.clone()),
                description,
                website: before.and_then(|before| before.website.clone()),
            };
        };
        let line = |name: &str| profile.text(name).and_then(|html| text::line(&html, TITLE_LIMIT));
        Self {
            title: line("name").or_else(|| line("display_name")),
            about: profile.text("about").and_then(|html| text::plain(&html, ABOUT_LIMIT)),
            description,
            website: profile.text("website").and_then(|address| text::website(&address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::ProjectType;

    use super::*;
    use crate::sources::angor::explorers::wire;
    use crate::sources::angor::project::{creation, fixtures};

    const ID: &str = "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m";

    fn evidence() -> Evidence {
        let txs = wire::transactions(fixtures::INVEST_TXS).unwrap().txs;
        Evidence { creation: creation(&txs, ID, Network::Mainnet), event: Some(fixtures::invest()) }
    }

    fn pieces(evidence: &Evidence) -> Pieces<'_> {
        Pieces {
            id: ID,
            network: Network::Mainnet,
            evidence,
            profile: None,
            description: None,
            before: None,
            truncated: false,
            spent: None,
            now_ms: 5,
        }
    }

    #[test]
    fn all_pieces_make_a_project() {
        let (evidence, profile, [description, _, _]) = (evidence(), fixtures::profile(), fixtures::details());
        let whole = Pieces { profile: Some(&profile), description: Some(&description), ..pieces(&evidence) };
        let project = assemble(&whole);
        assert_eq!((project.verified, project.kind), (Verification::ChainAndEvent, Some(ProjectType::Invest)));
        assert_eq!(
            (project.title.as_str(), project.about.as_deref()),
            ("Solar Node Village", Some("Ten solar-powered nodes."))
        );
        assert_eq!(project.website.as_deref(), Some("https://solar-node.example"));
        assert!(project.description.as_deref().unwrap().starts_with("# Why solar nodes"));
        assert_eq!((project.created_at, project.flags.len()), (Some(1_790_732_800), 0));
        // No relay has the texts any more: those that are known stay.
        let later = assemble(&Pieces { before: Some(&project), ..pieces(&evidence) });
        assert_eq!((later.title, later.about, later.description), (project.title, project.about, project.description));
    }

    #[test]
    fn an_event_that_the_chain_does_not_name_is_not_believed() {
        let other = Event { id: "0".repeat(64), ..fixtures::invest() };
        let evidence = Evidence { event: Some(other), ..evidence() };
        let project = assemble(&pieces(&evidence));
        assert_eq!((project.verified, project.target_sats, project.kind), (Verification::ChainOnly, None, None));
        assert_eq!((project.title.as_str(), project.status(0)), ("angor1qnaq…pu4m", Some("unverified")));
        let evidence = Evidence { creation: None, event: Some(fixtures::invest()) };
        let project = assemble(&pieces(&evidence));
        assert_eq!((project.verified, project.target_sats), (Verification::EventOnly, Some(150_000_000)));
    }

    #[test]
    fn what_is_not_known_is_said() {
        let evidence = Evidence { creation: None, event: Some(fixtures::hostile()) };
        let project = assemble(&Pieces { truncated: true, ..pieces(&evidence) });
        assert_eq!(project.flags, [UNSUPPORTED, TRUNCATED]);
        assert_eq!((project.target_sats, project.status(0)), (None, None));
    }
}
