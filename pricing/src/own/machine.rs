//! What one machine costs by its owner's rates.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use finops_core::model::{Costs, Price, Quantity};

use super::hardware::Hardware;
use super::rates::gibibytes;

/// What a machine is made of. What is not known is `None`, never zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// Logical processors.
    pub vcpus: Option<u64>,
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// Local disk in bytes.
    pub disk_bytes: Option<u64>,
    /// Graphics processors.
    pub gpus: Option<u64>,
    /// What it draws in watts, where that is measured; or why it could not be.
    pub watts: Option<Result<Decimal, Arc<str>>>,
}

/// What a machine is charged by. Each part is free to be there or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MachineRates {
    /// For each logical processor.
    pub vcpu: Option<Arc<Price>>,
    /// For each GiB of memory.
    pub memory: Option<Arc<Price>>,
    /// For each GiB of local disk.
    pub disk: Option<Arc<Price>>,
    /// For each graphics processor.
    pub gpu: Option<Arc<Price>>,
    /// For the machine as a whole.
    pub flat: Option<Arc<Price>>,
    /// For the electricity it uses.
    pub power: Option<Power>,
    /// For the hardware, where it was bought.
    pub hardware: Option<Hardware>,
}

/// What electricity costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    /// The price of a kilowatt hour.
    pub price: Arc<Price>,
    /// What the machine draws in watts, where the user states it; else it is measured.
    pub watts: Option<Decimal>,
    /// What the whole site draws for each watt of the machine (power usage effectiveness); at
    /// least 1.
    pub overhead: Decimal,
}

