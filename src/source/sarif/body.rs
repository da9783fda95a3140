//! A result as Markdown, and what else it tells as fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::message::{Told, told};
use super::model::{Found, Rule, Run, Text};
use super::place::{Place, Places};
use super::rules::Rules;
use super::standing;
use crate::source::prose::{coded, cut, escaped, fenced, first_line, flat, middle_cut};

const MAX_MESSAGE: usize = 8_000;
const MAX_SNIPPET: usize = 3_000;
const MAX_HELP: usize = 6_000;
const MAX_STEPS: usize = 12;
const MAX_PLACES: usize = 10;
/// Longest value of a property that is kept.
const MAX_PROPERTY: usize = 4_000;
const MAX_PROPERTIES: usize = 60;
const MAX_TAG: usize = 200;
const MAX_ADDRESS: usize = 2_000;

/// A result with all that it refers to.
pub(super) struct Subject<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) rules: &'a Rules<'a>,
    pub(super) found: &'a Found,
    pub(super) rule: Option<&'a Rule>,
    pub(super) rule_id: &'a str,
    pub(super) tool: &'a str,
    pub(super) message: &'a Told,
    pub(super) places: &'a [Place],
    pub(super) url: Option<&'a str>,
}

impl Subject<'_> {
    pub(super) fn body(&self) -> String {
        let parts = [
            middle_cut(&self.message.markdown, MAX_MESSAGE),
            self.facts(),
            self.code(),
            self.path(),
            self.fixes(),
            self.help(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
        parts.join("\n\n")
    }

    fn facts(&self) -> String {
        let mut lines = Vec::new();
        if !self.rule_id.is_empty() {
            let rule = self.rule;
            let short = text(rule.and_then(|rule| rule.short_description.get()));
            let name = rule
                .and_then(|rule| rule.name.text())
                .filter(|name| *name != self.rule_id);
            let told = short.or(name).map(|told| escaped(&cut(&flat(told), 300)));
            let told = told.map(|told| format!(" – {told}")).unwrap_or_default();
            lines.push(format!("**Rule:** {}{told}", coded(self.rule_id)));
        }
        lines.push(format!("**Tool:** {}", escaped(self.tool)));
        for (index, place) in self.places.iter().take(MAX_PLACES).enumerate() {
            let shown = coded(&place.to_string());
            let shown = match self.url.filter(|_| index == 0) {
                Some(url) => format!("[{}](<{url}>)", escaped(&place.to_string())),
                None => shown,
            };
            let logical = match place.logical.as_str() {
                "" => String::new(),
                _ if place.file.is_empty() => String::new(),
                logical => format!(" in {}", coded(&cut(logical, 200))),
            };
            lines.push(format!("**Where:** {shown}{logical}"));
        }
        if self.places.len() > MAX_PLACES {
            lines.push(format!("and {} more places", self.places.len() - MAX_PLACES));
        }
        lines.join("  \n")
    }

    fn code(&self) -> String {
        let Some(place) = self.places.first() else {
            return String::new();
        };
        let code = if place.snippet.is_empty() {
            &place.context
        } else {
            &place.snippet
        };
        if code.trim().is_empty() {
            return String::new();
        }
        fenced(&middle_cut(code, MAX_SNIPPET), ending(&place.file))
    }

    /// The first path that the data takes, with what happens at each step.
    fn path(&self) -> String {
        let flows = self.found.code_flows.all().iter();
        let Some(flow) = flows
            .flat_map(|flow| flow.thread_flows.all())
            .find(|flow| flow.locations.all().len() > 1)
        else {
            return String::new();
        };
        let places = Places::new(self.run, self.found);
        let all = flow.locations.all();
        let worth = |step: &&super::model::FlowStep| step.importance.text() != Some("unimportant");
        let steps: Vec<String> = all
            .iter()
            .filter(worth)
            .filter_map(|step| step.location.get())
            .take(MAX_STEPS)
            .map(|location| {
                let place = places.place(location);
                let told = told(location.message.get(), self.rule, self.rules, &places);
                let told = told
                    .map(|told| format!(" – {}", cut(&flat(&told.markdown), 200)))
                    .unwrap_or_default();
                format!("1. {}{told}", coded(&place.to_string()))
            })
            .collect();
        let more = if all.len() > steps.len() {
            format!("\n\n… of {} steps", all.len())
        } else {
            String::new()
        };
        format!("**Path:**\n\n{}{more}", steps.join("\n"))
    }

    fn fixes(&self) -> String {
        let places = Places::new(self.run, self.found);
        let fixes = self
            .found
            .fixes
            .all()
            .iter()
            .filter_map(|fix| told(fix.description.get(), self.rule, self.rules, &places));
        let lines: Vec<String> = fixes
            .take(3)
            .map(|told| format!("**Fix:** {}", cut(&told.markdown, 600)))
            .collect();
        lines.join("\n\n")
    }

    fn help(&self) -> String {
        let Some(rule) = self.rule else { return String::new() };
        let full = text(rule.full_description.get()).filter(|full| !self.message.plain.contains(full));
        let help = rule.help.get().and_then(|help| {
            let markdown = help.markdown.text().map(|markdown| middle_cut(markdown, MAX_HELP));
            markdown.or_else(|| help.text.text().map(|text| escaped(&middle_cut(text, MAX_HELP))))
        });
        let link = self.help_uri().map(|uri| format!("[More about this rule](<{uri}>)"));
        let full = full.map(|full| escaped(&middle_cut(full, MAX_HELP)));
        let parts: Vec<String> = [full, help, link].into_iter().flatten().collect();
        parts.join("\n\n")
    }

    fn help_uri(&self) -> Option<&str> {
        let uri = self.rule?.help_uri.text()?;
        let web = uri.starts_with("https://") || uri.starts_with("http://");
        (web && uri.len() <= MAX_ADDRESS && !uri.contains(['<', '>', '\n', ' '])).then_some(uri)
    }

    /// What mappings can refer to.
    pub(super) fn fields(&self) -> BTreeMap<String, Value> {
        let mut fields = BTreeMap::new();
        let mut put = |name: &str, value: Value| {
            let value = match value {
                // What stands at a rule or a run is repeated with each result.
                Value::String(text) if text.len() > MAX_PROPERTY => json!(cut(&text, MAX_PROPERTY)),
                value => value,
            };
            if !matches!(&value, Value::Null) && value != json!("") {
                fields.insert(name.to_owned(), value);
            }
        };
        let found = self.found;
        put("tool", json!(self.tool));
        put("rule", json!(self.rule_id));
        put("level", json!(standing::level(found, self.rule)));
        put("kind", json!(found.kind.text()));
        put("security-severity", json!(standing::score(found, self.rule)));
        put("rank", json!(found.rank.get().filter(|rank| **rank >= 0.0)));
        put("baselineState", json!(found.baseline_state.text()));
        put("guid", json!(found.guid.text()));
        put("correlationGuid", json!(found.correlation_guid.text()));
        put("occurrenceCount", json!(found.occurrence_count.get()));
        put("workItemUris", json!(found.work_item_uris.get()));
        put("hostedViewerUri", json!(found.hosted_viewer_uri.text()));
        put(
            "automationDetails",
            json!(self.run.automation_details.get().and_then(|details| details.id.text())),
        );
        if let Some(driver) = self.run.tool.get().and_then(|tool| tool.driver.get()) {
            put(
                "toolVersion",
                json!(driver.semantic_version.text().or_else(|| driver.version.text())),
            );
        }
        if let Some(rule) = self.rule {
            put("ruleName", json!(rule.name.text()));
            put(
                "ruleDescription",
                json!(text(rule.short_description.get()).or_else(|| text(rule.full_description.get()))),
            );
            put("helpUri", json!(self.help_uri()));
        }
        if let Some(place) = self.places.first() {
            put("file", json!(place.file));
            put("line", json!(place.line));
            put("endLine", json!(place.end_line));
            put("column", json!(place.column));
            put("logicalLocation", json!(place.logical));
        }
        if let [version] = self.run.version_control_provenance.all() {
            put("repository", json!(version.repository_uri.text()));
            put("revision", json!(version.revision_id.text()));
            put("branch", json!(version.branch.text()));
        }
        let tags = self.tags();
        let weaknesses = weaknesses(&tags);
        put("tags", if tags.is_empty() { Value::Null } else { json!(tags) });
        put(
            "cwe",
            if weaknesses.is_empty() {
                Value::Null
            } else {
                json!(weaknesses)
            },
        );
        for (name, value) in self.found.properties.get().into_iter().flat_map(kept) {
            put(&format!("properties.{name}"), value.clone());
        }
        fields
    }

    fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        let bags = [
            self.found.properties.get(),
            self.rule.and_then(|rule| rule.properties.get()),
        ];
        for bag in bags.into_iter().flatten() {
            let named = ["tags", "cwe"].into_iter().filter_map(|name| bag.get(name));
            for tag in named.flat_map(|tags| match tags {
                Value::Array(tags) => tags.iter().filter_map(Value::as_str).collect(),
                Value::String(tag) => vec![tag.as_str()],
                _ => Vec::new(),
            }) {
                let tag = cut(tag, MAX_TAG);
                if tags.len() < MAX_PROPERTIES && !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
        }
        tags
    }
}

fn kept(properties: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let small = |value: &Value| match value {
        Value::String(text) => text.len() <= MAX_PROPERTY,
        Value::Array(_) | Value::Object(_) => value.to_string().len() <= MAX_PROPERTY,
        _ => true,
    };
    let own = properties
        .iter()
        .filter(move |(name, value)| *name != "tags" && small(value));
    own.take(MAX_PROPERTIES)
}

/// `CWE-79` of `external/cwe/cwe-079` and of `CWE-79: Cross-site Scripting`.
fn weaknesses(tags: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for tag in tags {
        let lower = tag.to_ascii_lowercase();
        let number = lower.split_once("cwe-").map(|(_, rest)| {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].trim_start_matches('0').to_owned()
        });
        let weakness = number
            .filter(|number| !number.is_empty())
            .map(|number| format!("CWE-{number}"));
        found.extend(weakness.filter(|weakness| !found.contains(weakness)));
    }
    found
}

fn text(text: Option<&Text>) -> Option<&str> {
    let text = text?;
    text.text.text().or_else(|| text.markdown.text())
}

/// One line that names the finding.
pub(super) fn title(message: &Told, rule: Option<&Rule>, rule_id: &str) -> String {
    let short = || text(rule?.short_description.get());
    let line = [first_line(&message.plain), short().unwrap_or_default(), rule_id];
    let line = line
        .into_iter()
        .map(flat)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    cut(&line, 200)
}

/// The language of a file by its ending.
fn ending(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .map(|(_, ending)| ending)
        .filter(|ending| ending.len() <= 8)
        .unwrap_or_default()
}
