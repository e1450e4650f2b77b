-- Full-text search over the paper catalogue. The files are the truth: the site empties and refills
-- this table at every start, so it may be dropped at any time.
create table paper_search (
    arxiv_id text primary key,
    title text not null,
    authors text not null,
    -- Names and descriptions of the techniques.
    techniques text not null,
    -- Summary, why it matters, local takeaway, claims.
    body text not null,
    document tsvector generated always as (
        setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('simple', authors), 'B')
        || setweight(to_tsvector('english', techniques), 'B')
        || setweight(to_tsvector('english', body), 'C')
    ) stored
);

create index paper_search_document on paper_search using gin (document);
