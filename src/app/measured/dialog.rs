//! The dialog: files and how they are read at the left, what they hold at the right, what becomes of it below.

use super::settings::{self, line};
use super::{ReadAnswer, ReadRequest};
use crate::app::input::{TextField, entered, small};
use crate::app::theme::{self, semibold};
use crate::app::{Command, Cx, Theme, icon, widgets};
use crate::cost::profile::Role;
use crate::project::measured::{Division, Measured, Reading, name_of};
use crate::units::clock;
use egui::{Button, Id, Label, RichText, ScrollArea, TextEdit, Ui, UiBuilder, vec2};
use std::path::PathBuf;
use std::sync::Arc;

/// Size of the dialog in points, as far as the window has room.
const SIZE: [f32; 2] = [760.0, 600.0];
/// Width of the left half.
const LEFT: f32 = 330.0;
/// Height of the lines at the bottom.
const FOOT: f32 = 32.0;

/// What is chosen in the dialog.
#[derive(Debug)]
pub struct Dialog {
    files: Vec<PathBuf>,
    power: Option<PathBuf>,
    reading: Reading,
    /// What the device is, hence which filters are usual.
    role: Role,
    name: String,
    /// The device that gets the profile as its model; `None` = a new one.
    target: Option<usize>,
    typed: [String; 2],
    native: bool,
    asked: Option<ReadRequest>,
}

impl Dialog {
    /// Without files.
    pub fn new(native: bool) -> Self {
        Self {
            files: Vec::new(),
            power: None,
            reading: Reading::usual(Division::ByNames, Role::Edge),
            role: Role::Edge,
            name: String::new(),
            target: None,
            typed: Default::default(),
            native,
            asked: None,
        }
    }

    /// Adds a profile.
    pub fn add_file(&mut self, path: PathBuf) {
        if self.name.is_empty() {
            self.name = name_of(&path);
        }
        if !self.files.contains(&path) {
            self.files.push(path);
        }
    }

    /// Chooses the log of the device's power.
    pub fn set_power(&mut self, path: PathBuf) {
        self.power = Some(path);
    }

    /// Draws the dialog; true = close.
    pub fn ui(&mut self, cx: &mut Cx<'_>, ui: &mut Ui) -> bool {
        let room = ui.ctx().content_rect().size() - vec2(64.0, 96.0);
        ui.set_width(SIZE[0].min(room.x));
        ui.label(RichText::new("Add a measured device").font(semibold(theme::TITLE)));
        let network = &cx.network.name;
        let words =
            format!("Timing profiles (CSV) of bundles of {network}: one file, or one for each clock of the device");
        ui.label(small(cx.theme, words));
        ui.add_space(4.0);
        self.ask(cx);
        let height = SIZE[1].min(room.y) - FOOT - 60.0;
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
        let (left, right) = rect.split_left_right_at_x(rect.left() + LEFT);
        half(ui, "files", left, |ui| self.chosen(cx, ui));
        let answer = self.answer(cx);
        half(ui, "found", right.with_min_x(right.left() + 16.0), |ui| {
            match (&answer, self.files.is_empty()) {
                (_, true) => {
                    ui.label(small(
                        cx.theme,
                        "No file is chosen yet. Files can also be dropped on the window.",
                    ));
                }
                (Some(answer), false) => found(ui, cx, answer),
                (None, false) => {
                    ui.label(small(cx.theme, "reading…"));
                }
            }
        });
        ui.add_space(4.0);
        let measured = answer.as_ref().and_then(|answer| answer.found.as_ref().ok());
        ui.horizontal(|ui| self.foot(cx, ui, measured)).inner
    }

    /// Asks for what the files hold where that is not known.
    fn ask(&mut self, cx: &mut Cx<'_>) {
        if self.files.is_empty() {
            return;
        }
        let wanted = ReadRequest {
            files: self.files.clone(),
            power: self.power.clone(),
            reading: self.reading,
            network: Arc::clone(&cx.document.network),
        };
        if !self
            .asked
            .as_ref()
            .is_some_and(|asked| asked.gives_same_answer(&wanted))
        {
            cx.push(Command::ReadMeasured(Box::new(wanted.clone())));
            self.asked = Some(wanted);
        }
    }

    /// What was found, if it is what is asked now.
    fn answer(&self, cx: &Cx<'_>) -> Option<Arc<ReadAnswer>> {
        let asked = self.asked.as_ref()?;
        let answer = cx.derived.measured.clone()?;
        answer.request.gives_same_answer(asked).then_some(answer)
    }

    /// The files, and how they are read.
    fn chosen(&mut self, cx: &mut Cx<'_>, ui: &mut Ui) {
        let mut removed = None;
        for (index, path) in self.files.iter().enumerate() {
            if file(ui, cx.theme, path) {
                removed = Some(index);
            }
        }
        if let Some(index) = removed {
            self.files.remove(index);
        }
        if let Some(path) = path(
            ui,
            cx,
            &mut self.typed[0],
            "Path of a timing profile",
            self.native,
            false,
        ) {
            self.add_file(path);
        }
        ui.add_space(6.0);
        ui.label(small(cx.theme, "power log, where energies were recorded apart"));
        match self.power.clone() {
            Some(path) => {
                if file(ui, cx.theme, &path) {
                    self.power = None;
                }
            }
            None => {
                if let Some(path) = path(ui, cx, &mut self.typed[1], "Path of a power log", self.native, true) {
                    self.power = Some(path);
                }
            }
        }
        ui.add_space(6.0);
        settings::ui(ui, cx, &mut self.reading, &mut self.role, self.power.is_some());
    }

