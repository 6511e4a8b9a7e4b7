//! Opening the native window.

use super::{App, Storage};
use eframe::egui_glow as _;
use std::path::PathBuf;

/// How the window starts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A network or design to open.
    pub open: Option<PathBuf>,
    /// Forget the last run's session and state.
    pub reset_session: bool,
    /// Dark or light theme, whatever the session says.
    pub dark: Option<bool>,
    /// Where the window keeps its own files.
    pub storage: Storage,
    /// Leave measured times out of the window (for pictures).
    pub still: bool,
    /// The program that is started for work in a process of its own; `None` = this one.
    pub program: Option<PathBuf>,
}

/// Opens the window and runs until it is closed. The error's text is the windowing system's own.
pub fn run(options: Options) -> Result<(), String> {
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png"))
        .map_err(|error| format!("the embedded icon is damaged: {error}"))?;
    let viewport = egui::ViewportBuilder::default()
        .with_title("Cutscape")
        .with_app_id("cutscape")
        .with_icon(icon)
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([800.0, 560.0])
        .with_drag_and_drop(true);
    let native = eframe::NativeOptions {
        viewport,
        persist_window: false,
        ..Default::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        let app = App::new(&creation.egui_ctx, &options)?;
        Ok(Box::new(Window { app: Some(app) }))
    });
    eframe::run_native("cutscape", native, create).map_err(|error| error.to_string())
}

/// eframe's side of the window; the state leaves it at the end to be written.
struct Window {
    app: Option<App>,
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if let Some(app) = &mut self.app {
            app.logic(ctx);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        if let Some(app) = &mut self.app {
            app.show(ui);
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(app) = self.app.take() {
            app.finish();
        }
    }
}
