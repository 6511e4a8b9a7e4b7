//! When what happens while several frames are under way: the steps of one inference laid out over devices and links.
//!
//! A frame goes through the steps of [`Evaluation::steps`] in order; each occupies its device or link alone (a half-duplex link
//! is one resource, a full-duplex one has one for each direction). A step starts as soon as the one before it is done and its
//! resource is free; of several frames that wait for a resource the oldest goes first, so that frames leave in the order they came.
//!
//! Frames come at the rate asked for; without one as often as they can be done, because more would only queue up.
//!
//! Where no resource is used twice in a frame, this is a flow shop of identical jobs: with arrivals every `p`, step `k` of frame `f`
//! ends at `t_1 + … + t_k + f × max(p, t_1, …, t_k)`. The steady state begins with the first frame, a result comes every `max(p, t_1, …,
//! t_n)`, and the first one after the latency. Where a resource is used again (a revisited device, a half-duplex link that also carries the
//! output home), the busiest one cannot always be kept busy without looking ahead: the shortest interval is then measured, with frames that come
//! too fast, over the later half of those that are done before the last one comes (frames that none follows have the resources to
//! themselves); it may be longer than the busiest resource's time. Frames that come more slowly may for a while fit worse between each other, but
//! then a queue builds up until there is always one that waits, so that in the long run results come at that interval or as frames come.

use super::{Evaluation, Work};
use crate::link::Duplex;
use crate::system::{System, Topology};

/// Frames that are run to measure the interval where a frame comes back to a resource.
const SETTLING: usize = 256;
/// Frames after which the number of those under way is taken.
const FILLING: usize = 32;
/// From this share on it is told that the interval is longer than the busiest resource's time: what three digits show.
const TOLD: f64 = 5e-3;
/// Differences in time below this share are rounding.
const ROUNDING: f64 = 1e-9;

/// The schedule of some frames, and what repeats once the pipeline is full.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// Devices and links in system order.
    pub tracks: Vec<Track>,
    /// What occupies them, in order of start.
    pub spans: Vec<Span>,
    /// Gaps between the spans of a track, track by track.
    pub idle: Vec<Idle>,
    /// Seconds between two arrivals; frame 0 comes at 0.
    pub period_s: f64,
    /// The shortest time between two results that can be kept up.
    pub possible_s: f64,
    /// The track that is busy longest per frame; results cannot come faster than that.
    pub bottleneck: usize,
    /// Frames that have come and are not done when another one comes, that one included. Means nothing where the queue grows.
    pub in_flight: usize,
}

/// Something that does one thing at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// A device of the system.
    Device(usize),
    /// A link of the system, in whatever direction.
    Link(usize),
    /// One direction of a full-duplex link both of whose directions are used; `true` = towards the later device.
    Way(usize, bool),
}

/// A resource and how much a frame asks of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// Which.
    pub resource: Resource,
    /// Seconds per frame it is occupied.
    pub busy_s: f64,
}

/// A step of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Which frame, from 0.
    pub frame: usize,
    /// Index into [`Evaluation::steps`].
    pub step: usize,
    /// Index into [`Timeline::tracks`].
    pub track: usize,
    /// Seconds from the arrival of the first frame.
    pub start_s: f64,
    /// Seconds from the arrival of the first frame.
    pub end_s: f64,
}

/// A gap on a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Idle {
    /// Index into [`Timeline::tracks`].
    pub track: usize,
    /// From when on.
    pub start_s: f64,
    /// Until when.
    pub end_s: f64,
    /// The frame that ends it.
    pub frame: usize,
    /// The track that frame comes from; `None` = it has only just arrived.
    pub waits_for: Option<usize>,
}

