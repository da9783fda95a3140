//! A result as Markdown, and what else it tells as fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::message::{Told, told};
use super::model::{FlowStep, Found, Location, Rule, Run, Text};
use super::place::{Place, Places};
use super::rules::Rules;
use super::standing;
use super::weakness::weaknesses;
use crate::source::prose::{coded, cut, escaped, fenced, flat, middle_cut};

const MAX_MESSAGE: usize = 8_000;
const MAX_SNIPPET: usize = 3_000;
const MAX_HELP: usize = 6_000;
/// Steps of a path that are told from its start, and as many from its end.
const MAX_STEPS: usize = 8;
const MAX_FRAMES: usize = 20;
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
    pub(super) level: &'a str,
    pub(super) message: &'a Told,
    pub(super) look: &'a Places<'a>,
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
            self.stack(),
            self.related(),
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
            let told = short.or(name).filter(|told| !self.is_told(told));
            let told = told.map(|told| escaped(&cut(&flat(told), 300)));
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

    /// Whether the message says this already.
    fn is_told(&self, text: &str) -> bool {
        within(text, &self.message.plain)
    }

    fn told(&self, location: &Location) -> Option<Told> {
        told(location.message.get(), self.rule, self.rules, self.look)
    }

    /// A place and what is said of it, as one line.
    fn line(&self, location: &Location) -> String {
        let told = self.told(location);
        let told = told
            .map(|told| cut(&flat(&told.markdown), 200))
            .filter(|told| !told.is_empty());
        let place = coded(&self.look.place(location).to_string());
        match told {
            Some(told) if place.is_empty() => told,
            Some(told) => format!("{place} – {told}"),
            None => place,
        }
    }

    /// The first path that the data takes, with what happens at each step; of a long one its start and
    /// its end.
    fn path(&self) -> String {
        let flows = self.found.code_flows.all().iter();
        let Some(flow) = flows
            .flat_map(|flow| flow.thread_flows.all())
            .find(|flow| flow.locations.all().len() > 1)
        else {
            return String::new();
        };
        let worth = |step: &&FlowStep| step.importance.text() != Some("unimportant");
        let steps: Vec<&Location> = flow
            .locations
            .all()
            .iter()
            .filter(worth)
            .filter_map(|step| step.location.get())
            .collect();
        let numbered = |from: usize, steps: &[&Location]| -> Vec<String> {
            let lines = steps.iter().zip(from..);
            lines
                .map(|(step, number)| format!("{number}. {}", self.line(step)))
                .collect()
        };
        let told = if steps.len() > 2 * MAX_STEPS + 1 {
            let (start, end) = (&steps[..MAX_STEPS], steps.len() - MAX_STEPS);
            let between = end - MAX_STEPS;
            let (start, last) = (
                numbered(1, start).join("\n"),
                numbered(end + 1, &steps[end..]).join("\n"),
            );
            format!("{start}\n\n… {between} steps …\n\n{last}")
        } else {
            numbered(1, &steps).join("\n")
        };
        if told.is_empty() {
            return String::new();
        }
        format!("**Path:**\n\n{told}")
    }

    /// The first stack of calls.
    fn stack(&self) -> String {
        let stacks = self.found.stacks.all();
        let Some(stack) = stacks.first() else {
            return String::new();
        };
        let frames: Vec<String> = stack
            .frames
            .all()
            .iter()
            .filter_map(|frame| frame.location.get())
            .map(|location| self.look.place(location))
            .filter(|place| *place != Place::default())
            .take(MAX_FRAMES)
            .map(|place| match (place.logical.as_str(), place.file.as_str()) {
                ("", _) | (_, "") => place.to_string(),
                (logical, _) => format!("{logical} ({place})"),
            })
            .collect();
        if frames.is_empty() {
            return String::new();
        }
        format!("**Stack:**\n\n{}", fenced(&frames.join("\n"), ""))
    }

    /// Other places that have something to say.
    fn related(&self) -> String {
        let all = self.found.related_locations.all().iter();
        let lines: Vec<String> = all
            .filter(|location| self.told(location).is_some_and(|told| !told.plain.trim().is_empty()))
            .take(MAX_PLACES)
            .map(|location| format!("- {}", self.line(location)))
            .collect();
        if lines.is_empty() {
            return String::new();
        }
        format!("**See also:**\n\n{}", lines.join("\n"))
    }

    fn fixes(&self) -> String {
        let fixes = self
            .found
            .fixes
            .all()
            .iter()
            .filter_map(|fix| told(fix.description.get(), self.rule, self.rules, self.look));
        let lines: Vec<String> = fixes
            .take(3)
            .map(|told| format!("**Fix:** {}", cut(&told.markdown, 600)))
            .collect();
        lines.join("\n\n")
    }

    /// What the rule tells beyond what the message does.
    fn help(&self) -> String {
        let Some(rule) = self.rule else { return String::new() };
        let full = text(rule.full_description.get()).filter(|full| !self.is_told(full));
        let news = |told: &str| !self.is_told(told) && full.is_none_or(|full| !within(told, full));
        let help = rule.help.get().and_then(|help| {
            let markdown = help.markdown.text().filter(|told| news(told));
            let plain = || help.text.text().filter(|told| news(told));
            markdown
                .map(|markdown| middle_cut(markdown, MAX_HELP))
                .or_else(|| plain().map(|text| escaped(&middle_cut(text, MAX_HELP))))
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
        put("level", json!(self.level));
        put("kind", json!(found.kind.text()));
        put(
            "security-severity",
            json!(standing::security_severity(found, self.rule)),
        );
        let rank = found.rank.get().copied();
        let rank = rank.or_else(|| self.rules.setting(found, self.rule, |set| set.rank.get().copied()));
        put("rank", json!(rank.filter(|rank| *rank >= 0.0)));
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
        let weaknesses = weaknesses(self.run, found, self.rule, &tags);
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

/// Whether a text says the other one in so many words. Help is long and messages are short, so most are
/// told apart by their lengths.
fn within(text: &str, other: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    text.len() <= other.len() && flat(other).contains(&flat(text))
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

pub(super) fn text(text: Option<&Text>) -> Option<&str> {
    let text = text?;
    text.text.text().or_else(|| text.markdown.text())
}

/// The language of a file by its ending.
fn ending(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .map(|(_, ending)| ending)
        .filter(|ending| ending.len() <= 8)
        .unwrap_or_default()
}
