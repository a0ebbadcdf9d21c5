//! What the page asks the server and what it needs beside the answer.

use chrono::NaiveDate;
use shared::{Analytics, SourceFilter};

use super::range::RangeChoice;
use crate::api::{self, ApiError};
use crate::format::time;

/// What is asked; a change asks anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Goes up with the server's data.
    pub revision: u32,
    /// Whose money.
    pub source: SourceFilter,
    /// Which days.
    pub range: RangeChoice,
    /// Parameters of the days, as far as they are known before the first answer.
    pub pairs: Vec<(&'static str, String)>,
}

/// An answer with the range it is for: while the next one is awaited, this one stays on screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The API's.
    pub answer: Analytics,
    /// What was chosen.
    pub asked: RangeChoice,
    /// The day it was in the answer's zone.
    pub today: NaiveDate,
}

/// Asks. A range from the first known day is asked twice where it turns out short: only the answer tells how long it is.
///
/// # Errors
/// The API's.
pub async fn fetch(question: Question) -> Result<Figures, ApiError> {
    let ask = |mut pairs: Vec<(&'static str, String)>| {
        if question.source != SourceFilter::Btcpay {
            pairs.insert(0, ("source", question.source.as_str().to_owned()));
        }
        api::analytics(api::query_string(pairs))
    };
    let mut answer = ask(question.pairs.clone()).await?;
    if let Some(finer) = question.range.finer(&answer.range) {
        answer = ask(finer).await?;
    }
    let today = match question.range {
        // The server has just said which day it takes for today.
        RangeChoice::Last(_) | RangeChoice::All => answer.range.to,
        RangeChoice::Between(..) => time::today(&answer.range.tz),
    };
    Ok(Figures { answer, asked: question.range, today })
}
