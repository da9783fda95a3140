//! Reports as JSON:API, with what relations lead to inside them.
//!
//! Must never be in here: which reports are asked for.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::model::{Activity, Actor, Assignee, Bounty, Desk, File, Report, Severity, is_closed};

/// `2026-11-20T09:30:00.000Z`
pub(super) fn time(at: Timestamp) -> Value {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into()
}

fn maybe(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, time)
}

/// Accounts and programs are older than everything else.
const LONG_AGO: &str = "2019-05-29T20:12:03.091Z";

impl Desk {
    /// A report; the whole of it also tells what happened to it and which files came with it.
    pub(super) fn report_json(&self, report: &Report, whole: bool, now: Timestamp) -> Value {
        let mut relationships = json!({
            "reporter": {"data": self.reporter_json(report.reporter)},
            "program": {"data": self.program_json(report.program)},
            "bounties": {"data": report.bounties.iter().map(bounty).collect::<Vec<_>>()},
            "custom_field_values": {"data": report.custom.iter().map(custom).collect::<Vec<_>>()},
        });
        match report.assignee {
            Assignee::Nobody => {}
            Assignee::Person(who) => relationships["assignee"] = json!({"data": self.person_json(who)}),
            Assignee::Group(which) => relationships["assignee"] = json!({"data": self.group_json(which)}),
        }
        if let Some(rated) = &report.severity {
            relationships["severity"] = json!({"data": severity(rated)});
        }
        if let Some(weakness) = report.weakness {
            relationships["weakness"] = json!({"data": {
                "id": weakness.cwe.to_string(), "type": "weakness",
                "attributes": {
                    "name": weakness.name, "description": format!("What {} is about.", weakness.name),
                    "external_id": format!("cwe-{}", weakness.cwe), "created_at": LONG_AGO,
                },
            }});
        }
        if let Some(name) = report.asset {
            relationships["structured_scope"] = json!({"data": asset(name)});
        }
        if whole {
            let newest_first = report.activities.iter().rev();
            let activities: Vec<Value> = newest_first
                .map(|activity| self.activity_json(report, activity, now))
                .collect();
            let files: Vec<Value> = report.files.iter().map(|one| file(one, now)).collect();
            relationships["activities"] = json!({"data": activities});
            relationships["attachments"] = json!({"data": files});
            relationships["swag"] = json!({"data": report.swag.map(|at| self.swag(report, at)).as_slice()});
            relationships["vulnerability_types"] = json!({"data": []});
            relationships["summaries"] = json!({"data": []});
        }
        json!({
            "id": report.id.to_string(), "type": "report",
            "attributes": self.attributes(report), "relationships": relationships,
        })
    }

    fn attributes(&self, report: &Report) -> Value {
        let by_reporter = |activity: &&Activity| activity.actor == Actor::Person(report.reporter);
        let by_program = |activity: &&Activity| !by_reporter(activity);
        let last_of = |is_it: &dyn Fn(&&Activity) -> bool| {
            let mut newest = report.activities.iter().rev();
            newest.find(|activity| is_it(activity)).map(|activity| activity.at)
        };
        let first = report.activities.iter().find(by_program).map(|activity| activity.at);
        let mut json = json!({
            "title": report.title,
            "state": report.state,
            "main_state": if is_closed(report.state) { "closed" } else { "open" },
            "created_at": time(report.created),
            "submitted_at": time(report.created),
            "vulnerability_information": report.body,
            "triaged_at": maybe(report.triaged),
            "closed_at": maybe(report.closed),
            "last_reporter_activity_at": maybe(last_of(&by_reporter)),
            "first_program_activity_at": maybe(first),
            "last_program_activity_at": maybe(last_of(&by_program)),
            "last_public_activity_at": maybe(last_of(&|activity: &&Activity| !activity.internal)),
            "bounty_awarded_at": maybe(report.awarded),
            "swag_awarded_at": maybe(report.swag),
            "disclosed_at": maybe(report.disclosed),
            "last_activity_at": time(report.touched()),
            "cve_ids": report.cves,
            "source": null,
            "reporter_agreed_on_going_public_at": null,
        });
        // Absent, not null, for reports without one.
        if let Some(reference) = &report.reference {
            json["issue_tracker_reference_id"] = reference.as_str().into();
            json["issue_tracker_reference_url"] = self.reference_url(reference);
        }
        json
    }

    /// A parcel that is on its way, and to whom.
    fn swag(&self, report: &Report, at: Timestamp) -> Value {
        json!({
            "id": (report.id % 10_000).to_string(), "type": "swag",
            "attributes": {"sent": false, "created_at": time(at)},
            "relationships": {
                "user": {"data": self.person_json(report.reporter)},
                "address": {"data": {"id": "1", "type": "address", "attributes": {
                    "name": "A. Reporter", "street": "1 Example Street", "city": "Exampleton", "postal_code": "00000",
                    "country": "Nowhere", "phone_number": "+1 555 0100", "tshirt_size": "M",
                }}},
            },
        })
    }

