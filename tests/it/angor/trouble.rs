//! Relays and explorers that lie, fall silent, flood or are not there: none stops the others, each is told about.

use serde_json::{Value, json};

use super::{endpoint, project, start};
use crate::fake_angor::{FakeExplorer, FakeProject, FakeRelay, Investor, Manners, Trick, reading};
use crate::support::{TestDb, kpi};

const HALVES: [Option<i64>; 2] = [Some(33_330_000), Some(66_670_000)];

async fn world(one: &FakeProject) -> (FakeRelay, FakeExplorer) {
    let explorer = FakeExplorer::start().await;
    let investor = Investor { number: 20, sats: 10_000_000, at: Some(one.created + 600) };
    explorer.put(&one.address(), vec![one.investment(1, investor, &HALVES), one.creation()]);
    (FakeRelay::start(Manners::Good, vec![one.event.clone()]).await, explorer)
}

#[tokio::test]
async fn bad_relays_do_not_stop_the_good_one() {
    let one = FakeProject::invest(1);
    let (good, explorer) = world(&one).await;
    let forged = {
        let mut event = one.event.clone();
        event["sig"] = "0".repeat(128).into();
        event
    };
    let mut large = one.event.clone();
    large["content"] = "x".repeat(1_000_000).into();
    let relays = [
        (FakeRelay::start(Manners::Good, vec![forged, large]).await, "connected", "forged"),
        (FakeRelay::start(Manners::NoEnd, vec![one.event.clone()]).await, "error", "silent"),
        (FakeRelay::start(Manners::HangsUp(0), vec![one.event.clone()]).await, "error", "Closed the connection"),
        (FakeRelay::start(Manners::Refuses("error: filter limit too large"), vec![]).await, "error", "filter limit"),
        (FakeRelay::start(Manners::Refuses("auth-required: please"), vec![]).await, "error", "login"),
        (FakeRelay::start(Manners::Notice("rate-limited: slow down"), vec![]).await, "error", "slow down"),
        (FakeRelay::start(Manners::Silent, vec![]).await, "unreachable", "does not answer"),
        (FakeRelay::start(Manners::WebPage, vec![]).await, "unreachable", "Cannot be reached"),
        (FakeRelay::start(Manners::Floods, vec![]).await, "error", "the rest was left"),
    ];
    let mut urls: Vec<&str> = relays.iter().map(|(relay, _, _)| relay.url()).collect();
    urls.extend([good.url(), "ws://127.0.0.1:1"]);
    let db = TestDb::new();
    let app = start(&db, &reading(&urls, &[explorer.url()])).await;
    app.refreshed().await;
    let shown = project(&app, &one.id).await;
    assert_eq!((&shown["verified"], &shown["freshness"]["state"]), (&json!("chain+event"), &json!("live")));
    for (relay, state, message) in &relays {
        let (found, said) = endpoint(&app, relay.url()).await;
        assert!(found == *state && said.contains(message), "{state}, {message}: {found}, {said}");
    }
    assert_eq!(endpoint(&app, "ws://127.0.0.1:1").await.0, "unreachable");
    assert_eq!(endpoint(&app, good.url()).await.0, "connected");
    app.stop().await;
}

#[tokio::test]
async fn a_relay_that_never_ends_its_answer_is_still_heard() {
    let one = FakeProject::invest(1);
    let (relay, explorer) = world(&one).await;
    relay.behave(Manners::NoEnd);
    let db = TestDb::new();
    let app = start(&db, &reading(&[relay.url()], &[explorer.url()])).await;
    app.refreshed().await;
    assert_eq!(app.json("/api/projects").await["items"][0]["id"], one.id);
    assert_eq!(app.json("/api/analytics?source=angor").await["freshness"]["stale"], true);
    app.stop().await;
}

#[tokio::test]
async fn the_next_explorer_is_asked_when_one_fails() {
    let one = FakeProject::invest(1);
    let (relay, good) = world(&one).await;
    for (trick, state, message) in [
        (Trick::WebPage, "error", "web page"),
        (Trick::Status(500), "error", "failed (500)"),
        (Trick::Status(429), "error", "slow down"),
        (Trick::Status(405), "error", "does not list"),
        // Its other answers are sound, so the latest word on it is that it answers; the list comes from the next one.
        (Trick::Garbage, "connected", "Answers"),
        (Trick::Silence, "unreachable", "did not answer"),
    ] {
        let bad = FakeExplorer::start().await;
        bad.put(&one.address(), vec![one.creation()]);
        bad.play(trick.clone());
        let db = TestDb::new();
        let app = start(&db, &reading(&[relay.url()], &[bad.url(), good.url()])).await;
        app.refreshed().await;
        assert_eq!(project(&app, &one.id).await["raised_sats"], 9_900_000, "{trick:?}");
        let (found, said) = endpoint(&app, bad.url()).await;
        assert!(found == state && said.contains(message), "{trick:?}: {found}, {said}");
        assert_eq!(endpoint(&app, good.url()).await.0, "connected");
        app.stop().await;
    }
}

