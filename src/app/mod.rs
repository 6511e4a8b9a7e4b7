//! The window: an immediate-mode shell over the library. It never computes a cost of more than one design: tables, fronts,
//! layouts and files come from named workers ([`crate::jobs`]).
//!
//! A frame: `logic` takes the workers' answers and runs the commands of the last frame; `show` draws the views, which read
//! a [`Cx`] and push [`Command`]s.

pub mod command;
pub mod cut_keys;
pub mod derived;
pub mod dock;
pub mod graph;
pub mod icon;
pub mod input;
pub mod panels;
pub mod picker;
pub mod plots;
pub mod ribbon;
pub mod session;
pub mod table;
pub mod theme;
pub mod widgets;
pub mod words;

pub use command::{Command, MenuCommand};
pub use derived::Derived;
pub use session::Session;
pub use theme::Theme;

use crate::network::Network;
use crate::project::Document;
use crate::system::preset::Presets;

/// What every view gets to see, and where it leaves its wishes.
pub struct Cx<'a> {
    /// The document; views never change it themselves.
    pub document: &'a Document,
    /// The network in the current view.
    pub network: &'a Network,
    /// Newest answers of the workers.
    pub derived: &'a Derived,
    /// Selection, colours and the like; views may change it.
    pub session: &'a mut Session,
    /// Devices, links and systems to choose from.
    pub presets: &'a Presets,
    /// Colours.
    pub theme: &'a Theme,
    /// Wishes, carried out after the frame's views are done.
    pub commands: &'a mut Vec<Command>,
}

impl Cx<'_> {
    /// Leaves a wish.
    pub fn push(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Leaves the wish to change the document.
    pub fn edit(&mut self, action: crate::project::Action) {
        self.commands.push(Command::Edit(action));
    }
}
