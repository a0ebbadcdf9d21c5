//! Everything we ship has a licence that goes with ours (MIT).

use std::process::Command;

use serde_json::Value;

/// Permissive, or copyleft that ends at the file (MPL).
const ACCEPTED: [&str; 16] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MPL-2.0",
    "PostgreSQL",
    "Unicode-3.0",
    "Zlib",
];

fn packages() -> Vec<Value> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let mut metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

/// Why a licence is not accepted; some crates still write `MIT/Apache-2.0`.
fn objection(package: &Value) -> Option<String> {
    let name = format!("{} {}", package["name"].as_str()?, package["version"].as_str()?);
    let Some(licence) = package["license"].as_str() else { return Some(format!("{name}: names no licence")) };
    let accepted: Vec<spdx::Licensee> = ACCEPTED.iter().map(|name| spdx::Licensee::parse(name).unwrap()).collect();
    match spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX) {
        Err(error) => Some(format!("{name}: {licence} ({error})")),
        Ok(expression) => {
            let fits = expression.evaluate(|wanted| accepted.iter().any(|ours| ours.satisfies(wanted)));
            (!fits).then(|| format!("{name}: {licence}"))
        }
    }
}

#[test]
fn every_dependency_has_an_accepted_licence() {
    let packages = packages();
    assert!(packages.len() > 100, "{} packages are not all of them", packages.len());
    let objections: Vec<String> = packages.iter().filter_map(objection).collect();
    assert!(objections.is_empty(), "not accepted:\n{}", objections.join("\n"));
}

#[test]
fn an_unknown_licence_is_objected_to() {
    let package = |licence: Value| serde_json::json!({"name": "a", "version": "1.0.0", "license": licence});
    assert_eq!(objection(&package("MIT OR GPL-3.0-only".into())), None);
    assert_eq!(objection(&package("MIT/Apache-2.0".into())), None);
    assert!(objection(&package("MIT AND GPL-3.0-only".into())).is_some());
    assert!(objection(&package(Value::Null)).is_some());
}
