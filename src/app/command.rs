//! Everything a person can ask of the window, as values. Views push [`Command`]s; [`super::App::run_commands`] is the
//! one place that carries them out, after the views of a frame are done.

use super::accelerators::Wish;
use super::measure::Wish as MeasureWish;
use super::measured::ReadRequest;
use super::session::{ColourBy, Selection, Tab};
use crate::cost::profile::measure::Existing;
use crate::explore::Objective;
use crate::network::LayerId;
use crate::project::Action;
use crate::project::file::Trust;
use crate::system::Device;
use egui::{Key, KeyboardShortcut, Modifiers};
use std::path::PathBuf;

/// One request of a view.
#[expect(
    clippy::large_enum_variant,
    reason = "commands live for one frame in a list of a few"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Change the document (one undo step, or part of the open gesture).
    Edit(Action),
    /// A drag or a run of slider movements begins: what follows becomes one undo step.
    BeginGesture,
    /// The gesture ends.
    EndGesture,
    /// A cut is taken into the hand: begins a gesture, keeps the old line as a ghost and asks for the objective curve.
    HoldCut(usize),
    /// The held cut is let go where it is: ends the gesture.
    ReleaseCut,
    /// The gesture (of a cut or not) is given up; the document is as before.
    CancelGesture,
    /// Select something in every view.
    Select(Option<Selection>),
    /// Bring a layer into the middle of the graph.
    FocusLayer(LayerId),
    /// Show a tab of the dock.
    ShowTab(Tab),
    /// Colour the graph another way.
    ColourBy(ColourBy),
    /// Choose the objective of the curve, of “best position” and of Optimise.
    Objective(Objective),
    /// Move a cut to the best position for the objective.
    BestPosition(usize),
    /// Open a network or a design file (told apart by content).
    Open(PathBuf),
    /// The network of the design that waits for it lies here.
    Located {
        /// The network's file.
        network: PathBuf,
        /// Whether it must be the very same network.
        trust: Trust,
    },
    /// Open an example network by name.
    OpenExample(String),
    /// Use a system preset by name; the network stays.
    SystemPreset(String),
    /// Append a device preset by name.
    AddDevice(String),
    /// Set the size of a symbolic dimension and read the network again.
    SetSymbol {
        /// The file's name for the dimension.
        name: String,
        /// Its size.
        size: u64,
    },
    /// Give a device the costs of a table, whose path is asked for.
    UseLayerTable(usize),
    /// Make a device the accelerator of an architecture file, whose path is asked for.
    UseArchitecture(usize),
    /// Choose files for the measured device that is about to be added: its profiles, or the log of its power.
    BrowseMeasured {
        /// Whether the log of its power.
        power: bool,
    },
    /// Read the files of the measured device that is about to be added.
    ReadMeasured(Box<ReadRequest>),
    /// Tell the user something.
    Tell(String),
    /// Put a text on the clipboard.
    Copy(String),
    /// Stop a background job.
    CancelJob(&'static str),
    /// Open the search of accelerators in the place of a device.
    OpenAccelerators(usize),
    /// Ask where the profile of this machine is to be written.
    ChooseProfile(Box<MeasureWish>),
    /// Look for the folder of images a measurement runs on.
    ChooseImages(Box<MeasureWish>),
    /// Measure this machine with the network in the window.
    Measure {
        /// What is measured, how, and where it is written.
        wish: Box<MeasureWish>,
        /// What becomes of a profile that is there.
        existing: Existing,
    },
    /// Take a measured device into the system.
    TakeMeasured {
        /// The device.
        device: Box<Device>,
        /// The device it replaces; `None` = it is a new one at the end.
        target: Option<usize>,
    },
    /// Search accelerators in the place of a device.
    SearchAccelerators {
        /// The device.
        device: usize,
        /// What is searched.
        wish: Box<Wish>,
    },
    /// Go on searching mappings where that was stopped.
    RefineMappings,
    /// Forget a notice.
    DismissNotice(usize),
    /// Save the design and close the window once it is written.
    SaveAndLeave,
    /// A command without parameters.
    Menu(MenuCommand),
}

