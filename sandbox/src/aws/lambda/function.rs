//! One function: what it is and what it does in an hour.

use std::io::Write as _;

use rust_decimal::Decimal;

use crate::aws::place::Place;
use crate::draw::Draw;
use crate::names;

/// A function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) architecture: Architecture,
    pub(crate) runtime: &'static str,
    /// In MB, of which 1,024 are a GB.
    pub(crate) memory: u64,
    /// In seconds.
    pub(crate) timeout: u64,
    /// In every hour.
    pub(crate) invocations: u64,
    /// Milliseconds of all of an hour's invocations together.
    pub(crate) duration: u64,
    /// Whether it runs on instances that Lambda manages.
    pub(crate) managed: bool,
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    state: &'static str,
    size: u64,
    bits: u64,
}

/// A processor architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Architecture {
    X86,
    Arm,
}

impl Architecture {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "arm64",
        }
    }
}

const RUNTIMES: &[(u64, &str)] = &[
    (40, "python3.13"),
    (30, "nodejs22.x"),
    (12, "java21"),
    (10, "provided.al2023"),
    (8, "dotnet8"),
];

/// How often functions are called in an hour.
#[derive(Debug, Clone, Copy)]
enum Use {
    Never,
    Seldom,
    Often,
    /// Enough to fill a price tier of its account.
    Always,
}

impl Function {
    /// The function number `index` of a place.
    pub(crate) fn of(place: &Place, index: u64) -> Self {
        let mut draw = place.draw("function", index);
        let (invocations, milliseconds) = invocations(&mut draw);
        let spread = if invocations > 0 { draw.below(1_000) } else { 0 };
        Self {
            name: names::name(&mut draw, index),
            architecture: *draw.weighted(&[(65, Architecture::X86), (35, Architecture::Arm)]),
            runtime: *draw.weighted(RUNTIMES),
            memory: *draw.weighted(&[
                (30, 128),
                (20, 256),
                (20, 512),
                (15, 1_024),
                (6, 1_536),
                (5, 2_048),
                (3, 3_008),
                (1, 10_240),
            ]),
            timeout: *draw.one(&[3, 10, 30, 300, 900]),
            invocations,
            duration: invocations * milliseconds + spread,
            managed: draw.percent(1),
            tags: names::tags(&mut draw),
            state: *draw.weighted(&[(97, "Active"), (2, "Inactive"), (1, "Pending")]),
            size: 2_000 + draw.below(50_000_000),
            bits: draw.bits(),
        }
    }

    /// Gigabyte-seconds of an hour: seven places at most, because memory comes in sixteenths of a GB.
    pub(crate) fn gigabyte_seconds(&self) -> Decimal {
        let milliseconds =
            Decimal::from(self.memory) / Decimal::from(1_024) * Decimal::from(self.duration);
        milliseconds / Decimal::ONE_THOUSAND
    }

    pub(crate) fn arn(&self, place: &Place) -> String {
        let Place { account, region, .. } = place;
        format!("arn:aws:lambda:{region}:{account}:function:{}", self.name)
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>
    pub(super) fn write(&self, into: &mut Vec<u8>, place: &Place) {
        let Self { name, runtime, memory, timeout, bits, size, state, .. } = self;
        let (arn, architecture) = (self.arn(place), self.architecture.name());
        // Writing to a vector does not fail.
        let _ = write!(
            into,
            "{{\"FunctionName\":\"{name}\",\"FunctionArn\":\"{arn}\",\"Runtime\":\"{runtime}\",\
             \"Role\":\"arn:aws:iam::{}:role/service-role/{name}\",\"Handler\":\"main.handler\",\
             \"CodeSize\":{size},\"Description\":\"\",\"Timeout\":{timeout},\"MemorySize\":{memory},\
             \"LastModified\":\"2026-10-01T08:00:00.000+0000\",\"CodeSha256\":\"{bits:043x}=\",\
             \"Version\":\"$LATEST\",\"VpcConfig\":{{\"SubnetIds\":[],\"SecurityGroupIds\":[],\"VpcId\":\"\",\
             \"Ipv6AllowedForDualStack\":false}},\"TracingConfig\":{{\"Mode\":\"PassThrough\"}},\
             \"RevisionId\":\"{bits:08x}-0000-4000-8000-{:012x}\",\"State\":\"{state}\",\
             \"LastUpdateStatus\":\"Successful\",\"PackageType\":\"Zip\",\"Architectures\":[\"{architecture}\"],\
             \"EphemeralStorage\":{{\"Size\":512}},\"SnapStart\":{{\"ApplyOn\":\"None\",\"OptimizationStatus\":\"Off\"}},\
             \"LoggingConfig\":{{\"LogFormat\":\"Text\",\"LogGroup\":\"/aws/lambda/{name}\"}}",
            place.account,
            bits >> 16
        );
        if self.managed {
            let _ = write!(
                into,
                ",\"CapacityProviderConfig\":{{\"LambdaManagedInstancesCapacityProviderConfig\":\
                 {{\"CapacityProviderArn\":\"arn:aws:lambda:{}:{}:capacity-provider:shared\"}}}}",
                place.region, place.account
            );
        }
        into.push(b'}');
    }
}

/// Invocations of an hour, and milliseconds of one.
fn invocations(draw: &mut Draw) -> (u64, u64) {
    let kind =
        *draw.weighted(&[(25, Use::Never), (15, Use::Seldom), (58, Use::Often), (2, Use::Always)]);
    match kind {
        Use::Never => (0, 0),
        Use::Seldom => (1 + draw.below(12), 100 + draw.below(60_000)),
        Use::Often => (60 + draw.below(100_000), 5 + draw.below(800)),
        Use::Always => (1_000_000 + draw.below(9_000_000), 200 + draw.below(1_000)),
    }
}
