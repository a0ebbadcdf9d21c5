//! The versions the fake speaks, and what sets them apart.

/// One release for each way BTCPay's answers have looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    V1_7_12,
    V1_13_7,
    V2_1_6,
    V2_4_1,
}

impl Version {
    /// As `server/info` tells it.
    pub fn number(self) -> &'static str {
        match self {
            Self::V1_7_12 => "1.7.12",
            Self::V1_13_7 => "1.13.7",
            Self::V2_1_6 => "2.1.6",
            Self::V2_4_1 => "2.4.1",
        }
    }

    /// 2.0 renamed the payment methods, 2.0.6 took `Bearer`, 2.1.2 brought `paidAmount`: one step among our versions.
    pub fn is_2x(self) -> bool {
        self >= Self::V2_1_6
    }

    /// Payments come with the invoice (list from 2.3.6, one invoice from 2.4.1).
    pub fn includes_payments(self) -> bool {
        self >= Self::V2_4_1
    }
}
