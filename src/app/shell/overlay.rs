//! What lies over the window: welcome, search, keys, typed paths, questions. One at a time; Esc closes it.

use super::{keys, palette, welcome};
use crate::app::accelerators::Dialog;
use crate::app::input::entered;
use crate::app::measure;
use crate::app::measured;
use crate::app::workers::PathPurpose;
use crate::app::{App, Command, MenuCommand, theme};
use crate::project::file::Trust;
use egui::{Frame, LayerId, Margin, Modal, RichText, TextEdit, Ui};
use std::path::{Path, PathBuf};

/// Space around the contents, in points.
const MARGIN: Margin = Margin::same(14);

/// What lies over the window.
#[derive(Debug)]
pub enum Overlay {
    /// Nothing.
    None,
    /// Example networks and recent files.
    Welcome,
    /// Search over layers, commands and presets.
    Palette(palette::Palette),
    /// All keys.
    Keys,
    /// What this program is.
    About,
    /// A path to type, where no file dialog can be shown.
    Path {
        /// What it is for.
        purpose: PathPurpose,
        /// Why it must be typed.
        reason: String,
        /// The text so far.
        typed: String,
    },
    /// A design was read but its network was not found.
    Locate {
        /// The design's file.
        design: PathBuf,
        /// What is wrong with the network.
        reason: String,
        /// A network that was found but differs.
        other: Option<PathBuf>,
        /// The path typed so far.
        typed: String,
    },
    /// Searching accelerators in the place of a device.
    Accelerators(Box<Dialog>),
    /// Measuring this machine.
    Measure(Box<measure::Dialog>),
    /// Adding a device from its timing profiles.
    Measured(Box<measured::Dialog>),
    /// The window is to close and the design has unsaved changes.
    Leave,
}

impl Overlay {
    /// A search without text.
    pub fn palette() -> Self {
        Self::Palette(palette::Palette::default())
    }

    /// A prompt for a path; one to write to begins with the proposed file.
    pub fn path(purpose: PathPurpose, proposed: &Path, reason: &str) -> Self {
        Self::Path {
            purpose,
            reason: reason.to_owned(),
            typed: match purpose.is_open() {
                true => String::new(),
                false => proposed.display().to_string(),
            },
        }
    }

    /// Whether anything lies over the window.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::None)
    }
}

/// Draws the overlay.
pub fn ui(app: &mut App, ctx: &egui::Context) {
    // The overlay is taken out while it is drawn, so that it can read the rest of the window's state.
    let mut overlay = std::mem::replace(&mut app.overlay, Overlay::None);
    if !overlay.is_open() {
        return;
    }
    let frame = Frame::popup(&ctx.global_style()).inner_margin(MARGIN);
    // Each kind has a size of its own.
    let id = egui::Id::unique(("overlay", std::mem::discriminant(&overlay)));
    let modal = Modal::new(id).frame(frame);
    let response = modal.show(ctx, |ui| match &mut overlay {
        Overlay::None => true,
        Overlay::Welcome => welcome::ui(app, ui),
        Overlay::Palette(palette) => palette.ui(app, ui),
        Overlay::Keys => keys::ui(app, ui),
        Overlay::About => about(ui),
        Overlay::Path { purpose, reason, typed } => path_prompt(app, ui, *purpose, reason, typed),
        Overlay::Locate {
            design,
            reason,
            other,
            typed,
        } => locate(app, ui, design, reason, other.as_deref(), typed),
        Overlay::Accelerators(dialog) => dialog.ui(&mut app.cx(), ui),
        Overlay::Measure(dialog) => dialog.ui(&mut app.cx(), ui),
        Overlay::Measured(dialog) => dialog.ui(&mut app.cx(), ui),
        Overlay::Leave => leave(app, ui),
    });
    lift_menus(ctx, response.response.layer_id);
    let closed = response.inner || response.should_close();
    if closed && !response.inner {
        // Whoever gives up naming a file does not want to leave after a later save either.
        app.quit_after_save = false;
    }
    // A command of this frame may have put another overlay in place.
    if !closed && !app.overlay.is_open() {
        app.overlay = overlay;
    }
}

