//! Bytes that threads share, against bytes that nobody shares.

use super::{RamBacking, RamBlock, RamError};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

fn block(len: u64) -> Arc<RamBlock> {
    RamBlock::new(len).expect("a small block")
}

#[test]
fn no_bytes_and_too_many_bytes_are_errors() {
    assert_eq!(RamBlock::new(0).map(drop), Err(RamError::ZeroSize));
    for len in [u64::MAX, u64::MAX / 2, 1 << 62] {
        assert_eq!(RamBlock::new(len).map(drop), Err(RamError::OutOfMemory(len)));
    }
}

#[test]
fn nothing_is_accessed_beyond_the_end() {
    for len in [1, 7, 8, 9, 16] {
        let ram = block(len);
        let outside =
            |offset: u64, size: u8| offset.checked_add(u64::from(size)).is_none_or(|end| end > len);
        for offset in (0..len + 10).chain([u64::MAX - 8, u64::MAX - 1, u64::MAX]) {
            for size in 0..=8 {
                let expected =
                    if outside(offset, size) { Err(RamError::OutOfRange) } else { Ok(()) };
                let mut data = [0; 8];
                let data = &mut data[..usize::from(size)];
                assert_eq!(ram.load(offset, size).map(drop), expected, "{len} {offset} {size}");
                assert_eq!(ram.store(offset, size, 0), expected, "{len} {offset} {size}");
                assert_eq!(ram.read(offset, data), expected, "{len} {offset} {size}");
                assert_eq!(ram.write(offset, data), expected, "{len} {offset} {size}");
            }
        }
    }
}

#[test]
fn an_access_that_is_refused_writes_nothing() {
    let ram = block(10);
    assert_eq!(ram.write(4, &[0xff; 7]), Err(RamError::OutOfRange));
    assert_eq!(ram.store(6, 8, u64::MAX), Err(RamError::OutOfRange));
    let mut all = [1; 10];
    assert_eq!((ram.read(0, &mut all), all), (Ok(()), [0; 10]));
}

#[derive(Clone, Debug)]
enum Step {
    Write(u64, Vec<u8>),
    Store(u64, u8, u64),
    Read(u64, usize),
    Load(u64, u8),
}

const LEN: u64 = 61;

fn step() -> impl Strategy<Value = Step> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        (0..LEN, bytes).prop_map(|(at, bytes)| Step::Write(at, bytes)),
        (0..LEN, 1..=8_u8, any::<u64>()).prop_map(|(at, size, value)| Step::Store(at, size, value)),
        (0..LEN, 0..40_usize).prop_map(|(at, len)| Step::Read(at, len)),
        (0..LEN, 1..=8_u8).prop_map(|(at, size)| Step::Load(at, size)),
    ]
}

