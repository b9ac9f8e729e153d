//! Turns gathered price files into the tables under `pricing/tables/`.
//!
//! `cargo run -p finops-pricing --example import-prices -- <folder> [provider]`
//!
//! Reads every `<provider>_<name>.csv` of the folder (columns `provider, service, sku_key, region,
//! os_or_engine, term, unit, price_usd, effective_date, source`) and writes
//! `pricing/tables/<provider>/<name>.tsv`: one line for each sku, variant, unit, date and source,
//! with `region=price` pairs. The output depends on the rows alone, so that a review of a price
//! change shows the change and nothing else. The provider is `aws` where none is named.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

/// What the rows of one table line have in common: sku, variant, unit, date, source.
type LineKey = [String; 5];
/// The price of each region, as the source wrote it.
type Prices = BTreeMap<String, String>;

/// One table: the service that all its rows belong to, and the rows.
#[derive(Default)]
struct Table {
    service: String,
    lines: BTreeMap<LineKey, Prices>,
    rows: usize,
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: import-prices <folder of CSV files> [provider]");
        return ExitCode::from(2);
    };
    let provider = arguments.next().unwrap_or_else(|| "aws".to_owned());
    match import(Path::new(&folder), &provider) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn import(folder: &Path, provider: &str) -> Result<(), String> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("tables").join(provider);
    fs::create_dir_all(&target).map_err(|error| format!("{}: {error}", target.display()))?;
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let table = file.strip_prefix(provider).and_then(|rest| rest.strip_prefix('_'));
        let Some(name) = table.and_then(|rest| rest.strip_suffix(".csv")) else {
            continue;
        };
        let text = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
        let table = read(&text, provider).map_err(|error| format!("{file}:{error}"))?;
        let rendered = render(&table);
        let output = target.join(format!("{name}.tsv"));
        fs::write(&output, &rendered).map_err(|error| format!("{}: {error}", output.display()))?;
        eprintln!("{name}: {} rows, {} bytes", table.rows, rendered.len());
    }
    Ok(())
}

fn read(text: &str, provider: &str) -> Result<Table, String> {
    let mut table = Table::default();
    for (number, line) in text.lines().enumerate().skip(1) {
        add(&mut table, line, provider).map_err(|error| format!("{}: {error}", number + 1))?;
    }
    Ok(table)
}

fn add(table: &mut Table, line: &str, provider: &str) -> Result<(), String> {
    // A vendor's own names end in blanks here and there.
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let [of, service, sku, region, variant, term, unit, price, date, source] = fields[..] else {
        return Err(format!("{} columns where there should be 10", fields.len()));
    };
    if of != provider {
        return Err(format!("a row of {of} in a file of {provider}"));
    }
    if term != "od" {
        return Err(format!("term {term}: the tables hold on-demand prices only"));
    }
    let service = format!("{provider}/{service}");
    if table.rows == 0 {
        table.service = service;
    } else if table.service != service {
        return Err(format!("{service} in a table of {}", table.service));
    }
    let key = [sku, variant, unit, date, source].map(str::to_owned);
    let prices = table.lines.entry(key).or_default();
    if prices.insert(region.to_owned(), price.to_owned()).is_some() {
        return Err(format!("{sku} in {region} appears twice"));
    }
    table.rows += 1;
    Ok(())
}

fn render(table: &Table) -> String {
    let mut text = format!("service\t{}\n", table.service);
    text.push_str("sku\tvariant\tunit\tdate\tsource\tprices\n");
    for (key, prices) in &table.lines {
        text.push_str(&key.join("\t"));
        for (index, (region, price)) in prices.iter().enumerate() {
            let separator = if index == 0 { '\t' } else { ' ' };
            // Writing to a String cannot fail.
            let _ = write!(text, "{separator}{region}={price}");
        }
        text.push('\n');
    }
    text
}
