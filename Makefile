# ceud: one Makefile for every room. The common goals:
#   make            the programs            make demo       the main job, shown
#   make check      all tests               make check-ROOM one room's unit tests
#   make lint       the house rules         make asan       the tests under sanitizers
#   make fuzz       FUZZ_SECONDS=60         each fuzz target for that long
#   make install    DESTDIR= PREFIX=        make deps       packages that are missing
#   make conformance   public calendars, where ../shared is there
#   make check-mta  reminders through Exim and smtp-sink, unpacked from their packages
#   make simulate   three years of mails to 200 people, 100 kills while mails are sent
# Everything that is made goes below $(BUILD). V=1 shows the commands, WERROR=1 is for checks before a merge.

VERSION := 0.4.0

BUILD         ?= build
PREFIX        ?= /usr/local
SYSCONFDIR    ?= /etc
LOCALSTATEDIR ?= /var
LIBEXECDIR    ?= $(PREFIX)/libexec/ceud
SYSTEMDUNITDIR ?= $(PREFIX)/lib/systemd/system

# Debian packages: DEPS to build and to show the demo, TEST_DEPS for check, lint and asan besides.
DEPS      := gcc libc6-dev pkgconf libsqlite3-dev libcurl4-openssl-dev libical-dev libicu-dev zlib1g-dev \
             libidn2-dev libmicrohttpd-dev libjansson-dev nettle-dev libarchive-dev libcairo2-dev libpango1.0-dev \
             fonts-dejavu-core tzdata ca-certificates python3
TEST_DEPS := libcmocka-dev clang libclang-rt-dev universal-ctags mandoc systemd openssl python3-aiosmtpd python3-dateutil \
             python3-icalendar python3-recurring-ical-events poppler-utils zip unzip libarchive-tools \
             chromium fonts-liberation

# The rooms, lowest floor first, as room:may include:libraries only it sees:program (- is none).
# Archives, link order, check-ROOM and the include directions of `make lint` all follow from this table.
# The main.c of a room with a program stays out of the room's archive.
ROOMS := \
  api:-:-:- \
  base:-:jansson,nettle:- \
  rules:base:-:- \
  feeds:base:-:- \
  mail:base,rules:libidn2:- \
  store:base,rules,feeds:sqlite3:- \
  net:base,feeds:libcurl,libical,icu-i18n,icu-uc,zlib:ceud-net \
  packet:base,rules:libarchive,cairo,pangocairo:ceud-packet \
  ceud:base,api,rules,feeds,mail,store:libmicrohttpd:ceud \
  ceu:base,api:-:ceu

# ---- the table, read
comma   := ,
column   = $(filter-out -,$(subst $(comma), ,$(word $(2),$(subst :, ,$(filter $(1):%,$(ROOMS))))))
may      = $(call column,$(1),2)
packages = $(call column,$(1),3)
program  = $(call column,$(1),4)
reverse  = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
NAMES   := $(foreach row,$(ROOMS),$(firstword $(subst :, ,$(row))))
DOWNWARD := $(call reverse,$(NAMES))
# A room and all that it stands on, highest first: the linker's order.
stack    = $(filter $(1) $(call may,$(1)),$(DOWNWARD))
archives = $(foreach r,$(call stack,$(1)),$(lib_$(r))) $(BUILD)/libembed.a
stack_packages = $(foreach r,$(call stack,$(1)),$(call packages,$(r)))
pc       = $(if $(strip $(2)),$(shell pkg-config $(1) $(2)))

# ---- flags
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
CFLAGS ?= -O2 -g
have  = $(shell $(CC) $(1) -Werror -x c -c /dev/null -o /dev/null 2>/dev/null && echo $(1))
WARN := -Wall -Wextra -Wformat=2 -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wundef -Wimplicit-fallthrough -Wwrite-strings -Wcast-qual -Wnull-dereference -Wdate-time \
        $(call have,-Wtrampolines) -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion \
        -Werror=format-security $(if $(filter 1,$(WERROR)),-Werror)
HARD := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE \
        $(call have,-ftrivial-auto-var-init=zero) -fno-delete-null-pointer-checks -fno-strict-overflow \
        -fno-strict-aliasing $(call have,-fcf-protection=full) $(call have,-mbranch-protection=standard) \
        $(call have,-fstrict-flex-arrays=3) $(call have,-fzero-init-padding-bits=all)
