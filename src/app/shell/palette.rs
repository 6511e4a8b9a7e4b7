//! The search: layers of the network, commands, tabs, presets and paths, ranked by where the words match.

use crate::app::session::Tab;
use crate::app::{App, Command, MenuCommand, dock};
use crate::project::example;
use egui::{Key, ScrollArea, TextEdit, Ui};

/// Most hits listed.
const LISTED: usize = 40;

/// The search's state.
#[derive(Debug, Default)]
pub struct Palette {
    text: String,
    marked: usize,
}

struct Hit {
    rank: (usize, usize),
    text: String,
    kind: &'static str,
    command: Command,
}

impl Palette {
    /// Draws the search; true = close.
    pub fn ui(&mut self, app: &mut App, ui: &mut Ui) -> bool {
        ui.set_width(560.0_f32.min(ui.ctx().content_rect().width() - 64.0));
        let (up, down, enter) = ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(egui::Modifiers::NONE, key);
            (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter))
        });
        let hint = "Layers, commands, tabs, devices, systems, networks, or a path to open";
        let field = ui.add(
            TextEdit::singleline(&mut self.text)
                .desired_width(f32::INFINITY)
                .hint_text(hint),
        );
        field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, "Search"));
        field.request_focus();
        if field.changed() {
            self.marked = 0;
        }
        let hits = self.hits(app);
        self.marked = match (up, down) {
            (true, _) => self.marked.saturating_sub(1),
            (_, true) => (self.marked + 1).min(hits.len().saturating_sub(1)),
            _ => self.marked.min(hits.len().saturating_sub(1)),
        };
        let mut chosen = enter.then_some(self.marked);
        if hits.is_empty() {
            ui.weak("Nothing of this name");
        }
        ScrollArea::vertical()
            .max_height(360.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for (index, hit) in hits.iter().enumerate() {
                    let text = format!("{}   ·  {}", hit.text, hit.kind);
                    let response = ui.selectable_label(index == self.marked, text);
                    if response.clicked() {
                        chosen = Some(index);
                    }
                    if index == self.marked && (up || down) {
                        response.scroll_to_me(None);
                    }
                }
            });
        let Some(hit) = chosen.and_then(|index| hits.into_iter().nth(index)) else {
            return false;
        };
        app.commands.push(hit.command);
        true
    }

    fn hits(&self, app: &App) -> Vec<Hit> {
        let needle = self.text.trim().to_lowercase();
        let words: Vec<&str> = needle.split_whitespace().collect();
        let mut hits = Vec::new();
        let mut offer = |order: usize, text: &str, kind: &'static str, command: Command| {
            // Names of the thing itself are found first: a match in what it is called elsewhere lies farther behind.
            let hay = format!("{text}  {}", aliases(&command)).to_lowercase();
            let found: Option<usize> = words.iter().map(|word| hay.find(word)).sum();
            if let Some(distance) = found {
                hits.push(Hit {
                    rank: (distance, order),
                    text: text.to_owned(),
                    kind,
                    command,
                });
            }
        };
        for command in MenuCommand::ALL {
            offer(0, command.text(), "command", Command::Menu(command));
        }
        for (tab, title) in dock::titles() {
            offer(0, title, "tab", Command::ShowTab(tab));
        }
        let network = app.history.document().network();
        for (layer, it) in network.layers.iter().enumerate() {
            offer(1, &it.name, "layer", Command::FocusLayer(layer));
        }
        for preset in app.presets.systems.iter() {
            offer(2, &preset.name, "system", Command::SystemPreset(preset.name.clone()));
        }
        for preset in app.presets.devices.iter() {
            offer(
                3,
                &preset.name,
                "add this device",
                Command::AddDevice(preset.name.clone()),
            );
        }
        for name in example::names() {
            offer(4, name, "example network", Command::OpenExample(name.to_owned()));
        }
        let typed = self.text.trim();
        if typed.contains(['/', '\\'])
            || [".onnx", ".ron", ".yaml", ".yml"]
                .iter()
                .any(|ending| typed.ends_with(ending))
        {
            let rank = (0, 0);
            let text = format!("Open {typed}");
            hits.push(Hit {
                rank,
                text,
                kind: "file",
                command: Command::Open(typed.into()),
            });
        }
        hits.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.text.cmp(&b.text)));
        hits.truncate(LISTED);
        hits
    }
}

/// Other words by which a person may look for a command.
fn aliases(command: &Command) -> &'static str {
    match command {
        Command::ShowTab(Tab::Bundles) => {
            "schedules profiles budgets clocks frequency DVFS heat map budget sweep measured devices"
        }
        Command::Menu(MenuCommand::AddMeasured) => "timing CSV profile bundles clocks power log import",
        Command::Menu(MenuCommand::MeasureMachine) => "profile timing benchmark this computer",
        Command::Menu(MenuCommand::ExportBundles) => "profile",
        _ => "",
    }
}
