//! Names of projects and keys: what they look like, which address belongs to a project, and which project to a founder's key.
//! Everybody may import it.

use std::fmt;
use std::str::FromStr;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp, segwit};
use bitcoin_hashes::{Hash160, HashEngine as _, HmacEngine, Sha256d, sha512};
use secp256k1::{PublicKey, Scalar};
use serde::{Deserialize, Serialize};

const PROJECT: Hrp = Hrp::parse_unchecked("angor");
const NOSTR_KEY: Hrp = Hrp::parse_unchecked("npub");
/// Length of a project's id.
const ID_LENGTH: usize = 45;
/// BIP-32: the index of a child that anybody can derive has this bit unset.
const NORMAL: u32 = 0x7fff_ffff;

/// Where projects live. The chain tells them apart, not the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Network {
    /// Bitcoin.
    Mainnet,
    /// Angor's own signet.
    Angornet,
}

/// Not the name of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be mainnet or angornet")]
pub struct UnknownNetwork;

impl FromStr for Network {
    type Err = UnknownNetwork;

    fn from_str(text: &str) -> Result<Self, UnknownNetwork> {
        match text.to_ascii_lowercase().as_str() {
            "mainnet" | "main" => Ok(Self::Mainnet),
            "angornet" => Ok(Self::Angornet),
            _ => Err(UnknownNetwork),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Network {
    /// Its name in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mainnet => "mainnet",
            Self::Angornet => "angornet",
        }
    }

    /// What its addresses begin with.
    const fn prefix(self) -> Hrp {
        match self {
            Self::Mainnet => Hrp::parse_unchecked("bc"),
            Self::Angornet => Hrp::parse_unchecked("tb"),
        }
    }

    /// Chain code and public key of Angor's root, below which every project has a key. They are those of the public keys
    /// `xpub661MyMwAqRbcGNxKe9aFkPisf3h32gHLJm8f9XAqx8FB1Nk6KngCY8hkhGqxFr2Gyb6yfUaQVbodxLoC1f3K5HU9LM1CXE59gkEXSGCCZ1B`
    /// and, on test networks,
    /// `tpubD8JfN1evVWPoJmLgVg6Usq2HEW9tLqm6CyECAADnH5tyQosrL6NuhpL9X1cQCbSmndVrgLSGGdbRqLfUbE6cRqUbrHtDJgSyQEY2Uu7WwTL`.
    const fn root(self) -> (&'static str, &'static str) {
        match self {
            Self::Mainnet => (
                "b8778c4964eb61740eb6157d26752e79a39b491aeade7b5468f2509c6c683344",
                "03f122ee54d966fb822bf6144d360a3d5e991803902c54da21b61de97a8d229102",
            ),
            Self::Angornet => (
                "f54b05c63dbbd4d65c7a45ca818b8bc647d0e0c26ac3dc232c75c1ca966b315c",
                "03fbdcb47ee4b965c698dbad4ac2d359a77e07d5be1a6f08dea4e08ab9e1af7a90",
            ),
        }
    }
}

/// Whether a text is a project's id, its checksum included.
#[must_use]
pub fn is_project_id(id: &str) -> bool {
    program(id).is_some()
}

/// The 20 bytes behind a project's id.
fn program(id: &str) -> Option<Vec<u8>> {
    if id.len() != ID_LENGTH || id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let (prefix, version, program) = segwit::decode(id).ok()?;
    (prefix == PROJECT && version == segwit::VERSION_0 && program.len() == 20).then_some(program)
}

/// The address of a project: every transaction about it pays to it first.
#[must_use]
pub fn address(id: &str, network: Network) -> Option<String> {
    segwit::encode_v0(network.prefix(), &program(id)?).ok()
}

/// The script of that address, in hex.
#[must_use]
pub fn script(id: &str) -> Option<String> {
    Some(format!("0014{}", hex(&program(id)?)))
}

/// Whether a project's id is the one that follows from its founder's key, by the present derivation or the one of version 3. This
/// ties the project to the key; without it anybody could make a pair of their own.
#[must_use]
pub fn belongs(id: &str, founder_key: &str, network: Network) -> bool {
    let Some((low, high)) = indices(founder_key) else { return false };
    [vec![low], vec![low, high]].iter().any(|path| derived(path, network).as_deref() == Some(id))
}

/// The project's id that follows from its founder's key, by the present derivation.
#[must_use]
pub fn of_founder(founder_key: &str, network: Network) -> Option<String> {
    derived(&[indices(founder_key)?.0], network)
}

/// Indices of the one or two steps from the root to the key of a founder's project.
fn indices(founder_key: &str) -> Option<(u32, u32)> {
    let hash = Sha256d::hash(&public_key(founder_key)?.serialize()).to_byte_array();
    let number = u64::from_le_bytes(hash.first_chunk().copied()?);
    let index = |shifted: u64| u32::try_from(shifted & u64::from(NORMAL)).ok();
    index(number).zip(index(number >> 31))
}

/// The id that follows from a path below the root.
fn derived(path: &[u32], network: Network) -> Option<String> {
    let (chain_code, key) = network.root();
    let mut chain_code = bytes::<32>(chain_code)?;
    let mut key = public_key(key)?;
    for index in path {
        let mut engine = HmacEngine::<sha512::HashEngine>::new(&chain_code);
        engine.input(&key.serialize());
        engine.input(&index.to_be_bytes());
        let digest = engine.finalize();
        let (tweak, next) = digest.as_ref().split_at_checked(32)?;
        key = key.add_exp_tweak(&Scalar::from_be_bytes(tweak.try_into().ok()?).ok()?).ok()?;
        chain_code = next.try_into().ok()?;
    }
    let program = Hash160::hash(&key.serialize()).to_byte_array();
    segwit::encode_v0(PROJECT, &program).ok()
}

/// A compressed public key on the curve, from 66 hex digits.
#[must_use]
pub fn public_key(text: &str) -> Option<PublicKey> {
    PublicKey::from_byte_array_compressed(bytes::<33>(text)?).ok()
}

/// A Nostr key as 64 hex digits, from these or from `npub1…`.
#[must_use]
pub fn nostr_key(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with("npub1") {
        return bytes::<32>(text).map(|key| hex(&key));
    }
    let decoded = CheckedHrpstring::new::<Bech32>(text).ok().filter(|decoded| decoded.hrp() == NOSTR_KEY)?;
    let key: Vec<u8> = decoded.byte_iter().collect();
    (key.len() == 32).then(|| hex(&key))
}

/// Bytes from exactly as many pairs of hex digits, in either case.
#[must_use]
pub fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// Lower-case hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FOUNDER: &str = "03ee51ef7f30fb9f7ba5e4161f9adb2c57b0103f2170c4fd62ab2435eec33cbc6f";

