//! Figures through HTTP against numbers checked by hand.

use serde_json::{Value, json};

use crate::fake_btcpay::{FakeBtcpay, Invoice, Payment, STORE_ID, Version};
use crate::support::{TestApp, TestDb, at, kpi, live, now, series_sum};

/// A live server with these invoices read.
async fn app_with(db: &TestDb, invoices: Vec<Invoice>, variables: &[(&'static str, String)]) -> TestApp {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put_all(invoices);
    let app = TestApp::start(db, &[live(&fake), variables.to_vec()].concat()).await;
    app.refreshed().await;
    app
}

fn settled(id: &str, created: i64) -> Invoice {
    Invoice::new(id, created).status("Settled")
}

#[tokio::test]
async fn the_golden_page_of_a_real_shape_gives_its_published_figures() {
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    let page = include_str!("../fixtures/btcpay/05-v2.4-invoices-page-with-payment-methods.json");
    fake.fault("/invoices", None, crate::fake_btcpay::Fault::Status(200, "application/json", page.to_owned()));
    let db = TestDb::new();
    let app = TestApp::live(&db, &fake).await;
    app.refreshed().await;
    let vector: Value =
        serde_json::from_str(include_str!("../fixtures/btcpay/20-crowdfund-progress-vector.json")).unwrap();
    let expected = &vector["expected"]["ourHeadlineWithoutInvalidMarked"];
    let figures = app.all_time("").await;
    // 0.00701679345 (the fee of 200 sats is the buyer's, not ours) and 0.002 BTC.
    assert_eq!((kpi(&figures, "raised"), kpi(&figures, "pending")), (json!(701_679), json!(200_000)));
    assert_eq!(kpi(&app.all_time("&method=onchain").await, "raised"), 586_667);
    assert_eq!(kpi(&app.all_time("&method=lightning").await, "raised"), 115_012);
    // The vector adds settled and processing: 120 EUR of its 524.507607 are pending, and 30 USD stand apart.
    assert_eq!(expected["netFiatByCurrency"], json!({"EUR": "524.507607", "USD": "30"}));
    assert_eq!(
        figures["fiat"],
        json!([{"currency": "EUR", "raised": "404.51", "pending": "120.00"}, {"currency": "USD", "raised": "30.00", "pending": "0.00"}])
    );
    assert_eq!(kpi(&figures, "contributions"), 9);
    app.stop().await;
}

#[tokio::test]
async fn the_answer_has_the_shape_of_the_contract() {
    let db = TestDb::new();
    let app = app_with(&db, vec![settled("i", now() - 60).pay(Payment::onchain("0.001", now() - 50))], &[]).await;
    let answer = app.json("/api/analytics").await;
    assert_eq!((&answer["mode"], &answer["source"]), (&json!("live"), &json!("btcpay")));
    assert_eq!((&answer["range"]["tz"], &answer["range"]["interval"]), (&json!("UTC"), &json!("day")));
    let ids: Vec<&str> = answer["kpis"].as_array().unwrap().iter().map(|kpi| kpi["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        ["raised", "pending", "invoices", "contributions", "average", "median", "conversion", "contributors"]
    );
    assert!(answer["kpis"].as_array().unwrap().iter().all(|kpi| kpi.as_object().unwrap().contains_key("previous")));
    let statuses: Vec<&str> =
        answer["statuses"].as_array().unwrap().iter().map(|row| row["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["New", "Processing", "Settled", "Expired", "Invalid"]);
    assert_eq!(answer["series"].as_array().unwrap().len(), 30);
    assert_eq!(answer["series"][29]["bucket"], answer["range"]["to"]);
    assert_eq!(answer["freshness"]["stale"], false);
    assert!(answer["freshness"]["synced_at"].as_str().unwrap().ends_with('Z'));
    app.stop().await;
}

#[tokio::test]
async fn msat_add_up_and_every_split_adds_up_to_its_total() {
    let start = at("2026-03-01T12:00:00Z");
    // Three days with 999 msat each: no single one is a satoshi, together they are two.
    let invoices = (0..3)
        .map(|day| {
            let received = start + day * 86_400;
            settled(&format!("i{day}"), received).pay(Payment::lightning("0.00000000999", received))
        })
        .collect();
    let db = TestDb::new();
    let app = app_with(&db, invoices, &[]).await;
    let answer = app.json("/api/analytics?from=2026-03-01&to=2026-03-03").await;
    assert_eq!(kpi(&answer, "raised"), 2);
    let days: Vec<i64> =
        answer["series"].as_array().unwrap().iter().map(|point| point["raised_sats"].as_i64().unwrap()).collect();
    assert_eq!(days, [0, 1, 1]);
    app.stop().await;
}

#[tokio::test]
async fn days_begin_where_the_zone_says() {
    let invoices = vec![
        // 00:30 on the day of the spring change in Lisbon; 06:15 in Nepal.
        settled("a", at("2026-03-29T00:30:00Z")).pay(Payment::onchain("0.00001", at("2026-03-29T00:30:00Z"))),
        // The last quarter of an hour of that day in Lisbon (UTC+1 by then).
        settled("b", at("2026-03-29T22:50:00Z")).pay(Payment::onchain("0.00002", at("2026-03-29T22:50:00Z"))),
        // Next day in Nepal (18:15 UTC is its midnight), the same day elsewhere.
        settled("c", at("2026-03-29T18:15:00Z")).pay(Payment::onchain("0.00004", at("2026-03-29T18:15:00Z"))),
    ];
    let db = TestDb::new();
    let app = app_with(&db, invoices, &[("DISPLAY_TIMEZONE", "Europe/Lisbon".to_owned())]).await;
    let raised = async |query: &str| kpi(&app.json(&format!("/api/analytics?{query}")).await, "raised");
    assert_eq!(raised("from=2026-03-29&to=2026-03-29").await, 7_000, "the display zone by default");
    assert_eq!(raised("from=2026-03-29&to=2026-03-29&tz=UTC").await, 7_000);
    assert_eq!(raised("from=2026-03-29&to=2026-03-29&tz=Asia/Kathmandu").await, 1_000);
    assert_eq!(raised("from=2026-03-30&to=2026-03-30&tz=Asia/Kathmandu").await, 6_000);
    let hours = app.json("/api/analytics?from=2026-03-29&to=2026-03-29&interval=hour").await;
    assert_eq!(hours["series"].as_array().unwrap().len(), 23);
    assert_eq!(hours["series"][22]["bucket"], "2026-03-29T23:00:00+01:00");
    assert_eq!(
        (&hours["series"][0]["raised_sats"], &hours["series"][22]["raised_sats"]),
        (&json!(1_000), &json!(2_000))
    );
    app.stop().await;
}

#[tokio::test]
async fn a_new_display_zone_cuts_the_days_anew() {
    let paid = at("2026-03-04T23:30:00Z");
    let fake = FakeBtcpay::start(Version::V2_4_1).await;
    fake.put(settled("i", paid).pay(Payment::onchain("0.001", paid)));
    let db = TestDb::new();
    for (zone, day) in [("UTC", "2026-03-04"), ("Asia/Tokyo", "2026-03-05"), ("UTC", "2026-03-04")] {
        let app = TestApp::start(&db, &[live(&fake), vec![("DISPLAY_TIMEZONE", zone.to_owned())]].concat()).await;
        app.refreshed().await;
        let answer = app.json(&format!("/api/analytics?from={day}&to={day}")).await;
        assert_eq!((kpi(&answer, "raised"), kpi(&answer, "median")), (json!(100_000), json!(100_000)), "{zone}");
        app.stop().await;
    }
}

#[tokio::test]
async fn people_are_counted_by_address_and_conversion_by_finished_invoices() {
    let day = at("2026-03-04T10:00:00Z");
    let paid = |id: &str, email: &str| settled(id, day).email(email).pay(Payment::onchain("0.001", day));
    let invoices = vec![
        paid("a", "bo@example.org"),
        paid("b", " BO@Example.org "),
        paid("c", "al@example.org"),
        settled("d", day).pay(Payment::onchain("0.003", day)),
        Invoice::new("e", day).status("Expired"),
        Invoice::new("f", day).status("Invalid").additional("Marked").pay(Payment::onchain("1", day)),
        Invoice::new("g", day),
        Invoice::new("h", day).status("Processing").pay(Payment::onchain("0.5", day).status("Processing")),
    ];
    let db = TestDb::new();
    let app = app_with(&db, invoices, &[]).await;
    let answer = app.json("/api/analytics?from=2026-03-04&to=2026-03-04").await;
    assert_eq!(kpi(&answer, "contributors"), 3, "two addresses and one without");
    assert_eq!(kpi(&answer, "contributions"), 4);
    assert_eq!(kpi(&answer, "average"), 150_000);
    assert_eq!(kpi(&answer, "median"), 100_000);
    assert_eq!(kpi(&answer, "invoices"), 8);
    let conversion = kpi(&answer, "conversion").as_f64().unwrap();
    assert!((conversion - 4.0 / 6.0).abs() < 1e-12);
    assert_eq!(answer["statuses"][2], json!({"status": "Settled", "count": 4, "raised_sats": 600_000}));
    app.stop().await;
}

#[tokio::test]
async fn a_contribution_is_dated_by_its_first_payment_and_has_its_whole_amount() {
    let invoice = settled("i", at("2026-03-01T10:00:00Z"))
        .pay(Payment::lightning("0.001", at("2026-03-02T10:00:00Z")))
        .pay(Payment::onchain("0.002", at("2026-03-05T10:00:00Z")));
    let db = TestDb::new();
    let app = app_with(&db, vec![invoice], &[]).await;
    let of = async |day: &str, more: &str| app.json(&format!("/api/analytics?from={day}&to={day}{more}")).await;
    let second = of("2026-03-02", "").await;
    assert_eq!((kpi(&second, "raised"), kpi(&second, "average")), (json!(100_000), json!(300_000)));
    let fifth = of("2026-03-05", "").await;
    assert_eq!((kpi(&fifth, "raised"), kpi(&fifth, "contributions")), (json!(200_000), json!(0)));
    assert_eq!(kpi(&fifth, "average"), Value::Null);
    let onchain = of("2026-03-05", "&method=onchain").await;
    assert_eq!((kpi(&onchain, "contributions"), kpi(&onchain, "average")), (json!(1), json!(200_000)));
    let first = of("2026-03-01", "").await;
    assert_eq!(first["statuses"][2]["raised_sats"], 300_000, "whenever received");
    app.stop().await;
}

#[tokio::test]
async fn fiat_is_rounded_once_with_the_digits_of_its_currency() {
    let day = at("2026-03-04T10:00:00Z");
    let paid = |id: &str, currency: &str, value: &str, rate: &str| {
        settled(id, day).currency(currency).pay(Payment::onchain(value, day).rate(rate))
    };
    let invoices = vec![
        // Twice 0.0625 EUR: together they are 0.125, half-even 0.12, where rounded one by one they would be 0.12 and 0.13.
        paid("a", "EUR", "0.0000025", "25000"),
        paid("b", "EUR", "0.0000025", "25000"),
        // Thrice 0.0025 would be thrice 0.00; together they are 0.0075.
        paid("c", "USD", "0.0000001", "25000"),
        paid("i", "USD", "0.0000001", "25000"),
        paid("j", "USD", "0.0000001", "25000"),
        // Less than half a cent: written it is zero, and zero is left out.
        paid("k", "GBP", "0.0000002", "25000"),
        paid("d", "JPY", "0.001", "9000500"),
        paid("e", "KWD", "0.001", "20000.5"),
        paid("f", "BTC", "0.001", "1"),
        paid("g", "SATS", "0.001", "100000000"),
        Invoice::new("h", day).currency("CHF"),
    ];
    let db = TestDb::new();
    let app = app_with(&db, invoices, &[]).await;
    let answer = app.json("/api/analytics?from=2026-03-04&to=2026-03-04").await;
    let row = |currency: &str, raised: &str, pending: &str| json!({"currency": currency, "raised": raised, "pending": pending});
    assert_eq!(
        answer["fiat"],
        json!([
            row("EUR", "0.12", "0.00"),
            row("JPY", "9000", "0"),
            row("KWD", "20.000", "0.000"),
            row("USD", "0.01", "0.00")
        ])
    );
    assert_eq!(kpi(&answer, "raised"), 400_000 + 500 + 30 + 20);
    app.stop().await;
}

#[tokio::test]
async fn parameters_are_checked() {
    let db = TestDb::new();
    let app = app_with(&db, vec![settled("i", now() - 60)], &[]).await;
    for (query, code) in [
        ("from=2026-03-05&to=2026-03-04", "bad_parameter"),
        ("from=2026-02-30", "bad_parameter"),
        ("from=first&from=first", "bad_parameter"),
        ("interval=year", "bad_parameter"),
        ("from=2009-01-01&to=2026-03-04", "bad_parameter"),
        ("tz=Mars/Base", "bad_parameter"),
        ("source=paypal", "bad_parameter"),
        ("method=cash", "bad_parameter"),
        ("store=unknown", "bad_parameter"),
        ("campaign=unknown", "bad_parameter"),
        ("weekdays=maybe", "bad_parameter"),
        ("unknown=1", "bad_parameter"),
        ("tz=", "bad_parameter"),
        ("compare=next", "bad_parameter"),
        ("compare=", "bad_parameter"),
    ] {
        assert_eq!(app.refused(&format!("/api/analytics?{query}")).await, (400, code.to_owned()), "{query}");
    }
    let angor = app.json("/api/analytics?source=angor&compare=none&weekdays=true").await;
    assert_eq!((kpi(&angor, "invoices"), &angor["source"]), (json!(0), &json!("angor")));
    let all = app.json(&format!("/api/analytics?source=all&store={STORE_ID}")).await;
    assert_eq!(kpi(&all, "invoices"), 1);
    assert_eq!(series_sum(&all, "created"), 1);
    app.stop().await;
}