    /// Something that happened.
    pub(super) fn activity_json(&self, report: &Report, activity: &Activity, now: Timestamp) -> Value {
        let actor = match activity.actor {
            Actor::Person(who) => self.person_json(who),
            Actor::Program => self.program_json(report.program),
        };
        let mut attributes = json!({
            "report_id": report.id.to_string(),
            "message": activity.message, "internal": activity.internal,
            "created_at": time(activity.at), "updated_at": time(activity.at),
        });
        for (name, value) in &activity.more {
            attributes[name.as_str()] = value.clone();
        }
        let mut relationships = json!({"actor": {"data": actor}});
        for (name, value) in &activity.related {
            relationships[name.as_str()] = value.clone();
        }
        if !activity.files.is_empty() {
            let files: Vec<Value> = activity.files.iter().map(|one| file(one, now)).collect();
            relationships["attachments"] = json!({"data": files});
        }
        json!({
            "type": format!("activity-{}", activity.kind), "id": activity.id.to_string(),
            "attributes": attributes, "relationships": relationships,
        })
    }

    /// Somebody with an account.
    pub(super) fn person_json(&self, who: usize) -> Value {
        let Some(person) = self.people.get(who) else {
            return Value::Null;
        };
        let picture = "/assets/avatars/default.png";
        json!({
            "id": person.id.to_string(), "type": "user",
            "attributes": {
                "username": person.username, "name": person.name, "disabled": false, "created_at": LONG_AGO,
                "profile_picture": {"62x62": picture, "82x82": picture, "110x110": picture, "260x260": picture},
            },
        })
    }

    /// A reporter, with what is known of their work.
    fn reporter_json(&self, who: usize) -> Value {
        let mut json = self.person_json(who);
        let known = i64::try_from(who).unwrap_or(0);
        json["attributes"]["reputation"] = (40 + known * 37 % 900).into();
        json["attributes"]["signal"] = json!(2.4545);
        json["attributes"]["impact"] = json!(18.3333);
        json
    }

    /// A group.
    pub(super) fn group_json(&self, which: usize) -> Value {
        self.groups.get(which).map_or(Value::Null, |group| {
            json!({
                "id": group.id.to_string(), "type": "group",
                "attributes": {
                    "name": group.name, "created_at": LONG_AGO, "permissions": ["report_management", "reward_management"],
                },
            })
        })
    }

    /// A program.
    pub(super) fn program_json(&self, which: usize) -> Value {
        self.programs.get(which).map_or(Value::Null, |program| {
            json!({
                "id": program.id.to_string(), "type": "program",
                "attributes": {
                    "handle": program.handle, "name": program.name, "created_at": LONG_AGO, "updated_at": LONG_AGO,
                },
            })
        })
    }
}

/// A rating; HackerOne takes the vector of CVSS apart.
pub(super) fn severity(rated: &Severity) -> Value {
    let mut attributes = json!({
        "rating": rated.rating, "author_type": if rated.by_team { "Team" } else { "User" },
        "user_id": 983_615, "created_at": time(rated.at),
    });
    if let Some(score) = rated.score {
        let impact = match rated.rating {
            "critical" | "high" => ("high", "H"),
            "medium" | "low" => ("low", "L"),
            _ => ("none", "N"),
        };
        attributes["score"] = json!(score);
        for (name, value) in [
            ("attack_vector", "network"),
            ("attack_complexity", "low"),
            ("privileges_required", "none"),
            ("user_interaction", "none"),
            ("scope", "unchanged"),
            ("confidentiality", impact.0),
            ("integrity", impact.0),
            ("availability", "none"),
        ] {
            attributes[name] = value.into();
        }
        let vector = format!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:{0}/I:{0}/A:N", impact.1);
        attributes["cvss_vector_string"] = vector.into();
    }
    json!({"id": rated.id.to_string(), "type": "severity", "attributes": attributes})
}

fn asset(name: &str) -> Value {
    let id = name
        .bytes()
        .fold(57_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
        % 90_000;
    json!({
        "id": id.to_string(), "type": "structured-scope",
        "attributes": {
            "asset_identifier": name, "asset_type": if name.contains('.') { "URL" } else { "HARDWARE" },
            "confidentiality_requirement": "high", "integrity_requirement": "high", "availability_requirement": "medium",
            "max_severity": "critical", "created_at": LONG_AGO, "updated_at": LONG_AGO, "instruction": null,
            "eligible_for_bounty": true, "eligible_for_submission": true, "reference": null,
        },
    })
}

fn bounty(bounty: &Bounty) -> Value {
    json!({
        "id": bounty.id.to_string(), "type": "bounty",
        "attributes": {
            "amount": format!("{}.00", bounty.amount), "bonus_amount": format!("{}.00", bounty.bonus),
            "awarded_amount": format!("{}.00", bounty.amount), "awarded_bonus_amount": format!("{}.00", bounty.bonus),
            "awarded_currency": "USD", "created_at": time(bounty.at),
        },
    })
}

/// The address expires within the hour, so it differs from one request to the next.
fn file(file: &File, now: Timestamp) -> Value {
    json!({
        "id": file.id.to_string(), "type": "attachment",
        "attributes": {
            "expiring_url": format!("https://files.example.com/{}?expires={}", file.id, now.as_second() + 3600),
            "created_at": time(file.at), "file_name": file.name, "content_type": file.kind, "file_size": file.size,
        },
    })
}

fn custom((name, value): &(&'static str, String)) -> Value {
    json!({
        "id": name.len().to_string(), "type": "custom-field-value",
        "attributes": {"value": value, "created_at": LONG_AGO, "updated_at": LONG_AGO},
        "relationships": {"custom_field_attribute": {"data": {
            "id": name.len().to_string(), "type": "custom-field-attribute",
            "attributes": {"label": name, "field_type": "text", "internal": true, "required": false},
        }}},
    })
}
