//! Searching the family of a device's accelerator for sizes that suit the network: what is asked, the work, what was found, and the dialog
//! that shows it.
//!
//! - `dialog` the whole; `form` what is asked; `table` the best designs; the plot is among the others (`plots::accelerators`)

mod dialog;
mod form;
mod table;

pub use dialog::Dialog;

use super::{App, Cx};
use crate::cost::spatial::Spatial;
use crate::cost::spatial::space::{
    Design, EyerissLists, Family, GemminiLists, GenomeRanges, Lists, MeshDims, Metric, SimbaLists, SpaceError, Totals,
};
use crate::explore::space::{
    Evaluated, EvolveSettings, NetworkCosts, Progress, device_of, evolve, exhaustive, front_of,
};
use crate::jobs::Ticket;
use crate::network::LayerId;
use crate::project::{OpenNetwork, View};
use crate::system::{Device, DeviceModel};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The name of its worker.
pub const NAME: &str = "accelerators";

/// Least time between two answers of a search under way.
const PACE: Duration = Duration::from_millis(300);

/// Metrics the front is over.
pub const OBJECTIVES: [Metric; 3] = [Metric::Energy, Metric::Latency, Metric::Area];

/// How designs are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Every combination of listed sizes.
    Every,
    /// NSGA-II within ranges.
    Evolution,
}

/// What a search is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// How designs are taken.
    pub way: Way,
    /// Sizes for [`Way::Every`].
    pub lists: Lists,
    /// Sizes for [`Way::Evolution`].
    pub ranges: GenomeRanges,
    /// How it evolves.
    pub settings: EvolveSettings,
    /// Whether only the layers that the design gives the device count, else all of the network.
    pub here_only: bool,
}

impl Wish {
    /// Sizes around the usual ones of a family.
    pub fn usual(family: Family) -> Self {
        let lists = match family {
            Family::Eyeriss => Lists::Eyeriss(EyerissLists {
                rows: vec![8, 12, 16],
                columns: vec![8, 14, 16],
                buffer_kib: vec![64.0, 128.0, 256.0],
                ..EyerissLists::default()
            }),
            Family::Simba => Lists::Simba(SimbaLists {
                elements: vec![8, 16],
                lanes: vec![8, 16],
                buffer_kib: vec![64.0, 128.0],
                input_kib: vec![16.0, 64.0],
                weight_kib: vec![8.0, 32.0],
                ..SimbaLists::default()
            }),
            Family::Gemmini => Lists::Gemmini(GemminiLists {
                sides: MeshDims::Fixed(vec![8, 16, 32]),
                scratchpad_kib: (64.0, 512.0),
                accumulator_kib: (16.0, 128.0),
            }),
        };
        Self {
            way: Way::Every,
            lists,
            ranges: GenomeRanges::usual(family),
            settings: EvolveSettings::default(),
            here_only: false,
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.lists.family()
    }
}

/// The family whose structure an accelerator has.
pub fn family_of(device: &Device) -> Option<Family> {
    let DeviceModel::Spatial(template) = &device.model else {
        return None;
    };
    let is_of = |family: &Family| {
        let designs = Lists::usual(*family).designs().unwrap_or_default();
        designs.first().is_some_and(|design| design.build(template).is_ok())
    };
    Family::ALL.into_iter().find(is_of)
}

/// Asks for a search.
#[derive(Debug, Clone)]
pub struct SpaceRequest {
    /// The network with both views.
    pub network: Arc<OpenNetwork>,
    /// Which view.
    pub view: View,
    /// Which of its layers count.
    pub layers: Vec<LayerId>,
    /// The device by its index in the system.
    pub index: usize,
    /// The device as it was: what is not searched stays so.
    pub device: Device,
    /// What is searched.
    pub wish: Wish,
}

/// How far a search came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Running,
    /// It was stopped: there may be better designs.
    Stopped,
    /// It came to its end.
    Done,
    /// It could not be done, in words.
    Impossible(String),
}

/// A design that was looked at.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its sizes.
    pub design: Design,
    /// What it costs, or in words why a layer cannot run.
    pub totals: Result<Totals, String>,
    /// What had to be assumed about memories.
    pub assumptions: Vec<String>,
}

impl Candidate {
    fn of(evaluated: &Evaluated) -> Self {
        let reason = || evaluated.unmappable().next().map(|(_, reason)| reason.to_owned());
        let totals = evaluated
            .totals()
            .ok_or_else(|| reason().unwrap_or("it has no layers".to_owned()));
        Self {
            design: evaluated.design,
            totals,
            assumptions: evaluated.assumptions.clone(),
        }
    }

