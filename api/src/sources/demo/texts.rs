//! What is paid for: one campaign with its perks, a till, sponsors. Imported through [`super`].

use super::dice::Dice;

/// Id of the demo's campaign, as BTCPay writes ids of apps.
pub const CAMPAIGN_APP_ID: &str = "4Qx8mZRkD7vTnW2bYeHcJpL5sFaG";
/// Its title.
pub const CAMPAIGN_TITLE: &str = "Solar roof for the village library";
/// A host that can belong to nobody.
const HOST: &str = "https://pay.example.org";
const TILL_APP_ID: &str = "2kPq7VtYB9sNwXc4RzHd6JmLgEfU";

/// What an invoice is about.
pub(super) struct Subject {
    pub order_id: Option<String>,
    pub order_url: Option<String>,
    pub item_code: Option<String>,
    pub item_desc: Option<String>,
    /// Fixed by a perk or product, in cents.
    pub price: Option<i64>,
}

/// Code, title and price in cents.
type Product = (&'static str, &'static str, i64);

const PERKS: [Product; 6] = [
    ("postcard", "Postcard from the roof", 1_000),
    ("tile", "Your name on a tile", 3_500),
    ("tshirt", "T-shirt in organic cotton", 4_500),
    ("evening", "Summer evening on the terrace", 9_000),
    ("workshop", "Solar workshop, one day", 12_000),
    ("panel", "Godparent of a solar panel", 25_000),
];
/// Cheap perks are chosen more often.
const PERK_CHOICE: [usize; 16] = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5];
const PRODUCTS: [Product; 5] = [
    ("coffee", "Coffee at the library bar", 350),
    ("cake", "Slice of carrot cake", 420),
    ("tote", "Tote bag", 1_500),
    ("print", "Linocut print, signed", 4_000),
    ("book", "Village cookbook", 2_490),
];

/// A contribution to the campaign, with a perk or without.
pub(super) fn campaign(dice: &mut Dice, with_perk: bool) -> Subject {
    let perk = with_perk.then(|| PERKS[*dice.pick(&PERK_CHOICE)]);
    Subject {
        // Random since BTCPay 1.11; the page tells the campaign.
        order_id: Some(dice.base58_id()),
        order_url: Some(format!("{HOST}/apps/{CAMPAIGN_APP_ID}/crowdfund")),
        item_code: perk.map(|(code, _, _)| code.to_owned()),
        item_desc: Some(perk.map_or(CAMPAIGN_TITLE, |(_, title, _)| title).to_owned()),
        price: perk.map(|(_, _, price)| price),
    }
}

/// Something bought at the bar.
pub(super) fn product(dice: &mut Dice) -> Subject {
    let (code, title, price) = *dice.pick(&PRODUCTS);
    Subject {
        order_id: Some(dice.base58_id()),
        order_url: Some(format!("{HOST}/apps/{TILL_APP_ID}/pos")),
        item_code: Some(code.to_owned()),
        item_desc: Some(title.to_owned()),
        price: Some(price),
    }
}

/// A gift without a page.
pub(super) fn donation() -> Subject {
    Subject { order_id: None, order_url: None, item_code: None, item_desc: Some("Donation".to_owned()), price: None }
}

/// An invoice that was sent to a sponsor.
pub(super) fn sponsoring(k: u64) -> Subject {
    Subject {
        order_id: Some(format!("SPONSOR-{k:05}")),
        order_url: None,
        item_code: None,
        item_desc: Some("Sponsoring of the solar roof, thank you!".to_owned()),
        price: None,
    }
}
