-- Words of each operation, written once, some operations at a time (search.rs): none of what is searched by changes.
-- The words come made comparable and split (journal/words.rs), so the tokenizer has only to cut at spaces.
-- No positions, no sizes, no copy of the text: only which word is in which operation. A prefix of up to
-- fourteen letters has a list of its own, so that a page of a frequent word is read without looking at all of it.
CREATE VIRTUAL TABLE search USING fts5 (
    words,
    content = '',
    columnsize = 0,
    detail = none,
    prefix = '1 2 3 4 5 6 7 8 9 10 11 12 13 14',
    tokenize = 'ascii'
);
