//! Addresses as people paste them, and networks of proxies. Imported through [`super`].

use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

/// A BTCPay address down to its base: whoever is asked for it copies the page in front of them. `None` where the path holds
/// no page of BTCPay.
pub(super) fn base_of_page(url: &Url) -> Option<Url> {
    let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    let page = (0..segments.len()).find(|at| segments.get(*at..).is_some_and(is_page))?;
    let mut base = url.clone();
    base.set_query(None);
    base.set_fragment(None);
    base.path_segments_mut().ok()?.clear().extend(segments.get(..page)?);
    Some(base)
}

/// Whether the rest of a path is a page or route of BTCPay. A base below a path of its own may be called anything, so a
/// word alone is not enough where more must follow.
fn is_page(rest: &[&str]) -> bool {
    match rest {
        ["stores" | "invoices" | "account" | "api-keys" | "payment-requests", ..] | ["login" | "register"] => true,
        ["api", "v1", ..] | ["apps", _, "crowdfund" | "pos" | "settings", ..] => true,
        ["i", id, ..] => id.len() >= 20,
        ["wallets", id, ..] => id.starts_with("S-"),
        _ => false,
    }
}

/// Networks in CIDR form or single addresses, separated by commas.
pub(super) fn networks(text: &str) -> Option<Vec<IpNet>> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_page_is_cut_down_to_the_base() {
        for (page, base) in [
            ("https://pay.example.org/stores/gKPmi6b4U5BRgZp13UnjuxJViePiPCtHKGad9paPo6oM", "https://pay.example.org/"),
            ("https://h:8443/btcpay/stores/x/settings?a=b#c", "https://h:8443/btcpay"),
            ("https://h/apps/btcpay/invoices?storeid=x", "https://h/apps/btcpay"),
            ("https://h/apps/3aLrPU4mEYZ8FcWvRVcTgqVLA3Rz/crowdfund", "https://h/"),
            ("https://h/api/v1/stores", "https://h/"),
            ("https://h/i/SSpSHuBaogx2mjjnR6kC1Y", "https://h/"),
            ("https://h/login?ReturnUrl=%2F", "https://h/"),
            ("http://h/wallets/S-x-BTC", "http://h/"),
        ] {
            assert_eq!(base_of_page(&page.parse().unwrap()).unwrap().as_str(), base);
        }
        for base in ["https://h", "https://h/btcpay/", "https://h/api/pay", "https://h/i/btcpay", "https://h/apps/pay"]
        {
            assert_eq!(base_of_page(&base.parse().unwrap()), None, "{base}");
        }
    }

    #[test]
    fn networks_are_written_as_cidr_or_as_one_address() {
        let listed = networks("10.0.0.0/8, ::1,127.0.0.1").unwrap();
        assert_eq!(
            listed.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["10.0.0.0/8", "::1/128", "127.0.0.1/32"]
        );
        for wrong in ["*", "10.0.0.0/33", "proxy.example.org", "10.0.0.0-10.0.0.9"] {
            assert_eq!(networks(wrong), None, "{wrong}");
        }
    }
}
