//! In place of the switch on targets without atomics. None of them has a core limit.

use core::convert::Infallible;
use core::marker::PhantomData;

use crate::error::{Error, Result};

pub(crate) struct Switch;

impl Switch {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn disable<B>(&self) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }

    pub(crate) fn guard<B>(&'static self) -> Result<Guard<B>> {
        Err(Error::UNSUPPORTED)
    }
}

pub(crate) struct Guard<B>(Infallible, PhantomData<fn() -> B>);

impl<B> Guard<B> {
    pub(crate) fn restore(self) -> Result<()> {
        match self.0 {}
    }
}
