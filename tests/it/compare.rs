//! Figures beside those of an earlier range, and in a currency, against numbers checked by hand.

use serde_json::{Value, json};

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, Version};
use crate::support::{TestApp, TestDb, at, kpi, now};

async fn app_with(db: &TestDb, invoices: Vec<Invoice>) -> TestApp {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices);
    let app = TestApp::live(db, &fake).await;
    app.refreshed().await;
    app
}

fn paid(id: &str, btc: &str, at: i64) -> Invoice {
    Invoice::new(id, at).status("Settled").pay(Payment::onchain(btc, at))
}

fn previous(answer: &Value, id: &str) -> Value {
    let kpis = answer["kpis"].as_array().unwrap();
    kpis.iter().find(|kpi| kpi["id"] == id).unwrap()["previous"].clone()
}

fn field<'a>(series: &'a Value, field: &str) -> Vec<&'a Value> {
    series.as_array().unwrap().iter().map(|point| &point[field]).collect()
}

#[tokio::test]
async fn the_range_before_and_the_year_before_stand_beside() {
    let db = TestDb::new();
    let noon = |day: &str| at(&format!("{day}T12:00:00Z"));
    let app = app_with(
        &db,
        vec![
            // The range: 2024-02-28 to 2024-03-01, a leap day in it.
            paid("now-1", "0.001", noon("2024-02-29")).email("bo@example.org"),
            paid("now-2", "0.002", noon("2024-03-01")),
            // Directly before: 25 to 27 February.
            paid("before-1", "0.004", noon("2024-02-25")).email("bo@example.org"),
            paid("before-2", "0.001", noon("2024-02-27")).email("Bo@example.org"),
            Invoice::new("before-3", noon("2024-02-26")).status("Expired"),
            // A week before: 21 to 23 February, equal weekdays.
            paid("week", "0.008", noon("2024-02-21")),
            // A year before: 28 February to 1 March 2023; 28 February for the 28th.
            paid("year-1", "0.016", noon("2023-02-28")),
            paid("year-2", "0.032", noon("2023-03-01")),
            // 52 weeks before: 1 to 3 March 2023.
            paid("weeks-52", "0.064", noon("2023-03-03")),
        ],
    )
    .await;
    let ask = async |more: &str| app.json(&format!("/api/analytics?from=2024-02-28&to=2024-03-01{more}")).await;

    let alone = ask("&weekdays=true&compare=none").await;
    assert_eq!((kpi(&alone, "raised"), previous(&alone, "raised")), (json!(300_000), Value::Null));
    assert!(alone.get("comparison").is_none() && alone.get("other_currencies").is_none());

    let before = ask("&compare=previous").await;
    assert_eq!(before["series"], alone["series"], "the range itself is what it is");
    for (id, value) in [
        ("raised", json!(500_000)),
        ("pending", json!(0)),
        ("invoices", json!(3)),
        ("contributions", json!(2)),
        ("average", json!(250_000)),
        ("median", json!(250_000)),
        ("contributors", json!(1)),
    ] {
        assert_eq!(previous(&before, id), value, "{id}");
    }
    assert!((previous(&before, "conversion").as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-12);
    let comparison = &before["comparison"];
    assert_eq!((&comparison["mode"], &comparison["until"]), (&json!("previous"), &Value::Null));
    assert_eq!(
        (&comparison["range"]["from"], &comparison["range"]["to"]),
        (&json!("2024-02-25"), &json!("2024-02-27"))
    );
    assert_eq!(field(&comparison["series"], "raised_sats"), [400_000, 0, 100_000]);

    for (query, raised) in [
        ("&compare=previous&weekdays=true", 800_000),
        ("&compare=year", 4_800_000),
        ("&compare=year&weekdays=true", 9_600_000),
        ("&compare=previous&method=lightning", 0),
    ] {
        assert_eq!(previous(&ask(query).await, "raised"), raised, "{query}");
    }
    let leap = app.json("/api/analytics?from=2024-02-29&to=2024-02-29&compare=year").await;
    assert_eq!(leap["comparison"]["range"]["from"], "2023-02-28");
    assert_eq!(previous(&leap, "average"), 1_600_000);
    let nothing = app.json("/api/analytics?from=2020-01-01&to=2020-01-02&compare=previous&interval=hour").await;
    assert_eq!((previous(&nothing, "raised"), previous(&nothing, "median")), (json!(0), Value::Null));
    assert_eq!(nothing["comparison"]["series"].as_array().unwrap().len(), 48);
    app.stop().await;
}

/// A zone in which it is about noon.
fn zone_at_noon() -> String {
    let ahead = 12 - now().rem_euclid(86_400) / 3_600;
    // POSIX turns the sign around.
    if ahead == 0 { "UTC".to_owned() } else { format!("Etc/GMT{:+}", -ahead).replace('+', "%2B") }
}

#[tokio::test]
async fn a_range_that_ends_today_is_compared_up_to_this_time_of_day() {
    let (now, day) = (now(), 86_400);
    let db = TestDb::new();
    let app = app_with(
        &db,
        vec![
            paid("today", "0.001", now - 300),
            // A server's clock that runs ahead: not yet, for either side.
            paid("soon", "0.002", now + 3_000),
            paid("yesterday-before", "0.004", now - day - 300).email("bo@example.org"),
            // Within the quarter of an hour that is cut, or just after it.
            paid("yesterday-after", "0.008", now - day + 120),
            paid("yesterday-late", "0.016", now - day + 3_000),
            // Created before this time of day, paid after it.
            Invoice::new("yesterday-slow", now - day - 600)
                .status("Settled")
                .pay(Payment::onchain("0.032", now - day + 200))
                .pay(Payment::lightning("0.064", now - day + 300).status("Processing")),
        ],
    )
    .await;
    let zone = zone_at_noon();
    let today = app.json(&format!("/api/analytics?tz={zone}")).await["range"]["to"].as_str().unwrap().to_owned();
    let ask = async |more: &str| app.json(&format!("/api/analytics?tz={zone}&from={today}{more}")).await;
    let answer = ask("&compare=previous").await;
    assert_eq!((kpi(&answer, "raised"), previous(&answer, "raised")), (json!(100_000), json!(400_000)), "{zone}");
    assert_eq!((previous(&answer, "pending"), previous(&answer, "invoices")), (json!(0), json!(2)));
    assert_eq!((previous(&answer, "contributions"), previous(&answer, "median")), (json!(1), json!(400_000)));
    assert_eq!(previous(&answer, "contributors"), 1);
    assert!(answer["comparison"]["until"].is_string());
    let hours = ask("&compare=previous&interval=hour").await;
    assert_eq!((hours["series"].as_array().unwrap().len(), previous(&hours, "raised")), (24, json!(400_000)));
    assert_eq!(crate::support::series_sum(&hours, "raised_sats"), 100_000);
    assert_eq!(kpi(&ask("").await, "raised"), 300_000, "without a comparison the day is whole");
    app.stop().await;
}

#[tokio::test]
async fn figures_in_a_currency_are_about_the_invoices_in_it() {
    let day = |n: i64| at("2026-03-01T12:00:00Z") + n * 86_400;
    let in_currency = |id: &str, currency: &str, btc: &str, rate: &str, at: i64| {
        Invoice::new(id, at).currency(currency).status("Settled").pay(Payment::onchain(btc, at).rate(rate))
    };
    let db = TestDb::new();
    let app = app_with(
        &db,
        vec![
            // 0.125 EUR a day: rounded half-even together and not one by one.
            in_currency("a", "EUR", "0.000005", "25000", day(0)),
            in_currency("b", "EUR", "0.000005", "25000", day(1)),
            in_currency("c", "EUR", "0.000005", "25000", day(2)),
            Invoice::new("d", day(1))
                .status("Processing")
                .pay(Payment::onchain("0.001", day(1)).rate("25000").status("Processing")),
            in_currency("e", "USD", "0.001", "30000", day(1)),
            in_currency("f", "SATS", "0.001", "100000000", day(2)),
            in_currency("g", "JPY", "0.001", "9000000", day(-5)),
        ],
    )
    .await;
    let answer = app.json("/api/analytics?from=2026-03-01&to=2026-03-03&currency=eur&compare=previous").await;
    let fiat = answer["kpis"].as_array().unwrap().last().unwrap();
    assert_eq!(
        fiat,
        &json!({"id": "raised_fiat", "label": "Raised in EUR", "unit": "EUR", "value": "0.38", "previous": "0.00"})
    );
    // 0.125, 0.25, 0.375 in all are written 0.12, 0.25, 0.38.
    assert_eq!(field(&answer["series"], "raised_fiat"), ["0.12", "0.13", "0.13"]);
    assert_eq!(field(&answer["series"], "pending_fiat"), ["0.00", "25.00", "0.00"]);
    assert_eq!(answer["other_currencies"], json!(["SATS", "USD"]));
    assert_eq!(kpi(&answer, "raised"), 201_500, "figures in sats are about all invoices");
    assert_eq!(answer["fiat"][0], json!({"currency": "EUR", "raised": "0.38", "pending": "25.00"}));

    let yen =
        app.json("/api/analytics?from=2026-03-01&to=2026-03-03&currency=JPY&compare=previous&method=onchain").await;
    assert_eq!((kpi(&yen, "raised_fiat"), previous(&yen, "raised_fiat")), (json!("0"), json!("0")));
    assert_eq!(field(&yen["series"], "raised_fiat"), ["0", "0", "0"]);
    let earlier = app.json("/api/analytics?from=2026-02-23&to=2026-02-28&currency=JPY").await;
    assert_eq!((kpi(&earlier, "raised_fiat"), &earlier["other_currencies"]), (json!("9000"), &json!([])));
    for wrong in ["currency=", "currency=EURO", "currency=BTC", "currency=sats", "currency=NOPE", "currency=EUR,USD"] {
        assert_eq!(app.refused(&format!("/api/analytics?{wrong}")).await, (400, "bad_parameter".to_owned()), "{wrong}");
    }
    app.stop().await;
}
