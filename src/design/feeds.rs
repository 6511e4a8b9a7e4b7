//! How fast links feed the partitions of a design: the roof that communication is.
//!
//! A partition that computes M MACs with a message of B bytes cannot go on faster than the link brings these: a link of R bytes per second
//! feeds it R × M / B MACs per second at best. Over MACs per byte sent that is one more slope beside the memory's, at the right of it as far as
//! the link is slower. A partition lies above its link's slope exactly if the link takes longer for the message than the device for computing.

use super::{Design, Evaluation, Work};
use crate::network::Network;

/// A message beside the partition that waits for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feed {
    /// The link.
    pub link: usize,
    /// Index into its [`super::LinkLoad::messages`].
    pub message: usize,
    /// The partition, an index into [`Design::placements`].
    pub placement: usize,
    /// Its device.
    pub device: usize,
    /// Known multiply-accumulates of the partition, more than 0.
    pub macs: u64,
    /// Bytes of the message, more than 0.
    pub bytes: u64,
    /// Seconds of computing, more than 0.
    pub compute_s: f64,
    /// Seconds of sending, more than 0.
    pub transfer_s: f64,
}

impl Feed {
    /// Multiply-accumulates of the partition per byte sent.
    pub fn intensity(&self) -> f64 {
        self.macs as f64 / self.bytes as f64
    }

    /// Multiply-accumulates per second while the partition computes.
    pub fn macs_per_s(&self) -> f64 {
        self.macs as f64 / self.compute_s
    }

    /// Multiply-accumulates per second that the link brings the data for.
    pub fn fed_macs_per_s(&self) -> f64 {
        self.macs as f64 / self.transfer_s
    }
}

/// Every message that a partition with MACs waits for, in order of time; what goes home when all is done feeds none.
pub fn feeds(network: &Network, design: &Design, evaluation: &Evaluation) -> Vec<Feed> {
    let mut found = Vec::new();
    let mut waiting = Vec::new();
    for step in &evaluation.steps {
        match step.work {
            Work::Transfer { link, message } => waiting.push((link, message, step.seconds)),
            Work::Compute { placement, device } => {
                let macs = macs(network, design, placement);
                for (link, message, transfer_s) in waiting.drain(..) {
                    let bytes = evaluation.links.get(link).and_then(|load| load.messages.get(message));
                    let feed = Feed {
                        link,
                        message,
                        placement,
                        device,
                        macs,
                        bytes: bytes.map_or(0, |message| message.bytes),
                        compute_s: step.seconds,
                        transfer_s,
                    };
                    let takes_time = |seconds: f64| seconds > 0.0 && seconds.is_finite();
                    if macs > 0 && feed.bytes > 0 && takes_time(feed.compute_s) && takes_time(transfer_s) {
                        found.push(feed);
                    }
                }
            }
        }
    }
    found
}

/// Known multiply-accumulates of a partition.
fn macs(network: &Network, design: &Design, placement: usize) -> u64 {
    let layers = network.layers.iter().enumerate();
    let held = layers.filter(|(layer, _)| design.holds(placement, *layer));
    held.filter_map(|(_, layer)| layer.macs).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Document, sample};

    fn feeds_of(document: &Document) -> Vec<Feed> {
        feeds(document.network(), &document.design, &document.evaluate())
    }

    fn cut_at(document: &mut Document, positions: &[usize]) {
        let schedule = document.network().schedule(document.schedule);
        document.design = Design::at_positions(&schedule, positions);
    }

    #[test]
    fn every_partition_is_fed_by_the_message_before_it() {
        let mut document = sample::document(3);
        cut_at(&mut document, &[1, 6]);
        let found = feeds_of(&document);
        let places: Vec<_> = found
            .iter()
            .map(|feed| (feed.link, feed.placement, feed.device))
            .collect();
        assert_eq!(places, [(0, 1, 1), (1, 2, 2)]);
        // The stem's output goes to both branches once; layers 1 to 5 compute 2000 + … + 6000 MACs.
        let (first, last) = (found[0], found[1]);
        assert_eq!(
            (first.macs, first.bytes, last.macs, last.bytes),
            (20_000, 128, 7000, 128)
        );
        assert!((first.transfer_s - (1e-3 + 128.0 / 2.5e6)).abs() < 1e-12);
        assert!((first.fed_macs_per_s() * first.transfer_s - 20_000.0).abs() < 1e-6);
        // A slow link: the partition lies above what the link feeds.
        assert!(first.macs_per_s() > first.fed_macs_per_s());
    }

    #[test]
    fn what_passes_an_unused_device_feeds_the_next_one_over_both_links() {
        let mut document = sample::document(3);
        cut_at(&mut document, &[6, 6]);
        let found = feeds_of(&document);
        let places: Vec<_> = found.iter().map(|feed| (feed.link, feed.placement)).collect();
        assert_eq!(places, [(0, 2), (1, 2)]);
        assert_eq!(found[0].intensity(), 7000.0 / 128.0);
    }

    #[test]
    fn the_input_feeds_the_first_partition_where_it_arrives_elsewhere() {
        let mut document = sample::document(2);
        cut_at(&mut document, &[0]);
        let found = feeds_of(&document);
        assert_eq!(found.len(), 1);
        let (feed, evaluation) = (found[0], document.evaluate());
        assert_eq!((feed.placement, feed.macs), (1, 28_000));
        assert_eq!(evaluation.links[feed.link].messages[feed.message].cut, None);
    }

    #[test]
    fn one_device_and_partitions_without_macs_are_fed_by_nothing() {
        let mut document = sample::document(2);
        cut_at(&mut document, &[7]);
        assert!(feeds_of(&document).is_empty());
        cut_at(&mut document, &[6]);
        assert_eq!(feeds_of(&document).len(), 1);
        let mut network = document.network().clone();
        network.layers[6].macs = None;
        let evaluation = document.evaluate();
        assert!(feeds(&network, &document.design, &evaluation).is_empty());
    }
}
