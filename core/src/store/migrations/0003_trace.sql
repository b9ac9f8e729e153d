-- The trace in which a document was collected, as W3C Trace Context writes it: sending it, maybe by
-- a later process, belongs to the same one. NULL where it is not known.
ALTER TABLE document ADD COLUMN traceparent TEXT;
