//! A vCPU sees what its address space sees.

use super::Vcpu;
use crate::access::{AccessError, Attrs};
use crate::memory::access::tests::{Registers, io, ram, range, show, space};
use crate::memory::backend::Backend;
use std::sync::Arc;

#[test]
fn it_sees_what_the_space_sees() {
    let (ram, target) = (ram(16), Arc::new(Registers::default()));
    let space = space(vec![
        range(1, 0, 15, Backend::Ram(ram.clone())),
        range(2, 0x10, 0x1f, Backend::from(io(&target))),
    ]);
    let mut vcpu = Vcpu::new(space.clone());
    assert_eq!(vcpu.write(14, &[1, 2, 3, 4], Attrs::default()), Ok(()));
    assert_eq!(target.calls(), [(0, 2, Some(0x0403))]);
    assert_eq!((vcpu.write_uint(0x18, 4, 5), target.calls()), (Ok(()), vec![(8, 4, Some(5))]));
    let (mut here, mut there) = ([0; 8], [0; 8]);
    let done = vcpu.read(12, &mut here, Attrs::default());
    assert_eq!((done, here), (space.read(12, &mut there, Attrs::default()), there));
    assert_eq!(vcpu.read_uint(14, 2), Ok(0x0201));
    assert_eq!(vcpu.read_uint(0x20, 4), Err(AccessError::Decode));
}

#[test]
fn it_sees_a_new_view_at_once() {
    let space = space(vec![]);
    let mut vcpu = Vcpu::new(space.clone());
    for round in 0..10 {
        assert_eq!(vcpu.read_uint(0, 1), Err(AccessError::Decode));
        let ram = ram(8);
        assert_eq!(ram.store(0, 1, round), Ok(()));
        show(&space, vec![range(1, 0, 7, Backend::Ram(ram))]);
        assert_eq!(vcpu.read_uint(0, 1), Ok(round));
        show(&space, vec![]);
    }
}

#[test]
fn an_idle_one_keeps_one_view_at_most_and_none_if_told() {
    let (first, second) = (ram(8), ram(8));
    let (old, new) = (Arc::downgrade(&first), Arc::downgrade(&second));
    let space = space(vec![range(1, 0, 7, Backend::Ram(first))]);
    let mut vcpu = Vcpu::new(space.clone());
    assert_eq!(vcpu.read_uint(0, 1), Ok(0));
    show(&space, vec![range(1, 0, 7, Backend::Ram(second))]);
    assert_eq!(vcpu.read_uint(0, 1), Ok(0));
    assert!(old.upgrade().is_none(), "it looked at the new view");
    show(&space, vec![]);
    vcpu.release();
    assert!(new.upgrade().is_none(), "it was told to let go");
    assert_eq!(vcpu.read_uint(0, 1), Err(AccessError::Decode), "and it goes on");
}
