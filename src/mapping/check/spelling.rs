//! What is wrong with a mapping wherever it leads: nobody has to be asked to tell it.

use super::{FlawLevel, settings};
use crate::{
    config::{MappingConfig, Rule},
    mapping::given::recipe,
};

/// Keys within the mapping, and what is wrong there: settings that contradict each other, and expressions,
/// templates and rules that cannot be read.
#[must_use]
pub fn misspelt(mapping: &MappingConfig) -> Vec<(String, String)> {
    let wrong = settings(mapping)
        .into_iter()
        .filter(|flaw| flaw.level == FlawLevel::Error);
    let mut found: Vec<(String, String)> = wrong.map(|flaw| (flaw.field, flaw.reason)).collect();
    rules("fields", &mapping.fields, &mut found);
    for (state, rule) in &mapping.states {
        rules(&format!("states.{}.fields", state.word()), &rule.fields, &mut found);
    }
    found
}

fn rules(place: &str, rules: &[(String, Rule)], found: &mut Vec<(String, String)>) {
    let flaws = rules
        .iter()
        .filter_map(|(field, rule)| Some((field, recipe(rule).err()?)));
    found.extend(flaws.map(|(field, reason)| (format!("{place}.{field}"), reason)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Create, ProjectChoice, StateRule},
        domain::FindingState,
    };

    #[test]
    fn what_no_site_could_mend_is_told_with_its_place() {
        let mut mapping = MappingConfig::new("m", crate::domain::Alias::from("acme"), ProjectChoice::Ask, "Bug");
        mapping.create = Create::Auto;
        mapping.matching.expression = Some("titel ~ xss".into());
        let template = |text: &str| Rule::Template(text.to_owned());
        mapping.fields = vec![
            ("summary".into(), template("{{titel | truncate: 5}}")),
            ("description".into(), template("{{body}}")),
            ("assignee".into(), Rule::Finding("asignee".into())),
        ];
        let fields = vec![("resolution".into(), template("{{resolution"))];
        let status = "Done".to_owned();
        mapping.states = vec![(FindingState::Closed, StateRule { status, fields })];
        let told: Vec<String> = misspelt(&mapping)
            .into_iter()
            .map(|(key, reason)| format!("{key}: {reason}"))
            .collect();
        insta::assert_snapshot!(told.join("\n"), @"
        project: issues cannot be made by themselves when the project is asked for every time
        match.where: character 1: findings have no field titel; did you mean title?
        fields.summary: character 3: there is no variable titel; did you mean title?
        fields.assignee: character 1: there is no variable asignee; did you mean assignee?
        states.closed.fields.resolution: character 1: {{ is not closed by }}
        ");
    }
}
