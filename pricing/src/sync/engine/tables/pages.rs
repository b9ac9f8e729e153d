//! A table that is a list of pages.

use std::collections::HashSet;

use url::Url;

use super::super::door::{same_origin, shown};
use super::{Asked, CRASHED, Read, Reading, packed};
use crate::sync::{Next, PageParser};

impl Reading<'_> {
    pub(super) async fn read_pages(
        &self,
        asked: &Asked,
        mut parser: Box<dyn PageParser>,
    ) -> Result<Read, String> {
        let mut url = asked.url.clone();
        let (mut seen, mut bytes) = (HashSet::new(), 0);
        let mut harvest = self.harvest();
        while seen.len() < self.settings.most_pages {
            let body = self.page(asked, &url).await?;
            bytes += body.len() as u64;
            // Reading a page of many megabytes would hold up whatever else runs on this thread.
            let reading = tokio::task::spawn_blocking(move || {
                let next = parser.page(&body, &mut harvest);
                (next, parser, harvest)
            });
            let next;
            (next, parser, harvest) =
                reading.await.map_err(|_| format!("{}: {CRASHED}", shown(&url)))?;
            match next.map_err(|error| format!("{}: {error}", shown(&url)))? {
                Next::Page(next) => {
                    seen.insert(url.clone());
                    follows(&next, asked, &seen)
                        .map_err(|problem| format!("{}: {problem}", shown(&url)))?;
                    url = next;
                }
                Next::End => {
                    let id = asked.id.clone();
                    let finishing = tokio::task::spawn_blocking(move || {
                        let published =
                            parser.finish(&mut harvest).map_err(|error| error.to_string())?;
                        packed(harvest, &id, published)
                    });
                    let read = finishing.await.unwrap_or_else(|_| Err(CRASHED.to_owned()));
                    return read
                        .map(|read| Read { bytes, ..read })
                        .map_err(|problem| format!("{}: {problem}", shown(&asked.url)));
                }
            }
        }
        let most = self.settings.most_pages;
        Err(format!("{}: the list does not end after {most} pages; try again later", shown(&url)))
    }

    async fn page(&self, asked: &Asked, url: &Url) -> Result<Vec<u8>, String> {
        let told = |bytes| {
            self.progress.bytes_known(bytes);
            self.progress.bytes(bytes);
        };
        let (authorization, limit) = (asked.authorization.as_deref(), self.settings.largest_page);
        let body = self.door.body(url, authorization, limit, &told).await;
        body.map_err(|error| error.to_string())
    }
}

/// The next page is of the same server, and a new one.
fn follows(next: &Url, asked: &Asked, seen: &HashSet<Url>) -> Result<(), String> {
    if !same_origin(next, &asked.url) {
        return Err(format!(
            "its next page is on another host, {}, which is not asked; look for a newer agent",
            next.host_str().unwrap_or_default()
        ));
    }
    if seen.contains(next) {
        return Err(
            "its next page is one that was read before: the list has no end; try again later"
                .to_owned(),
        );
    }
    Ok(())
}
