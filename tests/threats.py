"""Each threat, the control against it, and how the control is taken away to see its test red.

The source of docs/threats.md (tests/docs) and of the campaign that breaks every control
(tests/fault/test_controls.py). A break is a piece of source text and what stands there instead.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """In `file`, `old` is replaced by `new`; then `test` must fail."""

    file: str
    old: str
    new: str
    test: str


@dataclass(frozen=True)
class Threat:
    number: int
    threat: str
    control: str
    breaks: tuple[Break, ...]


TAMPER = "tests/tamper"
STORE = "tests/unit/events_store"
INTAKE = "tests/unit/cli/intake"
PACKAGE = "tests/unit/cli/intake/test_data_package.py"

THREATS = (
    Threat(
        1,
        "somebody with the database edits an event, or any column beside it",
        "each leaf is hashed, each column compared with its leaf",
        (
            Break(
                "events_store/scanning.py",
                "if row[5] != digest:",
                "if False:",
                f"{TAMPER}/test_values.py::test_another_stored_hash_is_found",
            ),
            Break(
                "events_store/scanning.py",
                "if own_stream != stream or own_version != version or own_type != type_:",
                "if False:",
                f"{TAMPER}/test_values.py::test_a_column_that_differs_from_its_leaf_is_found",
            ),
        ),
    ),
    Threat(
        2,
        "the tail is deleted",
        "the log may not be shorter than a checkpoint held outside",
        (
            Break(
                "events_store/verify.py",
                "if head.size > size:",
                "if False:",
                f"{TAMPER}/test_rewriting.py"
                "::test_a_deleted_tail_holds_inside_and_is_found_from_outside",
            ),
        ),
    ),
    Threat(
        3,
        "all history is rewritten with a new tree",
        "checkpoints held outside, witnesses, time stamps",
        (
            Break(
                "events_store/verify.py",
                "elif roots.get(head.size) == head.root:",
                "elif True:",
                f"{TAMPER}/test_rewriting.py"
                "::test_a_whole_new_history_holds_inside_and_is_found_from_outside",
            ),
        ),
    ),
    Threat(
        4,
        "the holder of the key rewrites",
        "the signer's own memory of the last head; the memory of witnesses",
        (
            Break(
                "cli/signing.py",
                "if root_at(before.size) != before.root:",
                "if False:",
                "tests/unit/cli/test_signing.py"
                "::test_a_log_that_rewrote_what_was_signed_is_not_signed",
            ),
            Break(
                "events_store/witness.py",
                "if checkpoint.size == size and checkpoint.root != root:",
                "if False:",
                f"{STORE}/test_witness.py",
            ),
        ),
    ),
    Threat(
        5,
        "two parties are shown two histories (split view)",
        "two heads of one origin and size with different roots are reported, with both files",
        (
            Break(
                "cli/comparing.py",
                'return "same" if one.root == other.root else "split-view"',
                'return "same"',
                "tests/e2e/test_checkpoint.py",
            ),
        ),
    ),
    Threat(
        6,
        "two writers race",
        "the append lock, unique (stream, version), a dense index",
        (
            Break(
                "events_store/schema.py",
                '"event": "NEW.leaf_index <> (SELECT coalesce(max(leaf_index), -1) + 1',
                '"event": "(SELECT 0',
                f"{STORE}/test_database.py::test_an_index_leaves_no_gap",
            ),
        ),
    ),
    Threat(
        7,
        "the same import comes twice",
        "the import id is a hash of file and mapping, unique, in the same transaction",
        (
            Break(
                "cli/importing.py",
                "if ledger.state(streams.import_(import_id)).version:",
                "if False:",
                "tests/unit/cli/test_importing.py::test_the_same_file_again_adds_nothing",
            ),
        ),
    ),
    Threat(
        8,
        "the clock goes back, or far ahead",
        "order is by index alone; known-at uses the running maximum; status warns",
        (
            Break(
                "projections/position.py",
                "running = pc.cumulative_max(recorded.cast(pa.int64()))",
                "running = recorded.cast(pa.int64())",
                "tests/unit/projections/test_position.py",
            ),
        ),
    ),
    Threat(
        9,
        "a workbook is a zip bomb",
        "sizes counted while unpacking, caps on members, bytes and ratio; the parser runs in a "
        "process of its own with limits of memory and time",
        (
            Break(
                "cli/intake/archive.py",
                "or size > _FREE_BYTES + MAX_RATIO * packed",
                "or False",
                f"{INTAKE}/test_archive.py::test_a_member_that_swells_too_much_is_refused",
            ),
            Break(
                "cli/intake/archive.py",
                "or total > MAX_TOTAL_BYTES",
                "or False",
                f"{INTAKE}/test_archive.py::test_a_workbook_too_large_in_all_is_refused",
            ),
            Break(
                "cli/intake/archive.py",
                "if len(members) > MAX_MEMBERS:",
                "if False:",
                f"{INTAKE}/test_archive.py::test_too_many_members_are_refused",
            ),
            Break(
                "cli/intake/workbook_process.py",
                "        resource.setrlimit(what, (limit, limit))",
                "        pass",
                f"{INTAKE}/test_workbook.py::test_the_process_limits_itself",
            ),
        ),
    ),
    Threat(
        10,
        "XML with external or exploding entities",
        "a part of a workbook that declares a document type or an entity is refused before "
        "anything parses it; XML is parsed by defusedxml alone",
        (
            Break(
                "cli/intake/archive.py",
                "if any(mark in window for mark in _FORBIDDEN) or",
                "if",
                f"{INTAKE}/test_archive.py::test_a_part_with_a_document_type_is_refused",
            ),
            Break(
                "cli/intake/archive.py",
                "before = window[-_LONGEST:]",
                'before = b""',
                f"{INTAKE}/test_archive.py::test_a_document_type_across_two_blocks_is_found",
            ),
            Break(
                "cli/intake/workbook_process.py",
                "    from defusedxml.ElementTree import fromstring\n",
                "    from xml.etree.ElementTree import fromstring\n",
                "tests/architecture/test_imports.py::test_xml_is_parsed_by_defusedxml_alone",
            ),
        ),
    ),
    Threat(
        11,
        "a text runs as a formula in a spreadsheet",
        "texts that begin like a formula are written as text, numbers stay numbers",
        (
            Break(
                "cli/answer.py",
                "value.startswith(FORMULA_STARTS)",
                "False",
                "tests/unit/cli/test_answer.py",
            ),
            Break(
                "cli/export_forms/workbook.py",
                "sheet.write_string(number, column, _text",
                "sheet.write_formula(number, column, _text",
                "tests/e2e/test_export_forms.py",
            ),
        ),
    ),
    Threat(
        12,
        "huge numbers",
        "a grammar of amounts before any conversion, bounded length, no exponent, no NaN",
        (
            Break(
                "ledger/amounts.py",
                "if value > MAX_AMOUNT:",
                "if False:",
                "tests/unit/ledger/test_amounts.py",
            ),
        ),
    ),
    Threat(
        13,
        "bidirectional controls, zero width, look-alikes, lone surrogates",
        "refused in what is recorded, shown escaped, mixed scripts named",
        (
            Break(
                "cli/render/safe.py",
                "if len(found) > 1:",
                "if False:",
                "tests/unit/cli/test_lookalikes.py",
            ),
            Break(
                "cli/intake/fields.py",
                'raise CellRefused("text-hidden-characters"',
                'raise CellRefused("text-broken"',
                "tests/e2e/test_import.py"
                "::test_five_different_errors_are_all_reported_and_nothing_is_added",
            ),
        ),
    ),
    Threat(
        14,
        "terminal escapes and markup in names",
        "one gate for foreign text on its way to a terminal",
        (
            Break(
                "cli/render/safe.py",
                "return text.translate(_ESCAPES)",
                "return text",
                "tests/unit/cli/test_safe.py",
            ),
        ),
    ),
    Threat(
        15,
        "SQL in filters and names",
        "values are bound, names are of a closed form",
        (
            Break(
                "events_store/tables.py",
                "return bool(_NAME.fullmatch(name)) and",
                "return True and",
                f"{STORE}/test_tables.py",
            ),
        ),
    ),
    Threat(
        16,
        "a member of a bundle leads out of its folder",
        "member names are of a closed form; files are never written over what stands there",
        (
            Break(
                "events_store/bundle.py",
                "return len(name) <= 200 and _NAME.fullmatch(name) is not None",
                "return True",
                f"{STORE}/test_bundle.py",
            ),
            Break(
                "cli/intake/packages/files.py",
                'or ".." in path.parts',
                "or False",
                f"{PACKAGE}::test_a_path_out_of_the_package_is_refused",
            ),
            Break(
                "cli/intake/packages/files.py",
                "if not target.is_relative_to(self._folder):",
                "if False:",
                f"{PACKAGE}::test_a_link_out_of_the_package_is_refused",
            ),
        ),
    ),
    Threat(
        17,
        "a name is HTML in a page",
        "no page is made yet; in Markdown a tag cannot begin",
        (
            Break(
                "cli/answer.py",
                '.replace("<", "&lt;")',
                "",
                "tests/unit/cli/test_answer.py::test_markdown_holds_no_tag_and_no_cell_too_many",
            ),
        ),
    ),
    Threat(
        18,
        "the key on the disk is read by others",
        "mode 0600 checked, scrypt, passphrase never an argument or in the environment",
        (
            Break(
                "events_store/keys.py",
                "status.st_mode & 0o077",
                "False",
                f"{STORE}/test_keys.py::test_a_key_open_to_others_is_refused",
            ),
        ),
    ),
    Threat(
        19,
        "key or origin are swapped inside the data",
        "both come from the verifier's own hand; a key signs only for the origin it is named after",
        (
            Break(
                "events_store/checkpoint.py",
                "if not any(key.signs_for(checkpoint.origin) for key in opened.verified):",
                "if False:",
                f"{STORE}/test_checkpoint.py::test_a_witness_may_cosign_but_not_replace_the_log",
            ),
        ),
    ),
    Threat(
        20,
        "malleable proofs",
        "canonical base64, exact grammar, maximum size",
        (
            Break(
                "events_store/note.py",
                "return data if format_base64(data) == text else None",
                "return data",
                f"{TAMPER}/test_evidence_bits.py",
            ),
        ),
    ),
    Threat(
        21,
        "oversized or deep JSON, duplicate keys, NaN",
        "only the one canonical form of a value is read",
        (
            Break(
                "events_store/canonical.py",
                "if canonical != data:",
                "if False:",
                f"{STORE}/test_canonical.py::test_decode_refuses",
            ),
        ),
    ),
    Threat(
        22,
        "denial of service by size",
        "caps on file, columns, texts, leaves, notes, proofs, bundles",
        (
            Break(
                "cli/intake/separated.py",
                "if len(cells) > MAX_COLUMNS:",
                "if False:",
                "tests/unit/cli/intake/test_cells.py",
            ),
        ),
    ),
    Threat(
        23,
        "a neighbour is guessed from a proof",
        "every leaf has a salt of its own",
        (
            Break(
                "ledger/application.py",
                "secrets.token_hex(SALT_BYTES * _SALTS_AT_ONCE)",
                '"00" * (SALT_BYTES * _SALTS_AT_ONCE)',
                "tests/unit/ledger/test_application.py"
                "::test_one_transaction_has_one_time_and_each_leaf_its_salt",
            ),
        ),
    ),
    Threat(
        24,
        "verify opens a hostile database",
        "read only, no trusted schema, the schema compared word for word",
        (
            Break(
                "events_store/verify.py",
                'found.add("schema", None,',
                'print("schema", None,',
                f"{TAMPER}/test_schema.py::test_anything_added_to_the_schema_is_found",
            ),
        ),
    ),
    Threat(
        25,
        "an old copy is passed off as the current one",
        "--min-size and checkpoints held outside; the answer says what it covers",
        (
            Break(
                "events_store/verify.py",
                "if tree.size < min_size:",
                "if False:",
                f"{TAMPER}/test_rewriting.py",
            ),
        ),
    ),
    Threat(
        26,
        "a stored type names a module to import",
        "types are looked up in the closed catalogue alone",
        (
            Break(
                "ledger/events.py",
                "raise UnknownEventType(topic)",
                "return",
                "tests/unit/ledger/test_events.py",
            ),
        ),
    ),
    Threat(
        27,
        "an environment variable changes the bytes or the store",
        "the environment is not read",
        (
            Break(
                "ledger/application.py",
                "return Environment(name, self._settings)",
                "return super().construct_env(name, env)",
                "tests/unit/ledger/test_application.py"
                "::test_the_environment_changes_neither_the_bytes_nor_the_store",
            ),
        ),
    ),
)