    #[test]
    fn ids_follow_from_founders_keys() {
        use Network::{Angornet, Mainnet};
        for (id, founder, network) in [
            ("angor1qtp7e8yccmwdl3xjv634dd9edxc5jp3d2y36h8h", FOUNDER, Angornet),
            ("angor1qfemcey7aselnhc3vmeu2haxy58e4tj245t8ly0", FOUNDER, Mainnet),
            ("angor1qwka3ut4204n0dvwkeccgffa0963ad05rrk8l7s", FOUNDER, Angornet),
            (
                "angor1q9j9jvmqwll00gnzf8thu9lrar65ccpu4z5np6j",
                "03309b10a078ca8e718693d241b3a57ff31f5aabcd7ec53089bd143a57036332ea",
                Angornet,
            ),
            (
                "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m",
                "023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1",
                Mainnet,
            ),
            (
                "angor1qjy4xvy8tmdr9ctnp3kt38tr7eyha8v7qp6rndg",
                "032c0b7cf95324a07d05398b240174dc0c2be444d96b159aa6c7f7b1e668680991",
                Mainnet,
            ),
        ] {
            assert!(is_project_id(id), "{id}");
            assert!(belongs(id, founder, network), "{id}");
            let other = if network == Mainnet { Angornet } else { Mainnet };
            assert!(!belongs(id, founder, other), "{id} on the wrong network");
        }
        assert!(!belongs("angor1qtp7e8yccmwdl3xjv634dd9edxc5jp3d2y36h8h", "02", Network::Mainnet));
    }

    #[test]
    fn a_project_has_an_address_on_each_network() {
        let id = "angor1qrkuxpvnu4x0rtcaz0jyjqrt5gk7hnyz8q9dye5";
        assert_eq!(address(id, Network::Mainnet).unwrap(), "bc1qrkuxpvnu4x0rtcaz0jyjqrt5gk7hnyz87qs7yp");
        assert_eq!(address(id, Network::Angornet).unwrap(), "tb1qrkuxpvnu4x0rtcaz0jyjqrt5gk7hnyz85xtdlj");
        let other = "angor1qtp7e8yccmwdl3xjv634dd9edxc5jp3d2y36h8h";
        assert_eq!(address(other, Network::Mainnet).unwrap(), "bc1qtp7e8yccmwdl3xjv634dd9edxc5jp3d2658d6z");
        assert_eq!(address(other, Network::Angornet).unwrap(), "tb1qtp7e8yccmwdl3xjv634dd9edxc5jp3d2sju7p3");
        let script = script("angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4m").unwrap();
        assert_eq!(script, "00149f40496874eb01fbc691399253195d144051d90e");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for wrong in [
            "",
            "angor1qqqq",
            "angor1qnaqyj6r5avqlh3538xf9xx2az3q9rkgwuppu4n",
            "ANGOR1QNAQYJ6R5AVQLH3538XF9XX2AZ3Q9RKGWUPPU4M",
            "bc1qrkuxpvnu4x0rtcaz0jyjqrt5gk7hnyz87qs7yp",
            "demo-solar-node-village",
        ] {
            assert!(!is_project_id(wrong) && address(wrong, Network::Mainnet).is_none(), "{wrong}");
        }
    }

    #[test]
    fn nostr_keys_come_in_two_spellings() {
        let key = "4f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa";
        assert_eq!(nostr_key("npub1fu64hh9hes90w2808n8tjc2ajp5yhddjef0ctx4s7zmsgp6cwx4qgy4eg9").as_deref(), Some(key));
        assert_eq!(nostr_key(&key.to_uppercase()).as_deref(), Some(key));
        for wrong in ["npub1fu64hh9hes90w2808n8tjc2ajp5yhddjef0ctx4s7zmsgp6cwx4qgy4eg8", "nsec1x", "4f", "", "npub1"] {
            assert_eq!(nostr_key(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_may_be_asked_for(text in ".{0,80}") {
            prop_assert!(!is_project_id(&text) && !belongs(&text, &text, Network::Mainnet));
            let _ = nostr_key(&text);
        }

        #[test]
        fn hex_goes_round(data in any::<[u8; 33]>()) {
            prop_assert_eq!(bytes::<33>(&hex(&data)), Some(data));
        }
    }
}
