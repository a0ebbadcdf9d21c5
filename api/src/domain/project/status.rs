//! Where a project stands: no client of Angor writes it down, so it follows from target, window and clock. Imported through
//! [`super`].

use shared::{ProjectType, Verification};

use super::{Project, UNSUPPORTED};

/// Flag: past the day on which investors can take back what was not released.
pub const EXPIRED: &str = "expired";

impl Project {
    /// End of the funding window: the project's own, else the first release, else the expiry. `None` for kinds that are always
    /// open.
    #[must_use]
    pub fn window_end(&self) -> Option<i64> {
        if self.kind != Some(ProjectType::Invest) {
            return None;
        }
        let first_release = self.stages.first().and_then(|stage| stage.releases_at);
        self.ends_at.or(first_release).or(self.expires_at)
    }

    /// Whether the target is met. Of a payment of exactly the target Angor takes one part in a hundred, so that much may be
    /// missing.
    #[must_use]
    pub fn reached(&self) -> bool {
        let raised = self.figures.raised.net_confirmed_sats;
        self.target_sats.is_some_and(|target| target > 0 && raised >= target - target / 100)
    }

    /// Whether it has expired at `now`, UTC seconds.
    #[must_use]
    pub fn is_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|expiry| now >= expiry)
    }

    /// Where it stands at `now`, UTC seconds; `None` where the kind is not known.
    #[must_use]
    pub fn status(&self, now: i64) -> Option<&'static str> {
        if self.flags.iter().any(|flag| flag == UNSUPPORTED) {
            return None;
        }
        if matches!(self.verified, Verification::ChainOnly | Verification::EventOnly) {
            return Some("unverified");
        }
        Some(match self.kind? {
            _ if self.starts_at.is_some_and(|start| now < start) => "upcoming",
            ProjectType::Invest => self.invest_status(now),
            ProjectType::Fund | ProjectType::Subscribe if self.is_expired(now) => EXPIRED,
            _ if self.reached() => "funded",
            _ => "active",
        })
    }

    fn invest_status(&self, now: i64) -> &'static str {
        let open = self.window_end().is_none_or(|end| now < end);
        match (open, self.reached()) {
            (true, true) => "funded",
            (true, false) => "active",
            (false, true) => "successful",
            (false, false) => self.refund_status(),
        }
    }

    /// A failed project pays back; how far it got is known once the spending was read.
    fn refund_status(&self) -> &'static str {
        match self.spent {
            Some(spent) if spent.refunded_sats > 0 => {
                if spent.refunded_sats >= self.figures.raised.net_confirmed_sats {
                    "refunded"
                } else {
                    "refunding"
                }
            }
            _ => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::{ProjectSource, SpentFigures};

    use super::*;
    use crate::domain::project::{ProjectFigures, Stage};

    fn project(kind: ProjectType, raised: i64) -> Project {
        let mut figures = ProjectFigures::default();
        figures.raised.net_confirmed_sats = raised;
        Project {
            id: "p".to_owned(),
            source: ProjectSource::Angor,
            network: "mainnet".to_owned(),
            kind: Some(kind),
            verified: Verification::ChainAndEvent,
            nostr_key: None,
            title: "p".to_owned(),
            about: None,
            description: None,
            website: None,
            target_sats: Some(1_000),
            stages: vec![Stage { share: 100_000_000, releases_at: Some(300) }],
            starts_at: Some(100),
            ends_at: Some(200),
            expires_at: Some(400),
            created_at: Some(50),
            flags: Vec::new(),
            figures,
            spent: None,
            fetched_ms: 0,
        }
    }

    #[test]
    fn an_invest_project_goes_through_its_window() {
        let of = |raised, now| project(ProjectType::Invest, raised).status(now).unwrap();
        assert_eq!((of(0, 99), of(0, 100), of(0, 200)), ("upcoming", "active", "failed"));
        assert_eq!((of(990, 199), of(990, 200), of(989, 200)), ("funded", "successful", "failed"));
        let no_end = Project { ends_at: None, ..project(ProjectType::Invest, 0) };
        assert_eq!(
            (no_end.status(299), no_end.status(300)),
            (Some("active"), Some("failed")),
            "the first release ends it"
        );
        let no_stage = Project { stages: Vec::new(), ..no_end };
        assert_eq!((no_stage.status(399), no_stage.window_end()), (Some("active"), Some(400)));
        assert!(no_stage.is_expired(400) && !no_stage.is_expired(399));
    }

    #[test]
    fn a_failed_project_pays_back() {
        let failed = project(ProjectType::Invest, 500);
        let with = |refunded_sats| Project {
            spent: Some(SpentFigures { refunded_sats, ..SpentFigures::default() }),
            ..failed.clone()
        };
        let of = |refunded| with(refunded).status(250).unwrap();
        assert_eq!((of(0), of(100), of(500)), ("failed", "refunding", "refunded"));
    }

    #[test]
    fn open_kinds_never_fail() {
        for kind in [ProjectType::Fund, ProjectType::Subscribe] {
            let of = |raised, now| project(kind, raised).status(now).unwrap();
            assert_eq!((of(0, 350), of(990, 350), of(0, 400)), ("active", "funded", "expired"));
            let without = Project { target_sats: None, ..project(kind, 5) };
            assert_eq!((without.status(350), without.window_end()), (Some("active"), None));
        }
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let mut project = project(ProjectType::Invest, 0);
        project.verified = Verification::EventOnly;
        assert_eq!(project.status(150), Some("unverified"));
        project.flags = vec![UNSUPPORTED.to_owned()];
        assert_eq!(project.status(150), None);
    }
}
