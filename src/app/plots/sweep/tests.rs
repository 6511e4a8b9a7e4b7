//! Settings that follow the system.

use super::settings::SweepSettings;
use crate::explore::sweep::Knob;

#[test]
fn the_second_number_changes_places_with_the_first() {
    let mut settings = SweepSettings {
        second: Some(Knob::Speed(1)),
        ..SweepSettings::default()
    };
    settings.choose(Knob::Speed(1), &Knob::Rate(0));
    assert_eq!(
        (settings.knob, settings.second),
        (Some(Knob::Speed(1)), Some(Knob::Rate(0)))
    );
}

#[test]
fn settings_survive_the_session_file() {
    let settings = SweepSettings {
        knob: Some(Knob::Device(1, "static_power_w".to_owned())),
        ..SweepSettings::default()
    };
    let text = ron::to_string(&settings).unwrap();
    assert_eq!(ron::from_str::<SweepSettings>(&text).unwrap(), settings);
}
