//! Lists of reports: filters, order, pages with links to the others.
//!
//! Must never be in here: the JSON of a report.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    model::{Desk, Report},
    refusal::{forbidden, invalid},
};
use crate::sandbox::server::message::{Reply, Request};

/// Reports a page unless told otherwise, and at most.
const PAGE: (usize, usize) = (25, 100);

/// What a list is asked for.
struct Asked {
    /// Name of the filter and its values.
    filters: Vec<(String, Vec<String>)>,
    number: usize,
    size: usize,
    /// Names of times, each with whether the latest comes first.
    sort: Vec<(String, bool)>,
}

/// `GET reports`
pub(super) fn reports(desk: &Desk, request: &Request, origin: &str) -> Result<Reply, Reply> {
    let asked = Asked::read(request)?;
    let programs = asked.programs(desk)?;
    let mut found: Vec<&Report> = Vec::new();
    for report in desk.reports.iter().filter(|report| programs.contains(&report.program)) {
        if asked.fits(report)? {
            found.push(report);
        }
    }
    for (name, latest_first) in asked.sort.iter().rev() {
        found.sort_by_key(|report| instant(report, name).unwrap_or_default());
        if *latest_first {
            found.reverse();
        }
    }
    let start = (asked.number - 1).saturating_mul(asked.size).min(found.len());
    let end = start.saturating_add(asked.size).min(found.len());
    let mut page: Vec<&Report> = found[start..end].to_vec();
    if desk.untidy {
        // What moved to the end while the list was read comes twice, and nothing is in order.
        page.extend(start.checked_sub(1).map(|at| found[at]));
        page.reverse();
    }
    let data: Vec<Value> = page
        .iter()
        .map(|report| desk.report_json(report, false, request.at))
        .collect();
    let links = links(request, origin, &asked, found.len());
    Ok(Reply::json(StatusCode::OK, &json!({"data": data, "links": links})))
}

/// `GET incremental/activities`: oldest change first.
pub(super) fn activities(desk: &Desk, request: &Request) -> Result<Reply, Reply> {
    let handle = request.param("handle").ok_or_else(|| invalid("handle"))?;
    let program = desk.programs.iter().position(|program| program.handle == handle);
    let program = program.ok_or_else(forbidden)?;
    let after = match request.param("updated_at_after") {
        Some(text) => Some(instant_of(text).ok_or_else(|| invalid("updated_at_after"))?),
        None => None,
    };
    let most = match request.param("first") {
        Some(text) => text.parse().ok().filter(|most| (1..=PAGE.1).contains(most)),
        None => Some(PAGE.0),
    };
    let most = most.ok_or_else(|| invalid("first"))?;
    let own = desk.reports.iter().filter(|report| report.program == program);
    let mut all: Vec<_> = own
        .flat_map(|report| report.activities.iter().map(move |activity| (report, activity)))
        .filter(|(_, activity)| after.is_none_or(|after| activity.at > after))
        .collect();
    all.sort_by_key(|(_, activity)| (activity.at, activity.id));
    // Changes of one instant stay together: the next look begins after it.
    let mut end = most.min(all.len());
    while end > 0 && end < all.len() && all[end].1.at == all[end - 1].1.at {
        end += 1;
    }
    all.truncate(end);
    let until = all.last().map(|(_, activity)| super::wire::time(activity.at));
    let data: Vec<Value> = all
        .iter()
        .map(|(report, activity)| desk.activity_json(report, activity, request.at))
        .collect();
    Ok(Reply::json(
        StatusCode::OK,
        &json!({"data": data, "meta": {"max_updated_at": until}}),
    ))
}

impl Asked {
    fn read(request: &Request) -> Result<Self, Reply> {
        let mut asked = Self {
            filters: Vec::new(),
            number: 1,
            size: PAGE.0,
            sort: vec![("created_at".to_owned(), true)],
        };
        for (name, value) in &request.query {
            match name.as_str() {
                "page[number]" => asked.number = value.parse().ok().filter(|n| *n > 0).ok_or_else(|| invalid(name))?,
                "page[size]" => {
                    let size = value.parse().ok().filter(|size| (1..=PAGE.1).contains(size));
                    asked.size = size.ok_or_else(|| invalid(name))?;
                }
                "sort" => asked.sort = sort(value)?,
                _ => asked.filter(name, value)?,
            }
        }
        Ok(asked)
    }