    /// What becomes of it; true = close.
    fn foot(&mut self, cx: &mut Cx<'_>, ui: &mut Ui, measured: Option<&Measured>) -> bool {
        super::target(ui, cx, &mut self.target);
        ui.label(small(cx.theme, "called"));
        let field = TextField::new(Id::unique("name of the measured device"), "Name of the device").width(130.0);
        let name = &mut self.name;
        let shown = name.clone();
        field.show(ui, cx.theme, &shown, |text| {
            text.clone_into(name);
            Ok(())
        });
        let full = super::full(cx).filter(|_| self.target.is_none());
        let ready = measured.filter(|_| full.is_none() && !self.name.trim().is_empty());
        let why = full.unwrap_or_else(|| "choose files that can be read first".to_owned());
        let text = if self.target.is_none() {
            "Add device"
        } else {
            "Replace device"
        };
        let add = ui
            .add_enabled(ready.is_some(), Button::new(text))
            .on_disabled_hover_text(why);
        if let Some(measured) = ready.filter(|_| add.clicked()) {
            cx.push(Command::TakeMeasured {
                device: Box::new(measured.device(self.name.trim())),
                target: self.target,
            });
            return true;
        }
        ui.button("Cancel").clicked()
    }
}

/// A half of the dialog that scrolls by itself.
fn half(ui: &mut Ui, name: &str, rect: egui::Rect, contents: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(rect), |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        let scroll = ScrollArea::vertical().id_salt(name).auto_shrink([false, false]);
        scroll.show(ui, |ui| {
            ui.set_max_width(rect.width() - 10.0);
            contents(ui);
        });
    });
}

/// A chosen file; whether it is to be left out.
fn file(ui: &mut Ui, theme: &Theme, path: &std::path::Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| path.display().to_string());
    let mut removed = false;
    line(ui, theme, &name, &path.display().to_string(), |ui| {
        removed = widgets::icon_button(ui, theme, icon::REMOVE, &format!("Leave out {name}")).clicked();
    });
    removed
}

/// A field for the path of a further file, and the button of the native dialog where there is one.
fn path(ui: &mut Ui, cx: &mut Cx<'_>, typed: &mut String, label: &str, native: bool, power: bool) -> Option<PathBuf> {
    let mut given = None;
    ui.horizontal(|ui| {
        let width = ui.available_width() - if native { 84.0 } else { 8.0 };
        let edit = TextEdit::singleline(typed)
            .desired_width(width)
            .hint_text("path, then Enter");
        let response = ui.add(edit);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, label));
        if entered(ui, &response) && !typed.trim().is_empty() {
            given = Some(crate::app::opening::absolute(PathBuf::from(typed.trim())));
            typed.clear();
        }
        if native && ui.button("Browse…").clicked() {
            cx.push(Command::BrowseMeasured { power });
        }
    });
    given
}

/// What the files hold, or why they are no profile.
fn found(ui: &mut Ui, cx: &Cx<'_>, answer: &ReadAnswer) {
    let theme = cx.theme;
    let measured = match &answer.found {
        Ok(measured) => measured,
        Err(why) => {
            let words = format!("{} {why}.", icon::WARNING);
            ui.add(Label::new(RichText::new(words).color(theme.worse)).wrap());
            return;
        }
    };
    let table = &measured.profile.bundles;
    let (bundles, clocks) = (table.iter().count(), measured.profile.clocks());
    let named = match clocks[..] {
        [] => "no clocks".to_owned(),
        [hz] => clock(hz),
        [.., last] => {
            let first = clocks.first().copied().unwrap_or(last);
            format!("{} clocks, {} to {}", clocks.len(), clock(first), clock(last))
        }
    };
    let energies = if table.has_energy() {
        "with energies"
    } else {
        "without energies"
    };
    let blocks = measured.blocks.len();
    let head = format!(
        "{bundles} costs of bundles of {} blocks of {}",
        blocks, measured.blocks.network
    );
    ui.label(RichText::new(head).font(semibold(theme::BODY)));
    ui.label(small(theme, format!("{named}, {energies}")));
    for file in &measured.files {
        ui.add(Label::new(small(theme, format!("{}: {}", file.name, file.held))).wrap());
        for note in &file.notes {
            ui.add(Label::new(small(theme, format!("    {note}"))).wrap());
        }
    }
    let lists = [
        ("estimated as sums of single blocks", &measured.estimated, theme.warning),
        ("not measured, hence not available", &measured.missing, theme.warning),
    ];
    for (what, names, colour) in lists {
        if !names.is_empty() {
            ui.add_space(4.0);
            let head = format!("{} {} {what}:", icon::WARNING, names.len());
            ui.label(RichText::new(head).size(theme::SMALL).color(colour));
            ui.add(Label::new(small(theme, names.join(", "))).wrap());
        }
    }
    if measured.missing.is_empty() {
        ui.label(small(theme, "no bundle is missing"));
    }
}
