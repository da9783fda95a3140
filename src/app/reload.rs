//! A new config while the dashboard runs: what it says is taken over, where the user is stays.
//!
//! Must never be in here: reading the file.

use super::event::{Effect, Tone};
use super::keymap::Keymap;
use super::model::Model;
use super::setup::{Look, Setup};
use super::views;

/// Takes over views, keys and look. A look that the config did not change stays as the user last
/// switched it.
pub(super) fn take(model: &mut Model, before: Look, setup: Setup, out: &mut Vec<Effect>) {
    take_look(model, before, setup.look, out);
    model.keymap = Keymap::new(&setup.keys);
    if let Some(clash) = model.keymap.clashes().first() {
        let text = format!("[keys] {} = \"{}\": {}", clash.action, clash.key, clash.message);
        model.say(Tone::Bad, text);
    }
    views::replace(model, setup.views, setup.implied);
}

fn take_look(model: &mut Model, before: Look, after: Look, out: &mut Vec<Effect>) {
    if (before.theme, before.follows) != (after.theme, after.follows) {
        model.look.theme = after.theme;
        model.look.follows = after.follows;
        out.extend(model.look.asks().then_some(Effect::AskBackground));
    }
    if before.ascii != after.ascii {
        model.look.ascii = after.ascii;
    }
    if before.mouse != after.mouse && model.look.mouse != after.mouse {
        model.look.mouse = after.mouse;
        out.push(Effect::CaptureMouse(after.mouse));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::app::{Event, ThemeName, update};
    use crate::config::Config;
    use crate::domain::{ListPage, Snapshot};

    fn setup(names: &[&str]) -> Setup {
        let mut config = Config::default();
        let mut view = config.views.remove(0);
        config.views = names
            .iter()
            .map(|name| {
                view.name = (*name).to_owned();
                view.jql = format!("labels = {name}");
                view.clone()
            })
            .collect();
        config.jira.default_jql.clone_from(&view.jql);
        Setup::of(&config, String::new())
    }

    fn model(names: &[&str], chosen: usize) -> Model {
        let mut model = Model::new(setup(names), Some(ListPage::default()), Snapshot::default());
        model.home.views.chosen = chosen;
        model
    }

    fn reload(model: &mut Model, before: Look, setup: Setup) -> Vec<Effect> {
        let setup = Box::new(setup);
        update(model, Event::Config { before, setup })
    }

    #[test]
    fn the_chosen_view_stays_chosen() {
        for (after, expected) in [
            (["a", "b", "c"].as_slice(), "b"),
            (&["new", "c", "b", "a"], "b"),
            (&["a", "c"], "a"),
            (&["a"], "a"),
        ] {
            let mut model = model(&["a", "b", "c"], 1);
            model.home.filter = "pay".to_owned();
            reload(&mut model, Look::default(), setup(after));
            assert_eq!(model.home.views.chosen().unwrap().name, expected, "{after:?}");
            assert_eq!(model.home.filter, "pay");
        }
        let mut model = model(&["a", "b", "c"], 1);
        let mut renamed = setup(&["x", "b", "c"]);
        renamed.views[1].name = "B's new name".to_owned();
        reload(&mut model, Look::default(), renamed);
        assert_eq!(model.home.views.chosen().unwrap().name, "B's new name");
    }

    #[test]
    fn views_are_counted_anew_and_late_counts_are_dropped() {
        let mut model = model(&["a", "b"], 0);
        let asked = |effects: &[Effect]| {
            effects.iter().find_map(|effect| match effect {
                Effect::CountViews(ticket, queries) => Some((*ticket, queries.clone())),
                _ => None,
            })
        };
        let (ticket, _) = asked(&update(&mut model, Event::StoreChanged)).unwrap();
        let effects = reload(&mut model, Look::default(), setup(&["b", "a"]));
        assert_eq!(asked(&effects).unwrap().1, ["labels = b", "labels = a"]);
        update(&mut model, Event::Counted(ticket, vec![Some(1), Some(2)]));
        assert_eq!(model.home.views.items[0].count, None);
    }

    #[test]
    fn only_what_the_config_changed_of_the_look_changes() {
        let mut model = model(&["a"], 0);
        let before = model.look;
        model.look.theme = ThemeName::Contrast;
        let mut after = setup(&["a"]);
        after.look.ascii = true;
        after.look.mouse = !before.mouse;
        let effects = reload(&mut model, before, after.clone());
        assert!(effects.contains(&Effect::CaptureMouse(!before.mouse)));
        assert!(model.look.ascii);
        assert_eq!(model.look.theme, ThemeName::Contrast);
        let before = after.look;
        after.look.theme = ThemeName::Light;
        reload(&mut model, before, after);
        assert_eq!(model.look.theme, ThemeName::Light);
    }

    #[test]
    fn keys_are_taken_over_and_a_clash_is_told() {
        let mut model = model(&["a"], 0);
        let mut after = setup(&["a"]);
        after.keys = BTreeMap::from([("nonsense".to_owned(), "x".to_owned())]);
        reload(&mut model, Look::default(), after);
        assert!(format!("{:?}", model.toasts).contains("nonsense"));
    }

    #[test]
    fn only_auto_follows_the_terminal_and_asks_it_again_when_it_returns() {
        use crate::app::Shade;
        let mut model = model(&["a"], 0);
        let shows = |model: &mut Model, shade| {
            update(model, Event::Background(shade));
            model.look.theme
        };
        assert_eq!(shows(&mut model, Shade::Light), ThemeName::Dark, "a theme is named");
        let mut auto = setup(&["a"]);
        auto.look.follows = true;
        let asked = reload(&mut model, Look::default(), auto.clone());
        assert!(asked.contains(&Effect::AskBackground));
        assert_eq!(shows(&mut model, Shade::Light), ThemeName::Light);
        assert!(update(&mut model, Event::Resumed).contains(&Effect::AskBackground));
        reload(&mut model, auto.look, auto.clone());
        assert_eq!(model.look.theme, ThemeName::Light, "another setting changed");
        assert_eq!(shows(&mut model, Shade::Dark), ThemeName::Dark);
        crate::app::tests::press(&mut model, "T");
        let chosen = model.look.theme;
        assert_eq!(shows(&mut model, Shade::Dark), chosen, "the user's own choice holds");
        reload(&mut model, auto.look, setup(&["a"]));
        model.look.follows = true;
        model.look.no_color = true;
        assert!(!update(&mut model, Event::Resumed).contains(&Effect::AskBackground));
    }

    #[test]
    fn auto_follows_where_there_are_colours_to_choose() {
        let table = [
            ("auto", "xterm-256color", true),
            ("auto", "linux", false),
            ("dark", "xterm-256color", false),
            ("16", "xterm-256color", false),
        ];
        for (setting, term, expected) in table {
            let picked = ThemeName::pick(setting, |name| (name == "TERM").then(|| term.to_owned()));
            assert_eq!(picked.follows(setting), expected, "{setting} {term}");
        }
    }
}
