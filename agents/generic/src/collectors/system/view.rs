//! The machine's figures as documents carry them, and as people read them.

use serde_json::{Map, Value, json};

use super::cpu::Reading;
use super::disks::Disks;
use super::machine::Machine;
use crate::collectors::figures::{now, span};
use crate::collectors::{Capacity, Collected};

impl Machine {
    /// The figures, with the processors' usage since `before`.
    pub(super) fn collected(&self, before: &Reading, disks: &Disks) -> Collected {
        let usage = self.cpu.usage_since(before);
        let data = Map::from_iter([
            ("timestamp".to_owned(), json!(now())),
            ("cpu".to_owned(), self.processors(before, usage)),
            ("memory".to_owned(), self.memory.data()),
            ("disk".to_owned(), disks.root()),
            ("disks".to_owned(), disks.data()),
            ("network".to_owned(), self.network.data()),
            ("processes".to_owned(), json!({ "count": self.processes })),
            ("load_average".to_owned(), json!(self.load)),
            ("temperatures".to_owned(), self.temperatures.clone()),
            ("uptime_seconds".to_owned(), json!(self.uptime)),
            ("boot_time".to_owned(), json!(self.cpu.boot_time)),
        ]);
        let mut lines = vec![self.processors_line(usage), self.memory.line()];
        lines.extend(disks.lines());
        lines.extend(self.network.line());
        lines.extend(self.processes_line());
        let capacity = Capacity {
            vcpus: Some(self.cpu.count()),
            memory_bytes: Some(self.memory.total),
            disk_bytes: disks.capacity(),
            gpus: None,
        };
        Collected { data, lines, capacity, ..Collected::default() }
    }

    fn processors(&self, before: &Reading, usage: Option<f64>) -> Value {
        let cores = self.cpu.numbers().map(|number| {
            json!({
                "core": number,
                "usage_percent": self.cpu.core_usage_since(before, number),
                "frequency": self.frequencies.cores.get(&number),
            })
        });
        json!({
            "usage_percent": usage,
            "count": self.cpu.count(),
            "frequency": {
                "current": self.frequencies.current(),
                "min": self.frequencies.min,
                "max": self.frequencies.max,
            },
            "per_core": cores.collect::<Value>(),
            "model": self.model,
        })
    }

    fn processors_line(&self, usage: Option<f64>) -> String {
        let usage = usage.map_or_else(|| "?".to_owned(), |usage| format!("{usage:.1}"));
        let mut line = format!("cpu {usage} % of {} vCPUs", self.cpu.count());
        if let Some([one, five, fifteen]) = self.load {
            line += &format!(", load {one:.2} {five:.2} {fifteen:.2}");
        }
        line
    }

    fn processes_line(&self) -> Option<String> {
        let up = self.uptime.map(|uptime| format!("up {}", span(uptime)));
        let processes = self.processes.map(|count| format!("{count} processes"));
        let parts: Vec<String> = processes.into_iter().chain(up).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}
