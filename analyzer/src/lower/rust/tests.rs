//! What each form of Rust becomes.

use crate::crates::{Crates, Method};
use crate::lower::print;
use crate::vocabulary::Vocabulary;
use crate::{Sequential, SourceFile};

const DEVICE: &str = "
    struct Uart { bus: Arc<Mutex<Bus>>, regs: [u8; 4], irq: Option<Irq> }
    impl Uart { fn tick(&self) -> Result<u8, Error> { Ok(0) } }
";

fn methods(text: &str) -> Vec<Method> {
    let text = format!("{DEVICE}{text}").into_bytes();
    let files = [SourceFile { path: "src/lib.rs".to_owned(), text }];
    let crates = Crates::new(&files, &Vocabulary::builtin(), &|_| false, None, &Sequential);
    crates.parts.into_iter().flat_map(|part| part.methods).collect()
}

/// Checks what becomes of the body of a method of `Uart`.
#[track_caller]
fn check(body: &str, expected: &str) {
    let text = format!("impl Uart {{ fn work(&mut self, io: &mut IoManager) -> u8 {{ {body} }} }}");
    let method = methods(&text).pop().expect("there is a method");
    assert_eq!(print::statements(&method.function.body), expected, "{body}");
}

#[test]
fn a_call_is_one_of_the_type_of_its_receiver() {
    check("io.register(1);", "IoManager::register(io, #);");
    check("self.tick();", "Uart::tick(self);");
    check("self.bus.lock().unwrap().insert(1);", "Bus::insert(self->bus, #);");
    check("self.irq.as_ref().unwrap().raise();", "Irq::raise(self->irq);");
    check("other().raise();", "other().raise();");
    check("let b = Bus::new(); b.insert(1);", "let b: Bus = Bus::new(); Bus::insert(b, #);");
    check("Arc::clone(&self.bus);", "Arc::clone(&self->bus);");
    check("self.bus.clone();", "Arc::clone(self->bus);");
}

#[test]
fn a_question_mark_returns_the_error() {
    check("self.tick()?", "let #1: Result = Uart::tick(self); if !#1 return Err(#1); return #1;");
    check(
        "io.register(a()?)?;",
        "let #1:  = a(); if !#1 return Err(#1); let #2:  = IoManager::register(io, #1); \
         if !#2 return Err(#2);",
    );
}

#[test]
fn branches_in_expressions_come_before_what_uses_them() {
    check(
        "let x = if a() { b() } else { c() }; x",
        "let #1: ; if a() {#1 = b();} else {#1 = c();} let x:  = #1; return x;",
    );
    check(
        "match io.get() { Some(x) => x, None => return 1 }",
        "let #1:  = IoManager::get(io); if ?[#1] {let x:  = #1; return x;} else {return #;}",
    );
    check(
        "if let Some(x) = io.get() { f(x) }",
        "let #1:  = IoManager::get(io); if ?[#1] {let x:  = #1; return f(x);}",
    );
    check(
        "let x = 'a: { if a() { break 'a 1; } 2 }; x",
        "let #1: ; do (||) {if a() {#; break;} #1 = #; break;} let x:  = #1; return x;",
    );
    check("let x = 1; let x = g(x); x", "let x:  = #; let x#2:  = g(x); return x#2;");
    check("let _ = io.remove(1); 0", "let _:  = IoManager::remove(io, #); return #;");
    check(
        "for r in self.regs.iter() { f(r) } 0",
        "loop (|?[self->regs]|) {let r: u8 = self->regs[#]; f(r);} return #;",
    );
    check("io.set(move |x| self.tick());", "IoManager::set(io, |x| {return Uart::tick(self);});");
}

#[test]
fn addresses_of_fields_are_places() {
    check(
        "R::init_io(unsafe { &mut *addr_of_mut!(self.regs) }, addr_of_mut!(*self));",
        "R::init_io(&self->regs, self);",
    );
}

#[test]
fn what_cannot_be_read_is_counted() {
    let text = b"fn a() { let = ; }\nmake_impls!(A, B);\nfn b() {}".to_vec();
    let files = [
        SourceFile { path: "src/a.rs".to_owned(), text },
        SourceFile { path: "src/b.rs".to_owned(), text: b"fn c() {".to_vec() },
    ];
    let crates = Crates::new(&files, &Vocabulary::builtin(), &|_| false, None, &Sequential);
    assert_eq!((crates.parts[0].broken, crates.parts[0].opaque_macros), (1, 1));
    assert!(crates.parts[1].unreadable.is_some());
    assert_eq!(crates.parts.iter().map(|part| part.methods.len()).sum::<usize>(), 1);
}
