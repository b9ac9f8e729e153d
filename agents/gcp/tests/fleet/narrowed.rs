//! Less than everything below a folder.

use crate::support::agent::Agent;
use crate::support::documents;
use crate::support::expectations::{assert_all, assert_project, assert_services};
use crate::support::fleet::{EDGE, Fleet, MAIN, ORGANIZATION};
use crate::support::google::Google;

#[test]
fn a_region_narrows_what_is_collected() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    for region in ["us-central1", "europe-west1"] {
        let own = fleet.in_region(region);
        let ran = Agent::of(&google).collect_with(&["--region", region]).assert_well();
        let documents = ran.documents();
        for project in &fleet.projects {
            let document = documents::of(&documents, project);
            assert_eq!(documents::failed(document), Vec::<&str>::new());
            assert_services(&own, document, project, &[]);
        }
    }
}

#[test]
fn named_projects_are_collected_and_no_others_are_looked_for() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::of(&google).without("OPENFINOPS_GCP_FOLDER");
    let documents = agent.collect_with(&["--project", EDGE]).assert_well().documents();
    assert_eq!(documents.len(), 1);
    assert_project(&fleet, &documents[0], EDGE);
    let both = agent.collect_with(&["--project", EDGE, "--project", MAIN]).assert_well();
    assert_all(&fleet, &both.documents());
    assert_eq!(google.calls_to(":searchAllResources").len(), 0);
}

#[test]
fn the_environment_names_a_project_as_googles_tools_do() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::of(&google).without("OPENFINOPS_GCP_FOLDER");
    let agent = agent.variable("GOOGLE_CLOUD_PROJECT", MAIN);
    let documents = agent.collect().assert_well().documents();
    assert_eq!(documents.len(), 1);
    assert_project(&fleet, &documents[0], MAIN);
}

#[test]
fn a_project_that_is_named_below_a_domain_is_a_project_too() {
    let project = "example.com:old-shop";
    let fleet = Fleet::of_project(project).shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::of(&google).without("OPENFINOPS_GCP_FOLDER");
    let documents = agent.collect_with(&["--project", project]).assert_well().documents();
    assert_all(&fleet, &documents);
}

#[test]
fn an_organisation_has_the_projects_of_its_folders() {
    let fleet = Fleet::small().shared();
    let google = Google::of(fleet.clone());
    let agent = Agent::of(&google).without("OPENFINOPS_GCP_FOLDER");
    let ran = agent.collect_with(&["--organization", ORGANIZATION]).assert_well();
    assert_all(&fleet, &ran.documents());
    // A project that is named as well is collected once.
    let twice = ["--organization", ORGANIZATION, "--project", MAIN];
    assert_all(&fleet, &agent.collect_with(&twice).assert_well().documents());
}

#[test]
fn projects_that_cannot_be_found_are_no_empty_fleet() {
    let google = Google::of(Fleet::small().shared());
    let agent = Agent::of(&google).variable("OPENFINOPS_GCP_FOLDER", "999");
    agent.run(&["--once", "--server", "none"]).assert_one_sentence(2, &["folders/999"]);
}
