//! Which fixes can be applied together.

use std::collections::BTreeSet;

use crate::{Edit, Fix};

/// The fixes of one pass, and the edits they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Indices of the fixes to apply now, ascending.
    pub accepted: Vec<usize>,
    /// Indices of the fixes that conflict with an accepted one, or within themselves,
    /// ascending; another pass over the changed text may find them again.
    pub deferred: Vec<usize>,
    /// The edits of the accepted fixes, ordered by file and position, each once.
    pub edits: Vec<Edit>,
}

impl Plan {
    /// The edits of each file that changes, in the order of the files.
    pub fn files(&self) -> impl Iterator<Item = &[Edit]> {
        self.edits.chunk_by(|left, right| left.file == right.file)
    }
}

/// Accepts fixes in the order given, each whole or not at all.
///
/// An edit that an accepted fix makes too counts once and is no conflict; edits that otherwise
/// share a byte, or insert at one place, are. Applicability plays no part: the caller passes
/// the fixes that it would apply.
#[must_use]
pub fn select(fixes: &[&Fix]) -> Plan {
    let mut plan = Plan::default();
    let mut edits = BTreeSet::new();
    for (index, fix) in fixes.iter().enumerate() {
        if is_consistent(fix) && fix.edits().iter().all(|edit| fits(&edits, edit)) {
            edits.extend(fix.edits());
            plan.accepted.push(index);
        } else {
            plan.deferred.push(index);
        }
    }
    plan.edits = edits.into_iter().cloned().collect();
    plan
}

fn is_consistent(fix: &Fix) -> bool {
    let ordered = fix.edits().iter().all(|edit| edit.span.start <= edit.span.end);
    ordered && fix.edits().windows(2).all(|pair| !conflict(&pair[0], &pair[1]))
}

/// Accepted edits never overlap, so only the neighbours of `edit` in their order can.
fn fits(accepted: &BTreeSet<&Edit>, edit: &Edit) -> bool {
    if accepted.contains(edit) {
        return true;
    }
    let before = accepted.range::<&Edit, _>(..edit).next_back();
    let after = accepted.range::<&Edit, _>(edit..).next();
    [before, after].into_iter().flatten().all(|neighbour| !conflict(neighbour, edit))
}

fn conflict(left: &Edit, right: &Edit) -> bool {
    let same_place = left.span == right.span && left.span.is_empty();
    left.file == right.file && (same_place || left.span.overlaps(right.span))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Plan, select};
    use crate::{Edit, FileId, Fix, Span, apply};

    fn edit(file: u32, start: u32, end: u32, text: &str) -> Edit {
        Edit { file: FileId(file), span: Span::new(start, end), text: text.to_owned() }
    }

    fn deletion(file: u32, start: u32, end: u32) -> Edit {
        edit(file, start, end, "")
    }

    fn plan(fixes: &[Vec<Edit>]) -> Plan {
        let fixes: Vec<Fix> = fixes.iter().map(|edits| Fix::safe(edits.clone())).collect();
        select(&fixes.iter().collect::<Vec<_>>())
    }

    #[test]
    fn separate_fixes_are_all_accepted() {
        let plan =
            plan(&[vec![deletion(0, 5, 9)], vec![deletion(0, 0, 5)], vec![deletion(1, 5, 9)]]);
        assert_eq!(plan.accepted, [0, 1, 2]);
        assert_eq!(plan.edits, [deletion(0, 0, 5), deletion(0, 5, 9), deletion(1, 5, 9)]);
        assert_eq!(plan.files().map(<[Edit]>::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn overlapping_fix_waits_with_all_its_edits() {
        let plan = plan(&[vec![deletion(0, 2, 6)], vec![deletion(0, 5, 9), deletion(1, 0, 1)]]);
        assert_eq!((plan.accepted, plan.deferred), (vec![0], vec![1]));
        assert_eq!(plan.edits, [deletion(0, 2, 6)]);
    }

    #[test]
    fn containing_fix_waits() {
        let inner = vec![deletion(0, 4, 5)];
        let outer = vec![deletion(0, 0, 9)];
        assert_eq!(plan(&[inner.clone(), outer.clone()]).deferred, [1]);
        assert_eq!(plan(&[outer, inner]).deferred, [1]);
    }

    #[test]
    fn shared_edits_merge() {
        let function = deletion(0, 10, 50);
        let plan = plan(&[
            vec![function.clone(), deletion(0, 60, 70)],
            vec![function.clone(), deletion(1, 60, 70)],
        ]);
        assert_eq!(plan.accepted, [0, 1]);
        assert_eq!(plan.edits, [function, deletion(0, 60, 70), deletion(1, 60, 70)]);
    }

    #[test]
    fn insertions_at_one_place_conflict_unless_equal() {
        let (first, second) = (vec![edit(0, 3, 3, "a")], vec![edit(0, 3, 3, "b")]);
        assert_eq!(plan(&[second.clone(), first.clone()]).deferred, [1]);
        assert_eq!(plan(&[first.clone(), second]).deferred, [1]);
        assert_eq!(plan(&[first.clone(), first]).deferred, [] as [usize; 0]);
    }

    #[test]
    fn fix_that_contradicts_itself_is_never_accepted() {
        assert_eq!(plan(&[vec![deletion(0, 0, 4), deletion(0, 2, 6)]]).deferred, [0]);
        assert_eq!(plan(&[vec![deletion(0, 4, 2)]]).deferred, [0]);
    }

    fn edits() -> impl Strategy<Value = Vec<Edit>> {
        let one = (0..40_u32, 0..6_u32, "[xy]?")
            .prop_map(|(start, length, text)| edit(0, start, start + length, &text));
        prop::collection::vec(one, 1..4)
    }

    proptest! {
        #[test]
        fn accepted_fixes_always_apply(fixes in prop::collection::vec(edits(), 0..12)) {
            let plan = plan(&fixes);
            prop_assert!(apply(&[b'.'; 50], &plan.edits).is_ok());
            prop_assert_eq!(plan.accepted.len() + plan.deferred.len(), fixes.len());
        }

        #[test]
        fn deferred_fixes_really_conflict(fixes in prop::collection::vec(edits(), 0..12)) {
            let plan = plan(&fixes);
            for &index in &plan.deferred {
                let mut together = plan.edits.clone();
                together.extend(fixes[index].iter().cloned());
                prop_assert!(apply(&[b'.'; 50], &together).is_err());
            }
        }
    }
}
