//! What can be said about one site: its fields with the operators that they take and values to compare with.

use crosstie::sandbox::{
    Flavour,
    model::{FieldKind, Issue, User, World},
};
use jiff::{Timestamp, tz::TimeZone};

use crate::{dice::Dice, text};

/// A field as queries know it.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Ways to write it.
    pub(crate) names: Vec<String>,
    /// `E`quality, `I`s, `O`rder, `T`ext; `t` without its opposite.
    pub(crate) families: &'static str,
    pub(crate) values: Values,
    /// Values that make no sense to it, or that the site does not have.
    pub(crate) wrong: &'static [&'static str],
    /// Whether both sides know the order of its values.
    pub(crate) sorts: bool,
    /// Whether the store keeps nothing of it to compare; a few questions are enough.
    pub(crate) rare: bool,
}

/// Values to compare with, written as in a query.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    Words(Vec<String>),
    Instants,
    Days,
    /// Words and phrases that occur somewhere.
    Text(Vec<String>),
    None,
}

pub(crate) struct Vocabulary {
    pub(crate) fields: Vec<Field>,
    /// Days and minutes, some of them of issues.
    pub(crate) dates: Vec<String>,
}

/// Every so many issues lend their values.
const STEP: usize = 9;

impl Vocabulary {
    pub(crate) fn of(world: &World, now: Timestamp, zone: &str) -> Self {
        let viewer = world.viewer(now);
        let issues: Vec<&Issue> = world
            .visible(&viewer)
            .map(|idx| world.issue(idx))
            .step_by(STEP)
            .collect();
        let mut fields = system(world, &issues);
        let words = text::searches(world, &issues);
        fields.extend(texts(&words));
        fields.extend(custom(world, &issues, &words));
        Self {
            fields,
            dates: dates(&issues, now, &TimeZone::get(zone).unwrap()),
        }
    }
}

/// In quotes, which are always right.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn field(all: &[&str], families: &'static str, values: Values, sorts: bool) -> Field {
    Field {
        names: names(all),
        families,
        wrong: wrong(&values, all[0]),
        values,
        sorts,
        rare: false,
    }
}

fn wrong(values: &Values, name: &str) -> &'static [&'static str] {
    match (values, name) {
        (Values::Instants | Values::Days, _) => &WRONG_DATES,
        (Values::Text(_), _) => &["\"\"", "\" - \"", "now(1)", "standardIssueTypes()"],
        (Values::None, _) => &["text"],
        (_, "key" | "parent" | "Epic Link") => &["NOPE-1", "\"no key\"", "PAY-0", "standardIssueTypes()"],
        _ => &[
            "\"Nobody knows this\"",
            "\"1x\"",
            "standardIssueTypes()",
            "now()",
            "someFunction()",
        ],
    }
}

const WRONG_DATES: [&str; 16] = [
    "5x",
    "\"2D\"",
    "-1M",
    "\"2026-011-01\"",
    "\"2026-02-30\"",
    "\"2026-11-19 24:00\"",
    "\"2026-11-19 \"",
    "tomorrow",
    "startOfDay(5x)",
    "startOfDay(1, 2)",
    "endOfDay(-1H)",
    "now(1)",
    "someDay()",
    "currentUser()",
    "standardIssueTypes()",
    "99999999999999999999",
];

/// Names in quotes, and ids with and without.
fn entities<'a>(all: impl Iterator<Item = (u64, &'a str)>) -> Values {
    let mut words = Vec::new();
    for (id, name) in all {
        words.extend([quoted(name), quoted(name), quoted(&name.to_uppercase()), id.to_string()]);
    }
    words.extend(words.last().cloned().map(|id| quoted(&id)));
    Values::Words(words)
}

