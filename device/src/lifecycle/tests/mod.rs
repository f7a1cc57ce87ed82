//! Tests of what nobody can see from outside.

mod recheck;
