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
