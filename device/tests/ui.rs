//! What the derive and the types refuse, and how they say so.

// Without memory some messages name other types.
#![cfg(feature = "memory")]

#[test]
fn mistakes_are_named_where_they_are() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
