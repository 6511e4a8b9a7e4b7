//! Icons of the embedded Phosphor font (phosphoricons.com, MIT). Never alone: each stands beside a word or has a tooltip.
//!
//! The font holds exactly the characters named here; after adding one, run `assets/subset.py` again.

/// Undoes the last action (arrow-u-up-left).
pub const UNDO: &str = "\u{e08a}";
/// Does it again (arrow-u-up-right).
pub const REDO: &str = "\u{e08c}";
/// Goes back to what was (arrow-counter-clockwise).
pub const RESET: &str = "\u{e038}";
/// Recent files (clock-counter-clockwise).
pub const RECENT: &str = "\u{e1a0}";
/// The light theme (sun).
pub const SUN: &str = "\u{e472}";
/// The dark theme (moon).
pub const MOON: &str = "\u{e330}";
/// Adds something (plus).
pub const PLUS: &str = "\u{e3d4}";
/// Takes something away (minus).
pub const MINUS: &str = "\u{e32a}";
/// Removes or clears (x).
pub const REMOVE: &str = "\u{e4f6}";
/// Folds up, moves up (caret-up).
pub const CARET_UP: &str = "\u{e13c}";
/// Opens a list.
pub const CARET_DOWN: &str = "\u{e136}";
/// Folds to the left (caret-left).
pub const CARET_LEFT: &str = "\u{e138}";
/// Opens a branch (caret-right).
pub const CARET_RIGHT: &str = "\u{e13a}";
/// More commands (dots-three).
pub const MORE: &str = "\u{e1fe}";
/// Removes something (trash).
pub const TRASH: &str = "\u{e4a6}";
/// Puts a text on the clipboard.
pub const COPY: &str = "\u{e1ca}";
/// Keeps a design for comparison.
pub const PIN: &str = "\u{e3e2}";
/// Forgets a kept design.
pub const UNPIN: &str = "\u{e3e4}";
/// Searches (magnifying-glass).
pub const SEARCH: &str = "\u{e30c}";
/// Enlarges (magnifying-glass-plus).
pub const ZOOM_IN: &str = "\u{e310}";
/// Reduces (magnifying-glass-minus).
pub const ZOOM_OUT: &str = "\u{e30e}";
/// Shows everything (corners-out).
pub const FIT: &str = "\u{e1d0}";
/// Shows at natural size (frame-corners).
pub const NATURAL_SIZE: &str = "\u{e626}";
/// Saves (floppy-disk).
pub const SAVE: &str = "\u{e248}";
/// Opens a file (folder-open).
pub const OPEN: &str = "\u{e256}";
/// A file (file).
pub const FILE: &str = "\u{e230}";
/// Duplicates (files).
pub const DUPLICATE: &str = "\u{e710}";
/// Writes a file for other programs (export).
pub const EXPORT: &str = "\u{eaf0}";
/// Settings (gear).
pub const SETTINGS: &str = "\u{e270}";
/// A broken limit or an assumption.
pub const WARNING: &str = "\u{e4e0}";
/// Something worth knowing.
pub const INFO: &str = "\u{e2ce}";
/// A suggestion.
pub const HINT: &str = "\u{e2dc}";
/// Asks for help or for the reason of a number (question).
pub const QUESTION: &str = "\u{e3e8}";
/// Holds, is done (check).
pub const CHECK: &str = "\u{e182}";
/// A limit that holds (check-circle).
pub const HOLDS: &str = "\u{e184}";
/// A failure (x-circle).
pub const FAILED: &str = "\u{e4f8}";
/// Impossible here (prohibit).
pub const PROHIBIT: &str = "\u{e3de}";
/// Starts (play).
pub const PLAY: &str = "\u{e3d0}";
/// Stops (stop).
pub const STOP: &str = "\u{e46c}";
/// Finds the best design (magic-wand).
pub const OPTIMISE: &str = "\u{e6b6}";
/// A link between devices (link).
pub const LINK: &str = "\u{e2e2}";
/// A device (cpu).
pub const DEVICE: &str = "\u{e610}";
/// A system of devices (devices).
pub const SYSTEM: &str = "\u{eba4}";
/// Memory (memory).
pub const MEMORY: &str = "\u{e9c4}";
/// Energy or power (lightning).
pub const ENERGY: &str = "\u{e2de}";
/// Latency (clock).
pub const TIME: &str = "\u{e19a}";
/// Throughput (gauge).
pub const THROUGHPUT: &str = "\u{e628}";
/// A curve (chart-line).
pub const CURVE: &str = "\u{e154}";
/// The front (chart-scatter).
pub const FRONT: &str = "\u{eaac}";
/// A table (table).
pub const TABLE: &str = "\u{e476}";
/// A list (list).
pub const LIST: &str = "\u{e2f0}";
/// Filters (funnel).
pub const FILTER: &str = "\u{e266}";
/// Parameters (sliders-horizontal).
pub const PARAMETERS: &str = "\u{e434}";
/// Visible (eye).
pub const VISIBLE: &str = "\u{e220}";
/// Hidden (eye-slash).
pub const HIDDEN: &str = "\u{e224}";
/// Moves up (arrow-up).
pub const ARROW_UP: &str = "\u{e08e}";
/// Moves down (arrow-down).
pub const ARROW_DOWN: &str = "\u{e03e}";
/// Moves left (arrow-left).
pub const ARROW_LEFT: &str = "\u{e058}";
/// Moves right (arrow-right).
pub const ARROW_RIGHT: &str = "\u{e06c}";
/// Can be dragged up and down (arrows-vertical).
pub const DRAG: &str = "\u{eb04}";
/// Swaps neighbours (arrows-down-up).
pub const SWAP: &str = "\u{e098}";
/// Sorted with the smallest first (sort-ascending).
pub const SORT_UP: &str = "\u{e444}";
/// Sorted with the largest first (sort-descending).
pub const SORT_DOWN: &str = "\u{e446}";
/// A cut (scissors).
pub const CUT: &str = "\u{eae0}";
/// Keys (keyboard).
pub const KEYBOARD: &str = "\u{e2d8}";
/// Pans (hand).
pub const HAND: &str = "\u{e298}";
/// The welcome page (house).
pub const HOME: &str = "\u{e2c2}";
/// Lessons (graduation-cap).
pub const LESSON: &str = "\u{e62c}";
/// The minimap (map-trifold).
pub const MAP: &str = "\u{e31a}";
/// Layers (stack).
pub const LAYERS: &str = "\u{e466}";
/// The layer graph (tree-structure).
pub const GRAPH: &str = "\u{e67c}";
/// Colours (palette).
pub const PALETTE: &str = "\u{e6c8}";
/// Edits a name (pencil-simple).
pub const EDIT: &str = "\u{e3b4}";
/// A side panel (sidebar-simple).
pub const PANEL: &str = "\u{ec24}";
/// Shows the place of something (crosshair).
pub const LOCATE: &str = "\u{e1d6}";
