//! What the list of findings shows instead of findings: how to begin, loading, no match, failed.

use crate::app::faces::{Face, centred, failed};
use crate::app::model::Model;
use crate::app::role::{Line, Role};
use crate::text::{clean_line, thousands};

/// What goes into a config to have findings; `y` copies it.
pub(crate) fn sample_config() -> &'static str {
    "[[source]]\n\
     name = \"scans\"\n\
     type = \"sarif\"                 # or \"junit\", \"hackerone\", \"github\"\n\
     paths = [\"scans/*.sarif\"]\n"
}

/// The face in force, if the list has nothing to show.
pub(crate) fn face(model: &Model) -> Option<Face> {
    let findings = &model.findings;
    if findings.list.len() > 0 {
        return None;
    }
    if let Some(problem) = findings.list.problem() {
        return Some(failed("The findings could not be read.", problem));
    }
    if !findings.list.is_answered() {
        return Some(centred("Reading the findings …", &[]));
    }
    if findings.teaches() {
        return Some(begin(model));
    }
    Some(empty(model))
}

fn empty(model: &Model) -> Face {
    let findings = &model.findings;
    let all = findings.list.all();
    if all == 0 {
        let names: Vec<String> = findings.sources.names();
        let names: Vec<_> = names.iter().map(|name| clean_line(name).into_owned()).collect();
        return centred(
            "No finding yet.",
            &[&format!("{} · r reads every source now", names.join(", "))],
        );
    }
    let count = match all {
        1 => "1 finding".to_owned(),
        all => format!("{} findings", thousands(all as u64)),
    };
    let without = format!("{count} in all · is:any shows closed ones too");
    if !findings.filter.is_empty() {
        let text = format!("No finding matches {}", clean_line(&findings.filter));
        return centred(&text, &[&without, "/ edits the filter · esc clears it"]);
    }
    if let Some(tag) = &findings.tag {
        let text = format!("No open finding has the tag {}.", clean_line(tag));
        return centred(&text, &[&without, "# picks another · esc clears the tag"]);
    }
    centred(
        "No finding is open.",
        &[&without, "/ filters · r reads every source now"],
    )
}

fn begin(model: &Model) -> Face {
    let mut lines = vec![
        Line::default().bold(
            "Findings are what your issues come from: reports, scanner results, failed tests, pull requests.",
            Role::Text,
        ),
        Line::default(),
        Line::of("Look around first:  ", Role::Text).with("crosstie demo", Role::Code),
        Line::of(
            format!("Say where they come from, in {}:", clean_line(&model.config_path)),
            Role::Text,
        ),
        Line::default(),
    ];
    lines.extend(sample_config().lines().map(|line| Line::of(line, Role::Code)));
    lines.push(Line::default());
    lines.push(
        Line::of("y", Role::Key)
            .with(" copies it · then: ", Role::Muted)
            .with("crosstie finding import", Role::Code),
    );
    lines
}
