//! A document of an offer or of savings plans, whichever of its forms it comes in.

use std::io::BufRead;

use super::reader::{Reader, excerpt};
use super::{csv, json, savings};
use crate::sync::{FileParser, Harvest, ParseError, Published};

/// Reads the price list of one offer, as CSV or as JSON.
pub(super) struct OfferFile(pub(super) Reader);

impl FileParser for OfferFile {
    fn parse(
        &mut self,
        document: &mut dyn BufRead,
        harvest: &mut Harvest,
    ) -> Result<Published, ParseError> {
        match form(document)? {
            Form::Json => json::parse(&self.0, document, harvest),
            Form::Csv => csv::parse(&self.0, document, harvest),
        }
    }
}

/// Reads the rates of the compute savings plans of one region, as JSON.
pub(super) struct SavingsFile(pub(super) savings::Wanted);

impl FileParser for SavingsFile {
    fn parse(
        &mut self,
        document: &mut dyn BufRead,
        harvest: &mut Harvest,
    ) -> Result<Published, ParseError> {
        match form(document)? {
            Form::Json => savings::parse(&self.0, document, harvest),
            Form::Csv => {
                let what = "savings plans are read as JSON".to_owned();
                Err(ParseError::NotAPriceList(what))
            }
        }
    }
}

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Json,
}

/// The form by the first byte, after a byte order mark and spaces.
fn form(document: &mut dyn BufRead) -> Result<Form, ParseError> {
    loop {
        let bytes = document.fill_buf().map_err(|error| ParseError::CutOff(error.to_string()))?;
        let Some(first) = bytes.first().copied() else {
            return Err(ParseError::CutOff("it is empty".to_owned()));
        };
        match first {
            0xef | 0xbb | 0xbf | b' ' | b'\t' | b'\r' | b'\n' => document.consume(1),
            b'{' => return Ok(Form::Json),
            b'<' => {
                let beginning = String::from_utf8_lossy(bytes).into_owned();
                let what = format!("it is a page or XML: {}", excerpt(&beginning));
                return Err(ParseError::NotAPriceList(what));
            }
            _ => return Ok(Form::Csv),
        }
    }
}
