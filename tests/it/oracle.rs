//! Figures by scanning raw invoices, written from the definitions and not from the program: what roll-ups must equal.

use std::collections::BTreeSet;

use api::domain::figures::{BucketSums, FiatSums, FigureQuery, Figures, StatusSums};
use api::domain::{ContributionMethod, ExactFiat, Invoice, Payment};
use shared::{AdditionalStatus, InvoiceStatus, InvoiceType, PaymentStatus};

/// All figures of a query.
pub fn figures(invoices: &[Invoice], query: &FigureQuery) -> Figures {
    let mut figures = Figures { buckets: vec![BucketSums::default(); query.buckets.len()], ..Figures::default() };
    let mut amounts = Vec::new();
    let mut people = BTreeSet::new();
    for invoice in invoices {
        let passes = |payment: &&Payment| passes(query.method, payment);
        let settled: Vec<&Payment> = bitcoin(invoice, PaymentStatus::Settled).filter(passes).collect();
        let processing: Vec<&Payment> = bitcoin(invoice, PaymentStatus::Processing).filter(passes).collect();
        for payment in &settled {
            if let Some(bucket) = bucket(query, payment.received_at) {
                figures.buckets[bucket].raised_msat += i128::from(payment.net_msat);
                fiat(query, &mut figures, bucket, invoice, payment, |sums| &mut sums.raised);
            }
        }
        for payment in &processing {
            if let Some(bucket) = bucket(query, payment.received_at) {
                figures.buckets[bucket].pending_msat += i128::from(payment.net_msat);
                fiat(query, &mut figures, bucket, invoice, payment, |sums| &mut sums.pending);
            }
        }
        let total: i64 = settled.iter().map(|payment| payment.net_msat).sum();
        if let Some(first) = settled.iter().map(|payment| payment.received_at).min()
            && let Some(bucket) = bucket(query, first)
        {
            figures.buckets[bucket].contributions += 1;
            figures.contributions += 1;
            figures.contributed_msat += i128::from(total);
            amounts.push(total);
            // An investment has a key instead of an e-mail.
            let investment = invoice.kind == InvoiceType::Investment;
            let person = if investment { &invoice.order_id } else { &invoice.buyer_email };
            match person.as_ref().map(|name| name.trim().to_lowercase()) {
                Some(email) if !email.is_empty() => drop(people.insert(email)),
                _ => figures.anonymous += 1,
            }
        }
        if let Some(bucket) = bucket(query, invoice.created_at)
            && invoice.kind != InvoiceType::Investment
        {
            figures.buckets[bucket].created += 1;
            let index = InvoiceStatus::ALL.iter().position(|status| *status == invoice.status).unwrap();
            let StatusSums { invoices, raised_msat } = &mut figures.statuses[index];
            *invoices += 1;
            *raised_msat += i128::from(total);
        }
    }
    figures.identified_backers = i64::try_from(people.len()).unwrap();
    amounts.sort_unstable();
    if !amounts.is_empty() {
        figures.middle_msat = Some((amounts[(amounts.len() - 1) / 2], amounts[amounts.len() / 2]));
    }
    figures
}

fn bitcoin(invoice: &Invoice, status: PaymentStatus) -> impl Iterator<Item = &Payment> {
    let disowned = invoice.status == InvoiceStatus::Invalid && invoice.additional_status == AdditionalStatus::Marked;
    invoice.payments.iter().filter(move |payment| !disowned && payment.coin == "BTC" && payment.status == status)
}

fn passes(method: ContributionMethod, payment: &Payment) -> bool {
    match method {
        ContributionMethod::Any => true,
        ContributionMethod::Onchain => payment.method_id == "BTC-CHAIN",
        ContributionMethod::Lightning => ["BTC-LN", "BTC-LNURL"].contains(&payment.method_id.as_str()),
    }
}

fn bucket(query: &FigureQuery, at: i64) -> Option<usize> {
    query.buckets.iter().position(|bucket| bucket.start <= at && at < bucket.end && at < query.until)
}

fn fiat(
    query: &FigureQuery,
    figures: &mut Figures,
    bucket: usize,
    invoice: &Invoice,
    payment: &Payment,
    heap: impl Fn(&mut FiatSums) -> &mut ExactFiat,
) {
    let value = payment.rate.map(|rate| ExactFiat::product(payment.value - payment.fee, rate)).unwrap_or_default();
    heap(figures.currencies.entry(invoice.currency.clone()).or_default()).add(&value);
    if query.currency.as_ref() == Some(&invoice.currency) {
        heap(&mut figures.buckets[bucket].fiat).add(&value);
    }
}
