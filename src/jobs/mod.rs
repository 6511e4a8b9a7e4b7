//! Background workers: one named thread each, asked by value and answering by value.
//!
//! A [`Worker`] keeps at most one request waiting: a newer one replaces it and cancels the one that runs, so that dragging
//! costs at most one stale computation. A [`Worker::in_order`] carries out every request (files, dialogs). A [`Worker::streaming`]
//! answers while it works, and can be asked to end with what it has. A panic in the work
//! becomes [`Answer::Panicked`] and the thread goes on with the next request; this is the only place that catches one.
//! Nothing above this module starts a thread.

pub mod child;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// Called from a worker's thread after every answer; wakes whoever polls.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// What became of a request.
#[derive(Debug)]
pub enum Answer<A> {
    /// What the work has found so far; more follows.
    Interim(A),
    /// The work's result and how long it took.
    Done(A, Duration),
    /// The work panicked; the text is its message.
    Panicked(String),
}

/// The running work's side of a request: whether it is still wanted, and how far it is.
#[derive(Debug, Clone)]
pub struct Ticket {
    cancelled: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
    progress: Arc<AtomicU32>,
}

impl Ticket {
    /// Whether the request was cancelled or replaced. Long work asks at least every few milliseconds.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Whether the work shall end now: either nobody wants its answer any more, or what it has found so far suffices. Asked as often as
    /// [`Ticket::is_cancelled`], by work that can do with less.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || self.is_cancelled()
    }

    /// Says how far the work is, 0 to 1.
    pub fn set_progress(&self, share: f32) {
        self.progress.store(share.to_bits(), Ordering::Relaxed);
    }
}

/// What a worker is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status {
    /// The worker's name.
    pub name: &'static str,
    /// How far it is, 0 to 1; 0 where the work does not say.
    pub progress: f32,
    /// Since when.
    pub elapsed: Duration,
}

struct Request<Q> {
    value: Q,
    ticket: Ticket,
    since: Instant,
}

struct Shared<Q> {
    waiting: VecDeque<Request<Q>>,
    /// How old a request is before its work begins.
    delay: Duration,
    running: Option<(Ticket, Instant)>,
    closed: bool,
}

