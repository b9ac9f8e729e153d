//! Databases as RDS describes them.
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html>

use std::fmt::Write as _;

use super::cluster::Cluster;
use super::instance::Instance;
use crate::aws::place::Place;
use crate::aws::xml;

pub(super) fn instance(into: &mut String, place: &Place, instance: &Instance) {
    let Instance { name, class, engine, version, status, zone, bits, storage, .. } = instance;
    let Place { account, region, .. } = place;
    // Writing to a string does not fail.
    let _ = write!(
        into,
        "<DBInstance><DBInstanceIdentifier>{name}</DBInstanceIdentifier><DBInstanceClass>{class}</DBInstanceClass>\
         <Engine>{}</Engine><DBInstanceStatus>{status}</DBInstanceStatus><MasterUsername>admin</MasterUsername>\
         <Endpoint><Address>{name}.{bits:012x}.{region}.rds.amazonaws.com</Address><Port>5432</Port>\
         <HostedZoneId>Z2R2ITUGPM61AM</HostedZoneId></Endpoint><AllocatedStorage>{}</AllocatedStorage>\
         <InstanceCreateTime>2026-09-01T07:00:00.000Z</InstanceCreateTime>\
         <PreferredBackupWindow>03:00-03:30</PreferredBackupWindow><BackupRetentionPeriod>7</BackupRetentionPeriod>\
         <DBSecurityGroups/><VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-{:016x}4</VpcSecurityGroupId>\
         <Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>\
         <DBParameterGroups><DBParameterGroup><DBParameterGroupName>default</DBParameterGroupName>\
         <ParameterApplyStatus>in-sync</ParameterApplyStatus></DBParameterGroup></DBParameterGroups>\
         <AvailabilityZone>{region}{zone}</AvailabilityZone>\
         <DBSubnetGroup><DBSubnetGroupName>default</DBSubnetGroupName><DBSubnetGroupDescription>default</DBSubnetGroupDescription>\
         <VpcId>vpc-{:016x}3</VpcId><SubnetGroupStatus>Complete</SubnetGroupStatus><Subnets/></DBSubnetGroup>\
         <PreferredMaintenanceWindow>sun:05:00-sun:05:30</PreferredMaintenanceWindow><PendingModifiedValues/>\
         <MultiAZ>{}</MultiAZ><EngineVersion>{}</EngineVersion><AutoMinorVersionUpgrade>true</AutoMinorVersionUpgrade>\
         <ReadReplicaDBInstanceIdentifiers/><LicenseModel>{}</LicenseModel>",
        engine.name,
        storage.size_gib,
        bits % 31,
        bits % 7,
        instance.multi_az,
        version.name,
        engine.licence
    );
    if let Some(iops) = storage.iops {
        xml::element(into, "Iops", iops);
    }
    if let Some(throughput) = storage.throughput {
        xml::element(into, "StorageThroughput", throughput);
    }
    if let Some(cluster) = &instance.cluster {
        xml::element(into, "DBClusterIdentifier", cluster);
    }
    if instance.kept_out {
        let disabled = "open-source-rds-extended-support-disabled";
        xml::element(into, "EngineLifecycleSupport", disabled);
    }
    let _ = write!(
        into,
        "<OptionGroupMemberships/><PubliclyAccessible>false</PubliclyAccessible><StorageType>{}</StorageType>\
         <DbInstancePort>0</DbInstancePort><StorageEncrypted>true</StorageEncrypted>\
         <DbiResourceId>db-{bits:026X}</DbiResourceId><CACertificateIdentifier>rds-ca-rsa2048-g1</CACertificateIdentifier>\
         <DomainMemberships/><CopyTagsToSnapshot>true</CopyTagsToSnapshot><MonitoringInterval>0</MonitoringInterval>\
         <DBInstanceArn>arn:aws:rds:{region}:{account}:db:{name}</DBInstanceArn>\
         <IAMDatabaseAuthenticationEnabled>false</IAMDatabaseAuthenticationEnabled>\
         <PerformanceInsightsEnabled>false</PerformanceInsightsEnabled><DeletionProtection>true</DeletionProtection>\
         <AssociatedRoles/>",
        storage.kind
    );
    tags(into, &instance.tags);
    into.push_str("</DBInstance>");
}

pub(super) fn cluster(into: &mut String, place: &Place, cluster: &Cluster) {
    let Cluster { name, engine, version, status, storage_type, .. } = cluster;
    let Place { account, region, .. } = place;
    let _ = write!(
        into,
        "<DBCluster><AllocatedStorage>1</AllocatedStorage><AvailabilityZones>\
         <AvailabilityZone>{region}a</AvailabilityZone><AvailabilityZone>{region}b</AvailabilityZone>\
         <AvailabilityZone>{region}c</AvailabilityZone></AvailabilityZones>\
         <BackupRetentionPeriod>7</BackupRetentionPeriod><DBClusterIdentifier>{name}</DBClusterIdentifier>\
         <DBClusterParameterGroup>default</DBClusterParameterGroup><DBSubnetGroup>default</DBSubnetGroup>\
         <Status>{status}</Status><EarliestRestorableTime>2026-10-01T07:00:00.000Z</EarliestRestorableTime>\
         <Endpoint>{name}.cluster.{region}.rds.amazonaws.com</Endpoint>\
         <ReaderEndpoint>{name}.cluster-ro.{region}.rds.amazonaws.com</ReaderEndpoint>\
         <MultiAZ>true</MultiAZ><Engine>{}</Engine><EngineVersion>{}</EngineVersion><Port>5432</Port>\
         <MasterUsername>admin</MasterUsername><PreferredBackupWindow>03:00-03:30</PreferredBackupWindow>\
         <PreferredMaintenanceWindow>sun:05:00-sun:05:30</PreferredMaintenanceWindow>\
         <ReadReplicaIdentifiers/><DBClusterMembers/><VpcSecurityGroups/><HostedZoneId>Z1PVIF0B656C1W</HostedZoneId>\
         <StorageEncrypted>true</StorageEncrypted><DBClusterArn>arn:aws:rds:{region}:{account}:cluster:{name}</DBClusterArn>\
         <AssociatedRoles/><IAMDatabaseAuthenticationEnabled>false</IAMDatabaseAuthenticationEnabled>\
         <ClusterCreateTime>2026-09-01T07:00:00.000Z</ClusterCreateTime><EngineMode>provisioned</EngineMode>\
         <DeletionProtection>true</DeletionProtection><HttpEndpointEnabled>false</HttpEndpointEnabled>",
        engine.name, version.name
    );
    // Standard storage is not named.
    if *storage_type != "aurora" {
        xml::element(into, "StorageType", storage_type);
    }
    tags(into, &cluster.tags);
    into.push_str("</DBCluster>");
}

fn tags(into: &mut String, tags: &[(&str, &str)]) {
    into.push_str("<TagList>");
    for (key, value) in tags {
        into.push_str("<Tag>");
        xml::text(into, "Key", key);
        xml::text(into, "Value", value);
        into.push_str("</Tag>");
    }
    into.push_str("</TagList>");
}
