//! An instance as EC2 describes it, as long as EC2 makes it.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html>

use std::fmt::Write as _;

use jiff::Timestamp;

use super::instance::Instance;
use crate::aws::place::Place;
use crate::aws::{catalog, xml};

/// One reservation with its one instance.
pub(super) fn reservation(into: &mut String, place: &Place, instance: &Instance) {
    let (id, bits) = (&instance.id, instance.bits);
    let Place { account, region, .. } = place;
    let (code, state) = instance.state.words();
    let (operation, details) = instance.system.words();
    let at = Timestamp::from_second(instance.launched).unwrap_or_default();
    let at = at.strftime("%Y-%m-%dT%H:%M:%S.000Z");
    let [a, b, c, d] = instance.private.octets();
    let kind = instance.type_name();
    let architecture = if catalog::is_arm(kind) { "arm64" } else { "x86_64" };
    // Writing to a string does not fail.
    let _ = write!(
        into,
        "<item><reservationId>r-{bits:016x}1</reservationId><ownerId>{account}</ownerId><groupSet/>\
         <instancesSet><item><instanceId>{id}</instanceId><imageId>ami-{:016x}0</imageId>\
         <instanceState><code>{code}</code><name>{state}</name></instanceState>\
         <privateDnsName>ip-{a}-{b}-{c}-{d}.{region}.compute.internal</privateDnsName>\
         <dnsName/><reason/><keyName>operators</keyName><amiLaunchIndex>0</amiLaunchIndex><productCodes/>\
         <instanceType>{kind}</instanceType><launchTime>{at}</launchTime>\
         <placement><availabilityZone>{region}{}</availabilityZone><groupName/>\
         <tenancy>{}</tenancy></placement>",
        bits.rotate_left(9),
        instance.zone,
        instance.tenancy
    );
    if !instance.system.words().1.starts_with("Windows") {
        into.push_str("<monitoring><state>disabled</state></monitoring>");
    } else {
        into.push_str(
            "<platform>windows</platform><monitoring><state>enabled</state></monitoring>",
        );
    }
    let _ = write!(
        into,
        "<subnetId>subnet-{:016x}2</subnetId><vpcId>vpc-{:016x}3</vpcId>\
         <privateIpAddress>{}</privateIpAddress>",
        bits % 97,
        bits % 7,
        instance.private
    );
    public_address(into, instance);
    let _ = write!(
        into,
        "<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-{:016x}4</groupId>\
         <groupName>default-{}</groupName></item></groupSet><architecture>{architecture}</architecture>\
         <rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>\
         <blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-{bits:016x}5</volumeId>\
         <status>attached</status><attachTime>{at}</attachTime><deleteOnTermination>true</deleteOnTermination>\
         </ebs></item></blockDeviceMapping><virtualizationType>hvm</virtualizationType>\
         <clientToken>{bits:016x}-{:016x}</clientToken>",
        bits % 31,
        bits % 31,
        bits.rotate_left(23)
    );
    if instance.spot {
        into.push_str("<instanceLifecycle>spot</instanceLifecycle><spotInstanceRequestId>sir-0</spotInstanceRequestId>");
    }
    tags(into, instance);
    into.push_str("<hypervisor>xen</hypervisor>");
    interface(into, place, instance, &at);
    let _ = write!(
        into,
        "<iamInstanceProfile><arn>arn:aws:iam::{account}:instance-profile/workload</arn>\
         <id>AIPA{:016X}</id></iamInstanceProfile><ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport>\
         <cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>\
         <capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference>\
         </capacityReservationSpecification><hibernationOptions><configured>false</configured></hibernationOptions>\
         <metadataOptions><state>applied</state><httpTokens>required</httpTokens>\
         <httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint>\
         <httpProtocolIpv6>disabled</httpProtocolIpv6><instanceMetadataTags>disabled</instanceMetadataTags>\
         </metadataOptions><enclaveOptions><enabled>false</enabled></enclaveOptions><bootMode>uefi-preferred</bootMode>\
         <platformDetails>{details}</platformDetails><usageOperation>{operation}</usageOperation>\
         <usageOperationUpdateTime>{at}</usageOperationUpdateTime>\
         <privateDnsNameOptions><hostnameType>ip-name</hostnameType>\
         <enableResourceNameDnsARecord>false</enableResourceNameDnsARecord>\
         <enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord></privateDnsNameOptions>\
         <maintenanceOptions><autoRecovery>default</autoRecovery></maintenanceOptions>\
         <currentInstanceBootMode>uefi</currentInstanceBootMode></item></instancesSet></item>",
        bits % 13
    );
}

fn public_address(into: &mut String, instance: &Instance) {
    if let Some(address) = instance.public() {
        xml::element(into, "ipAddress", address);
    }
}

fn tags(into: &mut String, instance: &Instance) {
    into.push_str("<tagSet>");
    let name = instance.name.as_deref().map(|name| ("Name", name));
    for (key, value) in name.into_iter().chain(instance.tags.iter().copied()) {
        into.push_str("<item>");
        xml::text(into, "key", key);
        xml::text(into, "value", value);
        into.push_str("</item>");
    }
    into.push_str("</tagSet>");
}

fn interface(into: &mut String, place: &Place, instance: &Instance, at: &impl std::fmt::Display) {
    let bits = instance.bits;
    let Place { account, region, .. } = place;
    let [a, b, c, d] = instance.private.octets();
    let association = |into: &mut String| {
        let owner = match (&instance.assigned, &instance.elastic) {
            (Some(address), _) => Some((address, "amazon")),
            (None, Some(elastic)) => Some((&elastic.address, account.as_str())),
            (None, None) => None,
        };
        if let Some((address, owner)) = owner {
            let _ = write!(
                into,
                "<association><publicIp>{address}</publicIp><publicDnsName/>\
                 <ipOwnerId>{owner}</ipOwnerId></association>"
            );
        }
    };
    let _ = write!(
        into,
        "<networkInterfaceSet><item><networkInterfaceId>eni-{bits:016x}6</networkInterfaceId>\
         <subnetId>subnet-{:016x}2</subnetId><vpcId>vpc-{:016x}3</vpcId><description/>\
         <ownerId>{account}</ownerId><status>in-use</status><macAddress>06:{a:02x}:{b:02x}:{c:02x}:{d:02x}:01</macAddress>\
         <privateIpAddress>{}</privateIpAddress>\
         <privateDnsName>ip-{a}-{b}-{c}-{d}.{region}.compute.internal</privateDnsName>\
         <sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-{:016x}4</groupId>\
         <groupName>default-{}</groupName></item></groupSet><attachment>\
         <attachmentId>eni-attach-{bits:016x}7</attachmentId><deviceIndex>0</deviceIndex><status>attached</status>\
         <attachTime>{at}</attachTime><deleteOnTermination>true</deleteOnTermination>\
         <networkCardIndex>0</networkCardIndex></attachment>",
        bits % 97,
        bits % 7,
        instance.private,
        bits % 31,
        bits % 31
    );
    association(into);
    let _ = write!(
        into,
        "<privateIpAddressesSet><item><privateIpAddress>{}</privateIpAddress>\
         <privateDnsName>ip-{a}-{b}-{c}-{d}.{region}.compute.internal</privateDnsName><primary>true</primary>",
        instance.private
    );
    association(into);
    into.push_str(
        "</item></privateIpAddressesSet><ipv6AddressesSet/><interfaceType>interface</interfaceType>\
         <operator><managed>false</managed></operator></item></networkInterfaceSet>",
    );
}