/// Commands that menus, keys and the palette share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "`MenuCommand::text` is the documentation")]
pub enum MenuCommand {
    Open,
    LocateNetwork,
    Welcome,
    Save,
    SaveAs,
    ExportDesign,
    ExportLayers,
    ExportMappings,
    ExportFront,
    ExportDesigns,
    ExportComparison,
    ExportComparedLayers,
    ExportComparisonText,
    ExportSweep,
    ExportBundles,
    Quit,
    Undo,
    Redo,
    Pin,
    CopyMetrics,
    CopyLayers,
    CopyComparison,
    CopyComparedLayers,
    CopyComparisonText,
    AddDevice,
    AddMeasured,
    RemoveCut,
    Optimise,
    RunNsga2,
    CheckWithLp,
    SecondOpinion,
    MeasureMachine,
    FitGraph,
    ActualSize,
    ZoomIn,
    ZoomOut,
    ToggleSystem,
    ToggleInspector,
    ToggleDock,
    ToggleTheme,
    FusedView,
    RawView,
    Palette,
    Keys,
    About,
}

impl MenuCommand {
    /// All commands, in the order of the palette.
    pub const ALL: [Self; 45] = [
        Self::Open,
        Self::LocateNetwork,
        Self::Welcome,
        Self::Save,
        Self::SaveAs,
        Self::ExportDesign,
        Self::ExportLayers,
        Self::ExportMappings,
        Self::ExportFront,
        Self::ExportDesigns,
        Self::ExportComparison,
        Self::ExportComparedLayers,
        Self::ExportComparisonText,
        Self::ExportSweep,
        Self::ExportBundles,
        Self::Quit,
        Self::Undo,
        Self::Redo,
        Self::Pin,
        Self::CopyMetrics,
        Self::CopyLayers,
        Self::CopyComparison,
        Self::CopyComparedLayers,
        Self::CopyComparisonText,
        Self::AddDevice,
        Self::AddMeasured,
        Self::RemoveCut,
        Self::Optimise,
        Self::RunNsga2,
        Self::CheckWithLp,
        Self::SecondOpinion,
        Self::MeasureMachine,
        Self::FitGraph,
        Self::ActualSize,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ToggleSystem,
        Self::ToggleInspector,
        Self::ToggleDock,
        Self::ToggleTheme,
        Self::FusedView,
        Self::RawView,
        Self::Palette,
        Self::Keys,
        Self::About,
    ];

