//! Random programs become C that compiles without a warning.

use crate::program::{Function, Linkage, Program, Stmt};
use std::fmt::Write as _;
use std::ops::Range;

/// What every file can use.
pub(crate) const PRELUDE: &str = "\
#pragma once
struct S { int a; int n; int part[4]; volatile int status; };
struct Ops { void (*run)(struct S *s); };
void mark(int number);
void mark_value(int number, int value);
void mark_out(int number, int *value);
int mark_result(int number);
#define MARK(number) mark(number)
#define IGNORE(call) ((void)(call))
#define PARTS 4
";

/// A file of C.
pub(crate) struct Text {
    pub(crate) text: String,
    /// The numbers of the marks that are asked to go, and their calls.
    pub(crate) picked: Vec<(usize, Range<usize>)>,
    /// The numbers of all other marks.
    pub(crate) kept: Vec<usize>,
    /// Comments about marks that stay.
    pub(crate) comments: Vec<String>,
}

/// Writes `program`; its names begin with `prefix`.
pub(crate) fn write(program: &Program, prefix: &str) -> Text {
    let mut writer = Writer {
        program,
        prefix,
        out: String::new(),
        marks: 0,
        comments: 0,
        picked: Vec::new(),
        kept_comments: Vec::new(),
        statics: 0,
        statics_read: Vec::new(),
        called: vec![false; program.functions.len()],
    };
    writer.file();
    let text = finish(program, std::mem::take(&mut writer.out));
    let picked = writer.picked.iter().map(|&number| (number, call(&text, number))).collect();
    let kept = (0..=writer.marks).filter(|number| !writer.picked.contains(number)).collect();
    Text { text, picked, kept, comments: writer.kept_comments }
}

/// Line ends, tabs and the end of the file.
fn finish(program: &Program, mut text: String) -> String {
    if program.style.tabs {
        text = text.replace("    ", "\t");
    }
    if program.style.crlf {
        text = text.replace('\n', "\r\n");
    }
    if !program.style.final_newline {
        text.truncate(text.trim_end().len());
    }
    text
}

/// The bytes of the call that leaves the mark.
pub(crate) fn call(text: &str, number: usize) -> Range<usize> {
    let start = find_call(text, number).expect("every mark is written");
    start..start + call_length(&text[start..])
}

/// Where the call that leaves the mark begins, if it is there.
pub(crate) fn find_call(text: &str, number: usize) -> Option<usize> {
    let open = [format!("({number},"), format!("({number})")];
    let word = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let starts = open.iter().flat_map(|open| text.match_indices(open.as_str()));
    let mut starts = starts.map(|(at, _)| (text[..at].trim_end_matches(word).len(), at));
    starts.find(|&(start, at)| text[start..at].to_lowercase().starts_with("mark")).map(|one| one.0)
}

fn call_length(text: &str) -> usize {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

struct Writer<'p> {
    program: &'p Program,
    prefix: &'p str,
    out: String,
    marks: usize,
    comments: usize,
    picked: Vec<usize>,
    kept_comments: Vec<String>,
    statics: usize,
    statics_read: Vec<usize>,
    called: Vec<bool>,
}

/// What is in scope in a function.
struct Scope {
    /// The number of the function.
    number: usize,
    /// Variables that have a value, innermost last.
    readable: Vec<String>,
    /// Variables that may be set.
    settable: Vec<String>,
    /// Those mentioned as values so far.
    read: Vec<String>,
    /// Counters that the head of the function has to declare.
    counters: Vec<String>,
    depth: usize,
    loops: usize,
    in_switch: bool,
    in_group: bool,
    has_goto: bool,
    declared: usize,
    static_locals: Vec<String>,
}

