//! Who may import whom, and how large a file may be. A breach names its line.

use std::fs;
use std::path::{Path, PathBuf};

/// Below `folder`, no line may name any of `forbidden`, but in the files listed.
struct Rule {
    folder: &'static str,
    forbidden: &'static [&'static str],
    except: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { folder: "shared/src", forbidden: &["api::", "web::", "diesel", "actix", "leptos"], except: &[] },
    Rule { folder: "web/src", forbidden: &["api_server::", "diesel", "actix", "use api::"], except: &[] },
    Rule { folder: "web/src", forbidden: &["gloo_net"], except: &["web/src/api.rs"] },
    // Charts are drawing alone: what they draw on comes from outside.
    Rule {
        folder: "web/src/charts",
        forbidden: &[
            "leptos",
            "web_sys",
            "js_sys",
            "plotters_canvas",
            "crate::api",
            "crate::format",
            "crate::components",
        ],
        except: &[],
    },
    // Pages do not know each other, and what they are made of knows none of them.
    Rule { folder: "web/src", forbidden: &["crate::dashboard"], except: &["web/src/dashboard", "web/src/app.rs"] },
    Rule { folder: "web/src", forbidden: &["crate::invoices"], except: &["web/src/invoices", "web/src/app.rs"] },
    Rule { folder: "web/src", forbidden: &["crate::logs"], except: &["web/src/logs", "web/src/app.rs"] },
    Rule { folder: "web/src", forbidden: &["crate::angor"], except: &["web/src/angor", "web/src/app.rs"] },
    Rule { folder: "web/src", forbidden: &["crate::settings"], except: &["web/src/settings", "web/src/app.rs"] },
    Rule { folder: "web/src", forbidden: &["crate::shell"], except: &["web/src/shell", "web/src/app.rs"] },
    // Domain: only `shared`. No database, socket, runtime or clock.
    Rule {
        folder: "api/src/domain",
        forbidden: &[
            "crate::store",
            "crate::sources",
            "crate::ingest",
            "crate::analytics",
            "crate::routes",
            "crate::config",
            "crate::startup",
            "crate::error",
            "diesel",
            "actix",
            "reqwest",
            "tokio",
            "Utc::now",
            "Instant::now",
        ],
        except: &[],
    },
    // These three stand on the domain and do not know each other.
    Rule {
        folder: "api/src/store",
        forbidden: &[
            "crate::sources",
            "crate::ingest",
            "crate::analytics",
            "crate::routes",
            "crate::config",
            "Utc::now",
        ],
        except: &[],
    },
    Rule {
        folder: "api/src/sources",
        forbidden: &["crate::store", "crate::ingest", "crate::analytics", "crate::routes", "crate::config"],
        except: &[],
    },
    Rule {
        folder: "api/src/analytics",
        forbidden: &["crate::store", "crate::sources", "crate::ingest", "crate::routes", "crate::config", "Utc::now"],
        except: &[],
    },
    Rule { folder: "api/src/ingest", forbidden: &["crate::analytics", "crate::routes", "crate::config"], except: &[] },
    Rule { folder: "api/src/routes", forbidden: &["crate::sources", "crate::startup"], except: &[] },
    // Each outside library has one home.
    Rule { folder: "api/src", forbidden: &["diesel::", "diesel_migrations"], except: &["api/src/store"] },
    Rule { folder: "api/src", forbidden: &["reqwest::"], except: &["api/src/sources"] },
    Rule {
        folder: "api/src",
        forbidden: &["actix_web::"],
        except: &[
            "api/src/routes",
            "api/src/server",
            "api/src/startup.rs",
            "api/src/shutdown.rs",
            "api/src/error.rs",
            "api/src/telemetry.rs",
        ],
    },
    // One door in.
    Rule { folder: "api/src", forbidden: &[".write(move", ".write(|"], except: &["api/src/ingest", "api/src/store"] },
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn files_below(folder: &str) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    sources(&root.join(folder), &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
fn imports_follow_the_rule() {
    let mut breaches = Vec::new();
    for rule in RULES {
        for (name, text) in files_below(rule.folder) {
            if rule.except.iter().any(|except| name.starts_with(except)) {
                continue;
            }
            for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                for word in rule.forbidden.iter().filter(|word| line.contains(**word)) {
                    breaches.push(format!("{name}:{}: {word}", number + 1));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn no_file_is_longer_than_400_lines_and_each_says_its_purpose() {
    for folder in ["api/src", "web/src", "shared/src", "tests/it"] {
        for (name, text) in files_below(folder) {
            assert!(text.lines().count() <= 400, "{name} has {} lines", text.lines().count());
            assert!(text.starts_with("//!"), "{name} does not say what it is for");
        }
    }
}
