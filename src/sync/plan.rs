//! What to ask Jira, as JQL: pure functions over instants and zones.
//!
//! JQL dates are minutes in the *account's* time zone, without an offset. An instant inside the hour
//! that autumn repeats has no unambiguous literal, so a bound that must not lose anything is moved
//! back to before that hour.

use crate::{
    domain::IssueId,
    jql::{self, ParseError},
};

use jiff::{
    SignedDuration, Timestamp, Unit,
    tz::{AmbiguousOffset, TimeZone},
};

/// Which issues a connection keeps, as a JQL condition that others can be added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(String);

impl Scope {
    /// From the config's JQL. An order means nothing here and is left out; no condition at all
    /// becomes one that matches everything, because Cloud refuses unbounded queries.
    ///
    /// # Errors
    /// When it is no JQL.
    pub fn new(text: &str) -> Result<Self, ParseError> {
        let query = jql::parse(text)?;
        let condition = query
            .where_span
            .map_or("project IS NOT EMPTY", |span| &text[span.range()]);
        Ok(Self(format!("({condition})")))
    }

    /// The bare condition.
    #[must_use]
    pub fn jql(&self) -> &str {
        &self.0
    }
}

/// How far before the watermark a poll reaches back, against search indexes that lag.
pub const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// Up to this distance a poll says `-Nm`, which needs no time zone; beyond it, more than one page is
/// likely and a bound that moves while paging would shift the pages.
const RELATIVE_UP_TO: SignedDuration = SignedDuration::from_mins(60);

/// Issues a slice of the first pull should hold at most, roughly.
const SLICE_TARGET: u64 = 2_000;

/// Issues of the slices that are pulled last.
const SLICE_TAIL: u64 = 500;

/// Slices that a first pull starts with.
const SLICES: u32 = 16;

/// The lower bound of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// Minutes back from the server's own now (`-23m`): needs no zone.
    Relative(i64),
    /// `2026-10-25 01:59`: minute in the account's zone.
    Absolute(String),
}

impl Since {
    /// The literal, quoted for JQL.
    #[must_use]
    pub fn literal(&self) -> String {
        match self {
            Self::Relative(minutes) => format!("\"-{minutes}m\""),
            Self::Absolute(text) => format!("\"{text}\""),
        }
    }

    /// Whether a poll with this bound, answered at `server_now`, reached back far enough. It did not
    /// if this machine's clock, from which the bound was guessed, was set back in between.
    #[must_use]
    pub fn reached(&self, watermark: Timestamp, server_now: Timestamp) -> bool {
        match self {
            Self::Relative(minutes) => {
                let from = server_now
                    .saturating_sub(SignedDuration::from_mins(*minutes))
                    .unwrap_or(Timestamp::MIN);
                from <= reach(watermark)
            }
            Self::Absolute(_) => true,
        }
    }
}

/// The lower bound for what changed since `watermark`, both on the server's clock.
#[must_use]
pub fn since(watermark: Timestamp, server_now: Timestamp, zone: &TimeZone) -> Since {
    let distance = reach(watermark).duration_until(server_now);
    if distance.is_negative() || distance > RELATIVE_UP_TO {
        return absolute(watermark, zone);
    }
    // More than needed, because the server truncates to minutes and its clock runs on meanwhile.
    Since::Relative(distance.as_mins() + 2)
}

/// The same bound as a minute of the account's zone, which stays where it is while pages are read.
#[must_use]
pub fn absolute(watermark: Timestamp, zone: &TimeZone) -> Since {
    Since::Absolute(lower_bound(reach(watermark), zone))
}

fn reach(watermark: Timestamp) -> Timestamp {
    watermark.saturating_sub(OVERLAP).unwrap_or(Timestamp::MIN)
}