/// Keeps menus that are open over an overlay over it. Press and release of a click may come in one frame, in which the overlay comes to the
/// top as well; one that was opened before would then lie below it.
fn lift_menus(ctx: &egui::Context, overlay: LayerId) {
    ctx.memory_mut(|memory| {
        let areas = memory.areas_mut();
        let visible = areas.visible_layer_ids();
        for menu in visible
            .into_iter()
            .filter(|layer| layer.order == overlay.order && *layer != overlay)
        {
            areas.set_sublayer(overlay, menu);
        }
    });
}

fn heading(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(theme::semibold(theme::TITLE)));
    ui.add_space(4.0);
}

fn about(ui: &mut Ui) -> bool {
    ui.set_max_width(420.0);
    heading(ui, "Cutscape");
    ui.label(format!(
        "Version {}. Drag cuts through a neural network and see what a split across several accelerators costs.",
        env!("CARGO_PKG_VERSION")
    ));
    ui.label("Numbers come from the models named beside them; every one of them explains itself on a click.");
    ui.weak("MIT or Apache-2.0. Inter (OFL) and Phosphor (MIT) are embedded.");
    ui.button("Close").clicked()
}

/// A field for a path, with Enter; the path when it was given.
fn path_field(ui: &mut Ui, label: &str, typed: &mut String) -> Option<PathBuf> {
    let field = TextEdit::singleline(typed)
        .desired_width(460.0)
        .hint_text("for example /home/me/network.onnx");
    let response = ui.add(field);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, label));
    if !response.has_focus() && !response.lost_focus() {
        response.request_focus();
    }
    let mut given = entered(ui, &response);
    ui.horizontal(|ui| {
        given |= ui.button("OK").clicked();
        ui.weak("Enter confirms, Esc closes");
    });
    let text = typed.trim();
    (given && !text.is_empty()).then(|| PathBuf::from(text))
}

fn path_prompt(app: &mut App, ui: &mut Ui, purpose: PathPurpose, reason: &str, typed: &mut String) -> bool {
    heading(ui, purpose.title());
    if !reason.is_empty() {
        ui.weak(reason);
    }
    let Some(path) = path_field(ui, "Path", typed) else {
        return false;
    };
    app.path_given(purpose, path);
    true
}

fn locate(app: &mut App, ui: &mut Ui, path: &Path, reason: &str, other: Option<&Path>, typed: &mut String) -> bool {
    ui.set_max_width(520.0);
    heading(ui, "Where is the network of this design?");
    ui.label(reason);
    ui.weak(format!("Design: {}", path.display()));
    if app.storage.native_dialogs && ui.button("Browse…").clicked() {
        app.commands.push(Command::Menu(MenuCommand::LocateNetwork));
    }
    if let Some(network) = path_field(ui, "Network path", typed) {
        app.commands.push(Command::Located {
            network,
            trust: Trust::Content,
        });
    }
    if let Some(other) = other {
        let text = "Use the other network all the same, by the names of its layers";
        if ui.button(text).on_hover_text(other.display().to_string()).clicked() {
            app.commands.push(Command::Located {
                network: other.to_owned(),
                trust: Trust::Names,
            });
        }
    }
    ui.button("Do not open this design").clicked()
}

fn leave(app: &mut App, ui: &mut Ui) -> bool {
    heading(ui, "Save the changes to this design?");
    ui.label("Without saving, the next start still brings this state back, but no file holds it.");
    let mut done = false;
    ui.horizontal(|ui| {
        if ui.button("Save").clicked() {
            app.commands.push(Command::SaveAndLeave);
            done = true;
        }
        if ui.button("Leave without saving").clicked() {
            app.quitting = true;
            app.commands.push(Command::Menu(MenuCommand::Quit));
            done = true;
        }
        done |= ui.button("Stay").clicked();
    });
    done
}
