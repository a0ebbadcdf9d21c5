//! Whole percentages that add up to 100.

/// The percent of each part, by largest remainder: rounding each by itself gives 99 or 101. Nothing of nothing is 0.
pub fn percentages(parts: &[i64]) -> Vec<i64> {
    let parts: Vec<i128> = parts.iter().map(|part| i128::from((*part).max(0))).collect();
    let total: i128 = parts.iter().sum();
    if total == 0 {
        return vec![0; parts.len()];
    }
    let mut percents: Vec<i128> = parts.iter().map(|part| part * 100 / total).collect();
    let missing = usize::try_from(100 - percents.iter().sum::<i128>()).unwrap_or(0);
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    // Stable: of equal remainders the earlier one is rounded up.
    by_remainder.sort_by_key(|at| std::cmp::Reverse(parts.get(*at).map(|part| part * 100 % total)));
    for at in by_remainder.into_iter().take(missing) {
        if let Some(percent) = percents.get_mut(at) {
            *percent += 1;
        }
    }
    percents.into_iter().map(|percent| i64::try_from(percent).unwrap_or(100)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::percentages;

    #[test]
    fn thirds_are_rounded_so_that_the_sum_holds() {
        assert_eq!(percentages(&[1, 1, 1]), [34, 33, 33]);
        assert_eq!(percentages(&[2, 1, 0, 0, 0]), [67, 33, 0, 0, 0]);
        assert_eq!(percentages(&[0, 0]), [0, 0]);
        assert_eq!(percentages(&[]), [0_i64; 0]);
    }

    proptest! {
        #[test]
        fn percentages_add_up_and_are_near(parts in prop::collection::vec(0..1_000_000_i64, 1..8)) {
            let percents = percentages(&parts);
            let total: i64 = parts.iter().sum();
            prop_assert_eq!(percents.iter().sum::<i64>(), if total == 0 { 0 } else { 100 });
            for (part, percent) in parts.iter().zip(percents) {
                prop_assert!((part * 100 - percent * total).abs() < total.max(1));
            }
        }
    }
}
