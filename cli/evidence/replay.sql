-- Replay of the pagu of one satker and fiscal year from the leaves of a Jejak ledger, with DuckDB (1.3 or newer) alone.
--
-- A leaf is one entry of the log as it was hashed: one JSON object a line, in log order; line number - 1 is its leaf
-- index, the number that a Merkle proof is about. Nothing but these leaves is read. Set the variables, then run this file:
--
--   SET VARIABLE satker = 'banjarbaru';       -- key of the satker
--   SET VARIABLE fiscal_year = 2024;
--   SET VARIABLE revision = 9;                -- a number, 'awal' (first) or 'akhir' (last; also when not set)
--   SET VARIABLE leaves = 'leaves.jsonl';     -- the file of leaves
--   SET VARIABLE known_size = 412;            -- count only the first so many leaves (all when not set)
--   SET VARIABLE code = '6709.QGE.001';       -- for line_history; its level follows from its shape, or is set by
--   SET VARIABLE level = 'ro';                --   program, kegiatan, kro, ro, komponen, akun, jenis-belanja, sumber-dana
--
-- Results: pagu_total, pagu_lines, line_history (end of file). `revision`, `code` and `level` may be set anew and the results
-- asked again; after another satker, year, file or size run the whole file again. NULL is unknown, which is not zero.
--
-- Not answered here: the pagu on a date or by posting date, what only the papers up to a day said, the blocked amount, a
-- year known only from claims of a later report. Where the leaves hold what this file has no rule for (a type of entry or
-- a version of it from a later time, a file with lines missing or out of order), the answer is 'not computable here'.

-- 1. LEAVES
--
-- Every type is given: dates stay text, amounts are integers in the ledger's unit (rupiah). The order of the file is kept.
SET preserve_insertion_order = true;
CREATE OR REPLACE TEMP TABLE leaf AS
SELECT * FROM (
    SELECT row_number() OVER () - 1 AS leaf_index, *
    FROM read_json(coalesce(getvariable('leaves'), 'leaves.jsonl'), format = 'newline_delimited', columns = {
        v: 'BIGINT', type: 'VARCHAR', stream: 'VARCHAR', version: 'BIGINT', recorded_at: 'VARCHAR', actor: 'VARCHAR',
        import: 'VARCHAR', data: 'JSON', salt: 'VARCHAR'})
) WHERE leaf_index < coalesce(getvariable('known_size'), leaf_index + 1);

-- An import that was voided as a whole brought nothing: its entries go, corrections and voids among them.
CREATE OR REPLACE TEMP TABLE known AS
SELECT * FROM leaf WHERE NOT coalesce(
    import IN (SELECT data->>'import_id' FROM leaf WHERE type = 'import-voided.v1'), false);

-- What this file cannot read rightly; one row here, and no number is given. A stream counts its entries from 1 without gaps.
CREATE OR REPLACE TEMP TABLE obstacle AS
SELECT leaf_index, concat('leaf ', leaf_index, ': no rule here for ', type, ' in envelope ', v) AS reason
FROM leaf WHERE v IS DISTINCT FROM 1 OR type NOT IN (
    'ledger-opened.v1', 'satker-registered.v1', 'satker-code-stated.v1', 'import-received.v1', 'import-voided.v1',
    'document-registered.v1', 'dipa-revised.v1', 'dipa-lines-stated.v1', 'withdrawal-plan-stated.v1',
    'realisation-recorded.v1', 'payments-completed.v1', 'commitment-recorded.v1', 'indicator-defined.v1', 'target-set.v1',
    'achievement-recorded.v1', 'action-planned.v1', 'scale-defined.v1', 'code-mapped.v1', 'figure-published.v1',
    'entry-corrected.v1', 'entry-voided.v1', 'finding-moved.v1', 'snapshot-published.v1', 'key-rotated.v1')
