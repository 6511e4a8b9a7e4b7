//! What mappings are chosen for, how long they are searched, and what is counted how.

use super::super::parameters::{FIELD, Row};
use super::super::{from_right, rest};
use super::MOST;
use super::change::{model, model_mut, with};
use super::form::{Form, fold};
use crate::app::input::{dropdown, small};
use crate::cost::spatial::rules::{Groups, Objective, Rules};
use egui::{Popup, RichText, Ui};

/// The name of the rules in the list of sources.
const NAME: &str = "rules";

/// A choice that is on or off.
struct Choice {
    text: &'static str,
    help: &'static str,
    get: fn(&mut Rules) -> &mut bool,
}

const CHOICES: [Choice; 4] = [
    Choice {
        text: "take dilated kernels as dense",
        help: "CNNParted's fault “dilation ignored”: a dilated kernel is mapped as if its elements lay side by side, so that too few \
               inputs are fetched",
        get: |rules| &mut rules.ignore_dilation,
    },
    Choice {
        text: "other layers are free",
        help: "CNNParted's fault “layers without multiply-accumulates are free”: pooling, additions and normalisation cost nothing \
               instead of passes of the vector unit",
        get: |rules| &mut rules.ignore_other_layers,
    },
    Choice {
        text: "pad dimensions",
        help: "A dimension may be padded to a multiple of the factor it is spread by. Timeloop cannot: sizes that no factor divides use \
               few units or cannot be mapped at all",
        get: |rules| &mut rules.padding,
    },
    Choice {
        text: "charge the last read",
        help: "Finished outputs are read once more on their way out of a level. Timeloop's fault “drain reads are free”: it leaves \
               them out",
        get: |rules| &mut rules.drain_reads,
    },
];

/// Draws the objective, the budget and the rules.
pub fn ui(ui: &mut Ui, form: &mut Form) {
    let objective = Row {
        name: "objective",
        text: "mapped for",
        help: "What the mapping of every layer is chosen for",
    };
    let words = Objective::ALL.map(|objective| (objective, objective.words()));
    form.editor
        .choice(ui, objective, &words, |device| Some(&mut model_mut(device)?.objective));
    let budget = Row {
        name: "budget",
        text: "search budget",
        help: "Partly chosen mappings looked at per layer before the search gives up proving that the best one is found; what it may \
               miss is said where the mapping is shown",
    };
    form.whole(ui, budget, 1, MOST, None);
    let Some(rules) = model(form.base).map(|model| model.rules) else {
        return;
    };
    fold(ui, form, "rules", set_of(rules), |ui, form| choices(ui, form, rules));
}

/// What a set of rules is called.
fn set_of(rules: Rules) -> &'static str {
    if rules == Rules::default() {
        "corrected"
    } else if rules == Rules::TIMELOOP {
        "Timeloop-compatible"
    } else {
        "own choice"
    }
}

fn choices(ui: &mut Ui, form: &mut Form, rules: Rules) {
    let mut new = rules;
    line(
        ui,
        form,
        "set",
        "All choices at once: as they are right, or as CNNParted uses Timeloop",
        |ui, form| {
            let name = format!("Set of rules of {}", form.editor.owner);
            let width = FIELD + 40.0;
            let button = dropdown(ui, form.editor.theme, &name, set_of(rules), width);
            Popup::menu(&button).show(|ui| {
                for set in [Rules::default(), Rules::TIMELOOP] {
                    if ui.selectable_label(set == rules, set_of(set)).clicked() {
                        new = set;
                    }
                }
            });
        },
    );
    let help = "What becomes of the groups of a convolution. CNNParted's fault “groups serialised”: they run one after another, so \
                that a depthwise layer uses few MAC units; as an eighth loop they can be spread over the array";
    line(ui, form, "groups", help, |ui, form| {
        let name = format!("Groups of {}", form.editor.owner);
        let options = [(Groups::Packed, "spread too"), (Groups::Serial, "one by one")];
        let shown = options.iter().find(|(groups, _)| *groups == rules.groups);
        let button = dropdown(ui, form.editor.theme, &name, shown.map_or("", |(_, text)| *text), FIELD);
        Popup::menu(&button).show(|ui| {
            for (groups, text) in options {
                if ui.selectable_label(groups == rules.groups, text).clicked() {
                    new.groups = groups;
                }
            }
        });
    });
    for choice in &CHOICES {
        let text = RichText::new(choice.text).size(crate::app::theme::SMALL);
        ui.checkbox((choice.get)(&mut new), text).on_hover_text(choice.help);
    }
    if new != rules {
        let changed = with(form.base, |model| model.rules = new);
        if form.take(changed) {
            let original = form.preset.and_then(model).map(|model| model.rules);
            form.editor.record(NAME, original == Some(new));
        }
    }
}

/// A line with a name, explained on hover, and something at its right end.
fn line(ui: &mut Ui, form: &mut Form, name: &str, help: &str, field: impl FnOnce(&mut Ui, &mut Form<'_, '_>)) {
    from_right(ui, |ui| {
        field(ui, form);
        rest(ui, |ui| ui.label(small(form.editor.theme, name))).on_hover_text(help);
    });
}
