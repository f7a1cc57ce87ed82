//! The model on one line, for comparing shapes.

use crate::model::{Aggregate, BinaryOp, Expr, ExprKind, Local, Stmt, StmtKind, TypeRef, UnaryOp};

pub(crate) fn statements(all: &[Stmt]) -> String {
    all.iter().map(statement).collect::<Vec<_>>().join(" ")
}

fn statement(stmt: &Stmt) -> String {
    match &stmt.kind {
        StmtKind::Declaration(locals) => {
            let locals: Vec<_> = locals.iter().map(local).collect();
            format!("let {};", locals.join(", "))
        }
        StmtKind::Expr(value) => format!("{};", expr(value)),
        StmtKind::If { condition, then, otherwise } => {
            let otherwise = otherwise.as_ref().map(|stmt| format!(" else {}", statement(stmt)));
            let (condition, then) = (expr(condition), statement(then));
            format!("if {condition} {then}{}", otherwise.unwrap_or_default())
        }
        StmtKind::Loop { init, condition, step, body, at_least_once } => {
            let word = if *at_least_once { "do" } else { "loop" };
            let (init, body) = (statements(init), statement(body));
            format!("{word} ({init}|{}|{}) {body}", optional(condition), optional(step))
        }
        StmtKind::Switch { value, body } => format!("switch {} {}", expr(value), statement(body)),
        StmtKind::Case(value) => format!("case {}:", optional(value)),
        StmtKind::Block(body) => format!("{{{}}}", statements(body)),
        StmtKind::Return(value) => format!("return {};", optional(value)),
        StmtKind::Goto(label) => format!("goto {label};"),
        StmtKind::Label(label) => format!("{label}:"),
        StmtKind::Break => "break;".into(),
        StmtKind::Continue => "continue;".into(),
        StmtKind::Empty => ";".into(),
        StmtKind::Unknown => "?;".into(),
    }
}

fn optional(value: &Option<Expr>) -> String {
    value.as_ref().map(expr).unwrap_or_default()
}

fn local(local: &Local) -> String {
    let init = local.init.as_ref().map(|init| format!(" = {}", expr(init)));
    format!("{}: {}{}", local.name, ty(&local.ty), init.unwrap_or_default())
}

pub(crate) fn ty(ty: &TypeRef) -> String {
    let array = if ty.array { "[]" } else { "" };
    format!("{}{}{array}", ty.name, "*".repeat(ty.pointers.into()))
}

fn list(all: &[Expr]) -> String {
    all.iter().map(expr).collect::<Vec<_>>().join(", ")
}

pub(crate) fn expr(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Name(name) => name.to_string(),
        ExprKind::Literal => "#".into(),
        ExprKind::Call { callee, args } => format!("{}({})", expr(callee), list(args)),
        ExprKind::Member { base, name, through_pointer } => {
            let operator = if *through_pointer { "->" } else { "." };
            format!("{}{operator}{name}", expr(base))
        }
        ExprKind::Index { base, index } => format!("{}[{}]", expr(base), expr(index)),
        ExprKind::Unary(op, operand) => format!("{}{}", unary(*op), expr(operand)),
        ExprKind::Binary(op, left, right) => {
            format!("({} {} {})", expr(left), binary(*op), expr(right))
        }
        ExprKind::Assign { target, value, compound } => {
            let operator = if *compound { "o=" } else { "=" };
            format!("{} {operator} {}", expr(target), expr(value))
        }
        ExprKind::Cast(target, operand) => format!("({}){}", ty(target), expr(operand)),
        ExprKind::Conditional(condition, then, otherwise) => {
            let then = then.as_ref().map(|then| expr(then)).unwrap_or_default();
            format!("({} ? {then} : {})", expr(condition), expr(otherwise))
        }
        ExprKind::Aggregate(value) => aggregate(value),
        ExprKind::SizeOf => "sizeof".into(),
        ExprKind::Closure { function, .. } => {
            let names: Vec<_> = function.parameters.iter().map(|one| one.name.as_str()).collect();
            format!("|{}| {{{}}}", names.join(", "), statements(&function.body))
        }
        ExprKind::Unknown(parts) => format!("?[{}]", list(parts)),
    }
}

fn aggregate(value: &Aggregate) -> String {
    let items: Vec<_> = value
        .items
        .iter()
        .map(|(name, value)| match name {
            Some(name) => format!(".{name} = {}", expr(value)),
            None => expr(value),
        })
        .collect();
    format!("{}{{{}}}", value.ty.as_ref().map(ty).unwrap_or_default(), items.join(", "))
}

const fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::AddressOf => "&",
        UnaryOp::Dereference => "*",
        UnaryOp::Not => "!",
        UnaryOp::Arithmetic => "~",
        UnaryOp::Step => "++",
    }
}

const fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Order => "<",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
        BinaryOp::Comma => ",",
        BinaryOp::Arithmetic => "o",
    }
}
