//! The life of the generated issues, told through the same changes that people make.
//!
//! Must never be in here: word lists, or state written behind the world's back where a change could do it.

mod finale;
mod values;

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::{
    super::{
        dice::Dice,
        model::{
            Category, Edit, IssueIdx, NewIssue, PriorityIdx, ProjectIdx, ResolutionIdx, Status, StatusIdx, TypeIdx,
            UserIdx, Visibility, Workflow, World,
        },
        richtext::RichText,
    },
    people,
    projects::Board,
    sink, site,
    text::{self, Genre},
    words::Vocabulary,
};

/// How far back the oldest issue goes.
const SPAN: i64 = 3 * 365 * DAY;
const DAY: i64 = 24 * 3600;
/// Issues created during the last hours, whatever the number of all issues.
const CREATED_TODAY: usize = 12;
/// What "the last hours" are.
const TODAY: i64 = 9 * 3600;

/// Writes the issues.
pub(super) fn tell(
    world: &mut World,
    vocabulary: &'static [Vocabulary],
    boards: &[Board],
    count: usize,
    dice: &mut Dice,
    now: Timestamp,
) {
    let crew = people::working(&world.users);
    let shelves = vocabulary
        .iter()
        .map(|words| Shelf::fill(words, count, crew, dice))
        .collect();
    let summaries = sink::summaries();
    let bodies = sink::bodies();
    let mut teller = Teller {
        threads: vec![Thread::default(); vocabulary.len()],
        world,
        vocabulary,
        boards,
        shelves,
        dice,
        now,
        crew,
    };
    let weights: Vec<_> = vocabulary.iter().map(|words| words.weight).collect();
    for nth in 0..count {
        let at = teller.dice.weighted(&weights);
        let created = teller.birth(nth, count);
        let idx = teller.one(at, created);
        let odd = |of: usize| (0..of).find(|k| (k + 1) * count / (of + 2) == nth);
        if let (Some(idx), Some(k)) = (idx, odd(summaries.len())) {
            teller.world.issue_mut(idx).summary = summaries[k].as_str().into();
        }
        if let (Some(idx), Some(k)) = (idx, odd(bodies.len() * 2)) {
            let body = bodies[k / 2].clone();
            if k % 2 == 0 {
                teller.world.issue_mut(idx).description = Some(body);
            } else {
                let author = teller.somebody();
                let when = teller.world.issue(idx).updated;
                teller.world.comment(idx, body, None, author, when);
            }
        }
    }
    finale::tell(&mut teller);
}

/// Texts of a project, made once and shared by its issues.
struct Shelf {
    bugs: Vec<RichText>,
    stories: Vec<RichText>,
    tasks: Vec<RichText>,
    epics: Vec<RichText>,
    comments: Vec<RichText>,
}

impl Shelf {
    fn fill(words: &Vocabulary, count: usize, crew: usize, dice: &mut Dice) -> Self {
        let few = (count / 20).clamp(8, 250);
        let mut describe =
            |genre: Genre, number: usize| (0..number).map(|_| text::description(genre, words, dice)).collect();
        Self {
            bugs: describe(Genre::Bug, few),
            stories: describe(Genre::Story, few),
            tasks: describe(Genre::Task, few),
            epics: describe(Genre::Epic, few.min(20)),
            comments: (0..few * 3).map(|_| text::comment(words, crew, dice)).collect(),
        }
    }

    fn descriptions(&self, genre: Genre) -> &[RichText] {
        match genre {
            Genre::Epic => &self.epics,
            Genre::Story => &self.stories,
            Genre::Task | Genre::Subtask => &self.tasks,
            Genre::Bug => &self.bugs,
        }
    }
}

/// What later issues of a project can hang on to.
#[derive(Debug, Clone, Default)]
struct Thread {
    epics: Vec<IssueIdx>,
    standard: Vec<IssueIdx>,
}

struct Teller<'a> {
    world: &'a mut World,
    vocabulary: &'static [Vocabulary],
    boards: &'a [Board],
    shelves: Vec<Shelf>,
    threads: Vec<Thread>,
    dice: &'a mut Dice,
    now: Timestamp,
    crew: usize,
}

/// Something that happens to an issue between its creation and its last change.
#[derive(Debug, Clone, Copy)]
enum Event {
    Step(u32),
    Comment,
    Reprioritise,
    Assign,
    Relabel,
    Estimate,
    Reword,
}

