//! Processors: how fast they run, and what they are called.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::collectors::figures::tenths;

/// Frequencies in MHz.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Frequencies {
    /// Of each processor now, by its number.
    pub(super) cores: BTreeMap<u32, f64>,
    /// The least that the first one is set to.
    pub(super) min: Option<f64>,
    /// The most that the first one is set to.
    pub(super) max: Option<f64>,
}

impl Frequencies {
    /// Reads them from `/proc/cpuinfo` below `proc`, and from the files of cpufreq below `sys`
    /// (<https://docs.kernel.org/admin-guide/pm/cpufreq.html>) where that names none, as on ARM:
    /// one file is much faster to read than one for each of many processors.
    pub(super) fn read(proc: &Path, sys: &Path, numbers: impl Iterator<Item = u32>) -> Self {
        let cpufreq = |number: u32, file: &str| {
            let folder = sys.join(format!("devices/system/cpu/cpu{number}/cpufreq"));
            kilohertz(&fs::read_to_string(folder.join(file)).ok()?)
        };
        let mut cores = from_cpuinfo(&fs::read(proc.join("cpuinfo")).unwrap_or_default());
        if cores.is_empty() {
            cores = numbers
                .filter_map(|number| Some((number, cpufreq(number, "scaling_cur_freq")?)))
                .collect();
        }
        Self { cores, min: cpufreq(0, "scaling_min_freq"), max: cpufreq(0, "scaling_max_freq") }
    }

    /// The mean of all processors now.
    pub(super) fn current(&self) -> Option<f64> {
        let sum: f64 = self.cores.values().sum();
        (!self.cores.is_empty()).then(|| tenths(sum / self.cores.len() as f64))
    }
}

/// A figure of cpufreq, which counts in kHz, in MHz.
fn kilohertz(text: &str) -> Option<f64> {
    let figure: f64 = text.trim().parse().ok()?;
    (figure > 0.0).then(|| tenths(figure / 1_000.0))
}

/// The lines `processor : 3` and `cpu MHz : 2100.000` of `/proc/cpuinfo`.
fn from_cpuinfo(text: &[u8]) -> BTreeMap<u32, f64> {
    let text = String::from_utf8_lossy(text);
    let mut cores = BTreeMap::new();
    let mut number = None;
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        match key.trim() {
            "processor" => number = value.trim().parse().ok(),
            "cpu MHz" => {
                let frequency = value.trim().parse().ok().filter(|&figure: &f64| figure > 0.0);
                cores.extend(number.zip(frequency.map(tenths)));
            }
            _ => {}
        }
    }
    cores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frequencies_of_x86_are_in_cpuinfo() {
        let text = b"processor\t: 0\nmodel name\t: A: B\ncpu MHz\t\t: 2100.040\n\n\
            processor\t: 2\ncpu MHz\t\t: 1199.96\n\n";
        let cores = from_cpuinfo(text);
        assert_eq!(cores, BTreeMap::from([(0, 2_100.0), (2, 1_200.0)]));
        let frequencies = Frequencies { cores, ..Frequencies::default() };
        assert_eq!(frequencies.current(), Some(1_650.0));
    }

    #[test]
    fn the_frequencies_of_arm_are_in_the_files_of_cpufreq() {
        let machine = tempfile::tempdir().unwrap();
        let (proc, sys) = (machine.path().join("proc"), machine.path().join("sys"));
        fs::create_dir(&proc).unwrap();
        fs::write(proc.join("cpuinfo"), "processor\t: 0\nBogoMIPS\t: 108.00\n").unwrap();
        let folder = sys.join("devices/system/cpu/cpu0/cpufreq");
        fs::create_dir_all(&folder).unwrap();
        for (file, figure) in [("cur", "1500000\n"), ("min", "600000\n"), ("max", "1800000\n")] {
            fs::write(folder.join(format!("scaling_{file}_freq")), figure).unwrap();
        }
        let frequencies = Frequencies::read(&proc, &sys, 0..2);
        assert_eq!(frequencies.cores, BTreeMap::from([(0, 1_500.0)]));
        assert_eq!(frequencies.min, Some(600.0));
        assert_eq!(frequencies.max, Some(1_800.0));
    }

    #[test]
    fn a_machine_that_does_not_tell_has_no_frequency() {
        let nowhere = Path::new("/nowhere");
        let frequencies = Frequencies::read(nowhere, nowhere, 0..4);
        assert_eq!(frequencies, Frequencies::default());
        assert_eq!(frequencies.current(), None);
    }
}