fn system(world: &World, issues: &[&Issue]) -> Vec<Field> {
    let mut types = entities(world.issue_types.iter().map(|kind| (kind.id, &*kind.name)));
    if let Values::Words(words) = &mut types {
        words.extend(names(&["standardIssueTypes()", "subTaskIssueTypes()"]));
    }
    let people = || people(world, issues);
    let projects = world.projects.iter().filter(|project| !project.archived);
    let mut keys: Vec<String> = projects
        .clone()
        .map(|project| quoted(&project.key.to_lowercase()))
        .collect();
    if let Values::Words(all) = entities(projects.map(|project| (project.id, &*project.name))) {
        keys.extend(all);
    }
    let versions = || entities(world.versions.iter().map(|version| (version.id, &*version.name)));
    let mut resolutions = entities(world.resolutions.iter().map(|one| (one.id, &*one.name)));
    if let Values::Words(words) = &mut resolutions {
        words.extend(names(&["Unresolved", "unresolved"]));
    }
    let statuses = entities(world.statuses.iter().map(|status| (status.id, &*status.name)));
    let categories = entities(
        world
            .statuses
            .iter()
            .map(|one| (u64::from(one.category.id()), one.category.name())),
    );
    let priorities = entities(world.priorities.iter().map(|one| (one.id, &*one.name)));
    let components = entities(world.components.iter().map(|one| (one.id, &*one.name)));
    let levels = entities(world.security_levels.iter().map(|one| (one.id, &*one.name)));
    let labels = issues.iter().flat_map(|issue| &issue.labels).map(|label| quoted(label));
    let numbers = || Values::Words(names(&["0", "1", "2", "3", "-1", "1.5", "\"4\""]));
    let estimates = || {
        Values::Words(names(&[
            "0",
            "60",
            "90m",
            "\"1h 30m\"",
            "2h",
            "\"8h\"",
            "45",
            "4h",
            "\"2h 15\"",
            "1d",
        ]))
    };
    vec![
        field(&["project", "PROJECT"], "EI", Values::Words(keys), true),
        field(&["type", "issuetype"], "EI", types, true),
        field(&["status", "Status"], "EI", statuses, false),
        field(&["statusCategory"], "EI", categories, true),
        field(&["priority"], "EIO", priorities, true),
        field(&["resolution"], "EI", resolutions, false),
        field(&["assignee", "Assignee"], "EI", people(), true),
        field(&["reporter"], "EI", people(), true),
        field(&["creator"], "EI", people(), true),
        field(&["component"], "EI", components, true),
        field(&["fixVersion"], "EIO", versions(), true),
        field(&["affectedVersion"], "EIO", versions(), true),
        field(
            &["labels"],
            "EI",
            Values::Words(labels.chain(names(&["nobody-uses-this"])).collect()),
            false,
        ),
        field(&["level"], "EI", levels, false),
        field(&["parent"], "EI", parents(world, issues), true),
        field(&["key", "issuekey", "issue", "id"], "EO", own_keys(issues), true),
        field(&["votes"], "EO", numbers(), true),
        field(&["watchers"], "EO", numbers(), true),
        field(&["created", "createdDate"], "EIO", Values::Instants, true),
        field(&["updated", "updatedDate"], "EIO", Values::Instants, true),
        field(&["resolved", "resolutionDate"], "EIO", Values::Instants, true),
        field(&["due", "dueDate"], "EIO", Values::Days, true),
        field(&["originalEstimate", "timeOriginalEstimate"], "EIO", estimates(), true),
        field(&["remainingEstimate", "timeEstimate"], "EIO", estimates(), true),
        field(&["timeSpent"], "EIO", estimates(), true),
    ]
}

/// Fields that are searched for words, and one that the cache only knows to be there or not.
fn texts(words: &[String]) -> Vec<Field> {
    let words = || Values::Text(words.to_vec());
    vec![
        field(&["summary", "Summary"], "IT", words(), true),
        field(&["description"], "IT", words(), false),
        field(&["environment"], "IT", words(), false),
        field(&["comment"], "T", words(), false),
        field(&["text"], "t", words(), false),
        field(&["attachments"], "I", Values::None, false),
    ]
}

fn people(world: &World, issues: &[&Issue]) -> Values {
    let mut words = names(&["currentUser()", "CURRENTUSER()"]);
    for issue in issues {
        for user in [issue.assignee, issue.reporter].into_iter().flatten() {
            words.extend(ways_to_name(world.user(user), world.flavour));
        }
    }
    Values::Words(words)
}

fn ways_to_name(user: &User, flavour: Flavour) -> Vec<String> {
    let mut ways = vec![quoted(&user.display), quoted(&user.display.to_lowercase())];
    match flavour {
        Flavour::Cloud => ways.push(quoted(&user.account_id)),
        Flavour::DataCenter => ways.extend([quoted(&user.name), quoted(&user.key)]),
    }
    ways
}

fn own_keys(issues: &[&Issue]) -> Values {
    let mut words = Vec::new();
    for issue in issues {
        words.extend([
            issue.key.to_string(),
            quoted(&issue.key.to_lowercase()),
            issue.id.to_string(),
        ]);
    }
    Values::Words(words)
}

