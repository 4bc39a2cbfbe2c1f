-- What SQLite alone has: settings of the connection, transactions, checks of the file.

-- name: set_journal_mode
PRAGMA journal_mode = WAL

-- name: set_synchronous
PRAGMA synchronous = FULL

-- name: set_foreign_keys
PRAGMA foreign_keys = ON

-- name: unset_foreign_keys
PRAGMA foreign_keys = OFF

-- name: set_cell_size_check
PRAGMA cell_size_check = ON

-- name: set_trusted_schema
PRAGMA trusted_schema = OFF

-- name: set_temp_store
PRAGMA temp_store = MEMORY

-- name: set_mmap_size
PRAGMA mmap_size = 0

-- name: set_cache_size
PRAGMA cache_size = -16384

-- name: set_journal_size_limit
PRAGMA journal_size_limit = 67108864

-- name: set_wal_autocheckpoint
PRAGMA wal_autocheckpoint = 1000

-- name: get_synchronous
PRAGMA synchronous

-- name: get_foreign_keys
PRAGMA foreign_keys

-- name: get_application_id
PRAGMA application_id

-- name: get_page_count
PRAGMA page_count

-- name: get_page_size
PRAGMA page_size

-- name: begin_write
BEGIN IMMEDIATE

-- name: commit
COMMIT

-- name: rollback
ROLLBACK

-- name: quick_check
PRAGMA quick_check(5)

-- name: foreign_key_check
PRAGMA foreign_key_check

-- name: table_count
SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'

-- name: migration_table
SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'
