//! All that is read of `/proc` and `/sys` in one go.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use procfs::{FromRead as _, LoadAverage, Uptime};
use serde_json::Value;
use sysinfo::{Components, CpuRefreshKind, RefreshKind, System};

use super::cpu::Reading;
use super::disks::Found;
use super::frequency::Frequencies;
use super::memory::Memory;
use super::network::Network;
use super::temperatures;
use crate::collectors::CollectError;
use crate::collectors::figures::hundredths;

/// What is kept from one collection to the next.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// The warmest that each sensor was seen.
    sensors: Mutex<Components>,
    /// What the processors are called.
    model: OnceLock<Option<String>>,
}

/// The machine at one moment. Without processors or memory there are no figures; all else may be
/// missing.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) cpu: Reading,
    pub(super) frequencies: Frequencies,
    pub(super) model: Option<String>,
    pub(super) memory: Memory,
    pub(super) network: Network,
    pub(super) disks: Option<Found>,
    pub(super) processes: Option<u64>,
    /// How many processes ran or wanted to, on average over 1, 5 and 15 minutes.
    pub(super) load: Option<[f64; 3]>,
    /// In seconds.
    pub(super) uptime: Option<f64>,
    pub(super) temperatures: Value,
}

impl Machine {
    /// Reads it. This may take some milliseconds on a machine of many processors.
    ///
    /// # Errors
    /// The processors' times or the memory's figures cannot be read.
    pub(super) fn read(
        proc: &Path,
        sys: &Path,
        remembered: &Remembered,
    ) -> Result<Self, CollectError> {
        let cpu = Reading::take(proc)?;
        let frequencies = Frequencies::read(proc, sys, cpu.numbers());
        let uptime = Uptime::from_file(proc.join("uptime")).ok();
        // The sensors are as whole after a panic as before.
        let mut sensors = remembered.sensors.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Self {
            cpu,
            frequencies,
            model: remembered.model.get_or_init(model).clone(),
            memory: Memory::read(proc)?,
            network: Network::read(proc),
            disks: Some(Found::look(proc, sys)),
            processes: processes(proc),
            load: load(proc),
            uptime: uptime.map(|it| it.uptime),
            temperatures: temperatures::data(&mut sensors),
        })
    }

    /// The disks, for asking them; there are none left after that.
    pub(super) fn take_disks(&mut self) -> Found {
        self.disks.take().unwrap_or_default()
    }
}

/// What the processors are called.
fn model() -> Option<String> {
    let names = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
    let system = System::new_with_specifics(names);
    system.cpus().iter().map(|cpu| cpu.brand().trim().to_owned()).find(|name| !name.is_empty())
}

/// The folders that are named by a number.
fn processes(proc: &Path) -> Option<u64> {
    let entries = fs::read_dir(proc).ok()?.flatten();
    let is_number = |name: &[u8]| name.iter().all(u8::is_ascii_digit);
    Some(entries.filter(|it| is_number(it.file_name().as_encoded_bytes())).count() as u64)
}

fn load(proc: &Path) -> Option<[f64; 3]> {
    let load = LoadAverage::from_file(proc.join("loadavg")).ok()?;
    // The kernel gives two places, which the library's single precision blurs.
    Some([load.one, load.five, load.fifteen].map(|it| hundredths(f64::from(it))))
}
