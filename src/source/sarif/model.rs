//! The parts of a SARIF log that are read.
//!
//! Tools take liberties: a part of the wrong shape counts as left out, so that one odd field does not
//! cost a result. Results are kept as text until each is read by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};

/// A value, or nothing if it has another shape.
#[derive(Debug, Clone)]
pub(super) struct Lax<T>(Option<T>);

impl<T> Default for Lax<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lax<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok()))
    }
}

impl<T> Lax<T> {
    pub(super) fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl Lax<String> {
    /// The text, if there is any in it.
    pub(super) fn text(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

impl<T> Lax<Vec<T>> {
    pub(super) fn all(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Log<'a> {
    pub(super) version: Lax<String>,
    #[serde(borrow)]
    pub(super) runs: Option<Vec<&'a RawValue>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub(super) tool: Lax<Tool>,
    #[serde(borrow)]
    pub(super) results: Option<Vec<&'a RawValue>>,
    pub(super) artifacts: Lax<Vec<Artifact>>,
    pub(super) original_uri_base_ids: Lax<BTreeMap<String, ArtifactLocation>>,
    #[serde(alias = "automationId")]
    pub(super) automation_details: Lax<Automation>,
    pub(super) invocations: Lax<Vec<Invocation>>,
    pub(super) version_control_provenance: Lax<Vec<Version>>,
    pub(super) logical_locations: Lax<Vec<LogicalLocation>>,
    pub(super) taxonomies: Lax<Vec<Component>>,
    pub(super) external_property_file_references: Lax<ExternalFiles>,
}

/// Parts of a run that lie in other files.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalFiles {
    pub(super) results: Lax<Vec<Value>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Tool {
    pub(super) driver: Lax<Component>,
    pub(super) extensions: Lax<Vec<Component>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Component {
    pub(super) name: Lax<String>,
    pub(super) guid: Lax<String>,
    pub(super) version: Lax<String>,
    pub(super) semantic_version: Lax<String>,
    pub(super) rules: Lax<Vec<Rule>>,
    pub(super) global_message_strings: Lax<BTreeMap<String, Text>>,
    pub(super) taxa: Lax<Vec<Taxon>>,
}

/// A class of results, as a weakness of CWE is one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Taxon {
    pub(super) id: Lax<String>,
    pub(super) guid: Lax<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Rule {
    pub(super) id: Lax<String>,
    pub(super) guid: Lax<String>,
    pub(super) name: Lax<String>,
    pub(super) short_description: Lax<Text>,
    pub(super) full_description: Lax<Text>,
    pub(super) help: Lax<Text>,
    pub(super) help_uri: Lax<String>,
    pub(super) message_strings: Lax<BTreeMap<String, Text>>,
    pub(super) default_configuration: Lax<Configuration>,
    pub(super) relationships: Lax<Vec<Relationship>>,
    pub(super) properties: Lax<Map<String, Value>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Relationship {
    pub(super) target: Lax<Reference>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Configuration {
    pub(super) level: Lax<String>,
    pub(super) rank: Lax<f64>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Text {
    pub(super) text: Lax<String>,
    pub(super) markdown: Lax<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    pub(super) text: Lax<String>,
    pub(super) markdown: Lax<String>,
    pub(super) id: Lax<String>,
    pub(super) arguments: Lax<Vec<Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Artifact {
    pub(super) location: Lax<ArtifactLocation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: Lax<String>,
    pub(super) uri_base_id: Lax<String>,
    pub(super) index: Lax<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Automation {
    pub(super) id: Lax<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) start_time_utc: Lax<String>,
    pub(super) end_time_utc: Lax<String>,
    pub(super) execution_successful: Lax<bool>,
    pub(super) exit_code_description: Lax<String>,
    pub(super) working_directory: Lax<ArtifactLocation>,
    pub(super) rule_configuration_overrides: Lax<Vec<Override>>,
}

/// What somebody set for a rule in one invocation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Override {
    pub(super) configuration: Lax<Configuration>,
    pub(super) descriptor: Lax<Reference>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Version {
    pub(super) repository_uri: Lax<String>,
    pub(super) revision_id: Lax<String>,
    pub(super) branch: Lax<String>,
    pub(super) mapped_to: Lax<ArtifactLocation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub(super) name: Lax<String>,
    pub(super) fully_qualified_name: Lax<String>,
    pub(super) index: Lax<i64>,
}

/// By name and version; one that is no text does not cost the others.
pub(super) type Fingerprints = Lax<BTreeMap<String, Lax<String>>>;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Found {
    pub(super) rule_id: Lax<String>,
    pub(super) rule_index: Lax<i64>,
    pub(super) rule: Lax<Reference>,
    pub(super) taxa: Lax<Vec<Reference>>,
    pub(super) kind: Lax<String>,
    pub(super) level: Lax<String>,
    pub(super) message: Lax<Message>,
    pub(super) locations: Lax<Vec<Location>>,
    pub(super) related_locations: Lax<Vec<Location>>,
    pub(super) guid: Lax<String>,
    pub(super) correlation_guid: Lax<String>,
    pub(super) fingerprints: Fingerprints,
    pub(super) partial_fingerprints: Fingerprints,
    pub(super) baseline_state: Lax<String>,
    pub(super) suppressions: Lax<Vec<Suppression>>,
    pub(super) rank: Lax<f64>,
    pub(super) code_flows: Lax<Vec<CodeFlow>>,
    pub(super) stacks: Lax<Vec<Stack>>,
    pub(super) fixes: Lax<Vec<Fix>>,
    pub(super) work_item_uris: Lax<Vec<String>>,
    pub(super) hosted_viewer_uri: Lax<String>,
    pub(super) provenance: Lax<Provenance>,
    pub(super) occurrence_count: Lax<u64>,
    pub(super) properties: Lax<Map<String, Value>>,
}

/// Which rule, or which class of results.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Reference {
    pub(super) id: Lax<String>,
    pub(super) index: Lax<i64>,
    pub(super) guid: Lax<String>,
    pub(super) tool_component: Lax<ComponentReference>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ComponentReference {
    pub(super) name: Lax<String>,
    pub(super) index: Lax<i64>,
    pub(super) guid: Lax<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) id: Lax<i64>,
    pub(super) message: Lax<Message>,
    pub(super) physical_location: Lax<PhysicalLocation>,
    pub(super) logical_locations: Lax<Vec<LogicalLocation>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: Lax<ArtifactLocation>,
    pub(super) region: Lax<Region>,
    pub(super) context_region: Lax<Region>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: Lax<u64>,
    pub(super) start_column: Lax<u64>,
    pub(super) end_line: Lax<u64>,
    pub(super) snippet: Lax<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Suppression {
    pub(super) kind: Lax<String>,
    #[serde(alias = "status")]
    pub(super) state: Lax<String>,
    pub(super) justification: Lax<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CodeFlow {
    pub(super) thread_flows: Lax<Vec<ThreadFlow>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ThreadFlow {
    pub(super) locations: Lax<Vec<FlowStep>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FlowStep {
    pub(super) location: Lax<Location>,
    pub(super) importance: Lax<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Stack {
    pub(super) frames: Lax<Vec<Frame>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Frame {
    pub(super) location: Lax<Location>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fix {
    pub(super) description: Lax<Message>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Provenance {
    pub(super) first_detection_time_utc: Lax<String>,
    pub(super) invocation_index: Lax<i64>,
}
