use super::{function, print};
use crate::model::Function;

fn parameters(function: &Function) -> String {
    let all = function.parameters.iter();
    all.map(|one| format!("{}: {}", one.name, print::ty(&one.ty))).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(header: &str, name: &str, result: &str, expected: &str) {
    let function = function(&format!("{header}\n{{\n    f();\n}}"));
    assert!(!function.opaque, "{header}");
    assert_eq!(print::statements(&function.body), "f();", "{header}");
    assert_eq!(function.name, name, "{header}");
    assert_eq!(print::ty(&function.result), result, "{header}");
    assert_eq!(parameters(&function), expected, "{header}");
}

#[test]
fn parameters_and_results() {
    check("void lamp_reset(void)", "lamp_reset", "", "");
    check("LampState *lamp(DeviceState *dev, int)", "lamp", "LampState*", "dev: DeviceState*, : ");
    check("struct lamp f(struct bus **b, char *v[])", "f", "lamp", "b: bus**, v: *[]");
    check("int f(void (*cb)(void *), ...)", "f", "", "cb: ");
    check("int main()", "main", "", "");
}

#[test]
fn attributes_are_passed_over() {
    check("void coroutine_fn f(int a)", "f", "", "a: ");
    check("void G_GNUC_PRINTF(2, 3) f(LampState *s, char *x, ...)", "f", "", "s: LampState*, x: *");
    check("void __attribute__((noreturn)) f(void)", "f", "", "");
    check("void f(int a G_GNUC_UNUSED)", "f", "", "a: ");
}

#[test]
fn names_that_macros_make() {
    check("void HELPER(lit)(LampState *s)", "HELPER", "", "s: LampState*");
    check("LAMP_HANDLER(lit)", "LAMP_HANDLER", "", "");
}

#[test]
fn old_style_parameters_have_names() {
    check("int f(a, b) int a; char *b;", "f", "", "a: , b: ");
}

#[test]
fn a_header_in_two_versions_counts_once() {
    let lowered = function("int f(int a)\n{\n#else\nint f(int a, int b)\n{\n#endif\n g();\n}");
    assert!(!lowered.opaque);
    assert_eq!(lowered.name, "f");
    assert_eq!(print::statements(&lowered.body), "g();");
}

#[test]
fn only_static_functions_are_static() {
    assert!(function("static inline int f(void) { return 0; }").is_static);
    assert!(!function("int f(void) { static int n; return n; }").is_static);
}
