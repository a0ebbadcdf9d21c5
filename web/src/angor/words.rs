//! What Angor's words mean, for people.

use shared::{ProjectItem, ProjectType, Verification};

/// Kind of project.
pub const fn kind_name(kind: Option<ProjectType>) -> &'static str {
    match kind {
        Some(ProjectType::Invest) => "Invest",
        Some(ProjectType::Fund) => "Fund",
        Some(ProjectType::Subscribe) => "Subscribe",
        None => "Unknown kind",
    }
}

/// How far it was checked.
pub const fn verification_name(verified: Verification) -> &'static str {
    match verified {
        Verification::ChainAndEvent => "verified on chain and by its event",
        Verification::ChainOnly => "seen on chain only",
        Verification::EventOnly => "seen on a relay only",
        Verification::Demo => "demo",
    }
}

/// `target_unit_inferred` and the like, in a sentence; what is not known stays as it is.
pub fn flag_sentence(flag: &str) -> String {
    match flag {
        "expired" => "Expired: investors can take back what was not released.".to_owned(),
        "unsupported" => "Of a kind that this program does not know: only what was raised is shown.".to_owned(),
        "target_unit_inferred" => {
            "Its target is an old one without a unit: it was taken for bitcoin, as Angor does.".to_owned()
        }
        "truncated" => "Its history is longer than could be read: the figures are lower bounds.".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A status with a capital letter.
pub fn status_name(status: &str) -> String {
    let mut letters = status.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Angor's own rule: a fee of one percent leaves 99 % of a target that was met.
pub fn is_target_met(project: &ProjectItem) -> bool {
    project
        .target_sats
        .filter(|target| *target > 0)
        .is_some_and(|target| project.raised_sats >= target.saturating_sub(target.saturating_div(100)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_what_is_known_and_the_name_for_what_is_not() {
        assert_eq!(status_name("funded"), "Funded");
        assert_eq!(status_name("ß"), "SS");
        assert_eq!(status_name(""), "");
        assert_eq!(flag_sentence("brand_new"), "brand new");
    }
}
