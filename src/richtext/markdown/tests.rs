//! Tables and properties of the writers.

use super::*;

#[test]
fn gen_rows() {
    let src = std::fs::read_to_string("/tmp/rows.txt").unwrap();
    for row in src.split("\n%%\n") {
        let row = row.trim_end_matches('\n');
        println!(
            "        ({row:?},\n            {:?},\n            {:?}),",
            to_wiki(row),
            short(&to_adf(row))
        );
    }
}

/// A document in brief: `kind(attributes)[content]`, and texts with their marks before them.
fn short(node: &Value) -> String {
    let kind = node["type"].as_str().unwrap_or_default();
    if kind == "text" {
        let marks: String = node["marks"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|mark| {
                format!(
                    "{}:",
                    mark["attrs"]["href"]
                        .as_str()
                        .or(mark["attrs"]["type"].as_str())
                        .or(mark["type"].as_str())
                        .unwrap_or_default()
                )
            })
            .collect();
        return format!("{marks}{:?}", node["text"].as_str().unwrap_or_default()).replace('"', "'");
    }
    let content: Vec<String> = node["content"].as_array().into_iter().flatten().map(short).collect();
    let attributes = node["attrs"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != "localId");
    let attributes: Vec<String> = attributes
        .map(|(_, value)| value.to_string().replace('"', ""))
        .collect();
    let inner = content.join(" ");
    match (kind, attributes.is_empty(), node["content"].is_array()) {
        ("doc", ..) => inner,
        ("hardBreak", ..) => "br".to_owned(),
        (kind, true, true) => format!("{kind}[{inner}]"),
        (kind, true, false) => kind.to_owned(),
        (kind, false, _) => format!("{kind}({})[{inner}]", attributes.join(",")),
    }
}