impl Timeline {
    /// Lays out `frames` frames (at least one). `None` where a step never ends, because a device cannot run a layer of its own.
    pub fn new(system: &System, evaluation: &Evaluation, frames: usize) -> Option<Self> {
        let (tracks, steps) = tracks(system, evaluation)?;
        let busiest = |best: usize, track: usize| {
            if tracks[track].busy_s > tracks[best].busy_s {
                track
            } else {
                best
            }
        };
        let bottleneck = (0..tracks.len()).reduce(busiest)?;
        let bound_s = tracks[bottleneck].busy_s;
        let on_earlier = |step: usize| steps[..step].iter().any(|other| other.track == steps[step].track);
        let returns = (1..steps.len()).any(on_earlier);
        let possible_s = if returns {
            settled_s(&steps, tracks.len(), bound_s)
        } else {
            bound_s
        };
        let asked = system
            .frame_rate_hz
            .map(|rate| 1.0 / rate)
            .filter(|period| period.is_finite());
        let period_s = asked.unwrap_or(possible_s);
        let frames = frames.max(1);
        let mut spans = run_frames(&steps, tracks.len(), frames.max(FILLING), period_s);
        let in_flight = under_way_at_last(&ends(&spans, &steps), period_s);
        spans.retain(|span| span.frame < frames);
        Some(Self {
            idle: idle(&spans, &steps, tracks.len(), possible_s * ROUNDING),
            in_flight,
            tracks,
            spans,
            period_s,
            possible_s,
            bottleneck,
        })
    }

    /// Seconds between two results in the steady state.
    pub fn interval_s(&self) -> f64 {
        self.period_s.max(self.possible_s)
    }

    /// Share of the time a track is occupied for the results that come out.
    pub fn utilisation(&self, track: usize) -> f64 {
        let busy_s = self.tracks[track].busy_s;
        if busy_s == 0.0 { 0.0 } else { busy_s / self.interval_s() }
    }

    /// Whether results can come as fast as the busiest resource allows; else frames get into each other's way.
    pub fn is_tight(&self) -> bool {
        self.possible_s <= self.tracks[self.bottleneck].busy_s * (1.0 + TOLD)
    }

    /// Frames by which the queue grows in a second, where they come faster than they can be done.
    pub fn backlog_hz(&self) -> Option<f64> {
        let grows = self.period_s < self.possible_s * (1.0 - ROUNDING);
        grows.then(|| 1.0 / self.period_s - 1.0 / self.possible_s)
    }

    /// Seconds until the last span ends.
    pub fn end_s(&self) -> f64 {
        self.spans.iter().map(|span| span.end_s).fold(0.0, f64::max)
    }
}

/// A step as the schedule sees it.
#[derive(Debug, Clone, Copy)]
struct Job {
    track: usize,
    seconds: f64,
}

/// All tracks in system order, and the steps on them; `None` where there is no step or one never ends.
fn tracks(system: &System, evaluation: &Evaluation) -> Option<(Vec<Track>, Vec<Job>)> {
    let mut resources = Vec::new();
    for device in 0..evaluation.devices.len() {
        resources.push(Resource::Device(device));
        if system.topology == Topology::Chain && device < system.links.len() {
            resources.extend(ways(system, evaluation, device));
        }
    }
    let beside = match system.topology {
        Topology::Chain => system.links.len(),
        Topology::Bus => 0,
    };
    for link in beside..evaluation.links.len() {
        resources.extend(ways(system, evaluation, link));
    }
    let job = |step: &super::Step| {
        let is_its = |resource: &Resource| match (step.work, *resource) {
            (Work::Compute { device, .. }, Resource::Device(other)) => device == other,
            (Work::Transfer { link, .. }, Resource::Link(other)) => link == other,
            (Work::Transfer { link, message }, Resource::Way(other, forward)) => {
                link == other && evaluation.links[link].messages[message].forward == forward
            }
            _ => false,
        };
        let track = resources.iter().position(is_its)?;
        let seconds = step.seconds;
        seconds.is_finite().then_some(Job { track, seconds })
    };
    let steps: Vec<Job> = evaluation.steps.iter().map(job).collect::<Option<_>>()?;
    let busy_s = |track: usize| {
        steps
            .iter()
            .filter(|job| job.track == track)
            .map(|job| job.seconds)
            .sum()
    };
    let tracks = resources.iter().enumerate().map(|(index, &resource)| Track {
        resource,
        busy_s: busy_s(index),
    });
    let tracks = tracks.collect();
    (!steps.is_empty()).then_some((tracks, steps))
}

