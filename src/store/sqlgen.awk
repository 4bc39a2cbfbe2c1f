# Makes store/sql.h and store/sql.c of sql/: sha256sum SCHEMA.. | awk -f sqlgen.awk -v out=DIR/sql - QUERIES.. SCHEMA..
# "-" brings the checksums of the migrations. Fails with file:line on a name used twice and on SQL that a second
# engine would not take (comments and literals are not looked at).

function fail(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what >"/dev/stderr"
	failed = 1
}

# The line without comments and with empty literals. A literal or a /* */ may go on over lines: `inside` remembers.
function bare(line,    r, c, two) {
	r = ""
	while (line != "") {
		c = substr(line, 1, 1)
		two = substr(line, 1, 2)
		if (inside == "/*") {
			if (two == "*/") { inside = ""; line = substr(line, 3) } else line = substr(line, 2)
		} else if (inside != "") {
			if (c == inside) { inside = ""; r = r c }
			line = substr(line, 2)
		} else if (two == "--") {
			line = ""
		} else if (two == "/*") {
			inside = two; line = substr(line, 3)
		} else {
			if (c == "'" || c == "\"") inside = c
			r = r c; line = substr(line, 2)
		}
	}
	return r
}

function word(text, w) {
	return (" " text " ") ~ ("[^A-Z0-9_]" w "[^A-Z0-9_]")
}

function calls(text, w) {
	return (" " text) ~ ("[^A-Z0-9_]" w " *\\(")
}

function quoted(line) {
	gsub(/[\\"]/, "\\\\&", line)
	gsub(/\t/, "\\t", line)
	return "\t\t\"" line "\\n\"\n"
}

function check_query(text) {
	if (text ~ /\//) fail("`/` divides differently in other engines")
	if (text ~ /\?/) fail("`?`: parameters are written $1, $2")
	if (text ~ /::/) fail("`::` is not SQL here; use CAST")
	if (text ~ /->/) fail("`->`: no JSON operators")
	if (word(text, "I?LIKE") || word(text, "GLOB")) fail("LIKE and GLOB fold case differently in other engines")
	if (calls(text, "(DATE|TIME|DATETIME|JULIANDAY|UNIXEPOCH|STRFTIME|TIMEDIFF)"))
		fail("date functions: time is an argument")
	if (word(text, "(CURRENT_(DATE|TIME|TIMESTAMP)|NOW)")) fail("SQL does not ask for the time")
	if (word(text, "(TRUE|FALSE)")) fail("no booleans: use 0 and 1")
	if (calls(text, "(LOWER|UPPER)")) fail("lower() and upper() differ in other engines")
	if (calls(text, "JSON[A-Z_]*")) fail("no JSON functions")
	if ((" " text) ~ /[^A-Z0-9_](MIN|MAX) *\([^()]*,/) fail("min() and max() of two arguments: use CASE")
	if (word(text, "SELECT +(DISTINCT +|ALL +)?\\*") || text ~ /[A-Z0-9_]\.\*/) fail("name the columns instead of `*`")
	if (word(text, "FOR +UPDATE")) fail("FOR UPDATE is unknown to SQLite")
}

# A statement must not stop inside a literal, and its clauses may stand on lines of their own: the check of two
# words looks at the statement so far as one line.
function end_statement() {
	if (inside != "") fail("the statement before this line ends inside " (inside == "/*" ? "a comment" : "a literal"))
	inside = ""
	if (name != "" && !filled) fail("the statement " name " before this line is empty")
}

BEGIN {
	queries = migrations = nfile = 0
}

FILENAME == "-" || FILENAME == "" {
	if (NF == 2) sha[$2] = $1
	next
}

FNR == 1 {
	if (nfile++) end_statement()
	name = ""
	inside = ""
	is_schema = FILENAME ~ /\/schema\//
	if (is_schema) {
		base = FILENAME
		sub(/.*\//, "", base)
		sub(/\.sql$/, "", base)
		number = substr(base, 1, 4)
		if (base !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+$/ || number + 0 != migrations + 1)
			fail("migrations are named NNNN_name.sql and numbered from 0001 without a gap")
		m_file[migrations] = FILENAME
		m_name[migrations] = substr(base, 6)
		migrations++
	}
}

is_schema {
	m_text[migrations - 1] = m_text[migrations - 1] quoted($0)
	next
}

/^-- name:/ {
	end_statement()
	name = $3
	filled = 0
	last = ""
	if (name !~ /^[a-z][a-z0-9_]*$/ || NF != 3) fail("`-- name:` wants one name of a-z, 0-9 and _")
	if (name in where) fail("the name " name " is used at " where[name] " already")
	where[name] = FILENAME ":" FNR
	q_name[queries] = name
	queries++
	next
}

{
	text = toupper(bare($0))
	if (text ~ /^[ \t]*$/) {
		if (inside != "" && inside != "/*") q_text[queries - 1] = q_text[queries - 1] quoted($0)
		next
	}
	if (name == "") {
		fail("SQL before the first `-- name:` line")
		next
	}
	gsub(/\t/, " ", text)
	# The last word of the line before belongs to it: SELECT at a line's end, * on the next.
	check_query(last text)
	last = match(text, /(SELECT|FOR|DISTINCT) *$/) ? substr(text, RSTART) " " : ""
	filled = 1
	q_text[queries - 1] = q_text[queries - 1] quoted($0)
}

END {
	if (nfile) end_statement()
	if (failed) exit 1
	h = out ".h"
	c = out ".c"
	print "#ifndef STORE_SQL_H\n#define STORE_SQL_H\n\n#include <stddef.h>\n\nenum sql_id {" >h
	for (i = 0; i < queries; i++) printf "\tSQL_%s,\n", toupper(q_name[i]) >h
	print "\tSQL_COUNT\n};\n" >h
	print "extern const struct sql_query {\n\tconst char *name;\n\tconst char *text;\n} sql_queries[SQL_COUNT];\n" >h
	print "extern const struct sql_migration {\n\tint number;\n\tconst char *name;\n\tconst char *text;" >h
	print "\tconst char *sha256;\n} sql_migrations[];\n\nextern const size_t sql_migrations_count;\n\n#endif" >h
	print "#include \"store/sql.h\"\n\nconst struct sql_query sql_queries[SQL_COUNT] = {" >c
	for (i = 0; i < queries; i++) printf "\t{ \"%s\",\n%s\t},\n", q_name[i], q_text[i] >c
	print "};\n\nconst struct sql_migration sql_migrations[] = {" >c
	for (i = 0; i < migrations; i++)
		printf "\t{ %d, \"%s\",\n%s\t\t, \"%s\" },\n", i + 1, m_name[i], m_text[i], sha[m_file[i]] >c
	print "\t{ 0, NULL, NULL, NULL },\n};\n" >c
	printf "const size_t sql_migrations_count = %d;\n", migrations >c
}