LHARD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code
SAN   := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(WARN) $(HARD) -ffile-prefix-map=$(CURDIR)=. -Iinclude $(CFLAGS) $(EXTRA)
LINK       = $(CC) $(CFLAGS) $(EXTRA) $(LHARD) $(LDFLAGS) -Wl,--as-needed
# What only program rooms are told. LIBEXECDIR is the folder of ceud-net; SYSCONFDIR and LOCALSTATEDIR are
# the roots: SYSCONFDIR "/ceud/ceud.conf", LOCALSTATEDIR "/lib/ceud".
PATHS      = -DCEUD_VERSION='"$(VERSION)"' -DLIBEXECDIR='"$(LIBEXECDIR)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
             -DLOCALSTATEDIR='"$(LOCALSTATEDIR)"'
# cmocka's macros cast, and its asserts do not tell the compiler that they never return.
TEST_CFLAGS := -Wno-conversion -Wno-sign-conversion -Wno-null-dereference

export BUILD
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.SUFFIXES:
Q    = $(if $(filter 1,$(V)),,@)
say  = @printf '  %-5s %s\n' '$(1)' '$(2)'

# ---- what is remembered between runs: flags and lists of files; a file below stamp/ is new when its text is
$(shell mkdir -p $(BUILD)/stamp)
differ   = $(subst x$(1)x,,x$(2)x)$(subst x$(2)x,,x$(1)x)
# (GNU make 4.3 leaves the line's end on what $(file <) reads when its buffer moves: without strip all is built anew.)
remember = $(if $(call differ,$(strip $(file <$(BUILD)/stamp/$(1))),$(strip $(2))),$(file >$(BUILD)/stamp/$(1),$(2)))
$(call remember,flags,$(strip $(CC) $(ALL_CFLAGS)))
$(call remember,link,$(strip $(LINK)))
$(call remember,paths,$(PATHS))

.PHONY: all programs archives deps test-deps demo check check-built check-system check-mta simulate lint asan fuzz fuzzers bench install clean
all: programs archives ; @:

