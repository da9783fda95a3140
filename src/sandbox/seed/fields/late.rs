//! Fields that came with the security team's process, after the issues.
//!
//! Must never be in here: fields that issues have values for.

use FieldKind as K;

use super::custom::{Custom, array, custom, field, own, same};
use crate::sandbox::model::{Field, FieldKind, Flavour};

/// The fields.
pub(super) fn fields(flavour: Flavour) -> impl Iterator<Item = Field> {
    LATE.iter().map(move |row| custom(row, flavour))
}

const LATE: &[Custom] = &[
    field(
        [10_051, 10_151],
        same("Tier"),
        K::Select,
        ("option", None),
        own!("select"),
        &["Tier 0", "Tier 1", "Tier 2", "Tier 3"],
    ),
    field(
        [10_052, 10_152],
        same("Exposure"),
        K::Select,
        ("option", None),
        own!("radiobuttons"),
        &["Internet", "Internal", "Isolated"],
    ),
    field(
        [10_053, 10_153],
        same("Affected systems"),
        K::MultiSelect,
        array("option"),
        own!("multicheckboxes"),
        &[
            "Payments API",
            "Checkout",
            "Merchant dashboard",
            "Mobile apps",
            "Back office",
        ],
    ),
    field(
        [10_054, 10_154],
        same("CVSS score"),
        K::Number,
        ("number", None),
        own!("float"),
        &[],
    ),
    field(
        [10_055, 10_155],
        same("Finding URL"),
        K::Url,
        ("string", None),
        own!("url"),
        &[],
    ),
    field(
        [10_056, 10_156],
        same("Finding id"),
        K::Text,
        ("string", None),
        own!("textfield"),
        &[],
    ),
    field(
        [10_057, 10_157],
        same("Remediation"),
        K::RichText,
        ("string", None),
        own!("textarea"),
        &[],
    ),
    field(
        [10_058, 10_158],
        same("Risk accepted until"),
        K::Date,
        ("date", None),
        own!("datepicker"),
        &[],
    ),
    field(
        [10_059, 10_159],
        same("Responsible group"),
        K::Group,
        ("group", None),
        own!("grouppicker"),
        &[],
    ),
    field(
        [10_060, 10_160],
        same("Informed groups"),
        K::Groups,
        array("group"),
        own!("multigrouppicker"),
        &[],
    ),
    field(
        [10_061, 10_161],
        same("Found in version"),
        K::Version,
        ("version", None),
        own!("version"),
        &[],
    ),
    field(
        [10_062, 10_162],
        same("Present in versions"),
        K::Versions,
        array("version"),
        own!("multiversion"),
        &[],
    ),
    field(
        [10_063, 10_163],
        same("Origin project"),
        K::Project,
        ("project", None),
        own!("project"),
        &[],
    ),
    field(
        [10_064, 10_164],
        same("Risk matrix"),
        K::App,
        ("any", None),
        "com.example.risk:risk-matrix",
        &[],
    ),
];
