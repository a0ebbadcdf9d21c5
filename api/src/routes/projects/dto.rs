//! Projects as the API shows them. Imported through [`super`].

use shared::{Percent, ProjectDetail, ProjectFreshness, ProjectItem, ProjectStage};

use crate::domain::Project;
use crate::domain::project::EXPIRED;
use crate::domain::time::instant;

/// Millionths in one percent.
const SHARE: i64 = 1_000_000;

/// A row of the list at `now`, UTC seconds.
pub(super) fn item(project: &Project, freshness: ProjectFreshness, now: i64) -> ProjectItem {
    let figures = &project.figures;
    let mut flags = project.flags.clone();
    if project.is_expired(now) {
        flags.insert(0, EXPIRED.to_owned());
    }
    ProjectItem {
        id: project.id.clone(),
        title: project.title.clone(),
        source: project.source,
        network: project.network.clone(),
        kind: project.kind,
        verified: project.verified,
        target_sats: project.target_sats,
        raised_sats: figures.raised.net_confirmed_sats,
        pending_sats: figures.pending_sats,
        investments: figures.investments,
        investors: figures.investors,
        unverified: figures.unverified,
        raised: figures.raised,
        stages: stages(project),
        starts_at: project.starts_at.map(instant),
        ends_at: project.window_end().map(instant),
        expires_at: project.expires_at.map(instant),
        created_at: project.created_at.map(instant),
        status: project.status(now).map(ToOwned::to_owned),
        flags,
        freshness,
    }
}

/// One project.
pub(super) fn detail(project: &Project, freshness: ProjectFreshness, now: i64) -> ProjectDetail {
    ProjectDetail {
        project: item(project, freshness, now),
        about: project.about.clone(),
        description: project.description.clone(),
        website: project.website.clone(),
        spent: project.spent,
    }
}

/// By share where the project has stages, else by day.
fn stages(project: &Project) -> Vec<ProjectStage> {
    let by_share = project.stages.iter().zip(&project.figures.by_stage).map(|(stage, raised)| ProjectStage {
        percent: Some(percent(stage.share)),
        releases_at: stage.releases_at.map(instant),
        raised_sats: *raised,
    });
    let by_day = project.figures.by_day.iter().map(|(day, raised)| ProjectStage {
        percent: None,
        releases_at: Some(instant(*day)),
        raised_sats: *raised,
    });
    by_share.chain(by_day).collect()
}

/// A share as a number: whole where it is.
fn percent(share: i64) -> Percent {
    let (whole, rest) = (share.div_euclid(SHARE), share.rem_euclid(SHARE));
    match format!("{whole}.{rest:06}").parse() {
        Ok(fraction) if rest != 0 => Percent::Fraction(fraction),
        _ => Percent::Whole(whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_where_they_can_be() {
        let json = |share| serde_json::to_string(&percent(share)).unwrap();
        assert_eq!((json(30_000_000), json(33_330_000), json(500_000)), ("30".into(), "33.33".into(), "0.5".into()));
    }
}
