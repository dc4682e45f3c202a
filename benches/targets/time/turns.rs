//! The loop that is timed: the floor and a subject in turn, on some threads.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use os_memlock_benches::pages::{self, Pages};
use os_memlock_benches::subjects::{FLOOR, Subject};

/// What is locked and unlocked, and by how many threads at a time.
#[derive(Clone, Copy)]
pub struct Work {
    pub pages: usize,
    pub resident: bool,
    pub threads: usize,
}

/// How long the floor and the subject took for the same number of calls: the
/// least of all turns, since whatever else the machine does can only add to it.
#[derive(Clone, Copy)]
pub struct Times {
    pub floor: Duration,
    pub subject: Duration,
}

impl Work {
    /// Ranges that one thread locks between two looks at the clock, so that the
    /// clock does not count where a call is short.
    pub fn ranges(self) -> usize {
        (64 / self.pages).max(1)
    }

    /// Whether the system lets this process lock so much.
    pub fn allowed(self) -> bool {
        let pages = Pages::new(self.pages * self.threads);
        // SAFETY: the range is the mapping made above.
        let answer = unsafe { os_memlock::raw::mlock_onfault(pages.at(0), pages.len()) };
        answer.is_ok()
    }

    /// Memory for each thread.
    pub fn memory(self) -> Vec<Pages> {
        let each = |_| {
            let mut memory = Pages::new(self.pages * self.ranges());
            if self.resident {
                memory.touch();
            }
            memory
        };
        (0..self.threads).map(each).collect()
    }

    /// Does it `turns` times over, a thread for each memory; the
    /// mean of the threads.
    pub fn take_turns(self, subject: Subject, turns: u64, memory: &mut [Pages]) -> Times {
        let barrier = &Barrier::new(memory.len());
        let all = thread::scope(|scope| {
            let spawn = |mine| scope.spawn(move || self.one_thread(subject, turns, mine, barrier));
            let threads: Vec<_> = memory.iter_mut().map(spawn).collect();
            let joined = threads.into_iter().map(|thread| thread.join().unwrap());
            joined.collect::<Vec<Times>>()
        });
        let mean = |of: fn(&Times) -> Duration| {
            all.iter().map(of).sum::<Duration>() / all.len() as u32 / self.ranges() as u32
        };
        Times {
            floor: mean(|times| times.floor),
            subject: mean(|times| times.subject),
        }
    }

    fn one_thread(
        self,
        subject: Subject,
        turns: u64,
        memory: &mut Pages,
        barrier: &Barrier,
    ) -> Times {
        let mut times = Times {
            floor: Duration::MAX,
            subject: Duration::MAX,
        };
        let mut time = |who| {
            barrier.wait();
            self.chunk(who, memory)
        };
        for turn in 0..turns {
            // Whoever comes second may find warmer caches.
            if turn % 2 == 0 {
                times.floor = times.floor.min(time(FLOOR));
                times.subject = times.subject.min(time(subject));
            } else {
                times.subject = times.subject.min(time(subject));
                times.floor = times.floor.min(time(FLOOR));
            }
        }
        times
    }

    fn chunk(self, who: Subject, memory: &mut Pages) -> Duration {
        if !self.resident {
            memory.forget();
        }
        let len = self.pages * pages::size();
        let start = Instant::now();
        for range in 0..self.ranges() {
            let addr = memory.at(range * self.pages);
            // SAFETY: the range lies in `memory`, which nobody else uses.
            unsafe { (who.lock)(addr, len) };
            // SAFETY: the same range.
            unsafe { (who.unlock)(addr, len) };
        }
        start.elapsed()
    }
}
