//! Watching a long computation: whether to go on, and how far it is.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Who watches; the default watches nothing.
#[derive(Clone, Copy, Default)]
pub struct Watch<'a> {
    /// Asked now and then, from any thread: whether the answer is not wanted any more.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
    /// Told the share that is done, 0 to 1, from any thread.
    pub progress: Option<&'a (dyn Fn(f32) + Sync)>,
}

impl Watch<'_> {
    /// Whether the answer is not wanted any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.is_some_and(|cancelled| cancelled())
    }

    /// Counts a number of equal steps.
    pub fn steps(&self, total: usize) -> Steps<'_> {
        Steps {
            watch: self,
            total,
            done: AtomicUsize::new(0),
        }
    }
}

/// Equal steps of a computation, ended in any order by any thread.
pub struct Steps<'a> {
    watch: &'a Watch<'a>,
    total: usize,
    done: AtomicUsize,
}

impl Steps<'_> {
    /// One more is done.
    pub fn done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(progress) = self.watch.progress {
            progress(done as f32 / self.total.max(1) as f32);
        }
    }
}
