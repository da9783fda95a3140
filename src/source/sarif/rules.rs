//! The rules of a run: those of its driver, those of its extensions, and what was set for them.

use std::collections::HashMap;

use super::model::{Component, Configuration, Found, Invocation, Reference, Rule, Run, Text};

/// All rules of a tool, found by reference or by id.
pub(super) struct Rules<'a> {
    driver: Option<&'a Component>,
    extensions: &'a [Component],
    by_id: HashMap<&'a str, &'a Rule>,
    invocations: &'a [Invocation],
}

impl<'a> Rules<'a> {
    pub(super) fn of(run: &'a Run<'_>) -> Self {
        let tool = run.tool.get();
        let driver = tool.and_then(|tool| tool.driver.get());
        let extensions = tool.map(|tool| tool.extensions.all()).unwrap_or_default();
        let mut by_id = HashMap::new();
        for rule in driver
            .into_iter()
            .chain(extensions)
            .flat_map(|component| component.rules.all())
        {
            if let Some(id) = rule.id.text() {
                by_id.entry(id).or_insert(rule);
            }
        }
        Self {
            driver,
            extensions,
            by_id,
            invocations: run.invocations.all(),
        }
    }

    /// The rule of a result. An index that leads to another rule than the one named is not believed.
    pub(super) fn rule(&self, found: &Found) -> Option<&'a Rule> {
        let reference = found.rule.get();
        let id = found.rule_id.text().or_else(|| reference?.id.text());
        let index = reference
            .and_then(|reference| reference.index.get())
            .or(found.rule_index.get());
        self.find(id, index.copied(), reference)
    }

    fn find(&self, id: Option<&str>, index: Option<i64>, reference: Option<&Reference>) -> Option<&'a Rule> {
        let component = self.component(reference);
        let indexed = component.and_then(|component| component.rules.all().get(usize::try_from(index?).ok()?));
        let guid = reference.and_then(|reference| reference.guid.text());
        let by_guid = || {
            component?
                .rules
                .all()
                .iter()
                .find(|rule| guid.is_some() && rule.guid.text() == guid)
        };
        match id {
            None => indexed.or_else(by_guid),
            Some(id) => indexed
                .filter(|rule| names(id, rule))
                .or_else(|| self.named(id))
                .or_else(by_guid),
        }
    }

    /// How a rule is set where it found a result: by whoever ran the tool, else as it comes.
    pub(super) fn setting<T>(
        &self,
        found: &Found,
        rule: Option<&'a Rule>,
        of: impl Fn(&'a Configuration) -> Option<T>,
    ) -> Option<T> {
        let rule = rule?;
        let told = found
            .provenance
            .get()
            .and_then(|provenance| provenance.invocation_index.get());
        let invocation = match (told.and_then(|index| usize::try_from(*index).ok()), self.invocations) {
            (Some(index), all) => all.get(index),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let overrides = invocation.map_or(&[][..], |invocation| invocation.rule_configuration_overrides.all());
        let mut set = overrides.iter().filter(|one| {
            let descriptor = one.descriptor.get();
            let meant =
                descriptor.and_then(|meant| self.find(meant.id.text(), meant.index.get().copied(), Some(meant)));
            meant.is_some_and(|meant| std::ptr::eq(meant, rule))
        });
        set.find_map(|one| of(one.configuration.get()?))
            .or_else(|| of(rule.default_configuration.get()?))
    }

    /// A rule by its id; of `CA1000/1` the first part is the rule.
    fn named(&self, id: &str) -> Option<&'a Rule> {
        let mut id = id;
        loop {
            if let Some(rule) = self.by_id.get(id) {
                return Some(rule);
            }
            id = id.rsplit_once('/')?.0;
        }
    }

    fn component(&self, reference: Option<&Reference>) -> Option<&'a Component> {
        let Some(component) = reference.and_then(|reference| reference.tool_component.get()) else {
            return self.driver;
        };
        if let Some(index) = component.index.get().and_then(|index| usize::try_from(*index).ok()) {
            return self.extensions.get(index);
        }
        let same = |one: &&Component| {
            let guid = component.guid.text();
            let name = component.name.text();
            (guid.is_some() && one.guid.text() == guid) || (guid.is_none() && name.is_some() && one.name.text() == name)
        };
        self.driver.into_iter().chain(self.extensions).find(same)
    }

    /// A message that results refer to by its id.
    pub(super) fn message(&self, rule: Option<&'a Rule>, id: &str) -> Option<&'a Text> {
        let own = rule
            .and_then(|rule| rule.message_strings.get())
            .and_then(|strings| strings.get(id));
        own.or_else(|| {
            let components = self.driver.into_iter().chain(self.extensions);
            components
                .filter_map(|component| component.global_message_strings.get())
                .find_map(|strings| strings.get(id))
        })
    }
}

fn names(id: &str, rule: &Rule) -> bool {
    rule.id
        .text()
        .is_some_and(|known| id == known || id.strip_prefix(known).is_some_and(|rest| rest.starts_with('/')))
}
