//! How far money has come towards a target: filled what is confirmed, pale what is not yet.

use leptos::prelude::*;

/// Drawn as SVG: no style attribute is needed. Shares are hundredths of a percent, for geometry only.
#[component]
pub fn GoalBar(
    /// Confirmed, 0 to 10,000.
    done: i64,
    /// Not confirmed yet, on top of it.
    pending: i64,
    /// What a screen reader says.
    label: String,
) -> impl IntoView {
    let done = done.clamp(0, 10_000);
    let both = done.saturating_add(pending.max(0)).clamp(0, 10_000);
    view! {
        <svg class="goal" viewBox="0 0 10000 100" preserveAspectRatio="none" role="img" aria-label=label>
            <rect class="goal-all" width="10000" height="100" />
            <rect class="goal-pending" width=both.to_string() height="100" />
            <rect class="goal-done" width=done.to_string() height="100" />
        </svg>
    }
}

/// `part` of `whole` in hundredths of a percent, rounded down; none without a whole.
pub fn share_of(part: i64, whole: Option<i64>) -> Option<i64> {
    let whole = i128::from(whole.filter(|whole| *whole > 0)?);
    let share = i128::from(part.max(0)).checked_mul(10_000)?.checked_div(whole)?;
    Some(i64::try_from(share).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::share_of;

    #[test]
    fn shares_are_exact_and_need_a_whole() {
        assert_eq!(share_of(1, Some(3)), Some(3_333));
        assert_eq!(share_of(-5, Some(3)), Some(0));
        assert_eq!(share_of(i64::MAX, Some(1)), Some(i64::MAX));
        assert_eq!(share_of(1, Some(0)), None);
        assert_eq!(share_of(1, None), None);
    }
}