UNION ALL
SELECT leaf_index, concat('leaf ', leaf_index, ': not the next entry of ', stream, '; lines are missing or out of order')
FROM leaf QUALIFY version IS DISTINCT FROM row_number() OVER (PARTITION BY stream ORDER BY leaf_index)
UNION ALL
SELECT count(*), concat('the file has only ', count(*), ' leaves') FROM leaf HAVING count(*) < getvariable('known_size')
UNION ALL
SELECT min(leaf_index), 'no DIPA of this satker and year is recorded; only claims of a later report speak of it'
FROM known WHERE (data->>'satker') = getvariable('satker') AND (data->>'fiscal_year')::BIGINT = getvariable('fiscal_year')
HAVING bool_or(type = 'figure-published.v1') AND NOT bool_or(type = 'dipa-revised.v1');

-- 2. VOIDS AND CORRECTIONS
--
-- Both name their target by its version in their own stream, and the line of a list (from 0); line NULL is the whole entry.
CREATE OR REPLACE TEMP TABLE voided AS
SELECT stream, (data->>'$.target.version')::BIGINT AS version, (data->>'$.target.line')::BIGINT AS line,
    max(leaf_index) AS void_leaf FROM known WHERE type = 'entry-voided.v1' GROUP BY ALL;

-- Of the corrections of one value the latest holds, leaving out corrections that were themselves voided. `changes` has the
-- corrected fields of one entry, or of one line of it: the new value (NULL: now said to be unknown) and the leaf of it.
CREATE OR REPLACE TEMP TABLE amendment AS
SELECT stream, of_version AS version, of_line AS line, map_from_entries(list((field, change))) AS changes FROM (
    SELECT stream, (data->>'$.target.version')::BIGINT AS of_version, (data->>'$.target.line')::BIGINT AS of_line,
        data->>'field' AS field, {new: coalesce(data->>'$.value.amount', data->>'$.value.text'), leaf: leaf_index} AS change
    FROM known AS c WHERE type = 'entry-corrected.v1'
    AND NOT EXISTS (FROM voided v WHERE v.stream = c.stream AND v.version = c.version AND v.line IS NULL)
    QUALIFY row_number() OVER (PARTITION BY stream, of_version, of_line, field ORDER BY leaf_index DESC) = 1
) GROUP BY ALL;

-- A field as it reads now: the corrected value, else the original.
CREATE OR REPLACE TEMP MACRO now_reads(changes, name, original) AS
    CASE WHEN map_contains(changes, name) THEN map_extract(changes, name)[1].new ELSE original END;

CREATE OR REPLACE TEMP TABLE entry AS
SELECT known.*, void_leaf, changes FROM known
LEFT JOIN voided v ON v.stream = known.stream AND v.version = known.version AND v.line IS NULL
LEFT JOIN amendment a ON a.stream = known.stream AND a.version = known.version AND a.line IS NULL;

-- 3. WHICH DOCUMENT SPEAKS
--
-- For money: the kinds of document in the order in which they speak, each order with the day from which it holds.
CREATE OR REPLACE TEMP TABLE precedence AS
SELECT kind, place FROM (VALUES
    (DATE '0001-01-01', 'DIPA', 0), (DATE '0001-01-01', 'POK', 1), (DATE '0001-01-01', 'PK', 2), (DATE '0001-01-01', 'LKJ', 3)
) AS p(since, kind, place) QUALIFY since = max(since) OVER ();

-- Documents that stand, as corrected; of one registered anew after a void, the last registration. `day`: when it was out.
CREATE OR REPLACE TEMP TABLE document AS
SELECT data->>'document' AS id, now_reads(changes, 'kind', data->>'kind') AS kind, coalesce(place, 99) AS place,
    now_reads(changes, 'replaces', data->>'replaces') AS replaces,
    coalesce(now_reads(changes, 'published', data->>'published'), now_reads(changes, 'dated', data->>'dated')) AS out_on,
    replace(out_on, '-', '')::BIGINT AS day
FROM entry LEFT JOIN precedence p ON p.kind = upper(now_reads(changes, 'kind', data->>'kind'))
WHERE type = 'document-registered.v1' AND void_leaf IS NULL
QUALIFY row_number() OVER (PARTITION BY id ORDER BY leaf_index DESC) = 1;

