//! What the program is about, free of databases, sockets and clocks: money, time, invoices and the roll-ups made of them.
//!
//! Everybody may import it; it imports only `shared`.

pub mod cover;
pub mod currency;
pub mod figures;
pub mod investment;
pub mod invoice;
pub mod money;
pub mod payment;
pub mod project;
pub mod rollup;
pub mod text;
pub mod time;

pub use cover::{Cover, Pieces};
pub use figures::{FigureQuery, Figures};
pub use investment::Investment;
pub use invoice::{Invoice, InvoiceSums};
pub use money::{ExactFiat, MoneyError};
pub use payment::{MoneyState, Payment, Verdict};
pub use project::{Project, ProjectFigures};
pub use rollup::{Contribution, ContributionMethod, Rollups, Scope, Tier};
pub use time::Zone;
