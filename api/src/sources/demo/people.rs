//! Who pays: invented people with addresses that can belong to nobody. Imported through [`super`].

use super::dice::Dice;
use super::kind;

const FIRST: [&str; 60] = [
    "ada", "alba", "amara", "anton", "astrid", "bela", "bruno", "carla", "cem", "chiara", "dana", "diego", "edith",
    "elias", "emeka", "enzo", "farida", "felix", "freya", "gita", "goran", "hana", "hugo", "ida", "ines", "ivan",
    "jana", "joao", "jonas", "kaja", "karim", "lea", "leo", "lina", "luca", "maja", "mara", "mateo", "mina", "nadia",
    "nils", "nora", "olga", "omar", "paula", "pavel", "petra", "rafael", "rosa", "ruben", "selma", "sofia", "sven",
    "tara", "teo", "tomas", "vera", "viktor", "yara", "zoe",
];
const LAST: [&str; 60] = [
    "almeida", "andersen", "bauer", "becker", "berg", "bianchi", "blanc", "brandt", "castro", "cohen", "costa", "dahl",
    "diallo", "dubois", "eriksen", "fabre", "ferrari", "fischer", "garcia", "gruber", "haas", "hansen", "horvat",
    "ito", "jansen", "kaya", "keller", "klein", "kovacs", "kruger", "lang", "larsen", "leitner", "lopez", "maier",
    "marino", "mensah", "meyer", "moreau", "nagy", "neri", "novak", "okafor", "olsen", "petrov", "pinto", "popescu",
    "ricci", "rossi", "santos", "schmid", "silva", "simon", "soler", "toth", "vidal", "vogel", "weber", "winter",
    "zeman",
];
const COMPANIES: [&str; 8] = [
    "bakery-holm",
    "cafe-lune",
    "cooperativa-sol",
    "hofladen-linde",
    "kiosk-nord",
    "print-and-paper",
    "radhaus",
    "velo-atelier",
];

/// Person number `n`, 0 being the first. No two numbers share an address.
fn address(n: u64) -> String {
    // 1,847 has no factor in common with 3,600: every pair of names comes once before any comes twice.
    let pair = n.wrapping_mul(1_847).wrapping_add(311) % 3_600;
    let (first, last) =
        (usize::try_from(pair / 60).unwrap_or_default(), usize::try_from(pair % 60).unwrap_or_default());
    let again = match n / 3_600 {
        0 => String::new(),
        round => (round + 1).to_string(),
    };
    format!("{}.{}{again}@example.org", FIRST[first.min(59)], LAST[last.min(59)])
}

/// The next person who was not here before.
pub(super) fn newcomer(k: u64) -> String {
    address(kind::newcomers_before(k))
}

/// Somebody who was, or nobody who says a name. Regulars come most often; some write their address in their own way.
pub(super) fn visitor(dice: &mut Dice, k: u64) -> Option<String> {
    let known = kind::newcomers_before(k);
    if known == 0 || dice.percent(42) {
        return None;
    }
    let n = if dice.percent(45) { dice.below(known.min(14)) } else { dice.below(known) };
    let address = address(n);
    Some(if dice.percent(5) { address.to_uppercase() } else { address })
}

/// A small business.
pub(super) fn sponsor(dice: &mut Dice) -> String {
    format!("office@{}.example", dice.pick(&COMPANIES))
}
