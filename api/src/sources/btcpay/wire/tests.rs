//! Answers of all versions, from the recorded examples and from hostile hands.

use rust_decimal::Decimal;
use shared::{InvoiceStatus, MethodFamily};

use super::*;

const STORE: &str = "gKPmi6b4U5BRgZp13UnjuxJViePiPCtHKGad9paPo6oM";

fn fixture(name: &str) -> String {
    let path = format!("{}/../tests/fixtures/btcpay/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn read_one(json: &str) -> Result<Listed, String> {
    invoice(&rows(&format!("[{json}]")).unwrap()[0], STORE)
}

fn with(field: &str) -> Result<Listed, String> {
    // The last of two fields of one name wins, so each case can override one.
    read_one(&format!(
        r#"{{"id":"i1","amount":"1","currency":"EUR","status":"Settled","createdTime":1700000000,{field}}}"#
    ))
}

fn payment(field: &str) -> Result<Payment, String> {
    let methods = format!(
        r#""paymentMethods":[{{"paymentMethodId":"BTC-CHAIN","currency":"BTC","rate":"60000",
            "payments":[{{"id":"p","receivedDate":1700000000,"value":"0.001","fee":"0","status":"Settled",{field}}}]}}]"#
    );
    with(&methods).map(|listed| listed.invoice.payments[0].clone())
}

#[test]
fn the_golden_page_gives_its_known_sums() {
    let page = rows(&fixture("05-v2.4-invoices-page-with-payment-methods.json")).unwrap();
    let vector: serde_json::Value = serde_json::from_str(&fixture("20-crowdfund-progress-vector.json")).unwrap();
    let expected = &vector["expected"]["ourHeadlineWithoutInvalidMarked"];
    let invoices: Vec<Invoice> = page.iter().map(|row| invoice(row, STORE).unwrap().invoice).collect();
    let sums: Vec<_> = invoices.iter().map(|invoice| invoice.sums().unwrap()).collect();
    let btc = |key: &str| expected[key].as_str().unwrap().parse::<Decimal>().unwrap();
    let sum = |msat: fn(&crate::domain::invoice::InvoiceSums) -> i64| Decimal::new(sums.iter().map(msat).sum(), 11);
    // The vector is gross; one settled payment carries a fee of 200 sats.
    let fee = Decimal::new(200, 8);
    assert_eq!(sum(|sums| sums.raised_msat), btc("btcSettled") - fee);
    assert_eq!(sum(|sums| sums.pending_msat), btc("btcProcessing"));
    for known in vector["perInvoice"].as_array().unwrap() {
        let invoice = invoices.iter().find(|invoice| invoice.id == known["id"].as_str().unwrap()).unwrap();
        let mut net = crate::domain::ExactFiat::default();
        invoice.payments.iter().for_each(|payment| net.add(&payment.fiat()));
        let exact: Decimal = net.to_string().parse().unwrap();
        assert_eq!(exact, known["netFiat"].as_str().unwrap().parse().unwrap(), "{}", known["case"]);
    }
}

#[test]
fn version_1_speaks_of_the_same_payments() {
    let listed = read_one(&fixture("09-v1.13-invoice.json")).unwrap();
    assert!(!listed.payments_listed);
    let payments = payments_of_answer(&fixture("10-v1.13-payment-methods.json")).unwrap().unwrap();
    let mut methods: Vec<_> = payments.iter().map(|p| (p.method_id.as_str(), p.family(), p.net_msat)).collect();
    methods.sort_unstable();
    assert_eq!(
        methods,
        [("BTC-CHAIN", MethodFamily::Onchain, 100_000_000), ("BTC-LN", MethodFamily::Lightning, 50_000_000)]
    );
    assert!(!read_one(&fixture("07-v2.1-invoice-no-payment-methods-key.json")).unwrap().payments_listed);
    assert!(read_one(&fixture("11-v1.7-invoice-crowdfund-orderid-btc-currency.json")).is_ok());
}