    /// Its value in a metric, if it can run everything.
    pub fn metric(&self, metric: Metric) -> Option<f64> {
        self.totals.as_ref().ok().map(|totals| metric.value(*totals))
    }
}

/// What a search has found.
#[derive(Debug, Clone)]
pub struct Found {
    /// What was asked.
    pub request: Arc<SpaceRequest>,
    /// Designs in the order in which they were taken.
    pub designs: Arc<Vec<Candidate>>,
    /// Those no other is at least as good as in energy, latency and area.
    pub front: Arc<Vec<usize>>,
    /// Designs, or generations, done, and all of them.
    pub done: (usize, usize),
    /// How far it is.
    pub state: State,
}

impl Found {
    /// Indices of the best by a metric, the best first.
    pub fn best(&self, metric: Metric, count: usize) -> Vec<usize> {
        let values = self.designs.iter().enumerate();
        let mut values: Vec<(usize, f64)> = values.filter_map(|(i, c)| Some((i, c.metric(metric)?))).collect();
        values.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        values.into_iter().take(count).map(|(index, _)| index).collect()
    }

    /// Designs on which a layer cannot run.
    pub fn unmappable(&self) -> impl Iterator<Item = (&Candidate, &str)> {
        let all = self.designs.iter();
        all.filter_map(|candidate| Some((candidate, candidate.totals.as_ref().err()?.as_str())))
    }

    /// A design as a device that can stand for the one that was searched from.
    pub fn device(&self, index: usize) -> Result<Device, String> {
        let candidate = self.designs.get(index).ok_or("there is no such design")?;
        let made = device_of(&candidate.design, &self.request.device);
        made.map(|(device, _)| device).map_err(|error| error.to_string())
    }
}

/// The work: what is found is handed out a few times per second, and what there is when it is stopped is the answer.
pub fn run(request: SpaceRequest, ticket: &Ticket, hand_out: &dyn Fn(Found)) -> Option<Found> {
    let request = Arc::new(request);
    let mut designs: Vec<Candidate> = Vec::new();
    let found = |designs: &[Candidate], done, state| {
        let totals: Vec<Option<Totals>> = designs.iter().map(|c| c.totals.as_ref().ok().copied()).collect();
        Found {
            request: Arc::clone(&request),
            designs: Arc::new(designs.to_vec()),
            front: Arc::new(front_of(&totals, &OBJECTIVES)),
            done,
            state,
        }
    };
    let mut done = (0, 0);
    let mut told: Option<Instant> = None;
    let mut stream = |progress: Progress| {
        let new = progress.designs.get(designs.len()..).unwrap_or_default();
        designs.extend(new.iter().map(Candidate::of));
        done = (progress.done, progress.of);
        ticket.set_progress(progress.done as f32 / progress.of.max(1) as f32);
        if told.is_none_or(|told| told.elapsed() >= PACE) {
            hand_out(found(&designs, done, State::Running));
            told = Some(Instant::now());
        }
    };
    let explored = search(&request, ticket, &mut stream);
    if ticket.is_cancelled() {
        return None;
    }
    let state = match explored {
        Ok(true) => State::Done,
        Ok(false) => State::Stopped,
        Err(error) => State::Impossible(error.to_string()),
    };
    if state == State::Done {
        done.0 = done.1;
    }
    Some(found(&designs, done, state))
}

/// Searches; whether to the end.
fn search(request: &SpaceRequest, ticket: &Ticket, stream: &mut dyn FnMut(Progress)) -> Result<bool, SpaceError> {
    let template: &Spatial = match &request.device.model {
        DeviceModel::Spatial(template) => template,
        DeviceModel::Roofline(_) | DeviceModel::Table(_) | DeviceModel::Profile(_) => {
            return Err(SpaceError("the device is no spatial accelerator any more".to_owned()));
        }
    };
    let costs = NetworkCosts {
        network: request.network.view(request.view),
        layers: &request.layers,
        widths: request.device.widths(),
    };
    let (wish, stop) = (&request.wish, || ticket.is_stopped());
    let explored = match wish.way {
        Way::Every => exhaustive(template, &wish.lists.designs()?, &costs, &stop, stream)?,
        Way::Evolution => evolve(template, &wish.ranges, &wish.settings, &costs, &stop, stream)?,
    };
    Ok(explored.complete)
}

/// The layers a wish is about.
fn layers(cx: &Cx, index: usize, here_only: bool) -> Vec<LayerId> {
    let all = 0..cx.network.layers.len();
    all.filter(|&layer| !here_only || cx.document.design.device_of(layer) == index)
        .collect()
}

