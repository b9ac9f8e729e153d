//! Kubernetes' quantities: `250m`, `512Mi`, `1.5Gi`, `1e3`.
//! <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>

use rust_decimal::Decimal;

/// A quantity in its base unit (processors, bytes); `None` where it is none, is negative, or is more
/// than can be counted with.
pub(super) fn quantity(text: &str) -> Option<Decimal> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let (number, suffix) = text.split_at(end.unwrap_or(text.len()));
    digits(number)?.checked_mul(factor(suffix)?)
}

/// A number as Kubernetes writes them: `1`, `1.5`, also `1.` and `.5`.
fn digits(number: &str) -> Option<Decimal> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let written = match fraction {
        "" => format!("0{whole}"),
        fraction => format!("0{whole}.{fraction}"),
    };
    Decimal::from_str_exact(&written).ok()
}

fn factor(suffix: &str) -> Option<Decimal> {
    let power = match suffix {
        "" => return Some(Decimal::ONE),
        "n" => -9,
        "u" => -6,
        "m" => -3,
        "k" => 3,
        "M" => 6,
        "G" => 9,
        "T" => 12,
        "P" => 15,
        "E" => 18,
        "Ki" => return binary(10),
        "Mi" => return binary(20),
        "Gi" => return binary(30),
        "Ti" => return binary(40),
        "Pi" => return binary(50),
        "Ei" => return binary(60),
        exponent => exponent.strip_prefix(['e', 'E'])?.parse().ok()?,
    };
    ten_to_the(power)
}

fn binary(power: u32) -> Option<Decimal> {
    Some(Decimal::from(1_u64.checked_shl(power)?))
}

fn ten_to_the(power: i32) -> Option<Decimal> {
    // More is neither a processor's share nor a memory.
    let (scale, power) = (power.unsigned_abs(), power);
    if scale > 18 {
        return None;
    }
    let number = Decimal::from(10_u64.pow(scale));
    if power < 0 { Decimal::ONE.checked_div(number) } else { Some(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_in_all_their_forms() {
        for (text, expected) in [
            ("2", "2"),
            ("+2", "2"),
            ("0.5", "0.5"),
            (".5", "0.5"),
            ("1.", "1"),
            ("250m", "0.25"),
            ("100u", "0.0001"),
            ("250000000n", "0.25"),
            ("1e3", "1000"),
            ("1E3", "1000"),
            ("5e-1", "0.5"),
            ("12E", "12000000000000000000"),
            ("1k", "1000"),
            ("1M", "1000000"),
            ("1Ki", "1024"),
            ("512Mi", "536870912"),
            ("1.5Gi", "1610612736"),
            ("1Ei", "1152921504606846976"),
        ] {
            let read = quantity(text).map(|read| read.normalize().to_string());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_is_not_taken_for_one() {
        for text in [
            "",
            "m",
            ".",
            "-1",
            "1.2.3",
            "1 Gi",
            "1gi",
            "1KiB",
            "1e",
            "1e99",
            "ten",
            "1e999999999999",
            "٣",
        ] {
            assert_eq!(quantity(text), None, "{text:?}");
        }
        let endless = "9".repeat(40);
        assert_eq!(quantity(&endless), None);
        assert_eq!(quantity(&format!("{}Ei", "9".repeat(28))), None);
    }
}