/// The one or two resources of a link.
fn ways(system: &System, evaluation: &Evaluation, link: usize) -> Vec<Resource> {
    let messages = &evaluation.links[link].messages;
    let uses = |forward: bool| messages.iter().any(|message| message.forward == forward);
    if system.link(link).duplex == Duplex::Full && uses(true) && uses(false) {
        vec![Resource::Way(link, true), Resource::Way(link, false)]
    } else {
        vec![Resource::Link(link)]
    }
}

/// A frame that is under way.
struct Flight {
    frame: usize,
    /// Its next step.
    step: usize,
    ready_s: f64,
}

/// The spans of all frames, in order of start.
///
/// The step that can start first is the next to start; nothing that starts later can get ready before it does.
fn run_frames(steps: &[Job], tracks: usize, frames: usize, period_s: f64) -> Vec<Span> {
    let mut free_s = vec![0.0_f64; tracks];
    let mut spans = Vec::with_capacity(frames * steps.len());
    // By frame: of several that could start at the same time the first, which is the oldest, is taken.
    let mut flying: Vec<Flight> = Vec::new();
    let mut arrived = 0;
    while spans.len() < frames * steps.len() {
        // A frame behind one that has not started yet cannot be the next.
        if arrived < frames && flying.last().is_none_or(|last| last.step > 0) {
            flying.push(Flight {
                frame: arrived,
                step: 0,
                ready_s: arrived as f64 * period_s,
            });
            arrived += 1;
        }
        let start_s = |flight: &Flight| flight.ready_s.max(free_s[steps[flight.step].track]);
        let starts = flying.iter().map(start_s).enumerate();
        let Some((next, start_s)) = starts.min_by(|a, b| a.1.total_cmp(&b.1)) else {
            break;
        };
        let flight = &mut flying[next];
        let Job { track, seconds } = steps[flight.step];
        let end_s = start_s + seconds;
        spans.push(Span {
            frame: flight.frame,
            step: flight.step,
            track,
            start_s,
            end_s,
        });
        free_s[track] = end_s;
        flight.ready_s = end_s;
        flight.step += 1;
        if flight.step == steps.len() {
            flying.remove(next);
        }
    }
    spans
}

/// When each frame is done.
fn ends(spans: &[Span], steps: &[Job]) -> Vec<f64> {
    let last = spans.iter().filter(|span| span.step + 1 == steps.len());
    // Frames do not overtake each other on their last resource.
    last.map(|span| span.end_s).collect()
}

/// Frames that have come and are not done when the last one comes, that one included.
fn under_way_at_last(ends_s: &[f64], period_s: f64) -> usize {
    let last_s = (ends_s.len() - 1) as f64 * period_s * (1.0 + ROUNDING);
    ends_s.iter().filter(|&&end| end > last_s).count()
}

/// The interval of the results once there is always a frame that waits for its first step.
fn settled_s(steps: &[Job], tracks: usize, bound_s: f64) -> f64 {
    // Frames that come even faster would only lengthen the queue.
    let period_s = bound_s / 2.0;
    let ends_s = ends(&run_frames(steps, tracks, SETTLING, period_s), steps);
    let done = ends_s.len() - under_way_at_last(&ends_s, period_s);
    let later = &ends_s[done / 2..done.max(done / 2 + 2)];
    let over = |count: usize| (later[later.len() - 1] - later[later.len() - 1 - count]) / count as f64;
    // What repeats every few frames is measured over those; else the mean over all is wrong by less than one part in their number.
    let repeats = |count: &usize| {
        let mean_s = over(*count) * *count as f64;
        let pairs = later.iter().zip(&later[*count..]);
        pairs.into_iter().all(|(a, b)| (b - a - mean_s).abs() <= ROUNDING * b)
    };
    let cycle = (1..=later.len() / 2).find(repeats).unwrap_or(later.len() - 1);
    over(cycle).max(bound_s)
}

