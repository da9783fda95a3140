//! The screens of the projects in which security work is done, set up after the issues were there.
//!
//! Must never be in here: issues; these screens change no value.

use super::{
    super::model::{CustomValue, FieldIdx, Flavour, ProjectIdx, ScreenField, WorkflowIdx, World},
    fields,
};

/// The projects whose screens have the fields of the security process: the security team's own, and one that
/// works for it.
fn projects(flavour: Flavour) -> [&'static str; 2] {
    match flavour {
        Flavour::Cloud => ["SEC", "OPS"],
        Flavour::DataCenter => ["FW", "SUP"],
    }
}

/// Adds the late fields, and puts them on the screens where they belong.
pub(super) fn set_up(world: &mut World) {
    let first = world.fields.len();
    world.fields.extend(fields::late(world.flavour));
    let late: Vec<FieldIdx> = (first..world.fields.len()).map(FieldIdx::of).collect();
    let [own, other] = projects(world.flavour).map(|key| world.project_by_ref(key));
    for project in (0..world.projects.len()).map(ProjectIdx::of) {
        let has_them = own == Some(project) || other == Some(project);
        for field in late.iter().filter(|_| !has_them) {
            world.screens.show(project, *field, false);
        }
    }
    let named = |name: &str| late.iter().copied().find(|idx| world.field(*idx).name == name);
    let [tier, exposure, group, remediation, until] = [
        "Tier",
        "Exposure",
        "Responsible group",
        "Remediation",
        "Risk accepted until",
    ]
    .map(named);
    let internal = exposure
        .and_then(|idx| {
            world
                .field(idx)
                .options
                .iter()
                .find(|option| option.value == "Internal")
        })
        .map(|option| CustomValue::Option(option.id));
    for (project, field, default) in [(own, tier, None), (own, exposure, internal), (other, group, None)] {
        if let (Some(project), Some(field)) = (project, field) {
            world.screens.require(project, field, default);
        }
    }
    if let (Some(project), Some(remediation), Some(until)) = (own, remediation, until) {
        ask_on_closing(world, project, remediation, until);
    }
}

/// The security team's workflow is the common one, but closing it asks for more.
fn ask_on_closing(world: &mut World, project: ProjectIdx, remediation: FieldIdx, until: FieldIdx) {
    let common = world.project(project).types.first().map(|(_, flow)| *flow);
    let Some(mut workflow) = common.and_then(|flow| world.workflows.get(flow.at()).cloned()) else {
        return;
    };
    "Security workflow".clone_into(&mut workflow.name);
    world.workflows.push(workflow);
    let own = WorkflowIdx::of(world.workflows.len() - 1);
    if let Some(project) = world.projects.get_mut(project.at()) {
        for (_, flow) in &mut project.types {
            *flow = own;
        }
    }
    let Some(resolution) = world.field_by_id("resolution") else {
        return;
    };
    let shown = |field, required| ScreenField {
        field,
        required,
        default: None,
    };
    let done = vec![shown(resolution, true), shown(remediation, true)];
    let rejected = vec![shown(resolution, true), shown(until, false)];
    for (id, fields) in [(31, done), (91, rejected), (41, vec![shown(until, false)])] {
        world.screens.ask(own, id, fields);
    }
}