#[tokio::test]
async fn an_explorer_that_repeats_or_never_ends_is_read_once_and_said_so() {
    let one = FakeProject::invest(1);
    let (relay, explorer) = world(&one).await;
    let db = TestDb::new();
    let app = start(&db, &reading(&[relay.url()], &[explorer.url()])).await;
    explorer.play(Trick::FirstPageForEver);
    app.refreshed().await;
    let shown = project(&app, &one.id).await;
    assert_eq!(
        (&shown["investments"], &shown["raised_sats"], &shown["flags"]),
        (&json!(1), &json!(9_900_000), &json!([]))
    );
    // A full page that repeats hides what is older; what is known of it stays.
    let investor = |number| Investor { number, sats: 1_000_000, at: Some(one.created + 1_200) };
    let mut txs: Vec<Value> = (10..20).map(|number| one.investment(number, investor(21), &HALVES)).collect();
    txs.push(one.investment(1, Investor { number: 20, sats: 10_000_000, at: Some(one.created + 600) }, &HALVES));
    txs.push(one.creation());
    explorer.put(&one.address(), txs);
    app.refreshed().await;
    let shown = project(&app, &one.id).await;
    assert_eq!((&shown["investments"], &shown["flags"]), (&json!(11), &json!(["truncated"])));
    assert_eq!(shown["verified"], "chain+event");
    assert_eq!(kpi(&app.all_time("&source=angor").await, "raised"), 9_900_000 + 10 * 990_000);
    explorer.play(Trick::NeverEnds);
    app.refreshed().await;
    assert_eq!(project(&app, &one.id).await["flags"], json!(["truncated"]));
    assert!(explorer.requests() < 400, "{}", explorer.requests());
    app.stop().await;
}

#[tokio::test]
async fn what_was_read_stays_while_nobody_answers_and_over_a_restart() {
    let one = FakeProject::invest(1);
    let (relay, explorer) = world(&one).await;
    let db = TestDb::new();
    let variables = reading(&[relay.url()], &[explorer.url()]);
    let app = start(&db, &variables).await;
    app.refreshed().await;
    let figures = app.all_time("&source=angor").await;
    assert_eq!((kpi(&figures, "raised"), &figures["freshness"]["stale"]), (json!(9_900_000), &json!(false)));
    relay.behave(Manners::Silent);
    explorer.play(Trick::Status(503));
    app.refreshed().await;
    let shown = project(&app, &one.id).await;
    assert_eq!((&shown["freshness"]["state"], &shown["raised_sats"]), (&json!("cached"), &json!(9_900_000)));
    assert!(shown["freshness"]["reason"].as_str().unwrap().contains("503"), "{}", shown["freshness"]);
    let later = app.all_time("&source=angor").await;
    assert_eq!(
        (kpi(&later, "raised"), &later["mode"], &later["freshness"]["stale"]),
        (json!(9_900_000), &json!("live"), &json!(true))
    );
    // An explorer that forgot everything is not believed either.
    explorer.play(Trick::None);
    explorer.put(&one.address(), Vec::new());
    app.refreshed().await;
    assert_eq!(project(&app, &one.id).await["raised_sats"], 9_900_000);
    app.stop().await;

    let app = start(&db, &variables).await;
    let shown = project(&app, &one.id).await;
    assert_eq!((&shown["freshness"]["state"], &shown["freshness"]["reason"]), (&json!("cached"), &Value::Null));
    app.stop().await;
}

#[tokio::test]
async fn nobody_answers_is_not_no_projects() {
    let (relay, explorer) = ("ws://127.0.0.1:1", "http://127.0.0.1:1");
    let db = TestDb::new();
    let app = start(&db, &reading(&[relay], &[explorer])).await;
    app.refreshed().await;
    let page = app.json("/api/projects").await;
    assert_eq!((&page["items"][0]["source"], page["total"].as_i64()), (&json!("demo"), Some(3)));
    assert!(page["items"][0]["freshness"]["reason"].as_str().unwrap().starts_with("No relay answered"));
    assert_eq!(app.json("/api/analytics?source=angor").await["mode"], "demo");
    app.stop().await;
    // A relay and an explorer that know of none: that is an answer.
    let (relay, explorer) = (FakeRelay::start(Manners::Good, Vec::new()).await, FakeExplorer::start().await);
    let app = start(&db, &reading(&[relay.url()], &[explorer.url()])).await;
    app.refreshed().await;
    assert_eq!(app.json("/api/projects").await["total"], 0);
    let figures = app.json("/api/analytics?source=angor").await;
    assert_eq!((&figures["mode"], kpi(&figures, "raised")), (&json!("live"), json!(0)));
    app.stop().await;
}