impl MachineRates {
    /// Nothing is configured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What `machine` costs on the day `today`.
#[must_use]
pub fn machine(rates: &MachineRates, machine: &Machine, today: Date) -> Costs {
    if rates.is_empty() {
        return Costs::unpriced("machine", "no rates are configured (`rates` and `machine`)");
    }
    let mut costs = Costs::free();
    part(&mut costs, "vcpu", rates.vcpu.as_ref(), machine.vcpus.map(Quantity::from));
    part(&mut costs, "memory", rates.memory.as_ref(), machine.memory_bytes.map(gibibytes));
    part(&mut costs, "disk", rates.disk.as_ref(), machine.disk_bytes.map(gibibytes));
    part(&mut costs, "gpu", rates.gpu.as_ref(), machine.gpus.map(Quantity::from));
    part(&mut costs, "machine", rates.flat.as_ref(), Some(Quantity::ONE));
    if let Some(power) = &rates.power {
        electricity(&mut costs, power, machine);
    }
    if let Some(price) = rates.hardware.as_ref().and_then(|hardware| hardware.price(today)) {
        costs.add("hardware", Quantity::ONE, price);
    }
    costs
}

fn part(
    costs: &mut Costs,
    component: &'static str,
    price: Option<&Arc<Price>>,
    quantity: Option<Quantity>,
) {
    match (price, quantity) {
        (None, _) => {}
        (Some(price), Some(quantity)) => costs.add(component, quantity, Arc::clone(price)),
        (Some(_), None) => costs.miss(component, "it is not known how much of it there is"),
    }
}

/// Watts for an hour, over a thousand, are kilowatt hours.
fn electricity(costs: &mut Costs, power: &Power, machine: &Machine) {
    let watts = match (power.watts, &machine.watts) {
        (Some(stated), _) => Ok(stated),
        (None, Some(measured)) => measured.clone(),
        (None, None) => Err("no plugin measures what the machine draws".into()),
    };
    match watts {
        Ok(watts) => {
            let kilowatts = watts * power.overhead / Decimal::from(1_000);
            costs.add("power", Quantity::new(kilowatts), Arc::clone(&power.price));
        }
        Err(reason) => costs.miss("power", reason),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use finops_core::model::Unit;

    use super::super::hardware::Lifetime;
    use super::*;

    const TODAY: Date = date(2026, 11, 21);

    fn price(usd: &str, unit: Unit) -> Option<Arc<Price>> {
        Some(Arc::new(Price {
            unit_price: usd.parse().unwrap(),
            unit,
            source: "contract".into(),
            as_of: date(2026, 1, 1),
            sku_key: "rates/one".into(),
        }))
    }

    /// 16 vCPUs, 64 GiB, 2,000 GiB of disk, 2 GPUs.
    fn server() -> Machine {
        Machine {
            vcpus: Some(16),
            memory_bytes: Some(64 << 30),
            disk_bytes: Some(2_000 << 30),
            gpus: Some(2),
            watts: None,
        }
    }

    fn month(rates: &MachineRates, what: &Machine) -> Option<String> {
        machine(rates, what, TODAY).known().map(|rate| rate.exact_monthly().to_string())
    }

    fn expect(rates: &MachineRates, usd: &str) {
        assert_eq!(month(rates, &server()).as_deref(), Some(usd));
    }

    #[test]
    fn each_kind_of_rate_is_worked_out_by_hand() {
        let none = MachineRates::default();
        // 16 × 0.012 USD × 730 h = 140.16 USD a month.
        expect(&MachineRates { vcpu: price("0.012", Unit::VcpuHour), ..none.clone() }, "140.16");
        // 64 GiB × 0.0015 × 730 = 70.08.
        let memory = price("0.0015", Unit::GibibyteHour);
        expect(&MachineRates { memory, ..none.clone() }, "70.08");
        // 2,000 GiB × 0.02 a month = 40.
        let disk = price("0.02", Unit::GibibyteMonth);
        expect(&MachineRates { disk, ..none.clone() }, "40");
        // 2 × 2.10 × 730 = 3,066.
        expect(&MachineRates { gpu: price("2.10", Unit::GpuHour), ..none.clone() }, "3066");
        // 0.35 an hour × 730 = 255.5; 199 a month is 199.
        expect(&MachineRates { flat: price("0.35", Unit::Hour), ..none.clone() }, "255.5");
        expect(&MachineRates { flat: price("199", Unit::Month), ..none.clone() }, "199");
        // 8,400 USD over five years is 8,400 / 60 = 140 a month.
        let hardware = Some(Hardware {
            purchase_price: Decimal::from(8_400),
            residual_value: Decimal::ZERO,
            lifetime: Lifetime::parse("5y").unwrap(),
            purchased: date(2024, 3, 1),
            source: "invoice".into(),
        });
        expect(&MachineRates { hardware: hardware.clone(), ..none }, "140");
        // Together: 140.16 + 70.08 + 40 + 3,066 + 199 + 140 = 3,655.24.
        let all = MachineRates {
            vcpu: price("0.012", Unit::VcpuHour),
            memory: price("0.0015", Unit::GibibyteHour),
            disk: price("0.02", Unit::GibibyteMonth),
            gpu: price("2.10", Unit::GpuHour),
            flat: price("199", Unit::Month),
            power: None,
            hardware,
        };
        expect(&all, "3655.24");
    }

    #[test]
    fn electricity_is_stated_or_measured_watts() {
        let power = |watts| {
            let price = price("0.30", Unit::KilowattHour).unwrap();
            let overhead = "1.4".parse().unwrap();
            MachineRates { power: Some(Power { price, watts, overhead }), ..Default::default() }
        };
        // 350 W × 1.4 = 0.49 kW × 730 h = 357.7 kWh × 0.30 = 107.31 USD.
        expect(&power(Some(Decimal::from(350))), "107.31");
        // Measured: 212.5 W × 1.4 = 0.2975 kW × 730 × 0.30 = 65.1525.
        let watts = Some(Ok("212.5".parse().unwrap()));
        let measured = Machine { watts, ..server() };
        assert_eq!(month(&power(None), &measured).as_deref(), Some("65.1525"));
        // What was stated comes before what was measured.
        assert_eq!(month(&power(Some(Decimal::from(350))), &measured).as_deref(), Some("107.31"));
        let failed = Machine { watts: Some(Err("ipmi_power failed".into())), ..server() };
        let costs = machine(&power(None), &failed, TODAY);
        assert!(costs.is_unpriced());
        assert_eq!(&*costs.unpriced[0].reason, "ipmi_power failed");
    }

    #[test]
    fn without_rates_nothing_is_invented() {
        let costs = machine(&MachineRates::default(), &server(), TODAY);
        assert_eq!(costs.known(), None);
        assert!(costs.unpriced[0].reason.contains("no rates are configured"));
    }

    #[test]
    fn a_part_whose_size_is_unknown_is_unpriced_and_not_zero() {
        let rates = MachineRates {
            vcpu: price("0.012", Unit::VcpuHour),
            gpu: price("2.10", Unit::GpuHour),
            ..Default::default()
        };
        let costs = machine(&rates, &Machine { gpus: None, ..server() }, TODAY);
        assert!(costs.is_partly_priced());
        assert_eq!(costs.known().unwrap().exact_monthly().to_string(), "140.16");
        assert_eq!(costs.unpriced[0].component, "gpu");
    }
}