    /// The command in words, as menus, the palette and screen readers say it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Open => "Open network or design…",
            Self::LocateNetwork => "Locate network…",
            Self::Welcome => "Welcome and examples",
            Self::Save => "Save design",
            Self::SaveAs => "Save design as…",
            Self::ExportDesign => "Export design (RON)…",
            Self::ExportLayers => "Export layer table (CSV)…",
            Self::ExportMappings => "Export mappings (CSV)…",
            Self::ExportFront => "Export front (CSV)…",
            Self::ExportDesigns => "Export table of designs (CSV)…",
            Self::ExportComparison => "Export comparison (CSV)…",
            Self::ExportComparedLayers => "Export compared layers (CSV)…",
            Self::ExportComparisonText => "Export comparison (Markdown)…",
            Self::ExportSweep => "Export sweep (CSV)…",
            Self::ExportBundles => "Export schedules over bundles (CSV)…",
            Self::Quit => "Quit",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Pin => "Pin this design",
            Self::CopyMetrics => "Copy result",
            Self::CopyLayers => "Copy layer table",
            Self::CopyComparison => "Copy comparison (CSV)",
            Self::CopyComparedLayers => "Copy compared layers (CSV)",
            Self::CopyComparisonText => "Copy comparison (Markdown)",
            Self::AddDevice => "Add a device",
            Self::AddMeasured => "Add measured device…",
            Self::RemoveCut => "Remove the selected cut",
            Self::Optimise => "Optimise",
            Self::RunNsga2 => "Run NSGA-II",
            Self::CheckWithLp => "Verify with a linear programme",
            Self::SecondOpinion => "Check shapes with tract",
            Self::MeasureMachine => "Measure this machine…",
            Self::FitGraph => "Fit graph",
            Self::ActualSize => "Graph at 100 %",
            Self::ZoomIn => "Zoom graph in",
            Self::ZoomOut => "Zoom graph out",
            Self::ToggleSystem => "System panel",
            Self::ToggleInspector => "Inspector",
            Self::ToggleDock => "Bottom dock",
            Self::ToggleTheme => "Dark or light theme",
            Self::FusedView => "Fused layers",
            Self::RawView => "Raw layers",
            Self::Palette => "Search…",
            Self::Keys => "Keys",
            Self::About => "About Cutscape",
        }
    }

    /// What it does, where the words alone do not say.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Open => {
                "An ONNX network, a Cutscape design, a system of CNNParted (YAML) or timing profiles (CSV); files can also be dropped on the window"
            }
            Self::LocateNetwork => "Name the file of this design's network after it moved",
            Self::ExportDesign => "Write a copy without changing the file being edited",
            Self::ExportLayers => "Every layer with its device and costs",
            Self::ExportMappings => {
                "Every layer on a spatial accelerator with its loops, cycles, energy by level and mapping"
            }
            Self::ExportFront => "Every point of the front with its cuts",
            Self::ExportComparison | Self::CopyComparison => "This design and every pin, one a row",
            Self::ExportComparedLayers | Self::CopyComparedLayers => {
                "Every layer that the Compare tab shows, with what it costs in this design and every pin"
            }
            Self::ExportComparisonText | Self::CopyComparisonText => {
                "All that the Compare tab shows, as tables to read"
            }
            Self::ExportSweep => "The best design at every value of the number that is varied",
            Self::ExportBundles => "What the Bundles tab shows: schedules, measured bundles or a sweep of budgets",
            Self::AddMeasured => {
                "Read timing profiles of bundles (CSV), one file or one per clock, with a power log where there is one"
            }
            Self::Pin => "Keep these numbers to compare with",
            Self::Optimise => "Load the best design for the chosen objective",
            Self::RunNsga2 => "Search by CNNParted's heuristic and lay what it finds over the exact front",
            Self::CheckWithLp => "Solve the same question as a linear programme and compare",
            Self::SecondOpinion => "Run tract's shape inference in a process of its own and compare",
            Self::MeasureMachine => "Run this network's blocks here, time them, and make a device of this machine",
            Self::FusedView => "A producer with its bias, batch-norm and activation is one layer",
            Self::RawView => "One layer per node of the file",
            _ => "",
        }
    }

    /// Its key, if it has one.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let command = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        let shifted = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key));
        let plain = |key| Some(KeyboardShortcut::new(Modifiers::NONE, key));
        match self {
            Self::Open => command(Key::O),
            Self::Save => command(Key::S),
            Self::SaveAs => shifted(Key::S),
            Self::ExportDesign => command(Key::E),
            Self::Quit => command(Key::Q),
            Self::Undo => command(Key::Z),
            Self::Redo => shifted(Key::Z),
            Self::Palette => command(Key::K),
            Self::Pin => plain(Key::P),
            Self::Optimise => plain(Key::O),
            Self::FitGraph => plain(Key::F),
            Self::ActualSize => plain(Key::Num1),
            Self::ToggleSystem => plain(Key::OpenBracket),
            Self::ToggleInspector => plain(Key::CloseBracket),
            Self::ToggleDock => plain(Key::D),
            Self::ToggleTheme => plain(Key::T),
            Self::Keys => plain(Key::Questionmark),
            _ => None,
        }
    }

    /// Its key as a person reads it, such as `Ctrl+O` or `[`.
    pub fn key_text(self, ctx: &egui::Context) -> Option<String> {
        let shortcut = self.shortcut()?;
        Some(if shortcut.modifiers.is_none() {
            shortcut.logical_key.symbol_or_name().to_owned()
        } else {
            ctx.format_shortcut(&shortcut)
        })
    }
}