impl App {
    /// Searches accelerators in the place of a device; another search is given up.
    pub(super) fn search_accelerators(&mut self, index: usize, wish: Wish) {
        let document = self.history.document();
        let Some(device) = document.built(index) else { return };
        let all = 0..document.network().layers.len();
        let counts = |layer: &usize| !wish.here_only || document.design.device_of(*layer) == index;
        let request = SpaceRequest {
            network: Arc::clone(&document.network),
            view: document.view,
            layers: all.filter(counts).collect(),
            index,
            device: device.clone(),
            wish,
        };
        self.derived.accelerators = None;
        self.workers.accelerators.request(request);
    }

    /// Opens the dialog for a device, as it was left where its designs were searched last.
    pub(super) fn open_accelerators(&mut self, index: usize) {
        let document = self.history.document();
        let Some(family) = document.built(index).and_then(family_of) else {
            return self.tell("This device is of no family whose sizes can be searched: choose an Eyeriss-, Simba- or Gemmini-like one");
        };
        let last = self.derived.accelerators.as_ref().map(|found| &found.request);
        let last = last.filter(|last| last.index == index && last.wish.family() == family);
        let wish = last.map_or_else(|| Wish::usual(family), |last| last.wish.clone());
        self.overlay = super::shell::overlay::Overlay::Accelerators(Box::new(Dialog::new(index, wish)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::{Answer, Worker};
    use crate::project::{Origin, sample};
    use crate::system::preset::Presets;

    fn request(way: Way) -> SpaceRequest {
        let origin = Origin::Example("sample".into());
        let mut device = Presets::load(None).device("Gemmini-like").unwrap();
        assert!(device.set("budget", 200.0));
        let mut wish = Wish::usual(Family::Gemmini);
        wish.way = way;
        wish.settings.population = 4;
        wish.settings.generations = 2;
        SpaceRequest {
            network: Arc::new(OpenNetwork::new(origin, sample::convolutions(), Vec::new())),
            view: View::default(),
            layers: vec![0, 1, 2],
            index: 0,
            device,
            wish,
        }
    }

    fn answer(request: SpaceRequest) -> Found {
        let worker = Worker::streaming(NAME, Arc::new(|| {}), run).unwrap();
        worker.request(request);
        loop {
            match worker.poll() {
                Some(Answer::Done(found, _)) => return found,
                Some(Answer::Panicked(text)) => panic!("{text}"),
                Some(Answer::Interim(_)) => {}
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    #[test]
    fn families_are_known_by_their_structure() {
        let presets = Presets::load(None);
        for (name, family) in [
            ("Eyeriss-like", Family::Eyeriss),
            ("Simba-like (CNNParted)", Family::Simba),
            ("Gemmini-like", Family::Gemmini),
        ] {
            assert_eq!(family_of(&presets.device(name).unwrap()), Some(family));
        }
        assert_eq!(family_of(&sample::spatial("S")), None);
        assert_eq!(family_of(&sample::device("D")), None);
        for family in Family::ALL {
            assert!(Wish::usual(family).lists.designs().unwrap().len() > 8);
        }
    }

    #[test]
    fn every_design_is_looked_at_and_becomes_a_device() {
        let asked = request(Way::Every);
        let count = asked.wish.lists.designs().unwrap().len();
        let found = answer(asked);
        assert_eq!((found.state.clone(), found.designs.len()), (State::Done, count));
        let best = found.best(Metric::Edap, 3);
        assert_eq!(best.len(), 3);
        let value = |index: usize| found.designs[index].metric(Metric::Edap).unwrap();
        assert!(value(best[0]) <= value(best[1]) && value(best[1]) <= value(best[2]));
        assert!(found.front.contains(&found.best(Metric::Energy, 1)[0]));
        let device = found.device(best[0]).unwrap();
        assert!(device.validate().is_empty());
        assert!(device.name.starts_with("Gemmini-like"));
    }

    #[test]
    fn evolution_stays_within_its_ranges_and_bad_sizes_are_told() {
        let found = answer(request(Way::Evolution));
        assert_eq!(found.state, State::Done);
        assert!(!found.designs.is_empty());
        let mut asked = request(Way::Every);
        asked.wish.lists = Lists::Gemmini(GemminiLists {
            sides: MeshDims::Fixed(vec![0]),
            ..GemminiLists::default()
        });
        let State::Impossible(why) = answer(asked).state else {
            panic!("an array without units is no array")
        };
        assert!(why.contains("sides: 0"), "{why}");
    }
}
