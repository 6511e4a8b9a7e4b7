use super::*;

#[test]
fn steps_go_through_1_2_5_in_the_unit_shown() {
    let rate = |value, up| step(Unit::BitsPerSecond, value, up);
    assert_eq!(rate(2.5e6, true), Some(6.25e6));
    assert_eq!(rate(2.5e6, false), Some(1.25e6));
    assert_eq!(rate(62.5e6, true), Some(125e6));
    assert_eq!(step(Unit::Seconds, 1e-3, false), Some(5e-4));
    assert_eq!(step(Unit::Watts, 0.0, true), Some(0.1));
    assert_eq!(step(Unit::Watts, 0.0, false), None);
}

#[test]
fn a_bare_number_means_the_unit_that_is_shown() {
    let typed = |unit: Unit, shown, text: &str| unit.parse(&in_unit_shown(unit, shown, text)).ok();
    assert_eq!(typed(Unit::Seconds, Some(0.0414), "30"), Some(0.03));
    assert_eq!(typed(Unit::Seconds, Some(0.0414), "≤ 2,5"), Some(0.0025));
    assert_eq!(typed(Unit::Seconds, Some(0.0414), "2 s"), Some(2.0));
    assert_eq!(typed(Unit::Seconds, None, "2"), Some(2.0));
    assert_eq!(typed(Unit::Watts, Some(0.0), "2"), Some(2.0));
    assert_eq!(typed(Unit::BitsPerSecond, Some(2.5e6), "30"), Some(3.75e6));
    assert_eq!(typed(Unit::Count, Some(2.0), "3"), Some(3.0));
    assert_eq!(typed(Unit::Count, Some(2e6), "3"), Some(3e6));
    assert_eq!(typed(Unit::Percent, Some(0.5), "30"), Some(0.3));
    assert_eq!(typed(Unit::Seconds, Some(0.0414), "5 kg"), None);
}