impl Teller<'_> {
    /// When the `nth` of `count` issues is created: the present sees about twice as many as the beginning.
    fn birth(&mut self, nth: usize, count: usize) -> Timestamp {
        let today = CREATED_TODAY.min(count / 8);
        let left = count - nth;
        let age = if left <= today {
            let slot = TODAY / i64::try_from(today).unwrap_or(1);
            slot * i64::try_from(left).unwrap_or(0) - self.dice.between(0, slot / 2)
        } else {
            let (k, n) = (
                i128::try_from(left - today).unwrap_or(0),
                i128::try_from(count - today).unwrap_or(1),
            );
            let share = i128::from(SPAN - DAY) * k * (k + n) / (2 * n * n);
            DAY + i64::try_from(share).unwrap_or(SPAN)
        };
        ago(self.now, age)
    }

    /// One issue with its life so far.
    fn one(&mut self, at: usize, created: Timestamp) -> Option<IssueIdx> {
        let genre = self.genre(at);
        let parent = self.parent(at, genre);
        let project = ProjectIdx::of(at);
        let issue_type = TypeIdx(match genre {
            Genre::Epic => site::EPIC,
            Genre::Story => site::STORY,
            Genre::Task => site::TASK,
            Genre::Bug => site::BUG,
            Genre::Subtask => site::SUBTASK,
        });
        let goal = self.goal(at, created);
        let values = self.values(at, genre, parent, goal, created);
        let reporter = self.reporter();
        let idx = self
            .world
            .create(
                NewIssue {
                    project,
                    issue_type,
                    values,
                },
                reporter,
                created,
            )
            .ok()?;
        self.live(idx, at, goal, created);
        self.extras(idx, at, created);
        match genre {
            Genre::Epic => self.threads[at].epics.push(idx),
            Genre::Subtask => {}
            _ => self.threads[at].standard.push(idx),
        }
        Some(idx)
    }

    fn genre(&mut self, at: usize) -> Genre {
        let thread = &self.threads[at];
        if thread.epics.is_empty() || (self.dice.chance(2) && thread.epics.len() < 400) {
            return Genre::Epic;
        }
        if !thread.standard.is_empty() && self.dice.chance(12) {
            return Genre::Subtask;
        }
        [Genre::Bug, Genre::Story, Genre::Task][self.dice.weighted(&[40, 25, 35])]
    }

    fn parent(&mut self, at: usize, genre: Genre) -> Option<IssueIdx> {
        let recent = |list: &[IssueIdx], many: usize, dice: &mut Dice| {
            let from = list.len().saturating_sub(many);
            dice.choose(&list[from..]).copied()
        };
        match genre {
            Genre::Epic => None,
            Genre::Subtask => recent(&self.threads[at].standard, 20, self.dice),
            _ if self.dice.chance(45) => recent(&self.threads[at].epics, 6, self.dice),
            _ => None,
        }
    }

    /// The status the issue has reached by now: the older, the likelier done.
    fn goal(&mut self, at: usize, created: Timestamp) -> StatusIdx {
        let age = self.now.duration_since(created).as_secs();
        let done = match age {
            ..DAY => 3,
            ..1_300_000 => 20,
            ..7_800_000 => 55,
            _ => 90,
        };
        let flow = self.flow(at);
        let pool: Vec<_> = flow
            .statuses
            .iter()
            .copied()
            .filter(|s| s.0 != site::IMPORTED)
            .collect();
        let wanted = if self.dice.chance(done) {
            Category::Done
        } else {
            [Category::ToDo, Category::InProgress][self.dice.below(2)]
        };
        let fitting: Vec<_> = pool
            .iter()
            .copied()
            .filter(|s| self.world.status(*s).category == wanted)
            .collect();
        self.dice.choose(&fitting).copied().unwrap_or(StatusIdx(0))
    }

    fn flow(&self, at: usize) -> Workflow {
        let types = &self.world.projects[at].types;
        let flow = types.first().map_or(0, |(_, flow)| flow.at());
        self.world.workflows[flow].clone()
    }

    /// Works the issue up to its goal, with talk and corrections in between.
    fn live(&mut self, idx: IssueIdx, at: usize, goal: StatusIdx, created: Timestamp) {
        if self.dice.below(200) == 0 && self.flow(at).statuses.contains(&StatusIdx(site::IMPORTED)) {
            self.world.issue_mut(idx).status = StatusIdx(site::IMPORTED);
            return;
        }
        let start = self.world.issue(idx).status;
        let mut events: Vec<_> = route(&self.flow(at), start, goal)
            .into_iter()
            .map(Event::Step)
            .collect();
        let comments = match self.dice.below(100) {
            ..40 => 0,
            ..65 => 1,
            ..80 => 2,
            ..95 => self.dice.below(4) + 3,
            _ => self.dice.below(14) + 7,
        };
        let mut more = vec![Event::Comment; comments];
        for (event, percent) in [
            (Event::Reprioritise, 18),
            (Event::Assign, 25),
            (Event::Relabel, 12),
            (Event::Estimate, 8),
            (Event::Reword, 6),
        ] {
            more.extend(self.dice.chance(percent).then_some(event));
        }
        for event in more {
            let place = self.dice.below(events.len() + 1);
            events.insert(place, event);
        }
        let times = self.times(
            events.len(),
            created,
            self.world.status(goal).category == Category::Done,
        );
        for (event, when) in events.into_iter().zip(times) {
            self.happen(idx, at, event, when);
        }
    }

    /// Sorted instants between creation and the last change, which is before today unless the issue is of today.
    fn times(&mut self, many: usize, created: Timestamp, done: bool) -> Vec<Timestamp> {
        let age = self.now.duration_since(created).as_secs();
        let latest = if age > DAY { age - DAY } else { age };
        let most = if done { 60 * DAY } else { 200 * DAY };
        let life = self.dice.between(600.min(latest), latest.min(most));
        let mut offsets: Vec<_> = (0..many).map(|_| self.dice.between(60.min(life), life)).collect();
        offsets.sort_unstable();
        offsets
            .into_iter()
            .map(|seconds| ago(self.now, age - seconds))
            .collect()
    }

    fn happen(&mut self, idx: IssueIdx, at: usize, event: Event, when: Timestamp) {
        let by = self.somebody();
        match event {
            Event::Step(id) => {
                let resolution = ResolutionIdx::of(self.dice.weighted(&[75, 10, 8, 5, 2]));
                let done = self.world.transitions(idx).any(|way| way.id == id && way.has_screen);
                let edits = if done {
                    vec![Edit::Resolution(Some(resolution))]
                } else {
                    Vec::new()
                };
                // A route consists of open transitions, so this cannot fail.
                let _ = self.world.transition(idx, id, edits, by, when);
            }
            Event::Comment => self.remark(idx, at, by, when),
            Event::Assign => {
                let to = self.colleague();
                let to = self.dice.chance(85).then_some(to);
                self.world.assign(idx, to, by, when);
            }
            Event::Reprioritise => {
                let to = PriorityIdx::of(self.dice.weighted(&PRIORITIES));
                self.change(idx, Edit::Priority(Some(to)), by, when);
            }
            Event::Relabel => {
                let labels = values::some(self.vocabulary[at].labels, 3, self.dice);
                self.change(
                    idx,
                    Edit::Labels(labels.into_iter().map(Into::into).collect()),
                    by,
                    when,
                );
            }
            Event::Estimate => {
                let hours = u32::try_from(self.dice.between(1, 40)).unwrap_or(1);
                self.change(idx, Edit::OriginalEstimate(Some(hours * 3600)), by, when);
                self.change(idx, Edit::RemainingEstimate(Some(hours * 3600)), by, when);
            }
            Event::Reword => {
                let summary = self.world.issue(idx).summary.trim_end_matches(" (again)").to_owned();
                self.change(idx, Edit::Summary(format!("{summary} (again)")), by, when);
            }
        }
    }

    /// Generated values fit the limits of an edit.
    fn change(&mut self, idx: IssueIdx, edit: Edit, by: Option<UserIdx>, when: Timestamp) {
        let _ = self.world.edit(idx, vec![edit], by, when);
    }

    fn remark(&mut self, idx: IssueIdx, at: usize, by: Option<UserIdx>, when: Timestamp) {
        let Some(body) = self.dice.choose(&self.shelves[at].comments).cloned() else {
            return;
        };
        let visibility = match self.dice.below(60) {
            0 => Some(Visibility::Group("developers".into())),
            1 => Some(Visibility::Role("Administrators".into())),
            _ => None,
        };
        let id = self.world.comment(idx, body, visibility, by, when);
        if self.dice.chance(4)
            && let Some(body) = self.dice.choose(&self.shelves[at].comments).cloned()
        {
            let later = when
                .saturating_add(SignedDuration::from_mins(3))
                .unwrap_or(when)
                .min(self.now);
            // The comment was just made.
            let _ = self.world.edit_comment(idx, id, body, by, later);
        }
    }

    /// Anybody at work; rarely the bot.
    fn somebody(&mut self) -> Option<UserIdx> {
        if self.dice.chance(4) {
            return Some(UserIdx::of(self.world.users.len() - 1));
        }
        Some(UserIdx::of(self.dice.below(self.crew)))
    }

    /// Anybody at work but Robin, whose list is made up at the end.
    fn colleague(&mut self) -> UserIdx {
        UserIdx::of(1 + self.dice.below(self.crew.saturating_sub(1)))
    }

    /// Like [`Teller::somebody`], and people who have left since.
    fn reporter(&mut self) -> Option<UserIdx> {
        match self.dice.below(100) {
            ..4 => Some(UserIdx::of(self.crew + self.dice.below(2))),
            4 => None,
            _ => self.somebody(),
        }
    }
}

/// How often each priority is given.
const PRIORITIES: [usize; 5] = [6, 20, 45, 20, 9];

/// Transitions that lead from one status to another, as few as possible.
pub(crate) fn route(flow: &Workflow, from: StatusIdx, to: StatusIdx) -> Vec<u32> {
    let mut seen = vec![from];
    let mut queue = VecDeque::from([(from, Vec::new())]);
    while let Some((status, steps)) = queue.pop_front() {
        if status == to {
            return steps;
        }
        for way in flow.transitions.iter().filter(|way| way.leaves(status)) {
            if !seen.contains(&way.to) {
                seen.push(way.to);
                let mut steps = steps.clone();
                steps.push(way.id);
                queue.push_back((way.to, steps));
            }
        }
    }
    Vec::new()
}

/// `seconds` before `now`.
fn ago(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// Whether work on an issue in this status is over.
fn is_done(status: &Status) -> bool {
    status.category == Category::Done
}
