# House rules that show in the text of C files; tests/lint runs it with -v rooms="$(ROOMS)" on src, include and tests.
# Prints file:line: what. Comments are not looked at; of literals only that they hold no SQL.

BEGIN {
	n = split(rooms, row, " ")
	for (i = 1; i <= n; i++) {
		split(row[i], column, ":")
		is_room[column[1]] = 1
		may[column[1], column[1]] = 1
		k = split(column[2], list, ",")
		for (j = 1; j <= k; j++) may[column[1], list[j]] = 1
		k = split(column[3], list, ",")
		for (j = 1; j <= k; j++) owner[list[j]] = column[1]
	}
	# Which package a library's header belongs to; the table says which room may see it.
	n = split("^sqlite3 sqlite3 ^curl/ libcurl ^libical/|^ical\\.h libical ^unicode/ icu-i18n ^microhttpd libmicrohttpd " \
		"^jansson jansson ^nettle/ nettle ^archive libarchive ^cairo cairo ^pango pangocairo", pair, " ")
	for (i = 1; i < n; i += 2) package[pair[i]] = pair[i + 1]
	banned = "sprintf|vsprintf|strcpy|strcat|strncpy|strncat|gets|strtok|atoi|atol|atof|localtime|gmtime|ctime|asctime" \
		"|mktime|rand|system|popen|alloca"
	jumps = "|setjmp|longjmp|sigsetjmp|siglongjmp"
	clocks = "|time|clock|clock_gettime|gettimeofday|timespec_get"
	sql = "SELECT [a-z*$0-9(]|INSERT (OR [A-Z]+ )?INTO |UPDATE [a-z_]+ SET|DELETE FROM |REPLACE INTO |CREATE [A-Z ]*(TABLE|INDEX|VIEW|TRIGGER) |DROP (TABLE|INDEX) |ALTER TABLE |PRAGMA |BEGIN IMMEDIATE"
}

function say(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	found = 1
}

FNR == 1 {
	split(FILENAME, path, "/")
	top = path[1]
	room = path[2]
	comment = 0
	forbidden = banned (top == "tests" ? "" : jumps clocks)
	if (FILENAME == "src/base/clock.c") forbidden = banned jumps
}

# Splits the line into code (literals emptied) and the text of its literals.
function lex(line,    c) {
	code = literals = ""
	while (line != "") {
		if (comment) {
			if (!match(line, /\*\//)) return
			line = substr(line, RSTART + 2)
			comment = 0
		}
		if (!match(line, /["'\/]/)) {
			code = code line
			return
		}
		code = code substr(line, 1, RSTART - 1)
		c = substr(line, RSTART, 1)
		line = substr(line, RSTART + 1)
		if (c == "/") {
			if (line ~ /^\//) return
			if (line ~ /^\*/) { comment = 1; line = substr(line, 2) } else code = code c
		} else if (match(line, c == "\"" ? "^([^\\\\\"]|\\\\.)*\"" : "^([^\\\\']|\\\\.)*'")) {
			if (c == "\"") literals = literals substr(line, 1, RLENGTH - 1) "\n"
			code = code c c
			line = substr(line, RLENGTH + 1)
		}
	}
}

function check_include(name, quoted,    first, p) {
	first = name
	sub(/\/.*/, "", first)
	if (quoted && name ~ /\.\./) say("include \"" name "\" climbs out of its folder")
	else if (quoted && name ~ /\// && !(first in is_room)) say("include \"" name "\": there is no such room")
	else if (quoted && top != "tests" && name ~ /\// && !((room, first) in may)) say("room " room " may not include \"" name "\"")
	else if (quoted && top == "include" && name !~ /\//) say("a public header includes the private \"" name "\"")
	else if (!quoted && top != "tests")
		for (p in package) if (name ~ p && (package[p] in owner)) {
			if (top == "include") say("a public header shows <" name ">")
			else if (owner[package[p]] != room) say("<" name "> belongs to room " owner[package[p]])
		}
}

{
	if (/[ \t]$/) say("blank at the end of the line")
	if (!comment && match($0, /^[ \t]*#[ \t]*include[ \t]*["<]/)) {
		name = substr($0, RLENGTH + 1)
		quoted = substr($0, RLENGTH, 1) == "\""
		sub(/[">].*/, "", name)
		check_include(name, quoted)
	}
	lex($0)
	rest = " " code
	while (match(rest, "[^A-Za-z0-9_.>](" forbidden ")[ ]*\\(")) {
		name = substr(rest, RSTART + 1, RLENGTH - 1)
		sub(/[ ]*\($/, "", name)
		say(name "() is banned" (index(clocks "|", "|" name "|") ? ": base/clock.c alone asks for the time" : ""))
		rest = substr(rest, RSTART + RLENGTH - 1)
	}
	if (top != "tests" && literals ~ sql) say("SQL belongs into sql/")
	if (top != "tests" && code ~ /(^|[^A-Za-z0-9_])(float|double)([^A-Za-z0-9_]|$)/ && room == "rules" &&
	    FILENAME !~ /\/(chance|odds)\.[ch]$/)	# a forecast is no verdict
		say("no floating point in a verdict")
}

END { exit found }