-- What is stated of this DIPA, with its rank. Ranks are compared from left to right and the lower speaks: kind of the
-- document in hand (`read_from`, else the stating one), kind of the stating one, 1 if one of the two was replaced, then the
-- younger stating document, then the younger in hand (undated last).
CREATE OR REPLACE TEMP TABLE stated AS
SELECT e.*, (data->>'revision')::BIGINT AS revision, data->>'document' AS said_in, data->>'read_from' AS read_from,
    stating.kind, [coalesce(hand.place, 99), coalesce(stating.place, 99),
    (SELECT count(*) > 0 FROM document d WHERE d.replaces = said_in OR d.replaces = coalesce(read_from, said_in))::BIGINT,
    -coalesce(stating.day, 0), -coalesce(hand.day, 0)] AS rank
FROM entry e LEFT JOIN document stating ON stating.id = (data->>'document')
LEFT JOIN document hand ON hand.id = coalesce(data->>'read_from', data->>'document')
WHERE type IN ('dipa-revised.v1', 'dipa-lines-stated.v1') AND (data->>'satker') = getvariable('satker')
AND (data->>'fiscal_year')::BIGINT = getvariable('fiscal_year');

-- 4. REVISIONS
--
-- One row a revision number: the statement that stands and ranks first, else the first recorded. NULL is "the last state,
-- unnumbered" and comes last. A revision of which no statement stands is void.
CREATE OR REPLACE TEMP TABLE revised AS
SELECT revision, now_reads(changes, 'total', data->>'total')::BIGINT AS total, void_leaf,
    list_filter([leaf_index, map_extract(changes, 'total')[1].leaf], lambda x: x IS NOT NULL) AS leaves
FROM stated WHERE type = 'dipa-revised.v1'
QUALIFY row_number() OVER (PARTITION BY revision ORDER BY void_leaf IS NOT NULL, rank, leaf_index) = 1;

CREATE OR REPLACE TEMP TABLE standing AS
SELECT *, row_number() OVER (ORDER BY revision NULLS LAST) AS nth, count(*) OVER () AS revisions
FROM revised WHERE void_leaf IS NULL AND NOT EXISTS (FROM obstacle);

-- 5. LINES
--
-- Statements of lines. Each document speaks for itself, but performance agreements (PK) that each state a share, partially,
-- speak together for the report that they were read from.
CREATE OR REPLACE TEMP TABLE statement AS
SELECT stated.*, columns.*, coalesce(kind = 'PK' AND columns.coverage = 'partial', false) AS shared,
    CASE WHEN shared THEN concat('PK in ', read_from) ELSE concat('document ', said_in) END AS speaker
