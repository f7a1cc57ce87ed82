use super::with_body;

#[track_caller]
fn check(body: &str, opaque: bool) {
    assert_eq!(with_body(body).opaque, opaque);
}

#[test]
fn nesting_has_a_bound() {
    for (open, middle, close) in [
        ("{", "", "}"),
        ("f(", "a", ");"),
        ("if (a) ", "b;", ""),
        ("(", "a", ");"),
        ("a + ", "a;", ""),
        ("x = {", "a", "};"),
        ("l:", ";", ""),
        ("if (a) {} else ", ";", ""),
        ("!", "a;", ""),
    ] {
        let close = close.trim_end_matches(';').repeat(10_000);
        check(&format!("{}{middle}{close};", open.repeat(10_000)), true);
    }
}

#[test]
fn ordinary_nesting_is_within_the_bound() {
    check(&format!("{}f();{}", "{".repeat(60), "}".repeat(60)), false);
    check(&format!("x = {}a;", "a | ".repeat(150)), false);
}
