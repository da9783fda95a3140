//! Sentences out of a project's vocabulary: summaries, descriptions, comments.
//!
//! Must never be in here: hostile text (`sink`), or who writes when (`story`).

use super::{
    super::{
        dice::Dice,
        model::UserIdx,
        richtext::{
            Block, Cell, Inline, Mark, PanelKind, RichText, Task,
            doc::{marked, paragraph, text},
        },
    },
    words::{REMARKS, SUBTASKS, Vocabulary},
};

/// What kind of text an issue gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Genre {
    Epic,
    Story,
    Task,
    Bug,
    Subtask,
}

/// A summary.
pub(crate) fn summary(genre: Genre, words: &Vocabulary, dice: &mut Dice) -> String {
    match genre {
        Genre::Epic => dice.pick(words.epics).to_owned(),
        Genre::Story => story(words, dice),
        Genre::Task => task(words, dice),
        Genre::Bug => bug(words, dice),
        Genre::Subtask => fill(dice.pick(&SUBTASKS), dice.pick(words.things)),
    }
}

fn story(words: &Vocabulary, dice: &mut Dice) -> String {
    let (role, wish) = (dice.pick(words.roles), dice.pick(words.wishes));
    match dice.below(5) {
        0 | 1 => format!("As {} {role} I want to {wish}", article(role)),
        2 => capital(wish),
        3 => format!("{}: {wish}", dice.pick(words.components)),
        _ => format!("{} in the {}", capital(wish), dice.pick(words.things)),
    }
}

fn task(words: &Vocabulary, dice: &mut Dice) -> String {
    let (chore, thing) = (dice.pick(words.chores), dice.pick(words.things));
    match dice.below(6) {
        0 | 1 => chore.to_owned(),
        2 => format!("{chore} ({})", dice.pick(words.components)),
        3 => format!("Find out why the {thing} {}", dice.pick(words.faults)),
        4 => format!("Improve the {thing} {}", dice.pick(words.causes)),
        _ => fill(dice.pick(&SUBTASKS), thing),
    }
}

fn bug(words: &Vocabulary, dice: &mut Dice) -> String {
    let (thing, fault, cause) = (
        dice.pick(words.things),
        dice.pick(words.faults),
        dice.pick(words.causes),
    );
    match dice.below(6) {
        0..=2 => format!("{} {fault} {cause}", capital(thing)),
        3 => format!("{}, the {thing} {fault}", capital(cause)),
        4 => format!("{}: {thing} {fault}", dice.pick(words.components)),
        _ => format!("[{}] {} {fault}", dice.pick(words.labels), capital(thing)),
    }
}

/// A description.
pub(crate) fn description(genre: Genre, words: &Vocabulary, dice: &mut Dice) -> RichText {
    RichText::doc(match genre {
        Genre::Bug => bug_report(words, dice),
        Genre::Story => story_card(words, dice),
        Genre::Epic => epic_brief(words, dice),
        Genre::Task | Genre::Subtask => task_note(words, dice),
    })
}

fn bug_report(words: &Vocabulary, dice: &mut Dice) -> Vec<Block> {
    let (thing, fault, cause) = (
        dice.pick(words.things),
        dice.pick(words.faults),
        dice.pick(words.causes),
    );
    let opening = Block::Paragraph(vec![
        text("The "),
        marked(thing, Mark::Strong),
        text(&format!(
            " {fault} {cause}. First reported by a {} this week.",
            dice.pick(words.roles)
        )),
    ]);
    let mut blocks = vec![opening, heading(3, "Steps to reproduce")];
    let steps = [
        format!("Open the {} as a {}.", dice.pick(words.things), dice.pick(words.roles)),
        format!("Try to {}.", dice.pick(words.wishes)),
        format!("Wait until the {thing} answers."),
    ];
    blocks.push(Block::Numbers(
        1,
        steps.iter().map(|step| vec![paragraph(step)]).collect(),
    ));
    blocks.push(Block::Paragraph(vec![
        marked("Expected: ", Mark::Strong),
        text(&format!("one can {}.", dice.pick(words.wishes))),
        Inline::Break,
        marked("Actual: ", Mark::Strong),
        text(&format!("it {fault}.")),
    ]));
    if dice.chance(70) {
        blocks.push(code(None, dice.pick(words.logs)));
    }
    if dice.chance(25) {
        let words = format!("Workaround: restart the {} and try again.", dice.pick(words.things));
        blocks.push(Block::Panel(
            dice.pick(&[PanelKind::Warning, PanelKind::Info, PanelKind::Note]),
            vec![paragraph(&words)],
        ));
    }
    if dice.chance(20) {
        blocks.push(table(words, dice));
    }
    blocks
}

