//! Session state: what the window remembers that is neither part of the document nor undone.

use super::dock::Arrangement;
use super::evolution::Wanted;
use super::plots::bundles::{self, BundlesSettings};
use super::plots::sweep::{SweepSettings, Wish};
use super::plots::{BoxFilter, Choice, designs};
use crate::design::Design;
use crate::explore::Objective;
use crate::network::LayerId;
use crate::project::comparison::{Group, Measure, Threshold};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// State of the window. The first half is kept between runs, the second lives for one run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Dark (else light) theme.
    pub dark: bool,
    /// Whether the System panel is folded away.
    pub hide_system: bool,
    /// Whether the Inspector is folded away.
    pub hide_inspector: bool,
    /// Whether the bottom dock is folded away.
    pub hide_dock: bool,
    /// What the graph's colours mean.
    pub colour_by: ColourBy,
    /// What the ribbon's upper bars show.
    pub ribbon: RibbonQuantity,
    /// What the curve, “best position” and Optimise look for.
    pub objective: Objective,
    /// Metrics on the axes of the Pareto plot, horizontal and vertical; `None` = an objective of the search.
    pub axes: [Option<Objective>; 2],
    /// Logarithmic axes of the Pareto plot, horizontal and vertical.
    pub log_axes: [bool; 2],
    /// What the area of the dots in the Pareto plot means.
    pub dot_area: DotArea,
    /// How “choose for me” chooses.
    pub choice: Choice,
    /// Whether the Pareto plot shows designs off the front.
    pub hide_dominated: bool,
    /// How NSGA-II is run and shown.
    pub evolution: Wanted,
    /// What the Timeline tab shows.
    pub timeline: TimelineSettings,
    /// What the Compare tab shows.
    pub compare: CompareSettings,
    /// What the Sweep tab shows.
    pub sweep: SweepSettings,
    /// What the Bundles tab shows.
    pub bundles: BundlesSettings,
    /// How the dock's tabs are split; `None` until someone moves one.
    pub dock: Option<Arrangement>,
    /// The design file that was being edited, for the recovery of the document.
    pub file: Option<PathBuf>,
    /// Files opened last, newest first.
    pub recent: Vec<PathBuf>,

    /// The selected thing.
    #[serde(skip)]
    pub selection: Option<Selection>,
    /// The layer under the pointer in any view; views set it, the shell clears it each frame.
    #[serde(skip)]
    pub hovered_layer: Option<LayerId>,
    /// [`Session::hovered_layer`] of the frame before, for views that are drawn before the one under the pointer.
    #[serde(skip)]
    pub hovered_before: Option<LayerId>,
    /// The part of the design whose time is under the pointer; views set it, the shell clears it each frame.
    #[serde(skip)]
    pub hovered_part: Option<Part>,
    /// [`Session::hovered_part`] of the frame before, for views that are drawn before the one under the pointer.
    #[serde(skip)]
    pub hovered_part_before: Option<Part>,
    /// The sweep a view wants to show; views set it, the shell clears it each frame.
    #[serde(skip)]
    pub sweep_wish: Option<Wish>,
    /// What a view wants to know of schedules over bundles; views set it, the shell clears it each frame.
    #[serde(skip)]
    pub bundles_wish: Option<bundles::Wish>,
    /// A design to preview as a ghost in graph and ribbon; views set it, the shell clears it each frame.
    #[serde(skip)]
    pub preview: Option<Design>,
    /// [`Session::preview`] of the frame before, for views that are drawn before the one that sets it.
    #[serde(skip)]
    pub preview_before: Option<Design>,
    /// Name of the pin the Inspector compares with; `None` = the newest.
    #[serde(skip)]
    pub against: Option<String>,
    /// Text of the layer table's filter.
    #[serde(skip)]
    pub layer_filter: String,
    /// Sort of the layer table.
    #[serde(skip)]
    pub layer_sort: Option<(usize, bool)>,
    /// The box of the Pareto plot, which the table of designs is limited to.
    #[serde(skip)]
    pub box_filter: Option<BoxFilter>,
    /// Sort of the table of designs.
    #[serde(skip)]
    pub design_sort: designs::Sort,
    /// The device that has all layers in the Roofline tab; `None` = the design's devices have theirs.
    #[serde(skip)]
    pub all_on: Option<usize>,
    /// The layer the graph is asked to bring into view.
    #[serde(skip)]
    pub focus: Option<LayerId>,
    /// The graph is asked to show everything.
    #[serde(skip)]
    pub fit: bool,
}

impl Session {
    /// Forgets what the last frame's views found under the pointer; before the views of a frame.
    pub fn begin_frame(&mut self) {
        self.hovered_before = self.hovered_layer.take();
        self.hovered_part_before = self.hovered_part.take();
        self.preview_before = self.preview.take();
        self.sweep_wish = None;
        self.bundles_wish = None;
    }

    /// The part of the design under the pointer: in this frame if its view was drawn already, else in the one before.
    pub fn hovered_part(&self) -> Option<Part> {
        self.hovered_part.or(self.hovered_part_before)
    }

