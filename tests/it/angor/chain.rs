//! What the chain says: which event counts, which transactions, and what changes its mind.

use api::domain::project::id::Network;
use serde_json::{Value, json};

use super::{project, start};
use crate::fake_angor::{FakeExplorer, FakeProject, FakeRelay, Investor, Manners, nostr_key, reading, sign};
use crate::support::{TestApp, TestDb, kpi};

const HALVES: [Option<i64>; 2] = [Some(33_330_000), Some(66_670_000)];

fn investor(number: u8, sats: i64, at: Option<i64>) -> Investor {
    Investor { number, sats, at }
}

async fn refreshed(
    db: &TestDb,
    relay: &FakeRelay,
    explorer: &FakeExplorer,
    more: &[(&'static str, String)],
) -> TestApp {
    let app = start(db, &[reading(&[relay.url()], &[explorer.url()]), more.to_vec()].concat()).await;
    app.refreshed().await;
    app
}

#[tokio::test]
async fn only_the_event_that_the_creation_names_counts() {
    let one = FakeProject::invest(1);
    let explorer = FakeExplorer::start().await;
    explorer.put(&one.address(), vec![one.creation()]);
    // Newer words, well signed, by the same key and by another one; only the relay's second answer has the right ones.
    let events = vec![one.other_words(1_000_000, 1), one.other_words(2_000_000, 99), one.event.clone()];
    let relay = FakeRelay::start(Manners::Good, events).await;
    let db = TestDb::new();
    let app = refreshed(&db, &relay, &explorer, &[]).await;
    let shown = project(&app, &one.id).await;
    assert_eq!((&shown["verified"], &shown["target_sats"]), (&json!("chain+event"), &json!(50_000_000)));
    assert_eq!(shown["stages"][0]["percent"], json!(33.33));
    app.stop().await;

    // Without it there is a project, and nobody's words about it.
    let relay = FakeRelay::start(Manners::Good, vec![one.other_words(2_000_000, 99)]).await;
    let db = TestDb::new();
    let app = refreshed(&db, &relay, &explorer, &[]).await;
    let shown = project(&app, &one.id).await;
    assert_eq!(
        (&shown["verified"], &shown["target_sats"], &shown["type"]),
        (&json!("chain_only"), &Value::Null, &Value::Null)
    );
    assert_eq!(app.refused(&format!("/api/projects/{}", one.id)).await.0, 404);
    app.stop().await;
}

#[tokio::test]
async fn investments_come_are_confirmed_and_vanish() {
    let one = FakeProject::invest(1);
    let (relay, explorer) =
        (FakeRelay::start(Manners::Good, vec![one.event.clone()]).await, FakeExplorer::start().await);
    let day = one.created + 86_400;
    let first = one.investment(1, investor(20, 10_000_000, Some(day)), &HALVES);
    let waiting = one.investment(2, investor(21, 2_000_000, None), &HALVES);
    explorer.put(&one.address(), vec![waiting, first.clone(), one.creation()]);
    let db = TestDb::new();
    let app = refreshed(&db, &relay, &explorer, &[]).await;
    let shown = project(&app, &one.id).await;
    assert_eq!(
        (&shown["raised_sats"], &shown["pending_sats"], &shown["investors"]),
        (&json!(9_900_000), &json!(1_980_000), &json!(2))
    );
    // It gets into a block, and the first one's block is replaced.
    let confirmed = one.investment(2, investor(21, 2_000_000, Some(day + 600)), &HALVES);
    let unconfirmed = one.investment(1, investor(20, 10_000_000, None), &HALVES);
    explorer.put(&one.address(), vec![unconfirmed, confirmed.clone(), one.creation()]);
    app.refreshed().await;
    let figures = app.all_time("&source=angor").await;
    assert_eq!((kpi(&figures, "raised"), kpi(&figures, "pending")), (json!(1_980_000), json!(9_900_000)));
    // The first one is gone for good, then is there again.
    explorer.put(&one.address(), vec![confirmed.clone(), one.creation()]);
    app.refreshed().await;
    let figures = app.all_time("&source=angor").await;
    assert_eq!(
        (kpi(&figures, "raised"), kpi(&figures, "pending"), kpi(&figures, "contributors")),
        (json!(1_980_000), json!(0), json!(1))
    );
    explorer.put(&one.address(), vec![confirmed, first, one.creation()]);
    app.refreshed().await;
    assert_eq!(kpi(&app.all_time("&source=angor").await, "raised"), 11_880_000);
    app.stop().await;
    let store = api::store::Store::open(&db.parsed()).unwrap();
    let ingest = api::ingest::Ingest::start(store.clone(), api::domain::Zone::UTC).await.unwrap();
    assert_eq!(ingest.rebuild().await.unwrap().mended, 0);
    store.close().await;
}

#[tokio::test]
async fn long_lists_are_read_to_their_end_and_what_only_looks_right_is_set_apart() {
    let one = FakeProject::invest(1);
    let (relay, explorer) =
        (FakeRelay::start(Manners::Good, vec![one.event.clone()]).await, FakeExplorer::start().await);
    let at = |number: u32| Some(one.created + i64::from(number) * 600);
    let mut txs: Vec<Value> =
        (1..=33).map(|number| one.investment(number, investor(30, 100_000, at(number)), &HALVES)).collect();
    let mut cheap = one.investment(50, investor(31, 900_000_000, at(50)), &HALVES);
    cheap["vout"][0]["value"] = json!(330);
    let one_stage = one.investment(51, investor(32, 500_000, at(51)), &HALVES[..1]);
    let absurd =
        json!({"txid": "f".repeat(64), "vout": [{"value": -5, "scriptpubkey": ""}], "status": {"confirmed": false}});
    txs.extend([cheap, one_stage]);
    txs.reverse();
    txs.push(one.creation());
    explorer.put(&one.address(), txs.clone());
    let db = TestDb::new();
    let app = refreshed(&db, &relay, &explorer, &[]).await;
    let shown = project(&app, &one.id).await;
    assert_eq!(
        (&shown["investments"], &shown["investors"], &shown["raised_sats"]),
        (&json!(33), &json!(1), &json!(33 * 99_000))
    );
    assert_eq!(shown["unverified"]["investments"], 2);
    assert_eq!(shown["flags"], json!([]));
    assert_eq!(kpi(&app.all_time("&source=angor").await, "raised"), 33 * 99_000);
    // One that cannot be read: the rest counts, and it is said.
    txs.insert(0, absurd);
    explorer.put(&one.address(), txs);
    app.refreshed().await;
    let shown = project(&app, &one.id).await;
    assert_eq!((&shown["investments"], &shown["flags"]), (&json!(33), &json!(["truncated"])));
    app.stop().await;
}

#[tokio::test]
async fn an_old_project_is_found_through_an_explorers_list() {
    let words = json!({"targetAmount": 0.75, "stages": [{"amountToRelease": 100, "releaseDate": 1_725_148_800}]});
    let old = FakeProject::with(5, Network::Angornet, 30_078, &words);
    let (relay, explorer) =
        (FakeRelay::start(Manners::Good, vec![old.event.clone()]).await, FakeExplorer::start().await);
    explorer.put(&old.address(), vec![old.creation()]);
    explorer.list_projects(
        json!([{"projectIdentifier": old.id, "trxId": old.creation()["txid"]}, {"projectIdentifier": "angor1qqqq"}]),
    );
    let db = TestDb::new();
    let app = refreshed(&db, &relay, &explorer, &[("ANGOR_NETWORK", "angornet".to_owned())]).await;
    let shown = project(&app, &old.id).await;
    assert_eq!((&shown["verified"], &shown["network"]), (&json!("chain+event"), &json!("angornet")));
    assert_eq!((&shown["target_sats"], &shown["flags"]), (&json!(75_000_000), &json!(["target_unit_inferred"])));
    app.stop().await;
}

#[tokio::test]
async fn hidden_and_denied_projects_are_neither_shown_nor_counted() {
    let all: Vec<FakeProject> = (1..=3).map(FakeProject::invest).collect();
    let explorer = FakeExplorer::start().await;
    for one in &all {
        let investment = one.investment(1, investor(40, 1_000_000, Some(one.created + 600)), &HALVES);
        explorer.put(&one.address(), vec![investment, one.creation()]);
    }
    let mut events: Vec<Value> = all.iter().map(|one| one.event.clone()).collect();
    let list =
        |by: u8, denied: u8, at: i64| sign(by, 30_000, at, json!([["d", "angor:deny"], ["p", nostr_key(denied)]]), "");
    // The moderator's list, an older one of theirs, and a stranger's.
    events.extend([list(60, 1, 2_000), list(60, 3, 1_000), list(61, 3, 3_000)]);
    let relay = FakeRelay::start(Manners::Good, events).await;
    let db = TestDb::new();
    let variables = [("ANGOR_HIDE", all[1].id.clone()), ("ANGOR_MODERATOR", nostr_key(60))];
    let app = refreshed(&db, &relay, &explorer, &variables).await;
    let page = app.json("/api/projects?include=unverified").await;
    assert_eq!((page["total"].as_i64(), page["items"][0]["id"].as_str()), (Some(1), Some(all[2].id.as_str())));
    assert_eq!(kpi(&app.all_time("&source=angor").await, "raised"), 990_000);
    assert!(app.json("/api/settings").await["angor"]["message"].as_str().unwrap().contains("1 are hidden"));
    app.stop().await;
    // Without either, all are there again, without asking anybody.
    let app = start(&db, &reading(&[relay.url()], &[explorer.url()])).await;
    assert_eq!(app.json("/api/projects").await["total"], 3);
    app.stop().await;
    let app = start(&db, &[]).await;
    assert_eq!(app.json("/api/projects").await["items"][0]["source"], "demo", "switched off");
    app.stop().await;
}
