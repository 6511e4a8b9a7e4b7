//! Work shared among threads that can be cancelled by somebody who only this thread may ask.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
    rayon::in_place_scope(|scope| {
        for _ in 1..items.len().min(rayon::current_num_threads()) {
            scope.spawn(|_| run(&|| cancelled.load(Ordering::Relaxed)));
        }
        run(&|| {
            if cancel() {
                cancelled.store(true, Ordering::Relaxed);
            }
            cancelled.load(Ordering::Relaxed)
        });
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn take<'i, T>(items: &'i [T], next: &AtomicUsize) -> Option<(usize, &'i T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, items.get(index)?))
}