    /// The layer under the pointer: in this frame if its view was drawn already, else in the one before.
    pub fn hovered(&self) -> Option<LayerId> {
        self.hovered_layer.or(self.hovered_before)
    }

    /// The design to preview: of this frame if its view was drawn already, else of the one before.
    pub fn previewed(&self) -> Option<&Design> {
        self.preview.as_ref().or(self.preview_before.as_ref())
    }

    /// Whether the pointer came to another layer, part or preview in this frame, so that views drawn earlier need another one;
    /// after the views of a frame.
    pub fn hover_changed(&self) -> bool {
        self.hovered_layer != self.hovered_before
            || self.hovered_part != self.hovered_part_before
            || self.preview != self.preview_before
    }
}

impl Session {
    /// The session of a first start.
    pub fn first() -> Self {
        Self {
            dark: true,
            ..Self::default()
        }
    }
}

/// A part of the design in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The layers of a placement.
    Partition(usize),
    /// What crosses a cut.
    Cut(usize),
}

/// Something selected in every view at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// A layer of the current view.
    Layer(LayerId),
    /// A cut of the design.
    Cut(usize),
    /// A device of the system.
    Device(usize),
    /// A link of the system.
    Link(usize),
}

/// What the graph's colours mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ColourBy {
    /// The device a layer runs on.
    #[default]
    Partition,
    /// The operator family.
    Operator,
    /// A quantity, on a logarithmic scale.
    Heat(HeatQuantity),
}

/// Quantities a heat map can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeatQuantity {
    /// Seconds on the layer's device.
    Latency,
    /// Joules on the layer's device.
    Energy,
    /// Multiply-accumulates.
    Macs,
    /// Parameters.
    Params,
    /// Bytes of the layer's outputs.
    OutputBytes,
    /// MAC per byte.
    Intensity,
    /// Share of the device's peak rate.
    Utilisation,
}

impl HeatQuantity {
    /// All quantities, in menu order.
    pub const ALL: [Self; 7] = [
        Self::Latency,
        Self::Energy,
        Self::Macs,
        Self::Params,
        Self::OutputBytes,
        Self::Intensity,
        Self::Utilisation,
    ];

    /// Its name in the window.
    pub fn name(self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Energy => "energy",
            Self::Macs => "MACs",
            Self::Params => "parameters",
            Self::OutputBytes => "output bytes",
            Self::Intensity => "intensity",
            Self::Utilisation => "utilisation",
        }
    }
}

/// What the ribbon's upper bars show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum RibbonQuantity {
    /// Seconds of the layer on its device.
    #[default]
    Latency,
    /// Joules of the layer on its device.
    Energy,
}

/// What the area of the dots in the Pareto plot means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DotArea {
    /// The first objective of the search that stands on no axis, if there is one.
    #[default]
    Next,
    /// Nothing.
    Equal,
    /// This metric.
    Of(Objective),
}

/// The largest number of frames the Timeline tab shows.
pub const MOST_FRAMES: usize = 32;

/// What the Timeline tab shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelineSettings {
    /// How many frames are under way: 1 to [`MOST_FRAMES`].
    frames: usize,
    /// Name of the pin that is laid out below.
    #[serde(skip)]
    pub against: Option<String>,
}

impl Default for TimelineSettings {
    fn default() -> Self {
        Self {
            frames: 3,
            against: None,
        }
    }
}

impl TimelineSettings {
    /// How many frames are shown.
    pub fn frames(&self) -> usize {
        self.frames.clamp(1, MOST_FRAMES)
    }

    /// Shows another number of frames.
    pub fn set_frames(&mut self, frames: usize) {
        self.frames = frames;
    }
}

/// What the Compare tab shows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CompareSettings {
    /// Groups of rows that are folded away.
    pub folded: Vec<Group>,
    /// What is compared of the layers.
    pub measure: Measure,
    /// Which differences of layers are shown.
    pub threshold: Threshold,
    /// Whether layers stand in the order of their differences, the largest first, instead of the schedule's.
    pub largest_first: bool,
    /// Which design the others are compared with.
    #[serde(skip)]
    pub base: CompareBase,
}

/// Which design the others are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CompareBase {
    /// The first pin, or the design in the window where there is none.
    #[default]
    FirstPin,
    /// The design in the window.
    Current,
    /// The pin of this name; the first one where there is none of the name.
    Pin(String),
}

/// Tabs of the bottom dock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tab {
    /// The front.
    Pareto,
    /// What happens when.
    Timeline,
    /// The table of layers.
    Layers,
    /// The table of designs.
    Designs,
    /// Pinned designs side by side.
    Compare,
    /// Layers below the roofs of their devices.
    Roofline,
    /// What is best while a number is varied.
    Sweep,
    /// Schedules over bundles of measured devices.
    Bundles,
    /// The Inspector, where the window is too narrow for it at the side.
    Inspector,
}
