//! The custom fields of the company, with the numbers that Cloud and Data Center give them.
//!
//! Must never be in here: system fields.

use FieldKind as K;

use crate::sandbox::model::{Field, FieldKind, FieldOption, Flavour};

/// The fields.
pub(super) fn fields(flavour: Flavour) -> impl Iterator<Item = Field> {
    CUSTOM.iter().map(move |row| custom(row, flavour))
}

pub(super) struct Custom {
    /// Number on Cloud and on Data Center.
    ids: [u64; 2],
    names: [&'static str; 2],
    kind: FieldKind,
    schema: (&'static str, Option<&'static str>),
    plugin: &'static str,
    options: &'static [&'static str],
}

pub(super) const fn same(name: &'static str) -> [&'static str; 2] {
    [name, name]
}

pub(super) const fn field(
    ids: [u64; 2],
    names: [&'static str; 2],
    kind: FieldKind,
    schema: (&'static str, Option<&'static str>),
    plugin: &'static str,
    options: &'static [&'static str],
) -> Custom {
    Custom {
        ids,
        names,
        kind,
        schema,
        plugin,
        options,
    }
}

pub(super) const fn array(items: &'static str) -> (&'static str, Option<&'static str>) {
    ("array", Some(items))
}

/// Key of one of Jira's own field types.
macro_rules! own {
    ($name:literal) => {
        concat!("com.atlassian.jira.plugin.system.customfieldtypes:", $name)
    };
}

pub(super) use own;

/// Key of a field type of Jira Software.
macro_rules! software {
    ($name:literal) => {
        concat!("com.pyxis.greenhopper.jira:", $name)
    };
}

/// The custom fields; a cascading option is written `parent/child`.
const CUSTOM: &[Custom] = &[
    field(
        [10_016, 10_002],
        ["Story point estimate", "Story Points"],
        K::Number,
        ("number", None),
        software!("jsw-story-points"),
        &[],
    ),
    field(
        [10_020, 10_005],
        same("Sprint"),
        K::Sprint,
        array("json"),
        software!("gh-sprint"),
        &[],
    ),
    field(
        [10_014, 10_006],
        same("Epic Link"),
        K::EpicLink,
        ("any", None),
        software!("gh-epic-link"),
        &[],
    ),
    field(
        [10_011, 10_007],
        same("Epic Name"),
        K::EpicName,
        ("string", None),
        software!("gh-epic-label"),
        &[],
    ),
    field(
        [10_019, 10_009],
        same("Rank"),
        K::Rank,
        ("any", None),
        software!("gh-lexo-rank"),
        &[],
    ),
    field(
        [10_001, 10_020],
        same("Team"),
        K::Team,
        ("option", None),
        own!("select"),
        &TEAMS,
    ),
    field(
        [10_030, 10_101],
        same("Platforms"),
        K::MultiSelect,
        array("option"),
        own!("multiselect"),
        &PLATFORMS,
    ),
    field(
        [10_031, 10_102],
        same("Region"),
        K::Cascading,
        ("option-with-child", None),
        own!("cascadingselect"),
        &REGIONS,
    ),
    field(
        [10_032, 10_103],
        same("Approver"),
        K::User,
        ("user", None),
        own!("userpicker"),
        &[],
    ),
    field(
        [10_033, 10_104],
        same("Visible from"),
        K::Date,
        ("date", None),
        own!("datepicker"),
        &[],
    ),
    field(
        [10_034, 10_105],
        same("Detected at"),
        K::DateTime,
        ("datetime", None),
        own!("datetime"),
        &[],
    ),
    field(
        [10_035, 10_106],
        same("Acceptance criteria"),
        K::RichText,
        ("string", None),
        own!("textarea"),
        &[],
    ),
    field(
        [10_036, 10_107],
        same("Runbook"),
        K::Url,
        ("string", None),
        own!("url"),
        &[],
    ),
    field(
        [10_037, 10_108],
        same("Severity"),
        K::Select,
        ("option", None),
        own!("select"),
        &SEVERITIES,
    ),
    field(
        [10_038, 10_109],
        same("Reviewers"),
        K::Users,
        array("user"),
        own!("multiuserpicker"),
        &[],
    ),
    field(
        [10_039, 10_110],
        same("Topics"),
        K::Labels,
        array("string"),
        own!("labels"),
        &[],
    ),
    field(
        [10_040, 10_111],
        same("Customer reference"),
        K::Text,
        ("string", None),
        own!("textfield"),
        &[],
    ),
];

const TEAMS: [&str; 5] = ["Ledger", "Storefront", "Foundation", "Trust", "Insight"];
const PLATFORMS: [&str; 5] = ["iOS", "Android", "Web", "Terminal", "API"];
const SEVERITIES: [&str; 4] = ["Critical", "Major", "Minor", "Cosmetic"];
const REGIONS: [&str; 9] = [
    "Europe",
    "Europe/Nordics",
    "Europe/DACH",
    "Americas",
    "Americas/Brazil",
    "Americas/Canada",
    "Asia",
    "Asia/Japan",
    "Asia/India",
];

/// A field out of its row.
pub(super) fn custom(row: &Custom, flavour: Flavour) -> Field {
    let at = usize::from(flavour == Flavour::DataCenter);
    let (number, name) = (row.ids[at], row.names[at]);
    Field {
        id: format!("customfield_{number}"),
        name: name.to_owned(),
        custom: Some(number),
        kind: row.kind,
        clause_names: vec![format!("cf[{number}]"), name.to_owned()],
        schema_type: row.schema.0,
        schema_items: row.schema.1,
        schema_custom: Some(row.plugin),
        orderable: true,
        navigable: true,
        searchable: is_searchable(row.kind),
        options: options(row.options, number),
    }
}

/// Some kinds of fields come without a way to search them.
fn is_searchable(kind: FieldKind) -> bool {
    !matches!(
        kind,
        K::Group | K::Groups | K::Version | K::Versions | K::Project | K::App
    )
}

fn options(words: &[&str], number: u64) -> Vec<FieldOption> {
    let mut options: Vec<FieldOption> = Vec::new();
    for (word, id) in words.iter().zip((number - 10_000) * 100 + 10_000..) {
        let child = word.split_once('/').map_or(*word, |(_, child)| child);
        let option = FieldOption {
            id,
            value: child.to_owned(),
            children: Vec::new(),
        };
        match options.last_mut() {
            Some(parent) if word.contains('/') => parent.children.push(option),
            _ => options.push(option),
        }
    }
    options
}
