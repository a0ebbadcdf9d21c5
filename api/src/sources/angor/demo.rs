//! The projects that are shipped with the program, shown where none were ever read. Imported through [`super`].

use serde::Deserialize;
use shared::{ProjectSource, ProjectType, Verification};

use crate::domain::project::schedule::{Pattern, Payout};
use crate::domain::project::{Project, ProjectFigures, Stage};
use crate::domain::time::instant;
use crate::domain::{Investment, investment};

/// `data/angor_demo.json`, inside the binary.
const FILE: &str = include_str!("../../../../data/angor_demo.json");
const DAY: i64 = 86_400;
/// Millionths in one percent.
const SHARE: i64 = 1_000_000;

/// A demo file that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("data/angor_demo.json: {0}")]
pub struct DemoError(String);

/// The file. Times are days from the one on which it is loaded, so that it never looks expired.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "_about")]
    _about: String,
    schema_version: u32,
    demo: bool,
    projects: Vec<DemoProject>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoProject {
    id: String,
    title: String,
    about: String,
    description: String,
    website: Option<String>,
    project_type: ProjectType,
    network: String,
    target_sats: Option<i64>,
    raised_sats: i64,
    raised_pending_sats: i64,
    investor_count: i64,
    created_offset_days: i64,
    start_offset_days: i64,
    end_offset_days: Option<i64>,
    expiry_offset_days: i64,
    #[serde(rename = "penalty_days")]
    _penalty_days: i64,
    stages: Vec<DemoStage>,
    pattern: Option<DemoPattern>,
    investments: Vec<DemoInvestment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoStage {
    percent: i64,
    release_offset_days: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoPattern {
    frequency: Frequency,
    stage_count: u8,
    payout_day_of_month: Option<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Frequency {
    Monthly,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoInvestment {
    investor: String,
    offset_days: i64,
    minute: i64,
    sats: i64,
    #[serde(default)]
    pending: bool,
}

/// The demo as of a moment, UTC milliseconds: each project with its investments.
///
/// # Errors
/// [`DemoError`]; a test makes sure that the shipped file has none.
pub fn load(now_ms: i64) -> Result<Vec<(Project, Vec<Investment>)>, DemoError> {
    parse(FILE, now_ms)
}

fn parse(text: &str, now_ms: i64) -> Result<Vec<(Project, Vec<Investment>)>, DemoError> {
    let file: File = serde_json::from_str(text).map_err(|error| DemoError(error.to_string()))?;
    if file.schema_version != 1 || !file.demo {
        return Err(DemoError("it is not a demo file of version 1".to_owned()));
    }
    let midnight = now_ms.div_euclid(DAY * 1_000) * DAY;
    file.projects
        .iter()
        .map(|project| project.read(midnight, now_ms).map_err(|error| DemoError(format!("{}: {error}", project.id))))
        .collect()
}

impl DemoProject {
    fn read(&self, midnight: i64, now_ms: i64) -> Result<(Project, Vec<Investment>), String> {
        let on = |days: i64| midnight + days * DAY;
        if !self.id.starts_with("demo-") || self.network != "demo" {
            return Err("its id must begin with demo- and its network be demo".to_owned());
        }
        let stages: Vec<Stage> = self
            .stages
            .iter()
            .map(|stage| Stage { share: stage.percent * SHARE, releases_at: Some(on(stage.release_offset_days)) })
            .collect();
        let pattern = self.pattern();
        if stages.is_empty() == pattern.is_none() {
            return Err("it must have either stages or a pattern".to_owned());
        }
        let investments: Vec<Investment> = (1..)
            .zip(&self.investments)
            .map(|(number, investment)| investment.read(&self.id, number, midnight, &stages, pattern))
            .collect();
        let figures =
            ProjectFigures::of(&investments, stages.len()).map_err(|error| format!("its investments: {error}"))?;
        let written = (self.raised_sats, self.raised_pending_sats, self.investor_count);
        let summed = (figures.raised.net_confirmed_sats, figures.pending_sats, figures.investors);
        if written != summed || figures.unverified.investments > 0 {
            return Err(format!("its sums are {summed:?}, not {written:?}"));
        }
        let project = Project {
            id: self.id.clone(),
            source: ProjectSource::Demo,
            network: self.network.clone(),
            kind: Some(self.project_type),
            verified: Verification::Demo,
            nostr_key: None,
            title: Project::title_or_id(Some(&self.title), &self.id),
            about: Some(self.about.clone()),
            description: Some(self.description.clone()),
            website: self.website.clone(),
            target_sats: self.target_sats,
            stages,
            starts_at: Some(on(self.start_offset_days)),
            ends_at: self.end_offset_days.map(on),
            expires_at: Some(on(self.expiry_offset_days)),
            created_at: Some(on(self.created_offset_days)),
            flags: Vec::new(),
            figures,
            spent: None,
            fetched_ms: now_ms,
        };
        Ok((project, investments))
    }

    fn pattern(&self) -> Option<Pattern> {
        let pattern = self.pattern.as_ref()?;
        let frequency = match pattern.frequency {
            Frequency::Monthly => 2,
        };
        let payout = pattern.payout_day_of_month.map_or(Payout::Start, Payout::DayOfMonth);
        Some(Pattern { id: 0, frequency, stage_count: pattern.stage_count, payout })
    }
}

impl DemoInvestment {
    fn read(
        &self,
        project_id: &str,
        number: u32,
        midnight: i64,
        stages: &[Stage],
        pattern: Option<Pattern>,
    ) -> Investment {
        let at = midnight + self.offset_days * DAY + self.minute * 60;
        let days = pattern.map(|pattern| pattern.days(instant(at).date_naive(), None)).unwrap_or_default();
        let shares: Vec<Option<i64>> = if days.is_empty() {
            stages.iter().map(|stage| Some(stage.share)).collect()
        } else {
            vec![None; days.len()]
        };
        let (fee_sats, outputs) = investment::split(self.sats, &shares);
        let mut investment = Investment {
            txid: format!("{project_id}-{number:03}"),
            investor: self.investor.clone(),
            fee_sats,
            outputs,
            releases: days.iter().map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()).collect(),
            confirmed_at: (!self.pending).then_some(at),
            first_seen: at,
            sound: true,
        };
        investment.sound = investment.pays_the_fee();
        investment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-24, 15:00 UTC.
    const NOW_MS: i64 = 1_795_532_400_000;

    #[test]
    fn the_shipped_file_is_sound_and_never_looks_expired() {
        for years in [0, 1, 20] {
            let now_ms = NOW_MS + years * 365 * DAY * 1_000;
            let projects = load(now_ms).unwrap();
            let kinds: Vec<_> = projects.iter().filter_map(|(project, _)| project.kind).collect();
            assert_eq!(kinds, ProjectType::ALL);
            for (project, investments) in projects {
                let now = now_ms / 1_000;
                assert!(!project.is_expired(now) && project.status(now) == Some("active"), "{}", project.id);
                assert!(investments.iter().all(|one| one.first_seen <= now), "nothing comes from the future");
                assert!(investments.len() >= 10 && project.figures.raised.net_confirmed_sats > 0);
            }
        }
    }

    #[test]
    fn the_same_day_gives_the_same_rows() {
        let of = |now_ms| load(now_ms).unwrap().into_iter().map(|(_, investments)| investments).collect::<Vec<_>>();
        assert_eq!(of(NOW_MS), of(NOW_MS + 8 * 3_600_000));
        assert_ne!(of(NOW_MS), of(NOW_MS + 10 * 3_600_000));
    }

    #[test]
    fn a_wrong_file_says_what_is_wrong() {
        let error = |from: &str, to: &str| {
            assert!(FILE.contains(from), "{from}");
            parse(&FILE.replacen(from, to, 1), NOW_MS).unwrap_err().to_string()
        };
        assert!(error("\"raised_sats\": 1", "\"raised_sats\": 2").contains("its sums are"));
        assert!(error("\"demo-solar", "\"solar").contains("must begin with demo-"));
        assert!(error("\"demo\": true", "\"demo\": false").contains("not a demo file"));
        assert!(error("\"about\"", "\"abuot\"").contains("unknown field"));
        assert!(error("\"pattern\"", "\"_p\"").contains("unknown field"));
        assert!(error("{", "").contains("angor_demo.json"));
    }
}