/// Does the step to both, and compares what they say.
fn both(ram: &RamBlock, model: &mut [u8], step: Step) -> Result<(), TestCaseError> {
    match step {
        Step::Write(at, bytes) => {
            let here = model.get_mut(at as usize..at as usize + bytes.len());
            prop_assert_eq!(ram.write(at, &bytes).is_ok(), here.is_some());
            here.into_iter().for_each(|here| here.copy_from_slice(&bytes));
        }
        Step::Store(at, size, value) => {
            let bytes = &value.to_le_bytes()[..usize::from(size)];
            let here = model.get_mut(at as usize..at as usize + bytes.len());
            prop_assert_eq!(ram.store(at, size, value).is_ok(), here.is_some());
            here.into_iter().for_each(|here| here.copy_from_slice(bytes));
        }
        Step::Read(at, len) => {
            let mut bytes = vec![0; len];
            let done = ram.read(at, &mut bytes).is_ok();
            let here = model.get(at as usize..at as usize + len);
            prop_assert_eq!(done.then_some(&bytes[..]), here);
        }
        Step::Load(at, size) => {
            let here = model.get(at as usize..at as usize + usize::from(size));
            let number =
                |bytes: &[u8]| bytes.iter().rev().fold(0, |n: u64, b| n << 8 | u64::from(*b));
            prop_assert_eq!(ram.load(at, size).ok(), here.map(number));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn it_is_a_row_of_bytes(steps in proptest::collection::vec(step(), 1..60)) {
        let (ram, mut model) = (block(LEN), vec![0; LEN as usize]);
        for step in steps {
            both(&ram, &mut model, step)?;
        }
        let mut all = vec![0; LEN as usize];
        prop_assert_eq!(ram.read(0, &mut all), Ok(()));
        prop_assert_eq!(all, model);
    }
}

#[test]
fn writers_of_neighbouring_bytes_lose_nothing() {
    const ROUNDS: u64 = 200_000;
    let (ram, go) = (block(16), Arc::new(Barrier::new(2)));
    // Each thread owns every other byte, also across the border of two words.
    let work = |first: u64| {
        let (ram, go) = (ram.clone(), go.clone());
        move || {
            go.wait();
            for round in 0..ROUNDS {
                for at in (first..16).step_by(2) {
                    ram.store(at, 1, round).expect("it is in range");
                    assert_eq!(ram.load(at, 1), Ok(round & 0xff), "byte {at} was lost");
                }
            }
        }
    };
    let (even, odd) = (thread::spawn(work(0)), thread::spawn(work(1)));
    assert!(even.join().is_ok() && odd.join().is_ok());
}

#[test]
fn nobody_sees_half_of_an_aligned_number() {
    for size in [2_u8, 4, 8] {
        let (ram, stop) = (block(16), Arc::new(AtomicBool::new(false)));
        let writer = {
            let (ram, stop) = (ram.clone(), stop.clone());
            thread::spawn(move || {
                let mut value = 0_u64;
                while !stop.load(Ordering::Relaxed) {
                    value = !value;
                    let bytes = value.to_le_bytes();
                    ram.write(8, &bytes[..usize::from(size)]).expect("it is in range");
                }
            })
        };
        let all = u64::MAX >> (64 - 8 * u32::from(size));
        for _ in 0..20_000 {
            let value = ram.load(8, size).expect("it is in range");
            assert!(value == 0 || value == all, "half of a number: {value:#x}");
        }
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().is_ok());
    }
}

struct Foreign(Mutex<Vec<u8>>);

impl RamBacking for Foreign {
    fn len(&self) -> u64 {
        self.0.lock().expect("nobody panics").len() as u64
    }
    fn read(&self, offset: u64, data: &mut [u8]) {
        data.copy_from_slice(
            &self.0.lock().expect("nobody panics")[offset as usize..][..data.len()],
        );
    }
    fn write(&self, offset: u64, data: &[u8]) {
        self.0.lock().expect("nobody panics")[offset as usize..][..data.len()]
            .copy_from_slice(data);
    }
    fn host_address(&self) -> Option<usize> {
        Some(0x1000)
    }
}

#[test]
fn memory_of_somebody_else_is_a_row_of_bytes_too() {
    let empty = RamBlock::from_backing(Arc::new(Foreign(Mutex::default())));
    assert_eq!(empty.map(drop), Err(RamError::ZeroSize));
    let foreign = Arc::new(Foreign(Mutex::new(vec![0; 12])));
    let ram = RamBlock::from_backing(foreign.clone()).expect("it is not empty");
    assert_eq!(ram.store(3, 4, 0x4433_2211), Ok(()));
    assert_eq!(ram.write(9, &[9; 4]), Err(RamError::OutOfRange), "the backing is not asked");
    assert_eq!(ram.load(3, 8), Ok(0x4433_2211));
    assert_eq!(foreign.0.lock().expect("nobody panics")[3..7], [0x11, 0x22, 0x33, 0x44]);
    assert_eq!((ram.host_address(), ram.words().is_none()), (Some(0x1000), true));
}

#[test]
fn the_words_are_the_bytes() {
    let ram = block(16);
    assert_eq!(ram.write(8, &[1, 2, 3, 4, 5, 6, 7, 8]), Ok(()));
    let words = ram.words().expect("the block owns its bytes");
    assert_eq!(words[1].load(Ordering::Relaxed).to_ne_bytes(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(ram.host_address(), Some(words.as_ptr().addr()));
}
