//! Just enough exact decimals for the sums a BTCPay Server shows. Own code, so that the fake does not lean on the very
//! arithmetic it is there to test.

/// Twelve digits after the point: one more than Lightning has.
const ONE: i128 = 1_000_000_000_000;
const DIGITS: usize = 12;

/// A plain decimal in units of 10^-12. What does not parse has no value; digits beyond the twelfth are cut.
pub fn parse(text: &str) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !plain(whole) || !plain(fraction) {
        return None;
    }
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(DIGITS).collect();
    let value: i128 = format!("{whole}{kept}").parse().ok()?;
    Some(if negative { -value } else { value })
}

/// Plain notation without trailing zeros.
pub fn show(value: i128) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, fraction) = (value.unsigned_abs() / ONE.unsigned_abs(), value.unsigned_abs() % ONE.unsigned_abs());
    let text = format!("{sign}{whole}.{fraction:012}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The product; nothing where it is too large.
pub fn mul(a: i128, b: i128) -> i128 {
    a.checked_mul(b).map_or(0, |product| product / ONE)
}

/// The quotient rounded away from zero to 8 digits, as BTCPay rounds what it asks for; nothing where there is none.
pub fn div_up(a: i128, b: i128) -> i128 {
    let step = 10_i128.pow(4);
    let Some(quotient) = a.checked_mul(ONE).and_then(|scaled| scaled.checked_div(b)) else { return 0 };
    // Digits the division itself cut off count as a remainder too.
    let inexact = quotient % step != 0 || a.checked_mul(ONE).is_some_and(|scaled| scaled % b != 0);
    if inexact { (quotient / step + quotient.signum()) * step } else { quotient }
}

/// Rounded to so many digits, half to even.
pub fn round(value: i128, digits: u32) -> i128 {
    let step = 10_i128.pow(12_u32.saturating_sub(digits));
    let (floor, rest) = (value.div_euclid(step), value.rem_euclid(step));
    let up = rest * 2 > step || (rest * 2 == step && floor % 2 != 0);
    (floor + i128::from(up)) * step
}