/// A named background thread that turns requests into answers.
pub struct Worker<Q, A> {
    name: &'static str,
    latest_wins: bool,
    shared: Arc<(Mutex<Shared<Q>>, Condvar)>,
    answers: mpsc::Receiver<(Ticket, Answer<A>)>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl<Q: Send + 'static, A: Send + 'static> Worker<Q, A> {
    /// Starts a worker whose newest request replaces older ones. The work returns `None` when it stopped because it was
    /// cancelled. Errors where the system refuses a thread.
    pub fn latest(
        name: &'static str,
        wake: Wake,
        mut work: impl FnMut(Q, &Ticket) -> Option<A> + Send + 'static,
    ) -> std::io::Result<Self> {
        let delay = Duration::ZERO;
        Self::start(name, true, delay, wake, move |value, ticket, _| work(value, ticket))
    }

    /// As [`Worker::latest`], for work that is worth its time only where no newer request follows soon: it begins when the request is as
    /// old as `delay`.
    pub fn latest_after(
        delay: Duration,
        name: &'static str,
        wake: Wake,
        mut work: impl FnMut(Q, &Ticket) -> Option<A> + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::start(name, true, delay, wake, move |value, ticket, _| work(value, ticket))
    }

    /// As [`Worker::latest`], for work that hands out what it has found so far (as [`Answer::Interim`]) before it returns, a few times
    /// per second at most: whoever polls sees every one of them.
    pub fn streaming(
        name: &'static str,
        wake: Wake,
        work: impl FnMut(Q, &Ticket, &dyn Fn(A)) -> Option<A> + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::start(name, true, Duration::ZERO, wake, work)
    }

    /// Starts a worker that carries out every request in order.
    pub fn in_order(
        name: &'static str,
        wake: Wake,
        mut work: impl FnMut(Q, &Ticket) -> Option<A> + Send + 'static,
    ) -> std::io::Result<Self> {
        let delay = Duration::ZERO;
        Self::start(name, false, delay, wake, move |value, ticket, _| work(value, ticket))
    }

    fn start(
        name: &'static str,
        latest_wins: bool,
        delay: Duration,
        wake: Wake,
        mut work: impl FnMut(Q, &Ticket, &dyn Fn(A)) -> Option<A> + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Shared {
            waiting: VecDeque::new(),
            delay,
            running: None,
            closed: false,
        };
        let shared = Arc::new((Mutex::new(shared), Condvar::new()));
        let (sender, answers) = mpsc::channel();
        let inbox = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some(Request { value, ticket, since }) = next(&inbox) {
                let hand_out = |found| {
                    // Nobody listens only while the program ends, which this work will notice by its ticket.
                    let _heard = sender.send((ticket.clone(), Answer::Interim(found)));
                    wake();
                };
                let outcome = catch_unwind(AssertUnwindSafe(|| work(value, &ticket, &hand_out)));
                let answer = match outcome {
                    Ok(answer) => answer.map(|answer| Answer::Done(answer, since.elapsed())),
                    Err(panic) => Some(Answer::Panicked(panic_message(panic.as_ref()))),
                };
                let sent = answer.map_or(Ok(()), |answer| sender.send((ticket, answer)));
                // Only now: whoever sees the worker idle finds the answer in the channel.
                lock(&inbox.0).running = None;
                if sent.is_err() {
                    return;
                }
                wake();
            }
        })?;
        Ok(Self {
            name,
            latest_wins,
            shared,
            answers,
            thread: Some(thread),
        })
    }

    /// Asks for work; on a latest-wins worker older requests are cancelled.
    pub fn request(&self, value: Q) {
        let ticket = Ticket {
            cancelled: Arc::default(),
            stopped: Arc::default(),
            progress: Arc::new(AtomicU32::new(0)),
        };
        if self.latest_wins {
            self.cancel();
        }
        lock(&self.shared.0).waiting.push_back(Request {
            value,
            ticket,
            since: Instant::now(),
        });
        self.shared.1.notify_one();
    }

    /// Cancels what runs and forgets what waits.
    pub fn cancel(&self) {
        let mut shared = lock(&self.shared.0);
        for request in shared.waiting.drain(..) {
            request.ticket.cancelled.store(true, Ordering::Relaxed);
        }
        if let Some((ticket, _)) = &shared.running {
            ticket.cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// Asks what runs to end with what it has ([`Ticket::is_stopped`]), and forgets what waits. Its answer is still wanted.
    pub fn stop(&self) {
        let mut shared = lock(&self.shared.0);
        for request in shared.waiting.drain(..) {
            request.ticket.cancelled.store(true, Ordering::Relaxed);
        }
        if let Some((ticket, _)) = &shared.running {
            ticket.stopped.store(true, Ordering::Relaxed);
        }
    }

    /// The next answer that is still wanted, if there is one. Never waits.
    pub fn poll(&self) -> Option<Answer<A>> {
        self.answers
            .try_iter()
            .find(|(ticket, _)| !ticket.is_cancelled())
            .map(|(_, answer)| answer)
    }

    /// Carries out what still waits and ends the thread: for saves at the end of the program.
    pub fn finish(mut self) {
        lock(&self.shared.0).closed = true;
        self.shared.1.notify_one();
        if let Some(thread) = self.thread.take() {
            // The thread catches every panic of its work, so joining cannot fail with one.
            let _ended = thread.join();
        }
    }

    /// What it is doing; `None` = nothing that is still wanted.
    pub fn status(&self) -> Option<Status> {
        let shared = lock(&self.shared.0);
        let waiting = shared.waiting.front().map(|request| (&request.ticket, request.since));
        let running = shared.running.as_ref().map(|(ticket, since)| (ticket, *since));
        let (ticket, since) = running.filter(|(ticket, _)| !ticket.is_cancelled()).or(waiting)?;
        let progress = f32::from_bits(ticket.progress.load(Ordering::Relaxed));
        Some(Status {
            name: self.name,
            progress,
            elapsed: since.elapsed(),
        })
    }
}

impl<Q, A> Drop for Worker<Q, A> {
    /// Lets the thread end after what it is doing; waiting requests of an in-order worker (saves) are still carried out.
    fn drop(&mut self) {
        let mut shared = lock(&self.shared.0);
        shared.closed = true;
        if self.latest_wins {
            shared.waiting.clear();
            if let Some((ticket, _)) = &shared.running {
                ticket.cancelled.store(true, Ordering::Relaxed);
            }
        }
        self.shared.1.notify_one();
    }
}

fn next<Q>(inbox: &(Mutex<Shared<Q>>, Condvar)) -> Option<Request<Q>> {
    let mut shared = lock(&inbox.0);
    loop {
        let age = shared.waiting.front().map(|request| request.since.elapsed());
        let early = age.and_then(|age| shared.delay.checked_sub(age));
        if let Some(rest) = early.filter(|rest| !rest.is_zero() && !shared.closed) {
            // Until it is old enough, replaced or cancelled.
            let waited = inbox.1.wait_timeout(shared, rest);
            shared = waited.unwrap_or_else(PoisonError::into_inner).0;
            continue;
        }
        if let Some(request) = shared.waiting.pop_front() {
            shared.running = Some((request.ticket.clone(), request.since));
            return Some(request);
        }
        if shared.closed {
            return None;
        }
        shared = inbox.1.wait(shared).unwrap_or_else(PoisonError::into_inner);
    }
}

/// The lock guards plain values that no panic can leave half-changed, so a poisoned one is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait<Q: Send + 'static, A: Send + 'static>(worker: &Worker<Q, A>) -> Answer<A> {
        let limit = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(answer) = worker.poll() {
                return answer;
            }
            assert!(Instant::now() < limit, "no answer");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn the_newest_request_wins() {
        let worker = Worker::latest("test", Arc::new(|| {}), |value: u32, ticket: &Ticket| {
            while value == 0 && !ticket.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Some(value)
        })
        .unwrap();
        for value in 0..5 {
            worker.request(value);
        }
        assert!(matches!(wait(&worker), Answer::Done(4, _)));
        assert!(worker.poll().is_none());
        assert_eq!(worker.status(), None);
    }

    #[test]
    fn work_that_waits_begins_when_no_newer_request_follows() {
        let begun = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&begun);
        let delay = Duration::from_millis(200);
        let worker = Worker::latest_after(delay, "test", Arc::new(|| {}), move |value: u32, _: &Ticket| {
            counter.fetch_add(1, Ordering::Relaxed);
            Some(value)
        })
        .unwrap();
        let begin = Instant::now();
        for value in 0..5 {
            worker.request(value);
        }
        assert!(worker.status().is_some());
        assert!(matches!(wait(&worker), Answer::Done(4, _)));
        assert!(begin.elapsed() >= delay && begun.load(Ordering::Relaxed) == 1);
        // What is called off while it waits never begins, and what waits at the end does at once.
        worker.request(5);
        worker.cancel();
        worker.request(6);
        worker.finish();
        assert_eq!(begun.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn every_request_is_carried_out_in_order() {
        let worker = Worker::in_order("test", Arc::new(|| {}), |value: u32, _: &Ticket| Some(value)).unwrap();
        for value in 0..5 {
            worker.request(value);
        }
        for expected in 0..5 {
            assert!(matches!(wait(&worker), Answer::Done(value, _) if value == expected));
        }
    }

    /// Counts up to the number asked for, handing out every one.
    fn counting(wake: Wake) -> Worker<u32, u32> {
        Worker::streaming("test", wake, |most: u32, ticket: &Ticket, hand_out: &dyn Fn(u32)| {
            let mut count = 0;
            while count < most && !ticket.is_stopped() {
                count += 1;
                hand_out(count);
                std::thread::sleep(Duration::from_millis(1));
            }
            (!ticket.is_cancelled()).then_some(count)
        })
        .unwrap()
    }

    #[test]
    fn work_that_streams_is_heard_while_it_runs() {
        let woken = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&woken);
        let worker = counting(Arc::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        }));
        worker.request(5);
        for expected in 1..=5 {
            assert!(matches!(wait(&worker), Answer::Interim(count) if count == expected));
        }
        assert!(matches!(wait(&worker), Answer::Done(5, _)));
        assert!(worker.poll().is_none() && woken.load(Ordering::Relaxed) >= 5);
    }

    #[test]
    fn stopped_work_answers_with_what_it_has_and_replaced_work_with_nothing() {
        let worker = counting(Arc::new(|| {}));
        worker.request(u32::MAX);
        assert!(matches!(wait(&worker), Answer::Interim(1)));
        worker.stop();
        let last = loop {
            match wait(&worker) {
                Answer::Interim(_) => {}
                other => break other,
            }
        };
        assert!(matches!(last, Answer::Done(count, _) if count < u32::MAX));
        assert_eq!(worker.status(), None);
        worker.request(u32::MAX);
        assert!(matches!(wait(&worker), Answer::Interim(1)));
        worker.request(1);
        let mut heard = Vec::new();
        while !matches!(heard.last(), Some(Answer::Done(..))) {
            heard.push(wait(&worker));
        }
        assert!(
            matches!(heard[..], [Answer::Interim(1), Answer::Done(1, _)]),
            "{heard:?}"
        );
        worker.stop();
        worker.request(2);
        assert!(
            matches!(wait(&worker), Answer::Interim(1)),
            "a stop is not for what comes later"
        );
    }

    #[test]
    fn a_panic_is_an_answer_and_the_worker_lives_on() {
        let worker = Worker::in_order("test", Arc::new(|| {}), |value: u32, _: &Ticket| {
            assert!(value != 1, "one is too much");
            Some(value)
        })
        .unwrap();
        worker.request(1);
        worker.request(2);
        assert!(matches!(wait(&worker), Answer::Panicked(text) if text.contains("one is too much")));
        assert!(matches!(wait(&worker), Answer::Done(2, _)));
    }
}
