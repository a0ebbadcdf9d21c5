//! Walking over the list of invoices so that no row is lost and none is read for ever. Imported through [`super`].
//!
//! BTCPay lists by creation time, newest first, without a tie-breaker; `skip` shifts when invoices arrive during the walk.
//! So the walk goes by windows: after each page the next one ends at the oldest second seen **plus one** (before 1.11 the
//! API cut fractions off), and rows seen already are dropped. Where a page is full of one second, it is asked for again
//! twice as large, because the order within a second may differ from page to page.

use std::collections::HashSet;

use super::http::Patience;
use super::wire::{self, RawRow};
use super::{Btcpay, can_hold_money};
use crate::domain::Invoice;
use crate::domain::text::quote;
use crate::sources::SourceError;

/// Rows of a page; payments come with them.
const TAKE: usize = 100;
/// A second with more invoices than this does not exist, nor would they fit into one answer; a server that gives the same
/// page for ever does exist.
const MAX_TAKE: usize = 12_800;

/// What a row turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// An invoice with its payments.
    Invoice(Box<Invoice>),
    /// One that cannot be read.
    Unreadable {
        /// Its id, or `row …` where even that is missing.
        id: String,
        /// Why, in words.
        message: String,
    },
}

/// A walk under way.
pub struct Walk<'a> {
    btcpay: &'a Btcpay,
    from: Option<i64>,
    until: Option<i64>,
    take: usize,
    done: bool,
    started: bool,
    seen: HashSet<String>,
    /// Whether the payments of a single invoice were read: then a failure of another one is its own.
    payments_answered: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(btcpay: &'a Btcpay, from: Option<i64>) -> Self {
        Self {
            btcpay,
            from,
            until: None,
            take: TAKE,
            done: false,
            started: false,
            seen: HashSet::new(),
            payments_answered: false,
        }
    }

    /// Rows not seen before; `None` at the end. A page may bring none and the walk still go on.
    ///
    /// # Errors
    /// Why BTCPay gave no page. The walk can be thrown away; what it brought so far is right.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, SourceError> {
        if self.done {
            return Ok(None);
        }
        let patience = if self.started { Patience::Steady } else { Patience::Brisk };
        let page = self.btcpay.list(self.from, self.until, self.take, 0, patience).await?;
        self.started = true;
        let mut fresh = self.unseen(&page);
        if page.len() < self.take {
            fresh.extend(self.rest(page.len()).await?);
            self.done = true;
        } else {
            self.move_window(&page)?;
        }
        self.resolve(fresh).await.map(Some)
    }

    /// Ids of everything seen so far.
    #[must_use]
    pub const fn seen(&self) -> &HashSet<String> {
        &self.seen
    }

    /// Takes the rows that no earlier page had.
    fn unseen(&mut self, page: &[RawRow]) -> Vec<RawRow> {
        page.iter().filter(|row| self.seen.insert(row.key().to_owned())).cloned().collect()
    }

    /// A page of a larger size that comes back short may have been cut by something between us: ask what comes after it.
    async fn rest(&mut self, mut skip: usize) -> Result<Vec<RawRow>, SourceError> {
        let mut rest = Vec::new();
        while self.take > TAKE && skip > 0 {
            let page = self.btcpay.list(self.from, self.until, TAKE, skip, Patience::Steady).await?;
            let fresh = self.unseen(&page);
            if fresh.is_empty() {
                break;
            }
            skip += page.len();
            rest.extend(fresh);
        }
        Ok(rest)
    }

    fn move_window(&mut self, page: &[RawRow]) -> Result<(), SourceError> {
        let oldest = page.iter().filter_map(|row| row.created_at).min();
        let next = oldest.map(|at| at.saturating_add(1));
        if next.is_some() && (self.until.is_none() || next < self.until) {
            self.until = next;
            self.take = TAKE;
        } else if self.take < MAX_TAKE {
            self.take *= 2;
        } else {
            return Err(SourceError::Unreadable("it repeats the same invoices for ever".to_owned()));
        }
        Ok(())
    }

    /// Reads rows, asking for payments where the list has none.
    async fn resolve(&mut self, rows: Vec<RawRow>) -> Result<Vec<Row>, SourceError> {
        let mut resolved = Vec::with_capacity(rows.len());
        let mut waiting = Vec::new();
        for row in rows {
            match wire::invoice(&row, self.btcpay.store_id()) {
                Ok(read) if !read.payments_listed && can_hold_money(&read.invoice) => waiting.push(read.invoice),
                Ok(read) => resolved.push(Row::Invoice(Box::new(read.invoice))),
                Err(message) => resolved.push(unreadable(&row, message)),
            }
        }
        resolved.extend(self.with_payments(waiting).await?);
        Ok(resolved)
    }

    async fn with_payments(&mut self, invoices: Vec<Invoice>) -> Result<Vec<Row>, SourceError> {
        let mut calls = tokio::task::JoinSet::new();
        for invoice in invoices {
            let btcpay = self.btcpay.clone();
            calls.spawn(async move {
                let payments = btcpay.payments(&invoice.id, Patience::Steady).await;
                (invoice, payments)
            });
        }
        let mut rows = Vec::new();
        let mut failed = Vec::new();
        while let Some(call) = calls.join_next().await {
            let (mut invoice, payments) =
                call.map_err(|_| SourceError::Unreadable("reading its payments was interrupted".to_owned()))?;
            match payments {
                Ok(Ok(payments)) => {
                    self.payments_answered = true;
                    invoice.payments = payments;
                    rows.push(Row::Invoice(Box::new(invoice)));
                }
                Ok(Err(message)) => rows.push(Row::Unreadable { id: quote(&invoice.id), message }),
                // Deleted between the list and this call: as if it had not been listed.
                Err(SourceError::NotFound(_)) => {}
                Err(error) if error.may_concern_one_only() => failed.push((quote(&invoice.id), error)),
                Err(error) => return Err(error),
            }
        }
        match failed.first() {
            // None of them can be read: that is no matter of one invoice.
            Some((_, error)) if !self.payments_answered => return Err(error.clone()),
            _ => rows.extend(failed.into_iter().map(|(id, error)| Row::Unreadable { id, message: error.to_string() })),
        }
        Ok(rows)
    }
}

fn unreadable(row: &RawRow, message: String) -> Row {
    let id = row.id.clone().unwrap_or_else(|| "row without an id".to_owned());
    Row::Unreadable { id: quote(&id), message }
}
