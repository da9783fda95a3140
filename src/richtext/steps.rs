//! Work counted while tests run, so that they can tell whether it grows as a text does; otherwise
//! nothing at all.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts pieces of work, mostly bytes that are looked at.
#[cfg(test)]
pub(super) fn count(steps: usize) {
    STEPS.with(|all| all.set(all.get() + steps));
}

/// Counts nothing.
#[cfg(not(test))]
#[inline]
pub(super) fn count(_: usize) {}

/// What `work` takes on this thread.
#[cfg(test)]
pub(super) fn of(work: impl FnOnce()) -> usize {
    let before = STEPS.with(std::cell::Cell::get);
    work();
    STEPS.with(std::cell::Cell::get) - before
}