fn story_card(words: &Vocabulary, dice: &mut Dice) -> Vec<Block> {
    let (role, wish) = (dice.pick(words.roles), dice.pick(words.wishes));
    let mut blocks = vec![
        Block::Paragraph(vec![
            // Wiki markup knows no mark that ends with a space.
            marked("As", Mark::Em),
            text(&format!(" {} {role}, ", article(role))),
            marked("I want to", Mark::Em),
            text(&format!(" {wish}, ")),
            marked("so that", Mark::Em),
            text(&format!(
                " nobody has to ask about the {} any more.",
                dice.pick(words.things)
            )),
        ]),
        heading(2, "Acceptance criteria"),
    ];
    let criteria = [
        format!("The {} works {}.", dice.pick(words.things), dice.pick(words.causes)),
        format!("The {} can undo it.", dice.pick(words.roles)),
        format!("The {} is not affected.", dice.pick(words.things)),
        "Texts are translated.".to_owned(),
    ];
    blocks.push(if dice.chance(50) {
        let task = |line: &String| Task {
            done: dice.chance(30),
            text: vec![text(line)],
            blocks: Vec::new(),
        };
        Block::Tasks(criteria.iter().map(task).collect())
    } else {
        Block::Bullets(criteria.iter().map(|line| vec![paragraph(line)]).collect())
    });
    if dice.chance(30) {
        blocks.push(Block::Paragraph(vec![
            text("Design: "),
            marked(
                "mock-ups",
                Mark::Link(format!(
                    "https://design.example.com/{}/{}",
                    words.version,
                    dice.below(900) + 100
                )),
            ),
        ]));
    }
    if dice.chance(15) {
        let title = "Out of scope".to_owned();
        blocks.push(Block::Expand {
            title,
            blocks: vec![paragraph(&format!("The {}.", dice.pick(words.things)))],
        });
    }
    blocks
}

fn epic_brief(words: &Vocabulary, dice: &mut Dice) -> Vec<Block> {
    vec![
        heading(1, "Why"),
        paragraph(&format!(
            "{} Today the {} {}.",
            words.about,
            dice.pick(words.things),
            dice.pick(words.faults)
        )),
        heading(1, "What"),
        Block::Bullets(
            words
                .wishes
                .iter()
                .take(4)
                .map(|wish| vec![paragraph(&format!("{}.", capital(wish)))])
                .collect(),
        ),
        table(words, dice),
        Block::Rule,
        Block::Quote(vec![paragraph("We do this once, and we do it well.")]),
    ]
}

fn task_note(words: &Vocabulary, dice: &mut Dice) -> Vec<Block> {
    let mut blocks = vec![paragraph(&format!(
        "{}. This came up because the {} {} {}.",
        dice.pick(words.chores),
        dice.pick(words.things),
        dice.pick(words.faults),
        dice.pick(words.causes)
    ))];
    if dice.chance(40) {
        let (language, snippet) = words.code;
        blocks.push(code(Some(language), snippet));
    }
    if dice.chance(40) {
        let (one, two) = (dice.pick(words.things), dice.pick(words.things));
        blocks.push(Block::Bullets(vec![
            vec![paragraph(&format!("Check the {one}."))],
            vec![
                paragraph(&format!("Tell whoever owns the {two}:")),
                Block::Bullets(vec![
                    vec![paragraph("before the change")],
                    vec![paragraph("after the change")],
                ]),
            ],
        ]));
    }
    blocks
}

fn table(words: &Vocabulary, dice: &mut Dice) -> Block {
    let row = |header: bool, cells: [&str; 3]| -> Vec<Cell> {
        cells
            .iter()
            .map(|words| Cell {
                header,
                span: 1,
                blocks: vec![paragraph(words)],
            })
            .collect()
    };
    let mut rows = vec![row(true, ["Component", "Before", "After"])];
    for component in words.components.iter().take(3) {
        let (before, after) = (dice.between(200, 2_000), dice.between(20, 200));
        rows.push(row(false, [component, &format!("{before} ms"), &format!("{after} ms")]));
    }
    Block::Table(rows)
}

/// A comment; some mention somebody, quote, or bring a log.
pub(crate) fn comment(words: &Vocabulary, crew: usize, dice: &mut Dice) -> RichText {
    let remark = fill(dice.pick(&REMARKS), dice.pick(words.things));
    let mut line = vec![text(&remark)];
    if dice.chance(25) {
        line.insert(0, text(" "));
        line.insert(0, Inline::Mention(UserIdx::of(dice.below(crew))));
    }
    if dice.chance(8) {
        line.push(text(" "));
        line.push(
            dice.choose(&[("thumbsup", "👍"), ("tada", "🎉"), ("thinking", "🤔")])
                .map_or_else(
                    || text(""),
                    |(name, emoji)| Inline::Emoji((*name).to_owned(), (*emoji).to_owned()),
                ),
        );
    }
    let mut blocks = vec![Block::Paragraph(line)];
    match dice.below(12) {
        0 => blocks.push(code(None, dice.pick(words.logs))),
        1 => blocks.insert(
            0,
            Block::Quote(vec![paragraph(&fill(dice.pick(&REMARKS), dice.pick(words.things)))]),
        ),
        2 => blocks.push(Block::Paragraph(vec![
            text("See "),
            Inline::Card(format!(
                "https://git.example.com/{}/pull/{}",
                words.version,
                dice.below(4_000) + 1
            )),
        ])),
        _ => {}
    }
    RichText::doc(blocks)
}

fn heading(level: u8, words: &str) -> Block {
    Block::Heading(level, vec![text(words)])
}

fn code(language: Option<&str>, text: &str) -> Block {
    Block::Code {
        language: language.map(str::to_owned),
        text: text.to_owned(),
        breakout: false,
    }
}

fn fill(template: &str, thing: &str) -> String {
    template.replace("{thing}", thing)
}

fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next()
        .map(|first| first.to_uppercase().chain(rest).collect())
        .unwrap_or_default()
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    }
}