    /// `filter[state][]` and `filter[state][0]` add to the same list.
    fn filter(&mut self, parameter: &str, value: &str) -> Result<(), Reply> {
        let inner = parameter.strip_prefix("filter[").ok_or_else(|| invalid(parameter))?;
        let (name, _) = inner.split_once(']').ok_or_else(|| invalid(parameter))?;
        match self.filters.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.to_owned()),
            None => self.filters.push((name.to_owned(), vec![value.to_owned()])),
        }
        Ok(())
    }

    /// The programs that are asked about; one of the two ways to say so is required.
    fn programs(&self, desk: &Desk) -> Result<Vec<usize>, Reply> {
        let mut programs = Vec::new();
        for (name, values) in &self.filters {
            for value in values {
                let found = match name.as_str() {
                    "program" => desk.programs.iter().position(|program| program.handle == value),
                    "inbox_ids" => desk
                        .programs
                        .iter()
                        .position(|program| program.inbox.to_string() == *value),
                    _ => continue,
                };
                programs.push(found.ok_or_else(forbidden)?);
            }
        }
        if programs.is_empty() {
            return Err(invalid("filter[program]"));
        }
        Ok(programs)
    }

    fn fits(&self, report: &Report) -> Result<bool, Reply> {
        for (name, values) in &self.filters {
            let has = |own: Option<&str>| own.is_some_and(|own| values.iter().any(|value| value == own));
            let fits = match name.as_str() {
                "program" | "inbox_ids" => true,
                "state" => has(Some(report.state)),
                "severity" => has(report.severity.as_ref().map(|severity| severity.rating)),
                "issue_tracker_reference_id" => has(report.reference.as_deref()),
                "id" => has(Some(&report.id.to_string())),
                _ => times_fit(report, name, values)?,
            };
            if !fits {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// `created_at__gt` and the like.
fn times_fit(report: &Report, filter: &str, values: &[String]) -> Result<bool, Reply> {
    let wrong = || invalid(&format!("filter[{filter}]"));
    let (name, side) = filter.rsplit_once("__").ok_or_else(wrong)?;
    if !TIMES.contains(&name) {
        return Err(wrong());
    }
    let limit = values.first().and_then(|value| instant_of(value)).ok_or_else(wrong)?;
    let own = instant(report, name);
    match side {
        "gt" => Ok(own.is_some_and(|own| own > limit)),
        "lt" => Ok(own.is_some_and(|own| own < limit)),
        _ => Err(wrong()),
    }
}

const TIMES: [&str; 7] = [
    "created_at",
    "submitted_at",
    "triaged_at",
    "closed_at",
    "last_activity_at",
    "bounty_awarded_at",
    "disclosed_at",
];

fn instant(report: &Report, name: &str) -> Option<Timestamp> {
    match name {
        "created_at" | "submitted_at" => Some(report.created),
        "triaged_at" => report.triaged,
        "closed_at" => report.closed,
        "last_activity_at" => Some(report.touched()),
        "bounty_awarded_at" => report.awarded,
        "disclosed_at" => report.disclosed,
        _ => None,
    }
}

fn instant_of(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// `reports.last_activity_at`, `-reports.created_at`
fn sort(text: &str) -> Result<Vec<(String, bool)>, Reply> {
    let one = |part: &str| {
        let (latest_first, name) = part.strip_prefix('-').map_or((false, part), |name| (true, name));
        let name = name.strip_prefix("reports.").unwrap_or(name);
        TIMES.contains(&name).then(|| (name.to_owned(), latest_first))
    };
    text.split(',')
        .map(one)
        .collect::<Option<_>>()
        .ok_or_else(|| invalid("sort"))
}

/// Addresses of this page and of those around it; none if there is only one.
fn links(request: &Request, origin: &str, asked: &Asked, total: usize) -> Value {
    let last = total.div_ceil(asked.size).max(1);
    let mut links = Map::new();
    if last == 1 {
        return Value::Object(links);
    }
    let to = |number: usize| -> Value {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in request.query.iter().filter(|(name, _)| name != "page[number]") {
            query.append_pair(name, value);
        }
        query.append_pair("page[number]", &number.to_string());
        format!("{origin}{}?{}", request.path, query.finish()).into()
    };
    links.insert("self".to_owned(), to(asked.number));
    links.insert("last".to_owned(), to(last));
    if asked.number > 1 {
        links.insert("first".to_owned(), to(1));
        links.insert("prev".to_owned(), to(asked.number - 1));
    }
    if asked.number < last {
        links.insert("next".to_owned(), to(asked.number + 1));
    }
    Value::Object(links)
}
