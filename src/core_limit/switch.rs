//! The switch behind the guard: a count, the saved soft limit, and a spin lock.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::hint;
use core::marker::PhantomData;
use core::mem;
use core::panic::RefUnwindSafe;
use core::sync::atomic::{AtomicBool, Ordering};

use crate::backend::contract::Backend;
use crate::error::Result;
use crate::limits::{Limit, Resource, lowest};
use crate::rules::set_soft_limit;

/// Who keeps core dumps off, and what the soft limit was before.
pub(crate) struct Switch {
    busy: AtomicBool,
    state: UnsafeCell<State>,
}

struct State {
    /// 64 bits, which no program lives long enough to count through.
    guards: u64,
    /// The soft limit that the last drop restores.
    saved: Option<u64>,
    /// Set by [`Switch::disable`] while guards live: the last drop restores nothing.
    permanent: bool,
}

// SAFETY: the state is reached only through `locked`, which lets in one thread at a time.
unsafe impl Sync for Switch {}

// A panic inside `locked` opens the lock and leaves the state as it was last written.
impl RefUnwindSafe for Switch {}

impl Switch {
    pub(crate) const fn new() -> Self {
        let state = State {
            guards: 0,
            saved: None,
            permanent: false,
        };
        Self {
            busy: AtomicBool::new(false),
            state: UnsafeCell::new(state),
        }
    }

    /// Switches core dumps off for good.
    pub(crate) fn disable<B: Backend>(&self) -> Result<()> {
        self.locked(|state| {
            set_soft_limit::<B>(Resource::Core, Some(0))?;
            state.permanent = state.guards > 0;
            Ok(())
        })
    }

    /// Switches core dumps off until the guard, and every other one, is dropped.
    pub(crate) fn guard<B: Backend>(&'static self) -> Result<Guard<B>> {
        self.locked(|state| {
            let before = set_soft_limit::<B>(Resource::Core, Some(0))?.soft;
            // A soft limit above 0 under a living guard was set by somebody else
            // in the meantime: the latest word is what is restored.
            if state.guards == 0 || before != Some(0) {
                state.saved = before;
            }
            state.guards += 1;
            Ok(Guard {
                switch: self,
                backend: PhantomData,
            })
        })
    }

    fn release<B: Backend>(&self) -> Result<()> {
        self.locked(|state| {
            state.guards -= 1;
            if state.guards > 0 || mem::take(&mut state.permanent) {
                return Ok(());
            }
            let now = B::limit(Resource::Core)?;
            let back = lowest(state.saved, now.hard);
            if now.soft == Some(0) && back != Some(0) {
                B::set_limit(Resource::Core, Limit { soft: back, ..now })?;
            }
            Ok(())
        })
    }

    #[cfg(test)]
    pub(crate) fn is_locked(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }

    fn locked<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        while self.busy.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        let unlock = Unlock(&self.busy);
        // SAFETY: `busy` was false and is true now, so no other thread is here
        // until `unlock` is dropped; `work` cannot reach `self` again, since the
        // backends know nothing of switches.
        let done = work(unsafe { &mut *self.state.get() });
        drop(unlock);
        done
    }
}

/// Opens the spin lock, also when the work panics.
struct Unlock<'a>(&'a AtomicBool);

impl Drop for Unlock<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// One of those who keep core dumps off.
pub(crate) struct Guard<B: Backend> {
    switch: &'static Switch,
    backend: PhantomData<fn() -> B>,
}

impl<B: Backend> Guard<B> {
    pub(crate) fn restore(self) -> Result<()> {
        let switch = self.switch;
        mem::forget(self);
        switch.release::<B>()
    }
}

impl<B: Backend> Drop for Guard<B> {
    fn drop(&mut self) {
        // `Drop` cannot report a failure; `restore` can.
        let _ = self.switch.release::<B>();
    }
}