fn parents(world: &World, issues: &[&Issue]) -> Values {
    let mut words = Vec::new();
    let parents = issues.iter().filter_map(|issue| issue.parent.as_ref()?.local());
    for parent in parents.map(|idx| world.issue(idx)) {
        words.extend([
            parent.key.to_string(),
            quoted(&parent.key.to_lowercase()),
            parent.id.to_string(),
        ]);
    }
    words.extend(issues.iter().take(5).map(|issue| issue.key.to_string()));
    Values::Words(words)
}

fn custom(world: &World, issues: &[&Issue], words: &[String]) -> Vec<Field> {
    let all = world.fields.iter();
    let custom = all.filter_map(|field| Some((field, field.custom?)));
    let known = custom.filter(|(field, _)| field.kind != FieldKind::Rank && field.searchable);
    known
        .map(|(field, number)| {
            let (families, values, sorts) = match field.kind {
                FieldKind::Number => ("EIO", Values::Words(names(&["0", "1", "3", "5", "\"8\"", "2.5"])), true),
                FieldKind::Date => ("EIO", Values::Days, true),
                FieldKind::DateTime => ("EIO", Values::Instants, true),
                FieldKind::User | FieldKind::Users => ("EI", people(world, issues), field.kind == FieldKind::User),
                FieldKind::EpicLink => ("EI", parents(world, issues), true),
                FieldKind::Sprint => {
                    let sprints = world.sprints.iter().map(|sprint| (sprint.id, &*sprint.name));
                    ("EI", entities(sprints), false)
                }
                FieldKind::Labels => (
                    "EI",
                    Values::Words(names(&["checkout", "flaky", "tech-debt", "\"NO such\""])),
                    false,
                ),
                FieldKind::Text | FieldKind::EpicName => ("IT", Values::Text(words.to_vec()), true),
                FieldKind::RichText => ("IT", Values::Text(words.to_vec()), false),
                FieldKind::Url => ("EI", Values::Words(names(&["\"https://wiki.example.com\""])), false),
                _ => {
                    let options = field
                        .options
                        .iter()
                        .flat_map(|one| std::iter::once(one).chain(&one.children));
                    (
                        "EI",
                        entities(options.map(|option| (option.id, option.value.as_str()))),
                        false,
                    )
                }
            };
            Field {
                names: vec![
                    quoted(&field.name),
                    quoted(&field.name.to_lowercase()),
                    format!("cf[{number}]"),
                ],
                families,
                wrong: wrong(&values, &field.name),
                values,
                sorts,
                rare: field.kind == FieldKind::Url,
            }
        })
        .collect()
}

/// Dates in every way of writing, many of them on the very minute of something.
fn dates(issues: &[&Issue], now: Timestamp, zone: &TimeZone) -> Vec<String> {
    let mut all: Vec<String> = names(&[
        "0",
        "-90",
        "\"-90\"",
        "\"90\"",
        "-1d",
        "1d",
        "-2h",
        "\"+3d\"",
        "\"-4w 2d\"",
        "\"1w 12h 30m\"",
        "-1w",
        "\"- 1d\"",
        "now()",
        "Now()",
        "2026-10-25",
        "\"2026-10-25 02:30\"",
        "2026-03-29",
        "\"2026/11/01\"",
        "\"2026/11/1 1:05\"",
    ]);
    for name in ["Day", "Week", "Month", "Year"] {
        for edge in ["startOf", "endOf"] {
            all.push(format!("{edge}{name}()"));
            let steps = [
                "-1", "1", "\"+2\"", "-3", "\"-1d\"", "14d", "\"-2w\"", "-1M", "\"+1M\"", "-1y", "\"-36h\"", "90m", "0",
            ];
            all.extend(steps.map(|step| format!("{edge}{name}({step})")));
        }
    }
    let mut dice = Dice::new(1);
    for issue in issues {
        let at = *dice.pick(&[issue.created, issue.updated, issue.resolved.unwrap_or(now)]);
        let there = at.to_zoned(zone.clone());
        let ways = [
            there.strftime("\"%Y-%m-%d %H:%M\"").to_string(),
            there.strftime("\"%Y/%m/%d %H:%M\"").to_string(),
            there.strftime("%Y-%m-%d").to_string(),
            at.as_millisecond().to_string(),
        ];
        all.push(dice.pick(&ways).clone());
        all.extend(issue.due.map(|day| day.to_string()));
    }
    all
}