# ---- made sources: the files of etc/ and of sql/
EMBED   := $(sort $(wildcard etc/programs/*.rules etc/profiles/* etc/templates/*))
SCHEMA  := $(sort $(wildcard sql/schema/*.sql))
QUERIES := $(sort $(wildcard sql/queries/*.sql))
$(call remember,embed,$(EMBED))
$(call remember,sql,$(SCHEMA) $(QUERIES))

$(BUILD)/gen/embed_files.c: src/base/embedgen.sh $(EMBED) $(BUILD)/stamp/embed
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D) && sh $< etc $(EMBED) >$@

$(BUILD)/libembed.a: $(BUILD)/obj/gen/embed_files.o
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/gen/store/sql.h $(BUILD)/gen/store/sql.c &: src/store/sqlgen.awk $(SCHEMA) $(QUERIES) $(BUILD)/stamp/sql
	$(call say,GEN,$(BUILD)/gen/store/sql.c)
	$(Q)mkdir -p $(BUILD)/gen/store && sha256sum $(SCHEMA) </dev/null | \
		awk -f $< -v out=$(BUILD)/gen/store/sql - $(QUERIES) $(SCHEMA)

gen_store := $(if $(wildcard src/store/*.c),$(BUILD)/obj/gen/store/sql.o)
$(gen_store) $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard src/store/*.c tests/store/*.c)): | $(BUILD)/gen/store/sql.h
flags_store := -I$(BUILD)/gen
$(BUILD)/obj/gen/%.o: ROOM_CFLAGS = $(flags_store)

# ---- objects
define compile
$(call say,CC,$<)
$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(ROOM_CFLAGS) -MMD -MP -c $< -o $@
endef
$(BUILD)/obj/%.o: %.c $(BUILD)/stamp/flags
	$(compile)
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/stamp/flags
	$(compile)

# ---- each room: its archive, its program, its tests
# A test is tests/ROOM/test_*.c, or a script test_*.py that drives the program; other .c files there are helpers,
# linked into every test of the room.
define room
src_$(1)  := $(wildcard src/$(1)/*.c)
main_$(1) := $(if $(call program,$(1)),$(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard src/$(1)/main.c)))
obj_$(1)  := $$(filter-out $$(main_$(1)),$$(patsubst %.c,$(BUILD)/obj/%.o,$$(src_$(1)))) $(gen_$(1))
lib_$(1)  := $$(if $$(strip $$(obj_$(1))),$(BUILD)/lib$(1).a)
tests_$(1)  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/$(1)/test_*.c))
scripts_$(1) := $(wildcard tests/$(1)/test_*.py)
helper_$(1) := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out tests/$(1)/test_%,$(wildcard tests/$(1)/*.c)))
program_$(1) := $$(if $$(main_$(1)),$(BUILD)/$(call program,$(1)))
$$(call remember,room-$(1),$$(src_$(1)) $$(helper_$(1)))

$(BUILD)/obj/src/$(1)/%.o: ROOM_CFLAGS = $$(flags_$(1)) $$(call pc,--cflags,$(call packages,$(1))) $(if $(call program,$(1)),$$(PATHS))
$(BUILD)/obj/tests/$(1)/%.o: ROOM_CFLAGS = -Isrc/$(1) -Itests/$(1) -Itests $$(flags_$(1)) $(TEST_CFLAGS) \
	$$(call pc,--cflags,$(call stack_packages,$(1)) cmocka)
$(if $(call program,$(1)),$$(patsubst %.c,$(BUILD)/obj/%.o,$$(src_$(1))): $(BUILD)/stamp/paths)

$(BUILD)/lib$(1).a: $$(obj_$(1)) $(BUILD)/stamp/room-$(1)
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$(obj_$(1))

.PHONY: check-$(1)
check-$(1): $$(tests_$(1)) $$(program_$(1))
	@tests/run $$(tests_$(1)) $$(scripts_$(1))
endef
$(foreach r,$(NAMES),$(eval $(call room,$(r))))

# A second pass, since a program or a test needs the archives of other rooms.
define room_links
$(program_$(1)): $(main_$(1)) $(call archives,$(1)) $(BUILD)/stamp/link
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK) $(main_$(1)) $(call archives,$(1)) $$(call pc,--libs,$(call stack_packages,$(1))) -o $$@

$(tests_$(1)): $(BUILD)/%: $(BUILD)/obj/%.o $(helper_$(1)) $(call archives,$(1)) $(BUILD)/stamp/link
	$$(call say,LINK,$$@)
	$$(Q)mkdir -p $$(@D) && $$(LINK) $$< $(helper_$(1)) $(call archives,$(1)) \
		$$(call pc,--libs,$(call stack_packages,$(1)) cmocka) -o $$@
endef
$(foreach r,$(NAMES),$(if $(program_$(r))$(tests_$(r)),$(eval $(call room_links,$(r)))))

PROGRAMS := $(foreach r,$(NAMES),$(program_$(r)))
TESTS    := $(foreach r,$(NAMES),$(tests_$(r)))
SCRIPTS  := $(foreach r,$(NAMES),$(scripts_$(r)))
programs: $(PROGRAMS)
archives: $(foreach r,$(NAMES),$(lib_$(r)))

# ---- packages
define install_missing
@missing=; for p in $(1); do \
	dpkg-query -W -f='$${Status}\n' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
if [ -z "$$missing" ]; then exit 0; fi; \
if ! command -v apt-get >/dev/null; then echo "no apt-get here: see that these are installed:$$missing"; exit 0; fi; \
root=; if [ "$$(id -u)" != 0 ]; then root=sudo; command -v sudo >/dev/null || { \
	echo "packages are missing; as root, type: apt-get install$$missing" >&2; exit 1; }; fi; \
echo "installing:$$missing"; apt="$$root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"; \
{ $$apt update && $$apt install -y --no-install-recommends $$missing; } </dev/null >$(BUILD)/deps.log 2>&1 || { \
	cat $(BUILD)/deps.log >&2; echo "apt-get failed; install by hand:$$missing" >&2; exit 1; }
endef
deps: ; $(call install_missing,$(DEPS))
test-deps: ; $(call install_missing,$(DEPS) $(TEST_DEPS))

# ---- shown and checked; make starts anew after installing, as flags and libraries may be there only now
demo: deps
	@$(MAKE) all
	@tests/system/demo

check: test-deps
	@$(MAKE) all check-built
SYSTEM_TESTS := tests/system/run
SIMULATIONS  := $(wildcard tests/simulate/test_*.py)
check-built: all $(TESTS)
	@tests/run $(TESTS) $(SCRIPTS) $(SIMULATIONS) $(SYSTEM_TESTS)
check-system: all
	@tests/run $(SYSTEM_TESTS)
# Mail servers of Debian's packages, unpacked below $(BUILD)/mta; skipped where they cannot be downloaded.
check-mta: test-deps
	@$(MAKE) all
	@tests/run tests/mta/test_exim.py tests/mta/test_sink.py
# What check does in small.
simulate: test-deps
	@$(MAKE) all
	@CEUD_PEOPLE=200 CEUD_DAYS=1096 CEUD_KILLS=100 tests/run $(SIMULATIONS) tests/system/test_mailcrash.py

lint: test-deps
	@ROOMS='$(ROOMS)' tests/lint

asan: test-deps # SYSTEM=1 runs the system tests too
	@$(MAKE) BUILD=$(BUILD)/asan HARD= LHARD= CFLAGS='-O1 -g' EXTRA='$(SAN)' \
		SYSTEM_TESTS='$(if $(filter 1,$(SYSTEM)),$(SYSTEM_TESTS))' check-built

# Fuzz targets: tests/fuzz/NAME.c, each with a corpus tests/fuzz/corpus/NAME. All are built anew with clang; what they find
# is kept below $(BUILD)/fuzz.
ALL_PACKAGES := $(sort $(foreach r,$(NAMES),$(call packages,$(r))))
FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz-%,$(wildcard tests/fuzz/*.c))
$(BUILD)/obj/tests/fuzz/%.o: ROOM_CFLAGS = -iquote src/net -iquote src/base $(call pc,--cflags,$(ALL_PACKAGES))
fuzz_archives := $(lib_mail) $(lib_rules) $(call archives,net)
$(FUZZERS): $(BUILD)/fuzz-%: $(BUILD)/obj/tests/fuzz/%.o $(fuzz_archives) $(BUILD)/stamp/link
	$(call say,LINK,$@)
	$(Q)$(LINK) -fsanitize=fuzzer $< $(fuzz_archives) $(call pc,--libs,$(call stack_packages,net) $(call packages,mail)) -o $@
fuzzers: $(FUZZERS)
fuzz: test-deps
	@$(MAKE) BUILD=$(BUILD)/fuzz CC=clang HARD= LHARD= CFLAGS='-O1 -g' \
		EXTRA='$(SAN) -fsanitize=fuzzer-no-link' fuzzers
	@tests/fuzz/run $(BUILD)/fuzz $(FUZZ_SECONDS)

# Bench programs may use every room and library; what they do not name is not linked.
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
ALL_ARCHIVES := $(foreach r,$(DOWNWARD),$(lib_$(r))) $(BUILD)/libembed.a
$(BUILD)/obj/tests/bench/%.o: ROOM_CFLAGS = -iquote src/ceud -iquote src/net $(call pc,--cflags,$(ALL_PACKAGES))
$(BENCHES): $(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(ALL_ARCHIVES) $(BUILD)/stamp/link
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(LINK) $< $(ALL_ARCHIVES) $(call pc,--libs,$(ALL_PACKAGES)) -o $@
bench: all $(BENCHES)
	@tests/bench/run

# The golden set of ../shared/corpus/ical; says so and is done where the folder is not.
.PHONY: conformance
conformance: all
	@tests/conformance

# ---- install; @names@ in units and sysusers become the folders chosen here
define newline


endef
each  = $(foreach f,$(1),$(call $(2),$(f))$(newline)	)
put   = install -D -m $(1) $(2) '$(DESTDIR)$(3)'
subst_into = sed -e 's|@sbindir@|$(PREFIX)/sbin|g' -e 's|@bindir@|$(PREFIX)/bin|g' -e 's|@sysconfdir@|$(SYSCONFDIR)|g' \
                 -e 's|@localstatedir@|$(LOCALSTATEDIR)|g' $(1) >$(BUILD)/installed && $(call put,644,$(BUILD)/installed,$(2))
put_manual = $(call put,644,$(1),$(PREFIX)/share/man/man$(subst .,,$(suffix $(1)))/$(notdir $(1)))
put_unit   = $(call subst_into,$(1),$(SYSTEMDUNITDIR)/$(notdir $(1)))
put_conf   = $(call subst_into,$(1),$(PREFIX)/lib/$(subst .,,$(suffix $(1))).d/ceud.conf)
put_shell  = $(call put,644,$(1),$(PREFIX)/share/$(shell$(suffix $(1))))
shell.bash := bash-completion/completions/ceu
shell.zsh  := zsh/site-functions/_ceu
shell.fish := fish/vendor_completions.d/ceu.fish
put_helper = $(call put,755,$(1),$(LIBEXECDIR)/$(notdir $(1)))
install: all
	$(call put,755,$(BUILD)/ceud,$(PREFIX)/sbin/ceud)
	$(call put,755,$(BUILD)/ceu,$(PREFIX)/bin/ceu)
	$(call each,$(filter-out %/ceud %/ceu,$(PROGRAMS)),put_helper)
	$(call each,$(wildcard src/*/*.[1-8] etc/*.[1-8]),put_manual)
	$(call each,$(wildcard systemd/*.service systemd/*.socket),put_unit)
	$(call each,$(wildcard systemd/ceud.sysusers systemd/ceud.tmpfiles),put_conf)
	$(call each,$(wildcard src/ceu/completion/*),put_shell)
	test -e '$(DESTDIR)$(SYSCONFDIR)/ceud/ceud.conf' || $(call put,644,etc/ceud.conf,$(SYSCONFDIR)/ceud/ceud.conf)

clean: ; rm -rf $(BUILD)

-include $(patsubst %.c,$(BUILD)/obj/%.d,$(wildcard src/*/*.c tests/*/*.c)) $(BUILD)/obj/gen/embed_files.d $(BUILD)/obj/gen/store/sql.d
