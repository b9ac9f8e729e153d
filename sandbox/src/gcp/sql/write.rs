//! An instance as the Cloud SQL Admin API lists it.

use std::fmt::Write as _;

use super::{Database, ON_PREMISES, Parts, REPLICA};
use crate::gcp::json::{self, Enums};
use crate::gcp::times::Moment;

/// Writes one instance.
pub(super) fn instance(into: &mut String, project: &str, it: &Database, enums: Enums) {
    let Database { name, region, bits, .. } = it;
    let at = Moment(1_750_000_000);
    let _ = write!(
        into,
        "{{\"kind\":\"sql#instance\",\"name\":\"{name}\",\"project\":\"{project}\",\"region\":\"{region}\",\
         \"gceZone\":\"{region}-b\",\"connectionName\":\"{project}:{region}:{name}\",\
         \"selfLink\":\"https://sqladmin.googleapis.com/v1/projects/{project}/instances/{name}\",\
         \"etag\":\"{bits:x}\",\"createTime\":\"{at}\",\
         \"serviceAccountEmailAddress\":\"p900000000001-{:x}@gcp-sa-cloud-sql.iam.gserviceaccount.com\",\
         \"maintenanceVersion\":\"R20260310.01_00\",\"satisfiesPzs\":false,\
         \"serverCaCert\":{{\"kind\":\"sql#sslCert\",\"certSerialNumber\":\"0\",\"cert\":\
         \"-----BEGIN CERTIFICATE-----\\nMIIDfzCCAmegAwIBAgIBADANBgkqhkiG9w0BAQsFADB3\\n-----END CERTIFICATE-----\",\
         \"commonName\":\"C=US,O=Google\\\\, Inc,CN=Google Cloud SQL Server CA\",\"sha1Fingerprint\":\"{bits:040x}\",\
         \"instance\":\"{name}\",\"createTime\":\"{at}\"}}",
        bits % 997,
    );
    enums.word(into, "state", if it.suspended { ("SUSPENDED", 2) } else { ("RUNNABLE", 1) });
    enums.word(into, "instanceType", it.sort);
    enums.word(into, "databaseVersion", it.version);
    enums.word(
        into,
        "backendType",
        if it.sort == ON_PREMISES { ("EXTERNAL", 3) } else { ("SECOND_GEN", 2) },
    );
    if it.sort == REPLICA {
        let _ = write!(into, ",\"masterInstanceName\":\"{project}:{name}-primary\"");
    }
    addresses(into, it, enums);
    settings(into, it, enums);
    into.push('}');
}

fn addresses(into: &mut String, it: &Database, enums: Enums) {
    let [a, b, c, ..] = it.bits.to_le_bytes();
    into.push_str(",\"ipAddresses\":[{");
    enums.word(into, "type", ("PRIVATE", 3));
    let _ = write!(into, ",\"ipAddress\":\"10.{a}.{b}.{c}\"}}");
    if it.public {
        into.push_str(",{");
        enums.word(into, "type", ("PRIMARY", 1));
        let _ = write!(into, ",\"ipAddress\":\"34.{a}.{b}.{c}\"}}");
    }
    into.push(']');
}

fn settings(into: &mut String, it: &Database, enums: Enums) {
    let Database { size, disk_gib, public, .. } = it;
    let tier = size.tier;
    let _ = write!(
        into,
        ",\"settings\":{{\"kind\":\"sql#settings\",\"tier\":\"{tier}\",\"settingsVersion\":\"12\",\
         \"dataDiskSizeGb\":\"{disk_gib}\",\"storageAutoResize\":true,\"storageAutoResizeLimit\":\"0\",\
         \"ipConfiguration\":{{\"ipv4Enabled\":{public},\"privateNetwork\":\"projects/p/global/networks/default\",\
         \"requireSsl\":true}},\"backupConfiguration\":{{\"kind\":\"sql#backupConfiguration\",\"enabled\":true,\
         \"startTime\":\"03:00\",\"pointInTimeRecoveryEnabled\":true,\"transactionLogRetentionDays\":7,\
         \"backupRetentionSettings\":{{\"retainedBackups\":7}}}},\
         \"maintenanceWindow\":{{\"kind\":\"sql#maintenanceWindow\",\"hour\":3,\"day\":7}},\
         \"locationPreference\":{{\"kind\":\"sql#locationPreference\",\"zone\":\"{}-b\"}},\
         \"deletionProtectionEnabled\":true",
        it.region,
    );
    let plus = size.parts == Parts::Plus;
    enums.word(into, "edition", if plus { ("ENTERPRISE_PLUS", 3) } else { ("ENTERPRISE", 2) });
    enums.word(into, "availabilityType", if it.regional { ("REGIONAL", 2) } else { ("ZONAL", 1) });
    enums.word(into, "activationPolicy", if it.running { ("ALWAYS", 1) } else { ("NEVER", 2) });
    enums.word(into, "pricingPlan", ("PER_USE", 2));
    enums.word(into, "dataDiskType", it.disk);
    if !it.labels.is_empty() {
        into.push_str(",\"userLabels\":");
        json::labels(into, &it.labels);
    }
    into.push('}');
}
