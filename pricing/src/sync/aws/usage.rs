//! Usage types without the region that they begin with.

/// `BoxUsage:m5.large` of `EUW1-BoxUsage:m5.large`; in us-east-1 most usage types have no region.
///
/// A region is `EU`, or three letters and a number (`APN1`, `UGW1`). Anything else before a dash
/// belongs to the name: `TS-LoadBalancerUsage` is not a load balancer like the others.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html>
pub(super) fn name(usage_type: &str) -> &str {
    match usage_type.split_once('-') {
        Some((region, name)) if is_region(region) => name,
        _ => usage_type,
    }
}

fn is_region(prefix: &str) -> bool {
    let Some((letters, number)) = prefix.as_bytes().split_at_checked(3) else {
        return prefix == "EU";
    };
    letters.iter().all(u8::is_ascii_uppercase)
        && (1..=2).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_region_is_taken_away() {
        for (usage_type, expected) in [
            ("EUW1-BoxUsage:m5.large", "BoxUsage:m5.large"),
            ("EU-TimedStorage-ByteHrs", "TimedStorage-ByteHrs"),
            ("APS10-NatGateway-Hours", "NatGateway-Hours"),
            ("BoxUsage:m5.large", "BoxUsage:m5.large"),
            ("NatGateway-Hours", "NatGateway-Hours"),
            ("RDS:GP2-Storage", "RDS:GP2-Storage"),
            ("TS-LoadBalancerUsage", "TS-LoadBalancerUsage"),
            ("LAX1-EBS:VolumeUsage", "EBS:VolumeUsage"),
            ("", ""),
        ] {
            assert_eq!(name(usage_type), expected);
        }
    }
}
