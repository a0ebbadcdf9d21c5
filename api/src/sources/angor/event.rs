//! Nostr events: what relays hand out, believed only after their id and signature were recomputed. Imported through [`super`].

use bitcoin_hashes::Sha256;
use secp256k1::{XOnlyPublicKey, schnorr};
use serde::{Deserialize, Serialize};

use crate::domain::project::id::{bytes, hex};

/// Kind of a project's own words.
pub const PROJECT: u32 = 3030;
/// Kind of further contents by their `d` tag; before May 2025 of a project's own words, too.
pub const DETAILS: u32 = 30_078;
/// Kind of a profile.
pub const PROFILE: u32 = 0;
/// Kind of a moderator's list.
pub const LIST: u32 = 30_000;

/// Largest content that is kept, in bytes. Angor's own relay takes events up to 64 KiB.
const CONTENT_LIMIT: usize = 256 * 1_024;

/// An event as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Hash of everything but the signature, 64 hex digits.
    pub id: String,
    /// Whose it is, 64 hex digits.
    pub pubkey: String,
    /// UTC seconds, as the author says.
    pub created_at: i64,
    /// What it is about.
    pub kind: u32,
    /// Name and values.
    pub tags: Vec<Vec<String>>,
    /// Text; often JSON.
    pub content: String,
    /// By `pubkey`, over `id`.
    pub sig: String,
}

/// Why an event is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// Larger than anything of Angor.
    #[error("it is too large")]
    TooLarge,
    /// The id is not that of the contents.
    #[error("its id is not that of its contents")]
    WrongId,
    /// The signature is not that of the author.
    #[error("its signature is not its author's")]
    WrongSignature,
}

impl Event {
    /// Whether id and signature are what they should be.
    ///
    /// # Errors
    /// `Forged`.
    pub fn verify(&self) -> Result<(), Forged> {
        if self.content.len() > CONTENT_LIMIT {
            return Err(Forged::TooLarge);
        }
        let id = self.hash();
        if hex(&id) != self.id {
            return Err(Forged::WrongId);
        }
        let key = bytes::<32>(&self.pubkey).and_then(|key| XOnlyPublicKey::from_byte_array(key).ok());
        let signature = bytes::<64>(&self.sig).map(schnorr::Signature::from_byte_array);
        match key.zip(signature) {
            Some((key, signature)) if schnorr::verify(&signature, &id, &key).is_ok() => Ok(()),
            _ => Err(Forged::WrongSignature),
        }
    }

    /// The id that follows from the contents.
    fn hash(&self) -> [u8; 32] {
        let contents = (0, &self.pubkey, self.created_at, self.kind, &self.tags, &self.content);
        // Strings and numbers always serialise; its escapes are the ones that Nostr prescribes.
        Sha256::hash(&serde_json::to_vec(&contents).unwrap_or_default()).to_byte_array()
    }

    /// First value of the first tag of a name.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<&str> {
        let tag = self.tags.iter().find(|tag| tag.first().is_some_and(|first| first == name))?;
        tag.get(1).map(String::as_str)
    }

    /// First values of all tags of a name.
    pub fn tags_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.tags
            .iter()
            .filter(move |tag| tag.first().is_some_and(|first| first == name))
            .filter_map(|tag| tag.get(1).map(String::as_str))
    }

    /// Whether it replaces another one of its kind: it is newer or, of the same second, has the lower id.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        (self.created_at, &other.id) > (other.created_at, &self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::angor::project::fixtures;

    #[test]
    fn events_with_real_signatures_are_believed() {
        for event in fixtures::all() {
            assert_eq!(event.verify(), Ok(()), "{}", event.id);
        }
    }

    #[test]
    fn nothing_can_be_changed_without_being_noticed() {
        let event = fixtures::invest();
        let changed = |change: fn(&mut Event)| {
            let mut event = event.clone();
            change(&mut event);
            event.verify()
        };
        assert_eq!(changed(|event| event.content.push(' ')), Err(Forged::WrongId));
        assert_eq!(changed(|event| event.created_at += 1), Err(Forged::WrongId));
        assert_eq!(changed(|event| event.id = event.id.replace('4', "5")), Err(Forged::WrongId));
        assert_eq!(changed(|event| event.id = event.id.to_uppercase()), Err(Forged::WrongId));
        assert_eq!(changed(|event| event.sig = event.sig.replace('4', "5")), Err(Forged::WrongSignature));
        assert_eq!(changed(|event| event.sig.clear()), Err(Forged::WrongSignature));
        let with_its_own_id = changed(|event| {
            event.content = "{}".to_owned();
            event.id = hex(&event.hash());
        });
        assert_eq!(with_its_own_id, Err(Forged::WrongSignature));
        assert_eq!(changed(|event| event.content = "x".repeat(CONTENT_LIMIT + 1)), Err(Forged::TooLarge));
    }

    #[test]
    fn the_newest_counts_and_of_one_second_the_lowest_id() {
        let event = fixtures::invest();
        let newer = Event { created_at: event.created_at + 1, ..event.clone() };
        let higher = Event { id: "f".repeat(64), ..event.clone() };
        assert!(newer.replaces(&event) && !event.replaces(&newer));
        assert!(event.replaces(&higher) && !higher.replaces(&event) && !event.replaces(&event));
    }
}
