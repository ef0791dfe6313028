/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "atls/stile-credentials.h"
#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

/* stilectl(1) tells these to scripts: they never change their meaning. */
#define STILE_CLI_EXIT_DONE 0
#define STILE_CLI_EXIT_FAILED 1
#define STILE_CLI_EXIT_USAGE 2
#define STILE_CLI_EXIT_SETTINGS 3
#define STILE_CLI_EXIT_UNREACHABLE 4
#define STILE_CLI_EXIT_NOT_ATLS 5
#define STILE_CLI_EXIT_UNTRUSTED 6
#define STILE_CLI_EXIT_REFUSED 7
#define STILE_CLI_EXIT_PROTOCOL 8
#define STILE_CLI_EXIT_RETRY 9
#define STILE_CLI_EXIT_INTERCEPTED 20
#define STILE_CLI_EXIT_CHANGED 21
#define STILE_CLI_EXIT_UNDETERMINED 22
#define STILE_CLI_EXIT_WRONG_CLOCK 23
#define STILE_CLI_EXIT_CANCELLED 130

int stile_cli_fail (const GError *error, gboolean json);
int stile_cli_fail_usage (const char *verb, const char *message);
void stile_cli_print_json (GVariant *document);
gboolean stile_cli_parse (const char *verb,
                          const char *arguments,
                          const char *summary,
                          const GOptionEntry *entries,
                          int *argc,
                          char ***argv);
GCancellable *stile_cli_watch_interrupt (void);
gboolean stile_cli_set_enum (StileProfile *profile, const char *property, const char *text, GError **error);

G_END_DECLS