/// The gaps longer than `least_s` between the spans of every track.
fn idle(spans: &[Span], steps: &[Job], tracks: usize, least_s: f64) -> Vec<Idle> {
    let gaps = |track: usize| {
        let on_track: Vec<&Span> = spans.iter().filter(|span| span.track == track).collect();
        let gap = |pair: &[&Span]| {
            let (before, next) = (pair[0], pair[1]);
            (next.start_s - before.end_s > least_s).then(|| Idle {
                track,
                start_s: before.end_s,
                end_s: next.start_s,
                frame: next.frame,
                waits_for: next.step.checked_sub(1).map(|step| steps[step].track),
            })
        };
        on_track.windows(2).filter_map(gap).collect::<Vec<_>>()
    };
    (0..tracks).flat_map(gaps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(steps: &[(usize, f64)]) -> Vec<Job> {
        steps.iter().map(|&(track, seconds)| Job { track, seconds }).collect()
    }

    #[test]
    fn a_pipeline_without_returns_is_full_from_the_first_frame_on() {
        let steps = jobs(&[(0, 2.0), (1, 1.0), (2, 4.0)]);
        let spans = run_frames(&steps, 3, 3, 4.0);
        assert_eq!(ends(&spans, &steps), [7.0, 11.0, 15.0]);
        assert_eq!(under_way_at_last(&[7.0, 11.0, 15.0], 4.0), 2);
        let crowded = run_frames(&steps, 3, 3, 0.0);
        assert_eq!(
            ends(&crowded, &steps),
            [7.0, 11.0, 15.0],
            "early frames only wait longer"
        );
    }

    #[test]
    fn the_oldest_frame_goes_first_where_several_wait() {
        // Frame 0 comes back to track 0 at 3 while frame 1 is on it until 4; then frame 2 waits for its first step as well.
        let steps = jobs(&[(0, 2.0), (1, 1.0), (0, 2.0)]);
        let spans = run_frames(&steps, 2, 3, 0.0);
        let on_first: Vec<_> = spans
            .iter()
            .filter(|s| s.track == 0)
            .map(|s| (s.frame, s.step))
            .collect();
        assert_eq!(on_first[..4], [(0, 0), (1, 0), (0, 2), (1, 2)]);
    }

    #[test]
    fn a_device_that_is_revisited_is_still_kept_busy() {
        let steps = jobs(&[(0, 2.0), (1, 3.0), (0, 2.0)]);
        assert!((settled_s(&steps, 2, 4.0) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn frames_that_get_into_each_others_way_are_measured() {
        // Tracks 0 and 1 are both needed for 5 s, but each has to wait for the other now and then.
        let steps = jobs(&[(0, 1.0), (1, 3.0), (0, 4.0), (1, 2.0)]);
        let measured = settled_s(&steps, 2, 5.0);
        assert!((5.0..=6.0).contains(&measured), "{measured}");
    }

    #[test]
    fn a_gap_names_what_ends_it() {
        let steps = jobs(&[(0, 2.0), (1, 1.0)]);
        let gaps = idle(&run_frames(&steps, 2, 2, 3.0), &steps, 2, 1e-9);
        let seen: Vec<_> = gaps
            .iter()
            .map(|gap| (gap.track, gap.start_s, gap.end_s, gap.waits_for))
            .collect();
        assert_eq!(seen, [(0, 2.0, 3.0, None), (1, 3.0, 5.0, Some(0))]);
    }
}
