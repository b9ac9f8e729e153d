//! Tests that mostly wait: those of a module run side by side, however few threads there are.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::thread::JoinHandle;

type Outcome = Result<(), Box<dyn Any + Send>>;

/// The runs of a module's tests that nobody has asked for yet.
pub(crate) struct Runs(Mutex<BTreeMap<&'static str, JoinHandle<Outcome>>>);

impl Runs {
    /// Starts all of them.
    pub(crate) fn start(tests: &[(&'static str, fn())]) -> Self {
        let start = |&(name, test): &(&'static str, fn())| {
            let thread = std::thread::Builder::new().name(name.to_owned());
            (name, thread.spawn(move || catch_unwind(test)).unwrap())
        };
        Self(Mutex::new(tests.iter().map(start).collect()))
    }

    /// Waits for the end of one; a panic of it is one here.
    pub(crate) fn join(&self, name: &str) {
        let run = self.0.lock().unwrap().remove(name).unwrap();
        if let Err(panic) = run.join().unwrap() {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            panic!("{}", text.unwrap_or("it panicked"));
        }
    }
}

/// Makes a test of each of these functions; they run side by side.
macro_rules! side_by_side {
    ($($name:ident),* $(,)?) => {
        pub(crate) mod test {
            use crate::side_by_side::Runs;
            use std::sync::LazyLock;

            pub(crate) static RUNS: LazyLock<Runs> =
                LazyLock::new(|| Runs::start(&[$((stringify!($name), super::$name)),*]));

            $(
                #[test]
                fn $name() {
                    // The longest begins with the first.
                    LazyLock::force(&crate::roll_out::test::RUNS);
                    RUNS.join(stringify!($name));
                }
            )*
        }
    };
}

pub(crate) use side_by_side;