#[test]
fn fees_are_taken_off_and_replaced_payments_kept_apart() {
    let payments = payments_of_answer(&fixture("08-v2-payment-methods-all-payments.json")).unwrap().unwrap();
    let listed = Invoice { payments, ..with(r#""x":0"#).unwrap().invoice };
    assert_eq!(listed.sums().unwrap().raised_msat, 150_000_000);
    let reasons: Vec<_> = listed.verdicts().map(|(_, verdict)| verdict.reason()).collect();
    assert_eq!(reasons.iter().filter(|reason| **reason == "replaced").count(), 1);
}

#[test]
fn odd_amounts_are_read_exactly_or_refused() {
    assert_eq!(payment(r#""value":"0.00035012345""#).unwrap().net_msat, 35_012_345);
    assert_eq!(payment(r#""value":0.00035012345"#).unwrap().net_msat, 35_012_345, "a number keeps its digits");
    assert_eq!(payment(r#""value":1E-8"#).unwrap().net_msat, 1_000);
    assert_eq!(payment(r#""fee":null"#).unwrap().fee, Decimal::ZERO);
    for bad in [r#""value":null"#, r#""value":"12345678901234567890123456789""#, r#""value":"lots""#, r#""value":{}"#] {
        assert!(payment(bad).unwrap_err().contains("`value`"), "{bad}");
    }
    assert_eq!(with(r#""amount":"12345678901234567890123456789""#).unwrap().invoice.amount.len(), 29);
    assert_eq!(with(r#""amount":50.10"#).unwrap().invoice.amount, "50.10");
    assert_eq!(with(r#""amount":null"#).unwrap().invoice.amount, "0");
    assert_eq!(with(r#""amount":1.5E3"#).unwrap().invoice.amount, "1500");
    for bad in [r#""amount":{}"#, r#""amount":"""#, r#""amount":[1]"#, r#""amount":"12,50""#] {
        assert!(with(bad).unwrap_err().contains("`amount`"), "{bad}");
    }
}

#[test]
fn unknown_names_are_refused_and_unknown_methods_taken() {
    assert!(with(r#""status":"Frozen""#).unwrap_err().contains("Frozen"));
    assert_eq!(with(r#""status":"expired""#).unwrap().invoice.status, InvoiceStatus::Expired);
    let odd = r#""paymentMethods":[{"paymentMethodId":"BTC-ARK","currency":"BTC","rate":null,
        "payments":[{"id":"p","receivedDate":1,"value":"0.1","fee":"0","status":"Settled"}]}]"#;
    let invoice = with(odd).unwrap().invoice;
    assert_eq!(invoice.payments[0].family(), MethodFamily::Other);
    assert_eq!(invoice.sums().unwrap().raised_msat, 10_000_000_000);
}

#[test]
fn the_same_payment_under_two_methods_counts_once() {
    let one = r#"{"id":"hash","receivedDate":1,"value":"0.1","fee":"0","status":"Settled"}"#;
    let both = format!(
        r#""paymentMethods":[{{"paymentMethodId":"BTC-LN","currency":"BTC","rate":"1","payments":[{one}]}},
            {{"paymentMethodId":"BTC-LNURL","currency":"BTC","rate":"1","payments":[{one}]}}]"#
    );
    assert_eq!(with(&both).unwrap().invoice.payments.len(), 1);
}

#[test]
fn a_page_survives_its_worst_row() {
    let page =
        rows(r#"[{"id":"a","createdTime":5},"text",17,null,{"id":{},"createdTime":"x"},{"id":"\ud800"}]"#).unwrap();
    assert_eq!(page.len(), 6);
    assert_eq!(page[0].created_at, Some(5));
    assert!(page.iter().all(|row| invoice(row, STORE).is_err()));
    for broken in ["", "{}", "[{]", r#"[{"id":"a"}"#, "<html>"] {
        assert!(rows(broken).is_err(), "{broken}");
    }
}

#[test]
fn a_payment_may_have_its_whole_lightning_invoice_for_an_id() {
    let id = format!("lnbc{}", "q".repeat(1_500));
    assert_eq!(payment(&format!(r#""id":"{id}""#)).unwrap().id, id);
    assert!(payment(&format!(r#""id":"{}""#, "q".repeat(2_001))).unwrap_err().contains("too long"));
    assert!(payment(r#""id":" ""#).unwrap_err().contains("empty"));
}

#[test]
fn an_invoice_of_another_store_is_not_ours() {
    assert!(with(r#""storeId":"other""#).unwrap_err().contains("another store"));
}
