//! The pipelined schedule on random networks, systems and designs: nothing overlaps, nothing runs before what it waits for, the first
//! frame takes the latency, and the steady state reaches the throughput of the evaluation wherever no resource is used twice.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "support/networks.rs"]
mod networks;

use cutscape::design::timeline::Span;
use cutscape::design::{Evaluation, Timeline, evaluate};
use cutscape::system::System;
use proptest::prelude::*;

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// Spans that a test picks, in order of start.
fn in_order(timeline: &Timeline, pick: impl Fn(&Span) -> bool) -> Vec<&Span> {
    let mut spans: Vec<&Span> = timeline.spans.iter().filter(|span| pick(span)).collect();
    spans.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.step.cmp(&b.step)));
    spans
}

fn end_of(timeline: &Timeline, frame: usize) -> f64 {
    let of_frame = timeline.spans.iter().filter(|span| span.frame == frame);
    of_frame.map(|span| span.end_s).fold(0.0, f64::max)
}

/// Whether a frame comes back to something it has used before.
fn returns(timeline: &Timeline) -> bool {
    let first = in_order(timeline, |span| span.frame == 0);
    (1..first.len()).any(|span| first[..span].iter().any(|other| other.track == first[span].track))
}

fn keeps_the_rules(timeline: &Timeline, evaluation: &Evaluation, frames: usize) -> Result<(), TestCaseError> {
    prop_assert_eq!(timeline.spans.len(), frames * evaluation.steps.len());
    let follow = |spans: &[&Span]| spans.windows(2).all(|pair| pair[0].end_s <= pair[1].start_s);
    for track in 0..timeline.tracks.len() {
        prop_assert!(
            follow(&in_order(timeline, |span| span.track == track)),
            "two at once on a track"
        );
    }
    for frame in 0..frames {
        let steps = in_order(timeline, |span| span.frame == frame);
        prop_assert!(follow(&steps), "a step before what it waits for");
        prop_assert!(steps[0].start_s >= frame as f64 * timeline.period_s);
        prop_assert!(steps.iter().enumerate().all(|(index, span)| span.step == index));
        for span in steps {
            let end_s = span.start_s + evaluation.steps[span.step].seconds;
            prop_assert!(close(span.end_s, end_s));
        }
    }
    for gap in &timeline.idle {
        prop_assert!(gap.start_s < gap.end_s);
        let works = |s: &Span| s.track == gap.track && s.start_s < gap.end_s && s.end_s > gap.start_s;
        prop_assert!(timeline.spans.iter().all(|span| !works(span)), "{:?} is not idle", gap);
    }
    Ok(())
}

fn check(system: &System, evaluation: &Evaluation, frames: usize) -> Result<(), TestCaseError> {
    let timeline = Timeline::new(system, evaluation, frames);
    let never_ends = evaluation.steps.is_empty() || evaluation.latency_s.is_infinite();
    prop_assert_eq!(timeline.is_none(), never_ends);
    let Some(timeline) = timeline else { return Ok(()) };
    keeps_the_rules(&timeline, evaluation, frames)?;

    let bound_s = timeline.tracks[timeline.bottleneck].busy_s;
    prop_assert!(close(bound_s, 1.0 / evaluation.throughput_hz));
    prop_assert!(timeline.possible_s >= bound_s);
    for (index, track) in timeline.tracks.iter().enumerate() {
        let utilisation = timeline.utilisation(index);
        prop_assert!(utilisation <= 1.0 && close(utilisation * timeline.interval_s(), track.busy_s));
    }
    let first_s = end_of(&timeline, 0);
    if returns(&timeline) {
        prop_assert!(first_s >= evaluation.latency_s * (1.0 - 1e-9));
        // Frames that come much too fast, so that there is always one that waits.
        let crowded = System {
            frame_rate_hz: Some(100.0 / bound_s),
            ..system.clone()
        };
        // Both numbers are means over 100 to 150 results. Where these do not repeat in a pattern, results come in bunches, and a mean is off by as
        // much as a bunch at its ends is longer than the others: by up to 2.5 intervals in 100 on either side.
        let many = Timeline::new(&crowded, evaluation, 300).unwrap();
        let measured_s = (end_of(&many, 299) - end_of(&many, 149)) / 150.0;
        prop_assert!(
            (measured_s - timeline.possible_s).abs() <= 0.05 * measured_s,
            "{} is not {}",
            measured_s,
            timeline.possible_s
        );
        // In the long run no result comes sooner than frames do, or than they can be done.
        let at_this_rate = Timeline::new(system, evaluation, 200).unwrap();
        prop_assert!(end_of(&at_this_rate, 199) >= 199.0 * timeline.interval_s() * 0.97);
    } else {
        prop_assert!(close(first_s, evaluation.latency_s));
        prop_assert!(timeline.possible_s == bound_s && timeline.is_tight());
        for frame in 1..frames {
            let end_s = first_s + frame as f64 * timeline.interval_s();
            prop_assert!(close(end_of(&timeline, frame), end_s));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_schedule_keeps_its_rules_and_reaches_the_throughput(
        case in networks::cases(1..=8, 1..=4),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 4),
        frames in 1_usize..12,
        rate in 0.2_f64..5.0,
    ) {
        let mut case = case;
        let designs = if case.network.layers.len() < 6 { case.all_designs() } else { case.all_position_designs() };
        for pick in picks {
            let design = pick.get(&designs);
            case.system.frame_rate_hz = None;
            let evaluation = evaluate(&case.problem(), design);
            check(&case.system, &evaluation, frames)?;
            // Frames that come slower or faster than the design can take them.
            let rate_hz = rate * evaluation.throughput_hz;
            case.system.frame_rate_hz = Some(rate_hz).filter(|rate| rate.is_normal());
            check(&case.system, &evaluate(&case.problem(), design), frames)?;
        }
    }
}