FROM stated, (SELECT from_json_strict(CASE type WHEN 'dipa-lines-stated.v1' THEN data END, '{
    "dimension":"VARCHAR","parts":"BIGINT","coverage":"VARCHAR","code":["VARCHAR"],"name":["VARCHAR"],"program":["VARCHAR"],
    "kegiatan":["VARCHAR"],"kro":["VARCHAR"],"ro":["VARCHAR"],"komponen":["VARCHAR"],"akun":["VARCHAR"],"fund":["VARCHAR"],
    "amount":["BIGINT"]}') AS columns)
WHERE type = 'dipa-lines-stated.v1' AND void_leaf IS NULL;

-- One row a line as it reads now, without voided lines; `leaves` are the statement and the corrections of this line.
CREATE OR REPLACE TEMP TABLE line AS
SELECT s.leaf_index, now_reads(changes, 'code', code[n + 1]) AS code, now_reads(changes, 'name', name[n + 1]) AS name,
    now_reads(changes, 'program', program[n + 1]) AS program, now_reads(changes, 'kegiatan', kegiatan[n + 1]) AS kegiatan,
    now_reads(changes, 'kro', kro[n + 1]) AS kro, now_reads(changes, 'ro', ro[n + 1]) AS ro,
    now_reads(changes, 'komponen', komponen[n + 1]) AS komponen, now_reads(changes, 'akun', akun[n + 1]) AS akun,
    now_reads(changes, 'fund', fund[n + 1]) AS fund,
    now_reads(changes, 'amount', amount[n + 1]::VARCHAR)::BIGINT AS amount,
    list_concat([s.leaf_index], list_transform(map_values(changes), lambda change: change.leaf)) AS leaves
FROM (SELECT * EXCLUDE changes, unnest(range(len(code))) AS n FROM statement) AS s
LEFT JOIN amendment a ON a.stream = s.stream AND a.version = s.version AND a.line = s.n
WHERE NOT EXISTS (FROM voided v WHERE v.stream = s.stream AND v.version = s.version AND v.line = s.n);

-- What one speaker states in one dimension of one revision. allocated: sum of the known amounts (NULL if none is known);
-- complete: no line's amount is unknown; whole: it calls itself full and all of its parts stand.
CREATE OR REPLACE TEMP TABLE candidate AS
SELECT s.revision, s.dimension, s.speaker, min(rank) AS rank, min(s.leaf_index) AS first_leaf,
    list(s.leaf_index) AS statements, flatten(list(l.leaves)) AS leaves, sum(l.allocated)::BIGINT AS allocated,
    coalesce(sum(l.unknown), 0) = 0 AS complete, count(*) = arg_min(s.parts, s.leaf_index) AS all_parts,
    all_parts AND bool_and(s.coverage = 'full') AS whole, all_parts AND NOT bool_or(shared) AS one_voice
FROM statement s LEFT JOIN (
    SELECT leaf_index, sum(amount) AS allocated, count(*) - count(amount) AS unknown, flatten(list(leaves)) AS leaves
    FROM line GROUP BY leaf_index) AS l USING (leaf_index)
GROUP BY s.revision, s.dimension, s.speaker;

-- Which levels follow from lines of a dimension (the more, the finer it is), and so which candidates are usable for a level.
CREATE OR REPLACE TEMP TABLE follows AS
SELECT dimension, len(levels) AS fineness, unnest(levels) AS level FROM (VALUES
    ('line', ['program', 'kegiatan', 'kro', 'ro', 'komponen', 'akun', 'jenis-belanja', 'sumber-dana']),
    ('komponen', ['komponen', 'ro', 'kro', 'kegiatan', 'program']), ('ro', ['ro', 'kro', 'kegiatan', 'program']),
    ('kro', ['kro', 'kegiatan', 'program']), ('kegiatan', ['kegiatan', 'program']), ('program', ['program']),
    ('akun', ['akun', 'jenis-belanja']), ('jenis-belanja', ['jenis-belanja']), ('sumber-dana', ['sumber-dana'])
) AS f(dimension, levels);

CREATE OR REPLACE TEMP TABLE usable AS
SELECT c.*, nth, level, fineness, total, level = c.dimension AS own FROM standing s
JOIN candidate c ON c.revision IS NOT DISTINCT FROM s.revision JOIN follows f ON f.dimension = c.dimension;

-- The candidate that speaks for a level: it leaves least of the total; then rank, stated before derived, the finer.
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT * FROM usable QUALIFY row_number() OVER (PARTITION BY nth, level ORDER BY
    CASE WHEN total IS NULL THEN 0 ELSE abs(total - coalesce(allocated, 0)) END, rank, NOT own, fineness DESC, dimension,
    first_leaf) = 1;

-- Its lines with their code at the level. Kegiatan, KRO and RO follow from the shape of the RO code, else from the line's
-- own column; a program is not derivable from an RO code and has its column.
CREATE OR REPLACE TEMP TABLE level_line AS
SELECT nth, c.level, own, one_voice, name, amount, l.leaves, CASE dimension WHEN 'line' THEN ro ELSE l.code END AS tree,
    CASE WHEN own THEN l.code ELSE CASE c.level
        WHEN 'program' THEN program WHEN 'akun' THEN akun WHEN 'sumber-dana' THEN fund
        WHEN 'komponen' THEN ro || '.' || komponen
        WHEN 'jenis-belanja' THEN left(CASE dimension WHEN 'akun' THEN l.code ELSE akun END, 2)
        WHEN 'kegiatan' THEN CASE WHEN length(tree) >= 4 THEN left(tree, 4) ELSE kegiatan END
        WHEN 'kro' THEN CASE WHEN length(tree) >= 8 THEN left(tree, 8) ELSE kro END
        WHEN 'ro' THEN CASE WHEN length(tree) >= 12 THEN left(tree, 12) ELSE ro END END END AS code_at
FROM (SELECT *, unnest(statements) AS leaf_index FROM chosen) AS c JOIN line l USING (leaf_index);

-- What a document that states the level itself calls its codes, where all of its lines agree on the name.
CREATE OR REPLACE TEMP TABLE named AS
SELECT nth, level, code, CASE WHEN count(DISTINCT name) = 1 THEN min(name) END AS name
FROM (SELECT nth, level, unnest(statements) AS leaf_index FROM (SELECT * FROM usable WHERE own
          QUALIFY row_number() OVER (PARTITION BY nth, level ORDER BY rank, first_leaf) = 1))
JOIN line USING (leaf_index) WHERE code IS NOT NULL GROUP BY ALL;

-- 6. EVERY REVISION AT EVERY LEVEL
--
-- A total that no document states is known only where lines explain it in full; what the lines leave of it is unallocated.
CREATE OR REPLACE TEMP TABLE level_total AS
SELECT s.nth, s.revision, l.level, CASE WHEN allocated IS NULL THEN 'total-only'
        WHEN complete AND CASE WHEN s.total IS NULL THEN whole ELSE allocated = s.total END THEN 'full'
        ELSE 'partial' END AS coverage,
    coalesce(s.total, CASE WHEN coverage = 'full' THEN allocated END) AS pagu,
    CASE WHEN s.total IS NOT NULL THEN 'stated' WHEN pagu IS NOT NULL THEN 'derived' ELSE 'unknown' END AS basis,
    pagu - coalesce(allocated, 0) AS unallocated, c.nth IS NOT NULL AS has_lines,
    s.leaves, list_sort(list_distinct(c.leaves)) AS line_leaves
FROM standing s CROSS JOIN (SELECT DISTINCT level FROM follows) AS l
LEFT JOIN chosen c ON c.nth = s.nth AND c.level = l.level;

-- Lines without a code are told apart by their name. figure_stands: one document states the code's own figure, all parts
-- stand and no amount is unknown.
CREATE OR REPLACE TEMP TABLE level_row AS
SELECT l.nth, l.level, code_at AS code, CASE WHEN own AND code_at IS NULL THEN l.name END AS unnamed,
    CASE WHEN NOT own THEN min(n.name) WHEN count(DISTINCT l.name) = 1 THEN min(l.name) END AS name,
    sum(amount)::BIGINT AS pagu, list_sort(list_distinct(flatten(list(leaves)))) AS leaves,
    CASE WHEN count(amount) = 0 THEN 'unknown' WHEN own THEN 'stated' ELSE 'derived' END AS basis,
    own AND one_voice AND count(amount) = count(*) AS figure_stands
FROM level_line l LEFT JOIN named n ON n.nth = l.nth AND n.level = l.level AND n.code = l.code_at
GROUP BY l.nth, l.level, code_at, unnamed, own, one_voice;

-- 7. RESULTS
--
CREATE OR REPLACE TEMP VIEW held AS
SELECT * FROM standing WHERE CASE coalesce(getvariable('revision')::VARCHAR, 'akhir')
    WHEN 'akhir' THEN nth = revisions WHEN 'awal' THEN nth = 1 ELSE revision::VARCHAR = getvariable('revision')::VARCHAR END;

-- The pagu at the revision. Coverage: do the lines of the finest level that is stated explain it (full), in part (partial),
-- or is there only the total (total-only). `leaves` say the total (or leave it open), `line_leaves` the lines.
CREATE OR REPLACE TEMP VIEW pagu_total AS
SELECT t.revision, pagu, coalesce(o.basis, t.basis, 'unknown') AS basis, coverage,
    coalesce(coverage = 'full', false) AS lines_known, unallocated, t.level, leaves, line_leaves,
    coalesce(o.note, CASE WHEN t.nth IS NULL THEN coalesce((
        SELECT concat('revision ', revision, ' is void, see leaf ', void_leaf) FROM revised WHERE void_leaf IS NOT NULL
        AND revision::VARCHAR = getvariable('revision')::VARCHAR), 'no such revision is known') END) AS note
FROM (SELECT min(reason) AS note, CASE WHEN count(*) > 0 THEN 'not computable here' END AS basis FROM obstacle) AS o
LEFT JOIN (SELECT l.* FROM held JOIN level_total l USING (nth) WHERE l.level = coalesce((
    SELECT replace(arg_min(dimension, list_position(['ro', 'line', 'komponen', 'kro', 'kegiatan', 'program', 'akun',
        'jenis-belanja', 'sumber-dana'], dimension)), 'line', 'ro')
    FROM candidate c WHERE c.revision IS NOT DISTINCT FROM held.revision), 'ro')) AS t ON true;

-- The lines at the revision, for each level that its documents give. `rest` marks what they leave of the total.
CREATE OR REPLACE TEMP VIEW pagu_lines AS
SELECT level, code, name, pagu, basis, leaves, rest FROM (
    SELECT level, code, unnamed, name, pagu, basis, r.leaves, false AS rest FROM held JOIN level_row r USING (nth)
    UNION ALL SELECT level, NULL, NULL, NULL, unallocated, 'derived', list_concat(l.leaves, line_leaves), true
    FROM held JOIN level_total l USING (nth) WHERE has_lines AND unallocated <> 0
    UNION ALL SELECT NULL, NULL, NULL, reason, NULL, 'not computable here', [leaf_index], true FROM obstacle)
ORDER BY level, rest, code NULLS LAST, unnamed NULLS FIRST;

-- One code through all standing revisions. `known` says that the amount (NULL: no such line) is certain there: the code's own
-- figure is stated by one document, or the lines with a code explain the whole total. Only between two known amounts can
-- `against_before` tell whether the line was touched; a revision known by its total alone leaves it open.
CREATE OR REPLACE TEMP VIEW line_history AS
WITH asked AS (
    SELECT getvariable('code')::VARCHAR AS asked_code, coalesce(getvariable('level')::VARCHAR, CASE
        WHEN regexp_full_match(asked_code, '[0-9]{3}[.][^.]*[.][^.]*') THEN 'program'
        ELSE coalesce(['jenis-belanja', 'kegiatan', 'akun', 'kro'][list_position([2, 4, 6, 8], length(asked_code))], 'ro')
        END) AS asked_level
), seen AS (
    SELECT t.nth, t.revision, t.level, asked_code AS code, t.coverage, r.code IS NOT NULL AS listed, r.pagu AS amount,
        r.leaves, coalesce(figure_stands, false) OR (t.coverage = 'full' AND NOT EXISTS (
            FROM level_row u WHERE u.nth = t.nth AND u.level = t.level AND u.code IS NULL)) AS known
    FROM asked JOIN level_total t ON t.level = asked_level
    LEFT JOIN level_row r ON r.nth = t.nth AND r.level = t.level AND r.code = asked_code)
SELECT revision, level, code, coverage, listed, amount, known, CASE WHEN lag(nth) OVER w IS NULL THEN 'first'
        WHEN NOT (known AND lag(known) OVER w) THEN 'cannot be known'
        WHEN amount IS NOT DISTINCT FROM lag(amount) OVER w THEN 'same' WHEN lag(amount) OVER w IS NULL THEN 'new'
        WHEN amount IS NULL THEN 'gone' ELSE 'changed' END AS against_before, leaves
FROM seen WHERE code IS NOT NULL WINDOW w AS (ORDER BY nth)
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, false, 'not computable here', [leaf_index] FROM obstacle
ORDER BY revision NULLS LAST;

FROM pagu_total;
FROM pagu_lines;
FROM line_history;
