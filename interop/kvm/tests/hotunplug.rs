//! The example, as a test.

#[path = "../examples/hotunplug.rs"]
mod hotunplug;

#[test]
fn a_device_is_unplugged_a_thousand_times_while_a_guest_pokes_it() {
    let outcome = hotunplug::hotunplug(1000).expect("KVM works");
    let Some(outcome) = outcome else {
        return;
    };
    let reads = outcome.reads;
    assert_eq!(reads.others, [0, 0], "neither the device's value nor ones: {outcome:?}");
    assert!(reads.values.iter().chain(&reads.ones).all(|reads| *reads >= 1000), "{outcome:?}");
    assert!(outcome.rings > 0, "{outcome:?}");
    assert_eq!(outcome.most, (1, 1), "one ioeventfd, one slot");
    assert_eq!((outcome.stale, outcome.is_left), (0, false), "an ioeventfd is left: {outcome:?}");
    assert_eq!(outcome.alive, (0, 0));
    assert_eq!(outcome.refused, 0);
}
