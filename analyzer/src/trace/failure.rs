//! How a function tells that it failed: an error object that is set, or a result that says so.

use crate::model::{
    BinaryOp, Expr, ExprKind, FileId, Function, Local, Location, Name, Span, Stmt, StmtKind,
    UnaryOp,
};
use crate::tree::Tree;
use crate::vocabulary::Vocabulary;

/// Whether a branch that leaves does so because something failed, and tells the caller: the function
/// has an error to set, and the branch sets it or is taken because of one. `holds` tells whether it
/// is taken when the condition holds.
pub(crate) fn signals_error(
    tree: &Tree<'_>,
    function: &Function,
    (condition, holds): (&Expr, bool),
    branch: &Stmt,
) -> bool {
    let failure = Failure { words: tree.words, tree, function };
    if !failure.can_fail() {
        return false;
    }
    let (sets, consumes) = failure.sets(branch);
    (sets || failure.is_asked(condition, holds)) && !consumes
}

struct Failure<'f, 'a> {
    words: &'f Vocabulary,
    tree: &'f Tree<'a>,
    function: &'f Function,
}

impl Failure<'_, '_> {
    /// Whether the function is handed an error to set, or returns one.
    fn can_fail(&self) -> bool {
        self.function.result.name == self.words.result_type
            || self.function.parameters.iter().any(|one| one.ty.name == self.words.error_type)
    }

    /// Whether a branch sets an error, and whether it deals with one.
    fn sets(&self, branch: &Stmt) -> (bool, bool) {
        let (mut sets, mut consumes) = (false, false);
        branch.each(&mut |stmt| {
            stmt.each_expression(&mut |expr| {
                expr.each(&mut |expr| {
                    if let ExprKind::Name(name) = &expr.kind {
                        sets |= self.words.reports_error(name);
                        consumes |= self.words.consumes_error(name);
                    }
                });
            });
        });
        (sets, consumes)
    }

    /// Whether the condition, if it `holds` or not, shows that something failed.
    fn is_asked(&self, condition: &Expr, holds: bool) -> bool {
        match &condition.kind {
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
                self.is_asked(left, holds) || self.is_asked(right, holds)
            }
            ExprKind::Unary(UnaryOp::Not, operand) => self.is_asked(operand, !holds),
            ExprKind::Binary(BinaryOp::Order, left, right) => {
                self.is_below(left, right) == holds && self.is_result(left, Asked::Negative)
            }
            ExprKind::Binary(op @ (BinaryOp::Equal | BinaryOp::NotEqual), left, right)
                if is_nothing(right) =>
            {
                self.is_something(left, (*op == BinaryOp::NotEqual) == holds)
            }
            _ => self.is_something(condition, holds),
        }
    }

    /// Whether it shows a failure that an expression is something, or nothing.
    fn is_something(&self, expr: &Expr, something: bool) -> bool {
        if self.names_error(expr) {
            return something;
        }
        self.is_result(expr, if something { Asked::NonZero } else { Asked::Zero })
    }

    /// Whether a comparison asks for less.
    fn is_below(&self, left: &Expr, right: &Expr) -> bool {
        let file = self.tree.text(self.function.location.file);
        let between = file.get(left.span.end as usize..right.span.start as usize);
        between.is_some_and(|between| between.contains(&b'<'))
    }

    /// Whether an expression mentions an error object of the function.
    fn names_error(&self, expr: &Expr) -> bool {
        let mut names = false;
        expr.each(&mut |expr| {
            names |= matches!(&expr.kind, ExprKind::Name(name) if self.is_error(name));
        });
        names && !matches!(expr.kind, ExprKind::Call { .. } | ExprKind::Assign { .. })
    }

    fn is_error(&self, name: &Name) -> bool {
        let ty = &self.words.error_type;
        let mut parameters = self.function.parameters.iter();
        parameters.any(|one| one.name == *name && one.ty.name == *ty)
            || self.locals().any(|(_, local)| local.name == *name && local.ty.name == *ty)
    }

    fn locals(&self) -> impl Iterator<Item = (&Stmt, &Local)> {
        let mut all = Vec::new();
        self.function.each_statement(&mut |stmt| {
            if let StmtKind::Declaration(locals) = &stmt.kind {
                all.extend(locals.iter().map(|local| (stmt, local)));
            }
        });
        all.into_iter()
    }

    /// Whether an expression is the result of a call that was handed an error to set, and such a
    /// result shows a failure by being what was asked for.
    fn is_result(&self, expr: &Expr, asked: Asked) -> bool {
        match &expr.kind {
            ExprKind::Call { .. } => self.is_failing_call(expr, asked, None),
            ExprKind::Assign { value, compound: false, .. } => self.is_result(value, asked),
            ExprKind::Name(name) => {
                let declared = self.locals().find(|(_, local)| local.name == *name);
                let declared = declared.and_then(|(stmt, _)| self.kind_of(stmt.span));
                let last = self.last_value(name, expr);
                last.is_some_and(|value| self.is_failing_call(value, asked, declared))
            }
            _ => false,
        }
    }

    /// What a local variable was last set to above an expression.
    fn last_value(&self, name: &Name, above: &Expr) -> Option<&Expr> {
        let mut values = self.function.values_of(name);
        values.retain(|value| value.span.end <= above.span.start);
        values.into_iter().max_by_key(|value| value.span.start)
    }

    fn is_failing_call(&self, call: &Expr, asked: Asked, declared: Option<Results>) -> bool {
        let ExprKind::Call { callee, args } = &call.kind else { return false };
        let ExprKind::Name(callee) = &callee.kind else { return false };
        let handed = args.iter().any(|arg| match &arg.kind {
            ExprKind::Name(name) => self.is_error(name),
            ExprKind::Unary(UnaryOp::AddressOf, inner) => self.names_error(inner),
            _ => false,
        });
        handed && asked.fits(self.results_of(callee).or(declared))
    }

    /// What the function `callee` yields, from the head of its definition.
    fn results_of(&self, callee: &Name) -> Option<Results> {
        let id = self.tree.function_named(callee, self.function.location.file)?;
        let item = self.tree.item(id);
        let head = Span::new(item.span.start, item.name.start);
        self.head_kind(self.tree.file_of(id), head)
    }

    /// What the first word of a declaration says its variables hold.
    fn kind_of(&self, declaration: Span) -> Option<Results> {
        self.head_kind(self.function.location.file, declaration)
    }

    fn head_kind(&self, file: FileId, head: Span) -> Option<Results> {
        let text = self.tree.source(Location::new(file, head));
        let is_word = |word: &str| text.split_whitespace().any(|one| one == word);
        match () {
            () if text.contains('*') => Some(Results::Pointer),
            () if is_word("bool") => Some(Results::Truth),
            () if is_word("int") || is_word("ssize_t") || is_word("int64_t") => {
                Some(Results::Number)
            }
            () => None,
        }
    }
}

/// What the result of a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Results {
    /// A number: a failure is anything but zero.
    Number,
    /// A truth value: a failure is false.
    Truth,
    /// A pointer: a failure is null.
    Pointer,
}

/// What a condition asks of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Negative,
    NonZero,
    Zero,
}

impl Asked {
    /// Whether a result of that kind, or of a kind that is not known, is a failure then.
    fn fits(self, results: Option<Results>) -> bool {
        match self {
            Self::Negative => matches!(results, Some(Results::Number) | None),
            Self::NonZero => matches!(results, Some(Results::Number) | None),
            Self::Zero => results != Some(Results::Number),
        }
    }
}

fn is_nothing(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == "NULL",
        ExprKind::Literal => true,
        _ => false,
    }
}
