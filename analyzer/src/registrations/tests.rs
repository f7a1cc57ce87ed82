//! What is seen in small pieces of Rust, and above all what is not.

use crate::crates::Crates;
use crate::lifecycle::RegistrationKind::{
    self, ErrorDropped, Forgotten, InInit, LeftOnError, StrongHandle,
};
use crate::vocabulary::Vocabulary;
use crate::{Sequential, SourceFile};

const DEVICE: &str = "
    struct Dev { bus: Arc<Mutex<IoManager>>, vm: VmFd, kick: EventFd, at: IoEventAddress, on: bool }
    impl DeviceMmio for Dev {}
    fn other() -> Result<(), Error> { Ok(()) }
";

#[track_caller]
fn check(text: &str, expected: &[RegistrationKind]) {
    let text = format!("{DEVICE}{text}");
    let file = SourceFile { path: "src/lib.rs".to_owned(), text: text.clone().into_bytes() };
    let files = [file];
    let words = Vocabulary::builtin();
    let crates = Crates::new(&files, &words, &|_| false, None, &Sequential);
    let found = super::observe(&crates, &words, &Sequential);
    let kinds: Vec<RegistrationKind> = found.iter().map(|seen| seen.kind).collect();
    assert_eq!(kinds, expected, "{text}");
}

/// Checks the body of a function that is handed a bus and a VM.
#[track_caller]
fn check_body(body: &str, expected: &[RegistrationKind]) {
    let head =
        "fn f(bus: &mut IoManager, vm: &VmFd, r: MmioRange, d: &Arc<Dev>) -> Result<(), Error>";
    check(&format!("{head} {{ {body} }}"), expected);
}

#[test]
fn a_way_out_is_one_with_an_error() {
    check_body("bus.register_mmio(r, d.clone())?; other()?; Ok(())", &[LeftOnError]);
    check_body("bus.register_mmio(r, d.clone())?; other()", &[LeftOnError]);
    check_body("bus.register_mmio(r, d.clone())?; return Err(Error)", &[LeftOnError]);
    check_body(
        "bus.register_mmio(r, d.clone())?; if d.on { bail!(\"no\"); } Ok(())",
        &[LeftOnError],
    );
    check_body("other()?; bus.register_mmio(r, d.clone())?; Ok(())", &[]);
    check_body("bus.register_mmio(r, d.clone())?; other().unwrap(); Ok(())", &[]);
    check_body("bus.register_mmio(r, d.clone())?; panic!()", &[]);
}

#[test]
fn what_has_failed_is_not_there() {
    check_body("match bus.register_mmio(r, d.clone()) { Ok(()) => Ok(()), Err(e) => Err(e) }", &[]);
    check_body("if let Err(e) = bus.register_mmio(r, d.clone()) { return Err(e); } Ok(())", &[]);
    check_body(
        "let Ok(()) = bus.register_mmio(r, d.clone()) else { return Err(Error) }; Ok(())",
        &[],
    );
    check_body("if bus.register_mmio(r, d.clone()).is_err() { return Err(Error); } Ok(())", &[]);
    check_body(
        "let done = bus.register_mmio(r, d.clone()); if done.is_err() { return Err(Error); } Ok(())",
        &[],
    );
    check_body(
        "match bus.register_mmio(r, d.clone()) { Ok(()) => other(), Err(e) => Err(e) }",
        &[LeftOnError],
    );
}

#[test]
fn what_is_taken_back_is_not_there() {
    let register = "bus.register_mmio(r, d.clone())?;";
    let remove = "bus.deregister_mmio(r.base());";
    check_body(&format!("{register} {remove} other()?; Ok(())"), &[]);
    check_body(&format!("{register} other().map_err(|e| {{ {remove} e }})?; Ok(())"), &[]);
    check_body(
        &format!("{register} other().map_err(|e| {{ {remove} e }})?; other()?; Ok(())"),
        &[LeftOnError],
    );
    check_body(&format!("{register} if d.on {{ {remove} }} other()?; Ok(())"), &[]);
    check_body(&format!("{register} for x in d.all() {{ {remove} }} other()?; Ok(())"), &[]);
    check_body(
        &format!("{register} if d.on {{ {remove} return Err(Error); }} other()?; Ok(())"),
        &[LeftOnError],
    );
    check_body(&format!("{register} defer! {{ {remove} }} other()?; Ok(())"), &[]);
}

#[test]
fn the_type_of_the_receiver_counts() {
    let body = "m.register_mmio(1, 2)?; other()?; Ok(())";
    let function = |ty: &str| format!("fn f(m: {ty}) -> Result<(), Error> {{ {body} }}");
    check(&function("&mut IoManager"), &[LeftOnError]);
    check(&function("Arc<Mutex<IoManager>>"), &[LeftOnError]);
    check(&function("&mut dyn MmioManager"), &[LeftOnError]);
    check(&function("&mut impl MmioManager"), &[LeftOnError]);
    check(&function("IoManager"), &[]);
    check(&function("&mut Another"), &[]);
    check(
        "fn f<M: MmioManager>(m: &mut M) -> Result<(), E> { m.register_mmio(1, 2)?; other()?; Ok(()) }",
        &[LeftOnError],
    );
    // A type of the crate's own by that name, which can't take back.
    check(&format!("struct IoManager; {}", function("&mut IoManager")), &[]);
}