/// The latest minute literal that denotes `instant` or earlier, however the server reads it.
#[must_use]
pub fn lower_bound(instant: Timestamp, zone: &TimeZone) -> String {
    let mut local = zone.to_datetime(instant);
    if let AmbiguousOffset::Fold { before, after } = zone.to_ambiguous_timestamp(local).offset() {
        let repeated = SignedDuration::from_secs(i64::from(before.seconds() - after.seconds()));
        // Back by what was repeated, then to the last minute before: that one happened once.
        let including = instant.saturating_add(SignedDuration::from_secs(1)).unwrap_or(instant);
        let transition = zone
            .preceding(including)
            .next()
            .map(|transition| transition.timestamp())
            .filter(|at| at.duration_until(instant) <= repeated)
            .or_else(|| zone.following(instant).next().map(|transition| transition.timestamp()));
        if let Some(at) = transition {
            let fold_begins = at.saturating_sub(repeated).unwrap_or(at);
            let before_fold = fold_begins
                .saturating_sub(SignedDuration::from_mins(1))
                .unwrap_or(fold_begins);
            local = zone.to_datetime(before_fold.min(instant));
        }
    }
    literal(local)
}

/// A minute literal for a boundary between slices: both neighbours use the same text, so whichever
/// way the server reads it, nothing falls between them.
#[must_use]
pub fn boundary(instant: Timestamp, zone: &TimeZone) -> String {
    literal(zone.to_datetime(instant))
}