impl Writer<'_> {
    fn file(&mut self) {
        self.line(0, "/* One device of many. */");
        self.line(0, "#include \"prelude.h\"\n");
        let count = self.program.functions.len();
        let bodies: Vec<String> = (0..count).map(|number| self.function(number)).collect();
        let run = self.run();
        self.globals();
        for (number, body) in bodies.into_iter().enumerate().rev() {
            let function = &self.program.functions[number];
            if function.conditional {
                self.out.push_str("#if !CONF_NEVER\n");
            }
            if function.comment {
                let name = self.name(number);
                writeln!(self.out, "/* What {name} does. */").expect("a string takes all");
            }
            self.out.push_str(&body);
            if function.conditional {
                self.out.push_str("#endif\n");
            }
            if function.linkage == Linkage::Table {
                let (prefix, name) = (self.prefix, self.name(number));
                let table = format!(
                    "\nstatic const struct Ops {prefix}ops{number} = {{\n    .run = {name},\n}};\n"
                );
                self.out.push_str(&table);
            }
            self.out.push('\n');
        }
        self.out.push_str(&run);
    }

    /// Static variables, getters and prototypes.
    fn globals(&mut self) {
        let prefix = self.prefix;
        for at in 0..self.statics {
            let text = match at % 3 {
                0 => format!("static int {prefix}v{at} = {at};"),
                1 => format!(
                    "/* Numbers. */\nstatic const int {prefix}v{at}[] = {{\n    1, 2, 3\n}};"
                ),
                _ => format!("static const int {prefix}v{at} = 5; /* five */"),
            };
            self.line(0, &text);
        }
        self.out.push('\n');
        for number in 0..self.program.functions.len() {
            match self.program.functions[number].linkage {
                Linkage::Prototype => {
                    let name = self.name(number);
                    self.line(0, &format!("static void {name}(struct S *s);"));
                }
                Linkage::Exported => {
                    let name = self.name(number);
                    self.line(0, &format!("/* Declares {name}. */\nvoid {name}(struct S *s);\n"));
                }
                _ => {}
            }
        }
        let getter = format!(
            "static int {prefix}get(struct S *s, int at)\n{{\n    return s->part[at & 3];\n}}\n"
        );
        if self.statics_read.contains(&usize::MAX) {
            self.line(0, &getter);
        }
    }

    /// The function that the harness calls.
    fn run(&mut self) -> String {
        let prefix = self.prefix;
        let outer = std::mem::take(&mut self.out);
        self.line(0, &format!("void {prefix}run(struct S *s)\n{{"));
        let callbacks = self.program.functions.iter().any(|f| f.linkage == Linkage::Callback);
        if callbacks {
            self.line(1, "struct Ops ops = { 0 };\n");
        }
        self.line(1, "mark(0);");
        for number in 0..self.program.functions.len() {
            let name = self.name(number);
            match self.program.functions[number].linkage {
                Linkage::Callback => {
                    self.line(1, &format!("ops.run = {name};"));
                    self.line(1, "if (ops.run) {\n        ops.run(s);\n    }");
                }
                Linkage::Table => self.line(1, &format!("{prefix}ops{number}.run(s);")),
                _ if !self.called[number] || number == 0 => self.line(1, &format!("{name}(s);")),
                _ => {}
            }
        }
        for at in 0..self.statics {
            if !self.statics_read.contains(&at) {
                let index = if at % 3 == 1 { "[0]" } else { "" };
                let number = self.mark();
                self.line(1, &format!("mark_value({number}, {prefix}v{at}{index});"));
            }
        }
        self.line(0, "}");
        std::mem::replace(&mut self.out, outer)
    }

    fn function(&mut self, number: usize) -> String {
        let function = &self.program.functions[number];
        let outer = std::mem::take(&mut self.out);
        let mut scope = Scope {
            number,
            readable: vec!["s->a".to_owned(), "s->n".to_owned()],
            settable: Vec::new(),
            read: Vec::new(),
            counters: Vec::new(),
            depth: 1,
            loops: 0,
            in_switch: false,
            in_group: false,
            has_goto: false,
            declared: 0,
            static_locals: Vec::new(),
        };
        let head = self.locals(function, &mut scope);
        let own = scope.readable.clone();
        self.block(&function.body, &mut scope);
        let body = std::mem::take(&mut self.out);
        self.tail(function, own, &mut scope);
        let tail = std::mem::take(&mut self.out);
        let name = self.name(number);
        let linkage = if function.linkage == Linkage::Exported { "" } else { "static " };
        self.line(0, &format!("{linkage}void {name}(struct S *s)\n{{"));
        self.out.push_str(&head);
        if !scope.counters.is_empty() {
            self.line(1, &format!("int {};", scope.counters.join(", ")));
        }
        if (!head.is_empty() || !scope.counters.is_empty()) && !self.program.style.cramped {
            self.out.push('\n');
        }
        self.out.push_str(&body);
        self.out.push_str(&tail);
        self.line(0, "}");
        std::mem::replace(&mut self.out, outer)
    }

    fn locals(&mut self, function: &Function, scope: &mut Scope) -> String {
        let outer = std::mem::take(&mut self.out);
        for (at, value) in function.locals.iter().enumerate() {
            let name = format!("x{at}");
            if value % 16 == 15 {
                self.line(1, &format!("static int {name} = {at};"));
                scope.static_locals.push(name.clone());
            } else if value % 16 == 14 {
                let second = format!("y{at}");
                self.line(1, &format!("int {name} = {at}, {second} = 2;"));
                scope.readable.push(second.clone());
                scope.settable.push(second);
            } else {
                let init = self.value(*value, scope);
                self.line(1, &format!("int {name} = {init};"));
            }
            scope.readable.push(name.clone());
            scope.settable.push(name);
        }
        std::mem::replace(&mut self.out, outer)
    }

    /// The end of a function: after the label that it jumps to, with reads of what nothing reads.
    fn tail(&mut self, function: &Function, own: Vec<String>, scope: &mut Scope) {
        scope.readable = own;
        if scope.has_goto {
            self.line(0, "out:");
            if function.tail.is_empty() {
                let number = self.mark();
                self.line(1, &format!("mark({number});"));
            }
        }
        // A declaration may not follow a label.
        let late: Vec<Stmt> = function.tail.iter().filter(|s| !declares(s)).cloned().collect();
        if scope.has_goto && late.first().is_none_or(|first| !is_statement(first)) {
            let number = self.mark();
            self.line(1, &format!("mark({number});"));
        }
        scope.declared = usize::MAX;
        self.block(&late, scope);
        let names: Vec<String> = scope.readable.iter().skip(2).cloned().collect();
        for name in names {
            if !scope.read.contains(&name) {
                let number = self.mark();
                self.line(1, &format!("mark_value({number}, {name});"));
            }
        }
    }

    fn block(&mut self, block: &[Stmt], scope: &mut Scope) {
        let readable = scope.readable.clone();
        let settable = scope.settable.len();
        for statement in block {
            self.statement(statement, scope);
        }
        let dropped = std::mem::replace(&mut scope.readable, readable);
        scope.settable.truncate(settable);
        for name in dropped {
            let own = name.starts_with('b') && !scope.readable.contains(&name);
            if own && !scope.read.contains(&name) {
                let number = self.mark();
                self.line(scope.depth, &format!("mark_value({number}, {name});"));
            }
        }
    }

    fn statement(&mut self, statement: &Stmt, scope: &mut Scope) {
        let depth = scope.depth;
        match statement {
            Stmt::Mark { form, value } => self.marks(*form, *value, scope),
            Stmt::Set { target, value } => self.set(*target, *value, scope),
            Stmt::Declare { value, kind } => self.declare(*value, *kind, scope),
            Stmt::Call(callee) => {
                let callee = scope.number + 1 + usize::from(*callee) % 3;
                if callee < self.program.functions.len() {
                    self.called[callee] = true;
                    let name = self.name(callee);
                    self.line(depth, &format!("{name}(s);"));
                }
            }
            Stmt::Comment(form) => {
                let text = self.comment();
                match form % 3 {
                    0 => self.line(depth, &text),
                    1 => self.line(depth, &text.replace(" */", "\n     */")),
                    _ => self.line(depth, &format!("// {}", text.trim_matches(['/', '*', ' ']))),
                }
            }
            Stmt::Blank => {
                let opens =
                    self.out.is_empty() || self.out.ends_with("{\n") || self.out.ends_with("\n\n");
                if !opens && !self.out.ends_with(":\n") {
                    self.out.push('\n');
                }
            }
            Stmt::Leave { condition, kind, braces } => {
                self.leave(*condition, *kind, *braces, scope)
            }
            Stmt::Block(inner) => {
                self.line(depth, "{");
                self.inner(inner, scope);
                self.line(depth, "}");
            }
            Stmt::If { condition, then, otherwise, braces } => {
                self.branch(*condition, then, otherwise.as_deref(), *braces, scope);
            }
            Stmt::For { form, body, braces } => self.counted(*form, body, *braces, scope),
            Stmt::While { form, body } => self.uncounted(*form, body, scope),
            Stmt::Switch { value, cases, ends } => self.switch(*value, cases, *ends, scope),
            Stmt::Group { form, then, otherwise } => {
                self.group(*form, then, otherwise.as_deref(), scope)
            }
        }
    }

    fn branch(
        &mut self,
        condition: u8,
        then: &[Stmt],
        otherwise: Option<&[Stmt]>,
        braces: bool,
        scope: &mut Scope,
    ) {
        let depth = scope.depth;
        let condition = self.condition(condition, scope);
        let braced = braces || !is_simple(then) || otherwise.is_some_and(|o| !is_simple(o));
        let (open, before) = if braced { (" {", "} ") } else { ("", "") };
        self.line(depth, &format!("if ({condition}){open}"));
        self.inner(then, scope);
        if let Some(otherwise) = otherwise {
            self.line(depth, &format!("{before}else{open}"));
            self.inner(otherwise, scope);
        }
        if braced {
            self.line(depth, "}");
        }
    }

    fn counted(&mut self, form: u8, body: &[Stmt], braces: bool, scope: &mut Scope) {
        let depth = scope.depth;
        let declared = form.is_multiple_of(3);
        let (kind, letter) = if declared { ("int ", 'j') } else { ("", 'i') };
        let counter = format!("{letter}{}", scope.loops);
        if !declared && !scope.counters.contains(&counter) {
            scope.counters.push(counter.clone());
        }
        let limit = ["2", "PARTS - 1", "3"][usize::from(form / 3) % 3];
        let braced = braces || !is_simple(body);
        let open = if braced { " {" } else { "" };
        let head = format!("for ({kind}{counter} = 0; {counter} < {limit}; {counter}++){open}");
        self.line(depth, &head);
        scope.readable.push(counter.clone());
        self.looped(body, scope);
        scope.readable.retain(|name| *name != counter);
        if braced {
            self.line(depth, "}");
        }
        if !declared && form.is_multiple_of(7) {
            scope.readable.push(counter);
        }
    }

    fn uncounted(&mut self, form: u8, body: &[Stmt], scope: &mut Scope) {
        let depth = scope.depth;
        let counter = format!("w{}", scope.loops);
        if !scope.counters.contains(&counter) {
            scope.counters.push(counter.clone());
        }
        self.line(depth, &format!("{counter} = 2;"));
        let (head, end) = match form % 2 {
            0 => (format!("while ({counter}-- > 0) {{"), "}".to_owned()),
            _ => ("do {".to_owned(), format!("}} while ({counter}-- > 0);")),
        };
        self.line(depth, &head);
        self.looped(body, scope);
        self.line(depth, &end);
    }

    fn switch(&mut self, value: u8, cases: &[Vec<Stmt>], ends: bool, scope: &mut Scope) {
        let depth = scope.depth;
        let value = self.value(value, scope);
        self.line(depth, &format!("switch (({value}) & 3) {{"));
        let outer = std::mem::replace(&mut scope.in_switch, true);
        for (number, case) in cases.iter().enumerate() {
            if number + 1 == cases.len() && number > 0 {
                self.line(depth, "default:");
            } else {
                self.line(depth, &format!("case {number}:"));
            }
            if case.first().is_none_or(|first| !is_statement(first)) {
                let number = self.mark();
                self.line(depth + 1, &format!("mark({number});"));
            }
            self.inner(case, scope);
            if ends || number + 1 < cases.len() {
                self.line(depth + 1, "break;");
            }
        }
        scope.in_switch = outer;
        self.line(depth, "}");
    }

    fn group(&mut self, form: u8, then: &[Stmt], otherwise: Option<&[Stmt]>, scope: &mut Scope) {
        let condition =
            ["#if CONF_A", "#ifdef CONF_C", "#if CONF_B", "#if !CONF_A"][usize::from(form) % 4];
        let outer = std::mem::replace(&mut scope.in_group, true);
        let open = if form % 16 == 15 && !scope.in_switch { "    " } else { "" };
        self.line(0, condition);
        self.block(then, scope);
        if let Some(otherwise) = otherwise {
            self.line(0, "#else");
            self.block(otherwise, scope);
        }
        self.line(0, &format!("#endif{}", if open.is_empty() { "" } else { " /* of it */" }));
        scope.in_group = outer;
    }

    fn inner(&mut self, block: &[Stmt], scope: &mut Scope) {
        scope.depth += 1;
        let start = self.out.len();
        self.block(block, scope);
        if self.out[start..].trim().is_empty() || !self.out[start..].contains(';') {
            let number = self.mark();
            self.line(scope.depth, &format!("mark({number});"));
        }
        scope.depth -= 1;
    }

    fn looped(&mut self, block: &[Stmt], scope: &mut Scope) {
        let switch = std::mem::replace(&mut scope.in_switch, false);
        scope.loops += 1;
        self.inner(block, scope);
        scope.loops -= 1;
        scope.in_switch = switch;
    }

    fn leave(&mut self, condition: u8, kind: u8, braces: bool, scope: &mut Scope) {
        let what = match kind % 4 {
            0 => "return;",
            1 if scope.loops > 0 && !scope.in_switch => "break;",
            2 if scope.loops > 0 => "continue;",
            _ if scope.depth > 0 && !self.is_tail(scope) => {
                scope.has_goto = true;
                "goto out;"
            }
            _ => "return;",
        };
        let condition = self.condition(condition, scope);
        let depth = scope.depth;
        if braces {
            self.line(depth, &format!("if ({condition}) {{"));
            self.line(depth + 1, what);
            self.line(depth, "}");
        } else {
            self.line(depth, &format!("if ({condition})"));
            self.line(depth + 1, what);
        }
    }

    /// After the label there is nothing to jump to.
    const fn is_tail(&self, scope: &Scope) -> bool {
        scope.declared == usize::MAX
    }

    fn set(&mut self, target: u8, value: u8, scope: &mut Scope) {
        let value_text = self.value(value, scope);
        let depth = scope.depth;
        if scope.settable.is_empty() || target % 8 == 7 {
            self.line(depth, &format!("s->n = ({value_text}) & 7;"));
            return;
        }
        if target % 8 == 6 {
            self.statics = self.statics.max(1);
            self.line(depth, &format!("{}v0 = {value_text};", self.prefix));
            return;
        }
        let name = scope.settable[usize::from(target) % scope.settable.len()].clone();
        match value % 5 {
            0 => self.line(depth, &format!("{name}++;")),
            1 => self.line(depth, &format!("{name} += {value_text};")),
            _ => self.line(depth, &format!("{name} = {value_text};")),
        }
    }

    fn declare(&mut self, value: u8, kind: u8, scope: &mut Scope) {
        let name = format!("b{}", scope.declared);
        if scope.declared == usize::MAX {
            return;
        }
        scope.declared += 1;
        let value = self.value(value, scope);
        let depth = scope.depth;
        match kind % 24 {
            0..=3 => {
                self.line(depth, &format!("int {name};"));
                self.line(depth, &format!("{name} = {value};"));
            }
            4..=7 => self.line(depth, &format!("const int {name} = {value}; /* of use */")),
            8 => self.line(depth, &format!("volatile int {name} = {value};")),
            _ => self.line(depth, &format!("int {name} = {value};")),
        }
        if kind % 24 > 8 {
            scope.settable.push(name.clone());
        }
        scope.readable.push(name);
    }

    fn marks(&mut self, form: u8, value: u8, scope: &mut Scope) {
        let depth = scope.depth;
        let text = self.value(value, scope);
        let number = self.mark();
        let comment = self.comment();
        if matches!(form % 24, 18..=22) || text.ends_with("status") {
            self.spare(number, value);
        }
        let kept = !self.picked.contains(&number);
        match form % 24 {
            0..=3 => self.line(depth, &format!("mark({number});")),
            4..=8 => self.line(depth, &format!("mark_value({number}, {text});")),
            9 => self.line(depth, &format!("mark_value({number},\n               {text});")),
            10 if !scope.settable.is_empty() => {
                let name = scope.settable[usize::from(value) % scope.settable.len()].clone();
                self.line(depth, &format!("mark_out({number}, &{name});"));
            }
            11 => self.line(depth, &format!("MARK({number});")),
            12 => {
                let second = self.mark();
                self.line(depth, &format!("mark({number}); mark_value({second}, {text});"));
            }
            13..=14 => {
                self.line(depth, &format!("mark_value({number}, {text}); {comment}"));
                self.kept_comments.extend(kept.then_some(comment));
            }
            15..=16 => {
                self.line(depth, &comment);
                self.line(depth, &format!("mark({number});"));
                self.kept_comments.extend(kept.then_some(comment));
            }
            17 => self.line(depth, &format!("{comment} mark({number});")),
            18 if value.is_multiple_of(4) => {
                self.line(depth, &format!("(void)mark_result({number});"))
            }
            19 if value.is_multiple_of(4) => {
                self.line(depth, &format!("IGNORE(mark_result({number}));"))
            }
            20 if value.is_multiple_of(4) => {
                self.line(depth, &format!("s->a = (mark({number}), 1);"))
            }
            21 if value.is_multiple_of(4) => self.line(depth, &format!("({{ mark({number}); }});")),
            22 if value.is_multiple_of(4) => {
                let second = self.mark();
                self.spare(second, value);
                self.line(depth, &format!("mark({number}), mark({second});"));
            }
            _ => self.line(depth, &format!("mark_value({number}, {text} + 1);")),
        }
    }

    /// A value that can be read.
    fn value(&mut self, choice: u8, scope: &mut Scope) -> String {
        let prefix = self.prefix;
        let own = scope.readable.len();
        let choice = usize::from(choice);
        if choice % 3 > 0 {
            // The newest first.
            let name = scope.readable[own - 1 - choice / 3 % own].clone();
            if !scope.in_group {
                scope.read.push(name.clone());
            }
            return name;
        }
        match choice / 3 % 6 {
            0 => format!("{choice}"),
            1 => {
                self.statics_read.push(usize::MAX);
                format!("{prefix}get(s, {choice})")
            }
            2 | 3 => {
                let at = choice / 18 % 5;
                self.statics = self.statics.max(at + 1);
                if !scope.in_group && !self.program.functions[scope.number].conditional {
                    self.statics_read.push(at);
                }
                if at % 3 == 1 {
                    format!("{prefix}v{at}[{}]", choice % 3)
                } else {
                    format!("{prefix}v{at}")
                }
            }
            4 => format!("s->part[{}]", choice % 4),
            _ => "s->status".to_owned(),
        }
    }

    fn condition(&mut self, choice: u8, scope: &mut Scope) -> String {
        let value = self.value(choice.rotate_left(3), scope);
        match choice % 9 {
            0 => value,
            1 => format!("!{value}"),
            2 => format!("{value} > 1"),
            3 => format!("{value} == 2"),
            4 => format!("{value} != 3"),
            5 => format!("{value} && s->n < 3"),
            6 => format!("{value} == 1 || !s->a"),
            7 if choice.is_multiple_of(2) => {
                let number = self.mark();
                self.spare(number, choice);
                format!("mark_result({number})")
            }
            _ => format!("s->a & {}", choice % 4 + 1),
        }
    }

    /// The number of the next mark.
    fn mark(&mut self) -> usize {
        self.marks += 1;
        let picks = &self.program.picks;
        if picks[self.marks % picks.len()] {
            self.picked.push(self.marks);
        }
        self.marks
    }

    /// A mark of which it is known that it can't go, is seldom asked to.
    fn spare(&mut self, number: usize, value: u8) {
        if !value.is_multiple_of(32) {
            self.picked.retain(|&picked| picked != number);
        }
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("/* comment {} */", self.comments)
    }

    fn name(&self, number: usize) -> String {
        format!("{}f{number}", self.prefix)
    }

    fn line(&mut self, depth: usize, text: &str) {
        for line in text.split('\n') {
            let indent = if line.is_empty() { 0 } else { depth };
            self.out.push_str(&"    ".repeat(indent));
            self.out.push_str(line);
            self.out.push('\n');
        }
    }
}

/// Whether a block can do without braces.
fn is_simple(block: &[Stmt]) -> bool {
    let [Stmt::Mark { form, .. }] = block else { return false };
    matches!(form % 24, 0..=8)
}

/// Whether a label may stand before it.
fn is_statement(statement: &Stmt) -> bool {
    matches!(
        statement,
        Stmt::Mark { .. }
            | Stmt::Set { .. }
            | Stmt::If { .. }
            | Stmt::Block(_)
            | Stmt::Leave { .. }
    )
}

fn declares(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Declare { .. } | Stmt::Leave { .. })
}