#[test]
fn a_program_that_never_takes_back_is_not_told() {
    let body =
        "fn f(b: &mut IoManager) -> Result<(), E> { b.register_mmio(1, 2)?; other()?; Ok(()) }";
    check(&format!("fn main() {{}} {body}"), &[]);
    check(
        &format!("fn main() {{}} fn g(b: &mut IoManager) {{ b.deregister_mmio(1); }} {body}"),
        &[LeftOnError],
    );
}

#[test]
fn tests_are_left_out() {
    check(
        "#[test] fn f(bus: &mut IoManager) -> Result<(), E> { bus.register_mmio(1, 2)?; other() }",
        &[],
    );
}

#[test]
fn descriptors_end_by_themselves() {
    check(
        "fn f(vm: &VmFd) -> Result<(), E> { let e = EventFd::new(0)?; vm.register_irqfd(&e, 1)?; other() }",
        &[],
    );
    check(
        "fn f(vm: &VmFd, e: &EventFd) -> Result<(), E> { vm.register_irqfd(e, 1)?; other() }",
        &[LeftOnError],
    );
    check(
        "impl Dev { fn f(&self) -> Result<(), E> { self.vm.register_irqfd(&self.kick, 1)?; other() } }",
        &[LeftOnError],
    );
}

#[test]
fn a_constructor_registers_what_it_makes() {
    let make = |rest: &str| {
        format!(
            "impl Dev {{ fn new(bus: &mut IoManager, r: R) -> Arc<Self> {{ let d = Arc::new(Dev {{}}); {rest} d }} }}"
        )
    };
    check(&make("bus.register_mmio(r, d.clone()).unwrap();"), &[InInit]);
    check(&make("bus.register_mmio(r, Arc::new(Proxy(Arc::downgrade(&d)))).unwrap();"), &[]);
    check(&make("bus.deregister_mmio(r);"), &[]);
}

#[test]
fn an_error_is_dropped_where_it_could_be_looked_at() {
    let call = "self.vm.unregister_ioevent(&self.kick, &self.at, NoDatamatch)";
    let method = |body: &str| format!("impl Dev {{ fn f(&mut self) {{ {body} }} }}");
    check(&method(&format!("let _ = {call};")), &[ErrorDropped]);
    check(&method(&format!("{call}.ok();")), &[ErrorDropped]);
    check(&method(&format!("{call};")), &[ErrorDropped]);
    check(&method(&format!("let done = {call}; report(done);")), &[]);
    check(&method(&format!("{call}.unwrap();")), &[]);
    check(&method(&format!("report({call});")), &[]);
    check(&format!("impl Drop for Dev {{ fn drop(&mut self) {{ let _ = {call}; }} }}"), &[]);
}

#[test]
fn a_manager_forgets_the_bus() {
    let manager = |remove: &str| {
        format!(
            "struct M {{ bus: IoManager, all: HashMap<u32, Arc<Dev>> }}
             impl M {{
                 fn add(&mut self, r: R, d: Arc<Dev>) {{
                     self.bus.register_mmio(r, d.clone()).unwrap(); self.all.insert(1, d);
                 }}
                 {remove}
             }}"
        )
    };
    check(&manager("fn unplug(&mut self) { self.all.remove(&1); }"), &[Forgotten]);
    check(
        &manager("fn unplug(&mut self) { self.all.remove(&1); self.bus.deregister_mmio(2); }"),
        &[],
    );
    check(&manager("fn unplug(&mut self) { self.other.remove(&1); }"), &[]);
    check(&manager("fn sort(&mut self) { self.all.remove(&1); }"), &[]);
}

#[test]
fn a_device_owns_a_handle_of_itself() {
    let store = |rest: &str| {
        format!(
            "struct D {{ cb: Mutex<Option<F>> }} fn f(d: &Arc<D>, e: &Arc<D>, l: &L) {{ {rest} }}"
        )
    };
    check(
        &store("let me = d.clone(); *d.cb.lock().unwrap() = Some(Box::new(move || me.go()));"),
        &[StrongHandle],
    );
    check(
        &store("let me = d.clone(); d.cb.lock().unwrap().replace(Box::new(move || me.go()));"),
        &[StrongHandle],
    );
    check(
        &store(
            "let me = Arc::downgrade(d); *d.cb.lock().unwrap() = Some(Box::new(move || me.go()));",
        ),
        &[],
    );
    check(
        &store("let me = e.clone(); *d.cb.lock().unwrap() = Some(Box::new(move || me.go()));"),
        &[],
    );
    check(&store("let me = d.clone(); l.cbs.push(Box::new(move || me.go()));"), &[]);
}
