//! What the fuzz targets share: the model that the tests have, and steps from any bytes.

#[allow(
    dead_code,
    clippy::len_without_is_empty,
    clippy::not_unsafe_ptr_arg_deref,
    reason = "written for the tests, which export nothing"
)]
#[path = "../../tests/common"]
pub mod common {
    pub mod faces;
    pub mod kernel;
    pub mod limits;
    pub mod model;
    pub mod pages;
    pub mod privileges;
    pub mod proc;
    pub mod process;
    pub mod system;
}

use std::ops::Range;

use arbitrary::{Result, Unstructured};

use common::faces::FACES;
use common::model::Step;
use common::pages::{KINDS, MARGIN, Pages, RIGHTS};
use common::system::page_size;

/// How many pages the steps are about.
pub const PAGES: usize = 24;

/// The steps that the bytes stand for; any bytes stand for some.
pub fn steps(bytes: &[u8], around: &Pages) -> Vec<Step> {
    let mut input = Unstructured::new(bytes);
    let mut steps = Vec::new();
    while !input.is_empty() {
        steps.extend(step(&mut input, around));
    }
    steps
}

fn step(input: &mut Unstructured<'_>, around: &Pages) -> Result<Step> {
    Ok(match input.int_in_range(0..=12)? {
        0 => {
            let (kind, rights) = (*input.choose(&KINDS)?, *input.choose(&RIGHTS)?);
            Step::Map(pages(input)?, kind, rights)
        }
        1 => Step::Unmap(pages(input)?),
        2 => Step::Protect(pages(input)?, *input.choose(&RIGHTS)?),
        3 => Step::Write(pages(input)?),
        4 => Step::Limit(input.int_in_range(0..=(2 * PAGES * page_size()) as u64)?),
        5 => Step::Dumpable(input.arbitrary()?),
        6 => Step::Fork,
        _ => {
            let (name, ..) = *input.choose(&FACES[0].range_calls())?;
            let (addr, len) = range(input, &around.range())?;
            Step::Call(name, addr.wrapping_sub(around.range().start), len)
        }
    })
}

fn pages(input: &mut Unstructured<'_>) -> Result<Range<usize>> {
    let first = input.int_in_range(0..=PAGES - 1)?;
    Ok(first..input.int_in_range(first + 1..=PAGES)?)
}

/// An address and a length. They meet no memory but that of the pages, or are too much
/// for the crate to pass on.
fn range(input: &mut Unstructured<'_>, pages: &Range<usize>) -> Result<(usize, usize)> {
    const HALF: usize = isize::MAX as usize;
    let (page, margin) = (page_size(), MARGIN * page_size());
    let near = pages.start - margin..=pages.end + margin;
    let mut any = |range| input.int_in_range(range);
    Ok(match any(0..=7)? {
        // Below the lowest address that can be mapped.
        0 => (0, any(0..=0xffff)?),
        // The kernel's half of the address space, to its end and past it.
        1 => (usize::MAX - any(0..=HALF)?, any(0..=HALF)?),
        // Longer than any object.
        2 => (any(near)?, usize::MAX - any(0..=HALF)?),
        3 => (any(0..=usize::MAX)?, 0),
        4 | 5 => {
            let start = any(near.clone())?;
            (start, any(0..=near.end() - start)?)
        }
        // Whole pages.
        _ => {
            let first = any(0..=PAGES - 1)?;
            (pages.start + first * page, any(1..=PAGES - first)? * page)
        }
    })
}
