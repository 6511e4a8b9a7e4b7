//! Work shared among threads that can be cancelled by somebody who only this thread may ask.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How often it is asked whether the work is cancelled where this thread has none left.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(1);

/// Counts a thread as busy until it is dropped, be it by a panic.
struct AtWork<'b>(&'b AtomicUsize);

impl<'b> AtWork<'b> {
    fn new(busy: &'b AtomicUsize) -> Self {
        busy.fetch_add(1, Ordering::Relaxed);
        Self(busy)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

/// The results of `work` on every item, in the order of the items.
///
/// `work` is told whether it is cancelled: here by `cancel`, on the other threads as soon as this one has heard of it.
pub(crate) fn share<T: Sync, R: Send>(
    items: &[T],
    cancel: &dyn Fn() -> bool,
    work: impl Fn(&T, &dyn Fn() -> bool) -> R + Sync,
) -> Vec<R> {
    let (next, cancelled, done) = (AtomicUsize::new(0), AtomicBool::new(false), Mutex::new(Vec::new()));
    let run = |is_cancelled: &dyn Fn() -> bool| {
        while let Some((index, item)) = take(items, &next) {
            let result = work(item, is_cancelled);
            if let Ok(mut done) = done.lock() {
                done.push((index, result));
            }
        }
    };
    let busy = AtomicUsize::new(0);
    let hear = || {
        if cancel() {
            cancelled.store(true, Ordering::Relaxed);
        }
        cancelled.load(Ordering::Relaxed)
    };
    rayon::in_place_scope(|scope| {
        for _ in 1..items.len().min(rayon::current_num_threads()) {
            let at_work = AtWork::new(&busy);
            let (run, cancelled) = (&run, &cancelled);
            scope.spawn(move |_| {
                run(&|| cancelled.load(Ordering::Relaxed));
                drop(at_work);
            });
        }
        run(&hear);
        // The others may have long work left: somebody must go on hearing of a cancellation.
        while busy.load(Ordering::Acquire) > 0 {
            hear();
            if rayon::yield_now() != Some(rayon::Yield::Executed) {
                std::thread::sleep(PAUSE);
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn take<'i, T>(items: &'i [T], next: &AtomicUsize) -> Option<(usize, &'i T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, items.get(index)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancellation_is_heard_after_this_thread_has_nothing_left() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let begin = std::time::Instant::now();
        let cancel = || begin.elapsed().as_millis() > 20;
        // Whoever takes the second item works until it is told to stop.
        let stopped = pool.install(|| {
            share(&[false, true], &cancel, |&is_long, cancel| {
                while is_long && !cancel() {
                    std::thread::yield_now();
                }
                is_long
            })
        });
        assert_eq!(stopped, [false, true]);
    }
}
