//! Everything a person can ask of the window, as values. Views push [`Command`]s; [`super::App::run_commands`] is the
//! one place that carries them out, after the views of a frame are done.

use super::session::{ColourBy, Selection, Tab};
use crate::explore::Objective;
use crate::network::LayerId;
use crate::project::Action;
use std::path::PathBuf;

/// One request of a view.
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
    /// Open an example network by name.
    OpenExample(String),
    /// Set the size of a symbolic dimension and read the network again.
    SetSymbol {
        /// The file's name for the dimension.
        name: String,
        /// Its size.
        size: u64,
    },
    /// Put a text on the clipboard.
    Copy(String),
    /// Stop a background job.
    CancelJob(&'static str),
    /// Forget a notice.
    DismissNotice(usize),
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
    ExportFront,
    Quit,
    Undo,
    Redo,
    Pin,
    CopyMetrics,
    CopyLayers,
    AddDevice,
    RemoveCut,
    Optimise,
    CheckWithLp,
    SecondOpinion,
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
