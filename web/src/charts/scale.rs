//! Where an axis has its ticks. Imported through [`super`].

use super::pixel;

/// Divisions of the upright axis, at most.
const DIVISIONS: i64 = 4;
/// Steps between two labels of the lower axis that people read at a glance.
const STEPS: [usize; 5] = [1, 2, 7, 14, 28];

/// Upper end of an axis from zero: 8 % above the largest value, and 1 where all is zero.
pub fn top(largest: i64) -> i64 {
    let largest = largest.max(0);
    largest.saturating_add(largest / 25 * 2).saturating_add((largest % 25 * 2 + 24) / 25).max(1)
}

/// Round numbers from zero to `top`: steps of 1, 2 or 5 times a power of ten, two to four of them.
pub fn ticks(top: i64) -> Vec<i64> {
    let mut step: i64 = 1;
    for factor in [2, 5, 10].into_iter().cycle() {
        if top / step <= DIVISIONS {
            break;
        }
        let power = 10_i64.checked_pow(step.ilog10()).unwrap_or(i64::MAX);
        step = power.saturating_mul(factor);
    }
    (0..=DIVISIONS).map_while(|number| step.checked_mul(number)).filter(|tick| *tick <= top).collect()
}

/// Buckets that get a label, in order: the first, the last, as many anchors (a month's first day) as there is room for,
/// and round steps between them. No two are nearer than `apart` pixels; `step` is the distance of two buckets.
pub fn labelled(anchors: &[bool], step: f64, apart: f64) -> Vec<usize> {
    let Some(last) = anchors.len().checked_sub(1) else { return Vec::new() };
    let room = (1..=last).find(|buckets| step * pixel::length(*buckets) >= apart);
    // Not even the first and the last have room beside each other.
    let Some(apart) = room else { return vec![last] };
    let mut labels = vec![0];
    let mut newest = 0;
    let anchors = (0..last).filter(|index| anchors.get(*index) == Some(&true));
    for anchor in anchors.chain([last]) {
        if anchor - newest >= apart && (last - anchor >= apart || anchor == last) {
            fill(&mut labels, newest, anchor, apart);
            labels.push(anchor);
            newest = anchor;
        }
    }
    labels
}

/// Labels between two others, where there is room for some.
fn fill(labels: &mut Vec<usize>, from: usize, to: usize, apart: usize) {
    let step = STEPS.into_iter().find(|step| *step >= apart).unwrap_or(apart);
    labels.extend((from..to).step_by(step).skip(1).filter(|index| to - index >= apart));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(top(0)), [0, 1]);
        assert_eq!(ticks(top(1)), [0, 1, 2]);
        assert_eq!(ticks(4), [0, 1, 2, 3, 4]);
        assert_eq!(ticks(5), [0, 2, 4]);
        assert_eq!(ticks(top(310_000)), [0, 100_000, 200_000, 300_000]);
        assert_eq!(ticks(top(1_250_000)), [0, 500_000, 1_000_000]);
        assert_eq!(ticks(top(2_100_000_000_000_000)), [0, 1, 2, 3, 4].map(|n| n * 500_000_000_000_000));
    }

    #[test]
    fn a_month_is_labelled_by_its_first_day_and_by_weeks() {
        // 26 October to 24 November: the first of November is the seventh bucket.
        let anchors: Vec<bool> = (0..30).map(|index| index == 6).collect();
        assert_eq!(labelled(&anchors, 22.0, 90.0), [0, 6, 13, 20, 29]);
        assert_eq!(labelled(&anchors, 9.0, 90.0), [0, 14, 29]);
        assert_eq!(labelled(&anchors, 2.0, 90.0), [29]);
        assert_eq!(labelled(&[true], 500.0, 90.0), [0]);
        assert_eq!(labelled(&[], 500.0, 90.0), [0_usize; 0]);
    }

    proptest! {
        #[test]
        fn ticks_are_few_even_and_reach_up(largest in 0..=i64::MAX) {
            let top = top(largest);
            prop_assert!(top >= largest);
            let ticks = ticks(top);
            prop_assert!((2..=5).contains(&ticks.len()), "{:?}", ticks);
            let step = ticks[1];
            let lead = step / 10_i64.pow(step.ilog10());
            prop_assert!([1, 2, 5].contains(&lead) && step % 10_i64.pow(step.ilog10()) == 0);
            prop_assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] == step));
            prop_assert!(top - ticks[ticks.len() - 1] < step);
        }

        #[test]
        fn labels_keep_their_distance(anchors in prop::collection::vec(any::<bool>(), 0..450), step in 0.01..700.0_f64) {
            let labels = labelled(&anchors, step, 90.0);
            prop_assert_eq!(labels.last().copied(), anchors.len().checked_sub(1));
            for pair in labels.windows(2) {
                prop_assert!(pixel::length(pair[1] - pair[0]) * step >= 89.9, "{:?}", labels);
            }
        }
    }
}
