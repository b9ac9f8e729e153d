//! Services of Cloud Run, among them those that functions of the second generation are.
//! <https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/list>

use std::fmt::Write as _;

use super::functions::{self, Function};
use super::page::Page;
use super::place::Project;
use super::times::Moment;
use super::{FUNCTIONS, Gcp, SERVICES, json};
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::{Cost, Sum};

/// The most that a page has.
const PAGE: u64 = 1_000;

/// A service.
#[derive(Debug)]
pub(super) struct Service {
    /// Unique in its project.
    pub(super) name: String,
    pub(super) region: &'static str,
    /// Requests of the last hour.
    pub(super) requests: u64,
    /// Whether it is a function.
    function: bool,
    processors: &'static str,
    memory: &'static str,
    labels: Vec<(&'static str, &'static str)>,
}

/// How many services are listed: those of their own, and one for each function of the second
/// generation, which is listed with the functions too.
pub(super) fn listed(gcp: &Gcp, project: &Project) -> u64 {
    let functions = gcp.count(FUNCTIONS, project) - functions::first(gcp, project);
    gcp.count(SERVICES, project) + functions
}

impl Service {
    /// The service number `index` of a project.
    pub(super) fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let mut draw = project.draw("service", index);
        let function = index.checked_sub(gcp.count(SERVICES, project)).map(|number| {
            let first = functions::first(gcp, project);
            Function::of(gcp, project, first + number)
        });
        let region = gcp.region(&mut draw);
        Self {
            name: match &function {
                Some(function) => function.name.clone(),
                None => names::name(&mut draw, index) + "-service",
            },
            region: function.as_ref().map_or(region, |function| function.region),
            requests: match &function {
                Some(function) => function.calls,
                None => draw.below(5_000),
            },
            function: function.is_some(),
            processors: *draw.one(&["1000m", "1", "2", "4"]),
            memory: *draw.one(&["512Mi", "1Gi", "2Gi"]),
            labels: names::labels(&mut draw),
        }
    }
}

/// Lists the services of all locations.
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let page = Page::of(request, ("limit", "continue"), listed(gcp, project), PAGE)?;
    let mut body = String::with_capacity(page.len() * 2_500 + 200);
    body.push_str(
        "{\"apiVersion\":\"serving.knative.dev/v1\",\"kind\":\"ServiceList\",\"metadata\":{",
    );
    if let Some(next) = page.next {
        json::text(&mut body, "continue", next);
    }
    body.push('}');
    if page.len() > 0 {
        body.push_str(",\"items\":[");
        for index in page.items {
            json::comma(&mut body);
            write(&mut body, project, &Service::of(gcp, project, index));
        }
        body.push(']');
    }
    body.push('}');
    Ok(json::reply(body))
}

fn write(into: &mut String, project: &Project, it: &Service) {
    let Service { name, region, processors, memory, .. } = it;
    let number = project.number();
    let at = Moment(1_760_000_000);
    let managed = [("goog-managed-by", "cloudfunctions")];
    let own = [("cloud.googleapis.com/location", *region)];
    let labels: Vec<(&str, &str)> = own
        .into_iter()
        .chain(managed.into_iter().filter(|_| it.function))
        .chain(it.labels.iter().copied())
        .collect();
    let _ = write!(
        into,
        "{{\"apiVersion\":\"serving.knative.dev/v1\",\"kind\":\"Service\",\"metadata\":{{\
         \"name\":\"{name}\",\"namespace\":\"{number}\",\
         \"selfLink\":\"/apis/serving.knative.dev/v1/namespaces/{number}/services/{name}\",\
         \"uid\":\"5a9d0b0c-0000-4000-8000-{number:012}\",\"resourceVersion\":\"AAYYYYYYYYY\",\"generation\":3,\
         \"creationTimestamp\":\"{at}\",\"labels\":"
    );
    json::labels(into, &labels);
    let _ = write!(
        into,
        ",\"annotations\":{{\"run.googleapis.com/ingress\":\"all\",\
         \"run.googleapis.com/ingress-status\":\"all\",\"serving.knative.dev/creator\":\"ci@{0}.iam.gserviceaccount.com\",\
         \"serving.knative.dev/lastModifier\":\"ci@{0}.iam.gserviceaccount.com\"}}}},\
         \"spec\":{{\"template\":{{\"metadata\":{{\"name\":\"{name}-00003-abc\",\"annotations\":{{\
         \"autoscaling.knative.dev/maxScale\":\"100\",\"run.googleapis.com/startup-cpu-boost\":\"true\"}}}},\
         \"spec\":{{\"containerConcurrency\":80,\"timeoutSeconds\":300,\
         \"serviceAccountName\":\"workload@{0}.iam.gserviceaccount.com\",\"containers\":[{{\
         \"image\":\"{region}-docker.pkg.dev/{0}/images/{name}:1\",\
         \"ports\":[{{\"name\":\"http1\",\"containerPort\":8080}}],\
         \"resources\":{{\"limits\":{{\"cpu\":\"{processors}\",\"memory\":\"{memory}\"}}}},\
         \"startupProbe\":{{\"timeoutSeconds\":240,\"periodSeconds\":240,\"failureThreshold\":1,\
         \"tcpSocket\":{{\"port\":8080}}}}}}]}}}},\
         \"traffic\":[{{\"percent\":100,\"latestRevision\":true}}]}},\
         \"status\":{{\"observedGeneration\":3,\"conditions\":[\
         {{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":\"{at}\"}},\
         {{\"type\":\"ConfigurationsReady\",\"status\":\"True\",\"lastTransitionTime\":\"{at}\"}},\
         {{\"type\":\"RoutesReady\",\"status\":\"True\",\"lastTransitionTime\":\"{at}\"}}],\
         \"latestReadyRevisionName\":\"{name}-00003-abc\",\"latestCreatedRevisionName\":\"{name}-00003-abc\",\
         \"traffic\":[{{\"revisionName\":\"{name}-00003-abc\",\"percent\":100,\"latestRevision\":true}}],\
         \"url\":\"https://{name}-{number}.{region}.run.app\",\
         \"address\":{{\"url\":\"https://{name}-{number}.{region}.run.app\"}}}}}}",
        project.id,
    );
}

/// What the services of a project cost: no list has prices of Cloud Run.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for _ in 0..gcp.count(SERVICES, project) {
        sum.add(&Cost::FREE.and(None));
    }
    sum
}