fn literal(local: jiff::civil::DateTime) -> String {
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

/// JQL for a poll, oldest change first so that a cut leaves no hole below what was received.
#[must_use]
pub fn delta_jql(scope: &Scope, since: &Since) -> String {
    format!(
        "{} AND updated >= {} ORDER BY updated ASC, key ASC",
        scope.0,
        since.literal()
    )
}

/// The upper bound of what is left of a slice, newest first, once it was received down to `last`: the minute
/// after that, unless it is in the hour that autumn repeats and might be read as an earlier one.
#[must_use]
pub fn left_below(high: Option<Timestamp>, last: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let after = Timestamp::from_second((last.as_second().div_euclid(60) + 1) * 60).ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(zone.to_datetime(after)).is_ambiguous();
    let nearer = Some(after).filter(|after| !ambiguous && high.is_none_or(|high| *after < high));
    nearer.or(high)
}

/// JQL for one slice of the first pull, newest first: what people look for arrives first.
#[must_use]
pub fn slice_jql(scope: &Scope, low: Option<Timestamp>, high: Option<Timestamp>, zone: &TimeZone) -> String {
    format!(
        "{} ORDER BY created DESC, key DESC",
        slice_filter(scope, low, high, zone)
    )
}

/// The same without an order, for counting.
#[must_use]
pub fn slice_filter(scope: &Scope, low: Option<Timestamp>, high: Option<Timestamp>, zone: &TimeZone) -> String {
    let mut jql = scope.0.clone();
    if let Some(low) = low {
        jql.push_str(&format!(" AND created >= \"{}\"", boundary(low, zone)));
    }
    if let Some(high) = high {
        jql.push_str(&format!(" AND created < \"{}\"", boundary(high, zone)));
    }
    jql
}

/// JQL that lists a part of the scope for a census.
#[must_use]
pub fn census_jql(scope: &Scope, (low, high): Bounds, zone: &TimeZone) -> String {
    format!("{} ORDER BY created ASC, key ASC", slice_filter(scope, low, high, zone))
}

/// Parts of all time, cut on whole minutes at or before `cuts`, the outer two open-ended.
#[must_use]
pub fn between(cuts: &[Timestamp]) -> Vec<Bounds> {
    let minute = |cut: &Timestamp| Timestamp::from_second(cut.as_second().div_euclid(60) * 60).ok();
    let mut cuts: Vec<Timestamp> = cuts.iter().filter_map(minute).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let lows = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let highs = cuts.iter().copied().map(Some).chain(std::iter::once(None));
    lows.zip(highs).collect()
}

/// JQL that tells which of some issues are still in scope.
#[must_use]
pub fn within_jql(scope: &Scope, ids: &[IssueId]) -> String {
    let ids: Vec<&str> = ids.iter().map(IssueId::as_str).collect();
    format!("{} AND id IN ({})", scope.0, ids.join(", "))
}

/// JQL whose first answer is the oldest issue of the scope.
#[must_use]
pub fn oldest_jql(scope: &Scope) -> String {
    format!("{} ORDER BY created ASC", scope.0)
}

/// A slice of the first pull by its bounds.
pub type Bounds = (Option<Timestamp>, Option<Timestamp>);

/// Whether a first pull of `total` issues is worth splitting.
#[must_use]
pub fn worth_splitting(total: u64) -> bool {
    total > SLICE_TARGET
}

/// Equal parts of time from `oldest` to `now`, on whole minutes, the outer two open-ended.
#[must_use]
pub fn split(oldest: Timestamp, now: Timestamp) -> Vec<Bounds> {
    parts(Some(oldest), None, oldest, now, SLICES)
        .into_iter()
        .enumerate()
        .map(open_first)
        .collect()
}

fn open_first((index, (low, high)): (usize, Bounds)) -> Bounds {
    (if index == 0 { None } else { low }, high)
}

/// The slices of a first pull of `total` issues, from parts of time and how many issues each holds, oldest
/// first. What holds far more than its share is split; and so is what is pulled last, the oldest, since
/// nothing else runs beside it any more.
#[must_use]
pub fn slices(counted: &[(Bounds, u64)], total: u64, oldest: Timestamp, now: Timestamp) -> Vec<Bounds> {
    let share = (total / u64::from(SLICES * SLICES)).max(SLICE_TARGET);
    let mut before = 0;
    let mut slices = Vec::new();
    for (bounds, count) in counted {
        let most = if before < SLICE_TARGET { SLICE_TAIL } else { share };
        before += count;
        let times = count.div_ceil(most).min(u64::from(SLICES));
        slices.extend(divide(*bounds, times, oldest, now));
    }
    slices
}

/// A slice in so many parts of equal time.
fn divide(bounds: Bounds, times: u64, oldest: Timestamp, now: Timestamp) -> Vec<Bounds> {
    if times < 2 {
        return vec![bounds];
    }
    let (low, high) = (bounds.0.unwrap_or(oldest), bounds.1.unwrap_or(now));
    parts(bounds.0, bounds.1, low, high, u32::try_from(times).unwrap_or(SLICES))
}

/// `count` parts of `[from, to)` whose outer bounds are `low` and `high`; fewer if minutes run out.
fn parts(low: Option<Timestamp>, high: Option<Timestamp>, from: Timestamp, to: Timestamp, count: u32) -> Vec<Bounds> {
    let step = from.duration_until(to) / i32::try_from(count).unwrap_or(1);
    let mut cuts: Vec<Timestamp> = (1..count)
        .filter_map(|part| from.checked_add(step * i32::try_from(part).unwrap_or(0)).ok())
        .filter_map(|cut| cut.round(Unit::Minute).ok())
        .filter(|cut| *cut > from && *cut < to)
        .collect();
    cuts.dedup();
    let lows = std::iter::once(low).chain(cuts.iter().copied().map(Some));
    let highs = cuts.iter().copied().map(Some).chain(std::iter::once(high));
    lows.zip(highs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn a_lower_bound_is_never_later_than_the_instant_however_it_is_read() {
        // Europe/Berlin falls back on 2026-10-25: 02:00–03:00 happens twice (00:00Z–01:00Z, 01:00Z–02:00Z).
        let table = [
            ("Europe/Berlin", "2026-10-24T23:59:30Z", "2026-10-25 01:59"),
            ("Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25 01:59"),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25 01:59"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25 01:59"),
            ("Europe/Berlin", "2026-10-25T01:59:59Z", "2026-10-25 01:59"),
            ("Europe/Berlin", "2026-10-25T02:00:00Z", "2026-10-25 03:00"),
            // Spring: 02:00–03:00 never happens on 2026-03-29.
            ("Europe/Berlin", "2026-03-29T00:59:00Z", "2026-03-29 01:59"),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29 03:00"),
            ("America/New_York", "2026-11-01T05:30:00Z", "2026-11-01 00:59"),
            ("America/New_York", "2026-11-01T06:30:00Z", "2026-11-01 00:59"),
            // Half an hour repeats on Lord Howe Island: 01:30–02:00.
            ("Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-05 01:29"),
            ("Australia/Lord_Howe", "2026-04-04T15:15:00Z", "2026-04-05 01:29"),
            ("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01 05:45"),
            ("UTC", "2026-01-01T00:00:59Z", "2026-01-01 00:00"),
        ];
        for (name, instant, expected) in table {
            assert_eq!(lower_bound(at(instant), &zone(name)), expected, "{name} {instant}");
        }
    }

    #[test]
    fn lower_bounds_hold_through_a_year_of_minutes_in_many_zones() {
        for name in [
            "Europe/Berlin",
            "America/St_Johns",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Tehran",
        ] {
            let zone = zone(name);
            let mut instant = at("2026-01-01T00:00:30Z");
            while instant < at("2027-01-01T00:00:00Z") {
                let text = lower_bound(instant, &zone);
                let local: jiff::civil::DateTime = text.replace(' ', "T").parse().unwrap();
                let later_reading = zone.to_ambiguous_timestamp(local).later().unwrap();
                assert!(later_reading <= instant, "{name} {instant}: {text}");
                let reach = later_reading.duration_until(instant);
                assert!(
                    reach <= SignedDuration::from_mins(122),
                    "{name} {instant}: {text} reaches back {reach}"
                );
                instant += SignedDuration::from_mins(7);
            }
        }
    }

    #[test]
    fn a_scope_can_be_added_to_whatever_it_was() {
        let table = [
            ("project = PAY OR a = 1 ORDER BY rank", "(project = PAY OR a = 1)"),
            ("", "(project IS NOT EMPTY)"),
            ("order by key", "(project IS NOT EMPTY)"),
        ];
        for (text, expected) in table {
            let scope = Scope::new(text).unwrap();
            assert_eq!(scope.jql(), expected);
            let since = Since::Relative(5);
            for jql in [
                delta_jql(&scope, &since),
                census_jql(&scope, (None, None), &TimeZone::UTC),
                within_jql(&scope, &["1".into()]),
                oldest_jql(&scope),
            ] {
                assert!(jql::parse(&jql).unwrap().is_bounded(), "{jql}");
            }
        }
        assert!(Scope::new("project =").is_err());
    }

    #[test]
    fn short_distances_need_no_zone() {
        let berlin = zone("Europe/Berlin");
        let watermark = at("2026-05-05T10:00:00Z");
        let table = [
            ("2026-05-05T10:05:00Z", "\"-17m\""),
            ("2026-05-05T10:05:59Z", "\"-17m\""),
            ("2026-05-05T10:50:00Z", "\"-62m\""),
            ("2026-05-05T10:51:00Z", "\"2026-05-05 11:50\""),
            ("2026-05-06T10:00:00Z", "\"2026-05-05 11:50\""),
            // A server whose clock went backwards: the watermark lies in its future.
            ("2026-05-05T09:00:00Z", "\"2026-05-05 11:50\""),
        ];
        for (now, expected) in table {
            assert_eq!(since(watermark, at(now), &berlin).literal(), expected, "{now}");
        }
    }

    #[test]
    fn a_clock_set_back_while_polling_is_noticed() {
        let watermark = at("2026-05-05T10:00:00Z");
        let asked = since(watermark, at("2026-05-05T10:10:00Z"), &TimeZone::UTC);
        assert_eq!(asked, Since::Relative(22));
        assert!(asked.reached(watermark, at("2026-05-05T10:11:00Z")));
        assert!(!asked.reached(watermark, at("2026-05-05T10:30:00Z")));
        assert!(absolute(watermark, &TimeZone::UTC).reached(watermark, at("2026-05-05T10:30:00Z")));
    }

    #[test]
    fn slices_cover_all_time_without_gap_or_overlap() {
        for (oldest, now) in [
            ("2020-01-01T00:00:00Z", "2026-05-05T10:00:00Z"),
            ("2026-05-05T09:59:00Z", "2026-05-05T10:00:00Z"),
            ("2026-05-05T10:00:00Z", "2026-05-05T10:00:00Z"),
        ] {
            let (oldest, now) = (at(oldest), at(now));
            let counted: Vec<_> = split(oldest, now).into_iter().map(|bounds| (bounds, 50_000)).collect();
            assert_whole(&slices(&counted, 100_000, oldest, now));
        }
        let cuts = ["2024-03-01T10:00:59Z", "2021-01-01T00:00:00Z", "2024-03-01T10:00:01Z"].map(at);
        let parts = between(&cuts);
        assert_whole(&parts);
        assert_eq!(
            parts[1],
            (Some(at("2021-01-01T00:00:00Z")), Some(at("2024-03-01T10:00:00Z")))
        );
        assert_eq!(between(&[]), [(None, None)]);
    }

    fn assert_whole(slices: &[Bounds]) {
        assert_eq!(slices.first().unwrap().0, None);
        assert_eq!(slices.last().unwrap().1, None);
        for pair in slices.windows(2) {
            assert_eq!(pair[0].1, pair[1].0);
            assert!(pair[0].1.is_some());
        }
    }

    #[test]
    fn what_is_left_of_a_slice_never_begins_below_what_was_received() {
        let berlin = zone("Europe/Berlin");
        let table = [
            (None, "2026-05-05T10:00:00Z", Some("2026-05-05T10:01:00Z")),
            (None, "2026-05-05T10:00:59.9Z", Some("2026-05-05T10:01:00Z")),
            (
                Some("2026-05-05T10:00:00Z"),
                "2026-05-05T10:30:00Z",
                Some("2026-05-05T10:00:00Z"),
            ),
            // 02:30 happens twice.
            (None, "2026-10-25T00:29:10Z", None),
            (
                Some("2026-11-01T00:00:00Z"),
                "2026-10-25T01:29:10Z",
                Some("2026-11-01T00:00:00Z"),
            ),
            (None, "2026-10-25T02:00:10Z", Some("2026-10-25T02:01:00Z")),
        ];
        for (high, last, expected) in table {
            let left = left_below(high.map(at), at(last), &berlin);
            assert_eq!(left, expected.map(at), "{high:?} {last}");
        }
    }

    #[test]
    fn slices_beyond_their_share_are_split_and_the_last_ones_are_small() {
        let (oldest, now) = (at("2020-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
        let split = split(oldest, now);
        let parts_of = |counts: &[u64], total| {
            let counted: Vec<_> = split.iter().copied().zip(counts.iter().copied()).collect();
            let slices = slices(&counted, total, oldest, now);
            let within = |part: &Bounds, whole: &Bounds| {
                (whole.0.is_none() || part.0 >= whole.0)
                    && whole.1.is_none_or(|high| part.1.is_some_and(|to| to <= high))
            };
            let holds = |whole: &Bounds| slices.iter().filter(|part| within(part, whole)).count();
            counted.iter().map(|(bounds, _)| holds(bounds)).collect::<Vec<_>>()
        };
        // Those of the oldest issues come last.
        assert_eq!(parts_of(&[2_000, 2_000, 6_000, 60_000], 100_000), [4, 1, 3, 16]);
        assert_eq!(parts_of(&[0, 300, 1_600, 1_800, 1_800], 20_000), [1, 1, 4, 4, 1]);
        assert_eq!(parts_of(&[2_000, 3_000, 9_000], 1_000_000), [4, 1, 3]);
        assert!(!worth_splitting(2_000));
    }
}
