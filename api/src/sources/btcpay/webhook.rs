//! What BTCPay sends to our webhook: the signature over the raw bytes, and the event in it. Imported by `ingest`.
//!
//! The signature is HMAC-SHA256 over the body as it came, with the UTF-8 bytes of the secret as key. It says who sent the
//! event and nothing about when: a repeat months later is signed the same way, so age is never a reason to refuse.

mod by_hand;
mod event;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

pub use by_hand::ByHand;
pub use event::{Event, Kind, Malformed, is_ahead_of};

/// Bytes of a signature.
const SIGNATURE: usize = 32;
/// Digits of a signature that are shown.
const PREVIEW: usize = 8;

/// Why a signature was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No header.
    #[error("it has no BTCPay-Sig header")]
    Missing,
    /// Several headers that do not say the same.
    #[error("it has two BTCPay-Sig headers that differ")]
    Ambiguous,
    /// Not 64 hexadecimal digits.
    #[error("its BTCPay-Sig header is not sha256= and 64 hexadecimal digits")]
    Unreadable,
    /// Another secret, or another body.
    #[error("its signature does not fit this server's webhook secret")]
    Wrong,
}

/// Checks signatures against one secret.
#[derive(Clone)]
pub struct Verifier {
    /// With the key in it and nothing else: cloned for each body. HMAC takes keys of any length; were it ever to refuse one,
    /// no signature would fit.
    keyed: Option<Hmac<Sha256>>,
}

impl Verifier {
    /// For a secret; its UTF-8 bytes are the key, whatever they look like.
    #[must_use]
    pub fn new(secret: &SecretString) -> Self {
        Self { keyed: Hmac::new_from_slice(secret.expose_secret().as_bytes()).ok() }
    }

    /// Checks the header's values (one, or equal ones) against the body, in constant time.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, headers: &[&[u8]], body: &[u8]) -> Result<(), SignatureError> {
        let (first, others) = headers.split_first().ok_or(SignatureError::Missing)?;
        if others.iter().any(|other| other != first) {
            return Err(SignatureError::Ambiguous);
        }
        let given = parse(first).ok_or(SignatureError::Unreadable)?;
        let mut mac = self.keyed.clone().ok_or(SignatureError::Wrong)?;
        mac.update(body);
        mac.verify_slice(&given).map_err(|_| SignatureError::Wrong)
    }
}

/// `sha256=` and 64 digits, or the digits alone.
fn parse(value: &[u8]) -> Option<[u8; SIGNATURE]> {
    let digits = value.strip_prefix(b"sha256=").unwrap_or(value);
    let mut bytes = [0; SIGNATURE];
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() != SIGNATURE || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The first digits of a signature that came in, to compare it by eye with what BTCPay shows; nothing else of the header.
#[must_use]
pub fn preview(headers: &[&[u8]]) -> Option<String> {
    let value = headers.first()?;
    let digits = value.strip_prefix(b"sha256=").unwrap_or(value);
    let shown: String =
        digits.iter().map(|byte| char::from(*byte)).take(PREVIEW).take_while(char::is_ascii_hexdigit).collect();
    (!shown.is_empty()).then(|| shown.to_lowercase())
}

/// SHA-256 in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A delivery as BTCPay 2 sends it; the file ends with a line break that was not signed.
    const BODY: &str = include_str!("../../../../tests/fixtures/btcpay/16-v2-webhook-invoice-received-payment.json");
    const SECRET: &str = "tR7pQm2xKv9bNc4dWs6eZf";
    const SIGNED: &str = "133517ba756b7691efb13f091e1a07146287cb6c845aea2d973e72c6f7816149";

    fn verify(headers: &[&[u8]]) -> Result<(), SignatureError> {
        Verifier::new(&SECRET.into()).verify(headers, BODY.trim_end().as_bytes())
    }

    #[test]
    fn a_known_delivery_fits_in_every_accepted_form() {
        assert_eq!(BODY.trim_end().len(), 870);
        let full = format!("sha256={SIGNED}");
        for header in
            [full.clone(), SIGNED.to_owned(), SIGNED.to_uppercase(), full.replace(SIGNED, &SIGNED.to_uppercase())]
        {
            assert_eq!(verify(&[header.as_bytes()]), Ok(()), "{header}");
            assert_eq!(verify(&[header.as_bytes(), header.as_bytes()]), Ok(()), "{header}");
        }
        assert_eq!(verify(&[]), Err(SignatureError::Missing));
        assert_eq!(verify(&[full.as_bytes(), b"sha256=00"]), Err(SignatureError::Ambiguous));
        assert_eq!(verify(&[SIGNED.replace('1', "2").as_bytes()]), Err(SignatureError::Wrong));
        assert!(Verifier::new(&"another".into()).verify(&[full.as_bytes()], BODY.trim_end().as_bytes()).is_err());
        assert!(Verifier::new(&SECRET.into()).verify(&[full.as_bytes()], BODY.as_bytes()).is_err());
    }

    #[test]
    fn everything_else_is_unreadable() {
        let wrong: Vec<Vec<u8>> = vec![
            b"".to_vec(),
            b"sha256=".to_vec(),
            SIGNED.as_bytes()[1..].to_vec(),
            format!("{SIGNED}0").into_bytes(),
            format!("{SIGNED}{SIGNED}").into_bytes(),
            format!("SHA256={SIGNED}").into_bytes(),
            format!("sha1={SIGNED}").into_bytes(),
            format!("sha256= {SIGNED}").into_bytes(),
            format!("sha256={SIGNED},sha256={SIGNED}").into_bytes(),
            format!("sha256=sha256={SIGNED}").into_bytes(),
            SIGNED.replace('1', "g").into_bytes(),
            SIGNED.replace('1', "\u{ff11}").into_bytes(),
            SIGNED.replacen('1', "+", 1).into_bytes(),
            SIGNED.replacen('1', "\0", 1).into_bytes(),
            vec![0xff; 64],
            vec![b'a'; 8_192],
        ];
        for header in wrong {
            assert_eq!(verify(&[&header]), Err(SignatureError::Unreadable), "{}", String::from_utf8_lossy(&header));
        }
    }

    #[test]
    fn a_preview_shows_eight_digits_and_nothing_of_what_is_none() {
        assert_eq!(preview(&[format!("sha256={SIGNED}").as_bytes()]).as_deref(), Some("133517ba"));
        assert_eq!(preview(&[b"ABCD<script>"]).as_deref(), Some("abcd"));
        assert_eq!(preview(&[b"hunter2"]), None);
        assert_eq!(preview(&[]), None);
    }
}
