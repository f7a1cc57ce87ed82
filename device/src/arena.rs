//! Values under generational ids: an id of a value that is gone never names another value.

use std::marker::PhantomData;

/// How many values are allocated together.
const BLOCK: usize = 256;

/// A slot's number and how often the slot was used before.
pub(crate) trait Key: Copy + Eq {
    fn new(slot: u32, generation: u32) -> Self;
    fn slot(self) -> u32;
    fn generation(self) -> u32;
}

/// Declares a generational id. An optional one takes no more room.
macro_rules! key {
    ($(#[$doc:meta])* $vis:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name {
            /// One more than the slot's number.
            number: std::num::NonZeroU32,
            generation: u32,
        }

        impl $crate::arena::Key for $name {
            fn new(slot: u32, generation: u32) -> Self {
                let number = std::num::NonZeroU32::MIN.saturating_add(slot);
                Self { number, generation }
            }
            fn slot(self) -> u32 {
                self.number.get() - 1
            }
            fn generation(self) -> u32 {
                self.generation
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let slot = self.number.get() - 1;
                write!(f, "{}({slot}v{})", stringify!($name), self.generation)
            }
        }
    };
}
pub(crate) use key;

/// Values of one kind. Slots are reused, ids are not: a slot whose generations are used up retires.
///
/// Values stay where they are and are allocated in blocks: a large arena wastes no memory.
#[derive(Debug)]
pub(crate) struct Arena<K, T> {
    generations: Vec<u32>,
    blocks: Vec<Box<[Option<T>]>>,
    free: Vec<u32>,
    live: usize,
    limit: usize,
    key: PhantomData<fn() -> K>,
}

/// Every id is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

impl<K: Key, T> Arena<K, T> {
    /// An empty arena for at most `limit` values at a time.
    pub(crate) fn with_limit(limit: usize) -> Self {
        let limit = limit.min(u32::MAX as usize);
        let (generations, blocks, free) = (Vec::new(), Vec::new(), Vec::new());
        Self { generations, blocks, free, live: 0, limit, key: PhantomData }
    }

    #[cfg(any(test, feature = "memory"))]
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    #[cfg(any(test, feature = "memory"))]
    pub(crate) fn insert(&mut self, value: T) -> Result<K, Full> {
        self.insert_with(|_| value)
    }

    /// Inserts a value that knows its own id.
    pub(crate) fn insert_with(&mut self, value: impl FnOnce(K) -> T) -> Result<K, Full> {
        if self.live >= self.limit {
            return Err(Full);
        }
        let slot = self.free_slot()?;
        let key = K::new(slot, self.generations[slot as usize]);
        // If this panics, the slot is still free.
        let value = value(key);
        self.free.pop();
        *self.at(slot).ok_or(Full)? = Some(value);
        self.live += 1;
        Ok(key)
    }

    /// The last one of the free slots, of which there is one at least afterwards.
    fn free_slot(&mut self) -> Result<u32, Full> {
        if let Some(slot) = self.free.last() {
            return Ok(*slot);
        }
        let slot = u32::try_from(self.generations.len()).map_err(|_| Full)?;
        if slot as usize == self.blocks.len() * BLOCK {
            self.blocks.push((0..BLOCK).map(|_| None).collect());
        }
        self.generations.push(0);
        self.free.push(slot);
        Ok(slot)
    }

    fn at(&mut self, slot: u32) -> Option<&mut Option<T>> {
        self.blocks.get_mut(slot as usize / BLOCK)?.get_mut(slot as usize % BLOCK)
    }

    fn is_current(&self, key: K) -> bool {
        self.generations.get(key.slot() as usize) == Some(&key.generation())
    }

    pub(crate) fn get(&self, key: K) -> Option<&T> {
        let slot = key.slot() as usize;
        self.is_current(key).then(|| self.blocks[slot / BLOCK][slot % BLOCK].as_ref())?
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut T> {
        self.is_current(key).then(|| self.at(key.slot()))??.as_mut()
    }

    pub(crate) fn remove(&mut self, key: K) -> Option<T> {
        let value = self.is_current(key).then(|| self.at(key.slot()))??.take()?;
        self.live -= 1;
        let generation = &mut self.generations[key.slot() as usize];
        if let Some(next) = generation.checked_add(1) {
            *generation = next;
            self.free.push(key.slot());
        }
        Some(value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, &T)> {
        let slots = self.blocks.iter().flat_map(|block| block.iter());
        let slots = slots.zip(&self.generations).enumerate();
        slots.filter_map(|(slot, (value, generation))| {
            Some((K::new(slot as u32, *generation), value.as_ref()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Arena, Full, Key};

    key! {
        /// An id.
        Id
    }

    #[test]
    fn an_old_id_names_nothing() {
        let mut arena = Arena::<Id, &str>::with_limit(8);
        let old = arena.insert("old").expect("there is room");
        assert_eq!(arena.remove(old), Some("old"));
        let new = arena.insert("new").expect("there is room");
        assert_eq!((old.slot(), old == new), (new.slot(), false));
        assert_eq!((arena.get(old), arena.get(new)), (None, Some(&"new")));
        assert_eq!((arena.remove(old), arena.len()), (None, 1));
    }

    #[test]
    fn a_full_arena_says_so_and_goes_on() {
        let mut arena = Arena::<Id, u8>::with_limit(1);
        let first = arena.insert(1).expect("there is room");
        assert_eq!(arena.insert(2), Err(Full));
        arena.remove(first);
        assert!(arena.insert(3).is_ok());
    }
}
