//! Valid link models of every kind with any parameters, made from the presets: what a model says about its parameters decides.

use cutscape::link::LinkModel;
use cutscape::presets::Allowed;
use cutscape::system::preset::Presets;
use proptest::prelude::*;

/// Any number that is allowed: `share` picks it, and sometimes it stays as it is.
fn number(allowed: Allowed, present: f64, share: f64) -> f64 {
    if share < 0.3 {
        return present;
    }
    let share = (share - 0.3) / 0.7;
    match allowed {
        Allowed::AboveZero | Allowed::NotNegative => present * 10_f64.powf(4.0 * share - 2.0),
        Allowed::Width => (1.0 + 63.0 * share).floor(),
        Allowed::Between(least, most) => least + (most - least) * share,
        Allowed::Steps(least, most, step) => least + ((most - least) / step * share).round() * step,
    }
}

/// A model of any kind.
pub fn models() -> impl Strategy<Value = LinkModel> {
    let presets: Vec<LinkModel> = Presets::load(None)
        .links
        .iter()
        .map(|p| p.value.model.clone())
        .collect();
    let numbers = prop::collection::vec(0.0..=1.0, 12);
    let options = prop::collection::vec(0_usize..4, 4);
    (prop::sample::select(presets), numbers, options).prop_map(|(mut model, numbers, options)| {
        for (choice, option) in model.choices().iter().zip(options) {
            model.choose(choice.name, option % choice.options.len());
        }
        for (described, share) in model.numbers().iter().zip(numbers) {
            let parameter = &described.parameter;
            let value = number(parameter.allowed, parameter.value, share);
            *model.number_mut(&parameter.name).expect("it named the number itself") = value;
        }
        // What a standard does not know cannot be on.
        if !cutscape::link::preset::faults(None, &model).is_empty() {
            model.choose("eee", 0);
        }
        model
    })
}
